"""What platforms did not deliver: fetched when they are heard for the first time, and after each gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.model import Conversation, PlatformEvent, RateLimited, Unreachable
from bot.chat.transport import Transport
from bot.delivery.presence import MARGIN, Presence
from bot.delivery.queue import FAILURES
from bot.storage.database import Database

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Ear:
    """What is known of one platform: since when it hears, as it said at the last look, and when that was; `owed`: since
    when what was said is still to be fetched, None for nothing.
    """

    owed: datetime | None
    since: datetime | None = None
    looked: datetime | None = None

    def look(self, since: datetime | None, now: datetime) -> None:
        """Take in what the platform says now. A machine that slept was deaf, whatever its connections say yet."""
        slept = self.looked is not None and now - self.looked > MARGIN
        if self.looked is not None and self.since is not None and (since != self.since or slept):
            self.owe(self.looked - MARGIN)
        self.since, self.looked = since, now

    def owe(self, since: datetime) -> None:
        """Note that what was said since then is to be fetched."""
        self.owed = since if self.owed is None else min(self.owed, since)


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
        self._ears: dict[str, _Ear] = {}
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._ended = False

    @property
    def busy(self) -> bool:
        """Tell whether something is being fetched."""
        return bool(self._fetching)

    def look(self, now: datetime) -> None:
        """Begin to fetch what was missed on each platform that is heard again; one fetch at a time for each."""
        for name, transport in self._transports.items():
            ear = self._ears.setdefault(name, _Ear(self._presence.away_since))
            ear.look(transport.hears_since, now)
            if ear.since is not None and ear.owed is not None and name not in self._fetching and not self._ended:
                task = asyncio.create_task(self._fetch(name, ear, ear.owed))
                self._fetching[name], ear.owed = task, None
                task.add_done_callback(lambda _, name=name: self._fetched(name))  # type: ignore[misc]

    async def cancel(self) -> None:
        """Fetch no more."""
        self._ended = True
        for task in self._fetching.values():
            task.cancel()
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    def _fetched(self, platform: str) -> None:
        del self._fetching[platform]
        self._stir()

    async def _fetch(self, platform: str, ear: _Ear, since: datetime) -> None:
        """Fetch what people typed in open conversations, and have it accepted."""
        try:
            places = await self._database.run(self._presence.places)
            for place in (place for place in places if place.platform == platform):
                for event in await self._missed(self._transports[platform], place, since):
                    await self._accept(event)
        except OSError as error:  # the platform or the database: the next look tries again
            ear.owe(since)
            log.error("what was said on %s while away is not fetched yet: %s", platform, error)

    async def _missed(self, transport: Transport, place: Conversation, since: datetime) -> list[PlatformEvent]:
        """Return what was missed in a place; raises ConnectionError where the platform does not tell for a minute."""
        for attempt in range(1, FAILURES + 1):
            try:
                return list(await transport.missed(place, since))
            except Unreachable:
                return []
            except (ConnectionError, TimeoutError) as error:
                if attempt == FAILURES:
                    raise
                log.warning("could not fetch what was said in %s while away: %s", place.channel, error)
                await self._pause(error.retry_after if isinstance(error, RateLimited) else 2.0**attempt)
            except Exception:
                log.exception("what was said in %s while away is not understood", place.channel)
                return []
        raise AssertionError("the last try returns or raises")
