"""How far an answer covers each point of a rubric, and which of its words prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bank.model import Point, Question
from bot.coaching.concepts import proved, triggered
from bot.coaching.cues import CueLine, Index, bits, parse
from bot.coaching.language import SMALLEST_PREFIX, prefixes, synonym_groups
from bot.coaching.reading import Sentence, read, stems_in
from bot.coaching.weights import IN_PROMPT, Lexicon

PREFIX_MATCH = 0.9
SYNONYM_MATCH = 0.7
CONCEPT_SHARE, SOLID_SHARE = 0.3, 0.08
ENOUGH_CONCEPTS = 2
BACKING = 0.4
"""Share of a point's own words that lets its concepts count in full where knowledge is asked for: there any figure
would prove "a number" and any message "tell", whatever it is about.  A tale is told in words of its own.
"""
NOTHING, EVERYTHING, CURVE = 0.06, 0.64, 0.7
"""grade = clip((v - NOTHING) / EVERYTHING) ^ CURVE (tried out in coaching.md)."""
FIRST_LINE, FURTHER_LINE = 0.8, 0.2
WITHOUT_CUE = 0.5
"""Share of the lexical grade that counts where a point has cues and none fired."""
SURE = 0.6
"""From this lexical grade on: below it the words met are mostly everybody's, and the quote proves another thing."""
PLAIN, PLATITUDE = 0.8, 0.15
"""Worth of a word in a sentence without figure, name or matter of its own, and in a commonplace."""
CUE_IN_CLAUSE = 0.3
"""What each group of a cue line adds to a clause that might be quoted."""
BEST_SENTENCES = 3
"""Sentences that may cover one point: words strewn over a long text do not make a thought."""


@dataclass(frozen=True, slots=True)
class CompiledPoint:
    """A point, ready to be compared: weighted stems, the concepts that it asks for, its cue lines.

    `told` says that a story is asked for.
    """

    point: Point
    terms: Mapping[str, float]
    total: float
    concepts: tuple[str, ...]
    lines: tuple[CueLine, ...]
    told: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one point: its grade, and for each sentence (by number) how much it proves."""

    grade: float
    sentences: Mapping[int, float]


def compile_points(question: Question, lexicon: Lexicon) -> tuple[CompiledPoint, ...]:
    """Return the points of a question, compiled."""
    prompt = frozenset(stems_in(question.prompt))
    told = question.format == "behavioural"
    return tuple(_compile(point, prompt, lexicon, told) for point in question.points)


def _compile(point: Point, prompt: frozenset[str], lexicon: Lexicon, told: bool) -> CompiledPoint:
    terms = {s: lexicon.weight(s) * (IN_PROMPT if s in prompt else 1.0) for s in stems_in(point.text)}
    lines = tuple(parse(cue) for cue in point.cues)
    return CompiledPoint(
        point,
        terms,
        sum(terms.values()) or 1.0,
        triggered(Index(_one_sentence(point.text))),
        lines,
        told,
    )


def _one_sentence(text: str) -> tuple[Sentence, ...]:
    return read(text.replace(".", ",").replace("?", ",")).sentences


@dataclass(frozen=True, slots=True)
class Proof:
    """Which sentences may prove what, as bits.

    `specific` can prove a concept, `solid` do so with a figure or a name, `barred` prove nothing, `denied` nothing but
    a cue that wants a denial ("I would not ask them to switch it off").
    """

    specific: int
    solid: int
    barred: int
    denied: int = 0


class Matter:
    """The stems of an answer and where they stand, ready to be asked for; `worth` is that of each sentence."""

    def __init__(self, sentences: Sequence[Sentence], worth: Sequence[float]) -> None:
        """Index the stems, their beginnings and their sets of synonyms."""
        self.sentences = sentences
        self.worth = worth
        self.where: dict[str, int] = {}
        self._matches: dict[str, dict[str, float]] = {}
        self._beginnings: dict[str, list[str]] = {}
        self._groups: dict[int, list[str]] = {}
        groups = synonym_groups()
        for number, sentence in enumerate(sentences):
            for s in sentence.content:
                if s not in self.where:
                    for beginning in prefixes(s):
                        self._beginnings.setdefault(beginning, []).append(s)
                    for group in groups.get(s, ()):
                        self._groups.setdefault(group, []).append(s)
                self.where[s] = self.where.get(s, 0) | 1 << number

    def matches(self, term: str) -> dict[str, float]:
        """Return the stems of the answer that stand for a term, with how well they do (1, .9 or .7)."""
        known = self._matches.get(term)
        if known is None:
            known = self._matches[term] = self._search(term)
        return known

    def _search(self, term: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for group in synonym_groups().get(term, ()):
            found.update(dict.fromkeys(self._groups.get(group, ()), SYNONYM_MATCH))
        if len(term) >= SMALLEST_PREFIX:
            found.update(dict.fromkeys(self._beginnings.get(term, ()), PREFIX_MATCH))
            found.update((b, PREFIX_MATCH) for b in prefixes(term) if b in self.where)
        if term in self.where:
            found[term] = 1.0
        return found


def find(point: CompiledPoint, matter: Matter, index: Index, proof: Proof) -> Found:
    """Return what the answer holds of a point."""
    specific, solid, barred = proof.specific, proof.solid, proof.barred | proof.denied
    coverage, by_sentence = _coverage(point, matter, barred)
    hits = [_proofs(name, index, specific & ~barred) for name in point.concepts]
    concept = _concept_share(hits, solid) * (1.0 if point.told else min(1.0, coverage / BACKING))
    for mask in hits:
        for number in bits(mask):
            by_sentence[number] = by_sentence.get(number, 0.0) + CONCEPT_SHARE / len(hits)
    grade = level(coverage + concept)
    if not point.lines:
        return Found(grade, by_sentence)
    fired = [_fired(line, index, proof) for line in point.lines]
    lines = sum(1 for mask in fired if mask)
    for mask in fired:
        for number in bits(mask):
            by_sentence[number] = by_sentence.get(number, 0.0) + 1.0
    if lines:
        return Found(min(1.0, FIRST_LINE + FURTHER_LINE * (lines - 1)), by_sentence)
    return Found(WITHOUT_CUE * grade if grade >= SURE else 0.0, by_sentence)


def _fired(line: CueLine, index: Index, proof: Proof) -> int:
    mask = index.line(line) & ~proof.barred
    if mask & proof.denied:
        wanted = 0
        for sentences in index.wanted_denials(line).values():
            wanted |= sentences
        mask &= wanted | ~proof.denied
    return mask


def level(value: float) -> float:
    """Return the grade of a coverage, 0 to 1."""
    return float(min(1.0, max(0.0, (value - NOTHING) / EVERYTHING)) ** CURVE)


def _concept_share(hits: Sequence[int], solid: int) -> float:
    """Return what the concepts add: two of them are enough, and figures or names make the proof solid."""
    shown = [mask for mask in hits if mask]
    if not shown:
        return 0.0
    firm = sum(1 for mask in shown if mask & solid)
    enough = min(ENOUGH_CONCEPTS, len(hits))
    return CONCEPT_SHARE * min(1.0, len(shown) / enough) + SOLID_SHARE * min(1.0, firm / enough)


def _proofs(name: str, index: Index, allowed: int) -> int:
    return proved(name, index) & allowed


def _coverage(point: CompiledPoint, matter: Matter, barred: int) -> tuple[float, dict[int, float]]:
    """Return the share of the point's weight that its best sentences cover, and how much each sentence holds."""
    table: list[dict[int, float]] = []
    by_sentence: dict[int, float] = {}
    for term, weight in point.terms.items():
        here: dict[int, float] = {}
        for s, match in matter.matches(term).items():
            for number in bits(matter.where[s] & ~barred):
                value = match * matter.worth[number] * weight / point.total
                if value > here.get(number, 0.0):
                    here[number] = value
        for number, value in here.items():
            by_sentence[number] = by_sentence.get(number, 0.0) + value
        if here:
            table.append(here)
    return _best_cover(table, by_sentence), by_sentence


def _best_cover(table: Sequence[Mapping[int, float]], by_sentence: Mapping[int, float]) -> float:
    """Return what the best few sentences cover together, chosen one after the other."""
    covered = [0.0] * len(table)
    left = set(by_sentence)
    for _ in range(min(BEST_SENTENCES, len(left))):
        gains = {n: sum(max(0.0, row.get(n, 0.0) - c) for row, c in zip(table, covered, strict=True)) for n in left}
        best = max(sorted(left), key=lambda n: gains[n])
        left.discard(best)
        covered = [max(c, row.get(best, 0.0)) for row, c in zip(table, covered, strict=True)]
    return sum(covered)


def worths_in(point: CompiledPoint, matter: Matter, clauses: Index) -> list[float]:
    """Return how much each clause of a sentence, each indexed as one of its own, says of a point."""
    terms = [(weight / point.total, found) for t, weight in point.terms.items() if (found := matter.matches(t))]
    worths = []
    for clause in clauses.sentences:
        here = set(clause.stems)
        worths.append(
            sum(weight * max(found[s] for s in both) for weight, found in terms if (both := here & found.keys()))
        )
    for name in point.concepts:
        for number in bits(proved(name, clauses)):
            worths[number] += CONCEPT_SHARE
    for line in point.lines:
        for mask in clauses.groups(line):
            for number in bits(mask):
                worths[number] += CUE_IN_CLAUSE
    return worths
