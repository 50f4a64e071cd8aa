"""What `/progress` shows: the weakest skills with what made them so, and one thing to do next."""

from __future__ import annotations

from tests.feature.interviewing import BEGIN, GOOD, WEAK, answer, press, say
from tests.feature.stage import House, scene


@scene()
async def test_progress_begins_with_a_way_to_begin(house: House) -> None:
    await house.play("ana in dm: hello")
    expected = "Nothing to show yet. `/practice` gives you a question now; one honest answer is enough to begin."
    for command in ("/progress", "/progress why", "/progress history"):
        [shown] = await house.play(f"ana in dm: {command}")
        assert expected == shown.text, command


@scene()
async def test_progress_quotes_the_learner_and_offers_the_weakest_skill(house: House) -> None:
    await house.play("ana in dm: /interview start 5")
    for _ in range(5):
        await answer(house, GOOD if "mistake" in house.seen[-1].text else WEAK)
        if "Next" in house.seen[-1].buttons:
            await say(house, "next")
        elif "Skip" in house.seen[-1].buttons and "Done" in house.seen[-1].buttons:
            await say(house, "skip")
    [shown] = await house.play("ana in dm: /progress")
    lines = shown.text.split("\n")
    assert lines[0] == "Streak 1 day"
    quoted = [line for line in lines if line.startswith("│ ")]
    assert all(line.removeprefix("│ ").split(" (Tue)")[0] in GOOD + WEAK for line in quoted)
    assert sum(line.startswith(("Weak", "Strong")) for line in lines) >= 1
    assert any(line.startswith("Next: one question on ") for line in lines)
    assert shown.buttons == ("Practise",)


@scene()
async def test_progress_offers_what_is_due_once_its_time_has_come(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    await say(house, "next")
    await house.later(days=1, minutes=1)
    [shown] = await house.play("ana in dm: /progress")
    assert "Next: 1 question is due again, about 4 min." in shown.text.split("\n")
    [again] = await press(house, "Practise")
    assert "Tell me about a mistake of yours" in again.text
    await say(house, "stop")
    [due] = await house.play("ana in dm: /practice due")
    assert "Tell me about a mistake of yours" in due.text


@scene()
async def test_history_names_band_score_and_source(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    [shown] = await house.play("ana in dm: /progress history")
    assert shown.text == "Tue 1 Dec  own-mistake · strong no 0 · practice"
