"""The fast check of the schema, against jsonschema as the judge."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from bank_samples import VALID
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.bank import schema
from bot.bank.finding import Complaint
from bot.bank.pages import levels
from bot.bank.pages.layout import ID_LIMIT

JUDGE = Draft202012Validator(schema.rules())
FULL: dict[str, Any] = {
    **yaml.safe_load(VALID),
    "revision": 2,
    "minutes": 5,
    "rounds": ["phone"],
    "skills": ["triage"],
    "principles": ["ownership"],
    "why": "Because.",
    "set": "a-set",
    "inferred": ["format"],
}
ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1,
        1.0,
        3.5,
        99999,
        "",
        " ",
        "x",
        "Not An Id",
        "junior",
        "a" * 3000,
        [],
        [""],
        ["x"] * 30,
        {},
        {"a": 1},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [p for key, entry in value.items() for p in places(entry, (*path, key))]
    if isinstance(value, list):
        return found + [p for n, entry in enumerate(value) for p in places(entry, (*path, n))]
    return found


def test_schema_is_valid_itself() -> None:
    Draft202012Validator.check_schema(schema.rules())


def test_schema_fits_whole_question() -> None:
    assert JUDGE.is_valid(FULL)
    assert schema.fits()(FULL)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(FULL)), st.one_of(ODD, st.just("delete")), st.booleans())
def test_schema_fits_only_what_jsonschema_accepts(path: tuple[Any, ...], odd: Any, extra: bool) -> None:
    data = copy.deepcopy(FULL)
    parent: Any = data
    for step in path[:-1]:
        parent = parent[step]
    if odd == "delete":
        del parent[path[-1]]
    else:
        parent[path[-1]] = odd
    if extra:
        data["colour"] = "blue"
    accepted = JUDGE.is_valid(data)
    if schema.fits()(data):
        assert accepted
    elif accepted:
        assert odd == 1.0  # only jsonschema calls it an integer; then it decides
    assert accepted == (not schema.complaints(data))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"level": "middle"},
            Complaint(("level",), "'level' is 'middle'", "use one of: junior, mid, senior, lead, principal"),
        ),
        (
            {"id": "Lost Orders"},
            Complaint(("id",), "'id' is 'Lost Orders'", "use small letters, digits and single hyphens"),
        ),
        ({"id": 12}, Complaint(("id",), "'id' is 12, not text", "put it into quotes")),
        (
            {"points": []},
            Complaint(("points",), "'points' is empty", "write something, or delete the key if it is optional"),
        ),
        ({"minutes": 0}, Complaint(("minutes",), "'minutes' is 0", "use at least 1")),
        ({"skils": []}, Complaint(("skils",), "'skils' is no key", "did you mean 'skills'?")),
        (
            {"category": "x"},
            Complaint(("category",), "'category' is no key", "delete the line: the folder is the category"),
        ),
        ({"prompt": "x" * 2001}, Complaint(("prompt",), "'prompt' has 2001 characters", "shorten it to 2000")),
    ],
)
def test_schema_complaint_says_what_and_what_to_do(change: dict[str, Any], complaint: Complaint) -> None:
    assert [complaint] == schema.complaints({**FULL, **change})


def test_schema_complaint_of_missing_keys_names_each() -> None:
    data = {key: value for key, value in FULL.items() if key not in {"prompt", "level"}}
    found = schema.complaints(data)
    assert [complaint.what for complaint in found] == ["the question lacks 'prompt'", "the question lacks 'level'"]


def test_schema_with_unknown_keyword_is_not_compiled() -> None:
    with pytest.raises(LookupError, match="uniqueItems"):
        schema.compiled({"type": "array", "uniqueItems": True, "items": {"type": "string"}}, {})


def test_importer_limits_are_those_of_the_schema() -> None:
    rules = schema.rules()
    keys, parts = rules["properties"], rules["$defs"]
    assert levels.LENGTHS["prompt"] == keys["prompt"]["maxLength"]
    assert levels.LENGTHS["introduction"] == keys["why"]["maxLength"]
    assert levels.LENGTHS["example answer"] == keys["example"]["maxLength"]
    assert levels.LENGTHS["bullet"] == parts["point"]["properties"]["text"]["maxLength"]
    assert levels.LENGTHS["bullet"] == parts["flag"]["properties"]["text"]["maxLength"]
    assert (keys["points"]["maxItems"], keys["flags"]["maxItems"]) == (levels.ENTRIES, levels.ENTRIES)
    assert parts["id"]["maxLength"] == ID_LIMIT
