from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.model import DIFFICULTIES, Difficulty
from bot.progress.skills import (
    LEAST_SD,
    PRIOR_SD,
    Mastery,
    expected,
    faded,
    is_weak,
    need,
    prior,
    update,
    weakest,
)

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)

grades = st.floats(0, 1)
weights = st.floats(0.01, 5)
difficulties = st.sampled_from(DIFFICULTIES)
masteries = st.builds(
    Mastery,
    mean=st.floats(0.02, 0.98),
    sd=st.floats(LEAST_SD, PRIOR_SD),
    evidence=st.integers(0, 50),
    updated=st.integers(0, 400).map(lambda days: NOW - timedelta(days=days)),
)
points = st.tuples(grades, difficulties, st.floats(0.25, 2))


def after(*grades: float, difficulty: Difficulty = "medium", weight: float = 1) -> Mastery:
    found = prior()
    for met in grades:
        found = update(found, met, difficulty, weight, NOW)
    return found


def test_mastery_of_somebody_unknown_is_even_and_not_weak() -> None:
    assert (prior().mean, prior().evidence, is_weak(prior())) == (0.5, 0, False)
    assert prior() == faded(prior(), NOW)


def test_skill_is_weak_after_three_misses_and_not_after_two() -> None:
    assert (is_weak(after(0, 0)), is_weak(after(0, 0, 0))) == (False, True)


def test_skill_recovers_when_its_points_are_met() -> None:
    assert not is_weak(after(0, 0, 0, 1, 1, 1, 1))


def test_difficulty_makes_a_hard_point_worth_more() -> None:
    met = [after(1, difficulty=difficulty).mean for difficulty in DIFFICULTIES]
    missed = [after(0, difficulty=difficulty).mean for difficulty in DIFFICULTIES]
    assert (sorted(met), sorted(missed)) == (met, missed)


def test_long_practice_is_remembered_and_can_still_be_outgrown() -> None:
    strong = after(*[1.0] * 60)
    assert strong.mean > 0.9
    assert not is_weak(strong)
    declined = strong
    for day in range(20):
        declined = update(declined, 0, "medium", 1, NOW + timedelta(days=10 * day))
    assert is_weak(declined)


def test_expected_success_falls_with_difficulty() -> None:
    assert [round(expected(prior(), difficulty), 2) for difficulty in DIFFICULTIES] == [0.69, 0.5, 0.31]


def test_uncertainty_returns_to_the_start_after_half_a_year() -> None:
    known = Mastery(0.8, 0.5, 12, NOW)
    assert [round(faded(known, NOW + timedelta(days=d)).sd, 2) for d in (0, 25, 180, 900)] == [0.5, 0.66, 1.25, 1.25]


@pytest.mark.parametrize(("met", "weight"), [(-0.1, 1), (1.1, 1), (float("nan"), 1), (0.5, -1), (0.5, float("nan"))])
def test_evidence_out_of_range_is_refused(met: float, weight: float) -> None:
    with pytest.raises(ValueError, match="must"):
        update(prior(), met, "medium", weight, NOW)


def test_evidence_without_weight_changes_nothing() -> None:
    assert prior() == update(prior(), 1, "hard", 0, NOW)


def test_evidence_that_comes_late_keeps_the_newest_date() -> None:
    assert update(after(1), 0, "medium", 1, NOW - timedelta(days=3)).updated == NOW


def test_weakest_puts_weak_areas_first_then_what_is_surely_poor() -> None:
    known = {
        "strong": Mastery(0.9, 0.4, 9, NOW),
        "even": Mastery(0.55, 0.4, 9, NOW),
        "once": Mastery(0.3, 1.1, 1, NOW),
        "weak": Mastery(0.4, 0.5, 5, NOW),
        "weakest": Mastery(0.2, 0.5, 5, NOW),
        "unknown": prior(),
    }
    assert weakest(known, NOW) == ("weakest", "weak", "once")
    assert weakest(known, NOW, n=9) == ("weakest", "weak", "once", "even", "strong")


@settings(max_examples=150)
@given(masteries, grades, difficulties, weights)
def test_update_stays_within_bounds_and_moves_towards_the_result(
    known: Mastery, met: float, difficulty: Difficulty, weight: float
) -> None:
    moved = update(known, met, difficulty, weight, NOW)
    assert 0.02 <= moved.mean <= 0.98
    assert LEAST_SD <= moved.sd <= faded(known, NOW).sd
    assert (known.evidence + 1, NOW) == (moved.evidence, moved.updated)
    surprise = met - expected(known, difficulty)
    assert (moved.mean - known.mean) * surprise >= -1e-12
    assert 0 <= need(moved, NOW) <= 1


@settings(max_examples=100)
@given(masteries, st.lists(grades, min_size=2, max_size=6), difficulties, weights)
def test_update_is_monotone_in_the_result(
    known: Mastery, results: list[float], difficulty: Difficulty, weight: float
) -> None:
    means = [update(known, met, difficulty, weight, NOW).mean for met in sorted(results)]
    assert all(low <= high for low, high in pairwise(means))


@settings(max_examples=100)
@given(masteries, st.integers(0, 1000), st.integers(0, 1000))
def test_uncertainty_only_grows_with_time(known: Mastery, days: int, more: int) -> None:
    first, second = (faded(known, NOW + timedelta(days=d)) for d in (days, days + more))
    assert (known.mean, known.evidence) == (second.mean, second.evidence)
    assert known.sd <= first.sd <= second.sd <= PRIOR_SD


@settings(max_examples=200)
@given(st.lists(points, min_size=2, max_size=10), st.randoms(use_true_random=False))
def test_order_of_evidence_matters_little(evidence, random) -> None:  # type: ignore[no-untyped-def]
    def learn() -> Mastery:
        found = prior()
        for met, difficulty, weight in evidence:
            found = update(found, met, difficulty, weight, NOW)
        return found

    one = learn()
    random.shuffle(evidence)
    other = learn()
    assert abs(one.mean - other.mean) < 0.2
    assert one.evidence == other.evidence
