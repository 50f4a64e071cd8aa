"""The layout of several prompts: one paragraph with all of them, "Quick Answer", and a "Solution" with advice for the
set, numbered sections (one a prompt: principles, tips, example), common pitfalls, edge cases and a checklist.

What stands outside the numbered sections belongs to all prompts: pitfalls become flags, the rest is the set's guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.bank.convert import skills_of
from bot.bank.model import Flag, Format, Point, Question
from bot.bank.pages import infer, star
from bot.bank.pages.asked import as_point, parts_asked
from bot.bank.pages.layout import ID_LIMIT, Line, Page, slug, whole
from bot.bank.pages.matching import divided
from bot.bank.pages.section import Section, labels, section
from bot.bank.pages.sheet import Sheet, bullet, plain
from bot.bank.pages.steps import NUMBERED
from bot.bank.similar import stems

_PITFALLS = re.compile(r"\b(?:pitfalls?|mistakes?|red flags?|what (?:to avoid|not to (?:say|do)))\b", re.IGNORECASE)
_GUIDE = re.compile(
    r"\b(?:strateg\w+|templates?|frameworks?|structure|format|edge cases?|alternatives?|checklists?|prepar\w+|delivery"
    r"|tips|practi[cs]\w+|rehears\w+|stories|story bank|timing|follow-?ups?|guardrails?|how to use|variations?|approach"
    r"|principles|guidance|advice|closing|reminders?|metrics)\b",
    re.IGNORECASE,
)
_HEADINGS = "General strategy, Reusable answer template, Common pitfalls, Edge cases, Preparation checklist"
_COMPANY = re.compile(
    r"\b(?:work(?:ing)?|job|role|career|position|interested)\s+(?:at|for)\s+([A-Z][\w&.+-]*\w(?:\s[A-Z][\w&.+-]*\w){0,2})"
    r"|\bjoin(?:ing)?\s+([A-Z][\w&.+-]*\w(?:\s[A-Z][\w&.+-]*\w){0,2})"
)
_EVALUATED = re.compile(
    r"\b(?:evaluat|test|assess|measur|prob|explor|examin)\w*\s+(?:(?:a|the) candidate['’]s\s+|(?:for|your)\s+)?(.+?)"
    r"(?:,?\s+(?:including|such as|within|as well as|in the context|with (?:a )?focus|through"
    r"|and (?:how|whether|the ability))\b|[.;:]|$)",
    re.IGNORECASE,
)
_HEADING_WORDS = 8
_MOST = 20
_ENTRY_LIMIT = 1000
_GUIDE_LIMIT = 20_000
_SOURCE_LIMIT = 500
_ALIKE = 0.6


@dataclass(slots=True)
class _Parts:
    """What a solution was divided into, while it is read."""

    guide: list[str] = field(default_factory=list)
    pitfalls: list[str] = field(default_factory=list)
    sections: list[tuple[Line, str, list[Line]]] = field(default_factory=list)


def read(page: Page, sheet: Sheet) -> tuple[Question, ...]:
    """Return the questions of a page, in its order. Raises UnknownLayout at the first line that is not understood."""
    parts = _divided(sheet.solution)
    sections = [section(line, title, tuple(body)) for line, title, body in parts.sections]
    if not sections:
        raise sheet.solution[-1].unknown("the page ends here, but the numbered sections, one a prompt, are missing")
    context, prompts = divided(sheet.prompt, sections)
    if not parts.pitfalls:
        raise sheet.solution[-1].unknown("the page ends here, but the list 'Common pitfalls' is missing")
    whole(page)
    guide = "\n\n".join(text for text in (context, "\n".join(parts.guide).strip()) if text)
    if len(guide) > _GUIDE_LIMIT:
        raise sheet.solution[0].unknown(
            f"the advice for the set is longer than {_GUIDE_LIMIT:,} characters: shorten it"
        )
    found: list[Question] = []
    for prompt, part in zip(prompts, sections, strict=True):
        found.append(_question(sheet, prompt, part, guide, (*part.avoid, *parts.pitfalls), {q.id for q in found}))
    return tuple(found)


# ---------------------------------------------------------------- the parts of a solution
def _divided(solution: Page) -> _Parts:
    parts = _Parts()
    into: list[str] | list[Line] | None = parts.guide
    opened: Line | None = None
    for place, line in enumerate(solution):
        after = solution[place + 1] if place + 1 < len(solution) else None
        start = _start(line)
        if start is not None:
            _filled(opened)
            if start[0] != len(parts.sections) + 1:
                raise line.unknown(f"the section numbered {len(parts.sections) + 1} is expected here")
            body: list[Line] = []
            parts.sections.append((line, start[1], body))
            into, opened = body, None
        elif _heading(line, after, parts.sections[-1][2] if parts.sections and into is parts.sections[-1][2] else None):
            _filled(opened)
            opened = line
            into = parts.pitfalls if _PITFALLS.search(plain(line)) else parts.guide
            if into is parts.guide:
                parts.guide += ["", f"## {plain(line).rstrip(': ')}"]
        elif parts.sections and into is parts.sections[-1][2]:
            parts.sections[-1][2].append(line)
        else:
            _add(parts, line, pitfalls=into is parts.pitfalls)
            opened = None
    _filled(opened)
    return parts


def _start(line: Line) -> tuple[int, str] | None:
    """Return number and title of a numbered section, None for any other line."""
    found = NUMBERED.fullmatch(plain(line))
    return (int(found.group(1)), found.group(2).strip()) if found and not bullet(line) else None


def _heading(line: Line, after: Line | None, within: list[Line] | None) -> bool:
    """Tell whether a line is the heading of advice for all prompts; refuse one that is not known.

    `within` are the lines of the section so far, None outside: where its labels are entries of a list, a line that
    is none is no label, "Pitfalls".
    """
    text = plain(line)
    if bullet(line) or text[-1:] in ("", *".!?;,") or len(text.split()) > _HEADING_WORDS:
        return False
    if within is not None and labels(line) and not any(bullet(other) and labels(other) for other in within):
        return False
    if _PITFALLS.search(text) or _GUIDE.search(text):
        return ":" not in text[:-1]
    if text != line.text or (after is not None and bullet(after) and ":" not in text):
        raise line.unknown(f"no heading like this is known; known are {_HEADINGS}")
    return False


def _filled(opened: Line | None) -> None:
    """Refuse a heading with nothing below it."""
    if opened is not None:
        raise opened.unknown("what stands below this heading is missing")


def _add(parts: _Parts, line: Line, *, pitfalls: bool) -> None:
    """Add an entry or a paragraph to the pitfalls or to the guide."""
    text = bullet(line)
    if not text and line.text[-1] not in '.!?:”"':
        raise line.unknown(f"a list, a sentence or a heading is expected here; known headings are {_HEADINGS}")
    if len(line.text) > _ENTRY_LIMIT:
        raise line.unknown(f"this is longer than {_ENTRY_LIMIT:,} characters: a line break may be lost here")
    if not pitfalls:
        parts.guide.append(f"- {text}" if text else line.text)
    elif len(parts.pitfalls) == _MOST:
        raise line.unknown(f"a list has at most {_MOST} entries")
    else:
        parts.pitfalls.append(text or line.text)


# ---------------------------------------------------------------- questions
def _question(
    sheet: Sheet, prompt: str, part: Section, guide: str, mistakes: tuple[str, ...], taken: set[str]
) -> Question:
    asked = " ".join(line.text for line in sheet.prompt)
    form = infer.format_of(prompt, ("situational",))
    level = sheet.level or "mid"
    texts = _points(prompt, part)
    main = infer.skill_of(prompt, form)
    points = tuple(Point(f"p{n}", text, infer.skill_of(text, form, main)) for n, text in enumerate(texts, start=1))
    company = _company(asked)
    guessed = {
        "level": sheet.level is None,
        "format": True,
        "difficulty": sheet.difficulty is None,
        "skills": True,
        "principles": not part.principles,
        "company": bool(company) and "company" not in sheet.facts,
    }
    return Question(
        id=_id(prompt, taken),
        prompt=prompt,
        level=level,
        format=form,
        category=infer.CATEGORIES[form],
        difficulty=sheet.difficulty or infer.difficulty_of(level, form),
        points=points,
        flags=tuple(Flag(f"f{n}", text) for n, text in enumerate(dict.fromkeys(mistakes[:_MOST]), start=1)),
        skills=skills_of(points),
        principles=part.principles or _principles(sheet.quick_answer, prompt, points, form),
        rounds=sheet.rounds,
        why=part.looks_for or sheet.why,
        example=part.example,
        company=sheet.facts.get("company", company),
        role=sheet.facts.get("role", ""),
        source=sheet.title[:_SOURCE_LIMIT] or _cut(asked),
        set=slug(sheet.title or asked),
        guide=guide,
        quick_answer=sheet.quick_answer,
        inferred=tuple(key for key, guess in guessed.items() if guess),
    )


def _points(prompt: str, part: Section) -> tuple[str, ...]:
    """Return what the section advises, what the prompt asks besides, and the parts of a story where it is one."""
    kept: list[str] = []
    for text in (*part.advice, *map(as_point, parts_asked(prompt)), *star.points(part.story)):
        if all(_likeness(text, other) < _ALIKE for other in kept):
            kept.append(text)
    return tuple(kept[:_MOST])


def _likeness(left: str, right: str) -> float:
    a, b = stems(left), stems(right)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(left == right)


def _principles(quick_answer: str, prompt: str, points: tuple[Point, ...], form: Format) -> tuple[str, ...]:
    """Guess what a prompt is about from what the page says to evaluate: the qualities that go with its skills."""
    found = _EVALUATED.search(quick_answer)
    named = re.split(r",\s*(?:and\s+)?|\s+and\s+", found.group(1)) if found else []
    qualities = [name.strip() for name in named if name.strip() and len(name.split()) <= 3]
    skills = {infer.skill_of(prompt, form), *(point.skill for point in points)}
    fitting = [name for name in qualities if skills & set(infer.skills_named((name,))) or stems(name) & stems(prompt)]
    chosen = fitting or qualities or [infer.skill_of(prompt, form).replace("-", " ")]
    return tuple(name[0].upper() + name[1:80] for name in chosen[:_MOST])


def _company(asked: str) -> str:
    found = _COMPANY.search(asked)
    return ((found.group(1) or found.group(2)) if found else "")[:80]


def _id(prompt: str, taken: set[str]) -> str:
    name, number = slug(prompt), 2
    while name in taken:
        name, number = f"{slug(prompt, ID_LIMIT - 4)}-{number}", number + 1
    return name


def _cut(text: str) -> str:
    return text if len(text) <= _SOURCE_LIMIT else text[: _SOURCE_LIMIT - 1].rpartition(" ")[0] + "…"
