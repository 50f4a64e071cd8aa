"""`make bench`: every figure beside its floor, measured in the same run; exit code 1 where a limit is broken."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import discord, events, grade, loading, rush, slack, start
from tests.bench.figures import Figure, table


def _grade() -> list[Figure]:
    found = grade.measure()
    small, large = found[f"grade_ms_{grade.SMALL}"], found[f"grade_ms_{grade.LARGE}"]
    return [
        *(Figure(f"grade, bank of {size:,}", found[f"grade_ms_{size}"], "ms", limit=10.0) for size in grade.SIZES),
        Figure("grade, growth with the bank", large, "ms", small, found["growth"], 1.3),
    ]


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "discord": discord.measure,
    "events": events.measure,
    "grade": _grade,
    "loading": loading.measure,
    "rush": rush.measure,
    "slack": slack.measure,
    "start": start.measure,
}


def main(names: list[str]) -> int:
    """Measure the parts that are named, all without a name; print the table."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no {unknown[0]} to measure: choose from {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in names or PARTS:
        print(f"measuring {name} …", file=sys.stderr)
        figures += PARTS[name]()
    print(table(figures))
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
