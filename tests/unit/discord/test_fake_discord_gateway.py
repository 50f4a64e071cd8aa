"""Our fake's gateway: sessions that begin, break, are resumed or lost, and what each may hear."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from adapters.discord.fake import FakeDiscord
from adapters.discord.fake.model import Right
from tests.unit.discord.fake_discord_app import App, with_app

HELLO = {"heartbeat_interval": 41_250, "_trace": ["fake"]}


def prep(fake: FakeDiscord) -> Any:
    return fake.world.channel("prep")


def test_app_hears_of_its_servers_and_what_is_said_there() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        world = fake.world
        assert [(world.guild().id, "prep")] == [(str(c.guild.id), c.name) for c in app.get_all_channels()]
        mia = world.person("mia")
        fake.people.say(mia, prep(fake), "hello @Greenroom")
        fake.people.say(mia, world.direct(mia), "hi")
        first, second = await app.until("message", 2)
        assert (first.author.display_name, first.content) == ("Mia", f"hello <@{world.bot.id}>")
        assert [user.id for user in first.mentions] == [int(world.bot.id)]
        assert (second.guild, second.content, str(second.channel.id)) == (None, "hi", world.direct(mia).id)

    assert with_app(play).world.broken == []


@pytest.mark.parametrize("way", ["asked", "closed", "cut"])
def test_broken_session_is_resumed_with_what_was_missed(way: str) -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        match way:
            case "asked":
                fake.gateway.reconnect()
            case "closed":
                fake.gateway.disconnect(4000)
            case _:
                fake.gateway.cut()
        await fake.world.until(lambda: not fake.gateway.links)
        fake.people.say(fake.world.person("mia"), prep(fake), "missed")
        await app.until("resumed")
        assert [message.content for message in await app.until("message")] == ["missed"]
        assert (len(fake.gateway.identified), len(fake.gateway.resumed)) == (1, 1)

    with_app(play)


def test_session_that_may_be_resumed_after_all_is() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.gateway.invalidate(resumable=True)
        await app.until("resumed")
        assert len(fake.gateway.identified) == 1

    with_app(play)


def test_unknown_session_and_wrong_sequence_are_not_resumed() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        session = next(iter(fake.gateway.sessions))
        resume = {"token": fake.world.token, "session_id": session, "seq": 99}
        async with ClientSession() as http, http.ws_connect(f"{fake.gateway.address}/gateway") as ws:
            assert (await ws.receive_json())["d"] == HELLO
            await ws.send_json({"op": 6, "d": resume | {"session_id": "unknown"}})
            assert await ws.receive_json() == {"op": 9, "d": False}
            await ws.send_json({"op": 6, "d": resume})
            assert await closed(ws) == 4007

    with_app(play)


async def closed(ws: ClientWebSocketResponse) -> int | None:
    """Return the code that a socket is closed with."""
    while not ws.closed:
        await ws.receive()
    return ws.close_code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 1}, 4014),
        ({"intents": 1 << 15}, 4014),
        ({"intents": 1 << 40}, 4013),
        ({"shard": [2, 2]}, 4010),
    ],
)
def test_identify_is_judged(change: dict[str, Any], code: int) -> None:
    async def run() -> None:
        fake = FakeDiscord()
        fake.world.content_granted = False
        await fake.start()
        async with ClientSession() as http, http.ws_connect(f"{fake.gateway.address}/gateway") as ws:
            await ws.receive_json()
            await ws.send_json({"op": 2, "d": {"token": fake.world.token, "intents": 1} | change})
            assert await closed(ws) == code
        await fake.stop()

    asyncio.run(run())


def test_first_handshakes_may_fail_and_etf_is_not_spoken() -> None:
    async def run() -> None:
        fake = FakeDiscord()
        fake.gateway.refused_handshakes = 1
        await fake.start()
        async with ClientSession() as http:
            statuses = []
            for query in ("", "?encoding=etf", "?compress=zstd-stream"):
                async with http.get(f"{fake.world.address}/gateway{query}") as response:
                    statuses.append(response.status)
            assert statuses == [503, 400, 400]
        await fake.stop()

    asyncio.run(run())


def test_revoked_token_ends_the_session_for_good() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.gateway.revoke()
        assert await fake.world.until(lambda: not fake.gateway.links)
        assert (fake.gateway.sessions, fake.world.sessions_left) == ({}, 999)

    with_app(play)


def test_dead_socket_is_noticed_by_its_silence() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.gateway.links[0].deaf = True
        await app.until("resumed")

    with_app(play, heartbeat_timeout=0.2)


def test_servers_are_spread_over_shards_and_direct_messages_come_to_the_first() -> None:
    def prepare(fake: FakeDiscord) -> None:
        fake.world.shards = 2
        for name in ("club", "other"):
            fake.world.channel("prep", fake.world.guild(name))

    async def play(app: App, fake: FakeDiscord) -> None:
        mia = fake.world.person("mia")
        assert sorted(guild.shard_id for guild in app.guilds) == [0, 1]
        for channel in (*fake.world.channels.values(), fake.world.direct(mia)):
            fake.people.say(mia, channel, channel.id)
        await app.until("message", 3)
        logs = {session.shard: [p["t"] for p in session.log] for session in fake.gateway.sessions.values()}
        assert {shard: names.count("MESSAGE_CREATE") for shard, names in logs.items()} == {0: 2, 1: 1}

    with_app(play, prepare=prepare)


def test_words_are_withheld_without_the_intent_but_not_from_whom_they_name() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        world, mia = fake.world, fake.world.person("mia")
        ours = await app.call("POST", f"/channels/{prep(fake).id}/messages", {"content": "question"})
        fake.people.say(mia, prep(fake), "secret")
        fake.people.say(mia, prep(fake), "@Greenroom named")
        fake.people.say(mia, world.direct(mia), "direct")
        fake.people.say(mia, prep(fake), "a reply", about=ours["id"])
        fake.people.say(mia, prep(fake), "a quiet reply", about=ours["id"], ping=False)
        heard = [message.content for message in await app.until("message", 6)]
        assert heard == ["question", "", f"<@{world.bot.id}> named", "direct", "a reply", ""]
        seen = await app.call("GET", f"/channels/{prep(fake).id}/messages")
        assert [message["content"] for message in seen] == ["a quiet reply", "a reply", heard[2], "secret", "question"]
        world.content_granted = False
        seen = await app.call("GET", f"/channels/{prep(fake).id}/messages", limit=2)
        assert [message["content"] for message in seen] == ["", "a reply"]

    with_app(play, words=False)


def test_hidden_channels_are_silent() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.people.deny(prep(fake), Right.VIEW_CHANNEL)
        fake.people.say(fake.world.person("mia"), prep(fake), "@Greenroom hello")
        await fake.gateway.settled()
        assert app.of("message") == []

    with_app(play)


def test_edits_deletions_and_servers_are_told() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        world, people, mia = fake.world, fake.people, fake.world.person("mia")
        one, two, three = (people.say(mia, prep(fake), text).id for text in ("one", "two", "three"))
        people.edit(mia, one, "uno")
        people.edit(mia, one, "un")
        people.delete(mia, one)
        people.delete(mia, two, three)
        edits = await app.until("raw_message_edit", 2)
        assert [event.data["content"] for event in edits] == ["uno", "un"]
        assert edits[0].data["edited_timestamp"] < edits[1].data["edited_timestamp"]
        assert [str(event.message_id) for event in await app.until("raw_message_delete")] == [one]
        assert [sorted(map(str, e.message_ids)) for e in await app.until("raw_bulk_message_delete")] == [[two, three]]
        people.delete_channel(prep(fake))
        await app.until("guild_channel_delete")
        other = world.guild("other", installed=False)
        people.invite(other)
        people.outage(other)
        people.outage(other, over=True)
        people.remove(other)
        names = ["guild_join", "guild_unavailable", "guild_available", "guild_remove"]
        assert [[str(g.id) for g in await app.until(name)][-1] for name in names] == [other.id] * 4

    with_app(play)


def test_threads_come_wake_up_and_go() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        post = await app.call("POST", f"/channels/{prep(fake).id}/messages", {"content": "root"})
        made = await app.call("POST", f"/channels/{prep(fake).id}/messages/{post['id']}/threads", {"name": "talk"})
        thread = fake.world.channels[made["id"]]
        await app.until("thread_create")
        fake.people.archive(thread)
        await app.until("thread_update")
        fake.people.say(fake.world.person("mia"), thread, "good morning")
        await app.until("message", 3)
        assert [thread.archived for thread in app.guilds[0].threads] == [False]
        fake.people.delete_channel(thread)
        assert [str(gone.thread_id) for gone in await app.until("raw_thread_delete")] == [thread.id]
        assert [message.channel for message in fake.world.messages.values()] == [prep(fake).id]

    with_app(play)


def test_other_bots_webhooks_and_previews_of_links_are_told_as_such() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        hook = fake.world.stranger_bot("hook")
        fake.people.say(fake.world.stranger_bot(), prep(fake), "I am a bot")
        fake.people.say(hook, prep(fake), "I am a webhook", webhook=hook.id)
        link = fake.people.say(fake.world.person("mia"), prep(fake), "https://a.example/b")
        fake.people.unfold(link)
        bot, web, _ = await app.until("message", 3)
        assert ([bot.author.bot, bot.webhook_id], web.webhook_id) == ([True, None], int(hook.id))
        assert (await app.until("raw_message_edit"))[0].data["edited_timestamp"] is None

    with_app(play)


def test_messages_said_while_the_app_is_away_are_not_brought_later() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.gateway.away = True
        fake.people.say(fake.world.person("mia"), prep(fake), "one")
        fake.gateway.away = False
        fake.people.say(fake.world.person("mia"), prep(fake), "two")
        assert [message.content for message in await app.until("message")] == ["two"]

    with_app(play)
