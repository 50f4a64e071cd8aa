"""Is this answer about this question, or about another one of the bank?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt

from bot.bank.model import Question
from bot.coaching.cues import parse, terms_of
from bot.coaching.language import is_function
from bot.coaching.reading import stems_in
from bot.coaching.weights import Lexicon

POSTINGS = 24
"""Questions kept for each stem, those that lean on it most: bounds the cost of a judgement in a large bank."""
SHORT, LONG = 50, 110
"""Words up to which an answer says too little to be compared with the bank, and from which it says enough."""
PRIOR = 0.3
"""Added to both sides of the comparison, so that a handful of shared words decides nothing."""

IN_CUES = 0.5
"""Worth of a word of a cue beside an average one of the point itself."""
SHORTEST_CUE = 3


class Relevance:
    """An inverted index over the vocabulary of the sampled questions."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the questions that the lexicon sampled, without their cues and with them."""
        self._lexicon = lexicon
        self._plain = _postings({q.id: self.vector(q) for q in lexicon.sample})
        self._cued = _postings({q.id: self.vector_with_cues(q) for q in lexicon.sample})

    def vector(self, question: Question) -> dict[str, float]:
        """Return the question's vocabulary (prompt and points), weighted and of length 1."""
        weights: dict[str, float] = defaultdict(float)
        for text in (question.prompt, *(point.text for point in question.points)):
            for stem in set(stems_in(text)):
                weights[stem] += self._lexicon.weight(stem)
        length = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {stem: w / length for stem, w in weights.items() if w}

    def vector_with_cues(self, question: Question) -> dict[str, float]:
        """Return the vocabulary and, beside it, the words of the question's cues.

        They are everyday words: without them a good answer told plainly looks like one to another question.
        """
        weights = self.vector(question)
        share = IN_CUES / sqrt(len(weights) or 1)
        for stem in terms_of(parse(cue) for point in question.points for cue in point.cues):
            if len(stem) >= SHORTEST_CUE and not is_function(stem):
                weights[stem] = weights.get(stem, 0.0) + share * self._lexicon.weight(stem)
        return weights

    def own_over_best(self, question: Question, own: Mapping[str, float], answer: Iterable[str]) -> float:
        """Return the answer's closeness to its question over that to the closest of the bank, 0 to 1.

        `own` is the question's vector with cues.  A question without any is compared with others as if they had none.
        """
        postings = self._cued if any(point.cues for point in question.points) else self._plain
        totals: dict[str, float] = defaultdict(float)
        mine = 0.0
        for stem in answer:
            weight = self._lexicon.weight(stem)
            mine += weight * own.get(stem, 0.0)
            for theirs, other in postings.get(stem, ()):
                totals[other] += weight * theirs
        totals.pop(question.id, None)
        best = max(totals.values(), default=0.0)
        return (mine + PRIOR) / (max(mine, best) + PRIOR)


def _postings(vectors: Mapping[str, Mapping[str, float]]) -> dict[str, list[tuple[float, str]]]:
    """Return for each stem the questions that lean on it most."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for question, vector in vectors.items():
        for stem, weight in vector.items():
            found[stem].append((weight, question))
    return {stem: sorted(entries, reverse=True)[:POSTINGS] for stem, entries in found.items()}
