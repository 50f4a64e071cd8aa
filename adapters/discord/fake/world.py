"""Everything Discord remembers, with its clock and its ids. It knows neither HTTP nor sockets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.discord.fake import events
from adapters.discord.fake.events import Event
from adapters.discord.fake.model import (
    JSON,
    LOADING,
    NONE,
    Channel,
    File,
    Guild,
    Interaction,
    Kind,
    Member,
    Message,
    Modal,
    Right,
    Trouble,
    User,
)

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
ALL = Right((1 << 53) - 1)
_FIRST_GUILD = 700_000_000_000_000_000 >> 22
SYSTEM = (1, 18, 21)
"""Types of messages that nobody wrote: somebody added to a thread, a thread made, the head of a thread."""


class World:
    """What Discord would remember. Tests may set every attribute that has no underscore."""

    def __init__(self) -> None:
        """Begin on a Friday morning, with nobody but the bot."""
        self.now = START
        self.application = "600000000000000001"
        self.bot = User(self.application, "greenroom", "Greenroom", bot=True)
        self.token = f"NjAwMDAwMDAwMDAwMDAwMDAx.fake-{self.application[-4:]}.not-a-secret"
        self.content_granted = True
        """Whether the application may read what people write to each other (the privileged intent)."""
        self.shards, self.sessions_left = 1, 1_000
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.nonces: dict[str | int, str] = {}
        """The last of our messages by its nonce."""
        self.interactions: dict[str, Interaction] = {}
        self.tokens: dict[str, Interaction] = {}
        self.modals: dict[str, Modal] = {}
        self.files: dict[str, File] = {}
        self.installed_by: set[str] = set()
        """Ids of users who have the application for themselves, in every server."""
        self.commands: list[JSON] = []
        self.syncs = 0
        """How often the commands were overwritten."""
        self.faults: deque[Trouble] = deque()
        self.limits: dict[str, tuple[int, float]] = {}
        """Honest rate limits by "METHOD /template": calls, and seconds (real ones) until they are counted anew."""
        self.typings: list[str] = []
        self.calls: list[tuple[str, str, object]] = []
        """Every request as method, path, body."""
        self.broken: list[str] = []
        """What no app should ever send; a rig raises it at the end."""
        self.address = ""
        self.emit: Callable[[Event], None] = lambda _event: None
        """Where events go that apps hear of."""
        self._last = 0
        self._instant = DISCORD_EPOCH
        self._numbers = count(1)
        self._changed = asyncio.Event()

    # ------------------------------------------------------------ time and ids
    def snowflake(self) -> str:
        """Return the next id; ids made later are greater, and tell the clock's milliseconds."""
        first = ((self.now - DISCORD_EPOCH) // timedelta(milliseconds=1)) << 22
        self._last = max(first, self._last + 1)
        return str(self._last)

    def instant(self) -> datetime:
        """Return the clock's time, or the next microsecond: no two edits happen at once."""
        self._instant = max(self.now, self._instant + timedelta(microseconds=1))
        return self._instant

    def number(self) -> int:
        """Return a number that nothing else has."""
        return next(self._numbers)

    def changed(self) -> None:
        """Wake whoever waits `until` something is so."""
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    async def until(self, true: Callable[[], bool], seconds: float = 3.0) -> bool:
        """Wait for a change that makes it true; tell whether it is, after so many real seconds at the latest."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    await self._changed.wait()
        except TimeoutError:
            return true()
        return True

    # ------------------------------------------------------------ people and places
    def person(self, name: str) -> User:
        """Return somebody by name, made at first mention."""
        found = next((user for user in self.users.values() if user.name == name and not user.bot), None)
        if found is None:
            found = User(str(800_000_000_000_000_000 + len(self.users)), name, name.title())
            self.users[found.id] = found
        return found

    def stranger_bot(self, name: str = "other-bot") -> User:
        """Return another bot, made anew."""
        found = User(str(800_000_000_000_000_000 + len(self.users)), name, bot=True)
        self.users[found.id] = found
        return found

    def guild(self, name: str = "club", *, installed: bool = True) -> Guild:
        """Return a guild by name, made at first mention; `installed`: with the bot in it. Each is on the next shard."""
        found = next((guild for guild in self.guilds.values() if guild.name == name), None)
        if found is None:
            owner = self.person(f"owner-of-{name}")
            found = Guild(str((_FIRST_GUILD + len(self.guilds)) << 22), name, owner.id)
            self.guilds[found.id] = found
            self.join(found, owner)
            if installed:
                self.join(found, self.bot)
        return found

    def join(self, guild: Guild, user: User) -> Member:
        """Let somebody into a guild, once."""
        user.alone = False
        return guild.members.setdefault(
            user.id, Member(user, self.snowflake(), joined=self.now.isoformat(timespec="microseconds"))
        )

    def channel(self, name: str, guild: Guild | None = None, kind: Kind = Kind.TEXT) -> Channel:
        """Return a channel of a guild (by default the only one, "club") by name, made at first mention."""
        home = guild or self.guild()
        known = (c for c in self.channels.values() if c.guild == home.id and c.name == name and not c.is_thread)
        found = next(known, None)
        if found is None:
            found = Channel(self.snowflake(), kind, name, home.id)
            self.channels[found.id] = found
            if self.bot.id in home.members:
                self.emit(events.channel(self, "CHANNEL_CREATE", found))
        return found

    def direct(self, user: User, other: User | None = None) -> Channel:
        """Return the direct messages between a user and our bot, or somebody else."""
        pair = {user.id, (other or self.bot).id}
        found = next((c for c in self.channels.values() if c.kind == Kind.DM and c.members == pair), None)
        if found is None:
            found = Channel(self.snowflake(), Kind.DM, members=pair)
            self.channels[found.id] = found
        return found

    def upload(self, name: str, media_type: str, content: bytes, seconds: float = 0.0) -> File:
        """Return a file that somebody will send; with `seconds`, a voice message."""
        found = File(self.snowflake(), name, media_type, content, seconds)
        self.files[found.id] = found
        return found

    # ------------------------------------------------------------ rights
    def rights(self, user: User, channel: Channel) -> Right:
        """Return what somebody may do in a channel; everything in direct messages of their own."""
        if not channel.guild:
            return ALL if user.id in channel.members else NONE
        guild = self.guilds.get(channel.guild)
        member = guild.members.get(user.id) if guild else None
        if guild is None or member is None or guild.unavailable:
            return NONE
        if channel.is_thread:
            return self._thread_rights(user, channel)
        if user.id == guild.owner or Right.ADMINISTRATOR in member.rights:
            return ALL
        found = (guild.everyone | member.rights) & ~channel.denied.get(user.id, NONE)
        return found if Right.VIEW_CHANNEL in found else NONE

    def _thread_rights(self, user: User, thread: Channel) -> Right:
        parent = self.channels.get(thread.parent)
        found = self.rights(user, parent) if parent else NONE
        is_in = thread.kind != Kind.PRIVATE_THREAD or user.id in thread.members or Right.MANAGE_THREADS in found
        return found if is_in else NONE

    def sees(self, user: User, channel: Channel) -> bool:
        """Tell whether somebody can look into a channel."""
        return Right.VIEW_CHANNEL in self.rights(user, channel)

    # ------------------------------------------------------------ messages
    def add(self, message: Message) -> Message:
        """Put a message into its channel; an archived thread wakes up. An ephemeral one is no event."""
        channel = self.channels[message.channel]
        self.messages[message.id] = message
        channel.said += 1
        if message.nonce and self.is_ours(message):
            self.nonces[message.nonce] = message.id
        if channel.archived and not message.reader:
            channel.archived = False
            self.emit(events.channel(self, "THREAD_UPDATE", channel))
        if not message.reader:
            self.emit(events.message(self, "MESSAGE_CREATE", message))
        self.changed()
        return message

    def note(self, channel: Channel, kind: int, author: User, about: str = "", mentions: tuple[str, ...] = ()) -> None:
        """Put a message that nobody wrote into a channel: see `SYSTEM`."""
        note = Message(self.snowflake(), channel.id, author, self.now, kind, mentions=mentions, about=about)
        note.origin = channel.parent if about else ""
        self.add(note)

    def history(self, channel: str) -> list[Message]:
        """Return what everybody sees in a channel, oldest first."""
        found = (m for m in self.messages.values() if m.channel == channel and not m.reader)
        return sorted(found, key=lambda message: int(message.id))

    def threads(self, guild: str) -> list[Channel]:
        """Return the threads of a guild that are not archived."""
        return [c for c in self.channels.values() if c.guild == guild and c.is_thread and not c.archived]

    def is_ours(self, message: Message) -> bool:
        """Tell whether our bot wrote it, with words in it."""
        return message.author.id == self.bot.id and message.kind not in SYSTEM

    def is_thinking(self, interaction: Interaction) -> bool:
        """Tell whether somebody still sees "thinking" after an act."""
        original = self.messages.get(interaction.original)
        return original is not None and bool(original.flags & LOADING)
