"""How far a coach agrees with people who graded the same answers, and with what one should compare that (pure).

Marks, scores and baselines are shares of their scale, 0 to 1, so that scales of any kind can be pooled.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import floor, log, sqrt
from statistics import StatisticsError, correlation, fmean, pvariance

from bot.bank.model import Point, Question
from bot.bank.pages import infer
from bot.coaching.assessment import Assessment
from bot.coaching.language import is_function
from bot.coaching.reading import Clause, Sentence, read, stems_in

LEAST_ANSWERS = 3
"""Answers below which a question says nothing about agreement: two of them always lie on a line."""
LOWEST = 0.2
"""Share of the scale up to which people found next to nothing in an answer."""
LEAST_CLAUSE = 3
"""Words with a meaning that a clause of a reference needs to be a point of its own."""
STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05)
FINEST = 0.01
_SEPARATORS = ("\n", " | ", ";")
_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest mark that a human could give."""

    low: float
    high: float

    def share(self, mark: float) -> float:
        """Return a mark as a share of the scale."""
        return (mark - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer and the marks that people gave it, by grader; None where a grader gave none, one mark at least."""

    question: str
    answer: str
    marks: tuple[float | None, ...]
    scale: Scale

    @property
    def mark(self) -> float:
        """The mean mark as a share of the scale."""
        return self.scale.share(fmean(mark for mark in self.marks if mark is not None))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pearson's r and quadratic weighted kappa: their means within a question, and over all answers."""

    r: float | None
    kappa: float | None
    pooled_r: float | None
    pooled_kappa: float | None


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """What was measured on one question; r and kappa are None where people gave all its answers the same."""

    question: str
    answers: int
    refused: int
    r: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that a calibration tells.

    XX `lowest`
      answers, those in the lowest fifth for people, got a yes; `refused` counts by reason, `refused_mark` is their
      mean human mark.  `changed` answers were judged differently in a second run, `spread` is the largest difference
      of their scores, 0 to 100.
    """

    answers: int
    graders: int
    coach: Agreement
    assessed: Agreement
    ungated: Agreement
    length: Agreement
    tf_idf: Agreement
    humans: Agreement | None
    questions: tuple[OfQuestion, ...]
    praised: int
    lowest: int
    refused: Mapping[str, int]
    refused_mark: float | None
    changed: int
    spread: int


@dataclass(frozen=True, slots=True)
class Runs:
    """A coach's assessments of all answers, in order: of two runs, and of one without the gate."""

    first: Sequence[Assessment]
    second: Sequence[Assessment]
    ungated: Sequence[Assessment]


def measure(graded: Sequence[Graded], references: Mapping[str, str], runs: Runs) -> Calibration:
    """Compare a coach's assessments with people's marks.

    `references` holds for each question the text that an answer is compared with by the TF-IDF baseline.
    """
    first = runs.first
    step = step_of(graded)
    marks = [one.mark for one in graded]
    kept = [n for n, one in enumerate(first) if one.verdict == "assessed"]
    out = [n for n, one in enumerate(first) if one.verdict != "assessed"]
    low = [n for n, mark in enumerate(marks) if mark <= LOWEST]
    pairs = _paired(graded, marks, _scores(first), step)
    twice = list(zip(first, runs.second, strict=True))
    return Calibration(
        answers=len(graded),
        graders=max((len(one.marks) for one in graded), default=0),
        coach=agreement(pairs),
        assessed=agreement([pairs[n] for n in kept]),
        ungated=agreement(_paired(graded, marks, _scores(runs.ungated), step)),
        length=agreement(_paired(graded, marks, lengths(graded), step)),
        tf_idf=agreement(_paired(graded, marks, cosines(graded, references), step)),
        humans=ceiling(graded, step),
        questions=_by_question(pairs, frozenset(out)),
        praised=sum(first[n].band in ("yes", "strong_yes") for n in low),
        lowest=len(low),
        refused=dict(Counter(first[n].reason or "" for n in out).most_common()),
        refused_mark=fmean(marks[n] for n in out) if out else None,
        changed=sum(a != b for a, b in twice),
        spread=max((abs((a.score or 0) - (b.score or 0)) for a, b in twice), default=0),
    )


def _scores(assessments: Sequence[Assessment]) -> list[float]:
    return [(one.score or 0) / 100 for one in assessments]


# ---------------------------------------------------------------- agreement
@dataclass(frozen=True, slots=True)
class Pair:
    """One answer: a human's share of the scale, somebody else's, and the number of steps that the scale has."""

    question: str
    human: float
    other: float
    steps: float


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Return how far the others follow the humans.

    The means leave out questions with fewer than LEAST_ANSWERS answers and those whose answers all got the same mark.
    Where only the others tell no answers apart they have agreed in nothing: 0, not undefined.
    """
    telling = [group for group in _groups(pairs).values() if _telling(group)]
    return Agreement(
        r=fmean(_r(group) for group in telling) if telling else None,
        kappa=fmean(_kappa(group) for group in telling) if telling else None,
        pooled_r=_r(pairs) if _telling(pairs) else None,
        pooled_kappa=_kappa(pairs) if _telling(pairs) else None,
    )


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Pearson's r, or None where one of the two is constant or has fewer than two values."""
    try:
        return correlation(xs, ys)
    except StatisticsError:
        return None


def quadratic_kappa(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Cohen's kappa with quadratic weights of two gradings on one scale, or None where all marks are equal.

    With these weights the expected disagreement of two independent graders is var x + var y + (mean x - mean y)^2
    (Cohen 1968; the same as Lin's concordance), so that no matrix is needed.
    """
    if not xs:
        return None
    expected = pvariance(xs) + pvariance(ys) + (fmean(xs) - fmean(ys)) ** 2
    observed = fmean((x - y) ** 2 for x, y in zip(xs, ys, strict=True))
    return 1 - observed / expected if expected > 0 else None


def ceiling(graded: Sequence[Graded], step: float) -> Agreement | None:
    """Return how far people agree with one another: the mean over all pairs of graders, None without a pair."""
    found = []
    for one, other in combinations(range(max((len(g.marks) for g in graded), default=0)), 2):
        pairs = []
        for g in graded:
            both = (*g.marks, *(None for _ in range(other + 1)))
            here, there = both[one], both[other]
            if here is not None and there is not None:
                steps = (g.scale.high - g.scale.low) / step
                pairs.append(Pair(g.question, g.scale.share(here), g.scale.share(there), steps))
        if pairs:
            found.append(agreement(pairs))
    if not found:
        return None
    return Agreement(*(_mean(getattr(a, name) for a in found) for name in ("r", "kappa", "pooled_r", "pooled_kappa")))


def step_of(graded: Sequence[Graded]) -> float:
    """Return the coarsest step that all marks keep to: whole marks, halves … down to hundredths."""
    marks = [mark - one.scale.low for one in graded for mark in one.marks if mark is not None]
    return next((step for step in STEPS if all(abs(m / step - round(m / step)) < 1e-6 for m in marks)), FINEST)


def _paired(graded: Sequence[Graded], marks: Sequence[float], others: Sequence[float], step: float) -> list[Pair]:
    return [
        Pair(one.question, mark, other, (one.scale.high - one.scale.low) / step)
        for one, mark, other in zip(graded, marks, others, strict=True)
    ]


def _groups(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.question].append(pair)
    return groups


def _telling(pairs: Sequence[Pair]) -> bool:
    return len(pairs) >= LEAST_ANSWERS and len({pair.human for pair in pairs}) > 1


def _r(pairs: Sequence[Pair]) -> float:
    return pearson([pair.human for pair in pairs], [pair.other for pair in pairs]) or 0.0


def _kappa(pairs: Sequence[Pair]) -> float:
    return (
        quadratic_kappa([_binned(p.human, p.steps) for p in pairs], [_binned(p.other, p.steps) for p in pairs]) or 0.0
    )


def _binned(share: float, steps: float) -> float:
    """Return the nearest mark of a scale, the higher one from the middle on, as a share."""
    return floor(share * steps + 0.5) / steps


def _by_question(pairs: Sequence[Pair], out: frozenset[int]) -> tuple[OfQuestion, ...]:
    refused = Counter(pairs[n].question for n in out)
    return tuple(
        OfQuestion(
            question,
            len(group),
            refused[question],
            _r(group) if _telling(group) else None,
            _kappa(group) if _telling(group) else None,
        )
        for question, group in _groups(pairs).items()
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


# ---------------------------------------------------------------- baselines
def lengths(graded: Sequence[Graded]) -> list[float]:
    """Return the words of each answer as a share of the longest one to the same question."""
    words = [len(one.answer.split()) for one in graded]
    longest: dict[str, int] = defaultdict(lambda: 1)
    for one, count in zip(graded, words, strict=True):
        longest[one.question] = max(longest[one.question], count)
    return [count / longest[one.question] for one, count in zip(graded, words, strict=True)]


def cosines(graded: Sequence[Graded], references: Mapping[str, str]) -> list[float]:
    """Return the TF-IDF cosine of each answer with its question's reference; frequencies are those of all these texts.

    The usual form: term count times log((1 + N) / (1 + df)) + 1, over stems without function words.
    """
    answers = [Counter(stems_in(one.answer)) for one in graded]
    targets = {question: Counter(stems_in(text)) for question, text in references.items()}
    texts = [*answers, *targets.values()]
    frequency = Counter(stem for text in texts for stem in text)
    idf = {stem: log((1 + len(texts)) / (1 + count)) + 1 for stem, count in frequency.items()}
    return [_cosine(a, targets.get(g.question, Counter()), idf) for a, g in zip(answers, graded, strict=True)]


def _cosine(one: Counter[str], other: Counter[str], idf: Mapping[str, float]) -> float:
    shared = sum(one[stem] * other[stem] * idf[stem] ** 2 for stem in one.keys() & other.keys())
    lengths = [sqrt(sum((count * idf[stem]) ** 2 for stem, count in text.items())) for text in (one, other)]
    return shared / (lengths[0] * lengths[1]) if shared else 0.0


# ---------------------------------------------------------------- questions
def points_of(rubric: str) -> tuple[str, ...]:
    """Return the points of a rubric: its lines, else its parts between " | ", else those between semicolons."""
    separator = next((s for s in _SEPARATORS if s in rubric.strip()), "\n")
    parts = (" ".join(_MARK.sub("", part).split()) for part in rubric.split(separator))
    return tuple(part for part in parts if part)


def points_in(reference: str) -> tuple[str, ...]:
    """Return what a reference answer says, one point after the other: its sentences, the parts between semicolons,
    and the clauses of a long one.

    A clause with hardly a word of its own goes with the one before it, the first with the one after it.
    """
    return tuple(point for part in reference.split(";") for s in read(part).sentences for point in _clauses(part, s))


def _clauses(text: str, sentence: Sentence) -> Iterator[str]:
    starts: list[int] = []
    thin = False
    for clause in sentence.clauses:
        small = _matter(clause) < LEAST_CLAUSE
        if not starts or not (thin or small):
            starts.append(clause.start)
            thin = small
        thin = thin and small
    end = sentence.end + text.startswith(")", sentence.end)
    for start, stop in pairwise([*starts, end]):
        yield " ".join(text[start:stop].split()).rstrip(" ,:—–-")


def _matter(clause: Clause) -> int:
    return sum(not is_function(word) for word in clause.words)


def question_of(question_id: str, prompt: str, points: Sequence[str]) -> Question:
    """Return a question without cues that asks for these points, all of one weight."""
    form = infer.format_of(prompt)
    return Question(
        id=question_id,
        prompt=prompt,
        level="mid",
        format=form,
        category=infer.CATEGORIES[form],
        difficulty="medium",
        points=tuple(Point(f"p{n}", text, "") for n, text in enumerate(points, start=1)),
    )
