"""A small chat platform that outlives the bot: what it holds stands in a file of its own.

Events that the bot did not acknowledge are delivered again, under the same id, to the next process; acknowledged
ones never. A post carries its key, by which it is found again; a whisper leaves nothing to be found.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from bot.chat.model import Button, Card, Conversation, Home, MessageRef, Person, PlatformEvent, Private, Sent, Target
from bot.chat.plain import plain
from bot.chat.transport import Accept
from bot.delivery.codec import dumps, event_of, event_text, parse
from tests.support.quiet import ROOMY, Quiet

NAME, SPACE = "crash", "S1"
PREP = Conversation(NAME, SPACE, "prep")
_TABLES = """
CREATE TABLE IF NOT EXISTS events (n INTEGER PRIMARY KEY, body TEXT NOT NULL, acked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS posts (
  n INTEGER PRIMARY KEY, key TEXT NOT NULL, place TEXT NOT NULL, talk TEXT NOT NULL DEFAULT '', reader TEXT NOT NULL,
  card TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reactions (message TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (message, name));
CREATE TABLE IF NOT EXISTS position (step INTEGER NOT NULL, now TEXT NOT NULL);
"""
Moment = Literal["before", "after"]


class Platform:
    """What the platform holds."""

    def __init__(self, file: Path, start: datetime) -> None:
        """Open the file, which may be new."""
        self._db = sqlite3.connect(file, isolation_level=None)
        # Killing a process loses nothing that it wrote; only a power cut would, and there is none here.
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {_TABLES}")
        if self._one("SELECT count(*) FROM position") == 0:
            self._db.execute("INSERT INTO position VALUES (0, ?)", (start.isoformat(),))

    def _one(self, query: str, *values: object) -> object:
        found = self._db.execute(query, values).fetchone()
        return found[0] if found is not None else None

    def copy(self) -> bytes:
        """Return everything as the bytes of a file."""
        return self._db.serialize()

    # ------------------------------------------------------------ people
    @property
    def step(self) -> int:
        """Return how many steps of the script the people have taken."""
        return int(str(self._one("SELECT step FROM position")))

    @property
    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromisoformat(str(self._one("SELECT now FROM position")))

    def happen(self, events: Sequence[PlatformEvent], now: datetime) -> None:
        """Let a step's events happen, once and for ever."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO events (body) VALUES (?)", [(event_text(event)[0],) for event in events])
        self._db.execute("UPDATE position SET step = step + 1, now = ?", (now.isoformat(),))
        self._db.execute("COMMIT")

    def unacknowledged(self) -> list[tuple[int, PlatformEvent]]:
        """Return the events that have to be delivered, oldest first."""
        rows = self._db.execute("SELECT n, body FROM events WHERE acked = 0 ORDER BY n")
        return [(number, event_of(body)) for number, body in rows]

    def acknowledge(self, number: int) -> None:
        """Never deliver an event again."""
        self._db.execute("UPDATE events SET acked = 1 WHERE n = ?", (number,))

    # ------------------------------------------------------------ messages
    def find(self, key: str) -> Sent | None:
        """Return what became of the post with this key."""
        query = "SELECT n, place, talk FROM posts WHERE key = ? AND reader = ''"
        row = self._db.execute(query, (key,)).fetchone()
        return Sent(MessageRef(_talk(row[1]), str(row[0])), _talk(row[2])) if row else None

    def post(self, key: str, to: Target, card: Card, only: Person | None) -> Sent:
        """Store a message."""
        place = talk = _place(to)
        row = (key, dumps(place), only.account if only else "", dumps(card))
        self._db.execute("BEGIN")
        done = self._db.execute("INSERT INTO posts (key, place, reader, card) VALUES (?, ?, ?, ?)", row)
        number = str(done.lastrowid)
        if only is None and not place.thread and (not place.private or (isinstance(to, Private) and to.topic)):
            talk = replace(place, thread=number)
        self._db.execute("UPDATE posts SET talk = ? WHERE n = ?", (dumps(talk), number))
        self._db.execute("COMMIT")
        return Sent(None if only else MessageRef(place, number), talk)

    def edit(self, message: MessageRef, card: Card) -> None:
        """Replace a message."""
        done = self._db.execute("UPDATE posts SET card = ? WHERE n = ?", (dumps(card), int(message.id)))
        assert done.rowcount == 1, f"there is no message {message.id}"

    def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message."""
        self._db.execute("INSERT OR IGNORE INTO reactions VALUES (?, ?)", (message.id, name))

    def newest(self, label: str, *, channel: str) -> tuple[MessageRef, Button, Conversation]:
        """Return the newest message of a channel that has a button, the button, and where answers to it go."""
        rows = self._db.execute("SELECT n, place, talk, card FROM posts WHERE reader = '' ORDER BY n DESC").fetchall()
        for number, place, talk, card in rows:
            found = [button for button in parse(json.loads(card), Card).buttons if button.label == label]
            if _talk(place).channel == channel and found:
                return MessageRef(_talk(place), str(number)), found[0], _talk(talk)
        raise AssertionError(f"nobody sees [{label}] in {channel}")

    # ------------------------------------------------------------ what is left in the end
    def shown(self) -> tuple[list[str], list[str], list[str]]:
        """Return the posts, the whispers and the reactions as they read, in an order that does not depend on time."""
        rows = self._db.execute("SELECT n, place, reader, card FROM posts ORDER BY n").fetchall()
        titles = {str(number): _words(card).split("\n")[0] for number, _, _, card in rows}
        posts, whispers = [], []
        for _, place_text, reader, card in rows:
            place = _talk(place_text)
            where = place.channel + (f" > {titles[place.thread]}" if place.thread else "")
            (whispers if reader else posts).append(f"{where}{f' to {reader}' if reader else ''}: {_words(card)}")
        reactions = [f"{message} {name}" for message, name in self._db.execute("SELECT * FROM reactions")]
        return sorted(posts), sorted(set(whispers)), sorted(reactions)


class CrashTransport(Quiet):
    """Speaks to the platform; `moment` is told before and after each thing that the platform is handed."""

    capabilities = replace(ROOMY, images=False, home=False)

    def __init__(self, platform: Platform, moment: Callable[[Moment], None]) -> None:
        """Stand before the platform."""
        self._platform = platform
        self._moment = moment
        self.accept: Accept | None = None

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Send a card, unless it was tried before and stands there."""
        self._moment("before")
        sent = self._platform.find(key) if again and only is None else None
        if sent is None:
            sent = self._platform.post(key, to, card, only)
        self._moment("after")
        return sent

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Replace a message."""
        self._moment("before")
        self._platform.edit(message, card)
        self._moment("after")

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message."""
        self._moment("before")
        self._platform.react(message, name)
        self._moment("after")


def _place(to: Target) -> Conversation:
    match to:
        case Conversation():
            return to
        case Private(who=who) | Home(who=who):
            return Conversation(NAME, SPACE, f"dm-{who.account}", private=True)


def _talk(text: str) -> Conversation:
    return parse(json.loads(text), Conversation)


def _words(card_text: str) -> str:
    card = parse(json.loads(card_text), Card)
    return f"{plain(card, 0)} {[button.label for button in card.buttons]}"
