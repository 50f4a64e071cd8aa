"""When a question that was answered comes back (pure): sooner, the worse it went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.coaching.assessment import Band

INTERVALS: dict[Band, timedelta] = {
    "strong_no": timedelta(days=1),
    "no": timedelta(days=3),
    "yes": timedelta(days=10),
    "strong_yes": timedelta(days=30),
}
"""Growing gaps after a better recall, as in spaced repetition; figures of our own until FSRS takes over."""


def due(last: Iterable[tuple[str, Band, datetime]], now: datetime) -> tuple[str, ...]:
    """Return the questions whose time has come, the most overdue first.

    `last` holds each question's latest attempt: id, band and when it was.
    """
    waiting = [(at + INTERVALS[band], question) for question, band, at in last]
    return tuple(question for since, question in sorted(waiting) if since <= now)
