"""What a workspace holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JSON = dict[str, Any]
Kind = Literal["channel", "group", "im"]
"""A public channel, a private one, direct messages between two; as `channel_type` of message events has it."""


class Refused(Exception):
    """The Web API answers with an error; `extra` stands beside it in the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        """Keep the error's name as Slack writes it."""
        super().__init__(error)
        self.error = error
        self.extra = extra


@dataclass
class User:
    """A person, or our bot. `team` differs from the workspace's for people of shared channels."""

    id: str
    name: str
    team: str
    zone: str = "Europe/London"
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A place for messages, and who is in it."""

    id: str
    name: str
    kind: Kind
    members: set[str] = field(default_factory=set)
    archived: bool = False


@dataclass
class File:
    """What somebody has uploaded."""

    id: str
    name: str
    mimetype: str
    content: bytes


@dataclass
class Message:
    """A message; `reader` is set for an ephemeral one, `subtype` for what is not plain talk."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    thread_ts: str = ""
    metadata: JSON = field(default_factory=dict)
    subtype: str = ""
    edited: str = ""
    files: tuple[File, ...] = ()
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reader: str = ""
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where somebody acted: `message` is what they acted on, `thread` the thread that it stands in."""

    channel: str
    thread: str = ""
    message: str = ""


@dataclass
class Trigger:
    """What lets an app open a view, once and for three seconds."""

    id: str
    at: datetime
    user: str
    place: Place
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an act can be answered, five times within half an hour."""

    token: str
    at: datetime
    user: str
    place: Place
    uses: int = 0


@dataclass
class View:
    """A modal that is open for somebody, or their home tab (`place` without a message)."""

    id: str
    user: str
    payload: JSON
    place: Place
