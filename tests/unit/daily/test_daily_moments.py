from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily.calendar import zone_names
from bot.daily.cards import city, moment, moment_there, own_moment

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
zones = st.sampled_from(zone_names())


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/London", "London"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", "UTC"),
    ],
)
def test_city_is_what_people_say(zone: str, expected: str) -> None:
    assert expected == city(zone)


def test_moment_there_names_the_place_of_its_clock() -> None:
    assert moment_there(TOMORROW, "America/New_York", NOW) == "tomorrow 04:00 New York"


def test_own_moment_says_whose_clock_it_is_only_where_the_group_reads_another() -> None:
    expected = ["tomorrow 10:00, your time", "tomorrow 10:00", "tomorrow 10:00"]
    groups = ("Europe/London", "Europe/Berlin", "Europe/Paris")
    assert expected == [own_moment(TOMORROW, "Europe/Berlin", group, NOW) for group in groups]


@settings(max_examples=50)
@given(zones, zones, st.integers(0, 7 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)))
def test_own_moment_is_marked_where_the_clocks_differ(own: str, group: str, at: datetime) -> None:
    same = moment(at, own, NOW) == moment(at, group, NOW)
    assert moment(at, own, NOW) + ("" if same else ", your time") == own_moment(at, own, group, NOW)
