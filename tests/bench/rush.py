"""2,000 groups whose question is due in the same minute, in a process of its own so that its memory can be read."""

from __future__ import annotations

import asyncio
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

from bot.chat.model import Asked, Conversation, Person
from tests.bench.figures import Figure
from tests.bench.nowhere import MORNING, NAME, Nowhere, application, by_hand, taped

GROUPS = 2_000
MINUTE = 60.0
"""Seconds within which everybody has the question that was promised for that minute."""
QUERIES = 25.0
"""Statements a post: enough to choose for the members, too few to look at every question of the bank by itself."""
MEMORY = 200.0
"""Megabytes that a rush may add: what the smallest rented machine has to spare."""


def measure() -> list[Figure]:
    """Return seconds, statements a post and memory of a rush."""
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        ours, theirs = Path(folder) / "ours.db", Path(folder) / "by-hand.db"
        asyncio.run(_prepare(ours))
        shutil.copy(ours, theirs)
        command = [sys.executable, "-m", "tests.bench.rush", str(ours), str(theirs)]
        run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    found = json.loads(run.stdout)
    return [
        Figure(
            f"rush of {GROUPS:,} groups", found["seconds"], "s", found["by_hand"], found["seconds"] / found["by_hand"]
        ),
        Figure("rush, seconds until the last post", found["last"], "s", limit=MINUTE),
        Figure("rush, statements a post", found["statements"] / found["posts"], "", limit=QUERIES),
        Figure("rush, peak memory", found["peak"], "MB", found["before"]),
        Figure("rush, memory added", found["peak"] - found["before"], "MB", limit=MEMORY),
    ]


async def _prepare(path: Path) -> None:
    """Let an organiser start a series in each group."""
    house = application(path)
    ids = count(1)
    try:
        async with house.serve({NAME: Nowhere()}) as delivery:
            for first in range(0, GROUPS, 100):
                await asyncio.gather(*(delivery.accept(_start(n, next(ids))) for n in range(first, first + 100)))
            await house.settle()
    finally:
        house.database.close()


def _start(group: int, number: int) -> Asked:
    return Asked(
        id=f"e{number}",
        at=MORNING,
        space=f"s{group}",
        who=Person(NAME, "", f"p{group}"),
        where=Conversation(NAME, f"s{group}", f"prep{group}"),
        command="daily start",
        text="09:00 UTC",
        organiser=True,
        can_post=True,
    )


async def _rush(ours: Path, theirs: Path) -> dict[str, float]:
    house = application(ours, MORNING + timedelta(minutes=30))
    platform = Nowhere()
    posted: list[float] = []
    post = platform.post

    async def stamped(*arguments: object, **named: object) -> object:
        posted.append(perf_counter())
        return await post(*arguments, **named)  # type: ignore[arg-type]

    platform.post = stamped  # type: ignore[assignment,method-assign]
    try:
        async with house.serve({NAME: platform}):
            await house.settle()
            before = _peak()
            with taped(house.database) as tape:
                started = perf_counter()
                house.move(MORNING + timedelta(hours=1))
                await house.settle()
                seconds = perf_counter() - started
    finally:
        house.database.close()
    assert len(posted) == GROUPS, f"{len(posted)} posts for {GROUPS} groups"
    peak = _peak()
    return {
        "seconds": seconds,
        "last": posted[-1] - started,
        "posts": len(posted),
        "statements": tape.statements,
        "before": before,
        "peak": peak,
        "by_hand": by_hand(tape, theirs)[0],
    }


def _peak() -> float:
    """Return the most memory that this process has held so far, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_000_000 if sys.platform == "darwin" else 1_024)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_rush(Path(sys.argv[1]), Path(sys.argv[2])))))
