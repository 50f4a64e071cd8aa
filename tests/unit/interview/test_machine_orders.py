from __future__ import annotations

from datetime import timedelta

import pytest
from interview_play import SECOND, START, Play

from bot.interview.machine import meant, step, word_of
from bot.interview.model import (
    ABANDONED_AFTER,
    QUIET_PERIOD,
    AskProbe,
    AskQuestion,
    Delivered,
    Effect,
    Finish,
    Message,
    Outcome,
    Quiet,
    Say,
    Show,
    Stale,
    Started,
    StartTimer,
    Submit,
    Word,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("done", "done"),
        ("Done.", "done"),
        (" SKIP !! ", "skip"),
        ("next…", "next"),
        ("I am done", "done"),
        ("/hint", "hint"),
        ("quit", "stop"),
        ("I am done with it", None),
        ("done it", None),
        ("contest", None),
        ("", None),
        ("?", None),
    ],
)
def test_word_is_an_order_only_alone(text: str, expected: str | None) -> None:
    assert expected == word_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hnt", "hint"),
        ("repaet", "repeat"),
        ("paus!", "pause"),
        ("hint", None),
        ("text", None),
        ("no", None),
        ("repeatedly", None),
        ("hnt please", None),
    ],
)
def test_slip_in_an_order_is_seen_in_a_word_alone(text: str, expected: str | None) -> None:
    assert expected == meant(text)


def test_word_of_an_unknown_language_is_none() -> None:
    assert word_of("done", "xx") is None


def test_hint_and_repeat_give_the_answer_under_way_more_time() -> None:
    play = Play()
    assert play.order("hint") == (Show("hint", 0, 1),)
    play.say("one")
    assert play.order("hint") == (Show("hint", 0, 1), StartTimer(play.now + QUIET_PERIOD, Quiet(2)))
    assert play.order("repeat") == (Show("question", 0, 1), StartTimer(play.now + QUIET_PERIOD, Quiet(3)))
    assert play.interview.results[0].hints == 2


def test_skip_goes_on_and_a_second_press_of_its_button_does_nothing() -> None:
    play = Play(questions=3)
    assert play.hear(Word("skip", turn=0)) == (AskQuestion(1),)
    assert play.hear(Word("skip", turn=0)) == (Say("old"),)
    assert (play.interview.position, tuple(r.skipped for r in play.interview.results)) == (1, (True, False))


def test_skip_of_a_probe_ends_the_turn() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess("more?")
    assert play.hear(Word("skip", turn=0)) == (Show("feedback", 0, 1),)
    assert play.hear(Word("skip", turn=0)) == (Say("choices"),)
    assert not play.interview.results[0].skipped


def test_next_submits_what_was_collected_and_skips_where_nothing_was() -> None:
    play = Play()
    assert play.order("next") == (AskQuestion(1),)
    play.say("one")
    assert play.order("next") == (Submit("one", 1, 1, False),)


def test_retry_is_a_new_try_and_a_second_press_of_its_button_does_nothing() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess()
    assert play.hear(Word("retry", turn=0, try_=1)) == (Show("question", 0, 2),)
    play.say("better")
    assert play.hear(Word("retry", turn=0, try_=1)) == (Say("old"),)
    assert play.order("done") == (Submit("better", 0, 2, False),)
    assert play.assess("more?", score=80) == (AskProbe("more?", "p1"),)
    assert [outcome.score for outcome in play.interview.results[0].outcomes] == [70, 80]


def test_words_under_the_feedback_become_the_next_try() -> None:
    play = Play()
    play.say("one")
    play.order("done")
    play.assess()
    assert play.order("done") == (Say("choices"),)
    assert play.say("better") == (Say("choices"),)
    assert play.say("much better") == ()
    assert play.order("done") == (Submit("better\nmuch better", 0, 2, False),)


def test_contest_names_the_try_under_discussion() -> None:
    play = Play()
    assert play.order("contest") == (Say("old"),)
    play.say("one")
    play.order("done")
    play.assess()
    assert play.order("contest") == (Show("points", 0, 1),)
    play.order("next")
    assert play.hear(Word("contest", turn=0, try_=1)) == (Show("points", 0, 1),)
    assert play.hear(Word("contest", turn=7)) == (Say("old"),)


# ---------------------------------------------------------------- pauses and ends
def test_pause_keeps_what_is_said_and_stops_the_clock() -> None:
    play = Play()
    play.say("one")
    assert play.order("pause") == (Say("paused"),)
    assert play.hear(Quiet(1)) == ()
    play.now += timedelta(days=3)
    assert [(Say("paused"),)] * 2 == [play.order("done"), play.order("pause")]
    play.say("two")
    assert play.order("resume") == (Show("question", 0, 1), StartTimer(play.now + QUIET_PERIOD, Quiet(2)))
    assert play.order("done") == (Submit("one\ntwo", 0, 1, False),)
    assert play.interview.results[0].seconds == 3.0


@pytest.mark.parametrize(
    ("mode", "probe", "expected"),
    [
        ("coach", None, (Show("feedback", 0, 1),)),
        ("coach", "more?", (AskProbe("more?", "p1"),)),
        ("mock", None, (AskQuestion(1),)),
    ],
)
def test_result_that_comes_in_a_pause_is_shown_after_it(
    mode: str, probe: str | None, expected: tuple[Effect, ...]
) -> None:
    play = Play(mode)
    play.say("one")
    play.order("done", "pause")
    assert play.assess(probe) == ()
    assert play.state == "paused"
    assert (Outcome(1, False, "yes", 70),) == play.interview.results[0].outcomes
    assert expected == play.order("resume")


def test_delivery_in_a_pause_is_not_asked_for_again() -> None:
    play = Play()
    play.order("skip", "pause")
    play.hear(Delivered(1))
    assert play.order("resume") == (Show("question", 1, 1),)


def test_stop_finishes_once_and_forgets_the_messages() -> None:
    play = Play()
    play.say("one")
    assert play.order("stop") == (Finish("stopped"),)
    assert (play.state, play.interview.messages) == ("finished", ())
    before = play.interview
    assert play.hear(Word("stop"), Started(), Message("x", START, "x"), Stale(), Quiet(1)) == ()
    assert before == play.interview


def test_interview_is_abandoned_after_seven_days_of_silence() -> None:
    play = Play()
    play.order("pause")
    over = play.interview.updated + ABANDONED_AFTER
    assert (play.interview, (StartTimer(over, Stale()),)) == step(play.interview, Stale(), over - SECOND)
    abandoned, effects = step(play.interview, Stale(), over)
    assert ("abandoned", (Finish("stale"),)) == (abandoned.state, effects)
