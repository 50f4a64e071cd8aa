from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from interview_play import SECOND, START, Play

from bot.interview.machine import step
from bot.interview.model import (
    ABANDONED_AFTER,
    MAX_PROBES,
    QUIET_PERIOD,
    AskProbe,
    AskQuestion,
    Assessed,
    Delivered,
    Finish,
    Heard,
    Interview,
    Message,
    MessageDeleted,
    MessageEdited,
    Outcome,
    Quiet,
    Refused,
    Say,
    Show,
    Stale,
    Started,
    StartTimer,
    Submit,
    TurnResult,
    Word,
)


# ---------------------------------------------------------------- the way through
def test_interview_needs_a_question() -> None:
    with pytest.raises(ValueError, match="at least one question"):
        Interview("i", "coach", (), START, START)


def test_start_asks_the_first_question_once() -> None:
    planned = Interview("i", "coach", ("q",), START, START)
    begun, effects = step(planned, Started(), START)
    assert effects == (AskQuestion(0), StartTimer(START + ABANDONED_AFTER, Stale()))
    assert ("asking", 1, (TurnResult(),)) == (begun.state, begun.version, begun.results)
    assert (begun, ()) == step(begun, Started(), START)


def test_coach_interview_from_start_to_end() -> None:
    play = Play()
    assert play.say("first") == (StartTimer(play.now + QUIET_PERIOD, Quiet(1)),)
    play.say("second")
    assert play.order("done") == (Submit("first\nsecond", 0, 1, False),)
    assert play.assess("and the number?") == (AskProbe("and the number?", "p1"),)
    play.say("forty percent")
    assert play.order("done") == (Submit("first\nsecond\nforty percent", 0, 1, True),)
    assert play.assess(score=90, band="strong_yes") == (Show("feedback", 0, 1),)
    assert play.order("next") == (AskQuestion(1),)
    play.hear(Delivered(1))
    play.say("another")
    play.order("done")
    assert play.assess() == (Show("feedback", 1, 1),)
    assert play.order("next") == (Finish("complete"),)
    first = TurnResult((Outcome(1, False, "yes", 70), Outcome(1, True, "strong_yes", 90)), seconds=5.0)
    assert (first, TurnResult((Outcome(1, False, "yes", 70),), seconds=2.0)) == play.interview.results
    assert (first.outcomes[0], first.outcomes[1]) == (first.newest(after_probe=False), first.newest(after_probe=True))


def test_mock_interview_gives_no_feedback() -> None:
    play = Play("mock")
    play.say("one")
    play.order("done")
    assert play.assess("more?") == (AskProbe("more?", "p1"),)
    play.say("more")
    play.order("done")
    assert play.assess() == (AskQuestion(1),)
    assert play.hear(Word("contest", turn=0)) == (Say("old"),)
    play.say("two")
    play.order("done")
    assert play.assess() == (Finish("complete"),)
    assert play.hear(Word("contest", turn=0)) == (Show("points", 0, 1),)


def test_probes_are_limited() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    for _ in range(MAX_PROBES):
        play.assess("more?")
        play.say("more")
        play.order("done")
    assert play.assess("still more?") == (Show("feedback", 0, 1),)


# ---------------------------------------------------------------- collecting
def test_quiet_period_submits_what_was_collected() -> None:
    play = Play()
    play.say("one")
    assert play.hear(Quiet(1)) == (Submit("one", 0, 1, False),)


def test_quiet_timer_that_is_old_or_finds_nothing_is_ignored() -> None:
    play = Play()
    play.say("one", "two")
    assert play.hear(Quiet(1)) == ()
    play.hear(MessageDeleted("one"), MessageDeleted("two"))
    assert play.hear(Quiet(play.interview.stamp)) == ()
    assert play.order("done") == (Say("nothing_collected"),)


def test_messages_are_ordered_by_the_platform_and_count_once() -> None:
    play = Play()
    late, early = Message("9", START, "late"), Message("10", START - SECOND, "early")
    play.hear(late, early, late, replace(late, text="again"))
    assert play.order("done") == (Submit("early\nlate", 0, 1, False),)


def test_edits_and_deletions_within_the_turn_count() -> None:
    play = Play()
    play.say("one", "two", "three")
    play.hear(MessageEdited("one", "ONE"), MessageDeleted("two"), MessageEdited("two", "no"))
    play.say("two")  # a redelivery of what is gone
    assert play.order("done") == (Submit("ONE\nthree", 0, 1, False),)


def test_deletion_before_its_message_is_remembered() -> None:
    play = Play()
    play.hear(MessageDeleted("one"))
    play.say("one", "two")
    assert play.order("done") == (Submit("two", 0, 1, False),)


def test_answer_before_the_delivery_was_reported_is_kept() -> None:
    play = Play()
    play.order("skip")
    play.say("quick")
    assert play.state == "listening"
    play.hear(Delivered(1))
    assert play.order("done") == (Submit("quick", 1, 1, False),)


def test_message_of_an_earlier_turn_is_not_heard_again() -> None:
    play = Play()
    play.say("one")
    play.order("skip")
    play.hear(Delivered(1))
    play.say("one")
    assert play.order("done") == (Say("nothing_collected"),)


def test_correction_of_the_answer_is_no_answer_to_the_probe() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess("more?")
    assert play.hear(MessageEdited("one", "ONE")) == ()
    assert play.order("done") == (Say("nothing_new"),)
    play.say("more")
    assert play.order("done") == (Submit("ONE\nmore", 0, 1, True),)


# ---------------------------------------------------------------- while the coach works
def test_done_while_assessing_is_busy() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    assert [(Say("busy"),)] * 4 == [play.order(word) for word in ("done", "hint", "skip", "next")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        (Message("two", START + timedelta(hours=1), "two"), "one\ntwo"),
        (MessageEdited("one", "ONE"), "ONE"),
    ],
)
def test_change_while_assessing_collects_the_whole_answer_again(change: Heard, whole: str) -> None:
    play = Play()
    play.say("one")
    play.order("done")
    assert play.hear(change) == ()
    timer = StartTimer(play.now + SECOND + QUIET_PERIOD, Quiet(2))
    assert play.assess("more?") == (Say("heard_more"), timer)
    assert play.hear(Quiet(2)) == (Submit(whole, 0, 2, False),)
    assert (TurnResult(seconds=3.0),) == play.interview.results


@pytest.mark.parametrize("before", [(), (MessageEdited("one", "ONE"),)])
def test_answer_taken_back_while_assessing_is_not_judged(before: tuple[Heard, ...]) -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.hear(*before, MessageDeleted("one"))
    assert play.assess() == (Say("nothing_collected"),)
    assert (play.state, play.interview.answer, play.interview.results[0].outcomes) == ("listening", "", ())


def test_change_after_the_probe_collects_again_without_another_probe() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess("more?")
    play.say("two")
    play.order("done")
    play.say("three")
    play.assess()
    assert play.state == "probing"
    assert play.order("done") == (Submit("one\ntwo\nthree", 0, 2, True),)
    assert play.assess("again?") == (Show("feedback", 0, 2),)


@pytest.mark.parametrize("changes", [{"turn": 1}, {"try_": 2}, {"after_probe": True}])
def test_result_of_another_submission_is_ignored(changes: dict[str, object]) -> None:
    play = Play()
    play.say("one")
    play.order("done")
    before = play.interview
    assert play.assess(**changes) == ()
    assert before == play.interview


def test_refusal_keeps_the_text_and_listens_on() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    assert play.hear(Refused(0, 1, "too_short")) == (Say("refused", "too_short"),)
    assert play.order("done") == (Say("nothing_new"),)
    play.say("two")
    assert play.order("done") == (Submit("one\ntwo", 0, 2, False),)


def test_refusal_may_drop_the_text() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.hear(Refused(0, 1, "too_long", text="drop"))
    play.say("two")
    assert play.order("done") == (Submit("two", 0, 2, False),)


def test_failed_assessment_can_be_submitted_again_as_it_is() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    assert play.hear(Refused(0, 1, "", text="again")) == (Say("failed"),)
    assert play.order("done") == (Submit("one", 0, 2, False),)


def test_refusal_after_a_probe_ends_the_turn_with_what_was_unprompted() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess("more?")
    play.say("no idea")
    play.order("done")
    assert play.hear(Refused(0, 1, "no_evidence", after_probe=True)) == (Show("feedback", 0, 1),)
    assert (Outcome(1, False, "yes", 70),) == play.interview.results[0].outcomes


# ---------------------------------------------------------------- orders


# ---------------------------------------------------------------- pauses and ends


# ---------------------------------------------------------------- whatever happens
ids = st.sampled_from("abcdefgh")
texts = st.sampled_from(("", " ", "one", "two words", "three\nlines"))
turns = st.integers(0, 2)
tries = st.integers(1, 4)
orders = st.sampled_from(("done", "hint", "repeat", "skip", "pause", "resume", "retry", "next", "contest", "stop"))
TRUE_RESULT = Assessed(-1, -1, "yes", 70)
TRUE_REFUSAL = Refused(-1, -1, "x")
events = st.one_of(
    st.builds(Message, id=ids, at=st.integers(0, 5).map(lambda n: START + n * SECOND), text=texts),
    st.builds(Message, id=ids, at=st.integers(0, 5).map(lambda n: START + n * SECOND), text=texts),
    st.builds(MessageEdited, id=ids, text=texts),
    st.builds(MessageDeleted, id=ids),
    st.builds(Word, word=orders.filter(lambda word: word != "stop")),
    st.builds(Word, word=orders, turn=turns, try_=st.one_of(st.none(), tries)),
    st.just(Word("done")),
    st.builds(Quiet, stamp=st.integers(0, 12)),
    st.builds(Delivered, turn=turns),
    st.builds(replace, st.just(TRUE_RESULT), probe=st.sampled_from((None, "more?"))),
    st.builds(replace, st.just(TRUE_RESULT), probe=st.sampled_from((None, "more?"))),
    st.builds(replace, st.just(TRUE_REFUSAL), text=st.sampled_from(("keep", "keep", "drop", "again"))),
    st.builds(Assessed, turn=turns, try_=tries, band=st.just("no"), score=st.just(50), after_probe=st.booleans()),
    st.builds(Refused, turn=turns, try_=tries, reason=st.just("x"), after_probe=st.booleans()),
    st.sampled_from((Started(), Stale())),
)
scripts = st.lists(events, max_size=40)


def fitted(event: Heard, interview: Interview) -> Heard:
    """Make a result the one of the submission under way, where it is to be a true one."""
    if isinstance(event, Assessed | Refused) and event.turn == -1:
        probed = interview.probes_used > 0
        return replace(event, turn=interview.position, try_=interview.try_, after_probe=probed)
    return event
