"""Every sentence of a closed round."""

from __future__ import annotations

from collections.abc import Sequence

from bot.bank.model import Question
from bot.chat.model import Card, Part, Quote, Text


def recap(
    question: Question, answered: int, members: int, missed: tuple[str, int, int] | None, milestones: Sequence[str]
) -> Card:
    """Close a round in its thread."""
    body: list[Part] = []
    if answered:
        body.append(Text(f"{answered} of {max(members, answered)} answered"))
    else:
        body.append(Text("Nobody answered this one. It stays there for practice: press Answer privately."))
    if missed is not None:
        point, had, of = missed[0].rstrip("."), missed[1], missed[2]
        head = "The point most of us missed" if 2 * had < of else "The point missed most often"
        body.append(Text(f"{head}: {point} ({had} of {of} had it in full)"))
    answer = question.model_answer or question.example
    if answer:
        body += [Text("A model answer:"), Quote(answer)]
    if milestones:
        body.append(Text(f"Milestones: {' · '.join(milestones)}", small=True))
    return Card("Closed", tuple(body))


def shown_answer(name: str, text: str) -> Card:
    """Show what somebody answered in private and wants to be read."""
    return Card("", (Text(f"{name or 'Somebody'} answered:"), Quote(text, spoiler=True)))
