"""Which of our own posts quote a learner, so that they can be redacted when she deletes everything."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.chat.model import Sent
from bot.delivery.codec import dump
from bot.delivery.turn import Turn
from bot.storage.tables import learners, quoting


def note_quoting(turn: Turn, learner_id: str, sent: Sent) -> None:
    """Remember a post that repeats a learner's words or name, unless she was deleted since.

    A whisper leaves nothing behind that could be changed.
    """
    known = turn.conn.execute(select(learners.c.id).where(learners.c.id == learner_id)).first()
    if sent.ref is not None and known is not None:
        row = {"id": turn.new_id(), "learner_id": learner_id, "message": dump(sent.ref)}
        turn.conn.execute(insert(quoting), row)
