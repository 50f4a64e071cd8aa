"""The strictness of a double: what is handed over is demanded to be as the platform wants it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import assert_never

from bot.chat.model import (
    FORM_TITLE_LIMIT,
    TOKEN_LIMIT,
    Button,
    Capabilities,
    Card,
    Code,
    Facts,
    Form,
    Image,
    Part,
    Quote,
    Text,
)
from bot.chat.surface import Surface
from bot.chat.words import clean


class Strict(ABC):
    """Keeps what was broken in `broken`."""

    capabilities: Capabilities

    def __init__(self) -> None:
        """Begin with nothing broken."""
        self.broken: list[str] = []
        self.surface: Surface | None = None

    @abstractmethod
    def check_sizes(self, card: Card, *, home: bool = False) -> None:
        """Demand that a card is within the platform's sizes."""

    @abstractmethod
    def check_form(self, form: Form) -> None:
        """Demand that a form is one that the platform opens."""

    def demand(self, true: bool, otherwise: str) -> None:
        """Raise AssertionError, now and at the end, unless it is true."""
        if not true:
            self.broken.append(otherwise)
            raise AssertionError(otherwise)

    def check_card(self, card: Card, *, home: bool = False) -> None:
        """Demand a card that this platform takes."""
        self.demand(bool(card.title or card.body or card.buttons), "an empty card was handed over")
        for text in (card.title, *texts(card), *(button.label for button in card.buttons)):
            self.demand(clean(text) == text, f"control characters in {text!r}")
        for part in card.body:
            self.demand(isinstance(part, Image) or bool("".join(texts_of(part)).strip()), f"nothing to see in {part}")
            self.demand(self.capabilities.images or not isinstance(part, Image), "no images here")
        for button in card.buttons:
            self._check_button(button)
        self.check_sizes(card, home=home)

    def _check_button(self, button: Button) -> None:
        declared = {action.name: action.answer for action in self.surface.actions} if self.surface else {}
        self.demand(button.action in declared, f"no feature declares the action {button.action!r}")
        self.demand(
            button.answer == declared[button.action],
            f"{button.action!r} is declared as {declared[button.action]!r}, its button says {button.answer!r}",
        )
        self.demand(len(button.token) <= TOKEN_LIMIT, f"token over {TOKEN_LIMIT}: {button.token!r}")
        self.demand(
            0 < len(button.label.strip()) <= len(button.label) <= self.capabilities.max_label, f"label {button}"
        )

    def check_surface(self, surface: Surface) -> None:
        """Demand commands that can be offered; platforms add their own demands."""
        names = [command.name for command in surface.commands]
        self.demand(len(set(names)) == len(names), "a command is declared twice")
        self.demand(all(name == name.lower() for name in names), "names of commands are lower case")

    def check_common_form(self, form: Form) -> None:
        """Demand what every platform wants of a form."""
        self.demand(0 < len(form.title) <= FORM_TITLE_LIMIT, f"form title {form.title!r}: 1 to {FORM_TITLE_LIMIT}")
        self.demand(len(form.token) <= TOKEN_LIMIT, f"token over {TOKEN_LIMIT}: {form.token!r}")
        names = [field.name for field in form.fields]
        self.demand(bool(names) and len(set(names)) == len(names), f"form {form.id!r}: fields with names of their own")
        for field in form.fields:
            fine = 0 <= field.minimum <= field.maximum and len(field.value) <= field.maximum and field.label
            self.demand(bool(fine), f"field {field.name!r}: label, lengths or value")


def texts(card: Card) -> list[str]:
    """Return every text of a card's body."""
    return [text for part in card.body for text in texts_of(part)]


def texts_of(part: Part) -> tuple[str, ...]:
    """Return every text of a part."""
    match part:
        case Text() | Code() | Quote():
            return (part.text,)
        case Facts():
            return tuple(text for pair in part.pairs for text in pair)
        case Image():
            return (part.alt,)
        case _:
            assert_never(part)
