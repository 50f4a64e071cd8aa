"""The double of Slack has the habits that it promises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.model import (
    Asked,
    Card,
    Expired,
    HomeOpened,
    Pressed,
    Private,
    Said,
    Text,
)
from tests.contract.doubles.slack_like import SlackLike
from tests.contract.stage import DONE, Stage, open_stage


def on_slack(play: Callable[[Stage, SlackLike], Awaitable[None]]) -> None:
    async def run() -> None:
        double = SlackLike()
        async with open_stage(lambda: double) as stage:
            await play(stage, double)

    asyncio.run(run())


def test_slack_mention_arrives_twice_with_one_id_and_in_a_thread() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        ident = await slack.say("mia", slack.channel("prep"), "@Greenroom practise with me")
        assert [f"msg:{slack.channel('prep').channel}:{ident}"] * 2 == [event.id for event in stage.heard]
        said = stage.last(Said)
        assert (said.where, said.text) == (replace(slack.channel("prep"), thread=ident), "practise with me")

    on_slack(play)


def test_slack_talk_that_is_not_for_us_is_dropped() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        root = await slack.say("mia", slack.channel("prep"), "lunch?")
        await slack.say("ole", replace(slack.channel("prep"), thread=root), "yes")
        assert stage.heard == []

    on_slack(play)


def test_slack_commands_do_not_work_in_threads() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        sent = await stage.post(slack.channel("prep"), "word")
        with pytest.raises(PermissionError, match="threads"):
            await slack.ask("mia", sent.talk, "/help")

    on_slack(play)


def test_slack_response_token_lives_thirty_minutes_and_five_uses() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        await slack.ask("mia", slack.channel("prep"), "/help")
        asked = stage.last(Asked)
        for _ in range(5):
            await stage.whisper(asked, "word")
        with pytest.raises(Expired):
            await stage.whisper(asked, "word")
        await slack.ask("mia", slack.channel("prep"), "/help")
        later = stage.last(Asked)
        slack.at(slack.now + timedelta(minutes=31))
        with pytest.raises(Expired):
            await stage.whisper(later, "word")

    on_slack(play)


def test_slack_messages_may_arrive_in_the_wrong_order_with_stamps_in_the_right_one() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        talk = (await stage.post(slack.channel("prep"), "word")).talk
        slack.late()
        for text in ("first", "second"):
            await slack.say("mia", talk, text)
        said = stage.events(Said)
        assert [event.text for event in said] == ["second", "first"]
        assert [event.text for event in sorted(said, key=lambda event: event.at)] == ["first", "second"]

    on_slack(play)


def test_slack_event_that_was_refused_is_delivered_at_once_and_later() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        talk = (await stage.post(slack.channel("prep"), "word")).talk
        stage.refusals = 2
        await slack.say("mia", talk, "hello")
        assert stage.heard == []
        await slack.redeliver()
        assert stage.last(Said).text == "hello"

    on_slack(play)


def test_slack_whisper_has_no_message_to_press_on_and_home_no_channel() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        card = Card(body=(Text("word"),), buttons=(DONE,))
        await slack.transport.post(slack.channel("prep"), card, key="w", only=slack.person("mia"))
        await slack.press("mia", slack.shown(slack.channel("prep"))[0].id, "Done")
        assert stage.last(Pressed).on is None
        with pytest.raises(PermissionError, match="one person"):
            await slack.press("ole", slack.shown(slack.channel("prep"))[0].id, "Done")
        await slack.open_home("mia")
        assert stage.last(HomeOpened).where == slack.private("mia")

    on_slack(play)


def test_slack_private_topics_are_threads() -> None:
    async def play(stage: Stage, slack: SlackLike) -> None:
        mia = slack.person("mia")
        one, two, three = [await stage.post(Private(mia, topic), topic) for topic in ("a", "a", "b")]
        assert one.talk == two.talk != three.talk
        assert {one.talk.channel, three.talk.channel} == {slack.private("mia").channel}

    on_slack(play)
