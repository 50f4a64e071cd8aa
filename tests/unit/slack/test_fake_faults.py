"""What goes wrong with a send when our fake is told so, and what then stands in the workspace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.fake import FakeSlack
from bot.chat.rig import Fault
from tests.unit.slack.slack_app import App, with_app
from tests.unit.slack.test_fake_people import answer


def on_prep(play: Callable[[App, FakeSlack, str], Awaitable[None]]) -> None:
    async def scene(app: App, fake: FakeSlack) -> None:
        await play(app, fake, fake.space.channel("prep").id)

    with_app(scene, sockets=0)


@pytest.mark.parametrize(("fault", "stored"), [("lost before", 0), ("lost after", 1)])
def test_send_that_is_lost_is_stored_or_not(fault: Fault, stored: int) -> None:
    async def play(app: App, fake: FakeSlack, prep: str) -> None:
        fake.space.faults.append(fault)
        with pytest.raises(aiohttp.ClientConnectionError):
            await app.client.chat_postMessage(channel=prep, text="word")
        assert stored == len(fake.space.messages)
        await app.client.chat_postMessage(channel=prep, text="word")
        assert stored + 1 == len(fake.space.messages)

    on_prep(play)


def test_rate_limit_names_its_seconds_and_trouble_of_the_server_has_no_json() -> None:
    async def play(app: App, fake: FakeSlack, prep: str) -> None:
        fake.space.faults.extend(("rate limited", "unavailable"))
        for status, header in ((429, "30"), (503, None)):
            with pytest.raises(SlackApiError) as caught:
                await app.client.chat_postMessage(channel=prep, text="word")
            response = caught.value.response
            assert (status, header) == (response.status_code, response.headers.get("Retry-After"))
        assert fake.space.messages == []

    on_prep(play)


def test_unreachable_has_a_reason_that_fits_the_call() -> None:
    async def play(app: App, fake: FakeSlack, prep: str) -> None:
        mia = fake.space.person("mia")
        fake.space.faults.extend(["unreachable"] * 3)
        assert await app.refused("chat.postMessage", channel=prep, text="x") == "is_archived"
        direct = fake.space.direct(mia.id).id
        assert await app.refused("chat.postMessage", channel=direct, text="x") == "restricted_action"
        assert await app.refused("conversations.open", users=mia.id) == "user_disabled"

    on_prep(play)


def test_faults_wait_for_a_send() -> None:
    async def play(app: App, fake: FakeSlack, prep: str) -> None:
        fake.space.faults.append("unreachable")
        await app.client.conversations_history(channel=prep)
        await app.client.auth_test()
        assert list(fake.space.faults) == ["unreachable"]

    on_prep(play)


def test_expired_closes_the_address_and_the_ephemeral_way_once() -> None:
    async def play(app: App, fake: FakeSlack) -> None:
        fake.space.commands = {"help"}
        mia, prep = fake.space.person("mia"), fake.space.channel("prep")
        await fake.people.command(mia, prep, "/help")
        address = app.taken[0]["response_url"]
        fake.space.faults.append("expired")
        assert await answer(address) == (404, '{"ok": false, "error": "expired_url"}')
        whisper = {"channel": prep.id, "user": mia.id, "text": "word"}
        assert await app.refused("chat.postEphemeral", **whisper) == "user_not_in_channel"
        await app.client.chat_postEphemeral(**whisper)
        assert await answer(address) == (200, "ok")

    with_app(play)
