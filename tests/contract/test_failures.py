"""What every platform must do when sending fails: the right error, and exactly one message in the end."""

from __future__ import annotations

import pytest

from bot.chat.model import Asked, Card, Expired, Private, RateLimited, Said, Text, Unavailable, Unreachable
from bot.chat.rig import Fault
from tests.contract.stage import HINT, Stage, scene

CARD = Card(body=(Text("Question of the day"),), buttons=(HINT,))
PLAIN = Card(body=(Text("Question of the day"),))
LOST: tuple[tuple[Fault, ...], ...] = (
    ("lost before",),
    ("lost after",),
    ("lost after", "lost after"),
    ("lost before", "lost after"),
    ("unavailable", "lost after", "rate limited"),
)


@scene
async def test_post_in_a_channel_that_failed_ends_as_one_message_with_its_talk(stage: Stage) -> None:
    for number, faults in enumerate(LOST):
        for card in (CARD, PLAIN):
            where = stage.rig.channel(f"prep-{number}-{len(card.buttons)}")
            stage.rig.fail(*faults)
            sent = await stage.insist(where, card, f"round-{number}-{len(card.buttons)}")
            assert sent.ref is not None
            assert [sent.ref.id] == [one.id for one in stage.rig.shown(where)]
            await stage.rig.say("mia", sent.talk, "I would roll back.")
            assert sent.talk == stage.last(Said).where


@scene
async def test_private_post_that_failed_ends_as_one_message_with_its_talk(stage: Stage) -> None:
    for number, faults in enumerate(LOST):
        for known in (
            False,
            True,
        ):  # known: nothing is left to open, so the faults hit the post
            name = f"person-{number}-{known}"
            if known:
                await stage.post(Private(stage.rig.person(name)), "Hello")
            stage.rig.fail(*faults)
            sent = await stage.insist(Private(stage.rig.person(name), "interview"), CARD, f"interview-{name}")
            assert len(stage.showing(sent, "Question of the day")) == 1
            everywhere = [*stage.rig.shown(stage.rig.private(name)), *stage.rig.shown(sent.talk)]
            assert len({one.id for one in everywhere if "Question of the day" in one.text}) == 1
            await stage.rig.say(name, sent.talk, "ready")
            assert sent.talk == stage.last(Said).where


@scene
async def test_post_in_a_talk_that_failed_ends_as_one_message(stage: Stage) -> None:
    talk = (await stage.post(stage.rig.channel("prep"), "Root")).talk
    for number, faults in enumerate(LOST):
        stage.rig.fail(*faults)
        sent = await stage.insist(talk, Card(body=(Text(f"Recap {number}"),)), f"recap-{number}")
        assert (talk, 1) == (sent.talk, len(stage.showing(sent, f"Recap {number}")))


@scene
async def test_post_with_another_key_is_another_message(stage: Stage) -> None:
    where = stage.rig.channel("prep")
    one = await stage.insist(where, CARD, "round-1")
    two = await stage.rig.transport.post(where, CARD, key="round-2", again=True)
    assert one.ref != two.ref
    assert len([shown for shown in stage.rig.shown(where) if shown.kind == "post"]) == 2


@scene
async def test_post_tried_again_after_success_is_the_same_message(stage: Stage) -> None:
    where = stage.rig.channel("prep")
    one = await stage.insist(where, CARD, "round-1")
    two = await stage.rig.transport.post(where, CARD, key="round-1", again=True)
    assert (one, 1) == (two, len([shown for shown in stage.rig.shown(where) if shown.kind == "post"]))


@scene
async def test_rate_limit_says_how_long_to_wait(stage: Stage) -> None:
    stage.rig.fail("rate limited")
    with pytest.raises(RateLimited) as caught:
        await stage.post(stage.rig.channel("prep"), "Question")
    assert caught.value.retry_after > 0
    assert stage.rig.shown(stage.rig.channel("prep")) == []


@scene
async def test_failure_that_passes_is_unavailable_and_nothing_else(stage: Stage) -> None:
    faults: tuple[Fault, ...] = ("unavailable", "lost before", "lost after")
    for fault in faults:
        stage.rig.fail(fault)
        with pytest.raises(Unavailable) as caught:
            await stage.post(stage.rig.channel("prep"), "Question", key=fault)
        assert not isinstance(caught.value, RateLimited)


@scene
async def test_failure_for_good_is_unreachable(stage: Stage) -> None:
    stage.rig.fail("unreachable")
    with pytest.raises(Unreachable):
        await stage.post(Private(stage.rig.person("mia")), "Hi Mia")
    assert stage.rig.shown(stage.rig.private("mia")) == []


@scene
async def test_whisper_whose_time_is_over_is_expired_and_shows_nothing(stage: Stage) -> None:
    where = stage.rig.channel("prep")
    await stage.rig.ask("mia", where, "/help")
    asked = stage.last(Asked)
    stage.rig.fail("expired")
    with pytest.raises(Expired):
        await stage.whisper(asked, "Try /daily")
    assert stage.rig.shown(where) == []
    await stage.post(Private(asked.who), "Try /daily")
