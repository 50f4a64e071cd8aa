"""Our fake delivers as Slack does: over sockets in turn or signed over HTTP, again what was not acknowledged."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from adapters.slack.fake import FakeSlack
from adapters.slack.fake.delivery import Envelope, signed
from tests.unit.slack.slack_app import App, with_app


def test_mention_arrives_as_two_events_with_ids_of_their_own() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        prep = fake.space.channel("prep")
        said = await fake.people.say(fake.space.person("mia"), prep, "@Greenroom: practise & <b>")
        assert {"app_mention", "message"} == {event["type"] for event in app.events()}
        assert {said.ts} == {event["ts"] for event in app.events()}
        assert {f"<@{fake.space.bot.id}>: practise &amp; &lt;b&gt;"} == {event["text"] for event in app.events()}
        assert len({body["event_id"] for body in app.taken}) == 2

    with_app(play)


def test_envelopes_go_to_the_sockets_in_turn() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        one, two = fake.delivery.sockets
        for _ in range(3):
            await fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), "word")
        assert [len(one.sent), len(two.sent)] == [2, 1]

    with_app(play)


def test_message_that_was_refused_is_delivered_again_with_its_event_id_and_a_count() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        app.refusals = 2
        await fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), "word")
        assert app.taken == []
        for _ in range(2):
            await fake.people.redeliver()
        assert [event["text"] for event in app.events()] == ["word"]
        await fake.people.redeliver()
        assert len({body["event_id"] for body in app.taken}) == 1
        assert len(app.taken) == 2

    with_app(play)


def test_command_that_was_refused_is_told_to_the_person() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.space.commands = {"daily"}
        app.refusals = 1
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        with pytest.raises(PermissionError, match="did not work"):
            await fake.people.command(mia, prep, "/daily start")
        with pytest.raises(PermissionError, match="not a valid command"):
            await fake.people.command(mia, prep, "/dayly start")
        await fake.people.command(mia, prep, "/daily start")
        assert [body["command"] for body in app.taken] == ["/daily"]

    with_app(play)


def test_messages_of_other_places_are_not_delivered() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        mia, ole = fake.space.person("mia"), fake.space.person("ole")
        await fake.people.say(mia, fake.space.channel("elsewhere", member=False), "@Greenroom")
        await fake.people.say(mia, fake.space.direct(mia.id, ole.id), "between us")
        fake.space.subscribed.discard("message.groups")
        await fake.people.say(mia, fake.space.channel("secret", private=True), "hush")
        assert app.taken == []
        await fake.people.say(mia, fake.space.direct(mia.id), "to the bot")
        assert [event["text"] for event in app.events()] == ["to the bot"]

    with_app(play)


def test_message_that_is_late_arrives_after_its_successor() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.people.late()
        for text in ("first", "second"):
            await fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), text)
        assert [event["text"] for event in app.events()] == ["second", "first"]
        assert [e["text"] for e in sorted(app.events(), key=lambda event: event["ts"])] == ["first", "second"]

    with_app(play)


def test_own_messages_come_back_as_events() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        await app.client.chat_postMessage(channel=fake.space.channel("prep").id, text="Question")
        assert await fake.space.until(lambda: bool(app.taken))
        event = app.taken[0]["event"]
        assert ("message", fake.space.bot.id, fake.space.bot_id) == (event["type"], event["user"], event["bot_id"])

    with_app(play)


def test_socket_that_is_to_be_renewed_is_replaced_and_nothing_is_lost() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        old = list(fake.delivery.sockets)
        await fake.delivery.disconnect()
        assert await fake.space.until(lambda: len(fake.delivery.sockets) == 2 and old[0] not in fake.delivery.sockets)
        for text in ("one", "two"):
            await fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), text)
        assert [event["text"] for event in app.events()] == ["one", "two"]

    with_app(play)


def test_envelope_of_a_socket_that_closes_waits_for_redelivery() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        deaf = fake.delivery.sockets[0]
        deaf.deaf = True
        saying = asyncio.create_task(
            fake.people.say(fake.space.person("mia"), fake.space.channel("prep"), "into the void")
        )
        assert await fake.space.until(lambda: bool(deaf.sent) or saying.done())
        await deaf.ws.close()
        await saying
        assert app.taken == []
        await fake.people.redeliver()
        assert [event["text"] for event in app.events()] == ["into the void"]
        assert await fake.space.until(lambda: len(fake.delivery.sockets) == 2)

    with_app(play)


def test_away_app_gets_nothing_and_people_are_told() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.space.commands = {"help"}
        fake.people.away = True
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        said = await fake.people.say(mia, prep, "word")
        with pytest.raises(PermissionError, match="did not respond"):
            await fake.people.command(mia, prep, "/help")
        await fake.people.redeliver()
        assert ([], said) == (app.taken, fake.space.find(prep.id, said.ts))

    with_app(play)


def test_ticket_opens_one_socket() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        answer = await app.client.apps_connections_open(app_token=fake.space.app_token)
        async with aiohttp.ClientSession() as http:
            async with http.ws_connect(answer["url"]) as ws:
                assert (await ws.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(answer["url"])

    with_app(play)


def test_http_deliveries_are_signed_and_repeated_with_a_number() -> None:
    async def play() -> None:
        fake = FakeSlack()
        verifier = SignatureVerifier(fake.space.signing_secret)
        seen: list[tuple[bool, str, str, bytes]] = []

        async def take(request: web.Request) -> web.Response:
            body = await request.read()
            kind, retry = request.content_type, request.headers.get("X-Slack-Retry-Num", "")
            seen.append((verifier.is_valid_request(body, dict(request.headers)), kind, retry, body))
            return web.Response(status=500 if len(seen) == 1 else 200)

        app = web.Application()
        app.router.add_post("/slack/events", take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.delivery.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        await fake.start()
        fake.space.commands = {"help"}
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        await fake.people.say(mia, prep, "word")
        await fake.people.redeliver()
        await fake.people.command(mia, prep, "/help me")
        await fake.stop()
        await runner.cleanup()
        form = "application/x-www-form-urlencoded"
        assert [(True, "application/json", ""), (True, "application/json", "1"), (True, form, "")] == [
            one[:3] for one in seen
        ]
        assert json.loads(seen[1][3])["event"]["text"] == "word"
        assert parse_qs(seen[2][3].decode())["text"] == ["me"]

    asyncio.run(play())


def test_interaction_over_http_is_a_form_with_a_payload() -> None:
    body, headers = signed("secret", Envelope("1", "interactive", {"type": "block_actions"}))
    assert json.loads(parse_qs(body.decode())["payload"][0]) == {"type": "block_actions"}
    assert SignatureVerifier("secret").is_valid_request(body, headers)
    assert not SignatureVerifier("other").is_valid_request(body, headers)


def test_stamps_follow_the_clock_and_never_repeat() -> None:
    space = FakeSlack().space
    stamps = [space.tick(), space.tick()]
    space.now += timedelta(minutes=5)
    stamps.append(space.tick())
    assert stamps == ["1795161600.000000", "1795161600.000001", "1795161900.000000"]
