"""What Discord refuses: messages, forms and commands of the wrong shape or size.

Shapes are judged by the referee, which checks them against what Discord publishes, where the folder with it lies
beside the repository; sizes and what its specification leaves out are judged here.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from adapters.discord.fake.model import JSON, V2, Refused
from adapters.discord.fake.reading import flat

REFEREE = Path(__file__).resolve().parents[3] / ".." / "shared" / "specs" / "referee.py"
CONTENT, DISPLAYS, COMPONENTS, ROWS, EMBEDS = 2_000, 4_000, 40, 5, 6_000
"""Characters of content and of all text displays together, components of a message, rows without components v2, and
characters of all embeds together."""
CUSTOM_ID, LABEL, FIELD_LABEL, TITLE, COMMANDS = 100, 80, 45, 45, 100
_SHORT = re.compile(r'"\d{15,20}"')
_TIMES = re.compile(r'"\d{4}-\d\d-\d\dT[0-9:.+]+"')


@cache
def referee() -> Any:
    """Return the referee, None where it is not there."""
    if not REFEREE.exists():
        return None
    spec = importlib.util.spec_from_file_location("discord_referee", REFEREE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def invalid(where: str, why: str, code: str = "BASE_TYPE_BAD") -> Refused:
    """Return the refusal of a body, with what is wrong in which field."""
    return Refused(400, 50035, "Invalid Form Body", errors={where: {"_errors": [{"code": code, "message": why}]}})


def check_request(method: str, path: str, body: Any) -> None:
    """Raise Refused for a request that no such operation takes."""
    if referee() is not None:
        reasons = _request_errors(method, _alike(path), _alike(json.dumps(body, sort_keys=True)))
        if reasons:
            raise invalid("body", "; ".join(reasons))


def answer_errors(method: str, path: str, status: int, body: Any) -> tuple[str, ...]:
    """Return what is wrong with an answer of ours, if it is none of an error."""
    if referee() is None or not 200 <= status < 300:
        return ()
    return _answer_errors(method, _alike(path), status, _alike(json.dumps(body)))


def _alike(text: str) -> str:
    """Return a text whose ids and times are all the same: what was judged once need not be judged again."""
    text = re.sub(r"/\d{15,20}", "/100000000000000001", text)
    return _TIMES.sub('"2026-11-20T08:00:00+00:00"', _SHORT.sub('"100000000000000001"', text))


@cache
def _request_errors(method: str, path: str, body: str) -> tuple[str, ...]:
    return tuple(referee().discord_request_errors(method, path, json.loads(body)))


@cache
def _answer_errors(method: str, path: str, status: int, body: str) -> tuple[str, ...]:
    return tuple(referee().discord_response_errors(method, path, status, json.loads(body)))


# ---------------------------------------------------------------- messages
def check_message(body: JSON, flags: int, *, kept: bool = False) -> None:
    """Raise Refused for a message that is too long, empty or contradicts itself; `kept`: an edit leaves the rest."""
    content, embeds, components = (body.get(name) or [] for name in ("content", "embeds", "components"))
    if len(content) > CONTENT:
        raise invalid("content", f"Must be {CONTENT} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if flags & V2:
        _check_layout(content, embeds, components)
    else:
        _check_rows(components)
    _check_embeds(embeds)
    _check_components(components)
    if not (content or embeds or components or body.get("attachments") or kept):
        raise Refused(400, 50006, "Cannot send an empty message")
    _check_mentions(body.get("allowed_mentions") or {})


def _check_layout(content: Any, embeds: Any, components: list[JSON]) -> None:
    if content or embeds:
        raise invalid("flags", "content and embeds cannot be used with components v2", "LEGACY_FIELDS_WITH_V2")
    displayed = sum(len(one["content"]) for one in flat(components) if one.get("type") == 10)
    if displayed > DISPLAYS:
        raise invalid("components", f"{displayed} characters displayed, {DISPLAYS} at most", "COMPONENT_MAX_TEXT")


def _check_rows(components: list[JSON]) -> None:
    if len(components) > ROWS:
        raise invalid("components", f"Must be {ROWS} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if any(one.get("type") != 1 for one in components):
        raise invalid("components", "Value of field type must be one of (1,).", "BASE_TYPE_CHOICES")


def _check_embeds(embeds: Iterable[JSON]) -> None:
    for embed in embeds:
        if not any(embed.get(name) for name in ("title", "description", "fields", "image", "footer", "author")):
            raise Refused(400, 50006, "Cannot send an empty message")
        fields = embed.get("fields") or []
        if len(embed.get("title") or "") > 256 or len(embed.get("description") or "") > 4_096 or len(fields) > 25:
            raise invalid("embeds", "title 256, description 4096, 25 fields", "BASE_TYPE_MAX_LENGTH")
        for field in fields:
            if not 0 < len(field["name"]) <= 256 or not 0 < len(field["value"]) <= 1_024:
                raise invalid("embeds", "field name 1 to 256, value 1 to 1024", "BASE_TYPE_BAD_LENGTH")


def _check_components(components: list[JSON]) -> None:
    everything = list(flat(components))
    if len(everything) > COMPONENTS:
        raise invalid("components", f"{len(everything)} components, {COMPONENTS} at most", "COMPONENT_MAX_COUNT")
    _check_unique([one["custom_id"] for one in everything if one.get("custom_id")], "CUSTOM_ID")
    _check_unique([one["id"] for one in everything if one.get("id")], "ID")
    for one in everything:
        match one.get("type"):
            case 1 if not 1 <= len(one.get("components") or []) <= 5:
                raise invalid("components", "a row holds 1 to 5 components", "BASE_TYPE_BAD_LENGTH")
            case 2:
                _check_button(one)
            case 10 if not one["content"].strip():
                raise invalid("content", "This field is required", "BASE_TYPE_REQUIRED")
            case 4:
                raise invalid("components", "a text input outside of a form", "BASE_TYPE_CHOICES")


def _check_button(button: JSON) -> None:
    if not (button.get("label") or "").strip() and not button.get("emoji"):
        raise invalid("label", "a button needs a label or an emoji", "BUTTON_COMPONENT_INVALID")
    if len(button.get("label") or "") > LABEL:
        raise invalid("label", f"Must be {LABEL} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    if button.get("style") != 5 and not 0 < len(button.get("custom_id") or "") <= CUSTOM_ID:
        raise invalid("custom_id", f"1 to {CUSTOM_ID} characters", "BASE_TYPE_BAD_LENGTH")


def _check_unique(found: list[Any], what: str) -> None:
    if len(set(found)) < len(found):
        raise invalid("components", f"{what.lower()} cannot be duplicated", f"COMPONENT_{what}_DUPLICATED")


def _check_mentions(allowed: JSON) -> None:
    for several, name in (("users", "users"), ("roles", "roles")):
        if name in (allowed.get("parse") or []) and allowed.get(several):
            raise invalid("allowed_mentions", f"parse:{name} and {several} are mutually exclusive", "MESSAGE_ALLOWED")


# ---------------------------------------------------------------- forms
def check_modal(body: JSON) -> None:
    """Raise Refused for a form that cannot be opened."""
    if not 0 < len(body.get("title") or "") <= TITLE:
        raise invalid("title", f"1 to {TITLE} characters", "BASE_TYPE_BAD_LENGTH")
    if not 0 < len(body.get("custom_id") or "") <= CUSTOM_ID:
        raise invalid("custom_id", f"1 to {CUSTOM_ID} characters", "BASE_TYPE_BAD_LENGTH")
    components = body.get("components") or []
    if not 1 <= len(components) <= 5:
        raise invalid("components", "Must be between 1 and 5 in length.", "BASE_TYPE_BAD_LENGTH")
    everything = list(flat(components))
    _check_unique([one["custom_id"] for one in everything if one.get("custom_id")], "CUSTOM_ID")
    _check_unique([one["id"] for one in everything if one.get("id")], "ID")
    for holder in components:
        _check_holder(holder)


def _check_holder(holder: JSON) -> None:
    match holder.get("type"):
        case 18:
            inputs = [holder["component"]]
            label = holder.get("label") or ""
            if inputs[0].get("label"):
                raise invalid("label", "an input in a label has none of its own", "BASE_TYPE_BAD")
        case 1:
            inputs = holder.get("components") or []
            label = (inputs[0] if inputs else {}).get("label") or ""
        case _:
            return
    if len(inputs) != 1 or not 0 < len(label) <= FIELD_LABEL:
        raise invalid("components", f"one input, its label 1 to {FIELD_LABEL} characters", "BASE_TYPE_BAD_LENGTH")
    if inputs[0].get("type") != 4:
        return
    least, most = int(inputs[0].get("min_length") or 0), int(inputs[0].get("max_length") or 4_000)
    value = inputs[0].get("value") or ""
    if not 0 <= least <= most <= 4_000 or len(value) > most or (value and len(value) < least):
        raise invalid("value", f"{least} to {most} characters", "BASE_TYPE_BAD_LENGTH")


# ---------------------------------------------------------------- commands
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")


def check_commands(commands: list[JSON]) -> None:
    """Raise Refused for commands that cannot be offered."""
    if len(commands) > COMMANDS:
        raise Refused(400, 30032, "Maximum number of application commands reached (100)")
    names = [command["name"] for command in commands]
    if len(set(names)) < len(names):
        raise invalid("name", "Application command names must be unique", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for command in commands:
        _check_command(command, depth=0)


def _check_command(command: JSON, depth: int) -> None:
    name, options = command["name"], command.get("options") or []
    if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
        raise invalid("name", f"{name!r} is no name", "STRING_TYPE_REGEX")
    if not 0 < len(command.get("description") or "") <= 100:
        raise invalid("description", f"{name}: 1 to 100 characters", "BASE_TYPE_BAD_LENGTH")
    if len(options) > 25 or len({o["name"] for o in options}) < len(options):
        raise invalid("options", f"{name}: 25 options of different names", "BASE_TYPE_MAX_LENGTH")
    nested = [option for option in options if option["type"] in (1, 2)]
    if nested and len(nested) < len(options):
        raise invalid("options", f"{name}: subcommands and options do not mix", "APPLICATION_COMMAND_OPTIONS_TYPE")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise invalid("options", f"{name}: required options stand first", "APPLICATION_COMMAND_OPTIONS_REQUIRED")
    for option in options:
        if option in nested and depth + option["type"] > 3:
            raise invalid("options", f"{name}: subcommands are too deep", "APPLICATION_COMMAND_OPTIONS_TYPE")
        _check_choices(option)
        _check_command(option, depth + 1)


def _check_choices(option: JSON) -> None:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        raise invalid("autocomplete", f"{option['name']}: choices and completion exclude each other", "BASE_TYPE_BAD")
    if len(choices) > 25 or any(not 0 < len(choice["name"]) <= 100 for choice in choices):
        raise invalid("choices", f"{option['name']}: 25 choices of 1 to 100 characters", "BASE_TYPE_MAX_LENGTH")
