"""What a learner has: her streak, her mastery, her week; computed from what is stored, each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Connection, func, or_, select

from bot.coaching.assessment import Band
from bot.people import preferences
from bot.people.groups import spells_of
from bot.progress.choose import MemberNeed
from bot.progress.history import MOST_TOGETHER, Attempt, Told, together
from bot.progress.review import due
from bot.progress.skills import Mastery, prior, update
from bot.progress.streaks import (
    Credit,
    Requirement,
    Streak,
    ZoneSpan,
    local_date,
    skipped_dates,
    streak,
    zone_at,
)
from bot.storage.tables import attempts, evidence, ledger, outages, rounds

OUTAGE_EXCUSES = timedelta(hours=1)
"""An outage of the bot that took this much of a round's time excuses its date."""
UTC_ZONE = "UTC"
UNPROMPTED = ~attempts.c.ref.endswith(":probe")
"""Attempts without a follow-up: an answer to a probe repeats what was said before it, and would count it twice."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One assessed point: what showed a skill, or its absence."""

    skill: str
    point: str
    met: str
    quote: str
    question_id: str
    at: datetime


def spans_of(conn: Connection, learner_id: str) -> tuple[ZoneSpan, ...]:
    """Return a learner's zones: those she chose, else that of her group, else UTC."""
    chosen = [ZoneSpan(zone, since) for zone, since in preferences.zone_spans(conn, learner_id)]
    if chosen:
        return tuple(chosen)
    return (ZoneSpan(preferences.group_zone(conn, learner_id) or UTC_ZONE, _EPOCH),)


def zone_of(conn: Connection, learner_id: str, now: datetime) -> str:
    """Return the zone that a learner's day follows at an instant."""
    return zone_at(spans_of(conn, learner_id), now)


def streak_of(conn: Connection, learner_id: str, now: datetime) -> Streak:
    """Compute a learner's streak from the ledger and the rounds of her groups."""
    spans = spans_of(conn, learner_id)
    spells = spells_of(conn, learner_id)
    rest = preferences.preference(conn, learner_id, preferences.REST_DAYS) or []
    return streak(
        _credits(conn, learner_id),
        _requirements(conn, spells),
        today=local_date(now, zone_at(spans, now)),
        now=now,
        rest_days=frozenset(rest),
        grouped=_grouped(spells, spans),
        skipped=skipped_dates(spans, now),
    )


def masteries_of(conn: Connection, learner_id: str, now: datetime) -> dict[str, Mastery]:
    """Compute a learner's mastery of each skill from the points that were assessed, oldest first."""
    query = (
        select(evidence.c.skill, evidence.c.grade, evidence.c.difficulty, evidence.c.weight, evidence.c.at)
        .select_from(evidence.join(attempts))
        .where(evidence.c.learner_id == learner_id, evidence.c.contested_at.is_(None), evidence.c.at <= now, UNPROMPTED)
        .order_by(evidence.c.at, evidence.c.attempt_id, evidence.c.point)
    )
    found: dict[str, Mastery] = {}
    for row in conn.execute(query):
        before = found.get(row.skill) or prior()
        found[row.skill] = update(before, row.grade, row.difficulty, row.weight, row.at)
    return found


def evidence_of(conn: Connection, learner_id: str, skill: str, limit: int = 6) -> list[Evidence]:
    """Return what was last seen of a skill, newest first."""
    query = (
        select(
            evidence.c.skill,
            evidence.c.point,
            evidence.c.met,
            evidence.c.quote,
            attempts.c.question_id,
            evidence.c.at,
        )
        .select_from(evidence.join(attempts))
        .where(
            evidence.c.learner_id == learner_id,
            evidence.c.skill == skill,
            evidence.c.contested_at.is_(None),
            UNPROMPTED,
        )
        .order_by(evidence.c.at.desc(), evidence.c.point)
        .limit(limit)
    )
    return [Evidence(*row) for row in conn.execute(query)]


def seen_by(conn: Connection, learner_id: str) -> dict[str, datetime]:
    """Return when a learner last answered each question."""
    query = (
        select(attempts.c.question_id, func.max(attempts.c.at).label("last"))
        .where(attempts.c.learner_id == learner_id, attempts.c.state != "withdrawn")
        .group_by(attempts.c.question_id)
    )
    return {row.question_id: row.last for row in conn.execute(query)}


def needs_of(conn: Connection, space_id: str, members: Sequence[str]) -> list[MemberNeed]:
    """Return what each member needs, from attempts made in this space alone."""
    if not members:
        return []
    here = (attempts.c.learner_id.in_(members), attempts.c.space_id == space_id, attempts.c.state != "withdrawn")
    seen: dict[str, set[str]] = {member: set() for member in members}
    for row in conn.execute(select(attempts.c.learner_id, attempts.c.question_id).where(*here).distinct()):
        seen[row.learner_id].add(row.question_id)
    weak: dict[str, dict[str, float]] = {member: {} for member in members}
    graded = (
        select(
            evidence.c.learner_id,
            evidence.c.skill,
            func.sum(evidence.c.grade).label("total"),
            func.count().label("pieces"),
        )
        .select_from(evidence.join(attempts))
        .where(*here, evidence.c.contested_at.is_(None), UNPROMPTED)
        .group_by(evidence.c.learner_id, evidence.c.skill)
    )
    for row in conn.execute(graded):
        # The mean of a Beta(1, 1) prior and what was seen: no skill is weak for a single slip.
        weak[row.learner_id][row.skill] = 1 - (row.total + 1) / (row.pieces + 2)
    return [MemberNeed(weak[member], frozenset(seen[member])) for member in members]


def history(conn: Connection, learner_id: str, limit: int = 10) -> list[Told]:
    """Return a learner's last attempts, newest first; an answer and its follow-ups are one."""
    columns = (
        attempts.c.question_id,
        attempts.c.at,
        attempts.c.source,
        attempts.c.ref,
        attempts.c.band,
        attempts.c.score,
    )
    query = select(*columns).where(attempts.c.learner_id == learner_id, attempts.c.state == "assessed")
    newest = query.order_by(attempts.c.at.desc(), attempts.c.id).limit(limit * MOST_TOGETHER)
    return together(Attempt(*row) for row in conn.execute(newest))[:limit]


def due_of(conn: Connection, learner_id: str, now: datetime) -> tuple[str, ...]:
    """Return the questions whose time to come back has come, the most overdue first."""
    query = (
        select(attempts.c.question_id, attempts.c.band, attempts.c.at)
        .where(attempts.c.learner_id == learner_id, attempts.c.band.is_not(None), UNPROMPTED)
        .order_by(attempts.c.at)
    )
    latest = {row.question_id: (row.question_id, cast(Band, row.band), row.at) for row in conn.execute(query)}
    return due(latest.values(), now)


def has_credit(conn: Connection, learner_id: str) -> bool:
    """Tell whether a learner ever answered anything that counts for a streak."""
    return conn.execute(select(ledger.c.id).where(ledger.c.learner_id == learner_id).limit(1)).first() is not None


def _credits(conn: Connection, learner_id: str) -> list[Credit]:
    query = select(ledger).where(ledger.c.learner_id == learner_id).order_by(ledger.c.at, ledger.c.kind)
    standing: dict[tuple[str, str], list[Credit]] = {}
    for row in conn.execute(query):
        credits_ = standing.setdefault((row.source, row.ref), [])
        if row.kind == "credit":
            credits_.append(Credit(row.date, row.at, row.source, row.ref))
        elif credits_:
            credits_.pop()
    return [credit for credits_ in standing.values() for credit in credits_]


def _grouped(spells: Sequence[tuple[str, datetime, datetime]], spans: Sequence[ZoneSpan]) -> Callable[[date], bool]:
    """Return a test of dates: what a learner did alone is not judged by a group that she joined later."""
    within = [
        (local_date(since, zone_at(spans, since)), local_date(until, zone_at(spans, until)))
        for _, since, until in spells
    ]
    return lambda day: any(first <= day <= last for first, last in within)


def _requirements(conn: Connection, spells: Sequence[tuple[str, datetime, datetime]]) -> list[Requirement]:
    if not spells:
        return []
    mine = or_(
        *((rounds.c.group_id == group) & rounds.c.opened_at.between(since, until) for group, since, until in spells)
    )
    away = list(conn.execute(select(outages.c.began_at, outages.c.ended_at)))
    found = []
    for row in conn.execute(select(rounds).where(mine).order_by(rounds.c.date, rounds.c.id)):
        closes = row.closed_at if row.closed_at is not None and row.closed_at < row.closes_at else row.closes_at
        lost = (min(o.ended_at, closes) - max(o.began_at, row.opened_at) for o in away)
        excused = "outage" if any(time >= OUTAGE_EXCUSES for time in lost) else ""
        found.append(Requirement(row.date, closes, row.id, excused))
    return found


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
