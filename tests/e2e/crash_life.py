"""A platform that outlives the bot, and the bot's lives: what plays on every platform share.

The platform is one of our fakes, and runs in the test's own process.  Each life of the bot is a process, forked by a
nursery; it is killed in the middle of something, and the next one goes on with what it left.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from json import dumps, loads
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from tests.e2e.crash_life_child import Life, ask
from tests.e2e.real_process import PYTHON

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds after which a life hangs."""
Act = Callable[[], Awaitable[Any]]
Shown = dict[str, Counter[str]]


@dataclass(frozen=True)
class Death:
    """When the bot is killed, counted from the beginning of a play: at the `number`-th commit, or before or after the
    `number`-th time that the platform is told to write something; 0 for never.
    """

    kind: str = "commit"
    number: int = 0


class Reaper:
    """Kills the life `pid` when it tells its platform something the `number`-th time: before that is done, or after."""

    def __init__(self, death: Death) -> None:
        """Take note of all moments until `death`."""
        self.met: Counter[str] = Counter()
        self.pid = 0
        self._death = death

    async def attend(
        self, request: web.Request, play: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Play a call that writes."""
        await request.read()
        if self._meet("before"):
            return web.Response(status=503)
        answer = await play(request)
        self._meet("after")
        return answer

    def kill(self) -> None:
        """Kill the life that is there."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)

    def _meet(self, kind: str) -> bool:
        """Take note of a moment; kill the life and tell so if it is the one."""
        self.met[kind] += 1
        if not self.pid or self._death != Death(kind, self.met[kind]):
            return False
        self.kill()
        return True


class Nursery:
    """The process that forks the lives in front of one platform."""

    def __init__(self, platform: str) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [*PYTHON, "-m", "tests.e2e.crash_life_child", platform],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )

    def bear(self, life: Life) -> None:
        """Begin a life."""
        assert self._process.stdin is not None
        self._process.stdin.write(ask(life))
        self._process.stdin.flush()

    def close(self) -> None:
        """Stop."""
        self._process.communicate()


class Fake(Protocol):
    """What plays the platform."""

    async def start(self) -> None:
        """Serve."""

    async def stop(self) -> None:
        """Close everything."""


class World(Protocol):
    """What the platform remembers."""

    now: datetime

    async def until(self, true: Callable[[], bool]) -> bool:
        """Wait until something is so."""


class Stage(ABC):
    """One play: a world, a database, and as many lives of the bot as it takes."""

    fake: Fake
    world: World

    def __init__(self, nursery: Nursery, url: str, desk: Path, death: Death) -> None:
        """Prepare; it happens between `open` and `close`."""
        self.reaper = Reaper(death)
        self.deaths = 0
        self.commits = self._before = 0
        self.stored: dict[str, list[str]] = {}
        self._nursery, self._url, self._desk, self._death = nursery, url, desk, death
        self._lives: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._life: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    # ------------------------------------------------------------ the platform
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return what an operator sets for the bot."""

    @abstractmethod
    def is_connected(self) -> bool:
        """Tell whether a life is connected."""

    @abstractmethod
    def visible(self) -> Any:
        """Return what changes as soon as anybody sees an effect."""

    @abstractmethod
    def posts(self) -> Shown:
        """Return everything that stands on the platform, as it reads."""

    @abstractmethod
    async def deliver_again(self) -> None:
        """Bring what the last life did not acknowledge, as the platform does."""

    # ------------------------------------------------------------ lives
    async def open(self) -> None:
        """Begin."""

        async def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._lives.put_nowait((reader, writer))

        await self.fake.start()
        self._server = await asyncio.start_unix_server(arrived, self._desk)
        await self._be_born()

    async def close(self) -> None:
        """End, as suddenly as all lives here."""
        self.reaper.kill()
        self._leave()
        self._server.close()
        await self.fake.stop()

    async def away(self, act: Act) -> None:
        """Let somebody act while no life is there, and another one begin."""
        self.reaper.kill()
        assert not await self._heard()
        self.deaths -= 1  # this one belongs to the script
        await act()
        await self._be_born()

    async def _be_born(self) -> None:
        """Start lives until one is ready; what was not acknowledged arrives again."""
        alive = False
        while not alive:
            is_by_commit = self._death.kind == "commit" and not self.deaths
            dies = max(0, self._death.number - self.commits) if is_by_commit else 0
            self._nursery.bear(Life(self._url, str(self._desk), self.world.now.isoformat(), self.environment(), dies))
            self._life = await asyncio.wait_for(self._lives.get(), PATIENCE)
            alive = await self._heard() and await self._heard()
        await self.deliver_again()

    async def _heard(self) -> bool:
        """Take the next answer of the life; tell whether it is alive."""
        assert self._life is not None
        line = b""
        with suppress(ConnectionError):
            line = await asyncio.wait_for(self._life[0].readline(), PATIENCE)
        if not line:
            self.deaths += 1
            self._before = self.commits
            self.reaper.pid = 0
            self._leave()
            await self.world.until(lambda: not self.is_connected())
            return False
        said = loads(line)
        self.reaper.pid = said.get("pid", self.reaper.pid)
        if "stored" in said:
            self.commits, self.stored = self._before + said["commits"], said["stored"]
            self.world.now = max(self.world.now, datetime.fromisoformat(said["now"]))
        return True

    def _leave(self) -> None:
        if self._life is not None:
            self._life[1].close()
            self._life = None

    async def settle(self, now: datetime | None = None) -> None:
        """Let it become a time, and everything due be done; whoever dies over that is followed by another life."""
        self.world.now = max(now or self.world.now, self.world.now)
        while True:
            assert self._life is not None
            with suppress(ConnectionError):
                self._life[1].write(dumps(self.world.now.isoformat()).encode() + b"\n")
                await self._life[1].drain()
            if await self._heard():
                return
            await self._be_born()

    # ------------------------------------------------------------ people
    async def act(self, act: Act) -> None:
        """Let somebody act; who is told that it failed, and sees no effect of it either, acts once more."""
        for _ in range(3):
            before = self.visible()
            try:
                await act()
            except PermissionError:
                await self.settle()
                if self.visible() != before:
                    return None
            else:
                return await self.settle()
        raise AssertionError("the platform says three times that it failed")

    # ------------------------------------------------------------ what is left in the end
    def shown(self, expected: Shown | None = None) -> Shown:
        """Return everything that stands on the platform and in the database; `expected` after an unharmed life."""
        return self.posts() | {name: Counter(rows) for name, rows in self.stored.items()}
