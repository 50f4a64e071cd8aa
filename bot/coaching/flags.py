"""Flags: what a good answer must not do.  They need cues: similarity of words finds them no better than chance."""

from __future__ import annotations

import re

from bot.bank.model import Question
from bot.coaching.assessment import FlagResult
from bot.coaching.cues import Index, bits, parse
from bot.coaching.quotes import shorten
from bot.coaching.reading import Reading

_DENIED = re.compile(
    r"\b(?:would|will|should|must|could|can|did|do|does)(?:n[’']t|\s+not|\s+never)\b|\b(?:won|can)[’']t\b|\bcannot\b"
    r"|\bI\s+never\b|\bnever\s+(?:do|just)\b|\bavoid|\brather\s+than\b|\binstead\s+of\b|\bresist",
    re.IGNORECASE,
)


def find_flags(question: Question, reading: Reading, index: Index) -> tuple[tuple[FlagResult, ...], int]:
    """Return the question's flags and, as bits, the sentences that raised one: those prove no point."""
    results = []
    flagged = 0
    for flag in question.flags:
        mask = 0
        for cue in flag.cues:
            mask |= index.line(parse(cue))
        numbers = [n for n in bits(mask) if not _DENIED.search(reading.text_of(index.sentences[n]))]
        for number in numbers:
            flagged |= 1 << number
        quotes = tuple(shorten(reading, index.sentences[n]) for n in numbers[:1])
        results.append(FlagResult(flag.id, flag.text, bool(numbers), quotes, flag.severe))
    return tuple(results), flagged
