"""questions/schema.json, twice: a fast yes or no for every file, and messages for the files that need them.

jsonschema takes 4 ms for a full question, four seconds for a bank of 1,000; the checks compiled here take
a fortieth of that.  jsonschema stays the judge: it is asked about everything that they do not accept.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path as File
from typing import Any

from bot.bank.finding import Complaint, Path, shown

HOME = File(__file__).resolve().parents[2] / "questions"
"""Our own bank: beside bot/ in the repository and in the image."""

Check = Callable[[Any], bool]
_NAMES = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number"}
_KEYWORDS = frozenset(
    {"$schema", "$defs", "$ref", "title", "description", "type", "enum", "pattern", "minLength", "maxLength", "minimum"}
    | {"maximum", "exclusiveMinimum", "items", "minItems", "maxItems", "properties", "required", "additionalProperties"}
)


@cache
def rules() -> dict[str, Any]:
    """Return our schema. Raises OSError where questions/schema.json is not beside the package."""
    loaded: dict[str, Any] = json.loads((HOME / "schema.json").read_text(encoding="utf-8"))
    return loaded


@cache
def fits() -> Check:
    """Return a check that accepts only what the schema accepts (it may refuse what jsonschema would accept)."""
    return compiled(rules(), rules())


def compiled(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Check:
    """Return a check of one schema. Raises LookupError for a keyword that is not known here."""
    if "$ref" in schema:
        schema = {**_resolved(schema["$ref"], root), **schema}
    unknown = schema.keys() - _KEYWORDS
    if unknown:
        raise LookupError(f"schema.json uses {', '.join(sorted(unknown))}: teach it to bot/bank/schema.py")
    if "enum" in schema:
        allowed = frozenset(schema["enum"])
        return lambda value: isinstance(value, str) and value in allowed
    match schema["type"]:
        case "string":
            return _text(schema)
        case "array":
            return _array(schema, compiled(schema["items"], root))
        case "object":
            return _object(schema, {name: compiled(rule, root) for name, rule in schema["properties"].items()})
        case "boolean":
            return lambda value: isinstance(value, bool)
        case kind:
            return _number(schema, (int,) if kind == "integer" else (int, float))


def _text(schema: Mapping[str, Any]) -> Check:
    least, most = schema.get("minLength", 0), schema.get("maxLength", sys.maxsize)
    found = re.compile(schema.get("pattern", "")).search
    return lambda value: isinstance(value, str) and least <= len(value) <= most and found(value) is not None


def _number(schema: Mapping[str, Any], kinds: tuple[type, ...]) -> Check:
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above = schema.get("exclusiveMinimum", -math.inf)
    return lambda value: type(value) in kinds and least <= value <= most and value > above


def _array(schema: Mapping[str, Any], item: Check) -> Check:
    least, most = schema.get("minItems", 0), schema.get("maxItems", sys.maxsize)
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(item, value))


def _object(schema: Mapping[str, Any], known: Mapping[str, Check]) -> Check:
    required = frozenset(schema["required"])

    def check(value: Any) -> bool:
        if not (isinstance(value, dict) and required <= value.keys() <= known.keys()):
            return False
        for name, entry in value.items():  # noqa: SIM110 - a generator costs a third more, for every key of the bank
            if not known[name](entry):
                return False
        return True

    return check


def _resolved(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    node: Any = root
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    found: Mapping[str, Any] = node
    return found


def complaints(data: Any) -> list[Complaint]:
    """Return everything that the schema says against a question, in the words of somebody who mends it."""
    from jsonschema import Draft202012Validator  # 0.1 s to import, and only a broken file needs it

    if not isinstance(data, dict):
        return [Complaint((), "this file holds no question", "write keys such as 'id:' and 'prompt:'")]
    found: list[Complaint] = []
    for error in Draft202012Validator(rules()).iter_errors(data):
        found += _said(tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, error)
    return found


def _said(path: Path, keyword: str, wanted: Any, value: Any, error: Any) -> list[Complaint]:
    name = _name(path)
    match keyword:
        case "required":
            missing = [key for key in wanted if key not in value]
            return [
                Complaint(
                    path, f"{name + ' lacks' if path else 'the question lacks'} '{key}'", f"add a line '{key}: …'"
                )
                for key in missing
                if f"'{key}'" in error.message
            ]
        case "additionalProperties":
            allowed = error.schema["properties"]
            return [_unknown((*path, key), key, list(allowed)) for key in value if key not in allowed]
        case "type":
            hint = "put it into quotes" if wanted == "string" else f"write {_NAMES.get(wanted, 'a ' + wanted)}"
            return [Complaint(path, f"{name} is {shown(value)}, not {_NAMES.get(wanted, 'a ' + wanted)}", hint)]
        case "enum":
            return [Complaint(path, f"{name} is {shown(value)}", f"use one of: {', '.join(wanted)}")]
        case "pattern" if "a-z" in wanted:
            return [Complaint(path, f"{name} is {shown(value)}", "use small letters, digits and single hyphens")]
        case "pattern" | "minLength" | "minItems":
            return [Complaint(path, f"{name} is empty", "write something, or delete the key if it is optional")]
        case "maxLength":
            return [Complaint(path, f"{name} has {len(value)} characters", f"shorten it to {wanted}")]
        case "maxItems":
            return [Complaint(path, f"{name} has {len(value)} entries", f"keep at most {wanted}")]
        case "minimum" | "maximum" | "exclusiveMinimum":
            word = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[keyword]
            return [Complaint(path, f"{name} is {shown(value)}", f"use {word} {wanted}")]
    return [Complaint(path, f"{name}: {shown(error.message, 200)}", "compare it with questions/schema.json")]


def _unknown(path: Path, key: str, allowed: list[str]) -> Complaint:
    if key == "category":
        return Complaint(path, "'category' is no key", "delete the line: the folder is the category")
    near = get_close_matches(key, allowed, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"delete it; the keys are: {', '.join(allowed)}"
    return Complaint(path, f"{shown(key)} is no key", hint)


def _name(path: Path) -> str:
    """Return what people call a place: "points, entry 2, skill"."""
    return ", ".join(f"entry {step + 1}" if isinstance(step, int) else f"'{step}'" for step in path)
