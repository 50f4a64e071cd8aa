"""A command-line process asks the running one for something, and hears its answer.

Both travel through the queue that the running process works, so that it takes neither a port nor a signal, and reaches
a process in another container too.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.feature import Feature, OnWork
from bot.delivery.queue import NewJob
from bot.delivery.turn import Due, Turn, Worked
from bot.storage.database import Database
from bot.storage.tables import jobs

PATIENCE, LOOK = 30.0, 0.25
"""Seconds that an answer is waited for, and between two looks; the running process looks every five."""
_KEPT = timedelta(hours=1)


class NobodyError(OSError):
    """No process works this database."""


class NoAnswerError(OSError):
    """The running process has not answered in time; it will still do what it was asked for."""


def answering(name: str, run: Callable[[], Awaitable[Any]]) -> Feature:
    """Return the feature by which the running process does what it is asked for; `run` returns the answer as JSON."""

    async def work(_: Mapping[str, Any]) -> Any:
        return await run()

    return Feature(name, works={"ask": OnWork(work, _note)}, timers={"answer": _forget})


def demand_somebody(database: Database) -> None:
    """Raise NobodyError unless a process works this database."""
    lease = DatabaseQueue(database).lease()
    if lease.take():
        lease.release()
        raise NobodyError("No Greenroom works on this database.")


def ask(database: Database, name: str, request_id: str, now: datetime, pause: Callable[[float], None]) -> Any:
    """Ask the running process for what the feature `name` does, and return its answer.

    `pause` lets so many seconds pass. Raises NobodyError and NoAnswerError.
    """
    demand_somebody(database)
    queue = DatabaseQueue(database)
    job = NewJob("work", f"{name}:ask:{request_id}", f"ask:{name}", now, "{}")
    database.transact(lambda tx: queue.put(tx, [job]))
    waited = 0.0
    while waited < PATIENCE:
        pause(LOOK)
        waited += LOOK
        body = database.transact(lambda tx: _noted(tx, f"{name}:answer:{request_id}"))
        if body is not None:
            return json.loads(body)["data"]["answer"]
    raise NoAnswerError(f"Greenroom has not answered within {PATIENCE:g} s. It will, once it gets there; see its log.")


def _note(turn: Turn, worked: Worked) -> None:
    """Keep the answer for who asked: a timer is a row that ends by itself."""
    turn.arm(worked.key.replace(":ask:", ":answer:"), turn.now + _KEPT, answer=worked.result)


def _forget(turn: Turn, due: Due) -> None:
    """Let the answer go: who asked has read it, or left."""


def _noted(tx: Connection, key: str) -> str | None:
    return tx.execute(select(jobs.c.body).where(jobs.c.kind == "timer", jobs.c.key == key)).scalar()
