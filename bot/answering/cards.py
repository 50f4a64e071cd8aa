"""What is said around an answer, wherever it was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.bank.model import Bank, Question
from bot.chat.model import Card, Part, Text
from bot.chat.phrases import say
from bot.coaching.assessment import Assessment, PointResult
from bot.coaching.cards import refusal_card, short_name
from bot.coaching.gate import Reason

SHAPES: Mapping[str, str] = {
    "behavioural": "One real situation: what was at stake in a sentence, then what you did, then what came of it.",
    "technical": "Say what happens first, then why; name one trade-off and one way it goes wrong.",
    "incident": "Limit the harm first, then find the cause; say whom you tell, and what keeps it from coming back.",
    "design": "Numbers before boxes; then the one decision that is hard to change, and what happens when a part fails.",
}


def hint(question: Question, bank: Bank, number: int = 1) -> Card:
    """Help without telling: how such answers are built, what is looked at, one question to think about.

    `number` counts the hints of this question from 1: each brings another question to think about.
    """
    body: list[Part] = [Text(SHAPES[question.format])]
    skills = list(dict.fromkeys(bank.skill_name(point.skill) for point in question.points if point.skill))[:5]
    if skills:
        body.append(Text(f"It looks at {', '.join(skills)}."))
    if question.probes:
        probe = question.probes[(number - 1) % len(question.probes)]
        body.append(Text(f"Ask yourself: {probe.ask}"))
    return Card("Hint", tuple(body))


def refusal(question: Question, reason: Reason, kept: str = "") -> Card:
    """Say why an answer is not enough to go by; `kept` says what that means for the streak."""
    card = refusal_card(question, Assessment(question.id, "offline", "not_enough_evidence", reason))
    return replace(card, body=(*card.body[:-1], Text(kept, small=True))) if kept else card


def question_gone() -> Card:
    """Say that a question left the bank."""
    return say("That question has left the bank, so there is nothing to show. `/practice` gives you another one.")


def answer_first() -> Card:
    """Keep the model answer from who has not answered."""
    return say("You see the model answer once you have answered: two or three sentences are enough.")


def contested(points: Sequence[PointResult]) -> Card:
    """Confirm what was contested: it leaves what is known of the learner's skills, and changes no score."""
    names = " · ".join(dict.fromkeys(short_name(point) for point in points))
    much = "" if all(point.met == "absent" for point in points) else " in full"
    noun, verb = ("1 point", "counts") if len(points) == 1 else (f"{len(points)} points", "count")
    return say(
        f"Noted. {noun} I did not recognise{much} no longer {verb} against you: {names}. "
        "The score of this answer stays as it is."
    )


def contested_before() -> Card:
    """Answer a second press."""
    return say("You told me before.")


def nothing_to_contest() -> Card:
    """Say that no point of an answer counts against the learner."""
    return say("Everything was recognised in that answer, so there is nothing to contest.")
