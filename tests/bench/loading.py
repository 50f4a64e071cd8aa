"""Processor time that a start spends on a bank which an earlier start has read, beside reading its bytes alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time, sleep

import yaml

from bot.bank.load import load
from tests.bench.figures import Figure
from tests.bench.grade import generated_bank

SIZE = 1_000
LIMIT = 100.0
"""Milliseconds of a start, for a bank of a thousand questions."""
TRIES = 7
SETTLED = 3.0
"""Seconds to wait after writing: what has just changed is read anew, lest a later change be missed."""


def measure() -> list[Figure]:
    """Return the milliseconds of reading a large bank, from the cache."""
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        bank, cache = Path(folder) / "bank", Path(folder) / "cache"
        _write(bank)
        load(bank, cache)
        kept = [_milliseconds(lambda: load(bank, cache)) for _ in range(TRIES)]
        raw = [_milliseconds(lambda: _bytes(bank)) for _ in range(TRIES)]
    floor, ours = median(raw), median(kept)
    return [
        Figure(f"start, reading {SIZE:,} questions", ours, "ms", limit=LIMIT),
        Figure("  their bytes alone", floor, "ms"),
    ]


def _write(folder: Path) -> None:
    (folder / "made").mkdir(parents=True)
    for question in generated_bank(SIZE).questions.values():
        points = [
            {"id": p.id, "text": p.text, "skill": p.skill, "cues": list(p.cues)}
            if p.cues
            else {"id": p.id, "text": p.text, "skill": p.skill}
            for p in question.points
        ]
        whole = {
            "id": question.id,
            "prompt": question.prompt,
            "level": question.level,
            "format": question.format,
            "difficulty": question.difficulty,
            "points": points,
            "source": "made for a measurement",
        }
        path = folder / "made" / f"{question.id}.yaml"
        path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    sleep(SETTLED)


def _bytes(folder: Path) -> int:
    return sum(len(path.read_bytes()) for path in (folder / "made").iterdir())


def _milliseconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return (process_time() - started) * 1_000
