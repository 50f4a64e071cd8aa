"""What already stands in a conversation: a post of ours by its key, and what people said while we were away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

from discord.utils import time_snowflake

from adapters.discord.api import HISTORY, Api
from adapters.discord.errors import MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, Refused
from adapters.discord.inbound import Own, heard
from adapters.discord.render import carries
from bot.chat.model import Conversation, RateLimited, Said

PAGE = 100
"""Messages of one call, the most that Discord gives."""
SEARCHED = 100
"""Messages that are looked through for a key, newest first: a second try comes soon after the first."""
LONGEST = 5_000
"""Messages that are read of one place at most."""
PATIENCE, LONGEST_WAIT = 3, 30.0
"""How often a page is waited for, and for how many seconds at most; nobody waits for that."""
CLOSED = frozenset((UNKNOWN_CHANNEL, MISSING_ACCESS, MISSING_PERMISSIONS))
"""Where we may not read, nothing can be found."""


class History:
    """Reads conversations."""

    def __init__(self, api: Api, own: Callable[[], Own]) -> None:
        """Ask `api`; `own` returns who we are."""
        self._api = api
        self._own = own

    async def find(self, where: Conversation, key: str) -> Mapping[str, Any] | None:
        """Return our message that carries a key, None if none does; raises what a call raises."""
        us = self._own().user
        try:
            messages = await self._page(channel_of(where), limit=SEARCHED)
        except Refused as refused:
            if refused.code not in CLOSED:
                raise
            return None
        return next((one for one in messages if _author(one) == us and carries(one, key)), None)

    async def missed(self, where: Conversation, after: datetime) -> list[Said]:
        """Return what people said in `where` after an instant, oldest first, with the ids of their deliveries."""
        is_of_a_post = bool(where.space and where.thread) and not where.private
        try:
            found = await self._heard(channel_of(where), where, after)
        except Refused as refused:
            if refused.code not in CLOSED or not is_of_a_post:
                raise
            found = []  # no thread could be opened, or it was deleted: people answer the post itself
        if is_of_a_post:
            beside = await self._heard(where.channel, where, after)
            found += [event for event in beside if event.about == where.thread]
        return sorted(found, key=lambda event: (event.at, event.id))

    async def _heard(self, channel: str, where: Conversation, after: datetime) -> list[Said]:
        own = self._own()
        read = [heard(message, where, own) async for message in self._since(channel, after)]
        return [event for event in read if event is not None and event.at > after]

    async def _since(self, channel: str, after: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the messages of a channel since an instant, by pages, oldest page first."""
        last = time_snowflake(after)
        for _ in range(LONGEST // PAGE):
            messages = await self._patiently(channel, last)
            for message in messages:
                last = max(last, int(message["id"]))
                yield message
            if len(messages) < PAGE:
                return

    async def _patiently(self, channel: str, last: int) -> list[Mapping[str, Any]]:
        """Return the next page; waits where too much was read of late, else a long history would never end."""
        for _ in range(PATIENCE):
            try:
                return await self._page(channel, limit=PAGE, after=last)
            except RateLimited as limited:
                if limited.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(limited.retry_after)
        return await self._page(channel, limit=PAGE, after=last)

    async def _page(self, channel: str, **params: int) -> list[Mapping[str, Any]]:
        found = await self._api.call(HISTORY, params=params, channel_id=channel)
        return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def channel_of(where: Conversation) -> str:
    """Return the id that Discord knows a conversation by: a thread is a channel of its own."""
    return where.thread or where.channel


def _author(message: Mapping[str, Any]) -> str:
    author = message.get("author")
    return str(author.get("id")) if isinstance(author, Mapping) else ""
