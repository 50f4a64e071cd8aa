"""Every sentence about a learner's progress; shown to that learner alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.bank.model import Question
from bot.chat.model import Button, Card, Facts, Part, Quote, Text
from bot.chat.phrases import say
from bot.chat.words import opening
from bot.coaching.cards import BAND_NAMES
from bot.progress.history import Attempt, Told
from bot.progress.skills import Mastery, is_weak
from bot.progress.streaks import Day, Streak

MARKS: Mapping[str, str] = {
    "answered": "✓",
    "missed": "✗",
    "excused": "~",
    "rest": "–",
    "free": "–",
    "open": "·",
}
REASONS: Mapping[str, str] = {
    "alone": "nothing answered",
    "no_round": "no question that day",
    "ahead": "still to come",
    "before": "before your first answer",
    "rest": "your rest day",
    "vacation": "vacation",
    "zone": "your change of time zone left no such day",
    "outage": "I was away, so it does not count",
}
SHOWN_DAYS = 28
SHOWN_WORDS = 60
"""So many characters of a prompt are enough to know a question again."""


@dataclass(frozen=True, slots=True)
class SkillLine:
    """A skill as it is shown: `quote` is a verbatim one with its day, "" where nothing was recognised.

    Of the points `looked_at`, so many were `recognised`, and of those some only `in_part`.
    """

    name: str
    mastery: Mastery
    quote: str
    quoted_on: str
    recognised: int
    in_part: int
    looked_at: int

    @property
    def missed(self) -> bool:
        """Tell whether anything was left out, or said in part."""
        return self.recognised - self.in_part < self.looked_at


def progress_card(
    streak: Streak,
    week: str,
    weak: Sequence[SkillLine],
    strong: Sequence[SkillLine],
    due: int,
    practise: Button | None,
) -> Card:
    """Show streak, week and skills, and one thing to do next: what is due, else the weakest skill if there is one."""
    body: list[Part] = [Text(f"{streak_words(streak)}\n{week}".strip())]
    heads: list[str] = []
    for line in weak:
        heads.append(_skill(line, "Weak" if is_weak(line.mastery) else "Weakest so far"))
        if line.quote:
            body += [Text("\n".join(heads)), Quote(f"{line.quote} ({line.quoted_on})")]
            heads = []
    if strong:
        heads.append(f"Strong: {', '.join(f'{line.name} {_bar(line.mastery.mean)}' for line in strong)}")
    if due:
        questions = "1 question is due again, about 4 min." if due == 1 else f"{due} questions are due again."
        heads.append(f"Next: {questions}")
    elif weak:
        heads.append(f"Next: one question on {weak[0].name}, about 4 min.")
    if heads:
        body.append(Text("\n".join(heads)))
    body.append(Text("`/progress why` explains the streak, `/progress history` lists your answers.", small=True))
    return Card("Your progress", tuple(body), (practise,) if practise else ())


def nothing_yet() -> Card:
    """Say how progress begins."""
    return say("Nothing to show yet. `/practice` gives you a question now; one honest answer is enough to begin.")


def streak_words(streak: Streak) -> str:
    """Return the streak in a line."""
    days = "1 day" if streak.current == 1 else f"{streak.current} days"
    best = f" (best {streak.best})" if streak.best > streak.current else ""
    pending = f" · {streak.pending:%a} {streak.pending.day} {streak.pending:%b} is still open" if streak.pending else ""
    return f"Streak {days}{best}{pending}"


def week_words(days: Sequence[Day], today: date) -> str:
    """Return the last seven days, a mark each.

    They end today, or with the last date that counts: a round's date may be ahead of the learner's own.
    """
    known = {day.date: day for day in days}
    end = max([today, *(day.date for day in days if day.state == "answered")])
    marks = []
    for back in range(6, -1, -1):
        on = date.fromordinal(end.toordinal() - back)
        state = known[on].state if on in known else "free"
        marks.append(f"{on:%a}"[:2] + f" {MARKS[state]}")
    return "  ".join(marks)


def why_card(streak: Streak, answers: Mapping[str, str], rounds: Mapping[str, str]) -> Card:
    """Explain the streak: each day, and why it counts or does not.

    `answers` and `rounds` give the words of a question by what a day refers to.
    """
    if not streak.days:
        return nothing_yet()
    pairs = []
    for day in streak.days[-SHOWN_DAYS:]:
        because = REASONS.get(day.because)
        match day.state:
            case "answered":
                because = f"answered: {answers[day.because]}" if day.because in answers else "answered"
            case "missed":
                because = because or f"not answered: {rounds.get(day.because, 'the question of that day')}"
            case "open":
                because = f"still open: {rounds.get(day.because, 'answer anything today')}"
        pairs.append((f"{day.date:%a} {day.date.day} {day.date:%b}", f"{MARKS[day.state]} {because or day.state}"))
    body: list[Part] = [Text(streak_words(streak)), Facts(tuple(pairs))]
    if len(streak.days) > SHOWN_DAYS:
        body.append(
            Text(f"The last {SHOWN_DAYS} of {len(streak.days)} days; `/progress export` has them all.", small=True)
        )
    body.append(
        Text(
            "✓ counts · ✗ breaks it · ~ excused · – not needed · your day begins at 04:00. "
            "It is computed from your answers each time, never kept as a number.",
            small=True,
        )
    )
    return Card("Why your streak is what it is", tuple(body))


def question_words(question: Question | None) -> str:
    """Return what a question is known by to a learner, who never sees its id: its first words."""
    return opening(" ".join(question.prompt.split()), SHOWN_WORDS) if question else "a question that is gone"


def history_row(question: Question | None, told: Told) -> str:
    """Return one attempt: the question, what the answer got, and with what was said after a follow-up."""
    first, last = told[0], told[-1]
    words = " → ".join(_result(one) for one in ((first,) if first is last else (first, last)))
    after = " after a follow-up" if last.followed else ""
    return f"{question_words(question)} · {words}{after} · {first.source}"


def history_card(rows: Sequence[tuple[str, str]]) -> Card:
    """List the last answers, each with its day."""
    if not rows:
        return nothing_yet()
    return Card("Your last answers", (Facts(tuple(rows)),))


def _result(attempt: Attempt) -> str:
    return f"{BAND_NAMES[attempt.band].lower()} {attempt.score}" if attempt.band else "no score"


def _skill(line: SkillLine, label: str) -> str:
    part = f", {line.in_part} only in part" if line.in_part else ""
    seen = f"recognised in {line.recognised} of {line.looked_at}{part}"
    return f"{label}: {line.name} {_bar(line.mastery.mean)} · {seen}"


def _bar(mean: float) -> str:
    filled = round(mean * 5)
    return "▪" * filled + "▫" * (5 - filled)
