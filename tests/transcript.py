"""The transcript in README.md: what docs/first-day.script prints. Run as a module, it writes it again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SCRIPT = ROOT / "docs" / "first-day.script"
BEGIN = "`make transcript` writes it again -->\n```text\n"
END = "```\n<!-- end of the transcript -->"


def played() -> str:
    """Return what the script prints. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "bot.cli", "try", "--script", str(SCRIPT)]
    # One width for everybody, wherever the reader's terminal ends.
    environment = {**os.environ, "COLUMNS": "88", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True)
    return run.stdout.strip() + "\n"


def shown(readme: str) -> str:
    """Return the transcript that a README shows."""
    return readme.split(BEGIN, 1)[1].split(END, 1)[0]


def written(readme: str, transcript: str) -> str:
    """Return a README that shows this transcript."""
    head, rest = readme.split(BEGIN, 1)
    return head + BEGIN + transcript + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8"), played()), encoding="utf-8")
