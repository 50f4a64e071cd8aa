"""Inside an interview: collecting an answer, orders by button and by word, the gate, probes, retry."""

from __future__ import annotations

from adapters.terminal.acting import DM
from bot.storage.tables import attempts, evidence
from tests.feature.interviewing import BEGIN, GOOD, QUESTION, RESULT, WEAK, answer, press, say, texts
from tests.feature.stage import EVERYWHERE, House, lines, scene

FIRST, SECOND = GOOD.split(". ", 1)


# ---------------------------------------------------------------- collecting
@scene(platforms=EVERYWHERE)
async def test_several_messages_are_one_answer(house: House) -> None:
    await house.play(BEGIN)
    assert await house.play(f"ana in dm: {FIRST}.\nana in dm: {SECOND}") == []
    await press(house, "Done")
    assert [f"{FIRST}.\n{SECOND}"] == texts(house)


@scene(platforms=EVERYWHERE)
async def test_edits_and_deletions_within_the_turn_count(house: House) -> None:
    await house.play(f"""
        {BEGIN}
        ana in dm: nonsense
        ana deletes in dm
        ana in dm: Someone else did it.
        ana edits in dm: {FIRST}.
        ana in dm: {SECOND}
        ana in dm: DONE!
        """)
    assert [f"{FIRST}.\n{SECOND}"] == texts(house)


@scene()
async def test_quiet_period_ends_an_answer(house: House) -> None:
    await house.play(f"{BEGIN}\nana in dm: {FIRST}.")
    await house.later(seconds=15)
    await house.play(f"ana in dm: {SECOND}")
    await house.later(seconds=15)
    assert texts(house) == []
    await house.later(seconds=6)
    assert [f"{FIRST}.\n{SECOND}"] == texts(house)


@scene()
async def test_time_spent_and_spoken_length_are_shown(house: House) -> None:
    await house.play(BEGIN)
    await house.later(minutes=3)
    shown = await answer(house, GOOD)
    assert "Spent 3 min · spoken about 16 s; aim at 1 to 2 min · Streak 1 day" in shown.text


# ---------------------------------------------------------------- orders
ORDERS = (
    ("hint", "dm ana: Hint / …"),
    ("done", "dm ana: I have nothing from you yet. Write your answer, in as many messages as you like, then done."),
    ("pause", "dm ana: Paused. Nothing is lost; say resume when you want to go on. [Resume] [Stop]"),
    ("resume", f"dm ana: 1 of 2: … {QUESTION}"),
    ("skip", f"dm ana: 2 of 2: … {QUESTION}"),
    ("stop", "dm ana: Stopped. Nothing was answered this time. … [Practise]"),
)


@scene(platforms=EVERYWHERE)
async def test_orders_work_as_words(house: House) -> None:
    await house.play("ana in dm: /interview start incident 2")
    await house.converse(
        ("ana in dm: Repeat.", f"dm ana: 1 of 2: … {QUESTION}"),
        *((f"ana in dm: {word}", shown) for word, shown in ORDERS),
    )


@scene(platforms=EVERYWHERE)
async def test_orders_work_as_buttons(house: House) -> None:
    await house.play("ana in dm: /interview start incident 2")
    for word, shown in ORDERS:
        head, _, tail = shown.partition("…")
        [line] = lines(await press(house, word.capitalize()))
        assert line.startswith(head), word
        assert line.endswith(tail), word


@scene()
async def test_orders_in_a_pause_wait_for_its_end(house: House) -> None:
    await house.play(f"{BEGIN}\nana in dm: pause")
    await house.converse(
        ("ana in dm: hint", "dm ana: Paused. … [Resume] [Stop]"),
        (f"ana in dm: {GOOD}", "dm ana: Paused. … [Resume] [Stop]"),
        ("ana in dm: And so on.", ""),
        ("ana in dm: resume", f"dm ana: Tell me about a mistake … {QUESTION}"),
    )
    await say(house, "done")
    assert [f"{GOOD}\nAnd so on."] == texts(house)


@scene(platforms=EVERYWHERE)
async def test_button_of_an_earlier_question_says_so(house: House) -> None:
    await house.play("ana in dm: /interview start incident 3\nana in dm: skip")
    expected = "dm ana: That button belongs to something we have left behind. Say repeat to see where we are."
    assert [expected] == lines(await press(house, "Skip", oldest=True))


@scene(platforms=EVERYWHERE)
async def test_button_of_an_ended_interview_is_answered(house: House) -> None:
    await house.play(f"{BEGIN}\nana in dm: stop")
    [line] = lines(await press(house, "Done"))
    assert line.endswith("No interview is open. `/interview start` begins one, `/practice` asks a single question.")


# ---------------------------------------------------------------- gate and limits
@scene(platforms=EVERYWHERE)
async def test_gate_keeps_what_was_said_and_every_button_works_after_it(house: House) -> None:
    await house.play(BEGIN)
    refused = await say(house, "I do not know.", "done")
    assert "Not knowing is a fair start." in refused.text
    assert "No score, and nothing is lost: go on writing, or say skip." in refused.text
    assert refused.buttons == ("Done", "Hint", "Skip")
    assert "I have read everything you wrote so far. Add to it, then say done" in (await say(house, "done")).text
    await say(house, GOOD)
    await press(house, "Done", oldest=True)  # that of the question's own card
    assert [f"I do not know.\n{GOOD}"] == texts(house)
    assert [row.state for row in house.rows(attempts)] == ["assessed"]


@scene(platforms=EVERYWHERE)
async def test_answer_that_is_too_long_is_refused_kindly(house: House) -> None:
    await house.play(BEGIN)
    shown = await say(house, "word " * 20_000)
    assert "I read up to 20,000. Your words are still above: send a shorter version" in shown.text
    await say(house, GOOD, "done")
    assert texts(house) == [GOOD]


@scene()
async def test_messages_that_are_too_long_together_are_refused_kindly(house: House) -> None:
    part = f"{GOOD} " * 40
    await house.play(BEGIN)
    assert "I read up to 20,000" in (await say(house, part, part, part, "done")).text
    await say(house, GOOD, "done")
    assert texts(house) == [GOOD]


@scene()
async def test_strange_characters_are_an_answer_like_any_other(house: House) -> None:
    await house.play(BEGIN)
    await say(house, f"{GOOD} \u202eעברית\u202c 🙂👩‍👩‍👧 \u0301 % _ ' \" \\ {{}}", "done")
    assert [row.state for row in house.rows(attempts)] == ["assessed"]


# ---------------------------------------------------------------- probe, retry, next, contest, model answer
@scene(platforms=EVERYWHERE)
async def test_coach_mode_goes_from_probe_to_retry_and_shows_the_difference(house: House) -> None:
    await house.play(BEGIN)
    probe = await say(house, WEAK, "done")
    assert probe.buttons == ("Done", "Skip")
    feedback = await say(house, GOOD, "done")
    assert feedback.buttons == RESULT
    assert "Before the follow-up: 0 (strong no), so +" in feedback.text
    assert "New: told · mended." in feedback.text
    [again] = await press(house, "Retry")
    assert again.buttons == ("Done", "Hint", "Skip", "Pause", "Stop")
    second = await say(house, GOOD, "done")
    if second.buttons != RESULT:
        second = await say(house, "skip")
    assert "The try before: 0 (strong no), so +" in second.text
    [model] = await press(house, "Model answer")
    assert GOOD in model.text


@scene(platforms=EVERYWHERE)
async def test_retry_that_changes_nothing_says_so(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    await say(house, "retry")
    shown = await answer(house, WEAK)
    assert "The try before: 0 as well." in shown.text


@scene(platforms=EVERYWHERE)
async def test_model_answer_waits_for_an_answer(house: House) -> None:
    await house.play(BEGIN)
    shown = await say(house, "done")
    assert "Model answer" not in shown.buttons


@scene(platforms=EVERYWHERE)
async def test_contest_takes_what_counts_out_of_mastery(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    [shown] = await press(house, "I did say this")
    assert "2 points I did not recognise no longer count against you" in shown.text
    assert all(row.contested_at is not None for row in house.rows(evidence))
    await house.play("ana in dm: /progress")
    assert "Weak" not in house.seen[-1].text


@scene()
async def test_answer_to_a_probe_counts_no_point_twice(house: House) -> None:
    await house.play(BEGIN)
    await say(house, WEAK, "done", GOOD, "done")
    assert [WEAK, f"{WEAK}\n{GOOD}"] == texts(house)
    await house.play("ana in dm: /progress")
    assert "ownership ▪▫▫▫▫ · recognised in 0 of 2" in house.seen[-1].text
    await house.play("ana in dm: /progress history")
    assert house.seen[-1].text.count("after a follow-up") == 1


@scene()
async def test_words_under_the_feedback_are_kept_for_the_next_try(house: House) -> None:
    await house.play(BEGIN)
    await answer(house, WEAK)
    noted = await say(house, "One more thing.")
    assert noted.line == "dm ana: Noted. Say next to go on, or retry to answer this one again. [Retry] [Next]"
    await say(house, GOOD, "done")
    assert f"One more thing.\n{GOOD}" in texts(house)


@scene()
async def test_what_is_added_while_an_answer_is_read_is_taken_with_it(house: House) -> None:
    await house.play(BEGIN)
    where = house.where("ana", DM)
    for words in (GOOD, "done", "And I told everybody about it."):
        await house.rig.say("ana", where, words)
    await house.application.settle()
    await say(house, "done")
    assert f"{GOOD}\nAnd I told everybody about it." in texts(house)
