"""One event's transaction: what a feature reads with, and what it sends, arms and starts.

Everything that a `Turn` is given takes effect with its transaction or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.chat.fit import fit
from bot.chat.model import (
    Capabilities,
    Card,
    Conversation,
    Home,
    Incoming,
    MessageRef,
    Person,
    PlatformEvent,
    Private,
    Sent,
    Target,
)
from bot.delivery.codec import address, dump, text_of
from bot.delivery.queue import Job, NewJob
from bot.storage.database import upsert
from bot.storage.tables import buttons, floors

TYPING = "typing"
"""Where it is shown that slow work is being done, in the data of that work."""
REPLY, BROADCAST = 0, 10
"""Priorities of posts: replies to people go before broadcasts (design 4)."""
TOKEN_LIFE = timedelta(days=60)
"""How long a button works: longer than an interview waits (7 days) and a round is looked at."""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer's time has come: `at` is when it was meant to."""

    key: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Worked:
    """Slow work came back with its result."""

    key: str
    data: Mapping[str, Any]
    result: Any


@dataclass(frozen=True, slots=True)
class Delivered:
    """A post that its feature wanted to hear of was sent."""

    key: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A post will never arrive, or slow work will never come back; `data` is what that work was given."""

    key: str
    why: str
    data: Mapping[str, Any] = field(default_factory=dict)


HouseEvent = PlatformEvent | Due | Worked | Delivered | Undeliverable


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A card on its way: to whom, and whether to one person `only`."""

    to: Target
    card: Card
    only: Person | None


@dataclass(slots=True)
class Outputs:
    """What the turns of one transaction put into the queue, written together at its end."""

    jobs: list[NewJob] = field(default_factory=list)
    armed: dict[str, NewJob | None] = field(default_factory=dict)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[Job] = field(default_factory=list)
    """Jobs that a turn has removed from the database, so that memory lets go of them too."""


class Speaker(Protocol):
    """What a turn has to know of a transport."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what can be shown now."""


@dataclass(slots=True)
class Turn:
    """The transaction of one event.

    `conn` is an SQLAlchemy Core connection inside the transaction, `new_id` makes ids, `memo` keeps what was
    looked up in this turn.
    """

    conn: Connection
    now: datetime
    event: HouseEvent
    outputs: Outputs
    new_id: Callable[[], str]
    transports: Mapping[str, Speaker]
    memo: dict[str, Any] = field(default_factory=dict)
    whispered: bool = False

    # ------------------------------------------------------------ posts
    def post(
        self,
        key: str,
        to: Target,
        card: Card,
        *,
        only: Person | None = None,
        reply: str = "",
        tell: bool = False,
        broadcast: bool = False,
    ) -> None:
        """Send a card. `key` begins with the feature's name and names the post for ever: it is sent once.

        `only` makes it a whisper, `tell` lets the feature hear of `Delivered`; both go with the first part of a
        card that has to be split.
        """
        pieces = fit(card, self.can(to))
        # A home page is one page: a second part would take the place of the first.
        for part, piece in enumerate(pieces[:1] if isinstance(to, Home) else pieces):
            body = {
                "to": dump(to, Target),
                "card": dump(piece),
                "only": dump(only) if only else None,
                "reply": reply,
                "tell": tell and part == 0,
            }
            named = key if part == 0 else f"{key}/{part + 1}"
            self._put(named, to, only, body, BROADCAST if broadcast else REPLY, Outgoing(to, piece, only))

    def whisper(self, card: Card, *, key: str = "", tell: bool = False) -> None:
        """Answer the person whose event this is, privately, where they are."""
        event = self.event
        if not isinstance(event, Incoming):
            raise TypeError("only a person's event can be answered: use `post`")
        self.post(
            key or f"reply:{event.id}:{self.new_id()}",
            event.where,
            card,
            only=event.who,
            reply="" if self.whispered else event.reply,
            tell=tell,
        )
        self.whispered = True

    def defer(self) -> str:
        """Leave the answer to a later post, which takes the returned `reply` along."""
        if not isinstance(self.event, Incoming):
            raise TypeError("only a person's event can be answered: use `post`")
        reply = "" if self.whispered else self.event.reply
        self.whispered = True
        return reply

    def edit(self, key: str, message: MessageRef, card: Card) -> None:
        """Replace a message of ours, where the platform can; a card that would be split is cut to its first part."""
        if not self.can(message.where).edits:
            return
        piece = fit(card, self.can(message.where))[0]
        self._put(key, message.where, None, {"edit": dump(message), "card": dump(piece)}, REPLY)

    def react(self, key: str, message: MessageRef, name: str) -> None:
        """Put a reaction on a message, where the platform can."""
        if self.can(message.where).reactions:
            self._put(key, message.where, None, {"react": dump(message), "name": name}, REPLY)

    def archive(self, key: str, where: Conversation) -> None:
        """Put a private thread of ours away, after what was posted to it; a whisper may still come, and opens it."""
        if where.private and where.thread:
            self._put(key, where, None, {"archive": dump(where)}, REPLY)

    def forget(self, key: str, who: Person) -> None:
        """Let the adapter remove what it keeps of a person in tables of its own."""
        if who.platform in self.transports:
            self._put(key, Private(who), None, {"forget": dump(who)}, REPLY)

    def _put(
        self,
        key: str,
        to: Target,
        only: Person | None,
        body: dict[str, Any],
        priority: int,
        value: Outgoing | None = None,
    ) -> None:
        lane = "\x1e".join((lane_of(to), only.account if only else ""))
        self.outputs.jobs.append(NewJob("post", key, lane, self.now, text_of(body), priority, value))

    # ------------------------------------------------------------ timers and slow work
    def arm(self, key: str, at: datetime, **data: Any) -> None:
        """Set the timer `key` ("feature:kind:…"), or move it."""
        body = json.dumps({"at": at.isoformat(), "data": data})
        self.outputs.armed[key] = NewJob("timer", key, key, at, body)

    def disarm(self, key: str) -> None:
        """Remove a timer."""
        self.outputs.armed[key] = None

    def work(self, key: str, lane: str, **data: Any) -> None:
        """Start slow work `key` ("feature:kind:…"); it comes back as `Worked`. The key runs once.

        Under `TYPING` the data may hold a conversation (as `codec.dump` writes it) in which somebody waits for it.
        """
        self.outputs.jobs.append(NewJob("work", key, lane, self.now, json.dumps(data, ensure_ascii=False)))

    # ------------------------------------------------------------ buttons and floors
    def token(self, *, owner: str | None = None, life: timedelta = TOKEN_LIFE, **args: Any) -> str:
        """Return a token that stands for `args`; only the learner `owner` may press it, if given."""
        token = self.new_id()
        self.outputs.tokens.append({"token": token, "args": args, "owner_id": owner, "expires_at": self.now + life})
        return token

    def take_floor(self, where: Conversation, feature: str, state: str) -> None:
        """Let a feature answer plain text in a conversation from now on."""
        values = {"feature": feature, "state": state, "since": self.now, "place": dump(where)}
        statement = upsert(self.conn, floors).values(conversation=address(where), **values)
        self.conn.execute(statement.on_conflict_do_update(index_elements=[floors.c.conversation], set_=values))

    def leave_floor(self, feature: str, state: str) -> None:
        """Give up every floor of one state of a feature."""
        self.conn.execute(delete(floors).where(floors.c.feature == feature, floors.c.state == state))

    def floor(self, where: Conversation) -> tuple[str, str] | None:
        """Return (feature, state) of whoever answers plain text here."""
        found = self.conn.execute(_FLOOR, {"place": address(where)}).first()
        return (found.feature, found.state) if found else None

    def can(self, where: Target) -> Capabilities:
        """Return what the platform of an address can show."""
        return self.transports[platform_of(where)].capabilities


_FLOOR = select(floors.c.feature, floors.c.state).where(floors.c.conversation == bindparam("place"))


def write_tokens(conn: Connection, outputs: Outputs) -> None:
    """Store the tokens that the turns of this transaction made."""
    if outputs.tokens:
        conn.execute(insert(buttons), outputs.tokens)


def forget_tokens(conn: Connection, now: datetime) -> None:
    """Remove tokens whose time is over: their buttons say so."""
    conn.execute(delete(buttons).where(buttons.c.expires_at <= now))


def platform_of(to: Target) -> str:
    """Return the platform of a target."""
    return to.platform if isinstance(to, Conversation) else to.who.platform


def lane_of(to: Target) -> str:
    """Return the lane of posts to one address."""
    match to:
        case Conversation():
            return address(to)
        case Private(who=who):  # whatever the topic: a person reads the welcome before the first question
            return "\x1f".join((who.platform, who.realm, who.account, "private"))
        case Home(who=who):
            return "\x1f".join((who.platform, who.realm, who.account, "home"))


def event_lane(event: PlatformEvent) -> str:
    """Return the lane of an event: a private conversation, else conversation and person (design 4)."""
    match event:
        case Incoming(where=where, who=who):
            base = address(where)
            return base if where.private else f"{base}\x1e{who.account}"
        case _:
            return address(event.where)
