"""Socket Mode: two connections that are renewed, replaced and mended without anybody's help."""

from __future__ import annotations

import asyncio
import logging

import pytest
from slack_stage import PACE, Stage, card, on_slack, running, until

from adapters.slack.socket import Pace
from bot.chat.model import Said, Unavailable


def play_with(stage: Stage, scene: object, pace: Pace = PACE) -> None:
    """Play a scene on a workspace whose transport the scene runs itself."""

    async def go() -> None:
        stage.transport = stage.build(pace)
        await stage.slack.start()
        try:
            await scene(stage)  # type: ignore[operator] # a coroutine function
        finally:
            await stage.slack.stop()

    asyncio.run(go())


async def hear(stage: Stage, text: str) -> None:
    """Say something in private, and hear it."""
    space = stage.slack.space
    mia = space.person("mia")
    await stage.slack.people.say(mia, space.direct(mia.id), text)
    assert stage.last(Said).text == text


def test_sockets_are_two_and_closed_at_the_end() -> None:
    async def scene(stage: Stage) -> None:
        async with running(stage.transport):
            await until(lambda: len(stage.slack.delivery.sockets) == 2)
            await hear(stage, "hello")
        await until(lambda: not stage.slack.delivery.sockets)
        assert not stage.transport.ready
        with pytest.raises(Unavailable):
            await stage.transport.post(stage.channel(), card(), key="k")

    play_with(Stage(), scene)


def test_socket_that_slack_renews_is_left_for_a_new_one() -> None:
    async def scene(stage: Stage) -> None:
        async with running(stage.transport):
            delivery = stage.slack.delivery
            await until(lambda: len(delivery.sockets) == 2)
            for number in range(3):
                old = delivery.sockets[0]
                await delivery.disconnect()
                await until(lambda old=old: old not in delivery.sockets)
                assert stage.transport.ready
                await hear(stage, f"hello {number}")
            await until(lambda: len(delivery.sockets) == 2)

    play_with(Stage(), scene)


def test_sockets_that_die_are_replaced() -> None:
    async def scene(stage: Stage) -> None:
        async with running(stage.transport):
            delivery = stage.slack.delivery
            await until(lambda: len(delivery.sockets) == 2)
            for socket in [*delivery.sockets]:
                await socket.ws.close()
            await until(lambda: len(delivery.sockets) == 2 and stage.transport.ready)
            await hear(stage, "hello")

    play_with(Stage(), scene)


def test_app_token_that_slack_refuses_is_named_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(stage: Stage) -> None:
        right, stage.slack.space.app_token = stage.slack.space.app_token, "xapp-another"
        async with running(stage.transport, ready=False):
            await until(lambda: len(stage.calls("apps.connections.open")) > 5)
            assert not stage.transport.ready
            stage.slack.space.app_token = right
            await until(lambda: stage.transport.ready)

    play_with(Stage(), scene)
    lines = [record.getMessage() for record in caplog.records if record.name == "greenroom.slack"]
    assert len([line for line in lines if "SLACK_APP_TOKEN is not accepted" in line and "invalid_auth" in line]) == 1
    assert [line for line in lines if "xapp-" in line] == []


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked"])
def test_bot_token_that_slack_refuses_is_named_once_and_tried_again(
    error: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.space.revoked = error
        async with running(stage.transport, ready=False):
            await until(lambda: len(stage.calls("auth.test")) > 3)
            assert not stage.transport.ready
            stage.slack.space.revoked = ""
            await until(lambda: stage.transport.ready)
            stage.slack.space.revoked = error
            await until(lambda: not stage.transport.ready)
            stage.slack.space.revoked = ""
            await until(lambda: stage.transport.ready)
            await hear(stage, "hello")

    play_with(Stage(), scene)
    lines = [record.getMessage() for record in caplog.records if record.name == "greenroom.slack"]
    assert len([line for line in lines if f"Slack refuses SLACK_BOT_TOKEN ({error})" in line]) == 2
    assert [line for line in lines if "xoxb-" in line] == []


def test_slack_that_cannot_be_reached_at_the_start_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(stage: Stage) -> None:
        await stage.slack.stop()
        async with running(stage.transport, ready=False):
            await until(lambda: "not signed in to Slack yet" in caplog.text)
            await stage.slack.start()
            await until(lambda: stage.transport.ready)
            await hear(stage, "hello")

    caplog.set_level(logging.INFO)
    play_with(Stage(), scene)
    assert caplog.text.count("not signed in to Slack yet") == 1


def test_slack_that_goes_away_and_comes_back_is_connected_again() -> None:
    async def scene(stage: Stage) -> None:
        async with running(stage.transport):
            assert stage.transport.hears_since is not None
            await stage.slack.stop()
            await until(lambda: not stage.transport.ready)
            assert stage.transport.hears_since is None
            await stage.slack.start()
            await until(lambda: stage.transport.ready)
            assert stage.transport.hears_since is not None
            await hear(stage, "hello")

    play_with(Stage(), scene)


def test_loggers_of_the_application_keep_their_levels() -> None:
    async def play(stage: Stage) -> None:
        await hear(stage, "hello")
        assert [logging.getLogger(name).level for name in ("greenroom", "greenroom.slack")] == [0, 0]

    on_slack(play)
