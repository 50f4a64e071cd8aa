"""From the start of a process to the first prompt of `greenroom try`, beside importing the same libraries alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.figures import Figure

TRIES = 11
LIMIT = 1.5
ROOT = Path(__file__).resolve().parents[2]
PROMPT = b"> "
ENTRY = "from bot.cli import main; main(['try'])"
LOADED = f"""
import atexit, json, sys, sysconfig
site = sysconfig.get_path("purelib")
def tell():
    own = {{"bot", "adapters", "__main__"}}
    from_site = lambda module: str(getattr(module, "__file__", None) or "").startswith(site)
    names = [name for name, module in list(sys.modules.items()) if name.split(".")[0] not in own and from_site(module)]
    sys.stderr.write(json.dumps(names))
atexit.register(tell)
{ENTRY}
"""
"""Prints the libraries that a start has loaded."""


def measure() -> list[Figure]:
    """Return the seconds of a start with a fresh and with an existing database."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        for name in ("fresh", "existing"):
            here = Path(folder) / name
            here.mkdir()
            if name == "existing":
                _to_prompt(here)
            libraries = _libraries(here, fresh=name == "fresh")
            pairs = _by_turns(
                lambda libraries=libraries: _importing(libraries),  # type: ignore[misc]
                lambda here=here, name=name: _started(here, fresh=name == "fresh"),  # type: ignore[misc]
            )
            floor, ours = (median(column) * 1_000 for column in zip(*pairs, strict=True))
            ratio = median(ours / floor for floor, ours in pairs)
            figures.append(Figure(f"start, {name} database", ours, "ms", floor, ratio, LIMIT))
    return figures


def _by_turns(floor: Callable[[], float], ours: Callable[[], float]) -> list[tuple[float, float]]:
    """Measure both by turns, so that a busy machine slows both alike; the first turn warms the caches."""
    return [(floor(), ours()) for _ in range(TRIES + 1)][1:]


def _started(folder: Path, *, fresh: bool) -> float:
    if fresh:
        _forget(folder)
    return _to_prompt(folder)


def _forget(folder: Path) -> None:
    for path in (folder / ".greenroom").glob("*"):
        path.unlink()


def _to_prompt(folder: Path) -> float:
    """Start it, wait for the prompt, and leave again; return the seconds until the prompt."""
    started = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY], cwd=folder, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        shown = b""
        while not shown.endswith(PROMPT):
            more = os.read(process.stdout.fileno(), 4_096)
            assert more, f"it ended before the prompt, after {shown!r}"
            shown += more
        seconds = perf_counter() - started
        process.stdin.write(b"/quit\n")
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0
    return seconds


def _libraries(folder: Path, *, fresh: bool) -> list[str]:
    if fresh:
        _forget(folder)
    run = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    names: list[str] = json.loads(run.stderr)
    return names


def _importing(libraries: list[str]) -> float:
    # In the order in which they were finished; a module of which only its package may be imported is passed over.
    words = "import importlib, sys, json\nfor name in json.loads(sys.argv[1]):\n    importlib.import_module(name)\n"
    started = perf_counter()
    subprocess.run([sys.executable, "-c", words, json.dumps(libraries)], env=_environment(), cwd=ROOT, check=True)
    return perf_counter() - started


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
