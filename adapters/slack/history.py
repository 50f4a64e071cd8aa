"""What already stands in a conversation: a post of ours by its key, and what people said while we were away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api import Api
from adapters.slack.cache import Cache
from adapters.slack.errors import Refused
from adapters.slack.inbound import EPOCH, heard
from adapters.slack.render import carries
from adapters.slack.tokens import Tokens
from bot.chat.model import Conversation, PlatformEvent, RateLimited

Page = tuple[list[Mapping[str, Any]], str]
"""Messages, and the cursor of what follows."""

PAGE = 200
"""Messages of one call, as Slack advises; it may return fewer."""
SEARCHED = 1_000
"""Messages of a channel that are looked through for a key, newest first; a thread is read to its end."""
LONGEST = 20_000
"""Messages that are read of one place at most: a stop for answers without an end."""
NOTHING_THERE = frozenset(("not_in_channel", "thread_not_found", "message_not_found"))
"""Where we are no member, and where no thread is, nothing of ours stands."""


class History:
    """Reads conversations."""

    def __init__(self, api: Api, tokens: Tokens, now: Callable[[], datetime]) -> None:
        """Ask `api`; `now` stamps what is remembered."""
        self._api = api
        self._tokens = tokens
        self.starters: Cache[Conversation, str] = Cache(self._starter, now)
        """Who began a thread, "" for nobody that is known."""
        self._paused: dict[tuple[Conversation, str], tuple[str, int]] = {}

    async def find(self, where: Conversation, key: str) -> str:
        """Return the `ts` of our post that carries a key, "" if none does; raises what a call raises.

        A thread is read whole, else what stands in the channel itself, however the clocks differ.  A search that
        Slack interrupts goes on where it was: some apps may read one page a minute.
        """
        own = self._tokens.installation(where.space).own
        cursor, seen = self._paused.pop((where, key), ("", 0))
        try:
            async for messages, following in self._pages(where, cursor, include_all_metadata=True):
                for message in messages:
                    is_ours = message.get("user") == own.user or (own.bot and message.get("bot_id") == own.bot)
                    if is_ours and carries(dict(message), key):
                        return str(message["ts"])
                cursor, seen = following, seen + len(messages)
                if not where.thread and seen >= SEARCHED:
                    break
        except RateLimited:
            self._paused[where, key] = cursor, seen
            raise
        except Refused as refused:
            if refused.code not in NOTHING_THERE:
                raise
        return ""

    async def missed(self, where: Conversation, after: datetime) -> list[PlatformEvent]:
        """Return what people said in `where` after an instant, oldest first, with the ids of their deliveries.

        A private conversation without a thread is all of it, with the threads that began in that time.
        """
        own = self._tokens.installation(where.space).own
        since = stamp(after)
        found: dict[str, PlatformEvent] = {}

        async def read(place: Conversation) -> list[str]:
            threads, starter = [], ""
            async for messages, _ in self._pages(place, oldest=since):
                for message in messages:
                    ts = str(message.get("ts") or "")
                    starter = str(message.get("user") or "") if ts == place.thread else starter
                    known = {"parent_user_id": starter} if starter and ts != place.thread else {}
                    event = heard({**known, **message}, place.channel, own)
                    if event is not None and _moment(ts) > after:  # the root of a thread always comes along
                        found.setdefault(event.id, event)
                    if message.get("reply_count"):
                        threads.append(ts)
            return threads

        threads = await read(where)
        if where.private and not where.thread:
            for thread in threads:
                await read(Conversation(where.platform, where.space, where.channel, thread, private=True))
        return sorted(found.values(), key=lambda event: (event.at, event.id))

    async def _starter(self, thread: Conversation) -> str:
        place = {"channel": thread.channel, "ts": thread.thread, "limit": 1}
        try:
            answer = await self._api.call(thread.space, "conversations.replies", **place)
        except Refused as refused:
            if refused.code not in NOTHING_THERE:
                raise
            return ""
        roots = (message for message in answer.get("messages") or () if message.get("ts") == thread.thread)
        return next((str(root.get("user") or "") for root in roots), "")

    async def _pages(self, where: Conversation, cursor: str = "", **arguments: Any) -> AsyncIterator[Page]:
        """Yield the messages of a thread, oldest first, or those of a channel itself, newest first; by pages."""
        method = "conversations.replies" if where.thread else "conversations.history"
        arguments |= {"channel": where.channel, "limit": PAGE} | ({"ts": where.thread} if where.thread else {})
        for _ in range(LONGEST // PAGE):
            answer = await self._api.call(where.space, method, **arguments, **({"cursor": cursor} if cursor else {}))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            yield [message for message in answer.get("messages") or () if isinstance(message, Mapping)], cursor
            if not cursor:
                return


def stamp(at: datetime) -> str:
    """Return an instant as Slack writes it."""
    micros = (at - EPOCH) // timedelta(microseconds=1)
    return f"{micros // 10**6}.{micros % 10**6:06}"


def _moment(ts: str) -> datetime:
    seconds, _, micros = ts.partition(".")
    if not seconds.isdecimal():
        return EPOCH
    return EPOCH + timedelta(seconds=int(seconds), microseconds=int((micros or "0")[:6].ljust(6, "0")))
