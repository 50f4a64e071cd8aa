"""The engine sends: in order, side by side, again where it failed, never twice where that can be known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.engine import URL

from bot.chat.model import Conversation, Expired, MessageRef, Private, RateLimited, Said, Unavailable, Unreachable
from bot.delivery.turn import Delivered, Turn, Undeliverable
from bot.storage.tables import jobs
from tests.support.engine import NOON, PREP, EngineStage, Posted, card, person, play, said

OTHER = replace(PREP, channel="other")


def _posts(*keys: str, to: Conversation = PREP, tell: bool = True) -> object:
    """Return a router that answers everything that is said with posts."""

    def on(turn: Turn) -> None:
        if isinstance(turn.event, Said):
            for key in keys:
                turn.post(key, to, card(key), tell=tell)

    return on


def _heard(stage: EngineStage) -> list[Delivered | Undeliverable]:
    return [event for event in stage.handled if isinstance(event, Delivered | Undeliverable)]


def test_posts_of_a_lane_go_in_order_and_lanes_side_by_side(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            for number in range(5):
                turn.post(f"a{number}", PREP, card(f"a{number}"))
                turn.post(f"b{number}", OTHER, card(f"b{number}"))

        stage.on = on
        stage.transport.gate.clear()
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await stage.transport.begun.wait()
            at_once = [one.key for one in stage.transport.tried]
            stage.transport.gate.set()
            await delivery.idle()
        texts = stage.transport.texts()
        assert at_once == ["a0", "b0"]
        assert [text for text in texts if text < "b"] == [f"a{number}" for number in range(5)]
        assert [text for text in texts if text > "b"] == [f"b{number}" for number in range(5)]

    play(database_url, scene)


def test_posts_to_one_person_in_private_go_in_order_whatever_their_topics(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            turn.post("welcome", Private(person("ana")), card("welcome"))
            turn.post("question", Private(person("ana"), "interview", PREP), card("question"))

        stage.on = on
        stage.transport.gate.clear()
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await stage.transport.begun.wait()
            at_once = [one.key for one in stage.transport.tried]
            stage.transport.gate.set()
            await delivery.idle()
        assert (at_once, stage.transport.texts()) == (["welcome"], ["welcome", "question"])

    play(sqlite_url, scene)


def test_feature_hears_of_a_post_once_and_the_mark_survives(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k")  # type: ignore[assignment]
        async with stage.life():
            await stage.accept(said("e1"))
        async with stage.life() as delivery:
            await delivery.idle()
        sent = stage.handled[1].sent
        assert [one.key for one in stage.transport.tried] == ["k"]
        assert _heard(stage) == [Delivered("k", sent)]
        assert (sent.ref, sent.talk) == (MessageRef(PREP, "k"), PREP)

    play(database_url, scene)


def test_post_with_a_known_key_is_sent_once(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k", "k")  # type: ignore[assignment]
        async with stage.life():
            await stage.accept(said("e1"), said("e2"))
        assert [one.key for one in stage.transport.tried] == ["k"]

    play(sqlite_url, scene)


def test_rate_limited_lane_waits_as_told_and_stops_no_other(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            for key, to in (("slow", PREP), ("after", PREP), ("free", OTHER)):
                turn.post(key, to, card(key))

        stage.on = on
        stage.transport.failures["slow"] = [RateLimited(30), RateLimited(7)]
        async with stage.life():
            await stage.accept(said("e1"))
            progress = [stage.transport.texts()]
            for seconds in (29, 1, 6, 1):
                await stage.later(seconds=seconds)
                progress.append(stage.transport.texts())
        assert progress == [["free"], ["free"], ["free"], ["free"], ["free", "slow", "after"]]
        assert [one.again for one in stage.transport.tried if one.key == "slow"] == [False, True, True]

    play(database_url, scene)


def test_platform_that_is_away_is_waited_for_a_day(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k")  # type: ignore[assignment]
        stage.transport.failures["k"] = [Unavailable("down")] * 10_000
        async with stage.life():
            await stage.accept(said("e1"))
            while stage.now - NOON < timedelta(hours=23, minutes=59):
                await stage.later(minutes=5)
            before = _heard(stage)
            await stage.later(minutes=10)
            await stage.later(minutes=10)
            tries = len(stage.transport.tried)
            await stage.later(hours=1)
        heard = _heard(stage)
        assert (before, len(stage.transport.tried)) == ([], tries)
        assert heard == [Undeliverable("k", "Unavailable: down")]

    play(sqlite_url, scene)


def test_platform_that_is_not_ready_is_away(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k")  # type: ignore[assignment]
        stage.transport.ready = False
        async with stage.life():
            await stage.accept(said("e1"))
            stage.transport.ready = True
            await stage.later(seconds=2)
        assert stage.transport.texts() == ["k"]

    play(sqlite_url, scene)


def test_outage_makes_no_failure_of_an_error_after_it(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k")  # type: ignore[assignment]
        stage.transport.failures["k"] = [*[Unavailable("down")] * 8, ValueError("odd")]
        async with stage.life():
            await stage.accept(said("e1"))
            for _ in range(40):
                await stage.later(minutes=1)
        assert stage.transport.texts() == ["k"]

    play(sqlite_url, scene)


def test_unreachable_person_is_not_tried_again_and_the_feature_hears(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k", "next")  # type: ignore[assignment]
        stage.transport.failures["k"] = [Unreachable("closed")]
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(hours=1)
        heard = _heard(stage)
        assert [one.key for one in stage.transport.tried] == ["k", "next"]
        assert heard[0] == Undeliverable("k", "Unreachable: closed")

    play(database_url, scene)


def test_fifth_error_gives_a_post_up_and_the_lane_goes_on(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k", "next")  # type: ignore[assignment]
        stage.transport.failures["k"] = [ValueError("odd")] * 5
        async with stage.life():
            await stage.accept(said("e1"))
            for seconds in (2, 4, 8, 16):
                await stage.later(seconds=seconds)
            dead = stage.read(stage.queue.dead)
        assert [one.key for one in stage.transport.tried] == ["k"] * 5 + ["next"]
        assert ([one.key for one in dead], _heard(stage)[0]) == (["k"], Undeliverable("k", "ValueError: odd"))

    play(database_url, scene)


def test_expired_whisper_becomes_a_direct_message(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = lambda turn: turn.whisper(card("only you"), key="w")
        stage.transport.failures["w"] = [Expired("too late")]
        async with stage.life():
            await stage.accept(said("e1", reply="r1"))
        direct = Private(person("ana"), "", PREP)
        assert stage.transport.tried == [
            Posted("w", PREP, "only you", "ana", "r1"),
            Posted("w", direct, "only you"),
        ]

    play(database_url, scene)


def test_replies_go_before_broadcasts(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            for number in range(50):
                turn.post(f"b{number}", replace(PREP, channel=str(number)), card("all"), broadcast=True)
            turn.post("reply", PREP, card("you"))

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
        assert (stage.transport.tried[0].key, len(stage.transport.posted)) == ("reply", 51)

    play(sqlite_url, scene)


def test_edits_and_reactions_reach_the_platform(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        message = MessageRef(PREP, "m1")

        def on(turn: Turn) -> None:
            turn.edit("k1", message, replace(card(""), title="changed"))
            turn.react("k2", message, "tick")

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
        found = [(one.how, one.key, one.text) for one in stage.transport.posted]
        assert found == [("edit", "m1", "changed"), ("react", "m1", "tick")]

    play(sqlite_url, scene)


def test_feature_that_fails_to_hear_is_told_again(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        told: list[str] = []

        def on(turn: Turn) -> None:
            if isinstance(turn.event, Delivered):
                told.append(turn.event.key)
                if len(told) <= 2:  # in its batch, and alone
                    raise ValueError("not now")
            else:
                turn.post("k", PREP, card("k"), tell=True)

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(seconds=2)
            await stage.later(hours=1)
        # The second try looks for the post by its key, and finds it.
        assert [(one.key, one.again) for one in stage.transport.tried] == [("k", False), ("k", True)]
        assert (told[-1], {row["state"] for row in stage.rows(jobs)}) == ("k", {"done"})

    play(database_url, scene)


def test_feature_that_never_hears_costs_no_second_whisper(sqlite_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Delivered):
                raise ValueError("never")
            turn.whisper(card("w"), key="w", tell=True)

        stage.on = on
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.later(hours=1)
        assert [one.key for one in stage.transport.tried] == ["w"]
        assert {row["state"] for row in stage.rows(jobs)} == {"done"}

    play(sqlite_url, scene)


def test_feature_that_fails_to_hear_of_the_end_stops_nothing(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        def on(turn: Turn) -> None:
            if isinstance(turn.event, Undeliverable):
                raise ValueError("no")
            if isinstance(turn.event, Said):
                turn.post(turn.event.id, PREP, card("k"))

        stage.on = on
        stage.transport.failures["e1"] = [Unreachable("closed")]
        async with stage.life():
            await stage.accept(said("e1"))
            await stage.accept(said("e2"))
            dead = stage.read(stage.queue.dead)
        assert [one.key for one in stage.transport.tried] == ["e1", "e2"]
        assert [(one.key, one.error) for one in dead] == [("e1", "Unreachable: closed")]

    play(database_url, scene)


def test_post_of_a_former_life_is_settled_before_what_was_said_since(database_url: URL) -> None:
    async def scene(stage: EngineStage) -> None:
        stage.on = _posts("k")  # type: ignore[assignment]
        stage.transport.gate.clear()
        async with stage.life() as delivery:
            await delivery.accept(said("e1"))
            await stage.transport.begun.wait()
        stage.on = lambda turn: None
        async with stage.life() as delivery:
            accepting = asyncio.create_task(delivery.accept(said("e2")))
            await accepting  # is durable although the post hangs
            before = stage.texts()
            stage.transport.gate.set()
            await delivery.idle()
        kinds = [type(event).__name__ for event in stage.handled[1:]]
        assert (before, kinds) == (["e1"], ["Delivered", "Said"])
        assert [(one.key, one.again) for one in stage.transport.tried] == [("k", False), ("k", True)]

    play(database_url, scene)
