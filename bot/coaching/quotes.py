"""Quotes: verbatim, short, and none made to prove everything."""

from __future__ import annotations

import re
from collections import Counter

from bot.coaching.cues import Index
from bot.coaching.points import CompiledPoint, Found, Matter, worths_in
from bot.coaching.reading import LONGEST_QUOTE, Clause, Reading, alone, quote

SERVES = 2
"""Points that one quote may prove."""
SHORTEST = 6
"""Words below which a quote is widened by its neighbours: "eg" convinces nobody."""
WIDEST = 30


def verbatim(answer: str, wanted: str) -> str | None:
    """Return the passage of the answer that a quote repeats (white space and case folded), or None."""
    words = wanted.split()
    if not words or len(words) > LONGEST_QUOTE:
        return None
    match = re.search(r"\s+".join(re.escape(word) for word in words), answer, re.IGNORECASE)
    return match.group() if match else None


class Quoter:
    """Hands out quotes for the points of one answer, and counts what each has served."""

    def __init__(self, reading: Reading, matter: Matter) -> None:
        """Start with nothing quoted."""
        self._reading = reading
        self._matter = matter
        self._served: Counter[str] = Counter()
        self._indexes: dict[int, Index] = {}

    def take(self, point: CompiledPoint, found: Found) -> tuple[str, ...]:
        """Return the best quote for a point that is still free, or nothing."""
        for number in sorted(found.sentences, key=lambda n: (-found.sentences[n], n)):
            sentence = self._matter.sentences[number]
            values = worths_in(point, self._matter, self._clauses(number))
            for at in sorted(range(len(values)), key=lambda i: (-values[i], i)):
                first, last = widen(sentence.clauses, at, values)
                words = quote(self._reading, first, last)
                if self._served[words] < SERVES:
                    self._served[words] += 1
                    return (words,)
        return ()

    def _clauses(self, number: int) -> Index:
        known = self._indexes.get(number)
        if known is None:
            known = self._indexes[number] = Index(alone(self._reading, self._matter.sentences[number]))
        return known


def widen(clauses: tuple[Clause, ...], at: int, values: list[float]) -> tuple[int, int]:
    """Return the characters around a clause that make a readable quote: neighbours that also speak of it."""
    left = right = at
    size = len(clauses[at].words)
    while True:
        options = [i for i in (left - 1, right + 1) if 0 <= i < len(clauses)]
        fitting = [i for i in options if size + len(clauses[i].words) <= WIDEST]
        useful = [i for i in fitting if values[i] > 0 or size < SHORTEST]
        if not useful:
            return clauses[left].start, clauses[right].end
        best = max(useful, key=lambda i: (values[i], i))
        size += len(clauses[best].words)
        left, right = min(left, best), max(right, best)


def shorten(reading: Reading, clauses: tuple[Clause, ...]) -> str:
    """Return clauses that follow one another, or the first of them where they are long."""
    last = clauses[0]
    size = 0
    for clause in clauses:
        size += len(clause.words)
        if size > WIDEST and clause is not clauses[0]:
            break
        last = clause
    return quote(reading, clauses[0].start, last.end)
