"""The database: transactions that lose nothing, and troubles that are told in a sentence."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, func, insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.storage.database import TRIES, ConflictError, Database, StorageError, upsert
from bot.storage.tables import beats, floors, identities, learners

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
COUNT_UP = """
import sys
from sqlalchemy import select, update
from bot.storage.database import Database
from bot.storage.tables import learners

def step(tx):
    before = tx.execute(select(learners.c.name)).scalar_one()
    tx.execute(update(learners).values(name=str(int(before) + 1)))

database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(150):
    database.transact(step)
"""


def _learner(tx: Connection, name: str = "ana", ident: str = "L1") -> None:
    tx.execute(insert(learners), {"id": ident, "name": name, "created_at": NOON})


def _pragma(engine: Engine, words: str) -> None:
    """Let every further connection to SQLite begin with this."""

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.execute(f"PRAGMA {words}")


def _beat(tx: Connection) -> None:
    tx.execute(insert(beats), {"id": 1, "at": NOON})


# ---------------------------------------------------------------- transactions
def test_updates_of_two_processes_are_all_kept(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    database.transact(lambda tx: _learner(tx, "0"))
    command = [sys.executable, "-c", COUNT_UP, str(sqlite_url)]
    others = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    for other in others:
        other.communicate("go\n")
    count = database.transact(lambda tx: tx.execute(select(learners.c.name)).scalar_one())
    database.close()
    assert ([other.returncode for other in others], count) == ([0, 0], "300")


def test_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def change(tx: Connection) -> None:
        _learner(tx)
        raise KeyError("on purpose")

    with pytest.raises(KeyError):
        asyncio.run(database.run(change))
    assert database.transact(lambda tx: tx.execute(select(func.count()).select_from(learners)).scalar()) == 0


def test_hook_is_called_after_each_commit_and_no_rollback(database_url: URL) -> None:
    seen: list[int] = []

    def look() -> None:
        with other.transaction() as tx:
            seen.append(tx.execute(select(func.count()).select_from(learners)).scalar_one())

    other = Database(database_url)
    database = Database(database_url, committed=look)
    database.transact(_learner)
    with pytest.raises(IntegrityError):
        database.transact(_learner)
    database.close()
    other.close()
    assert seen == [1]


def test_foreign_keys_hold_and_cascade(database: Database) -> None:
    identity = {"platform": "p", "realm": "", "account": "a", "learner_id": "L1"}
    with pytest.raises(IntegrityError):
        database.transact(lambda tx: tx.execute(insert(identities), identity))
    database.transact(lambda tx: (_learner(tx), tx.execute(insert(identities), identity)))
    database.transact(lambda tx: tx.execute(delete(learners)))
    assert database.transact(lambda tx: tx.execute(select(identities)).all()) == []


def test_upsert_changes_the_row_that_is_there(database: Database) -> None:
    for state in ("first", "second"):
        row = {"conversation": "c", "feature": "f", "state": state, "since": NOON, "place": {}}

        def change(tx: Connection, row: dict[str, Any] = row) -> None:
            tx.execute(
                upsert(tx, floors).values(**row).on_conflict_do_update(index_elements=["conversation"], set_=row)
            )

        database.transact(change)
    assert database.transact(lambda tx: tx.execute(select(floors.c.state)).scalars().all()) == ["second"]


def test_database_in_memory_is_one_for_all_threads() -> None:
    database = Database("sqlite://")
    learners.metadata.create_all(database.engine)
    database.transact(_learner)
    names = asyncio.run(database.run(lambda tx: tx.execute(select(learners.c.name)).scalars().all()))
    database.close()
    assert names == ["ana"]


def test_file_in_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    database = Database("sqlite:///~/new/greenroom.db")
    database.transact(lambda tx: tx.execute(text("CREATE TABLE t (n INTEGER)")))
    database.close()
    assert (tmp_path / "new" / "greenroom.db").exists()


# ---------------------------------------------------------------- instants
def test_instant_comes_back_aware_and_in_utc(database: Database) -> None:
    there = datetime(2026, 12, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    database.transact(lambda tx: tx.execute(insert(beats), {"id": 1, "at": there}))
    actual = database.transact(lambda tx: tx.execute(select(beats.c.at)).scalar_one())
    assert (NOON.replace(microsecond=123456), UTC) == (actual, actual.tzinfo)


def test_instant_may_be_absent(database: Database) -> None:
    database.transact(_learner)
    assert database.transact(lambda tx: tx.execute(select(learners.c.greeted_at)).scalar_one()) is None


def test_naive_datetime_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match=r"naive datetime.*give it a zone before storing it"):
        database.transact(lambda tx: tx.execute(insert(beats), {"id": 1, "at": naive}))


def test_instants_are_compared_as_moments(database: Database) -> None:
    database.transact(_beat)
    later = datetime(2026, 12, 1, 13, 30, tzinfo=timezone(timedelta(hours=2)))  # 11:30 UTC
    found = database.transact(lambda tx: tx.execute(select(beats.c.id).where(beats.c.at <= later)).all())
    assert found == []


# ---------------------------------------------------------------- conflicts in PostgreSQL
def test_deadlock_is_tried_again(postgresql_url: URL) -> None:
    database = Database(postgresql_url)
    database.transact(lambda tx: (_learner(tx, "0", "a"), _learner(tx, "0", "b")))
    meeting = threading.Barrier(2, timeout=10)
    runs: list[str] = []

    def change(first: str, second: str) -> Callable[[Connection], None]:
        def do(tx: Connection) -> None:
            # The first one to look for a deadlock gives way: one of the two, lest both do.
            tx.execute(text(f"SET LOCAL deadlock_timeout = '{20 if first == 'a' else 60_000}ms'"))
            runs.append(first)
            tx.execute(update(learners).where(learners.c.id == first).values(name=learners.c.name + "1"))
            if runs.count(first) == 1:
                meeting.wait()
            tx.execute(update(learners).where(learners.c.id == second).values(name=learners.c.name + "1"))

        return do

    async def both() -> None:
        await asyncio.gather(database.run(change("a", "b")), database.run(change("b", "a")))

    asyncio.run(both())
    names = database.transact(lambda tx: tx.execute(select(learners.c.name)).scalars().all())
    database.close()
    # The one that gave way may come back before the other has gone on, and give way again.
    assert (runs.count("a") >= 2, runs.count("b"), names) == (True, 1, ["011", "011"])


def test_conflict_without_end_is_told(postgresql_url: URL) -> None:
    database = Database(postgresql_url)
    runs: list[int] = []

    def change(tx: Connection) -> None:
        runs.append(1)
        tx.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(ConflictError, match="is too busy: changes kept standing in each other's way"):
        database.transact(change)
    database.close()
    assert len(runs) == TRIES


# ---------------------------------------------------------------- trouble
@contextmanager
def _raises(sentence: str) -> Iterator[None]:
    with pytest.raises(StorageError) as raised:
        yield
    assert sentence in str(raised.value)


def test_locked_database_is_told(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    _pragma(database.engine, "busy_timeout=0")
    other = sqlite3.connect(str(sqlite_url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with _raises("is locked by another program. Close it there and try again; nothing was changed."):
        database.transact(_learner)
    other.execute("ROLLBACK")
    other.close()
    database.transact(_learner)
    database.close()


def test_full_database_is_told(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    _pragma(database.engine, "max_page_count=1")  # SQLite makes that as many as there are
    with _raises("There is no room left for the database"):
        database.transact(lambda tx: _learner(tx, "a" * 200_000))
    assert database.transact(lambda tx: tx.execute(select(func.count()).select_from(learners)).scalar()) == 0
    database.close()


def test_read_only_database_is_told(sqlite_url: URL) -> None:
    folder = Path(tempfile.mkdtemp(prefix="greenroom-"))
    file = folder / "greenroom.db"
    shutil.copyfile(str(sqlite_url.database), file)
    file.chmod(0o444)
    folder.chmod(0o555)
    database = Database(f"sqlite:///{file}")
    try:
        with _as_nobody(), _raises("may not be written. Check the permissions of the file and its folder."):
            database.transact(_learner)
    finally:
        database.close()
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Give up the rights of root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    database = Database(f"sqlite:///{tmp_path}/file/greenroom.db")
    with _raises("cannot be opened. Check that its folder exists and may be written."):
        database.transact(_learner)
    database.close()


def test_absent_folder_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/deep/greenroom.db")
    database.transact(lambda tx: tx.execute(text("CREATE TABLE t (n INTEGER)")))
    database.close()
    assert (tmp_path / "new" / "deep" / "greenroom.db").exists()


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary, today I practised for an interview. " * 100)
    database = Database(f"sqlite:///{tmp_path}/notes.txt")
    with _raises("is no database, or is damaged. Name another file, or bring back a copy of it."):
        database.transact(_learner)
    database.close()


def test_server_that_is_away_is_told_without_the_password(tmp_path: Path) -> None:
    database = Database(f"postgresql://ana:secret@/greenroom?host={tmp_path}")
    with pytest.raises(
        StorageError, match=r"does not answer: .* Check that it runs and that the address is right"
    ) as e:
        database.transact(_learner)
    database.close()
    assert "secret" not in str(e.value)


def test_server_that_takes_no_writes_is_told(postgresql_url: URL) -> None:
    database = Database(postgresql_url)

    def change(tx: Connection) -> None:
        tx.execute(text("SET TRANSACTION READ ONLY"))
        _learner(tx)

    with _raises("may not be written"):
        database.transact(change)
    database.close()


def test_broken_connection_is_told_and_replaced(postgresql_url: URL) -> None:
    database = Database(postgresql_url)

    def change(tx: Connection) -> None:
        _learner(tx)
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with _raises("does not answer"):
        database.transact(change)
    database.transact(_learner)
    database.close()


def test_wrong_statement_is_no_trouble_of_the_database(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        database.transact(lambda tx: tx.execute(text("SELECT nonsense FROM learners")))
    assert "nonsense" in str(raised.value.orig)
