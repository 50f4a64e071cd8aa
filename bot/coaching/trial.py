"""What only the coach can say of a bank: cues that fire on anything or on nothing, examples it does not recognise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.bank.check import cue_lines, in_order, placed
from bot.bank.check import findings as findings_of_bank
from bot.bank.finding import Complaint, Finding
from bot.bank.load import survey
from bot.bank.model import Bank, Question
from bot.coaching.assessment import Assessment
from bot.coaching.cues import NUMBER, Index, bits, parse
from bot.coaching.filler import FILLERS
from bot.coaching.offline import OfflineCoach
from bot.coaching.reading import read

STRONG, WEAK = 75, 30
"""A strong example has at least STRONG and a yes, a weak one less than WEAK (coaching rules)."""
COMMON, COMMON_SHARE = 6, 6
"""A cue line may fire on fewer than 6 other questions' examples (coaching rules), and in a bank larger than the one
that the rule was tried with, on fewer than one in 6: incidents have much in common, and are told alike."""
EXAMPLES = 100
"""Other examples that a line is tried on: enough to see what is common, and quick with a bank of thousands."""


def findings(folder: Path) -> list[Finding]:
    """Return everything that is wrong with a bank: what `bot.bank.check` finds, and what the coach finds in it."""
    found = survey(folder)
    tried = trial(found.bank, found.files)
    return in_order([*findings_of_bank(folder), *tried])


def trial(bank: Bank, files: Mapping[str, Path]) -> list[Finding]:
    """Return what the coach finds in a bank; `files` says where each question stands."""
    coach = OfflineCoach(bank)
    filler = Index([sentence for text in FILLERS for sentence in read(text).sentences])
    examples = _examples(bank)
    result: list[Finding] = []
    for question in bank.questions.values():
        errors = [*_idle(question), *_bound_to_fire(question, filler)]
        warnings = [*_common(question, examples), *_misjudged(question, coach.judge)]
        result += placed(files[question.id], errors, "error") + placed(files[question.id], warnings, "warning")
    return result


@dataclass(frozen=True, slots=True)
class _Examples:
    """The sentences of many examples in one index, and the question that each one belongs to: a cue is looked for in
    all of them at once.
    """

    index: Index
    owners: tuple[str, ...]

    def others(self, question_id: str) -> int:
        """Return how many questions besides this one have an example."""
        return len({*self.owners} - {question_id})

    def hit(self, line: str, question_id: str) -> int:
        """Return on how many examples of other questions a cue fires."""
        return len({self.owners[number] for number in bits(self.index.line(parse(line)))} - {question_id})


def _examples(bank: Bank) -> _Examples:
    with_example = [question for question in bank.questions.values() if question.example]
    step = max(1, len(with_example) // EXAMPLES)
    texts = [(one.id, read(one.example).sentences) for one in with_example[::step]]
    sentences = [sentence for _, found in texts for sentence in found]
    return _Examples(Index(sentences), tuple(question_id for question_id, found in texts for _ in found))


def _idle(question: Question) -> Iterator[Complaint]:
    """Yield the alternatives of cues that not even the words themselves would meet."""
    for place, line in cue_lines(question):
        for group in line.split("+"):
            for text in (" ".join(alternative.split()) for alternative in group.split("|")):
                if text and not _can_be_met(text):
                    yield Complaint(place, f"nothing that one can say meets '{text}'", "use plain words")


@lru_cache(maxsize=20_000)
def _can_be_met(alternative: str) -> bool:
    said = alternative.replace(NUMBER, "7").replace("*", "")
    return Index(read(f"We say {said} here.").sentences).line(parse(alternative)) != 0


def _bound_to_fire(question: Question, filler: Index) -> Iterator[Complaint]:
    for place, line in cue_lines(question):
        if place[0] == "points" and filler.line(parse(line)):
            yield Complaint(place, f"'{_short(line)}' fires on talk that answers nothing", "use words of the point")


def _common(question: Question, examples: _Examples) -> Iterator[Complaint]:
    for place, line in cue_lines(question):
        if place[0] != "points":
            continue
        hits = examples.hit(line, question.id)
        if hits >= max(COMMON, examples.others(question.id) / COMMON_SHARE):
            what = f"'{_short(line)}' fires on the examples of {hits} other questions"
            yield Complaint(place, what, "add a group, or take its commonest words out")


def _misjudged(question: Question, judge: Callable[[Question, str], Assessment]) -> Iterator[Complaint]:
    """Yield where the coach and an example disagree; an imported page without cues promises nothing."""
    if not question.points or not all(point.cues for point in question.points):
        return
    if question.example:
        yield from _strong(judge(question, question.example))
    if question.weak_example:
        yield from _weak(judge(question, question.weak_example))


def _strong(assessment: Assessment) -> Iterator[Complaint]:
    place = ("example",)
    if assessment.score is None:
        yield Complaint(place, f"the coach refuses this example ({assessment.reason})", "answer the prompt in it")
        return
    for raised in (flag for flag in assessment.flags if flag.raised):
        quote = raised.quotes[0] if raised.quotes else ""
        what = f"this example raises the flag '{raised.id}' ('{_short(quote)}')"
        yield Complaint(place, what, "narrow the flag's cues, or mend the example")
    if assessment.score < STRONG or assessment.band not in ("yes", "strong_yes"):
        absent = ", ".join(point.id for point in assessment.points if point.met == "absent")
        what = f"the coach gives this example {assessment.score} of 100"
        hint = f"not recognised: {absent}" if absent else "several points were recognised in part only"
        yield Complaint(place, what, f"{hint}; widen their cues, or say it in the example")


def _weak(assessment: Assessment) -> Iterator[Complaint]:
    place = ("weak_example",)
    if assessment.score is None:
        yield Complaint(
            place, f"the coach refuses this example ({assessment.reason})", "answer the prompt in it, badly"
        )
    elif assessment.score >= WEAK:
        met = ", ".join(point.id for point in assessment.points if point.met != "absent")
        what = f"the coach gives this weak example {assessment.score} of 100"
        yield Complaint(place, what, f"it recognised {met or 'too much'}; narrow their cues, or write a weaker one")


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
