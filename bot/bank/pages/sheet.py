"""What two layouts share: maybe a title with `Key: value` lines, a prompt, "Quick Answer", and "Solution"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.bank.model import Difficulty, Level
from bot.bank.pages import naming
from bot.bank.pages.layout import BULLET, Line, Page

KEYS: Mapping[str, tuple[str, ...]] = {
    "company": ("company", "asked at", "employer"),
    "role": ("role", "position", "job title", "job"),
    "category": ("category", "topic", "type", "question type"),
    "difficulty": ("difficulty", "difficulty level"),
    "round": ("interview round", "round", "interview stage", "stage", "rounds"),
    "level": ("level", "seniority"),
    "skills": ("skills", "skills tested", "tags", "topics"),
}
"""What a page says of its question, and the words for it."""
_KEY_OF = {word: key for key, words in KEYS.items() for word in words}
_PAIR = re.compile(r"([A-Za-z][\w /&-]{1,30}?)\s*:\s*(.*)")
_VALUE_LIMIT = 80
_MARKS = re.compile(r"^#{1,6}\s+|^\*\*|\*\*$|^__|__$")
_QUICK = re.compile(r"quick answer\s*:?\s*(?:\*\*)?\s*(.*)", re.IGNORECASE)
_SOLUTION = re.compile(r"(?:(?:sample|detailed|worked|full|model)\s+)?solution\s*:?", re.IGNORECASE)
_FOOTER = re.compile(
    r"(?:related|similar|more|other|next|previous)\b.{0,40}\bquestions?\b.{0,40}|comments?(?:\s*\(\d+\))?"
    r"|sign (?:in|up)\b.*|submit your answer.*|loading comments.*|login to .*|want to practi[cs]e.*",
    re.IGNORECASE,
)
DIFFICULTY: Mapping[str, Difficulty] = {
    "easy": "easy", "beginner": "easy", "medium": "medium", "intermediate": "medium", "moderate": "medium",
    "hard": "hard", "difficult": "hard", "advanced": "hard", "expert": "hard",
}  # fmt: skip
_LIMITS = {"prompt": 2000, "quick answer": 5000}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in its parts; `facts` are what its `Key: value` lines say, by the keys of KEYS."""

    title: str
    facts: Mapping[str, str]
    prompt: Page
    quick_answer: str
    solution: Page

    @property
    def level(self) -> Level | None:
        """The level that the page tells, in a line of its own or with the role."""
        return naming.level_of(self.facts.get("level", "")) or naming.level_of(self.facts.get("role", ""))

    @property
    def difficulty(self) -> Difficulty | None:
        """The difficulty that the page tells."""
        return DIFFICULTY.get(self.facts.get("difficulty", "").lower())

    @property
    def rounds(self) -> tuple[str, ...]:
        """In which rounds the question is asked, in small letters as in our own files."""
        parts = re.split(r"[,;/|]", self.facts.get("round", ""))
        return tuple(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))[:10]

    @property
    def why(self) -> str:
        """The quick answer where it says what the question shows instead of answering it."""
        told = re.match(r"(?:this|the) (?:question|prompt|interview|set)s?\b", self.quick_answer, re.IGNORECASE)
        return self.quick_answer[:3000] if told else ""


def recognises(page: Page) -> bool:
    """Tell whether a page is meant to be in one of the two layouts, well-formed or not."""
    return any(_QUICK.fullmatch(plain(line)) for line in page) or len(_facts(page)) > 1


def read(page: Page) -> Sheet:
    """Divide a page. Raises UnknownLayout at the first line that is not understood."""
    facts = _facts(page)
    titled = bool(facts) and facts[0][0] is not page[0]
    start = len(facts) + titled
    values: dict[str, str] = {}
    for line, key, value in facts:
        known = _known(line, key)
        if known in values:
            raise line.unknown(f"'{key}' stands here a second time")
        values[known] = _checked(line, known, value)
    at = next((n for n, line in enumerate(page) if n >= start and _QUICK.fullmatch(plain(line))), None)
    if at is None:
        raise page[-1].unknown("the page ends here, but the line 'Quick Answer: …' is missing")
    if at == start:
        raise page[at].unknown("the prompt is expected before the quick answer")
    end = next((n for n, line in enumerate(page) if n > at and _SOLUTION.fullmatch(plain(line))), None)
    if end is None:
        raise page[-1].unknown("the page ends here, but the line 'Solution' is missing")
    first = _QUICK.fullmatch(plain(page[at]))
    told = [first.group(1) if first else "", *(line.text for line in page[at + 1 : end])]
    quick = "\n\n".join(text for text in told if text)
    if not quick:
        raise page[end].unknown("the text of 'Quick Answer' is expected before this line")
    solution = _without_footer(page[end + 1 :])
    if not solution:
        raise page[end].unknown("the page ends here, but the text of the solution is missing")
    for line, text, what in (
        (page[start], " ".join(ln.text for ln in page[start:at]), "prompt"),
        (page[at], quick, "quick answer"),
    ):
        if len(text) > _LIMITS[what]:
            raise line.unknown(f"the {what} is longer than {_LIMITS[what]:,} characters: shorten it")
    return Sheet(page[0].text if titled else "", values, page[start:at], quick, solution)


def plain(line: Line) -> str:
    """Return the text of a line without the marks of a heading or of bold letters around it."""
    text = line.text
    while (bare := _MARKS.sub("", text).strip()) != text:
        text = bare
    return text


def bullet(line: Line) -> str:
    """Return the text of an entry of a list, or "" if the line is none."""
    found = BULLET.fullmatch(line.text)
    return found.group(1) if found else ""


def _facts(page: Page) -> list[tuple[Line, str, str]]:
    """Return the `Key: value` lines at the top or below a title; none if no key of ours is among them."""
    found: list[tuple[Line, str, str]] = []
    first = _PAIR.fullmatch(page[0].text)
    for line in page[0 if first and first.group(1).lower() in _KEY_OF else 1 :]:
        pair = _PAIR.fullmatch(replace(line, text=line.text.replace("**", "")).text)
        if pair is None or _QUICK.fullmatch(plain(line)):
            break
        key, value = pair.group(1), pair.group(2).strip()
        known = key.lower() in _KEY_OF
        if not known and (len(key.split()) > 3 or len(value) > _VALUE_LIMIT or value.endswith((".", "?", "!"))):
            break
        found.append((line, key, value))
    return found if any(key.lower() in _KEY_OF for _, key, _ in found) else []


def _known(line: Line, key: str) -> str:
    if key.lower() in _KEY_OF:
        return _KEY_OF[key.lower()]
    near = get_close_matches(key.lower(), _KEY_OF, n=1)
    hint = f"did you mean '{near[0].capitalize()}'?" if near else "delete the line"
    names = ", ".join(words[0].capitalize() for words in KEYS.values())
    raise line.unknown(f"the lines below the title are {names}; {hint}")


def _checked(line: Line, key: str, value: str) -> str:
    if not value:
        raise line.unknown("a value is expected after the colon: add it, or delete the line")
    if len(value) > _VALUE_LIMIT:
        raise line.unknown(f"a value has at most {_VALUE_LIMIT} characters: a line break may be lost here")
    if key == "difficulty" and value.lower() not in DIFFICULTY:
        raise line.unknown("the difficulty is easy, medium or hard")
    if key == "level" and naming.level_of(value) is None:
        raise line.unknown("the level is junior, mid, senior, lead or principal")
    return value


def _without_footer(part: Page) -> Page:
    code = False
    for place, line in enumerate(part):
        code ^= line.text.startswith("```")
        if not code and not bullet(line) and line.text[-1] not in ".:" and _FOOTER.fullmatch(plain(line)):
            return part[:place]
    return part
