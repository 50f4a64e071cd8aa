"""How much two prompts ask the same. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import snowballstemmer

PARAPHRASE = 0.6
"""From here two prompts count as the same question in other words; our own bank's closest pair is far below."""

_WORD = re.compile(r"[a-z0-9]+")
_IGNORED = frozenset(
    _WORD.findall(
        """
        a about after all also am an and any anybody anyone approach are as at be because been before being but
        by can case could deal dealt describe did discuss do does each ever every example experience explain few
        first for from gave get give given go going had handle handled happen happened has have having he her him
        his how i if imagine in instance into is it its just let like made make many may me more most much must
        my no not now occasion of off on one or other our out please recent recently same say share she should
        show situation so some somebody someone something specific step such suppose take talk tell than that the
        their them then there these they thing this those through time to two under up us use used using very
        walk want was way we well went were what when where whether which while who whom whose why will with
        without would you your yours yourself
        """
    )
)
_SAME = {
    word: group[0]
    for group in (
        ("colleague", "coworker", "teammate", "peer"),
        ("boss", "manager", "supervisor"),
        ("mistake", "error", "failure", "fail", "failed", "wrong"),
        ("disagree", "disagreed", "disagreement", "conflict", "argument", "argued", "clash"),
        ("deadline", "due", "schedule"),
        ("customer", "client", "user"),
        ("build", "design", "architect", "create", "implement"),
        ("difference", "differ", "different", "compare", "versus", "vs"),
        ("ownership", "owned", "owner"),
        ("outside", "beyond"),
        ("difficult", "hard", "tough", "challenging", "challenge"),
    )
    for word in group
}
_LIGHT = frozenset(
    [
        "system",
        "service",
        "build",
        "difference",
        "application",
        "app",
        "team",
        "project",
        "problem",
        "work",
        "job",
        "difficult",
    ]
)
_LIGHT_WEIGHT = 0.4
"""Words that half of all prompts share say little about what is asked; measured on pairs in the tests."""
_stemmer = snowballstemmer.stemmer("english")
_SAME_STEMS = {
    stem: _stemmer.stemWord(_SAME[word]) for word, stem in zip(_SAME, _stemmer.stemWords(_SAME), strict=True)
}
_LIGHT_STEMS = frozenset(_stemmer.stemWords(sorted(_LIGHT)))


def similar(a: str, b: str) -> float:
    """Return how alike two prompts are, from 0 to 1: Dice's coefficient of the stems that carry meaning.

    Phrases of every interview ("tell me about a time") count nothing and common synonyms count as one word.
    Source of the coefficient: L. R. Dice, Measures of the amount of ecologic association between species (1945).
    """
    return _dice(stems(a), stems(b))


def paraphrases(prompts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield each pair of positions whose prompts ask the same, with their likeness; only pairs that share a stem."""
    found = [stems(prompt) for prompt in prompts]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for right, words in enumerate(found):
        for left in sorted({position for word in words for position in holders[word]}):
            likeness = _dice(found[left], words)
            if likeness >= PARAPHRASE:
                yield left, right, likeness
        for word in words:
            holders[word].append(right)


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    if not a or not b:
        return 0.0
    return 2 * _weight(a & b) / (_weight(a) + _weight(b))


def _weight(stems: frozenset[str]) -> float:
    return len(stems) - (1 - _LIGHT_WEIGHT) * len(stems & _LIGHT_STEMS)


@lru_cache(maxsize=4096)
def stems(prompt: str) -> frozenset[str]:
    """Return the stems of a prompt that carry meaning, synonyms as one."""
    words = _WORD.findall(prompt.lower().replace("-", "").replace("’", "'").replace("'", ""))
    kept = [word for word in words if word not in _IGNORED] or words
    return frozenset([_SAME_STEMS.get(stem, stem) for stem in _stemmer.stemWords(kept)])
