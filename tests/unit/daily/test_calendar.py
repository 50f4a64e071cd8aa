from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily.calendar import (
    BadDate,
    BadDays,
    BadTime,
    BadZone,
    Plan,
    Schedule,
    closes_at,
    days_text,
    first_date,
    looks_like_date,
    looks_like_days,
    looks_like_time,
    looks_like_zone,
    next_day,
    opens_at,
    parse_date,
    parse_days,
    parse_time,
    parse_zone,
    plan,
    runs_on,
)
from bot.progress.streaks import wall_instant

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Scoresbysund",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Niue",
)
EVERY_DAY = frozenset(range(7))
TODAY = date(2026, 10, 7)  # a Wednesday

dates = st.dates(date(2005, 1, 1), date(2035, 12, 31))
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
schedules = st.builds(
    Schedule,
    time=times,
    zone=st.sampled_from(ZONES),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    starts_on=dates,
    grace=st.integers(0, 30).map(lambda h: timedelta(hours=h)),
)


def schedule(**changes: object) -> Schedule:
    given_ = {"time": time(9), "zone": "Europe/Berlin", "days": EVERY_DAY, "starts_on": date(2026, 10, 5), **changes}
    return Schedule(**given_)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---------------------------------------------------------------- what people type
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00", time(9)),
        ("09:00", time(9)),
        ("9.30", time(9, 30)),
        ("9h30", time(9, 30)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("9:15p.m.", time(21, 15)),
        ("17:30", time(17, 30)),
        ("0:00", time(0)),
        (" noon ", time(12)),
        ("midnight", time(0)),
        ("9:30 o'clock", time(9, 30)),
        ("9 O’Clock pm", time(21)),
    ],
)
def test_time_typed_as_people_do_is_read(text: str, expected: time) -> None:
    assert expected == parse_time(text)
    assert looks_like_time(text.strip())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9", '"9" could be an hour of the morning or the evening: type 9:00 or 21:00.'),
        ("9 o'clock", '"9 o\'clock" could be an hour of the morning or the evening: type 9:00 or 21:00.'),
        ("17", '"17" could be an hour of the morning or the evening: type 17:00.'),
        ("24:00", 'There is no "24:00" on the clock: type a time from 0:00 to 23:59.'),
        ("13pm", 'There is no "13pm" on the clock: type a time from 0:00 to 23:59.'),
        ("9:75", 'There is no "9:75" on the clock: type a time from 0:00 to 23:59.'),
        ("soon", 'I cannot read "soon" as a time: type one like 9:00 or 17:30.'),
        ("", 'I cannot read "" as a time: type one like 9:00 or 17:30.'),
    ],
)
def test_time_that_cannot_be_read_says_what_to_type(text: str, message: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_time(text)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("NEW_YORK", "America/New_York"),
        ("utc", "UTC"),
        ("Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("munich", "Europe/Berlin"),
    ],
)
def test_zone_by_name_or_city_is_read(text: str, expected: str) -> None:
    assert expected == parse_zone(text)
    assert looks_like_zone(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("EST", ("America/New_York",)),
        ("IST", ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin")),
        ("berln", ("Europe/Berlin",)),
        ("tokio", ("Asia/Tokyo",)),
        ("qqqq", ()),
    ],
)
def test_zone_unknown_names_what_is_near(text: str, near: tuple[str, ...]) -> None:
    with pytest.raises(BadZone) as caught:
        parse_zone(text)
    assert near == caught.value.near
    assert text in str(caught.value)


def test_zone_shape_leaves_other_words_alone() -> None:
    times_and_days = ["9:00", "weekdays", "mon-fri", "monday", "today", "24.12.", "now"]
    others = ["mid", "senior", "level=mid", "behavioural", "incident", "design", "-", ""]
    assert not [word for word in (*times_and_days, *others) if looks_like_zone(word)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays", {0, 1, 2, 3, 4}),
        ("Daily", EVERY_DAY),
        ("every day", EVERY_DAY),
        ("weekends", {5, 6}),
        ("mon,wed,fri", {0, 2, 4}),
        ("Monday and Thursdays", {0, 3}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon – wed, sun", {0, 1, 2, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("tues", {1}),
    ],
)
def test_days_typed_as_people_do_are_read(text: str, expected: set[int]) -> None:
    assert frozenset(expected) == parse_days(text)
    assert looks_like_days(text.split()[0]) or " " in text


@pytest.mark.parametrize("text", ["", "noday", "mon-", "mon-wed-fri", "mon,xyz", "3"])
def test_days_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadDays):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "words"), [("Someday", '"Someday"'), (" mon, someday", '"someday" in "mon, someday"')]
)
def test_days_that_cannot_be_read_are_named_once(text: str, words: str) -> None:
    with pytest.raises(BadDays) as caught:
        parse_days(text)
    expected = f'I cannot read {words} as days: type weekdays, daily, or a list like "mon,wed,fri".'
    assert expected == str(caught.value)


@given(st.frozensets(st.integers(0, 6), min_size=1))
def test_days_text_is_read_back(days: frozenset[int]) -> None:
    assert days == parse_days(days_text(days))


def test_days_text_names_days_as_people_do() -> None:
    expected = ["every day", "weekdays", "weekends", "Mon, Wed, Fri"]
    assert expected == [days_text(days) for days in (EVERY_DAY, {0, 1, 2, 3, 4}, {5, 6}, {4, 0, 2})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2020-01-02", date(2020, 1, 2)),
        ("today", TODAY),
        ("Tomorrow", date(2026, 10, 8)),
        ("thu", date(2026, 10, 8)),
        ("wednesday", date(2026, 10, 14)),
        ("24 dec", date(2026, 12, 24)),
        ("24dec", date(2026, 12, 24)),
        ("Dec 24th", date(2026, 12, 24)),
        ("1 sept 2027", date(2027, 9, 1)),
        ("24.12.", date(2026, 12, 24)),
        ("24.12", date(2026, 12, 24)),
        ("1.2.2027", date(2027, 2, 1)),
        ("7 oct", TODAY),
        ("6 oct", date(2027, 10, 6)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_date_typed_as_people_do_is_read(text: str, expected: date) -> None:
    assert expected == parse_date(text, TODAY)
    assert looks_like_date(text.split()[0])


@pytest.mark.parametrize(
    "text", ["", "31 feb", "30 feb", "2026-13-01", "2026-02-30", "24/12", "32.1.", "1.13.", "soon"]
)
def test_date_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadDate, match="type"):
        parse_date(text, TODAY)


@given(st.text(max_size=12))
def test_parsers_raise_nothing_but_their_own_errors(text: str) -> None:
    for parse in (parse_time, parse_zone, parse_days, lambda typed: parse_date(typed, TODAY)):
        with suppress(BadTime, BadZone, BadDays, BadDate):
            parse(text)
    for shape in (looks_like_time, looks_like_zone, looks_like_days, looks_like_date):
        assert shape(text) in (True, False)


# ---------------------------------------------------------------- opening and closing
@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        ("2026-10-07", "09:00", "Europe/Berlin", "2026-10-07T07:00"),
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00"),  # a gap: 03:00, the first instant after it
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30"),  # twice: the first
        ("2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04T03:00"),  # no midnight: 01:00
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),  # a gap of half an hour
        ("2011-12-30", "09:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day that never was: its successor's midnight
    ],
)
def test_wall_time_across_clock_changes(day: str, wall: str, zone: str, expected: str) -> None:
    assert at(expected) == wall_instant(date.fromisoformat(day), time.fromisoformat(wall), zone)


def test_date_that_a_zone_left_out_does_not_run() -> None:
    apia = schedule(zone="Pacific/Apia", starts_on=date(2011, 12, 1))
    assert not runs_on(apia, date(2011, 12, 30))
    assert date(2011, 12, 31) == next_day(apia, date(2011, 12, 29))


def test_first_date_is_today_only_before_its_time() -> None:
    expected = [date(2026, 10, 7), date(2026, 10, 8)]
    assert expected == [
        first_date(time(9), "Europe/Berlin", at(now)) for now in ("2026-10-07T06:59", "2026-10-07T07:00")
    ]


def test_next_day_passes_over_skips_and_pauses() -> None:
    base = schedule(days=frozenset({0, 2, 4}), skips=frozenset({date(2026, 10, 7)}))
    paused = schedule(paused_from=date(2026, 10, 7), paused_until=date(2028, 1, 1))
    endless = schedule(paused_from=date(2026, 10, 7))
    assert date(2026, 10, 9) == next_day(base, date(2026, 10, 5))
    assert [date(2026, 10, 6), date(2028, 1, 1)] == [next_day(paused, date(2026, 10, day)) for day in (5, 6)]
    assert [date(2026, 10, 6), None] == [next_day(endless, date(2026, 10, day)) for day in (5, 6)]
    assert next_day(schedule(days=frozenset()), TODAY) is None


def test_round_closes_at_the_next_opening_or_after_a_day() -> None:
    base = schedule(days=frozenset({0, 1}), starts_on=date(2026, 3, 1))
    assert at("2026-10-06T07:00") == closes_at(base, date(2026, 10, 5))
    assert at("2026-10-07T07:00") == closes_at(base, date(2026, 10, 6))
    spring = schedule(starts_on=date(2026, 3, 1))
    assert at("2026-03-29T07:00") == closes_at(spring, date(2026, 3, 28))  # a day of 23 hours
    assert at("2026-10-25T07:00") == closes_at(schedule(), date(2026, 10, 24))  # 25 hours: closed after 24


# ---------------------------------------------------------------- the plan
def test_plan_before_the_first_opening_only_waits() -> None:
    expected = Plan((), None, False, (date(2026, 10, 5), at("2026-10-05T07:00")))
    assert expected == plan(schedule(), None, at("2026-10-05T06:59"))


def test_plan_on_time_opens() -> None:
    expected = Plan((), date(2026, 10, 5), False, (date(2026, 10, 6), at("2026-10-06T07:00")))
    assert expected == plan(schedule(), None, at("2026-10-05T07:02"))


def test_plan_within_the_grace_opens_late_and_records_what_was_missed() -> None:
    expected = Plan(
        (date(2026, 10, 6), date(2026, 10, 7)), date(2026, 10, 8), True, (date(2026, 10, 9), at("2026-10-09T07:00"))
    )
    assert expected == plan(schedule(), date(2026, 10, 5), at("2026-10-08T13:00"))


def test_plan_after_the_grace_opens_nothing() -> None:
    expected = Plan((date(2026, 10, 6),), None, False, (date(2026, 10, 7), at("2026-10-07T07:00")))
    assert expected == plan(schedule(), date(2026, 10, 5), at("2026-10-06T13:01"))


def test_plan_in_an_endless_pause_has_no_next() -> None:
    paused = schedule(paused_from=date(2026, 10, 6))
    assert Plan((), None, False, None) == plan(paused, date(2026, 10, 5), at("2026-10-20T09:00"))


def test_plan_after_the_time_was_moved_opens_no_second_round_that_day() -> None:
    moved = schedule(time=time(17), zone="America/New_York")
    assert plan(moved, date(2026, 10, 7), at("2026-10-07T23:00")).open is None


@settings(max_examples=60, deadline=None)
@given(schedules, st.lists(st.integers(1, 60 * 60), min_size=1, max_size=15))
def test_plan_ticked_at_random_deals_with_every_running_date_once_and_in_order(
    series: Schedule, minutes: list[int]
) -> None:
    now = opens_at(series, series.starts_on) - timedelta(hours=30)
    last: date | None = None
    dealt: list[date] = []
    for step in minutes:
        now += timedelta(minutes=step)
        due = plan(series, last, now)
        found = [*due.missed, *([due.open] if due.open else [])]
        if due.open:
            assert timedelta() <= now - opens_at(series, due.open) <= series.grace
        dealt += found
        last = found[-1] if found else last
        assert Plan((), None, False, due.next) == plan(series, last, now)
        assert due.next is not None
        assert due.next[1] > now
    running = [series.starts_on + timedelta(days=n) for n in range(-2, 60)]
    expected = [day for day in running if runs_on(series, day) and opens_at(series, day) <= now]
    assert expected == dealt


@settings(max_examples=60, deadline=None)
@given(schedules, dates)
def test_openings_are_monotone_and_rounds_never_overlap(series: Schedule, after: date) -> None:
    day = next_day(series, after)
    assert day is not None
    for _ in range(10):
        following = next_day(series, day)
        assert following is not None
        assert following > day
        assert opens_at(series, day) < closes_at(series, day) <= opens_at(series, following)
        assert closes_at(series, day) <= opens_at(series, day) + timedelta(hours=24)
        day = following


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES), dates, times)
def test_wall_instant_is_the_first_instant_not_before_the_wall_time(zone: str, day: date, wall: time) -> None:
    instant = wall_instant(day, wall, zone)
    wanted = datetime.combine(day, wall)
    info = ZoneInfo(zone)
    assert instant.astimezone(info).replace(tzinfo=None) >= wanted
    for back in (timedelta(seconds=1), timedelta(minutes=20), timedelta(hours=2)):
        assert (instant - back).astimezone(info).replace(tzinfo=None) < wanted
