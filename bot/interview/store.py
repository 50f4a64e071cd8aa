"""Interviews as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.chat.model import Conversation
from bot.delivery.codec import dump, parse
from bot.delivery.turn import Turn
from bot.interview.model import Interview, from_json, to_json
from bot.people.acting import Actor
from bot.storage.tables import attempts, interviews

OPEN = ("planned", "asking", "listening", "assessing", "probing", "reviewing", "paused")


@dataclass(frozen=True, slots=True)
class Held:
    """An interview with where and by whom it is held; `talk` is None until its first card was posted."""

    interview: Interview
    learner_id: str
    space_id: str
    talk: Conversation | None


def add(turn: Turn, who: Actor, interview: Interview, talk: Conversation | None) -> Held:
    """Store a new interview."""
    row = {
        "id": interview.id,
        "learner_id": who.learner_id,
        "space_id": who.space_id,
        "mode": interview.mode,
        "state": interview.state,
        "state_json": to_json(interview),
        "talk": dump(talk) if talk else None,
        "started_at": turn.now,
    }
    turn.conn.execute(insert(interviews), row)
    return Held(interview, who.learner_id, who.space_id, talk)


def load(conn: Connection, interview_id: str) -> Held | None:
    """Return an interview, locked until the transaction ends."""
    row = conn.execute(select(interviews).where(interviews.c.id == interview_id).with_for_update()).first()
    return _held(row) if row is not None else None


def save(conn: Connection, interview: Interview, now: datetime) -> None:
    """Store an interview's new state."""
    ended = None if interview.state in OPEN else now
    values = {
        "state": interview.state,
        "state_json": to_json(interview),
        "version": interview.version,
        "ended_at": ended,
    }
    conn.execute(update(interviews).where(interviews.c.id == interview.id).values(**values))


def moved(conn: Connection, interview_id: str, talk: Conversation) -> None:
    """Note where an interview is held."""
    conn.execute(update(interviews).where(interviews.c.id == interview_id).values(talk=dump(talk)))


def running(conn: Connection, learner_id: str) -> list[Held]:
    """Return a learner's open interviews, newest first."""
    return [_held(row) for row in conn.execute(_RUNNING, {"learner": learner_id})]


# Built once: it is asked whenever somebody says something in private that nobody waits for.
_RUNNING = (
    select(interviews)
    .where(interviews.c.learner_id == bindparam("learner"), interviews.c.state.in_(OPEN))
    .order_by(interviews.c.started_at.desc())
)


def results(conn: Connection, interview_id: str, source: Literal["interview", "practice"]) -> list[Row[Any]]:
    """Return the assessed attempts of an interview, in the order in which they were made."""
    query = (
        select(attempts)
        .where(attempts.c.source == source, attempts.c.ref.startswith(f"{interview_id}:", autoescape=True))
        .order_by(attempts.c.at, attempts.c.ref)
    )
    return [row for row in conn.execute(query) if row.state == "assessed"]


def earlier(conn: Connection, learner_id: str, before: datetime, limit: int = 3) -> list[str]:
    """Return the ids of a learner's last finished interviews with an answer, before one began; practice is none."""
    answered = select(attempts.c.id).where(
        attempts.c.learner_id == learner_id,
        attempts.c.source == "interview",
        attempts.c.score.is_not(None),
        attempts.c.ref.startswith(interviews.c.id + ":"),
    )
    query = (
        select(interviews.c.id)
        .where(
            interviews.c.learner_id == learner_id,
            interviews.c.state == "finished",
            interviews.c.started_at < before,
            answered.exists(),
        )
        .order_by(interviews.c.started_at.desc())
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def _held(row: Row[Any]) -> Held:
    talk = parse(row.talk, Conversation) if row.talk else None
    return Held(from_json(row.state_json), row.learner_id, row.space_id, talk)
