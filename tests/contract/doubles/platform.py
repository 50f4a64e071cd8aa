"""What the strict doubles have in common: people, messages, a clock, faults, and the checks of what is handed over.

A double is a `Rig` whose transport speaks to a platform in memory.  It is strict: what breaks a limit or a habit of
the platform raises AssertionError there, and again in `stop`, in case the caller swallowed it.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar

from bot.chat.model import (
    Asked,
    Button,
    Card,
    Conversation,
    Edited,
    Expired,
    Form,
    Person,
    PlatformEvent,
    Pressed,
    RateLimited,
    Said,
    Sent,
    Submitted,
    Unavailable,
    Unreachable,
)
from bot.chat.plain import plain
from bot.chat.rig import Fault, Shown
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Transport
from tests.contract.doubles.strict import Strict
from tests.contract.doubles.transport import DoubleTransport

R = TypeVar("R")
MENTION = re.compile(r"@greenroom\b[:,]?\s*", re.IGNORECASE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FORM_SECONDS = 1.5
"""How long `form_for` may take: both platforms want the form as the first answer, within 3 s."""


@dataclass
class Message:
    """What the platform holds; `card` is None for a person's message, `to` set for a whisper."""

    id: str
    where: Conversation
    at: datetime
    author: Person | None = None
    text: str = ""
    card: Card | None = None
    key: str = ""
    to: str = ""
    talk: Conversation | None = None


@dataclass
class Reply:
    """A token to answer one act with; `asked` says what waits for exactly one whisper ("" if nothing does)."""

    who: Person
    at: datetime
    asked: str = ""
    uses: int = 0
    answers: int = 0
    first: str = ""


class Double(Strict, ABC):
    """People and platform; subclasses add what is particular to one."""

    platform: ClassVar[str]
    realm: ClassVar[str] = ""

    def __init__(self) -> None:
        """Begin with an empty platform on a Friday morning."""
        super().__init__()
        self.now = START
        self.messages: list[Message] = []
        self.homes: dict[str, Message] = {}
        self.faults: deque[Fault] = deque()
        self.replies: dict[str, Reply] = {}
        self.organisers: set[Person] = set()
        self.reactions: Counter[tuple[str, str]] = Counter()
        self.accept: Accept | None = None
        self.is_away = False
        self.forms: dict[str, tuple[Form, Pressed]] = {}
        self._people: dict[str, Person] = {}
        self._channels: dict[str, str] = {}
        self._count = 0
        self._task: asyncio.Task[None] | None = None
        self.transport: Transport = self.fresh()

    # ------------------------------------------------------------ particular to a platform
    @abstractmethod
    def fresh(self) -> DoubleTransport:
        """Return a new transport, as a restarted process has."""

    @abstractmethod
    def message_id(self, at: datetime) -> str:
        """Return an id as the platform makes them."""

    @abstractmethod
    def private(self, name: str) -> Conversation:
        """Return the address of the private conversation with a person."""

    @abstractmethod
    def channel(self, name: str) -> Conversation:
        """Return the address of a group's channel."""

    @abstractmethod
    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own."""

    @abstractmethod
    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Type a command."""

    @abstractmethod
    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button of a message by its label."""

    @abstractmethod
    async def redeliver(self) -> None:
        """Deliver the last event once more, where the platform ever does."""

    @abstractmethod
    def heard(self, message: Message) -> Said | None:
        """Return the event that a person's message becomes; None if it is not for us."""

    @abstractmethod
    async def offer(self, event: PlatformEvent) -> None:
        """Hand an event to the core as the platform does; raises PermissionError if the person is told of a failure."""

    # ------------------------------------------------------------ the rig
    async def start(self, accept: Accept, surface: Surface) -> None:
        """Bind and run a transport until it is ready."""
        if self._task is not None:
            self.transport = self.fresh()
        self.accept, self.surface = accept, surface
        self.check_surface(surface)
        self.transport.bind(accept, surface)
        self._task = asyncio.create_task(self.transport.run())
        await asyncio.sleep(0)
        self.demand(self.transport.ready, "a transport in memory is ready at once")

    async def stop(self) -> None:
        """Cancel the transport; raises AssertionError if anything was broken meanwhile."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.broken:
            raise AssertionError("; ".join(self.broken))

    def person(self, name: str) -> Person:
        """Return the identity of a person, made at first mention."""
        account = f"U{len(self._people) + 1:05}"
        return self._people.setdefault(name, Person(self.platform, self.realm, account))

    def channel_id(self, kind: str, name: str) -> str:
        """Return the id of a channel or of the direct messages with somebody, made at first mention."""
        return self._channels.setdefault(kind + name, f"{kind}{len(self._channels) + 1:05}")

    def channel_name(self, channel: str) -> str:
        """Return the name of a channel by its id."""
        return next(name[1:] for name, known in self._channels.items() if known == channel)

    def at(self, now: datetime) -> None:
        """Set the clock; it never goes back."""
        self.demand(now.tzinfo is not None and now >= self.now, "the platform's clock is aware and never goes back")
        self.now = now

    def away(self, gone: bool) -> None:
        """While gone, messages are stored and not delivered; presses and commands are refused."""
        self.is_away = gone

    def fail(self, *faults: Fault) -> None:
        """Make the next steps of sending fail, one fault each."""
        self.faults.extend(faults)

    async def say(self, name: str, where: Conversation, text: str) -> str:
        """Write a message."""
        at = self.tick()
        message = Message(self.message_id(at), where, at, author=self.person(name), text=text)
        self.messages.append(message)
        event = self.heard(message)
        if event is not None:
            message.talk = event.where
            await self._offer_unless_away(event)
        return message.id

    async def edit(self, name: str, where: Conversation, message: str, text: str) -> None:
        """Change a message of one's own."""
        found = self._own(name, message)
        found.text, at = text, self.tick()
        said = self.heard(found)
        if said is not None:
            await self._offer_unless_away(
                Edited(
                    id=f"edit:{message}:{at.isoformat()}",
                    at=at,
                    space=said.space,
                    who=said.who,
                    where=said.where,
                    name=said.name,
                    message=message,
                    text=said.text,
                )
            )

    async def submit(self, name: str, values: Mapping[str, str]) -> None:
        """Send off the open form; raises PermissionError, and keeps it open, where the platform refuses a value."""
        form, pressed = self.forms[name]
        filled = {field.name: values.get(field.name, field.value) for field in form.fields}
        if unknown := values.keys() - filled.keys():
            raise LookupError(f"this form has no field {', '.join(sorted(unknown))}")
        for field in form.fields:
            if not field.minimum <= len(filled[field.name]) <= field.maximum:
                raise PermissionError(f"{field.label}: {field.minimum} to {field.maximum} characters")
        del self.forms[name]
        at = self.tick()
        event = Submitted(
            id=f"int:{self.message_id(at)}",
            at=at,
            space=pressed.space,
            who=pressed.who,
            where=pressed.where,
            name=name,
            reply=self.submit_reply(pressed),
            form=form.id,
            token=form.token or pressed.token,
            values=filled,
            on=pressed.on,
        )
        await self._offer_now(event)

    def shown(self, where: Conversation) -> list[Shown]:
        """Return what we show in a conversation, a home page and an open form included."""
        found = [self._shown(m) for m in self.messages if m.card is not None and self._is_in(m, where)]
        for account, home in self.homes.items():
            if home.where == where:
                found.append(replace(self._shown(home), kind="home", to=account))
        for name, (form, pressed) in self.forms.items():
            if pressed.where == where:
                labels = "\n".join([form.title, *(field.label for field in form.fields)])
                found.append(Shown("", where, "form", labels, to=self.person(name).account))
        return found

    # ------------------------------------------------------------ what is looked into after a test
    def unanswered(self) -> list[str]:
        """Return the commands and whisper presses that nobody has whispered to, oldest first."""
        return [reply.asked for reply in self.replies.values() if reply.asked and not reply.answers]

    def whispers(self) -> dict[str, int]:
        """Return how many whispers each command and whisper press got: more than one only where a card was split."""
        return {reply.asked: reply.answers for reply in self.replies.values() if reply.asked}

    # ------------------------------------------------------------ for subclasses and transports
    def tick(self) -> datetime:
        """Return the next instant; no two things happen at once."""
        self._count += 1
        return self.now + timedelta(microseconds=self._count)

    def call(self, effect: Callable[[], R]) -> R:
        """Do one step of sending, unless a fault was asked for."""
        fault = self.faults.popleft() if self.faults else None
        match fault:
            case "rate limited":
                raise RateLimited(30)
            case "unavailable" | "lost before":
                raise Unavailable(f"{self.platform} does not answer")
            case "unreachable":
                raise Unreachable(f"{self.platform} refuses for good")
            case "expired":
                raise Expired(f"{self.platform} has forgotten the token")
            case _:
                result = effect()
                if fault == "lost after":
                    raise Unavailable(f"{self.platform} took it, the answer got lost")
                return result

    def store(self, where: Conversation, card: Card, key: str, to: str = "") -> Message:
        """Put a message of ours on the platform."""
        at = self.tick()
        message = Message(("eph:" if to else "") + self.message_id(at), where, at, card=card, key=key, to=to)
        self.messages.append(message)
        return message

    def carrying(self, key: str) -> Message | None:
        """Return the post that carries a key."""
        return next((m for m in self.messages if m.key == key and m.card is not None and not m.to), None)

    def find(self, message: str) -> Message:
        """Return a message by its id; raises LookupError."""
        everything = [*self.messages, *self.homes.values()]
        found = next((m for m in everything if m.id == message), None)
        if found is None:
            raise LookupError(f"no message {message}")
        return found

    def name_of(self, who: Person) -> str:
        """Return the name of a person; raises AssertionError for one who was never seen here."""
        name = next((name for name, person in self._people.items() if person == who), None)
        self.demand(name is not None, f"nobody here is {who}")
        assert name is not None
        return name

    def show_home(self, who: Person, card: Card) -> Sent:
        """Put a card on somebody's home page."""
        where = self.private(self.name_of(who))
        at = self.tick()
        self.homes[who.account] = Message(f"home:{self.message_id(at)}", where, at, card=card)
        return Sent(None, where)

    def token(self, who: Person, asked: str = "") -> str:
        """Return a new reply token."""
        at = self.tick()
        name = f"reply-{self.message_id(at)}"
        self.replies[name] = Reply(who, self.now, asked)
        return name

    def submit_reply(self, pressed: Pressed) -> str:
        """Return the token that comes with a form that was sent off."""
        return self.token(pressed.who)

    async def open_form(self, name: str, pressed: Pressed) -> None:
        """Ask the core for the form of a press, and open it; a card instead is whispered."""
        assert self.surface is not None
        try:
            made = await asyncio.wait_for(self.surface.form_for(pressed), FORM_SECONDS)
        except TimeoutError:
            self.demand(False, f"form_for took longer than {FORM_SECONDS} s")
            raise
        if isinstance(made, Card):
            self.check_card(made)
            self.store(pressed.where, made, "", to=pressed.who.account)
            return
        self.check_form(made)
        self.forms[name] = (made, pressed)

    async def _offer_unless_away(self, event: PlatformEvent) -> None:
        if not self.is_away:
            await self.offer(event)

    async def _offer_now(self, event: Asked | Pressed | Submitted) -> None:
        """Offer what has no second chance: a command, a press, a form; refused, it waits for no answer."""
        assert self.accept is not None
        try:
            if self.is_away:
                raise ConnectionError("this app did not respond")
            await self.accept(event)
        except AssertionError:
            raise
        except Exception as why:
            if event.reply in self.replies:
                self.replies[event.reply].asked = ""
            raise PermissionError(f"{self.platform} says: that did not work, try again") from why

    def _button(self, message: Message, who: Person, label: str) -> Button:
        if message.to and message.to != who.account:
            raise PermissionError("a whisper is seen by one person")
        buttons = message.card.buttons if message.card else ()
        found = next((button for button in buttons if button.label == label), None)
        if found is None:
            raise LookupError(f"no button [{label}], only {[button.label for button in buttons]}")
        return found

    def _own(self, name: str, message: str) -> Message:
        found = self.find(message)
        if found.author != self.person(name):
            raise PermissionError("one's own messages only")
        return found

    def _is_in(self, message: Message, where: Conversation) -> bool:
        is_root = message.id == where.thread and replace(where, thread="") == message.where
        return message.where == where or is_root

    def _shown(self, message: Message) -> Shown:
        card = message.card or Card()
        labels = tuple(button.label for button in card.buttons)
        return Shown(message.id, message.where, "whisper" if message.to else "post", plain(card, 0), labels, message.to)
