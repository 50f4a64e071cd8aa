"""The home page: progress, beginnings, settings, and for organisers what runs; settings and schedules in forms."""

from __future__ import annotations

from typing import cast

from bot.chat.rig import Shown
from bot.storage.tables import groups, series, zones
from tests.contract.doubles.slack_like import SlackLike
from tests.feature.answering import PRIVATELY, ROUND
from tests.feature.stage import House, scene

START = "ana in #prep: /daily start 09:00 Europe/London daily"


async def home(house: House, name: str) -> Shown:
    """Look at somebody's home page; return what it shows."""
    house.person(name)
    rig = cast(SlackLike, house.rig)
    await rig.open_home(name)
    await house.application.settle()
    return next(one for one in rig.shown(rig.private(name)) if one.kind == "home")


async def press(house: House, name: str, label: str) -> None:
    """Press a button of somebody's home page."""
    rig = cast(SlackLike, house.rig)
    page = next(one for one in rig.shown(rig.private(name)) if one.kind == "home")
    await rig.press(name, page.id, label)
    await house.application.settle()


async def send_off(house: House, name: str, **values: str) -> str:
    """Send off the form that is open, with some values changed; return what is said then."""
    form = house.form(name)
    before = len(house.seen)
    await house.rig.submit(name, {field.name: values.get(field.name, field.value) for field in form.fields})
    await house.application.settle()
    return "\n".join(seen.text for seen in house.seen[before:] if "I am Greenroom" not in seen.text)


@scene(platforms=("slack-like",))
async def test_home_of_a_newcomer_offers_a_beginning_and_the_settings(house: House) -> None:
    page = await home(house, "ben")
    assert page.buttons == ("One question", "Mock interview", "Settings")
    assert "Nothing to show yet." in page.text
    assert "Zone" in page.text
    assert "America/New_York" in page.text


@scene(platforms=("slack-like",))
async def test_home_begins_an_interview_in_private(house: House) -> None:
    await home(house, "ben")
    await press(house, "ben", "Mock interview")
    assert "Mock interview" in "\n".join(f"{seen.title} {seen.text}" for seen in house.seen if seen.place == "dm ben")


@scene(platforms=("slack-like",))
async def test_home_shows_progress_and_what_runs_to_its_organiser_alone(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    mine, theirs = await home(house, "ana"), await home(house, "ben")
    line = "09:00 Europe/London, every day · all questions · next: tomorrow 09:00"
    assert (line in mine.text, "#prep" in mine.text, "Change #prep" in mine.buttons) == (True, True, True)
    assert ("Streak 1 day" in theirs.text, "#prep" in theirs.text) == (True, False)


@scene(platforms=("slack-like",))
async def test_settings_form_stores_what_was_changed_and_tells_what_is_wrong(house: House) -> None:
    await home(house, "ben")
    await press(house, "ben", "Settings")
    said = await send_off(house, "ben", zone="europe/berlin", level="boss", rest="sat,sun")
    assert ("Europe/Berlin" in said, "I do not know `boss` here." in said, "Rest days: weekends." in said) == (
        True,
        True,
        True,
    )
    assert [row.zone for row in house.rows(zones)] == ["Europe/Berlin"]
    assert "Europe/Berlin" in (await home(house, "ben")).text


@scene(platforms=("slack-like",))
async def test_settings_form_sent_off_unchanged_changes_nothing(house: House) -> None:
    await home(house, "ben")
    await press(house, "ben", "Settings")
    assert await send_off(house, "ben") == "Nothing was changed."


@scene(platforms=("slack-like",))
async def test_schedule_form_changes_a_series_and_moves_its_next_question(house: House) -> None:
    await house.play(START)
    await home(house, "ana")
    await press(house, "ana", "Change #prep")
    said = await send_off(house, "ana", time="17:30", days="mon,wed", filters="level=mid")
    assert said == "Changed. #prep: 17:30 Europe/London, Mon, Wed · level=mid · next: tomorrow 17:30."
    [row] = house.rows(series)
    assert (row.time, row.zone, row.days, row.filters) == ("17:30", "Europe/London", "02", {"level": "mid"})


@scene(platforms=("slack-like",))
async def test_schedule_form_with_a_mistake_leaves_the_series_as_it_is(house: House) -> None:
    await house.play(START)
    await home(house, "ana")
    for values, word in (({"time": "25:00"}, "25:00"), ({"zone": "Mars"}, "Mars"), ({"filters": "level=boss"}, "boss")):
        await press(house, "ana", "Change #prep")
        said = await send_off(house, "ana", **values)
        assert (word in said, said.endswith("Nothing was changed.")) == (True, True)
    [row] = house.rows(series)
    assert (row.time, row.zone, row.filters) == ("09:00", "Europe/London", {})


@scene(platforms=("slack-like",))
async def test_group_takes_the_name_of_its_channel(house: House) -> None:
    await house.play(START)
    assert [row.name for row in house.rows(groups)] == ["prep"]
