"""Answers to rounds: by form and in the thread, changed, withdrawn, contested, too long, too late, twice."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete

from bot.chat.model import Submitted
from bot.storage.tables import buttons, evidence, rounds
from tests.feature.answering import BETTER, FORM, GOOD, IN_THREAD, PRIVATELY, ROUND, SCORED, credits_, kept
from tests.feature.sample_bank import BANK
from tests.feature.stage import House, abridged, scene


# ---------------------------------------------------------------- by form
@scene()
async def test_form_answer_is_assessed_to_its_author_alone(house: House) -> None:
    await house.play(ROUND)
    await house.converse((PRIVATELY, (FORM, SCORED)))
    assert kept(house) == [("ben", "assessed", GOOD)]
    assert {"ben"} == {seen.to for seen in house.seen[-2:]}


@scene()
async def test_form_opens_again_with_what_was_answered_and_changes_it(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    await house.converse(
        ('ben presses "Change my answer" in #prep', f"#prep to ben form: Your answer / Your answer: {GOOD}"),
        (f"ben submits: {BETTER}", SCORED),
        ('ben presses "Answer privately" in #prep', f"#prep to ben form: Your answer / Your answer: {BETTER}"),
    )
    assert kept(house) == [("ben", "assessed", BETTER)]
    assert credits_(house) == ["credit"]


@scene()
async def test_form_answer_that_says_nothing_is_refused_without_a_score(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        (
            'ben presses "Answer privately" in #prep\nben submits: I do not know',
            (FORM, "#prep to ben: …No score, and your streak is safe until this closes, tomorrow 09:00."),
        ),
        (
            f'ben presses "Answer privately" in #prep\nben submits: {BANK.questions["full-disk"].prompt}',
            (FORM, "#prep to ben: I have nothing to go by yet: that repeats the question…"),
        ),
    )
    assert kept(house) == []


@scene()
async def test_form_answer_refused_after_a_good_one_leaves_that_in_place(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    await house.converse(
        (
            'ben presses "Change my answer" in #prep\nben submits: ok',
            (FORM, "#prep to ben: …Your answer as it was before still stands, with its assessment."),
        ),
    )
    assert kept(house) == [("ben", "assessed", GOOD)]


async def submit_at_once(house: House, *texts: str) -> list[str]:
    """Send the form of ben off several times before the first is dealt with; return what he is told."""
    await house.play('ben presses "Answer privately" in #prep')
    token = next(row.token for row in house.rows(buttons) if row.args.get("round"))
    where, who = house.rig.channel("prep"), house.person("ben")
    events = [
        Submitted(
            id=f"fast-{number}",
            at=house.now,
            space=where.space,
            who=who,
            where=where,
            name="ben",
            reply="[]",
            form="daily.answer",
            token=token,
            values={"answer": text},
        )
        for number, text in enumerate(texts)
    ]
    before = len(house.seen)
    await asyncio.gather(*(house.delivery.accept(event) for event in events))
    await house.application.settle()
    return [seen.line for seen in house.seen[before:]]


@scene()
async def test_form_sent_off_twice_makes_one_attempt(house: House) -> None:
    await house.play(ROUND)
    told = await submit_at_once(house, GOOD, GOOD)
    on_its_way = "#prep to ben: I have that answer already; its assessment is on its way."
    assert abridged([on_its_way, SCORED], told) == [on_its_way, SCORED]
    assert kept(house) == [("ben", "assessed", GOOD)]
    assert credits_(house) == ["credit"]


@scene()
async def test_form_overtaken_by_a_newer_answer_gets_its_one_reply(house: House) -> None:
    await house.play(ROUND)
    told = await submit_at_once(house, GOOD, BETTER)
    replaced = "#prep to ben: A newer answer of yours took the place of that one; its assessment is what counts."
    assert abridged([replaced, SCORED], told) == [replaced, SCORED]
    assert kept(house) == [("ben", "assessed", BETTER)]
    assert credits_(house) == ["credit"]


@scene()
async def test_form_of_a_round_that_is_gone_gives_the_answer_back(house: House) -> None:
    await house.play(ROUND + 'ben presses "Answer privately" in #prep')
    house.read(lambda tx: tx.execute(delete(rounds)))
    await house.converse(
        (
            f"ben submits: {GOOD}",
            "#prep to ben: That question is gone, so I cannot assess your answer any more. "
            f"Nothing is lost, here it is: / │ {GOOD}",
        ),
        (
            'ben presses "Answer privately" in #prep',
            "#prep to ben: That question is gone, so I cannot assess an answer any more. "
            "`/practice` gives you another one.",
        ),
    )


# ---------------------------------------------------------------- in the thread
@scene()
async def test_thread_takes_the_first_reply_past_the_gate_and_leaves_talk_alone(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        ("ben in #prep thread: good morning everybody", ""),
        (f"ben in #prep thread: {GOOD}", IN_THREAD),
        (f"ben in #prep thread: {BETTER}", ""),
        (f"ben in #prep: {BETTER}", ""),
    )
    assert kept(house) == [("ben", "assessed", GOOD)]


@scene()
async def test_thread_answers_of_two_are_told_apart(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        (f"ben in #prep thread: {GOOD}", IN_THREAD),
        (f"cleo in #prep thread: {BETTER}", IN_THREAD.replace("ben", "cleo")),
    )
    assert kept(house) == [("ben", "assessed", GOOD), ("cleo", "assessed", BETTER)]


@scene()
async def test_thread_reply_after_a_form_answer_is_left_alone(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    await house.converse((f"ben in #prep thread: {BETTER}", ""))
    assert kept(house) == [("ben", "assessed", GOOD)]


@scene()
async def test_thread_answer_is_assessed_again_when_it_is_edited(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        (f"ben in #prep thread: {GOOD}", IN_THREAD),
        (f"ben edits in #prep thread: {BETTER}", IN_THREAD),
        (f"ben edits in #prep thread: {BETTER}", ""),
        (
            "ben edits in #prep thread: never mind",
            "#prep thread to ben: …Your answer as it was before still stands, with its assessment.",
        ),
    )
    assert kept(house) == [("ben", "assessed", BETTER)]
    assert credits_(house) == ["credit"]


@scene()
async def test_thread_talk_that_is_edited_into_an_answer_counts(house: House) -> None:
    await house.play(ROUND)
    await house.converse(("ben in #prep thread: wait", ""), (f"ben edits in #prep thread: {GOOD}", IN_THREAD))


@scene()
async def test_thread_answer_edited_after_the_close_stays_as_it_was(house: House) -> None:
    await house.play(f"{ROUND}\nben in #prep thread: {GOOD}\nat 2026-12-02T08:59Z")
    thread = house.talk("#prep")
    await house.play("at 2026-12-02T09:00Z")
    _, message = house._said["ben", "#prep thread"]
    await house.rig.edit("ben", thread, message, BETTER)
    await house.application.settle()
    assert kept(house) == [("ben", "assessed", GOOD)]


@scene()
async def test_thread_answer_that_is_deleted_is_withdrawn_with_all_it_earned(house: House) -> None:
    await house.play(f"{ROUND}\nben in #prep thread: {GOOD}")
    await house.converse(("ben deletes in #prep thread", ""))
    assert kept(house) == [("ben", "withdrawn", "")]
    assert credits_(house) == ["credit", "withdrawn"]
    assert house.rows(evidence) == []
    await house.converse((f"ben in #prep thread: {BETTER}", IN_THREAD))
    assert credits_(house) == ["credit", "withdrawn", "credit"]


@scene()
async def test_thread_deletion_of_other_words_withdraws_nothing(house: House) -> None:
    await house.play(f"{ROUND}\nben in #prep thread: {GOOD}\nben in #prep thread: by the way, good morning")
    await house.play("ben deletes in #prep thread")
    assert kept(house) == [("ben", "assessed", GOOD)]


# ---------------------------------------------------------------- unusual words
@scene()
async def test_answer_of_a_hundred_thousand_characters_is_refused_kindly(house: House) -> None:
    await house.play(ROUND)
    await house.converse(
        (
            f"ben in #prep thread: {GOOD * 520}",
            "#prep thread to ben: That is …,… characters; I read up to 20,000. Your words are still where "
            "you wrote them: shorten them to what you would say in two minutes, and I will assess that.",
        ),
        (f"ben edits in #prep thread: {GOOD}", IN_THREAD),
    )
    assert kept(house) == [("ben", "assessed", GOOD)]


@scene()
async def test_form_holds_an_answer_that_is_too_long_for_it(house: House) -> None:
    await house.play(ROUND + 'ben presses "Answer privately" in #prep')
    with pytest.raises(PermissionError, match=r"3,?000"):
        await house.play(f"ben submits: {GOOD * 40}")
    assert kept(house) == []


@scene()
async def test_answer_with_unusual_characters_is_kept_and_shown_back(house: House) -> None:
    await house.play(ROUND)
    odd = f"{GOOD} 🚀👩‍💻 \u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \x07 bell \u0000 nul"
    await house.play(f"ben in #prep thread: {odd}")
    [(name, state, text)] = kept(house)
    assert (name, state) == ("ben", "assessed")
    assert "🚀👩‍💻" in text
    assert "שלום" in text
    assert not {"\x07", "\x00"} & set(text)
