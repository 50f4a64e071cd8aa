"""What goes wrong on our fake goes wrong as on Discord: discord.py waits, repeats, or hands it over."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.fake import FakeDiscord
from adapters.discord.fake.model import Trouble
from tests.unit.discord.fake_discord_app import App, with_app


def path(fake: FakeDiscord) -> str:
    return f"/channels/{fake.world.channel('prep').id}/messages"


def body(key: str) -> dict[str, Any]:
    return {"content": key, "nonce": key, "enforce_nonce": True}


@pytest.mark.parametrize(
    ("trouble", "error", "stored"),
    [
        ("lost before", aiohttp.ClientError, 0),
        ("lost after", aiohttp.ClientError, 1),
        ("rate limited", discord.RateLimited, 0),
        ("unavailable", discord.DiscordServerError, 0),
        ("unreachable", discord.Forbidden, 0),
    ],
)
def test_trouble_is_handed_over_and_passes(trouble: Trouble, error: type[Exception], stored: int) -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.world.faults.append(trouble)
        with pytest.raises(error):
            await app.call("POST", path(fake), body("key"))
        assert stored == len(fake.world.messages)
        await app.call("POST", path(fake), body("key"))
        assert len(fake.world.messages) == 1

    assert with_app(play, connect=False).world.broken == []


@pytest.mark.parametrize("trouble", ["short limit", "global limit"])
def test_short_limits_are_waited_for_by_the_library(trouble: Trouble) -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.world.faults.append(trouble)
        sent = await app.call("POST", path(fake), body("key"))
        assert [sent["id"]] == list(fake.world.messages)

    assert with_app(play, connect=False).world.broken == []


def test_library_repeats_what_was_stored_and_doubles_what_has_no_nonce() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.world.faults += ["bad gateway after", "bad gateway after"]
        other = f"/channels/{fake.world.channel('other').id}/messages"
        bodies = ((path(fake), body("once")), (other, {"content": "twice"}))
        await asyncio.gather(*(app.call("POST", where, what) for where, what in bodies))
        assert sorted(m.content for m in fake.world.messages.values()) == ["once", "twice", "twice"]

    assert with_app(play, connect=False).world.broken == []


def test_private_channel_opens_where_sending_is_refused_for_good() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.world.faults.append("unreachable")
        direct = await app.call("POST", "/users/@me/channels", {"recipient_id": fake.world.person("mia").id})
        assert await app.refused("POST", f"/channels/{direct['id']}/messages", {"content": "x"}) == (403, 50007)

    with_app(play, connect=False)


def test_limits_are_counted_for_each_channel_and_the_library_keeps_to_them() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        fake.world.limits["POST /channels/{channel}/messages"] = (2, 0.2)
        for number in range(5):
            await app.call("POST", path(fake), {"content": str(number)})
        assert len(fake.world.messages) == 5

    assert with_app(play, connect=False).world.broken == []


def test_calls_beyond_a_limit_are_refused_with_a_time_to_wait() -> None:
    async def run(app: App, fake: FakeDiscord) -> None:
        fake.world.limits["POST /channels/{channel}/messages"] = (1, 60.0)
        headers = {"Authorization": f"Bot {fake.world.token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            answers = []
            for _ in range(2):
                async with http.post(fake.api_url + path(fake), json={"content": "x"}) as response:
                    answers.append((response.status, await response.json(), response.headers))
        assert [status for status, _, _ in answers] == [200, 429]
        assert (answers[0][2]["X-RateLimit-Limit"], answers[0][2]["X-RateLimit-Remaining"]) == ("1", "0")
        assert (answers[1][1]["global"], 59 < answers[1][1]["retry_after"] <= 60) == (False, True)
        assert float(answers[1][2]["Retry-After"]) == answers[1][1]["retry_after"]

    with_app(run, connect=False)
