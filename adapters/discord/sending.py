"""Everything that we say in Discord: posts, whispers, edits, reactions, signs of typing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from adapters.discord import render
from adapters.discord.answering import Answering
from adapters.discord.api import EDIT, MESSAGE, POST, POST_IN_THREAD, REACT, TYPING, Api
from adapters.discord.cards import thread_name
from adapters.discord.errors import (
    ARCHIVED,
    CLOSED,
    NO_SUCH_EMOJI,
    NO_THREAD,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refused,
)
from adapters.discord.history import History, channel_of
from adapters.discord.limits import PLATFORM
from adapters.discord.people import People
from adapters.discord.reply import Reply, reply_of
from adapters.discord.threads import Threads
from bot.chat.model import (
    Attachment,
    Card,
    Conversation,
    Expired,
    Home,
    MessageRef,
    Person,
    Private,
    Sent,
    Target,
    Unreachable,
)

log = logging.getLogger("greenroom.discord")
FILE_LIMIT = 25 * 2**20
"""Bytes of a file that is fetched at most."""
EMOJI = {"white_check_mark": "✅", "eyes": "👀", "thinking_face": "🤔", "tada": "🎉", "warning": "⚠️", "x": "❌"}
"""Reactions by the names that the core uses; any other name is taken for the character itself."""
REACTED = frozenset((UNKNOWN_MESSAGE, NO_SUCH_EMOJI, 30010, 90001, ARCHIVED))
"""A message that is gone, has all reactions it may have, or whose author has blocked us, goes without."""
LINK = "https://discord.com/channels"


class Sending:
    """Speaks in Discord. Each step is one call, tried once."""

    def __init__(self, api: Api, people: People, history: History, threads: Threads, answering: Answering) -> None:
        """Speak through `api`."""
        self._api = api
        self._people = people
        self._history = history
        self._threads = threads
        self._answering = answering

    async def post(self, to: Target, card: Card, *, key: str, only: Person | None, reply: str, again: bool) -> Sent:
        """Send a card to wherever it goes; with `again`, only if nothing carries its key."""
        match to:
            case Home():
                raise Unreachable("Discord has no home pages")
            case Private():
                return await self._privately(to, card, key, again)
            case Conversation():
                token = reply_of(reply)
                if only is None and (token is None or not to.private):
                    return await self._post(to, card, key, again)
                if token is not None and not token.hidden and to.private:
                    return await self._openly(to, card, key, only, token, again)
                if token is None and to.private:  # in private there is nobody to hide it from
                    return await self._directly(to, card, key, only, again)
                return await self._whisper(to, card, key, only, token, again)

    async def edit(self, message: MessageRef, card: Card) -> None:
        """Replace a message of ours; one that somebody has deleted is let be."""
        channel = channel_of(message.where)
        try:
            await self._edit(channel, message.id, card)
        except Refused as refused:
            if refused.code == ARCHIVED and message.where.thread:
                await self._threads.take_out(channel)
                await self._edit(channel, message.id, card)
            elif refused.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                raise

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message that still stands, unless it is there."""
        where, emoji = message.where, EMOJI.get(name.strip(":"), name)
        try:
            await self._react(where, message.id, emoji)
        except Refused as refused:
            if refused.code not in REACTED:
                raise

    async def _react(self, where: Conversation, message: str, emoji: str) -> None:
        try:
            await self._api.call(REACT, channel_id=channel_of(where), message_id=message, emoji=emoji)
        except Refused as refused:
            if not where.thread or where.private or refused.code not in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
                raise
            # An answer to a post, beside its thread, belongs to the same talk and stands in the channel.
            await self._api.call(REACT, channel_id=where.channel, message_id=message, emoji=emoji)

    async def typing(self, where: Conversation) -> None:
        """Show that an answer is being prepared."""
        try:
            await self._api.call(TYPING, channel_id=channel_of(where))
        except Refused as refused:
            log.debug("no sign of typing: %s", refused)

    async def archive(self, where: Conversation) -> None:
        """Put a private thread of ours away."""
        if where.space and where.private and where.thread:
            await self._threads.put_away(where)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the bytes of a file; raises Unreachable for one that is gone, or too long."""
        if attachment.size > FILE_LIMIT:
            raise Unreachable(f"{attachment.name!r} is longer than {FILE_LIMIT // 2**20} MB")
        channel, message, ident = (*attachment.id.split("/"), "", "")[:3]
        held = await self._api.call(MESSAGE, channel_id=channel, message_id=message)
        files = held.get("attachments") or () if isinstance(held, Mapping) else ()
        address = next((str(one["url"]) for one in files if str(one.get("id")) == ident), "")
        if not address:
            raise Unreachable(f"{attachment.name!r} is gone")
        return await self._api.download(address, FILE_LIMIT)

    async def say_back(self, channel: str, message: str, card: Card) -> None:
        """Answer a message where it stands; for what the core could not take."""
        body = render.message(card, f"back:{message}")
        body["message_reference"] = {"message_id": message, "fail_if_not_exists": False}
        await self._api.call(POST, body, channel_id=channel)

    # ------------------------------------------------------------ answers to acts
    async def _whisper(
        self, where: Conversation, card: Card, key: str, only: Person | None, token: Reply | None, again: bool
    ) -> Sent:
        """Show a card to one person; raises Expired where only a direct message reaches them."""
        try:
            if token is None:
                raise Expired("only an act can be whispered to: write to the person")
            if await self._answering.fill(token, card, key) is None:
                await self._answering.follow(token, card, key)
        except Expired:
            if not where.private or (only is None and not where.channel):
                raise
            # It was asked among strangers, and the address is our direct messages already.
            return await self._directly(where, card, key, only, again)
        return Sent(None, where)

    async def _openly(
        self, where: Conversation, card: Card, key: str, only: Person | None, token: Reply, again: bool
    ) -> Sent:
        """Answer an act in private, where everything stays; what cannot be an answer is a post."""
        try:
            message = await self._answering.fill(token, card, key)
        except Expired as expired:
            log.debug("%s", expired)
            message = None
        if message is None or "id" not in message:
            return await self._directly(where, card, key, only, again)
        return self._sent(where, str(message["id"]))

    async def _directly(self, where: Conversation, card: Card, key: str, only: Person | None, again: bool) -> Sent:
        if where.channel:
            return await self._post(where, card, key, again)
        if only is None:
            raise Unreachable("there is no channel to post to")
        return await self._privately(Private(only), card, key, again)

    # ------------------------------------------------------------ private conversations
    async def _privately(self, to: Private, card: Card, key: str, again: bool) -> Sent:
        near = to.near if to.near is not None and to.near.space and to.near.channel else None
        thread = await self._threads.known(to, near) if near is not None and (to.aside or again) else None
        if near is not None and to.aside:
            try:
                return await self._in_private_thread(to, thread, card, key, again)
            except Refused as refused:
                if refused.code not in NO_THREAD:
                    raise
                log.info("no private thread for this: %s", refused)
            near = None  # so it goes to their direct messages, or nowhere
        elif thread is not None and await self._history.find(thread, key):
            return await self._in_private_thread(to, thread, card, key, again)
        try:
            channel = await self._people.direct(to.who)
            where = Conversation(PLATFORM, "", channel, private=True)
            return await self._post(where, card, key, again)
        except Refused as refused:
            if refused.code not in CLOSED or near is None:
                raise
        return await self._in_private_thread(to, await self._threads.known(to, near), card, key, again)

    async def _in_private_thread(
        self, to: Private, thread: Conversation | None, card: Card, key: str, again: bool
    ) -> Sent:
        near = to.near
        assert near is not None  # the caller has looked
        if thread is not None:
            try:
                await self._threads.let_in(thread, to.who)  # who has left it would not see what comes
                return await self._post(thread, card, key, again)
            except Refused as refused:
                if refused.code != UNKNOWN_CHANNEL:
                    raise
            await self._threads.forget(to, near)
        return await self._post(await self._threads.private(to, near), card, key, again)

    # ------------------------------------------------------------ posts
    async def _post(self, where: Conversation, card: Card, key: str, again: bool) -> Sent:
        message = await self._history.find(where, key) if again else None
        if message is None:
            try:
                step = POST_IN_THREAD if where.thread else POST
                message = await self._api.call(step, render.message(card, key), channel_id=channel_of(where))
            except Refused as refused:
                if refused.code != UNKNOWN_CHANNEL or not where.thread or where.private:
                    raise
                return await self._without_thread(where, card, key, again, refused)
        ident = str(message["id"])
        if where.space and not where.thread and not message.get("thread"):
            await self._threads.about(where, ident, card)
        return self._sent(where, ident)

    async def _without_thread(self, talk: Conversation, card: Card, key: str, again: bool, missing: Refused) -> Sent:
        """Post to the talk about a post whose thread could not be opened then, or was deleted since.

        Without the right to open it, the post is answered where it stands: those answers belong to the same talk.
        """
        beside, post = replace(talk, thread=""), talk.thread
        message = await self._history.find(beside, key) if again else None
        body = render.message(card, key)
        if message is None:
            try:
                await self._threads.open(beside, post, thread_name(card.title))
                message = await self._api.call(POST_IN_THREAD, body, channel_id=post)
                beside = talk
            except Refused as refused:
                if refused.code in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):  # the post is gone as well
                    raise missing from refused
                body["message_reference"] = {"message_id": post, "fail_if_not_exists": False}
                message = await self._api.call(POST, body, channel_id=beside.channel)
        return replace(self._sent(beside, str(message["id"])), talk=talk)

    async def _edit(self, channel: str, message: str, card: Card) -> None:
        await self._api.call(EDIT, render.edit(card), channel_id=channel, message_id=message)

    def _sent(self, where: Conversation, ident: str) -> Sent:
        talk = where if where.private or where.thread else replace(where, thread=ident)
        link = f"{LINK}/{where.space or '@me'}/{channel_of(where)}/{ident}"
        return Sent(MessageRef(where, ident), talk, link)
