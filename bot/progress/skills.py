"""Mastery: how well a learner does a skill, with how much certainty, and which skills are weak (pure).

The model is Glicko's (M. E. Glickman, "Parameter estimation in large dynamic paired comparison experiments",
Applied Statistics 48, 1999) with an assessed point in the place of a game and the question's difficulty in that of
the opponent; Elo-like models of this kind hold up well in teaching (R. Pelánek, "Applications of the Elo rating
system in adaptive educational systems", Computers & Education 98, 2016).  On the logistic scale, with ability a,
variance v, difficulty d, weight w and a result s between 0 and 1:

    p = 1 / (1 + exp(d - a))        1/v' = 1/v + w p (1 - p)        a' = a + v' w (s - p)

Between two pieces of evidence v grows with time.

What holds: the mean stays within its bounds; a better result never leaves a lower mean; a result above what was
expected raises the mean and one below lowers it; evidence never adds uncertainty and time never takes it.  The
order of several pieces of evidence matters a little, since each is judged against the estimate that it meets: for
ten points of weight up to 2 at the same moment the means of two orders differ by less than 0.2 (largest found: 0.14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp, log, sqrt

from bot.bank.model import Difficulty

WEAK_BELOW = 0.5
"""A weak area has a mean below this (design)…"""
WEAK_EVIDENCE = 3
"""… and at least so many pieces of evidence."""

DIFFICULTY: Mapping[Difficulty, float] = {"easy": -0.8, "medium": 0.0, "hard": 0.8}
"""Offsets in logits: who meets half the points of medium questions meets 69 % of easy and 31 % of hard ones."""

PRIOR_SD = 1.25
"""Uncertainty about somebody unknown, in logits: two of three learners lie between 22 % and 78 %."""
LEAST_SD = 0.25
"""Uncertainty never falls below this, so that a long past cannot outvote the present."""
FADING = (PRIOR_SD**2 - 0.5**2) / 180
"""Growth of the variance a day: after half a year of silence, what was known well (0.5) is as good as unknown."""
_LEAST_MEAN, _MOST_MEAN = 0.02, 0.98


@dataclass(frozen=True, slots=True)
class Mastery:
    """`mean`: the expected result, 0 to 1, on a point of medium difficulty; `sd`: its uncertainty in logits;
    `evidence`: how many assessed points it rests on; `updated`: when the last of them came.
    """

    mean: float
    sd: float
    evidence: int
    updated: datetime


def prior() -> Mastery:
    """Return what is known of a learner before any evidence."""
    return Mastery(0.5, PRIOR_SD, 0, datetime.min.replace(tzinfo=UTC))


def expected(mastery: Mastery, difficulty: Difficulty) -> float:
    """Return the expected result, 0 to 1, on a point of a question of this difficulty."""
    return 1 / (1 + exp(DIFFICULTY[difficulty] - _ability(mastery)))


def update(mastery: Mastery, met: float, difficulty: Difficulty, weight: float, now: datetime) -> Mastery:
    """Return the mastery after one assessed point.

    `met` is its grade, 0 to 1; `weight` its weight in the question (1 is usual, 0 changes nothing).  Evidence that
    comes late, with a `now` before `updated`, counts as if it came in time.  Raises ValueError outside these ranges.
    """
    if not 0 <= met <= 1 or not 0 <= weight < float("inf"):
        raise ValueError(f"met {met!r} must lie between 0 and 1, weight {weight!r} must not be negative")
    if weight == 0:
        return mastery
    before = faded(mastery, now)
    likely = expected(before, difficulty)
    variance = 1 / (1 / before.sd**2 + weight * likely * (1 - likely))
    ability = _ability(before) + variance * weight * (met - likely)
    mean = min(max(1 / (1 + exp(-ability)), _LEAST_MEAN), _MOST_MEAN)
    return Mastery(mean, max(sqrt(variance), LEAST_SD), before.evidence + 1, max(now, mastery.updated))


def faded(mastery: Mastery, now: datetime) -> Mastery:
    """Return the mastery as it is known now: the mean stays, the uncertainty grew with the days since `updated`."""
    days = max((now - mastery.updated).total_seconds(), 0.0) / 86_400
    sd = min(sqrt(mastery.sd**2 + FADING * days), PRIOR_SD)
    return Mastery(mastery.mean, max(sd, mastery.sd), mastery.evidence, mastery.updated)


def is_weak(mastery: Mastery) -> bool:
    """Tell whether a skill is a weak area."""
    return mastery.mean < WEAK_BELOW and mastery.evidence >= WEAK_EVIDENCE


def need(mastery: Mastery, now: datetime) -> float:
    """Return how much practice of a skill would serve, 0 to 1: what is lacking, drawn to a half by what is unknown."""
    known = 1 - faded(mastery, now).sd / PRIOR_SD
    return 0.5 + (0.5 - mastery.mean) * (0.5 + 0.5 * max(known, 0.0))


def weakest(masteries: Mapping[str, Mastery], now: datetime, n: int = 3) -> tuple[str, ...]:
    """Return up to `n` skills with evidence, weak areas first.

    They are ordered by the upper end of what they may be today (mean plus one sd), so that a skill known to be poor
    comes before one that is merely unknown; then by name.
    """

    def order(skill: str) -> tuple[bool, float, str]:
        today = faded(masteries[skill], now)
        return not is_weak(today), _ability(today) + today.sd, skill

    return tuple(sorted((skill for skill, known in masteries.items() if known.evidence > 0), key=order)[:n])


def _ability(mastery: Mastery) -> float:
    mean = min(max(mastery.mean, _LEAST_MEAN), _MOST_MEAN)
    return log(mean / (1 - mean))
