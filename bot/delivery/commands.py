"""`greenroom queue …`: dead letters, for the operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.delivery.database_queue import DatabaseQueue
from bot.storage.database import Database

KINDS = {"event": "something said or pressed", "post": "a post", "work": "an assessment", "timer": "a timer"}


def queue(database: Database, what: str, numbers: Sequence[str]) -> tuple[int, str]:
    """List dead letters, let them run again, or drop them; return the exit code and what to print."""
    engine = DatabaseQueue(database)
    with database.transaction() as tx:
        dead = engine.dead(tx)
        if what == "list":
            if not dead:
                return 0, "No dead letters."
            lines = [f"{one.seq:>6}  {one.ended_at:%Y-%m-%d %H:%M}  {KINDS[one.kind]}: {one.error}" for one in dead]
            return 0, "\n".join(["number  given up on (UTC)  what and why", *lines])
        chosen = [one.seq for one in dead] if list(numbers) == ["all"] else _numbers(numbers)
        unknown = sorted(set(chosen) - {one.seq for one in dead})
        if unknown:
            return 2, f"No dead letter has number {unknown[0]}. `greenroom queue list` shows them. Nothing was changed."
        now = datetime.now(UTC)
        done = engine.revive(tx, chosen, now) if what == "retry" else engine.drop(tx, chosen, now)
    letters = "1 dead letter" if done == 1 else f"{done} dead letters"
    return 0, f"{letters} will be tried again." if what == "retry" else f"{letters} dropped."


def _numbers(words: Sequence[str]) -> list[int]:
    bad = next((word for word in words if not word.isdigit()), None)
    if bad is not None:
        raise ValueError(f"`{bad}` is not a number of a dead letter. `greenroom queue list` shows them.")
    return [int(word) for word in words]
