"""The arithmetic of an assessment, and its JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.coaching.assessment import (
    Assessment,
    Dimension,
    FlagResult,
    Met,
    PointResult,
    Strength,
    content_of,
    from_json,
    gain_of,
    met_of,
    score_of,
    to_json,
)

_TEXT = st.text(max_size=12)
_QUOTES = st.lists(_TEXT, max_size=2).map(tuple)
_METS: tuple[Met, ...] = ("met", "partial", "absent")
_POINTS = st.builds(
    PointResult,
    id=_TEXT,
    text=_TEXT,
    met=st.sampled_from(_METS),
    quotes=_QUOTES,
    skill=_TEXT,
    weight=st.floats(0.1, 9),
    grade=st.floats(0, 1),
)
_FLAGS = st.builds(FlagResult, id=_TEXT, text=_TEXT, raised=st.booleans(), quotes=_QUOTES, severe=st.booleans())
_DIMENSIONS = st.builds(Dimension, name=_TEXT, level=st.integers(1, 4), quotes=_QUOTES)
_ASSESSMENTS = st.builds(
    Assessment,
    question=_TEXT,
    coach=_TEXT,
    verdict=st.sampled_from(["assessed", "not_enough_evidence"]),
    reason=st.none() | _TEXT,
    score=st.none() | st.integers(0, 100),
    band=st.none() | st.sampled_from(["strong_no", "no", "yes", "strong_yes"]),
    points=st.lists(_POINTS, max_size=3).map(tuple),
    flags=st.lists(_FLAGS, max_size=2).map(tuple),
    dimensions=st.lists(_DIMENSIONS, max_size=2).map(tuple),
    strength=st.none() | st.builds(Strength, quote=_TEXT, why=_TEXT),
    fix=st.none() | _TEXT,
    probe=st.none() | _TEXT,
    probe_about=_TEXT,
)


@given(_ASSESSMENTS)
@settings(max_examples=60, deadline=None)
def test_json_round_trip(assessment: Assessment) -> None:
    assert assessment == from_json(json.loads(json.dumps(to_json(assessment))))


def test_json_names() -> None:
    assessment = Assessment(
        "q",
        "offline",
        "assessed",
        score=72,
        band="yes",
        points=(PointResult("p1", "Text", "met", ("a",)),),
        flags=(FlagResult("f1", "Text", raised=False),),
        dimensions=(Dimension("ownership", 3, ("b",)),),
        strength=Strength("a", "because"),
        fix="more",
        probe="and?",
    )
    data = json.loads(json.dumps(to_json(assessment)))
    assert {"id": "p1", "text": "Text", "met": "met", "quotes": ["a"]}.items() <= data["points"][0].items()
    assert {"id": "f1", "text": "Text", "raised": False, "quotes": []}.items() <= data["flags"][0].items()
    assert data["dimensions"] == [{"name": "ownership", "level": 3, "quotes": ["b"]}]
    assert data["strength"] == {"quote": "a", "why": "because"}
    assert {
        "question": "q",
        "coach": "offline",
        "verdict": "assessed",
        "reason": None,
        "score": 72,
        "band": "yes",
        "fix": "more",
        "probe": "and?",
    }.items() <= data.items()


@pytest.mark.parametrize(("grade", "expected"), [(0.0, "absent"), (0.24, "absent"), (0.25, "partial"), (0.55, "met")])
def test_grade_in_words(grade: float, expected: Met) -> None:
    assert expected == met_of(grade)


def test_score_of_everything_and_nothing() -> None:
    met, absent = PointResult("a", "", "met"), PointResult("b", "", "absent")
    best = (Dimension("x", 4),)
    assert (score_of([met], [], best), score_of([absent], [], best), score_of([met], [], ())) == (100, 0, 90)
    assert content_of([met, absent]) == 0.5
    assert gain_of([met, absent], absent) == 45


def test_score_with_flags() -> None:
    flag = FlagResult("f", "", raised=True)
    scores = [score_of([PointResult("a", "", "met")], [flag] * n, (Dimension("x", 4),)) for n in range(5)]
    assert scores == [100, 85, 70, 55, 55]


@given(st.lists(_POINTS, max_size=5), st.lists(_FLAGS, max_size=4), st.lists(_DIMENSIONS, max_size=4), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_score_is_within_bounds_and_damping_never_raises(
    points: list[PointResult], flags: list[FlagResult], dimensions: list[Dimension], damping: float
) -> None:
    damped = score_of(points, flags, dimensions, damping=damping)
    assert 0 <= damped <= score_of(points, flags, dimensions) <= 100
