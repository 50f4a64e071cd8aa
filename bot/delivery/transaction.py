"""One transaction of the queue: new events in, outcomes and events handled, what they caused written together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never, cast

from sqlalchemy import Connection

from bot.chat.model import Incoming, PlatformEvent, RateLimited, Sent, Unavailable, Unreachable
from bot.chat.transport import Transport
from bot.delivery import cards
from bot.delivery.codec import event_of, event_text
from bot.delivery.queue import Bury, Job, NewJob, Queue, Retry, after_failure, after_outage
from bot.delivery.turn import Delivered, Due, HouseEvent, Outputs, Turn, Undeliverable, Worked, write_tokens
from bot.storage.database import StorageError

Handle = Callable[[Turn], None]


@dataclass(frozen=True, slots=True)
class WasSent:
    """A post arrived."""

    job: Job
    sent: Sent | None
    tell: bool


@dataclass(frozen=True, slots=True)
class WasWorked:
    """Slow work returned."""

    job: Job
    result: Any


@dataclass(frozen=True, slots=True)
class HasFailed:
    """A job failed: a post, slow work, or the handling of an event.

    `quietly`: nobody hears of it where it is given up, since telling failed too.
    """

    job: Job
    error: Exception
    quietly: bool = False


Outcome = WasSent | WasWorked | HasFailed


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event to be stored, and its lane."""

    event: PlatformEvent
    lane: str


@dataclass(slots=True)
class Batch:
    """What one transaction takes on. Events of the lanes `free`, in which nothing stands, are handled as well."""

    accepts: list[Arrival] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    free: Set[str] = frozenset()

    def singles(self) -> list[Batch]:
        """Return the same work one by one, in order."""
        return (
            [Batch(accepts=[a]) for a in self.accepts]
            + [Batch(outcomes=[o]) for o in self.outcomes]
            + [Batch(jobs=[j]) for j in self.jobs]
        )


@dataclass(slots=True)
class Applied:
    """What a committed transaction means for the lanes in memory."""

    added: list[Job] = field(default_factory=list)
    finished: list[Job] = field(default_factory=list)
    buried: list[Job] = field(default_factory=list)
    delayed: list[tuple[Job, Job]] = field(default_factory=list)
    armed: list[datetime] = field(default_factory=list)
    dropped: list[Job] = field(default_factory=list)


class Transaction:
    """Applies batches; a plain function over a connection, run in a database thread."""

    def __init__(
        self, queue: Queue, handle: Handle, transports: Mapping[str, Transport], new_id: Callable[[], str]
    ) -> None:
        """Keep what every turn needs; of the transports that is what they can show."""
        self._queue = queue
        self._handle = handle
        self._transports = transports
        self._new_id = new_id

    def apply(self, conn: Connection, batch: Batch, now: datetime) -> Applied:
        """Do everything in the batch; an exception leaves nothing of it."""
        applied = Applied()
        outputs = Outputs()
        new = [_new(arrival, now) for arrival in batch.accepts]
        applied.added += self._queue.put(conn, [job for job in new if job.lane not in batch.free])
        at_once = self._queue.note(conn, [job for job in new if job.lane in batch.free], now)
        for outcome in batch.outcomes:
            self._settle(conn, outcome, outputs, applied, now)
        for job in batch.jobs:
            self._turn(conn, _event(job), outputs, now)
            applied.finished.append(job)
        for job in at_once:
            self._turn(conn, _event(job), outputs, now)
        self._write(conn, outputs, applied, now)
        return applied

    def _turn(self, conn: Connection, event: HouseEvent, outputs: Outputs, now: datetime) -> Turn:
        turn = Turn(conn, now, event, outputs, self._new_id, self._transports)
        self._handle(turn)
        return turn

    def _settle(self, conn: Connection, outcome: Outcome, outputs: Outputs, applied: Applied, now: datetime) -> None:
        job = outcome.job
        match outcome:
            case WasSent(sent=sent, tell=tell):
                if tell and sent is not None:
                    self._turn(conn, Delivered(job.key, sent), outputs, now)
                applied.finished.append(job)
            case WasWorked(result=result):
                self._turn(conn, Worked(job.key, json.loads(job.body), result), outputs, now)
                applied.finished.append(job)
            case HasFailed():
                self._fail(conn, outcome, outputs, applied, now)
            case _:
                assert_never(outcome)

    def _fail(self, conn: Connection, failed: HasFailed, outputs: Outputs, applied: Applied, now: datetime) -> None:
        job, error = failed.job, failed.error
        words = f"{type(error).__name__}: {error}"[:500].replace("\0", "")
        match _next_step(job, error, now):
            case Retry() as retry:
                self._queue.retry(conn, job, retry, words)
                later = replace(
                    job, run_at=retry.run_at, attempts=retry.attempts, failed_at=retry.failed_at, tried=True
                )
                applied.delayed.append((job, later))
            case Bury():
                self._queue.bury(conn, job, words, now)
                applied.buried.append(job)
                if not failed.quietly:
                    self._tell(conn, job, words, outputs, now)

    def _tell(self, conn: Connection, job: Job, words: str, outputs: Outputs, now: datetime) -> None:
        """Tell whoever waits for a job that it was given up."""
        if job.kind in {"post", "work"}:
            data = json.loads(job.body) if job.kind == "work" else {}
            self._turn(conn, Undeliverable(job.key, words, data), outputs, now)
        elif job.kind == "event" and isinstance(event := event_of(job.body), Incoming):
            turn = Turn(conn, now, event, outputs, self._new_id, self._transports)
            turn.whisper(cards.failed(), key=f"failed:{event.id}")

    def _write(self, conn: Connection, outputs: Outputs, applied: Applied, now: datetime) -> None:
        write_tokens(conn, outputs)
        applied.dropped += outputs.dropped
        self._queue.done(conn, applied.finished, now)
        applied.added += self._queue.put(conn, outputs.jobs)
        for key, timer in outputs.armed.items():
            if timer is None:
                self._queue.cancel(conn, "timer", key)
            else:
                self._queue.arm(conn, timer)
                applied.armed.append(timer.run_at)


def _next_step(job: Job, error: Exception, now: datetime) -> Retry | Bury:
    match error:
        case Unreachable():
            return Bury()
        case RateLimited(retry_after=seconds):
            return after_outage(job.attempts, job.failed_at, now, seconds)
        case Unavailable() | StorageError():  # an adapter's own tables stand in the same database
            return after_outage(job.attempts, job.failed_at, now)
        case _:
            return after_failure(job.attempts, job.failed_at, now)


def _event(job: Job) -> HouseEvent:
    if job.kind == "timer":
        data = json.loads(job.body)
        return Due(job.key, datetime.fromisoformat(data["at"]), data["data"])
    return cast(PlatformEvent, job.value) if job.value is not None else event_of(job.body)


def _new(arrival: Arrival, now: datetime) -> NewJob:
    event = arrival.event
    text, whole = event_text(event)
    # An event with half a character is read back from its text: it must not mean one thing now and another later.
    return NewJob("event", event.id, arrival.lane, now, text, value=event if whole else None)
