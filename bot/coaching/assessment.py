"""What the coach says of an answer, and the arithmetic of it: the coach judges, this file computes every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Verdict = Literal["assessed", "not_enough_evidence"]
Met = Literal["met", "partial", "absent"]
Band = Literal["strong_no", "no", "yes", "strong_yes"]

BANDS: tuple[tuple[int, Band], ...] = ((85, "strong_yes"), (65, "yes"), (40, "no"), (0, "strong_no"))
"""Lowest score of each band, best first (coaching rules: bands from 0, 40, 65, 85)."""


@dataclass(frozen=True, slots=True)
class PointResult:
    """One point of the rubric: everything but `absent` carries verbatim quotes; `grade` is the finer 0 to 1."""

    id: str
    text: str
    met: Met
    quotes: tuple[str, ...] = ()
    skill: str = ""
    weight: float = 1.0
    grade: float = 0.0


@dataclass(frozen=True, slots=True)
class FlagResult:
    """One flag, raised with the quote that raised it."""

    id: str
    text: str
    raised: bool
    quotes: tuple[str, ...] = ()
    severe: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of the answer, level 1 to 4."""

    name: str
    level: int
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strength:
    """The best moment of an answer, and why it worked."""

    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole result; without enough evidence there is a `reason` and nothing else."""

    question: str
    coach: str
    verdict: Verdict
    reason: str | None = None
    score: int | None = None
    band: Band | None = None
    points: tuple[PointResult, ...] = ()
    flags: tuple[FlagResult, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    strength: Strength | None = None
    fix: str | None = None
    probe: str | None = None
    probe_about: str = ""


def band_of(score: int, flags: Sequence[FlagResult] = ()) -> Band:
    """Return the band of a score from 0 to 100; a severe flag caps it at "no"."""
    band: Band = next(name for least, name in BANDS if score >= least)
    if any(flag.raised and flag.severe for flag in flags) and score >= 65:
        return "no"
    return band


CONTENT_SHARE = 0.9
"""Share of the points in the score; the dimensions have the rest (coaching rules: they are weak evidence)."""
FLAG_COST, MOST_FLAGS = 0.15, 3
PARTIAL_FROM, MET_FROM = 0.25, 0.55
"""Grades from which a point is partly met, and met (coaching rules, level)."""
TOP_LEVEL = 4


def met_of(grade: float) -> Met:
    """Return the word for a grade from 0 to 1."""
    return "met" if grade >= MET_FROM else "partial" if grade >= PARTIAL_FROM else "absent"


def grade_of(point: PointResult) -> float:
    """Return what a point is worth, 0 to 1: the coach's finer grade, else met 1 and partial a half."""
    if point.met == "absent":
        return 0.0
    return point.grade or (1.0 if point.met == "met" else 0.5)


def content_of(points: Sequence[PointResult]) -> float:
    """Return the weighted mean of the points, 0 to 1; a question without points has nothing to show."""
    weight = sum(point.weight for point in points)
    return sum(point.weight * grade_of(point) for point in points) / weight if weight > 0 else 0.0


def score_of(
    points: Sequence[PointResult],
    flags: Sequence[FlagResult],
    dimensions: Sequence[Dimension],
    *,
    damping: float = 1.0,
) -> int:
    """Return the score, 0 to 100: .9 content + .1 dimensions, less 15 % for each of at most three flags.

    The dimensions count in proportion to the content below one half: form without matter is worth nothing.
    `damping` (0 to 1) lowers both, for an answer that is about something else.
    """
    content = content_of(points) * damping
    form = sum((d.level - 1) / (TOP_LEVEL - 1) for d in dimensions) / len(dimensions) if dimensions else 0.0
    raised = min(MOST_FLAGS, sum(flag.raised for flag in flags))
    whole = CONTENT_SHARE * content + (1 - CONTENT_SHARE) * form * min(1.0, 2 * content)
    return round(100 * min(1.0, max(0.0, whole)) * (1 - FLAG_COST * raised))


def gain_of(points: Sequence[PointResult], point: PointResult) -> int:
    """Return by how many of 100 the score could grow if this point were fully met, flags aside."""
    weight = sum(p.weight for p in points)
    return round(100 * CONTENT_SHARE * point.weight * (1 - grade_of(point)) / weight) if weight > 0 else 0


def without_point(point: PointResult) -> PointResult:
    """Return a point whose quote was not found in the answer: absent, whatever the coach said."""
    return replace(point, met="absent", quotes=(), grade=0.0)


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as plain data, with the names that the command line promises."""
    return asdict(assessment)


def from_json(data: Mapping[str, Any]) -> Assessment:
    """Return the assessment that `to_json` wrote, also after a trip through JSON text.

    Raises KeyError or TypeError where the data is something else.
    """
    strength = data.get("strength")
    return Assessment(
        **{
            **data,
            "points": tuple(PointResult(**_quoted(point)) for point in data.get("points", ())),
            "flags": tuple(FlagResult(**_quoted(flag)) for flag in data.get("flags", ())),
            "dimensions": tuple(Dimension(**_quoted(dimension)) for dimension in data.get("dimensions", ())),
            "strength": Strength(**strength) if strength else None,
        }
    )


def _quoted(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "quotes": tuple(data["quotes"])}
