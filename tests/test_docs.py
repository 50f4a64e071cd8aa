"""README and docs are run as tests: links lead somewhere, commands work, the transcript is what is printed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests import transcript

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
}
FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
ANSWER = "I would look which partners fail, confirm the expiry with openssl and wake the second on call for the rights."

GRADED = (
    f'question_id,answer,human_1\ncertificate-expired-at-night,"{ANSWER}",2\ncertificate-expired-at-night,I wait.,0\n'
)
TABLE = "prompt,level,points\nA queue grows after a release. What do you do?,mid,Look at arrivals | Roll it back\n"
PAGE = """Diagnosing a slow report

Company: Example
Role: Engineer

A report takes an hour. How do you find out why?

## Quick Answer

Measure where the time goes before changing anything.

## Solution

1. Measure each step of the report.
2. Compare the plan with yesterday's.
"""
TOKEN = "NjAwMDAwMDAwMDAwMDAwMDAx.fake.not-a-secret"
"""What the pages let you export before: its first part is an application's id."""
PLATFORMS = ("slack", "discord")
ALONE = {"greenroom questions reload": "No Greenroom works on this database."}
"""Commands that need a running Greenroom; without one they say so."""


def fences(kind: str) -> list[str]:
    """Return the fenced blocks of a kind, of every page."""
    return [block for page in PAGES.values() for found, block in FENCE.findall(page) if found == kind]


def sessions() -> list[list[str]]:
    """Return the commands marked as runnable, a list for each `console` block: lines that begin with a prompt."""
    return [[line[2:] for line in block.splitlines() if line.startswith("$ ")] for block in fences("console")]


def anchors(page: str) -> set[str]:
    """Return the anchors that a page's headings make."""
    titles = re.findall(r"(?m)^#+ (.+)$", FENCE.sub("", page))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `greenroom …` in a folder."""
    words = shlex.split(command)
    assert words[0] == "greenroom"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "DISCORD_TOKEN": TOKEN}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *words[1:]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("page", PAGES)
def test_link_leads_somewhere(page: str) -> None:
    for target in LINK.findall(FENCE.sub("", PAGES[page])):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (ROOT / page).parent / path if path else ROOT / page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there.read_text(encoding="utf-8")), target


def test_decisions_are_all_listed() -> None:
    listed = LINK.findall(PAGES["docs/decisions/README.md"])
    assert listed == sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", [page for page in PAGES if re.search(r"/\d{4}-", page)])
def test_decision_gives_its_reasons(page: str) -> None:
    parts = ["Context", "Decision", "Why", "Consequence"]
    assert re.findall(r"(?m)^\*\*(\w+)\.\*\*", PAGES[page]) == parts


@pytest.mark.parametrize("session", sessions(), ids=lambda session: session[0])
def test_commands_of_the_docs_work(session: list[str], tmp_path: Path) -> None:
    line = json.dumps({"question": "certificate-expired-at-night", "answer": ANSWER})
    files = {
        "answer.txt": ANSWER,
        "answers.jsonl": f"{line}\n",
        "graded.csv": GRADED,
        "page.txt": PAGE,
        "table.csv": TABLE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for command in session:
        ended = run(command, tmp_path)
        if refusal := ALONE.get(command):
            assert (ended.returncode, refusal in ended.stderr) == (2, True)
            continue
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.strip() != ""


def test_command_that_is_named_exists() -> None:
    known = run("greenroom --help", ROOT).stdout
    # A block of commands lists them at the start of its lines; in a sentence they stand between back ticks.
    named = {word for page in PAGES.values() for word in re.findall(r"(?m)(?:^|`)greenroom (\w+)", page)}
    assert sorted(word for word in named if not re.search(rf"(?m)^    {word}\b", known)) == []


def test_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {word for page in PAGES.values() for word in re.findall(r"(?m)(?:^|`)make ([a-z]+)", page)}
    assert named - targets == set()


def test_setting_that_exists_is_described() -> None:
    from bot.settings import Settings

    described = set(re.findall(r"(?m)^\| `(GREENROOM_\w+)`", PAGES["docs/operate.md"]))
    assert described == {f"GREENROOM_{name.upper()}" for name in Settings.model_fields}


def variables(text: str) -> set[str]:
    """Return the environment's variables that a text names."""
    return set(re.findall(r"\b(?:GREENROOM|SLACK|DISCORD)_[A-Z_]+\b", text))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_setting_of_a_platform_is_described(platform: str) -> None:
    code = (path.read_text(encoding="utf-8") for path in (ROOT / "adapters" / platform).glob("*.py"))
    known = {name for text in code for name in re.findall(rf'"({platform.upper()}_[A-Z_]+)"', text)}
    described = re.findall(r"(?m)^\| `([A-Z_]+)`", PAGES[f"docs/{platform}.md"])
    assert sorted(known) == sorted(described)


def test_variable_that_is_named_is_described() -> None:
    tables = "\n".join(re.findall(r"(?m)^\| `[A-Z_]+`", "\n".join(PAGES.values())))
    files = [*PAGES.values(), *((ROOT / name).read_text(encoding="utf-8") for name in ("compose.yaml", "Dockerfile"))]
    assert set().union(*map(variables, files)) - variables(tables) == set()


def test_permission_that_is_named_is_asked_for() -> None:
    from adapters.discord.limits import PERMISSIONS, TO_POST

    page = PAGES["docs/discord.md"]
    table = page.split("| permission | what for |")[1].split("\n\n")[0]
    assert re.findall(r"(?m)^\| ([A-Z][\w ]+) \|", table) == list(PERMISSIONS.values())
    optional = [name for bit, name in PERMISSIONS.items() if bit not in TO_POST]
    assert f"All but {' and '.join(optional)} are needed in each channel" in page
    # What the permissions are called elsewhere on the page is one of these, too, or of people's own.
    called = set(re.findall(r"\b(?:View|Send|Create|Read|Add|Manage) [A-Z]\w+(?: (?:in )?[A-Z]\w+)*", page))
    assert called - set(PERMISSIONS.values()) == {"Manage Server"}


def test_transcript_is_what_the_script_prints() -> None:
    assert transcript.shown(PAGES["README.md"]) == transcript.played(), "`make transcript` writes it again"
