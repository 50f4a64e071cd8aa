"""What a measurement returns, and how the table is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its floor and its limit.

    `limit` bounds `value` where `measure` is "value", else how `value` compares with `floor`: `ratio` must not pass it
    ("at most") or must reach it ("at least"). Without a limit the figure is there to be read.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    limit: float | None = None
    at_least: bool = False

    @property
    def bound(self) -> float:
        """What the limit bounds."""
        return self.value if self.ratio is None else self.ratio

    @property
    def kept(self) -> bool:
        """Tell whether the limit is kept."""
        if self.limit is None:
            return True
        return self.bound >= self.limit if self.at_least else self.bound <= self.limit


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines, a broken limit marked."""
    head = ("what", "measured", "floor", "of floor", "limit", "")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for row in rows:
        cells = (
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    word = "≥" if figure.at_least else "≤"
    limit = ""
    if figure.limit is not None:
        limit = f"{word} {figure.limit:g}" + (" ×" if figure.ratio is not None else f" {figure.unit}")
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        f"{_number(figure.floor)} {figure.unit}" if figure.floor is not None else "",
        f"{figure.ratio:.2f} ×" if figure.ratio is not None else "",
        limit,
        "" if figure.kept else "BROKEN",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
