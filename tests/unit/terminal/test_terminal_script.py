from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.acting import DM, Place
from adapters.terminal.script import (
    At,
    Deletes,
    Edits,
    Presses,
    Quit,
    Restart,
    Says,
    Step,
    Submits,
    UnknownLine,
    opening,
    parse,
    restarts,
    written,
)

PREP, THREAD = Place("#prep"), Place("#prep", thread=True)

EXAMPLE = """
# comment
at 2026-12-01T08:59Z
ana in #prep: /daily start 09:00 Europe/London weekdays
at 2026-12-01T09:00Z
ben in #prep thread: I would first …
ana presses "Answer privately" in #prep
ana submits: First I would …
ana in dm: /interview start behavioural 2
ana in dm: …
ana presses "Done" in dm
restart
"""


def test_parse_the_example_of_the_manual() -> None:
    expected: list[Step] = [
        At(3, datetime(2026, 12, 1, 8, 59, tzinfo=UTC)),
        Says(4, "ana", PREP, "/daily start 09:00 Europe/London weekdays"),
        At(5, datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        Says(6, "ben", THREAD, "I would first …"),
        Presses(7, "ana", PREP, "Answer privately"),
        Submits(8, "ana", "First I would …"),
        Says(9, "ana", DM, "/interview start behavioural 2"),
        Says(10, "ana", DM, "…"),
        Presses(11, "ana", DM, "Done"),
        Restart(12),
    ]
    assert expected == list(parse(EXAMPLE.splitlines()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('ana presses "Hint" in #prep 2 back', Presses(1, "ana", PREP, "Hint", 2)),
        ('ana presses "Hint" in #prep thread', Presses(1, "ana", THREAD, "Hint")),
        ("ana presses “Say “it” so” in dm", Presses(1, "ana", DM, "Say “it” so")),
        ("ana edits in dm: better", Edits(1, "ana", DM, "better")),
        ("ana deletes in #prep thread", Deletes(1, "ana", THREAD)),
        ("Ana IN #Prep:hello", Says(1, "Ana", PREP, "hello")),
        ("zoë in dm: a: b", Says(1, "zoë", DM, "a: b")),
        ("ana in #prep thread: /daily status", Says(1, "ana", THREAD, "/daily status")),
        ("ana submits:", Submits(1, "ana", "")),
        ("ana in dm: /quit", Quit(1)),
        ("/quit", Quit(1)),
        ("at 2026-12-01T10:59:30+02:00", At(1, datetime(2026, 12, 1, 8, 59, 30, tzinfo=UTC))),
        ("\ufeffrestart\r\n", Restart(1)),
    ],
)
def test_parse_a_line(line: str, expected: Step) -> None:
    assert [expected] == list(parse([line]))


def test_parse_a_line_that_goes_on_keeps_its_lines_and_its_first_number() -> None:
    lines = ["# not this \\", "ana in dm: one\\", "", "ben in dm: x"]
    assert [Says(2, "ana", DM, "one"), Says(4, "ben", DM, "x")] == list(parse(lines))
    assert [Submits(1, "ana", "one\n  two\\n\nthree")] == list(parse(["ana submits: one\\", "  two\\n\\", "three"]))


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "ana in prep: hello",
        "ana in dm thread: hello",
        "ana in dm:",
        "ana presses Hint in dm",
        "at 2026-12-01T08:59",
        "at noon",
        "at 2026-13-01T08:59Z",
        "at 0001-01-01T00:00+23:00",
        "restart now",
    ],
)
def test_parse_an_unknown_line_names_its_number(line: str) -> None:
    steps = parse(["", "restart", line])
    assert Restart(2) == next(steps)
    with pytest.raises(UnknownLine, match=r"^line 3: ") as caught:
        next(steps)
    assert caught.value.number == 3


@given(st.lists(st.text(max_size=60)))
@settings(max_examples=150)
def test_parse_raises_nothing_but_unknown_line(lines: list[str]) -> None:
    numbers: list[int] = []
    try:
        numbers += [step.number for step in parse(lines)]
    except UnknownLine as error:
        numbers.append(error.number)
    assert sorted(set(numbers)) == numbers
    assert set(numbers) <= set(range(1, len(lines) + 1))


NAMES = st.from_regex(r"[a-z][a-z0-9_'-]{0,10}", fullmatch=True).filter(lambda name: name != "at")
PLACES = st.sampled_from([PREP, THREAD, DM])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split()).strip("\\") or "x"
)
STEPS = st.one_of(
    st.builds(Says, st.just(1), NAMES, PLACES, TEXTS.filter(lambda t: t.lower() != "/quit" and t == t.strip())),
    st.builds(Submits, st.just(1), NAMES, TEXTS.filter(lambda t: t == t.strip())),
    st.builds(Deletes, st.just(1), NAMES, PLACES),
    st.builds(Presses, st.just(1), NAMES, PLACES, TEXTS.filter(lambda t: t == t.strip()), st.integers(0, 99)),
    st.builds(
        At,
        st.just(1),
        st.datetimes(min_value=datetime(2000, 1, 1)).map(  # noqa: DTZ001 - made aware next
            lambda at: at.replace(microsecond=0, tzinfo=UTC)
        ),
    ),
)


@given(STEPS)
@settings(max_examples=150)
def test_parse_reads_what_was_written(step: Step) -> None:
    assert [step] == list(parse(written(step).split("\n")))


def test_written_text_of_several_lines_can_be_read_again() -> None:
    step = Edits(1, "ana", DM, "one\ntwo")
    assert written(step) == "ana edits in dm: one\\\ntwo"
    assert [step] == list(parse(written(step).split("\n")))
    assert [written(Restart(1)), written(Quit(1))] == ["restart", "/quit"]


def test_opening_is_the_first_time_that_is_named() -> None:
    assert datetime(2026, 12, 1, 8, 59, tzinfo=UTC) == opening(EXAMPLE.splitlines())
    assert None is opening(["ana in dm: hi"])
    assert None is opening(["what", "at 2026-12-01T08:59Z"])


def test_restarts_before_a_line_that_cannot_be_read() -> None:
    assert [restarts(lines) for lines in (["restart"], ["/quit"], ["what", "restart"])] == [True, False, False]
