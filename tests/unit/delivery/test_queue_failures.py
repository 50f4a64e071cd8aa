"""What follows a failure and an outage (pure)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.queue import FAILURE_WINDOW, FAILURES, OUTAGE_PATIENCE, Bury, Retry, after_failure, after_outage

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
gaps = st.integers(0, 1200).map(lambda seconds: timedelta(seconds=seconds))


def test_failures_wait_longer_and_the_fifth_is_the_last() -> None:
    job: tuple[int, datetime | None] = (0, None)
    now, waits = NOON, []
    while isinstance(step := after_failure(*job, now), Retry):
        waits.append((step.run_at - now).total_seconds())
        job, now = (step.attempts, step.failed_at), step.run_at
    assert waits == [2.0, 4.0, 8.0, 16.0]


@given(moments, st.lists(gaps, max_size=30))
def test_fifth_failure_within_the_window_is_the_last(now: datetime, pauses: list[timedelta]) -> None:
    failures: list[datetime] = []
    attempts, failed_at = 0, None
    for pause in pauses:
        now += pause
        if failures and now - failures[0] > FAILURE_WINDOW:
            failures = []
        failures.append(now)
        step = after_failure(attempts, failed_at, now)
        assert isinstance(step, Bury) == (len(failures) == FAILURES)
        if isinstance(step, Bury):
            return
        assert (step.attempts, step.failed_at) == (len(failures), failures[0])
        assert timedelta(seconds=2) <= step.run_at - now <= timedelta(seconds=16)
        attempts, failed_at = step.attempts, step.failed_at


@given(moments, st.integers(0, 4), st.lists(gaps, max_size=200))
def test_outage_is_waited_for_a_day_and_counts_as_no_failure(
    now: datetime, attempts: int, pauses: list[timedelta]
) -> None:
    began, failed_at, last = now, None, timedelta(0)
    for pause in pauses:
        step = after_outage(attempts, failed_at, now)
        assert isinstance(step, Bury) == (now - began > OUTAGE_PATIENCE)
        if isinstance(step, Bury):
            return
        wait = step.run_at - now
        assert max(last, timedelta(seconds=2)) <= wait <= timedelta(minutes=5)
        assert (step.attempts, step.failed_at) == (attempts, began)
        last, failed_at = wait, step.failed_at
        now = step.run_at + pause


@given(moments, st.floats(0, 3600))
def test_wait_that_the_platform_names_is_kept(now: datetime, seconds: float) -> None:
    assert after_outage(0, None, now, seconds) == Retry(now + timedelta(seconds=seconds), 0, now)
