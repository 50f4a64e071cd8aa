"""The arithmetic of the ledger: local days, changes of zone, and the streak (pure).

Dates are subtracted and compared, never hours.  The streak is computed from the whole ledger each time, so that
it can always be recomputed and explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

DAY_BEGINS = time(4)
"""A local day begins at 04:00 on the learner's clock: an answer at one in the morning belongs to the evening before."""
SHORTEST_DAY = timedelta(hours=12)
"""A date that a change of zone cut below this is no longer required: half a day is what one can ask of anybody."""
UNKNOWN_ZONE = "UTC"
"""The zone of a learner who has not told one."""

_DAY = timedelta(days=1)

Source = Literal["round", "interview", "practice"]
State = Literal["answered", "missed", "excused", "rest", "free", "open"]


# ---------------------------------------------------------------- local days
def local_date(instant: datetime, zone: str) -> date:
    """Return the date of the local day that an instant belongs to; it never goes back while time goes on."""
    day = (instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(hours=DAY_BEGINS.hour)).date()
    while day_begins(day, zone) > instant:
        day -= _DAY
    while day_begins(day + _DAY, zone) <= instant:
        day += _DAY
    return day


def day_begins(day: date, zone: str) -> datetime:
    """Return the UTC instant at which a date's local day begins."""
    return wall_instant(day, DAY_BEGINS, zone)


def day_ends(instant: datetime, zone: str) -> datetime:
    """Return the UTC instant at which the local day of `instant` ends, and the next one begins."""
    return day_begins(local_date(instant, zone) + _DAY, zone)


def wall_instant(day: date, wall: time, zone: str) -> datetime:
    """Return the UTC instant of a wall time on a day.

    A wall time that the day does not have moves to the first instant after the gap; of two, the first is taken.
    """
    local = datetime.combine(day, wall.replace(fold=0, tzinfo=None), tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    shown = local.replace(tzinfo=None)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == shown:
        return instant
    # In a gap the two readings of the wall time (PEP 495) stand on both sides of the transition: close in on it.
    before, after = local.replace(fold=1).astimezone(UTC), instant
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        past = middle.astimezone(local.tzinfo).replace(tzinfo=None) >= shown
        before, after = (before, middle) if past else (middle, after)
    return after.replace(microsecond=0)


# ---------------------------------------------------------------- changes of zone
@dataclass(frozen=True, slots=True)
class ZoneSpan:
    """The learner's zone from `since` on, until the next span; the first one reaches back without end."""

    zone: str
    since: datetime


def zone_at(spans: Sequence[ZoneSpan], instant: datetime) -> str:
    """Return the zone of a learner at an instant; `UNKNOWN_ZONE` without spans."""
    ordered = sorted(spans, key=lambda span: span.since)
    begun = [span.zone for span in ordered if span.since <= instant]
    return begun[-1] if begun else ordered[0].zone if ordered else UNKNOWN_ZONE


def change_zone(spans: Sequence[ZoneSpan], zone: str, now: datetime) -> tuple[ZoneSpan, ...]:
    """Return the spans with a change made now: it applies from the next local day, and replaces one still pending.

    The first zone ever told applies at once.
    """
    begun = tuple(sorted((span for span in spans if span.since <= now), key=lambda span: span.since))
    if not begun:
        return (ZoneSpan(zone, now),)
    return begun if begun[-1].zone == zone else (*begun, ZoneSpan(zone, day_ends(now, begun[-1].zone)))


def skipped_dates(spans: Sequence[ZoneSpan], until: datetime) -> frozenset[date]:
    """Return the dates that changes of zone before `until` took from the learner: in all they lasted under 12 h."""
    ordered = sorted((span for span in spans if span.since <= until), key=lambda span: span.since)
    doubtful: set[date] = set()
    for before, after in pairwise(ordered):
        last = local_date(after.since - timedelta(microseconds=1), before.zone)
        first = local_date(after.since, after.zone)
        doubtful |= {last + _DAY * step for step in range(1, (first - last).days + 1)}
    return frozenset(day for day in doubtful if _lasted(day, ordered) < SHORTEST_DAY)


def _lasted(day: date, spans: Sequence[ZoneSpan]) -> timedelta:
    total = timedelta()
    for position, span in enumerate(spans):
        begins, ends = day_begins(day, span.zone), day_begins(day + _DAY, span.zone)
        if position > 0:
            begins = max(begins, span.since)
        if position + 1 < len(spans):
            ends = min(ends, spans[position + 1].since)
        total += max(ends - begins, timedelta())
    return total


# ---------------------------------------------------------------- the streak
@dataclass(frozen=True, slots=True)
class Credit:
    """An entry of the ledger: something past the gate was answered that counts for `date`; `ref` names the attempt."""

    date: date
    at: datetime
    source: Source
    ref: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A round that opened on `date` in one of the learner's groups; `excused` is why it does not count, or ""."""

    date: date
    closes: datetime
    ref: str
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One date of the streak. `because` is a word or a reference, which the cards put into a sentence.

    answered: the credit's ref · missed and open: the round's ref, or "alone" · rest: "rest" · free: "no_round",
    "ahead" or "before" · excused: "vacation", "zone", or the requirement's own word.
    """

    date: date
    state: State
    because: str


@dataclass(frozen=True, slots=True)
class Streak:
    """`current` and `best` count credited dates; `best_ended` is the last date of the best streak, None while it is
    the current one.  `pending` is the open date that breaks the streak if nothing is answered; `days` oldest first.
    """

    current: int
    best: int
    best_ended: date | None
    days: tuple[Day, ...]
    pending: date | None


def streak(
    credits: Iterable[Credit],  # noqa: A002 - the word of the design
    requirements: Iterable[Requirement],
    *,
    today: date,
    now: datetime,
    rest_days: frozenset[int] = frozenset(),
    grouped: bool | Callable[[date], bool],
    vacations: Sequence[tuple[date, date]] = (),
    skipped: frozenset[date] = frozenset(),
    since: date | None = None,
) -> Streak:
    """Compute a learner's streak from the ledger, in whatever order it comes.

    `today` is the learner's local date.  `grouped` tells on which dates she was a member of a group: membership
    comes and goes, and what she did alone must not be judged by a group she joined later.  Vacations are pairs of
    first and last date.  Before `since` nothing is required of her, and what she answered counts all the same.
    """
    answered: dict[date, Credit] = {}
    for credit in sorted(credits, key=lambda credit: (credit.date, credit.at, credit.source, credit.ref)):
        answered.setdefault(credit.date, credit)
    required: dict[date, list[Requirement]] = {}
    for requirement in sorted(requirements, key=lambda requirement: (requirement.closes, requirement.ref)):
        if since is None or requirement.date >= since:
            required.setdefault(requirement.date, []).append(requirement)
    if not answered and not required:
        return Streak(0, 0, None, (), None)
    first_credit = min(answered, default=date.max)
    alone_from = max(first_credit, since or first_credit)

    def judge(day: date) -> Day:
        rounds = required.get(day, [])
        counting = [round_ for round_ in rounds if not round_.excused]
        if day in answered:
            return Day(day, "answered", answered[day].ref)
        if excuse := _excuse(day, rounds, vacations, skipped):
            return Day(day, "excused", excuse)
        if counting:
            # One that is excused can still be answered while it is open, and saves the day like any other.
            running = [round_ for round_ in rounds if round_.closes > now]
            return Day(day, "open", running[0].ref) if running else Day(day, "missed", counting[0].ref)
        if day.weekday() in rest_days:
            return Day(day, "rest", "rest")
        if day > today or day < alone_from:
            return Day(day, "free", "ahead" if day > today else "before")
        if grouped(day) if callable(grouped) else grouped:
            return Day(day, "free", "no_round")
        return Day(day, "open" if day == today else "missed", "alone")

    begin, end = min((*answered, *required)), max((*answered, *required, today))
    return _counted(tuple(judge(begin + _DAY * step) for step in range((end - begin).days + 1)))


def _excuse(
    day: date, rounds: Sequence[Requirement], vacations: Sequence[tuple[date, date]], skipped: frozenset[date]
) -> str:
    if any(first <= day <= last for first, last in vacations):
        return "vacation"
    if day in skipped:
        return "zone"
    return rounds[0].excused if rounds and all(round_.excused for round_ in rounds) else ""


def _counted(days: tuple[Day, ...]) -> Streak:
    current, best, best_ended, last = 0, 0, None, None
    for day in days:
        if day.state == "answered":
            current, last = current + 1, day.date
            if current >= best:
                best, best_ended = current, last
        elif day.state == "missed":
            current = 0
    pending = next((day.date for day in days if day.state == "open"), None)
    return Streak(current, best, None if current == best else best_ended, days, pending)
