"""The bot that is killed in front of a platform that lives on: a life is forked for each line of the input.

`python -m tests.e2e.crash_life_child PLATFORM` loads everything once, so that a life costs no start of an interpreter.
A life connects to its parent's desk, says who it is, and answers each order with what it has met; it ends by being
killed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.storage.tables import attempts, interviews, jobs, learners, rounds
from bot.wiring import Application, Clock, adapter, adapter_names, build_transports, open_database
from tests.e2e.crash_child import Life as Script
from tests.e2e.crash_child import MortalDatabase, Nursery
from tests.feature.sample_bank import BANK

MOST_SECONDS = 15
"""What time may pass in a life besides: less than the quiet seconds that end an answer."""


@dataclass(frozen=True)
class Life:
    """A life on a database, begun at a time; it kills itself at its `dies`-th commit of a change, 0: never."""

    url: str
    desk: str
    at: str
    environment: dict[str, str]
    dies: int = 0


async def live(database: MortalDatabase, life: Life) -> None:
    """Serve the platform, and follow the orders of the desk until it closes."""
    reader, writer = await asyncio.open_unix_connection(life.desk)

    def answer(**what: Any) -> None:
        writer.write(json.dumps(what).encode() + b"\n")

    async def settle(now: datetime) -> None:
        application.move(now)
        await application.settle()
        for _ in range(MOST_SECONDS):
            stored = database.transact(_stored)
            if not stored["left"]:
                break
            # What the platform could not take while this life was not connected to it is tried again after seconds.
            application.move(application.now() + timedelta(seconds=1))
            await application.settle()
        answer(commits=database.met["commit"], stored=stored, now=application.now().isoformat())

    answer(pid=os.getpid())
    application = Application(database, BANK, clock=Clock(datetime.fromisoformat(life.at)), pause=_short_pause)
    transports, _ = build_transports(application, life.environment)
    async with application.serve(transports):
        for _ in range(1_000):
            if all(transport.ready and transport.hears_since is not None for transport in transports.values()):
                break
            await asyncio.sleep(0.005)  # nothing tells when a transport becomes ready
        await settle(application.now())
        while line := await reader.readline():
            await settle(datetime.fromisoformat(json.loads(line)))


async def _short_pause(seconds: float) -> None:
    await asyncio.sleep(seconds / 5)


def _stored(tx: Connection) -> dict[str, list[str]]:
    """Return what the features keep, in words that do not depend on random ids, nor on the microsecond."""
    names = {row.id: row.name for row in tx.execute(select(learners.c.id, learners.c.name))}

    def rows(table: Table, *columns: str) -> list[str]:
        found = tx.execute(select(table)).mappings()
        return sorted(" | ".join(str(names.get(row[c], row[c])) for c in columns) for row in found)

    left = select(jobs.c.key, jobs.c.state).where(jobs.c.state != "done", jobs.c.kind != "timer")
    return {
        "attempts": rows(attempts, "learner_id", "source", "text", "state", "score", "band"),
        "interviews": rows(interviews, "learner_id", "mode", "state"),
        "rounds": rows(rounds, "date", "state", "question_id", "late"),
        "left": [f"{row.key} {row.state}" for row in tx.execute(left)],
    }


def serve(platform: str) -> None:
    """Fork a life for each line."""
    import_module(f"adapters.{platform}.transport")
    for name in adapter_names():
        adapter(name)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/warm.db"
        open_database(url).close()
        Nursery(url)  # what is imported, compiled and cached late is there before the first fork
    for line in sys.stdin:
        life = Life(**json.loads(line))
        child = os.fork()
        if child == 0:
            gc.disable()  # a life is too short for it, and it would touch, and so copy, the parent's memory
            try:
                database = MortalDatabase(life.url)
                database.begin(Script(life.url, "", "", kind="commit", number=life.dies))
                asyncio.run(live(database, life))
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        os.waitpid(child, 0)


def ask(life: Life) -> str:
    """Return the line that asks for a life."""
    return json.dumps(asdict(life)) + "\n"


if __name__ == "__main__":
    serve(sys.argv[1])
