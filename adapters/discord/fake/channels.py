"""Calls about channels, direct messages and threads."""

from __future__ import annotations

from adapters.discord.fake import events, objects
from adapters.discord.fake.call import NOTHING, Answer, Call, channel_of, message_of, missing_access
from adapters.discord.fake.model import JSON, Channel, Kind, Refused, Right
from adapters.discord.fake.strict import invalid
from adapters.discord.fake.world import World

_MEMBERS_OF_OWN = ("name", "archived", "locked", "invitable", "auto_archive_duration", "rate_limit_per_user")


def open_direct(world: World, call: Call) -> Answer:
    """Play POST /users/@me/channels: it opens even where direct messages are closed, which shows on sending."""
    user = world.users.get(str(call.fields.get("recipient_id")))
    if user is None:
        raise Refused(400, 50033, "Invalid Recipient(s)")
    if user.bot:
        raise Refused(400, 50007, "Cannot send messages to this user")
    return Answer(objects.channel(world, world.direct(user)))


def show(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}."""
    return Answer(objects.channel(world, channel_of(world, call)))


def change(world: World, call: Call) -> Answer:
    """Play PATCH /channels/{channel}; threads only, and of others only with the right to manage them."""
    channel = channel_of(world, call)
    if not channel.is_thread:
        raise Refused(403, 50013, "Missing Permissions")
    manages = Right.MANAGE_THREADS in world.rights(world.bot, channel)
    if (channel.owner != world.bot.id and not manages) or (channel.locked and not manages):
        raise Refused(403, 50013, "Missing Permissions")
    asked = {name: value for name, value in call.fields.items() if name in _MEMBERS_OF_OWN}
    if channel.archived and asked.get("archived", True):
        raise Refused(400, 50083, "Thread is archived")
    channel.name = asked.get("name", channel.name)
    channel.archived = bool(asked.get("archived", channel.archived))
    channel.locked = bool(asked.get("locked", channel.locked))
    channel.invitable = bool(asked.get("invitable", channel.invitable))
    channel.changed = world.now
    world.emit(events.channel(world, "THREAD_UPDATE", channel))
    world.changed()
    return Answer(objects.channel(world, channel))


def start_thread(world: World, call: Call) -> Answer:
    """Play POST /channels/{channel}/threads: a thread without a message, private unless it is told otherwise."""
    kind = Kind(call.fields.get("type") or Kind.PRIVATE_THREAD)
    is_private = kind == Kind.PRIVATE_THREAD
    right = Right.CREATE_PRIVATE_THREADS if is_private else Right.CREATE_PUBLIC_THREADS
    parent = channel_of(world, call, right)
    thread = _thread(world, parent, world.snowflake(), kind, call.fields)
    if not is_private:
        world.note(parent, 18, world.bot)
    return Answer(objects.channel(world, thread), 201)


def start_thread_from(world: World, call: Call) -> Answer:
    """Play POST /channels/{channel}/messages/{message}/threads: the thread has the message's id."""
    parent = channel_of(world, call, Right.CREATE_PUBLIC_THREADS, Right.READ_MESSAGE_HISTORY)
    message = message_of(world, call, parent)
    if message.id in world.channels:
        raise Refused(400, 160004, "A thread has already been created for this message")
    thread = _thread(world, parent, message.id, Kind.PUBLIC_THREAD, call.fields)
    world.note(thread, 21, world.bot, about=message.id)
    world.emit(events.message(world, "MESSAGE_UPDATE", message))
    return Answer(objects.channel(world, thread), 201)


def _thread(world: World, parent: Channel, number: str, kind: Kind, asked: JSON) -> Channel:
    if parent.kind not in (Kind.TEXT, Kind.NEWS):
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    name = asked.get("name") or ""
    if not name.strip():
        raise invalid("name", "Must be between 1 and 100 in length.", "BASE_TYPE_BAD_LENGTH")
    thread = Channel(number, kind, name, parent.guild, parent.id, world.bot.id, {world.bot.id}, changed=world.now)
    thread.invitable = bool(asked.get("invitable", True))
    world.channels[thread.id] = thread
    world.emit(events.channel(world, "THREAD_CREATE", thread))
    world.changed()
    return thread


def add_member(world: World, call: Call) -> Answer:
    """Play PUT /channels/{channel}/thread-members/{user}: it is told in the thread; once more, nothing happens."""
    thread = channel_of(world, call, Right.SEND_MESSAGES_IN_THREADS)
    if not thread.is_thread:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    if thread.archived:
        raise Refused(400, 50083, "Thread is archived")
    number = call.path["user"]
    user = world.bot if number == "@me" else world.users.get(number)
    if user is None or user.id not in world.guilds[thread.guild].members:
        raise Refused(404, 10007, "Unknown Member")
    if not world.sees(user, world.channels[thread.parent]):
        raise missing_access()
    if user.id not in thread.members:
        thread.members.add(user.id)
        world.note(thread, 1, world.bot, mentions=(user.id,))
    return NOTHING


def thread_member(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}/thread-members/{user}."""
    thread = channel_of(world, call)
    if call.path["user"] not in thread.members:
        raise Refused(404, 10007, "Unknown Member")
    return Answer(objects.thread_member(thread, call.path["user"]))


def active_threads(world: World, call: Call) -> Answer:
    """Play GET /guilds/{guild}/threads/active."""
    guild = world.guilds.get(call.path["guild"])
    if guild is None:
        raise Refused(404, 10004, "Unknown Guild")
    if world.bot.id not in guild.members:
        raise missing_access()
    return _threads(world, [t for t in world.threads(guild.id) if world.sees(world.bot, t)])


def archived_threads(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}/threads/archived/private: all of them, for who may manage them."""
    parent = channel_of(world, call, Right.READ_MESSAGE_HISTORY, Right.MANAGE_THREADS)
    return _threads(world, _archived(world, parent))


def own_archived_threads(world: World, call: Call) -> Answer:
    """Play GET /channels/{channel}/users/@me/threads/archived/private."""
    parent = channel_of(world, call, Right.READ_MESSAGE_HISTORY)
    return _threads(world, [thread for thread in _archived(world, parent) if world.bot.id in thread.members])


def _archived(world: World, parent: Channel) -> list[Channel]:
    own = (c for c in world.channels.values() if c.parent == parent.id and c.kind == Kind.PRIVATE_THREAD)
    return [thread for thread in own if thread.archived]


def _threads(world: World, found: list[Channel]) -> Answer:
    ours = [objects.thread_member(thread, world.bot.id) for thread in found if world.bot.id in thread.members]
    threads = [objects.channel(world, thread) for thread in found]
    return Answer({"threads": threads, "members": ours, "has_more": False})
