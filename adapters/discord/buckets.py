"""Discord's rate limits as we know them: nobody waits in line, whoever comes too early is told for how long.

The library's own would hold a call until its bucket is full again, and the answer of the call that emptied it too.
"""

from __future__ import annotations

from types import TracebackType

import aiohttp
import discord
from discord.http import Ratelimit

from bot.chat.model import RateLimited

MOMENT = 1.0
"""Seconds until the next try while others are still to hear what is left."""
LONGEST = 60.0
"""Seconds that anybody is told to wait longer than until a bucket is full again, because of others before them."""


class Bucket(Ratelimit):
    """What is left of one limit, by the headers of each answer. Before the first one, everybody may try."""

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__(None)
        self._is_known = False
        self._window = 0.0
        self._put_off = 0
        """How many were told to come later, and are still to come: as many as it holds in each window."""

    def update(self, response: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:
        """Learn from an answer."""
        super().update(response, use_clock=use_clock)
        self._is_known = True
        # What is on its way may not be counted in this answer.
        self.remaining = min(self.remaining, self.limit - self.outgoing)
        self._window = max(self._window, self.reset_after)

    def reset(self) -> None:
        """Be full again."""
        super().reset()  # type: ignore[no-untyped-call] # of the library
        self._put_off = max(0, self._put_off - self.limit)

    async def acquire(self) -> None:
        """Take one call; raises discord.RateLimited where none is left."""
        now = self._last_request = self._loop.time()
        if self.is_expired():
            self.reset()
        if self.remaining <= 0 and self._is_known:
            behind = min(self._put_off // max(1, self.limit) * self._window, LONGEST)
            self._put_off += 1
            raise discord.RateLimited((self.expires - now if self.expires is not None else MOMENT) + behind)
        self.remaining -= 1
        self.outgoing += 1

    async def __aexit__(
        self,
        type: type[BaseException] | None,  # noqa: A002 - as the library names it
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give back what did not count, or learn from a refusal."""
        self.outgoing -= 1
        if isinstance(value, RateLimited) and self._is_known and self.remaining <= 0:  # else another limit was hit
            self.expires = self._loop.time() + value.retry_after
        elif self.expires is None and not self.outgoing:
            self.remaining = self.limit  # nobody has told what is left
