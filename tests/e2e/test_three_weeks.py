"""A group of four over three weeks on the questions of a real page, played by the command as people run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / ".." / "shared" / "pages" / "levels.txt"
pytestmark = [
    pytest.mark.skipif(not PAGE.exists(), reason="the pasted page is not in this checkout"),
    pytest.mark.xdist_group("three weeks"),  # they look at one play of the script: one worker plays it, once
]

PEOPLE = ("ana", "ben", "cleo", "dan")
ANSWER = (
    "When I was on call, a low-volume error kept coming back in a service outside my own team, so I took ownership of "
    "the problem. First I limited the customer impact by rolling back the last deploy and adding healthy instances. "
    "Then I compared the CloudWatch metrics and the access logs of the 5xx errors until one dependency stood out, "
    "tested that suspicion in staging, and told the stakeholders in the channel every thirty minutes. Afterwards I "
    "wrote a post-mortem and an alarm, and errors fell by 90 percent within a week."
)
FIRST = date(2026, 10, 12)
DAYS = tuple(day for day in (FIRST + timedelta(days=step) for step in range(19)) if day.weekday() < 5)
AWAY = date(2026, 10, 20)
"""A Tuesday over which the clock jumps: no bot was running."""
BEN_MISSES = date(2026, 10, 22)
POSTED = tuple(day for day in DAYS if day != AWAY)


def script() -> str:
    """Return three weeks, a line each; London puts its clocks back on Sunday 25 October."""
    lines = ["at 2026-10-12T07:00Z", "ana in #prep: /daily start 09:00 Europe/London weekdays"]
    for day in POSTED:
        hour = 8 if day < date(2026, 10, 25) else 9
        lines += [f"at {day}T{hour:02}:00Z", f"ana in #prep thread: {ANSWER}"]
        if day != BEN_MISSES:
            lines += ['ben presses "Answer privately" in #prep', f"ben submits: {ANSWER}"]
        lines.append('cleo presses "Answer privately" in #prep')
        lines += ["restart"] if day == date(2026, 10, 22) else []
        lines += [f"cleo submits: {ANSWER}"]
        if day == date(2026, 10, 14):
            lines.append("dan in dm: /settings zone America/New_York")
        lines += [f"at {day}T15:00Z", "dan in #prep thread: good afternoon", f"dan in #prep thread: {ANSWER}"]
        if day == date(2026, 10, 23):
            lines += ["at 2026-10-24T14:00Z", "dan in dm: /interview start behavioural 1", f"dan in dm: {ANSWER}"]
            lines += ["restart", 'dan presses "Done" in dm', 'dan presses "Skip" in dm']
            lines += ["at 2026-10-25T12:00Z", "at 2026-10-26T08:00Z"]
    lines += [f"{name} in #prep: /progress why" for name in PEOPLE]
    lines += ["ana in #prep: /daily status", "at 2026-10-31T09:00Z"]
    return "\n".join(lines)


@dataclass(frozen=True)
class Played:
    """What the script showed, and the prompts of the page."""

    shown: tuple[dict[str, Any], ...]
    prompts: tuple[str, ...]

    def of(self, kind: str, place: str = "#prep") -> list[dict[str, Any]]:
        """Return what was shown of a kind in a place."""
        return [one for one in self.shown if (one["kind"], one["in"]) == (kind, place)]

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The questions of the day."""
        return [one for one in self.of("post") if one["title"].startswith("Question of the day")]

    @property
    def recaps(self) -> list[dict[str, Any]]:
        """What closed them."""
        return [one for one in self.of("post") if one["title"] == "Closed"]


@cache
def played() -> Played:
    """Import the page, play the script once for all tests."""
    with TemporaryDirectory() as folder:
        bank = str(Path(folder) / "bank")
        run("questions", "import", str(PAGE), "--into", bank)
        questions = json.loads(run("questions", "list", "--json", "--bank", bank))
        file = Path(folder) / "three-weeks.txt"
        file.write_text(script(), encoding="utf-8")
        out = run("try", "--script", str(file), "--json", "--bank", bank)
    shown = tuple(json.loads(line) for line in out.splitlines())
    return Played(shown, tuple(question["prompt"].strip() for question in questions))


def run(*arguments: str) -> str:
    """Run the command; return what it printed. Nothing may stand on the error stream."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), arguments
    return done.stdout


def marks(name: str) -> dict[str, str]:
    """Return the mark of each day that `/progress why` shows."""
    [why] = [one for one in played().of("whisper") if one["to"] == name and one["title"].startswith("Why your streak")]
    days = {f"{day:%a} {day.day} {day:%b}" for day in (FIRST + timedelta(days=step) for step in range(19))}
    return {line[:10].strip(): line[10:].split()[0] for line in why["text"].splitlines() if line[:10].strip() in days}


def expected_marks(**changed: str) -> dict[str, str]:
    """Return the marks of somebody who answered every question; `oct_22="✗"` changes a day."""
    found = {}
    for step in range(19):
        day = FIRST + timedelta(days=step)
        usual = "✓" if day in POSTED else "–"
        found[f"{day:%a} {day.day} {day:%b}"] = changed.get(f"{day:%b_%d}".lower(), usual)
    return found


def test_weeks_show_a_question_at_nine_in_london_on_every_weekday_but_the_lost_one() -> None:
    hours = {day: "08:00:00Z" if day < date(2026, 10, 25) else "09:00:00Z" for day in POSTED}
    assert [f"{day}T{hours[day]}" for day in POSTED] == [post["at"] for post in played().posts]


def test_weeks_ask_no_question_twice_before_all_were_asked() -> None:
    asked = [next(p for p in played().prompts if p in post["text"]) for post in played().posts]
    assert len(played().prompts) == 3
    cycles = [asked[start : start + 3] for start in range(0, len(asked), 3)]
    assert [min(3, len(cycle)) for cycle in cycles] == [len(set(cycle)) for cycle in cycles]


def test_weeks_close_every_round_once_with_its_counts() -> None:
    counts = ["3 of 4 answered" if day == BEN_MISSES else "4 of 4 answered" for day in POSTED]
    assert counts == [recap["text"].split("\n")[0] for recap in played().recaps]
    assert all("A model answer:" in recap["text"] for recap in played().recaps)


@pytest.mark.parametrize("name", ["ana", "cleo"])
def test_streak_of_who_answered_everything_is_not_broken_by_the_lost_day(name: str) -> None:
    assert expected_marks() == marks(name)


def test_streak_breaks_for_who_missed_a_question() -> None:
    assert expected_marks(oct_22="✗") == marks("ben")


def test_streak_survives_a_change_of_zone_and_grows_by_an_interview() -> None:
    assert expected_marks(oct_24="✓") == marks("dan")


def test_streaks_are_counted_in_the_first_line() -> None:
    lines = {
        name: next(
            one["text"].split("\n")[0]
            for one in played().of("whisper")
            if one["to"] == name and one["title"].startswith("Why your streak")
        )
        for name in PEOPLE
    }
    assert lines == {
        "ana": "Streak 14 days",
        "ben": "Streak 6 days (best 7)",
        "cleo": "Streak 14 days",
        "dan": "Streak 15 days",
    }


def test_answer_in_the_middle_of_a_restart_is_assessed_once() -> None:
    on_the_day = [one for one in played().of("whisper") if one["to"] == "cleo" and one["at"].startswith("2026-10-22")]
    assert ["of 100" in one["title"] for one in on_the_day] == [True]


def test_interview_goes_on_after_a_restart() -> None:
    private = [one for one in played().shown if one["in"] == "dm:dan" and one["at"].startswith("2026-10-24")]
    assert any("of 100" in one["title"] + one["text"] for one in private)


def test_nobody_sees_what_is_meant_for_another() -> None:
    whispers = played().of("whisper")
    assert set(PEOPLE) == {one["to"] for one in whispers}
    assert {"dan"} == {one["in"].removeprefix("dm:") for one in played().shown if one["in"].startswith("dm:")}
    assert not [one for one in played().of("post") if "of 100" in one["title"] + one["text"]]
    own = Counter(one["to"] for one in whispers if "of 100" in one["title"])
    assert own == {"ana": 14, "ben": 13, "cleo": 14, "dan": 14}
