"""One call of the API, and its answer; what most calls look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.discord.fake.model import JSON, Channel, Message, Refused, Right
from adapters.discord.fake.world import World


@dataclass(frozen=True)
class Call:
    """What was asked: the names in the path, the query, and the body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None

    @property
    def fields(self) -> JSON:
        """The body of a call that wants one."""
        if not isinstance(self.body, dict):
            raise Refused(400, 50109, "The request body contains invalid JSON.")
        return self.body


@dataclass(frozen=True)
class Answer:
    """What is answered; None where there is no body."""

    body: Any = None
    status: int = 200


NOTHING = Answer(None, 204)


def missing_access() -> Refused:
    """Return the refusal of a place that cannot be seen."""
    return Refused(403, 50001, "Missing Access")


def need(world: World, channel: Channel, *rights: Right) -> None:
    """Raise Refused unless the bot sees a channel, and has these rights there."""
    if not world.sees(world.bot, channel):
        raise missing_access()
    for right in rights:
        if right not in world.rights(world.bot, channel):
            raise Refused(403, 50013, "Missing Permissions")


def channel_of(world: World, call: Call, *rights: Right) -> Channel:
    """Return the channel of a path that the bot may use so; raises Refused."""
    found = world.channels.get(call.path["channel"])
    if found is None:
        raise Refused(404, 10003, "Unknown Channel")
    need(world, found, *rights)
    return found


def message_of(world: World, call: Call, channel: Channel) -> Message:
    """Return the message of a path, seen by all; raises Refused."""
    found = world.messages.get(call.path["message"])
    if found is None or found.channel != channel.id or found.reader:
        raise Refused(404, 10008, "Unknown Message")
    return found
