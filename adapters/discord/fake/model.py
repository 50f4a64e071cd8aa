"""What Discord remembers: users, guilds, channels, messages, interactions."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.chat.rig import Fault

JSON = dict[str, Any]
Trouble = Fault | Literal["bad gateway", "bad gateway after", "short limit", "global limit"]
"""What goes wrong with the next send: what rigs know, a 502 before or after the message was stored (discord.py repeats
both by itself), and limits that are over in a moment (discord.py waits for those)."""


class Refused(Exception):
    """The API answers with an error; `extra` stands beside code and message in the answer."""

    def __init__(self, status: int, code: int, message: str, **extra: Any) -> None:
        """Keep the answer as Discord writes it."""
        super().__init__(f"{code}: {message} {extra or ''}".strip())
        self.status, self.code, self.message, self.extra = status, code, message, extra


class Right(enum.IntFlag):
    """Permissions by their bits (docs: Permissions)."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


class Kind(enum.IntEnum):
    """Types of channels."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    NEWS = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


EVERYONE = (
    Right.VIEW_CHANNEL
    | Right.SEND_MESSAGES
    | Right.READ_MESSAGE_HISTORY
    | Right.ADD_REACTIONS
    | Right.EMBED_LINKS
    | Right.ATTACH_FILES
    | Right.USE_APPLICATION_COMMANDS
    | Right.CREATE_PUBLIC_THREADS
    | Right.CREATE_PRIVATE_THREADS
    | Right.SEND_MESSAGES_IN_THREADS
)
"""What a guild lets everyone do, as new ones do."""
NONE = Right(0)
EPHEMERAL, LOADING, VOICE, V2 = 1 << 6, 1 << 7, 1 << 13, 1 << 15
"""Flags of messages."""


@dataclass
class User:
    """A person, a bot, or a webhook."""

    id: str
    name: str
    shown: str = ""
    bot: bool = False
    closed: bool = False
    """Whether direct messages from bots are refused."""
    alone: bool = False
    """Whether they left the last server that they shared with our bot."""


@dataclass
class Member:
    """Somebody in a guild; `rights` come on top of what everyone may do."""

    user: User
    role: str
    rights: Right = NONE
    nick: str = ""
    joined: str = "2026-01-05T08:00:00.000000+00:00"


@dataclass
class Guild:
    """A server. `unavailable`: an outage, during which nothing comes from it."""

    id: str
    name: str
    owner: str
    everyone: Right = EVERYONE
    members: dict[str, Member] = field(default_factory=dict)
    unavailable: bool = False


@dataclass
class Channel:
    """A channel of a guild, a thread, or direct messages (`members` are those who see it, where not all do)."""

    id: str
    kind: Kind
    name: str = ""
    guild: str = ""
    parent: str = ""
    owner: str = ""
    members: set[str] = field(default_factory=set)
    denied: dict[str, Right] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    changed: datetime | None = None
    said: int = 0

    @property
    def is_thread(self) -> bool:
        """Tell whether it is a thread."""
        return self.kind in (Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD)


@dataclass
class File:
    """What somebody has uploaded."""

    id: str
    name: str
    media_type: str
    content: bytes
    seconds: float = 0.0


@dataclass
class Message:
    """A message; `reader` is set for an ephemeral one, `about` is the message that it replies to."""

    id: str
    channel: str
    author: User
    at: datetime
    kind: int = 0
    content: str = ""
    components: list[JSON] = field(default_factory=list)
    embeds: list[JSON] = field(default_factory=list)
    flags: int = 0
    nonce: str | int = ""
    mentions: tuple[str, ...] = ()
    everyone: bool = False
    notified: tuple[str, ...] = ()
    about: str = ""
    origin: str = ""
    files: tuple[File, ...] = ()
    edited: datetime | None = None
    reactions: dict[str, set[str]] = field(default_factory=dict)
    reader: str = ""
    interaction: JSON = field(default_factory=dict)
    webhook: str = ""


@dataclass
class Interaction:
    """A command (2), press (3), completion (4) or form (5), and how it was answered.

    `acked` is the type of the first response, 0 before it; `original` is the message that it made or acted on, `made`
    are all that answered it.
    """

    id: str
    token: str
    kind: int
    at: datetime
    user: User
    channel: str
    guild: str = ""
    on: Message | None = None
    acked: int = 0
    original: str = ""
    made: set[str] = field(default_factory=set)
    choices: list[JSON] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    by: Interaction | None = None


@dataclass
class Modal:
    """A form that is open for somebody, and the press or command that opened it."""

    user: User
    payload: JSON
    by: Interaction
