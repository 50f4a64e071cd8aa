"""The database: synchronous transactions in threads of their own (one for SQLite, a few for PostgreSQL)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

T = TypeVar("T")
POSTGRESQL_THREADS = 4
DEADLOCKS = 3
CONFLICTS = frozenset({"40001", "40P01"})
"""PostgreSQL's codes of a serialisation failure and of a deadlock: the transaction may be run again."""


class StorageError(OSError):
    """The database cannot be used now; the message says why and what to do."""


class Database:
    """One database. `run` gives a plain function a connection inside a transaction, off the event loop."""

    def __init__(self, url: str | URL, *, committed: Callable[[], None] | None = None) -> None:
        """Prepare to connect; nothing is opened yet. `committed` is called after each commit, in its thread."""
        self.url = _with_driver(make_url(url))
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.threads = 1 if self.sqlite else POSTGRESQL_THREADS
        self.engine = _sqlite(self.url) if self.sqlite else _postgresql(self.url, self.threads)
        self._committed = committed
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="database")

    async def run(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction in a database thread; raises StorageError when the database cannot."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.transact, change)

    def transact(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction in this thread; again, where PostgreSQL ended it for a deadlock."""
        for _ in range(DEADLOCKS):
            try:
                with self.transaction() as connection:
                    return change(connection)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in CONFLICTS:
                    raise
        with self.transaction() as connection:
            return change(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: committed at the end, rolled back on an exception."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) in CONFLICTS:
                raise
            raise StorageError(explain(error, self.url)) from error
        if self._committed is not None:
            self._committed()

    def close(self) -> None:
        """Wait for what is under way and close every connection."""
        self._pool.shutdown(wait=True)
        self.engine.dispose()


def upsert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def explain(error: DBAPIError, url: URL) -> str:
    """Say in a sentence what is wrong with the database, and what to do."""
    place = url.render_as_string(hide_password=True)
    cause = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    low = cause.lower()
    if "locked" in low:
        return f"The database {place} is locked by another program. Close it there and try again; nothing was changed."
    if "full" in low:
        return f"There is no room left for the database {place}. Free some space and try again; nothing was changed."
    if "readonly" in low or "read-only" in low:
        return f"The database {place} may not be written. Check the permissions of the file and its folder."
    if "unable to open" in low:
        return f"The database {place} cannot be opened. Check that its folder exists and may be written."
    return f"The database {place} does not answer: {cause}. Check that it runs and that the address is right."


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)

    # SQLAlchemy's default lost updates between processes: the driver began transactions late, and as readers.
    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, threads: int) -> Engine:
    return create_engine(url, pool_size=threads + 1, pool_pre_ping=True)
