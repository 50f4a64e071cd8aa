"""When this bot was alive: a beat every minute, and the outages between beats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update

from bot.chat.model import Conversation
from bot.delivery.codec import parse
from bot.storage.database import Database
from bot.storage.tables import beats, floors, outages

BEAT = timedelta(minutes=1)
OUTAGE = timedelta(minutes=10)
"""A shorter silence is a restart, not an outage."""
MARGIN = timedelta(minutes=2)
"""How far before the last beat to look for missed messages; what is found twice counts once."""


class Presence:
    """Keeps the beat; `away_since` is when we were last alive before this start, None on the first one."""

    def __init__(self, database: Database, new_id: Callable[[], str]) -> None:
        """Keep the beat in this database."""
        self._database = database
        self._new_id = new_id
        self._last: datetime | None = None
        self.away_since: datetime | None = None

    async def back(self, now: datetime) -> None:
        """Note a start: an outage, if the last beat is too long ago."""
        before = await self._database.run(lambda tx: self._note(tx, now))
        self.away_since = before - MARGIN if before is not None else None
        self._last = now

    async def beat(self, now: datetime) -> None:
        """Beat, at most once a minute."""
        if self._last is not None and now - self._last >= BEAT:
            await self._database.run(lambda tx: tx.execute(update(beats).values(at=now)))
            self._last = now

    def places(self, tx: Connection) -> list[Conversation]:
        """Return the conversations in which plain text is waited for."""
        return [parse(cast(Any, place), Conversation) for place in tx.execute(select(floors.c.place)).scalars()]

    def _note(self, tx: Connection, now: datetime) -> datetime | None:
        before: datetime | None = tx.execute(select(beats.c.at)).scalar()
        if before is None:
            tx.execute(insert(beats).values(id=1, at=now))
            return None
        if now - before >= OUTAGE:
            tx.execute(insert(outages).values(id=self._new_id(), began_at=before, ended_at=now))
        if now > before:
            tx.execute(update(beats).values(at=now))
        return before
