"""How an interview begins: what may be typed, what is offered in place of a slip, and that it begins once."""

from __future__ import annotations

import pytest

from adapters.terminal.acting import DM
from bot.interview.planning import Wish, wish
from bot.storage.tables import interviews
from tests.feature.sample_bank import BANK
from tests.feature.stage import EVERYWHERE, House, lines, scene


async def opened(house: House, line: str) -> str:
    """Type a line as somebody who was welcomed before; return what it showed."""
    seen = await house.play(f"ana in dm: {line}")
    return lines(seen)[-1]


UNDERSTOOD = [
    ("/interview start", "Interview · 3 questions"),
    ("/interview", "Interview · 3 questions"),
    ("/interview 2", "Interview · 2 questions"),
    ("/interview start mock", "Mock interview · 3 questions"),
    ("/interview start MOCK Senior 1", "Mock interview · 1 question ·"),
    ("/interview start coach 1", "Practice · "),
    ("/interview start behavioural 2", "Interview · 1 question|Practice · behavioural"),
    ("/interview start 2 incident", "Interview · 2 questions"),
    ("/interview start n=2 mode=mock format=incident", "Mock interview · 2 questions"),
    ("/interview start Orbit 10", "Practice · incident · senior"),
    ("/interview start company=orbit", "Practice · incident · senior"),
    ("/interview start skill=ownership 2", "Interview · 2 questions"),
    ("/interview start incident Orbit", "Practice · incident · senior"),
    ("/interview start behavioural design 2", "Interview · 2 questions"),
    ("/interview start level=junior,senior 2", "Interview · 2 questions"),
    ("/practice", "Practice · "),
    ("/practice design", "Practice · design"),
    ("/practice level=senior", "Practice · incident · senior"),
    ("/practice triage", "Practice · "),
]

OFFERED = [
    ("/interview start 0", "An interview has 1 to 10 questions, not `0`. Type `/interview start 3`."),
    ("/interview start 11", "An interview has 1 to 10 questions, not `11`. Type `/interview start 3`."),
    ("/interview start -1", "An interview has 1 to 10 questions, not `-1`. Type `/interview start 3`."),
    ("/interview start n=two", "An interview has 1 to 10 questions, not `two`. Type `/interview start 3`."),
    ("/interview start n=²", "An interview has 1 to 10 questions, not `²`. Type `/interview start 3`."),
    (f"/interview start {'9' * 5000}", f"An interview has 1 to 10 questions, not `{'9' * 20}`. Type `/interview …"),
    ("/interview start behavorial", "I have no questions on `behavorial`. Did you mean `behavioural`…"),
    ("/interview start mokc", "I have no questions on `mokc`. Did you mean `mock`?"),
    ("/interview start mode=mok", "I do not know `mok` here. Did you mean `mock`?"),
    ("/interview start mode=real", "I do not know `real` here. Type `coach` or `mock`."),
    ("/interview start level=senoir", "I have no questions with level `senoir`. Did you mean `senior`?"),
    ("/interview start company=Orbt", "I have no questions with company `Orbt`. Did you mean `Orbit`?"),
    ("/interview start company=Zzz", "I have no questions with company `Zzz`. There is `Orbit`."),
    (
        "/interview start set=zzz",
        "I have no questions with set `zzz`. None is set for any question here; leave it out.",
    ),
    ("/interview start quux", "I have no questions on `quux`. Try `behavioural`, `incident`, `design` or a skill."),
    ("/interview start Orbit design", "No question fits company=Orbit format=design. Leave something out: …"),
    ("/interview strt", "I do not know `/interview strt`. Did you mean `/interview start`?"),
    ("/practice deu", "I have no questions on `deu`. Did you mean `due`?"),
    ("/practice 5", "Practice asks one question at a time, not `5`. `/interview start 3` asks several."),
    ("/practice due", "Nothing is due yet. `/practice` gives you a new question."),
    (
        "/practice weak",
        "No weak area yet: it takes three assessed points of a skill. `/practice` gives you a question.",
    ),
]


@scene()
async def test_start_understands_what_people_type(house: House) -> None:
    for line, expected in UNDERSTOOD:
        shown = await opened(house, line)
        assert any(part in shown for part in expected.split("|")), (line, shown)
        await house.play("ana in dm: stop")


@scene()
async def test_start_offers_the_nearest_for_a_slip(house: House) -> None:
    await house.play("ana in dm: hello")
    await house.converse(*((f"ana in dm: {line}", f"dm ana to ana: {expected}") for line, expected in OFFERED))
    assert house.rows(interviews) == []


@pytest.mark.parametrize("name", ["mode", "which", "n", "level", "format", "category", "skill", "company", "set"])
@pytest.mark.parametrize("value", ["", " ", "xyz", "0x3", "1,2", ",", "🙂", "mock mock"])
def test_wish_answers_any_value_of_any_option(name: str, value: str) -> None:
    for length in (1, 3):
        assert wish(BANK, {name: value}, length=length) is not None


def test_wish_joins_two_topics_of_one_kind() -> None:
    expected = Wish("coach", 3, {"format": "behavioural,design"})
    assert expected == wish(BANK, {"topic": "behavioural", "and": "design"}, length=3)


@scene()
async def test_start_says_that_fewer_questions_fit(house: House) -> None:
    shown = await opened(house, "/interview start incident 8")
    assert "You asked for 8; 3 fit. Write as you would speak" in shown


@scene()
async def test_level_of_the_settings_is_asked_at(house: House) -> None:
    await house.play("ana in dm: /settings level senior")
    shown = await opened(house, "/practice")
    assert "Practice · incident · senior" in shown


@scene(platforms=EVERYWHERE)
async def test_start_in_a_channel_opens_in_private(house: House) -> None:
    seen = await house.play("ana in #prep: /interview start incident 2")
    channel = [one for one in seen if one.place.startswith("#prep")]
    private = [one.title for one in seen if one.place == "dm ana"]
    assert [one.kind for one in channel] == ["whisper"]
    assert "It is open in private" in channel[0].text
    assert private == ["", "Interview · 2 questions · about 8 min · feedback after each"]


@scene(platforms=EVERYWHERE)
async def test_two_starts_at_once_make_one_interview(house: House) -> None:
    where = house.rig.private("ana")
    await house.rig.ask("ana", where, "/interview start incident 2")
    await house.rig.ask("ana", where, "/interview start incident 2")
    await house.application.settle()
    assert [row.state for row in house.rows(interviews)] == ["listening"]
    assert sum("You are in the middle of an interview" in one.text for one in house.seen) == 1


@scene()
async def test_practise_pressed_twice_makes_one_interview(house: House) -> None:
    await house.play("ana in dm: /practice design\nana in dm: stop")
    [found, *_] = house.messages("ana", DM, "Practise")
    await house.rig.press("ana", found.id, "Practise")
    await house.rig.press("ana", found.id, "Practise")
    await house.application.settle()
    assert [row.state for row in house.rows(interviews)].count("listening") == 1


@scene(platforms=("terminal", "discord-like"))
async def test_start_in_the_middle_shows_the_way_on(house: House) -> None:
    await house.play("ana in dm: /interview start incident 2")
    await house.converse(
        (
            "ana in dm: /practice",
            "dm ana to ana: You are in the middle of an interview, at question 1 of 2. Go on with it: Repeat shows "
            "where we are, Stop ends it and keeps it. [Repeat] [Stop]",
        ),
        ('ana presses "Repeat" in dm', "dm ana: 1 of 2: … [Done] [Hint] [Skip] [Pause] [Stop]"),
        ('ana presses "Stop" in dm', "dm ana: Stopped. Nothing was answered this time. … [Practise]"),
    )


@scene()
async def test_practice_takes_weak_for_itself_also_as_a_topic(house: House) -> None:
    shown = await opened(house, "/practice topic=weak")
    assert "No weak area yet" in shown
