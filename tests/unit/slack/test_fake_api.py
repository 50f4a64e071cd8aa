"""Our fake is as strict as Slack's Web API: shapes, sizes, places, scopes, times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError

from adapters.slack.fake import FakeSlack
from adapters.slack.fake.model import Place
from tests.unit.slack.slack_app import App, with_app
from tests.unit.slack.slack_payloads import referee

MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Answer"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "from here",
    "callback_id": "answer",
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "value", "min_length": 2, "max_length": 9},
        }
    ],
}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_places_where_the_bot_is_not_are_refused() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, ole = fake.space.person("mia"), fake.space.person("ole")
        away = fake.space.channel("away", member=False)
        secret = fake.space.channel("secret", private=True, member=False)
        theirs = fake.space.direct(mia.id, ole.id)
        old = fake.space.channel("old")
        old.archived = True
        places = [away.id, secret.id, theirs.id, old.id, "C0NOWHERE"]
        expected = ["not_in_channel", "channel_not_found", "channel_not_found", "is_archived", "channel_not_found"]
        assert expected == [await app.refused("chat.postMessage", channel=place, text="word") for place in places]
        await app.client.conversations_join(channel=away.id)
        await app.client.chat_postMessage(channel=away.id, text="word")
        assert (
            await app.refused("conversations.join", channel=fake.space.channel("club", private=True).id)
            == "method_not_supported_for_channel_type"
        )

    with_app(play, sockets=0)


def test_ephemeral_needs_its_reader_in_the_channel() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep, mia = fake.space.channel("prep"), fake.space.person("mia")
        whisper = {"channel": prep.id, "user": mia.id, "text": "word"}
        assert await app.refused("chat.postEphemeral", **whisper) == "user_not_in_channel"
        prep.members.add(mia.id)
        await app.client.chat_postEphemeral(**whisper)
        assert [mia.id] == [message.reader for message in fake.space.messages]

    with_app(play, sockets=0)


def test_tokens_scopes_and_methods_are_judged_in_this_order() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        who = {"user": fake.space.person("mia").id}
        fake.space.scopes.discard("users:read")
        with pytest.raises(SlackApiError) as refused:
            await app.client.users_info(**who)
        assert [refused.value.response[name] for name in ("error", "needed")] == ["missing_scope", "users:read"]
        fake.space.scopes.discard("im:history")
        direct = fake.space.direct(who["user"]).id
        assert await app.refused("conversations.history", channel=direct) == "missing_scope"
        fake.space.revoked = "token_revoked"
        assert await app.refused("auth.test") == "token_revoked"
        app.client.token = "xoxb-another"
        assert await app.refused("auth.test") == "invalid_auth"
        assert await app.refused("chat.shout") == "unknown_method"
        assert fake.space.broken == ["chat.shout: unknown_method"]

    with_app(play, sockets=0)


def test_sizes_are_those_of_slack() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep").id
        sizes: list[dict[str, Any]] = [
            {"text": "x" * 40_001},
            {"text": "x", "blocks": [section("x" * 2_900)] * 5},
            {"text": "x", "blocks": [section("x")] * 51},
            {"text": ""},
        ]
        expected = ["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "no_text"]
        assert expected == [await app.refused("chat.postMessage", channel=prep, **size) for size in sizes]
        assert len(fake.space.broken) == 3

    with_app(play, sockets=0)


def test_shapes_are_judged_by_the_referee() -> None:
    referee()

    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep").id
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("chat.postMessage", {"channel": prep, "text": "x", "blocks": [{"type": "sectoin"}]}),
            ("chat.postMessage", {"channel": prep, "txt": "x"}),
            ("views.publish", {"user_id": "U1", "view": {"type": "home"}}),
            ("reactions.add", {"channel": prep, "name": "eyes"}),
        ]
        expected = ["invalid_blocks", "invalid_arguments", "invalid_arguments", "invalid_arguments"]
        assert expected == [await app.refused(method, **arguments) for method, arguments in wrong]
        assert [method for method, _ in wrong] == [line.split(":")[0] for line in fake.space.broken]

    with_app(play, sockets=0)


def test_trigger_opens_one_view_within_three_seconds() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        first, late = (fake.space.trigger(mia.id, Place(prep.id)) for _ in range(2))
        opened = await app.client.views_open(trigger_id=first.id, view=MODAL)
        assert tuple(opened["view"][name] for name in ("type", "private_metadata", "callback_id")) == (
            "modal",
            "from here",
            "answer",
        )
        assert await app.refused("views.open", trigger_id=first.id, view=MODAL) == "exchanged_trigger_id"
        fake.space.now += timedelta(seconds=3.1)
        assert await app.refused("views.open", trigger_id=late.id, view=MODAL) == "expired_trigger_id"
        assert await app.refused("views.open", trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"

    with_app(play, sockets=0)


def test_history_is_paged_newest_first_and_shows_metadata_only_on_request() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep").id
        for number in range(5):
            carried = {"event_type": "greenroom", "event_payload": {"key": f"key-{number}"}}
            await app.client.chat_postMessage(channel=prep, text=f"{number}", metadata=carried)
        fake.space.history_limit = 2
        pages, keys, cursor = [], [], ""
        while cursor or not pages:
            page = await app.client.conversations_history(
                channel=prep, limit=200, cursor=cursor, include_all_metadata=True
            )
            pages.append([message["text"] for message in page["messages"]])
            keys += [message["metadata"]["event_payload"]["key"] for message in page["messages"]]
            cursor = page["response_metadata"]["next_cursor"]
        assert pages == [["4", "3"], ["2", "1"], ["0"]]
        assert [f"key-{number}" for number in (4, 3, 2, 1, 0)] == keys
        bare = await app.client.conversations_history(channel=prep, oldest=fake.space.messages[3].ts)
        assert [(m["text"], "metadata" in m) for m in bare["messages"]] == [("4", False)]

    with_app(play, sockets=0)


def test_replies_begin_with_the_root_on_each_page() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep")
        root = (await app.client.chat_postMessage(channel=prep.id, text="root"))["ts"]
        for number in range(3):
            await fake.people.say(fake.space.person("mia"), prep, f"{number}", root)
        fake.space.history_limit = 2
        first = await app.client.conversations_replies(channel=prep.id, ts=root)
        second = await app.client.conversations_replies(
            channel=prep.id, ts=root, cursor=first["response_metadata"]["next_cursor"]
        )
        assert [[m["text"] for m in p["messages"]] for p in (first, second)] == [["root", "0", "1"], ["root", "2"]]
        assert {fake.space.bot.id} == {m["parent_user_id"] for m in first["messages"][1:]}
        assert (root, 3) == (first["messages"][0]["thread_ts"], first["messages"][0]["reply_count"])
        assert [m["text"] for m in (await app.client.conversations_history(channel=prep.id))["messages"]] == ["root"]
        assert await app.refused("conversations.replies", channel=prep.id, ts="1.0") == "thread_not_found"

    with_app(play, sockets=0)


def test_update_changes_own_messages_only_and_keeps_metadata() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep")
        carried = {"event_type": "greenroom", "event_payload": {"key": "k"}}
        ours = (await app.client.chat_postMessage(channel=prep.id, text="open", metadata=carried))["ts"]
        theirs = (await fake.people.say(fake.space.person("mia"), prep, "mine")).ts
        await app.client.chat_update(channel=prep.id, ts=ours, text="closed")
        assert ("closed", carried) == (fake.space.messages[0].text, fake.space.messages[0].metadata)
        update = {"channel": prep.id, "text": "x"}
        assert await app.refused("chat.update", ts=theirs, **update) == "cant_update_message"
        assert await app.refused("chat.update", ts="1.0", **update) == "message_not_found"

    with_app(play, sockets=0)


def test_reaction_is_added_once() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        said = await fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), "word")
        reaction = {"channel": said.channel, "timestamp": said.ts, "name": "eyes"}
        await app.client.reactions_add(**reaction)
        assert await app.refused("reactions.add", **reaction) == "already_reacted"
        assert await app.refused("reactions.add", **{**reaction, "name": ":eyes:"}) == "invalid_name"
        assert {"eyes": [fake.space.bot.id]} == said.reactions

    with_app(play, sockets=0)


def test_direct_messages_are_opened_unless_the_person_is_gone() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, ole = fake.space.person("mia"), fake.space.person("ole")
        ole.deleted = True
        opened = await app.client.conversations_open(users=mia.id)
        assert fake.space.direct(mia.id).id == opened["channel"]["id"]
        assert await app.refused("conversations.open", users=ole.id) == "user_disabled"
        assert await app.refused("conversations.open", users=fake.space.bot.id) == "cannot_dm_bot"

    with_app(play, sockets=0)


def test_assistant_calls_can_be_refused_for_a_workspace() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        said = await fake.people.say(fake.space.person("mia"), fake.space.direct(fake.space.person("mia").id), "help")
        status = {"channel_id": said.channel, "thread_ts": said.ts, "status": "is reading"}
        await app.client.assistant_threads_setStatus(**status)
        assert {(said.channel, said.ts): "is reading"} == fake.space.statuses
        fake.space.refusals["assistant.threads.setStatus"] = "not_allowed"
        assert await app.refused("assistant.threads.setStatus", **status) == "not_allowed"
        prompts = [{"title": "Practice", "message": "practice"}]
        await app.client.assistant_threads_setSuggestedPrompts(channel_id=said.channel, thread_ts="", prompts=prompts)
        assert prompts == fake.space.prompts[said.channel]["prompts"]

    with_app(play, sockets=0)


def test_file_is_handed_to_the_bot_token_only() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        clip = fake.space.upload("clip.mp4", "audio/mp4", b"words")
        info = await app.client.files_info(file=clip.id)
        address = info["file"]["url_private"]
        async with ClientSession() as http:
            for token, expected in ((fake.space.bot_token, b"words"), ("xoxb-other", b"<html>Sign in</html>")):
                async with http.get(address, headers={"Authorization": f"Bearer {token}"}) as response:
                    assert expected == await response.read()
        assert await app.refused("files.info", file="F0") == "file_not_found"

    with_app(play, sockets=0)
