"""The ledger: what an answer is worth for a streak, written down once and never changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select

from bot.delivery.turn import Turn
from bot.storage.tables import ledger


def credit(turn: Turn, learner_id: str, on: date, source: str, ref: str, zone: str) -> None:
    """Credit a date to a learner, for the answer `ref`."""
    _append(turn, learner_id, on, "credit", source, ref, zone)


def withdraw(turn: Turn, learner_id: str, source: str, ref: str) -> None:
    """Take the credit of an answer back: a further line, since the ledger is only ever added to."""
    query = select(ledger.c.date, ledger.c.zone).where(
        ledger.c.learner_id == learner_id, ledger.c.source == source, ledger.c.ref == ref, ledger.c.kind == "credit"
    )
    for row in turn.conn.execute(query.order_by(ledger.c.at.desc()).limit(1)).all():
        _append(turn, learner_id, row.date, "withdrawn", source, ref, row.zone)


def _append(turn: Turn, learner_id: str, on: date, kind: str, source: str, ref: str, zone: str) -> None:
    row = {
        "id": turn.new_id(),
        "learner_id": learner_id,
        "date": on,
        "kind": kind,
        "source": source,
        "ref": ref,
        "at": turn.now,
        "zone": zone,
    }
    turn.conn.execute(insert(ledger), row)
