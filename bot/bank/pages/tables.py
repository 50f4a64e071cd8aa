"""Tables of questions with named columns: CSV (comma, semicolon or tab), JSON lines, or a JSON array of objects.

Columns, in any order; only `prompt` and `points` must be there:

    prompt, level, format, difficulty, points, flags, skills, principles, rounds, probes (lists),
    why, example, weak_example, quick_answer, model_answer, guide (texts), company, role, source, set, category,
    id, revision, minutes, inferred

A list in a cell is written "one | two", or as a JSON array.  A point or flag is its text, or an object
{"id", "text", "skill", "weight", "cues"} or {"id", "text", "severe", "cues"}; a probe is {"for", "ask"}.
`level`, `format`, `difficulty` and the skills of points are guessed where a row does not say them, and named in
`inferred`; the id is made of the prompt.  Everything that is wrong is told at once, with its line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.bank.finding import BankError, Finding, shown
from bot.bank.model import Question
from bot.bank.pages.rows import COLUMNS, LISTS, TEXTS, VOCABULARIES, Row, near, question_of

_MOST_ROWS = 5000
_MOST_COLUMNS = 100
_DELIMITERS = ",;\t"
_JSON = re.compile(r"\s*(?:\{|\[\s*(?:\{|\]))")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a table, and what is wrong with its form."""

    rows: tuple[Row, ...]
    wrong: tuple[tuple[int, str, str], ...]


def recognises(text: str, name: str = "") -> bool:
    """Tell whether a file is meant to be a table: by the end of its name, or by how it begins."""
    if name.lower().endswith((".csv", ".tsv", ".jsonl", ".ndjson", ".json")):
        return True
    return _JSON.match(text) is not None or _delimiter(text) is not None


def read(text: str, name: str = "", *, skills: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions of a table, in its order; `skills` are those that a bank knows, by id.

    Raises BankError with every finding; then nothing of the table is used.
    """
    file = name or "page"
    source = (name or "an imported table")[-500:]
    named_json = name.lower().endswith((".jsonl", ".ndjson", ".json"))
    table = (
        _json(text) if named_json or (not name.lower().endswith((".csv", ".tsv")) and _JSON.match(text)) else _csv(text)
    )
    found = [Finding(file, line, what, hint) for line, what, hint in table.wrong]
    if not (table.rows or found):
        found.append(
            Finding(file, 1, "this table has no rows", "write one row, or one object a line, for each question")
        )
    if len(table.rows) > _MOST_ROWS:
        what = f"this table has more than {_MOST_ROWS:,} rows"
        raise BankError([Finding(file, table.rows[_MOST_ROWS].line, what, "import it in parts")])
    questions: list[Question] = []
    lines: dict[str, int] = {}
    asked: dict[tuple[str, str], int] = {}
    for row in table.rows:
        question, complaints = question_of(Row(row.line, {"source": source} | row.values), skills, taken=lines.keys())
        found += [Finding(file, row.line, complaint.what, complaint.hint) for complaint in complaints]
        if question is None:
            continue
        same = asked.setdefault((question.prompt, question.level), row.line)
        if same != row.line:
            what = f"line {same} asks the same at the same level"
            found.append(Finding(file, row.line, what, "delete one of the two"))
        elif question.id in lines:
            what = f"the id '{question.id}' stands in line {lines[question.id]} too"
            found.append(Finding(file, row.line, what, "give one of the two another id"))
        else:
            lines[question.id] = row.line
            questions.append(question)
    if found:
        raise BankError(sorted(dict.fromkeys(found), key=lambda finding: finding.line))
    return tuple(questions)


# ---------------------------------------------------------------- JSON
def _json(text: str) -> _Sheet:
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith("["):
        return _array(text)
    rows: list[Row] = []
    wrong: list[tuple[int, str, str]] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if not line.strip("\ufeff \t"):
            continue
        try:
            value = json.loads(line.strip("\ufeff \t"), object_pairs_hook=_object, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            what = str(error) if isinstance(error, _Twice) else "this line is no JSON object"
            wrong.append((number, what, 'write one whole object a line, as in {"prompt": "…", "points": ["…"]}'))
            continue
        rows.append(Row(number, value))
    return _checked(rows, wrong)


def _array(text: str) -> _Sheet:
    """Read a JSON array of objects, as `greenroom questions list --json` prints it."""
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse)
    at = text.index("[") + 1
    rows: list[Row] = []
    while True:
        at = _after_space(text, at)
        if text[at : at + 1] == "]" and not text[at + 1 :].strip():
            return _checked(rows, [])
        line = text.count("\n", 0, at) + 1
        if rows:
            if text[at : at + 1] != ",":
                return _checked(rows, [(line, "this array of questions breaks off here", "paste the rest of it")])
            at = _after_space(text, at + 1)
            line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            what = str(error) if isinstance(error, _Twice) else "this entry of the array is no whole JSON object"
            return _checked(rows, [(line, what, "mend it, or paste the rest of the file")])
        rows.append(Row(line, value))


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


class _Twice(ValueError):
    """A key that stands twice in an object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(f"the key {shown(next(name for name in names if names.count(name) > 1))} stands twice here")
    return result


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _checked(rows: list[Row], wrong: list[tuple[int, str, str]]) -> _Sheet:
    kept: list[Row] = []
    for row in rows:
        if not isinstance(row.values, dict):
            wrong.append((row.line, "this line is no JSON object", 'write {"prompt": "…", "points": ["…"]}'))
            continue
        values = {_name(key): value for key, value in row.values.items() if value not in (None, "", [])}
        unknown = [key for key in row.values if _name(key) not in COLUMNS]
        wrong += [(row.line, f"there is no column {shown(key)}", near(key)) for key in unknown]
        if not unknown:
            kept.append(Row(row.line, values))
    return _Sheet(tuple(kept), tuple(wrong))


# ---------------------------------------------------------------- CSV
def _csv(text: str) -> _Sheet:
    delimiter = _delimiter(text) or ","
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    wrong: list[tuple[int, str, str]] = []
    names: list[str] = []
    line = start = 1
    cells: list[str] = []
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [_name(cell) for cell in cells]
                wrong += _headed(start, cells, names)
                if wrong:
                    break
                continue
            if len(cells) != len(names):
                what = f"this row has {len(cells)} cells, and the head has {len(names)}"
                wrong.append((start, what, f"put a text that contains '{delimiter}' into double quotes"))
                continue
            rows.append(_row(start, names, cells, wrong))
    except csv.Error as error:
        hint = "close every double quote and double those within a text, or save the table as CSV again"
        wrong.append((line, f"this row cannot be read ({error})", hint))
    if rows and not wrong and text[-1] not in "\r\n" and names[-1] not in VOCABULARIES and not _closed(cells[-1], text):
        hint = "put a line break at its end, or paste the rest"
        wrong.append((start, "the table may break off here", hint))
    return _Sheet(tuple(rows), tuple(wrong))


def _delimiter(text: str) -> str | None:
    """Return what separates the cells of the first line if two of them name columns, one of them `prompt`."""
    head = next((line for line in re.split(r"\r\n|\r|\n", text[:10_000]) if line.strip("\ufeff \t")), "")
    for delimiter in _DELIMITERS:
        try:
            names = [_name(cell) for cell in next(csv.reader([head.strip("\ufeff ")], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            continue
        if len(names) > 1 and sum(name in COLUMNS for name in names) > 1:
            return delimiter
    return None


def _headed(line: int, cells: list[str], names: list[str]) -> Iterator[tuple[int, str, str]]:
    if len(cells) > _MOST_COLUMNS:
        yield (
            line,
            f"this head has {len(cells):,} cells",
            f"keep the columns that are known: {', '.join(sorted(COLUMNS))}",
        )
        return
    for cell, name in zip(cells, names, strict=True):
        if name not in COLUMNS:
            yield line, f"there is no column {shown(cell)}", near(cell)
        elif names.count(name) > 1:
            yield line, f"the column '{name}' stands twice", "delete one of the two"
    for name in ("prompt", "points"):
        if name not in names:
            yield line, f"there is no column '{name}'", "add it: every question has a prompt and at least one point"


def _row(line: int, names: list[str], cells: list[str], wrong: list[tuple[int, str, str]]) -> Row:
    values: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=True):
        text = cell.strip()
        if not text or name not in COLUMNS:
            continue
        if name in TEXTS:
            values[name] = text
        elif name in LISTS:
            values[name] = _list(line, name, text, wrong)
        else:
            values[name] = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text
    return Row(line, values)


def _list(line: int, name: str, text: str, wrong: list[tuple[int, str, str]]) -> list[Any]:
    if text.startswith("["):
        try:
            found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
            return list(found)
        except (ValueError, RecursionError):
            if text.endswith("]"):
                wrong.append((line, f"the list of '{name}' is no JSON", 'write ["one", "two"], or one | two'))
                return []
    return [part.strip() for part in re.split(r"\s+\|\s+", text) if part.strip()]


def _closed(cell: str, text: str) -> bool:
    """Tell whether the last cell of a file without a last line break surely is whole: quoted, or with an end."""
    if text.endswith('"'):
        return not cell[-1:].isspace() and cell.count('"') % 2 == 0  # else half of a doubled quote closed it
    return text[-1] in ".?!]”…"


def _name(column: object) -> str:
    return re.sub(r"[\s-]+", "_", str(column).strip(" \t\ufeff\u200b").lower())
