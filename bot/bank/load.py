"""A folder of YAML files -> the bank: everything that is wrong is found at once, with file, line and a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bank import convert, document, rules, schema
from bot.bank.finding import BankError, Complaint, Finding, shown
from bot.bank.model import Bank, Question

__all__ = ["EMPTY", "SIZE_LIMIT", "BankError", "Survey", "load", "survey"]

SIZE_LIMIT = 256 * 1024
"""Largest file that is read, in bytes: forty times a full question."""
EMPTY = "this bank holds no questions"
_FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OWN_FILES = frozenset({"skills.yaml"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds: the usable part as a bank, the file of each question, and what is wrong."""

    bank: Bank
    files: Mapping[str, Path]
    findings: tuple[Finding, ...]


def load(folder: Path) -> Bank:
    """Return the bank of a folder, in the order of category and id.

    Every `<category>/*.yaml` is one question.  Skills are ours (questions/skills.yaml) and those of the folder's
    own skills.yaml, if it has one.  Raises BankError with everything that is wrong.
    """
    found = survey(folder)
    if found.findings:
        raise BankError(found.findings)
    return found.bank


def survey(folder: Path) -> Survey:
    """Return the questions that can be read, and all findings; raises nothing for whatever is in the folder."""
    skills, findings = _skills(folder)
    try:
        schema.fits()
    except OSError as error:
        missing = Finding(
            str(schema.HOME / "schema.json"), 1, f"cannot be read ({error.strerror})", "reinstall Greenroom"
        )
        return Survey(Bank({}, skills), {}, (missing, *findings))
    paths, misplaced = _paths(folder)
    findings += misplaced
    read: dict[str, Question] = {}
    files: dict[str, Path] = {}
    for path in paths:
        question, wrong = _question(path, skills)
        findings += wrong
        if question is None:
            continue
        if question.id in read:
            what = f"the id '{question.id}' is taken by {files[question.id]}"
            findings.append(Finding(str(path), _line(path, ("id",)), what, "give one of the two another id"))
            continue
        read[question.id], files[question.id] = question, path
    ordered = dict(sorted(read.items(), key=lambda item: (item[1].category, item[0])))
    return Survey(Bank(ordered, skills), files, tuple(sorted(findings)))


def findings_of(path: Path, found: Iterable[Complaint], text: str = "") -> list[Finding]:
    """Return complaints about one file as findings with their lines, each once."""
    text = text or path.read_text(encoding="utf-8-sig")
    return [Finding(str(path), document.line_of(text, c.path), c.what, c.hint) for c in dict.fromkeys(found)]


def _paths(folder: Path) -> tuple[list[Path], list[Finding]]:
    """Return the files of questions, in order, and what lies where no question is looked for."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        return [], [
            Finding(str(folder), 1, f"this folder cannot be read ({error.strerror})", "name the folder of a bank")
        ]
    paths: list[Path] = []
    found: list[Finding] = []
    for entry in entries:
        if not entry.is_dir():
            if entry.suffix in {".yaml", ".yml"} and entry.name not in _OWN_FILES:
                found.append(Finding(str(entry), 1, "this question has no category", "move it into a folder"))
            continue
        try:
            inside = sorted(path for path in entry.iterdir() if not path.name.startswith("."))
        except OSError as error:
            found.append(Finding(str(entry), 1, f"this folder cannot be read ({error.strerror})", "mend its rights"))
            continue
        files = [path for path in inside if path.suffix == ".yaml"]
        found += [
            Finding(str(p), 1, "this file is not read", "rename it to .yaml") for p in inside if p.suffix == ".yml"
        ]
        if files and _FOLDER.fullmatch(entry.name) is None:
            what = f"{shown(entry.name)} is no name of a category"
            found.append(Finding(str(entry), 1, what, "use small letters, digits and single hyphens"))
            continue
        paths += files
    if not paths and not found:
        hint = "put questions into <category>/<id>.yaml, or import a page"
        found.append(Finding(str(folder), 1, EMPTY, hint))
    return paths, found


def _question(path: Path, skills: Mapping[str, str]) -> tuple[Question | None, list[Finding]]:
    try:
        text = _text(path)
        data = document.read(text)
    except document.Unreadable as error:
        return None, [Finding(str(path), error.line, error.what, error.hint)]
    if not (isinstance(data, dict) and schema.fits()(data)):
        found = schema.complaints(data)
        if found:
            return None, findings_of(path, found, text or "\n")
    question = convert.question(data, path.parent.name)
    found = rules.complaints(question, skills)
    return (None, findings_of(path, found, text)) if found else (question, [])


def _text(path: Path) -> str:
    """Return the text of a file; raises Unreadable for what is no text or too much of it."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise document.Unreadable(1, f"this file cannot be read ({error.strerror})", "mend its rights") from None
    if len(data) > SIZE_LIMIT:
        raise document.Unreadable(1, f"this file is larger than {SIZE_LIMIT // 1024} KB", "one file holds one question")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise document.Unreadable(line, "this is not UTF-8", "save the file in the encoding UTF-8") from None


def _line(path: Path, place: tuple[str | int, ...]) -> int:
    return document.line_of(_text(path), place)


def _skills(folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """Return the names of our skills and of the folder's own, by id."""
    names: dict[str, str] = {}
    found: list[Finding] = []
    own = folder / "skills.yaml"
    for path in dict.fromkeys((schema.HOME / "skills.yaml", own if own.is_file() else schema.HOME / "skills.yaml")):
        try:
            data: Any = document.read(_text(path))
        except document.Unreadable as error:
            found.append(Finding(str(path), error.line, error.what, error.hint))
            continue
        if not isinstance(data, dict):
            found.append(Finding(str(path), 1, "this file names no skills", "write 'id: {name: …, help: …}' lines"))
            continue
        for skill, entry in data.items():
            name = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(name, str) and name.strip() and _FOLDER.fullmatch(skill):
                names[skill] = name.strip()
            else:
                what = f"the skill {shown(skill)} has no name, or an id that is none"
                hint = "write 'skill-id: {name: …, help: …}', the id in small letters and hyphens"
                found.append(Finding(str(path), _line(path, (skill,)), what, hint))
    return names, found
