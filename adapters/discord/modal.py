"""Forms to modals and back (pure). A submission brings the message that its button stands on, so nothing travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.discord.limits import CUSTOM_ID, FIELD_HINT, FIELD_LABEL, FIELD_VALUE, MODAL_FIELDS, MODAL_TITLE
from bot.chat.model import Field, Form
from bot.chat.words import shorten

_INPUT, _LABEL = 4, 18
"""Types of components."""
_LINE, _PARAGRAPH = 1, 2
"""Styles of an input."""


def modal(form: Form, token: str = "") -> dict[str, Any]:
    """Return the modal that shows a form; `token` is that of the button which opens it."""
    custom_id = f"{form.id}:{form.token or token}"
    if len(custom_id) > CUSTOM_ID or len(form.fields) > MODAL_FIELDS:
        raise ValueError(f"the form {form.id!r} has over {MODAL_FIELDS} fields or a custom id over {CUSTOM_ID}")
    return {
        "custom_id": custom_id,
        "title": shorten(form.title, MODAL_TITLE),
        "components": [_labelled(field) for field in form.fields],
    }


def read_custom_id(custom_id: str) -> tuple[str, str]:
    """Return the form's id and the token that a submission comes with."""
    form, _, token = custom_id.partition(":")
    return form, token


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by the name of the field; an input left empty is ""."""
    return {str(one["custom_id"]): str(one.get("value") or "") for one in _inputs(data.get("components"))}


def _inputs(found: Any) -> Iterator[Mapping[str, Any]]:
    for one in found if isinstance(found, list) else ():
        match one:
            case {"component": Mapping() as inner}:
                yield from _inputs([inner])
            case {"components": list() as several}:
                yield from _inputs(several)
            case {"custom_id": str()}:
                yield one


def _labelled(field: Field) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": _INPUT,
        "custom_id": field.name,
        "style": _PARAGRAPH if field.multiline else _LINE,
        "max_length": max(1, min(field.maximum, FIELD_VALUE)),
        "required": field.minimum > 0,
    }
    if field.minimum:
        element["min_length"] = field.minimum
    if field.value:
        element["value"] = field.value
    if field.hint:
        element["placeholder"] = shorten(field.hint, FIELD_HINT)
    return {"type": _LABEL, "label": shorten(field.label, FIELD_LABEL), "component": element}
