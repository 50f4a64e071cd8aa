"""Jobs in memory, in lanes: first in, first out within one, lanes side by side."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from datetime import datetime

from bot.delivery.queue import Job


class Lanes:
    """Which job of which lane may run next. A lane with a job under way, or waiting for a retry, stands still."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lanes: dict[str, deque[Job]] = {}
        self._ready: list[tuple[int, datetime, int, str]] = []  # a heap; stale entries are passed over
        self._busy: set[str] = set()
        self._asleep: dict[str, datetime] = {}
        self._known: set[int] = set()

    def __len__(self) -> int:
        """Count the jobs that stand here, those under way included."""
        return len(self._known)

    def __contains__(self, seq: int) -> bool:
        """Tell whether a job stands here."""
        return seq in self._known

    def add(self, jobs: Iterable[Job]) -> None:
        """Put jobs at the end of their lanes."""
        for job in jobs:
            if job.seq in self._known:
                continue
            self._known.add(job.seq)
            lane = self._lanes.setdefault(job.lane, deque())
            lane.append(job)
            if len(lane) == 1:
                self._offer(job.lane)

    def take(self, now: datetime, limit: int, *, whole: bool = False) -> list[Job]:
        """Return the next jobs, at most `limit`; with `whole`, all of a lane in one go. Their lanes become busy."""
        for awake in [name for name, until in self._asleep.items() if until <= now]:
            del self._asleep[awake]
            self._offer(awake)
        taken: list[Job] = []
        while self._ready and len(taken) < limit:
            _, _, seq, name = heapq.heappop(self._ready)
            lane = self._lanes.get(name)
            if not lane or lane[0].seq != seq or name in self._busy or name in self._asleep:
                continue
            if lane[0].run_at > now:
                self._asleep[name] = lane[0].run_at
                continue
            self._busy.add(name)
            taken += list(lane)[: limit - len(taken)] if whole else [lane[0]]
        return taken

    def hold(self, name: str) -> bool:
        """Make a lane busy in which nothing stands; False where something does."""
        if name in self._lanes or name in self._busy:
            return False
        self._busy.add(name)
        return True

    def finish(self, job: Job) -> None:
        """Take a job out; its lane stays busy until `free`."""
        lane = self._lanes.get(job.lane)
        if lane is None or job.seq not in self._known:
            return
        self._known.discard(job.seq)
        if lane[0].seq == job.seq:  # as a rule
            lane.popleft()
        else:
            lane.remove(next(one for one in lane if one.seq == job.seq))
        if not lane:
            del self._lanes[job.lane]
            self._asleep.pop(job.lane, None)

    def drop(self, job: Job) -> None:
        """Take out a job that is no longer wanted; what stood behind it may go on, unless the job is under way."""
        self.finish(job)
        if job.lane in self._lanes and job.lane not in self._busy:
            self._asleep.pop(job.lane, None)
            self._offer(job.lane)

    def delay(self, job: Job, later: Job) -> None:
        """Put `later` (the same job, changed) in the place of `job`; its lane sleeps until it may run."""
        lane = self._lanes.get(job.lane)
        if lane is None or job.seq not in self._known:
            return
        lane[next(place for place, one in enumerate(lane) if one.seq == job.seq)] = later
        self._asleep[job.lane] = later.run_at

    def free(self, name: str) -> None:
        """Let a lane go on with its first job."""
        self._busy.discard(name)
        if name in self._lanes:
            self._offer(name)

    def heads(self, now: datetime) -> set[int]:
        """Return the numbers of the jobs that would run now if there were no limit."""
        return {lane[0].seq for lane in self._lanes.values() if lane[0].run_at <= now}

    def wakes_at(self) -> datetime | None:
        """Return when the next sleeping lane goes on."""
        return min(self._asleep.values(), default=None)

    def runnable(self, now: datetime) -> bool:
        """Tell whether something is under way or could run now."""
        return bool(self._busy or self._ready) or any(until <= now for until in self._asleep.values())

    def _offer(self, name: str) -> None:
        if name not in self._busy and name not in self._asleep:
            head = self._lanes[name][0]
            heapq.heappush(self._ready, (head.priority, head.run_at, head.seq, name))
