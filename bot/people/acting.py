"""Who acts: from a platform's person to a learner, in a space, perhaps in a group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.chat.model import Asked, Incoming, Person
from bot.delivery.turn import Turn
from bot.people.preferences import is_zone, store_zone_spans
from bot.storage.database import upsert
from bot.storage.tables import groups, identities, learners, members, spaces

MEMBERSHIP = timedelta(days=28)
"""A member is a learner who acted in the group within this time (design 1)."""
CHANNEL_NAME = 120
"""Characters kept of a channel's name."""
TOUCH = timedelta(hours=1)
"""How exact `acted_at` is kept: one write an hour instead of one a message."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The learner behind an event; `group_id` is None outside of groups."""

    learner_id: str
    name: str
    person: Person
    space_id: str
    group_id: str | None
    level: str | None
    greeted: bool


def actor(turn: Turn, event: Incoming) -> Actor:
    """Return who acts, known from now on; the learner's row is locked until the transaction ends."""
    known = turn.memo.get("actor")
    if isinstance(known, Actor):
        return known
    seen = _look_up(turn, event)
    learner = _known(turn, event, seen) if seen is not None else _new_learner(turn, event)
    space_id = seen.space_id if seen is not None else None
    if space_id is None:
        space_id = space_of(turn, event.where.platform, event.space)
    group_id = seen.group_id if seen is not None else _group(turn.conn, space_id, event.where.channel)
    if event.where.private:
        group_id = None
    if group_id is not None:
        join(turn.conn, group_id, learner.id, turn.now)
        if event.channel and isinstance(event, Asked):
            turn.conn.execute(_NAME, {"group": group_id, "named": event.channel[:CHANNEL_NAME]})
    found = Actor(
        learner_id=learner.id,
        name=event.name or learner.name or event.who.account,
        person=event.who,
        space_id=space_id,
        group_id=group_id,
        level=learner.level,
        greeted=learner.greeted_at is not None,
    )
    turn.memo["actor"] = found
    return found


def space_of(turn: Turn, platform: str, native: str) -> str:
    """Return the id of a space, made at first sight."""
    native_space = {"platform": platform, "native": native}
    found: str | None = turn.conn.execute(_SPACE, native_space).scalar()
    if found is None:
        row = {"id": turn.new_id(), "platform": platform, "native": native, "created_at": turn.now}
        turn.conn.execute(upsert(turn.conn, spaces).on_conflict_do_nothing(), row)
        found = turn.conn.execute(_SPACE, native_space).scalar_one()
    return found


def learner_of(conn: Connection, person: Person) -> str | None:
    """Return the learner behind an identity, None for somebody who never acted."""
    found: str | None = conn.execute(
        select(identities.c.learner_id).where(
            identities.c.platform == person.platform,
            identities.c.realm == person.realm,
            identities.c.account == person.account,
        )
    ).scalar()
    return found


def identities_of(conn: Connection, learner_id: str) -> list[Person]:
    """Return the identities of a learner."""
    rows = conn.execute(
        select(identities.c.platform, identities.c.realm, identities.c.account)
        .where(identities.c.learner_id == learner_id)
        .order_by(identities.c.platform, identities.c.account)
    )
    return [Person(*row) for row in rows]


def join(conn: Connection, group_id: str, learner_id: str, now: datetime) -> None:
    """Note that a learner acted in a group: the spell of membership goes on, or a new one begins."""
    last = conn.execute(_LAST_SPELL, {"group": group_id, "learner": learner_id}).first()
    if last is None or now - last.acted_at > MEMBERSHIP:
        row = {"group_id": group_id, "learner_id": learner_id, "since": now, "acted_at": now}
        conn.execute(upsert(conn, members).on_conflict_do_nothing(), row)
    elif now - last.acted_at > TOUCH:
        conn.execute(
            update(members)
            .where(members.c.group_id == group_id, members.c.learner_id == learner_id, members.c.since == last.since)
            .values(acted_at=now)
        )


def greeted(turn: Turn, learner_id: str) -> None:
    """Note that a learner was welcomed."""
    turn.conn.execute(update(learners).where(learners.c.id == learner_id).values(greeted_at=turn.now))


def level_of(conn: Connection, learner_id: str) -> str | None:
    """Return the level that a learner prepares for, None if it was never told."""
    found: str | None = conn.execute(select(learners.c.level).where(learners.c.id == learner_id)).scalar()
    return found


def set_level(conn: Connection, learner_id: str, level: str) -> None:
    """Store the level that a learner prepares for."""
    conn.execute(update(learners).where(learners.c.id == learner_id).values(level=level))


def _group(conn: Connection, space_id: str, channel: str) -> str | None:
    found: str | None = conn.execute(_GROUP, {"space": space_id, "channel": channel}).scalar()
    return found


@dataclass(frozen=True, slots=True)
class _Learner:
    id: str
    name: str
    level: str | None
    greeted_at: datetime | None


# These are asked with every event. A statement that is built once costs a third of one that is built each time.
_SPACE = select(spaces.c.id).where(spaces.c.platform == bindparam("platform"), spaces.c.native == bindparam("native"))
_GROUP = select(groups.c.id).where(groups.c.space_id == bindparam("space"), groups.c.channel == bindparam("channel"))
_LAST_SPELL = (
    select(members.c.since, members.c.acted_at)
    .where(members.c.group_id == bindparam("group"), members.c.learner_id == bindparam("learner"))
    .order_by(members.c.since.desc())
    .limit(1)
)
_NAME = (
    update(groups)
    .where(groups.c.id == bindparam("group"), groups.c.name.is_distinct_from(bindparam("named")))
    .values(name=bindparam("named"))
)
_HERE = _SPACE.scalar_subquery()
# The learner's row orders everything that this person does at once (design 4: learner first, then group).
_WHO = (
    select(
        learners.c.id,
        learners.c.name,
        learners.c.level,
        learners.c.greeted_at,
        _HERE.label("space_id"),
        select(groups.c.id)
        .where(groups.c.space_id == _HERE, groups.c.channel == bindparam("channel"))
        .scalar_subquery()
        .label("group_id"),
    )
    .select_from(identities.join(learners))
    .where(
        identities.c.platform == bindparam("platform"),
        identities.c.realm == bindparam("realm"),
        identities.c.account == bindparam("account"),
    )
    .with_for_update(of=learners)
)


def _look_up(turn: Turn, event: Incoming) -> Row[Any] | None:
    """Return the learner behind an event, with space and group where they are known."""
    who = event.who
    asked = {
        "platform": who.platform,
        "realm": who.realm,
        "account": who.account,
        "native": event.space,
        "channel": event.where.channel,
    }
    found: Row[Any] | None = cast(Any, turn.conn.execute(_WHO, asked).first())
    return found


def _known(turn: Turn, event: Incoming, row: Row[Any]) -> _Learner:
    if event.name and event.name != row.name:
        turn.conn.execute(update(learners).where(learners.c.id == row.id).values(name=event.name))
    return _Learner(row.id, row.name, row.level, row.greeted_at)


def _new_learner(turn: Turn, event: Incoming) -> _Learner:
    who, learner_id = event.who, turn.new_id()
    turn.conn.execute(insert(learners), {"id": learner_id, "name": event.name, "created_at": turn.now})
    identity = {"platform": who.platform, "realm": who.realm, "account": who.account, "learner_id": learner_id}
    turn.conn.execute(insert(identities), identity)
    if is_zone(event.zone):
        store_zone_spans(turn.conn, learner_id, [(event.zone, turn.now)])
    return _Learner(learner_id, event.name, None, None)
