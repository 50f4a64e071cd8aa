"""What a learner chose: zone, level, rest days."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.storage.database import upsert
from bot.storage.tables import groups, members, preferences, series, zones

REST_DAYS = "rest"
"""Days of the week (Monday 0) on which a learner without a group owes nothing."""


def preference(conn: Connection, learner_id: str, name: str) -> Any:
    """Return a preference, None if it was never set."""
    return conn.execute(_PREFERENCE, {"learner": learner_id, "named": name}).scalar()


def prefer(conn: Connection, learner_id: str, name: str, value: Any) -> None:
    """Set a preference."""
    statement = upsert(conn, preferences).values(learner_id=learner_id, name=name, value=value)
    statement = statement.on_conflict_do_update(index_elements=["learner_id", "name"], set_={"value": value})
    conn.execute(statement)


def zone_spans(conn: Connection, learner_id: str) -> list[tuple[str, Any]]:
    """Return (zone, since) of every zone that a learner chose, oldest first."""
    return [(row.zone, row.since) for row in conn.execute(_ZONES, {"learner": learner_id})]


def store_zone_spans(conn: Connection, learner_id: str, spans: list[tuple[str, Any]]) -> None:
    """Replace the zones of a learner."""
    conn.execute(delete(zones).where(zones.c.learner_id == learner_id))
    conn.execute(insert(zones), [{"learner_id": learner_id, "zone": zone, "since": since} for zone, since in spans])


def is_zone(name: str) -> bool:
    """Tell whether a word from a platform is a time zone that we know."""
    return name in _known_zones()


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def group_zone(conn: Connection, learner_id: str) -> str | None:
    """Return the zone of the group that a learner acted in last: hers until she chooses one."""
    found: str | None = conn.execute(_GROUP_ZONE, {"learner": learner_id}).scalar()
    return found


# Built once: these are asked with nearly every answer and card.
_PREFERENCE = select(preferences.c.value).where(
    preferences.c.learner_id == bindparam("learner"), preferences.c.name == bindparam("named")
)
_ZONES = select(zones.c.zone, zones.c.since).where(zones.c.learner_id == bindparam("learner")).order_by(zones.c.since)
_GROUP_ZONE = (
    select(series.c.zone)
    .select_from(members.join(groups).join(series, series.c.group_id == groups.c.id))
    .where(members.c.learner_id == bindparam("learner"))
    .order_by(members.c.acted_at.desc(), series.c.number)
    .limit(1)
)
