"""What a sentence denies: which of its characters say what its author would not do.

Rules on the surface of the text, not a parse: a denial reaches to the next border at which something new is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_NOT = r"(?:\s+\w+)?\s+not|n[’']?t"
_UNLESS_AFFIRMED = (
    r"(?!\s+(?:only|hesitate|mind|matter|be\s+afraid|think\s+twice)\b"
    r"|\s+(?:just|merely|simply)\b.{0,120}\bbut\s+also\b)"
)
_DENIAL = re.compile(
    rf"""(?P<fact>\b(?:is|are|was|were|has|have|had|does)(?:{_NOT})\b{_UNLESS_AFFIRMED})
    |(?P<will>(?:\b(?:would|will|should|must|could|can|do|did|need)|[’'](?:d|ll))(?:{_NOT})\b{_UNLESS_AFFIRMED}
        |\b(?:won|can)[’']?t\b|\bcannot\b{_UNLESS_AFFIRMED}|\bnever\b|\btempt
        |\b(?:nobody|no\s+one|none\s+of\s+us)\s+(?:would|should|may|must|ought|shall)\b)
    |(?P<verdict>(?:\b(?:would|could|might)\s+(?:only\s+)?be|\b(?:it|that|this)(?:\s+(?:is|was)|[’']s)
        |\b(?:is|are|was)\s+(?=an?\s|too\s))\s+(?:\w+\s+){{0,2}}
        (?:wrong|mistakes?|reckless|dangerous|risky|careless|unsafe|foolish|irresponsible|dishonest|unfair|bad\s+idea
        |out\s+of\s+the\s+question)\b)
    |(?P<next>\binstead\s+of\b|\brather\s+than\b|(?<=\brather\s)[^,;]{{0,60}}?\bthan\b|\bwithout\b|\bavoid|\bresist|\brefus
        |\bdeclin|\brefrain|\bforb[ai]d|\bagainst\b(?=\s+\w+ing\b)|\bnot\b{_UNLESS_AFFIRMED})""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Denials: of a fact, of what somebody would do, by a verdict on it, and of the next words only."""
_NO = re.compile(r"\bno\s+(\w+(?:\s+\w+)?)", re.IGNORECASE)
"""Denies only what it names: "no public links" does, "no answer" and "no matter" do not."""
_SUBJECT = (
    r"(?:I|we|you|he|she|they|it|this|that|there|somebody|someone|people|everybody|everyone|nobody|the|our|my)"
    r"(?=[’'\s])"
)
_BORDER = re.compile(
    rf"""(?P<mark>[;()—–]|\s-\s|:(?=\s))
    |,?\s*\b(?P<joint>but|so(?!\s+(?:much|far|long|many)\b)|yet|because|since|although|though|while|whereas|until|unless
        |if|when|whenever|once|therefore|then|instead(?!\s+of\b))\b
    |(?:^|,)\s*(?P<lead>after|before|as|where)\b
    |(?P<subject>(?:,|\band\b|\bor\b)\s+(?={_SUBJECT}))
    |(?P<comma>,)
    |(?<=\w)\s+(?P<person>(?:I|we|they|he|she)(?=[’'\s]))""",
    re.IGNORECASE | re.VERBOSE,
)
_PERSON = re.compile(r"(?<=\w)\s+(?:I|we|they|he|she)(?=[’'\s])", re.IGNORECASE)
_CONDITIONS = frozenset(("if", "when", "whenever", "once", "unless", "until", "after", "before", "where"))
_BACKGROUND = _CONDITIONS | {"because", "since", "as", "although", "though", "while", "whereas"}
_REASONS = frozenset(("because", "since", "as"))
_OPEN = _BACKGROUND | {
    "that",
    "which",
    "who",
    "whom",
    "what",
    "how",
    "why",
    "whether",
    "than",
    "and",
    "or",
    "but",
    "so",
}
"""Words after which a person does not begin anything new."""
_LAST_WORD = re.compile(r"[^\W\d_]+\W*$")
_WEAK = re.compile(r",|\b(?:and|or|that|which|who)\b", re.IGNORECASE)
_GERUND = re.compile(r"\W*(?!during|nothing|something|anything|everything)\w{2,}ing\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Denial:
    """The characters from `start` to `end` are denied by `words`; `named` are the words that a "no" takes back."""

    start: int
    end: int
    words: str
    named: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sentence that says one thing, with the word that opens it, "" if there is none."""

    start: int
    end: int
    opener: str


def denials(text: str) -> tuple[Denial, ...]:
    """Return what a sentence denies.

    Conditions deny nothing ("if that does not help"), nor do facts in a clause that gives the background; a reason
    for a refusal belongs to it.
    """
    found: list[Denial] = []
    refused = False
    for part in _parts(text):
        here = [] if part.opener in _CONDITIONS else list(_denials_in(text, part))
        if refused and part.opener in _REASONS:
            here.append(Denial(part.start, part.end, "not"))
        refused = any(kind == "will" for kind, _ in _matches(text, part)) and part.opener not in _BACKGROUND
        found += here
    return tuple(found)


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    start, opener = 0, ""
    for match in _BORDER.finditer(text):
        aside = opener in _BACKGROUND
        if (match["comma"] and not aside) or (match["person"] and not (aside and _begins(text, match.start()))):
            continue
        parts.append(_Part(start, match.start(), opener))
        start, opener = match.start(), (match["joint"] or match["lead"] or "").lower()
    parts.append(_Part(start, len(text), opener))
    return parts


def _begins(text: str, at: int) -> bool:
    """Tell whether a person at this place begins something new ("it is down | we wait", but not "what we want")."""
    before = _LAST_WORD.search(text, max(0, at - 30), at)
    return before is None or before.group().strip().lower() not in _OPEN


_Kind = Literal["fact", "will", "verdict", "next"]


def _matches(text: str, part: _Part) -> Iterator[tuple[_Kind, re.Match[str]]]:
    for match in _DENIAL.finditer(text, part.start, part.end):
        kind: _Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named so
        yield kind, match


def _denials_in(text: str, part: _Part) -> Iterator[Denial]:
    for kind, match in _matches(text, part):
        words = match.group()
        if kind == "verdict" or (kind != "next" and _GERUND.match(text, part.start, part.end)):
            yield Denial(part.start, part.end, words)
        elif kind == "next":
            yield Denial(match.end(), _stop(text, part, match), words)
        elif kind == "will" or part.opener not in _BACKGROUND:
            weak = [m.end() for m in _WEAK.finditer(text, part.start, match.start())]
            yield Denial(max(weak, default=part.start), part.end, words)
    for match in _NO.finditer(text, part.start, part.end):
        yield Denial(match.start(1), _stop(text, part, match), "no", match.group(1))


def _stop(text: str, part: _Part, match: re.Match[str]) -> int:
    """Return where a denial of the next words ends: "instead of answering them | we buffer"."""
    leading = not _LAST_WORD.search(text, part.start, match.start()) or not text[part.start : match.start()].strip(" ,")
    ends = [m.start() for m in _PERSON.finditer(text, match.end(), part.end) if _begins(text, m.start())]
    if leading and (comma := text.find(",", match.end(), part.end)) >= 0:
        ends.append(comma)
    return min(ends, default=part.end)
