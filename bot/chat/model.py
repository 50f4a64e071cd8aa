"""What the core and the platforms say to each other (design: frozen values, standard library only).

The core compares addresses and never parses them. An adapter turns a payload into an `Event`, and a `Card` into one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

TOKEN_LIMIT = 60
"""Longest token of a button: Discord's custom ids hold 100 characters, the rest is ours."""
FORM_TITLE_LIMIT = 24
"""Longest title of a form: Slack's modal title."""
FIELD_LIMIT = 3_000
"""Longest value of one field: Slack's plain text input holds 3,000 characters, Discord's 4,000."""


# ---------------------------------------------------------------- addresses
@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `realm` is the Slack team, and "" on Discord, where account ids are global."""

    platform: str
    realm: str
    account: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """An address, thread included. `channel` names the group; `space` is "" in a Discord direct message."""

    platform: str
    space: str
    channel: str
    thread: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Private:
    """A private conversation still to be opened with `who`; `near`: where a private thread can be made if direct
    messages are closed, or at once if it is wanted `aside`.  `topic` keeps several with one person apart where the
    platform has threads.
    """

    who: Person
    topic: str = ""
    near: Conversation | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """The home page that some platforms show one person."""

    who: Person


Target = Conversation | Private | Home


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message that the platform holds."""

    where: Conversation
    id: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a post: `ref` is None for a whisper, `talk` is where answers to it will arrive."""

    ref: MessageRef | None
    talk: Conversation
    link: str = ""


# ---------------------------------------------------------------- events
@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; `id` is the same on every redelivery and every socket."""

    id: str
    at: datetime
    space: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming(Event):
    """Something a person did. `reply` is opaque to the core: it lets the adapter answer privately. Where the platform
    tells: `name`, time `zone` (IANA), the right to configure (`organiser`), and the name of the `channel`.
    """

    who: Person
    where: Conversation
    name: str = ""
    reply: str = ""
    zone: str = ""
    organiser: bool | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; its bytes are fetched by the transport, later."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Incoming):
    """A message in a conversation of ours. `about` is the message it answers, where the platform says so."""

    message: str
    text: str
    about: str = ""
    voice: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Incoming):
    """The author changed a message."""

    message: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    """A message is gone. Nobody is named: a raw delete carries no author on some platforms."""

    where: Conversation
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Incoming):
    """A command: either as typed (`text` follows the name) or already taken apart (`options`).
    `command` is the name without its slash, with its subcommand where the platform knows it ("daily start").
    `can_post`: whether the bot may write here, None where the event did not bring it; `lacks`: the rights that are
    missing for that, as the platform's settings call them.
    """

    command: str
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    can_post: bool | None = None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Incoming):
    """A button. `on` is the message that carries it, None for a whisper on some platforms."""

    action: str
    token: str
    on: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Incoming):
    """A form, sent off. `form` is its id, `token` that of the button that opened it."""

    form: str
    token: str
    values: Mapping[str, str]
    on: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened(Incoming):
    """A person looks at the home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """The bot was asked into a channel; with `channel` "" into the whole space."""

    where: Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """The bot was removed from a channel, or the channel is gone; with `channel` "" this is true of the whole space."""

    where: Conversation


PlatformEvent = Said | Edited | Deleted | Asked | Pressed | Submitted | HomeOpened | Joined | Left


# ---------------------------------------------------------------- cards
@dataclass(frozen=True, slots=True)
class Text:
    """Plain words, no markup: what a person wrote is as safe here as what we wrote. `small`: a footnote."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, side by side where there is room."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a person, verbatim. `spoiler`: veiled until a reader wants to see them, where the platform can."""

    text: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A stored picture: `key` finds its bytes, `alt` says what it shows."""

    key: str
    name: str
    alt: str


Part = Text | Code | Facts | Quote | Image
Answer = Literal["whisper", "quiet", "form"]


@dataclass(frozen=True, slots=True)
class Button:
    """A press sends `action` and `token`. The acknowledgement (`answer`) is chosen before the core runs: whisper (the
    presser gets exactly one private reply), quiet (nothing is said) or form (a form opens).
    """

    action: str
    token: str
    label: str
    answer: Answer = "whisper"


@dataclass(frozen=True, slots=True)
class Card:
    """One message of ours, independent of any platform."""

    title: str = ""
    body: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form; lengths in characters, checked by the platform before it is sent."""

    name: str
    label: str
    minimum: int = 0
    maximum: int = FIELD_LIMIT
    multiline: bool = False
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Inputs that open on a press. `token` comes back with the values."""

    id: str
    title: str
    fields: tuple[Field, ...]
    token: str = ""


# ---------------------------------------------------------------- the platform
@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show; data that its adapter owns.  All sizes are characters: `max_message` bounds a whole
    message, `max_text` one text part; `max_parts` bounds the parts of a message.  `hears_all`: whether it lets us read
    what is said in threads, and not only what names us or answers us with a ping.
    """

    dm_threads: bool
    forms: bool
    edits: bool
    whispers: bool
    images: bool
    home: bool
    reactions: bool
    max_message: int
    max_text: int
    max_title: int
    max_parts: int
    max_facts: int
    max_buttons: int
    max_label: int
    hears_all: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's rights on the platform, where the event did not bring them."""

    organiser: bool
    can_post: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """An adapter that cannot run here, and what to do about it."""

    reason: str


class Unavailable(ConnectionError):
    """The platform cannot take it now: try again later."""


class RateLimited(Unavailable):
    """The platform asks to wait `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        """Keep the number of seconds that the platform named."""
        super().__init__(f"rate limited: try again in {retry_after:g} s")
        self.retry_after = retry_after


class Unreachable(ConnectionRefusedError):
    """Never retry: direct messages are closed, or the bot was removed."""


class Expired(TimeoutError):
    """The private reply's time is over: the caller sends a direct message instead."""
