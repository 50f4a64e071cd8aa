"""What scenes of answering share: a round, an answer and a better one, and what is kept of them."""

from __future__ import annotations

from bot.storage.tables import attempts, learners, ledger
from tests.feature.sample_bank import ANSWERS
from tests.feature.stage import House

GOOD = ANSWERS["full-disk"]
BETTER = (
    "At once I would free space by moving the old log files to another machine, and tell support that we write again."
)
ROUND = """
    ana in #prep: /daily start 09:00 Europe/London daily
    ana in #prep: /daily ask full-disk
    at 2026-12-01T09:00Z
"""
PRIVATELY = f"""
    ben presses "Answer privately" in #prep
    ben submits: {GOOD}
"""
FORM = "#prep to ben form: Your answer / Your answer:…"
SCORED = "#prep to ben: … of 100 · …Streak 1 day [Change my answer] [I did say this] [Model answer] [Report]"
IN_THREAD = "#prep thread to ben: … of 100 · …Streak 1 day [I did say this] [Model answer] [Report]"
NEXT_DAY = ("#prep thread: Closed / …", "#prep: Question of the day · …")


def kept(house: House) -> list[tuple[str, str, str]]:
    """Return name, state and text of every attempt."""
    names = {row.id: row.name for row in house.rows(learners)}
    return sorted((names[row.learner_id], row.state, row.text) for row in house.rows(attempts))


def credits_(house: House) -> list[str]:
    """Return the kinds of all lines of the ledger."""
    return [row.kind for row in house.rows(ledger)]
