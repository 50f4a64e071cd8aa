"""Lanes against a naive model that looks through everything each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.delivery.lanes import Lanes
from bot.delivery.queue import Job

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
seconds = st.integers(0, 5).map(lambda number: timedelta(seconds=number))


def job(seq: int, lane: str, run_at: datetime = NOON, priority: int = 0) -> Job:
    """Return a job."""
    return Job(seq, "post", f"k{seq}", lane, priority, run_at, 0, None, "{}")


class LanesMachine(RuleBasedStateMachine):
    """Whatever is done to lanes, they give what the model gives."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.lanes = Lanes()
        self.model: dict[str, list[Job]] = {}
        self.busy: dict[str, list[Job]] = {}
        self.now = NOON
        self.seq = 0

    @rule(lane=st.sampled_from("abc"), wait=seconds, priority=st.sampled_from((0, 10)))
    def add(self, lane: str, wait: timedelta, priority: int) -> None:
        """Put a job, twice: the second time changes nothing."""
        self.seq += 1
        new = job(self.seq, lane, self.now + wait, priority)
        self.lanes.add([new])
        self.lanes.add([new])
        self.model.setdefault(lane, []).append(new)

    @rule(limit=st.integers(0, 4), whole=st.booleans())
    def take(self, limit: int, whole: bool) -> None:
        """Take what may run."""
        heads = [
            jobs[0]
            for lane, jobs in self.model.items()
            if jobs and lane not in self.busy and jobs[0].run_at <= self.now
        ]
        expected: list[Job] = []
        for head in sorted(heads, key=lambda one: (one.priority, one.run_at, one.seq)):
            if len(expected) < limit:
                taken = self.model[head.lane][: limit - len(expected)] if whole else [head]
                self.busy[head.lane] = taken
                expected += taken
        assert expected == self.lanes.take(self.now, limit, whole=whole)

    @precondition(lambda self: self.busy)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        """End what was taken of a lane."""
        lane = data.draw(st.sampled_from(sorted(self.busy)))
        for one in self.busy.pop(lane):
            self.lanes.finish(one)
            self.model[lane].remove(one)
        self.lanes.free(lane)

    @precondition(lambda self: self.busy)
    @rule(data=st.data(), wait=seconds)
    def delay(self, data: st.DataObject, wait: timedelta) -> None:
        """Put the first of what was taken off, and give the rest back."""
        lane = data.draw(st.sampled_from(sorted(self.busy)))
        first = self.busy.pop(lane)[0]
        later = replace(first, run_at=self.now + wait, attempts=first.attempts + 1)
        self.lanes.delay(first, later)
        self.model[lane][0] = later
        self.lanes.free(lane)

    @rule(step=seconds)
    def wait(self, step: timedelta) -> None:
        """Let time pass."""
        self.now += step

    @invariant()
    def counts_agree(self) -> None:
        """Everything that was put and did not end stands there."""
        assert sum(map(len, self.model.values())) == len(self.lanes)

    @invariant()
    def nothing_to_run_is_told_truly(self) -> None:
        """What could run, or is under way, makes the lanes runnable."""
        due = any(jobs and jobs[0].run_at <= self.now for jobs in self.model.values())
        if self.busy or due:
            assert self.lanes.runnable(self.now)


LanesMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLanes = LanesMachine.TestCase


def test_lanes_are_at_rest_when_all_is_done() -> None:
    lanes = Lanes()
    jobs = [job(1, "a"), job(2, "b", NOON + timedelta(seconds=1))]
    lanes.add(jobs)
    taken = lanes.take(NOON, 10)
    for one in taken:
        lanes.finish(one)
        lanes.free(one.lane)
    assert jobs[:1] == taken
    assert (lanes.runnable(NOON), lanes.wakes_at()) == (False, NOON + timedelta(seconds=1))


def test_job_that_is_dropped_lets_the_next_one_go_unless_it_is_under_way() -> None:
    lanes = Lanes()
    first, second, third = (job(number, "lane") for number in (1, 2, 3))
    lanes.add([first, second, third])
    assert lanes.take(NOON, 9) == [first]
    lanes.drop(first)
    assert lanes.take(NOON, 9) == []
    lanes.free(first.lane)
    lanes.drop(second)
    assert lanes.take(NOON, 9) == [third]


def test_lane_of_ten_thousand_is_emptied_in_order() -> None:
    lanes = Lanes()
    jobs = [job(number, "a") for number in range(10_000)]
    lanes.add(jobs)
    found = []
    while taken := lanes.take(NOON, 100, whole=True):
        for one in taken:
            lanes.finish(one)
        lanes.free("a")
        found += taken
    assert jobs == found
