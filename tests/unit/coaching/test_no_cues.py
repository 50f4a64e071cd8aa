"""What the coach recognises without any cue, as in questions that were imported: our own bank with its cues taken out.

With 60 questions and all pairs of them: examples 56 on their own rubric and 9 on others', AUC .994; second answers 50,
medium 39, weak 18.  In the 45 questions about incidents, designs and knowledge every own example is first; of the 15
that ask for a story nine are not: a true story answers many such rubrics a bit, and only cues tell them apart.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from statistics import fmean

from answers_of_bank import ANSWERS, Kind, answers, own_bank

from bot.bank.model import Bank, Question
from bot.coaching.offline import OfflineCoach

OTHERS = 8
"""Other answers that a rubric is tried on, evenly spread: each judgement takes some milliseconds."""
BEHIND = 0.6
"""Share of the questions that ask for a story whose own example may be beaten by one to another question."""


def without_cues(question: Question) -> Question:
    return replace(
        question,
        points=tuple(replace(point, cues=()) for point in question.points),
        flags=tuple(replace(flag, cues=()) for flag in question.flags),
    )


@cache
def bare() -> Bank:
    bank = own_bank()
    return Bank({question.id: without_cues(question) for question in bank.questions.values()}, bank.skills)


@cache
def coach() -> OfflineCoach:
    return OfflineCoach(bare())


def score(question_id: str, answer: str) -> int:
    return coach().judge(bare().questions[question_id], answer).score or 0


@cache
def own() -> dict[str, int]:
    """Return for each question that has an example its score."""
    examples = {q.id: " ".join(q.example.split()) for q in own_bank().questions.values() if q.example}
    return {question_id: score(question_id, text) for question_id, text in examples.items()}


@cache
def foreign() -> dict[tuple[str, str], int]:
    """Return the scores of examples on the rubrics of some other questions, by rubric and question of the example."""
    ids = list(own())
    step = max(1, (len(ids) - 1) // OTHERS)
    pairs = [(one, ids[(n + k) % len(ids)]) for n, one in enumerate(ids) for k in range(1, len(ids), step)[:OTHERS]]
    return {(one, other): score(one, own_bank().questions[other].example) for one, other in pairs}


def mean_of(kind: Kind) -> float:
    there = [question_id for question_id in own() if (ANSWERS / f"{question_id}.yaml").exists()]
    return fmean(score(question_id, answers(question_id)[kind]) for question_id in there)


def test_own_and_foreign_examples_are_told_apart() -> None:
    """The area under the curve is how often an own example has more than a foreign one, a draw being half."""
    pairs = foreign()
    beaten = {rubric for (rubric, _), there in pairs.items() if there >= own()[rubric]}
    astray = {example for (_, example), there in pairs.items() if there >= own()[example]}
    tales = {question_id for question_id in own() if bare().questions[question_id].format == "behavioural"}
    assert sorted((beaten | astray) - tales) == []
    assert max(len(beaten), len(astray)) <= BEHIND * len(tales)
    assert fmean((mine > other) + 0.5 * (mine == other) for mine in own().values() for other in pairs.values()) >= 0.99
    assert fmean(own().values()) >= 50
    assert fmean(pairs.values()) <= 15


def test_better_answers_have_more() -> None:
    example, second, medium, weak = (mean_of(kind) for kind in ("example", "second", "medium", "weak"))
    assert example > second > medium > weak
    assert second >= 42
    assert medium >= 1.5 * weak
    assert weak < 25
