"""Flags are raised by what somebody does, not by what they refuse to do."""

from __future__ import annotations

import pytest
from answers_of_bank import own_bank
from rubrics import DEPLOY, bank

from bot.bank.model import Question
from bot.coaching.offline import OfflineCoach

UPLOAD = own_bank().questions["upload-and-scan"]
CERTIFICATE = own_bank().questions["certificate-expired-at-night"]
SALE = own_bank().questions["seats-for-one-night"]
COACH = OfflineCoach(own_bank())
START = "I open my laptop, look at the graphs of the last hour, and write down the minute and what I saw so far. "


def raised(question: Question, sentence: str) -> list[str]:
    coach = OfflineCoach(bank()) if question is DEPLOY else COACH
    return [flag.id for flag in coach.judge(question, START + sentence).flags if flag.raised]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (UPLOAD, "If the scanner is down we let it through for now.", ["open-first"]),
        (UPLOAD, "If the scanner isn't available we let it through for now, so users aren't blocked.", ["open-first"]),
        (UPLOAD, "If the scanner is down we never let it through, not even for now.", []),
        (UPLOAD, "We use public links with a random name, since that is simple.", ["public-bucket"]),
        (UPLOAD, "There are no public links, although a random name would be simple.", []),
        (
            SALE,
            "If there is no answer we treat it as failed and just sell the seat again.",
            ["assume-failed"],
        ),
        (SALE, "No answer does not mean no, so we never treat it as failed and sell the seat again.", []),
        (DEPLOY, "I patch the code directly on the production machine, so that nobody has to wait.", ["edit-live"]),
        (DEPLOY, "I refuse to patch the code directly on the production machine.", []),
    ],
)
def test_flag(question: Question, sentence: str, expected: list[str]) -> None:
    assert expected == raised(question, sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("I would not ask the partners to disable the certificate check.", "met"),
        ("We never turn off verification.", "met"),
        ("I would never do this: I would never turn off verification.", "absent"),
        ("I would ask the partners to turn off verification for now.", "absent"),
    ],
)
def test_refusal_proves_a_point_that_asks_for_one(sentence: str, expected: str) -> None:
    points = COACH.judge(CERTIFICATE, START + sentence).points
    assert expected == next(point.met for point in points if point.id == "no-bypass")
