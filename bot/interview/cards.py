"""Every sentence of an interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bank.model import Question
from bot.chat.model import Button, Card, Part, Quote, Text
from bot.coaching.assessment import Assessment
from bot.coaching.cards import BAND_NAMES, assessment_card
from bot.interview.model import Mode, Reason

WORDS_A_MINUTE = 140
"""How fast people speak in an interview (design 6)."""
REMARKS: Mapping[str, str] = {
    "nothing_collected": "I have nothing from you yet. Write your answer, in as many messages as you like, then done.",
    "busy": "One moment, I am reading your answer.",
    "paused": "Paused. Nothing is lost; say resume when you want to go on.",
    "choices": "Noted. Say next for the next question, or retry to answer this one again.",
    "heard_more": "You wrote more while I was reading, so I take it all together. Say done when it is complete.",
    "failed": "I have your answer, but could not assess it just now. Say done to try again, or skip.",
    "old": "That button belongs to an earlier question. The newest one is below.",
}
ENDED = {"stopped": "Stopped. What you answered is kept.", "stale": "I closed this one after a week of silence."}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a finished interview, for the scorecard."""

    name: str
    band: str
    after_probe: str
    quote: str
    gained: str
    skipped: bool


def opening_card(mode: Mode, questions: Sequence[Question], question: Question, buttons: Sequence[Button]) -> Card:
    """Open an interview with its first question."""
    minutes = sum(one.minutes for one in questions)
    if len(questions) == 1:
        title = f"Practice · {question.format} · {question.level} · about {minutes} min"
    else:
        feedback = "no feedback until the end, as in the real thing" if mode == "mock" else "feedback after each"
        kind = "Mock interview" if mode == "mock" else "Interview"
        title = f"{kind} · {len(questions)} questions · about {minutes} min · {feedback}"
    how = (
        "Write as you would speak, in as many messages as you like, then press Done. "
        "hint, skip, repeat, pause, stop work too."
    )
    body = (Text(how), Text(_numbered(question, 0, len(questions))))
    return Card(title, body, tuple(buttons))


def question_card(question: Question, position: int, length: int, buttons: Sequence[Button]) -> Card:
    """Ask a question."""
    return Card("", (Text(_numbered(question, position, length)),), tuple(buttons))


def probe_card(text: str, buttons: Sequence[Button]) -> Card:
    """Ask a follow-up."""
    return Card("", (Text(text),), tuple(buttons))


def feedback_card(
    question: Question,
    assessment: Assessment,
    *,
    length: str,
    before: tuple[str, int] | None,
    after_probe: bool,
    streak: int,
    buttons: Sequence[Button],
) -> Card:
    """Show an assessment; `before` is the band and score that it is compared with: unprompted, or the try before."""
    card = assessment_card(question, assessment)
    body = list(card.body)
    if before is not None and assessment.score is not None:
        what = "Unprompted it was" if after_probe else "Before it was"
        change = assessment.score - before[1]
        more = f"{change:+d}" if change else "no change"
        body.append(Text(f"{what} {before[1]} ({BAND_NAMES[before[0]].lower()}): {more}."))  # type: ignore[index]
    days = "1 day" if streak == 1 else f"{streak} days"
    body.append(Text(f"{length} · Streak {days}", small=True))
    return replace(card, body=tuple(body), buttons=tuple(buttons))


def spoken(text: str, seconds: float) -> str:
    """Return how long an answer took to write, and how long it is when spoken."""
    minutes = len(text.split()) / WORDS_A_MINUTE
    said = f"spoken about {_minutes(minutes)}; aim at 1 to 2 min"
    return f"{_minutes(seconds / 60)} spent · {said}" if seconds >= 1 else said


def scorecard(
    mode: Mode,
    reason: Reason,
    asked: Sequence[Asked],
    strongest: str,
    fix: str,
    compared: str,
    practise: Button | None,
    minutes: float,
) -> Card:
    """Close an interview."""
    answered = [one for one in asked if one.band]
    if not answered:
        words = ENDED.get(reason, "That was all.")
        return Card("", (Text(f"{words} Nothing was answered this time. `/interview start` begins another one."),))
    kind = "Mock interview" if mode == "mock" else "Interview"
    body: list[Part] = [Text(ENDED[reason])] if reason in ENDED else []
    for number, one in enumerate(asked, 1):
        if one.skipped or not one.band:
            body.append(Text(f"{number} {one.name} · skipped"))
            continue
        then = f" → {one.after_probe} after a probe" if one.after_probe else ""
        body.append(Text(f"{number} {one.name} · {one.band}{then}"))
        if one.quote:
            body.append(Quote(one.quote))
        if one.gained:
            body.append(Text(f"Only after a probe: {one.gained}", small=True))
    if strongest:
        body.append(Text(f"Strongest: {strongest}"))
    if fix:
        body.append(Text(f"Worth most: {fix}"))
    if compared:
        body.append(Text(compared))
    body.append(Text("A practice signal, not a hiring decision.", small=True))
    spent = f" · {_minutes(minutes)}" if minutes >= 1 / 60 else ""
    title = f"{kind} · {len(answered)} of {len(asked)} answered{spent}"
    return Card(title, tuple(body), (practise,) if practise else ())


def compared_with(now: int, before: Sequence[int]) -> str:
    """Compare a mean score with those of earlier interviews."""
    if not before:
        return ""
    mean = round(sum(before) / len(before))
    change = now - mean
    word = "about the same" if abs(change) < 3 else f"{abs(change)} {'higher' if change > 0 else 'lower'}"
    many = "your last one" if len(before) == 1 else f"your last {len(before)}"
    return f"Against {many}: {word} ({now}, {mean} before)."


def opened_in_private(link: str = "") -> Card:
    """Say where an interview was opened."""
    return _say(f"I opened it in our direct messages. {link}".strip())


def in_the_middle(position: int, length: int) -> Card:
    """Say that another interview is still open."""
    return _say(
        f"You are in the middle of one: question {position} of {length}. Go on with it, say repeat to see the "
        "question again, or stop to end it."
    )


def moment(position: int, length: int) -> str:
    """Return what to do in the middle of an interview, for help."""
    return (
        f"You are in question {position} of {length}. Write your answer in as many messages as you like, then "
        "`done`. `hint`, `repeat`, `skip`, `pause` and `stop` work as plain words."
    )


def nothing_open() -> Card:
    """Say that there is no interview to talk about."""
    return _say("No interview is open. `/interview start` begins one, `/practice` asks a single question.")


def too_long(length: int, longest: int) -> Card:
    """Refuse an answer that is too long; it stays where it was written."""
    return _say(
        f"That is {length:,} characters; I read up to {longest:,}. Your words are still above: "
        "send a shorter version, as you would say it in two minutes."
    )


def unknown_topic(word: str, near: Sequence[str]) -> Card:
    """Say that a word names no topic."""
    hint = f"Did you mean {_either(near)}?" if near else "Try `behavioural`, `incident`, `design` or a skill."
    return _say(f"I have no questions on `{word}`. {hint}")


def wrong_length(number: str, longest: int) -> Card:
    """Say how many questions are possible."""
    return _say(f"An interview has 1 to {longest} questions, not {number}. Type `/interview start 3`.")


def nothing_fits(which: str, filters: Mapping[str, str]) -> Card:
    """Say that no question is left to ask."""
    if which == "due":
        return _say("Nothing is due yet. `/practice` gives you a new question.")
    if which == "weak":
        return _say("No weak area yet: it takes three assessed points of a skill. `/practice` gives you a question.")
    words = " ".join(f"{key}={value}" for key, value in filters.items())
    return _say(f"No question fits {words}. Leave something out: `/interview start`.")


def remark(what: str) -> Card:
    """Say one of the short things."""
    return _say(REMARKS[what])


def points_card(points: Sequence[str]) -> Card:
    """Confirm what is contested."""
    if not points:
        return _say("Everything was recognised in that answer, so there is nothing to contest.")
    listed = "\n".join(f"• {point}" for point in points)
    return Card("", (Text("Noted. These no longer count against you, and a person will look at them:"), Text(listed)))


def gone() -> Card:
    """Say that a question left the bank."""
    return _say("That question has left the bank; we go on without it.")


def name_of(question: Question) -> str:
    """Return a few words by which a question is known on a scorecard."""
    words = question.prompt.replace("\n", " ").split()
    return " ".join(words[:9]) + ("…" if len(words) > 9 else "")


def _numbered(question: Question, position: int, length: int) -> str:
    return question.prompt if length == 1 else f"{position + 1} of {length}: {question.prompt}"


def _minutes(minutes: float) -> str:
    return f"{round(minutes * 60)} s" if minutes < 1.5 else f"{round(minutes)} min"


def _say(words: str) -> Card:
    return Card("", (Text(words),))


def _either(words: Sequence[str]) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
