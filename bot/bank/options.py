"""The options by which a command narrows down the bank."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.bank.model import Bank
from bot.bank.select import known
from bot.chat.surface import Option, only_named

_HELP: Mapping[str, str] = {
    "format": "only this format",
    "category": "only this category",
    "skill": "only questions that exercise this skill",
    "company": "only this company's questions",
    "set": "an imported set, in its order",
}


def narrowing(bank: Bank, *names: str, **help_: str) -> tuple[Option, ...]:
    """Return the options of filters; what the bank holds of each is offered, and a free word is none of them.

    A free word is for the option that takes any topic, which knows what it means best.
    """
    return tuple(
        Option(name, help_.get(name, _HELP[name]), accepts=only_named, offers=partial(known, bank, name))
        for name in names
    )
