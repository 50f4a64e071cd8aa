"""How tests drive Slack: the real transport against our fake of a workspace, over Socket Mode or signed HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from adapters import slack
from adapters.slack.fake import FakeSlack, reading
from adapters.slack.fake.model import Channel, Message, Place, View
from adapters.slack.limits import PLATFORM
from bot.chat.model import Conversation, Missing, Person, PlatformEvent
from bot.chat.rig import Fault, Rig, Shown
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Transport

T = TypeVar("T")
START_SECONDS = 10.0
"""How long the transport may take to connect, in real time."""


def build() -> Rig:
    """Return a rig with a fresh workspace in Socket Mode; its clock stands at 8:00 (UTC) of 20 November 2026."""
    return SlackRig()


class RigContext:
    """What an application lends an adapter: the fake's clock, and a database in memory."""

    def __init__(self, fake: FakeSlack) -> None:
        """Go by this fake's clock."""
        self._fake = fake
        self._engine: Engine | None = None

    def now(self) -> datetime:
        """Return the fake's clock."""
        return self._fake.space.now

    async def stored(self, change: Callable[[Any], T]) -> T:
        """Run `change` in a transaction on a database with the adapter's own tables, if it has any."""
        if self._engine is None:
            # One connection for all: each new one would open another empty database.
            self._engine = create_engine("sqlite://", poolclass=StaticPool)
            if (tables := getattr(slack, "tables", None)) is not None:
                tables.create_all(self._engine)
        with self._engine.begin() as tx:
            return change(tx)


class SlackRig:
    """People in one workspace, for one test. `fake` has what a `Rig` does not: homes, invitations, rotation, scopes."""

    def __init__(self, *, http: bool = False) -> None:
        """Make a fresh workspace; with `http`, events are posted to the transport instead of sent over sockets."""
        self.fake = FakeSlack()
        self.space = self.fake.space
        self._http_port = _free_port() if http else 0
        self._context = RigContext(self.fake)
        self.transport: Transport = self._fresh()
        self._run: asyncio.Task[None] | None = None

    def _fresh(self) -> Transport:
        """Return a transport as a new process has it."""
        built = slack.build(self._settings(), self._context)
        if isinstance(built, Missing):
            raise RuntimeError(f"the adapter asks for more than the rig gives: {built.reason}")
        return built

    def _settings(self) -> dict[str, str]:
        settings = {"SLACK_BOT_TOKEN": self.space.bot_token, "SLACK_API_URL": self.fake.api_url}
        if not self._http_port:
            return settings | {"SLACK_APP_TOKEN": self.space.app_token}
        return settings | {"SLACK_SIGNING_SECRET": self.space.signing_secret, "SLACK_PORT": str(self._http_port)}

    # ------------------------------------------------------------ life
    async def start(self, accept: Accept, surface: Surface) -> None:
        """Run the transport until it is ready. Raises TimeoutError, or what ended it before."""
        if self._run is not None:
            self.transport = self._fresh()
        self.space.commands = {command.name.split()[0] for command in surface.commands}
        if self._http_port:
            self.fake.delivery.request_url = f"http://127.0.0.1:{self._http_port}/slack/events"
        await self.fake.start()

        async def hand_over(event: PlatformEvent) -> None:
            try:
                await accept(event)
            except Exception:
                self.fake.delivery.refuse()
                raise

        self.transport.bind(hand_over, surface)
        self._run = asyncio.create_task(self.transport.run())
        async with asyncio.timeout(START_SECONDS):
            while not self.transport.ready:
                if self._run.done():
                    self._run.result()
                    raise RuntimeError("the transport has ended before it was ready")
                await asyncio.sleep(0.001)  # nothing tells when a transport becomes ready

    async def stop(self) -> None:
        """Stop transport and fake; the workspace stays. Raises AssertionError for what Slack would never take."""
        if self._run is not None:
            self._run.cancel()
            with suppress(asyncio.CancelledError):
                await self._run
        await self.fake.stop()
        if self.space.broken:
            raise AssertionError("; ".join(self.space.broken))

    # ------------------------------------------------------------ people and places
    def person(self, name: str) -> Person:
        """Return the identity of a person, made at first mention."""
        return Person(PLATFORM, self.space.team, self.space.person(name).id)

    def channel(self, name: str) -> Conversation:
        """Return the address of a public channel that the bot was invited to."""
        return Conversation(PLATFORM, self.space.team, self.space.channel(name).id)

    def private(self, name: str) -> Conversation:
        """Return the Messages tab; each message there begins a conversation of its own, in a thread."""
        direct = self.space.direct(self.space.person(name).id)
        return Conversation(PLATFORM, self.space.team, direct.id, private=True)

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self.space.now = now

    # ------------------------------------------------------------ acts
    async def say(self, name: str, where: Conversation, text: str) -> str:
        """Write a message. Raises LookupError for a thread that is none."""
        message = await self.fake.people.say(self.space.person(name), self._channel(where), text, where.thread)
        return message.ts

    async def edit(self, name: str, where: Conversation, message: str, text: str) -> None:
        """Change a message of one's own."""
        await self.fake.people.edit(self.space.person(name), self._channel(where), message, text)

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own."""
        await self.fake.people.delete(self.space.person(name), self._channel(where), message)

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Type a command; not in threads. Raises PermissionError where Slack says that it failed."""
        if where.thread:
            raise PermissionError("Slack says: commands do not work in threads")
        user = self.space.person(name)
        user.is_admin = user.is_admin or organiser
        await self.fake.people.command(user, self._channel(where), line)

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button of a message, of a whisper or of a home page; return when its form is open or was refused."""
        user, on = self.space.person(name), self._find(message)
        heard = len(self.space.messages)
        trigger = await self.fake.people.press(user, on, label)
        if self._opens(on, label):
            await self.space.until(lambda: trigger.used or len(self.space.messages) > heard)

    async def submit(self, name: str, values: Mapping[str, str]) -> None:
        """Send off the form that is open for a person. Raises LookupError, or PermissionError if it is refused."""
        await self.fake.people.submit(self.space.person(name), values)

    async def open_home(self, name: str, tab: str = "home") -> None:
        """Look at the home page, or at the "messages" tab."""
        await self.fake.people.open_home(self.space.person(name), tab)

    async def redeliver(self) -> None:
        """Deliver what was refused once more, else the last event."""
        await self.fake.people.redeliver()

    def away(self, gone: bool) -> None:
        """While gone, what people say is stored and not delivered."""
        self.fake.people.away = gone

    def late(self, messages: int = 1) -> None:
        """Let the next messages arrive after the one that follows them."""
        self.fake.people.late(messages)

    def fail(self, *faults: Fault) -> None:
        """Make the next sends fail, one fault each."""
        self.space.faults.extend(faults)

    # ------------------------------------------------------------ what is seen
    def shown(self, where: Conversation) -> list[Shown]:
        """Return our messages in a conversation, then its home page and the forms that were opened there."""
        found = [self._shown(m) for m in self.space.messages if self.space.is_ours(m) and _is_in(m, where)]
        homes = [home for home in self.space.homes.values() if home.place.channel == where.channel and not where.thread]
        forms = [form for form in self.space.modals if _place(form.place) == (where.channel, where.thread)]
        return (
            found
            + [self._shown_view(view, where, "home") for view in homes]
            + [self._shown_view(view, where, "form") for view in forms]
        )

    def _shown(self, message: Message) -> Shown:
        channel = self.space.channels[message.channel]
        where = Conversation(PLATFORM, self.space.team, channel.id, message.thread_ts, channel.kind == "im")
        labels = tuple(reading.label(button) for _, button in reading.buttons(message.blocks))
        text = reading.words(message.text, message.blocks)
        kind: Any = "whisper" if message.reader else "post"
        return Shown(message.ts, where, kind, text, labels, message.reader, message.mentions)

    def _shown_view(self, view: View, where: Conversation, kind: Any) -> Shown:
        blocks = view.payload["blocks"]
        title = [reading.unescape(view.payload["title"]["text"])] if kind == "form" else []
        labels = tuple(reading.label(button) for _, button in reading.buttons(blocks))
        text = "\n".join([*title, reading.words("", blocks)])
        return Shown(view.id, where, kind, text, labels, view.user, reading.mentions("", blocks))

    # ------------------------------------------------------------ parts
    def _channel(self, where: Conversation) -> Channel:
        return self.space.channels[where.channel]

    def _find(self, number: str) -> Message | View:
        everything: dict[str, Message | View] = {home.id: home for home in self.space.homes.values()}
        everything |= {message.ts: message for message in self.space.messages}
        if number not in everything:
            raise LookupError(f"there is no message {number}")
        return everything[number]

    @staticmethod
    def _opens(on: Message | View, label: str) -> bool:
        blocks = on.payload["blocks"] if isinstance(on, View) else on.blocks
        pressed = next(button for _, button in reading.buttons(blocks) if reading.label(button) == label)
        return ":form:" in pressed["action_id"]


def _is_in(message: Message, where: Conversation) -> bool:
    here = message.channel == where.channel
    return here and (message.thread_ts == where.thread or (bool(where.thread) and message.ts == where.thread))


def _place(place: Place) -> tuple[str, str]:
    return place.channel, place.thread


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
