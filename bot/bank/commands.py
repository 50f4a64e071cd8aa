"""`greenroom questions …`: what each command prints, and its exit code (0 fine, 2 not done and why)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.bank import select
from bot.bank.finding import BankError, Finding, shown
from bot.bank.load import load, skills_of
from bot.bank.model import FORMATS, LEVELS, Bank, Question
from bot.bank.pages import NoText, UnknownLayout, read_file
from bot.bank.write import Taken, write

ENOUGH = 3
"""Questions that a skill needs before practice of it does not repeat at once."""

Outcome = tuple[int, str]


def check(folder: Path, found: Sequence[Finding]) -> Outcome:
    """List everything that is wrong with a bank; 2 if it has errors, 0 if it has none or only warnings."""
    errors = sum(finding.severity == "error" for finding in found)
    warnings = len(found) - errors
    if errors:
        summary = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}: mend the errors, then check again."
        return 2, "\n".join([*map(str, found), summary])
    holds = _count(len(load(folder).questions), "question")
    return 0, "\n".join([*map(str, found), f"{holds}, no errors, {_count(warnings, 'warning')}."])


def list_questions(folder: Path, *, as_json: bool, filters: Mapping[str, str]) -> Outcome:
    """List the questions that pass the filters of `select.FILTERS`, as a table or as a JSON array."""
    try:
        bank = load(folder)
        filters = {name.strip().lower(): value for name, value in filters.items()}
        found = select.matching(bank, filters)
    except (BankError, select.UnknownFilter) as error:
        return 2, str(error.args[0])
    unknown = _unknown_value(bank, filters)
    if unknown:
        return 2, unknown
    if as_json:
        return 0, json.dumps([as_dict(question) for question in found], ensure_ascii=False, indent=2)
    if not found:
        return 0, "No question passes these filters. Leave one out to see more."
    rows = [(q.id, q.level, q.format, q.difficulty, q.company or "-", _cut(q.prompt, 70)) for q in found]
    return 0, _table(("id", "level", "format", "difficulty", "company", "prompt"), rows)


def show(folder: Path, question_id: str) -> Outcome:
    """Show one question whole; for an unknown id, offer the nearest."""
    try:
        bank = load(folder)
    except BankError as error:
        return 2, str(error)
    question = bank.get(question_id.strip().lower())
    if question is None:
        near = select.near_ids(bank, question_id)
        hint = f"Did you mean: {', '.join(near)}?" if near else "`greenroom questions list` shows all."
        return 2, f"There is no question {shown(question_id)}. {hint}"
    return 0, _page(bank, question)


def import_page(data: bytes, into: Path, name: str = "") -> Outcome:
    """Add the questions of a pasted page or a table to a bank; all of them or, with code 2 and the reason, none.

    `name` is the file that it comes from, "" for standard input: its end may tell a table, and findings name it.
    """
    try:
        written = write(read_file(data, name, skills_of(into)), into)
    except NoText as error:
        return 2, str(error)
    except (UnknownLayout, BankError) as error:
        return 2, f"{error}\nNothing was written."
    except Taken as error:
        return 2, str(error.args[0])
    except OSError as error:
        return (
            2,
            f"{error.filename or into}: {error.strerror or error}. Nothing was written: mend that and import again.",
        )
    lines = [f"Added {_count(len(written.added), 'question')} to {into}, {len(written.known)} known before."]
    lines += [f"  added  {question_id}" for question_id in written.added]
    lines += [f"  known  {question_id}" for question_id in written.known]
    if written.added:
        lines.append("What was guessed (format, difficulty, skills …) is named under `inferred` in each file.")
    return 0, "\n".join(lines)


def stats(folder: Path) -> Outcome:
    """Count questions by level and format, and name the skills with too few."""
    try:
        bank = load(folder)
    except BankError as error:
        return 2, str(error)
    questions = bank.questions.values()
    cells = Counter((question.level, question.format) for question in questions)
    rows = [
        (level, *(str(cells[level, form]) for form in FORMATS), str(sum(cells[level, form] for form in FORMATS)))
        for level in LEVELS
    ]
    sums = [sum(cells[level, form] for level in LEVELS) for form in FORMATS]
    rows.append(("all", *map(str, sums), str(sum(sums))))
    used = Counter(skill for question in questions for skill in {*question.skills, *(p.skill for p in question.points)})
    few = [(skill, str(used[skill])) for skill in sorted(bank.skills, key=lambda skill: (used[skill], skill))]
    few = [(skill, count) for skill, count in few if int(count) < ENOUGH]
    lines = [_table(("level", *FORMATS, "all"), rows), ""]
    if few:
        lines += [f"Skills with fewer than {ENOUGH} questions:", _table(("skill", "questions"), few)]
    else:
        lines.append(f"Every skill has {ENOUGH} questions or more.")
    return 0, "\n".join(lines)


def as_dict(question: Question) -> dict[str, Any]:
    """Return a whole question as JSON shows it: every key always, without the cues, which are the coach's own."""
    return {
        "id": question.id,
        "revision": question.revision,
        "prompt": question.prompt,
        "level": question.level,
        "format": question.format,
        "category": question.category,
        "company": question.company,
        "role": question.role,
        "difficulty": question.difficulty,
        "rounds": list(question.rounds),
        "minutes": question.minutes,
        "skills": list(question.skills),
        "principles": list(question.principles),
        "why": question.why,
        "points": [{"id": p.id, "text": p.text, "skill": p.skill, "weight": p.weight} for p in question.points],
        "flags": [{"id": flag.id, "text": flag.text, "severe": flag.severe} for flag in question.flags],
        "probes": [{"for": probe.about, "ask": probe.ask} for probe in question.probes],
        "example": question.example,
        "weak_example": question.weak_example,
        "quick_answer": question.quick_answer,
        "model_answer": question.model_answer,
        "guide": question.guide,
        "source": question.source,
        "set": question.set,
        "inferred": list(question.inferred),
    }


def _unknown_value(bank: Bank, filters: Mapping[str, str]) -> str:
    """Return what is wrong with the value of a filter that has a fixed list, or ""."""
    for name in ("level", "format", "skill"):
        for value in filters.get(name, "").split(","):
            if value.strip() and not select.matches_known(bank, name, value):
                near = select.near(bank, value)
                hint = (
                    f"Did you mean {', '.join(near)}?"
                    if near
                    else f"Use one of: {', '.join(select.known(bank, name))}."
                )
                return f"There is no {name} {shown(value.strip())}. {hint}"
    return ""


def _page(bank: Bank, question: Question) -> str:
    facts = [question.level, question.format, question.difficulty, f"about {question.minutes} min", question.category]
    facts += [part for part in (question.company, question.role) if part]
    parts = [question.id, " · ".join(facts), question.prompt]
    if question.why:
        parts.append(f"Why it is asked\n{question.why}")
    points = [f"  {point.id}: {point.text} ({bank.skill_name(point.skill)})" for point in question.points]
    parts.append("\n".join(["A good answer", *points]))
    if question.flags:
        parts.append("\n".join(["It must not", *(f"  {flag.id}: {flag.text}" for flag in question.flags)]))
    if question.probes:
        parts.append("\n".join(["Follow-ups", *(f"  {probe.about}: {probe.ask}" for probe in question.probes)]))
    titles = (
        ("Quick answer", question.quick_answer),
        ("A strong answer", question.example),
        ("Model answer", question.model_answer),
        ("Guide", question.guide),
        ("Source", question.source),
        ("Set", question.set),
        ("Guessed by the importer", ", ".join(question.inferred)),
    )
    parts += [f"{title}\n{text}" for title, text in titles if text]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows))
    return "\n".join(line.rstrip() for line in lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
