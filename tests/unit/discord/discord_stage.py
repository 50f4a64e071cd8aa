"""The live adapter against our fake of Discord, for the tests of its parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.discord import rig
from adapters.discord.client import Client
from adapters.discord.fake import FakeDiscord
from adapters.discord.fake.model import User
from adapters.discord.limits import PLATFORM
from adapters.discord.settings import Settings
from adapters.discord.transport import DiscordTransport, Pace
from bot.chat.model import Button, Card, Conversation, Field, Form, Person, PlatformEvent, Pressed, Text
from bot.chat.surface import Action, Command, Option, Surface

PACE = Pace(
    opening=3.0,
    patience=0.4,
    look=0.02,
    shortest=0.01,
    longest=0.05,
    signed_out=0.05,
    farewell=1.0,
    identify=0.01,
    insistence=(0.01,),
)
HINT = Button("hint", "tok-1", "Hint")
DONE = Button("done", "tok-2", "Done", "quiet")
PRIVATELY = Button("answer", "tok-3", "Answer privately", "form")
FORM = Form("answer", "Your answer", (Field("words", "What first?", minimum=1),))


async def form_for(pressed: Pressed) -> Form | Card:
    """Open the form."""
    return FORM


SURFACE = Surface(
    (Command("help", "What I can do."), Command("level", "Yours.", (Option("level", "Which.", choices=("mid",)),))),
    (Action("hint"), Action("done", "quiet"), Action("answer", "form")),
    form_for,
)


def card(text: str, *buttons: Button) -> Card:
    """Return a card of one text."""
    return Card("", (Text(text),), buttons)


@dataclass
class Live:
    """A running transport, and what it has heard; `refusals` more events are refused."""

    fake: FakeDiscord
    context: rig.RigContext
    settings: Settings
    pace: Pace = PACE
    heard: list[PlatformEvent] = field(default_factory=list)
    refusals: int = 0
    surface: Surface = SURFACE

    def __post_init__(self) -> None:
        """Make the first transport."""
        self.transport = DiscordTransport(self.settings, self.context, self.pace)
        self._run: asyncio.Task[None] | None = None

    async def accept(self, event: PlatformEvent) -> None:
        """Listen, or refuse."""
        self.fake.world.changed()
        if self.refusals:
            self.refusals -= 1
            raise OSError("the disk is full")
        self.heard.append(event)

    async def begin(self) -> None:
        """Run a fresh transport; it may not be ready yet."""
        self.transport = DiscordTransport(self.settings, self.context, self.pace)
        self.transport.bind(self.accept, self.surface)
        self._run = asyncio.create_task(self.transport.run())

    async def end(self) -> None:
        """Stop it as a clean shutdown does."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    async def restart(self) -> None:
        """Stop, and run again as a new process."""
        await self.end()
        await self.begin()
        assert await self.until(lambda: self.transport.ready)

    @property
    def client(self) -> Client:
        """The client that runs now."""
        found = self.transport.client
        assert found is not None
        return found

    async def until(self, true: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Wait until something is so; not every change wakes anybody."""
        try:
            async with asyncio.timeout(seconds):
                while not true():  # noqa: ASYNC110 - not every change tells
                    await asyncio.sleep(0.002)
        except TimeoutError:
            return true()
        return True

    # ------------------------------------------------------------ people and places
    def user(self, name: str) -> User:
        """Return somebody of the fake's."""
        return self.fake.world.person(name)

    def person(self, name: str) -> Person:
        """Return somebody as the core knows them."""
        return Person(PLATFORM, "", self.user(name).id)

    def channel(self, name: str = "prep") -> Conversation:
        """Return a channel's address."""
        found = self.fake.world.channel(name)
        return Conversation(PLATFORM, found.guild, found.id)

    def direct(self, name: str) -> Conversation:
        """Return the address of direct messages."""
        return Conversation(PLATFORM, "", self.fake.world.direct(self.user(name)).id, private=True)

    def texts(self, channel: str) -> list[str]:
        """Return what our messages in a channel or thread say, in the order of their ids; "…" while one thinks."""
        found = sorted((m for m in self.fake.world.messages.values() if m.channel == channel), key=lambda m: int(m.id))
        ours = [m for m in found if self.fake.world.is_ours(m)]
        return ["\n".join(c["content"] for c in m.components if "content" in c) or "…" for m in ours]

    def calls(self, method: str, ending: str) -> int:
        """Count the calls of a path that ends so."""
        return sum(m == method and path.endswith(ending) for m, path, _ in self.fake.world.calls)


@asynccontextmanager
async def open_live(*, begun: bool = True, **changes: object) -> AsyncIterator[Live]:
    """Start a fake and, unless told not to, a transport; stop both at the end."""
    fake = FakeDiscord()
    context = rig.RigContext(fake)
    live = Live(fake, context, Settings(fake.world.token, fake.api_url))
    live.pace = replace(PACE, **changes)  # type: ignore[arg-type] # fields by name
    fake.world.guild()
    await fake.start()
    try:
        if begun:
            await live.restart()
        yield live
    finally:
        await live.end()
        await fake.stop()


def play(scene: Callable[[Live], Awaitable[None]], *, begun: bool = True, **changes: object) -> None:
    """Play a scene."""

    async def run() -> None:
        async with open_live(begun=begun, **changes) as live:
            await scene(live)

    asyncio.run(run())
