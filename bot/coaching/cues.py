"""Cue lines: `a | b + c | d` is a group of alternatives AND another group, within one sentence.

An alternative is a word (compared by its stem), a `prefix*`, `#num` (any number), or a phrase, inside which up
to two other words may stand ("roll it back").  The answer is indexed once, so that a line costs a few look-ups.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.coaching.language import is_function, is_number, joined_pairs, stem, words_of
from bot.coaching.reading import Sentence

GAP = 2
"""Words that may stand between two words of a phrase."""
NUMBER = "#num"
_TIMELY = frozenset(("later", "earlier", "ago", "long", "longer", "faster", "slower", "max", "maximum", "minimum"))
NEGATIVE = frozenset(("not", "never", "no", "nobodi", "without", "noth", "none", "avoid", "refus", "refuse"))
"""Stems and prefixes of denial: a cue with one of them wants a denial."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of an alternative: a stem, the beginning of a word (`prefix`), or any number."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A word or a phrase.  Compared by identity, which is quick; equal texts share one object (`parse` caches)."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CueLine:
    """Groups joined by AND; each holds alternatives joined by OR.  Compared by identity."""

    groups: tuple[tuple[Alternative, ...], ...]


@lru_cache(maxsize=20_000)
def parse(line: str) -> CueLine:
    """Return a cue line, compiled; empty groups and alternatives are left out (`questions check` reports them)."""
    groups = []
    for group in line.split("+"):
        alternatives = tuple(a for a in (_alternative(text.strip()) for text in group.split("|")) if a.terms)
        if alternatives:
            groups.append(alternatives)
    return CueLine(tuple(groups))


@lru_cache(maxsize=50_000)
def _alternative(text: str) -> Alternative:
    terms: list[Term] = []
    for raw in text.split():
        if raw == NUMBER:
            terms.append(Term(NUMBER))
        elif raw.endswith("*"):
            *whole, beginning = words_of(raw[:-1]) or ("",)
            terms += [Term(stem(word)) for word in whole]
            terms += [Term(beginning, prefix=True)] if beginning else []
        else:
            terms += [Term(stem(word)) for word in words_of(raw)]
    return Alternative(tuple(terms))


class Index:
    """Where each stem of an answer stands, as a bit per sentence."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        """Index the sentences; bit n stands for the nth of them."""
        self.sentences = sentences
        self._stems: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._numbers = 0
        joined = joined_pairs()
        for number, sentence in enumerate(sentences):
            bit = 1 << number
            for word, s in zip(sentence.words, sentence.stems, strict=True):
                self._stems[s] = self._stems.get(s, 0) | bit
                self._words[word] = self._words.get(word, 0) | bit
            for s in sentence.content:
                self._stems[s] = self._stems.get(s, 0) | bit
            if any(is_number(word) for word in sentence.words):
                self._numbers |= bit
        self._sorted = sorted(self._words)
        self._joined = joined
        self._alternatives: dict[Alternative, int] = {}
        self._lines: dict[CueLine, int] = {}

    def lines(self, lines: Iterable[CueLine]) -> list[int]:
        """Return for each line the sentences that it fires on."""
        return [self.line(line) for line in lines]

    def line(self, line: CueLine) -> int:
        """Return the sentences, as bits, in which every group has an alternative."""
        known = self._lines.get(line)
        if known is None:
            known = self._lines[line] = self._all_groups(line)
        return known

    def groups(self, line: CueLine) -> list[int]:
        """Return for each group the sentences, as bits, that hold one of its alternatives."""
        return [self._group(group) for group in line.groups]

    def wanted_denials(self, line: CueLine) -> dict[str, int]:
        """Return the words of denial that a line asks for, with the sentences, as bits, that hold them as it does."""
        found: dict[str, int] = {}
        for group in line.groups:
            for alternative in group:
                for term in alternative.terms:
                    if term.text in NEGATIVE and (mask := self.alternative(alternative)):
                        found[term.text] = found.get(term.text, 0) | mask
        return found

    def _group(self, group: Sequence[Alternative]) -> int:
        found = 0
        for alternative in group:
            found |= self.alternative(alternative)
        return found

    def _all_groups(self, line: CueLine) -> int:
        mask = (1 << len(self.sentences)) - 1 if line.groups else 0
        for group in line.groups:
            mask &= self._group(group)
            if not mask:
                return 0
        return mask

    def alternative(self, alternative: Alternative) -> int:
        """Return the sentences that hold a word or a phrase."""
        known = self._alternatives.get(alternative)
        if known is None:
            known = self._alternatives[alternative] = self._search(alternative.terms)
        return known

    def _search(self, terms: tuple[Term, ...]) -> int:
        mask = self._term(terms[0])
        for term in terms[1:]:
            mask &= self._term(term)
        if len(terms) == 1:
            return mask
        found = 0
        for number in bits(mask):
            if _phrase_in(self.sentences[number], terms):
                found |= 1 << number
        if len(terms) == 2 and (one := self._joined.get((terms[0].text, terms[1].text))):
            found |= self._stems.get(one, 0)
        return found

    def _term(self, term: Term) -> int:
        if term.text == NUMBER:
            return self._numbers
        if not term.prefix:
            return self._stems.get(term.text, 0)
        mask = 0
        for word in self._sorted[bisect_left(self._sorted, term.text) :]:
            if not word.startswith(term.text):
                break
            mask |= self._words[word]
        return mask


def _fits(term: Term, word: str, word_stem: str) -> bool:
    if term.text == NUMBER:
        return is_number(word)
    return word.startswith(term.text) if term.prefix else word_stem == term.text


def _phrase_in(sentence: Sentence, terms: tuple[Term, ...]) -> bool:
    """Tell whether the terms follow one another with at most GAP words between two neighbours."""
    reached: set[int] | None = None  # places at which the terms so far may end
    for term in terms:
        places = {
            i
            for i, (word, s) in enumerate(zip(sentence.words, sentence.stems, strict=True))
            if _fits(term, word, s) and (reached is None or any(i - d in reached for d in range(1, GAP + 2)))
        }
        if not places:
            return False
        reached = places
    return not _counts_off(terms) or any(_ends(sentence, i) for i in reached or ())


def _counts_off(terms: tuple[Term, ...]) -> bool:
    """Tell whether a phrase speaks of a unit of time ("a second", "per second")."""
    return terms[-1].text == "second" and terms[-2].text in ("a", "per", "each", "every")


def _ends(sentence: Sentence, at: int) -> bool:
    """Tell whether nothing is named right after a word: "a second person" is no time."""
    after = sentence.words[at + 1 : at + 2]
    return not after or is_function(after[0]) or not after[0].isalpha() or after[0] in _TIMELY


def bits(mask: int) -> list[int]:
    """Return the numbers of the bits that are set, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def terms_of(lines: Iterable[CueLine]) -> frozenset[str]:
    """Return all stems and beginnings of words that a set of lines knows."""
    return frozenset(term.text for line in lines for group in line.groups for alt in group for term in alt.terms)
