"""What `greenroom questions` prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bank_samples import PAGE, VALID, bank_of

from bot.bank import commands
from bot.bank.check import findings
from bot.bank.pages import read_page

FIRST = read_page(PAGE)[0]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    commands.import_page(PAGE.encode(), tmp_path)
    return tmp_path


def listed(folder: Path, **filters: str) -> list[str]:
    code, text = commands.list_questions(folder, as_json=True, filters=filters)
    assert code == 0
    return [entry["prompt"][:10] for entry in json.loads(text)]


def test_import_names_what_it_added_and_knew(tmp_path: Path) -> None:
    ids = [question.id for question in read_page(PAGE)]
    guessed = "What was guessed (format, difficulty, skills …) is named under `inferred` in each file."
    added = [f"Added 3 questions to {tmp_path}, 0 known before.", *(f"  added  {i}" for i in ids), guessed]
    known = [f"Added 0 questions to {tmp_path}, 3 known before.", *(f"  known  {i}" for i in ids)]
    assert commands.import_page(PAGE.encode(), tmp_path) == (0, "\n".join(added))
    assert commands.import_page(PAGE.encode("utf-8-sig"), tmp_path) == (0, "\n".join(known))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "This page is empty. Paste the text of a page of questions into it."),
        (b" \n\t", "This page is empty. Paste the text of a page of questions into it."),
        (
            "é\nü".encode("latin-1"),
            "This page is not UTF-8 text (line 1). Save it as plain text in UTF-8 and import it again.",
        ),
        (b"a\0b", "This is a binary file. Save the page as plain text in UTF-8 and import that."),
        (b"x" * 1_000_001, "This page has 1,000,001 bytes; at most 1,000,000 are read. Import it in parts."),
        (
            b"\nHello\x1b[2J\n",
            "line 2 is not understood: 'Hello�[2J'; no known layout of a page of questions begins like this\n"
            "Nothing was written.",
        ),
    ],
)
def test_import_of_no_page_is_refused_and_writes_nothing(tmp_path: Path, data: bytes, message: str) -> None:
    folder = tmp_path / "bank"
    assert commands.import_page(data, folder) == (2, message)
    assert not folder.exists()


def test_import_of_unknown_line_names_it(tmp_path: Path) -> None:
    page = PAGE.replace("- Telling a story without an end.", "Telling a story without an end.")
    code, text = commands.import_page(page.encode(), tmp_path)
    assert (code, text.splitlines()[0]) == (
        2,
        "line 14 is not understood: 'Telling a story without an end.'; "
        "'What not to say' is a list with '-', '•' or '*' before each entry",
    )
    assert list(tmp_path.iterdir()) == []


def test_import_of_taken_id_is_refused(bank: Path) -> None:
    path = bank / FIRST.category / f"{FIRST.id}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("repaired something", "sold something"), "utf-8")
    before = sorted(bank.rglob("*.yaml"))
    code, text = commands.import_page(PAGE.encode(), bank)
    assert (code, text.startswith(f"a different question with the id '{FIRST.id}' is in {path}")) == (2, True)
    assert sorted(bank.rglob("*.yaml")) == before


def test_import_into_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank"
    path.write_text("no folder")
    code, text = commands.import_page(PAGE.encode(), path)
    assert (code, "Nothing was written" in text, path.read_text()) == (2, True, "no folder")


def test_list_as_json_holds_whole_questions(bank: Path) -> None:
    code, text = commands.list_questions(bank, as_json=True, filters={"format": "behavioural"})
    assert code == 0
    assert json.loads(text) == [
        {
            "id": FIRST.id,
            "revision": 1,
            "prompt": FIRST.prompt,
            "level": "junior",
            "format": "behavioural",
            "category": "behavioural",
            "company": "Initech",
            "role": "Engineer",
            "difficulty": "easy",
            "rounds": [],
            "minutes": 4,
            "skills": ["context", "collaboration", "results"],
            "principles": [],
            "why": FIRST.why,
            "points": [{"id": p.id, "text": p.text, "skill": p.skill, "weight": 1.0} for p in FIRST.points],
            "flags": [{"id": flag.id, "text": flag.text, "severe": False} for flag in FIRST.flags],
            "probes": [],
            "example": FIRST.example,
            "weak_example": "",
            "quick_answer": "",
            "model_answer": "",
            "guide": "",
            "source": FIRST.source,
            "set": FIRST.set,
            "inferred": list(FIRST.inferred),
        }
    ]


def test_list_filters(bank: Path) -> None:
    assert listed(bank, level="lead") == ["Design a p"]
    assert listed(bank, Company="INITECH", format="technical,design") == ["How would ", "Design a p"]
    assert listed(bank, company="nobody") == []


def test_list_as_table(bank: Path) -> None:
    name = "how-would-you-find-out-why-a-nightly-report-is-late"
    rows = [
        f"{'id'.ljust(len(name))}  level   format     difficulty  company  prompt",
        f"{name}  junior  technical  easy        Initech  How would you find out why a nightly report is late?",
    ]
    found = commands.list_questions(bank, as_json=False, filters={"format": "technical"})
    assert found == (0, "\n".join(rows))


def test_list_without_matches_says_what_to_do(bank: Path) -> None:
    found = commands.list_questions(bank, as_json=False, filters={"company": "nobody"})
    assert found == (0, "No question passes these filters. Leave one out to see more.")


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"colour": "blue"}, "there is no filter 'colour': use one of level, format, category, skill, company, set"),
        ({"level": "seniorr"}, "There is no level 'seniorr'. Did you mean senior, junior?"),
        ({"format": "qqq"}, "There is no format 'qqq'. Use one of: behavioural, technical, incident, design."),
        ({"skill": "results,triag"}, "There is no skill 'triag'. Did you mean triage?"),
    ],
)
def test_list_with_unknown_filter_offers_the_nearest(bank: Path, filters: dict[str, str], message: str) -> None:
    assert commands.list_questions(bank, as_json=False, filters=filters) == (2, message)


def test_show_prints_the_question(bank: Path) -> None:
    code, text = commands.show(bank, FIRST.id.upper())
    assert code == 0
    assert text.split("\n\n")[:4] == [
        FIRST.id,
        "junior · behavioural · easy · about 4 min · behavioural · Initech · Engineer",
        FIRST.prompt,
        f"Why it is asked\n{FIRST.why}",
    ]
    assert "  p3: Quantify the result (hours saved, fewer calls). (results)" in text


def test_show_unknown_id_offers_the_nearest(bank: Path) -> None:
    assert commands.show(bank, "tell-me-about") == (
        2,
        f"There is no question 'tell-me-about'. Did you mean: {FIRST.id}?",
    )
    assert commands.show(bank, "zzz") == (
        2,
        "There is no question 'zzz'. `greenroom questions list` shows all.",
    )


def test_stats_count_levels_by_formats_and_thin_skills(bank: Path) -> None:
    code, text = commands.stats(bank)
    rows = [line.split() for line in text.splitlines()]
    assert (code, rows[:7]) == (
        0,
        [
            ["level", "behavioural", "technical", "incident", "design", "all"],
            ["junior", "1", "1", "0", "0", "2"],
            ["mid", "0", "0", "0", "0", "0"],
            ["senior", "0", "0", "0", "0", "0"],
            ["lead", "0", "0", "0", "1", "1"],
            ["principal", "0", "0", "0", "0", "0"],
            ["all", "1", "1", "0", "1", "3"],
        ],
    )
    assert rows[8:11] == [
        ["Skills", "with", "fewer", "than", "3", "questions:"],
        ["skill", "questions"],
        ["adaptability", "0"],
    ]
    assert ["scalability", "1"] in rows


def test_check_counts(bank: Path) -> None:
    assert commands.check(bank, findings(bank)) == (0, "3 questions, no errors, 0 warnings.")


def test_broken_bank_gives_code_two_and_the_findings(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, lost_orders=VALID.replace("mid", "middle"))
    finding = (
        f"{folder}/incidents/lost-orders.yaml:3: 'level' is 'middle'; use one of: junior, mid, senior, lead, principal"
    )
    assert commands.check(folder, findings(folder)) == (
        2,
        f"{finding}\n1 error, 0 warnings: mend the errors, then check again.",
    )
    assert commands.list_questions(folder, as_json=True, filters={}) == (2, finding)
    assert commands.show(folder, "lost-orders") == (2, finding)
    assert commands.stats(folder) == (2, finding)
    assert commands.import_page(PAGE.encode(), folder) == (2, f"{finding}\nNothing was written.")
