from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from discord.http import Route

from adapters.discord.fake.model import Interaction
from bot.chat.model import Card, Form, Joined, Left, PlatformEvent, Pressed, Said, Submitted
from bot.chat.surface import Command, Option, Surface
from tests.unit.discord.discord_stage import FORM, HINT, PRIVATELY, SURFACE, Live, card, play


async def say(live: Live, text: str, name: str = "mia") -> str:
    return live.fake.people.say(live.user(name), live.fake.world.direct(live.user(name)), text).id


def test_message_that_is_not_stored_at_once_is_stored_a_moment_later() -> None:
    async def scene(live: Live) -> None:
        live.refusals = 1
        message = await say(live, "hello")
        assert await live.until(lambda: bool(live.heard))
        assert [message] == [event.message for event in live.heard if isinstance(event, Said)]
        assert live.texts(live.direct("mia").channel) == []

    play(scene)


def test_author_of_a_message_that_cannot_be_stored_is_told() -> None:
    async def scene(live: Live) -> None:
        live.refusals = 2
        message = await say(live, "hello")
        channel = live.direct("mia").channel
        assert await live.until(lambda: bool(live.texts(channel)))
        assert "write it again" in live.texts(channel)[0]
        told = next(m for m in live.fake.world.messages.values() if live.fake.world.is_ours(m))
        assert message == told.about
        assert live.heard == []

    play(scene)


def test_act_that_cannot_be_stored_is_told_at_once_and_to_one_person() -> None:
    async def scene(live: Live) -> None:
        live.refusals = 1
        channel = live.fake.world.channels[live.channel().channel]
        act = await live.fake.people.command(live.user("mia"), channel, "help", {})
        assert act.acked == 4
        assert "once more" in live.texts(channel.id)[0]
        assert live.user("mia").id == live.fake.world.messages[act.original].reader

    play(scene)


def test_act_is_acknowledged_after_it_was_stored() -> None:
    async def scene(live: Live) -> None:
        order: list[str] = []
        taken = live.accept

        async def accept(event: PlatformEvent) -> None:
            await asyncio.sleep(0.02)
            acts = live.fake.world.interactions.values()
            order.extend("acknowledged" for act in acts if act.acked)
            order.append("stored")
            await taken(event)

        live.accept = accept  # type: ignore[method-assign] # a disk that takes its time
        await live.restart()
        channel = live.fake.world.channels[live.channel().channel]
        act = await live.fake.people.command(live.user("mia"), channel, "help", {})
        assert (order, act.acked) == (["stored"], 5)

    play(scene)


def test_what_is_being_stored_when_it_stops_is_stored_and_acknowledged() -> None:
    async def scene(live: Live) -> None:
        began, gate, taken = asyncio.Event(), asyncio.Event(), live.accept

        async def accept(event: PlatformEvent) -> None:
            began.set()
            await gate.wait()
            await taken(event)

        live.accept = accept  # type: ignore[method-assign] # a disk that takes its time
        await live.restart()
        channel = live.fake.world.channels[live.channel().channel]
        asking: asyncio.Task[Interaction] = asyncio.create_task(
            live.fake.people.command(live.user("mia"), channel, "help", {})
        )
        await began.wait()
        ending = asyncio.create_task(live.end())
        await asyncio.sleep(0.01)
        gate.set()
        assert (await asking).acked == 5
        await ending
        assert len(live.heard) == 1

    play(scene)


def test_form_opens_first_and_only_what_is_sent_off_is_stored() -> None:
    async def scene(live: Live) -> None:
        sent = await live.transport.post(live.channel(), card("Question", PRIVATELY), key="q")
        assert sent.ref is not None
        act = await live.fake.people.press(live.user("mia"), live.fake.world.messages[sent.ref.id], "Answer privately")
        assert (act.acked, live.heard) == (9, [])
        sent_off = await live.fake.people.submit(live.user("mia"), {"words": "roll back"})
        event = live.heard[0]
        assert isinstance(event, Submitted)
        assert ("answer", "tok-3", {"words": "roll back"}, sent.ref) == (
            event.form,
            event.token,
            event.values,
            event.on,
        )
        assert sent_off.acked == 5

    play(scene)


@pytest.mark.parametrize("trouble", ["fails", "hangs", "cannot be shown"])
def test_form_that_does_not_open_is_told_to_one_person(trouble: str) -> None:
    async def form_for(pressed: Pressed) -> Form | Card:
        if trouble == "hangs":
            await asyncio.sleep(30)
        if trouble == "cannot be shown":
            return replace(FORM, fields=FORM.fields * 6)
        raise OSError("the disk is full")

    async def scene(live: Live) -> None:
        live.surface = replace(SURFACE, form_for=form_for)
        await live.restart()
        sent = await live.transport.post(live.channel(), card("Question", PRIVATELY), key="q")
        assert sent.ref is not None
        act = await live.fake.people.press(live.user("mia"), live.fake.world.messages[sent.ref.id], "Answer privately")
        assert act.acked == 4
        assert "once more" in live.texts(live.channel().channel)[1]
        assert live.user("mia").id == live.fake.world.messages[act.original].reader

    play(scene)


def test_words_are_offered_while_somebody_types() -> None:
    zones = tuple(f"Area/City{number:03}" for number in range(60))

    async def scene(live: Live) -> None:
        option = Option("zone", "Yours.", offers=lambda: zones)
        live.surface = Surface((Command("settings zone", "Your zone.", (option,)),), (), SURFACE.form_for)
        await live.restart()
        direct = live.fake.world.direct(live.user("mia"))
        found = await live.fake.people.complete(live.user("mia"), direct, "settings zone", "zone", "city05")
        assert [f"Area/City{number:03}" for number in range(50, 60)] == found
        assert live.heard == []

    play(scene)


def test_bots_webhooks_and_talk_among_others_are_not_heard() -> None:
    async def scene(live: Live) -> None:
        world, people = live.fake.world, live.fake.people
        where = live.channel()
        channel = world.channels[where.channel]
        sent = await live.transport.post(where, card("Question"), key="q")
        thread = world.channels[sent.talk.thread]
        bot = world.stranger_bot()
        world.join(world.guild(), bot)
        people.say(bot, thread, "beep")
        people.say(live.user("mia"), channel, "lunch?")
        people.say(live.user("mia"), thread, "hook", webhook="900000000000000001")
        people.say(live.user("ole"), thread, "I would roll back")
        assert await live.until(lambda: bool(live.heard))
        assert [event.text for event in live.heard if isinstance(event, Said)] == ["I would roll back"]

    play(scene)


def test_servers_and_channels_come_and_go() -> None:
    async def scene(live: Live) -> None:
        world, people = live.fake.world, live.fake.people
        guild = world.guild("new", installed=False)
        channel = world.channel("general", guild)
        assert await live.until(lambda: live.client.is_ready())  # before that, invitations are taken for old servers
        people.invite(guild)
        assert await live.until(lambda: len(live.heard) == 1)
        people.delete_channel(channel)
        assert await live.until(lambda: len(live.heard) == 2)
        people.remove(guild)
        assert await live.until(lambda: len(live.heard) == 3)
        assert [Joined, Left, Left] == [type(event) for event in live.heard]
        places = [event.where for event in live.heard if isinstance(event, Joined | Left)]
        assert [(guild.id, ""), (guild.id, channel.id), (guild.id, "")] == [
            (place.space, place.channel) for place in places
        ]

    play(scene)


def test_invitation_while_nobody_listened_is_told_once() -> None:
    async def scene(live: Live) -> None:
        world, people = live.fake.world, live.fake.people
        guild = world.guild("new", installed=False)
        await live.end()
        world.now += timedelta(hours=1)
        world.join(guild, world.bot)
        await live.restart()
        assert await live.until(lambda: len(live.heard) == 1)
        [joined] = live.heard
        assert isinstance(joined, Joined)
        assert (joined.id, joined.where) == (f"joined:{guild.id}:{world.now.isoformat()}", joined.where)
        assert (guild.id, "") == (joined.where.space, joined.where.channel)
        await live.restart()
        people.outage(guild)
        people.outage(guild, over=True)
        await say(live, "hello")
        assert await live.until(lambda: len(live.heard) == 2)
        assert [Joined, Said] == [type(event) for event in live.heard]
        assert await live.until(lambda: live.client.is_ready())
        people.remove(guild)
        world.now += timedelta(hours=1)
        people.invite(guild)
        assert await live.until(lambda: len(live.heard) == 4)
        assert joined.id != live.heard[-1].id

    play(scene)


def test_direct_messages_that_open_too_late_are_there_for_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.receiving.BUDGET", 0.05)

    async def scene(live: Live) -> None:
        lobby = live.fake.world.channel("lobby", live.fake.world.guild("strangers", installed=False))
        live.fake.world.installed_by.add(live.user("mia").id)
        request, slow = live.client.http.request, asyncio.Event()

        async def late(route: Route, **more: object) -> object:
            if route.path == "/users/@me/channels":
                await slow.wait()
            return await request(route, **more)

        monkeypatch.setattr(live.client.http, "request", late)
        act = await live.fake.people.command(live.user("mia"), lobby, "help", {})
        assert (act.acked, live.heard) == (4, [])
        slow.set()
        assert await live.until(lambda: live.calls("POST", "/users/@me/channels") == 1)
        await live.fake.people.command(live.user("mia"), lobby, "help", {})
        assert (len(live.heard), live.calls("POST", "/users/@me/channels")) == (1, 1)

    play(scene)


def test_log_names_neither_words_nor_tokens(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(live: Live) -> None:
        live.refusals = 9
        await say(live, "my secret answer")
        channel = live.fake.world.channels[live.channel().channel]
        act = await live.fake.people.command(live.user("mia"), channel, "help", {})
        live.fake.world.now += live.fake.world.now - live.fake.world.now
        await live.until(lambda: bool(live.texts(live.direct("mia").channel)))
        live.refusals = 0
        sent = await live.transport.post(live.channel(), card("our secret card", HINT), key="q")
        live.fake.world.faults.append("rate limited")
        with pytest.raises(ConnectionError):
            await live.transport.post(sent.talk, card("our secret card"), key="r")
        for secret in ("secret", act.token, live.fake.world.token):
            assert secret not in caplog.text

    with caplog.at_level(logging.DEBUG):
        play(scene)
