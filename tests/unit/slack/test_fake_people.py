"""What people do in our fake reaches the app in payloads as Slack writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.slack.fake import FakeSlack
from tests.unit.slack.slack_app import App, with_app
from tests.unit.slack.slack_payloads import referee
from tests.unit.slack.test_fake_api import MODAL

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": f"{n}:quiet:go", "value": "tok", "text": {"type": "plain_text", "text": t}}
            for n, t in enumerate(("Go", "Q &amp; A"))
        ],
    }
]


def as_published(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event with what the published types, unlike Slack, ask of the messages inside it."""
    place = {name: event[name] for name in ("channel", "channel_type", "event_ts") if name in event}
    inner = {name: {**event[name], **place} for name in ("message", "previous_message") if name in event}
    for message in inner.values():
        if message.get("subtype") == "tombstone":
            del message["subtype"]
    return {**event, **inner}


def test_events_conform_to_the_published_schemas() -> None:
    judge = referee()

    async def play(app: App, fake: FakeSlack) -> None:
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        clip = fake.space.upload("clip.mp4", "audio/mp4", b"words")
        said = await fake.people.say(mia, prep, "@Greenroom hello")
        await fake.people.say(mia, prep, "under it", said.ts)
        await fake.people.edit(mia, prep, said.ts, "@Greenroom hi")
        spoken = await fake.people.say(mia, fake.space.direct(mia.id), "", files=[clip])
        await fake.people.delete(mia, prep, said.ts)
        await fake.people.delete(mia, fake.space.direct(mia.id), spoken.ts)
        await fake.people.open_home(mia)
        await fake.people.open_home(mia, "messages")
        await fake.people.invite(fake.space.channel("club", member=False), mia)
        names = {
            "app_mention": "AppMentionEvent",
            "message": "GenericMessageEvent",
            "message_changed": "MessageChangedEvent",
            "message_deleted": "MessageDeletedEvent",
            "file_share": "FileShareMessageEvent",
            "app_home_opened": "AppHomeOpenedEvent",
            "member_joined_channel": "MemberJoinedChannelEvent",
        }
        kinds = [event.get("subtype") or event["type"] for event in app.events()]
        assert set(names) == set(kinds)
        wrong = [
            error
            for kind, event in zip(kinds, app.events(), strict=True)
            for error in judge.slack_event_errors(names[kind], as_published(event))
        ]
        assert wrong == []

    with_app(play)


def test_reply_knows_whose_thread_it_is_in() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep")
        root = (await app.client.chat_postMessage(channel=prep.id, text="Question"))["ts"]
        await fake.people.say(fake.space.person("mia"), prep, "answer", root)
        event = app.events()[0]
        assert (root, fake.space.bot.id, "channel") == (
            event["thread_ts"],
            event["parent_user_id"],
            event["channel_type"],
        )
        with pytest.raises(LookupError):
            await fake.people.say(fake.space.person("mia"), prep, "lost", "1.0")

    with_app(play)


def test_edit_shows_what_was_before_and_deletion_of_a_root_leaves_a_tombstone() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, ole, prep = fake.space.person("mia"), fake.space.person("ole"), fake.space.channel("prep")
        root = (await fake.people.say(mia, prep, "before")).ts
        await fake.people.edit(mia, prep, root, "after")
        edited = app.events()[-1]
        assert (edited["previous_message"]["text"], edited["message"]["text"]) == ("before", "after")
        assert edited["event_ts"] == edited["message"]["edited"]["ts"]
        await fake.people.say(ole, prep, "reply", root)
        with pytest.raises(PermissionError):
            await fake.people.delete(ole, prep, root)
        await fake.people.delete(mia, prep, root)
        gone = app.events()[-1]
        assert (gone["subtype"], gone["message"]["subtype"]) == ("message_changed", "tombstone")

    with_app(play)


def test_press_on_a_message_brings_it_along_and_on_a_whisper_not() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, ole, prep = fake.space.person("mia"), fake.space.person("ole"), fake.space.channel("prep")
        prep.members.add(mia.id)
        await app.client.chat_postMessage(channel=prep.id, text="x", blocks=BUTTONS)
        await app.client.chat_postEphemeral(channel=prep.id, user=mia.id, text="x", blocks=BUTTONS)
        post, whisper = fake.space.messages
        await fake.people.press(ole, post, "Q & A")
        await fake.people.press(mia, whisper, "Go")
        pressed = [body for body in app.taken if body.get("type") == "block_actions"]
        assert ["message" in body for body in pressed] == [True, False]
        assert [body["container"]["is_ephemeral"] for body in pressed] == [False, True]
        assert [body["actions"][0]["action_id"] for body in pressed] == ["1:quiet:go", "0:quiet:go"]
        assert [prep.id] * 2 == [body["channel"]["id"] for body in pressed]
        with pytest.raises(PermissionError, match="one person"):
            await fake.people.press(ole, whisper, "Go")
        with pytest.raises(LookupError, match="Stop"):
            await fake.people.press(ole, post, "Stop")

    with_app(play)


def test_press_at_home_has_a_view_and_neither_channel_nor_address() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia = fake.space.person("mia")
        home = {"type": "home", "private_metadata": "D1", "blocks": BUTTONS}
        await app.client.views_publish(user_id=mia.id, view=home)
        await fake.people.open_home(mia)
        assert app.events()[0]["view"]["private_metadata"] == "D1"
        await fake.people.press(mia, fake.space.homes[mia.id], "Go")
        pressed = app.taken[-1]
        assert (pressed["container"]["type"], pressed["view"]["private_metadata"]) == ("view", "D1")
        assert not {"channel", "response_url", "message"} & pressed.keys()

    with_app(play)


def test_modal_is_sent_off_once_and_within_its_lengths() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        await app.client.chat_postMessage(channel=prep.id, text="x", blocks=BUTTONS)
        trigger = await fake.people.press(mia, fake.space.messages[0], "Go")
        await app.client.views_open(trigger_id=trigger.id, view=MODAL)
        for values in ({}, {"words": "x"}, {"words": "x" * 10}):
            with pytest.raises(PermissionError, match="Words: 2 to 9"):
                await fake.people.submit(mia, values)
        with pytest.raises(LookupError, match="no field other"):
            await fake.people.submit(mia, {"other": "x"})
        app.answer = '{"response_action": "errors", "errors": {"words": "too plain"}}'
        with pytest.raises(PermissionError, match="too plain"):
            await fake.people.submit(mia, {"words": "roll back"})
        app.answer = ""
        await fake.people.submit(mia, {"words": "a <b> & c"})
        view = app.taken[-1]["view"]
        state = {"words": {"value": {"type": "plain_text_input", "value": "a <b> & c"}}}
        assert ("from here", state) == (view["private_metadata"], view["state"]["values"])
        assert not {"channel", "response_url"} & app.taken[-1].keys()
        with pytest.raises(LookupError, match="no form"):
            await fake.people.submit(mia, {"words": "again"})

    with_app(play)


def test_command_from_a_conversation_between_two_others_can_be_answered_at_its_address_only() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.space.commands = {"help"}
        mia, ole = fake.space.person("mia"), fake.space.person("ole")
        theirs = fake.space.direct(mia.id, ole.id)
        await fake.people.command(mia, theirs, "/help a <b>")
        body = app.taken[0]
        assert ("directmessage", "a &lt;b&gt;", theirs.id) == (body["channel_name"], body["text"], body["channel_id"])
        whisper = {"channel": theirs.id, "user": mia.id, "text": "word"}
        assert await app.refused("chat.postEphemeral", **whisper) == "channel_not_found"
        assert await answer(body["response_url"]) == (200, "ok")
        assert [(theirs.id, mia.id)] == [(message.channel, message.reader) for message in fake.space.messages]

    with_app(play)


def test_response_address_lives_five_uses_and_half_an_hour() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.space.commands = {"help"}
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        for _ in range(2):
            await fake.people.command(mia, prep, "/help")
        first, second = (body["response_url"] for body in app.taken)
        assert [(await answer(first))[0] for _ in range(6)] == [200] * 5 + [404]
        fake.space.now += timedelta(minutes=31)
        assert await answer(second) == (404, '{"ok": false, "error": "expired_url"}')
        assert await answer(f"{second}0") == (404, '{"ok": false, "error": "no_service"}')

    with_app(play)


async def answer(address: str) -> tuple[int, str]:
    async with ClientSession() as http, http.post(address, json={"text": "word"}) as response:
        return response.status, await response.text()
