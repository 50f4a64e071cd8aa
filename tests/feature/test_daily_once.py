"""No sequence of looks at the clock and restarts skips a round or posts it twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.daily.calendar import Schedule, opens_at, parse_days, parse_time, runs_on
from bot.storage.tables import rounds
from tests.feature.stage import opened

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu")
STARTS = tuple(
    datetime(*day, 6, 13, tzinfo=UTC)
    for day in (
        (2026, 3, 6),
        (2026, 3, 27),
        (2026, 4, 3),
        (2026, 10, 2),
        (2026, 10, 23),
        (2026, 10, 30),
        (2026, 12, 24),
    )
)
STEPS = st.lists(
    st.tuples(st.sampled_from((1, 29, 60, 358, 362, 719, 1_439, 1_440, 1_441, 4_400)), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(("00:00", "01:30", "02:30", "09:00", "23:59")),
    st.sampled_from(("daily", "weekdays", "sun")),
    st.sampled_from(STARTS),
    STEPS,
)
@example("Europe/London", "01:30", "daily", STARTS[4], [(1_440, True), (1_440, False), (60, True), (60, False)])
@example("America/New_York", "01:30", "daily", STARTS[5], [(1_440, False), (1_440, True), (60, True), (1_440, False)])
def test_round_is_posted_once_or_missed_and_never_both(
    zone: str, wall: str, days: str, start: datetime, steps: list[tuple[int, bool]]
) -> None:
    asyncio.run(_live(zone, wall, days, start, steps))


async def _live(zone: str, wall: str, days: str, start: datetime, steps: list[tuple[int, bool]]) -> None:
    async with opened(start=start) as house:
        await house.play(f"ana in #prep: /daily start {wall} {zone} {days}")
        for minutes, restart in steps:
            if restart:
                await house.close()
                house.now += timedelta(minutes=minutes)
                await house.open()
                await house.restart()
            else:
                await house.later(minutes=minutes)
            await house.application.settle()
        posts = [seen.at for seen in house.seen if seen.title.startswith("Question of the day")]
        recaps = [seen for seen in house.seen if seen.title == "Closed"]
        rows = sorted(house.rows(rounds), key=lambda row: row.date)
        now = house.now
    schedule = Schedule(parse_time(wall), zone, parse_days(days), date.min)
    first = start.date() - timedelta(days=1)
    due = [
        day
        for day in (first + timedelta(days=step) for step in range((now - start).days + 4))
        if runs_on(schedule, day) and start < opens_at(schedule, day) <= now
    ]
    assert due == [row.date for row in rows]
    shown = [row for row in rows if row.state != "missed"]
    assert posts == [row.opened_at for row in shown]
    assert len(recaps) == sum(row.state == "closed" for row in shown)
    assert all(timedelta() <= row.opened_at - opens_at(schedule, row.date) <= schedule.grace for row in shown)
    assert [row.date for row in shown if row.state == "open"] == [row.date for row in shown if row.closes_at > now]
