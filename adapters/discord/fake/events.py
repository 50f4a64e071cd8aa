"""What the gateway dispatches, and who may read what in it (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.discord.fake import objects
from adapters.discord.fake.model import JSON, Channel, Guild, Message

if TYPE_CHECKING:
    from adapters.discord.fake.world import World

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
GUILD_REACTIONS, DIRECT_REACTIONS = 1 << 10, 1 << 13


@dataclass(frozen=True)
class Event:
    """A dispatch. `guild` tells the shard ("": direct messages, the first one), `intent` who asked for such.

    `bare` is what those get who may not read what people write, None where there is no difference.
    """

    name: str
    data: JSON
    guild: str
    intent: int = GUILDS
    bare: JSON | None = None
    hidden: bool = False


def message(world: World, name: str, found: Message) -> Event:
    """Return MESSAGE_CREATE or MESSAGE_UPDATE."""
    channel = world.channels[found.channel]
    seen = objects.message(world, found) | {"channel_type": int(channel.kind)}
    guild = world.guilds.get(channel.guild)
    member = guild.members.get(found.author.id) if guild else None
    if guild is not None:
        seen["guild_id"] = guild.id
    if member is not None and not found.webhook:
        seen["member"] = {key: value for key, value in objects.member(member).items() if key != "user"}
    bare = None
    if not is_readable(world, found):
        bare = seen | {name: objects.message(world, found, readable=False)[name] for name in _CONTENT}
    return _hidden(world, Event(name, seen, channel.guild, _said(channel), bare), channel)


_CONTENT = ("content", "embeds", "components", "attachments")


def is_readable(world: World, found: Message) -> bool:
    """Tell whether an app without the intent reads a message: in direct messages, its own, and those that name it."""
    channel = world.channels[found.channel]
    return not channel.guild or found.author.id == world.bot.id or world.bot.id in found.mentions


def deleted(world: World, found: list[Message]) -> Event:
    """Return MESSAGE_DELETE, or MESSAGE_DELETE_BULK for several; authors are not named."""
    channel = world.channels[found[0].channel]
    data: JSON = {"channel_id": channel.id} | ({"guild_id": channel.guild} if channel.guild else {})
    if len(found) == 1:
        event = Event("MESSAGE_DELETE", data | {"id": found[0].id}, channel.guild, _said(channel))
    else:
        ids = [message.id for message in found]
        event = Event("MESSAGE_DELETE_BULK", data | {"ids": ids}, channel.guild, _said(channel))
    return _hidden(world, event, channel)


def _said(channel: Channel) -> int:
    return GUILD_MESSAGES if channel.guild else DIRECT_MESSAGES


def channel(world: World, name: str, found: Channel) -> Event:
    """Return CHANNEL_CREATE, CHANNEL_UPDATE, CHANNEL_DELETE, THREAD_CREATE or THREAD_UPDATE."""
    seen = objects.channel(world, found) | ({"newly_created": True} if name == "THREAD_CREATE" else {})
    return _hidden(world, Event(name, seen, found.guild), found)


def thread_deleted(world: World, found: Channel) -> Event:
    """Return THREAD_DELETE."""
    data = {"id": found.id, "guild_id": found.guild, "parent_id": found.parent, "type": int(found.kind)}
    return _hidden(world, Event("THREAD_DELETE", data, found.guild), found)


def guild_created(world: World, found: Guild, *, joined: bool = False) -> Event:
    """Return GUILD_CREATE."""
    return Event("GUILD_CREATE", objects.guild_created(world, found, joined=joined), found.id)


def guild_deleted(found: Guild, *, outage: bool) -> Event:
    """Return GUILD_DELETE: the bot was removed, or there is an outage."""
    return Event("GUILD_DELETE", {"id": found.id} | ({"unavailable": True} if outage else {}), found.id)


def interaction(data: JSON) -> Event:
    """Return INTERACTION_CREATE, which needs no intent."""
    return Event("INTERACTION_CREATE", data, data.get("guild_id", ""), intent=0)


def _hidden(world: World, event: Event, channel: Channel) -> Event:
    return event if world.sees(world.bot, channel) else replace(event, hidden=True)
