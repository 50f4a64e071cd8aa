"""The terminal's world, kept in the application's database; here its tables, people, numbers and clock.

What a real platform would remember for us is stored, so that after a kill, or in a later run on the same database,
buttons, forms, threads and keys are still there. Every function works on a connection inside a transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, update

tables = MetaData()
"""The adapter's own tables; the application creates them."""

_FIRST_NUMBER = 100_000
"""Ids have six digits from the start, so that they sort as text in the order in which they were given."""

_people = Table(
    "terminal_people",
    tables,
    Column("position", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
)
_numbers = Table("terminal_numbers", tables, Column("number", Integer, primary_key=True))
_clock = Table(
    "terminal_clock",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
)


def meet(tx: Connection, name: str) -> str:
    """Return how a person's name was first written, remembering it at first mention; case does not matter."""
    known = find_person(tx, name)
    if known is None:
        tx.execute(insert(_people).values(key=name.casefold(), name=name))
        return name
    return known


def find_person(tx: Connection, name: str) -> str | None:
    """Return how a person's name was first written, None if nobody of that name was mentioned."""
    return tx.execute(select(_people.c.name).where(_people.c.key == name.casefold())).scalar_one_or_none()


def people(tx: Connection) -> tuple[str, ...]:
    """Return the names in order of mention: the first person organises."""
    return tuple(tx.execute(select(_people.c.name).order_by(_people.c.position)).scalars())


def organises(tx: Connection, name: str) -> bool:
    """Tell whether somebody is the first person ever mentioned."""
    return people(tx)[:1] == (name,)


def number(tx: Connection) -> str:
    """Return the next number for an id; never the same twice in one database."""
    key = tx.execute(insert(_numbers)).inserted_primary_key
    assert key is not None
    return str(_FIRST_NUMBER + int(key[0]))


def clock(tx: Connection) -> datetime | None:
    """Return the latest instant of this world, None in a fresh database."""
    at = tx.execute(select(_clock.c.at)).scalar_one_or_none()
    return None if at is None else datetime.fromisoformat(at)


def tick(tx: Connection, now: datetime) -> None:
    """Remember that it is `now`; the clock never goes back."""
    last = clock(tx)
    if last is None:
        tx.execute(insert(_clock).values(id=1, at=stamp(now)))
    elif last < now:
        tx.execute(update(_clock).values(at=stamp(now)))


def stamp(at: datetime) -> str:
    """Return an instant as it is stored: in UTC, and so that text sorts like time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
