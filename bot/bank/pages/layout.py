"""What all layouts of pages share: clean lines with their numbers, and how a page is refused."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from bot.bank.finding import shown

ID_LIMIT = 60
"""Longest id of a question (questions/schema.json)."""

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED_LIMIT = 300


class UnknownLayout(ValueError):
    """A page that is not understood: the number (from 1) and text of the first such line, and what was expected."""

    def __init__(self, line: int, text: str, expected: str) -> None:
        """Keep all three."""
        super().__init__(f"line {line} is not understood: {shown(text, _QUOTED_LIMIT)}; {expected}")
        self.line, self.text, self.expected = line, text, expected


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something: its number in the page, its text as pasted, and cleaned."""

    number: int
    raw: str
    text: str

    def unknown(self, expected: str) -> UnknownLayout:
        """Return the error that names this line."""
        return UnknownLayout(self.number, self.raw, expected)


Page = tuple[Line, ...]


def lines(page: str) -> Page:
    """Return the lines of a pasted page that are not blank.

    Any line ending; all kinds of white space become single spaces; what is invisible (zero-width, control
    characters, byte order mark) goes.
    """
    found = ((n, raw.strip(), clean(raw)) for n, raw in enumerate(_BREAK.split(page), start=1))
    return tuple(Line(n, raw, text) for n, raw, text in found if text)


def clean(text: str) -> str:
    """Return a line without what cannot be seen, its words separated by single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if char.isspace() else char for char in text if char.isspace() or _visible(char))
    return " ".join("".join(kept).split())


def _visible(char: str) -> bool:
    category = unicodedata.category(char)
    return category not in {"Cc", "Cs", "Cn", "Co"} and (category != "Cf" or char == "\u200d")  # joins emoji


def slug(text: str, limit: int = ID_LIMIT) -> str:
    """Return a text as an id: small ASCII letters, digits and hyphens, the same for the same text.

    What is longer than `limit` is cut between words and gets four letters of a hash, so that two prompts with the
    same beginning keep different ids.
    """
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "").replace("'", ""))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    whole = "-".join(words)
    if whole and len(whole) <= limit:
        return whole
    mark = hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:4]
    if not words:
        return f"question-{mark}"
    room = limit - len(mark) - 1
    cut = whole[: room + 1].rpartition("-")[0] or whole[:room]
    return f"{cut}-{mark}"
