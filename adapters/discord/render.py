"""Cards to Discord's components (pure). What people wrote is escaped, and where that takes too much room, fenced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, assert_never, get_args

from adapters.discord.limits import COMPONENTS, COMPONENTS_V2, CUSTOM_ID, NONCE, ROW, TEXT
from adapters.discord.text import escape
from bot.chat.model import Answer, Button, Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.words import shorten

Payload = dict[str, Any]
_ROW, _BUTTON, _TEXT = 1, 2, 10
"""Types of components."""
_SECONDARY = 2
"""A button's style."""
_COMMAND = re.compile(r"`(/[a-z]+(?: [^`\n]*)?)`")
"""A command in our own words, as in "`/progress why` explains it": shown as code, which it is."""
_LANGUAGE = re.compile(r"[a-z0-9_+.#-]+")
_ANSWERS: Mapping[str, Answer] = {answer[0]: answer for answer in get_args(Answer)}
_UNSEEN = "\u200b"
_GRAVE = "\u02cb"
"""Looks like a backtick, and ends no fence."""
_BARS, _BAR = re.compile(r"(?<=\|)\|"), "\u2502"
"""Two bars end a veil, in a fence too: every second one only looks like one."""
_INT32 = 0x7FFF_FFFF


def message(card: Card, key: str) -> Payload:
    """Return the body of a post.

    `key` travels twice: for some minutes Discord returns the first message to a second one with its nonce, and the id
    of the first component comes back with every message.
    """
    return {**whisper(card, key), "nonce": nonce(key), "enforce_nonce": True}


def whisper(card: Card, key: str) -> Payload:
    """Return the body of an answer to an interaction; whoever sends it adds the flag that hides it from others."""
    return edit(card, key)


def edit(card: Card, key: str = "") -> Payload:
    """Return the body that replaces a message, whatever it was."""
    shown = components(card)
    if key:
        shown[0]["id"] = mark(key)
    return {"components": shown, "flags": COMPONENTS_V2, "allowed_mentions": {"parse": []}}


def mark(key: str) -> int:
    """Return the component id that stands for a key: 31 bits of its hash, never 0."""
    return int.from_bytes(sha256(key.encode()).digest()[:4], "big") & _INT32 or 1


def nonce(key: str) -> str:
    """Return the nonce of a key."""
    return sha256(key.encode()).hexdigest()[:NONCE]


def carries(message: Mapping[str, Any], key: str) -> bool:
    """Tell whether a message that was read back is the one with this key."""
    shown: Sequence[Mapping[str, Any]] = message.get("components") or ()
    return bool(shown) and shown[0].get("id") == mark(key)


def components(card: Card) -> list[Payload]:
    """Return the components of a card that was made to fit; at least one."""
    rows = list(_rows(card.buttons))
    texts = _within(_texts(card), COMPONENTS - len(rows) - len(card.buttons))
    return [{"type": _TEXT, "content": text} for text in texts or (() if rows else (_UNSEEN,))] + rows


# ---------------------------------------------------------------- buttons
@dataclass(frozen=True, slots=True)
class Press:
    """What the custom id of a button says."""

    answer: Answer
    action: str
    token: str


def read_custom_id(custom_id: str) -> Press | None:
    """Return what a button of ours says, None for any other; no state is needed, so that it works for ever."""
    number, _, rest = custom_id.partition(":")
    answer, _, rest = rest.partition(":")
    action, colon, token = rest.partition(":")
    if not (number.isdecimal() and answer in _ANSWERS and action and colon):
        return None
    return Press(_ANSWERS[answer], action, token)


def _rows(buttons: Sequence[Button]) -> Iterator[Payload]:
    for start in range(0, len(buttons), ROW):
        row = [_button(number, button) for number, button in enumerate(buttons[start : start + ROW], start)]
        yield {"type": _ROW, "components": row}


def _button(number: int, button: Button) -> Payload:
    # A custom id is unique within its message: two buttons of one action differ in their number.
    custom_id = f"{number}:{button.answer[0]}:{button.action}:{button.token}"
    if len(custom_id) > CUSTOM_ID:
        raise ValueError(f"the button {custom_id!r} is over {CUSTOM_ID} characters: shorten its action's name")
    return {"type": _BUTTON, "style": _SECONDARY, "label": button.label, "custom_id": custom_id}


# ---------------------------------------------------------------- texts
@dataclass(frozen=True, slots=True)
class _Ways:
    """How a part can be shown: well, or in as few characters as there can be."""

    well: str
    briefly: str


def _texts(card: Card) -> list[str]:
    """Return what stands in the text displays, within what they hold together."""
    ways = [_title(card.title)] if card.title.strip() else []
    ways += [_ways(part) for part in card.body]
    shown = [way.well for way in ways]
    gains = sorted(range(len(ways)), key=lambda n: len(ways[n].briefly) - len(ways[n].well))
    over = sum(map(len, shown)) + len(shown) - TEXT  # one more each: they may be joined by line ends
    for number in gains:
        if over <= 0 or len(ways[number].briefly) >= len(ways[number].well):
            break
        over -= len(ways[number].well) - len(ways[number].briefly)
        shown[number] = ways[number].briefly
    return [text for text in (shown if over <= 0 else _cut(shown)) if text.strip()]


def _cut(shown: Sequence[str]) -> Iterator[str]:
    """Yield what there is room for of a card that was not made to fit."""
    room = TEXT
    for text in shown:
        yield shorten(text, max(0, room - 1))
        room -= len(text) + 1


def _within(texts: list[str], most: int) -> list[str]:
    """Return `texts` in at most `most` pieces: the last ones share one."""
    return texts if len(texts) <= most else [*texts[: most - 1], "\n".join(texts[most - 1 :])]


def _title(title: str) -> _Ways:
    line = " ".join(title.split())
    return _Ways(f"### {escape(line)}", f"### {escape(line)}")


def _ways(part: Part) -> _Ways:
    match part:
        case Text(text=text, small=True):
            return _Ways(_each_line("-# ", text), _fence(text))
        case Text(text=text):
            return _Ways(_words(text), _fence(text))
        case Quote(text=text, spoiler=True):
            return _Ways(_veiled(text), f"||{_fence(_BARS.sub(_BAR, text))}||")
        case Quote(text=text):
            return _Ways(_quoted(text), _fence(text))
        case Code(text=text, language=language):
            return _Ways(_code(text, language), _fence(text))
        case Facts(pairs=pairs):
            lines = ((name.strip(), value) for name, value in pairs)
            plain = "\n".join(f"{name}: {value}" if name else value for name, value in lines)
            return _Ways("\n".join(_fact(name.strip(), value) for name, value in pairs), _fence(plain))
        case Image(alt=alt, name=name):
            return _Ways(_each_line("-# ", alt.strip() or name), _fence(alt.strip() or name))
        case _:
            assert_never(part)


def _words(text: str) -> str:
    """Return a text, our commands as code."""
    pieces = _COMMAND.split(text)
    return "".join(f"`{piece}`" if number % 2 else escape(piece) for number, piece in enumerate(pieces))


def _fact(name: str, value: str) -> str:
    return f"**{escape(name)}**  {_words(value)}" if name else _words(value)


def _each_line(prefix: str, text: str) -> str:
    return "\n".join(prefix + line if line.strip() else "" for line in _words(text).split("\n"))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(text.strip("\n")).split("\n"))


def _veiled(text: str) -> str:
    """Return a quote whose lines are shown when a reader touches them."""
    return "\n".join(f"> ||{_unbarred(line)}||" if line.strip() else "> " for line in text.strip("\n").split("\n"))


def _unbarred(line: str) -> str:
    """Return a line, escaped, whose own bars at its ends are none of the veil's."""
    escaped = re.sub(r"^\|", r"\\|", escape(line))
    return re.sub(r"(?<!\\)\|$", r"\\|", escaped)


def _code(text: str, language: str) -> str:
    known = language.lower() if _LANGUAGE.fullmatch(language.lower()) else ""
    # Discord leaves out blank lines at the beginning; and two backticks of three are no fence.
    held = re.sub("`(?=`)", f"`{_UNSEEN}", text)
    begun = _UNSEEN + held if held.startswith("\n") or not held.strip() else held
    return f"```{known}\n{begun}\n```"


def _fence(text: str) -> str:
    """Return a text with nothing to escape, in 7 characters more than it has."""
    return f"```\n{text.replace('`', _GRAVE)}```"
