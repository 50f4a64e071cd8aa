"""A question as its file holds it <-> a question as the house uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.bank.model import Flag, Point, Probe, Question

_TEXTS = frozenset(
    [
        "prompt",
        "why",
        "example",
        "weak_example",
        "company",
        "role",
        "source",
        "set",
        "guide",
        "quick_answer",
        "model_answer",
        "id",
    ]
)
_LISTS = ("skills", "principles", "rounds", "inferred")
_DEFAULTS: Mapping[str, object] = {f.name: f.default for f in fields(Question)}
_ORDER = (
    "id", "revision", "prompt", "level", "format", "difficulty", "rounds", "minutes", "company", "role", "skills",
    "principles", "why", "points", "flags", "probes", "quick_answer", "example", "weak_example", "model_answer",
    "guide", "source", "set", "inferred",
)  # fmt: skip
"""Keys in the order in which a person reads them; `category` is the folder."""


def question(data: Mapping[str, Any], category: str) -> Question:
    """Return the question of a file that fits the schema; texts lose the white space around them."""
    values: dict[str, Any] = dict(data)
    for key in _TEXTS & values.keys():
        values[key] = values[key].strip()
    for key in _LISTS:
        values[key] = tuple([entry.strip() for entry in values.get(key, ())])
    points = tuple([_point(point) for point in values["points"]])
    values["points"] = points
    values["flags"] = tuple([_flag(flag) for flag in values.get("flags", ())])
    values["probes"] = tuple([Probe(p["for"].strip(), p["ask"].strip()) for p in values.get("probes", ())])
    values["skills"] = values["skills"] or skills_of(points)
    return Question(category=category, **values)


def skills_of(points: tuple[Point, ...]) -> tuple[str, ...]:
    """Return the skills that points exercise, each once, in the order of the points."""
    return tuple(dict.fromkeys(point.skill for point in points))


def _point(data: Mapping[str, Any]) -> Point:
    cues = tuple([cue.strip() for cue in data.get("cues", ())])
    return Point(data["id"].strip(), data["text"].strip(), data["skill"].strip(), float(data.get("weight", 1)), cues)


def _flag(data: Mapping[str, Any]) -> Flag:
    cues = tuple([cue.strip() for cue in data.get("cues", ())])
    return Flag(data["id"].strip(), data["text"].strip(), data.get("severe", False), cues)


def as_data(of: Question) -> dict[str, Any]:
    """Return what the file of a question holds; what has its default value is left out."""
    values: dict[str, Any] = {}
    for key in _ORDER:
        value = getattr(of, key)
        if value == _DEFAULTS[key] or (key == "skills" and value == skills_of(of.points)):
            continue
        values[key] = list(value) if key in _LISTS else value
    values["points"] = [_point_data(point) for point in of.points]
    if of.flags:
        values["flags"] = [_flag_data(flag) for flag in of.flags]
    if of.probes:
        values["probes"] = [{"for": probe.about, "ask": probe.ask} for probe in of.probes]
    return values


def _point_data(point: Point) -> dict[str, Any]:
    weight = int(point.weight) if point.weight == int(point.weight) else point.weight
    data: dict[str, Any] = {"id": point.id, "skill": point.skill}
    data |= {"weight": weight} if point.weight != 1 else {}
    data |= {"text": point.text}
    return data | ({"cues": list(point.cues)} if point.cues else {})


def _flag_data(flag: Flag) -> dict[str, Any]:
    data: dict[str, Any] = {"id": flag.id}
    data |= {"severe": True} if flag.severe else {}
    data |= {"text": flag.text}
    return data | ({"cues": list(flag.cues)} if flag.cues else {})
