"""The port of the durable queue, and what stands in it.

Kinds: `event` (the inbox), `timer`, `work` (slow work) and `post` (the outbox). A job is unique by kind and key,
runs at `run_at` at the earliest, first in, first out within its lane. The port is kept to what an engine on the
application's database and a PostgreSQL job queue can both do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import Connection

Kind = Literal["event", "timer", "work", "post"]

FAILURES = 5
"""So many failures within `FAILURE_WINDOW` make a dead letter (design 4)."""
FAILURE_WINDOW = timedelta(minutes=10)
MEMORY = timedelta(days=14)
"""How long the ids of handled jobs are kept, so that a redelivery is known (design 4)."""
OUTAGE_PATIENCE = timedelta(hours=24)
"""How long a platform's outage is waited for; a question of yesterday helps nobody."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be put; lower `priority` goes first among lanes.

    `value` is what `body` was written from, so that it need not be read again before the next start.
    """

    kind: Kind
    key: str
    lane: str
    run_at: datetime
    body: str
    priority: int = 0
    value: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that stands in the queue. `tried` tells that it may have been tried before a restart.

    `value` is what its `body` says, where this process still has it at hand.
    """

    seq: int
    kind: Kind
    key: str
    lane: str
    priority: int
    run_at: datetime
    attempts: int
    failed_at: datetime | None
    body: str
    tried: bool = False
    value: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A dead letter, as the operator sees it."""

    seq: int
    kind: Kind
    key: str
    error: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at `run_at`."""

    run_at: datetime
    attempts: int
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class Bury:
    """Give up: a dead letter."""


class Lease(Protocol):
    """The exclusive right to work a queue; it ends with the process that holds it."""

    def take(self) -> bool:
        """Try to get it; False while another process works the queue."""

    def release(self) -> None:
        """Give it back."""


class Queue(Protocol):
    """Jobs in a database. Every method but `lease` runs inside the caller's transaction."""

    def lease(self) -> Lease:
        """Return the queue's lease, not yet taken."""

    def put(self, tx: Connection, jobs: Sequence[NewJob]) -> list[Job]:
        """Add jobs and return the new ones; a known kind and key changes nothing."""

    def note(self, tx: Connection, jobs: Sequence[NewJob], now: datetime) -> list[Job]:
        """Add jobs that are done within this transaction, without their text, and return the new ones."""

    def arm(self, tx: Connection, job: NewJob) -> None:
        """Add a timer, or move and change the one with this key."""

    def cancel(self, tx: Connection, kind: Kind, key: str) -> None:
        """Remove a waiting job; an absent one is no error."""

    def waiting(self, tx: Connection, *, kind: Kind, until: datetime, after: int = 0, limit: int = 500) -> list[Job]:
        """Return jobs that may run by `until`, oldest first, with numbers above `after`; timers by their time."""

    def standing(self, tx: Connection, jobs: Sequence[Job]) -> set[int]:
        """Return the numbers of those of these jobs that still wait as they are."""

    def next_timer(self, tx: Connection) -> datetime | None:
        """Return when the next timer is due."""

    def behind(self, tx: Connection, now: datetime) -> float:
        """Return how many seconds the most overdue job has waited; 0 if none is."""

    def done(self, tx: Connection, jobs: Sequence[Job], now: datetime) -> None:
        """Mark jobs as done and erase their text; a timer is removed."""

    def retry(self, tx: Connection, job: Job, retry: Retry, error: str) -> None:
        """Let a job run again later."""

    def bury(self, tx: Connection, job: Job, error: str, now: datetime) -> None:
        """Make a job a dead letter; its text stays, for a retry."""

    def dead(self, tx: Connection) -> list[DeadJob]:
        """Return the dead letters, oldest first."""

    def revive(self, tx: Connection, numbers: Sequence[int], now: datetime) -> int:
        """Let dead letters run again; return how many there were."""

    def drop(self, tx: Connection, numbers: Sequence[int], now: datetime) -> int:
        """Give dead letters up for good and erase their text; return how many there were."""

    def forget(self, tx: Connection, now: datetime) -> None:
        """Remove what was done longer ago than `MEMORY`."""


def after_failure(attempts: int, failed_at: datetime | None, now: datetime) -> Retry | Bury:
    """Decide what follows a failure: waits of 2, 4, 8, 16 s, then a dead letter at the fifth within the window.

    `attempts` counts the failures of the present window, which began at `failed_at`.
    """
    if failed_at is None or now - failed_at > FAILURE_WINDOW:
        attempts, failed_at = 0, now
    if attempts + 1 >= FAILURES:
        return Bury()
    return Retry(now + timedelta(seconds=2 ** (attempts + 1)), attempts + 1, failed_at)


def after_outage(attempts: int, failed_at: datetime | None, now: datetime, wait: float | None = None) -> Retry | Bury:
    """Decide what follows when a platform is away: waits of 2 s to 5 minutes, for a day; `wait` if it named one.

    Each wait is as long as the outage has been so far. An outage is no failure: `attempts` stays.
    """
    began = failed_at or now
    away = (now - began).total_seconds()
    if away > OUTAGE_PATIENCE.total_seconds():
        return Bury()
    seconds = wait if wait is not None else min(max(away, 2.0), 300.0)
    return Retry(now + timedelta(seconds=seconds), attempts, began)
