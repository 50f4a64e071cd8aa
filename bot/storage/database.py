"""The database: synchronous transactions in threads of their own (one for SQLite, a few for PostgreSQL)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from threading import RLock, local
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

T = TypeVar("T")
POSTGRESQL_THREADS = 4
TRIES = 4
"""How often a transaction is run that PostgreSQL ends because others stand in its way."""
PATIENCE = 10
"""Seconds that connecting to PostgreSQL may take, unless its address says otherwise (`connect_timeout`)."""
APPLICATION = "greenroom"
"""What our connections to PostgreSQL are called there."""
CONFLICTS = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialisation failure and of a deadlock: the transaction may be run again."""
TROUBLE = ("08", "53", "57P", "58", "25006")
"""How PostgreSQL's codes begin that tell of the server and not of a statement: connection, resources, shutdown, system
error, read-only (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
SQLITE_TROUBLE = frozenset({3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 23, 26})
"""SQLite's codes likewise: permission, busy, locked, memory, read-only, I/O, corrupt, full, cannot open, protocol,
authorisation, not a database (https://www.sqlite.org/rescode.html)."""


ADDRESSES = "Write sqlite:///greenroom.db or postgresql://user:password@host/greenroom."


class StorageError(OSError):
    """The database cannot be used now; the message says why and what to do."""


class ConflictError(StorageError):
    """PostgreSQL ended a transaction because of another one; it may be run again."""


class Database:
    """One database. `run` gives a plain function a connection inside a transaction, off the event loop."""

    def __init__(self, url: str | URL, *, committed: Callable[[], None] | None = None) -> None:
        """Prepare to connect; nothing is opened yet. `committed` is called after each commit, in its thread."""
        self.url = _address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.threads = 1 if self.sqlite else POSTGRESQL_THREADS
        self.engine = _sqlite(self.url) if self.sqlite else _postgresql(self.url, self.threads)
        # A database in memory has one connection, which all threads share.
        self._turn: AbstractContextManager[Any] = RLock() if in_memory(self.url) else nullcontext()
        self._committed = committed
        self._mine = local()
        self._keeps = self.sqlite and not in_memory(self.url)
        begin = self._keep_connection if self._keeps else None
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="database", initializer=begin)

    async def run(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction in a database thread; raises StorageError when the database cannot.

        Where PostgreSQL ends the transaction for another one's sake, `change` runs again: it may keep nothing.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.transact, change)

    def transact(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction in this thread, as `run` does."""
        for _ in range(TRIES - 1):
            with suppress(ConflictError), self.transaction() as connection:
                return change(connection)
        with self.transaction() as connection:
            return change(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: committed at the end, rolled back on an exception."""
        try:
            with self._turn, self._begun() as connection:
                yield connection
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in CONFLICTS:
                raise ConflictError(explain(error, self.url)) from error
            if not is_trouble(error):
                raise
            raise StorageError(explain(error, self.url)) from error
        if self._committed is not None:
            self._committed()

    def _begun(self) -> AbstractContextManager[Connection]:
        kept: Connection | None = getattr(self._mine, "connection", None)
        return self.engine.begin() if kept is None else _begun_on(kept)

    def _keep_connection(self) -> None:
        """Let this thread keep one connection: taking one from the pool costs a tenth of a short transaction.

        Only for a file: it cannot break as a connection over a network can.
        """
        with suppress(DBAPIError):  # what is wrong is told by the first transaction
            self._mine.connection = self.engine.connect()

    def _give_back(self) -> None:
        kept: Connection | None = getattr(self._mine, "connection", None)
        if kept is not None:
            kept.close()

    def close(self) -> None:
        """Wait for what is under way and close every connection."""
        if self._keeps:
            with suppress(RuntimeError):  # closed before
                self._pool.submit(self._give_back).result()
        self._pool.shutdown(wait=True)
        self.engine.dispose()


@contextmanager
def _begun_on(connection: Connection) -> Iterator[Connection]:
    with connection.begin():
        yield connection


def upsert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def in_memory(url: URL) -> bool:
    """Tell whether this is the address of an SQLite database that ends with its process."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def is_trouble(error: DBAPIError) -> bool:
    """Tell whether the database is the cause, and not the statement: then the same may succeed later."""
    number: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in SQLITE_TROUBLE  # the rest of the number says more of the same
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith(TROUBLE)
    return error.connection_invalidated or type(error).__name__ in {"OperationalError", "InterfaceError"}


def explain(error: DBAPIError, url: URL) -> str:
    """Say in a sentence what is wrong with the database, and what to do."""
    place = url.render_as_string(hide_password=True)
    cause = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    low = cause.lower()
    if getattr(error.orig, "sqlstate", None) in CONFLICTS:
        return f"The database {place} is too busy: changes kept standing in each other's way. Try again in a moment."
    if "is locked" in low:
        return f"The database {place} is locked by another program. Close it there and try again; nothing was changed."
    if "disk is full" in low or "no space left" in low:
        return f"There is no room left for the database {place}. Free some space and try again; nothing was changed."
    if "readonly" in low or "read-only" in low:
        return f"The database {place} may not be written. Check the permissions of the file and its folder."
    if "unable to open" in low:
        return f"The database {place} cannot be opened. Check that its folder exists and may be written."
    if "not a database" in low or "malformed" in low:
        return f"The file of {place} is no database, or is damaged. Name another file, or bring back a copy of it."
    return f"The database {place} does not answer: {cause}. Check that it runs and that the address is right."


def _address(given: str | URL) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise StorageError(f"`{given}` is no address of a database. {ADDRESSES}") from error
    if url.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
        raise StorageError(f"Greenroom keeps its data in SQLite or PostgreSQL, not in {url.drivername}. {ADDRESSES}")
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        return url.set(database=str(Path(url.database).expanduser()))
    return url


def _sqlite(url: URL) -> Engine:
    if in_memory(url):
        engine = create_engine(
            url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
    else:
        with suppress(OSError):  # connecting says what is wrong, and what to do
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, hide_parameters=True)

    # SQLAlchemy's default lost updates between processes: the driver began transactions late, and as readers.
    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        try:
            # By the driver: an execution of SQLAlchemy's own costs three times the statement.
            connection.connection.cursor().execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits once more, and fails as everything else does

    return engine


def _postgresql(url: URL, threads: int) -> Engine:
    ours = {"connect_timeout": PATIENCE, "application_name": APPLICATION}
    asked = {name: value for name, value in ours.items() if name not in url.query}
    # Parameters are what people said: they do not belong in a log.
    return create_engine(url, pool_size=threads + 1, pool_pre_ping=True, connect_args=asked, hide_parameters=True)
