"""What people do while the bot dies and comes back: rounds with their recaps, an interview, a practice by the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.chat.model import (
    Asked,
    Conversation,
    Edited,
    Incoming,
    Person,
    PlatformEvent,
    Pressed,
    Said,
    Submitted,
)
from tests.e2e.crash_platform import NAME, PREP, SPACE, Platform
from tests.feature.sample_bank import ANSWERS

E = TypeVar("E", bound=Incoming)
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ANA, BO, CEM, DIA = (Person(NAME, SPACE, name) for name in ("ana", "bo", "cem", "dia"))
LEAN = (
    "First I would compare the query plans of yesterday and today and look at which index the search still uses, "
    "then I would look at the load of the database and at the slowest queries."
)
"""An answer that leaves the rollback out, so that the coach probes."""
ROLLBACK = "Right, because a release went out at noon I would roll it back first, and watch the latency fall."


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one time: events, or nothing but the passing of time. `note` says what it shows."""

    at: datetime
    events: Callable[[Platform, datetime], Sequence[PlatformEvent]]
    note: str


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 1) -> datetime:
    """Return a time of the script."""
    return START.replace(day=day, hour=hour, minute=minute, second=second)


def _nothing(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
    return ()


def _asked(who: Person, command: str) -> Callable[[Platform, datetime], Sequence[PlatformEvent]]:
    def events(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
        return [_event(Asked, f"ask:{command}", who, PREP, now, command=command, organiser=who == ANA, can_post=True)]

    return events


def _answers(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
    """Let three people act at the same moment, one of whose messages arrives on two sockets."""
    on, button, talk = platform.newest("Answer privately", channel="prep")
    _, hint, _ = platform.newest("Hint", channel="prep")
    said = _said(BO, talk, now, "b1", ANSWERS["full-disk"])
    values = {"answer": f"{ANSWERS['full-disk']} That is what I did last year, too."}
    form = _event(Submitted, "form:cem", CEM, PREP, now, form="daily.answer", token=button.token, values=values, on=on)
    press = _event(Pressed, "hint:dia", DIA, PREP, now, action=hint.action, token=hint.token, on=on)
    return [said, form, said, press]


def _edit(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
    _, _, talk = platform.newest("Answer privately", channel="prep")
    text = f"{ANSWERS['full-disk']} And I would tell everybody who is hit."
    return [_event(Edited, "edit:b1:1", BO, talk, now, message="b1", text=text)]


def _in_dm(who: Person, label: str, *texts: str) -> Callable[[Platform, datetime], Sequence[PlatformEvent]]:
    def events(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
        _, _, talk = platform.newest(label, channel=f"dm-{who.account}")
        return [
            _said(who, talk, now, f"{who.account}:{now:%d%H%M%S}:{number}", text) for number, text in enumerate(texts)
        ]

    return events


def _presses(who: Person, label: str, times: int = 1) -> Callable[[Platform, datetime], Sequence[PlatformEvent]]:
    """Press a button; twice, as impatient people do, is two events, one of which comes too late."""

    def events(platform: Platform, now: datetime) -> Sequence[PlatformEvent]:
        on, button, talk = platform.newest(label, channel=f"dm-{who.account}")
        what = {"action": button.action, "token": button.token, "on": on}
        return [_event(Pressed, f"press:{who.account}:{now}:{n}", who, talk, now, **what) for n in range(times)]

    return events


def _said(who: Person, where: Conversation, now: datetime, message: str, text: str) -> Said:
    return _event(Said, f"msg:{message}", who, where, now, message=message, text=text)


def _event(kind: type[E], ident: str, who: Person, where: Conversation, now: datetime, **more: Any) -> E:
    return kind(id=ident, at=now, space=SPACE, who=who, where=where, name=who.account, **more)


ROUNDS = (
    Step(at(8), _asked(ANA, "daily start 09:00 Europe/London level=junior"), "a series starts"),
    Step(at(9), _nothing, "its round opens"),
    Step(at(9, 5), _answers, "three answer at once"),
    Step(at(9, 6), _edit, "one changes the answer"),
    Step(at(9, day=2), _nothing, "the next round opens, the first one closes with its recap"),
)
INTERVIEW = (
    Step(at(10), _asked(ANA, "interview start coach senior 1"), "an interview opens"),
    Step(at(10, 1), _in_dm(ANA, "Done", LEAN[:60], LEAN[60:]), "an answer in two messages"),
    Step(at(10, 1, 10), _presses(ANA, "Done"), "it is assessed, and probed"),
    Step(at(10, 3), _in_dm(ANA, "Done", ROLLBACK), "the probe is answered"),
    Step(at(10, 3, 10), _presses(ANA, "Done"), "it is assessed"),
    Step(at(10, 5), _presses(ANA, "Next", times=2), "the interview ends"),
)
PRACTICE = (
    Step(at(11), _asked(DIA, "practice behavioural"), "a practice opens"),
    Step(at(11, 1), _in_dm(DIA, "Done", ANSWERS["own-mistake"]), "it is answered"),
    Step(at(11, 2), _nothing, "a quiet period ends the answer"),
)
SCRIPTS: dict[str, tuple[Step, ...]] = {"rounds": ROUNDS, "interview": INTERVIEW, "practice": PRACTICE}
