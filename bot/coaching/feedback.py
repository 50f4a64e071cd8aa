"""What to say of an assessed answer: the best moment, the one fix worth most, the probe that leaks nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bank.model import Question
from bot.coaching import cards
from bot.coaching.assessment import Dimension, FlagResult, PointResult, Strength, gain_of, grade_of
from bot.coaching.concepts import proved, triggered
from bot.coaching.cues import Index, bits
from bot.coaching.language import is_number, words_of
from bot.coaching.reading import Reading, read, stems_in

_CLAIM = re.compile(
    r"\b(much|far|way|significantly|greatly|hugely|dramatically|a lot)\s+"
    r"(better|faster|slower|cheaper|safer|more|less|quicker)"
    r"|\b(improved|reduced|increased|sped up|faster|better|fewer)\b",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(we|our team|the team)\b[^.!?\n]{3,}", re.IGNORECASE)
_PAST = re.compile(r"\b(was|were|had|did|went|took|told|wrote|found|made|led|built|kept|\w{3,}ed)\b", re.IGNORECASE)
_THEORY = re.compile(
    r"\b(would|usually|generally|should|typically|always|normally|in general|tend to)\b", re.IGNORECASE
)
FIGURE, REASON, FULL, FULL_WORDS = 1.4, 1.2, 1.2, 8
"""What makes one quote better to praise than another: a figure, a reason that can be named, a whole thought."""
HTTP_STATUS = frozenset(("200", "201", "202", "301", "302", "304", "401", "403", "404", "429", "500", "502", "503"))
PROBES_OF_A_PLAN = ("next", "wrong", "afterwards", "others", "alternative", "why")
PROBES_OF_A_STORY = ("why", "hindsight", "others", "afterwards", "alternative")


@dataclass(frozen=True, slots=True)
class Asked:
    """A probe and the point that it is about, "" where it is about none."""

    text: str
    about: str = ""


def strength_of(points: Sequence[PointResult]) -> Strength | None:
    """Return the best quote of a point that was fully met and why it worked, or None: no praise without evidence."""
    met = [point for point in points if point.met == "met" and point.quotes]
    if not met:
        return None
    shown = {point.id: _shown(point) for point in met}
    best = max(
        met,
        key=lambda p: (
            grade_of(p)
            * p.weight
            * (FIGURE if _measured(p.quotes[0]) else 1.0)
            * (REASON if shown[p.id] else 1.0)
            * (FULL if len(p.quotes[0].split()) >= FULL_WORDS else 1.0)
        ),
    )
    words = best.quotes[0]
    return Strength(words, cards.why_it_worked(shown[best.id], best, measured=_measured(words)))


def _shown(point: PointResult) -> str:
    """Return the concept that a point asks for and its quote proves, "" if there is none that can be named."""
    here = Index(read(point.quotes[0]).sentences)
    asked = triggered(Index(read(point.text).sentences))
    return next((name for name in cards.WHY_IT_WORKED if name in asked and proved(name, here)), "")


def _measured(words: str) -> bool:
    """Tell whether a quote states a figure; a time of day and a status of HTTP are none."""
    return any(
        word[0].isdigit() and is_number(word) and ":" not in word and word not in HTTP_STATUS
        for word in words_of(words)
    )


def worth_most(points: Sequence[PointResult]) -> list[PointResult]:
    """Return the points that are not fully met, the most valuable first."""
    rest = [point for point in points if point.met != "met"]
    return sorted(rest, key=lambda p: -p.weight * (1 - grade_of(p)))


def fix_of(points: Sequence[PointResult], flags: Sequence[FlagResult], dimensions: Sequence[Dimension]) -> str:
    """Return the one thing to change: a severe flag, else the most valuable point, a flag, the weakest dimension."""
    raised = sorted((flag for flag in flags if flag.raised), key=lambda flag: not flag.severe)
    if raised and raised[0].severe:
        return cards.fix_flag(raised[0])
    rest = worth_most(points)
    if rest and (not raised or gain_of(points, rest[0]) >= 15):
        return cards.fix_point(rest[0], gain_of(points, rest[0]))
    if raised:
        return cards.fix_flag(raised[0])
    weakest = min(dimensions, key=lambda d: d.level, default=None)
    return cards.fix_dimension(weakest.name if weakest and weakest.level < 3 else "")


def probe_of(question: Question, points: Sequence[PointResult], reading: Reading, index: Index) -> Asked:
    """Return the follow-up worth most.

    The question's own probe for the most valuable point not recognised; else theory -> a specific time,
    "we" -> your part, a claim -> its number; else a general one that shares no word with the point.
    """
    rest = worth_most(points)
    for point in sorted(rest, key=lambda p: p.met != "absent"):
        for probe in question.probes:
            if probe.about == point.id:
                return Asked(probe.ask, point.id)
    return _by_rule(question, rest, reading, index) or _general(question, rest)


def _by_rule(question: Question, rest: Sequence[PointResult], reading: Reading, index: Index) -> Asked | None:
    if question.format == "behavioural" and _is_theory(reading.text):
        return Asked(cards.PROBE_SPECIFIC_TIME, _about(rest, "context"))
    words = [word.partition("'")[0] for sentence in reading.sentences for word in sentence.words]
    if question.format == "behavioural" and words.count("we") > words.count("i"):
        for sentence in index.sentences:
            if match := _WE.search(reading.text_of(sentence)):
                return Asked(cards.probe_your_part(_few_words(match.group())), _about(rest, "role"))
    for number in bits(proved("outcome", index)):
        sentence = index.sentences[number]
        for clause in () if sentence.numbered else sentence.clauses:
            claim = reading.text[clause.start : clause.end]
            if _CLAIM.search(claim):
                return Asked(cards.probe_number(_few_words(claim)), _about(rest, "number"))
    return None


def _is_theory(text: str) -> bool:
    return len(_THEORY.findall(text)) > len(_PAST.findall(text))


def _about(rest: Sequence[PointResult], concept: str) -> str:
    """Return the first of the points that asks for a concept."""
    return next((p.id for p in rest if concept in triggered(Index(read(p.text).sentences))), "")


def _general(question: Question, rest: Sequence[PointResult]) -> Asked:
    """Return a probe that leaks no word of the point that it is about."""
    if not rest:
        return Asked(cards.GENERAL_PROBES["hindsight" if question.format == "behavioural" else "alternative"])
    told = set(stems_in(rest[0].text)) - set(stems_in(question.prompt))
    near = [cards.PROBE_FOR[name] for name in triggered(Index(read(rest[0].text).sentences)) if name in cards.PROBE_FOR]
    for name in (*near, *(PROBES_OF_A_STORY if question.format == "behavioural" else PROBES_OF_A_PLAN)):
        text = cards.GENERAL_PROBES[name]
        if not told & set(stems_in(text)):
            return Asked(text, rest[0].id)
    return Asked(cards.GENERAL_PROBES["why"], rest[0].id)


def _few_words(text: str, most: int = 12) -> str:
    words = text.split()
    return " ".join(words[:most]).strip(" ,;:.") + (" …" if len(words) > most else "")
