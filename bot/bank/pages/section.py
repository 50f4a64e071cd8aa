"""One numbered section of a page with several prompts: principles, what is looked for, tips, and an example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.bank.pages import star
from bot.bank.pages.asked import advice_in
from bot.bank.pages.layout import Line, Page
from bot.bank.pages.sheet import bullet, plain

Part = Literal["principles", "looks for", "advice", "example", "avoid"]

_LABELS: Mapping[Part, str] = {
    "principles": "principle | principles | leadership principle | leadership principles | competency | competencies"
    " | principles tested | relevant principles | relevant values",
    "looks for": "what the interviewer looks for | what interviewers look for | what they look for | what it tests"
    " | what this tests | what they are testing | what is tested | why they ask | why it is asked | intent | purpose"
    " | what the interviewer wants | what is assessed | looking for | what the interviewer is looking for",
    "advice": "tip | tips | advice | how to answer | key points | points to cover | what to cover | what to include"
    " | structure your answer | structure | how to structure | suggested structure | approach | framework | do"
    " | answer structure"
    " | how to approach | what to say | hints",
    "example": "example | example outline | example answer | sample | sample outline | sample answer | example story"
    " | outline | sample response | example response | model answer",
    "avoid": "avoid | pitfall | pitfalls | mistakes | don't | what to avoid | what not to say | red flags | watch out",
}
_PART_OF: Mapping[str, Part] = {label.strip(): part for part, line in _LABELS.items() for label in line.split("|")}
_COMMON = frozenset({"approach", "structure", "framework", "do", "purpose", "mistakes", "outline", "hints", "intent"})
"""Labels that an entry of a list or a part of a story may have too: there they begin nothing new."""
_LABELLED = re.compile(r"([^:]{1,60}):\s*(.*)")
_KNOWN = "Principles, What the interviewer looks for, Tips, Structure your answer, Example, Avoid"
_ENTRY_LIMIT = 1000
_EXAMPLE_LIMIT = 10_000
_MOST = 20


@dataclass(frozen=True, slots=True)
class Section:
    """What a page says to one prompt; `title` is the prompt, maybe shortened, `line` where it stands."""

    line: Line
    title: str
    principles: tuple[str, ...]
    looks_for: str
    advice: tuple[str, ...]
    story: tuple[str, ...]
    example: str
    avoid: tuple[str, ...]


def labels(line: Line) -> bool:
    """Tell whether a line is a label of a section's part, "Tips" or "Example outline:"."""
    return plain(line).rstrip(": ").lower() in _PART_OF or _label(_text(line)) is not None


def section(line: Line, title: str, body: Page) -> Section:
    """Return the section that `line` begins. Raises UnknownLayout at the first line that is not understood."""
    reader = _Reader(line)
    for entry in body:
        reader.take(entry)
    reader.close(body[-1] if body else line)
    said = reader.said
    last = body[-1] if body else line
    if not (said["advice"] or said["looks for"]):
        raise last.unknown(f"the tips of the section '{title}' are missing above or below this line")
    if not said["example"]:
        raise last.unknown(f"the example of the section '{title}' is missing below this line")
    advice = [piece for text in (*said["looks for"], *said["advice"]) for piece in _pieces(text)]
    return Section(
        line=line,
        title=title,
        principles=tuple(_listed(said["principles"])),
        looks_for=" ".join(said["looks for"])[:3000],
        advice=tuple(dict.fromkeys(advice))[:_MOST],
        story=tuple(reader.story),
        example=_example(said["example"]),
        avoid=tuple(said["avoid"])[:_MOST],
    )


class _Reader:
    """Sorts the entries of a section into its parts, by the labels before them."""

    def __init__(self, line: Line) -> None:
        self.said: dict[Part, list[str]] = {part: [] for part in _LABELS}
        self.story: list[str] = []
        self._part: Part | None = None
        self._open: Line | None = None  # a label without text: entries must follow it
        self._full = False  # a label with text on its line: only an example goes on below it
        self._line = line

    def take(self, line: Line) -> None:
        text = _text(line)
        if not text:
            raise line.unknown("a text is expected here")
        if len(text) > _ENTRY_LIMIT and self._part != "example":
            raise line.unknown(f"this is longer than {_ENTRY_LIMIT:,} characters: a line break may be lost here")
        label = _label(text)
        if label is None and not bullet(line) and text.lower().rstrip(": ") in _PART_OF:
            label = (_PART_OF[text.lower().rstrip(": ")], text, "")
        if label and not (self._listing() and label[1].lower() in _COMMON):
            self._begin(line, label[0], label[2])
        elif self._part is None or (self._full and self._part != "example"):
            raise line.unknown(f"a label is expected here: {_KNOWN}")
        elif self._part == "example":
            self._tell(line, text)
        else:
            self._open = None
            self.said[self._part].append(text)

    def _listing(self) -> bool:
        return self._part == "example" or (self._part is not None and not self._full)

    def _begin(self, line: Line, part: Part, text: str) -> None:
        self.close(line)
        self._part, self._full = part, bool(text)
        self._open = None if text else line
        if text:
            self.said[part].append(text)

    def _tell(self, line: Line, text: str) -> None:
        """Add to the example: a labelled part of a story begins a line, all else goes on with the last one."""
        name, _, rest = text.partition(":")
        told = self.said["example"]
        if star.part(name):
            if self._open is not None and self._open_is_story():
                raise line.unknown(f"the text of '{told[-1].rstrip(':')}' is expected here")
            self.story.append(name)
            told.append(f"{name.strip(' *_')}: {rest.strip(' *_')}".strip())
            self._open = None if rest.strip(" *_") else line
            return
        self._open = None
        if told:
            told[-1] = f"{told[-1]} {_stopped(text)}"
        else:
            told.append(_stopped(text))

    def _open_is_story(self) -> bool:
        return bool(self.said["example"]) and self.said["example"][-1].endswith(":")

    def close(self, line: Line) -> None:
        """Refuse a label that has neither text nor entries."""
        if self._open is not None:
            raise self._open.unknown("what stands below this label is missing")


def _text(line: Line) -> str:
    return re.sub(r"\*\*|__", "", bullet(line) or plain(line)).strip()


def _label(text: str) -> tuple[Part, str, str] | None:
    """Return the part that a text labels, the label, and what follows it; None if it begins with no known label."""
    found = _LABELLED.fullmatch(text)
    if found is None:
        return None
    name = " ".join(re.sub(r"\([^)]*\)", "", found.group(1)).replace("’", "'").split())
    part = _PART_OF.get(name.lower())
    return (part, name, found.group(2).strip()) if part else None


def _pieces(text: str) -> tuple[str, ...]:
    """Return single pieces of advice; what is named before a colon stays with what is said of it."""
    return (text,) if _LABELLED.fullmatch(text) else advice_in(text)


def _listed(texts: list[str]) -> list[str]:
    parts = [part.strip(" .") for text in texts for part in re.split(r"[,;]\s*(?:and\s+)?|\s+and\s+|\s+/\s+", text)]
    return list(dict.fromkeys(part[:80] for part in parts if part))[:_MOST]


def _example(told: list[str]) -> str:
    text = "\n".join(told)
    return text if len(text) <= _EXAMPLE_LIMIT else text[:_EXAMPLE_LIMIT].rpartition(" ")[0]


def _stopped(text: str) -> str:
    return text if text[-1] in '.!?:…”"' else f"{text}."
