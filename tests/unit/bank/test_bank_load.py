"""A folder to the bank: order, defaults, and every way in which a bank can be broken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from bank_samples import LOST_ORDERS, ROOT, VALID, bank_of

from bot.bank.file import SIZE_LIMIT
from bot.bank.finding import Finding
from bot.bank.load import BankError, load


def broken(folder: Path) -> list[str]:
    """Return the findings of a bank without the folder in front."""
    with pytest.raises(BankError) as caught:
        load(folder)
    assert "\n".join(map(str, caught.value.findings)) == str(caught.value)
    return [str(finding).removeprefix(f"{folder}/") for finding in caught.value.findings]


def test_load_question_is_complete(tmp_path: Path) -> None:
    bank = load(bank_of(tmp_path, lost_orders=VALID))
    assert dict(bank.questions) == {"lost-orders": LOST_ORDERS}
    assert bank.skill_name("api-design") == "API design"


def test_load_orders_by_category_then_id(tmp_path: Path) -> None:
    for category, name in (("b", "one"), ("a", "two"), ("b", "alpha"), ("a", "beta")):
        (tmp_path / category).mkdir(exist_ok=True)
        (tmp_path / category / f"{name}.yaml").write_text(VALID.replace("lost-orders", name))
    assert list(load(tmp_path).questions) == ["beta", "two", "alpha", "one"]


def test_load_trims_texts_and_reads_a_byte_order_mark(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, lost_orders="\ufeff" + VALID.replace("prompt: Orders", "prompt: >\n  Orders"))
    assert load(folder).questions["lost-orders"] == LOST_ORDERS


def test_load_skills_of_the_folder_add_to_ours(tmp_path: Path) -> None:
    (tmp_path / "skills.yaml").write_text("juggling: {name: juggling with knives, help: Drops none.}\n")
    bank = load(bank_of(tmp_path, lost_orders=VALID.replace("triage", "juggling")))
    assert (bank.skill_name("juggling"), bank.skill_name("triage")) == ("juggling with knives", "triage")


def test_load_absent_folder_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    with pytest.raises(BankError) as caught:
        load(folder)
    what = "this folder cannot be read (No such file or directory)"
    assert (Finding(str(folder), 1, what, "name the folder of a bank"),) == caught.value.findings


def test_load_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(BankError) as caught:
        load(tmp_path)
    hint = "put questions into <category>/<id>.yaml, or import a page"
    assert (Finding(str(tmp_path), 1, "this bank holds no questions", hint),) == caught.value.findings


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("level: mid", "level: medium", "3: 'level' is 'medium'; use one of: junior, mid, senior, lead, principal"),
        ("skill: triage", "skill: triag", "8: there is no skill 'triag'; did you mean 'triage'?"),
        ("for: scope", "for: scop", "17: no point has the id 'scop'; did you mean 'scope'?"),
        (
            "id: blame",
            "id: scope",
            "14: the id 'scope' stands twice in this question; give each point and flag an id of its own",
        ),
        ("    skill: triage\n", "", "7: 'points', entry 1 lacks 'skill'; add a line 'skill: …'"),
        ("difficulty:", "dificulty:", "5: 'dificulty' is no key; did you mean 'difficulty'?"),
        ("level: mid", "level: mid\nlevel: mid", "4: the key 'level' stands here a second time; keep one of the two"),
        (
            "level: mid",
            "level: &l mid\nset: *l",
            "3: an alias (*) repeats this value; write it out where it is needed",
        ),
    ],
)
def test_load_broken_question_names_line_and_remedy(tmp_path: Path, old: str, new: str, finding: str) -> None:
    found = broken(bank_of(tmp_path, lost_orders=VALID.replace(old, new, 1)))
    assert f"incidents/lost-orders.yaml:{finding}" in found


def test_load_tells_everything_at_once(tmp_path: Path) -> None:
    folder = bank_of(
        tmp_path,
        a=VALID.replace("lost-orders", "a").replace("mid", "middle"),
        b="- just\n- a list\n",
        c="",
        d=VALID.replace("lost-orders", "d").replace("skill: triage", "skill: nothing-like-it"),
    )
    assert broken(folder) == [
        "incidents/a.yaml:3: 'level' is 'middle'; use one of: junior, mid, senior, lead, principal",
        "incidents/b.yaml:1: this file holds no question; write keys such as 'id:' and 'prompt:'",
        "incidents/c.yaml:1: this file holds no question; write keys such as 'id:' and 'prompt:'",
        "incidents/d.yaml:8: there is no skill 'nothing-like-it'; use an id of skills.yaml, or add it there",
    ]


def test_load_same_id_twice_names_both_files(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, first=VALID, second=VALID)
    first = folder / "incidents" / "first.yaml"
    what = f"the id 'lost-orders' is taken by {first}; give one of the two another id"
    assert [f"incidents/second.yaml:1: {what}"] == broken(folder)


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"id: x\nprompt: caf\xe9\n", "2: this is not UTF-8; save the file in the encoding UTF-8"),
        (VALID.encode("utf-16"), "1: this is not UTF-8; save the file in the encoding UTF-8"),
        (b"#" * (SIZE_LIMIT + 1), "1: this file is larger than 256 KB; one file holds one question"),
        (b"\x00\x01\x02", "1: a control character stands here; delete it, or save the file as UTF-8"),
        (b"[" * 200_000, "1: the nesting is too deep; a question needs four levels"),
    ],
)
def test_load_file_that_is_no_text_is_a_finding(tmp_path: Path, data: bytes, finding: str) -> None:
    folder = bank_of(tmp_path, lost_orders=VALID)
    (folder / "incidents" / "odd.yaml").write_bytes(data)
    assert [f"incidents/odd.yaml:{finding}"] == broken(folder)


def test_load_misplaced_files_are_findings(tmp_path: Path) -> None:
    folder = bank_of(tmp_path, lost_orders=VALID)
    (folder / "stray.yaml").write_text(VALID)
    (folder / "incidents" / "other.yml").write_text(VALID)
    (folder / "incidents" / "folder.yaml").mkdir()
    (folder / "My Category").mkdir()
    (folder / "My Category" / "x.yaml").write_text(VALID)
    assert broken(folder) == [
        "My Category:1: 'My Category' is no name of a category; use small letters, digits and single hyphens",
        "incidents/folder.yaml:1: this file cannot be read (Is a directory); mend its rights",
        "incidents/other.yml:1: this file is not read; rename it to .yaml",
        "stray.yaml:1: this question has no category; move it into a folder",
    ]


@pytest.mark.parametrize("text", ["- a list\n", "juggling: 3\n", "Juggling Knives: {name: x}\n", "a: [\n", "*x\n"])
def test_load_broken_skills_are_findings(tmp_path: Path, text: str) -> None:
    folder = bank_of(tmp_path, lost_orders=VALID)
    (folder / "skills.yaml").write_text(text)
    assert all(finding.startswith("skills.yaml:") for finding in broken(folder))


def test_load_findings_cannot_send_terminal_commands(tmp_path: Path) -> None:
    found = broken(bank_of(tmp_path, lost_orders=VALID.replace("level: mid", 'level: "\\e[2J\\u202e"')))
    assert all(finding.isprintable() for finding in found)


def test_load_our_own_bank() -> None:
    assert load(ROOT / "questions").questions


def test_load_thousand_questions_takes_about_a_second_of_processor_time(tmp_path: Path) -> None:
    prompt = "prompt: " + "Orders vanish between the shop and the warehouse, and nobody knows since when. " * 20
    text = VALID.replace("prompt: Orders vanish between the shop and the warehouse. What do you do?", prompt)
    for number in range(1000):
        bank_of(tmp_path, **{f"q_{number}": text.replace("lost-orders", f"q-{number}")})
    started = time.process_time()
    bank = load(tmp_path)
    taken = time.process_time() - started
    assert len(bank.questions) == 1000
    assert taken < 3, f"{taken:.2f} s"  # 0.3 s on a quiet machine; jsonschema alone would need four
