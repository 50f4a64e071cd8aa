"""Cards to Block Kit (pure). Bodies are rich text: its words are shown as they are, whatever characters they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, assert_never

from adapters.slack.limits import BUTTONS_A_BLOCK, FALLBACK
from adapters.slack.text import escape
from bot.chat.model import Button, Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.plain import plain

Payload = dict[str, Any]
EVENT = "greenroom"
"""The type of the metadata that carries our key."""
_COMMAND = re.compile(r"`(/[a-z]+(?: [^`\n]*)?)`")
"""A command in our own words, as in "`/progress why` explains it": shown as code, which it is."""


def message(card: Card, key: str) -> Payload:
    """Return the arguments of a post but its address; `key` travels along, so that the post can be found again.

    It travels twice: metadata are Slack's own place for it, and the id of a block comes back with every message.
    """
    metadata = {"event_type": EVENT, "event_payload": {"key": key}}
    words = whisper(card)
    words["blocks"][0]["block_id"] = _block_id(key)
    return {**words, "metadata": metadata, "unfurl_links": False, "unfurl_media": False}


def whisper(card: Card) -> Payload:
    """Return text and blocks of a message that only one person sees; nothing can be found by a key there."""
    return {"text": fallback(card), "blocks": blocks(card)}


def fallback(card: Card) -> str:
    """Return what notifications show and screen readers say."""
    words = escape(plain(card, 0))
    return words if len(words) <= FALLBACK else f"{words[: FALLBACK - 1].rsplit('&', 1)[0].rstrip()}…"


def home(card: Card, metadata: str) -> Payload:
    """Return the view of a home page; `metadata` comes back with each press on it."""
    return {"type": "home", "blocks": blocks(card), "private_metadata": metadata}


def blocks(card: Card) -> list[Payload]:
    """Return the blocks of a card that was made to fit."""
    found: list[Payload] = []
    if card.title:
        found.append({"type": "header", "text": _plain(card.title)})
    found += [_block(part) for part in card.body]
    found += list(_actions(card.buttons))
    return found or [{"type": "section", "text": _plain(" ")}]


def carries(message: Payload, key: str) -> bool:
    """Tell whether a message that was read from the history is the post with this key."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") == EVENT and payload.get("key") == key:
        return True
    marks = [block.get("block_id") for block in message.get("blocks") or ()]
    return marks[:1] == [_block_id(key)]


def _block_id(key: str) -> str:
    return f"key-{sha256(key.encode()).hexdigest()[:32]}"


def _block(part: Part) -> Payload:
    match part:
        case Text(text=text, small=True):
            return {"type": "context", "elements": [_plain(text)]}
        case Text(text=text):
            return _rich({"type": "rich_text_section", "elements": _words(text)})
        case Code(text=text):
            return _rich({"type": "rich_text_preformatted", "elements": [_word(text)]})
        case Quote(text=text):
            return _rich({"type": "rich_text_quote", "elements": [_word(text)]})
        case Facts(pairs=pairs):
            return _rich({"type": "rich_text_section", "elements": list(_facts(pairs))})
        case Image(alt=alt):
            return {"type": "context", "elements": [_plain(alt)]}
        case _:
            assert_never(part)


def _rich(element: Payload) -> Payload:
    return {"type": "rich_text", "elements": [element]}


def _facts(pairs: Iterable[tuple[str, str]]) -> Iterator[Payload]:
    for number, (name, value) in enumerate(pairs):
        yield _word(f"\n{name}  " if number else f"{name}  ", bold=True)
        yield from _words(value)


def _words(text: str) -> list[Payload]:
    """Return a text as elements, our commands as code."""
    pieces = _COMMAND.split(text)
    return [_word(piece, code=bool(number % 2)) for number, piece in enumerate(pieces) if piece] or [_word(" ")]


def _word(text: str, *, bold: bool = False, code: bool = False) -> Payload:
    element: Payload = {"type": "text", "text": text or " "}
    style = {name: True for name, wanted in (("bold", bold), ("code", code)) if wanted}
    return {**element, "style": style} if style else element


def _plain(text: str) -> Payload:
    return {"type": "plain_text", "text": escape(text) or " ", "emoji": False}


def _actions(buttons: tuple[Button, ...]) -> Iterator[Payload]:
    for start in range(0, len(buttons), BUTTONS_A_BLOCK):
        row = buttons[start : start + BUTTONS_A_BLOCK]
        yield {"type": "actions", "elements": [_button(number, button) for number, button in enumerate(row, start)]}


def _button(number: int, button: Button) -> Payload:
    # An action_id is unique within its block: two buttons of one action differ in their number.
    return {
        "type": "button",
        "action_id": f"{number}:{button.answer}:{button.action}",
        "value": button.token or " ",
        "text": _plain(button.label),
    }
