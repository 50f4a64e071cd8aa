"""The terminal as a transport: posts go into its world, and what people see of them to a sink."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from adapters.terminal import messages, world
from adapters.terminal.inbound import address, direct, said
from adapters.terminal.limits import CAPABILITIES
from adapters.terminal.messages import Message
from adapters.terminal.render import Display, Kind, Sink, harmless, text_of, title_of
from bot.chat.model import (
    Attachment,
    Button,
    Card,
    Conversation,
    Expired,
    Home,
    MessageRef,
    Missing,
    Person,
    PlatformEvent,
    Private,
    Sent,
    Standing,
    Target,
    Unavailable,
    Unreachable,
)
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Context

T = TypeVar("T")
STARTED_BY_TRY = "GREENROOM_TERMINAL"
"""Set by `greenroom try`; `greenroom run` serves real platforms and leaves the terminal out."""


def build(env: Mapping[str, str], context: Context) -> TerminalTransport | Missing:
    """Return the terminal where `greenroom try` asked for it."""
    if not env.get(STARTED_BY_TRY):
        return Missing("the terminal is started by `greenroom try`")
    return TerminalTransport(context)


class TerminalTransport:
    """One terminal. `sink` is called for each thing shown, after it was stored."""

    capabilities = CAPABILITIES

    def __init__(self, context: Context) -> None:
        """Prepare to speak; nothing is shown before a sink is set."""
        self.context = context
        self.sink: Sink = _nowhere
        self.gone = False
        """Whoever read the output has closed it (`greenroom try … | head`)."""
        self._core: tuple[Accept, Surface] | None = None
        self._closed = False

    @property
    def ready(self) -> bool:
        """Tell whether posts can be sent: a terminal takes them from `bind` until `run` was cancelled."""
        return self._core is not None and not self._closed

    @property
    def hears_since(self) -> datetime | None:
        """Tell of no gaps: whoever sits at a terminal waits until it listens."""
        return None

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core."""
        self._core = accept, surface

    @property
    def core(self) -> tuple[Accept, Surface]:
        """The core's side; raises RuntimeError before `bind`."""
        if self._core is None:
            raise RuntimeError("the terminal is not bound to the core: call bind() first")
        return self._core

    async def run(self) -> None:
        """Serve until cancelled: lines come from a script or a keyboard, so there is nothing to wait for."""
        self._closed = False
        try:
            await asyncio.Event().wait()
        finally:
            self._closed = True

    async def post(
        self,
        to: Target,
        card: Card,
        *,
        key: str,
        only: Person | None = None,
        reply: str = "",
        again: bool = False,
    ) -> Sent:
        """Show a card; with `again`, only if nothing carries its key. Raises Unavailable."""
        where = _where(to)
        reader = only.account if only is not None and not where.private else ""
        now = self.context.now()

        def store(tx: Any) -> tuple[Message, bool]:
            if again and (found := messages.keyed(tx, key)) is not None:
                return found, False
            return write(tx, where, card, now, reader=reader, key=key), True

        message, new = await self._store(store)
        if new:
            self.show(Display(message.id, now, where.channel, where.thread, reader, _kind(reader), card))
        return _sent(message)

    async def edit(
        self,
        message: MessageRef,
        card: Card,
        *,
        reply: str = "",
    ) -> None:
        """Replace a message of ours; one that looks as before is not shown again. Raises Unavailable, Unreachable."""
        now = self.context.now()

        def store(tx: Any) -> Message | None:
            before = messages.find(tx, message.id)
            if before is not None and not before.author:
                messages.change(tx, message.id, title=title_of(card), text=text_of(card), buttons=card.buttons)
                world.tick(tx, now)
                return before
            return None

        before = await self._store(store)
        if before is None:
            raise Unreachable(f"the terminal has no message {message.id} of ours: post a new one")
        shown = Display(before.id, now, before.channel, before.thread, before.reader, "edit", card)
        if (shown.title, shown.text, shown.buttons) != (before.title, before.text, _labels(before.buttons)):
            self.show(shown)

    async def react(self, message: MessageRef, name: str) -> None:
        """Do nothing: there are no reactions here."""

    async def typing(self, where: Conversation) -> None:
        """Do nothing: answers come at once."""

    async def archive(self, where: Conversation) -> None:
        """Do nothing: there are no private threads here."""

    async def forget(self, who: Person) -> None:
        """Do nothing: what the terminal keeps is the history of its channels, like any chat's."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """Raise Unreachable: nobody can send a file here."""
        raise Unreachable(f"the terminal has no files, so {attachment.name!r} cannot be fetched: ask for text")

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what was said in `where` since `after`, oldest first. Raises Unavailable."""

        def look(tx: Any) -> list[Message]:
            return messages.said_since(tx, where.channel, where.thread, after)

        return [said(message) for message in await self._store(look)]

    async def standing(
        self,
        who: Person,
        where: Conversation,
    ) -> Standing:
        """Return rights: the first person ever named organises, and everybody may post. Raises Unavailable."""

        def look(tx: Any) -> bool:
            return world.organises(tx, who.account)

        return Standing(organiser=await self._store(look), can_post=True)

    def show(self, shown: Display) -> None:
        """Hand something to the sink; once its reader has gone, nothing more is shown."""
        if self.gone:
            return
        try:
            self.sink(shown)
        except OSError:
            self.gone = True

    async def _store(self, change: Callable[[Any], T]) -> T:
        try:
            return await self.context.stored(change)
        except (Unavailable, Unreachable, Expired):
            raise
        except (OSError, SQLAlchemyError) as error:
            raise Unavailable(f"the terminal's world cannot be reached: {error}") from error


def write(tx: Any, where: Conversation, card: Card, now: datetime, *, reader: str = "", key: str = "") -> Message:
    """Store a card as a message of the bot."""
    return messages.add(
        tx,
        channel=where.channel,
        thread=where.thread,
        at=now,
        text=text_of(card),
        reader=reader,
        key=key,
        title=title_of(card),
        buttons=harmless(card).buttons,
    )


def _where(to: Target) -> Conversation:
    match to:
        case Conversation():
            return to
        case Private(who=who):
            return direct(who.account)
        case Home():
            raise Unreachable("the terminal has no home page: show the same by /help or /progress")


def _sent(message: Message) -> Sent:
    where = address(message.channel, message.thread)
    if message.reader:
        return Sent(None, where)
    talk = where if where.private or where.thread else address(message.channel, message.id)
    return Sent(MessageRef(where, message.id), talk)


def _kind(reader: str) -> Kind:
    return "whisper" if reader else "post"


def _labels(buttons: Sequence[Button]) -> tuple[str, ...]:
    return tuple(button.label for button in buttons)


def _nowhere(_shown: Display) -> None:
    """Show nothing."""
