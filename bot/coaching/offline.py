"""The coach that needs no network and no key: rules, honest about being approximate."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from bot.bank.model import Bank, Question
from bot.coaching.assessment import Assessment, PointResult, band_of, content_of, met_of, score_of, without_point
from bot.coaching.cues import CueLine, Index, bits, parse
from bot.coaching.dimensions import Signs, find_dimensions
from bot.coaching.feedback import fix_of, probe_of, strength_of
from bot.coaching.flags import find_flags
from bot.coaching.gate import Refusal, disowned, disowned_whole, screen
from bot.coaching.language import stem_set
from bot.coaching.points import PLAIN, PLATITUDE, CompiledPoint, Matter, Proof, compile_points, find
from bot.coaching.quotes import Quoter
from bot.coaching.reading import Reading, Sentence, read
from bot.coaching.relevance import LONG, SHORT, Relevance
from bot.coaching.rubric import Rubric, rubric_of
from bot.coaching.weights import Lexicon
from bot.coaching.wordlists import DOMAIN, GENERIC, PLATITUDES, SPOKEN

KEPT = 1_000
"""Compiled questions kept in memory."""
SPECIFIC_STEMS = 2
"""Concrete stems that make a sentence specific without a figure or a name."""
SEVERAL = 2
"""Commonplaces in one sentence, from which on it proves nothing unless it has a figure or a name."""
NEAR, FAR, LEAST_DAMPING = 0.85, 0.4, 0.3
"""Closeness to the own question over that to the closest: from NEAR on nothing is damped, below FAR most."""
NEAR_OF_TALE, FAR_OF_TALE = 0.7, 0.3
"""The same for a tale: its words are those of its world, and may well be nearer to those of another question."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A question, ready to judge answers to it."""

    question: Question
    points: tuple[CompiledPoint, ...]
    vocabulary: dict[str, float]


class OfflineCoach:
    """Judges answers by rules.  One object serves all threads: what it caches is only ever computed twice."""

    name = "offline"

    def __init__(self, bank: Bank) -> None:
        """Remember the bank; its words are counted at the first judgement."""
        self._bank = bank
        self._rubrics: dict[str, tuple[Question, Rubric]] = {}
        self._compiled: dict[str, Compiled] = {}

    def gate(self, question: Question, answer: str) -> Refusal | None:
        """Return why an answer cannot be judged, or None; a few milliseconds, whatever the text."""
        screened = screen(read(answer), self._rubric(question))
        return screened if isinstance(screened, Refusal) else None

    async def assess(self, question: Question, answer: str) -> Assessment:
        """Judge an answer (the port `Coach`) in a thread, since it computes."""
        return await asyncio.to_thread(self.judge, question, answer)

    def judge(self, question: Question, answer: str) -> Assessment:
        """Return the whole assessment; never raises, whatever the text."""
        reading = read(answer)
        screened = screen(reading, self._rubric(question))
        if isinstance(screened, Refusal):
            return Assessment(question.id, self.name, "not_enough_evidence", reason=screened.reason)
        return self._judge(self._compile(question), Reading(answer, screened.kept))

    def judge_without_gate(self, question: Question, answer: str) -> Assessment:
        """Return the assessment of an answer whatever the gate says of it, to measure the points by themselves."""
        return self._judge(self._compile(question), read(answer))

    def _judge(self, compiled: Compiled, reading: Reading) -> Assessment:
        question, sentences = compiled.question, reading.sentences
        index = Index(sentences)
        flags, barred = find_flags(question, reading, index)
        texts = [reading.text[s.origin : s.end] for s in sentences]
        barred |= _mask(disowned_whole(text) for text in texts)
        matter, specific = self._weigh(compiled, index)
        solid = _mask(s.figures or s.named for s in sentences)
        denied = _mask(disowned(text) for text in texts)
        proof = Proof(specific, solid, barred | _commonplaces(index) & ~solid, denied)
        points = _results(compiled, Quoter(reading, matter), matter, index, proof)
        damping = self._damping(compiled, reading, matter)
        content = content_of(points) * damping
        dimensions = find_dimensions(Signs(question, reading, index, specific, content))
        score = score_of(points, flags, dimensions, damping=damping)
        probe = probe_of(question, points, reading, index)
        return Assessment(
            question.id,
            self.name,
            "assessed",
            score=score,
            band=band_of(score, flags),
            points=points,
            flags=flags,
            dimensions=dimensions,
            strength=strength_of(points),
            fix=fix_of(points, flags, dimensions),
            probe=probe.text,
            probe_about=probe.about,
        )

    def _weigh(self, compiled: Compiled, index: Index) -> tuple[Matter, int]:
        """Return the answer's words with the worth of their sentences, and the specific sentences as bits.

        Specific is a figure or a name, or matter told by somebody who acts; for knowledge (technical, design)
        nobody has to act.  Commonplaces weigh little.
        """
        bland = index.line(_platitudes())
        told = compiled.question.format in ("behavioural", "incident")
        specific = 0
        worth = []
        for n, s in enumerate(index.sentences):
            matter = self._matter_in(s, compiled)
            common = bool(bland >> n & 1) or (told and not s.acted)
            if s.figures or s.named or (matter >= SPECIFIC_STEMS and not common):
                specific |= 1 << n
                worth.append(1.0)
            else:
                worth.append(PLATITUDE if common else PLAIN)
        return Matter(index.sentences, worth), specific

    def _matter_in(self, sentence: Sentence, compiled: Compiled) -> float:
        """Return how many stems of a sentence are concrete: those that the bank knows count once, others half."""
        known = self._lexicon.frequency
        return sum(
            1.0 if s in known or s in compiled.vocabulary or s in _work() else 0.5
            for s in sentence.content - _brochure()
        )

    def _damping(self, compiled: Compiled, reading: Reading, matter: Matter) -> float:
        """Return the factor for a long answer that is closer to another question of the bank, else 1."""
        weight = min(1.0, max(0.0, (reading.length - SHORT) / (LONG - SHORT)))
        if not weight:
            return 1.0
        closeness = self._relevance.own_over_best(compiled.question, compiled.vocabulary, matter.where)
        told = compiled.question.format == "behavioural"
        near, far = (NEAR_OF_TALE, FAR_OF_TALE) if told else (NEAR, FAR)
        share = (closeness - far) / (near - far)
        return 1 - weight * (1 - LEAST_DAMPING) * (1 - min(1.0, max(0.0, share)))

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self._bank.questions)

    @cached_property
    def _relevance(self) -> Relevance:
        return Relevance(self._lexicon)

    def _rubric(self, question: Question) -> Rubric:
        known = self._rubrics.get(question.id)
        if known is not None and known[0] == question:
            return known[1]
        if len(self._rubrics) >= KEPT:
            self._rubrics = {}
        rubric = rubric_of(question)
        self._rubrics[question.id] = (question, rubric)
        return rubric

    def _compile(self, question: Question) -> Compiled:
        known = self._compiled.get(question.id)
        if known is not None and known.question == question:
            return known
        if len(self._compiled) >= KEPT:
            self._compiled = {}
        compiled = Compiled(
            question, compile_points(question, self._lexicon), self._relevance.vector_with_cues(question)
        )
        self._compiled[question.id] = compiled
        return compiled


def _results(compiled: Compiled, quoter: Quoter, matter: Matter, index: Index, proof: Proof) -> tuple[PointResult, ...]:
    """Return the points in the rubric's order; the surest of them choose their quotes first."""
    found = {p.point.id: find(p, matter, index, proof) for p in compiled.points}
    results: dict[str, PointResult] = {}
    for point in sorted(compiled.points, key=lambda p: -found[p.point.id].grade):
        here = found[point.point.id]
        met = met_of(here.grade)
        quotes = quoter.take(point, here) if met != "absent" else ()
        p = point.point
        result = PointResult(p.id, p.text, met, quotes, p.skill, p.weight, round(here.grade, 3))
        results[p.id] = result if quotes else without_point(result)
    return tuple(results[p.point.id] for p in compiled.points)


def _mask(values: Iterable[bool]) -> int:
    return sum(1 << n for n, value in enumerate(values) if value)


def _commonplaces(index: Index) -> int:
    """Return the sentences, as bits, that hold several phrases of every speech: they may say anything."""
    (group,) = _platitudes().groups
    counts = Counter(n for alternative in group for n in bits(index.alternative(alternative)))
    return sum(1 << n for n, count in counts.items() if count >= SEVERAL)


@cache
def _platitudes() -> CueLine:
    return parse(" | ".join(PLATITUDES))


@cache
def _work() -> frozenset[str]:
    return stem_set(DOMAIN)


@cache
def _brochure() -> frozenset[str]:
    return stem_set(SPOKEN | GENERIC)
