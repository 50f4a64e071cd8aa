"""How tests drive Discord: the real transport against our fake of its REST API and its gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import StaticPool

from adapters import discord
from adapters.discord.fake import FakeDiscord, reading
from adapters.discord.fake.events import is_readable
from adapters.discord.fake.model import LOADING, Channel, Interaction, Kind, Message, Modal, Right
from adapters.discord.fake.people import is_for_bot
from adapters.discord.limits import PLATFORM
from bot.chat.model import Conversation, Deleted, Edited, Missing, Person, PlatformEvent, Said
from bot.chat.rig import Fault, Rig, Shown
from bot.chat.surface import Call, Surface, read
from bot.chat.transport import Accept, Transport

T = TypeVar("T")
START_SECONDS = 10.0
"""How long the transport may take to connect, in real time."""
TAKING_SECONDS = 8.0
"""How long it may try to have a message stored before it must have said that it could not."""


def build() -> Rig:
    """Return a rig with one server, "club"; its clock stands at 8:00 (UTC) of 20 November 2026."""
    return DiscordRig()


class RigContext:
    """What an application lends an adapter: the fake's clock, and a database in memory."""

    def __init__(self, fake: FakeDiscord) -> None:
        """Go by this fake's clock."""
        self._fake = fake
        self._engine: Engine | None = None

    def now(self) -> datetime:
        """Return the fake's clock."""
        return self._fake.world.now

    async def stored(self, change: Callable[[Any], T]) -> T:
        """Run `change` in a transaction on a database with the adapter's own tables."""
        if self._engine is None:
            # One connection for all: each new one would open another empty database.
            self._engine = create_engine("sqlite://", poolclass=StaticPool)
            discord.tables.create_all(self._engine)
            with self._engine.begin() as tx:
                self._begin(tx)
        with self._engine.begin() as tx:
            return change(tx)

    def _begin(self, tx: Connection) -> None:
        """Let the bot be at home where it already is: nobody is invited at the start of a scene."""
        world = self._fake.world
        for guild in world.guilds.values():
            if (us := guild.members.get(world.bot.id)) is not None:
                discord.tables.keep_server(tx, guild.id, datetime.fromisoformat(us.joined).isoformat())


class DiscordRig:
    """People in a server, for one test. `fake` has what a `Rig` does not: servers, rights, outages, sockets."""

    def __init__(self) -> None:
        """Make a fresh world with one server in it."""
        self.fake = FakeDiscord()
        self.world = self.fake.world
        self.home = self.world.guild()
        self._context = RigContext(self.fake)
        self._surface: Surface | None = None
        self._taken: Counter[tuple[type[PlatformEvent], str]] = Counter()
        """How often something about a message was taken."""
        self._refused: set[str] = set()
        self.transport: Transport = self._fresh()
        self._run: asyncio.Task[None] | None = None

    def _fresh(self) -> Transport:
        """Return a transport as a new process has it."""
        built = discord.build({"DISCORD_TOKEN": self.world.token, "DISCORD_API_URL": self.fake.api_url}, self._context)
        if isinstance(built, Missing):
            raise RuntimeError(f"the adapter asks for more than the rig gives: {built.reason}")
        return built

    # ------------------------------------------------------------ life
    async def start(self, accept: Accept, surface: Surface) -> None:
        """Run the transport until it is ready and commands are there. Raises TimeoutError, or what ended it before."""
        if self._run is not None:
            self.transport = self._fresh()
        self._surface = surface
        await self.fake.start()

        async def hand_over(event: PlatformEvent) -> None:
            try:
                await accept(event)
                if isinstance(event, Said | Edited | Deleted):
                    self._taken[type(event), event.message] += 1
            except Exception:
                self._refused.add(event.id)
                raise
            finally:
                self.world.changed()

        self.transport.bind(hand_over, surface)
        self._run = asyncio.create_task(self.transport.run())
        async with asyncio.timeout(START_SECONDS):
            while not (self.transport.ready and (self.world.commands or not surface.commands)):
                if self._run.done():
                    self._run.result()
                    raise RuntimeError("the transport has ended before it was ready")
                await asyncio.sleep(0.001)  # nothing tells when a transport becomes ready

    async def stop(self) -> None:
        """Stop transport and fake; the world stays. Raises AssertionError for what Discord would never take."""
        if self._run is not None:
            self._run.cancel()
            with suppress(asyncio.CancelledError):
                await self._run
        await self.fake.stop()
        if self.world.broken:
            raise AssertionError("; ".join(self.world.broken))

    # ------------------------------------------------------------ people and places
    def person(self, name: str) -> Person:
        """Return the identity of a person, made at first mention."""
        return Person(PLATFORM, "", self.world.person(name).id)

    def channel(self, name: str) -> Conversation:
        """Return the address of a channel of the server."""
        return self._address(self.world.channel(name, self.home))

    def private(self, name: str) -> Conversation:
        """Return the address of the direct messages with a person."""
        return self._address(self.world.direct(self.world.person(name)))

    def at(self, now: datetime) -> None:
        """Set the clock."""
        self.world.now = now

    # ------------------------------------------------------------ acts
    async def say(self, name: str, where: Conversation, text: str) -> str:
        """Write a message. Raises LookupError for a thread that was not made, PermissionError if it was not taken."""
        message = self.fake.people.say(self.world.person(name), self._channel(where), text)
        await self._heard(message)
        return message.id

    async def reply(self, name: str, message: str, text: str, *, ping: bool = True) -> str:
        """Answer a message by a reply, which pings its author or not. Raises PermissionError if it was not taken."""
        about = self.world.messages[message]
        channel = self.world.channels[about.channel]
        said = self.fake.people.say(self.world.person(name), channel, text, about=about.id, ping=ping)
        await self._heard(said)
        return said.id

    async def edit(self, name: str, where: Conversation, message: str, text: str) -> None:
        """Change a message of one's own."""
        before = self._taken[Edited, message]
        self.fake.people.edit(self.world.person(name), message, text)
        found = self.world.messages[message]
        readable = self.world.content_granted or is_readable(self.world, found)
        await self._known(readable and is_for_bot(self.world, found), lambda: self._taken[Edited, message] > before)

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own."""
        found = self.world.messages[message]
        channel = self.world.channels[found.channel]
        is_known = not channel.guild or (channel.is_thread and channel.owner == self.world.bot.id)
        self.fake.people.delete(self.world.person(name), message)
        await self._known(is_known, lambda: self._taken[Deleted, message] > 0)

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Pick a command and fill it in. Raises PermissionError where there is none such, or it failed."""
        assert self._surface is not None
        channel, user = self._channel(where), self.world.person(name)
        if organiser and channel.guild:
            self.world.join(self.world.guilds[channel.guild], user).rights |= Right.MANAGE_GUILD
        command, _, text = line.removeprefix("/").partition(" ")
        call = read(self._surface.commands, command, text)
        if not isinstance(call, Call):
            raise PermissionError(f"Discord offers no such command: {line}")
        try:
            act = await self.fake.people.command(user, channel, call.command.name, call.options)
        except LookupError as missing:
            raise PermissionError(f"Discord offers no such command: {missing}") from missing
        self._check(act)

    async def complete(self, name: str, where: Conversation, path: str, option: str, typed: str) -> list[str]:
        """Type into an option of a command; return what is offered."""
        return await self.fake.people.complete(self.world.person(name), self._channel(where), path, option, typed)

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button of a message or a whisper; return when it was acknowledged or its form is open."""
        if message not in self.world.messages:
            raise LookupError(f"there is no message {message}")
        self._check(await self.fake.people.press(self.world.person(name), self.world.messages[message], label))

    async def submit(self, name: str, values: Mapping[str, str]) -> None:
        """Send off the form that is open for a person. Raises LookupError, or PermissionError if it is refused."""
        self._check(await self.fake.people.submit(self.world.person(name), values))

    async def redeliver(self) -> None:
        """Do nothing: what a socket has brought is not brought again."""

    def away(self, gone: bool) -> None:
        """While gone, what people say is stored and not dispatched."""
        self.fake.gateway.away = gone

    def fail(self, *faults: Fault) -> None:
        """Make the next sends fail, one fault each."""
        self.world.faults.extend(faults)

    def close_direct(self, name: str, *, closed: bool = True) -> None:
        """Let a person refuse direct messages of bots, or take them again."""
        self.world.person(name).closed = closed

    # ------------------------------------------------------------ what is seen
    def shown(self, where: Conversation) -> list[Shown]:
        """Return our messages in a conversation, then the forms that were opened there."""
        found = sorted(self.world.messages.values(), key=lambda message: int(message.id))
        ours = [m for m in found if self.world.is_ours(m) and not m.flags & LOADING and self._is_in(m, where)]
        modals = [m for m in self.world.modals.values() if self._address(self.world.channels[m.by.channel]) == where]
        return [self._shown(message) for message in ours] + [self._shown_modal(modal, where) for modal in modals]

    def _is_in(self, message: Message, where: Conversation) -> bool:
        address = self._address(self.world.channels[message.channel])
        is_root = message.id == where.thread and message.channel == where.channel
        return is_root or (address.channel, address.thread) == (where.channel, where.thread)

    def _shown(self, message: Message) -> Shown:
        where = self._address(self.world.channels[message.channel])
        labels = tuple(reading.label(button) for button in reading.buttons(message.components))
        text = reading.words(message.content, message.embeds, message.components)
        kind: Any = "whisper" if message.reader else "post"
        return Shown(message.id, where, kind, text, labels, message.reader, message.notified)

    @staticmethod
    def _shown_modal(modal: Modal, where: Conversation) -> Shown:
        text = "\n".join([modal.payload["title"], reading.words("", [], modal.payload["components"])])
        return Shown(modal.by.id, where, "form", text, to=modal.user.id)

    # ------------------------------------------------------------ parts
    def _address(self, channel: Channel) -> Conversation:
        if not channel.is_thread:
            return Conversation(PLATFORM, channel.guild, channel.id, private=channel.kind == Kind.DM)
        private = channel.kind == Kind.PRIVATE_THREAD
        return Conversation(PLATFORM, channel.guild, channel.parent, channel.id, private)

    def _channel(self, where: Conversation) -> Channel:
        found = self.world.channels.get(where.thread or where.channel)
        if found is None:
            raise LookupError(f"there is no such place: {where}")
        return found

    async def _heard(self, message: Message) -> None:
        """Wait until a message was taken; raises PermissionError where its author was told that it was not."""
        number = f"msg:{message.id}"

        def taken() -> bool:
            return self._taken[Said, message.id] > 0

        def told() -> bool:
            own = (m for m in self.world.messages.values() if self.world.is_ours(m) and m.about == message.id)
            return number in self._refused and any(own)

        await self._known(is_for_bot(self.world, message), lambda: taken() or told())
        if told() and not taken():
            raise PermissionError("the bot says that it could not take it")

    async def _known(self, must_be: bool, true: Callable[[], bool]) -> None:
        """Wait until something is known, if it must be; else until all is read that was dispatched."""
        if self.fake.gateway.away:
            return
        if must_be:
            await self.world.until(true, TAKING_SECONDS)
        else:
            await self.fake.gateway.settled()

    def _check(self, act: Interaction) -> None:
        if f"int:{act.id}" in self._refused:
            raise PermissionError("the bot says: that did not work, try again")
