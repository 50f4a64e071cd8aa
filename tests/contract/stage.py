"""The stage on which every platform plays the same scenes: rigs, a core that only listens, a surface to show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TypeVar

from bot.chat.model import Button, Card, Field, Form, Incoming, PlatformEvent, Pressed, Sent, Target, Text, Unavailable
from bot.chat.rig import Rig, Shown
from bot.chat.surface import Action, Command, Option, Surface
from tests.contract.doubles import discord_like, slack_like

Build = Callable[[], Rig]
E = TypeVar("E", bound=PlatformEvent)

ANSWER = Form("answer", "Your answer", (Field("words", "What would you do first?", minimum=1, multiline=True),))
HINT = Button("hint", "tok-1", "Hint")
DONE = Button("done", "tok-2", "Done", "quiet")
PRIVATELY = Button("answer", "tok-3", "Answer privately", "form")
CLOSED = Button("answer", "closed", "Answer late", "form")
TOO_LATE = Card(body=(Text("This round is closed."),))


async def form_for(pressed: Pressed) -> Form | Card:
    """Open the form, unless the button says that it is too late."""
    return TOO_LATE if pressed.token == CLOSED.token else ANSWER


SURFACE = Surface(
    commands=(
        Command("daily start", "Ask a question a day.", (Option("time", "When, as in 09:00."),), usage="TIME"),
        Command("help", "What I can do."),
    ),
    actions=(Action("hint"), Action("done", "quiet"), Action("answer", "form")),
    form_for=form_for,
)


def builds() -> dict[str, Build]:
    """Return every rig there is: one for each adapter's folder, and the doubles."""
    root = Path(__file__).resolve().parents[2] / "adapters"
    found = {
        path.parent.name: import_module(f"adapters.{path.parent.name}.rig").build for path in root.glob("*/rig.py")
    }
    return {**dict(sorted(found.items())), "slack-like": slack_like.build, "discord-like": discord_like.build}


@dataclass
class Stage:
    """A rig that runs, and what its core has heard."""

    rig: Rig
    heard: list[PlatformEvent] = field(default_factory=list)
    refusals: int = 0
    _keys: count[int] = field(default_factory=count)

    async def accept(self, event: PlatformEvent) -> None:
        """Listen; refuse first as often as `refusals` says."""
        if self.refusals:
            self.refusals -= 1
            raise OSError("the disk is full")
        self.heard.append(event)

    def events(self, kind: type[E]) -> list[E]:
        """Return what was heard of a kind, each event once, as the inbox keeps it."""
        return list({event.id: event for event in self.heard if isinstance(event, kind)}.values())

    def last(self, kind: type[E]) -> E:
        """Return the only new event of a kind since the last call of `last`."""
        found = self.events(kind)
        assert len(found) == 1, f"one {kind.__name__}, not {found}"
        self.heard = [event for event in self.heard if not isinstance(event, kind)]
        return found[0]

    async def post(self, to: Target, *parts: str, buttons: tuple[Button, ...] = (), key: str = "") -> Sent:
        """Post a card of texts under a key of its own."""
        card = Card("", tuple(Text(part) for part in parts), buttons)
        return await self.rig.transport.post(to, card, key=key or f"key-{next(self._keys)}")

    async def whisper(self, event: Incoming, text: str) -> Sent:
        """Answer an act privately."""
        return await self.rig.transport.post(
            event.where, Card(body=(Text(text),)), key=f"key-{next(self._keys)}", only=event.who, reply=event.reply
        )

    async def insist(self, to: Target, card: Card, key: str) -> Sent:
        """Post as the outbox does: again and again, and from the second time on saying so."""
        for attempt in range(6):
            try:
                return await self.rig.transport.post(to, card, key=key, again=attempt > 0)
            except Unavailable:
                continue
        raise AssertionError("still unavailable after six tries")

    async def restart(self) -> None:
        """Stop, and start again as a new process does."""
        await self.rig.stop()
        await self.rig.start(self.accept, SURFACE)

    def showing(self, sent: Sent, text: str) -> list[Shown]:
        """Return what shows a text where something was sent, each message once."""
        places = {sent.talk, *([sent.ref.where] if sent.ref else [])}
        shown = {one.id: one for place in places for one in self.rig.shown(place)}
        return [one for one in shown.values() if text in one.text]


@asynccontextmanager
async def open_stage(build: Build) -> AsyncIterator[Stage]:
    """Start a rig, and stop it after the scene."""
    stage = Stage(build())
    stage.rig.person("mia")  # where the first person organises, it is she
    await stage.rig.start(stage.accept, SURFACE)
    try:
        yield stage
    finally:
        await stage.rig.stop()


def scene(play: Callable[[Stage], Awaitable[None]]) -> Callable[[Build], None]:
    """Turn a scene into a test of one platform."""

    @wraps(play)
    def test(build: Build) -> None:
        async def run() -> None:
            async with open_stage(build) as stage:
                await play(stage)

        asyncio.run(run())

    test.__dict__.pop("__wrapped__")  # pytest would ask for the scene's argument
    return test
