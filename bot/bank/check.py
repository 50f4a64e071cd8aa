"""Everything that an author should mend before questions go live: what does not load, and what would not work well.

What needs the coach's own reading of cues and answers is added by `bot.coaching.trial`, which lies above this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.bank import cues, document
from bot.bank.finding import Complaint, Finding, Severity
from bot.bank.finding import Path as Place
from bot.bank.load import Survey, survey
from bot.bank.model import Question
from bot.bank.similar import paraphrases

__all__ = ["Finding", "cue_lines", "findings", "in_order", "placed"]


def findings(folder: Path) -> list[Finding]:
    """Return what is wrong with a bank: errors first (it does not load, or credit would be false), then warnings."""
    found = survey(folder)
    result = list(found.findings)
    for question in found.bank.questions.values():
        path = found.files[question.id]
        lines = list(cue_lines(question))
        errors = [Complaint(place, *words) for place, line in lines for words in cues.wrong(line)]
        warnings = [Complaint(place, *words) for place, line in lines for words in cues.vague(line)]
        warnings += [*_thin(question), *_misnamed(question, path)]
        result += placed(path, errors, "error") + placed(path, warnings, "warning")
    result += _paraphrased(found)
    return in_order(result)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings as they are shown: errors first, then by file and line."""
    return sorted(found, key=lambda finding: (finding.severity != "error", finding))


def placed(path: Path, complaints: list[Complaint], severity: Severity) -> list[Finding]:
    """Return complaints about one question as findings, each with its line in the file."""
    if not complaints:
        return []
    text = path.read_text(encoding="utf-8-sig")
    return [Finding(str(path), document.line_of(text, c.path), c.what, c.hint, severity) for c in complaints]


def cue_lines(question: Question) -> Iterator[tuple[Place, str]]:
    """Yield each cue line of points and flags with its place."""
    for position, point in enumerate(question.points):
        yield from ((("points", position, "cues", n), line) for n, line in enumerate(point.cues))
    for position, flag in enumerate(question.flags):
        yield from ((("flags", position, "cues", n), line) for n, line in enumerate(flag.cues))


def _thin(question: Question) -> Iterator[Complaint]:
    """Yield what our own questions have and an imported page cannot have."""
    for position, point in enumerate(question.points):
        if not point.cues and not question.source:
            what = f"the point '{point.id}' has no cues"
            yield Complaint(("points", position), what, "write two or three lines, so that the offline coach sees it")
        elif 0 < len(point.cues) < cues.ENOUGH_LINES:
            what = f"the point '{point.id}' has one cue line"
            yield Complaint(("points", position, "cues"), what, "write two or three: one alone misses a third")
    if not question.source:
        for key in ("why", "example", "weak_example"):
            if not getattr(question, key):
                yield Complaint((), f"there is no '{key}'", "write it: the coach and its tests use it")


def _misnamed(question: Question, path: Path) -> Iterator[Complaint]:
    if path.stem != question.id:
        yield Complaint(("id",), f"the file is not called {question.id}.yaml", "rename the file, never the id")


def _paraphrased(found: Survey) -> list[Finding]:
    """Return a warning for each prompt that asks what earlier ones ask, naming the first of them.

    A set may ask the same at several levels.
    """
    questions = list(found.bank.questions.values())
    told: dict[int, Complaint] = {}
    for left, right, likeness in paraphrases([question.prompt for question in questions]):
        first, second = questions[left], questions[right]
        if first.set and first.set == second.set and first.level != second.level:
            continue
        what = f"this prompt asks nearly what '{first.id}' asks ({likeness:.0%} alike)"
        told.setdefault(right, Complaint(("prompt",), what, "ask something else, or delete one of the two"))
    return [
        finding
        for position, complaint in told.items()
        for finding in placed(found.files[questions[position].id], [complaint], "warning")
    ]
