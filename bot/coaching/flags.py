"""Flags: what a good answer must not do.  They need cues: similarity of words finds them no better than chance."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.bank.model import Question
from bot.coaching.assessment import FlagResult
from bot.coaching.cues import CueLine, Index, bits, parse
from bot.coaching.denial import Denial, denials
from bot.coaching.gate import disowned_whole
from bot.coaching.language import stems_of, words_of
from bot.coaching.quotes import shorten
from bot.coaching.reading import Reading, Sentence, alone, read


def find_flags(question: Question, reading: Reading, index: Index) -> tuple[tuple[FlagResult, ...], int]:
    """Return the question's flags and, as bits, the sentences that raised one: those prove no point."""
    results = []
    flagged = 0
    for flag in question.flags:
        raised = {n: line for line in map(parse, flag.cues) for n in _raised_by(line, reading, index)}
        for number in raised:
            flagged |= 1 << number
        quotes = tuple(_quoted(raised[n], reading, index.sentences[n]) for n in sorted(raised)[:1])
        results.append(FlagResult(flag.id, flag.text, bool(raised), quotes, flag.severe))
    return tuple(results), flagged


def _raised_by(line: CueLine, reading: Reading, index: Index) -> list[int]:
    return [n for n in bits(index.line(line)) if not _denied(line, reading, index.sentences[n])]


def _quoted(line: CueLine, reading: Reading, sentence: Sentence) -> str:
    """Return the clauses that made a line fire, and what lies between them."""
    hits = [n for mask in Index(alone(reading, sentence)).groups(line) for n in bits(mask)]
    spread = sentence.clauses[min(hits, default=0) : max(hits, default=0) + 1]
    return shorten(reading, spread)


def _denied(line: CueLine, reading: Reading, sentence: Sentence) -> bool:
    """Tell whether a line fires only on what the author of a sentence would not do.

    A denial that the cue itself asks for ("did not test") is none.
    """
    if disowned_whole(reading.text[sentence.origin : sentence.end]):
        return True
    text = reading.text_of(sentence)
    asked = Index((sentence,)).wanted_denials(line).keys()
    taken = [denial for denial in denials(text) if _counts(denial, line, asked)]
    if not taken:
        return False
    left = Index([piece for words in _outside(text, taken) for piece in read(words).sentences])
    return not all(left.groups(line))


def _counts(denial: Denial, line: CueLine, asked: Set[str]) -> bool:
    words = words_of(denial.words)
    if not asked.isdisjoint((*words, *stems_of(words))):
        return False
    return not denial.named or any(Index(read(denial.named).sentences).groups(line))


def _outside(text: str, taken: Sequence[Denial]) -> list[str]:
    """Return what is left of a text without what is denied."""
    pieces, at = [], 0
    for denial in sorted(taken, key=lambda d: d.start):
        pieces.append(text[at : max(at, denial.start)])
        at = max(at, denial.end)
    return [*pieces, text[at:]]
