"""The figures of a calibration: correlation, kappa, baselines, ceiling, and points read from a rubric."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.coaching.assessment import Assessment, Band
from bot.coaching.calibrate import (
    Agreement,
    Graded,
    OfQuestion,
    Pair,
    Runs,
    Scale,
    agreement,
    ceiling,
    cosines,
    lengths,
    measure,
    pearson,
    points_in,
    points_of,
    quadratic_kappa,
    question_of,
    step_of,
)

FIVE = Scale(0, 5)
MARKS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30)


def graded(*marks: float | None, question: str = "q", answer: str = "a b c", scale: Scale = FIVE) -> Graded:
    return Graded(question, answer, marks, scale)


def assessed(score: int | None, band: Band | None = None, reason: str | None = None) -> Assessment:
    verdict = "assessed" if reason is None else "not_enough_evidence"
    return Assessment("q", "offline", verdict, reason=reason, score=score, band=band)  # type: ignore[arg-type]


def kappa_by_matrix(xs: Sequence[int], ys: Sequence[int]) -> float | None:
    """Return kappa as the textbook has it: observed and expected disagreement, cell by cell."""
    size = len(xs)
    both, left, right = Counter(zip(xs, ys, strict=True)), Counter(xs), Counter(ys)
    cells = [(x, y) for x in left for y in right]
    expected = sum((x - y) ** 2 * left[x] * right[y] / size for x, y in cells)
    observed = sum((x - y) ** 2 * both[x, y] for x, y in cells)
    return 1 - observed / expected if expected else None


# ---------------------------------------------------------------- statistics
def test_pearson_of_known_values() -> None:
    assert pytest.approx(0.6546537) == pearson([1, 2, 3], [1, 4, 3])
    assert pytest.approx(1.0) == pearson([1, 2, 3], [10, 20, 30])
    assert pytest.approx(-1.0) == pearson([1, 2, 3], [3, 2, 1])


@pytest.mark.parametrize(("xs", "ys"), [([], []), ([1.0], [2.0]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [4, 4, 4])])
def test_pearson_of_too_little_is_undefined(xs: list[float], ys: list[float]) -> None:
    assert pearson(xs, ys) is None


@settings(max_examples=60)
@given(MARKS)
def test_kappa_is_that_of_the_textbook(marks: list[tuple[int, int]]) -> None:
    xs, ys = [x for x, _ in marks], [y for _, y in marks]
    expected = kappa_by_matrix(xs, ys)
    found = quadratic_kappa(xs, ys)
    assert (expected is None) == (found is None)
    assert expected is None or pytest.approx(expected) == found


@settings(max_examples=60)
@given(MARKS)
def test_kappa_is_symmetric_at_most_one_and_below_r(marks: list[tuple[int, int]]) -> None:
    xs, ys = [x for x, _ in marks], [y for _, y in marks]
    kappa, r = quadratic_kappa(xs, ys), pearson(xs, ys)
    assume(kappa is not None and r is not None)
    assert kappa is not None
    assert r is not None
    assert pytest.approx(kappa) == quadratic_kappa(ys, xs)
    assert abs(kappa) <= abs(r) + 1e-9


def test_kappa_of_the_same_marks_is_one_and_of_one_mark_undefined() -> None:
    assert quadratic_kappa([0, 1, 2], [0, 1, 2]) == 1
    assert quadratic_kappa([2, 2], [2, 2]) is None
    assert quadratic_kappa([], []) is None


# ---------------------------------------------------------------- agreement
def pairs(question: str, *values: tuple[float, float]) -> list[Pair]:
    return [Pair(question, human, other, 4) for human, other in values]


def test_agreement_within_a_question_ignores_that_questions_differ() -> None:
    hard = pairs("hard", (0, 0.1), (0.25, 0.2), (0.5, 0.3))
    easy = pairs("easy", (0.5, 0.1), (0.75, 0.2), (1, 0.3))
    found = agreement(hard + easy)
    assert (pytest.approx(found.r), (found.pooled_r or 0) < 0.75) == (1.0, True)


def test_agreement_leaves_out_questions_that_tell_nothing() -> None:
    same = pairs("same", (1, 0.1), (1, 0.9), (1, 0.5))
    two = pairs("two", (0, 1), (1, 0))
    telling = pairs("telling", (0, 0), (0.5, 0.5), (1, 1))
    assert Agreement(None, None, None, None) == agreement(same)
    assert (pytest.approx(agreement(same + two + telling).r), agreement(same + two + telling).kappa) == (1.0, 1.0)


def test_agreement_of_a_coach_that_says_always_the_same_is_nought() -> None:
    assert Agreement(0, 0, 0, 0) == agreement(pairs("q", (0, 0.5), (0.5, 0.5), (1, 0.5)))


def test_kappa_bins_to_the_steps_of_the_scale() -> None:
    near = agreement(pairs("q", (0, 0.12), (0.25, 0.13), (1, 0.88)))
    assert near.kappa == 1
    assert (near.r or 0) < 1


@pytest.mark.parametrize(
    ("marks", "step"),
    [((0, 3, 5), 1), ((0.5, 3), 0.5), ((0.25, 1), 0.25), ((0.4, 1), 0.2), ((0.1, 1), 0.1), ((0.333, 1), 0.01)],
)
def test_step_is_the_coarsest_that_all_marks_keep_to(marks: tuple[float, ...], step: float) -> None:
    assert step_of([graded(mark) for mark in marks]) == step


def test_ceiling_is_the_mean_over_pairs_of_graders() -> None:
    rows = [graded(0, 0, 5), graded(1, 1, 4), graded(4, 4, 1), graded(5, 5, 0)]
    found = ceiling(rows, 1)
    assert found is not None
    assert pytest.approx(-1 / 3) == found.r
    assert pytest.approx(-1 / 3) == found.pooled_kappa


def test_ceiling_takes_only_answers_that_both_graded() -> None:
    rows = [graded(0, 0), graded(2, 2), graded(5, 5), graded(1, None), graded(None, 4)]
    assert Agreement(1, 1, 1, 1) == ceiling(rows, 1)
    assert ceiling([graded(1), graded(2), graded(3)], 1) is None


# ---------------------------------------------------------------- baselines
def test_lengths_are_shares_of_the_longest_answer_to_the_question() -> None:
    rows = [graded(1, answer="a b"), graded(1, answer="a b c d"), graded(1, question="other", answer="")]
    assert lengths(rows) == [0.5, 1.0, 0.0]


def test_cosines_find_the_reference_and_nothing_foreign() -> None:
    rows = [
        graded(1, answer="A queue hands out the oldest entry."),
        graded(1, answer="Bread rises overnight"),
        graded(1, answer="the oldest"),
        graded(1, question="unknown", answer="A queue"),
    ]
    same, foreign, part, unknown = cosines(rows, {"q": "The queue hands out the oldest entry."})
    assert (pytest.approx(1.0), 0, 0) == (same, foreign, unknown)
    assert 0 < part < 1


# ---------------------------------------------------------------- the whole
def test_measure_tells_everything() -> None:
    rows = [graded(0), graded(1), graded(3), graded(5)]
    first = [assessed(70, "yes"), assessed(None, reason="too short"), assessed(50, "no"), assessed(90, "strong_yes")]
    second = [*first[:2], assessed(57, "no"), first[3]]
    found = measure(rows, {"q": "a"}, Runs(first, second, [assessed(n) for n in (0, 20, 60, 100)]))
    assert (found.answers, found.graders, found.praised, found.lowest) == (4, 1, 1, 2)
    assert ({"too short": 1}, pytest.approx(0.2)) == (found.refused, found.refused_mark)
    assert (found.changed, found.spread) == (1, 7)
    assert pytest.approx(1.0) == found.ungated.r
    assert found.humans is None
    assert [(one.question, one.answers, one.refused) for one in found.questions] == [("q", 4, 1)]
    assert found.questions[0] == OfQuestion("q", 4, 1, found.coach.r, found.coach.kappa)
    assert pytest.approx(found.assessed.r) == pearson([0, 3, 5], [70, 50, 90])


# ---------------------------------------------------------------- points
@pytest.mark.parametrize(
    ("rubric", "points"),
    [
        ("", ()),
        (" \n ", ()),
        ("one point", ("one point",)),
        ("first; with a tail\nsecond", ("first; with a tail", "second")),
        ("1. first\n2) second\n- third\n• fourth", ("first", "second", "third", "fourth")),
        ("first | second; still second", ("first", "second; still second")),
        ("first;  second ;", ("first", "second")),
        ("a|b is no separator", ("a|b is no separator",)),
        ("3 replicas are needed", ("3 replicas are needed",)),
    ],
)
def test_points_of_a_rubric(rubric: str, points: tuple[str, ...]) -> None:
    assert points_of(rubric) == points


@pytest.mark.parametrize(
    ("reference", "points"),
    [
        ("", ()),
        ("by value.", ("by value.",)),
        ("Rows are locked. Readers wait.", ("Rows are locked.", "Readers wait.")),
        ("readers wait; writers do not", ("readers wait", "writers do not")),
        (
            "The primary takes every write (phase 2) and the replicas copy its log later, in order.",
            ("The primary takes every write (phase 2)", "and the replicas copy its log later, in order."),
        ),
        ("First, the page is read into memory.", ("First, the page is read into memory.",)),
    ],
)
def test_points_in_a_reference(reference: str, points: tuple[str, ...]) -> None:
    assert points_in(reference) == points


def test_question_of_a_file_has_its_points_and_no_cues() -> None:
    question = question_of("q7", "What is a queue?", ["one", "two"])
    assert (question.id, question.format, question.category) == ("q7", "technical", "fundamentals")
    assert [(p.id, p.text, p.cues) for p in question.points] == [("p1", "one", ()), ("p2", "two", ())]
