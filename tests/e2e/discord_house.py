"""The whole application behind Discord's real adapter, in front of our fake of a server; as in feature scenes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.discord.fake import World
from adapters.discord.fake.gateway import Gateway
from adapters.discord.fake.model import Channel
from adapters.discord.fake.people import People
from adapters.discord.rig import DiscordRig
from adapters.discord.settings import Settings
from adapters.discord.transport import DiscordTransport, Pace
from tests.feature.sample_bank import BANK
from tests.feature.stage import MEMORY, MORNING, House, Seen, empty_database

HASTE = Pace(
    opening=1.5,
    patience=0.4,
    look=0.02,
    shortest=0.01,
    longest=0.05,
    signed_out=0.05,
    farewell=1.0,
    identify=0.01,
    insistence=(0.01,),
)
"""An outage is over in a moment."""
PATIENCE = 8.0
"""Real seconds after which what is waited for will not come."""
Play = Callable[["DiscordHouse"], Awaitable[None]]


class HastyRig(DiscordRig):
    """A rig whose transport tries again soon."""

    token = ""
    """What the operator has set; "" for the right one."""

    def _fresh(self) -> DiscordTransport:
        return DiscordTransport(Settings(self.token or self.world.token, self.fake.api_url), self._context, HASTE)


class DiscordHouse(House):
    """A house on Discord; ana may manage the server."""

    rig: HastyRig

    @property
    def world(self) -> World:
        """What Discord remembers."""
        return self.rig.world

    @property
    def gateway(self) -> Gateway:
        """What tells the bot."""
        return self.rig.fake.gateway

    @property
    def people(self) -> People:
        """Everybody but the bot."""
        return self.rig.fake.people

    def prep(self) -> Channel:
        """Return the channel #prep."""
        return self.world.channel("prep", self.rig.home)

    def thread(self) -> Channel:
        """Return the thread of the newest question."""
        return self.world.channels[self.talk("#prep").thread]

    # ------------------------------------------------------------ time and connections
    async def go_on(self, seconds: int = 600, step: int = 10) -> None:
        """Let time pass in small steps, as it does: what waits is tried again."""
        for _ in range(seconds // step):
            await self.later(seconds=step)

    async def heard(self) -> None:
        """Wait until what was dispatched is read, and dealt with."""
        await self.gateway.settled()
        await self.application.settle()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so, which is not told."""
        async with asyncio.timeout(PATIENCE):
            while not true():  # noqa: ASYNC110 - a library connects
                await asyncio.sleep(0.005)

    def open_soon(self) -> asyncio.Task[None]:
        """Begin a life that is not connected yet."""
        return asyncio.create_task(self.open())

    async def connected(self, sessions: int) -> None:
        """Wait until the bot is connected, by so many sessions since the beginning; deal with what it missed."""
        await self.until(lambda: len(self.gateway.identified) >= sessions and bool(self.gateway.links))
        await self.until(lambda: self.rig.transport.ready)
        await self.later(seconds=1)

    async def begun(self) -> None:
        """Wait until the library takes a server that comes for an invitation, and no more for one that was there."""
        client = self.rig.transport.client
        assert client is not None
        await self.until(client.is_ready)

    # ------------------------------------------------------------ what is seen
    def told(self, name: str) -> list[str]:
        """Return what somebody was told in private, the first greeting left out, by first sentences."""
        return [text.split("\n")[0] for text in self.letters(name)]

    def letters(self, name: str) -> list[str]:
        """Return what somebody was told in private, the first greeting left out."""
        found = [f"{one.title}{one.text}" for one in self.seen if one.place == f"dm {name}" and one.kind == "post"]
        return [text for text in found if "I am Greenroom" not in text]

    def whispers(self, name: str) -> list[Seen]:
        """Return what somebody alone was shown."""
        return [one for one in self.seen if one.kind == "whisper" and one.to == name]

    def posted(self) -> list[str]:
        """Return the titles of what stands in #prep for everybody, oldest first."""
        shown = self.rig.shown(self.rig.channel("prep"))
        return [one.text.split(" · ")[0] for one in shown if one.kind == "post"]


def on_discord(play: Play, prepare: Callable[[HastyRig], None] = lambda rig: None) -> None:
    """Play a scene; `prepare` changes the world before the bot is there."""

    async def run() -> None:
        async with _opened(prepare) as house:
            await play(house)

    asyncio.run(run())


@asynccontextmanager
async def _opened(prepare: Callable[[HastyRig], None]) -> AsyncIterator[DiscordHouse]:
    with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "house.db"
        shutil.copyfile(empty_database(), file)
        rig = HastyRig()
        rig.at(MORNING)
        prepare(rig)
        house = DiscordHouse(rig, f"sqlite:///{file}", BANK, MORNING)
        house.person("ana")
        await house.open()
        try:
            yield house
        finally:
            await house.close()
