"""Small shapes that the cards of every feature share (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.model import Card, Text


def say(words: str) -> Card:
    """Return a card of plain words."""
    return Card("", (Text(words),))


def alternatives(words: Sequence[str]) -> str:
    """Return words as a choice: "a, b or c"; "" for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"


def either(words: Sequence[str]) -> str:
    """Return things to type as a choice, each between backticks."""
    return alternatives([word if word.startswith("`") else f"`{word}`" for word in words])
