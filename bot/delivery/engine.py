"""The engine of the durable queue: takes events in, lets them be handled, sends what they cause.

What arrives while a transaction runs goes into the next one together, so that the cost of a commit is shared;
after an error the same work is done one by one. New rows go to their lanes in memory without a poll.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.chat.model import PlatformEvent, Transport
from bot.delivery.lanes import Lanes
from bot.delivery.presence import Presence
from bot.delivery.queue import Job, Kind, Queue
from bot.delivery.sending import send
from bot.delivery.transaction import Applied, Batch, Handle, HasFailed, Outcome, Transaction, WasSent, WasWorked
from bot.storage.database import Database, StorageError

log = logging.getLogger(__name__)

Run = Callable[[Mapping[str, Any]], Awaitable[Any]]
BATCH = 100
"""Most events, and most outcomes, of one transaction: keeps a transaction within a few tens of milliseconds."""
SENDING, WORKING = 32, 4
"""Most posts, and most slow work, under way at once."""
LINGER = 0.02
"""Seconds that the marks of sent posts wait for a transaction to travel with."""
POLL = timedelta(seconds=5)
"""How often rows that another process changed (`greenroom queue retry`) are looked for."""


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
        self._works_by_name = works
        self._transports = transports
        self._now = now
        self._pause = pause
        self._presence = Presence(database, new_id)
        capabilities = {name: transport.capabilities for name, transport in transports.items()}
        self._transaction = Transaction(queue, handle, capabilities, new_id)
        self._accepts: list[tuple[PlatformEvent, asyncio.Future[None]]] = []
        self._outcomes: list[Outcome] = []
        self._lanes: dict[Kind, Lanes] = {"event": Lanes(), "timer": Lanes(), "work": Lanes(), "post": Lanes()}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = self._working = self._committing = 0
        self._stir = asyncio.Event()
        self._linger: asyncio.TimerHandle | None = None
        self._flush = False
        self._waiting: list[asyncio.Future[None]] = []
        self._trouble: StorageError | None = None
        self._next_timer: datetime | None = None
        self._polled: datetime | None = None

    # ------------------------------------------------------------ for adapters
    async def accept(self, event: PlatformEvent) -> None:
        """Return once the event is durable; raises StorageError when it is not, so that nobody acknowledges it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._accepts.append((event, future))
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
                self._lanes[kind].add(found)
                last = found[-1].seq
        self._polled = now
        self._next_timer = await self._database.run(self._queue.next_timer)

    async def run(self) -> None:
        """Work until cancelled; what is under way is finished first."""
        # A conversation that was opened before a restart has to be known before what was said in it is handled.
        self._dispatch()
        while self._sending:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            self._dispatch()
        self._stir.set()
        pumps = [asyncio.create_task(self._pump()) for _ in range(self._database.threads)]
        try:
            await asyncio.gather(*pumps)
        finally:
            for task in (*pumps, *self._tasks):
                task.cancel()
            await asyncio.gather(*pumps, *self._tasks, return_exceptions=True)

    async def tick(self) -> None:
        """Look at the clock: due timers, lanes that slept long enough, rows that another process changed."""
        now = self._now()
        await self._presence.beat(now)
        if self._polled is None or now - self._polled >= POLL:
            self._polled = now
            await self._poll(now)
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
        times = [self._next_timer, *(lanes.wakes_at() for lanes in self._lanes.values())]
        return min((at for at in times if at is not None), default=None)

    async def catch_up(self, after: datetime | None = None) -> None:
        """Fetch what people typed in open conversations while we were away, and accept it."""
        since = after or self._presence.away_since
        if since is None:
            return
        for place in await self._database.run(self._presence.places):
            transport = self._transports.get(place.platform)
            if transport is None:
                continue
            try:
                missed = await transport.missed(place, since)
            except (ConnectionError, TimeoutError) as error:
                log.warning("could not fetch what was said in %s while away: %s", place.channel, error)
                continue
            for event in missed:
                await self.accept(event)

    # ------------------------------------------------------------ the pump
    async def _pump(self) -> None:
        while True:
            await self._stir.wait()
            await self._load_timers()
            batch, futures = self._gather()
            if batch is None:
                self._stir.clear()
                self._wake_waiting()
                continue
            self._committing += 1
            try:
                await self._commit(batch, futures)
            finally:
                self._committing -= 1
            self._dispatch()

    def _gather(self) -> tuple[Batch | None, list[asyncio.Future[None]]]:
        self._dispatch()
        now = self._now()
        jobs = self._lanes["event"].take(now, BATCH, whole=True)
        jobs += self._lanes["timer"].take(now, BATCH - len(jobs), whole=True)
        accepts, self._accepts = self._accepts[:BATCH], self._accepts[BATCH:]
        urgent = any(not isinstance(o, WasSent) or o.tell for o in self._outcomes)
        alone = self._waiting and not self._tasks
        outcomes: list[Outcome] = []
        if jobs or accepts or urgent or self._flush or alone:
            outcomes, self._outcomes = self._outcomes[:BATCH], self._outcomes[BATCH:]
            self._flush = False
        if not (jobs or accepts or outcomes):
            return None, []
        return Batch([event for event, _ in accepts], outcomes, jobs), [future for _, future in accepts]

    async def _commit(self, batch: Batch, futures: list[asyncio.Future[None]]) -> None:
        now = self._now()
        try:
            applied = await self._database.run(partial(self._transaction.apply, batch=batch, now=now))
        except StorageError as error:
            await self._in_trouble(batch, futures, error)
        except Exception as error:
            if len(singles := batch.singles()) == 1 and not futures:
                await self._failed(batch, error)
                return
            await self._one_by_one(singles, futures)
        else:
            self._trouble = None
            self._apply(applied)
            _release(futures)

    async def _one_by_one(self, singles: list[Batch], futures: list[asyncio.Future[None]]) -> None:
        """Do the same work again in single transactions, so that one failure stops one lane alone."""
        held = {job.lane for single in singles for job in single.jobs}
        stuck: set[str] = set()
        for single in singles:
            if single.jobs and single.jobs[0].lane in stuck:
                continue
            accepting = futures if single.accepts else []
            try:
                now = self._now()
                applied = await self._database.run(partial(self._transaction.apply, batch=single, now=now))
            except StorageError as error:
                stuck |= {job.lane for job in single.jobs}
                await self._in_trouble(Batch(single.accepts, single.outcomes), accepting, error)
            except Exception as error:
                stuck |= {job.lane for job in single.jobs}
                _refuse(accepting, error)
                if not single.accepts:
                    await self._failed(single, error)
            else:
                self._apply(applied, held)
                _release(accepting)
        self._free(singles)

    async def _failed(self, single: Batch, error: Exception) -> None:
        """Deal with one event or outcome whose handling raised."""
        if single.outcomes:
            outcome = single.outcomes[0]
            if isinstance(outcome, WasSent) and outcome.tell:
                # The post is out: that is never undone; only its feature did not take note.
                log.error("the feature of post %s could not take note of it", outcome.job.key, exc_info=error)
                outcome = replace(outcome, tell=False)
            else:
                outcome = HasFailed(outcome.job, error)
        else:
            outcome = HasFailed(single.jobs[0], error)
        log.error("%s %s failed", outcome.job.kind, outcome.job.key, exc_info=error)
        now = self._now()
        again = Batch(outcomes=[outcome])
        try:
            self._apply(await self._database.run(partial(self._transaction.apply, batch=again, now=now)))
        except StorageError as trouble:
            await self._in_trouble(single, [], trouble)

    async def _in_trouble(self, batch: Batch, futures: list[asyncio.Future[None]], error: StorageError) -> None:
        """Keep everything for the next try: the database is locked, full or away."""
        log.error("%s", error)
        self._trouble = error
        _refuse(futures, error)
        self._outcomes = batch.outcomes + self._outcomes
        self._free([batch])
        self._wake_waiting()
        await self._pause(1.0)
        self._stir.set()

    def _free(self, batches: list[Batch]) -> None:
        for job in [job for batch in batches for job in batch.jobs]:
            self._lanes[job.kind].free(job.lane)

    def _apply(self, applied: Applied, held: Set[str] = frozenset()) -> None:
        """Bring the lanes in memory to where the committed transaction is; the lanes `held` stay busy."""
        ended = (*applied.finished, *applied.buried)
        for job in ended:
            self._lanes[job.kind].finish(job)
        for job in ended:
            if job.lane not in held:
                self._lanes[job.kind].free(job.lane)
        for job, later in applied.delayed:
            if job.kind == "timer":  # it comes back from the database when its time has come
                self._lanes["timer"].finish(job)
            else:
                self._lanes[job.kind].delay(job, later)
        for job in applied.added:
            self._lanes[job.kind].add((job,))
        for at in (*applied.armed, *(later.run_at for job, later in applied.delayed if job.kind == "timer")):
            self._next_timer = at if self._next_timer is None else min(at, self._next_timer)

    # ------------------------------------------------------------ posts and slow work
    def _dispatch(self) -> None:
        now = self._now()
        for job in self._lanes["post"].take(now, SENDING - self._sending):
            self._sending += 1
            self._start(self._send(job))
        for job in self._lanes["work"].take(now, WORKING - self._working):
            self._working += 1
            self._start(self._work(job))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._stir.set()

    async def _send(self, job: Job) -> None:
        try:
            outcome: Outcome = await send(job, self._transports)
        except Exception as error:  # whatever an adapter lets through, the job must not be lost
            outcome = HasFailed(job, error)
        finally:
            self._sending -= 1
        self._outcomes.append(outcome)
        if self._linger is None:
            self._linger = asyncio.get_running_loop().call_later(LINGER, self._flush_marks)

    async def _work(self, job: Job) -> None:
        try:
            name = ":".join(job.key.split(":", 2)[:2])
            outcome: Outcome = WasWorked(job, await self._works_by_name[name](json.loads(job.body)))
        except Exception as error:  # as above
            outcome = HasFailed(job, error)
        finally:
            self._working -= 1
        self._outcomes.append(outcome)

    def _flush_marks(self) -> None:
        self._linger = None
        self._flush = True
        self._stir.set()

    # ------------------------------------------------------------ the clock
    async def _load_timers(self) -> None:
        """Take the next due timers into the inbox, a hundred at a time."""
        now = self._now()
        if self._next_timer is None or self._next_timer > now or self._lanes["timer"]:
            return

        def load(tx: Connection) -> tuple[list[Job], datetime | None]:
            return self._queue.waiting(tx, kind="timer", until=now, limit=BATCH), self._queue.next_timer(tx)

        due, self._next_timer = await self._database.run(load)
        self._lanes["timer"].add(due)

    async def _poll(self, now: datetime) -> None:
        for kind in _LOADED:
            found = await self._database.run(partial(self._queue.waiting, kind=kind, until=now))
            self._lanes[kind].add(found)

    def _is_idle(self) -> bool:
        if self._trouble is not None:
            raise self._trouble
        if self._accepts or self._outcomes or self._tasks or self._committing:
            return False
        now = self._now()
        if self._next_timer is not None and self._next_timer <= now:
            return False
        return not any(lanes.runnable(now) for lanes in self._lanes.values())

    def _wake_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


def _refuse(futures: list[asyncio.Future[None]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)


def _release(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_LOADED: tuple[Kind, ...] = ("event", "post", "work")
"""What stands in memory from the start; timers are taken from the database when they are due."""
