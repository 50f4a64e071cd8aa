"""A small application behind the terminal: it keeps what it hears and answers with cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool, StaticPool

from adapters.terminal import TerminalTransport, tables
from adapters.terminal.render import Display
from bot.chat.model import (
    Asked,
    Button,
    Card,
    Deleted,
    Edited,
    Field,
    Form,
    PlatformEvent,
    Pressed,
    Private,
    Said,
    Submitted,
    Text,
)
from bot.chat.surface import Surface

T = TypeVar("T")
MORNING = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
ROUND = Card(
    "Question of the day",
    (Text("Twenty minutes after a release, the queue has grown."),),
    (Button("answer", "t1", "Answer privately", "form"), Button("hint", "t2", "Hint"), Button("dm", "t3", "Practise")),
)
ANSWER = Form("answer", "Your answer", (Field("text", "Your answer", minimum=5, maximum=40, multiline=True),), "t1")


class Application:
    """Context, host and core in one; `hears` answers an event when the host settles."""

    def __init__(self, database: Path | None = None, now: datetime = MORNING) -> None:
        url = "sqlite://" if database is None else f"sqlite:///{database}"
        self.engine = create_engine(url, poolclass=StaticPool if database is None else NullPool)
        tables.create_all(self.engine)
        self.clock = now
        self.events: list[PlatformEvent] = []
        self.shown: list[Display] = []
        self.form: Form | Card = ANSWER
        self.broken: Exception | None = None
        self._due: list[Callable[[], Awaitable[object]]] = []
        self._posts = 0
        self.terminal = TerminalTransport(self)
        self.terminal.sink = self.shown.append
        self.terminal.bind(self.accept, Surface((), (), self.form_for))

    # ---------------------------------------------------------------- context and host
    def now(self) -> datetime:
        return self.clock

    async def stored(self, change: Callable[[Any], T]) -> T:
        with self.engine.begin() as tx:
            return change(tx)

    def move(self, to: datetime) -> None:
        if to < self.clock:
            raise ValueError("time goes on")
        self.clock = to

    async def settle(self) -> None:
        while self._due:
            await self._due.pop(0)()

    # ---------------------------------------------------------------- the core
    async def accept(self, event: PlatformEvent) -> None:
        if self.broken is not None:
            raise self.broken
        self.events.append(event)
        self._due.append(lambda: self.answer(event))

    async def form_for(self, pressed: Pressed) -> Form | Card:
        return self.form

    async def answer(self, event: PlatformEvent) -> None:
        match event:
            case Asked(command="daily"):
                await self.post(event.where, ROUND)
                await self.whisper(event, "The first question is here.")
            case Asked(command="interview"):
                await self.post(Private(event.who), Card("1 of 3", (Text("Tell me about a conflict."),)))
            case Asked() | Pressed() | Submitted():
                await self.whisper(event, f"{event.name}: {type(event).__name__}")
            case Said():
                await self.post(event.where, Card(body=(Text(f"I heard {event.text}"),)))
            case Edited() | Deleted():
                pass

    async def post(self, to: Any, card: Card, **more: Any) -> None:
        self._posts += 1
        await self.terminal.post(to, card, key=f"{id(self)}-{self._posts}", **more)

    async def whisper(self, event: Asked | Pressed | Submitted, text: str) -> None:
        await self.post(event.where, Card(body=(Text(text),)), only=event.who, reply=event.reply)


def seen(shown: list[Display]) -> list[tuple[str, str, str, str]]:
    """Return what was shown: where, kind, to whom, and its first words."""
    return [(d.in_ + (" thread" if d.thread else ""), d.kind, d.to, d.title or d.text) for d in shown]
