"""The bot is killed at every commit, and before and after everything that it sends; the next process goes on.

After each death the script is played to its end, and what then stands in the database and on the platform is what a
life without a death leaves: nothing accepted is lost, nothing is posted twice. Only a whisper may double.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from tests.e2e.crash_child import Life, ask
from tests.e2e.crash_script import SCRIPTS

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = {"commit": 10, "acked": 2, "before": 3, "after": 3}
"""Kinds of moments, and how many each script has at least: fewer would mean that nothing is tested."""


class Mortals:
    """Lives of the bot, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        """Start the process that forks them."""
        self._platform = str(folder / "platform.db")
        self._lived: dict[tuple[Any, ...], Any] = {}
        self._server = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.e2e.crash_child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def live(self, url: URL, script: str, **life: Any) -> Any:
        """Return how a life ended: "killed", or what there is in the end; fails where it went wrong."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        address = url.render_as_string(hide_password=False)
        self._server.stdin.write(ask(Life(address, self._platform, script, **life)))
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline() or '{"end": "failed", "found": "the server died"}')
        assert answer["end"] != "failed", answer["found"]
        return answer["found"] if answer["end"] == "lived" else "killed"

    def unharmed(self, url: URL, script: str) -> Any:
        """Return what there is after a life without a death."""
        return self._known(url, script, before=0)["shown"]

    def moments(self, url: URL, script: str, step: int, kind: str) -> int:
        """Return how many moments of a kind a step has."""
        found: int = self._known(url, script, before=step, until=step + 1)["moments"].get(kind, 0)
        return found

    def _known(self, url: URL, script: str, **life: Any) -> Any:
        known = (url.get_backend_name(), script, *life.values())
        if known not in self._lived:
            self._lived[known] = self.live(url, script, **life)
        return self._lived[known]

    def close(self) -> None:
        """Stop."""
        self._server.communicate()


@pytest.fixture(scope="module")
def mortals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortals]:
    """Give lives."""
    found = Mortals(tmp_path_factory.mktemp("platform"))
    yield found
    found.close()


@pytest.mark.parametrize("kind", list(MOMENTS))
@pytest.mark.parametrize("script", list(SCRIPTS))
def test_everything_is_done_once_when_killed_anywhere(
    mortals: Mortals, database_url: URL, script: str, kind: str
) -> None:
    expected = mortals.unharmed(database_url, script)
    deaths = 0
    # What is between the commits is the same code for both databases: PostgreSQL dies at every fourth place.
    stride = 1 if database_url.get_backend_name() == "sqlite" else 4
    for step in range(len(SCRIPTS[script])):
        for number in range(1, mortals.moments(database_url, script, step, kind) + 1, stride):
            ended = mortals.live(database_url, script, before=step, until=step + 1, kind=kind, number=number)
            if ended != "killed":  # side by side, moments may be fewer
                break
            deaths += 1
            actual = mortals.live(database_url, script)["shown"]
            assert _differences(expected, actual) == {}, f"killed at {kind} {number} of step {step}"
    assert deaths >= max(1, MOMENTS[kind] // stride)


def _differences(
    expected: dict[str, list[str]], actual: dict[str, list[str]]
) -> dict[str, tuple[list[str], list[str]]]:
    """Return what is missing and what is too much, by table."""
    found = {}
    for name in expected:
        before, after = Counter(expected[name]), Counter(actual[name])
        if before != after:
            found[name] = (list((before - after).elements()), list((after - before).elements()))
    return found
