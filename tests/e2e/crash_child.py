"""The process that dies: it plays a script from where it stands, and kills itself at the moment it is told to.

`python -m tests.e2e.crash_child` loads and tries everything once, and then forks a child for each line of its input:
a death costs no start of an interpreter. A line and its answer are JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, event, insert, select

from bot.storage.database import Database
from bot.storage.tables import attempts, interviews, jobs, learners, ledger, metadata, rounds
from bot.wiring import Application, Clock
from tests.e2e.crash_platform import NAME, CrashTransport, Platform
from tests.e2e.crash_script import SCRIPTS, START, Step
from tests.feature.sample_bank import BANK

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds after which a life hangs."""


@dataclass(frozen=True, slots=True)
class Life:
    """A life of the bot on a database and a platform's file: it plays a script on to the step `until`, 0 for its end.

    It begins `before` a step as an unharmed life came to it; None: with what the last life left. Before its own end it
    dies at the `number`-th `kind` of moment: "commit" of a transaction that wrote, "acked" for an event, "before" and
    "after" the platform is handed something, "" for never.
    """

    url: str
    platform: str
    script: str
    before: int | None = None
    until: int = 0
    kind: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the bot and the platform hold at one moment."""

    rows: Mapping[str, list[dict[str, Any]]]
    platform: bytes


class MortalDatabase(Database):
    """A database that a process can be forked from, and whose commits can kill it.

    Nothing runs after a death: no `finally`, no rollback, no goodbye.
    """

    def __init__(self, url: str) -> None:
        """Prepare to connect; until `begin`, everything runs in the caller's thread, since threads do not fork."""
        super().__init__(url, committed=self._commit)
        self._life: Life | None = None
        self.met: Counter[str] = Counter()
        self._wrote = threading.local()

        @event.listens_for(self.engine, "before_cursor_execute")
        def _execute(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self._wrote.yes = getattr(self._wrote, "yes", False) or not statement.startswith(("SELECT", "BEGIN"))

    def begin(self, life: Life) -> None:
        """Begin a life in a child."""
        self.engine.dispose(close=False)
        self._life = life
        self.met.clear()

    async def run(self, change: Callable[[Connection], T]) -> T:
        """Run a change."""
        return await super().run(change) if self._life is not None else self.transact(change)

    def meet(self, kind: str) -> None:
        """Take note of a moment, and die if it is the one."""
        self.met[kind] += 1
        if self._life is not None and (kind, self.met[kind]) == (self._life.kind, self._life.number):
            os.kill(os.getpid(), signal.SIGKILL)

    def _commit(self) -> None:
        if getattr(self._wrote, "yes", False):
            self._wrote.yes = False
            self.meet("commit")


def live(database: MortalDatabase, life: Life) -> dict[str, Any]:
    """Play the script to its end, if death does not come first; return what there is in the end, and what was met."""
    platform = Platform(Path(life.platform), START)
    script = SCRIPTS[life.script]
    asyncio.run(asyncio.wait_for(_play(database, platform, script[: life.until or len(script)]), PATIENCE))
    posts, whispers, reactions = platform.shown()
    moments = dict(database.met)
    stored = database.transact(_stored)
    return {"shown": {"posts": posts, "whispers": whispers, "reactions": reactions, **stored}, "moments": moments}


async def _play(
    database: MortalDatabase,
    platform: Platform,
    script: Sequence[Step],
    before_step: Callable[[], None] = lambda: None,
) -> None:
    transport = CrashTransport(platform, database.meet)
    application = Application(database, BANK, clock=Clock(platform.now), pause=_short_pause)
    async with application.serve({NAME: transport}):
        await _deliver(platform, transport, database.meet)
        await application.settle()
        while platform.step < len(script):
            before_step()
            step = script[platform.step]
            platform.happen(step.events(platform, step.at), step.at)
            application.move(step.at)
            await _deliver(platform, transport, database.meet)
            await application.settle()


async def _deliver(platform: Platform, transport: CrashTransport, meet: Callable[[str], None]) -> None:
    """Deliver what is not acknowledged, all at once, as sockets do."""
    assert transport.accept is not None

    async def one(number: int, happened: Any) -> None:
        assert transport.accept is not None
        await transport.accept(happened)
        platform.acknowledge(number)
        meet("acked")

    await asyncio.gather(*(one(number, happened) for number, happened in platform.unacknowledged()))


async def _short_pause(seconds: float) -> None:
    await asyncio.sleep(seconds / 5)


def _stored(tx: Connection) -> dict[str, Any]:
    """Return what the features stored, in words that do not depend on random ids."""
    names = {row.id: row.name for row in tx.execute(select(learners.c.id, learners.c.name))}

    def rows(table: Table, *columns: str) -> list[str]:
        found = tx.execute(select(table)).mappings()
        return sorted(
            json.dumps([names.get(row[c], str(row[c])) for c in columns], ensure_ascii=False) for row in found
        )

    return {
        "attempts": rows(attempts, "learner_id", "source", "text", "state", "version", "score", "band", "at"),
        "ledger": rows(ledger, "learner_id", "date", "kind", "source", "at"),
        "interviews": rows(interviews, "learner_id", "mode", "state", "version", "started_at", "ended_at"),
        "rounds": rows(rounds, "date", "state", "question_id", "opened_at", "closed_at", "late"),
        "left": [
            f"{row.kind} {row.key} {row.state} {row.error}"
            for row in tx.execute(select(jobs).where(jobs.c.state != "done", jobs.c.kind != "timer"))
        ],
        "texts": [row.key for row in tx.execute(select(jobs).where(jobs.c.state == "done", jobs.c.body.is_not(None)))],
    }


# ---------------------------------------------------------------- the server of children
class Nursery:
    """A database on which everything was done once: what is imported, compiled and cached late is there."""

    def __init__(self, url: str) -> None:
        """Play every script, and keep what there is before each of its steps."""
        self.database = MortalDatabase(url)
        self._snapshots = {name: self._lived(script) for name, script in SCRIPTS.items()}
        self.database.engine.dispose()
        gc.freeze()

    def _lived(self, script: Sequence[Step]) -> list[Snapshot]:
        found: list[Snapshot] = []
        platform = Platform(Path(":memory:"), START)
        _fill(self.database, {})
        keep = lambda: found.append(Snapshot(self.database.transact(_rows), platform.copy()))  # noqa: E731
        asyncio.run(_play(self.database, platform, script, keep))
        return found

    def go_back(self, life: Life) -> None:
        """Bring database and platform to before a step."""
        if life.before is None:
            return
        snapshot = self._snapshots[life.script][life.before]
        _fill(self.database, snapshot.rows)
        self.database.engine.dispose()
        for end in ("-wal", "-shm"):
            Path(life.platform + end).unlink(missing_ok=True)
        Path(life.platform).write_bytes(snapshot.platform)


def _rows(tx: Connection) -> dict[str, list[dict[str, Any]]]:
    return {table.name: [row._asdict() for row in tx.execute(select(table))] for table in metadata.sorted_tables}


def _fill(database: Database, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    def fill(tx: Connection) -> None:
        for table in reversed(metadata.sorted_tables):
            tx.execute(delete(table))
        for table in metadata.sorted_tables:
            if rows.get(table.name):
                tx.execute(insert(table), rows[table.name])

    database.transact(fill)


def serve() -> None:
    """Answer each line of the input, a life, with how it ended."""
    nurseries: dict[str, Nursery] = {}
    for line in sys.stdin:
        life = Life(**json.loads(line))
        if life.url not in nurseries:
            nurseries[life.url] = Nursery(life.url)
        nurseries[life.url].go_back(life)
        print(json.dumps(_fork(nurseries[life.url].database, life)), flush=True)


def _fork(database: MortalDatabase, life: Life) -> dict[str, Any]:
    """Let a child live; return how it ended, and what there was in the end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        gc.disable()  # a life is too short for it, and it would touch, and so copy, the parent's memory
        try:
            database.begin(life)
            answer: dict[str, Any] = {"end": "lived", "found": live(database, life)}
        except BaseException:
            answer = {"end": "failed", "found": traceback.format_exc()}
        with suppress(OSError), os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"end": "killed", "found": {}} if killed else json.loads(said)


def ask(life: Life) -> str:
    """Return the line that asks for a life."""
    return json.dumps(asdict(life)) + "\n"


if __name__ == "__main__":
    serve()
