"""Is this answer about this question, or about another one of the bank?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt

from bot.bank.model import Question
from bot.coaching.reading import stems_in
from bot.coaching.weights import Lexicon

POSTINGS = 24
"""Questions kept for each stem, those that lean on it most: bounds the cost of a judgement in a large bank."""
SHORT, LONG = 50, 110
"""Words up to which an answer says too little to be compared with the bank, and from which it says enough."""
PRIOR = 0.3
"""Added to both sides of the comparison, so that a handful of shared words decides nothing."""


class Relevance:
    """An inverted index over the vocabulary of the sampled questions."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the questions that the lexicon sampled."""
        self._lexicon = lexicon
        postings: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for question in lexicon.sample:
            for stem, weight in self.vector(question).items():
                postings[stem].append((weight, question.id))
        self._postings = {stem: sorted(found, reverse=True)[:POSTINGS] for stem, found in postings.items()}

    def vector(self, question: Question) -> dict[str, float]:
        """Return the question's vocabulary (prompt and points), weighted and of length 1."""
        weights: dict[str, float] = defaultdict(float)
        for text in (question.prompt, *(point.text for point in question.points)):
            for stem in set(stems_in(text)):
                weights[stem] += self._lexicon.weight(stem)
        length = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {stem: w / length for stem, w in weights.items() if w}

    def own_over_best(self, own: Mapping[str, float], question: str, answer: Iterable[str]) -> float:
        """Return the answer's closeness to its question over that to the closest of the bank, 0 to 1."""
        totals: dict[str, float] = defaultdict(float)
        mine = 0.0
        for stem in answer:
            weight = self._lexicon.weight(stem)
            mine += weight * own.get(stem, 0.0)
            for theirs, other in self._postings.get(stem, ()):
                totals[other] += weight * theirs
        totals.pop(question, None)
        best = max(totals.values(), default=0.0)
        return (mine + PRIOR) / (max(mine, best) + PRIOR)
