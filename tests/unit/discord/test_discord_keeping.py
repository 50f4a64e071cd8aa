from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from adapters.discord.settings import Settings
from bot.chat.model import Said, Unavailable
from bot.chat.surface import Command
from tests.unit.discord.discord_stage import SURFACE, Live, card, play


async def hears(live: Live, text: str) -> bool:
    """Tell whether a word that is said now arrives."""
    live.fake.people.say(live.user("mia"), live.fake.world.direct(live.user("mia")), text)
    return await live.until(lambda: text in [event.text for event in live.heard if isinstance(event, Said)])


def test_first_handshake_that_fails_is_followed_by_another(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        live.fake.gateway.refused_handshakes = 4
        await live.begin()
        assert await live.until(lambda: live.transport.ready)
        assert await hears(live, "hello")

    play(scene, begun=False)
    assert caplog.text.count("no connection to Discord") == 1


def test_gateway_that_does_not_greet_is_given_up() -> None:
    async def scene(live: Live) -> None:
        live.fake.gateway.ungreeted = 1
        await live.begin()
        assert await live.until(lambda: live.transport.ready)
        assert await hears(live, "hello")

    play(scene, begun=False, opening=0.3)


def test_event_that_cannot_be_parsed_ends_nothing() -> None:
    async def scene(live: Live) -> None:
        client = live.client
        for session in live.fake.gateway.sessions.values():
            for name in ("MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "THREAD_CREATE", "CHANNEL_UPDATE"):
                session.tell(name, {"nonsense": True})
            session.tell("SOMETHING_NEW", {})
        assert await hears(live, "hello")
        assert live.client is client
        assert len(live.fake.gateway.identified) == 1

    play(scene)


def test_ready_that_cannot_be_parsed_is_followed_by_a_fresh_client() -> None:
    async def scene(live: Live) -> None:
        client = live.client
        for session in [*live.fake.gateway.sessions.values()]:
            session.tell("READY", {"session_id": "x", "resume_gateway_url": "ws://127.0.0.1:1"})
        assert await live.until(lambda: live.transport.ready and live.transport.client is not client)
        assert await hears(live, "hello")

    play(scene)


@pytest.mark.parametrize("how", ["reconnect", "resumable", "closed", "cut"])
def test_lost_connection_is_resumed_and_nothing_is_missed(how: str) -> None:
    async def scene(live: Live) -> None:
        gateway, since = live.fake.gateway, live.transport.hears_since
        assert since is not None
        match how:
            case "reconnect":
                gateway.reconnect()
            case "resumable":
                gateway.invalidate(resumable=True)
            case "closed":
                gateway.disconnect(4000)
            case _:
                gateway.cut()
        assert await hears(live, "meanwhile")
        assert await live.until(lambda: len(gateway.resumed) == 1)
        assert await live.until(lambda: live.transport.hears_since is not None)
        assert since == live.transport.hears_since
        assert len(gateway.identified) == 1

    play(scene)


def test_session_that_is_over_is_followed_by_another_and_a_gap_is_told() -> None:
    async def scene(live: Live) -> None:
        since = live.transport.hears_since
        assert since is not None
        live.fake.gateway.invalidate()
        assert await live.until(lambda: len(live.fake.gateway.identified) == 2)
        assert await live.until(lambda: live.transport.ready)
        assert await hears(live, "hello")
        later = live.transport.hears_since
        assert later is not None
        assert since < later

    play(scene)


def test_gap_lasts_until_the_servers_are_there() -> None:
    async def scene(live: Live) -> None:
        guild = live.fake.world.guild()
        guild.unavailable = True
        await live.begin()
        assert await live.until(lambda: live.transport.ready)
        assert await hears(live, "hello")
        assert live.transport.hears_since is None
        live.fake.people.outage(guild, over=True)
        assert await live.until(lambda: live.transport.hears_since is not None)
        since = live.transport.hears_since
        assert since is not None
        assert await live.until(lambda: live.client.is_ready())
        for over in (False, True):
            live.fake.people.outage(guild, over=over)
            assert await live.until(lambda over=over: (live.transport.hears_since is not None) == over)  # type: ignore[misc]
        assert await live.until(lambda: (live.transport.hears_since or since) > since)

    play(scene, begun=False)


def test_wrong_token_is_named_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        token, live.fake.world.token = live.fake.world.token, "MTIz.changed.token"
        await live.begin()
        assert await live.until(lambda: live.calls("GET", "/users/@me") > 2)
        assert not live.transport.ready
        assert caplog.text.count("DISCORD_TOKEN is not accepted") == 1
        live.fake.world.token = token
        assert await live.until(lambda: live.transport.ready)

    play(scene, begun=False)


def test_token_that_is_revoked_while_it_runs_is_noticed() -> None:
    async def scene(live: Live) -> None:
        token, live.fake.world.token = live.fake.world.token, "MTIz.changed.token"
        with pytest.raises(Unavailable, match="DISCORD_TOKEN"):
            await live.transport.post(live.channel(), card("Question"), key="q")
        assert not live.transport.ready
        live.fake.gateway.disconnect(4004)
        assert await live.until(lambda: live.calls("GET", "/users/@me") > 2)
        live.fake.world.token = token
        assert await live.until(lambda: live.transport.ready)
        await live.transport.post(live.channel(), card("Question"), key="q", again=True)

    play(scene)


def test_without_the_content_intent_it_listens_to_what_it_may(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        live.fake.world.content_granted = False
        await live.begin()
        assert await live.until(lambda: live.transport.ready)
        assert not live.transport.capabilities.hears_all
        assert caplog.text.count("Message Content Intent") == 1
        assert await hears(live, "hello")
        live.fake.world.content_granted = True
        await live.restart()
        assert live.transport.capabilities.hears_all

    play(scene, begun=False)


def test_intent_that_the_gateway_refuses_is_left_out() -> None:
    async def scene(live: Live) -> None:
        # The application says that it has the intent, and the gateway denies it.
        live.fake.gateway.disconnect(4014)
        assert await live.until(lambda: len(live.fake.gateway.identified) == 2)
        assert await live.until(lambda: live.transport.ready)
        assert not live.transport.capabilities.hears_all
        asked = [one["intents"] for one in live.fake.gateway.identified]
        assert asked[0] - asked[1] == 1 << 15

    play(scene)


def test_long_outage_ends_in_a_fresh_client() -> None:
    async def scene(live: Live) -> None:
        client = live.client
        await live.fake.stop()
        assert await live.until(lambda: not live.transport.ready)
        assert live.transport.hears_since is None
        with pytest.raises(Unavailable):
            await live.transport.post(live.channel(), card("Question"), key="q")
        assert await live.until(lambda: live.transport.client is not client)
        await live.fake.start()
        assert await live.until(lambda: live.transport.ready)
        assert await hears(live, "hello")

    play(scene)


def test_last_sessions_of_a_day_are_kept(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        live.fake.world.sessions_left = 3
        await live.begin()
        assert await live.until(lambda: "no session is left" in caplog.text)
        assert live.fake.gateway.identified == []

    play(scene, begun=False)


def test_several_shards_are_all_heard() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.shards = 2
        await live.begin()
        assert await live.until(lambda: live.transport.hears_since is not None)
        assert sorted([0, 1]) == sorted(one["shard"][0] for one in live.fake.gateway.identified)
        assert await hears(live, "hello")

    play(scene, begun=False)


def test_commands_are_told_when_they_changed_and_not_before() -> None:
    async def scene(live: Live) -> None:
        await live.restart()
        live.fake.gateway.invalidate()
        assert await live.until(lambda: len(live.fake.gateway.identified) == 3)
        assert live.fake.world.syncs == 1
        live.surface = replace(SURFACE, commands=(*SURFACE.commands, Command("progress", "Yours.")))
        await live.restart()
        assert live.fake.world.syncs == 2

    play(scene)


def test_commands_that_discord_refuses_are_not_told_again_and_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        live.surface = replace(SURFACE, commands=(Command("Not A Name!", "x"),))
        await live.restart()
        assert await hears(live, "hello")
        await asyncio.sleep(0.1)  # several looks
        assert live.calls("PUT", "/commands") == 1
        assert "does not know our commands" in caplog.text
        live.fake.world.broken.clear()

    play(scene)


def test_gateway_of_the_settings_is_used_for_every_connection() -> None:
    async def scene(live: Live) -> None:
        live.settings = Settings(live.fake.world.token, live.fake.api_url, live.fake.gateway.address + "/gateway")
        await live.restart()
        live.fake.gateway.reconnect()
        assert await live.until(lambda: len(live.fake.gateway.resumed) == 1)
        assert await hears(live, "hello")

    play(scene)


def test_it_stops_while_nothing_can_be_reached() -> None:
    async def scene(live: Live) -> None:
        await live.fake.stop()
        await live.begin()
        await asyncio.sleep(0.05)
        async with asyncio.timeout(3):
            await live.end()
        assert not live.transport.ready
        await live.fake.start()

    play(scene, begun=False)


def test_it_must_be_bound_before_it_runs() -> None:
    async def scene(live: Live) -> None:
        with pytest.raises(RuntimeError, match="bind"):
            await live.transport.run()

    play(scene, begun=False)


def test_no_task_and_no_thread_is_left_behind() -> None:
    async def scene(live: Live) -> None:
        await live.begin()
        assert await live.until(lambda: live.transport.ready)
        live.fake.gateway.cut()
        await live.end()
        names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
        ours = ("Keeper", "DiscordTransport", "Client", "AutoSharded", "Shard", "Receiving")
        assert [name for name in names if name.startswith(ours)] == []

    before = set(threading.enumerate())
    for _ in range(5):
        play(scene, begun=False)
    started = [one for one in threading.enumerate() if one not in before and one.name.startswith("keep-alive")]
    for thread in started:
        thread.join(1.0)
    assert [one.name for one in started if one.is_alive()] == []
