"""Questions -> files, all or nothing; what the bank already holds is left alone."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.bank.convert import as_data
from bot.bank.finding import BankError
from bot.bank.load import EMPTY, Survey, survey
from bot.bank.model import Question

_FOLDED_FROM = 90
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the questions, by id: added now, or known before (the known ones by the bank's id)."""

    added: tuple[str, ...]
    known: tuple[str, ...]


class Taken(FileExistsError):
    """A different question of the bank has the same id; nothing was written."""

    def __init__(self, question_id: str, file: Path) -> None:
        """Name both, and what to do."""
        super().__init__(
            f"a different question with the id '{question_id}' is in {file}; nothing was written. "
            "Give that question another id, or remove its file, and import again"
        )
        self.question_id, self.file = question_id, file


def write(questions: Iterable[Question], folder: Path) -> Written:
    """Add questions to a bank as folder/<category>/<id>.yaml, and make the folder where it is absent.

    A question is known if the bank has its prompt at the same level, or its id with the same prompt, whatever
    was edited since and whatever its file is called.  Raises Taken where an id belongs to another question,
    BankError where the folder's bank is broken, and OSError; nothing is written then.  A crash of the machine
    between two renames may leave a part, which the next import completes.
    """
    found = survey(folder) if folder.exists() else None
    held = _held(found)
    by_id = dict(held)
    by_prompt = {_identity(question): question_id for question_id, question in held.items()}
    added: list[Question] = []
    known: list[str] = []
    for question in questions:
        there = by_prompt.get(_identity(question))
        if there is None and question.id in by_id:
            if _plain(by_id[question.id].prompt) != _plain(question.prompt):
                place = folder / question.category / f"{question.id}.yaml"
                raise Taken(question.id, found.files.get(question.id, place) if found else place)
            there = question.id
        if there is not None:
            known.append(there)
            continue
        by_id[question.id] = question
        by_prompt[_identity(question)] = question.id
        added.append(question)
    _place(_named(added, folder))
    return Written(tuple(question.id for question in added), tuple(known))


def text_of(question: Question) -> str:
    """Return the YAML of a question as its file holds it."""
    return yaml.dump(
        as_data(question), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=False
    )


def _held(found: Survey | None) -> Mapping[str, Question]:
    """Return the questions that are there; an empty folder is fine, a broken bank is not."""
    if found is None:
        return {}
    if [finding.what for finding in found.findings] == [EMPTY]:
        return {}
    if found.findings:
        raise BankError(found.findings)
    return found.bank.questions


def _plain(prompt: str) -> str:
    return " ".join(re.findall(r"\w+", prompt.casefold())) or prompt


def _identity(question: Question) -> tuple[str, str]:
    return _plain(question.prompt), question.level


def _named(questions: Iterable[Question], folder: Path) -> dict[Path, str]:
    """Return the text of each file to make, by its path: the id, or the id with a number where that file exists."""
    texts: dict[Path, str] = {}
    for question in questions:
        path, number = folder / question.category / f"{question.id}.yaml", 2
        while path in texts or path.exists():
            path, number = path.with_name(f"{question.id}-{number}.yaml"), number + 1
        texts[path] = text_of(question)
    return texts


def _place(texts: Mapping[Path, str]) -> None:
    """Make all files or none: first under names that no bank reads, then by renaming them."""
    ready: dict[Path, Path] = {}
    placed: list[Path] = []
    made = [parent for path in texts for parent in (path.parent, path.parent.parent) if not parent.exists()]
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            ready[path] = _temporary(path, text)
        for path, temporary in ready.items():
            temporary.replace(path)
            placed.append(path)
    except BaseException:
        for path in (*placed, *ready.values()):
            path.unlink(missing_ok=True)
        for parent in dict.fromkeys(made):
            with suppress(OSError):  # somebody else put something there: then it stays
                parent.rmdir()
        raise


def _temporary(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, as a person would, and indents the entries of lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text and all(not line or _even(line.lstrip(" ")) for line in text.split("\n")):
        style = "|"
    elif not _even(text):
        style = '"'  # the only one that gives back everything: others turn U+0085 into a space
    elif len(text) > _FOLDED_FROM:
        style = ">"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _even(text: str) -> bool:
    """Tell whether a line is visible words with single spaces: what a block gives back letter by letter."""
    return text.isprintable() and text == " ".join(text.split())


_Dumper.add_representer(str, _text_node)
