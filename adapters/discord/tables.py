"""The adapter's own tables: private threads that stand in for direct messages, and since when we are in a server."""

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
thread_people = Table(
    "discord_thread_people",
    metadata,
    Column("thread", String(32), primary_key=True),
    Column("account", String(32), nullable=False, index=True),
)
"""For whom a private thread was made, as long as it may be read: also after it was put away."""
servers = Table(
    "discord_servers",
    metadata,
    Column("guild", String(32), primary_key=True),
    Column("since", String(40), nullable=False),
)
"""The last invitation to a server that was told."""


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
    tx.execute(delete(thread_people).where(thread_people.c.thread == thread))
    tx.execute(insert(thread_people).values(thread=thread, account=who.account))


def account_of(tx: Connection, thread: str) -> str:
    """Return for whom a private thread was made, "" where that is not known."""
    return tx.execute(select(thread_people.c.account).where(thread_people.c.thread == thread)).scalar() or ""


def forget_thread(tx: Connection, who: Person, channel: str, topic: str) -> None:
    """Forget a thread that is gone."""
    table = private_threads.c
    place = (table.account == who.account, table.channel == channel, table.topic == topic)
    tx.execute(delete(private_threads).where(*place))


def drop_thread(tx: Connection, thread: str) -> None:
    """Forget a thread that has served."""
    tx.execute(delete(private_threads).where(private_threads.c.thread == thread))


def forget_person(tx: Connection, who: Person) -> None:
    """Forget every thread with somebody."""
    tx.execute(delete(private_threads).where(private_threads.c.account == who.account))
    tx.execute(delete(thread_people).where(thread_people.c.account == who.account))


def server_since(tx: Connection, guild: str) -> str:
    """Return which invitation to a server was told last, "" for none."""
    return tx.execute(select(servers.c.since).where(servers.c.guild == guild)).scalar() or ""


def keep_server(tx: Connection, guild: str, since: str) -> None:
    """Remember that an invitation was told."""
    tx.execute(delete(servers).where(servers.c.guild == guild))
    tx.execute(insert(servers).values(guild=guild, since=since))
