"""Which prompt of a paragraph each numbered section is about, although its title shortens the prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.bank.pages.asked import OPENER, sentences
from bot.bank.pages.layout import Page
from bot.bank.pages.section import Section
from bot.bank.pages.sheet import bullet
from bot.bank.pages.steps import NUMBERED
from bot.bank.similar import stems

_INLINE = re.compile(r"(?:(?<=\s)|^)\(?(?:\d{1,2}|[a-h])[).]\s+(?=[A-Z\"“])")
_PROMPT_LIMIT = 2000


def divided(prompt: Page, sections: Sequence[Section]) -> tuple[str, tuple[str, ...]]:
    """Return what stands before the first prompt ("" usually), and the prompt of each section, in their order.

    Raises UnknownLayout at the title of the first section that has no prompt, or at the paragraph where a prompt
    has no section.
    """
    context, pieces = _pieces(prompt)
    if len(pieces) < len(sections):
        raise sections[len(pieces)].line.unknown("no prompt of the first paragraph belongs to this section")
    groups = _groups(pieces, sections)
    if any(len(group) > _PROMPT_LIMIT for group in groups):
        raise prompt[0].unknown(f"a prompt is longer than {_PROMPT_LIMIT:,} characters: shorten it")
    owners = _owners(groups, sections)
    for number, part in enumerate(sections):
        if number not in owners:
            raise part.line.unknown("no prompt of the first paragraph belongs to this section")
    return context, tuple(groups[owners[number]] for number in range(len(sections)))


def _pieces(prompt: Page) -> tuple[str, list[str]]:
    """Return the sentences of a paragraph, or the entries of a list; before them what leads up to the first prompt."""
    rows: list[str] = []
    for line in prompt:
        numbered = NUMBERED.fullmatch(line.text)
        rows.append(bullet(line) or (numbered.group(2) if numbered else line.text))
    found = rows if len(rows) > 1 and all(map(_listed, prompt)) else _sentences(" ".join(rows))
    first = next((n for n, text in enumerate(found) if OPENER.match(text) or text.endswith("?")), 0)
    return " ".join(found[:first]), list(found[first:])


def _listed(line: object) -> bool:
    text = getattr(line, "text", "")
    return NUMBERED.fullmatch(text) is not None or text[:1] in "-*•"


def _sentences(text: str) -> list[str]:
    marked = [part.strip(" ;") for part in _INLINE.split(text) if part.strip(" ;")]
    return [sentence for part in marked for sentence in sentences(part)]


def _groups(pieces: list[str], sections: Sequence[Section]) -> list[str]:
    """Return as many prompts as there are sections: a prompt with the sentences that follow it up."""
    count = len(sections)
    starts = [n for n, piece in enumerate(pieces) if OPENER.match(piece)]
    if len(pieces) == count:
        starts = list(range(count))
    elif len(starts) != count or starts[0] != 0:
        starts = _best_starts(pieces, sections)
    return [" ".join(pieces[start:end]) for start, end in zip(starts, [*starts[1:], len(pieces)], strict=True)]


def _best_starts(pieces: list[str], sections: Sequence[Section]) -> list[int]:
    """Return where prompts begin so that, in order, they share most with the titles; openers decide what is equal."""
    titles = [stems(section.title) for section in sections]

    @cache
    def best(first: int, number: int) -> tuple[float, tuple[int, ...]]:
        bonus = 0.05 if OPENER.match(pieces[first]) else 0.0
        if number == len(titles) - 1:
            return bonus + _shared(" ".join(pieces[first:]), titles[number]), (first,)
        found = []
        for end in range(first + 1, len(pieces) - (len(titles) - 1 - number) + 1):
            score, starts = best(end, number + 1)
            found.append((score + bonus + _shared(" ".join(pieces[first:end]), titles[number]), (first, *starts)))
        return max(found)

    return list(best(0, 0)[1])


def _owners(groups: list[str], sections: Sequence[Section]) -> dict[int, int]:
    """Return the prompt of each section: the most alike first, then by place where each surely is a prompt."""
    scores = sorted(
        (
            (-_shared(group, stems(section.title)), abs(place - number), number, place)
            for place, group in enumerate(groups)
            for number, section in enumerate(sections)
        )
    )
    owners: dict[int, int] = {}
    for score, _, number, place in scores:
        if score < 0 and number not in owners and place not in owners.values():
            owners[number] = place
    for number, group in enumerate(groups):
        surely = OPENER.match(group)  # else it may follow up the prompt before it
        if surely and number not in owners and number not in owners.values():
            owners[number] = number
    return owners


def _shared(text: str, title: frozenset[str]) -> float:
    """Return which part of a title's stems a prompt has."""
    return len(stems(text) & title) / len(title) if title else 0.0
