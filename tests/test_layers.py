"""The house's directions (design 2): kept by the code, and noticed where they are not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

LAYERS = "a room imports only from the rooms below it"
SETTINGS = "only the command line and the composition root read settings"
PURE = "rules know no database, no model and no clock"
PLATFORMS = "the core knows no platform"
ADAPTERS = "adapters import nothing of the core but bot.chat"
INDEPENDENCE = "adapters do not know each other"


def lint(house: Path) -> tuple[int, list[str]]:
    """Return the exit code of import-linter for a house, and the names of its broken contracts."""
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "200"}
    run = subprocess.run(
        [sys.executable, "-c", LINT], cwd=house, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert run.stderr == ""
    return run.returncode, [
        line.removesuffix(" BROKEN") for line in run.stdout.splitlines() if line.endswith(" BROKEN")
    ]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a copy of the house to break something in."""
    for package in ("bot", "adapters"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_house_keeps_its_directions() -> None:
    assert lint(ROOT) == (0, [])


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("bot/people/acting.py", "from bot.coaching import offline", [LAYERS]),
        ("bot/daily/cards.py", "from bot.interview import cards as other", [LAYERS]),
        ("bot/chat/plain.py", "import bot.bank.model", [LAYERS, ADAPTERS]),
        ("bot/delivery/queue.py", "from bot.settings import Settings", [SETTINGS]),
        ("bot/newcomer/__init__.py", "", [LAYERS]),
        ("bot/daily/calendar.py", "import sqlalchemy", [PURE]),
        ("bot/progress/streaks.py", "from bot.storage import database", [PURE]),
        ("bot/coaching/gate.py", "import openai", [PURE]),
        ("bot/interview/machine.py", "import apscheduler", [PURE]),
        ("bot/wiring.py", "import adapters.terminal", [PLATFORMS]),
        ("bot/router.py", "import slack_bolt", [PLATFORMS]),
        ("bot/router.py", "import discord", [PLATFORMS]),
        ("adapters/terminal/cards.py", "import bot.people", [ADAPTERS]),
        ("adapters/pager/__init__.py", "import adapters.terminal", [INDEPENDENCE]),
    ],
)
def test_direction_that_is_broken_is_noticed(house: Path, file: str, line: str, broken: list[str]) -> None:
    path = house / file
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert lint(house) == (1, broken)


def test_adapters_are_forbidden_every_room_but_chat() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    forbidden = next(contract["forbidden_modules"] for contract in contracts if contract["id"] == "adapters")
    rooms = [path for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    named = sorted(f"bot.{path.stem}" for path in rooms if path.stem not in {"__init__", "chat"})
    assert forbidden == named
