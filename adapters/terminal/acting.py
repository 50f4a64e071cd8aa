"""What people do at the terminal: write, type commands, press, fill in forms; for scripts, keyboard and tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from adapters.terminal import cards, forms, inbound, messages, world
from adapters.terminal.forms import OpenForm
from adapters.terminal.inbound import NotAccepted, address, direct
from adapters.terminal.messages import Message
from adapters.terminal.render import Display, form_card
from adapters.terminal.transport import TerminalTransport, write
from bot.chat.model import Button, Card, Conversation, Form, Pressed, Said
from bot.chat.transport import Context

P = ParamSpec("P")
T = TypeVar("T")


class NotThere(LookupError):
    """What somebody wants to reply under, press, change or send off is not there; the message says what is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody acts, as it is written: "#prep", the thread of the bot's latest post there, or "dm"."""

    channel: str
    thread: bool = False

    def __str__(self) -> str:
        """Return it as it is written."""
        return self.channel + (" thread" if self.thread else "")


DM = Place("dm")


class Acting:
    """The people in front of one terminal. Each call returns when the core has taken the event."""

    def __init__(self, transport: TerminalTransport, context: Context | None = None) -> None:
        """Act on the world that `context` keeps (the transport's own, unless told otherwise)."""
        self._transport = transport
        self._context = context or transport.context

    async def meet(self, name: str) -> str:
        """Return how a name was first written; the first person met in a database organises."""
        return await self._context.stored(_with(world.meet, name))

    async def where(self, name: str, place: Place) -> Conversation:
        """Return the address of a place for a person. Raises NotThere where there is no post to reply under."""
        if place.channel == DM.channel:
            return direct(await self.meet(name))
        if not place.thread:
            return address(place.channel)
        root = await self._context.stored(_with(messages.latest_root, place.channel))
        if root is None:
            raise NotThere(cards.no_thread(place.channel))
        return address(place.channel, root.id)

    async def say(self, name: str, where: Conversation, text: str) -> bool:
        """Say something, or type a command; tell whether the bot heard it."""
        if text.lstrip().startswith("/"):
            await self.ask(name, where, text)
            return True
        message = await self.write(name, where, text)
        if not inbound.is_for_us(where, text):
            return False
        await self.deliver(inbound.said(message))
        return True

    async def write(self, name: str, where: Conversation, text: str) -> Message:
        """Put a message into the world without delivering it."""
        now = self._context.now()

        def store(tx: Any) -> Message:
            author = world.meet(tx, name)
            line = inbound.typed(text)
            return messages.add(tx, channel=where.channel, thread=where.thread, at=now, text=line, author=author)

        return await self._context.stored(store)

    async def deliver(self, event: Said) -> None:
        """Hand a message to the core, and note that it was taken."""
        accept, _ = self._transport.core
        await accept(event)
        await self._context.stored(_with(messages.mark_heard, event.message))

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool | None = None) -> None:
        """Type a command; `organiser` replaces the right that the terminal itself gives."""
        now = self._context.now()

        def number(tx: Any) -> tuple[str, str, tuple[str, ...]]:
            who = world.meet(tx, name)
            world.tick(tx, now)
            return who, world.number(tx), world.people(tx)

        who, ident, people = await self._context.stored(number)
        right = who == people[0] if organiser is None else organiser
        text = inbound.typed(line)
        event = inbound.asked(ident, who, where, text, now, people=people, organiser=right)
        accept, _ = self._transport.core
        await accept(event)

    async def edit(self, name: str, where: Conversation, text: str, message: str = "") -> None:
        """Change a message of one's own: the named one, else the latest there. Raises NotThere."""
        now, line = self._context.now(), inbound.typed(text)
        found = await self._own(name, where, message)

        def change(tx: Any) -> str:
            world.tick(tx, now)
            messages.change(tx, found.id, title="", text=line)
            return world.number(tx)

        ident = await self._context.stored(change)
        if inbound.is_for_us(where, line):
            accept, _ = self._transport.core
            await accept(inbound.edited(ident, found, line, now))

    async def delete(self, name: str, where: Conversation, message: str = "") -> None:
        """Delete a message of one's own: the named one, else the latest there. Raises NotThere."""
        found = await self._own(name, where, message)
        await self._context.stored(_with(messages.remove, found.id))
        if inbound.is_for_us(where, found.text):
            accept, _ = self._transport.core
            await accept(inbound.deleted(found, self._context.now()))

    async def press(self, name: str, place: Place, label: str, back: int = 0) -> OpenForm | None:
        """Press a button by its label, on the newest message that shows it or `back` before; return what form opened.

        Raises NotThere.
        """
        who = await self.meet(name)
        where = await self.where(who, place)
        thread = where.thread if place.thread else None

        def look(tx: Any) -> list[Message]:
            return messages.from_bot(tx, where.channel, reader=who, thread=thread)

        message, button = _choose(await self._context.stored(look), label, back, str(place))
        return await self._press(who, message, button)

    async def press_on(self, name: str, ident: str, label: str) -> OpenForm | None:
        """Press a button of one message by its whole label; return what form opened. Raises NotThere."""
        who = await self.meet(name)
        message = await self._context.stored(_with(messages.find, ident))
        shown = message.buttons if message is not None and message.reader in {"", who} else ()
        button = next((b for b in shown if b.label == label), None)
        if message is None or button is None:
            raise NotThere(cards.no_button(label, [b.label for b in shown], f"message {ident}"))
        return await self._press(who, message, button)

    async def form(self, name: str) -> OpenForm | None:
        """Return the form that is open for somebody."""
        who = await self.meet(name)
        return await self._context.stored(_with(forms.form_of, who))

    async def submit(self, name: str, text: str) -> str:
        """Send off the open form with values written as text; return what is wrong if it refused them and stays open.

        Raises NotThere.
        """
        opened = await self._opened(name)
        try:
            values = inbound.read_values(opened.form.fields, inbound.typed(text))
        except NotAccepted as problem:
            self._show_form(opened, str(problem))
            return str(problem)
        return await self.submit_values(name, values)

    async def submit_values(self, name: str, values: Mapping[str, str]) -> str:
        """Send off the open form; fields without a value keep theirs. Return what is wrong, as `submit` does."""
        opened = await self._opened(name)
        now = self._context.now()
        full = forms.filled(opened, values)
        whole = {field.name: field.value for field in full.form.fields}
        try:
            inbound.check_lengths(full.form.fields, whole)
        except NotAccepted as problem:
            await self.keep(opened, values, still_open=True)
            self._show_form(full, str(problem))
            return str(problem)

        def number(tx: Any) -> str:
            world.tick(tx, now)
            forms.keep_form(tx, opened, values, still_open=True)
            return world.number(tx)

        accept, _ = self._transport.core
        await accept(inbound.submitted(await self._context.stored(number), opened, whole, now))
        await self._context.stored(_with(forms.close_form, opened))
        return ""

    async def keep(self, opened: OpenForm, values: Mapping[str, str], *, still_open: bool) -> None:
        """Keep what was typed into a form; it stays open, or is left until its button is pressed again."""

        def store(tx: Any) -> None:
            forms.keep_form(tx, opened, values, still_open=still_open)

        await self._context.stored(store)

    async def _opened(self, name: str) -> OpenForm:
        who = await self.meet(name)
        opened = await self._context.stored(_with(forms.form_of, who))
        if opened is None:
            raise NotThere(cards.no_form(who))
        return opened

    async def _own(self, name: str, where: Conversation, ident: str) -> Message:
        who = await self.meet(name)

        def look(tx: Any) -> Message | None:
            if ident:
                return messages.find(tx, ident)
            return messages.latest_by(tx, who, where.channel, where.thread)

        found = await self._context.stored(look)
        if found is None or found.author != who:
            raise NotThere(cards.nothing_said(who, where.channel))
        return found

    async def _press(self, who: str, message: Message, button: Button) -> OpenForm | None:
        now = self._context.now()

        def number(tx: Any) -> tuple[str, bool]:
            world.tick(tx, now)
            return world.number(tx), world.organises(tx, who)

        ident, organiser = await self._context.stored(number)
        event = inbound.pressed(ident, who, message, button, now, organiser=organiser)
        accept, surface = self._transport.core
        if button.answer != "form":
            await accept(event)
            return None
        match await surface.form_for(event):
            case Form() as form:
                return await self._open(event, message, form)
            case Card() as card:
                await self._whisper(event, card, now)
                return None

    async def _open(self, event: Pressed, message: Message, form: Form) -> OpenForm:
        on = "" if message.reader else message.id
        form = replace(form, token=form.token or event.token)
        opening = OpenForm(event.who.account, form, message.channel, message.thread, on)
        opened = await self._context.stored(_with(forms.open_form, opening))
        self._show_form(opened, "")
        return opened

    async def _whisper(self, event: Pressed, card: Card, now: datetime) -> None:
        reader = "" if event.where.private else event.who.account

        def store(tx: Any) -> Message:
            return write(tx, event.where, card, now, reader=reader)

        message = await self._context.stored(store)
        kind: Any = "whisper" if reader else "post"
        self._transport.show(Display(message.id, now, message.channel, message.thread, reader, kind, card))

    def _show_form(self, opened: OpenForm, problem: str) -> None:
        card = form_card(opened, problem)
        self._transport.show(
            Display("", self._context.now(), opened.channel, opened.thread, opened.person, "form", card)
        )


def _choose(shown: Sequence[Message], label: str, back: int, place: str) -> tuple[Message, Button]:
    """Find a button, newest message first: by its whole label, else by a beginning that only one label has."""
    wanted = label.strip().casefold()
    there = list(dict.fromkeys(b.label for m in shown for b in m.buttons))
    fitting = {name for name in there if name.casefold() == wanted}
    if not fitting:
        beginning = {name.casefold(): name for name in there if wanted and name.casefold().startswith(wanted)}
        if len(beginning) > 1:
            raise NotThere(cards.unclear_button(label, list(beginning.values()), place))
        fitting = {name for name in there if name.casefold() in beginning}
    found = [(m, next(b for b in m.buttons if b.label in fitting)) for m in shown if _labels(m) & fitting]
    if not found:
        raise NotThere(cards.no_button(label, there, place))
    if back >= len(found):
        raise NotThere(cards.not_so_many(label, len(found), place))
    return found[back]


def _labels(message: Message) -> set[str]:
    return {button.label for button in message.buttons}


def _with(change: Callable[Concatenate[Any, P], T], *values: P.args, **named: P.kwargs) -> Callable[[Any], T]:
    """Return `change` with everything but its connection."""
    return lambda tx: change(tx, *values, **named)
