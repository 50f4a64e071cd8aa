"""The engine of the durable queue: takes events in, lets them be handled, sends what they cause.

What arrives while a transaction runs goes into the next one together, so that the cost of a commit is shared;
after an error the same work is done one by one. New rows go to their lanes in memory without a poll.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.chat.model import PlatformEvent
from bot.chat.transport import Transport
from bot.delivery.backlog import Backlog, Place
from bot.delivery.listening import Listening
from bot.delivery.presence import Presence
from bot.delivery.queue import Job, Kind, Queue, Retry, after_failure
from bot.delivery.transaction import Arrival, Batch, Handle, HasFailed, Outcome, Transaction, WasSent
from bot.delivery.turn import event_lane, forget_tokens
from bot.delivery.under_way import Run, UnderWay
from bot.storage.database import Database, StorageError

log = logging.getLogger(__name__)

BATCH = 100
"""Most events, and most outcomes, of one transaction: with their handling it stays near a tenth of a second."""
POLL = timedelta(seconds=5)
"""How often rows that another process changed (`greenroom queue retry`) are looked for."""
CLEANING = timedelta(hours=1)
"""How often what is too old to be kept is removed."""
TROUBLE_PAUSE = 1.0
"""Seconds between two tries of a database in trouble."""


class Delivery:
    """The durable queue at work. One process works a queue at a time: it holds the queue's lease."""

    def __init__(
        self,
        database: Database,
        queue: Queue,
        handle: Handle,
        works: Mapping[str, Run],
        transports: Mapping[str, Transport],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`handle` is the router, `works` runs slow work by the first two words of its key."""
        self._database = database
        self._queue = queue
        self._transports = transports
        self._now = now
        self._pause = pause
        self._presence = Presence(database, new_id)
        self._transaction = Transaction(queue, handle, transports, new_id)
        self._stir = asyncio.Event()
        self._under_way = UnderWay(works, transports, self._stir.set, pause)
        self._backlog = Backlog()
        self._accepts: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._accepting = self._loading = self._ended = False
        self._committing = 0
        self._first: set[int] = set()
        self._waiting: list[asyncio.Future[None]] = []
        self._trouble: StorageError | None = None
        self._listening = Listening(database, self._presence, transports, self._accept_surely, self._stir.set, pause)
        self._polled = self._cleaned = datetime.min.replace(tzinfo=UTC)

    # ------------------------------------------------------------ for adapters
    async def accept(self, event: PlatformEvent) -> None:
        """Return once the event is durable; raises StorageError when it is not, so that nobody acknowledges it."""
        if self._ended:
            raise StorageError(_STOPPED)
        if self._trouble is not None:
            raise StorageError(str(self._trouble))
        # An address that is none fails its own event here, and not those that are stored with it.
        arrival = Arrival(event, event_lane(event))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._accepts.append((arrival, future))
        self._stir.set()
        await future

    # ------------------------------------------------------------ life
    async def open(self) -> None:
        """Load what stands in the queue, and finish what was tried before a restart, before anything new."""
        now = self._now()
        await self._presence.back(now)
        for kind in _LOADED:
            last = 0
            while found := await self._database.run(
                partial(self._queue.waiting, kind=kind, until=_FOREVER, after=last, limit=BATCH)
            ):
                self._backlog.add(found)
                last = found[-1].seq
        # A conversation that was opened before a restart has to be known before what was said in it is handled.
        self._first = self._backlog.heads("post", now)
        self._polled = now
        self._backlog.expect(await self._database.run(self._queue.next_timer))

    async def run(self) -> None:
        """Work until cancelled; who wants what is under way to be finished waits for `idle` first."""
        self._stir.set()
        pumps = [asyncio.create_task(self._pump()) for _ in range(self._database.threads)]
        try:
            await asyncio.gather(*pumps)
        except Exception:
            log.critical("the queue is no longer worked", exc_info=True)
            raise
        finally:
            self._ended = True
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await self._listening.cancel()
            await self._under_way.cancel()
            self._refuse_accepts(StorageError(_STOPPED))
            self._wake_waiting()

    async def tick(self) -> None:
        """Look at the clock: due timers, lanes that slept long enough, rows that another process changed."""
        now = self._now()
        await self._presence.beat(now)
        self._listening.look(now)
        if now - self._polled >= POLL:
            await self._poll(now)
            self._polled = now
        if now - self._cleaned >= CLEANING:
            await self._database.run(partial(self._clean, now=now))
            self._cleaned = now
        self._stir.set()

    async def idle(self) -> None:
        """Return when nothing is under way or due by now; raises StorageError while the database is in trouble."""
        self._stir.set()
        while not self._is_idle():
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

    @property
    def next_at(self) -> datetime | None:
        """Return when something is due next."""
        return self._backlog.next_at

    async def _accept_surely(self, event: PlatformEvent) -> None:
        """Accept what nobody will deliver again."""
        while True:
            try:
                return await self.accept(event)
            except StorageError:
                if self._ended:
                    raise
                await self._pause(TROUBLE_PAUSE)

    # ------------------------------------------------------------ the pump
    async def _pump(self) -> None:
        while True:
            await self._stir.wait()
            if self._backlog.timers_due(self._now()) and not self._loading:
                await self._load_timers()
            batch, futures = self._gather()
            if batch is None:
                self._stir.clear()
                if self._backlog.timers_due(self._now()) and not self._loading:
                    self._stir.set()  # a look at the database that began before the timers were taken ended after it
                else:
                    self._wake_waiting()
                continue
            self._committing += 1
            self._accepting |= bool(futures)
            try:
                await self._commit(batch, futures)
            finally:
                _refuse(futures, StorageError(_STOPPED))  # those that the commit left open, since it was cancelled
                self._backlog.release("event", batch.free)
                self._committing -= 1
                self._accepting &= not futures
                self._stir.set()

    def _gather(self) -> tuple[Batch | None, list[asyncio.Future[None]]]:
        now = self._now()
        self._under_way.start(self._backlog, now)
        jobs: list[Job] = []
        if not self._first:
            jobs = self._backlog.take("event", now, BATCH, whole=True)
            jobs += self._backlog.take("timer", now, BATCH - len(jobs))
        accepts: list[tuple[Arrival, asyncio.Future[None]]] = []
        if not self._accepting:  # two transactions side by side could turn the order of a lane round
            accepts, self._accepts = self._accepts[:BATCH], self._accepts[BATCH:]
        alone = bool(self._waiting) and not self._under_way.running
        outcomes = self._under_way.outcomes(BATCH, anyway=bool(jobs or accepts or alone))
        if not (jobs or accepts or outcomes):
            return None, []
        arrivals = [arrival for arrival, _ in accepts]
        free = self._free_lanes({arrival.lane for arrival in arrivals})
        return Batch(arrivals, outcomes, jobs, free), [future for _, future in accepts]

    def _free_lanes(self, lanes: Set[str]) -> Set[str]:
        """Return the lanes in which events need not wait: they are handled as they are stored, and share a commit.

        Only where one thread writes: elsewhere what is handled may wait for a row that another transaction has locked,
        and the platforms do not wait for their acknowledgement.
        """
        if self._first or self._database.threads > 1:
            return frozenset()
        return {lane for lane in lanes if self._backlog.hold("event", lane)}

    async def _commit(self, batch: Batch, futures: list[asyncio.Future[None]]) -> None:
        try:
            await self._apply(batch)
        except StorageError as error:
            _refuse(futures, error)
            await self._in_trouble(batch, error)
        except Exception:
            await self._one_by_one(batch, futures)
        else:
            _release(futures)

    async def _one_by_one(self, batch: Batch, futures: list[asyncio.Future[None]]) -> None:
        """Do the same work again in single transactions, so that one failure stops one lane alone."""
        held: set[Place] = {(job.kind, job.lane) for job in batch.jobs}
        stuck: set[str] = set()
        accepting = list(futures)
        singles = batch.singles()
        for number, single in enumerate(singles):
            if single.jobs and single.jobs[0].lane in stuck:
                continue
            try:
                await self._apply(single, held)
            except StorageError as error:
                _refuse(accepting, error)
                left = [outcome for one in singles[number:] for outcome in one.outcomes]
                # What failed before has been put off: it no longer stands in the database as this batch knows it.
                open_ = [job for one in singles[number:] for job in one.jobs if job.lane not in stuck]
                await self._in_trouble(Batch(outcomes=left, jobs=open_), error, held)
                break
            except Exception as error:
                if single.accepts:
                    log.error("event %s cannot be stored", single.accepts[0].event.id, exc_info=error)
                    _refuse([accepting.pop(0)], error)
                    continue
                stuck |= {job.lane for job in single.jobs}
                await self._failed(single, error, held)
            else:
                if single.accepts:
                    _release([accepting.pop(0)])
        self._backlog.free(batch.jobs)

    async def _failed(self, single: Batch, error: Exception, held: Set[Place]) -> None:
        """Deal with one event or outcome whose handling raised."""
        outcome = self._after(single, error)
        log.error("%s %s failed", outcome.job.kind, outcome.job.key, exc_info=error)
        try:
            try:
                await self._apply(Batch(outcomes=[outcome]), held)
            except StorageError:
                raise
            except Exception as second:
                log.error("nobody could be told that %s failed", outcome.job.key, exc_info=second)
                quiet = HasFailed(outcome.job, error, quietly=True)
                await self._apply(Batch(outcomes=[quiet]), held)
        except StorageError as trouble:
            await self._in_trouble(Batch(outcomes=single.outcomes, jobs=single.jobs), trouble, held)

    def _after(self, single: Batch, error: Exception) -> Outcome:
        if not single.outcomes:
            return HasFailed(single.jobs[0], error)
        outcome = single.outcomes[0]
        if isinstance(outcome, HasFailed):
            return replace(outcome, quietly=True)
        if not isinstance(outcome, WasSent):
            return HasFailed(outcome.job, error)
        # The post is out, and its feature could not take note. What can be found by its key is told again later.
        job, sent = outcome.job, outcome.sent
        findable = sent is not None and sent.ref is not None
        if findable and isinstance(after_failure(job.attempts, job.failed_at, self._now()), Retry):
            return HasFailed(job, error)
        return replace(outcome, tell=False)

    async def _apply(self, batch: Batch, held: Set[Place] = frozenset()) -> None:
        with self._backlog.look() as ended:
            applied = await self._database.run(partial(self._transaction.apply, batch=batch, now=self._now()))
            applied.added = [job for job in applied.added if job.seq not in ended]
        self._trouble = None
        self._first -= {job.seq for job in (*applied.finished, *applied.buried, *(job for job, _ in applied.delayed))}
        self._backlog.apply(applied, held)

    # ------------------------------------------------------------ trouble with the database
    async def _in_trouble(self, batch: Batch, error: StorageError, held: Set[Place] = frozenset()) -> None:
        """Wait until the database, locked, full or away, answers again; then go on with the batch."""
        while True:
            log.error("%s", error)
            self._trouble = error
            self._refuse_accepts(error)
            self._wake_waiting()
            await self._pause(TROUBLE_PAUSE)
            try:
                await self._recover(batch, held)
            except StorageError as again:
                error = again
            else:
                self._trouble = None
                self._stir.set()
                return

    async def _recover(self, batch: Batch, held: Set[Place]) -> None:
        """Go on with what still waits: a transaction whose end nobody heard of may have been committed."""
        jobs = [*batch.jobs, *(outcome.job for outcome in batch.outcomes)]
        standing = await self._database.run(lambda tx: self._queue.standing(tx, jobs))
        gone = [job for job in jobs if job.seq not in standing]
        self._first -= {job.seq for job in gone}
        self._backlog.end(gone)
        await self._poll(self._now())
        self._under_way.put_back([one for one in batch.outcomes if one.job.seq in standing])
        self._backlog.free(job for job in (*batch.jobs, *gone) if (job.kind, job.lane) not in held)

    def _refuse_accepts(self, error: Exception) -> None:
        accepts, self._accepts = self._accepts, []
        _refuse([future for _, future in accepts], error)

    # ------------------------------------------------------------ the clock
    async def _load_timers(self) -> None:
        """Take the next due timers into memory, a hundred at a time."""
        now = self._now()
        self._loading, self._backlog.next_timer = True, None

        def load(tx: Connection) -> tuple[list[Job], datetime | None]:
            return self._queue.waiting(tx, kind="timer", until=now, limit=BATCH), self._queue.next_timer(tx)

        try:
            due, then = await self._database.run(load)
        except StorageError as error:
            self._backlog.expect(now)
            await self._in_trouble(Batch(), error)
        else:
            self._backlog.add(due)
            self._backlog.expect(then)
        finally:
            self._loading = False

    async def _poll(self, now: datetime) -> None:
        def look(tx: Connection) -> tuple[list[Job], datetime | None]:
            found = [job for kind in _LOADED for job in self._queue.waiting(tx, kind=kind, until=now)]
            return found, self._queue.next_timer(tx)

        with self._backlog.look() as ended:
            found, then = await self._database.run(look)
            self._backlog.add(job for job in found if job.seq not in ended)
        self._backlog.expect(then)

    def _clean(self, tx: Connection, now: datetime) -> None:
        self._queue.forget(tx, now)
        forget_tokens(tx, now)

    def _is_idle(self) -> bool:
        if self._ended:
            raise StorageError("Greenroom has stopped working on its queue; the log says why.")
        if self._trouble is not None:
            raise StorageError(str(self._trouble))
        if self._accepts or self._committing or self._loading or self._listening.busy or not self._under_way.over:
            return False
        return not self._backlog.runnable(self._now())

    def _wake_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        _release(waiting)


def _refuse(futures: list[asyncio.Future[None]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)


def _release(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


_STOPPED = "Greenroom stopped before this was stored. Deliver it again after the next start."
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_LOADED: tuple[Kind, ...] = ("event", "post", "work")
"""What stands in memory from the start; timers are taken from the database when they are due."""
