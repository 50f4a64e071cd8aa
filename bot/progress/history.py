"""A learner's attempts as she remembers them: an answer and what its follow-ups brought are one (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.assessment import Band

MOST_TOGETHER = 3
"""An answer and its follow-ups: at most two (design)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An assessed attempt; `band` and `score` are None where the coach had too little to go by."""

    question_id: str
    at: datetime
    source: str
    ref: str
    band: Band | None
    score: int | None

    @property
    def followed(self) -> bool:
        """Tell whether this is the answer with what was said after a follow-up."""
        return _place(self.ref)[2]


Told = tuple[Attempt, ...]
"""One attempt of a question: the answer, then the same with what each follow-up added. Never empty."""


def together(attempts: Iterable[Attempt]) -> list[Told]:
    """Join answers with their follow-ups of the same interview turn, the newest first; a retry is told by itself."""
    turns: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        turns.setdefault(_place(attempt.ref)[0], []).append(attempt)
    found: list[list[Attempt]] = []
    for turn in turns.values():
        tries: list[list[Attempt]] = []
        for attempt in sorted(turn, key=lambda one: _place(one.ref)):
            if attempt.followed and tries:
                tries[-1].append(attempt)
            else:
                tries.append([attempt])
        found += tries
    return [tuple(told) for told in sorted(found, key=lambda told: (told[0].at, told[0].ref), reverse=True)]


def _place(ref: str) -> tuple[str, int, bool]:
    """Return an attempt's turn, its try within it, and whether it follows a probe; a round's answer is all there is."""
    turn, _, rest = ref.rpartition(":")
    turn, _, try_ = turn.rpartition(":")
    if not turn or rest not in ("first", "probe") or not try_.isdecimal():
        return ref, 0, False
    return turn, int(try_), rest == "probe"
