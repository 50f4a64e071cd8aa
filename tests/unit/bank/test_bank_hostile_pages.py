"""Pages that were cut, garbled or are none: whole questions, or a refusal with nothing written."""

from __future__ import annotations

import functools
import re
import time
from pathlib import Path

import pytest
from bank_pages import CODING, PROMPTS, SINGLE, STORY, SWAPPED
from bank_samples import PAGE, SHARED_PAGES
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.commands import import_page
from bot.bank.convert import as_data
from bot.bank.load import load
from bot.bank.model import Question
from bot.bank.pages import UnknownLayout, read_page
from bot.bank.schema import fits

OWN = {"levels": PAGE, "single": SINGLE, "coding": CODING, "story": STORY, "prompts": PROMPTS, "swapped": SWAPPED}
TABLES = {
    "csv": "prompt,points,company\nWhat is a tree?,Says why. | Draws one.,Hooli\nWhat is a heap?,Says why.,\n",
    "jsonl": '{"prompt": "What is a tree?", "points": ["Says why."]}\n{"prompt": "What?", "points": ["No."]}\n',
    "json": '[{"prompt": "What is a tree?", "points": ["Says why."]}]\n',
}


def page_of(name: str) -> str:
    if name in OWN:
        return OWN[name]
    path = SHARED_PAGES / name
    if not path.exists():
        pytest.skip("the shared pages are not beside this checkout")
    return path.read_text(encoding="utf-8")


def read(page: str) -> tuple[Question, ...]:
    try:
        return read_page(page)
    except UnknownLayout as error:
        line = error.line
    assert 1 <= line <= 1 + len(re.findall(r"\r\n|\r|\n", page))
    return ()


@pytest.mark.parametrize("name", ["levels", "levels.txt"])
def test_cut_page_of_levels_gives_its_first_questions_or_none(name: str) -> None:
    page = page_of(name)
    whole = read_page(page)
    ends = {match.start() + shift for match in re.finditer("\n", page) for shift in (-1, 0, 1, 2)}
    for cut in sorted(ends | set(range(0, len(page), 9))):
        found = read(page[:cut])
        assert (cut, found) == (cut, whole[: len(found)])


@pytest.mark.parametrize("name", ["single", "coding", "story", "single.txt", "prompts", "swapped", "prompts.txt"])
def test_cut_page_is_refused_within_a_sentence_a_code_block_or_below_a_heading(name: str) -> None:
    """What is accepted ends with a line or a sentence, so it is the whole of a shorter page."""
    page = page_of(name)
    whole = read_page(page)
    accepted = [(cut, found) for cut in range(len(page)) if (found := read(page[:cut]))]
    for cut, found in accepted:
        kept, last = page[:cut].rstrip(), page[:cut].rstrip().splitlines()[-1]
        assert page[cut].isspace() or page[cut - 1].isspace(), page[:cut][-40:]
        assert kept[-1] in ".?!`" or page[:cut].endswith("\n"), last
        assert not last.startswith(("#", "**")), last
        assert last[-1] != ":", last
        assert kept.count("```") % 2 == 0
        assert [question.prompt for question in found] == [question.prompt for question in whole]
        assert [q.example for q in found if q.set] == [q.example for q in whole if q.set]
        assert all(whole[n].model_answer.startswith(q.model_answer) for n, q in enumerate(found))


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        ("csv", ["Hooli\n"]),
        ("jsonl", ['y."]}', 'y."]}\n', 'o."]}']),
        ("json", ['."]}]']),
    ],
)
def test_cut_table_is_refused_within_a_row(tmp_path: Path, kind: str, accepted: list[str]) -> None:
    text = TABLES[kind]
    found = []
    for cut in range(len(text)):
        folder = tmp_path / str(cut)
        code, _ = import_page(text[:cut].encode(), folder, f"q.{kind}")
        assert (code == 0) == folder.exists()
        found += [text[:cut]] if code == 0 else []
    assert [any(part.endswith(end) for part in found) for end in accepted] == [True] * len(accepted)
    assert [part for part in found if not part.endswith(tuple(accepted))] == []


@pytest.mark.parametrize("name", sorted(OWN))
@pytest.mark.parametrize(
    "encoded",
    [
        lambda page: page.encode("utf-8-sig"),
        lambda page: page.encode("utf-16"),
        lambda page: b"\xfe\xff" + page.encode("utf-16-be"),
        lambda page: page.replace("e", "e\u200b").replace("a", "\u2060a").encode(),
        lambda page: functools.reduce(lambda text, end: text.replace("\n", end, 3), ["\r\n", "\r"] * 2, page).encode(),
    ],
)
def test_page_in_any_encoding_gives_its_questions_and_twice_adds_nothing(
    tmp_path: Path, name: str, encoded: object
) -> None:
    page = OWN[name]
    assert import_page(encoded(page), tmp_path)[0] == 0  # type: ignore[operator]
    assert list(load(tmp_path).questions.values()) == sorted(read_page(page), key=lambda q: (q.category, q.id))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    code, text = import_page(page.encode(), tmp_path)
    assert (code, text.splitlines()[0].split(" to ")[0]) == (0, "Added 0 questions")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_table_twice_adds_nothing(tmp_path: Path, kind: str) -> None:
    for expected in ("Added 1", "Added 0") if kind == "json" else ("Added 2", "Added 0"):
        assert import_page(TABLES[kind].encode(), tmp_path)[1].startswith(expected)


HTML = "this is HTML: open the page in a browser, select its text, and paste that"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<!DOCTYPE html><html><body><p>1. Junior</p></body></html>", HTML),
        ("\n".join(f"<p>{line}</p>" for line in SINGLE.splitlines()).encode(), HTML),
        (("Hello\n" + "\n".join(f"<li>{line}</li>" for line in PAGE.splitlines())).encode(), HTML),
        (PAGE.replace("\n", " ").encode(), "the line breaks of this page are lost: paste its text with them"),
        (PROMPTS.replace("\n", " ").encode(), "the line breaks of this page are lost: paste its text with them"),
        (SINGLE.encode("utf-16-le"), "This is a binary file."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "This is a binary file."),
        (b"\x01\x02\x03" * 30, "This is a binary file."),
        (SINGLE.encode()[:50] + b"\xff" + SINGLE.encode()[50:], "This page is not UTF-8 text (line 3)."),
        (b"x" * 999_999, "a line has at most 50,000 characters: the line breaks are lost, paste it again"),
        ((SINGLE + "## Step\n- Tell it.\n" * 50_000).encode(), "the solution is longer than 50,000 characters"),
        ((PROMPTS + "* Tell it again.\n" * 50_000).encode(), "the advice for the set is longer than 20,000 characters"),
        (b"prompt,points" + b"," * 900_000, "this head has 900,002 cells"),
        (b'{"prompt": "A?", "points": ["b"]}\n' * 29_000, "this table has more than 5,000 rows"),
        (b'{"prompt":' + b"[" * 900_000, "this line is no JSON object"),
        (b"[" * 900_000, "a line has at most 50,000 characters"),
    ],
)
def test_hostile_page_is_refused_soon_and_clearly(tmp_path: Path, data: bytes, message: str) -> None:
    started = time.process_time()
    code, text = import_page(data, tmp_path / "bank")
    assert (code, message in text, (tmp_path / "bank").exists()) == (2, True, False), text[:300]
    assert time.process_time() - started < 10  # a second or less; what grows with the square takes minutes


@st.composite
def mutated(draw: st.DrawFn) -> str:
    lines = list(OWN[draw(st.sampled_from(sorted(OWN)))].splitlines())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "duplicate", "swap", "cut", "insert"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "duplicate":
                lines.insert(at, lines[at])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, 20))]
            case _:
                lines.insert(at, draw(st.text(max_size=30)))
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_mutated_page_gives_questions_that_fit_or_names_a_line(page: str) -> None:
    found = read(page)
    assert all(fits()(as_data(question)) for question in found)
    assert len({question.id for question in found}) == len(found)
