"""Forms to modal views and back (pure). What a submission does not bring travels in the view's private metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.slack.limits import HINT
from adapters.slack.text import escape
from bot.chat.model import Field, Form

INPUT = "value"
"""The action id of every input; its block is named after the field."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was opened: Slack's submissions name neither channel nor message, and bring no response address.

    `thread` is where answers go, `parent` the thread that the message itself stands in.
    """

    token: str = ""
    channel: str = ""
    thread: str = ""
    parent: str = ""
    message: str = ""
    reply: str = ""

    def dump(self) -> str:
        """Return it as private metadata."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


def origin_of(metadata: str) -> Origin:
    """Return what `Origin.dump` wrote; an empty one for anything else."""
    try:
        found = json.loads(metadata or "{}")
        return Origin(**{name: value for name, value in found.items() if isinstance(value, str)})
    except (ValueError, TypeError, AttributeError):
        return Origin()


def view(form: Form, origin: Origin) -> dict[str, Any]:
    """Return the view that shows a form."""
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": origin.dump(),
        "title": _plain(form.title),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "blocks": [_input(field) for field in form.fields],
    }


def values_of(state: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by the name of the field; an input left empty is ""."""
    found = state.get("values") or {}
    return {name: (inputs.get(INPUT) or {}).get("value") or "" for name, inputs in found.items()}


def _input(field: Field) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": field.multiline,
        "max_length": field.maximum,
    }
    if field.minimum:
        element["min_length"] = field.minimum
    if field.value:
        element["initial_value"] = field.value
    if field.hint:
        element["placeholder"] = _plain(field.hint[:HINT])
    return {
        "type": "input",
        "block_id": field.name,
        "optional": field.minimum == 0,
        "label": _plain(field.label),
        "element": element,
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": escape(text), "emoji": False}
