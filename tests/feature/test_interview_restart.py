"""A restart at any moment changes nothing: a new process on the same database shows what the old one would have."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.feature.interviewing import GOOD, WEAK
from tests.feature.stage import opened

SCRIPT = tuple(
    f"""
ana in dm: /interview start behavioural design 2
ana in dm: hint
ana in dm: {WEAK}
at 2026-12-01T08:00:10Z
ana in dm: More of it.
at 2026-12-01T08:00:40Z
ana in dm: {GOOD}
ana edits in dm: {GOOD} Everybody knew.
ana in dm: done
ana in dm: retry
ana in dm: I do not know.
ana in dm: done
ana in dm: {GOOD}
ana in dm: pause
at 2026-12-03T09:00Z
ana in dm: resume
ana presses "Done" in dm
ana in dm: skip
ana in dm: next
ana in dm: {GOOD}
ana deletes in dm
ana presses "Skip" in dm
ana in dm: /progress
ana presses "Practise" in dm
ana in dm: stop
""".strip().splitlines()
)


async def _shown(restarts: Sequence[int]) -> list[str]:
    """Play the script, with a restart after each of these lines; return everything that was shown."""
    async with opened() as house:
        for number, line in enumerate(SCRIPT):
            await house.play(line)
            if number in restarts:
                await house.restart()
        return [f"{one.at:%d %H:%M} {one.line}" for one in house.seen]


@pytest.fixture(scope="module")
def undisturbed() -> list[str]:
    """Give what the script shows without a restart."""
    return asyncio.run(_shown(()))


def test_script_meets_every_moment(undisturbed: list[str]) -> None:
    moments = ["Hint", "[Done] [Skip]", "[Retry] [Next]", "Not knowing", "Paused.", "answered", "Weak", "Stopped."]
    assert moments == [moment for moment in moments if any(moment in line for line in undisturbed)]


@pytest.mark.parametrize("line", range(len(SCRIPT)))
def test_restart_after_any_line_changes_nothing(line: int, undisturbed: list[str]) -> None:
    assert undisturbed == asyncio.run(_shown((line,)))


def test_restart_after_every_line_changes_nothing(undisturbed: list[str]) -> None:
    assert undisturbed == asyncio.run(_shown(range(len(SCRIPT))))
