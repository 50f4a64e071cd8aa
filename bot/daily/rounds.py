"""Rounds as they are stored, and who answered them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.chat.model import Conversation, Sent
from bot.delivery.codec import dump, parse
from bot.delivery.turn import Turn
from bot.storage.database import upsert
from bot.storage.tables import attempts, evidence, learners, reports, rounds


@dataclass(frozen=True, slots=True)
class Round:
    """One daily question of a series on one local date; `talk` is its thread, once it was posted."""

    id: str
    series_id: str
    group_id: str
    date: date
    state: str
    question_id: str
    revision: int
    closes_at: datetime
    talk: Conversation | None

    @property
    def timer(self) -> str:
        """The key of the timer that closes it."""
        return f"daily:close:{self.id}"


def open_round(
    turn: Turn, series_id: str, group_id: str, on: date, question: tuple[str, int], closes_at: datetime, *, late: bool
) -> str | None:
    """Claim the round of a date and return its id; None if it was opened before. A missed one is opened after all."""
    values = {
        "state": "open",
        "question_id": question[0],
        "revision": question[1],
        "opened_at": turn.now,
        "closes_at": closes_at,
        "late": late,
    }
    row = {"id": turn.new_id(), "series_id": series_id, "group_id": group_id, "date": on, **values}
    claim = upsert(turn.conn, rounds).values(row)
    claim = claim.on_conflict_do_update(
        index_elements=["series_id", "date"], set_=values, where=rounds.c.state == "missed"
    )
    found: str | None = turn.conn.execute(claim.returning(rounds.c.id)).scalar()
    return found


def unpost(turn: Turn, round_: Round) -> None:
    """Count a round that never reached its channel as missed: nobody owes an answer to what nobody saw.

    Its id goes with it, since a post is sent once under the name of its round.
    """
    turn.conn.execute(delete(rounds).where(rounds.c.id == round_.id))
    miss_rounds(turn, round_.series_id, round_.group_id, (round_.date,))


def miss_rounds(turn: Turn, series_id: str, group_id: str, dates: tuple[date, ...]) -> None:
    """Note dates whose rounds never opened: nobody's streak needs them."""
    for on in dates:
        row = {"id": turn.new_id(), "series_id": series_id, "group_id": group_id, "date": on, "state": "missed"}
        turn.conn.execute(upsert(turn.conn, rounds).on_conflict_do_nothing(), {**row, "late": False})


def round_of(conn: Connection, round_id: str, *, lock: bool = False) -> Round | None:
    """Return a round that was opened."""
    query = select(rounds).where(rounds.c.id == round_id)
    row = conn.execute(query.with_for_update() if lock else query).first()
    return _round(row) if row is not None and row.question_id is not None else None


def open_rounds(conn: Connection, series_id: str) -> list[Round]:
    """Return the rounds of a series that are open, oldest first."""
    query = select(rounds).where(rounds.c.series_id == series_id, rounds.c.state == "open").order_by(rounds.c.date)
    return [_round(row) for row in conn.execute(query)]


def was_opened(conn: Connection, series_id: str, on: date) -> bool:
    """Tell whether the round of a date is open or was."""
    here = rounds.c.series_id == series_id, rounds.c.date == on, rounds.c.state != "missed"
    return conn.execute(select(func.count()).select_from(rounds).where(*here)).scalar_one() > 0


def asked(conn: Connection, series_id: str) -> list[str]:
    """Return the questions of a series so far, oldest first."""
    query = select(rounds.c.question_id).where(rounds.c.series_id == series_id, rounds.c.question_id.is_not(None))
    return list(conn.execute(query.order_by(rounds.c.date)).scalars())


def asked_beside(conn: Connection, group_id: str, series_id: str, limit: int) -> list[str]:
    """Return the last questions of a group's other series."""
    beside = rounds.c.group_id == group_id, rounds.c.series_id != series_id, rounds.c.question_id.is_not(None)
    query = select(rounds.c.question_id).where(*beside).order_by(rounds.c.date.desc()).limit(limit)
    return list(conn.execute(query).scalars())


def posted(conn: Connection, round_id: str, sent: Sent) -> None:
    """Store where a round was posted, and where answers arrive."""
    values = {"post": dump(sent.ref) if sent.ref else None, "talk": dump(sent.talk)}
    conn.execute(update(rounds).where(rounds.c.id == round_id).values(**values))


def close(conn: Connection, round_id: str, now: datetime) -> None:
    """Close a round."""
    conn.execute(update(rounds).where(rounds.c.id == round_id).values(state="closed", closed_at=now))


def answers(conn: Connection, round_id: str) -> list[Row[Any]]:
    """Return (attempt id, learner id, name, message, state, text) of everybody who answered, first come first."""
    query = (
        select(
            attempts.c.id,
            attempts.c.learner_id,
            learners.c.name,
            attempts.c.message,
            attempts.c.state,
            attempts.c.text,
        )
        .select_from(attempts.join(learners))
        .where(attempts.c.source == "round", attempts.c.ref == round_id, attempts.c.state != "withdrawn")
        .order_by(attempts.c.at, attempts.c.id)
    )
    return list(conn.execute(query))


def most_missed(conn: Connection, round_id: str) -> tuple[str, int, int] | None:
    """Return (point, how many had it in full, of how many) of the point that the group missed most."""
    query = (
        select(evidence.c.point, evidence.c.met, evidence.c.grade)
        .select_from(evidence.join(attempts))
        .where(attempts.c.source == "round", attempts.c.ref == round_id)
    )
    met: Counter[str] = Counter()
    total: Counter[str] = Counter()
    grades: defaultdict[str, float] = defaultdict(float)
    for row in conn.execute(query):
        total[row.point] += 1
        met[row.point] += row.met == "met"
        grades[row.point] += row.grade
    missed = [point for point in total if met[point] < total[point]]
    if not missed:
        return None
    worst = min(missed, key=lambda point: (met[point] / total[point], grades[point] / total[point], point))
    return worst, met[worst], total[worst]


def report(turn: Turn, round_: Round, learner_id: str) -> bool:
    """Note that a learner finds a question bad; False if she said so before."""
    row = {
        "id": turn.new_id(),
        "round_id": round_.id,
        "learner_id": learner_id,
        "question_id": round_.question_id,
        "at": turn.now,
    }
    done = turn.conn.execute(upsert(turn.conn, reports).on_conflict_do_nothing().returning(reports.c.id), row)
    return done.first() is not None


def reports_of(conn: Connection, round_id: str) -> int:
    """Count the learners who reported a round's question."""
    return conn.execute(select(func.count()).select_from(reports).where(reports.c.round_id == round_id)).scalar_one()


def _round(row: Row[Any]) -> Round:
    talk = parse(row.talk, Conversation) if row.talk else None
    return Round(
        row.id,
        row.series_id,
        row.group_id,
        row.date,
        row.state,
        row.question_id,
        row.revision,
        row.closes_at,
        talk,
    )
