"""Calls about messages in channels."""

from __future__ import annotations

from urllib.parse import unquote

from adapters.discord.fake import composing, events, objects
from adapters.discord.fake.call import NOTHING, Answer, Call, channel_of, message_of
from adapters.discord.fake.model import EPHEMERAL, Channel, Kind, Message, Refused, Right
from adapters.discord.fake.strict import invalid
from adapters.discord.fake.world import World

_NAMES = ("before", "after", "around")
MOST, USUAL = 100, 50


def _sendable(world: World, call: Call) -> Channel:
    """Return a channel where the bot may write; raises Refused."""
    channel = channel_of(world, call)
    right = Right.SEND_MESSAGES_IN_THREADS if channel.is_thread else Right.SEND_MESSAGES
    channel_of(world, call, right)
    return channel


def create(world: World, call: Call) -> Answer:
    """Play POST /channels/{channel}/messages; a nonce that is remembered returns the first message."""
    channel = _sendable(world, call)
    if channel.kind == Kind.DM:
        _check_reader(world, channel)
    if channel.is_thread and channel.locked:
        raise Refused(403, 160005, "Thread is locked")
    known = composing.known(world, call.fields)
    if known is not None:
        return Answer(objects.message(world, known))
    if int(call.fields.get("flags") or 0) & EPHEMERAL:
        raise invalid("flags", "ephemeral messages answer interactions", "MESSAGE_FLAGS")
    about = (call.fields.get("message_reference") or {}).get("message_id")
    if about is not None:
        _check_reference(world, call, channel, str(about))
    message = world.add(composing.compose(world, channel, call.fields))
    return Answer(objects.message(world, message))


def _check_reader(world: World, channel: Channel) -> None:
    for reader in (world.users[number] for number in channel.members):
        if reader.closed:
            raise Refused(403, 50007, "Cannot send messages to this user")
        if reader.alone and reader.id not in world.installed_by:
            raise Refused(403, 50278, "Cannot send messages to this user")


def _check_reference(world: World, call: Call, channel: Channel, about: str) -> None:
    if Right.READ_MESSAGE_HISTORY not in world.rights(world.bot, channel):
        raise Refused(403, 160002, "Cannot reply without permission to read message history")
    found = world.messages.get(about)
    must = call.fields["message_reference"].get("fail_if_not_exists", True)
    if must and (found is None or found.channel != channel.id or found.reader):
        raise invalid("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")


def history(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}/messages: newest first."""
    channel = channel_of(world, call)
    limit = int(call.query.get("limit", USUAL))
    marks = {name: int(call.query[name]) for name in _NAMES if name in call.query}
    if not 1 <= limit <= MOST or len(marks) > 1:
        raise invalid("limit", f"1 to {MOST}, and one of {_NAMES}", "NUMBER_TYPE_MAX")
    if Right.READ_MESSAGE_HISTORY not in world.rights(world.bot, channel):
        return Answer([])
    found = world.history(channel.id)
    if "after" in marks:
        found = [m for m in found if int(m.id) > marks["after"]][:limit]
    elif "before" in marks:
        found = [m for m in found if int(m.id) < marks["before"]][-limit:]
    elif "around" in marks:
        older = [m for m in found if int(m.id) <= marks["around"]][-(limit // 2 + 1) :]
        found = older + [m for m in found if int(m.id) > marks["around"]][: limit // 2]
    return Answer([_seen(world, message) for message in reversed(found[-limit:])])


def _seen(world: World, message: Message) -> object:
    readable = world.content_granted or events.is_readable(world, message)
    return objects.message(world, message, readable=readable)


def show(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}/messages/{message}."""
    channel = channel_of(world, call, Right.READ_MESSAGE_HISTORY)
    return Answer(_seen(world, message_of(world, call, channel)))


def edit(world: World, call: Call) -> Answer:
    """Play PATCH /channels/{channel}/messages/{message}."""
    channel = channel_of(world, call)
    message = message_of(world, call, channel)
    if message.author.id != world.bot.id:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    if channel.archived:
        raise Refused(400, 50083, "Thread is archived")
    composing.change(world, message, call.fields)
    world.emit(events.message(world, "MESSAGE_UPDATE", message))
    world.changed()
    return Answer(objects.message(world, message))


def delete(world: World, call: Call) -> Answer:
    """Play DELETE /channels/{channel}/messages/{message}."""
    channel = channel_of(world, call)
    message = message_of(world, call, channel)
    if message.author.id != world.bot.id:
        channel_of(world, call, Right.MANAGE_MESSAGES)
        if not channel.guild:
            raise Refused(403, 50003, "Cannot execute action on a DM channel")
    if channel.archived:
        raise Refused(400, 50083, "Thread is archived")
    del world.messages[message.id]
    world.emit(events.deleted(world, [message]))
    world.changed()
    return NOTHING


def typing(world: World, call: Call) -> Answer:
    """Play POST /channels/{channel}/typing."""
    world.typings.append(_sendable(world, call).id)
    return NOTHING


def react(world: World, call: Call) -> Answer:
    """Play PUT …/reactions/{emoji}/@me; once more is the same as once."""
    channel = channel_of(world, call, Right.READ_MESSAGE_HISTORY)
    message = message_of(world, call, channel)
    emoji = unquote(call.path["emoji"])
    if emoji.isascii():
        raise Refused(400, 10014, "Unknown Emoji")
    if channel.archived:
        raise Refused(400, 50083, "Thread is archived")
    if emoji not in message.reactions:
        channel_of(world, call, Right.ADD_REACTIONS)
    message.reactions.setdefault(emoji, set()).add(world.bot.id)
    return NOTHING
