"""Which question a series asks next."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot.bank.model import Bank, Question
from bot.bank.select import matching
from bot.bank.similar import similar
from bot.daily import rounds
from bot.daily.series import Series, planned_beside
from bot.people.groups import Group, members_of
from bot.progress.choose import WINDOW, Candidate, candidate_of, choose_for_group
from bot.progress.service import needs_of


class Chooser:
    """Chooses from a bank for groups; what it computes of the bank is kept."""

    def __init__(self, bank: Bank) -> None:
        """Choose from this bank."""
        self._bank = bank
        self._similar = lru_cache(maxsize=20_000)(self._compare)
        self._fitting = lru_cache(maxsize=500)(self._candidates)

    def fitting(self, filters: dict[str, str]) -> tuple[Question, ...]:
        """Return the questions that pass a series' filters."""
        return matching(self._bank, filters)

    def choose(
        self, conn: Connection, series: Series, group: Group, now: datetime, *, without: Set[str] = frozenset()
    ) -> Question | None:
        """Return the question that serves the group best; None if its filters leave none besides `without`.

        What the group's other series ask is passed over as long as there is something new besides.
        """
        candidates = self._fitting(tuple(sorted(series.filters.items())))
        left = tuple(c for c in candidates if c.question_id not in without)
        asked = rounds.asked(conn, series.id)
        beside = {*rounds.asked_beside(conn, group.id, series.id, WINDOW)}
        beside.update(planned_beside(conn, group.id, series.id))
        apart = tuple(c for c in left if c.question_id not in beside)
        if not {c.question_id for c in apart} <= {*asked}:
            left = apart
        needs = needs_of(conn, group.space_id, members_of(conn, group.id, now))
        found = choose_for_group(left, needs, asked, self._similar, f"{group.place.channel} {series.number}")
        return self._bank.get(found.question_id) if found is not None else None

    def _candidates(self, filters: tuple[tuple[str, str], ...]) -> tuple[Candidate, ...]:
        return tuple(candidate_of(question) for question in matching(self._bank, dict(filters)))

    def _compare(self, one: str, other: str) -> float:
        first, second = self._bank.get(one), self._bank.get(other)
        return similar(first.prompt, second.prompt) if first and second else 0.0
