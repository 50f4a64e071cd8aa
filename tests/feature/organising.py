"""How scenes ask what an organiser is told."""

from __future__ import annotations

from tests.feature.stage import House

NOTHING = "No daily question is set up here yet. Start one with `/daily start 09:00 Europe/London weekdays`."
START = "ana in #prep: /daily start 09:00 Europe/London daily"


async def told(house: House, line: str, where: str = "#prep") -> str:
    """Return the one whisper that a line brings, without its address."""
    who = line.split()[0]
    shown = [one for one in await house.play(line) if "I am Greenroom" not in one.text]
    assert [(where, "whisper", who)] == [(one.place, one.kind, one.to) for one in shown], line
    return shown[0].line.removeprefix(f"{where} to {who}: ")


async def tells(house: House, line: str, expected: str, where: str = "#prep") -> None:
    """Assert what a line is answered with."""
    words = await told(house, line, where)
    assert expected == words, line
