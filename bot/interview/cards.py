"""Every sentence of an interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bank.model import Question
from bot.chat.model import Button, Card, Part, Quote, Text
from bot.chat.phrases import either, say
from bot.coaching.assessment import Assessment
from bot.coaching.cards import BAND_NAMES, assessment_card, short_name
from bot.interview.model import Interview, Mode, Order, Reason

WORDS_A_MINUTE = 140
"""How fast people speak in an interview (design 6)."""
REMARKS: Mapping[str, str] = {
    "nothing_new": "I have read everything you wrote so far. Add to it, then say done; skip goes on without.",
    "nothing_collected": "I have nothing from you yet. Write your answer, in as many messages as you like, then done.",
    "busy": "One moment, I am reading your answer.",
    "paused": "Paused. Nothing is lost; say resume when you want to go on.",
    "choices": "Noted. Say next to go on, or retry to answer this one again.",
    "heard_more": "You wrote more while I was reading, so I take it all together. Say done when it is complete.",
    "failed": "I have your answer, but could not assess it just now. Say done to try again, or skip.",
    "old": "That button belongs to something we have left behind. Say repeat to see where we are.",
}
KEPT = "No score, and nothing is lost: go on writing, or say skip."
NOT_A_DECISION = "A practice signal, not a hiring decision."
ENDED: Mapping[str, str] = {
    "stopped": "Stopped. What you answered is kept.",
    "stale": "I closed this one after a week of silence.",
}


REMARK_BUTTONS: Mapping[str, tuple[Order, ...]] = {
    "paused": ("resume", "stop"),
    "choices": ("retry", "next"),
    "failed": ("done", "skip"),
    "refused": ("done", "hint", "skip"),
    "nothing_new": ("skip",),
}
"""What can be pressed under a remark; everything can be said as well."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One answered question of a finished interview, for the scorecard; `score` and `fix` are those of its end."""

    name: str
    band: str
    after_probe: str
    quote: str
    why: str
    gained: str
    score: int
    fix: str


def welcome(name: str, zone: str, levels: Sequence[Button]) -> Card:
    """Greet a learner the first time: what Greenroom does, what it keeps; level and zone are asked."""
    greeting = f"Hi {name}, I am Greenroom." if name else "Hi, I am Greenroom."
    body = (
        Text(
            f"{greeting} I ask one question a day in your group's channel and run mock interviews here, whenever you "
            "like: `/practice` asks one question now."
        ),
        Text("I keep your answers to show your progress, to you alone. `/progress delete` removes everything."),
        Text(f"What are you preparing for? Your time zone: {zone} (`/settings zone Europe/Berlin` changes it)."),
    )
    return Card("", body, tuple(levels))


def opening_card(
    mode: Mode,
    questions: Sequence[Question],
    question: Question,
    buttons: Sequence[Button],
    *,
    wanted: int,
    in_thread: bool = False,
) -> Card:
    """Open an interview with its first question; `wanted` is how many were asked for, `in_thread` where it is held."""
    minutes = sum(one.minutes for one in questions)
    if len(questions) == 1 and mode == "coach":
        title = f"Practice · {question.format} · {question.level} · about {minutes} min"
    else:
        feedback = "no feedback until the end, as in the real thing" if mode == "mock" else "feedback after each"
        kind = "Mock interview" if mode == "mock" else "Interview"
        title = f"{kind} · {_questions(len(questions))} · about {minutes} min · {feedback}"
    fewer = f"You asked for {wanted}; {len(questions)} fit. " if len(questions) < wanted else ""
    place = "in this thread and " if in_thread else ""
    how = (
        f"{fewer}Write {place}as you would speak, in as many messages as you like, then press Done; 20 quiet seconds "
        "do the same. hint, skip, repeat, pause, stop work as plain words too."
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
    question: Question, assessment: Assessment, *, length: str, change: str, streak: int, buttons: Sequence[Button]
) -> Card:
    """Show an assessment; `change` compares it with what was said before."""
    card = assessment_card(question, assessment)
    days = "1 day" if streak == 1 else f"{streak} days"
    more = (Text(change),) if change else ()
    return replace(
        card, body=(*card.body, *more, Text(f"{length} · Streak {days}", small=True)), buttons=tuple(buttons)
    )


def compared(before: Assessment, now: Assessment, *, after_probe: bool) -> str:
    """Compare an answer with its first version: without the answer to the probe, or the try before."""
    if before.score is None or before.band is None or now.score is None:
        return ""
    known = {point.id for point in before.points if point.met != "absent"}
    new = [short_name(point) for point in now.points if point.met != "absent" and point.id not in known]
    what = "Before the follow-up" if after_probe else "The try before"
    change = now.score - before.score
    if change == 0 and not new:
        return f"{what}: {before.score} as well."
    words = f"{what}: {before.score} ({BAND_NAMES[before.band].lower()}), so {change:+d}."
    return f"{words} New: {' · '.join(new)}." if new else words


def spoken(text: str, seconds: float) -> str:
    """Return how long an answer took to write, and how long it is when spoken."""
    said = f"about {_minutes(len(text.split()) / WORDS_A_MINUTE)}; aim at 1 to 2 min"
    return f"Spent {_minutes(seconds / 60)} · spoken {said}" if seconds >= 1 else f"Spoken {said}"


def scorecard(
    mode: Mode,
    reason: Reason,
    asked: Sequence[Asked | str],
    *,
    compared: str,
    practise: tuple[str, Button],
    minutes: float,
) -> Card:
    """Close an interview; a question that was not answered is its name. `practise` is a skill and its button."""
    answered = [(number, one) for number, one in enumerate(asked, 1) if isinstance(one, Asked)]
    if not answered:
        return nothing_answered(reason, practise[1])
    body: list[Part] = [Text(ENDED[reason])] if reason in ENDED else []
    lines: list[str] = []
    for number, one in enumerate(asked, 1):
        if isinstance(one, str):
            lines.append(f"{number} {one} · skipped")
            continue
        lines.append(f"{number} {one.name} · {one.band}{one.after_probe}")
        if one.quote:
            body += [Text("\n".join(lines)), Quote(one.quote)]
            lines = []
        if one.gained:
            lines.append(f"   Only after a follow-up: {one.gained}")
    if lines:
        body.append(Text("\n".join(lines)))
    ending = [*_best_and_worst(answered), compared, f"Next: one question on {practise[0]}." if practise[0] else ""]
    body += [Text("\n".join(line for line in ending if line)), Text(NOT_A_DECISION, small=True)]
    spent = f" · {_minutes(minutes)}" if minutes >= 1 / 60 else ""
    kind = "Mock interview" if mode == "mock" else "Interview"
    title = f"{kind} · {len(answered)} of {len(asked)} answered{spent}"
    return Card(title, tuple(body), (practise[1],))


def practice_closed(reason: Reason, one: Asked | None, practise: tuple[str, Button]) -> Card:
    """Close a practice: its result was just shown, so only what comes next is said."""
    if one is None:
        return nothing_answered(reason, practise[1])
    skill, button = practise
    again = f"The button asks one on {skill}; `/practice` chooses freely." if skill else "The button asks another one."
    return Card(
        "", (Text(f"{ENDED.get(reason, 'Done.')} {one.name} · {one.band}{one.after_probe}. {again}"),), (button,)
    )


def nothing_answered(reason: Reason, practise: Button) -> Card:
    """Close an interview without an answer."""
    words = {"stale": "I closed this one after a week of silence.", "stopped": "Stopped."}.get(reason, "That was all.")
    text = f"{words} Nothing was answered this time. `/practice` or `/interview start` begins another one."
    return Card("", (Text(text),), (practise,))


def _best_and_worst(answered: Sequence[tuple[int, Asked]]) -> list[str]:
    if len(answered) == 1:
        only = answered[0][1]
        return [f"Strongest: {only.why}." if only.why else "", f"Worth most: {only.fix}" if only.fix else ""]
    strong = max((pair for pair in answered if pair[1].why), key=lambda pair: pair[1].score, default=None)
    weak = min((pair for pair in answered if pair[1].fix), key=lambda pair: pair[1].score, default=None)
    return [
        f"Strongest: question {strong[0]}, {strong[1].why}." if strong else "",
        f"Worth most: question {weak[0]}, {weak[1].fix}" if weak else "",
    ]


def compared_with(now: int, before: Sequence[int]) -> str:
    """Compare a mean score with those of earlier interviews."""
    if not before:
        return ""
    mean = round(sum(before) / len(before))
    change = now - mean
    word = "about the same" if abs(change) < 3 else f"{abs(change)} {'higher' if change > 0 else 'lower'}"
    many = "your last one" if len(before) == 1 else f"your last {len(before)}"
    return f"Against {many}: {word} ({now}, {mean} before)."


def opened_in_private(*, here: bool = False, aside: bool = False) -> Card:
    """Say where an interview was opened: in the conversation itself (`here`), or beside a channel (`aside`)."""
    if here:
        return say("It is open: your question begins a thread of its own here.")
    if aside:
        return say(
            "It is open in private: look for a new thread in this channel, which only you and I read, or, where there "
            "are no such threads, into our direct messages."
        )
    return say(
        "It is open in private: look into our direct messages, or, where yours are closed, into the thread I made here."
    )


def in_the_middle(position: int, length: int, buttons: Sequence[Button]) -> Card:
    """Say that another interview is still open."""
    where = "of a practice question" if length == 1 else f"of an interview, at question {position} of {length}"
    words = f"You are in the middle {where}. Go on with it: Repeat shows where we are, Stop ends it and keeps it."
    return replace(say(words), buttons=tuple(buttons))


def beginnings(*buttons: Button) -> Card:
    """Offer what can be begun, on the home page."""
    return Card("", (), buttons)


def moment(interview: Interview) -> str:
    """Return what to do in the middle of an interview, for help."""
    length = len(interview.plan)
    where = "a practice question" if length == 1 else f"question {interview.position + 1} of {length}"
    match interview.state:
        case "paused":
            return f"You paused in {where}. `resume` goes on, `stop` ends it; both work as plain words."
        case "reviewing":
            return f"You have my view of {where}. `next` goes on, `retry` answers it again, `stop` ends it."
        case _:
            return (
                f"You are in {where}. Write your answer in as many messages as you like, then `done`. "
                "`hint`, `repeat`, `skip`, `pause` and `stop` work as plain words."
            )


def plain_word(word: str, *, running: bool) -> Card:
    """Say that an order of an interview is no command."""
    if running:
        return say(f"Here `{word}` works as a plain word, without the slash.")
    return say(f"`{word}` is a plain word inside an interview, and none is open here. `/interview start` begins one.")


def near_order(word: str, order: str) -> Card:
    """Ask what a word was meant to be; it was not taken for a part of the answer."""
    return say(
        f"Did you mean {order}? I did not add `{word}` to your answer; write it in a sentence if it belongs there."
    )


def taken_beside(*, order: bool) -> Card:
    """Say what became of words that stand beside the interview they were meant for."""
    if order:
        return say("Done, in the thread of your open question.")
    return say("I took that as part of your answer to the open question. Its thread is the place to go on.")


def which_thread(count: int) -> Card:
    """Say that words could belong to several interviews."""
    return say(
        f"You have {count} questions open, and I cannot tell which one this answers, so I did not take it. Write it in "
        "the thread of the one you mean."
    )


def nothing_open() -> Card:
    """Say that there is no interview to talk about."""
    return say("No interview is open. `/interview start` begins one, `/practice` asks a single question.")


def too_long(length: int, longest: int) -> Card:
    """Refuse an answer that is too long; it stays where it was written."""
    return say(
        f"That is {length:,} characters; I read up to {longest:,}. Your words are still above: "
        "send a shorter version, as you would say it in two minutes."
    )


def unknown_topic(word: str, near: Sequence[str]) -> Card:
    """Say that a word names no topic."""
    hint = f"Did you mean {either(near)}?" if near else "Try `behavioural`, `incident`, `design` or a skill."
    return say(f"I have no questions on `{word}`. {hint}")


def unknown_value(name: str, word: str, near: Sequence[str], known: Sequence[str]) -> Card:
    """Say that a filter has no such value."""
    if near:
        hint = f"Did you mean {either(near)}?"
    elif known:
        hint = f"There is {either(known[:6])}{' and more' if len(known) > 6 else ''}."
    else:
        hint = "None is set for any question here; leave it out."
    return say(f"I have no questions with {name} `{word}`. {hint}")


def unknown_choice(word: str, choices: Sequence[str], near: Sequence[str]) -> Card:
    """Say that a word is not one of those offered."""
    hint = f"Did you mean {either(near)}?" if near else f"Type {either(choices)}."
    return say(f"I do not know `{word}` here. {hint}")


def wrong_length(number: str, longest: int) -> Card:
    """Say how many questions are possible."""
    return say(f"An interview has 1 to {longest} questions, not `{number[:20]}`. Type `/interview start 3`.")


def practice_is_one(number: str) -> Card:
    """Say that practice asks a single question."""
    return say(f"Practice asks one question at a time, not `{number[:20]}`. `/interview start 3` asks several.")


def nothing_fits(which: str, filters: Mapping[str, str]) -> Card:
    """Say that no question is left to ask."""
    words = " ".join(f"{key}={value}" for key, value in filters.items())
    also = f" with {words}" if words else ""
    if which == "due":
        return say(f"Nothing is due{also} yet. `/practice` gives you a new question.")
    if which == "weak":
        return say(
            f"No weak area{also} yet: it takes three assessed points of a skill. `/practice` gives you a question."
        )
    return say(f"No question fits {words}. Leave something out: `/interview start`.")


def remark(what: str, buttons: Sequence[Button]) -> Card:
    """Say one of the short things."""
    return replace(say(REMARKS[what]), buttons=tuple(buttons))


def gone() -> Card:
    """Say that a question left the bank."""
    return say("That question has left the bank; we go on without it.")


def name_of(question: Question) -> str:
    """Return a few words by which a question is known on a scorecard."""
    words = question.prompt.replace("\n", " ").split()
    return " ".join(words[:9]) + ("…" if len(words) > 9 else "")


def _numbered(question: Question, position: int, length: int) -> str:
    return question.prompt if length == 1 else f"{position + 1} of {length}: {question.prompt}"


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _minutes(minutes: float) -> str:
    return f"{round(minutes * 60)} s" if minutes < 1.5 else f"{round(minutes)} min"
