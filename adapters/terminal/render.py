"""What the terminal shows: cards and forms as readable text or as one JSON object a line (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, assert_never

from adapters.terminal import cards
from adapters.terminal.forms import OpenForm
from adapters.terminal.inbound import without_escapes
from bot.chat.model import Button, Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.plain import plain
from bot.chat.words import clean, columns, pieces_of_line

WIDEST = 88
"""Columns beyond which lines are hard to read, however wide the window is."""
SUBMIT = "Submit"

Kind = Literal["post", "edit", "whisper", "form"]
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Display:
    """One thing that is shown. `in_` is "#channel" or "dm:NAME", `thread` the id of the root post or "".

    `to` is whom a whisper or a form is for, `id` the message ("" for a form).
    """

    id: str
    at: datetime
    in_: str
    thread: str
    to: str
    kind: Kind
    card: Card

    @property
    def title(self) -> str:
        """The card's title."""
        return title_of(self.card)

    @property
    def text(self) -> str:
        """What the card says below its title, not wrapped."""
        return text_of(self.card)

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels of the buttons."""
        return tuple(button.label for button in self.card.buttons)


Sink = Callable[[Display], None]


def title_of(card: Card) -> str:
    """Return the title alone."""
    return plain(Card(title=without_escapes(card.title)), 0)


def text_of(card: Card) -> str:
    """Return the text without its title, not wrapped."""
    return plain(Card(body=harmless(card).body), 0)


def harmless(card: Card) -> Card:
    """Return the card without anything that would steer the terminal or turn its text around."""
    buttons = tuple(replace(b, label=clean(_still(b.label))) for b in card.buttons)
    return Card(_still(card.title), tuple(_still_part(part) for part in card.body), buttons)


def form_card(opened: OpenForm, problem: str = "") -> Card:
    """Return a form as a card: what is wrong, if something is, then each field with what stands in it."""
    form = opened.form
    lines = [cards.field_line(f, named=len(form.fields) > 1) for f in form.fields]
    body = tuple(Text(line) for line in ([problem] if problem else []) + lines)
    return Card(form.title, body, (Button("", "", SUBMIT, "quiet"),))


def json_line(shown: Display, *, only_ascii: bool = False) -> str:
    """Return one JSON object on one line; what a terminal could take for a command is escaped."""
    values = {
        "at": shown.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "in": shown.in_,
        "thread": shown.thread,
        "to": shown.to,
        "kind": shown.kind,
        "title": shown.title,
        "text": shown.text,
        "buttons": list(shown.buttons),
    }
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(values, ensure_ascii=only_ascii))


def readable(
    shown: Display, *, width: int = WIDEST, numbers: Sequence[int] = (), bold: bool = False, clock: str = ""
) -> str:
    """Return a block of text: where and when, the title, the text, the buttons (with `numbers` to press them by).

    `clock` replaces the time, which is otherwise given in UTC.
    """
    width = max(20, min(width, WIDEST))
    card = harmless(shown.card)
    when = clock or shown.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [_dim(cards.heading(shown.in_, bool(shown.thread), shown.to, shown.kind, when), bold)]
    if card.title:
        title = plain(Card(title=card.title), width).split("\n")
        lines += [_strong(piece, bold) for line in title for piece in pieces_of_line(line, width)]
    text = plain(Card(body=card.body), width)
    lines += [text] if text else []
    labels = [f"[{n}] {b.label}" for n, b in zip(numbers, card.buttons, strict=True)] if numbers else []
    labels = labels or [f"[{b.label}]" for b in card.buttons]
    return "\n".join([*lines, *_rows(labels, width)])


def _rows(labels: Sequence[str], width: int) -> list[str]:
    """Put labels side by side where there is room; none is broken."""
    rows: list[str] = []
    for label in labels:
        if rows and columns(rows[-1]) + 2 + columns(label) <= width:
            rows[-1] += "  " + label
        else:
            rows.append(label)
    return rows


def _still(text: str) -> str:
    return _DIRECTIONS.sub("", without_escapes(text))


def _still_part(part: Part) -> Part:
    match part:
        case Text():
            return replace(part, text=_still(part.text))
        case Code():
            return replace(part, text=_still(part.text))
        case Quote():
            return Quote(_still(part.text), part.spoiler)
        case Facts():
            return Facts(tuple((_still(name), _still(value)) for name, value in part.pairs))
        case Image():
            return replace(part, name=_still(part.name), alt=_still(part.alt))
        case _:
            assert_never(part)


def _strong(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def _dim(text: str, bold: bool) -> str:
    return f"\x1b[2m{text}\x1b[0m" if bold else text
