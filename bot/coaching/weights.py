"""How much a word is worth: rare words of the bank much, spoken ones little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from math import log

from bot.bank.model import Question
from bot.coaching.language import stem_set
from bot.coaching.reading import stems_in
from bot.coaching.wordlists import RUBRIC_VERBS, SPOKEN

SAMPLE = 400
"""Questions that the frequencies are taken from: a frequency needs no census, and the cost stays bounded."""
RUBRIC_VERB = 0.15
IN_PROMPT = 0.7
SPOKEN_WORD = 0.5


class Lexicon:
    """Inverse document frequencies over the points and prompts of a bank, from 0 to 1."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        """Count the words of an even sample of the bank."""
        self.sample = sample_of(questions)
        self.frequency: Counter[str] = Counter()
        self.documents = 0
        for question in self.sample:
            for text in (question.prompt, *(point.text for point in question.points)):
                self.documents += 1
                self.frequency.update(set(stems_in(text)))
        self._log = log(self.documents + 1) or 1.0

    def idf(self, stem: str) -> float:
        """Return log((N + 1) / df) / log(N + 1): 1 for a word seen once or never, 0 for one seen everywhere."""
        return log((self.documents + 1) / max(self.frequency[stem], 1)) / self._log

    def weight(self, stem: str) -> float:
        """Return the worth of a stem in the text of a point."""
        spoken, verbs = _common()
        factor = RUBRIC_VERB if stem in verbs else SPOKEN_WORD if stem in spoken else 1.0
        return self.idf(stem) * factor


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    return stem_set(SPOKEN), stem_set(RUBRIC_VERBS)


def sample_of(questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """Return at most SAMPLE questions, evenly spread over the bank."""
    everything = tuple(questions.values())
    if len(everything) <= SAMPLE:
        return everything
    return tuple(everything[i * len(everything) // SAMPLE] for i in range(SAMPLE))
