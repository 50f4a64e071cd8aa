"""Dimensions, 1 to 4, from rules on the text.  They are weak evidence (|r| <= .12 with human ratings): shown, and
counted for a tenth of the score.  Confidence, accent and filler words are never judged from text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.bank.model import Level, Question
from bot.coaching.assessment import Dimension
from bot.coaching.concepts import proved
from bot.coaching.cues import CueLine, Index, bits, parse
from bot.coaching.quotes import shorten
from bot.coaching.reading import Reading

ANCHORS: Mapping[str, tuple[str, str, str, str]] = {
    "situation": (
        "no situation is named",
        "a situation without time, place or task",
        "a specific situation and task",
        "specific, and told in under a third of the answer",
    ),
    "ownership": (
        "nobody acts",
        'mostly "we"',
        "your own part is clear",
        "your own part is clear, at the reach of the level",
    ),
    "actions": ("no action", "one action", "several actions", "several actions, with a trade-off named"),
    "result": (
        "no result",
        "a result without a number",
        "a result with a number",
        "a number beside what it was before",
    ),
    "learning": ("nothing learned", "a lesson in general", "a lesson with a consequence", "a mechanism that lasts"),
    "clarifying": (
        "starts without asking",
        "one assumption or question",
        "assumptions and scope",
        "assumptions, scope and numbers",
    ),
    "coverage": ("under a quarter of the points", "under a half", "under three quarters", "nearly everything"),
    "trade-offs": ("none named", "one named in passing", "one weighed", "several weighed"),
    "operations": (
        "nothing on running it",
        "one word on running it",
        "failure or monitoring, specifically",
        "failure, monitoring and the way back",
    ),
    "communication": (
        "hard to follow",
        "an order is hinted at",
        "steps in order, in short sentences",
        "steps in order, and who is told what",
    ),
}
"""What each level of a dimension looks like."""

SCOPE: Mapping[Level, str] = {
    "junior": "",
    "mid": "",
    "senior": "team | squad | engineers | colleagues | on-call | peers | juniors | reviewers",
    "lead": "teams | org | organisation | organization | company | department | across | company-wide | leads",
    "principal": "teams | org | organisation | organization | company | department | across | company-wide | industry",
}
"""Reach expected of the best answers: own area, team, organisation."""

_LASTING = ("failure", "fail", "mistake", "conflict", "disagree", "missed", "wrong", "deadline")
_LONG_SENTENCE = 30


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules look at; masks are sentences as bits."""

    question: Question
    reading: Reading
    index: Index
    specific: int
    content: float

    def fires(self, line: str) -> int:
        """Return the sentences on which a cue line fires."""
        return self.index.line(_line(line))

    def proof(self, concept: str) -> int:
        """Return the specific sentences that prove a concept."""
        return proved(concept, self.index) & self.specific

    @property
    def numbered(self) -> int:
        """The sentences with a number."""
        return sum(1 << n for n, sentence in enumerate(self.index.sentences) if sentence.numbered)


Rule = Callable[[Signs], tuple[int, int]]
"""Returns a level and the sentences, as bits, that speak for it."""


@cache
def _line(text: str) -> CueLine:
    return parse(text)


def _count(mask: int) -> int:
    return mask.bit_count()


def _situation(signs: Signs) -> tuple[int, int]:
    mask = proved("context", signs.index)
    specific = mask & signs.specific
    if not mask:
        return 1, 0
    if not specific:
        return 2, mask
    first_act = next(iter(bits(proved("role", signs.index) & ~(specific & -specific))), len(signs.index.sentences))
    before = sum(len(s.words) for s in signs.index.sentences[:first_act])
    return (4 if before * 3 <= signs.reading.length else 3), specific


def _ownership(signs: Signs) -> tuple[int, int]:
    words = [word.partition("'")[0] for sentence in signs.index.sentences for word in sentence.words]
    mine, ours = words.count("i"), words.count("we") + words.count("us")
    mask = signs.fires("I | I'd | I'll | I've")
    if not mine:
        return (2 if ours else 1), 0
    if mine < ours:
        return 2, mask
    acts = proved("role", signs.index)
    reach = SCOPE[signs.question.level]
    if _count(acts) >= 2 and (not reach or signs.fires(reach)):
        return 4, acts
    return 3, acts or mask


def _actions(signs: Signs) -> tuple[int, int]:
    acts = proved("role", signs.index) | signs.fires("I | I'd | I'll | we | we'd") & signs.specific
    if _count(acts) < 2:
        return 1 + _count(acts), acts
    weighed = signs.proof("trade-off")
    return (4, weighed) if weighed else (3, acts)


def _result(signs: Signs) -> tuple[int, int]:
    outcome = proved("outcome", signs.index)
    if not outcome:
        return 1, 0
    measured = outcome & signs.numbered
    if not measured:
        return 2, outcome
    compared = measured & signs.fires(
        "from + to | percent | half | halved | doubled | before | instead | baseline | by"
    )
    return (4, compared) if compared else (3, measured)


def _learning(signs: Signs) -> tuple[int, int]:
    lesson = proved("learning", signs.index)
    lasting = proved("prevent", signs.index) & signs.fires(
        "now | since | every | still | future | checklist | template | runbook | alarm | alert | test | automat* "
        "| standard"
    )
    if lasting:
        return 4, lasting
    return (3 if lesson & signs.specific else 2 if lesson else 1), lesson


def _clarifying(signs: Signs) -> tuple[int, int]:
    mask = proved("clarify", signs.index) | signs.fires("first + check | see | find out | know | understand | look")
    scope = signs.fires(
        "customer | user | traffic | requirement | scope | impact | load | region | how many | since when"
    )
    level = 1 + bool(mask) + bool(mask & scope) + bool(mask and scope and signs.numbered)
    return level, mask & scope or mask


def _coverage(signs: Signs) -> tuple[int, int]:
    return 1 + sum(signs.content >= least for least in (0.25, 0.5, 0.75)), 0


def _trade_offs(signs: Signs) -> tuple[int, int]:
    mask = proved("trade-off", signs.index)
    specific = mask & signs.specific
    if not mask:
        return 1, 0
    return (4 if _count(specific) >= 2 else 3 if specific else 2), specific or mask


def _operations(signs: Signs) -> tuple[int, int]:
    parts = [signs.proof(name) for name in ("failure", "diagnose", "mitigate", "prevent")]
    shown = sum(1 for mask in parts if mask)
    mask = parts[0] | parts[1] | parts[2] | parts[3]
    return min(4, 1 + shown), mask


def _communication(signs: Signs) -> tuple[int, int]:
    sentences = signs.index.sentences
    steps = signs.fires(
        "first | then | next | after | second | finally | meanwhile | while | once | afterwards | before"
    )
    mean = signs.reading.length / max(1, len(sentences))
    told = signs.proof("inform")
    level = 1 + bool(steps) + (_count(steps) >= 2 and mean <= _LONG_SENTENCE) + bool(told)
    return level, told or steps


_RULES: Mapping[str, Rule] = {
    "situation": _situation,
    "ownership": _ownership,
    "actions": _actions,
    "result": _result,
    "learning": _learning,
    "clarifying": _clarifying,
    "coverage": _coverage,
    "trade-offs": _trade_offs,
    "operations": _operations,
    "communication": _communication,
}
BEHAVIOURAL = ("situation", "ownership", "actions", "result", "learning")
TECHNICAL = ("clarifying", "coverage", "trade-offs", "operations", "communication")


def lasting_required(question: Question) -> bool:
    """Tell whether a mechanism that lasts is expected: for failure, conflict and a missed deadline."""
    words = question.prompt.lower()
    return any(word in words for word in _LASTING)


def find_dimensions(signs: Signs) -> tuple[Dimension, ...]:
    """Return the dimensions of the question's format; learning only where it is required or shown."""
    results = []
    for name in BEHAVIOURAL if signs.question.format == "behavioural" else TECHNICAL:
        level, mask = _RULES[name](signs)
        if name == "learning" and level == 1 and not lasting_required(signs.question):
            continue
        quotes = tuple(shorten(signs.reading, signs.index.sentences[n].clauses) for n in bits(mask)[:1])
        results.append(Dimension(name, level, quotes))
    return tuple(results)
