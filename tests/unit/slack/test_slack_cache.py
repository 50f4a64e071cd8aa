"""What was asked of Slack is kept for a while, asked once at a time, and forgotten when it changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.cache import Cache
from adapters.slack.people import Channel, Profile, channel_of, profile_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Source:
    """Answers with a count; waits for `gate` first."""

    def __init__(self) -> None:
        self.now = NOON
        self.loads = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = False

    async def load(self, key: str) -> str:
        self.loads += 1
        number = self.loads
        await self.gate.wait()
        if self.broken:
            raise ConnectionError("gone")
        return f"{key}{number}"

    def cache(self, lifetime: timedelta | None = timedelta(minutes=10), size: int = 10) -> Cache[str, str]:
        return Cache(self.load, lambda: self.now, lifetime, size)


def play(scene: Callable[[Source], Awaitable[None]]) -> None:
    async def go() -> None:
        await scene(Source())

    asyncio.run(go())


def test_cache_asks_again_after_its_lifetime() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache()
        assert [await cache.get("a"), await cache.get("a")] == ["a1", "a1"]
        source.now += timedelta(minutes=10)
        assert (cache.known("a"), cache.is_fresh("a")) == ("a1", False)
        assert await cache.get("a") == "a2"

    play(scene)


def test_cache_without_lifetime_keeps_for_ever() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache(None)
        await cache.get("a")
        source.now += timedelta(days=1_000)
        assert await cache.get("a") == "a1"

    play(scene)


def test_cache_loads_once_for_all_who_ask_and_goes_on_without_them() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache()
        source.gate.clear()
        impatient = asyncio.create_task(cache.get("a"))
        patient = asyncio.create_task(cache.get("a"))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        source.gate.set()
        assert (await patient, source.loads) == ("a1", 1)
        assert impatient.cancelled()

    play(scene)


def test_cache_keeps_no_failure() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache()
        source.broken = True
        with pytest.raises(ConnectionError):
            await cache.get("a")
        source.broken = False
        assert await cache.get("a") == "a2"

    play(scene)


def test_cache_keeps_nothing_that_was_dropped_while_it_loaded() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache()
        source.gate.clear()
        early = asyncio.create_task(cache.get("a"))
        await asyncio.sleep(0)
        cache.drop("a")
        source.gate.set()
        assert (await early, cache.known("a")) == ("a1", None)

    play(scene)


def test_cache_forgets_what_was_not_used_for_longest() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache(size=2)
        for key in ("a", "b", "a", "c"):
            await cache.get(key)
        assert (cache.known("a"), cache.known("b"), cache.known("c")) == ("a1", None, "c3")

    play(scene)


def test_cache_that_is_closed_stops_loading() -> None:
    async def scene(source: Source) -> None:
        cache = source.cache()
        source.gate.clear()
        waiting = asyncio.create_task(cache.get("a"))
        await asyncio.sleep(0)
        await cache.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    play(scene)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (None, Profile()),
        ({}, Profile("", "", False)),
        (
            {"name": "mia.l", "tz": "Europe/Berlin", "profile": {"display_name": " ", "real_name": "Mia Lind "}},
            Profile("Mia Lind", "Europe/Berlin", False),
        ),
        ({"name": "ole", "is_owner": True, "profile": {"display_name": "Ole"}}, Profile("Ole", "", True)),
        ({"name": "kim", "is_admin": True, "is_stranger": True, "tz": None}, Profile("kim", "", False)),
        ({"name": "lea", "is_admin": True, "team_id": "T1"}, Profile("lea", "", True)),
        ({"name": "lea", "is_admin": True, "team_id": "T2"}, Profile("lea", "", False)),
    ],
)
def test_profile_is_read_from_whatever_slack_tells(user: object, expected: Profile) -> None:
    assert expected == profile_of(user, "T1")


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (None, Channel("", False)),
        ({"name": "prep"}, Channel("prep", True)),
        ({"name": "prep", "is_archived": True, "is_member": True}, Channel("prep", False)),
        ({"name": "secret", "is_private": True}, Channel("secret", False)),
        ({"name": "secret", "is_private": True, "is_member": True}, Channel("secret", True)),
        ({"name": "mpdm-a--b", "is_mpim": True, "is_member": True}, Channel("", True)),
        ({"name": "mpdm-a--b", "is_mpim": True}, Channel("", False)),
    ],
)
def test_channel_takes_posts_from_members_and_where_anybody_can_join(channel: object, expected: Channel) -> None:
    assert expected == channel_of(channel)
