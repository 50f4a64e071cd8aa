"""The terminal for a person: what is typed, line by line, and what is shown in between."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from adapters.terminal import cards
from adapters.terminal.acting import DM, Acting, NotThere, Place
from adapters.terminal.forms import OpenForm
from adapters.terminal.keyboard import interrupts
from adapters.terminal.limits import CHANNEL_LIMIT, NAME_LIMIT
from adapters.terminal.render import WIDEST, Display, readable
from adapters.terminal.transport import TerminalTransport
from bot.chat.host import Host
from bot.chat.model import Field
from bot.chat.words import pieces_of_line

Read = Callable[[], Awaitable[str | None]]
Write = Callable[[str], None]

# A channel begins with a letter here, so that an answer that begins with "#1" stays in its conversation.
_CHANNEL = re.compile(rf"(?P<channel>#[^\W\d_][\w-]{{0,{CHANNEL_LIMIT - 1}}})(?:\s+(?P<text>.+))?", re.DOTALL)
_AS = re.compile(rf"as\s+(?P<name>[^\W_][\w'-]{{0,{NAME_LIMIT - 1}}})", re.IGNORECASE)
_FIELD_PROMPT = "| "

log = logging.getLogger(__name__)


async def talk(
    host: Host,
    transport: TerminalTransport,
    read: Read,
    write: Write,
    me: str = "you",
    *,
    width: int = WIDEST,
    bold: bool = False,
) -> int:
    """Talk with a person until /quit, the end of input or Ctrl-C; return the exit code, 0.

    `read` gives a line, None at the end; `write` takes text as it is to be shown, and flushes.
    """
    console = _Console(host, transport, read, write, me, width, bold)
    before, transport.sink = transport.sink, console.show
    stopped = asyncio.Event()
    session = asyncio.ensure_future(console.run())
    waiting = asyncio.ensure_future(stopped.wait())
    try:
        with interrupts(stopped.set):
            await asyncio.wait({session, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        session.cancel()
        waiting.cancel()
        # An OSError is a window that was closed: nobody is left to tell.
        with suppress(asyncio.CancelledError, OSError):
            if stopped.is_set():
                write("\n")
            await session
        transport.sink = before
    return 0


class _Left(Exception):
    """The person ends the session."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was typed into one field: None if nothing was, and whether the form was left there."""

    value: str | None
    left: bool = False
    ended: bool = False


class _Console:
    def __init__(
        self, host: Host, transport: TerminalTransport, read: Read, write: Write, me: str, width: int, bold: bool
    ) -> None:
        self._host = host
        self._acting = Acting(transport)
        self._read = read
        self._write = write
        self._me = me
        self._place = DM
        self._width = max(20, min(width, WIDEST))
        self._bold = bold
        self._prompt = ""
        self._spoken = False  # something was shown since the last prompt: a blank line sets it apart
        self._offers: list[tuple[str, str]] = []  # (message, label): button number 1 is the first

    async def run(self) -> None:
        self._tell(cards.welcome(self._me))
        await self._safely(self._begin())
        with suppress(_Left):
            while (line := await self._line(cards.prompt(self._me, str(self._place)))) is not None:
                if line.strip().lower() == "/quit":
                    return
                await self._safely(self._act(line.strip()))
        self._write("\n")

    def show(self, shown: Display) -> None:
        """Write what is shown, also while a line is being typed; the prompt then comes again."""
        if shown.kind == "form":  # asked for field by field instead
            return
        offers = [(shown.id, label) for label in shown.buttons]
        self._offers += [offer for offer in offers if offer not in self._offers]
        numbers = [self._offers.index(offer) + 1 for offer in offers]
        when = shown.at.astimezone().strftime("%H:%M")
        block = readable(shown, width=self._width, numbers=numbers, bold=self._bold, clock=when)
        self._write(f"\n{block}\n\n{self._prompt}" if self._prompt else f"\n{block}\n")
        self._spoken = not self._prompt

    async def _begin(self) -> None:
        self._me = await self._acting.meet(self._me)
        await self._host.settle()

    async def _safely(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except NotThere as error:
            self._tell(str(error))
        except (_Left, asyncio.CancelledError):
            raise
        except Exception as error:
            # A person sees one sentence and never a stack trace; the log can show it.
            log.error("a line could not be handled: %s: %s", type(error).__name__, error)
            log.debug("the trace", exc_info=True)
            self._tell(cards.went_wrong())

    async def _act(self, line: str) -> None:
        if not line:
            return
        if line.isdecimal() and 0 < int(line[:9]) <= len(self._offers):
            await self._press(*self._offers[int(line[:9]) - 1])
        elif found := _CHANNEL.fullmatch(line):
            await self._go(Place(found["channel"].lower()), found["text"])
        elif line.lower() == DM.channel:
            self._place = DM
        elif found := _AS.fullmatch(line):
            self._me = await self._acting.meet(found["name"])
            self._tell(cards.now_speaking(self._me))
        else:
            await self._say(self._place, line)

    async def _go(self, place: Place, text: str | None) -> None:
        if text is None:
            self._place = place
        else:
            await self._say(place, text)

    async def _say(self, place: Place, text: str) -> None:
        if text.startswith(">") and place.channel != DM.channel:
            place, text = Place(place.channel, thread=True), text[1:].strip()
            if not text:
                return
        heard = await self._acting.say(self._me, await self._acting.where(self._me, place), text)
        await self._host.settle()
        if not heard:
            self._tell(cards.not_heard(place.channel))
        if text.lower() == "/help":
            self._tell(f"\n{cards.KEYS}")
            self._spoken = True

    async def _press(self, message: str, label: str) -> None:
        opened = await self._acting.press_on(self._me, message, label)
        if opened is not None:
            await self._fill(opened)
        await self._host.settle()

    async def _fill(self, opened: OpenForm | None) -> None:
        while opened is not None:
            self._tell(opened.form.title)
            values: dict[str, str] = {}
            for field in opened.form.fields:
                answer = await self._ask(field)
                if answer.value is not None:
                    values[field.name] = answer.value
                if answer.left or answer.ended:
                    await self._leave(opened, values, answer)
                    return
            problem = await self._acting.submit_values(self._me, values)
            if not problem:
                return
            self._tell(problem)
            opened = await self._acting.form(self._me)

    async def _leave(self, opened: OpenForm, values: dict[str, str], answer: _Answer) -> None:
        await self._acting.keep(opened, values, still_open=False)
        if answer.ended:
            raise _Left
        self._tell(cards.left_form())

    async def _ask(self, field: Field) -> _Answer:
        self._tell(cards.ask_field(field))
        lines: list[str] = []
        while True:
            line = await self._line(_FIELD_PROMPT)
            value = "\n".join(lines).strip() if lines else None
            match line.strip().lower() if line is not None else "/quit":
                case "/quit":
                    return _Answer(value, ended=True)
                case "/cancel":
                    return _Answer(value, left=True)
                case "/clear":
                    return _Answer("")
                case "":
                    return _Answer(value)
            assert line is not None
            lines.append(line)
            if not field.multiline:
                return _Answer(line.strip())

    async def _line(self, prompt: str) -> str | None:
        self._prompt = prompt
        self._write(f"\n{prompt}" if self._spoken else prompt)
        self._spoken = False
        try:
            return await self._read()
        except (EOFError, KeyboardInterrupt):
            return None
        finally:
            self._prompt = ""

    def _tell(self, text: str) -> None:
        lines = [piece for line in text.split("\n") for piece in pieces_of_line(line, self._width)]
        self._write("\n".join(lines) + "\n")
