from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.progress.cards import history_row, question_words
from bot.progress.history import Attempt, together
from tests.feature.sample_bank import BANK

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DISK = BANK.questions["full-disk"]


def attempt(ref: str, minutes: int = 0, score: int | None = 50) -> Attempt:
    band = None if score is None else "no" if score < 65 else "yes"
    return Attempt("full-disk", NOW + timedelta(minutes=minutes), "interview", ref, band, score)  # type: ignore[arg-type]


def refs(*attempts: Attempt) -> list[list[str]]:
    return [[one.ref for one in told] for told in together(attempts)]


def test_follow_ups_belong_to_the_answer_before_them() -> None:
    turn = [attempt(f"i:0:{name}", minutes) for minutes, name in enumerate(("1:first", "1:probe", "2:probe"))]
    assert refs(*reversed(turn)) == [["i:0:1:first", "i:0:1:probe", "i:0:2:probe"]]


def test_retry_is_told_by_itself_with_its_own_follow_up() -> None:
    turn = [attempt("i:0:1:first"), attempt("i:0:1:probe", 1), attempt("i:0:2:first", 2), attempt("i:0:2:probe", 3)]
    assert refs(*turn) == [["i:0:2:first", "i:0:2:probe"], ["i:0:1:first", "i:0:1:probe"]]


def test_other_turns_and_rounds_are_told_by_themselves() -> None:
    told = refs(attempt("i:0:1:first"), attempt("i:1:1:probe", 1), attempt("round", 2), attempt("j:0:1:probe", 3))
    assert told == [["j:0:1:probe"], ["round"], ["i:1:1:probe"], ["i:0:1:first"]]


attempts = st.lists(
    st.builds(
        attempt,
        st.one_of(
            st.uuids().map(str),
            st.builds("{}:{}:{}:{}".format, st.sampled_from("ij"), *[st.integers(0, 11)] * 2, st.just("first")),
            st.builds("{}:{}:{}:{}".format, st.sampled_from("ij"), *[st.integers(0, 11)] * 2, st.just("probe")),
        ),
        st.integers(0, 90),
    ),
    unique_by=lambda one: one.ref,
)


@settings(max_examples=80)
@given(attempts)
def test_together_loses_nothing_and_goes_from_the_newest(found: list[Attempt]) -> None:
    told = together(found)
    assert sorted(one.ref for one in found) == sorted(one.ref for row in told for one in row)
    assert all(one.followed for row in told for one in row[1:])
    assert all(len({one.ref.split(":")[1] for one in row}) == 1 for row in told if len(row) > 1)
    assert [row[0].at for row in told] == sorted((row[0].at for row in told), reverse=True)


@settings(max_examples=40)
@given(attempts, st.randoms())
def test_together_does_not_depend_on_the_order(found: list[Attempt], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert together(found) == together(shuffled)


def test_row_says_what_a_follow_up_changed() -> None:
    first, after = attempt("i:0:1:first", 0, 41), attempt("i:0:1:probe", 1, 72)
    expected = [
        "At night the disk of your main server runs full and… · no 41 · interview",
        "At night the disk of your main server runs full and… · no 41 → yes 72 after a follow-up · interview",
        "a question that is gone · yes 72 after a follow-up · interview",
        "a question that is gone · no score · interview",
    ]
    assert expected == [
        history_row(DISK, (first,)),
        history_row(DISK, (first, after)),
        history_row(None, (after,)),
        history_row(None, (attempt("round", 0, None),)),
    ]


@given(st.sampled_from(list(BANK.questions)))
def test_question_is_known_by_its_first_words(name: str) -> None:
    words = question_words(BANK.questions[name])
    assert len(words) <= 60
    assert BANK.questions[name].prompt.startswith(words.removesuffix("…"))
