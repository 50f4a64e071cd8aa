"""A question of the bank and its parts, as the rest of the house sees them (frozen, standard library only)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Level = Literal["junior", "mid", "senior", "lead", "principal"]
Format = Literal["behavioural", "technical", "incident", "design"]
Difficulty = Literal["easy", "medium", "hard"]
LEVELS: tuple[Level, ...] = get_args(Level)
FORMATS: tuple[Format, ...] = get_args(Format)
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a good answer contains.

    `cues` are lines "a | b + c | d": groups joined by AND within a sentence, alternatives by OR; empty for
    imported questions.  `weight` is relative to the question's other points.
    """

    id: str
    text: str
    skill: str
    weight: float = 1.0
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that a good answer must not do; a `severe` one caps the band at "no"."""

    id: str
    text: str
    severe: bool = False
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """A follow-up about one point (`about` is its id); it never tells the answer."""

    about: str
    ask: str


@dataclass(frozen=True, slots=True)
class Question:
    """An entry of the bank. `category` is its folder, `set` the page that it came with, `inferred` names the
    keys that the importer guessed; `minutes` is the time that a spoken answer takes.
    """

    id: str
    prompt: str
    level: Level
    format: Format
    category: str
    difficulty: Difficulty
    points: tuple[Point, ...]
    revision: int = 1
    minutes: int = 4
    flags: tuple[Flag, ...] = ()
    skills: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()
    why: str = ""
    example: str = ""
    weak_example: str = ""
    company: str = ""
    role: str = ""
    source: str = ""
    set: str = ""
    guide: str = ""
    quick_answer: str = ""
    model_answer: str = ""
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bank:
    """All questions that this process asks, by id in the order of the bank; `skills` names them for people."""

    questions: Mapping[str, Question] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)

    def get(self, question_id: str) -> Question | None:
        """Return a question, or None if the bank no longer holds it."""
        return self.questions.get(question_id)

    def skill_name(self, skill: str) -> str:
        """Return what people call a skill."""
        return self.skills.get(skill, skill.replace("-", " "))
