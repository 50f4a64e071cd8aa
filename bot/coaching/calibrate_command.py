"""`greenroom calibrate`: how far the offline coach agrees with people who graded the same answers.

The file is a table (CSV with comma, semicolon or tab; or one JSON object a line), an answer a row:

    question_id, answer, human_1 (needed), human_2 …, question, rubric, reference, scale

Other columns are left alone.  `rubric` is several points (one a line, or between " | ", or between semicolons), in
JSON also a list; without one the sentences of `reference` are the points; without either, `question_id` has to name a
question of the bank.  `scale` is the highest mark, or "lowest-highest"; by default from 0 to the highest mark seen.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from math import isfinite

from bot.bank.model import Bank, Question
from bot.coaching.calibrate import (
    Agreement,
    Calibration,
    Graded,
    Runs,
    Scale,
    measure,
    points_in,
    points_of,
    question_of,
)
from bot.coaching.commands import LONGEST_ANSWER, OK, WRONG, BadInputError
from bot.coaching.offline import OfflineCoach

LARGEST_FILE = 20_000_000
"""Bytes; some 50,000 short answers, which take a few minutes."""
_NEEDED = ("question_id", "answer", "human_1")
_HUMAN = re.compile(r"human_[1-9]\d?")
_SCALE = re.compile(r"(?:(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*)?(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table: its line, and its cells as text by column."""

    line: int
    cells: Mapping[str, str]

    def cell(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def wrong(self, what: str) -> BadInputError:
        return BadInputError(f"line {self.line}: {what}")


def calibrate(bank: Bank, raw: bytes, name: str, *, as_json: bool) -> tuple[int, str]:
    """Grade every answer of a file twice; return the exit code (2: the input has to be changed) and what to print."""
    try:
        rows = _rows(raw)
        graders = _graders(rows)
        questions = _questions(rows, bank)
        graded = _graded(rows, graders)
    except BadInputError as error:
        return WRONG, f"{name}: {error}"
    known = Bank({**bank.questions, **questions}, bank.skills)
    references = {one.id: _reference(rows, one) for one in questions.values()}
    found = measure(graded, references, _runs(known, graded))
    return OK, json.dumps(asdict(found), ensure_ascii=False) if as_json else _shown(found)


def _runs(bank: Bank, graded: list[Graded]) -> Runs:
    """Return what two coaches that know nothing of one another say, and one without its gate."""
    one, other = OfflineCoach(bank), OfflineCoach(bank)
    asked = [(bank.questions[each.question], each.answer) for each in graded]
    return Runs(
        [one.judge(*each) for each in asked],
        [other.judge(*each) for each in asked],
        [other.judge_without_gate(*each) for each in asked],
    )


# ---------------------------------------------------------------- reading
def _rows(raw: bytes) -> list[_Row]:
    if len(raw) > LARGEST_FILE:
        raise BadInputError(f"at most {LARGEST_FILE:,} bytes are read, and these are {len(raw):,}. Use a part of it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(f"not UTF-8 text (byte {error.start}). Save it as UTF-8 and try again.") from error
    if not text.strip():
        raise BadInputError(f"there is nothing in it. Write a table with the columns {', '.join(_NEEDED)} at least.")
    try:
        rows = list(_json(text) if text.lstrip()[0] in "{[" else _table(text))
    except csv.Error as error:
        raise BadInputError(f"this table cannot be read ({error}). Save it as CSV again.") from error
    if not rows:
        raise BadInputError("there is a head and no answer below it. Add a row for each answer.")
    missing = [column for column in _NEEDED if not any(column in row.cells for row in rows)]
    if missing:
        raise BadInputError(f"the column {missing[0]} is missing. Needed are {', '.join(_NEEDED)}.")
    return rows


def _table(text: str) -> Iterator[_Row]:
    head = text.lstrip().splitlines()[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    names: list[str] | None = None
    line = 1
    for cells in reader:
        start, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = [cell.strip().lower() for cell in cells]
            continue
        if len(cells) != len(names):
            raise BadInputError(
                f"line {start}: {len(cells)} cells below a head of {len(names)}. Put a text with commas into quotes."
            )
        yield _Row(start, dict(zip(names, cells, strict=True)))


def _json(text: str) -> Iterator[_Row]:
    for line, one in enumerate(text.split("\n"), start=1):
        if not one.strip():
            continue
        try:
            data = json.loads(one)
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"line {line}: no JSON object. Write one whole object a line.") from error
        if not isinstance(data, dict):
            raise BadInputError(f"line {line}: no JSON object. Write one whole object a line.")
        yield _Row(line, {key.strip().lower(): _text(value) for key, value in data.items()})


def _text(value: object) -> str:
    text = "\n".join(str(part) for part in value) if isinstance(value, list) else str("" if value is None else value)
    return text.encode("utf-8", "replace").decode()  # JSON can hold half a character, which no terminal prints


def _graders(rows: Iterable[_Row]) -> tuple[str, ...]:
    names = {name for row in rows for name in row.cells if _HUMAN.fullmatch(name)}
    return tuple(sorted(names, key=lambda name: int(name[6:])))


# ---------------------------------------------------------------- questions
def _questions(rows: Iterable[_Row], bank: Bank) -> dict[str, Question]:
    """Return the questions of the file; a row says no other things of its question than the first that says any."""
    said: dict[str, dict[str, str]] = {}
    for row in rows:
        question_id = row.cell("question_id")
        if not question_id:
            raise row.wrong("question_id is empty. Give each question a name.")
        mine = said.setdefault(question_id, {})
        for column in ("question", "rubric", "reference"):
            here = row.cell(column)
            if here and mine.setdefault(column, here) != here:
                raise row.wrong(f"another {column} than before for {question_id!r}. Make the two the same.")
    return {question_id: _question(question_id, mine, bank) for question_id, mine in said.items()}


def _question(question_id: str, said: Mapping[str, str], bank: Bank) -> Question:
    points = points_of(said.get("rubric", "")) or points_in(said.get("reference", ""))
    known = bank.get(question_id)
    if known is not None and not points_of(said.get("rubric", "")):
        return known
    prompt = said.get("question") or (known.prompt if known else "")
    if not points:
        raise BadInputError(
            f"question {question_id!r} has neither rubric nor reference and is not in the bank. Add one of the two."
        )
    if not prompt:
        raise BadInputError(f"question {question_id!r} has no text. Write it into the column question.")
    return question_of(question_id, prompt, points)


def _reference(rows: Iterable[_Row], question: Question) -> str:
    """Return what the TF-IDF baseline compares answers with: the reference, else the points."""
    given = next(
        (r.cell("reference") for r in rows if r.cell("question_id") == question.id and r.cell("reference")), ""
    )
    return given or " ".join(point.text for point in question.points)


# ---------------------------------------------------------------- marks
def _graded(rows: Iterable[_Row], graders: tuple[str, ...]) -> list[Graded]:
    marks = [_marks(row, graders) for row in rows]
    highest = max(mark for some in marks for mark in some if mark is not None)
    found = []
    for row, some in zip(rows, marks, strict=True):
        scale = _scale(row, highest)
        for name, mark in zip(graders, some, strict=True):
            if mark is not None and not scale.low <= mark <= scale.high:
                raise row.wrong(f"{name} is {mark:g}, and the scale {scale.low:g}-{scale.high:g}. Correct one of them.")
        answer = row.cells.get("answer", "")
        if len(answer) > LONGEST_ANSWER:
            raise row.wrong(f"this answer has {len(answer):,} characters. Shorten it to {LONGEST_ANSWER:,}.")
        found.append(Graded(row.cell("question_id"), answer, some, scale))
    return found


def _marks(row: _Row, graders: tuple[str, ...]) -> tuple[float | None, ...]:
    marks = tuple(_number(row, name) if row.cell(name) else None for name in graders)
    if all(mark is None for mark in marks):
        raise row.wrong("no human gave this answer a mark. Fill in human_1, or delete the row.")
    return marks


def _number(row: _Row, name: str) -> float:
    try:
        number = float(row.cell(name))
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise row.wrong(f"{name} is {row.cell(name)[:40]!r}. Write a number such as 2 or 2.5.")
    return number


def _scale(row: _Row, highest: float) -> Scale:
    text = row.cell("scale")
    match = _SCALE.fullmatch(text)
    if text and match is None:
        raise row.wrong(f"scale is {text[:40]!r}. Write the highest mark, or lowest-highest such as 1-4.")
    scale = Scale(float(match[1] or 0), float(match[2])) if match else Scale(0.0, highest)
    if scale.low >= scale.high:
        raise row.wrong(f"the scale ends at {scale.high:g} and begins at {scale.low:g}. Write it as lowest-highest.")
    return scale


# ---------------------------------------------------------------- printing
def _shown(found: Calibration) -> str:
    people = "1 grader" if found.graders == 1 else f"{found.graders} graders"
    rows = [
        ("offline coach", found.coach),
        ("  without the refused", found.assessed),
        ("  without the gate", found.ungated),
        ("length only", found.length),
        ("TF-IDF to reference", found.tf_idf),
    ]
    rows += [("humans, one another", found.humans)] if found.humans else []
    lines = [
        f"{_count(found.answers, 'answer')} to {_count(len(found.questions), 'question')}, {people}.",
        "",
        f"{'':24}{'within a question':>20}{'all answers':>20}",
        f"{'':24}{'r':>10}{'kappa':>10}{'r':>10}{'kappa':>10}",
        *(f"{name:24}{_cells(agreement)}" for name, agreement in rows),
        "",
        f"{'question':34}{'answers':>10}{'refused':>10}{'r':>10}{'kappa':>10}",
        *(
            f"{q.question[:33]:34}{q.answers:>10}{q.refused:>10}{_figure(q.r):>10}{_figure(q.kappa):>10}"
            for q in found.questions
        ),
        "",
        f"Praise without evidence: {found.praised} of the {_count(found.lowest, 'answer')} that people put into the "
        "lowest fifth got a yes.",
        _refused(found),
        f"Second run: {_count(found.changed, 'answer')} judged differently, scores by {found.spread} at most.",
    ]
    return "\n".join(lines)


def _refused(found: Calibration) -> str:
    if found.refused_mark is None:
        return "Refused by the gate: none."
    reasons = ", ".join(f"{reason} {count}" for reason, count in found.refused.items())
    return (
        f"Refused by the gate: {sum(found.refused.values())} of {found.answers} ({reasons}); they count as 0, and "
        f"people gave them {found.refused_mark:.0%} of the scale."
    )


def _cells(agreement: Agreement) -> str:
    figures = (agreement.r, agreement.kappa, agreement.pooled_r, agreement.pooled_kappa)
    return "".join(f"{_figure(figure):>10}" for figure in figures)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}".replace("0.", ".")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
