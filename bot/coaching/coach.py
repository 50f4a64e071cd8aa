"""The port of whatever assesses answers."""

from __future__ import annotations

from typing import Protocol

from bot.bank.model import Question
from bot.coaching.assessment import Assessment


class Coach(Protocol):
    """Assesses answers.  The gate stands before every coach and is not part of it."""

    name: str

    async def assess(self, question: Question, answer: str) -> Assessment:
        """Judge an answer that passed the gate; slow, outside any transaction, without blocking the event loop."""
