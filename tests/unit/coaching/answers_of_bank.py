"""Our own bank with answers to its questions: strong, strong in other words, medium, weak, and what is no answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from bot.bank.load import load
from bot.bank.model import Bank

Kind = Literal["example", "second", "medium", "weak"]
QUESTIONS = Path(__file__).resolve().parents[3] / "questions"
ANSWERS = Path(__file__).parent / "answers"


@cache
def own_bank() -> Bank:
    """Return the bank that Greenroom ships."""
    return load(QUESTIONS)


@cache
def answers(question_id: str) -> dict[Kind, str]:
    """Return the four answers to a question, each on one line."""
    question = own_bank().questions[question_id]
    data = yaml.safe_load((ANSWERS / f"{question_id}.yaml").read_text(encoding="utf-8"))
    texts: dict[Kind, str] = {
        "example": question.example,
        "second": data["second"],
        "medium": data["medium"],
        "weak": question.weak_example,
    }
    return {kind: " ".join(text.split()) for kind, text in texts.items()}


def first_words(text: str, count: int) -> str:
    """Return the beginning of a text."""
    return " ".join(text.split()[:count])
