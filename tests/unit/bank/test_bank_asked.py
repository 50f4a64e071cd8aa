"""What a prompt asks, part by part, and how it is said as a point."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.pages.asked import advice_in, as_point, parts_asked, sentences


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Design a chat.", ()),
        ("Why us?", ()),
        ("How would you pick a key, store the rows, and test it all?", ("pick a key", "store the rows", "test it all")),
        ("How would you store users, posts, and likes?", ()),
        ("Design a chat. What breaks first, and how do users notice?", ("What breaks first", "how do users notice")),
        ("Describe a time you failed—what did you learn?", ("what did you learn",)),
        ("You run a shop. It is slow. Explain why.", ("Explain why",)),
        ("Design a cache (e.g. for Prague). Estimate its size.", ("Estimate its size",)),
        ("Build it.\n- Compare two stores\n- fast", ("Compare two stores",)),
    ],
)
def test_parts_asked_of_prompts(prompt: str, expected: tuple[str, ...]) -> None:
    assert parts_asked(prompt) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("identify a client", "Identify a client"),
        ("What happens when a store fails", "Say what happens when a store fails"),
        ("how would clients learn it", "Say how clients would learn it"),
        ("how would the clients learn it", "How would the clients learn it?"),
        ("how do you measure it", "Say how you measure it"),
        ("how did they take it", "How did they take it?"),
        ("what is the limit", "What is the limit?"),
        ("what its cost is", "Say what its cost is"),
        ("and what would you change", "Say what you would change"),
        ("Explain why", "Explain why"),
    ],
)
def test_as_point_keeps_the_question_where_grammar_is_unsure(part: str, expected: str) -> None:
    assert as_point(part).rstrip(".") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Say what you believed, what the data said, and what it cost.",
            ("Say what you believed.", "Say what the data said.", "Say what it cost."),
        ),
        ("Be specific, soon; keep calm.", ("Be specific, soon.", "Keep calm.")),
        ("Own it. Show a number.", ("Own it.", "Show a number.")),
    ],
)
def test_advice_is_one_piece_each(text: str, expected: tuple[str, ...]) -> None:
    assert advice_in(text) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["Tell me.", "Why so?", "e.g. this", "A. Smith", "“Yes!”", "and", "3.5"])))
def test_sentences_lose_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(sentences(text)).split() == text.split()
