from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.plain import plain
from bot.progress.cards import SkillLine, progress_card, week_words
from bot.progress.skills import Mastery
from bot.progress.streaks import Day, State, Streak

TUESDAY = date(2026, 12, 1)
ALONE = Streak(1, 1, None, (Day(TUESDAY, "answered", "a"),), None)


def line(recognised: int, in_part: int, looked_at: int) -> SkillLine:
    known = Mastery(0.55, 1.0, looked_at, datetime(2026, 12, 1, tzinfo=UTC))
    return SkillLine("safe releases", known, "", "", recognised, in_part, looked_at)


@pytest.mark.parametrize(
    ("seen", "expected"), [((1, 0, 1), False), ((1, 1, 1), True), ((0, 0, 1), True), ((5, 0, 6), True)]
)
def test_skill_was_missed_where_a_point_was_not_met_in_full(seen: tuple[int, int, int], expected: bool) -> None:
    assert expected == line(*seen).missed


def test_skill_tells_what_was_only_in_part() -> None:
    shown = plain(progress_card(ALONE, "", [line(3, 1, 4)], (), 0, None), 0)
    assert "Weakest so far: safe releases ▪▪▪▫▫ · recognised in 3 of 4, 1 only in part" in shown.split("\n")


def test_progress_without_a_weak_skill_says_what_is_due() -> None:
    shown = plain(progress_card(ALONE, "", (), (), 2, None), 0)
    assert [one for one in shown.split("\n") if one.startswith("Next")] == ["Next: 2 questions are due again."]


# ---------------------------------------------------------------- the week
def test_week_ends_today_or_with_the_last_date_that_counts() -> None:
    ahead = (Day(TUESDAY + timedelta(days=1), "answered", "a"),)
    waits = (Day(TUESDAY + timedelta(days=1), "open", "r"),)
    expected = [
        "We –  Th –  Fr –  Sa –  Su –  Mo –  Tu ✓",
        "Th –  Fr –  Sa –  Su –  Mo –  Tu –  We ✓",
        "We –  Th –  Fr –  Sa –  Su –  Mo –  Tu –",
    ]
    assert expected == [week_words(days, TUESDAY) for days in (ALONE.days, ahead, waits)]


states: st.SearchStrategy[State] = st.sampled_from(("answered", "missed", "excused", "rest", "free", "open"))
spans = st.dictionaries(st.integers(-9, 2), states)


@settings(max_examples=60)
@given(spans)
def test_week_is_seven_days_that_hold_today_and_the_newest_credit(found: dict[int, State]) -> None:
    days = [Day(TUESDAY + timedelta(days=back), state, "") for back, state in sorted(found.items())]
    week = week_words(days, TUESDAY).split("  ")
    end = max([0, *(back for back, state in found.items() if state == "answered")])
    assert [f"{TUESDAY + timedelta(days=end - back):%a}"[:2] for back in range(6, -1, -1)] == [d[:2] for d in week]
    assert week[-1].endswith("✓") == (found.get(end) == "answered")
