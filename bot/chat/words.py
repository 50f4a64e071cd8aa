"""Cutting, shortening and measuring text without breaking what a reader sees as one character (pure).

The rules for where one may cut follow the parts of Unicode's text segmentation (UAX #29) that chat meets: marks,
joined emoji, flags, skin tones, Hangul letters, conjuncts of Indian scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from unicodedata import category, combining, east_asian_width

ELLIPSIS = "…"

_JOINER = "\u200d"
_STICKY = frozenset("\u00a0\u202f\u2007\u2060\ufeff")
_VIRAMA = 9  # the combining class of the sign that binds a consonant to the next one
_GAPS = re.compile("[^\\S\u00a0\u202f\u2007]+")
_LINE_ENDS = re.compile("\r\n?")
_SENTENCE_ENDS = (". ", "! ", "? ", "… ", "。", "！", "？")

Cut = Callable[[str, int], int]


def clean(text: str) -> str:
    """Return `text` without control characters and lone surrogates; newlines and tabs stay, "\\r" becomes a newline."""
    if text.replace("\n", "").isprintable():  # nearly always, and twenty times as fast
        return text
    return "".join(c for c in _LINE_ENDS.sub("\n", text) if c in "\n\t" or category(c) not in ("Cc", "Cs"))


def together(text: str, at: int) -> bool:
    """Tell whether the characters before and after position `at` are seen as one, so that no cut may part them."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == "\n":
        return False
    if _extends(after) or before == _JOINER:
        return True
    if combining(before) == _VIRAMA and category(after) == "Lo":
        return True
    if _is_flag_letter(before) and _is_flag_letter(after):
        start = at
        while start > 0 and _is_flag_letter(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 1
    return False


def pieces(text: str, limit: int, *, first: int | None = None, cut: Cut | None = None) -> list[str]:
    """Cut `text` into pieces of at most `limit` characters (the first: at most `first`); joined, they are the text."""
    find = cut or words_end
    room = limit if first is None else first
    found: list[str] = []
    while len(text) > room:
        end = find(text, room)
        found.append(text[:end])
        text, room = text[end:], limit
    return [*found, text] if text else found


def words_end(text: str, limit: int) -> int:
    """Return where to end a piece of prose: after a paragraph, a line or a sentence, else between words.

    The first three only where they leave the piece at least half full.  A word that is longer than `limit` is cut.
    """
    for ends in (("\n\n",), ("\n",), _SENTENCE_ENDS):
        end = max(_after(text, mark, limit) for mark in ends)
        if end >= max(1, limit // 2) and not together(text, end):
            return end
    for end in range(limit, 0, -1):
        if _parts(text[end - 1]) and not together(text, end):
            return end
    return _hard_end(text, limit)


def lines_end(text: str, limit: int) -> int:
    """Return where to end a piece of code: after a line; a line that is longer than `limit` is cut like prose."""
    end = _after(text, "\n", limit)
    return end or (limit if text[limit] == "\n" else words_end(text, limit))


def between_words(text: str, at: int) -> bool:
    """Tell whether position `at` lies at the edge of a word."""
    return not 0 < at < len(text) or _parts(text[at - 1]) or _parts(text[at])


def between_lines(text: str, at: int) -> bool:
    """Tell whether position `at` lies at the edge of a line."""
    return not 0 < at < len(text) or "\n" in text[at - 1 : at + 1]


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    return text[: _hard_end(text, limit - 1)].rstrip() + ELLIPSIS if limit > 1 else ELLIPSIS[:limit]


def opening(text: str, limit: int) -> str:
    """Return the first whole words of prose in at most `limit` characters, with an ellipsis where more follows."""
    if len(text) <= limit:
        return text
    return text[: words_end(text, limit - 1)].rstrip() + ELLIPSIS if limit > 1 else ELLIPSIS[:limit]


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes: two for East Asian wide characters, none for marks."""
    return sum(_width(c) for c in text)


def pieces_of_line(line: str, width: int) -> list[str]:
    """Wrap one line at `width` columns, on with its own indent; a wider word stays whole, on a line alone.

    No-break spaces hold words together that fit on one line.
    """
    if columns(line) <= width:
        return [line.rstrip()]
    indent = line[: len(line) - len(line.lstrip())]
    indent = indent if columns(indent) < width // 2 else ""
    lines: list[str] = []
    current = ""
    for word in _words(line.strip(), width):
        longer = f"{current} {word}" if current else indent + word
        if current and columns(longer) > width:
            lines.append(current)
            longer = indent + word
        current = longer
    return [*lines, current]


def _words(line: str, width: int) -> Iterator[str]:
    for held in filter(None, _GAPS.split(line)):
        yield from held.split() if columns(held) > width else (held,)


def _after(text: str, mark: str, limit: int) -> int:
    found = text.rfind(mark, 0, limit)
    return found + len(mark) if found >= 0 else 0


def _hard_end(text: str, limit: int) -> int:
    end = limit
    while end > 0 and together(text, end):
        end -= 1
    return end or limit


def _parts(char: str) -> bool:
    return char.isspace() and char not in _STICKY


def _extends(char: str) -> bool:
    return (
        char in "\u200c\u200d"
        or category(char) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # the letters of regional flags
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and finals
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _width(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
