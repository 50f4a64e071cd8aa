"""Cue lines, sentences, stems and verbatim quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.coaching.cues import Index, bits, parse
from bot.coaching.language import stem, words_of
from bot.coaching.quotes import verbatim
from bot.coaching.reading import LONGEST_QUOTE, quote, read


def fires(line: str, text: str) -> bool:
    return bool(Index(read(text).sentences).line(parse(line)))


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        ("roll back | revert + release", "I rolled the release back.", True),
        ("roll back", "I roll it back.", True),
        ("roll back", "I rolled back.", True),
        ("roll back", "A rollback was next.", True),
        ("rollback", "We are rolling back.", True),
        ("roll back", "Roll the whole big new thing back.", False),
        ("roll back", "Back we roll.", False),
        ("revert + release", "I revert it. The release waits.", False),
        ("delay*", "It was delayed.", True),
        ("delay*", "No lay.", False),
        ("#num + minutes", "After 15 minutes.", True),
        ("#num + minutes", "After fifteen minutes.", True),
        ("#num", "The 5xx errors.", False),
        ("tell | told", "I told them.", True),
        ("post mortem", "The post-mortem was short.", True),
        ("prioritize", "I prioritise.", True),
        ("#num + a second", "It takes 300 writes a second.", True),
        ("#num + a second", "It takes 300 a second at noon.", True),
        ("#num + a second", "A second later there are 300.", True),
        ("#num + a second", "A second person looks at 300 rows.", False),
        ("a second person", "A second person looks.", True),
        ("second", "A second person looks.", True),
        ("", "Anything.", False),
        (" + | ", "Anything.", False),
    ],
)
def test_cue_line(line: str, text: str, expected: bool) -> None:
    assert expected == fires(line, text)


def test_index_names_the_sentence() -> None:
    index = Index(read("I look. I tell support. I wait. I tell the team.").sentences)
    assert bits(index.line(parse("tell + support | team"))) == [1, 3]


def test_reading_of_abbreviations_and_decimals() -> None:
    text = "I use tools, e.g. Grafana, at 99.9 %. Then I wait! next comes this\n- and that"
    reading = read(text)
    assert [reading.text_of(sentence).lstrip("- ") for sentence in reading.sentences] == [
        "I use tools, e.g. Grafana, at 99.9 %.",
        "Then I wait!",
        "next comes this",
        "and that",
    ]


def test_reading_of_a_text_without_full_stops() -> None:
    """AND would mean nothing in one endless sentence."""
    reading = read("and then I look at the graph " * 40)
    assert max(len(sentence.words) for sentence in reading.sentences) <= 48


@pytest.mark.parametrize(("word", "other"), [("told", "telling"), ("chose", "choosing"), ("organised", "organize")])
def test_stem_of_related_words(word: str, other: str) -> None:
    assert stem(word) == stem(other)


def test_words_are_normalised() -> None:
    assert ("i'd", "re", "run", "ﬁrst".replace("ﬁ", "fi"), "80%", "5xx") == words_of("I’d re‑run ﬁrst 80% 5xx")


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_quotes_of_any_text_are_verbatim(text: str) -> None:
    reading = read(text)
    for sentence in reading.sentences:
        for clause in sentence.clauses:
            words = quote(reading, clause.start, clause.end)
            assert words in text
            assert len(words.split()) <= LONGEST_QUOTE


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("WE  let two graphs", "We let\ntwo graphs"),
        ("we let three graphs", None),
        ("", None),
        ("word " * 41, None),
        ("decide. (really", "decide. (really"),
    ],
)
def test_quote_found_again(wanted: str, expected: str | None) -> None:
    assert expected == verbatim("Yes: We let\ntwo graphs decide. (really) " + "word " * 50, wanted)
