"""What the transport sends: to the right place, once, and within what a workspace allows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_stage import HINT, Stage, card, on_slack, until

from bot.chat.model import (
    Asked,
    Attachment,
    Expired,
    Home,
    HomeOpened,
    MessageRef,
    Pressed,
    Private,
    RateLimited,
    Sent,
    Unavailable,
    Unreachable,
)


def test_post_names_message_talk_and_link() -> None:
    async def play(stage: Stage) -> None:
        where = stage.channel()
        sent = await stage.transport.post(where, card(), key="round-1")
        assert sent.ref is not None
        ts = sent.ref.id
        link = f"https://greenroom-fake.slack.com/archives/{where.channel}/p{ts.replace('.', '')}"
        assert sent == Sent(MessageRef(where, ts), replace(where, thread=ts), link)
        reply = await stage.transport.post(sent.talk, card("Closed"), key="round-1:closed")
        assert reply.ref is not None
        reply_link = link.replace(ts.replace(".", ""), reply.ref.id.replace(".", ""))
        suffix = f"?thread_ts={ts}&cid={where.channel}"
        assert reply == Sent(MessageRef(sent.talk, reply.ref.id), sent.talk, reply_link + suffix)
        assert [call.get("thread_ts") for call in stage.calls("chat.postMessage")] == [None, ts]

    on_slack(play)


def test_post_joins_a_public_channel_first_and_then_posts_once() -> None:
    async def play(stage: Stage) -> None:
        where = stage.channel("open", member=False)
        await stage.transport.post(where, card(), key="k")
        assert stage.texts(where) == ["Question of the day"]
        methods = [name for name, _ in stage.slack.space.calls if name.startswith(("chat.", "conversations."))]
        assert methods == ["chat.postMessage", "conversations.join", "chat.postMessage"]

    on_slack(play)


def test_post_in_a_private_or_archived_channel_is_unreachable() -> None:
    async def play(stage: Stage) -> None:
        closed = stage.channel("secret", private=True, member=False)
        with pytest.raises(Unreachable, match="channel_not_found"):
            await stage.transport.post(closed, card(), key="k")
        where = stage.channel("old")
        stage.slack.space.channel("old").archived = True
        with pytest.raises(Unreachable, match="is_archived"):
            await stage.transport.post(where, card(), key="k")
        with pytest.raises(Unreachable, match="thread_not_found"):
            await stage.transport.post(replace(stage.channel(), thread="1.000001"), card(), key="k")

    on_slack(play)


def test_post_tried_again_in_an_open_channel_without_us_is_made() -> None:
    async def play(stage: Stage) -> None:
        where = stage.channel("open", member=False)
        await stage.transport.post(where, card(), key="k", again=True)
        assert stage.texts(where) == ["Question of the day"]

    on_slack(play)


def test_post_is_found_by_its_key_on_a_later_page_and_deep_in_a_thread() -> None:
    async def play(stage: Stage) -> None:
        stage.slack.space.history_limit = 2
        where = stage.channel()
        first = await stage.transport.post(where, card(), key="first")
        inside = await stage.transport.post(first.talk, card(), key="inside")
        for number in range(5):
            await stage.transport.post(where, card(), key=f"later-{number}")
            await stage.transport.post(first.talk, card(), key=f"inside-{number}")
        assert first == await stage.transport.post(where, card(), key="first", again=True)
        assert inside == await stage.transport.post(first.talk, card(), key="inside", again=True)
        assert len(stage.texts(where)) == 12

    on_slack(play)


def test_post_that_somebody_else_wrote_with_our_key_is_not_ours() -> None:
    async def play(stage: Stage) -> None:
        where = stage.channel()
        space = stage.slack.space
        message = await stage.slack.people.say(space.person("mia"), space.channel("prep"), "hello")
        message.metadata = {"event_type": "greenroom", "event_payload": {"key": "k"}}
        sent = await stage.transport.post(where, card(), key="k", again=True)
        assert sent.ref is not None
        assert sent.ref.id != message.ts

    on_slack(play)


def test_private_posts_of_one_topic_share_a_thread() -> None:
    async def play(stage: Stage) -> None:
        mia = stage.person("mia")
        sent = [
            await stage.transport.post(Private(mia, topic), card(), key=f"{number}")
            for number, topic in enumerate(("a", "a", "b", "", ""))
        ]
        talks = [one.talk.thread for one in sent]
        assert (talks[0], 4) == (talks[1], len(set(talks)))
        assert len(stage.calls("conversations.open")) == 1
        again = await stage.transport.post(Private(mia, "a"), card(), key="0", again=True)
        assert sent[0] == again
        assert len(stage.texts(stage.direct("mia"))) == 5

    on_slack(play)


def test_private_post_to_somebody_who_left_is_unreachable() -> None:
    async def play(stage: Stage) -> None:
        stage.slack.space.person("mia").deleted = True
        with pytest.raises(Unreachable, match="has left the workspace"):
            await stage.transport.post(Private(stage.person("mia")), card(), key="k")

    on_slack(play)


def test_whisper_goes_by_its_response_address_and_without_one_by_name() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        where, mia = stage.channel(), stage.person("mia")
        sent = await stage.transport.post(where, card("Question", HINT), key="k")
        assert sent.ref is not None
        message = space.find(where.channel, sent.ref.id)
        assert message is not None
        await stage.slack.people.press(space.person("mia"), message, "Hint")
        pressed = stage.last(Pressed)
        whispered = await stage.transport.post(
            pressed.where, card("Think of the queue."), key="w1", only=mia, reply=pressed.reply
        )
        assert Sent(None, pressed.where) == whispered
        assert stage.calls("chat.postEphemeral") == []
        space.response_urls[pressed.reply.rsplit("/", 1)[1]].uses = 5
        await stage.transport.post(pressed.where, card("Once more."), key="w2", only=mia, reply=pressed.reply)
        await stage.transport.post(sent.talk, card("In the thread."), key="w3", only=mia)
        assert [(m.text, m.reader, m.thread_ts) for m in space.messages if m.reader] == [
            ("Think of the queue.", mia.account, ""),
            ("Once more.", mia.account, ""),
            ("In the thread.", mia.account, sent.ref.id),
        ]

    on_slack(play)


def test_whisper_to_somebody_outside_of_the_channel_is_expired() -> None:
    async def play(stage: Stage) -> None:
        with pytest.raises(Expired):
            await stage.transport.post(stage.channel(), card(), key="w", only=stage.person("ole"))
        away = stage.channel("open", member=False)
        with pytest.raises(Expired):
            await stage.transport.post(away, card(), key="w", only=stage.person("ole"))
        assert stage.slack.space.messages == []

    on_slack(play)


def test_whisper_that_slack_cannot_take_now_is_tried_later() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"help"}
        await stage.slack.people.command(space.person("mia"), space.channel("prep"), "/help")
        asked = stage.last(Asked)
        for fault, error in (("rate limited", RateLimited), ("unavailable", Unavailable), ("lost before", Unavailable)):
            space.faults.append(fault)  # type: ignore[arg-type] # one of `Fault`
            with pytest.raises(error):
                await stage.transport.post(asked.where, card(), key="w", only=asked.who, reply=asked.reply)
        assert space.messages == []

    on_slack(play)


def test_whisper_in_private_is_a_post_that_is_found_by_its_key() -> None:
    async def play(stage: Stage) -> None:
        mia, where = stage.person("mia"), stage.direct("mia")
        first = await stage.transport.post(where, card(), key="w", only=mia, reply="http://gone.example")
        assert first.ref is not None
        assert first == await stage.transport.post(where, card(), key="w", only=mia, again=True)
        nowhere = replace(where, channel="")
        third = await stage.transport.post(nowhere, card(), key="w", only=mia, again=True)
        assert first == third

    on_slack(play)


def test_edit_keeps_the_key_and_passes_over_a_message_that_is_gone() -> None:
    async def play(stage: Stage) -> None:
        where = stage.channel()
        sent = await stage.transport.post(where, card("Open", HINT), key="k")
        assert sent.ref is not None
        await stage.transport.edit(sent.ref, card("Closed"))
        assert stage.texts(where) == ["Closed"]
        assert sent == await stage.transport.post(where, card("Open"), key="k", again=True)
        stage.slack.space.messages.clear()
        await stage.transport.edit(sent.ref, card("Closed"))
        space = stage.slack.space
        message = await stage.slack.people.say(space.person("mia"), space.channel("prep"), "mine")
        with pytest.raises(Unreachable, match="cant_update_message"):
            await stage.transport.edit(MessageRef(where, message.ts), card("Yours"))

    on_slack(play)


def test_reaction_is_put_once() -> None:
    async def play(stage: Stage) -> None:
        sent = await stage.transport.post(stage.channel(), card(), key="k")
        assert sent.ref is not None
        for name in ("eyes", ":eyes:"):
            await stage.transport.react(sent.ref, name)
        assert stage.slack.space.messages[0].reactions == {"eyes": [stage.slack.space.bot.id]}
        await stage.transport.react(MessageRef(stage.channel(), "1.000001"), "eyes")

    on_slack(play)


def test_status_is_shown_in_private_threads_alone() -> None:
    async def play(stage: Stage) -> None:
        private = await stage.transport.post(Private(stage.person("mia")), card(), key="k")
        public = await stage.transport.post(stage.channel(), card(), key="k2")
        for where in (private.talk, public.talk, stage.direct("mia")):
            await stage.transport.typing(where)
        key = private.talk.channel, private.talk.thread
        assert stage.slack.space.statuses == {key: "is reading your answer…"}

    on_slack(play)


def test_status_that_a_workspace_refuses_is_left_alone_for_an_hour() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        talk = (await stage.transport.post(Private(stage.person("mia")), card(), key="k")).talk
        space.refusals["assistant.threads.setStatus"] = "not_allowed"
        for minutes in (0, 59, 61):
            space.now += timedelta(minutes=minutes)
            await stage.transport.typing(talk)
        assert len(stage.calls("assistant.threads.setStatus")) == 2

    on_slack(play)


def test_prompts_are_offered_when_the_messages_tab_opens() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        mia = space.person("mia")
        await stage.slack.people.open_home(mia, "messages")
        await until(lambda: bool(space.prompts))
        offered = space.prompts[space.direct(mia.id).id]["prompts"]
        assert [one["message"] for one in offered] == ["help", "practice", "interview start", "progress"]
        assert stage.heard == []

    on_slack(play)


def test_home_page_carries_our_channel_for_the_presses_on_it() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        mia = space.person("mia")
        await stage.slack.people.open_home(mia)
        opened = stage.last(HomeOpened)
        where = stage.direct("mia")
        assert where == opened.where
        assert Sent(None, where) == await stage.transport.post(Home(opened.who), card("Streak", HINT), key="h")
        assert stage.calls("conversations.open") == []
        await stage.slack.people.press(mia, space.homes[mia.id], "Hint")
        pressed = stage.last(Pressed)
        assert (where, None, "hint") == (pressed.where, pressed.on, pressed.action)

    on_slack(play)


def test_file_is_fetched_with_the_token() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        file = space.upload("voice.m4a", "audio/mp4", b"\0\1" * 100_000)
        assert file.content == await stage.transport.fetch(Attachment(file.id, file.name, file.mimetype, 200_000))
        with pytest.raises(Unreachable, match="longer than 25 MB"):
            await stage.transport.fetch(Attachment(file.id, file.name, file.mimetype, 26 * 2**20))
        with pytest.raises(Unreachable, match="file_not_found"):
            await stage.transport.fetch(Attachment("F0", "x", "audio/mp4", 1))

    on_slack(play)


def test_token_goes_to_slack_alone() -> None:
    async def play(stage: Stage) -> None:
        for address in ("https://files.example/x", "https://slack.com.example/x", ""):
            with pytest.raises(Unreachable, match="outside of Slack"):
                await stage.transport._api.download("", address, 1)

    on_slack(play)


def test_file_that_grows_beyond_the_limit_or_is_a_page_to_sign_in_is_unreachable() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        long, page = space.upload("a", "audio/mp4", b"0" * 70_000), space.upload("b", "text/html", b"<html>")
        for file, words in ((long, "longer"), (page, "files:read")):
            with pytest.raises(Unreachable, match=words):
                await stage.transport._api.download("", f"{space.address}/files/{file.id}/{file.name}", 65_536)
        with pytest.raises(Unreachable, match="files:read"):
            await stage.transport._api.download("", f"{space.address}/files/F0/x", 65_536)

    on_slack(play)


def test_rights_are_asked_for_once_in_ten_minutes() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        mia, where = stage.person("mia"), stage.channel()
        space.person("mia").is_owner = True
        for minutes in (0, 9, 2):
            space.now += timedelta(minutes=minutes)
            standing = await stage.transport.standing(mia, where)
            assert (standing.organiser, standing.can_post) == (True, True)
        assert (len(stage.calls("users.info")), len(stage.calls("conversations.info"))) == (2, 2)
        elsewhere = stage.channel("secret", private=True, member=False)
        assert not (await stage.transport.standing(stage.person("ole"), elsewhere)).can_post
        assert (await stage.transport.standing(mia, stage.direct("mia"))).can_post

    on_slack(play)


def test_transport_that_does_not_run_is_unavailable() -> None:
    stage = Stage()
    assert not stage.transport.ready
    with pytest.raises(Unavailable):
        asyncio.run(stage.transport.post(stage.channel(), card(), key="k"))
