"""Flags: what a good answer must not do.  They need cues: similarity of words finds them no better than chance."""

from __future__ import annotations

import re

from bot.bank.model import Question
from bot.coaching.assessment import FlagResult
from bot.coaching.cues import CueLine, Index, bits, parse
from bot.coaching.language import words_of
from bot.coaching.quotes import shorten
from bot.coaching.reading import Reading, Sentence, alone, read

_DENIED = re.compile(
    r"\b(?:would|will|should|must|could|can|did|do|does|is|are|was|were)(?:n[’']t|\s+not)\b|\b(?:won|can)[’']t\b|\bcannot\b"
    r"|\bnever\b|\bnot\s+(?:to|by)\b|\bwithout\b|\bavoid|\brather\s+than\b"
    r"|\binstead\s+of\b|\bresist|\brefus|\bdeclin|\btempt",
    re.IGNORECASE,
)
_NO = re.compile(r"\bno\s+(\w+(?:\s+\w+)?)", re.IGNORECASE)
"""Denies only what follows it: "no public links" does, "no answer" and "no matter" do not."""
_PURPOSE = re.compile(r"\W*(?:so|because|since|as|in\s+order|to)\b", re.IGNORECASE)
"""How a clause begins that only gives the purpose of what was said ("so that it does not happen again")."""


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
    """Tell whether a sentence says what its author would not do.

    A denial that the cue itself asks for ("did not test") is none, nor is one in a purpose that follows.
    """
    clauses = Index(alone(reading, sentence))
    asked = Index((sentence,)).wanted_denials(line).keys()
    last = max((n for mask in clauses.groups(line) for n in bits(mask)), default=len(sentence.clauses) - 1)
    for number, clause in enumerate(sentence.clauses):
        text = reading.text[clause.start : clause.end]
        if number > last and _PURPOSE.match(text):
            break
        if any(asked.isdisjoint(words_of(match.group())) for match in _DENIED.finditer(text)):
            return True
        if "no" not in asked and any(_names(line, match.group(1)) for match in _NO.finditer(text)):
            return True
    return False


def _names(line: CueLine, words: str) -> bool:
    """Tell whether some of a few words are asked for by a line."""
    here = Index(read(words).sentences)
    return any(here.groups(line))
