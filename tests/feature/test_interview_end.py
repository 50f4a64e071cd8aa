"""How an interview ends: the scorecard, in coach and in mock mode; stopped, or abandoned kindly."""

from __future__ import annotations

from bot.storage.tables import attempts, evidence, floors, interviews, jobs
from tests.feature.interviewing import BEGIN, GOOD, WEAK, answer, press, say
from tests.feature.sample_bank import ANSWERS
from tests.feature.stage import EVERYWHERE, House, scene

MISTAKE = "Tell me about a mistake of yours that others…"
FOLDER = "Design a folder that two thousand people share and…"
TWO = "behavioural design 2"


async def begin(house: House, line: str) -> list[str]:
    """Open an interview about a mistake and a folder; return the names of its questions in their order."""
    await house.play(f"ana in dm: {line}")
    first = any("1 of 2: Tell me about a mistake" in one.text for one in house.seen)
    return [MISTAKE, FOLDER] if first else [FOLDER, MISTAKE]


async def answer_or_skip(house: House, names: list[str], number: int) -> None:
    """Answer the question about the mistake, skip the other one."""
    if names[number] == MISTAKE:
        await answer(house, GOOD)
    else:
        await say(house, "skip")


@scene(platforms=EVERYWHERE)
async def test_mock_interview_is_silent_until_its_scorecard(house: House) -> None:
    names = await begin(house, f"/interview start mock {TWO}")
    before = len(house.seen)
    await answer_or_skip(house, names, 0)
    await answer_or_skip(house, names, 1)
    shown = house.seen[before:]
    assert [one.line for one in shown[:-1] if "of 100" in one.line or "Best moment" in one.line] == []
    card = shown[-1]
    assert card.title == "Mock interview · 1 of 2 answered"
    assert f"{names.index(MISTAKE) + 1} {MISTAKE} · strong yes" in card.text
    assert f"{names.index(FOLDER) + 1} {FOLDER} · skipped" in card.text
    assert "│ restored it from the backup" in card.text
    assert "A practice signal, not a hiring decision." in card.text
    assert card.buttons == ("Practise",)


@scene()
async def test_scorecard_shows_what_came_only_after_a_follow_up(house: House) -> None:
    await house.play("ana in dm: /interview start mock behavioural 1")
    await say(house, WEAK, "done", GOOD, "done")
    card = house.seen[-1]
    assert f"1 {MISTAKE} · strong no → strong yes after a follow-up" in card.text
    assert "Only after a follow-up: told, mended" in card.text
    assert "Next: one question on ownership." in card.text


@scene()
async def test_scorecard_names_the_best_and_the_worst_question(house: House) -> None:
    await house.play(f"ana in dm: /interview start mock {TWO}")
    for _ in range(2):
        await answer(house, ANSWERS["shared-folder"] if "folder" in house.seen[-1].text else WEAK)
    card = house.seen[-1]
    numbers = {line.split(" ")[1]: line[0] for line in card.text.split("\n") if line[:2] in ("1 ", "2 ")}
    assert card.title == "Mock interview · 2 of 2 answered"
    assert f"\nStrongest: question {numbers['Design']}, " in card.text
    assert f"\nWorth most: question {numbers['Tell']}, " in card.text


@scene()
async def test_scorecard_compares_with_the_last_three(house: House) -> None:
    for number in range(5):
        await house.play("ana in dm: /interview start mock behavioural 1")
        await answer(house, WEAK if number < 4 else GOOD)
        await house.later(hours=1)
    cards = [one.text for one in house.seen if one.title.startswith("Mock interview · 1 of 1")]
    compared = [next((line for line in card.split("\n") if line.startswith("Against")), "") for card in cards]
    same = "about the same (0, 0 before)."
    expected = ["", f"Against your last one: {same}", f"Against your last 2: {same}", f"Against your last 3: {same}"]
    assert expected == compared[:4]
    assert compared[4].startswith("Against your last 3: ")
    assert "higher" in compared[4]


@scene()
async def test_practice_closes_without_repeating_its_result(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, GOOD)
    closed = await say(house, "next")
    assert f"Done. {MISTAKE} · strong yes. The button asks one on ownership; `/practice` chooses freely." == closed.text
    [again] = await press(house, "Practise")
    assert "Practice · " in again.title


@scene(platforms=EVERYWHERE)
async def test_stop_keeps_what_was_answered(house: House) -> None:
    names = await begin(house, f"/interview start {TWO}")
    if names[0] == FOLDER:
        await say(house, "skip")
    await answer(house, GOOD)
    card = await say(house, "stop")
    assert card.text.startswith("Stopped. What you answered is kept.")
    assert len(house.rows(attempts, state="assessed")) == 1
    assert house.rows(floors) == []
    assert house.rows(jobs, kind="timer") == []


@scene(platforms=EVERYWHERE)
async def test_interview_is_closed_kindly_after_a_week_of_silence(house: House) -> None:
    await house.play(f"ana in dm: /interview start {TWO}")
    await house.later(days=6)
    await say(house, "hint")
    before = len(house.seen)
    await house.later(days=6, hours=23)
    assert house.seen[before:] == []
    await house.later(hours=1)
    [closed] = house.seen[before:]
    assert "I closed this one after a week of silence. Nothing was answered this time." in closed.text
    assert [row.state for row in house.rows(interviews)] == ["abandoned"]
    talk = await say(house, "Hello again.")
    assert "No question is open between us right now" in talk.text


@scene()
async def test_interview_goes_on_after_days(house: House) -> None:
    await house.play(f"{BEGIN}\nana in dm: {WEAK.split('. ')[0]}.\nana in dm: pause")
    await house.later(days=5)
    await house.restart()
    await say(house, "resume", WEAK.split(". ", 1)[1], "done")
    assert [row.state for row in house.rows(attempts)] == ["assessed"]
    assert len(house.rows(evidence)) == 2


@scene()
async def test_practice_stopped_at_its_follow_up_shows_the_reasons_of_its_verdict(house: House) -> None:
    await house.play(f"{BEGIN}\nana in dm: {WEAK}\nana in dm: done")
    assert house.seen[-1].buttons == ("Done", "Skip")
    feedback, closed = await house.play("ana in dm: stop")
    assert feedback.title.endswith("offline coach, approximate")
    assert feedback.buttons == ("I did say this", "Model answer")
    assert closed.text.startswith("Stopped.")
