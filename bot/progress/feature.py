"""`/progress`: what a learner sees of herself."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.bank.model import Bank
from bot.chat.model import Asked, Button, Card, Incoming, Sent
from bot.chat.surface import Command
from bot.delivery.feature import Feature, OnCommand
from bot.delivery.turn import Turn
from bot.people.acting import actor
from bot.people.groups import spells_of
from bot.progress import cards
from bot.progress.actions import PRACTISE
from bot.progress.cards import SkillLine
from bot.progress.quoting import note_quoting
from bot.progress.service import due_of, evidence_of, history, masteries_of, spans_of, streak_of
from bot.progress.skills import Mastery, is_weak, weakest
from bot.progress.streaks import local_date, zone_at
from bot.storage.tables import attempts, rounds

STRONG = 0.7
"""From this mean on, a skill is called strong."""
MOST_SKILLS = 3
"""Skills of a kind on one card: who has more to mend begins with these."""


def progress(bank: Bank) -> Feature:
    """Return the feature."""

    def shown(turn: Turn, event: Incoming) -> Card:
        who = actor(turn, event)
        streak = streak_of(turn.conn, who.learner_id, turn.now)
        spans = spans_of(turn.conn, who.learner_id)
        zone = zone_at(spans, turn.now)
        masteries = masteries_of(turn.conn, who.learner_id, turn.now)
        if not streak.days and not masteries:
            return cards.nothing_yet()

        def line(skill: str) -> SkillLine:
            return _line(turn.conn, bank, who.learner_id, skill, masteries[skill], zone)

        by_need = ((skill, line(skill)) for skill in weakest(masteries, turn.now, len(masteries)))
        weak = dict(islice(((skill, one) for skill, one in by_need if one.missed), MOST_SKILLS))
        strong = sorted(
            (s for s, m in masteries.items() if m.mean >= STRONG and s not in weak), key=lambda s: -masteries[s].mean
        )
        due = due_of(turn.conn, who.learner_id, turn.now)
        offer: dict[str, Any] = {"which": "due"} if due else {"skill": next(iter(weak))} if weak else {}
        token = turn.token(owner=who.learner_id, **offer) if offer else ""
        return cards.progress_card(
            streak,
            cards.week_words(streak.days, local_date(turn.now, zone)),
            list(weak.values()),
            [line(skill) for skill in strong[:MOST_SKILLS]],
            len(due),
            Button(PRACTISE, token, "Practise") if token else None,
        )

    def show(turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        who = actor(turn, event)
        turn.whisper(shown(turn, event), key=f"progress:shown:{who.learner_id}:{event.id}", tell=True)

    def why(turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        who = actor(turn, event)
        streak = streak_of(turn.conn, who.learner_id, turn.now)
        answers, open_rounds = _asked(turn.conn, bank, who.learner_id)
        turn.whisper(cards.why_card(streak, answers, open_rounds))

    def past(turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        who = actor(turn, event)
        zone = ZoneInfo(zone_at(spans_of(turn.conn, who.learner_id), turn.now))
        rows = []
        for told in history(turn.conn, who.learner_id):
            on = told[0].at.astimezone(zone)
            words = cards.history_row(bank.get(told[0].question_id), told)
            rows.append((f"{on:%a} {on.day} {on:%b}", words))
        turn.whisper(cards.history_card(rows))

    def delivered(turn: Turn, key: str, sent: Sent) -> None:
        """Remember a card that quotes a learner."""
        note_quoting(turn, key.split(":")[2], sent)

    return Feature(
        name="progress",
        delivered=delivered,
        home=shown,
        commands=(
            OnCommand(Command("progress", "streak, weak areas, what to practise next"), show),
            OnCommand(Command("progress why", "the streak, day by day"), why),
            OnCommand(Command("progress history", "your last answers"), past),
        ),
    )


def _line(conn: Connection, bank: Bank, learner_id: str, skill: str, mastery: Mastery, zone: str) -> SkillLine:
    pieces = evidence_of(conn, learner_id, skill)
    quoted = [piece for piece in pieces if piece.quote]
    # For a weak skill the partly recognised quote teaches more than the one that went well.
    telling = [piece for piece in quoted if piece.met == "partial"] if is_weak(mastery) else quoted
    piece = next(iter(telling or quoted), None)
    on = piece.at.astimezone(ZoneInfo(zone)).strftime("%a") if piece else ""
    recognised = sum(one.met != "absent" for one in pieces)
    in_part = sum(one.met == "partial" for one in pieces)
    quote = piece.quote if piece else ""
    return SkillLine(bank.skill_name(skill), mastery, quote, on, recognised, in_part, len(pieces))


def _asked(conn: Connection, bank: Bank, learner_id: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the words of the question of each answer and of each round, by what the streak refers to."""
    mine = select(attempts.c.ref, attempts.c.question_id).where(attempts.c.learner_id == learner_id)
    answers = {row.ref: cards.question_words(bank.get(row.question_id)) for row in conn.execute(mine)}
    groups = [group for group, _, _ in spells_of(conn, learner_id)]
    asked = select(rounds.c.id, rounds.c.question_id).where(rounds.c.group_id.in_(groups))
    named = {row.id: cards.question_words(bank.get(row.question_id)) for row in conn.execute(asked) if row.question_id}
    return answers, named
