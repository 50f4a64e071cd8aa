"""A solution in Markdown, or in text that was Markdown once -> its steps: headings with what stands below them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.bank.pages.layout import Line, Page
from bot.bank.pages.sheet import bullet, plain

_HASHES = re.compile(r"(#{1,6})\s+(\S.*)")
_BOLD = re.compile(r"(?:\*\*|__)([^*_].*?)(?:\*\*|__)\s*:?")
NUMBERED = re.compile(r"(?:(?:step|prompt|question|part)\s+|q)?(\d{1,2})[).:]\s+(\S.*)", re.IGNORECASE)
_BARE_DEPTH = 7
"""Below any heading with hashes: a numbered or bold line divides what they divide."""
_TITLE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A heading (its line, text and depth, 1 the highest) and the entries and paragraphs right below it."""

    line: Line
    title: str
    depth: int
    body: tuple[str, ...]


def steps(solution: Page) -> tuple[Step, ...]:
    """Return the steps of a solution, in order; without headings every entry of its lists is one.

    Raises UnknownLayout where the solution breaks off: a heading with nothing below, or code without an end.
    """
    found: list[Step] = []
    loose: list[Step] = []
    fence: Line | None = None
    for place, line in enumerate(solution):
        if line.text.startswith("```"):
            fence = None if fence else line
            continue
        if fence or line.text[0] == "|":
            continue
        after = solution[place + 1] if place + 1 < len(solution) else None
        heading = heading_of(line, after)
        entry = bullet(line) or _numbered(line)
        if heading:
            found.append(Step(line, heading[1], heading[0], ()))
        elif found:
            found[-1] = replace(found[-1], body=(*found[-1].body, entry or line.text))
        elif entry:
            loose.append(Step(line, entry, 1, ()))
    if fence:
        raise fence.unknown("the page breaks off in this code: the line '```' that ends it is missing")
    last = solution[-1]
    if heading_of(last, None) or last.text.endswith(":"):
        raise last.unknown("the page breaks off here: what stands below this line is missing")
    return tuple(found or loose)


def heading_of(line: Line, after: Line | None) -> tuple[int, str] | None:
    """Return depth and text of a heading, None for any other line; `after` is the line that follows."""
    text = _without_number(plain(line).rstrip(":"))
    if bullet(line) or not re.search(r"\w", text):
        return None
    hashes = _HASHES.fullmatch(line.text)
    if hashes:
        return len(hashes.group(1)), text
    listed = after is not None and bool(bullet(after))
    if _BOLD.fullmatch(line.text) or (_title(line.text) and (listed or NUMBERED.fullmatch(line.text))):
        return _BARE_DEPTH, text
    return None


def _title(text: str) -> bool:
    return len(text.split()) <= _TITLE_WORDS and text[-1] not in ".!;,"


def _numbered(line: Line) -> str:
    found = NUMBERED.fullmatch(line.text)
    return found.group(2) if found else ""


def _without_number(text: str) -> str:
    found = NUMBERED.fullmatch(text)
    return (found.group(2) if found else text).strip()
