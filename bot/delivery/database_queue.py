"""The default engine of the queue: one table of the application's own database, worked by one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.delivery.queue import MEMORY, DeadJob, Job, Kind, Lease, NewJob, Retry
from bot.storage.database import Database, StorageError, explain, in_memory
from bot.storage.tables import jobs

ADVISORY_LOCK = 7_243_001
"""The number of PostgreSQL's advisory lock; any number that nobody else in this database uses."""

_TAKE = text(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")
_LEAVE = text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})")
# A killed process may leave transactions behind that PostgreSQL still commits, a moment after its lease is free.
_WRITERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
    "AND application_name = current_setting('application_name') AND backend_xid IS NOT NULL"
)
_COLUMNS = (
    jobs.c.seq,
    jobs.c.kind,
    jobs.c.key,
    jobs.c.lane,
    jobs.c.priority,
    jobs.c.run_at,
    jobs.c.attempts,
    jobs.c.failed_at,
    jobs.c.body,
)
_INSERT = {
    "sqlite": sqlite.insert(jobs).on_conflict_do_nothing().returning(jobs.c.seq, jobs.c.kind, jobs.c.key),
    "postgresql": postgresql.insert(jobs).on_conflict_do_nothing().returning(jobs.c.seq, jobs.c.kind, jobs.c.key),
}
_ARM = {
    name: statement.on_conflict_do_update(
        index_elements=[jobs.c.kind, jobs.c.key],
        set_={
            "run_at": statement.excluded.run_at,
            "body": statement.excluded.body,
            "state": "waiting",
            "attempts": 0,
            "failed_at": None,
            "error": None,
            "ended_at": None,
        },
    )
    for name, statement in (("sqlite", sqlite.insert(jobs)), ("postgresql", postgresql.insert(jobs)))
}
_DONE = (
    update(jobs)
    .where(jobs.c.seq == bindparam("b_seq"))
    .values(state="done", body=None, error=None, ended_at=bindparam("b_now"))
)
# A timer that was moved while it was handled stays: its time is no longer the one that was handled.
_REMOVE = delete(jobs).where(jobs.c.seq == bindparam("b_seq"), jobs.c.run_at == bindparam("b_run_at"))


class DatabaseQueue:
    """Jobs in the table `jobs`."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def lease(self) -> Lease:
        """Return the queue's lease: a locked file beside SQLite's, an advisory lock in PostgreSQL."""
        if not self._database.sqlite:
            return _AdvisoryLease(self._database.engine)
        return _FileLease(None if in_memory(self._database.url) else str(self._database.url.database))

    def put(self, tx: Connection, jobs_: Sequence[NewJob]) -> list[Job]:
        """Add jobs and return the new ones; a known kind and key changes nothing."""
        return _put(tx, jobs_, [_row(job) for job in jobs_])

    def note(self, tx: Connection, jobs_: Sequence[NewJob], now: datetime) -> list[Job]:
        """Add jobs that are done within this transaction, without their text, and return the new ones."""
        done = {"state": "done", "body": None, "ended_at": now}
        return _put(tx, jobs_, [_row(job) | done for job in jobs_])

    def arm(self, tx: Connection, job: NewJob) -> None:
        """Add a timer, or move and change the one with this key."""
        tx.execute(_ARM[tx.dialect.name], _row(job))

    def cancel(self, tx: Connection, kind: Kind, key: str) -> None:
        """Remove a waiting job; an absent one is no error."""
        tx.execute(delete(jobs).where(jobs.c.kind == kind, jobs.c.key == key, jobs.c.state == "waiting"))

    def waiting(self, tx: Connection, *, kind: Kind, until: datetime, after: int = 0, limit: int = 500) -> list[Job]:
        """Return jobs that may run by `until`, oldest first, with numbers above `after`; timers by their time."""
        order = (jobs.c.run_at, jobs.c.seq) if kind == "timer" else (jobs.c.seq,)
        found = tx.execute(
            select(*_COLUMNS)
            .where(jobs.c.state == "waiting", jobs.c.kind == kind, jobs.c.run_at <= until, jobs.c.seq > after)
            .order_by(*order)
            .limit(limit)
        )
        return [Job(*row, tried=True) for row in found]

    def standing(self, tx: Connection, jobs_: Sequence[Job]) -> set[int]:
        """Return the numbers of those of these jobs that still wait as they are."""
        times = {job.seq: job.run_at for job in jobs_}
        found = tx.execute(
            select(jobs.c.seq, jobs.c.run_at).where(jobs.c.state == "waiting", jobs.c.seq.in_(list(times)))
        )
        return {row.seq for row in found if row.run_at == times[row.seq]}

    def next_timer(self, tx: Connection) -> datetime | None:
        """Return when the next timer is due."""
        return tx.execute(
            select(func.min(jobs.c.run_at)).where(jobs.c.state == "waiting", jobs.c.kind == "timer")
        ).scalar()

    def behind(self, tx: Connection, now: datetime) -> float:
        """Return how many seconds the most overdue job has waited; 0 if none is."""
        oldest = tx.execute(select(func.min(jobs.c.run_at)).where(jobs.c.state == "waiting")).scalar()
        return max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0

    def done(self, tx: Connection, jobs_: Sequence[Job], now: datetime) -> None:
        """Mark jobs as done and erase their text; a timer is removed."""
        timers = [{"b_seq": job.seq, "b_run_at": job.run_at} for job in jobs_ if job.kind == "timer"]
        others = [{"b_seq": job.seq, "b_now": now} for job in jobs_ if job.kind != "timer"]
        if timers:
            tx.execute(_REMOVE, _one_or_many(timers))
        if others:
            tx.execute(_DONE, _one_or_many(others))

    def retry(self, tx: Connection, job: Job, retry: Retry, error: str) -> None:
        """Let a job run again later."""
        values = {"run_at": retry.run_at, "attempts": retry.attempts, "failed_at": retry.failed_at, "error": error}
        tx.execute(update(jobs).where(jobs.c.seq == job.seq).values(**values))

    def bury(self, tx: Connection, job: Job, error: str, now: datetime) -> None:
        """Make a job a dead letter; its text stays, for a retry."""
        tx.execute(update(jobs).where(jobs.c.seq == job.seq).values(state="dead", error=error, ended_at=now))

    def dead(self, tx: Connection) -> list[DeadJob]:
        """Return the dead letters, oldest first."""
        columns = (jobs.c.seq, jobs.c.kind, jobs.c.key, jobs.c.error, jobs.c.ended_at)
        found = tx.execute(select(*columns).where(jobs.c.state == "dead").order_by(jobs.c.seq))
        return [DeadJob(row.seq, cast(Kind, row.kind), row.key, row.error or "", row.ended_at) for row in found]

    def revive(self, tx: Connection, numbers: Sequence[int], now: datetime) -> int:
        """Let dead letters run again; return how many there were."""
        values = {"state": "waiting", "attempts": 0, "failed_at": None, "run_at": now, "ended_at": None}
        return tx.execute(update(jobs).where(jobs.c.state == "dead", jobs.c.seq.in_(numbers)).values(**values)).rowcount

    def drop(self, tx: Connection, numbers: Sequence[int], now: datetime) -> int:
        """Give dead letters up for good and erase their text; return how many there were."""
        values = {"state": "done", "body": None, "error": None, "ended_at": now}
        return tx.execute(update(jobs).where(jobs.c.state == "dead", jobs.c.seq.in_(numbers)).values(**values)).rowcount

    def forget(self, tx: Connection, now: datetime) -> None:
        """Remove what was done longer ago than `MEMORY`."""
        tx.execute(delete(jobs).where(jobs.c.state == "done", jobs.c.ended_at < now - MEMORY))


def _put(tx: Connection, jobs_: Sequence[NewJob], rows: list[dict[str, Any]]) -> list[Job]:
    if not rows:
        return []
    found = tx.execute(_INSERT[tx.dialect.name], _one_or_many(rows))
    numbers = {(row.kind, row.key): row.seq for row in found}
    return [_job(job, seq) for job in jobs_ if (seq := numbers.pop((job.kind, job.key), None)) is not None]


def _one_or_many(rows: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the only row by itself: what is made for many costs a single one half as much again."""
    return rows[0] if len(rows) == 1 else rows


def _row(job: NewJob) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "key": job.key,
        "lane": job.lane,
        "priority": job.priority,
        "run_at": job.run_at,
        "body": job.body,
    }


def _job(job: NewJob, seq: int) -> Job:
    return Job(seq, job.kind, job.key, job.lane, job.priority, job.run_at, 0, None, job.body, value=job.value)


class _FileLease:
    """A lock that the operating system drops with the process; a database in memory has nobody to share with."""

    def __init__(self, file: str | None) -> None:
        # Taken in one thread and released in another: it belongs to the process.
        self._lock = FileLock(f"{file}.lock", timeout=0, thread_local=False) if file is not None else None

    def take(self) -> bool:
        try:
            if self._lock is not None and not self._lock.is_locked:
                self._lock.acquire()
        except Timeout:
            return False
        return True

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()


class _AdvisoryLease:
    """A lock of a PostgreSQL session, dropped with its connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None

    def take(self) -> bool:
        try:
            if self._session is None:
                self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not self._session.execute(_TAKE).scalar():
                return False
            if self._session.execute(_WRITERS).scalar():
                self._session.execute(_LEAVE)
                return False
            return True
        except DBAPIError as error:  # what the session held went with it
            self.release()
            raise StorageError(explain(error, self._engine.url)) from error

    def release(self) -> None:
        if self._session is not None:
            with suppress(DBAPIError):
                self._session.execute(_LEAVE)
            # Invalidated, not returned to the pool: the lock belongs to the session and must end with it.
            self._session.invalidate()
            self._session.close()
            self._session = None
