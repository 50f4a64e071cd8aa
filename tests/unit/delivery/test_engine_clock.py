"""The engine and time: timers, slow work, what was missed, outages."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import URL

from bot.chat.model import RateLimited, Said, Unavailable, Unreachable
from bot.delivery.codec import dump
from bot.delivery.turn import TYPING, Due, Turn, Undeliverable, Worked
from bot.delivery.under_way import MOMENT
from bot.storage.tables import beats, outages
from tests.support.engine import NOON, PREP, EngineStage, play, said


def _of(stage: EngineStage, kind: type) -> list[Any]:
    return [event for event in stage.handled if isinstance(event, kind)]


# ---------------------------------------------------------------- timers
def test_timer_comes_when_it_is_due_with_its_data(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        at = NOON + timedelta(hours=1)
        stage.on = lambda turn: turn.arm("f:t:1", at, what="x") if isinstance(turn.event, Said) else None
        async with stage.life() as delivery:
            await stage.accept(said("e1"))
            due = delivery.next_at
            await stage.later(minutes=59)
            before = _of(stage, Due)
            await stage.later(minutes=3)
            await stage.later(days=1)
        assert (due, before, _of(stage, Due)) == (at, [], [Due("f:t:1", at, {"what": "x"})])

    play(database_url, scene)


def test_timers_come_in_the_order_of_their_times(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Said):
                for number in (3, 1, 2, 5, 4):
                    turn.arm(f"f:t:{number}", NOON + timedelta(seconds=number))
                turn.arm("f:t:0", NOON + timedelta(hours=9))

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
            stage.on = lambda turn: turn.arm("f:t:0", NOON) if isinstance(turn.event, Said) else None
            stage.now += timedelta(minutes=1)
            stage.handled.clear()
            await stage.accept(said("e2"))
            await stage.later()
        keys = [due.key for due in _of(stage, Due)]
        assert sorted(keys) == [f"f:t:{number}" for number in range(6)]
        assert [key for key in keys if key != "f:t:0"] == [f"f:t:{number}" for number in range(1, 6)]

    play(database_url, scene)


def test_five_thousand_timers_of_one_moment_all_come_once(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Said):
                for number in range(5_000):
                    turn.arm(f"f:t:{number}", NOON + timedelta(hours=1))

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(hours=2)
        counted = Counter(due.key for due in _of(stage, Due))
        assert (len(counted), set(counted.values())) == (5_000, {1})

    play(sqlite_url, scene)


def test_timer_that_arms_itself_again_comes_again(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: turn.arm("f:t:1", stage.now + timedelta(hours=1))
        async with stage.life():
            await stage.accept(said("e1"))
            for _ in range(3):
                await stage.later(hours=1)
        assert [due.at - NOON for due in _of(stage, Due)] == [timedelta(hours=number) for number in (1, 2, 3)]

    play(database_url, scene)


def test_disarmed_timer_does_not_come(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: turn.arm("f:t:1", NOON + timedelta(hours=1))
        async with stage.life():
            await stage.accept(said("e1"))
            stage.on = lambda turn: turn.disarm("f:t:1")
            await stage.accept(said("e2"))
            await stage.later(hours=2)
        assert _of(stage, Due) == []

    play(database_url, scene)


def test_timer_due_while_nobody_ran_comes_late(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: turn.arm("f:t:1", NOON + timedelta(hours=1)) if isinstance(turn.event, Said) else None
        async with stage.life():
            await stage.accept(said("e1"))
        stage.now += timedelta(days=2)
        async with stage.life() as delivery:
            await delivery.idle()
        assert [due.at for due in _of(stage, Due)] == [NOON + timedelta(hours=1)]

    play(database_url, scene)


def test_failing_timer_is_tried_again_and_holds_no_other(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Said):
                turn.arm("f:t:bad", NOON + timedelta(seconds=1))
                turn.arm("f:t:good", NOON + timedelta(seconds=2))
            elif isinstance(turn.event, Due) and turn.event.key == "f:t:bad" and stage.now < NOON + timedelta(hours=1):
                raise ValueError("not yet")

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(seconds=10)
            first = {due.key for due in _of(stage, Due)}
            stage.handled.clear()
            await stage.later(hours=1)
            await stage.later(hours=1)
        assert (first, [due.key for due in _of(stage, Due)]) == ({"f:t:bad", "f:t:good"}, ["f:t:bad"])

    play(database_url, scene)


# ---------------------------------------------------------------- slow work
def _works(turn: Turn) -> None:
    if isinstance(turn.event, Said):
        turn.work(f"f:assess:{turn.event.id}", "lane", text=turn.event.text)


def test_slow_work_comes_back_once(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async def assess(data: Mapping[str, Any]) -> Any:
            return {"length": len(data["text"])}

        stage.works["f:assess"] = assess
        stage.on = _works
        async with stage.life():
            await stage.accept(said("e1", text="four"))
        async with stage.life() as delivery:
            await delivery.idle()
        assert _of(stage, Worked) == [Worked("f:assess:e1", {"text": "four"}, {"length": 4})]

    play(database_url, scene)


def test_slow_work_that_takes_its_time_is_shown_to_who_waits(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async def assess(data: Mapping[str, Any]) -> Any:
            if data["text"] == "slow":
                await stage.transport.typed.wait()
            return "done"

        def works(turn: Turn) -> None:
            if isinstance(turn.event, Said):
                event = turn.event
                turn.work(f"f:assess:{event.id}", "lane", text=event.text, **{TYPING: dump(event.where)})

        stage.works["f:assess"] = assess
        stage.on = works
        async with stage.life() as delivery:
            await delivery.accept(said("e1", text="slow"))
            await delivery.idle()
        assert [(one.how, one.to) for one in stage.transport.posted] == [("typing", PREP)]
        assert stage.pauses == [MOMENT]

    play(database_url, scene)


def test_slow_work_that_a_restart_cut_off_is_done_again(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        begun: list[str] = []
        started, never = asyncio.Event(), asyncio.Event()

        async def assess(data: Mapping[str, Any]) -> Any:
            begun.append(data["text"])
            started.set()
            if len(begun) == 1:
                await never.wait()
            return "done"

        stage.works["f:assess"] = assess
        stage.on = _works
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await started.wait()
        async with stage.life() as delivery:
            await delivery.idle()
        assert (begun, [one.result for one in _of(stage, Worked)]) == (["e1", "e1"], ["done"])

    play(database_url, scene)


def test_slow_work_that_fails_five_times_is_given_up(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async def assess(data: Mapping[str, Any]) -> Any:
            raise TimeoutError("no answer")

        stage.works["f:assess"] = assess
        stage.on = _works
        async with stage.life():
            await stage.accept(said("e1"))
            for seconds in (2, 4, 8, 16):
                await stage.later(seconds=seconds)
        assert _of(stage, Undeliverable) == [Undeliverable("f:assess:e1", "TimeoutError: no answer", {"text": "e1"})]

    play(database_url, scene)


def test_transaction_does_not_wait_for_slow_work(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        gate = asyncio.Event()

        async def assess(data: Mapping[str, Any]) -> Any:
            await gate.wait()

        stage.works["f:assess"] = assess
        stage.on = _works
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await delivery.accept(said("e2", "bo"))
            await delivery.accept(said("e3", "cem"))
            gate.set()
            await delivery.idle()
        assert len(_of(stage, Worked)) == 3

    play(sqlite_url, scene)


# ---------------------------------------------------------------- what was missed
def _takes_floor(turn: Turn) -> None:
    if isinstance(turn.event, Said):
        turn.take_floor(turn.event.where, "f", "state")


def test_what_was_said_while_away_is_fetched_once(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(seconds=1)  # nothing was missed before the first start
        stage.now += timedelta(hours=1)
        stage.transport.history[PREP] = [said("e1"), said("m1", "bo"), said("m2", "bo")]
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.later(seconds=1)
            await stage.later(seconds=1)
            await stage.accept(said("m2", "bo"))
        assert stage.texts() == ["e1", "m1", "m2"]
        assert stage.transport.asked == [(PREP, NOON - timedelta(minutes=2))]

    play(database_url, scene)


def test_what_was_said_in_a_gap_is_fetched_when_the_platform_is_heard_again(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        platform = stage.transport
        async with stage.life():
            await stage.accept(said("e1"))
            platform.hears_since = stage.now
            await stage.later(minutes=5)  # the first time of the first life: nothing can have been missed
            platform.hears_since = None
            await stage.later(minutes=30)
            platform.history[PREP], platform.hears_since = [said("m1", "bo")], NOON  # the same time: it was deaf anyway
            await stage.later(minutes=1)
        known_until = NOON + timedelta(minutes=5)
        stage.now += timedelta(hours=1)
        async with stage.life():
            platform.history[PREP] = [said("m2", "bo")]
            platform.hears_since = stage.now
            await stage.later(minutes=1)
        assert stage.texts() == ["e1", "m1", "m2"]
        margin = timedelta(minutes=2)
        assert platform.asked == [(PREP, known_until - margin), (PREP, NOON + timedelta(minutes=36) - margin)]

    play(sqlite_url, scene)


async def _gap(stage: EngineStage) -> None:
    """Let the platform be deaf for half an hour."""
    stage.transport.hears_since = None
    await stage.later(minutes=30)
    stage.transport.hears_since = stage.now
    await stage.later(minutes=1)


def test_fetch_that_was_given_up_is_done_at_the_next_look(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(minutes=1)
            stage.transport.failures["missed"] = [Unavailable("down")] * 5
            stage.transport.history[PREP] = [said("m1", "bo")]
            await _gap(stage)
            assert stage.texts() == ["e1"]
            await stage.later(minutes=1)
        assert stage.texts() == ["e1", "m1"]
        assert {since for _, since in stage.transport.asked} == {NOON - timedelta(minutes=1)}

    play(sqlite_url, scene)


def test_place_that_is_not_understood_keeps_no_other_from_being_fetched(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        other = replace(PREP, channel="other")
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.accept(said("e1"), said("e2", where=other))
            await stage.later(minutes=1)
            stage.transport.failures["missed"] = [KeyError("ts")]
            stage.transport.history |= {PREP: [said("m1")], other: [said("m2", where=other)]}
            await _gap(stage)
        assert sorted(stage.texts())[2:] in (["m1"], ["m2"])

    play(sqlite_url, scene)


def test_machine_that_slept_was_deaf(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(minutes=1)
            stage.transport.history[PREP] = [said("m1", "bo")]
            await stage.later(hours=1)
        assert stage.texts() == ["e1", "m1"]

    play(sqlite_url, scene)


def test_platform_that_asks_to_wait_is_asked_again_for_what_was_missed(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _takes_floor
        gone = replace(PREP, channel="gone")
        stage.transport.hears_since = stage.now
        async with stage.life():
            await stage.accept(said("e1"), said("e2", where=gone))
            await stage.later(minutes=1)
            stage.transport.history[PREP] = [said("m1")]
            stage.transport.failures["missed"] = [RateLimited(60), Unavailable("down")]
            await _gap(stage)
            waits = stage.pauses
            stage.transport.failures["missed"] = [Unreachable("gone")]
            await _gap(stage)
        assert (sorted(stage.texts()), waits[:2]) == (["e1", "e2", "m1"], [60, 4.0])

    play(sqlite_url, scene)


# ---------------------------------------------------------------- outages
def test_outage_is_noted_and_a_restart_is_none(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        async with stage.life():
            await stage.later(minutes=5)
        stage.now += timedelta(minutes=9)
        async with stage.life():
            pass
        short = stage.rows(outages)
        began = stage.now
        stage.now += timedelta(minutes=10)
        async with stage.life():
            pass
        found = [(row["began_at"], row["ended_at"]) for row in stage.rows(outages)]
        assert (short, found) == ([], [(began, stage.now)])

    play(database_url, scene)


def test_beat_is_kept_once_a_minute(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        found = []
        async with stage.life():
            for seconds in (59, 1, 30, 30):
                await stage.later(seconds=seconds)
                found += [(row["at"] - NOON).total_seconds() for row in stage.rows(beats)]
        assert found == [0, 60, 60, 120]

    play(sqlite_url, scene)
