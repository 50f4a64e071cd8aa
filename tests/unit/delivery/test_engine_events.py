"""The engine takes events in: durable, once, in order, grouped; and goes on after what fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy.engine import URL

from bot.chat.model import Said
from bot.delivery.cards import failed
from bot.delivery.queue import MEMORY
from bot.delivery.turn import Turn
from bot.storage.database import Database, StorageError
from bot.storage.tables import buttons, jobs
from tests.support.engine import NOON, PREP, EngineStage, card, play, said


def _echo(turn: Turn) -> None:
    assert isinstance(turn.event, Said)
    turn.post(f"echo:{turn.event.id}", turn.event.where, card(turn.event.text))


def test_event_is_durable_when_accept_returns(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        other = Database(database_url)
        async with stage.life() as delivery:
            await delivery.accept(said("e1", text="Grüße ✓"))
            keys = other.transact(lambda tx: tx.exec_driver_sql("SELECT key FROM jobs").scalars().all())
        other.close()
        assert keys == ["e1"]

    play(database_url, scene)


def test_event_accepted_before_a_death_is_handled_after_it(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
        before = len(stage.handled)
        async with stage.life() as delivery:
            await delivery.idle()
        assert before <= 1
        assert stage.texts()[-1:] == ["e1"]

    play(database_url, scene)


def test_event_that_had_to_wait_is_handled_after_a_death(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: _raise(turn, "first")
        async with stage.life() as delivery:
            await stage.accept(said("first"))
            await delivery.accept(said("second"))
        assert set(stage.texts()) == {"first"}
        stage.on = _echo
        async with stage.life():
            await stage.later(seconds=2)
        assert stage.transport.texts() == ["first", "second"]

    play(database_url, scene)


def test_event_with_nothing_before_it_shares_its_commit_with_what_it_causes(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        async with stage.life() as delivery:
            await delivery.idle()
            before = stage.commits
            await delivery.accept(said("e1"))
            assert (stage.commits - before, stage.texts()) == (1, ["e1"])
            await delivery.idle()
        assert stage.transport.texts() == ["e1"]

    play(sqlite_url, scene)


def test_event_that_comes_twice_is_handled_once(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        async with stage.life():
            await stage.accept(said("e1"), said("e1", text="again"))
            await stage.accept(said("e1"))
        async with stage.life():
            await stage.accept(said("e1"))
        assert (stage.texts(), stage.transport.texts()) == (["e1"], ["e1"])

    play(database_url, scene)


def test_events_in_flight_share_transactions(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        async with stage.life() as delivery:
            await delivery.idle()
            before = stage.commits
            await stage.accept(*(said(str(number), where=replace(PREP, channel=str(number))) for number in range(20)))
            commits = stage.commits - before
        assert len(stage.transport.posted) == 20
        assert commits <= 8  # accepted, handled and marked one by one it would be 60

    play(sqlite_url, scene)


def test_lane_keeps_its_order_beside_others(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        events = [said(f"{who}{number:03}", who=who) for number in range(60) for who in ("ana", "bo", "cem")]
        async with stage.life():
            await stage.accept(*events)
        for who in ("ana", "bo", "cem"):
            assert [e.text for e in stage.handled if e.who.account == who] == [f"{who}{n:03}" for n in range(60)]
        assert len(stage.transport.posted) == 180

    play(database_url, scene)


def test_private_conversation_is_one_lane_for_everybody_in_it(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        room = replace(PREP, channel="room", private=True)
        stage.on = lambda turn: _raise(turn, "first")
        async with stage.life():
            await stage.accept(said("first", "ana", where=room), said("second", "bo", where=room))
            assert set(stage.texts()) == {"first"}

    play(sqlite_url, scene)


def _raise(turn: Turn, *texts: str) -> None:
    if isinstance(turn.event, Said) and turn.event.text in texts:
        raise ValueError(f"no {turn.event.text}")
    if isinstance(turn.event, Said):
        _echo(turn)


def test_failing_event_neither_loses_nor_doubles_its_neighbours(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: _raise(turn, "e3")
        async with stage.life():
            await stage.accept(*(said(f"e{number}", who=f"p{number}") for number in range(8)))
            expected = {f"e{number}": 1 for number in range(8) if number != 3}
            assert dict(Counter(stage.transport.texts())) == expected
            stage.on = _echo
            await stage.later(seconds=2)
        assert dict(Counter(stage.transport.texts())) == {**expected, "e3": 1}

    play(database_url, scene)


def test_fifth_failure_makes_a_dead_letter_and_the_lane_goes_on(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: _raise(turn, "bad")
        async with stage.life():
            await stage.accept(said("bad", reply="r1"), said("next"), said("other", "bo"))
            assert stage.transport.texts() == ["other"]
            for seconds in (2, 4, 8):
                await stage.later(seconds=seconds)
            assert stage.transport.texts() == ["other"]
            await stage.later(seconds=16)
            told = [(one.text, one.only, one.reply) for one in stage.transport.posted[1:] if one.only]
            dead = stage.read(stage.queue.dead)
            stage.on = _echo
            stage.read(lambda tx: stage.queue.revive(tx, [dead[0].seq], stage.now))
            await stage.later(seconds=5)
        words = cast(Any, failed().body[0]).text
        assert told == [(words, "ana", "r1")]
        assert [(one.kind, one.key, one.error) for one in dead] == [("event", "bad", "ValueError: no bad")]
        assert sorted(one.text for one in stage.transport.posted if not one.only) == ["bad", "next", "other"]

    play(database_url, scene)


def test_event_that_cannot_be_stored_is_refused_alone(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        odd = replace(said("odd"), text=cast(Any, object()))
        async with stage.life() as delivery:
            results = await asyncio.gather(
                *(delivery.accept(event) for event in (said("e1"), odd, said("e2"))), return_exceptions=True
            )
            await delivery.idle()
        assert [type(result) for result in results] == [type(None), TypeError, type(None)]
        assert sorted(stage.transport.texts()) == ["e1", "e2"]

    play(database_url, scene)


def test_half_a_character_becomes_a_question_mark(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async with stage.life():
            await stage.accept(said("e1", text="broken \ud83d smile"))
        assert stage.texts() == ["broken ? smile"]

    play(database_url, scene)


def test_texts_are_erased_at_once_and_ids_after_fourteen_days(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: turn.post("k", PREP, card(turn.token(secret="words")))  # type: ignore[arg-type]
        async with stage.life():
            await stage.accept(said("e1"))
            rows = [(row["kind"], row["state"], row["body"]) for row in stage.rows(jobs)]
            tokens = len(stage.rows(buttons))
            await stage.later(days=61)
            left = (stage.rows(jobs), stage.rows(buttons))
        assert rows == [("event", "done", None), ("post", "done", None)]
        assert (tokens, left) == (1, ([], []))
        assert MEMORY.days == 14

    play(database_url, scene)


def test_accept_is_refused_when_the_engine_stops(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async with stage.life() as delivery:
            await delivery.idle()
            waiting = asyncio.create_task(delivery.accept(said("e1")))
        with pytest.raises(StorageError, match="Greenroom"):
            await delivery.accept(said("e2"))
        found = await asyncio.gather(waiting, return_exceptions=True)
        assert found == [None] or isinstance(found[0], StorageError)

    play(sqlite_url, scene)


def test_idle_waits_for_everything_under_way(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _echo
        stage.transport.gate.clear()
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            waiting = asyncio.create_task(delivery.idle())
            await stage.transport.begun.wait()
            await asyncio.sleep(0)
            done_before = waiting.done()
            stage.transport.gate.set()
            await waiting
        states = {row["state"] for row in stage.rows(jobs)}
        assert (done_before, stage.transport.texts(), states) == (False, ["e1"], {"done"})

    play(database_url, scene)


def test_time_of_a_failed_event_is_told(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: _raise(turn, "bad")
        async with stage.life() as delivery:
            await stage.accept(said("bad"))
            assert (delivery.next_at, NOON) == (NOON.replace(second=2), stage.now)

    play(sqlite_url, scene)
