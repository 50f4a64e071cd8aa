"""Questions to files: what is written reads back the same, what is known stays, and nothing is written by halves."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from bank_samples import LOST_ORDERS, PAGE, ROOT, VALID, bank_of, question
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.finding import BankError
from bot.bank.load import load
from bot.bank.model import DIFFICULTIES, FORMATS, LEVELS, Flag, Point, Probe, Question
from bot.bank.pages import read_page
from bot.bank.write import Taken, Written, text_of, write

TEXTS = st.text(
    st.one_of(
        st.sampled_from(" \n\t:-#'\"|>{}[]&*!%@`,?é—“”\u2028\u00a0\u00ad\x00\x85🙂"), st.characters(codec="utf-8")
    ),
    min_size=1,
    max_size=120,
).map(str.strip)
FULL = TEXTS.filter(bool)
NAMES = FULL.filter(lambda text: len(text) <= 80)
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
SKILLS = st.sampled_from(["triage", "mitigation", "caching", "results"])


@st.composite
def questions(draw: st.DrawFn) -> Question:
    ids = draw(st.lists(SLUGS, min_size=3, max_size=6, unique=True))
    cues = st.lists(NAMES, max_size=3).map(tuple)
    weights = st.sampled_from([0.5, 1.0, 2.0, 3.25])
    points = tuple(Point(i, draw(FULL), draw(SKILLS), draw(weights), draw(cues)) for i in ids[:-1])
    several = st.lists(NAMES, max_size=3).map(tuple)
    return Question(
        id=draw(SLUGS),
        prompt=draw(FULL),
        level=draw(st.sampled_from(LEVELS)),
        format=draw(st.sampled_from(FORMATS)),
        category=draw(SLUGS),
        difficulty=draw(st.sampled_from(DIFFICULTIES)),
        points=points,
        revision=draw(st.integers(1, 99)),
        minutes=draw(st.integers(1, 60)),
        flags=(Flag(ids[-1], draw(FULL), draw(st.booleans()), draw(cues)),) if draw(st.booleans()) else (),
        skills=draw(st.lists(SKILLS, min_size=1, max_size=4).map(tuple)),
        principles=draw(several),
        rounds=draw(several),
        probes=(Probe(ids[0], draw(FULL)),) if draw(st.booleans()) else (),
        why=draw(TEXTS),
        example=draw(TEXTS),
        weak_example=draw(TEXTS),
        company=draw(st.one_of(st.just(""), NAMES)),
        role=draw(st.one_of(st.just(""), NAMES)),
        source=draw(TEXTS),
        set=draw(st.one_of(st.just(""), SLUGS)),
        guide=draw(TEXTS),
        quick_answer=draw(TEXTS),
        model_answer=draw(TEXTS),
        inferred=draw(several),
    )


@settings(max_examples=50, deadline=None)
@given(questions())
def test_written_question_loads_the_same(written: Question) -> None:
    with tempfile.TemporaryDirectory() as name:
        assert write([written], Path(name)) == Written((written.id,), ())
        assert dict(load(Path(name)).questions) == {written.id: written}


def test_written_file_reads_well() -> None:
    long = "A sentence of many words that goes on until the end of line. " * 3
    text = text_of(replace(LOST_ORDERS, why=long.strip(), model_answer="# Title\n\n- one\n- two"))
    assert text.splitlines()[:10] == [
        "id: lost-orders",
        "prompt: Orders vanish between the shop and the warehouse. What do you do?",
        "level: mid",
        "format: incident",
        "difficulty: medium",
        "why: >-",
        "  A sentence of many words that goes on until the end of line. A sentence of many words that goes on until",
        "  the end of line. A sentence of many words that goes on until the end of line.",
        "points:",
        "  - id: scope",
    ]
    assert text.splitlines()[-5:] == ["model_answer: |-", "  # Title", "", "  - one", "  - two"]


def test_write_makes_one_file_a_question_in_its_category(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "bank"
    write([question("one", "One?"), question("two", "Two?", category="other")], folder)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == ["fundamentals/one.yaml", "other/two.yaml"]


def test_write_twice_adds_nothing(tmp_path: Path) -> None:
    page = read_page(PAGE)
    ids = tuple(found.id for found in page)
    assert write(page, tmp_path) == Written(ids, ())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    assert write(page, tmp_path) == Written((), ids)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before


def test_write_knows_a_renamed_and_edited_question(tmp_path: Path) -> None:
    page = read_page(PAGE)
    write(page, tmp_path)
    path = tmp_path / page[0].category / f"{page[0].id}.yaml"
    text = path.read_text(encoding="utf-8").replace(f"id: {page[0].id}", "id: repaired-unasked")
    path.with_name("repaired-unasked.yaml").write_text(text.replace("difficulty: easy", "difficulty: hard"), "utf-8")
    path.unlink()
    assert write(page, tmp_path) == Written((), ("repaired-unasked", page[1].id, page[2].id))


def test_write_knows_a_question_whose_level_was_corrected(tmp_path: Path) -> None:
    write([question("one", "One?", level="senior")], tmp_path)
    assert write([question("one", "One?", level="junior")], tmp_path) == Written((), ("one",))


def test_write_adds_the_same_prompt_at_another_level(tmp_path: Path) -> None:
    write([question("one", "One?", level="senior")], tmp_path)
    assert write([question("one-2", "One?", level="junior")], tmp_path) == Written(("one-2",), ())


def test_write_never_overwrites_another_question_of_the_same_id(tmp_path: Path) -> None:
    write([question("one", "One?")], tmp_path)
    before = (tmp_path / "fundamentals" / "one.yaml").read_bytes()
    with pytest.raises(Taken, match=r"a different question with the id 'one' is in .*one.yaml; nothing was written"):
        write([question("new", "New?"), question("one", "Something else?")], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == {
        tmp_path / "fundamentals" / "one.yaml": before
    }


def test_write_takes_another_name_where_a_file_is_in_the_way(tmp_path: Path) -> None:
    write([question("one", "One?")], tmp_path)
    (tmp_path / "fundamentals" / "one.yaml").rename(tmp_path / "fundamentals" / "two.yaml")
    write([question("two", "Two?")], tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*.yaml")) == ["two-2.yaml", "two.yaml"]


def test_write_into_broken_bank_is_refused(tmp_path: Path) -> None:
    bank_of(tmp_path, lost_orders=VALID.replace("mid", "middle"))
    with pytest.raises(BankError, match="'level' is 'middle'"):
        write([question("one", "One?")], tmp_path)
    assert [path.name for path in tmp_path.rglob("*.yaml")] == ["lost-orders.yaml"]


def test_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder must be made")
    with pytest.raises(OSError, match="blocked"):
        write([question("one", "One?"), question("two", "Two?", category="blocked")], tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["blocked"]


def test_written_copy_of_our_own_bank_is_the_same(tmp_path: Path) -> None:
    ours = load(ROOT / "questions")
    write(ours.questions.values(), tmp_path)
    assert load(tmp_path) == ours
