"""YAML text to values: what is read, what is refused, and where."""

from __future__ import annotations

import pytest
import yaml
from bank_samples import VALID
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank import document


def test_document_reads_what_pyyaml_reads() -> None:
    text = 'a: one\nb: [1, 2.5, true, null, "7"]\nc: >\n  folded\n  text\nd: {e: no, f: 0x10}\n'
    assert yaml.safe_load(text) == document.read(text)
    assert yaml.safe_load(VALID) == document.read(VALID)


def test_document_empty_is_none() -> None:
    assert document.read("# nothing but a remark\n") is None


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: &x 1\nc: *x\n", 2, "an alias (*) repeats this value"),
        ("a: &x [*x]\n", 1, "an alias (*) repeats this value"),
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here a second time"),
        ("a: !!python/object:os.system x\n", 1, "the tag tag:yaml.org,2002:python/object:os.system is not allowed"),
        ("a: !point [1]\n", 1, "the tag !point is not allowed"),
        ("base: 1\n<<: {a: 1}\n", 2, "this is no key"),
        ("? [a, b]\n: c\n", 1, "this is no key"),
        ("a: .nan\n", 1, "this number cannot be read"),
        ("a: 0x" + "f" * 5000 + "\n", 1, "this number cannot be read"),
        ("a: b\n---\nc: d\n", 2, "this is not valid YAML (a second document begins)"),
        ("a: b: c\n", 1, "this is not valid YAML (mapping values are not allowed in this context)"),
        ("a: 1\nb: \x07\n", 2, "a control character stands here"),
        ("[" * 100_000, 1, "the nesting is too deep"),
        ("- " * 50_000, 1, "the nesting is too deep"),
        ("{a: " * 50_000, 1, "the nesting is too deep"),
        ("- ? " * 20_000, 1, "the nesting is too deep"),
        ("\n".join(" " * depth + "a:" for depth in range(200)), 13, "the nesting is too deep"),
    ],
)
def test_document_unreadable_names_line_and_reason(text: str, line: int, what: str) -> None:
    with pytest.raises(document.Unreadable) as caught:
        document.read(text)
    assert (line, what) == (caught.value.line, caught.value.what)


def test_document_bomb_of_aliases_is_refused() -> None:
    text = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(document.Unreadable, match="alias"):
        document.read(text)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("id",), 1),
        (("points", 0, "skill"), 8),
        (("points", 0, "cues", 1), 12),
        (("points", 0, "missing"), 7),
        (("points", 9), 6),
        (("nothing",), 1),
        ((), 1),
    ],
)
def test_document_line_of_place(path: tuple[str | int, ...], line: int) -> None:
    assert line == document.line_of(VALID, path)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!?|>'\"#%@`, \n\t0.\x00\u2028é", max_size=60))
def test_document_of_any_text_is_read_or_unreadable(text: str) -> None:
    try:
        document.read(text)
    except document.Unreadable as error:
        refused = error.line
    else:
        refused = 1
    assert refused >= 1
