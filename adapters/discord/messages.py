"""What people say, change and delete, turned into events (pure): as the gateway brings it, and as a history holds it.

Ours to hear are direct messages, threads of ours, answers to us, and our name; never bots, webhooks and Discord itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import discord
from discord.utils import snowflake_time

from adapters.discord.limits import PLATFORM
from adapters.discord.places import channel_name, direct, place
from adapters.discord.text import read
from bot.chat.model import Attachment, Conversation, Deleted, Edited, Person, Said

_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_SPOKEN_TYPES = tuple(kind.value for kind in _SPOKEN)
_VOICE = ("audio/", "video/")


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are; `reads_words`: whether the message content intent was granted."""

    user: str
    application: str
    reads_words: bool = True


def said(message: discord.Message, own: Own) -> Said | None:
    """Return a message that was said to us."""
    where = _talk(message, own)
    if where is None:
        return None
    return Said(
        id=f"msg:{message.id}",
        at=snowflake_time(message.id),
        space=where.space,
        who=Person(PLATFORM, "", str(message.author.id)),
        where=where,
        name=message.author.display_name,
        channel=channel_name(message.channel) if where.space else "",
        message=str(message.id),
        text=_words(message, own),
        about=_about(message),
        voice=_voice(message),
    )


def edited(event: discord.RawMessageUpdateEvent, own: Own) -> Edited | None:
    """Return a change of words; pins, links that unfold and threads that begin are updates too, and none."""
    message = event.message
    at = message.edited_at
    where = _talk(message, own) if at is not None else None
    if at is None or where is None or not (message.content or _can_read(message, where, own)):
        return None
    return Edited(
        id=f"edit:{message.id}:{at.isoformat()}",
        at=at,
        space=where.space,
        who=Person(PLATFORM, "", str(message.author.id)),
        where=where,
        name=message.author.display_name,
        channel=channel_name(message.channel) if where.space else "",
        message=str(message.id),
        text=_words(message, own),
    )


def deleted(event: discord.RawMessageDeleteEvent, channel: object, own: Own, now: datetime) -> Deleted | None:
    """Return a deletion where we listen; it names nobody. `channel` is what discord.py knows of the place, or None.

    In a server's channel itself nobody could say whether the message was ours to hear: nothing is told of it.
    """
    where = _listening(channel, own) if event.guild_id else direct(event.channel_id)
    return _deleted(event.message_id, where, now) if where else None


def bulk_deleted(
    event: discord.RawBulkMessageDeleteEvent, channel: object, own: Own, now: datetime
) -> tuple[Deleted, ...]:
    """Return many deletions at once, oldest message first."""
    where = _listening(channel, own) if event.guild_id else direct(event.channel_id)
    return tuple(_deleted(message, where, now) for message in sorted(event.message_ids)) if where else ()


def heard(message: Mapping[str, Any], where: Conversation, own: Own) -> Said | None:
    """Return the event of a message that was read from a history of ours, with the id that it would have come with.

    `where` is the talk that was read; None for bots, webhooks and what Discord itself says there.
    """
    author: Mapping[str, Any] = message["author"]
    if author.get("bot") or message.get("webhook_id") or message.get("type") not in _SPOKEN_TYPES:
        return None
    ident = str(message["id"])
    mentions = message.get("mentions") or ()
    known = {f"@{user['id']}": str(user.get("global_name") or user["username"]) for user in mentions}
    reference = message.get("message_reference") or {}
    return Said(
        id=f"msg:{ident}",
        at=snowflake_time(int(ident)),
        space=where.space,
        who=Person(PLATFORM, "", str(author["id"])),
        where=where,
        name=str(author.get("global_name") or author["username"]),
        message=ident,
        text=read(str(message.get("content") or ""), own.user, known),
        about=str(reference.get("message_id") or "") if message["type"] == discord.MessageType.reply.value else "",
        voice=next(_voices(_raw_files(message), f"{message['channel_id']}/{ident}"), None),
    )


# ---------------------------------------------------------------- for us, and where
def _talk(message: discord.Message, own: Own) -> Conversation | None:
    """Return the conversation that a message belongs to, None if it is not for us."""
    if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
        return None
    channel = message.channel
    if isinstance(channel, discord.DMChannel):
        return direct(channel.id)
    if isinstance(channel, discord.Thread):
        return place(channel, own.user) if _is_own(channel, own) or _is_to_us(message, own) else None
    if _is_answer_to_us(message, own):
        # The thread of a post has the id of the post: an answer beside the thread belongs to the same talk.
        return replace(place(channel, own.user), thread=_about(message))
    return place(channel, own.user) if _is_to_us(message, own) else None


def _listening(channel: object, own: Own) -> Conversation | None:
    return place(channel, own.user) if isinstance(channel, discord.Thread) and _is_own(channel, own) else None


def _is_own(thread: discord.Thread, own: Own) -> bool:
    return str(thread.owner_id) == own.user


def _is_to_us(message: discord.Message, own: Own) -> bool:
    """Tell whether a message names us, by our role of the same name too, or answers us."""
    if any(str(user.id) == own.user for user in message.mentions):
        return True
    roles = (role.tags for role in message.role_mentions)
    return any(tags is not None and str(tags.bot_id) == own.user for tags in roles) or _is_answer_to_us(message, own)


def _is_answer_to_us(message: discord.Message, own: Own) -> bool:
    resolved = message.reference.resolved if message.reference and message.type is discord.MessageType.reply else None
    return isinstance(resolved, discord.Message) and str(resolved.author.id) == own.user


def _can_read(message: discord.Message, where: Conversation, own: Own) -> bool:
    """Tell whether no words mean that none were written, and not that we may not read them."""
    is_named = any(str(user.id) == own.user for user in message.mentions)
    return own.reads_words or not where.space or is_named


# ---------------------------------------------------------------- parts
def _words(message: discord.Message, own: Own) -> str:
    if "<" not in message.content:
        return message.content
    known = {f"@{user.id}": user.display_name for user in message.mentions}
    known |= {f"@&{role.id}": role.name for role in message.role_mentions}
    known |= {f"#{channel.id}": channel.name for channel in message.channel_mentions}
    text = message.content
    for role in message.role_mentions:
        if role.tags is not None and str(role.tags.bot_id) == own.user:
            text = text.replace(f"<@&{role.id}>", f"<@{own.user}>")
    return read(text, own.user, known)


def _about(message: discord.Message) -> str:
    is_answer = message.reference is not None and message.type is discord.MessageType.reply
    return str(message.reference.message_id or "") if is_answer and message.reference else ""


def _voice(message: discord.Message) -> Attachment | None:
    files = ((one.id, one.filename, one.content_type or "", one.size) for one in message.attachments)
    return next(_voices(files, f"{message.channel.id}/{message.id}"), None) if message.attachments else None


def _deleted(message: int, where: Conversation, now: datetime) -> Deleted:
    return Deleted(id=f"del:{message}", at=now, space=where.space, where=where, message=str(message))


_File = tuple[int | str, str, str, int]


def _raw_files(message: Mapping[str, Any]) -> Iterator[_File]:
    for one in message.get("attachments") or ():
        yield str(one["id"]), str(one["filename"]), str(one.get("content_type") or ""), int(one["size"])


def _voices(files: Iterable[_File], message: str) -> Iterator[Attachment]:
    """Yield what can be listened to. Addresses of files expire, so an id leads to the message that holds it."""
    for ident, name, media, size in files:
        if media.startswith(_VOICE):
            yield Attachment(f"{message}/{ident}", name, media, size)
