"""The states of an interview: one pure function from an interview and what was heard to the next one and effects.

planned > asking > listening > assessing (> probing > assessing) > reviewing > asking … > finished; a pause is possible
in every state between, and after seven days without a word an interview is abandoned.

- What is said in a turn is submitted as one text in the platform's order (`at`, then id); a message counts once.
- What arrives, changes or is taken back while an answer is assessed makes that assessment stale: it is dropped, and
  the whole answer is collected again as the next try.  Nothing is lost, and no result rests on half an answer.
- What is said under the feedback belongs to the next try if there is one; what is said in a pause, to the answer.
- Mock mode shows no feedback: after an assessment the next question follows at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import assert_never, cast, get_args

from bot.interview.model import (
    ABANDONED_AFTER,
    MAX_PROBES,
    NEAR,
    QUIET_PERIOD,
    WORDS,
    AskProbe,
    AskQuestion,
    Assessed,
    Delivered,
    Effect,
    Finish,
    Heard,
    Interview,
    Message,
    MessageDeleted,
    MessageEdited,
    Order,
    Outcome,
    Quiet,
    Reason,
    Refused,
    Remark,
    Say,
    Show,
    Stale,
    Started,
    StartTimer,
    Submit,
    TurnResult,
    Word,
)

Step = tuple[Interview, tuple[Effect, ...]]


# ---------------------------------------------------------------- the step
def step(interview: Interview, event: Heard, now: datetime) -> Step:
    """Return the interview after an event, and what to do; the same object where nothing changed."""
    after, effects = _heard(interview, event, now)
    if after != interview:
        after = replace(after, version=interview.version + 1, updated=now)
    return after, effects


def word_of(text: str, language: str = "en") -> Order | None:
    """Return the order that a message is, if it is that word alone; case and punctuation after it do not matter."""
    return WORDS.get(language, {}).get(text.strip().rstrip(".!?,;:…").rstrip().removeprefix("/").lower())


def meant(text: str) -> Order | None:
    """Return the order that a message nearly is: one word, a letter or two beside it; None for anything else."""
    word = text.strip().rstrip(".!?,;:…").removeprefix("/").lower()
    if word_of(word) is not None or not NEAR[0] <= len(word) <= NEAR[1] or not word.isalpha():
        return None
    near = get_close_matches(word, get_args(Order), n=1, cutoff=0.8)
    return cast(Order, near[0]) if near else None


def _heard(i: Interview, event: Heard, now: datetime) -> Step:
    if i.state in ("finished", "abandoned"):
        return _contest(i, event) if isinstance(event, Word) and event.word == "contest" else (i, ())
    match event:
        case Started():
            if i.state != "planned":
                return i, ()
            begun = replace(i, state="asking", results=(TurnResult(),))
            return begun, (AskQuestion(0), StartTimer(now + ABANDONED_AFTER, Stale()))
        case Delivered(turn):
            return _delivered(i, now) if (turn, i.phase) == (i.position, "asking") else (i, ())
        case Message() | MessageEdited() | MessageDeleted():
            return _talk(i, event, now) if i.state != "planned" else (i, ())
        case Word():
            return _word(i, event, now)
        case Quiet(stamp):
            due = i.state in ("listening", "probing") and stamp == i.stamp and i.collected
            return _submit(i, now) if due else (i, ())
        case Refused() | Assessed():
            return _worked(i, event, now)
        case Stale():
            over = i.updated + ABANDONED_AFTER
            return _finish(i, "stale", now) if now >= over else (i, (StartTimer(over, event),))
        case _:
            assert_never(event)


def _delivered(i: Interview, now: datetime) -> Step:
    if i.state == "paused":
        return replace(i, resumes="listening"), ()
    return _waiting(replace(i, state="listening", clock=now), now)


def _waiting(i: Interview, now: datetime) -> Step:
    """Begin the quiet period anew where an answer is under way."""
    if i.state not in ("listening", "probing") or not i.collected:
        return i, ()
    return replace(i, stamp=i.stamp + 1), (StartTimer(now + QUIET_PERIOD, Quiet(i.stamp + 1)),)


# ---------------------------------------------------------------- what is said
def _talk(i: Interview, event: Message | MessageEdited | MessageDeleted, now: datetime) -> Step:
    known = next((m for m in i.messages if m.id == event.id), None)
    match event:
        case Message():
            if known is not None or event.id in i.heard:
                return i, ()
            new = replace(event, deleted=False, sent=False)
        case MessageEdited(_, text):
            if known is None or known.deleted or known.text == text:
                return i, ()
            # a correction of what was submitted is no answer to the probe or the feedback that followed
            new = replace(known, text=text, sent=known.sent and i.phase in ("probing", "reviewing"))
        case MessageDeleted():
            if event.id in i.heard or (known is not None and known.deleted):
                return i, ()
            stale = known is not None and i.phase == "assessing"
            new = Message(event.id, known.at if known else now, "", deleted=True, sent=not stale)
        case _:
            assert_never(event)
    after = replace(i, messages=(*(m for m in i.messages if m.id != new.id), new))
    if after.state == "asking" and after.collected:
        after = replace(after, state="listening", clock=now)
    if not isinstance(event, Message) or i.state not in ("paused", "reviewing"):
        return _waiting(after, now)
    first = after.collected and not i.collected
    return after, (Say("paused" if i.state == "paused" else "choices"),) if first else ()


def _submit(i: Interview, now: datetime) -> Step:
    text = i.answer
    i = replace(_timed(i, now), state="assessing", messages=tuple(replace(m, sent=True) for m in i.messages))
    return i, (Submit(text, i.position, i.try_, i.probes_used > 0),)


# ---------------------------------------------------------------- orders
def _word(i: Interview, event: Word, now: datetime) -> Step:  # noqa: C901 - one line an order
    word = event.word
    if word == "contest":
        return _contest(i, event)
    if event.turn not in (None, i.position) or event.try_ not in (None, i.try_):
        return i, (Say("old"),)
    if word == "stop":
        return _finish(i, "stopped", now)
    if i.state == "planned":
        return i, ()
    if i.state == "paused":
        return _resume(i, now) if word == "resume" else (i, (Say("paused"),))
    if word == "pause":
        return replace(_timed(i, now), state="paused", resumes=i.state), (Say("paused"),)
    if i.state == "assessing":
        return i, (Say("busy"),)
    if word in ("resume", "repeat"):
        return _with(_waiting(i, now), _shown(i))
    if i.state == "reviewing":
        return _reviewed(i, word, now)
    if word == "hint":
        hinted = _result(i, hints=i.results[-1].hints + 1)
        return _with(_waiting(hinted, now), (Show("hint", i.position, i.try_),))
    if word == "retry":
        return _with(_waiting(i, now), (Show("question", i.position, i.try_),))
    if i.collected and word in ("done", "next"):
        return _submit(i, now)
    if word == "done":
        return i, (Say("nothing_new" if i.answer else "nothing_collected"),)
    if i.state == "probing":
        return _close(_timed(i, now), now)
    return _advance(_result(_timed(i, now), skipped=True), now)


def _reviewed(i: Interview, word: Order, now: datetime) -> Step:
    """Orders under the feedback; "done" after more was said takes it as the next try."""
    if word == "next":
        return _advance(i, now)
    if word != "retry" and not (word == "done" and i.collected):
        return i, (Say("choices"),)
    done = tuple(m for m in i.messages if m.sent)
    i = replace(i, messages=tuple(m for m in i.messages if not m.sent), heard=(*i.heard, *(m.id for m in done)))
    i = replace(i, state="listening", try_=i.try_ + 1, probes_used=0, probe="", probe_about="", clock=now)
    if word == "done":
        return _submit(i, now)
    return _with(_waiting(i, now), (Show("question", i.position, i.try_),))


def _resume(i: Interview, now: datetime) -> Step:
    i = replace(i, state=i.resumes, clock=now if i.resumes in ("listening", "probing") else None)
    return _with(_waiting(i, now), _shown(i))


def _shown(i: Interview) -> tuple[Effect, ...]:
    """What to show to somebody who comes back or asks again."""
    match i.state:
        case "asking":
            return (AskQuestion(i.position),)
        case "listening":
            return (Show("question", i.position, i.try_),)
        case "probing":
            return (AskProbe(i.probe, i.probe_about),)
        case "reviewing":
            return (Show("feedback", i.position, i.try_),)
        case _:
            return (Say("busy"),)


def _contest(i: Interview, event: Word) -> Step:
    """A result may be contested as soon as it is shown: in coach mode under the feedback, else after the end."""
    turn = i.position if event.turn is None else event.turn
    outcomes = i.results[turn].outcomes if 0 <= turn < len(i.results) else ()
    tries = [outcome.try_ for outcome in outcomes if event.try_ in (None, outcome.try_)]
    hidden = i.mode == "mock" and i.state not in ("finished", "abandoned")
    if not tries or hidden:
        return i, (Say("old"),)
    return i, (Show("points", turn, tries[-1]),)


# ---------------------------------------------------------------- what gate and coach say
def _worked(i: Interview, event: Refused | Assessed, now: datetime) -> Step:
    """Take a result if it is of the submission under way; in a pause, only what it leads to is put off."""
    submission = (i.position, i.try_, i.probes_used > 0)
    if i.phase != "assessing" or (event.turn, event.try_, event.after_probe) != submission:
        return i, ()
    running = replace(i, state="assessing")
    if any(not m.sent and (m.deleted or m.text.strip()) for m in i.messages):
        after, effects = _recollect(running, "heard_more", now)
    elif isinstance(event, Assessed):
        after, effects = _assessed(running, event, now)
    else:
        after, effects = _refused(running, event, now)
    if i.state != "paused" or after.state == "finished":
        return after, effects
    return replace(after, state="paused", resumes=after.state, clock=None), ()


def _recollect(i: Interview, remark: Remark, now: datetime) -> Step:
    """Listen again to the whole answer, as the next try."""
    i = replace(i, messages=tuple(replace(m, sent=False) for m in i.messages), try_=i.try_ + 1, clock=now)
    i = replace(i, state="probing" if i.probes_used else "listening")
    if remark == "failed":
        return i, (Say(remark),)
    return _with(_waiting(i, now), (Say(remark if i.collected else "nothing_collected"),))


def _assessed(i: Interview, event: Assessed, now: datetime) -> Step:
    outcome = Outcome(event.try_, event.after_probe, event.band, event.score)
    i = _result(i, outcomes=(*i.results[-1].outcomes, outcome))
    if not event.probe or i.probes_used >= MAX_PROBES:
        return _close(i, now)
    i = replace(i, state="probing", probe=event.probe, probe_about=event.probe_about, clock=now)
    # a second probe is a second submission after a probe: the try keeps the two apart
    i = replace(i, probes_used=i.probes_used + 1, try_=i.try_ + (1 if i.probes_used else 0))
    return i, (AskProbe(i.probe, i.probe_about),)


def _refused(i: Interview, event: Refused, now: datetime) -> Step:
    if event.text == "again":
        return _recollect(i, "failed", now)
    if event.after_probe:  # what was said unprompted has its result, and nobody is asked twice for more
        return _close(i, now)
    i = replace(i, state="listening", try_=i.try_ + 1, clock=now)
    if event.text == "drop":
        i = _emptied(i)
    return i, (Say("refused", event.reason),)


# ---------------------------------------------------------------- from turn to turn
def _close(i: Interview, now: datetime) -> Step:
    """End the answering of a turn: feedback in coach mode, the next question in mock mode."""
    if i.mode == "mock":
        return _advance(i, now)
    return replace(i, state="reviewing"), (Show("feedback", i.position, i.try_),)


def _advance(i: Interview, now: datetime) -> Step:
    if i.position + 1 == len(i.plan):
        return _finish(i, "complete", now)
    i = replace(_emptied(i), state="asking", position=i.position + 1, try_=1, results=(*i.results, TurnResult()))
    return replace(i, probes_used=0, probe="", probe_about="", clock=None), (AskQuestion(i.position),)


def _finish(i: Interview, reason: Reason, now: datetime) -> Step:
    # A result that waits for the answer to its follow-up was not shown yet: a verdict needs its reasons.
    unshown = i.mode == "coach" and i.phase == "probing" and i.results[i.position].outcomes
    shown = (Show("feedback", i.position, i.try_),) if unshown and reason == "stopped" else ()
    i = replace(_emptied(_timed(i, now)), state="abandoned" if reason == "stale" else "finished")
    return i, (*shown, Finish(reason))


def _emptied(i: Interview) -> Interview:
    """Forget the messages, and remember that they were heard."""
    return replace(i, messages=(), heard=(*i.heard, *(m.id for m in i.messages)))


def _timed(i: Interview, now: datetime) -> Interview:
    """Stop the learner's clock."""
    if i.clock is None:
        return i
    spent = max((now - i.clock).total_seconds(), 0.0)
    return replace(_result(i, seconds=i.results[-1].seconds + spent), clock=None)


def _result(i: Interview, **changes: object) -> Interview:
    return replace(i, results=(*i.results[:-1], replace(i.results[-1], **changes)))  # type: ignore[arg-type]


def _with(step_: Step, effects: tuple[Effect, ...]) -> Step:
    return step_[0], (*effects, *step_[1])
