"""Every engine of the queue, and a desk at which each call is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.queue import Job, Kind, NewJob, Queue
from bot.storage.database import Database

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENGINES: dict[str, Callable[[Database], Queue]] = {"database": DatabaseQueue}
"""An engine that joins here is held to every promise of the store's tests."""


def new(
    key: str, kind: Kind = "event", *, lane: str = "lane", at: datetime = NOON, body: str = "text", priority: int = 0
) -> NewJob:
    """Return a new job."""
    return NewJob(kind, key, lane, at, body, priority)


class Desk:
    """A queue with its transactions: each call is one."""

    def __init__(self, database: Database, queue: Queue) -> None:
        """Work on this queue."""
        self._database = database
        self._queue = queue

    def put(self, *jobs_: NewJob) -> list[Job]:
        """Add jobs."""
        return self._database.transact(lambda tx: self._queue.put(tx, jobs_))

    def note(self, *jobs_: NewJob, now: datetime = NOON) -> list[Job]:
        """Add jobs that are done at once."""
        return self._database.transact(lambda tx: self._queue.note(tx, jobs_, now))

    def waiting(self, kind: Kind = "event", until: datetime = NOON, after: int = 0, limit: int = 500) -> list[Job]:
        """Return what may run."""
        return self._database.transact(
            lambda tx: self._queue.waiting(tx, kind=kind, until=until, after=after, limit=limit)
        )

    def keys(self, kind: Kind = "event", until: datetime = NOON) -> list[str]:
        """Return the keys of what may run."""
        return [job.key for job in self.waiting(kind, until)]

    def done(self, *jobs_: Job, now: datetime = NOON) -> None:
        """Mark jobs as done."""
        self._database.transact(lambda tx: self._queue.done(tx, jobs_, now))

    def arm(self, job: NewJob) -> None:
        """Set a timer."""
        self._database.transact(lambda tx: self._queue.arm(tx, job))

    def bury(self, job: Job) -> None:
        """Make a dead letter."""
        self._database.transact(lambda tx: self._queue.bury(tx, job, "ValueError: no", NOON))

    def next_timer(self) -> datetime | None:
        """Return when the next timer is due."""
        return self._database.transact(self._queue.next_timer)
