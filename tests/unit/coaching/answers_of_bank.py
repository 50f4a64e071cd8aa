"""Our own bank with answers to its questions: strong, strong in other words, medium, weak, and what is no answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from rubrics import FILLERS

from bot.bank.load import load
from bot.bank.model import Bank

Kind = Literal["example", "second", "medium", "weak"]
QUESTIONS = Path(__file__).resolve().parents[3] / "questions"
ANSWERS = Path(__file__).parent / "answers"

_MORE = (
    "In my opinion every problem is also a chance, and one should never give up too early. I like to look at the big "
    "picture, I am a quick learner, and people tell me that they enjoy working with me. Attitude is more important "
    "than knowledge, since everything can be learned by those who really want it. I always give my best, and that is "
    "what counts for me in the end.",
    "Where was I? Right, so as I said, this is a topic that one could talk about for a long time, and I have thought "
    "about it quite often. It is maybe not so easy to find the right words just now. Anyway, I hope that it becomes "
    "clear what I mean, and please feel free to ask me if something was not clear enough or if I should say more.",
    "We also have a wiki where most things are written down, and new colleagues get somebody who shows them around. "
    "Every quarter there is a meeting about the goals of the department. On Fridays we finish early and sometimes "
    "have a drink together. The office is near the station and has a large kitchen. Most of us work from home for "
    "two days a week, and that works quite well for everyone.",
    "A modern architecture has to be scalable, resilient and secure by design. Best practices exist for a reason, and "
    "teams that follow them are more successful. Automation is the key, and so is a culture of continuous "
    "improvement. Technical debt has to be kept under control, and quality can never be an afterthought. One should "
    "always choose the right tool for the job and keep things as simple as possible.",
)
LONG_FILLERS = tuple(f"{filler} {more}" for filler, more in zip(FILLERS, _MORE, strict=True))
"""Four kinds of talk that answer nothing: virtues, hesitation, habits of a company, and buzzwords; 120 words each."""


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
