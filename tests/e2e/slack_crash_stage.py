"""A workspace that outlives the bot, the people in it, and the bot's lives."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from json import dumps, loads
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.slack.fake import FakeSlack, reading
from adapters.slack.fake.model import Channel, Message
from tests.e2e.slack_crash_child import Life, ask

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds after which a life hangs."""
WRITES = ("chat.", "reactions.", "views.", "conversations.open", "conversations.join")
Act = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Death:
    """When the bot is killed, counted from the beginning of a play: at the `number`-th commit, or before or after the
    `number`-th time that Slack is told to write something; 0 for never.
    """

    kind: str = "commit"
    number: int = 0


class MortalSlack(FakeSlack):
    """A Slack that kills its app when it is called the `number`-th time: before it writes, or before it answers."""

    def __init__(self, death: Death) -> None:
        """Take note of all moments until `death`."""
        super().__init__()
        self.met: Counter[str] = Counter()
        self.death = death
        self.pid = 0

    def meet(self, kind: str) -> bool:
        """Take note of a moment; kill the app and tell so if it is the one."""
        self.met[kind] += 1
        if not self.pid or self.death != Death(kind, self.met[kind]):
            return False
        os.kill(self.pid, signal.SIGKILL)
        return True

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if not request.match_info["method"].startswith(WRITES):
            return await super()._call(request)
        return await self._mortal(request, super()._call)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        return await self._mortal(request, super()._respond)

    async def _mortal(
        self, request: web.Request, play: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        await request.read()
        if self.meet("before"):
            return web.Response(status=503)
        answer = await play(request)
        self.meet("after")
        return answer


class Nursery:
    """The process that forks lives."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.e2e.slack_crash_child"],
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


class Stage:
    """One play: a workspace, a database, and as many lives of the bot as it takes."""

    def __init__(self, nursery: Nursery, url: str, desk: Path, death: Death) -> None:
        """Prepare; it happens inside of `opened`."""
        self.slack = MortalSlack(death)
        self.space = self.slack.space
        self.people = self.slack.people
        self.deaths = 0
        self.commits = 0
        self.stored: dict[str, list[str]] = {}
        self._nursery, self._url, self._desk, self._death = nursery, url, desk, death
        self._lives: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._life: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    # ------------------------------------------------------------ lives
    async def open(self) -> None:
        """Begin."""

        async def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._lives.put_nowait((reader, writer))

        await self.slack.start()
        self._server = await asyncio.start_unix_server(arrived, self._desk)
        await self._be_born()

    async def close(self) -> None:
        """End, as suddenly as all lives here."""
        if self.slack.pid:
            os.kill(self.slack.pid, signal.SIGKILL)
        self._leave()
        self._server.close()
        await self.slack.stop()

    async def _be_born(self) -> None:
        """Start lives until one is ready; what was not acknowledged arrives again."""
        space, alive = self.space, False
        self.space.commands = {"daily", "interview", "practice", "help", "progress", "settings"}
        while not alive:
            environment = {
                "SLACK_BOT_TOKEN": space.bot_token,
                "SLACK_APP_TOKEN": space.app_token,
                "SLACK_API_URL": self.slack.api_url,
            }
            # A life counts its own commits: only the first one can die by them.
            dies = self._death.number if self._death.kind == "commit" and not self.deaths else 0
            life = Life(self._url, str(self._desk), space.now.isoformat(), environment, dies)
            self._nursery.bear(life)
            self._life = await asyncio.wait_for(self._lives.get(), PATIENCE)
            alive = await self._heard() and await self._heard()
        if self.people._refused:  # messages alone: Slack repeats no command and no press
            await self.people.redeliver()

    async def _heard(self) -> bool:
        """Take the next answer of the life; tell whether it is alive."""
        assert self._life is not None
        line = b""
        with suppress(ConnectionError):
            line = await asyncio.wait_for(self._life[0].readline(), PATIENCE)
        if not line:
            self.deaths += 1
            self.slack.pid = 0
            self._leave()
            await self.space.until(lambda: not self.slack.delivery.sockets)
            return False
        said = loads(line)
        self.slack.pid = said.get("pid", self.slack.pid)
        if "stored" in said:
            self.commits, self.stored = said["commits"], said["stored"]
            self.space.now = max(self.space.now, datetime.fromisoformat(said["now"]))
        return True

    def _leave(self) -> None:
        if self._life is not None:
            self._life[1].close()
            self._life = None

    async def settle(self, now: datetime | None = None) -> None:
        """Let it become a time, and everything due be done; whoever dies over that is followed by another life."""
        self.space.now = max(now or self.space.now, self.space.now)
        while True:
            assert self._life is not None
            with suppress(ConnectionError):
                self._life[1].write(dumps(self.space.now.isoformat()).encode() + b"\n")
                await self._life[1].drain()
            if await self._heard():
                return
            await self._be_born()

    # ------------------------------------------------------------ people
    async def act(self, act: Act) -> None:
        """Let somebody act; who is told that it failed, and sees no effect of it either, acts once more."""
        for _ in range(3):
            before = self._visible()
            try:
                await act()
            except PermissionError:
                await self.settle()
                if self._visible() != before:
                    return None
            else:
                return await self.settle()
        raise AssertionError("Slack says three times that it failed")

    async def press(self, name: str, label: str, channel: Channel) -> None:
        """Press a button of the newest post of a channel that has it."""
        found = [m for m in self._posts(channel) if label in _labels(m)]
        assert found, f"nobody sees [{label}]"
        await self.people.press(self.space.person(name), found[-1], label)

    def talk(self, label: str, channel: Channel) -> str:
        """Return the thread of the newest post with a button, which stands in a channel itself."""
        return [m for m in self._posts(channel) if label in _labels(m) and not m.thread_ts][-1].ts

    def _posts(self, channel: Channel) -> list[Message]:
        return [m for m in self.space.messages if m.channel == channel.id and self.space.is_ours(m) and not m.reader]

    def _visible(self) -> tuple[int, int]:
        return sum(map(self.space.is_ours, self.space.messages)), len(self.space.modals)

    # ------------------------------------------------------------ what is left in the end
    def shown(self) -> dict[str, Counter[str]]:
        """Return everything that stands in Slack and in the database, as it reads; whispers count once."""
        ours = [m for m in self.space.messages if self.space.is_ours(m)]
        found = {"posts": Counter(self._line(m) for m in ours if not m.reader)}
        found["whispers"] = Counter({self._line(m) for m in ours if m.reader})
        found["reactions"] = Counter(f"{name} {m.text}" for m in self.space.messages for name in m.reactions)
        return found | {name: Counter(rows) for name, rows in self.stored.items()}

    def _line(self, message: Message) -> str:
        channel = self.space.channels[message.channel]
        place = channel.name
        if channel.kind == "im":
            place = f"dm {', '.join(sorted(self.space.users[user].name for user in channel.members))}"
        root = self.space.find(channel.id, message.thread_ts) if message.thread_ts else None
        thread = f" > {_read(root)[:40]}" if root is not None else ""
        reader = f" to {self.space.users[message.reader].name}" if message.reader else ""
        return f"{place}{thread}{reader}: {_read(message)} {_labels(message)}"


def _read(message: Message) -> str:
    return reading.words(message.text, message.blocks)


def _labels(message: Message) -> list[str]:
    return [reading.label(button) for _, button in reading.buttons(message.blocks)]
