"""Every sentence about what cannot be read of a schedule and its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chat.model import Card
from bot.chat.phrases import alternatives, either, say

_HAS: Mapping[str, str] = {"category": "is in the category", "set": "belongs to the set"}
"""How a question has a value of a filter, where "has the company" would sound odd."""


def unknown_zone(word: str, near: Sequence[str]) -> Card:
    """Say that a time zone does not exist."""
    hint = f"Did you mean {alternatives([f'`{name}`' for name in near])}?" if near else "Write it like `Europe/London`."
    return say(f"I do not know the time zone `{word}`. {hint}")


def unknown_filter(word: str, near: Sequence[str]) -> Card:
    """Say that a word names no filter."""
    hint = f" Did you mean {alternatives([f'`{name}`' for name in near])}?" if near else ""
    return say(
        f"I do not know what `{word}` means here.{hint} Filters look like `level=mid`, `format=incident`, "
        "`skill=triage`, `company=Amazon`; a time zone looks like `Europe/Berlin`."
    )


def unknown_value(name: str, value: str, near: Sequence[str], there: Sequence[str]) -> Card:
    """Say that no question has a value; `near` may be meant, `there` is all that could be asked for, if it is few."""
    head = f"No question {_HAS.get(name, f'has the {name}')} {value}."
    if near:
        return say(f"{head} Did you mean {either(near)}?")
    if there:
        return say(f"{head} Type {either(there)}, or leave it out.")
    return say(f"{head} Name another one, or leave it out.")


def no_values(name: str) -> Card:
    """Say that the bank has nothing to filter by."""
    return say(f"No question here has a {name}: leave `{name}=` out.")


def bad_grace(hours: str) -> Card:
    """Say what a grace looks like."""
    return say(f"`grace={hours}` is not a number of hours from 0 to 23. Write it like `grace=6`.")
