"""The engine when the database is in trouble: it refuses, keeps, and goes on where it was."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import URL

from bot.chat.model import Said
from bot.delivery.codec import event_text
from bot.delivery.queue import NewJob
from bot.delivery.turn import Delivered, Due, Turn, event_lane
from bot.storage.database import StorageError
from bot.storage.tables import jobs
from tests.support.engine import NOON, PREP, EngineStage, card, play, said


def _echo(turn: Turn) -> None:
    if isinstance(turn.event, Said):
        turn.post(f"echo:{turn.event.id}", PREP, card(turn.event.text), tell=True)


class Locker:
    """Another program that locks an SQLite database."""

    def __init__(self, stage: EngineStage, url: URL) -> None:
        """Prepare; the stage's connections do not wait for it."""
        self._other = sqlite3.connect(str(url.database), isolation_level=None)

        @event.listens_for(stage.database.engine, "connect")
        def _connect(raw: Any, _record: Any) -> None:
            raw.execute("PRAGMA busy_timeout=0")

    def lock(self) -> None:
        """Lock."""
        self._other.execute("BEGIN IMMEDIATE")

    def free(self) -> None:
        """Unlock."""
        self._other.execute("ROLLBACK")

    def close(self) -> None:
        """Go."""
        self._other.close()


def test_locked_database_refuses_and_recovers(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        locker = Locker(stage, sqlite_url)
        stage.on = _echo
        tries: list[str] = []

        def on_pause() -> None:
            tries.append("again")
            if len(tries) == 3:
                locker.free()

        async with stage.life() as delivery:
            await stage.accept(said("e1"))
            locker.lock()
            stage.on_pause = on_pause
            results = await asyncio.gather(*(delivery.accept(said(f"l{n}")) for n in range(3)), return_exceptions=True)
            while len(tries) < 3:
                with pytest.raises(StorageError):
                    await delivery.idle()
                await asyncio.sleep(0.001)
            await _until_well(stage)
            await stage.accept(said("e2"), said("l0"))
        locker.close()
        assert [str(result).endswith("nothing was changed.") for result in results] == [True] * 3
        assert Counter(stage.transport.texts()) == {"e1": 1, "e2": 1, "l0": 1}
        assert {row["state"] for row in stage.rows(jobs)} == {"done"}

    play(sqlite_url, scene)


async def _until_well(stage: EngineStage) -> None:
    while True:
        try:
            return await stage.delivery.idle()
        except StorageError:
            await asyncio.sleep(0.001)


def test_post_sent_while_the_database_is_locked_is_marked_later(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        locker = Locker(stage, sqlite_url)
        stage.on = _echo
        stage.transport.gate.clear()
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await stage.transport.begun.wait()
            locker.lock()
            stage.on_pause = lambda: (locker.free(), setattr(stage, "on_pause", lambda: None))[0]
            stage.transport.gate.set()
            with pytest.raises(StorageError):
                await delivery.idle()
            await _until_well(stage)
        locker.close()
        heard = [one.key for one in stage.handled if isinstance(one, Delivered)]
        assert (stage.transport.texts(), heard) == (["e1"], ["echo:e1"])
        assert {row["state"] for row in stage.rows(jobs)} == {"done"}

    play(sqlite_url, scene)


def test_due_timers_outlast_a_locked_database(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        locker = Locker(stage, sqlite_url)
        stage.on = lambda turn: turn.arm("f:t:1", NOON.replace(hour=13)) if isinstance(turn.event, Said) else None
        async with stage.life() as delivery:
            await stage.accept(said("e1"))
            locker.lock()
            stage.on_pause = lambda: (locker.free(), setattr(stage, "on_pause", lambda: None))[0]
            stage.now = NOON.replace(hour=14)
            with pytest.raises(StorageError):
                await delivery.idle()
            await _until_well(stage)
        locker.close()
        assert [one.key for one in stage.handled if isinstance(one, Due)] == ["f:t:1"]

    play(sqlite_url, scene)


@pytest.mark.parametrize("lost", range(1, 9))
def test_commit_whose_answer_was_lost_is_not_repeated(database_url: URL, lost: int) -> None:
    """The connection may break after the server committed, and before we heard of it."""

    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Said):
                stage_rows.append(turn.event.id)
                turn.conn.execute(text("INSERT INTO spaces VALUES (:i, 'p', :i, :t)"), {"i": turn.event.id, "t": NOON})
                turn.post(f"echo:{turn.event.id}", PREP, card(turn.event.text), tell=True)
                turn.arm("f:t:1", NOON)
                turn.work(f"f:w:{turn.event.id}", "lane")

        async def work(data: Any) -> Any:
            return 1

        def committed() -> None:
            if armed and stage.commits - armed[0] == lost:
                raise StorageError("the connection broke")

        stage_rows: list[str] = []
        armed: list[int] = []
        stage.on = on
        stage.works["f:w"] = work
        stage.committed = committed
        async with stage.life() as delivery:
            await delivery.idle()
            armed.append(stage.commits)
            for ident in ("e1", "e2"):
                try:
                    await delivery.accept(said(ident))
                except StorageError:
                    await _until_well(stage)
                    await delivery.accept(said(ident))  # the platform delivers it again
            await _until_well(stage)
            await stage.tick_surely()
            spaces = stage.read(lambda tx: tx.exec_driver_sql("SELECT id FROM spaces ORDER BY id").scalars().all())
        assert spaces == ["e1", "e2"]
        assert stage.transport.texts() == ["e1", "e2"]
        assert {row["state"] for row in stage.rows(jobs)} == {"done"}

    play(database_url, scene)


def test_server_that_ends_all_connections_is_survived(postgresql_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        async with stage.life():
            await stage.accept(said("e1"))
            killed = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND datname = current_database()"
            )
            stage.read(lambda tx: tx.execute(killed).all())
            for ident in ("e2", "e3", "e4"):
                try:
                    await stage.accept(said(ident))
                except StorageError:
                    await _until_well(stage)
                    await stage.accept(said(ident))
        assert Counter(stage.transport.texts()) == {"e1": 1, "e2": 1, "e3": 1, "e4": 1}

    play(postgresql_url, scene)


def test_statement_that_can_never_succeed_stops_its_lane_alone(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Said) and turn.event.text == "bad":
                turn.conn.execute(text("SELECT nonsense FROM jobs"))
            _echo(turn)

        stage.on = on
        async with stage.life():
            await stage.accept(said("bad"), said("good", "bo"))
        assert (stage.transport.texts(), stage.pauses) == (["good"], [])

    play(database_url, scene)


def test_lane_keeps_its_order_when_a_failure_and_trouble_meet(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        tries: Counter[str] = Counter()
        handled: list[str] = []

        def on(turn: Turn) -> None:
            if not isinstance(turn.event, Said):
                return
            tries[turn.event.id] += 1
            if turn.event.id == "e1" and tries["e1"] <= 2:
                raise ValueError("it fails for itself, with the batch and alone")
            if turn.event.id == "b1" and tries["b1"] == 1:
                raise StorageError("locked")
            handled.append(turn.event.id)

        stage.on = on
        waiting = [
            NewJob("event", one.id, event_lane(one), NOON, event_text(one)[0])
            for one in (said("e1"), said("e2"), said("b1", "bo"))
        ]
        stage.database.transact(lambda tx: stage.queue.put(tx, waiting))
        async with stage.life() as delivery:
            with suppress(StorageError):
                await delivery.idle()
            for _ in range(8):
                await stage.tick_surely()
        assert sorted(handled) == ["b1", "e1", "e2"]
        assert handled.index("e1") < handled.index("e2")

    play(sqlite_url, scene)
