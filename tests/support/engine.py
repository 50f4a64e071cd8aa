"""The engine on a stage: a real database and queue, a transport that records, a router that a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.engine import URL

from bot.chat.model import (
    Card,
    Conversation,
    MessageRef,
    Person,
    PlatformEvent,
    Said,
    Sent,
    Target,
    Text,
)
from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.engine import Delivery
from bot.delivery.queue import Queue
from bot.delivery.turn import Turn
from bot.delivery.under_way import Run
from bot.storage.database import Database, StorageError
from tests.support.quiet import Quiet

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PREP = Conversation("p", "S", "prep")


def person(name: str) -> Person:
    """Return somebody."""
    return Person("p", "T", name)


def said(ident: str, who: str = "ana", text: str = "", where: Conversation = PREP, reply: str = "") -> Said:
    """Return an event: somebody said something."""
    return Said(
        id=ident, at=NOON, space="S", who=person(who), where=where, message=ident, text=text or ident, reply=reply
    )


def card(text: str) -> Card:
    """Return a card of one line."""
    return Card(body=(Text(text),))


@dataclass(frozen=True, slots=True)
class Posted:
    """Something that the transport was handed. `how` is post, edit or react."""

    key: str
    to: Target
    text: str
    only: str = ""
    reply: str = ""
    again: bool = False
    how: str = "post"


class RecordingTransport(Quiet):
    """Keeps what it is handed; fails as it is told; holds everything back while its gate is shut."""

    def __init__(self) -> None:
        """Begin ready."""
        self.ready = True
        self.posted: list[Posted] = []
        self.tried: list[Posted] = []
        self.failures: dict[str, list[Exception]] = {}
        self.history: dict[Conversation, list[PlatformEvent]] = {}
        self.asked: list[tuple[Conversation, datetime]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.typed = asyncio.Event()

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Take a card, or fail."""
        words = "".join(part.text for part in card.body if isinstance(part, Text)) or card.title
        await self._take(Posted(key, to, words, only.account if only else "", reply, again))
        place = to if isinstance(to, Conversation) else Conversation("p", "S", f"dm-{to.who.account}", private=True)
        return Sent(None if only else MessageRef(place, key), place)

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Take a change."""
        await self._take(Posted(message.id, message.where, card.title, how="edit"))

    async def react(self, message: MessageRef, name: str) -> None:
        """Take a reaction."""
        await self._take(Posted(message.id, message.where, name, how="react"))

    async def typing(self, where: Conversation) -> None:
        """Note that it was shown."""
        self.posted.append(Posted("", where, "", how="typing"))
        self.typed.set()

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what was said."""
        self.asked.append((where, after))
        failures = self.failures.get("missed", [])
        if failures:
            raise failures.pop(0)
        return self.history.get(where, [])

    def texts(self) -> list[str]:
        """Return what was posted."""
        return [one.text for one in self.posted]

    async def _take(self, one: Posted) -> None:
        self.tried.append(one)
        self.begun.set()
        await self.gate.wait()
        failures = self.failures.get(one.key, [])
        if failures:
            raise failures.pop(0)
        self.posted.append(one)


class EngineStage:
    """A running engine. `handled` are the events that `on` was called with, those of rolled back turns included."""

    def __init__(self, url: URL, *, transport: RecordingTransport | None = None) -> None:
        """Prepare; `lives` runs it."""
        self.committed: Callable[[], None] = lambda: None
        self.commits = 0
        self.database = Database(url, committed=self._commit)
        self.queue: Queue = DatabaseQueue(self.database)
        self.transport = transport or RecordingTransport()
        self.now = NOON
        self.on: Callable[[Turn], None] = lambda turn: None
        self.on_pause: Callable[[], None] = lambda: None
        self.handled: list[Any] = []
        self.pauses: list[float] = []
        self.works: dict[str, Run] = {}
        self._ids = count()

    def _commit(self) -> None:
        self.commits += 1
        self.committed()

    def handle(self, turn: Turn) -> None:
        """Be the router."""
        self.handled.append(turn.event)
        self.on(turn)

    async def pause(self, seconds: float) -> None:
        """Note the pause, and let others go on."""
        self.pauses.append(seconds)
        self.on_pause()
        await asyncio.sleep(0)

    @asynccontextmanager
    async def life(self) -> AsyncIterator[Delivery]:
        """Run an engine; leaving ends it as abruptly as a cancelled task does."""
        self.delivery = Delivery(
            self.database,
            self.queue,
            self.handle,
            self.works,
            {"p": self.transport},
            now=lambda: self.now,
            new_id=lambda: f"id{next(self._ids)}",
            pause=self.pause,
        )
        await self.delivery.open()
        running = asyncio.create_task(self.delivery.run())
        await asyncio.sleep(0)  # a task that is cancelled before it began does nothing, not even end
        try:
            yield self.delivery
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def accept(self, *events: PlatformEvent) -> None:
        """Accept events at once, and wait until all is done."""
        await asyncio.gather(*(self.delivery.accept(event) for event in events))
        await self.delivery.idle()

    async def later(self, **step: float) -> None:
        """Let time pass, and all that is due by then happen."""
        self.now += timedelta(**step)
        await self.delivery.tick()
        await self.delivery.idle()

    async def tick_surely(self) -> None:
        """Look at the clock when time has passed, whatever the database does."""
        self.now += timedelta(seconds=10)
        for _ in range(100):
            try:
                await self.delivery.tick()
                return await self.delivery.idle()
            except StorageError:
                await asyncio.sleep(0.001)
        raise AssertionError("the database stays in trouble")

    def rows(self, table: Table) -> list[Mapping[str, Any]]:
        """Return the rows of a table."""
        return self.database.transact(lambda tx: [row._asdict() for row in tx.execute(select(table))])

    def read(self, look: Callable[[Connection], Any]) -> Any:
        """Look into the database."""
        return self.database.transact(look)

    def texts(self) -> list[str]:
        """Return the texts of what was said to `on`, in order."""
        return [event.text for event in self.handled if isinstance(event, Said)]


def play(url: URL, scene: Callable[[EngineStage], Awaitable[None]]) -> None:
    """Play a scene on a stage."""

    async def run() -> None:
        stage = EngineStage(url)
        try:
            await asyncio.wait_for(scene(stage), 60)
        finally:
            stage.database.close()

    asyncio.run(run())
