"""A question as the gate needs it: which words are its own, so that copies of them prove nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.bank.model import Question
from bot.coaching.cues import CueLine, parse
from bot.coaching.language import stems_of, words_of
from bot.coaching.reading import stems_in

GRAM = 4
"""Words in a row that count as copied (a convention of text reuse: three words meet by chance)."""
Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Stems and word sequences of a question's prompt, points and flags, and all their cue lines."""

    prompt: frozenset[str]
    points: tuple[frozenset[str], ...]
    stems: frozenset[str]
    grams: frozenset[Gram]
    lines: tuple[CueLine, ...]


def rubric_of(question: Question) -> Rubric:
    """Return what the gate compares answers with; the example is no part of it."""
    points = [point.text for point in question.points]
    flags = [flag.text for flag in question.flags]
    cues = [cue for point in question.points for cue in point.cues] + [c for flag in question.flags for c in flag.cues]
    point_stems = tuple(frozenset(stems_in(text)) for text in points)
    prompt = frozenset(stems_in(question.prompt))
    return Rubric(
        prompt=prompt,
        points=point_stems,
        stems=prompt.union(*point_stems),
        grams=frozenset(gram for text in (question.prompt, question.why, *points, *flags) for gram in grams_of(text)),
        lines=tuple(parse(cue) for cue in cues),
    )


def grams_of(text: str) -> Iterable[Gram]:
    """Yield the sequences of four stems of a text, glue included."""
    return grams(stems_of(words_of(text)))


def grams(stems: tuple[str, ...]) -> Iterable[Gram]:
    """Yield the sequences of four stems."""
    return (stems[i : i + GRAM] for i in range(len(stems) - GRAM + 1))
