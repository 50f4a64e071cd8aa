"""A folder of YAML files -> the bank: everything that is wrong is found at once, with file, line and a remedy."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.bank import cache as caching
from bot.bank.finding import BankError, Finding, shown
from bot.bank.model import Bank, Question
from bot.bank.schema import HOME

__all__ = ["EMPTY", "BankError", "Survey", "load", "skills_of", "survey"]

EMPTY = "this bank holds no questions"
_FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OWN_FILES = frozenset({"skills.yaml"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds: the usable part as a bank, the file of each question, and what is wrong."""

    bank: Bank
    files: Mapping[str, Path]
    findings: tuple[Finding, ...]


def load(folder: Path, cache: Path | None = None) -> Bank:
    """Return the bank of a folder, in the order of category and id.

    Every `<category>/*.yaml` is one question.  Skills are ours (questions/skills.yaml) and those of the folder's
    own skills.yaml, if it has one.  `cache` is a folder (`cache.default_directory`) in which what was read is kept
    for the next start; without it every file is read.  Raises BankError with everything that is wrong.
    """
    found = survey(folder, cache)
    if found.findings:
        raise BankError(found.findings)
    return found.bank


def skills_of(folder: Path) -> dict[str, str]:
    """Return the names of the skills that questions of a folder may use, by id; the folder need not exist."""
    return _skills(_sources(folder), caching.Kept())[0]


def survey(folder: Path, cache: Path | None = None) -> Survey:
    """Return the questions that can be read, and all findings; raises nothing for whatever is in the folder."""
    sources = _sources(folder)
    basis = {str(path): caching.stamp_of(path) for path in (HOME / "schema.json", *sources)}
    if basis[str(HOME / "schema.json")] == caching.NOWHERE:
        missing = Finding(str(HOME / "schema.json"), 1, "cannot be read", "reinstall Greenroom")
        return Survey(Bank({}, {}), {}, (missing,))
    kept = caching.recall(cache, folder, basis) if cache else caching.Kept()
    skills, findings = _skills(sources, kept)
    stamps, misplaced = _stamps(folder)
    findings += misplaced
    read: dict[str, Question] = {}
    files: dict[str, Path] = {}
    fresh: dict[str, tuple[caching.Stamp, Question]] = {}
    for name, stamp in stamps.items():
        path = folder / name
        known = kept.questions.get(name)
        question: Question | None
        if known is not None and known[0] == stamp:
            question = known[1]
        else:
            question, wrong = _question(path, skills)
            findings += wrong
        if question is None:
            continue
        fresh[name] = (stamp, question)
        if question.id in read:
            what = f"the id '{question.id}' is taken by {files[question.id]}"
            findings.append(Finding(str(path), _line_of_id(path), what, "give one of the two another id"))
            continue
        read[question.id], files[question.id] = question, path
    if cache and fresh != kept.questions and not any(finding.file in basis for finding in findings):
        caching.keep(cache, folder, basis, caching.Kept(skills, fresh))
    ordered = dict(sorted(read.items(), key=lambda item: (item[1].category, item[0])))
    return Survey(Bank(ordered, skills), files, tuple(sorted(findings)))


# ---------------------------------------------------------------- what is in the folder
def _stamps(folder: Path) -> tuple[dict[str, caching.Stamp], list[Finding]]:
    """Return each file of a question as category/name, in order, and what lies where no question is looked for."""
    try:
        entries = _entries(folder)
    except OSError as error:
        what = f"this folder cannot be read ({error.strerror})"
        return {}, [Finding(str(folder), 1, what, "name the folder of a bank")]
    stamps: dict[str, caching.Stamp] = {}
    found: list[Finding] = []
    for entry in entries:
        if not entry.is_dir():
            if _suffix(entry) in {".yaml", ".yml"} and entry.name not in _OWN_FILES:
                what = "this question has no category"
                found.append(Finding(str(folder / entry.name), 1, what, "move it into a folder"))
            continue
        category = folder / entry.name
        try:
            inside = _entries(category)
        except OSError as error:
            what = f"this folder cannot be read ({error.strerror})"
            found.append(Finding(str(category), 1, what, "mend its rights"))
            continue
        own = [file for file in inside if _suffix(file) == ".yaml"]
        misnamed = [file for file in inside if _suffix(file) == ".yml"]
        found += [Finding(str(category / f.name), 1, "this file is not read", "rename it to .yaml") for f in misnamed]
        if own and _FOLDER.fullmatch(entry.name) is None:
            what = f"{shown(entry.name)} is no name of a category"
            found.append(Finding(str(category), 1, what, "use small letters, digits and single hyphens"))
            continue
        stamps |= {f"{entry.name}/{file.name}": caching.stamp_of(file) for file in own}
    if not stamps and not found:
        hint = "put questions into <category>/<id>.yaml, or import a page"
        found.append(Finding(str(folder), 1, EMPTY, hint))
    return stamps, found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)


def _suffix(entry: os.DirEntry[str]) -> str:
    return os.path.splitext(entry.name)[1]  # noqa: PTH122 - a Path for each file of a bank would cost more than its stat


# ---------------------------------------------------------------- what is in a file; the parser is imported when needed
def _sources(folder: Path) -> tuple[Path, ...]:
    own = folder / "skills.yaml"
    return tuple(dict.fromkeys((HOME / "skills.yaml", *((own,) if own.is_file() else ()))))


def _skills(paths: tuple[Path, ...], kept: caching.Kept) -> tuple[dict[str, str], list[Finding]]:
    if kept.skills is not None:
        return dict(kept.skills), []
    from bot.bank import file

    return file.skills(paths)


def _question(path: Path, skills: Mapping[str, str]) -> tuple[Question | None, list[Finding]]:
    from bot.bank import file

    return file.question(path, skills)


def _line_of_id(path: Path) -> int:
    from bot.bank import file

    return file.line(path, ("id",))
