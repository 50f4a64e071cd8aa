"""Values of the chat model to text and back, for the queue's rows and for stored addresses."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from bot.chat.model import Conversation, Part, PlatformEvent, Target

T = TypeVar("T")


@lru_cache(maxsize=1)
def _converter() -> JsonConverter:
    converter = make_converter(omit_if_default=True)
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    for union in (Part, Target, PlatformEvent):
        configure_tagged_union(union, converter, tag_name="is")
    return converter


def dump(value: Any, kind: Any = None) -> Any:
    """Return plain data; `kind` names the union that `value` belongs to."""
    return _converter().unstructure(value, unstructure_as=kind)


def parse(data: Any, kind: type[T]) -> T:
    """Return the value that `dump` was given."""
    return _converter().structure(data, kind)


def dumps(value: Any, kind: Any = None) -> str:
    """Return `dump` as text."""
    return text_of(dump(value, kind))


text_of = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Plain data as text; made once, since `json.dumps` would make an encoder for each value."""


def event_text(event: PlatformEvent) -> tuple[str, bool]:
    """Return an event as text, and whether that says all of it.

    Half a character, which no database stores, becomes a question mark.
    """
    text = dumps(event, PlatformEvent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8"), False
    return text, True


def event_of(text: str) -> PlatformEvent:
    """Return the event that `event_text` wrote."""
    event: PlatformEvent = _converter().structure(json.loads(text), cast(Any, PlatformEvent))
    return event


def target(data: Any) -> Target:
    """Return a target from plain data."""
    found: Target = _converter().structure(data, cast(Any, Target))
    return found


def address(where: Conversation) -> str:
    """Return a conversation as one string, for comparing and as a key; never to be taken apart."""
    parts = (where.platform, where.space, where.channel, where.thread, "p" if where.private else "")
    return "|".join(parts)
