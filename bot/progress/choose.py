"""Which question comes next: for a group's round, and for one learner (pure).

A question counts as seen by its id or by its prompt key, so that the same prompt in two sets counts once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import groupby

from bot.bank.model import Difficulty, Level, Question
from bot.progress.skills import PRIOR_SD, WEAK_BELOW, Mastery, expected, faded, is_weak, prior

PARAPHRASE = 0.6
"""From this similarity on, two questions are too much alike to follow each other."""
WINDOW = 30
"""For so many rounds nothing like an earlier question is asked (design)."""
NEW = 1.0
"""What a question that a member has never seen is worth to that member, against a need of 0 to 1 a skill."""

CHALLENGE = 0.7
"""The expected success that teaches best (design: near 70 %)."""
REST_DAYS = 28
"""A question seen so many days ago is as good as new; one seen today is worth `JUST_SEEN` of that."""
JUST_SEEN = 0.05
GAP_WEIGHT, UNCERTAINTY_WEIGHT, CHALLENGE_WEIGHT = 0.45, 0.2, 0.35
"""Shares of a question's worth to one learner; closing gaps leads, exploring comes last."""

Similar = Callable[[str, str], float]
Tie = Callable[[str], float] | str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the choice needs to know of a question; `prompt_key` is equal for equal prompts."""

    question_id: str
    prompt_key: str
    skills: tuple[str, ...]
    level: Level
    difficulty: Difficulty


def candidate_of(question: Question) -> Candidate:
    """Return what the choice needs to know of a question."""
    skills = dict.fromkeys([*question.skills, *(point.skill for point in question.points if point.skill)])
    key = " ".join(question.prompt.lower().split())
    return Candidate(question.id, key, tuple(skills), question.level, question.difficulty)


@dataclass(frozen=True, slots=True)
class MemberNeed:
    """One member of a group: need by skill, 0 to 1 (see `skills.need`), and the question ids or prompt keys seen."""

    weak: Mapping[str, float] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """A question and why: "weak:SKILL" (the need that weighs most), "new" (someone never saw it), "again" (the turn
    came round) or "any".  `repeats`: this series asked it before.
    """

    question_id: str
    because: str
    repeats: bool


# ---------------------------------------------------------------- for a group
def choose_for_group(
    candidates: Sequence[Candidate],
    needs: Sequence[MemberNeed],
    asked: Sequence[str],
    similar: Similar,
    tie: Tie,
    *,
    paraphrase: float = PARAPHRASE,
    window: int = WINDOW,
) -> Choice | None:
    """Return the question that serves the members best, or None without candidates.

    `asked` holds the question ids of the series' earlier rounds, oldest first.  What was never asked comes first,
    by the summed need; once all were asked, a new cycle begins with the least recently asked.  Something like a
    question of the last `window` rounds is passed over unless nothing else is left; then the one whose like was
    asked longest ago is taken.  `similar` is called on question ids; `tie` breaks ties, low first (a seed, or a
    function of the id).
    """
    if not candidates:
        return None
    by_id = {candidate.question_id: candidate for candidate in candidates}
    last_asked = {question: round_ for round_, question in enumerate(asked)}
    fresh = [candidate for candidate in candidates if candidate.question_id not in last_asked]
    worth = _Worth(fresh, needs)
    order = _by_worth(fresh, worth, tie)
    if not fresh:
        cycle = _cycle(asked, by_id)
        left = [candidate for candidate in candidates if candidate.question_id not in cycle]
        order = iter(sorted(left, key=lambda candidate: last_asked[candidate.question_id]))
    recent = list(reversed(asked))[:window]
    rounds_since: dict[str, int] = {}
    chosen: Candidate | None = None
    for candidate in order:
        ago = _rounds_since_its_like(candidate, recent, by_id, similar, paraphrase)
        if ago is None:
            chosen = candidate
            break
        rounds_since[candidate.question_id] = ago
    if chosen is None:  # max keeps the first of equals: the order above decides
        chosen = by_id[max(rounds_since, key=lambda question: rounds_since[question])]
    return Choice(chosen.question_id, worth.because(chosen) if fresh else "again", not fresh)


class _Worth:
    """The members' summed need, gathered by skill once: members × skills + candidates × skills."""

    def __init__(self, candidates: Sequence[Candidate], needs: Sequence[MemberNeed]) -> None:
        self._by_skill: defaultdict[str, float] = defaultdict(float)
        self._seen: Counter[str] = Counter()
        self._members = len(needs)
        twins: dict[str, list[str]] = {}
        for candidate in candidates:
            for name in {candidate.question_id, candidate.prompt_key}:
                twins.setdefault(name, []).append(candidate.question_id)
        names = frozenset(twins)
        for member in needs:
            for skill, need in member.weak.items():
                self._by_skill[skill] += need
            met = names & member.seen
            self._seen.update({question for name in met for question in twins[name]})

    def of(self, candidate: Candidate) -> float:
        need = sum(self._by_skill[skill] for skill in set(candidate.skills))
        return round(need + self._new_to(candidate) * NEW, 9)

    def because(self, candidate: Candidate) -> str:
        weight, skill = max(((self._by_skill[skill], skill) for skill in candidate.skills), default=(0, ""))
        if weight > 0:
            return f"weak:{skill}"
        return "new" if self._new_to(candidate) > 0 else "any"

    def _new_to(self, candidate: Candidate) -> int:
        return self._members - self._seen[candidate.question_id]


def _by_worth(candidates: Sequence[Candidate], worth: _Worth, tie: Tie) -> Iterator[Candidate]:
    """Best first; ties are broken only where the caller gets to them."""
    scored = sorted((-worth.of(candidate), place) for place, candidate in enumerate(candidates))
    for _, equals in groupby(scored, key=lambda entry: entry[0]):
        yield from sorted((candidates[place] for _, place in equals), key=lambda c: _tie_key(tie, c.question_id))


def _tie_key(tie: Tie, question: str) -> tuple[float, str]:
    if callable(tie):
        return tie(question), question
    return int.from_bytes(blake2b(f"{tie}\n{question}".encode(), digest_size=6).digest(), "big"), question


def _cycle(asked: Sequence[str], by_id: Mapping[str, Candidate]) -> set[str]:
    """The questions of the cycle that is running: asked again since all of them had been asked."""
    cycle: set[str] = set()
    for question in asked:
        if question in by_id:
            if question in cycle:  # an earlier bank was smaller, and its cycle ended here
                cycle = set()
            cycle.add(question)
            if len(cycle) == len(by_id):
                cycle = set()
    return cycle


def _rounds_since_its_like(
    candidate: Candidate, recent: Sequence[str], by_id: Mapping[str, Candidate], similar: Similar, paraphrase: float
) -> int | None:
    for ago, question in enumerate(recent):
        known = by_id.get(question)
        if known is not None and known.prompt_key == candidate.prompt_key:
            return ago
        if question == candidate.question_id or similar(candidate.question_id, question) >= paraphrase:
            return ago
    return None


# ---------------------------------------------------------------- for one learner
def choose_for_learner(
    candidates: Sequence[Candidate],
    masteries: Mapping[str, Mastery],
    seen: Mapping[str, datetime],
    now: datetime,
    n: int,
    weak_only: bool = False,
    seed: str = "",
) -> tuple[str, ...]:
    """Return up to `n` question ids with different prompts, the best first, spread over skills.

    `seen` tells when a question (by id or prompt key) was last asked.  A question is worth the more, the larger the
    gap in its skills, the less they are known, and the nearer its expected success to 70 %; one seen lately is worth
    little.  With `weak_only` only questions with a weak area count: the result is empty where there is none.
    """
    known = {skill: faded(mastery, now) for skill, mastery in masteries.items()}
    pool = list(candidates)
    if weak_only:
        weak = {skill for skill, mastery in known.items() if is_weak(mastery)}
        pool = [candidate for candidate in pool if weak.intersection(candidate.skills)]
    judged: dict[tuple[str, Difficulty], float] = {}
    scored = []
    for candidate in pool:
        skills = candidate.skills or ("",)
        for skill in skills:
            if (skill, candidate.difficulty) not in judged:
                judged[skill, candidate.difficulty] = _lesson(known.get(skill, prior()), candidate.difficulty)
        lesson = sum(judged[skill, candidate.difficulty] for skill in skills) / len(skills)
        scored.append((round(lesson * _rested(candidate, seen, now), 9), candidate))
    scored.sort(key=lambda entry: (-entry[0], _tie_key(seed, entry[1].question_id)))
    return _spread(scored, n)


def _lesson(mastery: Mastery, difficulty: Difficulty) -> float:
    gap = max(0.0, min(1.0, (WEAK_BELOW - mastery.mean) / WEAK_BELOW)) if mastery.evidence else 0.0
    challenge = 1 - abs(expected(mastery, difficulty) - CHALLENGE) / CHALLENGE
    return GAP_WEIGHT * gap + UNCERTAINTY_WEIGHT * mastery.sd / PRIOR_SD + CHALLENGE_WEIGHT * challenge


def _rested(candidate: Candidate, seen: Mapping[str, datetime], now: datetime) -> float:
    times = [seen[name] for name in (candidate.question_id, candidate.prompt_key) if name in seen]
    if not times:
        return 1.0
    days = max((now - max(times)).total_seconds(), 0.0) / 86_400
    return min(1.0, JUST_SEEN + (1 - JUST_SEEN) * days / REST_DAYS)


def _spread(scored: Sequence[tuple[float, Candidate]], n: int) -> tuple[str, ...]:
    """Take the best again and again, each skill taken once more halving what its questions are worth."""
    taken: list[str] = []
    prompts: set[str] = set()
    skills: Counter[str] = Counter()
    while len(taken) < n:
        best: Candidate | None = None
        most = -1.0
        for worth, candidate in scored:
            if worth <= most:
                break  # sorted: nothing that follows can be worth more than its full worth
            if candidate.prompt_key in prompts:
                continue
            often = max((skills[skill] for skill in candidate.skills), default=0)
            if worth / 2**often > most:
                best, most = candidate, worth / 2**often
        if best is None:
            break
        taken.append(best.question_id)
        prompts.add(best.prompt_key)
        skills.update(set(best.skills))
    return tuple(taken)
