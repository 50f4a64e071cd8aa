"""Everything that is kept of a learner: what an export holds and a deletion removes.

The tables are found by their column `learner_id`, so that a new one cannot be forgotten; what refers to a learner by
another name stands in `ELSEWHERE`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, func, not_, or_, select, update

from bot.chat.model import MessageRef, Person
from bot.chat.words import lines_end, pieces
from bot.delivery.codec import parse
from bot.delivery.queue import Job
from bot.people.acting import identities_of
from bot.storage.tables import buttons, floors, interviews, jobs, learners, metadata, organisers, quoting

ELSEWHERE: tuple[Column[Any], ...] = (buttons.c.owner_id, organisers.c.named_by)
"""Columns that hold a learner's id under another name: whose button it is, and who named an organiser."""
LONGEST_TEXT = 300
"""Longest text of an export in one piece: even if each character has to be escaped, a line of it fits a message."""
LONGEST_LINE = 160
"""What is shorter than this stands in one line."""

_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def tables_of_a_learner() -> list[Table]:
    """Return every table with a learner's rows, the learner's own last."""
    return [table for table in metadata.sorted_tables if "learner_id" in table.c] + [learners]


def counts(conn: Connection, learner_id: str) -> dict[str, int]:
    """Return how many rows of each table belong to a learner."""
    return {
        table.name: conn.execute(select(func.count()).select_from(table).where(_mine(table, learner_id))).scalar_one()
        for table in tables_of_a_learner()
        if table is not learners
    }


# ---------------------------------------------------------------- export
def export(conn: Connection, learner_id: str) -> str:
    """Return everything that is kept of a learner, as JSON of short lines; a long text is a list of its pieces."""
    found = {
        table.name: [
            {name: _value(name, value) for name, value in row._mapping.items()}
            for row in conn.execute(select(table).where(_mine(table, learner_id)))
        ]
        for table in tables_of_a_learner()
    }
    return "\n".join(_lines(found))


def _lines(value: Any, name: str = "") -> Iterator[str]:
    """Yield JSON in lines: what is short stands in one, what is long is opened."""
    begin = f"{_json(name)}: " if name else ""
    whole = _json(value)
    if len(whole) <= LONGEST_LINE or not isinstance(value, dict | list):
        yield begin + whole
        return
    opened, closed = ("{", "}") if isinstance(value, dict) else ("[", "]")
    inner = value.items() if isinstance(value, dict) else (("", one) for one in value)
    yield begin + opened
    for number, (key, one) in enumerate(inner, 1):
        *lines, last = _lines(one, key)
        yield from lines
        yield last + ("," if number < len(value) else "")
    yield closed


def _json(value: Any) -> str:
    """Return JSON in which whatever a platform may leave out (controls, marks of direction) is escaped."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def parts(text: str, limit: int) -> list[str]:
    """Return an export in parts of at most `limit` characters, cut between lines: put together they are the JSON."""
    return pieces(text, limit, cut=lines_end)


def _value(name: str, value: Any) -> Any:
    """Return a stored value as it is exported; what a rule serialised is opened."""
    match value:
        case str() if name.endswith("_json"):
            return _value("", json.loads(value))
        case str() if len(value) > LONGEST_TEXT:
            return [value[start : start + LONGEST_TEXT] for start in range(0, len(value), LONGEST_TEXT)]
        case dict():
            return {key: _value("", inner) for key, inner in value.items()}
        case list() | tuple():
            return [_value("", inner) for inner in value]
        case date() | datetime():
            return value.isoformat()
        case _:
            return value


# ---------------------------------------------------------------- delete
def delete_all(conn: Connection, learner_id: str, event: str) -> tuple[list[MessageRef], list[Job]]:
    """Remove a learner, who asked for it by an `event`.

    Returns our own messages that quote her, to be redacted, and the jobs that waited and were removed with her.
    """
    quoted = conn.execute(select(quoting.c.message).where(quoting.c.learner_id == learner_id)).scalars()
    messages = [parse(message, MessageRef) for message in quoted]
    mine = set(conn.execute(select(interviews.c.id).where(interviews.c.learner_id == learner_id)).scalars())
    conn.execute(delete(floors).where(floors.c.feature == "interview", floors.c.state.in_(mine)))
    conn.execute(delete(buttons).where(buttons.c.owner_id == learner_id))
    conn.execute(update(organisers).where(organisers.c.named_by == learner_id).values(named_by=None))
    removed = _forget_jobs(conn, learner_id, mine, event)
    for table in reversed(tables_of_a_learner()[:-1]):
        conn.execute(delete(table).where(_mine(table, learner_id)))
    conn.execute(delete(learners).where(learners.c.id == learner_id))
    return messages, removed


def forget_lanes(conn: Connection) -> None:
    """Erase the lanes of handled jobs, which name people and places; nothing reads them any more."""
    conn.execute(update(jobs).where(jobs.c.state == "done", jobs.c.lane != "").values(lane=""))


def _forget_jobs(conn: Connection, learner_id: str, interview_ids: set[str], event: str) -> list[Job]:
    """Remove what waits or was given up and carries her words, and every key that names her; return what waited."""
    hers = or_(
        jobs.c.lane == f"learner:{learner_id}",
        jobs.c.key.contains(f":{learner_id}:", autoescape=True),
        jobs.c.key.endswith(f":{learner_id}", autoescape=True),
        *_by_person(identities_of(conn, learner_id)),
    )
    # What she says or presses at this very moment is being handled, and ends by itself.
    handled = and_(jobs.c.kind == "event", jobs.c.state == "waiting")
    unwanted = and_(hers, not_(handled), jobs.c.key != event)
    removed = [*conn.execute(_JOBS.where(unwanted, jobs.c.state == "waiting"))]
    conn.execute(delete(jobs).where(unwanted))
    waiting = conn.execute(_JOBS.where(jobs.c.state != "done", jobs.c.kind != "event"))
    mine = [row for row in waiting if not interview_ids.isdisjoint(row.key.split(":"))]
    conn.execute(delete(jobs).where(jobs.c.seq.in_([row.seq for row in mine])))
    forget_lanes(conn)
    return [Job(row.seq, row.kind, row.key, row.lane, 0, row.run_at, 0, None, "") for row in (*removed, *mine)]


_JOBS = select(jobs.c.seq, jobs.c.kind, jobs.c.key, jobs.c.lane, jobs.c.run_at)


def _by_person(people: list[Person]) -> Iterator[Any]:
    """Yield what tells a job that names a person; its text is the codec's JSON, without spaces."""
    for who in people:
        account = json.dumps(who.account, ensure_ascii=False)
        named = jobs.c.body.contains(f'"account":{account}', autoescape=True)
        yield and_(named, jobs.c.body.contains(f'"platform":"{who.platform}"', autoescape=True))


def _mine(table: Table, learner_id: str) -> Any:
    return (table.c.id if table is learners else table.c.learner_id) == learner_id
