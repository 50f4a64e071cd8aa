"""How a feature declares itself to the router: commands, buttons, forms, timers and slow work, as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.chat.model import Asked, Card, Deleted, Edited, Form, HomeOpened, Joined, Left, Pressed, Said, Sent, Submitted
from bot.chat.surface import Action, Command
from bot.delivery.turn import Due, Turn, Worked

Args = Mapping[str, Any]
"""What a button's token stands for."""


@dataclass(frozen=True, slots=True)
class OnCommand:
    """A command and what it does, given its options."""

    command: Command
    handle: Callable[[Turn, Asked, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class OnAction:
    """A button and what it does, given its token's arguments."""

    action: Action
    handle: Callable[[Turn, Pressed, Args], None]


@dataclass(frozen=True, slots=True)
class OnForm:
    """A form: `action` opens it, `build` reads what it shows (or why it may not open), `handle` takes it."""

    id: str
    action: str
    build: Callable[[Connection, Pressed, Args, datetime], Form | Card]
    handle: Callable[[Turn, Submitted, Args], None]


@dataclass(frozen=True, slots=True)
class OnWork:
    """Slow work: `run` outside any transaction, `handle` takes what it returned (JSON)."""

    run: Callable[[Mapping[str, Any]], Awaitable[Any]]
    handle: Callable[[Turn, Worked], None]


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything that the router needs to know. Timers and work are named by the second word of their key.

    `home` returns what the feature shows on a person's home page.
    """

    name: str
    commands: tuple[OnCommand, ...] = ()
    actions: tuple[OnAction, ...] = ()
    forms: tuple[OnForm, ...] = ()
    timers: Mapping[str, Callable[[Turn, Due], None]] = field(default_factory=dict)
    works: Mapping[str, OnWork] = field(default_factory=dict)
    floor: Callable[[Turn, Said | Edited | Deleted, str], None] | None = None
    stray: Callable[[Turn, Said], bool] | None = None
    delivered: Callable[[Turn, str, Sent], None] | None = None
    undeliverable: Callable[[Turn, str, str], None] | None = None
    joined: Callable[[Turn, Joined], None] | None = None
    left: Callable[[Turn, Left], None] | None = None
    home: Callable[[Turn, HomeOpened], Card | None] | None = None
