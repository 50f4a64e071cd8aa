"""The only path that an answer takes, from a round, an interview or practice: gate, credit, assess, store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.answering import ledger
from bot.bank.model import Bank, Point, Question
from bot.chat.model import Conversation
from bot.chat.words import clean
from bot.coaching.assessment import Assessment, from_json, to_json
from bot.coaching.coach import Coach
from bot.coaching.gate import Refusal
from bot.delivery.codec import dump
from bot.delivery.turn import TYPING, Turn, Worked
from bot.storage.tables import attempts, evidence

Source = Literal["round", "interview", "practice"]
LONGEST = 20_000
"""Most characters of an answer: about two hours of talk."""


class Gate(Protocol):
    """What stands before every coach."""

    def gate(self, question: Question, answer: str) -> Refusal | None:
        """Return why an answer is not enough to go by, None if it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to a question, and what it counts for.

    `on` is the date that it credits, None for none; `feature` hears of the assessment as `Worked`, by the work
    `feature:assess`, with `note`; `ref` names the answer within its source for ever. `talk` is the private
    conversation that waits for it, if one does.
    """

    learner_id: str
    space_id: str
    question: Question
    text: str
    source: Source
    ref: str
    zone: str
    feature: str
    on: date | None
    message: str = ""
    note: Mapping[str, Any] = field(default_factory=dict)
    talk: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer is stored and being assessed."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """The answer has more characters than `LONGEST`; nothing was stored."""

    length: int


@dataclass(frozen=True, slots=True)
class Settled:
    """An assessment that is still wanted, stored."""

    attempt: Row[Any]
    question: Question
    assessment: Assessment


class Answering:
    """Takes answers."""

    def __init__(self, bank: Bank, gate: Gate, coach: Coach) -> None:
        """Take answers to questions of this bank."""
        self.bank = bank
        self._gate = gate
        self._coach = coach

    def submit(self, turn: Turn, answer: Answer) -> Accepted | Refusal | TooLong:
        """Take an answer: past the gate it is stored, credited and on its way to the coach.

        A second answer of the same source and ref takes the place of the first.
        """
        if len(answer.text) > LONGEST:
            return TooLong(len(answer.text))
        answer = replace(answer, text=clean(answer.text))
        refusal = self._gate.gate(answer.question, answer.text)
        if refusal is not None:
            return refusal
        before = attempt_of(turn.conn, answer.learner_id, answer.source, answer.ref)
        attempt_id, version = (before.id, before.version + 1) if before else (turn.new_id(), 1)
        self._store(turn, answer, attempt_id, version, new=before is None)
        if answer.on is not None and (before is None or before.state == "withdrawn"):
            ledger.credit(turn, answer.learner_id, answer.on, answer.source, answer.ref, answer.zone)
        turn.work(
            f"{answer.feature}:assess:{attempt_id}:{version}",
            f"learner:{answer.learner_id}",
            attempt=attempt_id,
            version=version,
            question=answer.question.id,
            revision=answer.question.revision,
            rubric=rubric_of(answer.question),
            text=answer.text,
            note=dict(answer.note),
            **({TYPING: dump(answer.talk)} if answer.talk else {}),
        )
        return Accepted(attempt_id)

    async def assess(self, data: Mapping[str, Any]) -> Any:
        """Let the coach judge; slow work, outside any transaction."""
        return to_json(await self._coach.assess(self._asked(data), data["text"]))

    def settle(self, turn: Turn, worked: Worked) -> Settled | None:
        """Store what the coach said; None if the answer has changed or was withdrawn since."""
        query = select(attempts).where(attempts.c.id == worked.data["attempt"]).with_for_update()
        attempt = turn.conn.execute(query).first()
        wanted = attempt is not None and attempt.version == worked.data["version"] and attempt.state == "assessing"
        if attempt is None or not wanted:
            return None
        question = self._asked(worked.data)
        assessment = from_json(worked.result)
        values = {
            "state": "assessed",
            "result": worked.result,
            "coach": assessment.coach,
            "score": assessment.score,
            "band": assessment.band,
            "assessed_at": turn.now,
        }
        turn.conn.execute(update(attempts).where(attempts.c.id == attempt.id).values(**values))
        _store_evidence(turn.conn, attempt, question, assessment)
        return Settled(attempt, question, assessment)

    def _asked(self, data: Mapping[str, Any]) -> Question:
        """Return the question as it was when the answer was taken."""
        return as_asked(self.bank.get(data["question"]), data["question"], data["revision"], data["rubric"])

    def attempt(self, conn: Connection, attempt_id: str) -> Row[Any] | None:
        """Return an attempt by its id."""
        return conn.execute(select(attempts).where(attempts.c.id == attempt_id)).first()

    def withdraw(self, turn: Turn, learner_id: str, source: Source, ref: str) -> bool:
        """Take an answer back, with its credit and its evidence; False if there was none."""
        attempt = attempt_of(turn.conn, learner_id, source, ref)
        if attempt is None or attempt.state == "withdrawn":
            return False
        values = {"state": "withdrawn", "text": "", "result": None, "version": attempt.version + 1}
        turn.conn.execute(update(attempts).where(attempts.c.id == attempt.id).values(**values))
        turn.conn.execute(delete(evidence).where(evidence.c.attempt_id == attempt.id))
        ledger.withdraw(turn, learner_id, source, ref)
        return True

    def _store(self, turn: Turn, answer: Answer, attempt_id: str, version: int, *, new: bool) -> None:
        question = answer.question
        values = {
            "question_id": question.id,
            "revision": question.revision,
            "rubric": rubric_of(question),
            "text": answer.text,
            "message": answer.message,
            "at": turn.now,
            "zone": answer.zone,
            "version": version,
            "state": "assessing",
        }
        if new:
            names = {"learner_id": answer.learner_id, "space_id": answer.space_id}
            turn.conn.execute(
                insert(attempts), {"id": attempt_id, "source": answer.source, "ref": answer.ref, **names, **values}
            )
        else:
            turn.conn.execute(update(attempts).where(attempts.c.id == attempt_id).values(**values))


def rubric_of(question: Question) -> list[dict[str, Any]]:
    """Return what an attempt keeps of its question: the points that it is assessed by."""
    return [{"id": p.id, "text": p.text, "skill": p.skill, "weight": p.weight} for p in question.points]


def as_asked(
    question: Question | None, question_id: str, revision: int, rubric: Sequence[Mapping[str, Any]]
) -> Question:
    """Return a question with the points that an attempt was made to, whatever the bank says by now.

    Cues are those of today where the point is still the same.  Of a question that has left the bank only the points
    are known; they are what is assessed.
    """
    if question is not None and question.revision == revision:
        return question
    cues = {(point.id, point.text): point.cues for point in question.points} if question else {}
    points = tuple(Point(**kept, cues=cues.get((kept["id"], kept["text"]), ())) for kept in rubric)
    if question is not None:
        return replace(question, revision=revision, points=points)
    return Question(question_id, "", "mid", "technical", "", "medium", points, revision)


def attempt_of(conn: Connection, learner_id: str, source: Source, ref: str) -> Row[Any] | None:
    """Return the attempt of a learner that `ref` names."""
    query = select(attempts).where(
        attempts.c.learner_id == learner_id, attempts.c.source == source, attempts.c.ref == ref
    )
    return conn.execute(query).first()


def _store_evidence(conn: Connection, attempt: Row[Any], question: Question, assessment: Assessment) -> None:
    conn.execute(delete(evidence).where(evidence.c.attempt_id == attempt.id))
    rows = [
        {
            "attempt_id": attempt.id,
            "point": point.id,
            "learner_id": attempt.learner_id,
            "skill": point.skill,
            "met": point.met,
            "grade": point.grade,
            "weight": point.weight,
            "difficulty": question.difficulty,
            "quote": point.quotes[0] if point.quotes else "",
            "at": attempt.at,
        }
        for point in assessment.points
        if point.skill
    ]
    if rows:
        conn.execute(insert(evidence), rows)
