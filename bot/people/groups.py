"""Groups, their members and their organisers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.chat.model import Conversation
from bot.delivery.codec import dump, parse
from bot.delivery.turn import Turn
from bot.people.acting import CHANNEL_NAME, MEMBERSHIP, Actor, join
from bot.storage.database import upsert
from bot.storage.tables import groups, identities, learners, members, organisers


@dataclass(frozen=True, slots=True)
class Group:
    """A channel with at least one series; `place` is the channel itself, without a thread.

    `gone_at`: since when the bot is not in it, and nothing can be posted until it is asked in again; None: it is.
    """

    id: str
    space_id: str
    place: Conversation
    gone_at: datetime | None = None
    name: str = ""

    @property
    def gone(self) -> bool:
        """Whether nothing can be posted there."""
        return self.gone_at is not None

    @property
    def called(self) -> str:
        """What people call its channel, as far as the platform told."""
        return f"#{self.name.lstrip('#')}" if self.name else self.place.channel


_COLUMNS = (groups.c.id, groups.c.space_id, groups.c.place, groups.c.gone_at, groups.c.name)


def channel_of(where: Conversation) -> Conversation:
    """Return the channel that a thread belongs to."""
    return replace(where, thread="")


def found_group(turn: Turn, actor: Actor, where: Conversation, name: str = "") -> Group:
    """Return the group of a channel, made at first need; whoever acts becomes a member."""
    place = channel_of(where)
    query = select(groups.c.id).where(groups.c.space_id == actor.space_id, groups.c.channel == place.channel)
    row = {
        "id": turn.new_id(),
        "space_id": actor.space_id,
        "channel": place.channel,
        "name": name[:CHANNEL_NAME] or None,
        "place": dump(place),
        "created_at": turn.now,
    }
    turn.conn.execute(upsert(turn.conn, groups).on_conflict_do_nothing(), row)
    group_id = turn.conn.execute(query.with_for_update()).scalar_one()
    reopen_group(turn.conn, actor.space_id, place.channel)
    join(turn.conn, group_id, actor.learner_id, turn.now)
    return Group(group_id, actor.space_id, place, name=name)


def group(conn: Connection, group_id: str) -> Group:
    """Return a group that is known to exist."""
    return _group(conn.execute(select(*_COLUMNS).where(groups.c.id == group_id)).one())


def groups_at(conn: Connection, space_id: str, channel: str) -> list[Group]:
    """Return the group of a channel, or with "" every group of a space; [] where nothing was ever set up."""
    return [_group(row) for row in conn.execute(select(*_COLUMNS).where(*_at(space_id, channel)))]


def organised_by(conn: Connection, actor: Actor, right: bool | None) -> list[Group]:
    """Return the groups of a space that somebody may configure, by name: all of them with the platform's right."""
    query = select(*_COLUMNS).where(groups.c.space_id == actor.space_id).order_by(groups.c.name, groups.c.id)
    if not right:
        mine = select(organisers.c.group_id).where(organisers.c.learner_id == actor.learner_id)
        query = query.where(groups.c.id.in_(mine))
    return [_group(row) for row in conn.execute(query)]


def _group(row: Any) -> Group:
    return Group(row.id, row.space_id, parse(row.place, Conversation), row.gone_at, row.name or "")


def members_of(conn: Connection, group_id: str, now: datetime) -> list[str]:
    """Return the learners who acted in a group within the last 28 days."""
    query = (
        select(members.c.learner_id)
        .where(members.c.group_id == group_id, members.c.acted_at >= now - MEMBERSHIP)
        .distinct()
        .order_by(members.c.learner_id)
    )
    return list(conn.execute(query).scalars())


def spells_of(conn: Connection, learner_id: str) -> list[tuple[str, datetime, datetime]]:
    """Return (group, since, until) of each spell of membership of a learner."""
    query = select(members.c.group_id, members.c.since, members.c.acted_at).where(members.c.learner_id == learner_id)
    return [(row.group_id, row.since, row.acted_at + MEMBERSHIP) for row in conn.execute(query.order_by("since"))]


def name_organiser(turn: Turn, group_id: str, learner_id: str, named_by: str | None) -> None:
    """Let a learner configure a group."""
    row = {"group_id": group_id, "learner_id": learner_id, "named_by": named_by, "at": turn.now}
    turn.conn.execute(upsert(turn.conn, organisers).on_conflict_do_nothing(), row)


def organisers_of(conn: Connection, group_id: str) -> list[str]:
    """Return the names of a group's organisers, in the order in which they were named."""
    query = (
        select(learners.c.name)
        .select_from(organisers.join(learners, learners.c.id == organisers.c.learner_id))
        .where(organisers.c.group_id == group_id)
        .order_by(organisers.c.at, learners.c.name)
    )
    return list(conn.execute(query).scalars())


def may_organise(conn: Connection, actor: Actor, group_id: str | None, right: bool | None) -> bool:
    """Tell whether somebody may configure a group: by the platform's `right`, or named for it.

    A channel without a group yet takes its first organiser by the platform's right alone; where the platform
    cannot tell (None), whoever sets the group up becomes its organiser.
    """
    if right:
        return True
    if group_id is None:
        return right is None
    found = conn.execute(
        select(func.count()).where(organisers.c.group_id == group_id, organisers.c.learner_id == actor.learner_id)
    ).scalar_one()
    return bool(found)


def member_named(conn: Connection, group_id: str, name: str) -> list[tuple[str, str]]:
    """Return (id, name) of the members of a group whom a mention's account or a name in any case means."""
    query = (
        select(learners.c.id, learners.c.name, identities.c.account)
        .select_from(members.join(learners, learners.c.id == members.c.learner_id).join(identities))
        .where(members.c.group_id == group_id)
        .order_by(learners.c.id)
    )
    everybody = list(conn.execute(query))
    # Compared here: SQLite's lower() leaves everything beyond ASCII as it is.
    named = {row.id: row.name for row in everybody if row.name.casefold() == name.casefold()}
    mentioned = {row.id: row.name or row.account for row in everybody if row.account == name}
    return list((mentioned or named).items())


def close_group(conn: Connection, space_id: str, channel: str, now: datetime) -> None:
    """Note that the bot was removed from a channel, or with "" from every channel of a space; nothing is lost.

    Platforms say it twice, the first time counts.
    """
    conn.execute(update(groups).where(*_at(space_id, channel), groups.c.gone_at.is_(None)).values(gone_at=now))


def reopen_group(conn: Connection, space_id: str, channel: str) -> None:
    """Note that the bot can post in a channel again, or with "" in each channel that went with the whole space.

    Those went at the same instant, the last of all: a channel that was deleted before stays gone.
    """
    here = _at(space_id, channel)
    if not channel:
        last = select(func.max(groups.c.gone_at)).where(groups.c.space_id == space_id).scalar_subquery()
        here = (*here, groups.c.gone_at == last)
    conn.execute(update(groups).where(*here).values(gone_at=None))


def _at(space_id: str, channel: str) -> tuple[ColumnElement[bool], ...]:
    here = groups.c.space_id == space_id
    return (here, groups.c.channel == channel) if channel else (here,)


def organiser_ids(conn: Connection, group_id: str) -> list[str]:
    """Return the learners who are organisers of a group."""
    query = select(organisers.c.learner_id).where(organisers.c.group_id == group_id).order_by(organisers.c.at)
    return list(conn.execute(query).scalars())
