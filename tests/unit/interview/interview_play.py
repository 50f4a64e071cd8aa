"""An interview for tests, played by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.interview.machine import step
from bot.interview.model import (
    Assessed,
    Delivered,
    Effect,
    Heard,
    Interview,
    Message,
    Order,
    Started,
    Submit,
    Word,
)

START = datetime(2026, 10, 9, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Play:
    """An interview that hears one event a second and remembers what it did last."""

    def __init__(self, mode: str = "coach", questions: int = 2) -> None:
        self.now = START
        plan = tuple(f"q{n}" for n in range(questions))
        self.interview = Interview("i", mode, plan, START, START)  # type: ignore[arg-type]
        self.did: tuple[Effect, ...] = ()
        self.hear(Started(), Delivered(0))

    def hear(self, *events: Heard) -> tuple[Effect, ...]:
        for event in events:
            self.now += SECOND
            self.interview, self.did = step(self.interview, event, self.now)
        return self.did

    def say(self, *texts: str) -> tuple[Effect, ...]:
        for text in texts:
            self.hear(Message(text, self.now, text))
        return self.did

    def order(self, *words: Order) -> tuple[Effect, ...]:
        return self.hear(*(Word(word) for word in words))

    def assess(self, probe: str | None = None, **changes: object) -> tuple[Effect, ...]:
        i = self.interview
        result = Assessed(i.position, i.try_, "yes", 70, probe, "p1" if probe else "", i.probes_used > 0)
        return self.hear(replace(result, **changes))  # type: ignore[arg-type]

    @property
    def state(self) -> str:
        return self.interview.state


def submits(effects: Sequence[Effect]) -> list[Submit]:
    return [effect for effect in effects if isinstance(effect, Submit)]
