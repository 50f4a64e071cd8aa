"""What platforms did not deliver: fetched when they are heard for the first time, and after each gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.chat.model import Conversation, PlatformEvent, RateLimited, Unreachable
from bot.chat.transport import Transport
from bot.delivery.presence import MARGIN, Presence
from bot.delivery.queue import FAILURES
from bot.storage.database import Database

log = logging.getLogger(__name__)


class Listening:
    """Looks at what the transports say of their hearing. `accept` takes what nobody will deliver again."""

    def __init__(
        self,
        database: Database,
        presence: Presence,
        transports: Mapping[str, Transport],
        accept: Callable[[PlatformEvent], Awaitable[None]],
        stir: Callable[[], None],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        """Begin with what was missed before this start; `stir` is called when something was fetched."""
        self._database = database
        self._presence = presence
        self._transports = transports
        self._accept = accept
        self._stir = stir
        self._pause = pause
        self._heard: dict[str, tuple[datetime | None, datetime | None]] = {}
        self._fetching: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Tell whether something is being fetched."""
        return bool(self._fetching)

    def look(self, now: datetime) -> None:
        """Begin to fetch what was missed on each platform that is heard again."""
        for name, transport in self._transports.items():
            since = transport.hears_since
            before, last = self._heard.get(name, (None, self._presence.away_since))
            if since is None:
                self._heard[name] = None, last
                continue
            self._heard[name] = since, now - MARGIN
            if since != before and last is not None:
                task = asyncio.create_task(self._fetch(name, last))
                self._fetching.add(task)
                task.add_done_callback(self._fetched)

    async def catch_up(self, since: datetime, platform: str = "") -> None:
        """Fetch what people typed in open conversations and accept it; on one platform, or on all."""
        for place in await self._database.run(self._presence.places):
            transport = self._transports.get(place.platform) if platform in ("", place.platform) else None
            for event in await self._missed(transport, place, since) if transport is not None else ():
                await self._accept(event)

    async def cancel(self) -> None:
        """Fetch no more."""
        for task in self._fetching:
            task.cancel()
        await asyncio.gather(*self._fetching, return_exceptions=True)

    def _fetched(self, task: asyncio.Task[None]) -> None:
        self._fetching.discard(task)
        self._stir()

    async def _fetch(self, platform: str, since: datetime) -> None:
        try:
            await self.catch_up(since, platform)
        except OSError as error:  # the database: what it does not tell now is asked for after the next gap
            log.error("what was said on %s while away was not fetched: %s", platform, error)

    async def _missed(self, transport: Transport, place: Conversation, since: datetime) -> list[PlatformEvent]:
        for attempt in range(1, FAILURES + 1):
            try:
                return list(await transport.missed(place, since))
            except Unreachable:
                return []
            except (ConnectionError, TimeoutError) as error:
                log.warning("could not fetch what was said in %s while away: %s", place.channel, error)
                await self._pause(error.retry_after if isinstance(error, RateLimited) else 2.0**attempt)
        return []
