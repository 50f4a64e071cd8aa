from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.progress.streaks import (
    Credit,
    Day,
    Requirement,
    Streak,
    ZoneSpan,
    change_zone,
    day_begins,
    day_ends,
    local_date,
    skipped_dates,
    streak,
    zone_at,
)

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/Scoresbysund",
    "Antarctica/Casey",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Pacific/Niue",
)
MONDAY = date(2026, 10, 5)
NOON = datetime(2026, 10, 9, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(day: int) -> date:
    """October of 2026; the 5th is a Monday."""
    return date(2026, 10, day)


def credit(day: int, ref: str = "") -> Credit:
    return Credit(on(day), at(f"2026-10-{day:02}T10:00"), "round", ref or f"a{day}")


def asked(day: int, *, ref: str = "", excused: str = "", closes: str = "") -> Requirement:
    closing = at(closes) if closes else at(f"2026-10-{day:02}T09:00") + timedelta(days=1)
    return Requirement(on(day), closing, ref or f"r{day}", excused)


def shape(found: Streak) -> str:
    return "".join(day.state[0] if day.state != "free" else "-" for day in found.days)


# ---------------------------------------------------------------- local days
@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-10-07T01:59", "Europe/Berlin", on(6)),  # 03:59
        ("2026-10-07T02:00", "Europe/Berlin", on(7)),
        ("2026-10-25T02:30", "Europe/Berlin", date(2026, 10, 24)),  # 03:30 after the clocks went back
        ("2026-10-25T03:00", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-03-29T01:59", "Europe/Berlin", date(2026, 3, 28)),  # 03:59 after they went forward
        ("2026-10-07T10:00", "Pacific/Kiritimati", on(7)),
        ("2018-03-10T21:00", "Antarctica/Casey", date(2018, 3, 11)),  # the clock goes from 04:00 back to 01:00
    ],
)
def test_local_day_begins_at_four(instant: str, zone: str, expected: date) -> None:
    assert expected == local_date(at(instant), zone)


def test_local_day_ends_where_the_next_begins() -> None:
    assert at("2026-10-25T03:00") == day_ends(at("2026-10-24T12:00"), "Europe/Berlin")
    assert at("2026-10-25T02:00") != day_begins(date(2026, 10, 25), "Europe/Berlin")


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 27 * 366 * 86_400).map(lambda n: at("2008-01-01T00:00") + timedelta(seconds=n)),
    st.integers(0, 50 * 3600),
)
def test_local_date_never_goes_back_and_lies_within_its_day(zone: str, instant: datetime, seconds: int) -> None:
    day = local_date(instant, zone)
    assert day_begins(day, zone) <= instant < day_ends(instant, zone)
    later = instant + timedelta(seconds=seconds)
    assert day <= local_date(later, zone)


# ---------------------------------------------------------------- changes of zone
def test_zone_told_first_applies_at_once() -> None:
    spans = change_zone((), "Europe/Berlin", NOON)
    assert (ZoneSpan("Europe/Berlin", NOON),) == spans
    assert zone_at(spans, NOON - timedelta(days=400)) == "Europe/Berlin"


def test_zone_of_nobody_in_particular_is_utc() -> None:
    assert zone_at((), NOON) == "UTC"


def test_zone_change_waits_for_the_next_local_day_and_replaces_a_pending_one() -> None:
    first = (ZoneSpan("Europe/Berlin", at("2026-01-01T00:00")),)
    tomorrow = at("2026-10-10T02:00")
    pending = change_zone(first, "Asia/Kolkata", NOON)
    assert (*first, ZoneSpan("Asia/Kolkata", tomorrow)) == pending
    assert [zone_at(pending, moment) for moment in (NOON, tomorrow)] == ["Europe/Berlin", "Asia/Kolkata"]
    assert (*first, ZoneSpan("UTC", tomorrow)) == change_zone(pending, "UTC", NOON)
    assert first == change_zone(pending, "Europe/Berlin", NOON)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Europe/Berlin", "America/New_York", set()),  # the date lasts longer
        ("America/Los_Angeles", "Europe/Berlin", set()),  # it is shorter, and long enough
        ("Pacific/Honolulu", "Pacific/Kiritimati", {on(10)}),  # a whole date is jumped over
        ("America/Los_Angeles", "Pacific/Auckland", {on(10)}),  # three hours are left of it
        ("Pacific/Kiritimati", "Pacific/Niue", set()),
    ],
)
def test_zone_change_skips_the_dates_it_took_away(old: str, new: str, expected: set[date]) -> None:
    spans = change_zone((ZoneSpan(old, at("2026-01-01T00:00")),), new, at("2026-10-09T20:00"))
    day = local_date(at("2026-10-09T20:00"), old)
    shift = day - on(9)
    assert frozenset(skipped + shift for skipped in expected) == skipped_dates(spans, at("2026-12-01T00:00"))
    assert frozenset() == skipped_dates(spans, at("2026-10-09T20:00"))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.lists(st.tuples(st.integers(0, 999), st.lists(st.sampled_from(ZONES), max_size=2)), min_size=1, max_size=25),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)
def test_streak_of_who_answers_every_local_day_survives_any_changes_of_zone(
    zone: str, days: list[tuple[int, list[str]]], start: date
) -> None:
    begins = day_begins(start, zone)
    spans: tuple[ZoneSpan, ...] = (ZoneSpan(zone, begins),)
    credits_: list[Credit] = []
    for per_mille, changes in days:
        here = zone_at(spans, begins)
        ends = day_ends(begins, here)
        moment = begins + (ends - begins) * per_mille / 1000
        today = local_date(moment, here)
        skipped = skipped_dates(spans, moment)
        before = streak(credits_, (), today=today, now=moment, grouped=False, skipped=skipped)
        assert "missed" not in {day.state for day in before.days}
        known = {c.date for c in credits_}
        credits_.append(Credit(today, moment, "practice", str(len(credits_))))
        after = streak(credits_, (), today=today, now=moment, grouped=False, skipped=skipped)
        assert before.current + (today not in known) == after.current == len(known | {today})
        assert after.current <= (moment - credits_[0].at).total_seconds() / 86_400 + 3  # no date out of thin air
        for new in changes:
            spans = change_zone(spans, new, moment)
        begins = ends


# ---------------------------------------------------------------- the streak
def test_streak_of_nobody_is_empty() -> None:
    assert Streak(0, 0, None, (), None) == streak((), (), today=on(9), now=NOON, grouped=False)


def test_streak_in_a_group_counts_rounds_and_explains_each_date() -> None:
    found = streak(
        [credit(5), credit(6), credit(8)],
        [asked(5), asked(6), asked(7, excused="outage"), asked(8), asked(9)],
        today=on(9),
        now=at("2026-10-09T10:00"),
        grouped=True,
    )
    days = (
        Day(on(5), "answered", "a5"),
        Day(on(6), "answered", "a6"),
        Day(on(7), "excused", "outage"),
        Day(on(8), "answered", "a8"),
        Day(on(9), "open", "r9"),
    )
    assert Streak(3, 3, None, days, on(9)) == found


def test_streak_breaks_on_a_missed_round_and_remembers_the_best() -> None:
    found = streak(
        [credit(5), credit(6), credit(8)],
        [asked(day) for day in (5, 6, 7, 8)],
        today=on(9),
        now=at("2026-10-09T10:00"),
        grouped=True,
    )
    assert (1, 2, on(6), None) == (found.current, found.best, found.best_ended, found.pending)
    assert shape(found) == "aama-"


def test_streak_in_a_group_grows_by_practice_and_needs_none() -> None:
    found = streak(
        [credit(5), credit(7), credit(9)], [asked(5), asked(9)], today=on(11), now=at("2026-10-11T10:00"), grouped=True
    )
    assert (found.current, shape(found)) == (3, "a-a-a--")


def test_streak_counts_a_date_once() -> None:
    found = streak([credit(5), credit(5, "b"), credit(5, "c")], (), today=on(5), now=NOON, grouped=False)
    assert (1, (Day(on(5), "answered", "a5"),)) == (found.current, found.days)


def test_streak_alone_requires_every_date_but_rest_days() -> None:
    alone = {"today": on(12), "now": at("2026-10-12T10:00"), "grouped": False}
    credits_ = [credit(day) for day in (7, 8, 9)]
    resting = streak(credits_, (), rest_days=frozenset({5, 6}), **alone)  # type: ignore[arg-type]
    working = streak(credits_, (), **alone)  # type: ignore[arg-type]
    assert (3, "aaarro", on(12)) == (resting.current, shape(resting), resting.pending)
    assert (0, 3, on(9), "aaammo") == (working.current, working.best, working.best_ended, shape(working))


def test_streak_judges_each_date_by_the_membership_of_that_date() -> None:
    found = streak(
        [credit(5), credit(7), credit(9)],
        (),
        today=on(10),
        now=at("2026-10-10T10:00"),
        grouped=lambda day: day < on(8),
    )
    assert (found.current, shape(found)) == (1, "a-amao")


def test_streak_in_two_groups_requires_a_date_that_one_of_them_does_not_excuse() -> None:
    rounds = [asked(6, ref="x", excused="outage"), asked(6, ref="y")]
    found = streak([credit(5)], rounds, today=on(8), now=at("2026-10-08T10:00"), grouped=True)
    assert (found.current, shape(found)) == (0, "am--")


def test_streak_bridges_vacations_and_skipped_dates() -> None:
    found = streak(
        [credit(5), credit(9)],
        [asked(6)],
        today=on(9),
        now=NOON,
        grouped=False,
        vacations=[(on(6), on(7))],
        skipped=frozenset({on(8)}),
    )
    excused = (Day(on(6), "excused", "vacation"), Day(on(7), "excused", "vacation"), Day(on(8), "excused", "zone"))
    assert (2, excused) == (found.current, found.days[1:4])


def test_streak_takes_an_answer_to_a_round_dated_tomorrow() -> None:
    found = streak([credit(9), credit(10)], (), today=on(9), now=NOON, grouped=False)
    assert (found.current, shape(found)) == (2, "aa")


def test_streak_requires_nothing_before_since() -> None:
    found = streak([credit(5), credit(9)], [asked(6)], today=on(9), now=NOON, grouped=False, since=on(9))
    assert (found.current, shape(found)) == (2, "a---a")


days = st.integers(0, 20).map(lambda n: MONDAY + timedelta(days=n))
ledgers = st.lists(
    st.builds(
        Credit,
        date=days,
        at=st.integers(0, 500).map(lambda n: NOON + timedelta(hours=n)),
        source=st.sampled_from(("round", "interview", "practice")),
        ref=st.sampled_from("abcd"),
    ),
    max_size=15,
)
round_lists = st.lists(
    st.builds(
        Requirement,
        date=days,
        closes=st.integers(-100, 500).map(lambda n: NOON + timedelta(hours=n)),
        ref=st.sampled_from("wxyz"),
        excused=st.sampled_from(("", "", "", "outage")),
    ),
    max_size=15,
)
circumstances = st.fixed_dictionaries(
    {
        "today": days,
        "now": st.integers(-100, 500).map(lambda n: NOON + timedelta(hours=n)),
        "rest_days": st.frozensets(st.integers(0, 6), max_size=3),
        "grouped": st.one_of(st.booleans(), days.map(lambda border: lambda day: day < border)),
        "vacations": st.lists(st.tuples(days, days), max_size=1),
        "skipped": st.frozensets(days, max_size=2),
        "since": st.one_of(st.none(), days),
    }
)


@settings(max_examples=100, deadline=None)
@given(ledgers, round_lists, circumstances, st.randoms(use_true_random=False))
def test_streak_is_the_same_in_any_order_of_the_ledger(ledger, rounds, around, random) -> None:  # type: ignore[no-untyped-def]
    expected = streak(ledger, rounds, **around)
    random.shuffle(ledger)
    random.shuffle(rounds)
    found = streak(ledger + ledger, rounds, **around)
    assert replace(expected, days=()) == replace(found, days=())
    assert [(day.date, day.state) for day in expected.days] == [(day.date, day.state) for day in found.days]
    assert found.best >= found.current >= 0
    assert found.best <= len({c.date for c in ledger})


@settings(max_examples=100, deadline=None)
@given(ledgers, round_lists, circumstances, ledgers)
def test_streak_is_never_shortened_by_a_credit(ledger, rounds, around, more) -> None:  # type: ignore[no-untyped-def]
    before, after = streak(ledger, rounds, **around), streak(ledger + more, rounds, **around)
    assert (before.current <= after.current, before.best <= after.best) == (True, True)


@settings(max_examples=100, deadline=None)
@given(ledgers, round_lists, circumstances, st.data())
def test_streak_is_never_shortened_by_an_excuse(ledger, rounds, around, data) -> None:  # type: ignore[no-untyped-def]
    before = streak(ledger, rounds, **around)
    excused = [replace(r, excused="outage") if data.draw(st.booleans()) else r for r in rounds]
    away = sorted(data.draw(st.tuples(days, days)))
    kinder = {**around, "vacations": [*around["vacations"], tuple(away)]}
    for after in (streak(ledger, excused, **around), streak(ledger, rounds, **kinder)):
        assert (before.current <= after.current, before.best <= after.best) == (True, True)


def test_excused_round_that_is_still_open_keeps_its_day_open() -> None:
    closed = Requirement(MONDAY, NOON - timedelta(hours=1), "closed")
    away = Requirement(MONDAY, NOON + timedelta(hours=1), "away", "outage")
    found = streak([], [closed, away], today=MONDAY, now=NOON, grouped=True)
    assert [Day(MONDAY, "open", "away")] == list(found.days)
