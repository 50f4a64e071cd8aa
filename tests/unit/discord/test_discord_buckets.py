"""Discord's limits: nobody waits inside of a call, and nobody runs into one that is known."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.model import RateLimited
from tests.unit.discord.discord_stage import Live, card, play

ROUTE = "POST /channels/{channel}/messages"


async def outcome(live: Live, name: str, key: str) -> float:
    """Post to somebody; return the seconds to wait, 0 if it was sent."""
    try:
        await live.transport.post(live.direct(name), card(key), key=key)
    except RateLimited as limited:
        return limited.retry_after
    return 0.0


def test_limit_that_is_known_is_kept_and_told_at_once() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.limits[ROUTE] = (2, 30.0)
        async with asyncio.timeout(5):
            waits = [await outcome(live, "mia", f"{number}") for number in range(6)]
            other = await outcome(live, "ole", "x")
        assert waits[:2] == [0.0, 0.0]
        # The first two that come too late have the next window, the others those after it.
        assert [int(wait // 29) - 1 for wait in waits[2:]] == [0, 0, 1, 1]
        assert (other, live.calls("POST", "/messages")) == (0.0, 3)

    play(scene)


def test_limit_is_kept_by_calls_side_by_side_once_it_is_known() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.limits[ROUTE] = (3, 30.0)
        await outcome(live, "mia", "first")
        waits = await asyncio.gather(*(outcome(live, "mia", f"{number}") for number in range(8)))
        assert (sum(wait == 0.0 for wait in waits), live.calls("POST", "/messages")) == (2, 3)

    play(scene)


def test_limit_is_over_after_its_time() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.limits[ROUTE] = (1, 0.05)
        for number in range(4):
            while await outcome(live, "mia", f"{number}"):  # noqa: ASYNC110 - the limit passes by itself
                await asyncio.sleep(0.02)
        assert live.texts(live.direct("mia").channel) == ["0", "1", "2", "3"]
        assert live.calls("POST", "/messages") == 4

    play(scene)


def test_call_that_was_lost_takes_nothing_for_good() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.limits[ROUTE] = (1, 0.05)
        await outcome(live, "mia", "first")
        await asyncio.sleep(0.06)
        live.fake.world.faults.append("lost before")
        with pytest.raises(ConnectionError):
            await live.transport.post(live.direct("mia"), card("lost"), key="lost")
        await asyncio.sleep(0.06)
        assert await outcome(live, "mia", "second") == 0.0

    play(scene)


def test_long_history_waits_for_its_limit() -> None:
    async def scene(live: Live) -> None:
        direct, before = live.direct("mia"), live.fake.world.now.replace(hour=0)
        live.fake.gateway.away = True
        for number in range(250):
            live.fake.people.say(live.user("mia"), live.fake.world.channels[direct.channel], f"{number}")
        live.fake.world.limits["GET /channels/{channel}/messages"] = (2, 0.2)
        assert len(await live.transport.missed(direct, before)) == 250

    play(scene)
