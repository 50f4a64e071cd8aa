"""Tables of questions: CSV, JSON lines and JSON arrays with named columns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bank_pages import PROMPTS, SINGLE
from bank_samples import LOST_ORDERS, PAGE, VALID, bank_of

from bot.bank import commands
from bot.bank.finding import BankError
from bot.bank.load import load, skills_of
from bot.bank.model import Flag, Point, Probe, Question
from bot.bank.pages import read_file, tables
from bot.bank.pages.rows import COLUMNS

SKILLS = skills_of(Path("nowhere"))
CSV = """\
Prompt,Level,points,flags,company,skills
"Tell me about a time you said no, and why.",Mid-level,Say what was asked. | Say why you said no.,Blaming | Vague,Hooli,
Design a mailbox.,senior,"[""Clarify the requirements."", ""Shard the store by user.""]",,,"architecture | caching"
"""


def read(text: str, name: str = "") -> tuple[Question, ...]:
    return read_file(text.encode(), name, SKILLS)


def wrong(text: str, name: str = "") -> list[str]:
    with pytest.raises(BankError) as caught:
        read(text, name)
    return [str(finding) for finding in caught.value.findings]


def test_tables_row_is_a_complete_question() -> None:
    assert read(CSV)[0] == Question(
        id="tell-me-about-a-time-you-said-no-and-why",
        prompt="Tell me about a time you said no, and why.",
        level="mid",
        format="behavioural",
        category="behavioural",
        difficulty="medium",
        points=(Point("p1", "Say what was asked.", "ownership"), Point("p2", "Say why you said no.", "ownership")),
        flags=(Flag("f1", "Blaming"), Flag("f2", "Vague")),
        skills=("ownership",),
        company="Hooli",
        source="an imported table",
        inferred=("format", "difficulty", "skills"),
    )


def test_tables_list_in_a_cell_may_be_json() -> None:
    second = read(CSV, "mail.csv")[1]
    assert ([point.text for point in second.points], second.skills, second.source) == (
        ["Clarify the requirements.", "Shard the store by user."],
        ("architecture", "caching"),
        "mail.csv",
    )


@pytest.mark.parametrize(
    "changed",
    [
        CSV.replace("\n", "\r\n"),
        CSV.replace("\n", "\r"),
        "\ufeff" + CSV,
        CSV + "\n\n",
        CSV.replace("Prompt,", "PROMPT ,"),
    ],
)
def test_tables_typed_differently_are_the_same(changed: str) -> None:
    assert read(changed) == read(CSV)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_other_delimiters(delimiter: str) -> None:
    text = (
        delimiter.join(["prompt", "points"]) + "\n" + delimiter.join(["What is a hash, and why?", "Says why."]) + "\n"
    )
    assert [(q.prompt, q.points[0].text) for q in read(text)] == [("What is a hash, and why?", "Says why.")]


def test_tables_of_json_lines_hold_whole_questions() -> None:
    row = {
        "id": "lost-orders",
        "prompt": LOST_ORDERS.prompt,
        "level": "mid",
        "format": "incident",
        "difficulty": "medium",
        "points": [
            {
                "id": "scope",
                "text": LOST_ORDERS.points[0].text,
                "skill": "triage",
                "cues": list(LOST_ORDERS.points[0].cues),
            }
        ],
        "flags": [{"id": "blame", "text": "Blames the warehouse."}],
        "probes": [{"for": "scope", "ask": "Which number would you look at first?"}],
        "why": None,
    }
    (found,) = read(json.dumps(row) + "\n")
    assert (found.points, found.flags, found.probes, found.inferred) == (
        LOST_ORDERS.points,
        (Flag("blame", "Blames the warehouse."),),
        (Probe("scope", "Which number would you look at first?"),),
        (),
    )


def test_tables_of_a_listed_bank_bring_its_questions(tmp_path: Path) -> None:
    commands.import_page(PAGE.encode(), tmp_path / "one")
    code, text = commands.list_questions(tmp_path / "one", as_json=True, filters={})
    assert (code, commands.import_page(text.encode(), tmp_path / "two", "bank.json")[0]) == (0, 0)
    assert load(tmp_path / "two") == load(tmp_path / "one")


def test_tables_document_every_column() -> None:
    assert {name for name in COLUMNS if name not in (tables.__doc__ or "")} == set()


@pytest.mark.parametrize(
    ("text", "name", "findings"),
    [
        (
            "prompt,point,level\nA?,b.,mid\n",
            "",
            [
                "page:1: there is no column 'point'; did you mean 'points'?",
                "page:1: there is no column 'points'; add it: every question has a prompt and at least one point",
            ],
        ),
        (
            "prompt,points,level\nA?,b.,middling\n,c.,mid\nB?,d.\n",
            "q.csv",
            [
                "q.csv:2: 'level' is 'middling'; use one of: junior, mid, senior, lead, principal",
                "q.csv:3: this row has no 'prompt'; write it: every question has one",
                "q.csv:4: this row has 2 cells, and the head has 3; put a text that contains ',' into double quotes",
            ],
        ),
        (
            'prompt,points,skills\n"A\nB?",b.,caching\nC?,d.,cashing\n',
            "",
            ["page:4: there is no skill 'cashing'; did you mean 'caching'?"],
        ),
        ("prompt,points,points\nA?,b,c\n", "", ["page:1: the column 'points' stands twice; delete one of the two"] * 1),
        (
            "prompt,points\nA?,b.\nA?,c.\n",
            "",
            ["page:3: line 2 asks the same at the same level; delete one of the two"],
        ),
        (
            '{"prompt": "A?", "points": ["b."], "levle": "mid"}\n\n{"prompt": "B?"\n["c"]\n',
            "",
            [
                "page:1: there is no column 'levle'; did you mean 'level'?",
                'page:3: this line is no JSON object; write one whole object a line, as in {"prompt": "…", '
                '"points": ["…"]}',
                'page:4: this line is no JSON object; write {"prompt": "…", "points": ["…"]}',
            ],
        ),
        (
            '{"prompt": "A?", "prompt": "B?", "points": ["b."]}\n',
            "",
            [
                "page:1: the key 'prompt' stands twice here; write one whole object a line, as in "
                '{"prompt": "…", "points": ["…"]}'
            ],
        ),
        (
            '[{"prompt": "A?", "points": ["b."]},\n {"prompt": "B?", "poi',
            "",
            ["page:2: this entry of the array is no whole JSON object; mend it, or paste the rest of the file"],
        ),
        (
            '[{"prompt": "A?", "points": ["b."]}\n',
            "",
            ["page:2: this array of questions breaks off here; paste the rest of it"],
        ),
        (
            '{"prompt": 3, "points": ["b."]}\n{"prompt": "A?", "points": {"a": 1}}\n',
            "q.jsonl",
            ["q.jsonl:1: 'prompt' is 3, not text; put it into quotes", "q.jsonl:2: 'points' is {'a': 1}, not a list; "
             "write a list"],
        ),
        (
            "prompt,points,company\nA?,b.,Hoo",
            "",
            ["page:2: the table may break off here; put a line break at its end, or paste the rest"],
        ),
        (
            "prompt,points\n",
            "",
            ["page:1: this table has no rows; write one row, or one object a line, for each question"],
        ),
        (
            "prompt,points,category\nA?,b.,My Questions\n",
            "",
            ["page:2: 'My Questions' is no name of a category; use small letters, digits and single hyphens"],
        ),
    ],
)  # fmt: skip
def test_tables_findings_name_every_line(text: str, name: str, findings: list[str]) -> None:
    assert wrong(text, name) == findings


@pytest.mark.parametrize(
    ("end", "whole"),
    [
        ("Hooli", False),
        ("Hooli Inc.", True),
        ('"Hooli, Paris"', True),
        ('"Hooli ""the big"', False),
        ('"Hooli "', False),
        ("", False),
        ("Hooli\n", True),
    ],
)
def test_tables_end_without_a_line_break_is_taken_where_the_cell_is_whole(end: str, whole: bool) -> None:
    text = f"prompt,points,company\nA?,b.,{end}"
    assert (read(text) if whole else wrong(text)) != ()


def test_tables_quote_that_never_closes_is_refused() -> None:
    (finding,) = wrong('prompt,points\nA?,"b.\nC?,d.\n')
    assert finding.startswith("page:2: this row cannot be read")


def test_tables_write_nothing_when_one_row_is_wrong(tmp_path: Path) -> None:
    code, text = commands.import_page((CSV + "B?,,c.,,,\n").encode(), tmp_path / "bank", "q.csv")
    assert (code, text) == (0, text)
    code, text = commands.import_page((CSV + "B?,x,c.,,,\n").encode(), tmp_path / "other", "q.csv")
    assert (code, text.splitlines()[-1], (tmp_path / "other").exists()) == (2, "Nothing was written.", False)


def test_tables_use_the_skills_of_the_bank(tmp_path: Path) -> None:
    bank = bank_of(tmp_path, lost_orders=VALID)
    (bank / "skills.yaml").write_text("juggling: {name: juggling, help: Drops none.}\n")
    row = '{"prompt": "Juggle?", "points": [{"text": "Throws.", "skill": "juggling"}]}\n'
    assert commands.import_page(row.encode(), bank)[0] == 0
    assert commands.import_page(row.encode(), tmp_path / "elsewhere")[0] == 2


@pytest.mark.parametrize("page", [PAGE, SINGLE, PROMPTS])
def test_tables_take_no_page_for_a_table(page: str) -> None:
    assert not tables.recognises(page)
