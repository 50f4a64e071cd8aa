"""What stands in the queue, as memory holds it: the lanes of every kind, and when the next timer is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from datetime import datetime

from bot.delivery.lanes import Lanes
from bot.delivery.queue import Job, Kind
from bot.delivery.transaction import Applied

Place = tuple[Kind, str]
"""A lane, with the kind of its jobs: two kinds may name their lanes alike."""


class Backlog:
    """Follows the database: what a committed transaction added, ended or put off is brought over by `apply`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lanes: dict[Kind, Lanes] = {"event": Lanes(), "timer": Lanes(), "work": Lanes(), "post": Lanes()}
        self._looks: list[set[int]] = []
        self.next_timer: datetime | None = None

    def take(self, kind: Kind, now: datetime, limit: int, *, whole: bool = False) -> list[Job]:
        """Return the next jobs of a kind, at most `limit`; their lanes become busy."""
        return self._lanes[kind].take(now, limit, whole=whole)

    def hold(self, kind: Kind, lane: str) -> bool:
        """Make a lane busy in which nothing stands, until `release`; False where something does."""
        return self._lanes[kind].hold(lane)

    def release(self, kind: Kind, lanes: Iterable[str]) -> None:
        """Let lanes go on."""
        for lane in lanes:
            self._lanes[kind].free(lane)

    def heads(self, kind: Kind, now: datetime) -> set[int]:
        """Return the numbers of the jobs of a kind that would run now if there were no limit."""
        return self._lanes[kind].heads(now)

    def add(self, jobs: Iterable[Job]) -> None:
        """Put jobs at the end of their lanes; what stands there already is passed over."""
        for job in jobs:
            self._lanes[job.kind].add((job,))

    def apply(self, applied: Applied, held: Set[Place] = frozenset()) -> None:
        """Bring memory to where a committed transaction is; the lanes `held` stay busy."""
        ended = [*applied.finished, *applied.buried]
        # A timer that was put off comes back from the database when its time has come.
        self.end([*ended, *(job for job, _ in applied.delayed if job.kind == "timer")])
        for job, later in applied.delayed:
            self._lanes[job.kind].delay(job, later)
        self.free(job for job in (*ended, *(job for job, _ in applied.delayed)) if (job.kind, job.lane) not in held)
        for job in applied.dropped:
            self._lanes[job.kind].drop(job)
        self.add(applied.added)
        for at in (*applied.armed, *(later.run_at for job, later in applied.delayed if job.kind == "timer")):
            self.expect(at)

    def end(self, jobs: Iterable[Job]) -> None:
        """Take jobs out; their lanes stay busy until `free`."""
        for job in jobs:
            self._lanes[job.kind].finish(job)
            for ended in self._looks:
                ended.add(job.seq)

    def free(self, jobs: Iterable[Job]) -> None:
        """Let the lanes of these jobs go on."""
        for job in jobs:
            self.release(job.kind, (job.lane,))

    @contextmanager
    def look(self) -> Iterator[set[int]]:
        """Collect the numbers of the jobs that end while somebody reads the database: what was read is that old."""
        ended: set[int] = set()
        self._looks.append(ended)
        try:
            yield ended
        finally:
            self._looks = [look for look in self._looks if look is not ended]  # equal is not the same

    def expect(self, at: datetime | None) -> None:
        """Note that a timer is due at `at`, None for no timer."""
        if at is not None and (self.next_timer is None or at < self.next_timer):
            self.next_timer = at

    def timers_due(self, now: datetime) -> bool:
        """Tell whether due timers have to be taken from the database: all that stood here are done."""
        return self.next_timer is not None and self.next_timer <= now and not self._lanes["timer"]

    @property
    def next_at(self) -> datetime | None:
        """Return when something is due next."""
        times = [self.next_timer, *(lanes.wakes_at() for lanes in self._lanes.values())]
        return min((at for at in times if at is not None), default=None)

    def runnable(self, now: datetime) -> bool:
        """Tell whether something is under way or could run now."""
        due = self.next_timer is not None and self.next_timer <= now
        return due or any(lanes.runnable(now) for lanes in self._lanes.values())
