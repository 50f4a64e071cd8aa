"""The layout of one question: a title, `Key: value` lines, the prompt, "Quick Answer" and "Solution" in Markdown.

Points are what the prompt asks, each with what the solution says to it, and the solution's further steps.  The
solution is kept whole as the model answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.bank.convert import skills_of
from bot.bank.model import Flag, Format, Point, Question
from bot.bank.pages import infer, star
from bot.bank.pages.asked import as_point, parts_asked
from bot.bank.pages.layout import Line, Page, markdown, slug, whole
from bot.bank.pages.sheet import Sheet
from bot.bank.pages.steps import Step, steps
from bot.bank.similar import stems

MOST_POINTS = 12
"""More than anybody says in four minutes; what a longer solution holds besides stays in the model answer."""
_MODEL_ANSWER_LIMIT = 50_000
_DETAIL_LIMIT = 160
_POINT_LIMIT = 1000
_ALIKE, _HELD = 0.4, 0.6

_ASIDE = re.compile(
    r"(?:overview|introduction|summary|conclusion|recap|references?|further reading|resources|code|follow[- ]?ups?"
    r"|notes?|(?:delivery |interview |final |quick )?tips\b.*|how to (?:practi[cs]e|deliver)\b.*|why this works.*"
    r"|table of contents)",
    re.IGNORECASE,
)
"""Headings below which no step of an answer stands."""
_PITFALLS = re.compile(
    r"(?:common |typical )?(?:pitfalls?|mistakes?)\b.*|what (?:not to say|to avoid).*|red flags.*", re.I
)
_EXAMPLE = re.compile(r"(?:sample|example|model|strong) (?:answer|response|story)\b.*|example", re.IGNORECASE)
_SAID: tuple[tuple[str, str], ...] = (
    (r"(?:functional |non-functional )?requirements", "State the requirements"),
    (r"assumptions|constraints|scope", "State the assumptions"),
    (r"clarifying questions|clarifications?", "Ask first"),
    (r"trade-?offs?(?: .*)?|trade offs?", "Name the trade-offs"),
    (r"alternatives(?: .*)?", "Name the alternatives"),
    (r"results?|outcomes?|impact", "Give the results in numbers"),
    (r"(?:time |space )?complexity(?: .*)?", "State the complexity"),
    (r"edge cases(?: .*)?", "Name the edge cases"),
    (r"risks?(?: .*)?|failure modes?", "Name the risks"),
)
_CATEGORIES: tuple[tuple[str, Format], ...] = (
    (r"behaviou?ral|leadership|culture|motivation|people|hr\b|soft skills", "behavioural"),
    (r"design|architecture", "design"),
    (r"incident|on-?call|troubleshoot|production|reliability|sre\b", "incident"),
    (
        r"coding|algorithm|fundamental|technical|knowledge|statistic|math|sql|data|machine|analytic|programming",
        "technical",
    ),
)


@dataclass(frozen=True, slots=True)
class _Matter:
    """A point in the making: where it stands in the order, its text, and the step that it comes from."""

    place: float
    text: str
    step: int | None


def read(page: Page, sheet: Sheet) -> tuple[Question, ...]:
    """Return the question of a page. Raises UnknownLayout at the first line that is not understood."""
    answer = markdown(sheet.solution)
    _short(sheet.solution[0], answer, _MODEL_ANSWER_LIMIT, "the solution")
    found = steps(sheet.solution)
    whole(page)
    if not found:
        raise sheet.solution[-1].unknown("the steps of the solution are expected here: headings, or a list")
    prompt = markdown(sheet.prompt)
    form = _format(sheet, prompt)
    flags = tuple(text for step in found if _PITFALLS.fullmatch(step.title) for text in step.body)
    example = "\n\n".join(text for step in found if _EXAMPLE.fullmatch(step.title) for text in step.body)
    if form == "behavioural" and not example:
        example = _story(found)
    texts = _points(prompt, found, form)
    if not texts:
        raise sheet.solution[-1].unknown("this solution has no step that could be a point: headings, or a list")
    points = tuple(Point(f"p{n}", text, infer.skill_of(text, form)) for n, text in enumerate(texts, start=1))
    level = sheet.level or "mid"
    category = sheet.facts.get("category", "")
    lost = category if slug(category or "-") != infer.CATEGORIES[form] else ""
    named = infer.skills_named(tuple(sheet.facts.get("skills", "").split(",")))
    guessed = (
        ("level",) * (sheet.level is None) + ("format",) + ("difficulty",) * (sheet.difficulty is None) + ("skills",)
    )
    question = Question(
        id=slug(" ".join(line.text for line in sheet.prompt)),
        prompt=prompt,
        level=level,
        format=form,
        category=infer.CATEGORIES[form],
        difficulty=sheet.difficulty or infer.difficulty_of(level, form),
        points=points,
        flags=tuple(Flag(f"f{n}", text[:_POINT_LIMIT]) for n, text in enumerate(flags[:20], start=1)),
        skills=tuple(dict.fromkeys((*named, *skills_of(points)))),
        rounds=sheet.rounds,
        why=sheet.why,
        example=example[:10_000],
        company=sheet.facts.get("company", ""),
        role=sheet.facts.get("role", ""),
        source=(sheet.title or sheet.prompt[0].text)[:500],
        guide=f"Category on the page: {lost}" if lost else "",
        quick_answer=sheet.quick_answer,
        model_answer=answer,
        inferred=guessed,
    )
    return (question,)


def _format(sheet: Sheet, prompt: str) -> Format:
    category = sheet.facts.get("category", "")
    for words, form in _CATEGORIES:
        if re.search(rf"\b(?:{words})", category, re.IGNORECASE):
            return form
    return infer.format_of(f"{sheet.title}\n{prompt}")


# ---------------------------------------------------------------- points
def _points(prompt: str, found: tuple[Step, ...], form: Format) -> tuple[str, ...]:
    asked = parts_asked(prompt)
    usable = {n: step for n, step in enumerate(found) if _is_step(n, found)}
    if form == "behavioural":
        return _unlike([*map(as_point, asked), *_of_story(usable.values())])
    pairs = _matched(asked, usable)
    used = set(pairs.values())
    taken: set[tuple[int, int]] = set()
    matters: list[_Matter] = []
    place = -1.0
    for number, part in enumerate(asked):
        n = pairs.get(number)
        detail = "" if n is None else _detail(usable[n].body)
        if n is None:
            entry = _entry_about(part, usable, used, taken)
            if entry:
                taken.add(entry)
                detail = usable[entry[0]].body[entry[1]]
            place += 0.01
        else:
            place = float(n)
        matters.append(_Matter(place, _joined(as_point(part), detail), n))
    for n, step in usable.items():
        if n not in used:
            left = tuple(text for k, text in enumerate(step.body) if (n, k) not in taken)
            if left or not step.body:
                matters.append(_Matter(float(n), _joined(_said(step.title), _detail(left)), n))
    must = [matter for matter in matters if matter.step is None or matter.step in used]
    may = [matter for matter in matters if matter not in must][: max(0, MOST_POINTS - len(must))]
    return _unlike([matter.text for matter in sorted((*must, *may), key=lambda matter: matter.place)])


def _of_story(found: Iterable[Step]) -> list[str]:
    """Return the points of a story's parts, which headings or entries label, and what else the solution advises."""
    labels: list[str] = []
    advice: list[str] = []
    for step in found:
        if star.part(step.title):
            labels.append(step.title)
            continue
        for text in step.body or (step.title,):
            label = _without_marks(text).partition(":")[0]
            (labels if star.part(label) else advice).append(label if star.part(label) else text)
    return [*star.points(labels), *advice]


def _story(found: Iterable[Step]) -> str:
    """Return the example of a solution that is a story in labelled parts."""
    parts = [
        f"{step.title.strip(' :*')}: {' '.join(step.body)}" for step in found if star.part(step.title) and step.body
    ]
    parts += [
        text
        for step in found
        for text in (step.body or (step.title,))
        if ":" in text and star.part(_without_marks(text).partition(":")[0])
    ]
    return "\n".join(map(_without_marks, parts))


def _is_step(n: int, found: tuple[Step, ...]) -> bool:
    step = found[n]
    if any(words.fullmatch(step.title) for words in (_ASIDE, _PITFALLS, _EXAMPLE)):
        return False
    divided = n + 1 < len(found) and found[n + 1].depth > step.depth
    return bool(step.body) or not divided


def _matched(asked: tuple[str, ...], usable: Mapping[int, Step]) -> dict[int, int]:
    """Return which step answers which part of the prompt: the most alike first, each once."""
    scores = [
        (_alike(stems(part), stems(step.title)), -number, -n)
        for number, part in enumerate(asked)
        for n, step in usable.items()
    ]
    pairs: dict[int, int] = {}
    for score, number, n in sorted(scores, reverse=True):
        if score >= _ALIKE and -number not in pairs and -n not in pairs.values():
            pairs[-number] = -n
    return pairs


def _alike(left: frozenset[str], right: frozenset[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _entry_about(
    part: str, usable: Mapping[int, Step], used: set[int], taken: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return step and place of the entry that answers a part without a heading of its own, or None."""
    wanted = stems(part)
    best: tuple[int, int] | None = None
    most = 1  # a single common word is chance
    for n, step in usable.items():
        for k, text in enumerate(step.body):
            shared = len(wanted & stems(text))
            if n not in used and (n, k) not in taken and shared > most and shared >= _HELD * len(wanted):
                best, most = (n, k), shared
    return best


def _said(title: str) -> str:
    plainly = title.strip(" :*")
    found = next((words for pattern, words in _SAID if re.fullmatch(pattern, plainly, re.IGNORECASE)), plainly)
    return found[0].upper() + found[1:]


def _detail(body: tuple[str, ...]) -> str:
    """Return the first entries of a step, as many as make a readable point; at least one."""
    kept: list[str] = []
    for text in body:
        if kept and sum(map(len, kept)) + len(text) > _DETAIL_LIMIT:
            break
        kept.append(text if text[-1] in ".!?:" else f"{text}.")
    return " ".join(kept)


def _joined(what: str, detail: str) -> str:
    what = what.rstrip(" .:")
    if not what:
        return detail[:_POINT_LIMIT]
    if not detail:
        return (what if what[-1] in "?!" else f"{what}.")[:_POINT_LIMIT]
    mark = "" if what[-1] in "?!" else "." if ": " in detail.split(". ")[0] else ":"
    return f"{what}{mark} {_without_marks(detail)}"[:_POINT_LIMIT]


def _without_marks(text: str) -> str:
    return re.sub(r"\*\*|__|`", "", text)


def _unlike(texts: list[str]) -> tuple[str, ...]:
    """Return the texts without those that say what an earlier one says."""
    kept: list[str] = []
    for text in texts:
        if re.search(r"\w", text) and all(_alike(stems(text), stems(other)) < 0.75 for other in kept):
            kept.append(_without_marks(text)[:_POINT_LIMIT])
    return tuple(kept[:MOST_POINTS])


def _short(line: Line, text: str, limit: int, what: str) -> None:
    if len(text) > limit:
        raise line.unknown(f"{what} is longer than {limit:,} characters: shorten it")
