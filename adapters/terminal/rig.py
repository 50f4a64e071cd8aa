"""How tests drive the terminal: the real transport over a world in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar, assert_never

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from adapters.terminal import forms, inbound, messages, world
from adapters.terminal.acting import Acting
from adapters.terminal.messages import Message
from adapters.terminal.render import form_card, text_of
from adapters.terminal.transport import TerminalTransport
from bot.chat.model import Conversation, Expired, Person, PlatformEvent, RateLimited, Unavailable, Unreachable
from bot.chat.rig import Fault, Rig, Shown
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Transport

T = TypeVar("T")
_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def build() -> Rig:
    """Return a rig with a fresh world; its clock stands at noon (UTC) of 1 December 2026."""
    return TerminalRig()


class _World:
    """A world in memory behind the `Context` of an adapter; `faults` befall it in turn."""

    def __init__(self) -> None:
        # One connection for all: each new one would open another empty database.
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        world.tables.create_all(self.engine)
        self.clock = _NOON

    def now(self) -> datetime:
        return self.clock

    def change(self, change: Callable[[Any], T]) -> T:
        with self.engine.begin() as tx:
            return change(tx)

    async def stored(self, change: Callable[[Any], T]) -> T:
        return self.change(change)


class _Line:
    """The transport's way to that world, on which sends get lost."""

    def __init__(self, reliable: _World) -> None:
        self._world = reliable
        self.faults: deque[Fault] = deque()

    def now(self) -> datetime:
        return self._world.now()

    async def stored(self, change: Callable[[Any], T]) -> T:
        if not self.faults:
            return await self._world.stored(change)
        match self.faults.popleft():
            case "lost before" | "unavailable":
                raise Unavailable("the terminal does not answer: try again")
            case "lost after":
                await self._world.stored(change)
                raise Unavailable("the answer of the terminal was lost: try again")
            case "rate limited":
                raise RateLimited(0.01)
            case "unreachable":
                raise Unreachable("nobody sits at this terminal")
            case "expired":
                raise Expired("the private reply's time is over: write to the person")
            case unknown:
                assert_never(unknown)


class TerminalRig:
    """People at a terminal, for one test."""

    def __init__(self) -> None:
        """Make a fresh world."""
        self._world = _World()
        self._line = _Line(self._world)
        self._accept: Accept | None = None
        self._last: PlatformEvent | None = None
        self._gone = False
        self._run: asyncio.Task[None] | None = None
        self._sit_down()

    def _sit_down(self) -> None:
        """Build a transport as a new process does, on the world as it is."""
        self._terminal = TerminalTransport(self._line)
        self._acting = Acting(self._terminal, self._world)
        self.transport: Transport = self._terminal

    async def start(self, accept: Accept, surface: Surface) -> None:
        """Bind the transport and run it; a new one, if one was stopped before."""
        if self._run is not None:
            self._sit_down()
        self._accept = accept
        self._terminal.bind(self._hand_over, surface)
        self._run = asyncio.create_task(self._terminal.run())
        await asyncio.sleep(0)

    async def stop(self) -> None:
        """Stop it; the world stays as it is."""
        if self._run is not None:
            self._run.cancel()
            with suppress(asyncio.CancelledError):
                await self._run

    def person(self, name: str) -> Person:
        """Return the identity of a person, made at first mention."""
        return inbound.person(self._world.change(lambda tx: world.meet(tx, name)))

    def channel(self, name: str) -> Conversation:
        """Return the address of a group's channel."""
        return inbound.address("#" + name.removeprefix("#"))

    def private(self, name: str) -> Conversation:
        """Return the address of the private conversation with a person."""
        return inbound.direct(self.person(name).account)

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self._world.clock = now

    async def say(self, name: str, where: Conversation, text: str) -> str:
        """Write a message; return its id. Raises PermissionError if the core did not take it."""
        message = await self._acting.write(name, where, text)
        if not self._gone and inbound.is_for_us(where, text):
            try:
                await self._acting.deliver(inbound.said(message))
            except Exception as error:
                raise PermissionError(f"message {message.id} was not accepted: redeliver it") from error
        return message.id

    async def edit(self, name: str, where: Conversation, message: str, text: str) -> None:
        """Change a message of one's own. Raises LookupError where there is none."""
        await self._acting.edit(name, where, text, message)

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own. Raises LookupError where there is none."""
        await self._acting.delete(name, where, message)

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Type a command. Raises PermissionError while away."""
        self._here()
        await self._acting.ask(name, where, line, organiser=organiser)

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button of a message by its label. Raises PermissionError while away, LookupError without it."""
        self._here()
        await self._acting.press_on(name, message, label)

    async def submit(self, name: str, values: Mapping[str, str]) -> None:
        """Send off the open form. Raises PermissionError while away, and where the form refuses the values."""
        self._here()
        if problem := await self._acting.submit_values(name, values):
            raise PermissionError(problem)

    async def redeliver(self) -> None:
        """Deliver the last event once more."""
        if self._last is not None:
            await self._hand_over(self._last)

    def away(self, gone: bool) -> None:
        """While gone, what people say stands in the world and is not delivered."""
        self._gone = gone

    def fail(self, *faults: Fault) -> None:
        """Make the next sends fail, one fault each."""
        self._line.faults.extend(faults)

    def shown(self, where: Conversation) -> list[Shown]:
        """Return what the bot shows in a conversation (a thread begins with its root), then the open forms."""

        def look(tx: Any) -> list[Shown]:
            posts = [_shown(m) for m in messages.standing_in(tx, where.channel, where.thread)]
            return posts + [_shown_form(form, where) for form in forms.forms_in(tx, where.channel, where.thread)]

        return self._world.change(look)

    def _here(self) -> None:
        if self._gone:
            raise PermissionError("Greenroom is not running now: try again later")

    async def _hand_over(self, event: PlatformEvent) -> None:
        if self._gone or self._accept is None:
            return
        self._last = event
        await self._accept(event)


def _shown(message: Message) -> Shown:
    where = inbound.address(message.channel, message.thread)
    text = "\n".join(part for part in (message.title, message.text) if part)
    labels = tuple(button.label for button in message.buttons)
    return Shown(message.id, where, "whisper" if message.reader else "post", text, labels, message.reader)


def _shown_form(opened: forms.OpenForm, where: Conversation) -> Shown:
    card = form_card(opened)
    labels = tuple(button.label for button in card.buttons)
    return Shown(opened.form.id, where, "form", f"{card.title}\n{text_of(card)}", labels, opened.person)
