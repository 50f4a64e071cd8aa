"""What all layouts of pages share: clean lines with their numbers, and how a page is refused."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from bot.bank.finding import shown

ID_LIMIT = 60
"""Longest id of a question (questions/schema.json)."""

LINE_LIMIT = 50_000
"""Longest line in characters: a model answer, with every line break lost."""
BULLET = re.compile(r"(?:[-*–—]\s+|[•·‣◦▪●]\s*)(\S.*)")
"""An entry of a list; what follows the mark is its text."""

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED_LIMIT = 300
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]*_`]*$")
_NO_END = re.compile(r"(?:\d|\b(?:[A-Za-z]|vs|cf|approx|resp|incl|etc|Mr|Mrs|Dr|St|No))\.$")
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


class UnknownLayout(ValueError):
    """A page that is not understood: the number (from 1) and text of the first such line, and what was expected."""

    def __init__(self, line: int, text: str, expected: str) -> None:
        """Keep all three."""
        super().__init__(f"line {line} is not understood: {shown(text, _QUOTED_LIMIT)}; {expected}")
        self.line, self.text, self.expected = line, text, expected


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something: its number in the page, its text as pasted, and cleaned.

    `indent` counts the columns before it; `closed` tells that a line break follows, so that it is no part of a line.
    """

    number: int
    raw: str
    text: str
    indent: int = 0
    closed: bool = True

    def unknown(self, expected: str) -> UnknownLayout:
        """Return the error that names this line."""
        return UnknownLayout(self.number, self.raw, expected)


Page = tuple[Line, ...]


def lines(page: str) -> Page:
    """Return the lines of a pasted page that are not blank.

    Any line ending; all kinds of white space become single spaces; what is invisible (zero-width, control
    characters, byte order mark) goes.
    """
    rows = _BREAK.split(page)
    found: list[Line] = []
    for number, row in enumerate(rows, start=1):
        line = Line(number, row.strip(), clean(row), _indent(row), number < len(rows))
        if len(line.text) > LINE_LIMIT:
            raise line.unknown(
                f"a line has at most {LINE_LIMIT:,} characters: the line breaks are lost, paste it again"
            )
        if line.text:
            found.append(line)
    return tuple(found)


def whole(page: Page) -> None:
    """Raise UnknownLayout if the page breaks off within its last line: no line break, and no end of a sentence."""
    last = page[-1]
    if not (last.closed or _ended(last.text)):
        raise last.unknown("the page seems to break off here: paste the rest, or a line break if this is its end")


def _ended(text: str) -> bool:
    if _SENTENCE_END.search(text) is None or _NO_END.search(text) is not None:
        return False
    if any(text.count(mark) % 2 for mark in ('"', "`", "**")):
        return False
    return all(text.count(opening) <= text.count(closing) for opening, closing in _PAIRS)


def markdown(part: Page) -> str:
    """Return lines as they stand in the page, for texts in Markdown: with indents, single blank lines, and code."""
    rows: list[str] = []
    code = False
    last = part[0].number - 1
    for line in part:
        gap, last = line.number - last - 1, line.number
        rows += [""] * (gap if code else min(gap, 1))
        rows.append(" " * line.indent + visible(line.raw) if code or line.indent else visible(line.raw))
        code ^= line.text.startswith("```")
    return "\n".join(rows)


def _indent(row: str) -> int:
    """Return the columns of white space before a line, counted as Markdown counts them (a tab goes to the next 4)."""
    columns = 0
    for char in row:
        if char == "\t":
            columns += 4 - columns % 4
        elif char.isspace():
            columns += 1
        elif _visible(char):
            break
    return columns if columns < 40 else 0


def visible(text: str) -> str:
    """Return a text on one line without what cannot be seen; its spaces stay, of one kind."""
    if text.isprintable():
        return text.strip()
    return "".join(" " if char.isspace() else char for char in text if char.isspace() or _visible(char)).strip()


def clean(text: str) -> str:
    """Return a line without what cannot be seen, its words separated by single spaces."""
    if text.isprintable():  # so it holds no white space but spaces, and nothing that cannot be seen
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
