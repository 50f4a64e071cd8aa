"""What authors are told before their questions go live."""

from __future__ import annotations

from pathlib import Path

import pytest
from bank_samples import VALID, bank_of

from bot.bank import cues
from bot.bank.check import findings

COMPLETE = VALID + "why: Shows it.\nexample: A strong one.\nweak_example: A weak one.\n"


def told(folder: Path) -> list[str]:
    return [str(finding).removeprefix(f"{folder}/incidents/") for finding in findings(folder)]


def test_check_complete_question_has_no_findings(tmp_path: Path) -> None:
    assert findings(bank_of(tmp_path, lost_orders=COMPLETE)) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            "because | and + would | could",
            ["the group 'because | and' is met by any sentence", "the group 'would | could' is met by any sentence"],
        ),
        ("orders | lost + so", ["the group 'so' is met by any sentence"]),
        (
            "orders | and + lost | would",
            ["every group of 'orders | and + lost | would' is met by some word that any sentence has"],
        ),
        ("learn* + orders", ["a bare 'learn*' is met by any closing phrase"]),
        ("learned | lesson", ["'learned | lesson' is met by 'I learned a lot'"]),
        ("orders | + lost", ["an alternative is empty"]),
        ("orders + #number", ["'#number' is no cue"]),
        ("ord*ers + lost", ["'ord*ers' is no cue"]),
        ("o* + lost", ["'o*' is met by too many words"]),
        ("roll back | re-deploy* + #num | per second", []),
    ],
)
def test_cue_line_is_judged(line: str, what: list[str]) -> None:
    assert what == [words for words, _ in cues.wrong(line)]


def test_cue_line_with_one_connective_is_vague() -> None:
    assert list(cues.vague("orders | because + lost | gone")) == [
        ("the group 'orders | because' is met by any sentence with 'because'", "take 'because' out")
    ]


def test_cue_line_of_one_group_is_vague() -> None:
    assert list(cues.vague("orders | lost")) == [
        ("'orders | lost' is met by a mere mention", "join it with a second group by '+'")
    ]


def test_check_bad_cue_is_an_error_with_its_line(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, lost_orders=COMPLETE.replace("lost | missing + date | hour", "because + would"))
    assert told(folder) == [
        "lost-orders.yaml:12: the group 'because' is met by any sentence; use words of the point itself in every group",
        "lost-orders.yaml:12: the group 'would' is met by any sentence; use words of the point itself in every group",
    ]


def test_check_cues_of_flags_are_judged(tmp_path: Path) -> None:
    text = COMPLETE.replace(
        "    text: Blames the warehouse.", "    text: Blames the warehouse.\n    cues: [so + fault]"
    )
    assert told(bank_of(tmp_path, lost_orders=text)) == [
        "lost-orders.yaml:16: the group 'so' is met by any sentence; use words of the point itself in every group"
    ]


def test_check_thin_question_gets_warnings(tmp_path: Path) -> None:
    text = VALID.replace("      - lost | missing + date | hour\n", "") + "example: A strong one.\n"
    assert told(bank_of(tmp_path, wrong_name=text)) == [
        "wrong-name.yaml:1: warning: the file is not called lost-orders.yaml; rename the file, never the id",
        "wrong-name.yaml:1: warning: there is no 'weak_example'; write it: the coach and its tests use it",
        "wrong-name.yaml:1: warning: there is no 'why'; write it: the coach and its tests use it",
        "wrong-name.yaml:10: warning: the point 'scope' has one cue line; write two or three: one alone misses a third",
    ]


def test_check_imported_question_needs_no_cues_and_examples(tmp_path: Path) -> None:
    lines = [line for line in VALID.splitlines() if "cues:" not in line and "|" not in line]
    assert told(bank_of(tmp_path, lost_orders="\n".join([*lines, "source: A page"]))) == []


def test_check_prompt_in_other_words_is_a_warning(tmp_path: Path) -> None:
    other = COMPLETE.replace("lost-orders", "vanished").replace(
        "Orders vanish between", "Suppose that orders vanish between"
    )
    found = told(bank_of(tmp_path, lost_orders=COMPLETE, vanished=other))
    what = "this prompt asks nearly what 'lost-orders' asks (100% alike); ask something else, or delete one of the two"
    assert [f"vanished.yaml:2: warning: {what}"] == found


def test_check_set_may_ask_the_same_at_two_levels(tmp_path: Path) -> None:
    junior = COMPLETE + "set: a-page\n"
    senior = junior.replace("lost-orders", "lost-orders-2").replace("mid", "senior")
    assert told(bank_of(tmp_path, lost_orders=junior, lost_orders_2=senior)) == []


def test_check_broken_bank_gives_the_findings_of_load(tmp_path: Path) -> None:
    assert told(bank_of(tmp_path, lost_orders="[]")) == [
        "lost-orders.yaml:1: this file holds no question; write keys such as 'id:' and 'prompt:'"
    ]
