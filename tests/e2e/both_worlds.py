"""A Slack and a Discord side by side, people in both, and one `greenroom run` in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from adapters.discord.fake import FakeDiscord
from adapters.discord.fake import reading as discord_reading
from adapters.discord.fake.model import LOADING, Right
from adapters.slack.fake import FakeSlack
from adapters.slack.fake import reading as slack_reading
from tests.e2e.real_process import PATIENCE, Process

ORGANISER = "mia"
"""May configure on both."""


class Side(Protocol):
    """One platform, as these scenes use it: a channel #prep, people by name."""

    name: str
    environment: dict[str, str]

    def is_reached(self) -> bool:
        """Tell whether the bot is connected, and may be spoken to."""

    def at(self, now: datetime) -> None:
        """Set the clock."""

    def shown(self) -> list[str]:
        """Return what readers see of the bot, a line each, oldest first; "post", "whisper" or "dm" first."""

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so; tell whether it is."""

    async def command(self, who: str, path: str, **options: str) -> None:
        """Use a command in #prep."""

    async def answer(self, who: str, text: str) -> None:
        """Write in the thread of the newest question."""

    async def start(self) -> None:
        """Be there."""

    async def stop(self) -> None:
        """Be down: nothing answers at its address."""


class SlackSide:
    """The workspace."""

    name = "slack"

    def __init__(self) -> None:
        """Make it."""
        self.fake = FakeSlack()
        self._space = self.fake.space
        self._space.commands = {"daily", "progress"}
        self._space.person(ORGANISER).is_admin = True
        self._prep = self._space.channel("prep")
        self.start, self.until = self.fake.start, self._space.until
        self.environment = {
            "SLACK_BOT_TOKEN": self._space.bot_token,
            "SLACK_APP_TOKEN": self._space.app_token,
            "SLACK_API_URL": self.fake.api_url,
        }

    def is_reached(self) -> bool:
        """Tell whether there is a socket."""
        return bool(self.fake.delivery.sockets)

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self._space.now = now

    def shown(self) -> list[str]:
        """Return lines."""
        ours = [m for m in self._space.messages if self._space.is_ours(m)]
        return [
            f"{_kind(m.reader, self._space.channels[m.channel].kind == 'im')}: {slack_reading.words(m.text, m.blocks)}"
            for m in ours
        ]

    async def command(self, who: str, path: str, **options: str) -> None:
        """Type a command."""
        line = " ".join([f"/{path}", *(f"{name}={value}" for name, value in options.items())])
        await self.fake.people.command(self._space.person(who), self._prep, line)

    async def answer(self, who: str, text: str) -> None:
        """Write in the thread."""
        ours = (m for m in reversed(self._space.messages) if self._space.is_ours(m) and m.channel == self._prep.id)
        root = next(m for m in ours if not m.reader and not m.thread_ts)
        await self.fake.people.say(self._space.person(who), self._prep, text, root.ts)

    async def stop(self) -> None:
        """Stop; raises AssertionError for what Slack would never take."""
        await self.fake.stop()
        assert self._space.broken == []


class DiscordSide:
    """The server."""

    name = "discord"

    def __init__(self) -> None:
        """Make it."""
        self.fake = FakeDiscord()
        self._world = self.fake.world
        self._world.join(self._world.guild(), self._world.person(ORGANISER)).rights = Right.MANAGE_GUILD
        self._prep = self._world.channel("prep")
        self.start, self.until = self.fake.start, self._world.until
        self.environment = {"DISCORD_TOKEN": self._world.token, "DISCORD_API_URL": self.fake.api_url}

    def is_reached(self) -> bool:
        """Tell whether there is a session, and the commands are known."""
        return bool(self.fake.gateway.sessions and self.fake.gateway.links and self._world.commands)

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self._world.now = now

    def shown(self) -> list[str]:
        """Return lines."""
        found = sorted(self._world.messages.values(), key=lambda m: int(m.id))
        ours = [m for m in found if self._world.is_ours(m) and not m.flags & LOADING]
        return [
            f"{_kind(m.reader, not self._world.channels[m.channel].guild)}: "
            f"{discord_reading.words(m.content, m.embeds, m.components)}"
            for m in ours
        ]

    async def command(self, who: str, path: str, **options: str) -> None:
        """Pick a command and fill it in."""
        await self.fake.people.command(self._world.person(who), self._prep, path, options)

    async def answer(self, who: str, text: str) -> None:
        """Write in the thread."""
        threads = [c for c in self._world.channels.values() if c.is_thread]
        self.fake.people.say(self._world.person(who), threads[-1], text)

    async def stop(self) -> None:
        """Stop; raises AssertionError for what Discord would never take."""
        await self.fake.stop()
        assert self._world.broken == []


class Both:
    """Both sides, and the process that serves them."""

    def __init__(self, folder: Path) -> None:
        """Prepare; it happens inside of `opened`."""
        self.slack, self.discord = SlackSide(), DiscordSide()
        self.sides: tuple[Side, Side] = (self.slack, self.discord)
        self.process = Process(folder, self.slack.environment | self.discord.environment)

    async def each(self, act: Callable[[Side], Awaitable[Any]], *expected: str) -> None:
        """Let the same happen on both sides; each shows what is expected before the other one is asked."""
        for side in self.sides:
            await self.on(side, act, *expected)

    async def on(self, side: Side, act: Callable[[Side], Awaitable[Any]], *expected: str) -> None:
        """Let something happen on one side; wait for lines that begin as expected, and nothing else."""
        before = len(side.shown())
        side.at(datetime.now(UTC))
        await act(side)
        await side.until(lambda: len(side.shown()) >= before + len(expected), PATIENCE)
        actual = sorted(side.shown()[before:])
        assert begin(actual, sorted(expected)), (side.name, actual, self.process.log)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Both]:
    """Give both worlds, with a process that has reached them."""
    both = Both(folder)
    for side in both.sides:
        side.at(datetime.now(UTC))
        await side.start()
    try:
        await both.process.start()
        for side in both.sides:
            assert await side.until(side.is_reached, PATIENCE), both.process.log
        yield both
    finally:
        await both.process.kill()
        for side in both.sides:
            await side.stop()


def begin(actual: Sequence[str], expected: Sequence[str]) -> bool:
    """Tell whether lines begin as expected, one each."""
    return len(actual) == len(expected) and all(map(str.startswith, actual, expected))


def _kind(reader: str, private: bool) -> str:
    return "whisper" if reader else "dm" if private else "post"
