"""The first words of a longer text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.words import ELLIPSIS, opening


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("You find the disk full.", 40, "You find the disk full."),
        ("You find the disk full.", 15, "You find the…"),
        ("Unpronounceable", 6, "Unpro…"),
        ("word", 1, "…"),
    ],
)
def test_opening_ends_between_words(text: str, limit: int, expected: str) -> None:
    assert expected == opening(text, limit)


@given(st.text(), st.integers(1, 60))
def test_opening_is_the_beginning_and_never_too_long(text: str, limit: int) -> None:
    found = opening(text, limit)
    assert len(found) <= limit
    assert text.startswith(found.removesuffix(ELLIPSIS)) or found == text
