"""The cards of the coach, in the order that a learner reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from rubrics import DEPLOY, MEDIUM, STORY, STRONG, WEAK, bank

from bot.chat.model import Card, Facts, Quote, Text
from bot.coaching.assessment import Assessment, PointResult
from bot.coaching.cards import REFUSALS, assessment_card, model_answer_card, refusal_card, short_name
from bot.coaching.gate import Reason
from bot.coaching.offline import OfflineCoach

COACH = OfflineCoach(bank())


def texts(card: Card) -> list[str]:
    return [part.text for part in card.body if isinstance(part, Text | Quote)]


def test_assessment_card_order() -> None:
    assessment = COACH.judge(DEPLOY, MEDIUM)
    card = assessment_card(DEPLOY, assessment)
    assert f"Strong no · {assessment.score} of 100 · offline coach, approximate" == card.title
    assert [Text, Quote, Text, Facts, Text] == [type(part) for part in card.body]
    assert next(part.pairs for part in card.body if isinstance(part, Facts)) == (
        ("Recognised", "undo · evidence"),
        ("Not recognised", "impact · tell · alarm"),
    )
    assert texts(card)[-1] == (
        "One fix: Find out which buyers are hit and how badly. "
        "Not recognised; one concrete sentence of your own is worth up to 26 points."
    )
    assert card.buttons == ()


def test_assessment_card_with_a_title() -> None:
    card = assessment_card(DEPLOY, COACH.judge(DEPLOY, STRONG), title="Your answer to today's question")
    assert card.title == "Your answer to today's question"
    assert texts(card)[0].startswith("Yes · ")


def test_assessment_card_without_a_point() -> None:
    card = assessment_card(DEPLOY, COACH.judge(DEPLOY, WEAK))
    assert texts(card)[0] == "I recognised none of this question's points in your answer."
    assert "⚠ Edits the code on the live machines." in texts(card)


def test_assessment_card_of_a_model_says_missing() -> None:
    card = assessment_card(DEPLOY, replace(COACH.judge(DEPLOY, MEDIUM), coach="openai"))
    facts = next(part.pairs for part in card.body if isinstance(part, Facts))
    assert [label for label, _ in facts] == ["Recognised", "Missing"]


@pytest.mark.parametrize("reason", get_args(Reason))
def test_refusal_card_says_what_to_do(reason: Reason) -> None:
    refused = Assessment(DEPLOY.id, "offline", "not_enough_evidence", reason=reason)
    card = refusal_card(DEPLOY, refused)
    assert card == assessment_card(DEPLOY, refused)
    assert texts(card)[0].startswith(REFUSALS[reason])
    assert texts(card)[-1] == "No score for this one."
    assert "streak" not in " ".join(texts(card)).lower()


def test_model_answer_card_shows_answer_and_source() -> None:
    question = replace(STORY, example="I was wrong once.", source="Page 3")
    assert texts(model_answer_card(question)) == [
        "I was wrong once.",
        "One good answer of many; yours may differ.",
        "Source: Page 3",
    ]


def test_model_answer_card_without_answer() -> None:
    assert "• Quantify the result." in texts(model_answer_card(STORY))[1]


@pytest.mark.parametrize(
    ("id_", "text", "expected"),
    [
        ("tell-support", "Whatever.", "tell support"),
        ("p1", "Start with a clear, step-by-step troubleshooting plan (safety).", "step-by-step troubleshooting plan"),
        ("p2", "State how you would communicate with stakeholders.", "communicate with stakeholders"),
        ("p3", "Be specific.", "specific"),
        ("p4", "", "p4"),
    ],
)
def test_short_name_of_a_point(id_: str, text: str, expected: str) -> None:
    assert expected == short_name(PointResult(id_, text, "met"))
