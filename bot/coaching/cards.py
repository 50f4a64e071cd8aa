"""What the coach says, in words: cards of an assessment, of a refusal, of a model answer, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.bank.model import Format, Question
from bot.chat.model import Card, Facts, Part, Quote, Text
from bot.coaching.assessment import Assessment, Band, FlagResult, PointResult
from bot.coaching.gate import Reason
from bot.coaching.language import is_function, words_of
from bot.coaching.wordlists import RUBRIC_VERBS

BAND_NAMES: Mapping[Band, str] = {"strong_no": "Strong no", "no": "No", "yes": "Yes", "strong_yes": "Strong yes"}
COACH_NAMES: Mapping[str, str] = {"offline": "offline coach, approximate"}
SHORT_NAME_WORDS = 3
NAMES_ON_A_CARD = 8
WARNINGS_ON_A_CARD = 2
SHORTEST_CLAUSE, CLAUSE_WORDS = 4, 16
_NUMBERED_ID = re.compile(r"([a-z]{1,2}|point|item)?-?\d+")

WHY_IT_WORKED: Mapping[str, str] = {
    "trade-off": "you weigh one way against another",
    "prevent": "it changes what happens next time",
    "mitigate": "you limit the harm before you explain it",
    "diagnose": "evidence decides, not a hunch",
    "verify": "you check that it works before you trust it",
    "inform": "somebody who needs to know is told",
    "decide": "you say what your decision depends on",
    "outcome": "it ends in a result",
    "customer": "you start from the people who feel it",
    "together": "you bring in the right people",
    "role": "your own part is plain",
    "context": "the scene is set with a fact",
}

REFUSALS: Mapping[Reason, str] = {
    "empty": "I have nothing to read yet. Write two or three sentences on what you would do or did first.",
    "too short": "That is too short for me to judge fairly. Two or three full sentences are enough: "
    "what you did, why, and what came of it.",
    "do not know": "Not knowing is a fair start. Write what you would look at or ask first, even if you are "
    "unsure; a guess with a reason can be worked on.",
    "greeting": "Hello. I am ready when you are: write your answer in two or three sentences.",
    "echo": "I have nothing to go by yet: that repeats the question or its points. Say in your own words what "
    "you would do first, and why.",
    "gibberish": "I could not find sentences in that. Write two or three plain ones, as you would say them aloud.",
    "keywords": "Those are keywords; I can only judge sentences. Take the most important one and say what you "
    "would do with it, and why.",
    "off topic": "I cannot see how that belongs to this question. Read it once more and begin with what you "
    "would do or did about it.",
    "order to the grader": "That speaks to whoever grades, and I only read answers. Tell me what you would do "
    "or did, in two or three sentences.",
    "language": "I can judge only English without a model. Try it in English, in simple sentences; "
    "grammar does not count.",
}

_FIRST_STEP = ("empty", "too short", "do not know", "greeting")
_FIRST_STEP_BY_FORMAT: Mapping[Format, str] = {
    "behavioural": "A start could be: where you were, and what was asked of you.",
    "technical": "A start could be: what it is for, in one sentence.",
    "incident": "A start could be: the first thing you would look at.",
    "design": "A start could be: who uses it, and how much.",
}

DIMENSION_FIXES: Mapping[str, str] = {
    "situation": "open with one sentence of where and when, and what your task was.",
    "ownership": 'say "I" where it was you, so that your own part is plain.',
    "actions": "name one more thing that you did, and an alternative that you turned down.",
    "result": "end with a number, and what it was before.",
    "learning": "say what you do differently since then.",
    "clarifying": "begin with the one thing you would ask or assume.",
    "coverage": "add one concrete step to the thinnest part.",
    "trade-offs": "name one alternative, and why you would not take it.",
    "operations": "say how you would notice that it breaks, and how you would get back.",
    "communication": "put the steps in order: first, then, afterwards.",
}

PROBE_SPECIFIC_TIME = "That is how you go about it in general. Can you take me to one specific time?"
GENERAL_PROBES: Mapping[str, str] = {
    "next": "Suppose that goes as you say. What do you do then?",
    "wrong": "What could go wrong with that, and what would you see?",
    "afterwards": "It is a month later. What is not the same as before?",
    "others": "Who else is part of this, and what do they need from you?",
    "hindsight": "Knowing what you know today, what would you do otherwise?",
    "alternative": "Which other way did you consider, and why not that one?",
    "why": "Why that, and why at that moment?",
}
PROBE_FOR: Mapping[str, str] = {
    "inform": "others",
    "together": "others",
    "prevent": "afterwards",
    "learning": "hindsight",
    "failure": "wrong",
    "verify": "wrong",
    "trade-off": "alternative",
    "decide": "why",
}
"""The general probe that comes nearest to what a point asks for."""


# ---------------------------------------------------------------- sentences inside an assessment
def why_it_worked(concept: str, point: PointResult, *, measured: bool) -> str:
    """Say why a quote worked, in a half sentence."""
    why = WHY_IT_WORKED.get(concept) or f"this is what was looked for: {_first_clause(point.text)}"
    return f"{why}, with a figure that can be checked" if measured and concept in WHY_IT_WORKED else why


def fix_point(point: PointResult, gain: int) -> str:
    """Name the point that is worth most."""
    start = "Only partly recognised" if point.met == "partial" else "Not recognised"
    worth = "1 point" if gain == 1 else f"{gain} points"
    return f"{_sentence(point.text)} {start}; one concrete sentence of your own is worth up to {worth}."


def fix_flag(flag: FlagResult) -> str:
    """Name what cost most."""
    words = f"you wrote “{flag.quotes[0].rstrip('.')}”. " if flag.quotes else ""
    return (
        f"{words}An interviewer would hold that against you: {_sentence(flag.text)} Say what you would do in its place."
    )


def fix_dimension(name: str) -> str:
    """Name the weakest side of an answer that left no point out; rules on form are weak, so this is an offer."""
    if name not in DIMENSION_FIXES:
        return "every point was recognised. Tell it once more, aloud, in under two minutes."
    return f"every point was recognised. If you polish one thing: {DIMENSION_FIXES[name]}"


def probe_your_part(words: str) -> str:
    """Ask for the learner's own part."""
    return f"You said “{words}”. Which part was yours?"


def probe_number(words: str) -> str:
    """Ask for the number behind a claim."""
    return f"You said “{words}”. How much was it, and how do you know?"


# ---------------------------------------------------------------- cards
def assessment_card(question: Question, assessment: Assessment, *, title: str = "") -> Card:
    """Return the result of an answer that was judged: band, best moment, points by name, one fix.

    For an answer that was refused this is the card of the refusal.
    """
    if assessment.verdict == "not_enough_evidence" or assessment.band is None:
        return refusal_card(question, assessment)
    body: list[Part] = [Text(_headline(assessment, assessment.band))] if title else []
    if assessment.strength is not None:
        why = assessment.strength.why
        body += [Text("Best moment:"), Quote(assessment.strength.quote), Text(f"{why[:1].upper()}{why[1:]}.")]
    elif any(point.met == "partial" for point in assessment.points):
        body.append(Text("Some points are touched, none is fully recognised yet."))
    else:
        body.append(Text("I recognised none of this question's points in your answer."))
    body += [Facts(_recognised(assessment)), *_warnings(assessment)]
    if assessment.fix:
        body.append(Text(f"One fix: {assessment.fix}"))
    return Card(title or _headline(assessment, assessment.band), tuple(body))


def refusal_card(question: Question, assessment: Assessment) -> Card:
    """Return why an answer was not judged, and what to do next."""
    sentence = next((text for reason, text in REFUSALS.items() if reason == assessment.reason), REFUSALS["too short"])
    if assessment.reason in _FIRST_STEP:
        sentence = f"{sentence} {_FIRST_STEP_BY_FORMAT[question.format]}"
    return Card("", (Text(sentence), Text("No score for this one.", small=True)))


def model_answer_card(question: Question) -> Card:
    """Return an answer to compare one's own with, and where the question comes from."""
    answer = question.model_answer or question.example
    if not answer:
        return Card(
            "Model answer",
            (
                Text("This question has no model answer. Its points say what a good one holds:"),
                Text("\n".join(f"• {point.text}" for point in question.points)),
            ),
        )
    source = (Text(f"Source: {question.source}", small=True),) if question.source else ()
    return Card(
        "Model answer", (Text(answer.strip()), Text("One good answer of many; yours may differ.", small=True), *source)
    )


def short_name(point: PointResult) -> str:
    """Return a few words by which a learner knows a point: the id where somebody chose it, else its first own words."""
    if not _NUMBERED_ID.fullmatch(point.id):
        return point.id.replace("-", " ")
    words = re.split(r"[(:;.]", point.text)[0].split()
    while len(words) > 1 and _says_nothing(words[0]):
        words = words[1:]
    words = words[:SHORT_NAME_WORDS]
    while len(words) > 1 and _says_nothing(words[-1]):
        words = words[:-1]
    return " ".join(words).rstrip(",").lower() or point.id


def _says_nothing(word: str) -> bool:
    plain = "".join(words_of(word)) or "a"
    return is_function(plain) or plain in RUBRIC_VERBS or plain in ("start", "check", "being")


def _headline(assessment: Assessment, band: Band) -> str:
    coach = COACH_NAMES.get(assessment.coach, f"{assessment.coach} coach")
    return f"{BAND_NAMES[band]} · {assessment.score} of 100 · {coach}"


def _warnings(assessment: Assessment) -> list[Part]:
    """Return what an answer must not do and did, the severe first, and no more than a reader can take."""
    raised = sorted((flag for flag in assessment.flags if flag.raised), key=lambda flag: not flag.severe)
    more = len(raised) - WARNINGS_ON_A_CARD
    shown: list[Part] = [Text(f"⚠ {flag.text}") for flag in raised[:WARNINGS_ON_A_CARD]]
    return [*shown, Text(f"and {more} more of this kind", small=True)] if more > 0 else shown


def _recognised(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    missing = "Not recognised" if assessment.coach == "offline" else "Missing"
    groups = (("Recognised", "met"), ("In part", "partial"), (missing, "absent"))
    return tuple(
        (label, _names([point for point in assessment.points if point.met == met]))
        for label, met in groups
        if any(point.met == met for point in assessment.points)
    )


def _names(points: list[PointResult]) -> str:
    names = list(dict.fromkeys(short_name(point) for point in points))
    more = len(names) - NAMES_ON_A_CARD
    return " · ".join(names[:NAMES_ON_A_CARD]) + (f" · {more} more" if more > 0 else "")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _first_clause(text: str) -> str:
    """Return the beginning of a point's text for the middle of a sentence: a clause or two, and not for ever."""
    whole = re.sub(r"\s*\([^)]*\)", "", text).rstrip(".?! ")
    words: list[str] = []
    for clause in re.split(r"(?<=[,;:])\s", whole):
        words += clause.split()
        if len(words) >= SHORTEST_CLAUSE:
            break
    first = words[0] if words[0][:2].isupper() else words[0][:1].lower() + words[0][1:]
    return " ".join([first, *words[1:CLAUSE_WORDS]]).rstrip(",;:") + (" …" if len(words) > CLAUSE_WORDS else "")
