"""Signed HTTP: one path for everything, nothing that is not signed, 500 for what was not stored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_stage import PRIVATELY, Stage, card, running, until

from adapters.slack.http import Server
from bot.chat.model import Asked, Said, Submitted

Scene = Callable[[Stage, aiohttp.ClientSession, str], Awaitable[None]]


def served(scene: Scene) -> None:
    """Play a scene with a transport that is served over HTTP; the last argument is its address."""

    async def go() -> None:
        stage = Stage()
        secret = stage.slack.space.signing_secret
        stage.transport = stage.build(app_token="", signing_secret=secret, port=0)
        await stage.slack.start()
        try:
            async with running(stage.transport), aiohttp.ClientSession() as session:
                server = stage.transport._server
                assert isinstance(server, Server)
                address = f"http://127.0.0.1:{server.port}"
                stage.slack.delivery.request_url = f"{address}/slack/events"
                await scene(stage, session, address)
        finally:
            await stage.slack.stop()

    asyncio.run(go())


def signature(body: bytes, secret: str, at: float | None = None) -> dict[str, str]:
    """Return the headers of a request that Slack has signed."""
    stamp = str(int(at if at is not None else time.time()))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mark}",
        "Content-Type": "application/json",
    }


def test_messages_commands_presses_and_forms_arrive_over_http() -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        space, people = stage.slack.space, stage.slack.people
        space.commands = {"daily"}
        mia, prep = space.person("mia"), space.channel("prep")
        sent = await stage.transport.post(stage.channel(), card("Question", PRIVATELY), key="q")
        assert sent.ref is not None
        await people.say(mia, prep, "I would wait & <see> 漢字", sent.ref.id)
        assert stage.last(Said).text == "I would wait & <see> 漢字"
        await people.command(mia, prep, "/daily start 09:00 a=b&c")
        asked = stage.last(Asked)
        assert (asked.command, asked.text, asked.name) == ("daily", "start 09:00 a=b&c", "mia")
        message = space.find(prep.id, sent.ref.id)
        assert message is not None
        await people.press(mia, message, "Answer privately")
        await people.submit(mia, {"words": "roll <back> & tell"})
        assert dict(stage.last(Submitted).values) == {"words": "roll <back> & tell"}
        assert stage.slack.delivery.sockets == []

    served(scene)


def test_event_that_is_not_stored_is_answered_by_500_and_comes_again() -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        space = stage.slack.space
        mia = space.person("mia")
        stage.refusals = 1
        await stage.slack.people.say(mia, space.direct(mia.id), "hello")
        assert stage.heard == []
        await stage.slack.people.redeliver()
        assert stage.last(Said).text == "hello"
        stage.refusals = 1
        body = json.dumps({"type": "event_callback", "event_id": "E1", "event": app_home(mia.id)}).encode()
        async with session.post(
            f"{address}/slack/events", data=body, headers=signature(body, space.signing_secret)
        ) as answer:
            assert (answer.status, await answer.text()) == (500, "")

    served(scene)


def app_home(user: str) -> dict[str, str]:
    """Return the event of somebody who looks at the home page."""
    return {"type": "app_home_opened", "tab": "home", "user": user, "channel": "D1", "event_ts": "1796115600.000200"}


def test_request_that_slack_did_not_sign_is_refused_and_stays_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        body = json.dumps({"type": "event_callback", "event": app_home("secret words")}).encode()
        good = signature(body, stage.slack.space.signing_secret)
        forged = [
            {},
            signature(body, "another secret"),
            signature(body, stage.slack.space.signing_secret, time.time() - 301),
            signature(body, stage.slack.space.signing_secret, time.time() + 301),
            signature(body + b" ", stage.slack.space.signing_secret),
            {**good, "X-Slack-Request-Timestamp": "soon"},
            {**good, "X-Slack-Signature": ""},
        ]
        for headers in forged:
            async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                assert answer.status == 401
        async with session.post(f"{address}/slack/events", data=body, headers=good) as answer:
            assert answer.status == 200
        # What asks for a check of the certificate is answered, and nothing in it is taken.
        check = urlencode({"ssl_check": "1", "command": "/daily", "channel_id": "C1", "user_id": "U1"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        async with session.post(f"{address}/slack/events", data=check, headers=kind) as answer:
            assert answer.status == 200
        assert len(stage.heard) == 1

    caplog.set_level(logging.DEBUG)
    served(scene)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("greenroom", "slack"))]
    assert [line for line in ours if "secret words" in line or "fake-signing-secret" in line] == []


def test_handshake_is_answered_with_its_challenge() -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
        headers = signature(body, stage.slack.space.signing_secret)
        async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
            assert (answer.status, "3eZbrw1a" in await answer.text()) == (200, True)

    served(scene)


def test_nonsense_is_refused_and_does_not_stop_the_server() -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        secret = stage.slack.space.signing_secret
        for body, expected in ((b"{", 400), (b"[]", 400), (b"{\xff}", 400), (b"0" * (2**20 + 1), 413)):
            async with session.post(
                f"{address}/slack/events", data=io.BytesIO(body), headers=signature(body, secret)
            ) as answer:
                assert answer.status == expected
        for method, path, expected in (
            ("GET", "/slack/events", 404),
            ("POST", "/health", 404),
            ("GET", "/", 404),
            ("GET", "/health", 200),
        ):
            async with session.request(method, address + path) as answer:
                assert answer.status == expected

    served(scene)


def test_health_tells_when_slack_no_longer_knows_us() -> None:
    async def scene(stage: Stage, session: aiohttp.ClientSession, address: str) -> None:
        stage.slack.space.revoked = "token_revoked"
        await until(lambda: not stage.transport.ready)
        async with session.get(f"{address}/health") as answer:
            assert (answer.status, await answer.text()) == (503, "not connected to Slack")

    served(scene)


def test_port_that_is_taken_is_named_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def go() -> None:
        stage = Stage()
        await stage.slack.start()
        taken = socket.create_server(("0.0.0.0", 0))
        port = taken.getsockname()[1]
        stage.transport = stage.build(app_token="", signing_secret="s", port=port)
        async with running(stage.transport, ready=False):
            await until(lambda: "SLACK_PORT" in caplog.text)
            assert not stage.transport.ready
            taken.close()
            await until(lambda: stage.transport.ready)
        await stage.slack.stop()

    asyncio.run(go())
