"""The whole process in front of an independent emulator of Slack, in Socket Mode and over signed HTTP.

The emulator binds every interface, so that it runs, with everything that talks to it, in a network namespace of its
own.  `make emulator` installs it; GREENROOM_SLACK_EMULATOR names another place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.feature.stage import abridged

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / ".emulator" / "node_modules" / "local-slack-linux-x64" / "bin" / "local-slack"
SECONDS = 60
"""How long all scenes of one mode may take; they take five where nothing else runs."""
IN_A_NAMESPACE = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")

WELCOME = "Hi {0}, I am Greenroom. … [Junior] [Mid] [Senior] [Lead] [Principal]"
QUESTION = "At night the disk of your main server runs full and nothing can be written. How do you react? / "
ASSESSED = "Yes · … of 100 · offline coach, approximate / Best moment: / …"
SCENES: dict[str, tuple[str, ...]] = {
    "start": (
        "#prep to mia: Series 1 is set: … UTC, every day, 1 question to choose from. Organisers: mia. / … [Swap]",
    ),
    "post": (
        "#prep to mia: Today's question is posted. It closes …",
        f"#prep: Question of the day · incident · junior · about 4 min / {QUESTION}"
        "Shows how you think about full disk. / "
        "Reply in the thread or privately · closes … · nobody's score is shown here "
        "[Answer privately] [Hint] [Practise in DM]",
    ),
    "private form": ("form: Your answer / Your answer",),
    "private answer": (f"#prep to ben: {ASSESSED} [Change my answer] [I did say this] [Model answer] [Report]",),
    "thread answer": (
        f"#prep thread to cleo: {ASSESSED} [I did say this] [Model answer] [Report]",
        "#prep thread: [white_check_mark] on cleo's message",
    ),
    "home": (
        "home of cleo: Your green room / Streak 1 day / … / Zone  Europe/London / … "
        "[One question] [Mock interview] [Settings]",
    ),
    "home form": ("form: Your settings / Time zone / …",),
    "home settings": (
        f"dm cleo: {WELCOME.format('cleo')}",
        "dm cleo: Your time zone will be Europe/Berlin from your next day on, …",
    ),
    "interview": (
        "#prep to mia: It is open in private: …",
        f"dm mia: {WELCOME.format('mia')}",
        "dm mia: Practice · incident · senior · … / Since noon every search in your catalogue takes six seconds. "
        "What are your next steps? [Done] [Hint] [Skip] [Pause] [Stop]",
    ),
    "probe after a restart": ("dm mia: … [Done] [Skip]",),
    "assessment": (
        "dm mia: Yes · … / a release went out at noon I would roll it back first / … / Recognised  compare · undo / … "
        "[Retry] [Next] [I did say this] [Model answer]",
    ),
    "scorecard": ("dm mia: Done. Since noon every search … · strong no → yes after a follow-up. … [Practise]",),
    "plain words": (f"dm ben: {WELCOME.format('ben')}", "dm ben: Your progress / Streak 1 day / …"),
    "stop": ("Greenroom serves slack with 5 questions.", "Stopping: finishing what is under way.", "exit code 0"),
    "recap": ("#prep thread: Closed / 2 of 3 answered / A model answer: / I would free space at once …",),
}
"""What readers see, a line each, in the order of the alphabet: what goes to several places at once has no other."""


@cache
def missing() -> str:
    """Return what the emulator needs and this machine has not, "" for nothing."""
    if not binary().is_file():
        return f"no emulator at {binary()}: make emulator installs it"
    if absent := [name for name in ("unshare", "ip") if shutil.which(name) is None]:
        return f"the emulator needs a network of its own, and there is no {absent[0]} here"
    tried = subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True, text=True)
    return f"no network namespace can be made here: {tried.stderr.strip()}" if tried.returncode else ""


def binary() -> Path:
    """Return where the emulator is."""
    return Path(os.environ.get("GREENROOM_SLACK_EMULATOR") or BINARY)


@pytest.mark.emulator
@pytest.mark.parametrize("mode", ["socket", "http"])
def test_readers_see_a_whole_day_on_an_independent_slack(mode: str) -> None:
    if missing():
        pytest.skip(missing())
    child = (sys.executable, "-W", "error", "-m", "tests.e2e.slack_emulator_child", str(binary()), mode)
    done = subprocess.run([*IN_A_NAMESPACE, *child], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    scenes = [json.loads(line) for line in done.stdout.splitlines()]
    actual = {one["scene"]: tuple(sorted(one["shown"])) for one in scenes}
    expected = {name: tuple(sorted(lines)) for name, lines in SCENES.items()}
    read = {name: tuple(abridged(expected.get(name, ()), lines)[: len(lines)]) for name, lines in actual.items()}
    assert expected == read, done.stderr
    assert done.returncode == 0
