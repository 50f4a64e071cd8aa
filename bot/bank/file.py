"""One file of a bank -> its question, or its skills, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.bank import convert, document, rules, schema
from bot.bank.finding import Complaint, Finding, shown
from bot.bank.model import Question

SIZE_LIMIT = 256 * 1024
"""Largest file that is read, in bytes: forty times a full question."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What a category or a skill may be called."""


def question(path: Path, skills: Mapping[str, str]) -> tuple[Question | None, list[Finding]]:
    """Return the question of a file, or None and what is wrong with it."""
    try:
        text = text_of(path)
        data = document.read(text)
    except document.Unreadable as error:
        return None, [Finding(str(path), error.line, error.what, error.hint)]
    if not (isinstance(data, dict) and schema.fits()(data)):
        found = schema.complaints(data)
        if found:
            return None, _findings(path, found, text or "\n")
    read = convert.question(data, path.parent.name)
    found = rules.complaints(read, skills)
    return (None, _findings(path, found, text)) if found else (read, [])


def skills(paths: Iterable[Path]) -> tuple[dict[str, str], list[Finding]]:
    """Return the names of skills by id, of all files that are given, and what is wrong with them."""
    names: dict[str, str] = {}
    found: list[Finding] = []
    for path in paths:
        try:
            data: Any = document.read(text_of(path))
        except document.Unreadable as error:
            found.append(Finding(str(path), error.line, error.what, error.hint))
            continue
        if not isinstance(data, dict):
            found.append(Finding(str(path), 1, "this file names no skills", "write 'id: {name: …, help: …}' lines"))
            continue
        for skill, entry in data.items():
            name = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(name, str) and name.strip() and NAME.fullmatch(skill):
                names[skill] = name.strip()
            else:
                what = f"the skill {shown(skill)} has no name, or an id that is none"
                hint = "write 'skill-id: {name: …, help: …}', the id in small letters and hyphens"
                found.append(Finding(str(path), line(path, (skill,)), what, hint))
    return names, found


def text_of(path: Path) -> str:
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
        number = data.count(b"\n", 0, error.start) + 1
        raise document.Unreadable(number, "this is not UTF-8", "save the file in the encoding UTF-8") from None


def line(path: Path, place: tuple[str | int, ...]) -> int:
    """Return the line (from 1) of a place in a file that can be read."""
    return document.line_of(text_of(path), place)


def _findings(path: Path, found: Iterable[Complaint], text: str) -> list[Finding]:
    """Return complaints about one file as findings with their lines, each once."""
    return [Finding(str(path), document.line_of(text, c.path), c.what, c.hint) for c in dict.fromkeys(found)]
