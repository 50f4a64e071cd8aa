"""A card within the limits of a platform: split where it is too long, degraded where it cannot be shown (pure).

Sizes count the characters of the card itself: title, texts, facts with their ": ", alt texts.  Labels of buttons and
the marks that an adapter adds (fences, escapes) are not counted: the adapter's `Capabilities` leave room for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.chat.model import Button, Capabilities, Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.words import Cut, between_lines, between_words, clean, lines_end, pieces, shorten, words_end


def fit(card: Card, capabilities: Capabilities) -> tuple[Card, ...]:
    """Return the cards that show `card` within `capabilities`, in order; at least one.

    No visible character of title, texts, code, quotes and facts is lost: a title that is too long goes on in the
    text.  Buttons stand on the last card, and on further ones where they are too many; labels that are too long end
    in an ellipsis.  Parts without a visible character are left out, but for blank lines of code.  Fitting a fitted
    card changes nothing.
    """
    limit = max(1, min(capabilities.max_text, capabilities.max_message))
    title, *overflow = _title(clean(card.title), min(capabilities.max_title, capabilities.max_message), limit)
    cards = _Cards(capabilities, limit, title)
    for part in (*overflow, *card.body):
        for shown in _showable(part, capabilities, limit):
            cards.add(shown)
    return _with_buttons(cards.all(), [_labelled(b, capabilities.max_label) for b in card.buttons], capabilities)


def size(part: Part) -> int:
    """Return the characters that a part takes of its message."""
    match part:
        case Text() | Code() | Quote():
            return len(part.text)
        case Facts():
            return sum(len(_line(name, value)) for name, value in part.pairs) + max(0, len(part.pairs) - 1)
        case Image():
            return len(part.alt)
        case _:
            assert_never(part)


@dataclass
class _Cards:
    """The cards so far, and the one that is being filled."""

    capabilities: Capabilities
    limit: int
    title: str
    done: list[Card] = field(default_factory=list)
    body: list[Part] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Put a part on this card or the next; what fits whole on the next is cut only to follow a lone title."""
        if size(part) <= min(self._room(), self.limit):
            self.body.append(part)
            return
        for piece in self._pieces(part) if isinstance(part, Text | Code | Quote) else (part,):
            if size(piece) > self._room():
                self._turn()
            self.body.append(piece)

    def all(self) -> list[Card]:
        """Return every card; an empty one if there is nothing to show."""
        self._turn()
        return self.done or [Card()]

    def _room(self) -> int:
        if len(self.body) >= max(1, self.capabilities.max_parts):
            return -1
        return self.capabilities.max_message - len(self.title) - sum(size(part) for part in self.body)

    def _pieces(self, part: Text | Code | Quote) -> Iterator[Part]:
        cut = lines_end if isinstance(part, Code) else words_end
        for text in pieces(part.text, self.limit, first=self._first(part, cut), cut=cut):
            yield from _visible(replace(part, text=text))

    def _first(self, part: Text | Code | Quote, cut: Cut) -> int | None:
        """Return how much of a text still goes on this card; None where it had better begin on the next."""
        room = min(self._room(), self.limit)
        fits_whole = size(part) <= self.limit and (self.body or not self.title)
        if room * 4 < self.limit or fits_whole:  # no orphaned words at the end of a card
            return None
        edge = between_lines if isinstance(part, Code) else between_words
        end = cut(part.text, room)
        start = next(i for i in range(end, -1, -1) if edge(part.text, i))
        stop = next(i for i in range(end, len(part.text) + 1) if edge(part.text, i))
        return room if stop - start > self.limit or start == stop else None

    def _turn(self) -> None:
        if self.title or self.body:
            self.done.append(Card(self.title, tuple(self.body)))
        self.title, self.body = "", []


def _title(title: str, limit: int, text_limit: int) -> tuple[str, *tuple[Text, ...]]:
    if not title.strip():
        return ("",)
    if len(title) <= limit:
        return (title,)
    if limit <= 0:
        return "", Text(title)
    title = title.lstrip()  # else the first piece could be blank: no title at all
    head, *rest = pieces(title, text_limit, first=limit)
    return head, Text("".join(rest))


def _showable(part: Part, capabilities: Capabilities, limit: int) -> Iterator[Part]:
    """Yield what the platform can show of a part, each piece of it within `limit` unless it is a text."""
    match part:
        case Text() | Code() | Quote():
            text = clean(part.text)
            yield from _visible(part if text is part.text else replace(part, text=text))
        case Facts():
            yield from _facts([(clean(name), clean(value)) for name, value in part.pairs], capabilities, limit)
        case Image():
            image = replace(part, name=clean(part.name), alt=clean(part.alt))
            if not capabilities.images:
                yield from _visible(Text(image.alt if image.alt.strip() else image.name))
                return
            yield replace(image, alt=shorten(image.alt, limit))
            if len(image.alt) > limit:
                yield from _visible(Text(image.alt))
        case _:
            assert_never(part)


def _visible(part: Text | Code | Quote) -> tuple[Part, ...]:
    """Return the part if it shows anything; a line end may be all that fits between two long lines of code."""
    return (part,) if part.text.strip() or (isinstance(part, Code) and "\n" in part.text) else ()


def _facts(pairs: Sequence[tuple[str, str]], capabilities: Capabilities, limit: int) -> Iterator[Part]:
    shown = [(name, value) for name, value in pairs if (name + value).strip()]
    if len(shown) > capabilities.max_facts:
        yield from _visible(Text("\n".join(_line(name, value) for name, value in shown)))
        return
    table: list[tuple[str, str]] = []
    for pair in shown:
        if table and size(Facts((*table, pair))) > limit:
            yield Facts(tuple(table))
            table = []
        if size(Facts((pair,))) > limit:
            yield from _visible(Text(_line(*pair)))
        else:
            table.append(pair)
    if table:
        yield Facts(tuple(table))


def _line(name: str, value: str) -> str:
    return f"{name}: {value}" if name.strip() else value


def _labelled(button: Button, limit: int) -> Button:
    return replace(button, label=shorten(" ".join(clean(button.label).split()), limit))


def _with_buttons(cards: list[Card], buttons: Sequence[Button], capabilities: Capabilities) -> tuple[Card, ...]:
    most = max(1, capabilities.max_buttons)
    rows = [tuple(buttons[start : start + most]) for start in range(0, len(buttons), most)]
    if rows:
        cards[-1] = replace(cards[-1], buttons=rows[0])
    return (*cards, *(Card(buttons=row) for row in rows[1:]))
