"""`greenroom calibrate`: tables of many kinds, what it prints, and one clear sentence for what cannot be read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rubrics import DEPLOY, MEDIUM, STRONG, WEAK, bank

from bot.bank.model import Bank
from bot.coaching.calibrate_command import LARGEST_FILE, calibrate
from bot.coaching.offline import OfflineCoach

HEAD = ("question_id", "question", "rubric", "reference", "answer", "human_1", "human_2", "scale")
PROMPT = "How does a read replica of a database get its data?"
RUBRIC = "The primary writes every change to a log.\nThe replica reads the log and applies it in the same order."
FULL = (
    "Every change goes into a log on the primary first, and the replica then reads this log and applies it in the very "
    "same order as it was written."
)
HALF = "The primary has some log to which it writes the changes that it makes, and the rest I have forgotten by now."
NONE = "I think that a replica is bought from the vendor of the database, and it is faster because it has more memory."
ROWS = (
    ("replica", PROMPT, RUBRIC, "", FULL, "4", "4", "0-4"),
    ("replica", PROMPT, RUBRIC, "", HALF, "2", "3", "0-4"),
    ("replica", PROMPT, RUBRIC, "", NONE, "0", "0", "0-4"),
    ("replica", PROMPT, RUBRIC, "", "by a log", "3", "2", "0-4"),
)


def table(*rows: Sequence[str], head: Sequence[str] = HEAD, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([head, *rows])
    return text.getvalue().encode()


def lines(*rows: Mapping[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def figures(raw: bytes, known: Bank | None = None) -> dict[str, Any]:
    code, text = calibrate(known or bank(), raw, "marks.csv", as_json=True)
    assert code == 0, text
    found: dict[str, Any] = json.loads(text)
    return found


def complaint(raw: bytes) -> str:
    code, text = calibrate(bank(), raw, "marks.csv", as_json=False)
    assert code == 2
    assert "\n" not in text
    return text


# ---------------------------------------------------------------- figures
def test_calibrate_counts_answers_graders_and_refusals() -> None:
    found = figures(table(*ROWS))
    assert tuple(found[name] for name in ("answers", "graders", "refused", "refused_mark")) == (
        4,
        2,
        {"too short": 1},
        0.625,
    )
    assert tuple(found[name] for name in ("praised", "lowest", "changed", "spread")) == (0, 1, 0, 0)
    assert found["assessed"]["r"] > 0.9
    assert found["humans"]["r"] > 0.8


def test_calibrate_prints_every_figure() -> None:
    code, text = calibrate(bank(), table(*ROWS), "marks.csv", as_json=False)
    assert code == 0
    shown = [line.split("  ")[0].strip() for line in text.splitlines()]
    assert shown[0] == "4 answers to 1 question, 2 graders."
    names = ["offline coach", "length only", "TF-IDF to reference", "humans, one another", "replica"]
    assert [name for name in names if name not in shown] == []
    assert text.splitlines()[-3:] == [
        "Praise without evidence: 0 of the 1 answer that people put into the lowest fifth got a yes.",
        "Refused by the gate: 1 of 4 (too short 1); they count as 0, and people gave them 62% of the scale.",
        "Second run: 0 answers judged differently, scores by 0 at most.",
    ]


def test_calibrate_without_refusals_or_a_second_grader_says_so() -> None:
    rows = [(*row[:6], "", row[7]) for row in ROWS[:3]]
    text = calibrate(bank(), table(*rows, head=HEAD), "marks.csv", as_json=False)[1]
    assert "Refused by the gate: none." in text
    assert "one another" not in text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_may_have_any_delimiter(delimiter: str) -> None:
    assert figures(table(*ROWS, delimiter=delimiter)) == figures(table(*ROWS))


def test_json_lines_say_the_same_as_a_table() -> None:
    rows = [dict(zip(HEAD, row, strict=True)) | {"rubric": RUBRIC.split("\n"), "human_1": int(row[5])} for row in ROWS]
    assert figures(lines(*rows)) == figures(table(*ROWS))


def test_byte_order_mark_blank_lines_and_other_columns_do_no_harm() -> None:
    head = ("Question_ID", *HEAD[1:], "note")
    rows = [(*row, "x") for row in ROWS]
    raw = table(rows[0], [""] * 9, *rows[1:], head=head)
    assert figures(b"\xef\xbb\xbf" + raw) == figures(table(*ROWS))


def test_question_of_the_bank_is_used_with_its_cues() -> None:
    answers = (STRONG, MEDIUM, WEAK)
    raw = table(
        *((DEPLOY.id, text, mark) for text, mark in zip(answers, "310", strict=True)),
        head=("question_id", "answer", "human_1"),
    )
    scores = [(OfflineCoach(bank()).judge(DEPLOY, text).score or 0) / 100 for text in answers]
    assert scores == sorted(scores, reverse=True)
    assert figures(raw)["coach"]["r"] > 0.95


def test_rubric_of_the_file_comes_before_the_bank() -> None:
    head = ("question_id", "rubric", "answer", "human_1")
    answers = ((STRONG, "3"), (MEDIUM, "1"), (WEAK, "0"))
    with_rubric, without = (
        figures(table(*((DEPLOY.id, rubric, *answer) for answer in answers), head=head))
        for rubric in ("Name the yeast and its price.", "")
    )
    assert without["coach"]["r"] > 0.95
    assert with_rubric["coach"]["r"] < without["coach"]["r"]


def test_scale_is_by_default_from_nought_to_the_highest_mark() -> None:
    head = (*HEAD[:5], "human_1")
    rows = [row[:6] for row in ROWS]
    assert figures(table(*rows, head=head))["refused_mark"] == 0.75
    assert figures(table(*((*row, "6") for row in rows), head=(*head, "scale")))["refused_mark"] == 0.5
    assert figures(table(*((*row, "-2 to 8") for row in rows), head=(*head, "scale")))["refused_mark"] == 0.5


def test_answers_of_nothing_are_refused_and_not_an_error() -> None:
    assert figures(table(*ROWS, (*ROWS[0][:4], "", "0", "", "0-4")))["refused"] == {"too short": 1, "empty": 1}


# ---------------------------------------------------------------- what cannot be read
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "there is nothing in it"),
        (b" \n \n", "there is nothing in it"),
        (table(), "a head and no answer"),
        (b"caf\xe9", "not UTF-8 text (byte 3). Save it as UTF-8 and try again."),
        ("question_id,answer,human_1".encode("utf-16"), "not UTF-8 text"),
        (b"x" * (LARGEST_FILE + 1), "at most 20,000,000 bytes are read"),
        (table(("q", "a"), head=("question_id", "answer")), "the column human_1 is missing"),
        (table(("q", "1"), head=("question_id", "human_1")), "the column answer is missing"),
        (table(("a", "1"), head=("answer", "human_1")), "the column question_id is missing"),
        (table(ROWS[0][:5]), "line 2: 5 cells below a head of 8"),
        (b'question_id,answer,human_1\nq,"a" b,1\n', "cannot be read"),
        (table(ROWS[0], (*ROWS[1][:5], "good", "", "")), "line 4: human_1 is 'good'. Write a number"),
        (table((*ROWS[0][:5], "2,5", "", "")), "human_1 is '2,5'. Write a number such as 2 or 2.5."),
        (table((*ROWS[0][:5], "nan", "", "")), "human_1 is 'nan'"),
        (table((*ROWS[0][:5], "", "inf", "")), "human_2 is 'inf'"),
        (table((*ROWS[0][:5], "", "", "")), "no human gave this answer a mark"),
        (table((*ROWS[0][:5], "7", "", "0-4")), "human_1 is 7, and the scale 0-4"),
        (table((*ROWS[0][:5], "1", "", "high")), "scale is 'high'"),
        (table((*ROWS[0][:5], "1", "", "4-1")), "the scale ends at 1 and begins at 4"),
        (table((*ROWS[0][:5], "0", "", "")), "the scale ends at 0 and begins at 0"),
        (table(("", *ROWS[0][1:])), "question_id is empty"),
        (table(ROWS[0], ("replica", "Another?", *ROWS[1][2:])), "another question than before for 'replica'"),
        (table(("replica", PROMPT, "", "", *ROWS[0][4:])), "has neither rubric nor reference and is not in the bank"),
        (table(("replica", "", RUBRIC, "", *ROWS[0][4:])), "question 'replica' has no text"),
        (table((*ROWS[0][:4], "a" * 20_001, *ROWS[0][5:])), "this answer has 20,001 characters"),
        (b'{"question_id": "q"', "line 1: no JSON object"),
        (b'{"question_id": "q"}\n[1]', "line 2: no JSON object"),
        (b"[" * 100_000, "line 1: no JSON object"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(raw: bytes, words: str) -> None:
    found = complaint(raw)
    assert words in found
    assert found.startswith("marks.csv: ")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_is_read_ends_with_a_sentence(raw: bytes) -> None:
    assert complaint(raw).startswith("marks.csv: ")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["0", "1.5", "4"])), min_size=1, max_size=5))
def test_any_answers_are_measured(answers: list[tuple[str, str]]) -> None:
    rows = [{"question_id": DEPLOY.id, "answer": text, "human_1": mark, "scale": "4"} for text, mark in answers]
    found = figures(lines(*rows))
    assert (len(rows), 0, 0) == (found["answers"], found["changed"], found["spread"])


def test_half_a_character_is_replaced_where_it_would_be_printed() -> None:
    raw = b'{"question_id": "a\\ud800", "question": "Why?", "rubric": "x", "answer": "y", "human_1": 1}'
    assert figures(raw)["questions"][0]["question"] == "a?"
