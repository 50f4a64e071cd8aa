"""What the schema cannot say of one question: ids that must be unique, and names that must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from bot.bank.convert import skills_of
from bot.bank.finding import Complaint, Path
from bot.bank.model import Question


def complaints(question: Question, skills: Collection[str]) -> list[Complaint]:
    """Return what is inconsistent in a question that fits the schema."""
    return [*_repeated(question), *_unknown_skills(question, skills), *_stray_probes(question)]


def near(word: str, known: Iterable[str]) -> str:
    """Return the hint for a name that does not exist."""
    found = get_close_matches(word, list(known), n=1)
    return f"did you mean '{found[0]}'?" if found else ""


def _repeated(question: Question) -> list[Complaint]:
    found: list[Complaint] = []
    seen: set[str] = set()
    places = [(("points", n, "id"), point.id) for n, point in enumerate(question.points)]
    places += [(("flags", n, "id"), flag.id) for n, flag in enumerate(question.flags)]
    for path, part in places:
        if part in seen:
            what = f"the id '{part}' stands twice in this question"
            found.append(Complaint(path, what, "give each point and flag an id of its own"))
        seen.add(part)
    return found


def _unknown_skills(question: Question, skills: Collection[str]) -> list[Complaint]:
    places: list[tuple[Path, str]] = [(("points", n, "skill"), point.skill) for n, point in enumerate(question.points)]
    if question.skills != skills_of(question.points):  # else they are the same words, or none were written
        places += [(("skills", n), skill) for n, skill in enumerate(question.skills)]
    return [
        Complaint(
            path, f"there is no skill '{skill}'", near(skill, skills) or "use an id of skills.yaml, or add it there"
        )
        for path, skill in places
        if skill not in skills
    ]


def _stray_probes(question: Question) -> list[Complaint]:
    ids = [point.id for point in question.points]
    return [
        Complaint(
            ("probes", n, "for"), f"no point has the id '{p.about}'", near(p.about, ids) or f"use {', '.join(ids)}"
        )
        for n, p in enumerate(question.probes)
        if p.about not in ids
    ]
