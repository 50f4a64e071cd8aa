"""The adapter's own table: private threads that stand in for direct messages."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, insert, select

from bot.chat.model import Person

TOPIC = 200
"""Longest topic of a private thread."""
metadata = MetaData()
private_threads = Table(
    "discord_private_threads",
    metadata,
    Column("account", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("topic", String(TOPIC), primary_key=True),
    Column("thread", String(32), nullable=False),
)


def create_all(bind: Engine | Connection) -> None:
    """Create what is not there yet."""
    metadata.create_all(bind)


def thread_of(tx: Connection, who: Person, channel: str, topic: str) -> str:
    """Return the thread where somebody is talked to about a topic, "" for none."""
    table = private_threads.c
    place = (table.account == who.account, table.channel == channel, table.topic == topic)
    return tx.execute(select(table.thread).where(*place)).scalar() or ""


def keep_thread(tx: Connection, who: Person, channel: str, topic: str, thread: str) -> None:
    """Remember such a thread, in place of an older one."""
    forget_thread(tx, who, channel, topic)
    values = {"account": who.account, "channel": channel, "topic": topic, "thread": thread}
    tx.execute(insert(private_threads).values(values))


def forget_thread(tx: Connection, who: Person, channel: str, topic: str) -> None:
    """Forget a thread that is gone."""
    table = private_threads.c
    place = (table.account == who.account, table.channel == channel, table.topic == topic)
    tx.execute(delete(private_threads).where(*place))


def drop_thread(tx: Connection, thread: str) -> None:
    """Forget a thread that has served."""
    tx.execute(delete(private_threads).where(private_threads.c.thread == thread))
