"""Series as they are stored: a schedule, filters, and what is planned next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.daily.calendar import Schedule, parse_time
from bot.delivery.turn import Turn
from bot.storage.database import upsert
from bot.storage.tables import series, skips


@dataclass(frozen=True, slots=True)
class Series:
    """A schedule of daily questions in a group; `number` is what its group calls it by.

    `dealt_on` is the newest date that was opened or missed; `planned_id` the question that comes next, once
    somebody has looked; `passed` the questions that were swapped away since the last round.
    """

    id: str
    group_id: str
    number: int
    schedule: Schedule
    filters: Mapping[str, str]
    dealt_on: date | None
    planned_id: str | None
    passed: tuple[str, ...]

    @property
    def timer(self) -> str:
        """The key of the timer that opens the next round."""
        return f"daily:open:{self.id}"


def add(turn: Turn, group_id: str, schedule: Schedule, filters: Mapping[str, str]) -> Series:
    """Store a new series of a group."""
    last = turn.conn.execute(select(func.max(series.c.number)).where(series.c.group_id == group_id)).scalar() or 0
    row: dict[str, Any] = {
        "id": turn.new_id(),
        "group_id": group_id,
        "number": last + 1,
        "passed": [],
        "created_at": turn.now,
        **_columns(schedule, filters),
    }
    turn.conn.execute(insert(series), row)
    return Series(row["id"], group_id, last + 1, schedule, filters, None, None, ())


def change(turn: Turn, before: Series, schedule: Schedule, filters: Mapping[str, str]) -> None:
    """Give a series another schedule and other filters; the plan for the next question goes with the filters."""
    values = _columns(schedule, filters)
    if dict(before.filters) != dict(filters):
        values |= {"planned_id": None, "passed": []}
    turn.conn.execute(update(series).where(series.c.id == before.id).values(**values))


def _columns(schedule: Schedule, filters: Mapping[str, str]) -> dict[str, Any]:
    return {
        "time": schedule.time.strftime("%H:%M"),
        "zone": schedule.zone,
        "days": "".join(str(day) for day in sorted(schedule.days)),
        "filters": dict(filters),
        "grace_minutes": int(schedule.grace.total_seconds() // 60),
        "starts_on": schedule.starts_on,
    }


def of_group(conn: Connection, group_id: str) -> list[Series]:
    """Return the running and paused series of a group, by number."""
    query = select(series).where(series.c.group_id == group_id, series.c.stopped_at.is_(None)).order_by("number")
    return [_series(conn, row) for row in conn.execute(query)]


def planned_beside(conn: Connection, group_id: str, series_id: str) -> list[str]:
    """Return what the other running series of a group ask next, as far as that is known."""
    beside = series.c.group_id == group_id, series.c.id != series_id, series.c.stopped_at.is_(None)
    return [one for one in conn.execute(select(series.c.planned_id).where(*beside)).scalars() if one]


def locked(conn: Connection, series_id: str) -> Series | None:
    """Return a series, locked until the transaction ends; None if it was stopped."""
    query = select(series).where(series.c.id == series_id, series.c.stopped_at.is_(None)).with_for_update()
    row = conn.execute(query).first()
    return _series(conn, row) if row is not None else None


def dealt(conn: Connection, series_id: str, on: date) -> None:
    """Note the newest date that was dealt with; the plan for it is used up."""
    values: dict[str, Any] = {"dealt_on": on, "planned_id": None, "passed": []}
    conn.execute(update(series).where(series.c.id == series_id).values(**values))


def plan_question(conn: Connection, series_id: str, question_id: str, passed: tuple[str, ...] = ()) -> None:
    """Note the question that comes next."""
    values = {"planned_id": question_id, "passed": list(passed)}
    conn.execute(update(series).where(series.c.id == series_id).values(**values))


def skip(conn: Connection, series_id: str, on: date) -> None:
    """Leave a date out."""
    row = {"series_id": series_id, "date": on}
    conn.execute(upsert(conn, skips).on_conflict_do_nothing(), row)


def pause(conn: Connection, series_id: str, since: date, until: date | None) -> None:
    """Pause a series from a date on, until a date that runs again, or until somebody resumes."""
    values = {"paused_from": since, "paused_until": until}
    conn.execute(update(series).where(series.c.id == series_id).values(**values))


def resume(conn: Connection, series_id: str, dealt_on: date) -> None:
    """End a pause; what it left out stays left out."""
    values = {"paused_from": None, "paused_until": None, "dealt_on": dealt_on}
    conn.execute(update(series).where(series.c.id == series_id).values(**values))


def stop(conn: Connection, series_id: str, now: datetime) -> None:
    """End a series; its rounds and what was answered stay."""
    conn.execute(update(series).where(series.c.id == series_id).values(stopped_at=now))


def _series(conn: Connection, row: Row[Any]) -> Series:
    left_out = conn.execute(select(skips.c.date).where(skips.c.series_id == row.id)).scalars()
    schedule = Schedule(
        parse_time(row.time),
        row.zone,
        frozenset(int(day) for day in row.days),
        row.starts_on,
        timedelta(minutes=row.grace_minutes),
        frozenset(left_out),
        row.paused_from,
        row.paused_until,
    )
    return Series(
        row.id, row.group_id, row.number, schedule, row.filters, row.dealt_on, row.planned_id, tuple(row.passed)
    )
