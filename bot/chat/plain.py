"""A card as readable text: for terminals, for notifications, and wherever a platform shows nothing richer (pure)."""

from __future__ import annotations

import re
from typing import assert_never

from bot.chat.model import Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.words import clean, columns, pieces_of_line

BAR = "│ "
INDENT = "    "
GAP = "  "
NARROWEST_VALUE = 16
"""Columns that a fact's value needs beside its name; with fewer it stands below it."""

_LEADING_BLANK_LINES = re.compile(r"\A(?:\s*\n)+")


def plain(card: Card, width: int = 80) -> str:
    """Return title and body as text: quotes with a bar, facts aligned, code indented; buttons are left to the caller.

    Prose, quotes and facts are wrapped at `width` columns (East Asian characters take two); 0: not wrapped.  A word
    that is longer stays whole, and so does a line of code.  Control characters are left out.
    """
    title = clean(card.title).strip()
    text = ""
    for part in card.body:
        shown = _LEADING_BLANK_LINES.sub("", "\n".join(_lines(part, width)).rstrip())
        if shown:
            small = isinstance(part, Text) and part.small
            text += ("\n" if small else "\n\n") + shown if text else shown
    return f"{title}\n{text}" if title and text else title or text


def _lines(part: Part, width: int) -> list[str]:
    match part:
        case Text():
            return _wrapped(clean(part.text), width)
        case Quote():
            words = clean(part.text).strip("\n")
            return [(BAR + line).rstrip() for line in _wrapped(words, width, columns(BAR))] if words.strip() else []
        case Code():
            return [(INDENT + line).rstrip() for line in clean(part.text).split("\n")]
        case Facts():
            pairs = [(clean(name).strip(), clean(value).strip()) for name, value in part.pairs]
            return _facts([pair for pair in pairs if any(pair)], width)
        case Image():
            alt = clean(part.alt).strip() or clean(part.name).strip()
            return _wrapped(f"[{alt}]", width) if alt else []
        case _:
            assert_never(part)


def _facts(pairs: list[tuple[str, str]], width: int) -> list[str]:
    column = max((columns(name) for name, _ in pairs), default=0)
    beside = column + columns(GAP)
    lines: list[str] = []
    for name, value in pairs:
        if width and width - beside < NARROWEST_VALUE:
            lines += _wrapped(name, width)
            lines += [GAP + line for line in _wrapped(value, width, columns(GAP))]
        else:
            first, *rest = _wrapped(value, width, beside)
            lines.append((name + " " * (column - columns(name)) + GAP + first).rstrip())
            lines += [(" " * beside + line).rstrip() for line in rest]
    return lines


def _wrapped(text: str, width: int, taken: int = 0) -> list[str]:
    """Wrap each line at `width` less the columns already `taken`; a line that fits keeps its spaces."""
    room = max(1, width - taken)
    return [piece for line in text.split("\n") for piece in (pieces_of_line(line, room) if width else [line.rstrip()])]
