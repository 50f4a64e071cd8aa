"""Everything that is kept of a learner: what an export holds and a deletion removes.

The tables are found by their column `learner_id`, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from bot.chat.model import MessageRef
from bot.delivery.codec import parse
from bot.storage.tables import buttons, floors, interviews, jobs, learners, metadata, organisers, quoting


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


def export(conn: Connection, learner_id: str) -> str:
    """Return everything that is kept of a learner, as JSON."""
    found = {
        table.name: [dict(row._mapping) for row in conn.execute(select(table).where(_mine(table, learner_id)))]
        for table in tables_of_a_learner()
    }
    return json.dumps(found, ensure_ascii=False, indent=1, default=_plain)


def delete_all(conn: Connection, learner_id: str) -> list[MessageRef]:
    """Remove a learner; returns our own messages that quote her, to be redacted."""
    quoted = conn.execute(select(quoting.c.message).where(quoting.c.learner_id == learner_id)).scalars()
    messages = [parse(message, MessageRef) for message in quoted]
    mine = [
        str(one) for one in conn.execute(select(interviews.c.id).where(interviews.c.learner_id == learner_id)).scalars()
    ]
    conn.execute(delete(floors).where(floors.c.feature == "interview", floors.c.state.in_(mine)))
    conn.execute(delete(buttons).where(buttons.c.owner_id == learner_id))
    conn.execute(update(organisers).where(organisers.c.named_by == learner_id).values(named_by=None))
    # What still waits to be assessed or told carries her words in its text.
    waiting = or_(
        jobs.c.lane == f"learner:{learner_id}",
        *(jobs.c.key.startswith(f"interview:{part}:{one}", autoescape=True) for one in mine for part in _PARTS),
    )
    conn.execute(delete(jobs).where(jobs.c.state != "done", waiting))
    for table in reversed(tables_of_a_learner()[:-1]):
        conn.execute(delete(table).where(_mine(table, learner_id)))
    conn.execute(delete(learners).where(learners.c.id == learner_id))
    return messages


_PARTS = ("open", "ask", "feedback", "probe", "card", "say", "quiet", "stale")


def _mine(table: Table, learner_id: str) -> Any:
    return (table.c.id if table is learners else table.c.learner_id) == learner_id


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be exported")
