"""One row of a table -> a question: what it does not say is guessed, what is wrong is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from bot.bank import convert, rules, schema
from bot.bank.finding import Complaint, shown
from bot.bank.model import LEVELS, Format, Level, Question
from bot.bank.pages import infer
from bot.bank.pages.layout import ID_LIMIT, slug
from bot.bank.pages.sheet import DIFFICULTY

LISTS = frozenset(["points", "flags", "skills", "principles", "rounds", "probes", "inferred"])
VOCABULARIES = frozenset(["level", "format", "difficulty"])
TEXTS = frozenset(
    [
        "prompt",
        "why",
        "example",
        "weak_example",
        "quick_answer",
        "model_answer",
        "guide",
        "company",
        "role",
        "source",
        "category",
        "set",
        "id",
        *VOCABULARIES,
    ]
)
NUMBERS = frozenset(["revision", "minutes"])
COLUMNS = TEXTS | LISTS | NUMBERS
_LEVELS: Mapping[str, Level] = {
    **{level: level for level in LEVELS},
    "mid-level": "mid", "middle": "mid", "intermediate": "mid", "entry": "junior", "entry-level": "junior",
    "staff": "lead",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line that it begins at, and what its cells hold, by column."""

    line: int
    values: Any


def near(column: object) -> str:
    """Return the hint for a column that does not exist."""
    name = "_".join(str(column).lower().split())
    found = get_close_matches(name, COLUMNS, n=1)
    return f"did you mean '{found[0]}'?" if found else f"delete it; the columns are: {', '.join(sorted(COLUMNS))}"


def question_of(row: Row, skills: Mapping[str, str], taken: Collection[str]) -> tuple[Question | None, list[Complaint]]:
    """Return the question of a row, or None and everything that is wrong with it."""
    values: dict[str, Any] = dict(row.values)
    missing = [name for name in ("prompt", "points") if not values.get(name)]
    if missing:
        return None, [
            Complaint((), f"this row has no '{name}'", "write it: every question has one") for name in missing
        ]
    if not isinstance(values["prompt"], str):
        return None, [Complaint(("prompt",), f"'prompt' is {shown(values['prompt'])}, not text", "put it into quotes")]
    category = values.pop("category", "")
    _complete(values)
    found = [] if schema.fits()(values) else schema.complaints(values)
    if category and not (isinstance(category, str) and category == slug(category)):
        hint = "use small letters, digits and single hyphens"
        found.append(Complaint((), f"{shown(category)} is no name of a category", hint))
    if found:
        return None, list(dict.fromkeys(found))
    if "id" not in row.values:
        values["id"] = _free(values["id"], taken)
    form: Format = values["format"]
    question = convert.question(values, category or infer.CATEGORIES[form])
    wrong = rules.complaints(question, skills)
    return (None, wrong) if wrong else (question, [])


def _complete(values: dict[str, Any]) -> None:
    """Write what a row does not say into it, in the form of our files, and name what was guessed."""
    prompt = values["prompt"]
    guessed: list[str] = []
    for name, words in (("level", _LEVELS), ("difficulty", DIFFICULTY), ("format", infer.TYPES)):
        said = values.get(name)
        if isinstance(said, str):
            values[name] = words.get(said.lower().strip(), None) or said.lower().strip()
    if "level" not in values:
        values["level"] = "mid"
        guessed.append("level")
    if "format" not in values:
        values["format"] = infer.format_of(prompt)
        guessed.append("format")
    form = values["format"] if values["format"] in infer.CATEGORIES else "technical"
    if "difficulty" not in values:
        level = values["level"] if values["level"] in LEVELS else "mid"
        values["difficulty"] = infer.difficulty_of(cast(Level, level), cast(Format, form))
        guessed.append("difficulty")
    values.setdefault("id", slug(prompt))
    for name, mark in (("points", "p"), ("flags", "f")):
        if isinstance(values.get(name), list):
            values[name] = [_part(part, f"{mark}{n}") for n, part in enumerate(values[name], start=1)]
    points = [part for part in values["points"] if isinstance(part, dict)] if isinstance(values["points"], list) else []
    for point in points:
        if "skill" not in point and isinstance(point.get("text"), str):
            point["skill"] = infer.skill_of(point["text"], cast(Format, form))
            guessed.append("skills")
    listed = values.get("inferred", [])
    if isinstance(listed, list) and guessed:
        values["inferred"] = list(dict.fromkeys([*listed, *guessed]))


def _part(part: Any, name: str) -> Any:
    if isinstance(part, str):
        return {"id": name, "text": part}
    return {"id": name, **part} if isinstance(part, dict) else part


def _free(name: str, taken: Collection[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name[: ID_LIMIT - 4].rstrip('-')}-{number}", number + 1
    return free
