"""The messages of the terminal's world: the bot's posts and whispers with their keys and buttons, people's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    and_,
    false,
    insert,
    or_,
    select,
    update,
)

from adapters.terminal.world import number, stamp, tables, tick
from bot.chat.model import Button

_messages = Table(
    "terminal_messages",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(120), nullable=False, index=True),
    Column("thread", String(20), nullable=False),
    Column("author", String(80), nullable=False),  # "" is the bot
    Column("reader", String(80), nullable=False),  # whom a whisper is for, else ""
    Column("key", String(255), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("buttons_json", JSON, nullable=False),
    Column("at", String(32), nullable=False),
    Column("heard", Boolean, nullable=False),  # the core accepted it
    Column("gone", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in a conversation. `author` is "" for the bot, `reader` whom a whisper is for."""

    id: str
    channel: str
    thread: str
    author: str
    reader: str
    title: str
    text: str
    buttons: tuple[Button, ...]
    at: datetime


def add(
    tx: Connection,
    *,
    channel: str,
    thread: str,
    at: datetime,
    text: str,
    author: str = "",
    reader: str = "",
    key: str = "",
    title: str = "",
    buttons: Sequence[Button] = (),
) -> Message:
    """Write a message into a conversation."""
    tick(tx, at)
    ident = number(tx)
    tx.execute(
        insert(_messages).values(
            id=int(ident),
            channel=channel,
            thread=thread,
            author=author,
            reader=reader,
            key=key,
            title=title,
            text=text,
            buttons_json=_packed(buttons),
            at=stamp(at),
            heard=False,
            gone=False,
        )
    )
    return Message(ident, channel, thread, author, reader, title, text, tuple(buttons), at)


def keyed(tx: Connection, key: str) -> Message | None:
    """Return the message of ours that carries a key."""
    return _one(tx, _messages.c.key == key, _messages.c.author == "")


def find(tx: Connection, ident: str) -> Message | None:
    """Return a message that still stands."""
    return _one(tx, _messages.c.id == int(ident)) if ident.isdecimal() else None


def change(tx: Connection, ident: str, *, title: str, text: str, buttons: Sequence[Button] = ()) -> None:
    """Replace what a message says."""
    values = {"title": title, "text": text, "buttons_json": _packed(buttons)}
    tx.execute(update(_messages).where(_messages.c.id == int(ident)).values(**values))


def remove(tx: Connection, ident: str) -> None:
    """Take a message away."""
    tx.execute(update(_messages).where(_messages.c.id == int(ident)).values(gone=True))


def mark_heard(tx: Connection, ident: str) -> None:
    """Note that the core accepted a message."""
    tx.execute(update(_messages).where(_messages.c.id == int(ident)).values(heard=True))


def from_bot(tx: Connection, channel: str, *, reader: str = "", thread: str | None = None) -> list[Message]:
    """Return the bot's messages that `reader` can see in a channel, newest first.

    With `thread` only that thread and its root ("": what stands outside threads), else all of them.
    """
    seen = _messages.c.channel == channel, _messages.c.author == "", _messages.c.reader.in_({"", reader})
    within = [] if thread is None else [_within(thread)]
    return _many(tx, *seen, *within)[::-1]


def standing_in(tx: Connection, channel: str, thread: str) -> list[Message]:
    """Return all that the bot has shown at one address (a thread begins with its root), oldest first."""
    return _many(tx, _messages.c.channel == channel, _messages.c.author == "", _within(thread))


def latest_root(tx: Connection, channel: str) -> Message | None:
    """Return the bot's newest post in a channel itself, to which replies make a thread."""
    posts = [m for m in from_bot(tx, channel, thread="") if not m.reader]
    return posts[0] if posts else None


def latest_by(tx: Connection, author: str, channel: str, thread: str) -> Message | None:
    """Return the newest message of a person at one address."""
    found = _many(tx, *_at(channel, thread), _messages.c.author == author)
    return found[-1] if found else None


def said_since(tx: Connection, channel: str, thread: str, after: datetime) -> list[Message]:
    """Return what people said at one address after an instant, or at that very instant without being heard."""
    since = stamp(after)
    late = or_(_messages.c.at > since, and_(_messages.c.at == since, _messages.c.heard.is_(False)))
    return _many(tx, *_at(channel, thread), _messages.c.author != "", late)


def _within(thread: str) -> ColumnElement[bool]:
    root = _messages.c.id == int(thread) if thread.isdecimal() else false()
    return or_(_messages.c.thread == thread, root)


def _at(channel: str, thread: str) -> tuple[Any, ...]:
    return _messages.c.channel == channel, _messages.c.thread == thread


def _one(tx: Connection, *conditions: Any) -> Message | None:
    found = _many(tx, *conditions)
    return found[0] if found else None


def _many(tx: Connection, *conditions: Any) -> list[Message]:
    chosen = select(_messages).where(_messages.c.gone.is_(False), *conditions).order_by(_messages.c.id)
    return [_message(row) for row in tx.execute(chosen).mappings()]


def _message(row: RowMapping) -> Message:
    return Message(
        str(row["id"]),
        row["channel"],
        row["thread"],
        row["author"],
        row["reader"],
        row["title"],
        row["text"],
        tuple(Button(*values) for values in row["buttons_json"]),
        datetime.fromisoformat(row["at"]),
    )


def _packed(buttons: Sequence[Button]) -> list[list[str]]:
    return [[b.action, b.token, b.label, b.answer] for b in buttons]
