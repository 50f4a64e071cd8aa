"""An interview as a value: what it holds, what it hears, what it asks for, and its text in storage (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.coaching.assessment import Band

MAX_PROBES = 1
"""Follow-ups a turn; the design's limit is two."""
QUIET_PERIOD, ABANDONED_AFTER = timedelta(seconds=20), timedelta(days=7)
"""Silence that ends an answer, and silence that ends an interview (design)."""

Mode = Literal["coach", "mock"]
State = Literal[
    "planned", "asking", "listening", "assessing", "probing", "reviewing", "paused", "finished", "abandoned"
]
Order = Literal["done", "hint", "repeat", "skip", "pause", "resume", "stop", "retry", "next", "contest"]
Reason = Literal["complete", "stopped", "stale"]
Remark = Literal[
    "nothing_collected", "nothing_new", "busy", "paused", "choices", "heard_more", "failed", "refused", "old"
]

_ENGLISH: dict[str, Order] = {"done": "done", "hint": "hint", "repeat": "repeat", "skip": "skip", "pause": "pause"}
_ENGLISH |= {"resume": "resume", "stop": "stop", "retry": "retry", "next": "next"}
_ENGLISH |= {"i'm done": "done", "i\u2019m done": "done", "im done": "done", "i am done": "done", "that's it": "done"}
_ENGLISH |= {"pass": "skip", "quit": "stop", "continue": "resume"}
WORDS: Mapping[str, Mapping[str, Order]] = {"en": _ENGLISH}
"""What a message that is these words alone means, by language."""
NEAR = (3, 8)
"""Letters of a word that may be an order with a slip in it."""


# ---------------------------------------------------------------- the interview
@dataclass(frozen=True, slots=True)
class Message:
    """One message of the turn, and the event of its arrival. `sent`: the last submission knew it as it stands."""

    id: str
    at: datetime
    text: str
    deleted: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one submission."""

    try_: int
    after_probe: bool
    band: Band
    score: int


@dataclass(frozen=True, slots=True)
class TurnResult:
    """What came of one turn: every outcome in order, `seconds` the learner spent, `hints` shown."""

    outcomes: tuple[Outcome, ...] = ()
    skipped: bool = False
    seconds: float = 0.0
    hints: int = 0

    def newest(self, *, after_probe: bool) -> Outcome | None:
        """Return the newest result with the answer to a probe, or of what was said unprompted."""
        return next((o for o in reversed(self.outcomes) if o.after_probe == after_probe), None)


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview. `plan` holds question ids, at least one; `results` one entry for each turn begun.

    `resumes` is the state under a pause, `heard` the ids of messages of earlier turns and tries, `stamp` the newest
    quiet timer, `clock` since when the learner's time runs; `version` grows with every change.
    """

    id: str
    mode: Mode
    plan: tuple[str, ...]
    started: datetime
    updated: datetime
    state: State = "planned"
    resumes: State = "planned"
    position: int = 0
    try_: int = 1
    probes_used: int = 0
    probe: str = ""
    probe_about: str = ""
    messages: tuple[Message, ...] = ()
    heard: tuple[str, ...] = ()
    results: tuple[TurnResult, ...] = ()
    stamp: int = 0
    clock: datetime | None = None
    version: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError for an interview without questions."""
        if not self.plan:
            raise ValueError("an interview needs at least one question: choose some before planning it")

    @property
    def phase(self) -> State:
        """The state, seen through a pause."""
        return self.resumes if self.state == "paused" else self.state

    @property
    def answer(self) -> str:
        """What was said in this turn, in the platform's order."""
        said = sorted((m for m in self.messages if not m.deleted), key=lambda m: (m.at, m.id))
        return "\n".join(m.text.strip() for m in said if m.text.strip())

    @property
    def collected(self) -> bool:
        """Tell whether something was said that no submission knows."""
        return any(m.text.strip() and not m.deleted and not m.sent for m in self.messages)


# ---------------------------------------------------------------- events (and Message)
@dataclass(frozen=True, slots=True)
class Started:
    """Begin with the first question."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The question's card of a turn was posted."""

    turn: int


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The learner changed a message."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message is gone."""

    id: str


@dataclass(frozen=True, slots=True)
class Word:
    """An order. A button names its card's turn, and its try under a result: an old press does nothing."""

    word: Order
    turn: int | None = None
    try_: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """A quiet timer fired."""

    stamp: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate refused a submission, whose text is kept as part of the answer or dropped (too long); `again`: it
    could not be assessed and may be submitted as it is.
    """

    turn: int
    try_: int
    reason: str
    after_probe: bool = False
    text: Literal["keep", "drop", "again"] = "keep"


@dataclass(frozen=True, slots=True)
class Assessed:
    """The coach's result of a submission; `probe` is None where nothing is worth asking."""

    turn: int
    try_: int
    band: Band
    score: int
    probe: str | None = None
    probe_about: str = ""
    after_probe: bool = False


@dataclass(frozen=True, slots=True)
class Stale:
    """Seven days may be over."""


Heard = Started | Delivered | Message | MessageEdited | MessageDeleted | Word | Quiet | Refused | Assessed | Stale


# ---------------------------------------------------------------- effects
@dataclass(frozen=True, slots=True)
class AskQuestion:
    """Post the question of a turn, and report its delivery."""

    turn: int


@dataclass(frozen=True, slots=True)
class Show:
    """Show something of a turn: its question once more, its hint, its newest feedback, the points to contest."""

    what: Literal["question", "hint", "feedback", "points"]
    turn: int
    try_: int


@dataclass(frozen=True, slots=True)
class AskProbe:
    """Post a follow-up; `about` is a point's id."""

    text: str
    about: str


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Send `event` at a time; a newer timer of its kind replaces an older one."""

    at: datetime
    event: Quiet | Stale


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the answer through gate and coach; never twice with the same turn, try and `after_probe`."""

    text: str
    turn: int
    try_: int
    after_probe: bool


@dataclass(frozen=True, slots=True)
class Say:
    """Say one of the short things; `reason` is the gate's, for "refused"."""

    remark: Remark
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """Close the interview: the scorecard, or a kind word where it was abandoned."""

    reason: Reason


Effect = AskQuestion | Show | AskProbe | StartTimer | Submit | Say | Finish


# ---------------------------------------------------------------- storage
def to_json(interview: Interview) -> str:
    """Return an interview as text."""
    return json.dumps(asdict(interview), default=datetime.isoformat, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Interview:
    """Return the interview that `to_json` wrote; what an older version did not write yet has its default."""
    data = json.loads(text)
    for name in ("started", "updated", "clock"):
        data[name] = datetime.fromisoformat(data[name]) if data.get(name) else None
    messages = tuple(Message(**{**m, "at": datetime.fromisoformat(m["at"])}) for m in data.get("messages", ()))
    results = tuple(
        TurnResult(**{**result, "outcomes": tuple(Outcome(**outcome) for outcome in result["outcomes"])})
        for result in data.get("results", ())
    )
    lists = {"plan": tuple(data["plan"]), "heard": tuple(data.get("heard", ()))}
    return Interview(**{**data, **lists, "messages": messages, "results": results})
