"""What `/progress` shows: the weakest skills with what made them so, and one thing to do next."""

from __future__ import annotations

from bot.bank.model import Bank
from tests.feature.interviewing import BEGIN, GOOD, WEAK, answer, press, say
from tests.feature.sample_bank import BANK
from tests.feature.stage import House, scene

ASKED = "Tell me about a mistake of yours that others had to pay for."


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
async def test_progress_calls_nothing_weak_where_all_was_recognised(house: House) -> None:
    await house.play(BEGIN)
    assert "every point was recognised" in (await answer(house, GOOD)).text
    [shown] = await house.play("ana in dm: /progress")
    assert (shown.text.split("\n"), shown.buttons) == (
        [
            "Streak 1 day",
            "We –  Th –  Fr –  Sa –  Su –  Mo –  Tu ✓",
            "`/progress why` explains the streak, `/progress history` lists your answers.",
        ],
        (),
    )
    await say(house, "next")
    await house.later(days=60)
    [later] = await house.play("ana in dm: /progress")
    assert "Next: 1 question is due again, about 4 min." in later.text.split("\n")
    assert "Weak" not in later.text


@scene()
async def test_week_ends_with_a_round_that_is_ahead_of_the_learner(house: House) -> None:
    await house.play(f"""
        ana in #prep: /daily start 09:00 Europe/London daily
        ana in #prep: /daily ask own-mistake
        ben in dm: hello
        ben in dm: /settings zone America/Los_Angeles
        at 2026-12-01T09:00Z
        ben presses "Answer privately" in #prep
        ben submits: {GOOD}
    """)
    [shown] = await house.play("ben in dm: /progress")  # 01:00 on Tuesday in Los Angeles: still Monday for ben
    assert shown.text.split("\n")[:2] == ["Streak 1 day", "We –  Th –  Fr –  Sa –  Su –  Mo –  Tu ✓"]


# ---------------------------------------------------------------- history
@scene()
async def test_history_names_question_band_score_and_source(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    [shown] = await house.play("ana in dm: /progress history")
    assert shown.text == f"Tue 1 Dec  {ASKED} · strong no 0 · practice"


@scene()
async def test_history_tells_an_answer_and_its_follow_up_as_one(house: House) -> None:
    await house.play(BEGIN)
    await say(house, WEAK, "done", GOOD, "done", "retry")
    await house.later(minutes=5)
    await answer(house, WEAK)
    [shown] = await house.play("ana in dm: /progress history")
    assert shown.text.split("\n") == [
        f"Tue 1 Dec  {ASKED} · strong no 0 · practice",
        f"Tue 1 Dec  {ASKED} · strong no 0 → strong yes 86 after a follow-up · practice",
    ]


@scene()
async def test_history_keeps_an_answer_to_a_question_that_is_gone(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    await say(house, "next")
    await house.close()
    house.bank = Bank({"full-disk": BANK.questions["full-disk"]}, BANK.skills)
    await house.open()
    [shown] = await house.play("ana in dm: /progress history")
    assert shown.text == "Tue 1 Dec  a question that is gone · strong no 0 · practice"
