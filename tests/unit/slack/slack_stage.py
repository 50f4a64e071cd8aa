"""Slack's real transport on a stage: the fake workspace around it, a core that listens, no waiting for the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from adapters.slack.fake import FakeSlack
from adapters.slack.settings import Settings
from adapters.slack.socket import Pace
from adapters.slack.transport import SlackTransport
from bot.chat.model import Button, Card, Conversation, Field, Form, Person, PlatformEvent, Pressed, Text
from bot.chat.surface import Action, Surface

E = TypeVar("E")
PACE = Pace(look=0.02, doubt=0.01, opening=2, shortest=0.01, longest=0.02, signed_out=0.01, farewell=1, ping=5)
HINT = Button("hint", "tok-1", "Hint")
PRIVATELY = Button("answer", "tok-3", "Answer privately", "form")
ANSWER = Form("answer", "Your answer", (Field("words", "What first?", minimum=1, multiline=True),))


def card(text: str = "Question of the day", *buttons: Button) -> Card:
    """Return a card of one line."""
    return Card(body=(Text(text),), buttons=buttons)


class Clock:
    """Lends an adapter the fake's time."""

    def __init__(self, slack: FakeSlack) -> None:
        """Follow the clock of a workspace."""
        self._slack = slack

    def now(self) -> datetime:
        """Return its time."""
        return self._slack.space.now

    async def stored(self, change: Callable[[Any], E]) -> E:
        """Refuse: this adapter has no tables."""
        raise AssertionError("Slack's adapter has no tables")


@dataclass
class Stage:
    """A workspace, a transport, and what its core has heard."""

    slack: FakeSlack = field(default_factory=FakeSlack)
    heard: list[PlatformEvent] = field(default_factory=list)
    refusals: int = 0
    answer: Callable[[Pressed], Awaitable[Form | Card]] | None = None

    def __post_init__(self) -> None:
        """Build the transport."""
        self.transport = self.build()

    def build(self, pace: Pace = PACE, **settings: Any) -> SlackTransport:
        """Return a transport with settings of one's own."""
        space = self.slack.space
        made = Settings(space.bot_token, space.app_token, api_url=self.slack.api_url)
        transport = SlackTransport(replace(made, **settings), Clock(self.slack), pace)
        surface = Surface((), (Action("hint"), Action("answer", "form")), self._form_for)
        transport.bind(self._accept, surface)
        return transport

    async def _form_for(self, pressed: Pressed) -> Form | Card:
        return await self.answer(pressed) if self.answer else ANSWER

    async def _accept(self, event: PlatformEvent) -> None:
        if self.refusals:
            self.refusals -= 1
            self.slack.delivery.refuse()
            raise OSError("the disk is full of I would roll back")
        self.heard.append(event)

    # ------------------------------------------------------------ addresses
    def person(self, name: str) -> Person:
        """Return a person's identity."""
        user = self.slack.space.person(name)
        return Person("slack", user.team, user.id)

    def channel(self, name: str = "prep", **how: bool) -> Conversation:
        """Return a channel's address."""
        return Conversation("slack", self.slack.space.team, self.slack.space.channel(name, **how).id)

    def direct(self, name: str) -> Conversation:
        """Return the private conversation with somebody."""
        user = self.slack.space.person(name)
        return Conversation("slack", self.slack.space.team, self.slack.space.direct(user.id).id, private=True)

    # ------------------------------------------------------------ what happened
    def last(self, kind: type[E]) -> E:
        """Return the newest event of a kind."""
        return [event for event in self.heard if isinstance(event, kind)][-1]

    def calls(self, method: str) -> list[Mapping[str, Any]]:
        """Return the arguments of all calls of a method."""
        return [dict(arguments) for name, arguments in self.slack.space.calls if name == method]

    def texts(self, where: Conversation) -> list[str]:
        """Return the fallback texts of what stands in a channel."""
        return [m.text for m in self.slack.space.messages if m.channel == where.channel and self.slack.space.is_ours(m)]


async def until(true: Callable[[], bool]) -> None:
    """Return once it is true; raises TimeoutError after two seconds."""
    for _ in range(1_000):
        if true():
            return
        await asyncio.sleep(0.002)  # nothing tells when a connection becomes ready
    raise TimeoutError("it did not come true")


@asynccontextmanager
async def running(transport: SlackTransport, *, ready: bool = True) -> AsyncIterator[asyncio.Task[None]]:
    """Run a transport until the block ends."""
    task = asyncio.create_task(transport.run())
    try:
        if ready:
            await until(lambda: transport.ready)
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def on_slack(play: Callable[[Stage], Awaitable[None]]) -> None:
    """Play a scene with a transport that runs."""

    async def go() -> None:
        stage = Stage()
        await stage.slack.start()
        try:
            async with running(stage.transport):
                await play(stage)
        finally:
            await stage.slack.stop()

    asyncio.run(go())
