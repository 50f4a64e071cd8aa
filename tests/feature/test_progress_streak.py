"""The streak as `/progress why` explains it, against cases that were computed by hand."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.storage.tables import groups, learners, ledger, members, outages, rounds, series, spaces
from tests.feature.interviewing import BEGIN, GOOD, answer
from tests.feature.stage import House, scene

MONDAY = date(2026, 11, 30)
"""Ana's first week is that of Monday 30 November; the clock of a house begins on Tuesday at 08:00."""
ASKED = "At night the disk of your main server runs full and…"
"""How a learner knows the question of every round again."""


def instant(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant of the week, Monday being day 0."""
    return datetime(2026, 11, 30, hour, minute, tzinfo=UTC) + timedelta(days=day)


class Past:
    """Writes what has happened before a scene begins."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._count = 0

    def _add(self, table: Any, **row: Any) -> str:
        self._count += 1
        row = {"id": f"past{self._count}", **row}

        def write(tx: Connection) -> None:
            tx.execute(insert(table).values(**{name: row[name] for name in row if name in table.c}))

        self.house.read(write)
        return str(row["id"])

    @property
    def ana(self) -> str:
        """Ana's id."""
        return str(self.house.read(lambda tx: tx.execute(select(learners.c.id)).scalar_one()))

    def answered(self, *days: int) -> None:
        """Ana practised on these days."""
        for day in days:
            on = MONDAY + timedelta(days=day)
            values = {"date": on, "kind": "credit", "source": "practice", "ref": f"day {day}"}
            self._add(ledger, learner_id=self.ana, **values, at=instant(day, 10), zone="UTC")

    def group(self, since: int = 0, acted: int = 0) -> str:
        """Ana is a member of a new group since a day, and last acted in it on another."""
        space = self.house.read(lambda tx: tx.execute(select(spaces.c.id)).scalars().first())
        group_id = self._add(groups, space_id=space, channel=f"#g{self._count}", place={}, created_at=instant(-9))
        self._add(members, group_id=group_id, learner_id=self.ana, since=instant(since, 8), acted_at=instant(acted, 8))
        shape = {"time": "09:00", "zone": "UTC", "days": "0123456", "filters": {}, "starts_on": MONDAY, "passed": []}
        self.series = self._add(series, group_id=group_id, number=1, **shape, created_at=instant(-9))
        return group_id

    def round(self, group_id: str, *days: int, state: str = "closed", question: str = "full-disk") -> None:
        """A round was open from 09:00 of each day for 24 hours, or was missed."""
        for day in days:
            on = MONDAY + timedelta(days=day)
            open_ = {"opened_at": instant(day), "closes_at": instant(day + 1), "question_id": question}
            more = open_ if state != "missed" else {}
            self._add(rounds, series_id=self.series, group_id=group_id, date=on, state=state, late=False, **more)

    def outage(self, begins: datetime, ends: datetime) -> None:
        """The bot was away."""
        self._add(outages, began_at=begins, ended_at=ends)


async def why(house: House, day: int, *commands: str) -> tuple[str, list[str]]:
    """Return the streak and its days as they are explained on a day of the week at noon."""
    await house.play("\n".join(f"ana in dm: {one}" for one in commands))
    await house.at(instant(day, 12))
    [shown] = await house.play("ana in dm: /progress why")
    first, *lines = [line for line in shown.text.split("\n") if line]
    return first, [" ".join(line.split()) for line in lines if re.match(r"[A-Z][a-z]{2} \d", line)]


async def past(house: House, *commands: str) -> Past:
    """Meet ana."""
    await house.play("\n".join(["ana in dm: hello", *(f"ana in dm: {one}" for one in commands)]))
    return Past(house)


@scene()
async def test_rest_days_never_break_a_streak_without_a_group(house: House) -> None:
    before = await past(house, "/settings rest sat, sun")
    before.answered(1, 2, 4, 7)
    expected = [
        "Tue 1 Dec ✓ answered",
        "Wed 2 Dec ✓ answered",
        "Thu 3 Dec ✗ nothing answered",
        "Fri 4 Dec ✓ answered",
        "Sat 5 Dec – your rest day",
        "Sun 6 Dec – your rest day",
        "Mon 7 Dec ✓ answered",
        "Tue 8 Dec · still open: answer anything today",
    ]
    assert ("Streak 2 days · Tue 8 Dec is still open", expected) == await why(house, 8)


@scene()
async def test_answer_on_a_rest_day_grows_the_streak(house: House) -> None:
    before = await past(house, "/settings rest sat sun")
    before.answered(4, 5, 7)
    assert (await why(house, 7))[0] == "Streak 3 days"


@scene()
async def test_round_that_was_not_answered_breaks_once_it_is_closed(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=6), 1, 2, 3, 6)
    before.answered(1, 3)
    expected = [
        "Tue 1 Dec ✓ answered",
        f"Wed 2 Dec ✗ not answered: {ASKED}",
        "Thu 3 Dec ✓ answered",
        "Fri 4 Dec – no question that day",
        "Sat 5 Dec – no question that day",
        f"Sun 6 Dec · still open: {ASKED}",
    ]
    assert ("Streak 1 day · Sun 6 Dec is still open", expected) == await why(house, 6)
    assert (await why(house, 7))[0] == "Streak 0 days (best 1)"


@scene()
async def test_question_that_left_the_bank_is_called_gone(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=2), 1, 2, question="left-the-bank")
    before.answered(1)
    assert (await why(house, 2))[1][-1] == "Wed 2 Dec · still open: a question that is gone"


@scene()
async def test_answer_is_explained_by_the_words_of_its_question(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, GOOD)
    assert (await why(house, 1))[1] == [
        "Tue 1 Dec ✓ answered: Tell me about a mistake of yours that others had to pay for."
    ]


@scene()
async def test_practice_between_rounds_grows_the_streak_and_its_absence_does_not_break_it(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=4), 1, 4)
    before.answered(1, 2, 4)
    streak, days = await why(house, 4)
    assert (streak, days[2]) == ("Streak 3 days", "Thu 3 Dec – no question that day")


@scene()
async def test_missed_round_asks_nothing(house: House) -> None:
    before = await past(house)
    group = before.group(since=0, acted=3)
    before.round(group, 1, 3)
    before.round(group, 2, state="missed")
    before.answered(1, 3)
    streak, days = await why(house, 3)
    assert (streak, days[1]) == ("Streak 2 days", "Wed 2 Dec – no question that day")


@scene()
async def test_outage_excuses_from_one_hour_of_a_round_on(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=4), 1, 2, 3, 4)
    before.answered(1, 4)
    before.outage(instant(2, 20), instant(2, 21))
    before.outage(instant(3, 20), instant(3, 20, 59))
    streak, days = await why(house, 4)
    assert days == [
        "Tue 1 Dec ✓ answered",
        "Wed 2 Dec ~ I was away, so it does not count",
        f"Thu 3 Dec ✗ not answered: {ASKED}",
        "Fri 4 Dec ✓ answered",
    ]
    assert streak == "Streak 1 day"


@scene()
async def test_one_answer_serves_every_group_of_a_date(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=3), 1, 2)
    before.round(before.group(since=0, acted=3), 2, 3)
    before.answered(1, 2)
    streak, days = await why(house, 3)
    assert streak == "Streak 2 days · Thu 3 Dec is still open"
    assert days == ["Tue 1 Dec ✓ answered", "Wed 2 Dec ✓ answered", f"Thu 3 Dec · still open: {ASKED}"]
    assert (await why(house, 4))[0] == "Streak 0 days (best 2)"


@scene()
async def test_group_that_was_joined_later_does_not_judge_what_was_done_alone(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=4, acted=4), 1, 2, 3, 4)
    before.answered(1, 3, 4)
    expected = [
        "Tue 1 Dec ✓ answered",
        "Wed 2 Dec ✗ nothing answered",
        "Thu 3 Dec ✓ answered",
        "Fri 4 Dec ✓ answered",
        "Sat 5 Dec – no question that day",
    ]
    assert ("Streak 2 days", expected) == await why(house, 5)


@scene()
async def test_membership_ends_four_weeks_after_the_last_act(house: House) -> None:
    before = await past(house)
    before.round(before.group(since=0, acted=0), 1, 27, 28, 29)
    before.answered(1)
    before.answered(*range(27, 30))
    _, days = await why(house, 30)
    assert [days[-5], days[-1]] == [
        "Sat 26 Dec – no question that day",
        "Wed 30 Dec · still open: answer anything today",
    ]


@scene(start=datetime(2026, 12, 1, 20, tzinfo=UTC))
async def test_change_of_zone_applies_from_the_next_day_and_neither_breaks_nor_doubles(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, GOOD)
    shown = await house.play("ana in dm: /settings zone Asia/Tokyo")
    expected = "Your time zone will be Asia/Tokyo from your next day on, tomorrow. Your streak is not touched."
    assert expected == shown[-1].text
    await house.at(datetime(2026, 12, 1, 22, tzinfo=UTC))  # already Wednesday in Tokyo: still Tuesday for ana
    await house.play(f"ana in dm: stop\n{BEGIN}")
    await answer(house, GOOD)
    assert {date(2026, 12, 1)} == {row.date for row in house.rows(ledger)}
    await house.at(datetime(2026, 12, 2, 12, tzinfo=UTC))
    await house.play(f"ana in dm: stop\n{BEGIN}")
    await answer(house, GOOD)
    assert {date(2026, 12, 1), date(2026, 12, 2)} == {row.date for row in house.rows(ledger)}
    [shown_why] = (await house.play("ana in dm: stop\nana in dm: /progress why"))[-1:]
    assert shown_why.text.startswith("Streak 2 days")


@scene()
async def test_first_zone_applies_at_once_where_nothing_was_answered(house: House) -> None:
    shown = await house.play("ana in dm: hello\nana in dm: /settings zone america/los_angeles")
    assert shown[-1].text == "Your time zone is America/Los_Angeles."
