"""The house on a stage: the whole application over a fresh SQLite database, behind any platform's rig.

A scene is a script of the terminal's lines (`house.play`), or pairs of what is done and what is then shown
(`house.converse`); time moves by `at` alone, ids come from a counter.  Everything that the house shows is recorded
as it leaves for the platform, so that a scene reads the same on the terminal and on the strict doubles.

    @scene(platforms=EVERYWHERE)
    async def test_status_without_a_series(house: House) -> None:
        await house.converse(("ana in #prep: /daily status", "#prep to ana: No daily question is set up here yet. …"))
"""

from __future__ import annotations

import asyncio
import inspect
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, partial, wraps
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, Table, select

from adapters.terminal import rig as terminal_rig
from adapters.terminal.inbound import read_values
from adapters.terminal.script import At, Deletes, Edits, Place, Presses, Restart, Says, Step, Submits, parse
from bot.bank.model import Bank
from bot.chat.model import (
    Card,
    Conversation,
    Form,
    Home,
    Person,
    Pressed,
    Private,
    Sent,
    Target,
)
from bot.chat.plain import plain
from bot.chat.rig import Rig, Shown
from bot.storage.database import Database
from bot.wiring import Application, Clock, open_database
from tests.contract.doubles import discord_like, slack_like
from tests.feature.recording import Recorder
from tests.feature.sample_bank import BANK

T = TypeVar("T")
RIGS: Mapping[str, Callable[[], Rig]] = {
    "terminal": terminal_rig.build,
    "slack-like": slack_like.build,
    "discord-like": discord_like.build,
    "discord-unheard": partial(discord_like.DiscordLike, content_intent=False),
}
EVERYWHERE = ("terminal", "slack-like", "discord-like")
MORNING = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
"""A Tuesday; London keeps UTC in winter."""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where a database costs no disk: what survives a power cut is tested elsewhere."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that the house showed. `place` is "#prep", "#prep thread" or "dm ana"; `to` whom a whisper is for.

    `kind` is post, whisper, edit or form; a reaction has the message's id as its text.
    """

    at: datetime
    place: str
    kind: str
    title: str
    text: str
    buttons: tuple[str, ...] = ()
    to: str = ""
    where: Conversation | None = None

    @property
    def line(self) -> str:
        """Everything in one line, as scenes write it: "#prep to ana: title / text [Button]"."""
        about = {"edit": " changed", "form": " form", "reaction": " reaction"}.get(self.kind, "")
        words = " / ".join(line.strip() for line in f"{self.title}\n{self.text}".split("\n") if line.strip())
        labels = "".join(f" [{label}]" for label in self.buttons)
        return f"{self.place}{f' to {self.to}' if self.to else ''}{about}: {words}{labels}"


class House:
    """The application and the people in front of it. The first person named is the platform's organiser."""

    def __init__(self, rig: Rig, url: str, bank: Bank, start: datetime) -> None:
        """Prepare the house; it lives within `opened`."""
        self.rig = rig
        self.bank = bank
        self.read_bank: Callable[[], Bank] = lambda: self.bank
        self.seen: list[Seen] = []
        self.now = start
        self.first = ""
        self._url = url
        self._ids = count(1)
        self._names: dict[Person, str] = {}
        self._channels: dict[str, str] = {}
        self._forms: dict[str, Form] = {}
        self._said: dict[tuple[str, str], tuple[Conversation, str]] = {}
        self._life: AsyncExitStack | None = None

    # ------------------------------------------------------------ life
    async def open(self) -> None:
        """Begin a life of the process."""
        self.rig.at(self.now)
        life = AsyncExitStack()
        self.database: Database = open_database(self._url)
        life.callback(self.database.close)
        self.application = Application(
            self.database,
            self.bank,
            clock=Clock(self.now),
            ids=lambda: f"id{next(self._ids)}",
            read_bank=lambda: self.read_bank(),
        )
        self._stage = Recorder(self.rig, self.record, self.record_form)
        platform = self.rig.channel("anywhere").platform
        self.delivery = await life.enter_async_context(self.application.serve({platform: self._stage}))
        await self._stage.started.wait()
        self._life = life
        await self.application.settle()

    async def close(self) -> None:
        """End the life; raises AssertionError if the platform was handed anything that breaks its rules."""
        if self._life is not None:
            life, self._life = self._life, None
            await life.aclose()
            if self._stage.stopped is not None:
                raise self._stage.stopped

    async def restart(self, *, catch_up: bool = False) -> None:
        """Stop and start again on the same database; with `catch_up`, fetch what was said meanwhile."""
        await self.close()
        await self.open()
        if catch_up:
            self._stage.heard = self.now
            await self.application.settle()

    # ------------------------------------------------------------ scenes
    async def play(self, script: str) -> list[Seen]:
        """Play the lines of a script; return what it showed."""
        before = len(self.seen)
        for step in parse(dedent(script).strip().splitlines()):
            await self._step(step)
            await self.application.settle()
        return self.seen[before:]

    async def converse(self, *pairs: tuple[str, str | Sequence[str]]) -> None:
        """Play pairs of lines and what they show: one line, several, or "" for nothing; "…" stands for anything."""
        for lines, expected in pairs:
            wanted = [expected] if isinstance(expected, str) else list(expected)
            actual = [seen.line for seen in await self.play(lines)]
            assert [one for one in wanted if one] == abridged(wanted, actual), lines

    async def at(self, now: datetime) -> None:
        """Move the clock, and let everything due happen."""
        self.now = now
        self.rig.at(now)
        self.application.move(now)
        await self.application.settle()

    async def later(self, **step: float) -> None:
        """Move the clock on by a timedelta's arguments."""
        await self.at(self.now + timedelta(**step))

    def read(self, look: Callable[[Connection], T]) -> T:
        """Look into the database."""
        return self.database.transact(look)

    def rows(self, table: Table, **equal: Any) -> list[Any]:
        """Return the rows of a table whose columns have these values."""
        query = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        return self.read(lambda tx: list(tx.execute(query)))

    # ------------------------------------------------------------ who and where
    def person(self, name: str) -> Person:
        """Return somebody's identity."""
        who = self.rig.person(name)
        self.first = self.first or name
        self._names[who] = name
        return who

    def where(self, name: str, place: Place) -> Conversation:
        """Return the address of a place for somebody."""
        if place.channel == "dm":
            return self.rig.private(name)
        channel = self.rig.channel(place.channel.removeprefix("#"))
        self._channels[channel.channel] = place.channel
        return self.talk(place.channel) if place.thread else channel

    def talk(self, channel: str) -> Conversation:
        """Return the thread of our latest post in a channel."""
        posts = [seen for seen in self.seen if (seen.place, seen.kind) == (channel, "post")]
        assert posts, f"nothing was posted in {channel} yet"
        assert posts[-1].where is not None
        return posts[-1].where

    def messages(self, name: str, place: Place, label: str) -> list[Shown]:
        """Return the messages with a button that somebody sees in a place, newest first."""
        account = self.person(name).account
        wanted = "dm " + name if place.channel == "dm" else place.channel
        places = [
            seen.where for seen in self.seen if seen.where is not None and seen.place.removesuffix(" thread") == wanted
        ]
        found: dict[str, Shown] = {}
        for where in dict.fromkeys([*places, *(replace(where, thread="") for where in places)]):
            for one in self.rig.shown(where):
                if label in one.buttons and one.to in ("", account) and one.kind != "form":
                    found[one.id] = one
        return sorted(found.values(), key=lambda one: _number(one.id), reverse=True)

    # ------------------------------------------------------------ acts
    async def _step(self, step: Step) -> None:
        match step:
            case At():
                await self.at(step.to)
            case Restart():
                await self.restart()
            case Says():
                self.person(step.who)
                await self._say(step)
            case Presses():
                self.person(step.who)
                found = self.messages(step.who, step.place, step.label)
                assert len(found) > step.back, f"{step.who} sees no [{step.label}] in {step.place}"
                await self.rig.press(step.who, found[step.back].id, step.label)
            case Submits():
                await self.rig.submit(step.who, read_values(self._forms[step.who].fields, step.text))
            case Edits():
                where, message = self._said[step.who, str(step.place)]
                await self.rig.edit(step.who, where, message, step.text)
            case Deletes():
                where, message = self._said[step.who, str(step.place)]
                await self.rig.delete(step.who, where, message)
            case _:
                raise AssertionError(f"no scene plays {step}")

    async def _say(self, step: Says) -> None:
        where = self.where(step.who, step.place)
        if step.text.startswith("/"):
            await self.rig.ask(step.who, where, step.text, organiser=step.who == self.first)
            return
        if step.place.channel == "dm":
            posts = [seen.where for seen in self.seen if seen.place == f"dm {step.who}" and seen.kind == "post"]
            where = posts[-1] if posts and posts[-1] is not None else where
        message = await self.rig.say(step.who, where, step.text)
        self._said[step.who, str(step.place)] = (where, message)

    def form(self, name: str) -> Form:
        """Return the form that was last opened for somebody."""
        return self._forms[name]

    # ------------------------------------------------------------ what is shown
    def record(self, to: Target, card: Card, only: Person | None, sent: Sent, kind: str) -> None:
        """Note a card that the platform took."""
        place = self._place(to)
        body = plain(replace(card, title=""), 0)
        labels = tuple(button.label for button in card.buttons)
        reader = self._names.get(only, only.account) if only is not None else ""
        where = sent.talk if kind == "post" else (to if isinstance(to, Conversation) else sent.talk)
        self.seen.append(Seen(self.now, place, kind, card.title, body, labels, reader, where))

    def record_form(self, pressed: Pressed, made: Form | Card) -> None:
        """Note a form that opens, or the card that says why it does not."""
        name = self._names.get(pressed.who, pressed.who.account)
        place = self._place(pressed.where)
        if isinstance(made, Form):
            self._forms[name] = made
            values = "\n".join(f"{field.label}: {field.value}".strip() for field in made.fields)
            self.seen.append(Seen(self.now, place, "form", made.title, values, (), name))
        else:
            body = plain(replace(made, title=""), 0)
            self.seen.append(Seen(self.now, place, "whisper", made.title, body, (), name, pressed.where))

    def _place(self, to: Target) -> str:
        match to:
            case Conversation(private=False):
                return self._channels.get(to.channel, to.channel) + (" thread" if to.thread else "")
            case Conversation():
                names = (name for name in self._names.values() if self.rig.private(name).channel == to.channel)
                return f"dm {next(names, to.channel)}"
            case Private(who=who) | Home(who=who):
                return f"dm {self._names.get(who, who.account)}"


# ---------------------------------------------------------------- opening a house
@asynccontextmanager
async def opened(
    platform: str = "terminal", *, bank: Bank = BANK, start: datetime = MORNING, url: str = ""
) -> AsyncIterator[House]:
    """Give a house on a fresh database (or that of `url`); ana is the first person, and so organises the platform."""
    with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "house.db"
        shutil.copyfile(empty_database(), file)
        house = House(RIGS[platform](), url or f"sqlite:///{file}", bank, start)
        house.person("ana")
        await house.open()
        try:
            yield house
        finally:
            await house.close()


def scene(
    *, platforms: Sequence[str] = ("terminal",), bank: Bank = BANK, start: datetime = MORNING
) -> Callable[[Callable[[House], Awaitable[None]]], Callable[..., None]]:
    """Turn a scene into a test, once for each platform."""

    def decorate(play: Callable[[House], Awaitable[None]]) -> Callable[..., None]:
        @wraps(play)
        def test(platform: str) -> None:
            async def run() -> None:
                async with opened(platform, bank=bank, start=start) as house:
                    await play(house)

            asyncio.run(run())

        test.__dict__.pop("__wrapped__")  # pytest would ask for the scene's argument
        test.__signature__ = inspect.signature(lambda platform: None)  # type: ignore[attr-defined]
        return pytest.mark.parametrize("platform", platforms)(test)

    return decorate


def lines(seen: Sequence[Seen]) -> list[str]:
    """Return what was shown, a line each."""
    return [one.line for one in seen]


def abridged(expected: Sequence[str], actual: Sequence[str]) -> list[str]:
    """Return the actual lines, each as it is expected where "…" stands for what differs."""
    padded = [*expected, *[""] * len(actual)]
    return [want if _fits(want, have) else have for want, have in zip(padded, actual, strict=False)]


def _fits(expected: str, actual: str) -> bool:
    head, *rest = expected.split("…")
    if not rest:
        return expected == actual
    if not actual.startswith(head) or not actual.endswith(rest[-1]):
        return False
    position = len(head)
    for part in rest[:-1]:
        position = actual.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return len(actual) - len(rest[-1]) >= position


def _number(ident: str) -> Decimal:
    return Decimal(ident.removeprefix("eph:"))  # Discord's ids have more digits than a float


@cache
def empty_database() -> Path:
    """Return a file with the data model: migrated once, and copied for each house."""
    folder = tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY)
    _kept.append(folder)
    file = Path(folder.name) / "empty.db"
    open_database(f"sqlite:///{file}").close()
    return file


_kept: list[tempfile.TemporaryDirectory[str]] = []
