"""The parts of a story as pages label them (situation, task, action, result, learning), and the point of each.

A page's outline tells one person's story, so its own words are an example and no rubric: what a learner must do in
each part stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LABELS: Mapping[str, str] = {
    "situation": "situation | context | background | setting | situation (s)",
    "task": "task | goal | challenge | problem | your task | task (t) | objective",
    "action": "action | actions | actions taken | steps | steps taken | what i did | approach | action (a)"
    " | actions (a)",
    "result": "result | results | outcome | outcomes | impact | result (r) | results (r) | result and impact",
    "learning": "learning | learnings | lesson | lessons | lesson learned | lessons learned | reflection | reflections"
    " | takeaway | takeaways | what i learned | learning (l)",
}
_PART_OF = {label.strip(): part for part, line in _LABELS.items() for label in line.split("|")}
POINTS: Mapping[str, str] = {
    "situation": "Describe the situation and what was at stake.",
    "task": "Say what your own task was.",
    "action": "Describe the actions you took yourself, and why.",
    "result": "Give the result with a number.",
    "learning": "Say what you learned and what you do differently since.",
}


def part(label: str) -> str:
    """Return which part of a story a label names, or ""."""
    return _PART_OF.get(" ".join(label.lower().strip(" :*_").split()), "")


def points(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the points of the parts that labels name, in the order of a story."""
    there = {part(label) for label in labels}
    return tuple(text for name, text in POINTS.items() if name in there)
