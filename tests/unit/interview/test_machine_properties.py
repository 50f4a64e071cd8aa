from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from interview_play import SECOND, START, Play, submits

from bot.interview.machine import step
from bot.interview.model import (
    MAX_PROBES,
    Assessed,
    Delivered,
    Finish,
    Heard,
    Interview,
    Message,
    MessageDeleted,
    MessageEdited,
    Quiet,
    Refused,
    Show,
    Stale,
    Started,
    Word,
    from_json,
    to_json,
)

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


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("coach", "mock")), st.integers(1, 3), scripts)
def test_any_sequence_keeps_the_promises(mode: str, questions: int, script: list[Heard]) -> None:
    play = Play(mode, questions)
    submitted: list[tuple[int, int, bool]] = []
    for event in script:
        before = play.interview
        effects = play.hear(fitted(event, before))
        after = play.interview
        assert after.position >= before.position
        assert (after.version > before.version) == (after != before)
        assert len(after.results) == after.position + 1
        assert after.probes_used <= MAX_PROBES
        assert (after.clock is not None) <= (after.state in ("listening", "probing"))
        for submit in submits(effects):
            key = (submit.turn, submit.try_, submit.after_probe)
            assert key not in submitted
            submitted.append(key)
            assert after.state == "assessing"
            assert submit.text.strip()
        if before.state in ("assessing", "finished", "abandoned"):
            assert not submits(effects)
        assert after == from_json(to_json(after))
        stopped, ended = step(after, Word("stop"), play.now)
        assert stopped.state in ("finished", "abandoned")
        # What waits for its follow-up was not shown yet; it is, before the end.
        unshown = after.mode == "coach" and after.phase == "probing"
        shown = (Show("feedback", after.position, after.try_),) if unshown else ()
        assert (*shown, Finish("stopped")) == ended or after.state in ("finished", "abandoned")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(Message, id=ids, at=st.integers(0, 5).map(lambda n: START + n * SECOND), text=texts),
            st.builds(MessageEdited, id=ids, text=texts),
            st.builds(MessageDeleted, id=ids),
            st.builds(Word, word=st.sampled_from(("done", "hint", "repeat", "pause", "resume"))),
            st.builds(Quiet, stamp=st.integers(0, 12)),
            st.builds(replace, st.just(TRUE_RESULT), probe=st.just("more?")),
            st.builds(replace, st.just(TRUE_REFUSAL), text=st.sampled_from(("keep", "again"))),
        ),
        max_size=30,
    )
)
def test_everything_said_and_not_taken_back_is_in_the_submission(script: list[Heard]) -> None:
    play = Play()
    said: dict[str, tuple[datetime, str] | None] = {}  # None: taken back
    for event in script:
        if play.interview.phase == "reviewing":
            break
        match event:
            case Message(id_, at, text):
                said.setdefault(id_, (at, text))
            case MessageEdited(id_, text):
                known = said.get(id_)
                if known is not None:
                    said[id_] = (known[0], text)
            case MessageDeleted(id_):
                said[id_] = None
            case _:
                pass
        parts = sorted((entry[0], id_, entry[1].strip()) for id_, entry in said.items() if entry is not None)
        whole = "\n".join(text for _, _, text in parts if text)
        for submit in submits(play.hear(fitted(event, play.interview))):
            assert whole == submit.text
        assert whole == play.interview.answer


def test_json_of_an_older_version_has_defaults() -> None:
    text = (
        '{"id":"i","mode":"coach","plan":["q"],'
        '"started":"2026-10-09T12:00:00+00:00","updated":"2026-10-09T12:00:00+00:00"}'
    )
    assert Interview("i", "coach", ("q",), START, START) == from_json(text)
