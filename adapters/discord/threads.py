"""Threads of ours: the talk about a post, and private ones that stand in for direct messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from adapters.discord import cards, tables
from adapters.discord.api import ADD_TO_THREAD, PRIVATE_THREAD, PUT_AWAY, THREAD, THREADS, Api
from adapters.discord.errors import ARCHIVED, HAS_THREAD, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, Refused
from adapters.discord.limits import PLATFORM
from adapters.discord.messages import Own
from adapters.discord.reply import reply_of
from bot.chat.model import Card, Conversation, Incoming, Person, Private, Text, Unavailable
from bot.chat.transport import Context

log = logging.getLogger("greenroom.discord")
PRIVATE = 12
"""A private thread's type."""
WEEK, DAYS = 10_080, 4_320
"""Minutes without a word after which Discord puts a thread away: what is said later opens it again."""


Act = TypeVar("Act", bound=Incoming)


class Threads:
    """Opens threads, finds them again, puts them away."""

    def __init__(self, api: Api, context: Context, own: Callable[[], Own]) -> None:
        """Call `api`; private threads are remembered in the table of the application's database; `own`: who we are."""
        self._api = api
        self._context = context
        self._own = own

    async def about(self, where: Conversation, message: str, card: Card) -> None:
        """Open the thread of a post in a channel, unless it is there; its id is that of the post.

        Without the right to, people answer beside it, and are heard all the same; so this only complains.
        """
        try:
            await self.open(where, message, cards.thread_name(_named(card)))
        except Refused as refused:
            log.warning("the post %s has no thread: %s", message, refused)

    async def open(self, where: Conversation, message: str, name: str) -> None:
        """Open the thread of a message, unless it is there; raises what a call raises."""
        body = {"name": name, "auto_archive_duration": DAYS}
        try:
            await self._api.call(THREAD, body, channel_id=where.channel, message_id=message)
        except Refused as refused:
            if refused.code != HAS_THREAD:
                raise

    async def forget_person(self, who: Person) -> None:
        """Forget every private thread with somebody."""
        await self._context.stored(lambda tx: tables.forget_person(tx, who))

    async def known(self, to: Private, near: Conversation) -> Conversation | None:
        """Return the private thread with somebody about a topic, as far as it is remembered."""
        who, channel, topic = to.who, near.channel, _topic(to)
        thread = await self._context.stored(lambda tx: tables.thread_of(tx, who, channel, topic))
        return _private(near, thread) if thread else None

    async def private(self, to: Private, near: Conversation) -> Conversation:
        """Open a private thread with somebody in a channel; one that an earlier try has opened is found by its name."""
        mark = _mark(to)
        thread = await self._active(near, mark)
        if not thread:
            body = {
                "name": f"{cards.private_thread_name('')} · {mark}",
                "type": PRIVATE,
                "invitable": False,
                "auto_archive_duration": WEEK,
            }
            opened = await self._api.call(PRIVATE_THREAD, body, channel_id=near.channel)
            thread = str(opened["id"]) if isinstance(opened, Mapping) and "id" in opened else ""
            if not thread:
                raise Unavailable("Discord opened a thread without saying which: try again")
        who, channel, topic = to.who, near.channel, _topic(to)
        # First, since from the moment they are in there, what they say is for us.
        await self._context.stored(lambda tx: tables.keep_thread(tx, who, channel, topic, thread))
        found = _private(near, thread)
        await self.let_in(found, who)
        return found

    async def let_in(self, where: Conversation, who: Person) -> None:
        """Add somebody to a private thread, which does nothing to one who is there; raises what a call raises.

        One whose person cannot be let in, since they have left the server, is put away again.
        """
        try:
            await self._add(where.thread, who)
        except Refused as refused:
            if refused.code != ARCHIVED:
                if refused.code not in (UNKNOWN_CHANNEL, MISSING_PERMISSIONS):
                    await self.put_away(where)
                raise
            await self.take_out(where.thread)
            await self._add(where.thread, who)

    async def addressed(self, event: Act) -> Act:
        """Return what somebody did, as it is addressed: in a private thread with somebody else nothing is private.

        Others may get in there: moderators, or whom the person has asked in. What we tell them is hidden from it.
        """
        where = event.where
        if not (where.private and where.space):
            return event
        account = await self._context.stored(lambda tx: tables.account_of(tx, where.thread))
        if account == event.who.account:
            return event
        reply = reply_of(event.reply)
        hidden = replace(reply, hidden=True).dump() if reply is not None else event.reply
        return replace(event, where=replace(where, private=False), reply=hidden)

    async def forget(self, to: Private, near: Conversation) -> None:
        """Forget a private thread that somebody has deleted."""
        who, channel, topic = to.who, near.channel, _topic(to)
        await self._context.stored(lambda tx: tables.forget_thread(tx, who, channel, topic))

    async def put_away(self, where: Conversation) -> None:
        """Archive a private thread of ours; where that cannot be, Discord does it after a while."""
        thread = where.thread
        try:
            await self._api.call(PUT_AWAY, {"archived": True}, channel_id=thread)
        except Refused as refused:
            log.debug("the thread %s stays: %s", thread, refused)
        await self._context.stored(lambda tx: tables.drop_thread(tx, thread))

    async def take_out(self, thread: str) -> None:
        """Open an archived thread again; raises what a call raises."""
        await self._api.call(PUT_AWAY, {"archived": False}, channel_id=thread)

    async def _add(self, thread: str, who: Person) -> None:
        await self._api.call(ADD_TO_THREAD, channel_id=thread, user_id=who.account)

    async def _active(self, near: Conversation, mark: str) -> str:
        found = await self._api.call(THREADS, guild_id=near.space)
        for thread in found.get("threads") or () if isinstance(found, Mapping) else ():
            here = thread.get("type") == PRIVATE and str(thread.get("parent_id")) == near.channel
            # Anybody may give a thread of theirs such a name.
            if (
                here
                and str(thread.get("owner_id")) == self._own().user
                and str(thread.get("name")).endswith(f" · {mark}")
            ):
                return str(thread["id"])
        return ""


def _private(near: Conversation, thread: str) -> Conversation:
    return Conversation(PLATFORM, near.space, near.channel, thread, private=True)


def _topic(to: Private) -> str:
    return to.topic if len(to.topic) <= tables.TOPIC else sha256(to.topic.encode()).hexdigest()


def _mark(to: Private) -> str:
    """Return what tells the private threads of a channel apart; people see it at the end of the name."""
    return sha256(f"{to.who.account}\n{to.topic}".encode()).hexdigest()[:6]


def _named(card: Card) -> str:
    """Return what a post is about: its title, else its first words."""
    if card.title.strip():
        return card.title
    return next((part.text for part in card.body if isinstance(part, Text) and part.text.strip()), "")
