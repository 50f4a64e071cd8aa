"""Scripts of the terminal: what a line means (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from adapters.terminal import cards
from adapters.terminal.acting import DM, Place
from adapters.terminal.limits import CHANNEL_LIMIT, NAME_LIMIT


class UnknownLine(ValueError):
    """A line that means nothing; `number` counts from 1, the message says what a line looks like."""

    def __init__(self, number: int, problem: str) -> None:
        """Keep the number beside the message."""
        super().__init__(cards.at_line(number, problem))
        self.number = number


@dataclass(frozen=True, slots=True)
class At:
    """Time moves on."""

    number: int
    to: datetime


@dataclass(frozen=True, slots=True)
class Says:
    """Somebody says something or types a command."""

    number: int
    who: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Presses:
    """Somebody presses a button: on the newest message that shows it, or on the one `back` before."""

    number: int
    who: str
    place: Place
    label: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class Submits:
    """Somebody sends off the open form."""

    number: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Edits:
    """Somebody changes their latest message in a place."""

    number: int
    who: str
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Deletes:
    """Somebody deletes their latest message in a place."""

    number: int
    who: str
    place: Place


@dataclass(frozen=True, slots=True)
class Restart:
    """The process is killed, and a new one opens the same database."""

    number: int


@dataclass(frozen=True, slots=True)
class Quit:
    """The script ends here."""

    number: int


Step = At | Says | Presses | Submits | Edits | Deletes | Restart | Quit

_WHO = rf"(?P<who>[^\W_][\w'-]{{0,{NAME_LIMIT - 1}}})"
_PLACE = rf"in\s+(?P<channel>\#[\w-]{{1,{CHANNEL_LIMIT}}}|dm)(?P<thread>\s+thread)?"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def parse(lines: Iterable[str]) -> Iterator[Step]:
    """Read a script line by line, as it is played: what stands before a line that means nothing still counts.

    A line that ends in a backslash goes on in the next one, as a new line of the same text. Raises UnknownLine.
    """
    for number, line in _whole(lines):
        if step := _step(number, line):
            yield step


def opening(lines: Iterable[str]) -> datetime | None:
    """Return the first time that a script names: its clock starts there on a fresh database.

    So a script shows the same on every day on which it is played.
    """
    return next((step.to for step in _readable(lines) if isinstance(step, At)), None)


def restarts(lines: Iterable[str]) -> bool:
    """Tell whether a script restarts the process before it ends or cannot be read any further."""
    return any(isinstance(step, Restart) for step in _readable(lines))


def _readable(lines: Iterable[str]) -> Iterator[Step]:
    try:
        yield from parse(lines)
    except UnknownLine:
        return


def written(step: Step) -> str:
    """Return a step as a line, so that what is shown can be read beside what was done."""
    match step:
        case At():
            return f"at {step.to.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
        case Says():
            return f"{step.who} in {step.place}: {_goes_on(step.text)}"
        case Presses():
            return f'{step.who} presses "{step.label}" in {step.place}' + (f" {step.back} back" if step.back else "")
        case Submits():
            return f"{step.who} submits: {_goes_on(step.text)}"
        case Edits():
            return f"{step.who} edits in {step.place}: {_goes_on(step.text)}"
        case Deletes():
            return f"{step.who} deletes in {step.place}"
        case Restart():
            return "restart"
        case Quit():
            return "/quit"
        case _:
            assert_never(step)


def _goes_on(text: str) -> str:
    return text.replace("\n", "\\\n")


def _whole(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    started, text = 0, ""
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n").removeprefix("\ufeff" if number == 1 else "")
        if not started and (not line.strip() or line.lstrip().startswith("#")):
            continue
        started = started or number
        if line.endswith("\\"):
            text += line[:-1] + "\n"
            continue
        yield started, (text + line).strip()
        started, text = 0, ""
    if started:
        yield started, text.strip()


def _step(number: int, line: str) -> Step | None:
    if not line:
        return None
    match line.split(None, 1):
        case [word] if word.lower() == "restart":
            return Restart(number)
        case [word] if word.lower() == "/quit":
            return Quit(number)
        case [word, rest] if word.lower() == "at":
            return At(number, _time(number, rest.strip()))
        case _:
            return _act(number, line)


def _act(number: int, line: str) -> Step:
    for pattern, make in _LINES:
        if found := pattern.fullmatch(line):
            return make(number, found)
    raise UnknownLine(number, cards.unknown_line(line))


def _says(number: int, found: re.Match[str]) -> Step:
    text = _text(number, found)
    return Quit(number) if text.lower() == "/quit" else Says(number, found["who"], _place(number, found), text)


def _edits(number: int, found: re.Match[str]) -> Step:
    return Edits(number, found["who"], _place(number, found), _text(number, found))


def _deletes(number: int, found: re.Match[str]) -> Step:
    return Deletes(number, found["who"], _place(number, found))


def _submits(number: int, found: re.Match[str]) -> Step:
    return Submits(number, found["who"], found["text"].strip())


def _presses(number: int, found: re.Match[str]) -> Step:
    back = int(found["back"] or 0)
    return Presses(number, found["who"], _place(number, found), found["label"].strip(), back)


_LINES: tuple[tuple[re.Pattern[str], Callable[[int, re.Match[str]], Step]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), make)
    for pattern, make in (
        (rf"{_WHO}\s+{_PLACE}\s*:(?P<text>.*)", _says),
        (rf"{_WHO}\s+edits\s+{_PLACE}\s*:(?P<text>.*)", _edits),
        (rf"{_WHO}\s+deletes\s+{_PLACE}", _deletes),
        (rf"{_WHO}\s+submits\s*:(?P<text>.*)", _submits),
        (rf"{_WHO}\s+presses\s+[\"“](?P<label>[^\n]+)[\"”]\s+{_PLACE}(?:\s+(?P<back>[0-9]{{1,4}})\s+back)?", _presses),
    )
)


def _place(number: int, found: re.Match[str]) -> Place:
    channel, thread = found["channel"].lower(), found["thread"] is not None
    if thread and channel == DM.channel:
        raise UnknownLine(number, cards.no_thread_in_dm())
    return Place(channel, thread)


def _text(number: int, found: re.Match[str]) -> str:
    text = found["text"].strip()
    if not text:
        raise UnknownLine(number, cards.empty_line(found["who"]))
    return text


def _time(number: int, text: str) -> datetime:
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise UnknownLine(number, cards.unknown_time(text))
