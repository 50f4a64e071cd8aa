from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.fake.model import EPHEMERAL, Interaction, Trouble
from bot.chat.model import Asked, Card, Code, Conversation, Expired, Incoming, Pressed, Private, Sent, Text, Unavailable
from tests.unit.discord.discord_stage import DONE, HINT, Live, card, play

SLIPS: tuple[Trouble, ...] = ("lost before", "lost after", "bad gateway after", "unavailable")


async def ask(live: Live, where: Conversation, path: str = "help") -> tuple[Interaction, Asked]:
    channel = live.fake.world.channels[where.thread or where.channel]
    act = await live.fake.people.command(live.user("mia"), channel, path, {})
    event = live.heard.pop()
    assert isinstance(event, Asked)
    return act, event


async def press(live: Live, message: str, label: str) -> tuple[Interaction, Pressed]:
    act = await live.fake.people.press(live.user("mia"), live.fake.world.messages[message], label)
    event = live.heard.pop()
    assert isinstance(event, Pressed)
    return act, event


async def whisper(live: Live, event: Incoming, text: str, key: str, *, again: bool = False) -> Sent:
    return await live.transport.post(event.where, card(text), key=key, only=event.who, reply=event.reply, again=again)


async def insist(live: Live, event: Incoming, text: str, key: str) -> Sent:
    for attempt in range(6):
        try:
            return await whisper(live, event, text, key, again=attempt > 0)
        except Unavailable:
            continue
    raise AssertionError("still unavailable after six tries")


def readers(live: Live, channel: str) -> set[str]:
    return {m.reader for m in live.fake.world.messages.values() if m.channel == channel}


def test_command_in_a_channel_is_answered_to_one_person_whatever_slipped() -> None:
    async def scene(live: Live) -> None:
        for slip in SLIPS:
            where = live.channel(f"prep-{slip}")
            act, asked = await ask(live, where)
            assert live.fake.world.is_thinking(act)
            live.fake.world.faults.append(slip)
            sent = await insist(live, asked, "Try /daily", f"k-{slip}")
            assert (sent.ref, live.texts(where.channel)) == (None, ["Try /daily"])
            await whisper(live, asked, "And more", f"l-{slip}")
            assert live.texts(where.channel) == ["Try /daily", "And more"]
            assert {live.user("mia").id} == readers(live, where.channel)

    play(scene)


def test_answer_goes_on_in_a_fresh_process() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        act, asked = await ask(live, where)
        await live.restart()
        assert live.fake.world.is_thinking(act)
        await whisper(live, asked, "Try /daily", "k")
        await live.restart()
        await whisper(live, asked, "Try /daily", "k", again=True)
        await whisper(live, asked, "And more", "l")
        assert live.texts(where.channel) == ["Try /daily", "And more"]
        assert {live.user("mia").id} == readers(live, where.channel)

    play(scene)


def test_answer_in_private_stays_and_can_be_edited() -> None:
    async def scene(live: Live) -> None:
        where = live.direct("mia")
        _, asked = await ask(live, where)
        sent = await whisper(live, asked, "Settings", "k")
        assert sent.ref is not None
        assert (where, where) == (sent.ref.where, sent.talk)
        message = live.fake.world.messages[sent.ref.id]
        assert not message.flags & EPHEMERAL
        await live.transport.edit(sent.ref, card("Changed"))
        more = await whisper(live, asked, "And more", "l")
        assert more.ref is not None
        assert live.texts(where.channel) == ["Changed", "And more"]

    play(scene)


def test_answer_in_private_stands_once_whatever_slipped() -> None:
    async def scene(live: Live) -> None:
        for number, slip in enumerate(SLIPS):
            where = live.direct(f"p{number}")
            channel = live.fake.world.channels[where.channel]
            await live.fake.people.command(live.user(f"p{number}"), channel, "help", {})
            asked = live.heard.pop()
            assert isinstance(asked, Asked)
            for text in ("One", "Two"):
                live.fake.world.faults.append(slip)
                await insist(live, asked, text, f"{text}-{number}")
            assert live.texts(where.channel) == ["One", "Two"]

    play(scene)


def test_quiet_press_shows_nothing_and_leaves_its_message_alone() -> None:
    async def scene(live: Live) -> None:
        for where in (live.channel(), live.direct("mia")):
            sent = await live.transport.post(where, card("Question", HINT, DONE), key=f"q{where.channel}")
            assert sent.ref is not None
            _, pressed = await press(live, sent.ref.id, "Done")
            assert live.texts(where.channel) == ["Question"]
            await whisper(live, pressed, "That was too early", f"e{where.channel}")
            assert live.texts(where.channel) == ["Question", "That was too early"]

    play(scene)


def test_token_that_is_too_old_is_expired_in_a_server_and_a_post_in_private() -> None:
    async def scene(live: Live) -> None:
        for where in (live.channel(), live.direct("mia")):
            for fresh in (False, True):
                _, asked = await ask(live, where)
                live.fake.world.now += timedelta(minutes=16)
                if fresh:
                    await live.restart()
                if where.private:
                    sent = await whisper(live, asked, "Late", f"k{fresh}{where.channel}")
                    assert sent.ref is not None
                else:
                    with pytest.raises(Expired):
                        await whisper(live, asked, "Late", f"k{fresh}{where.channel}")
        assert live.texts(live.direct("mia").channel).count("Late") == 2

    play(scene)


def test_message_cannot_be_whispered_to_in_a_server() -> None:
    async def scene(live: Live) -> None:
        with pytest.raises(Expired):
            await live.transport.post(live.channel(), card("Hm"), key="k", only=live.person("mia"))
        sent = await live.transport.post(live.direct("mia"), card("Hm"), key="k", only=live.person("mia"))
        assert sent.ref is not None

    play(scene)


def test_act_that_was_never_acknowledged_is_answered_in_another_way() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        taken = live.accept

        async def slowly(event: Any) -> None:
            live.fake.world.now += timedelta(seconds=4)
            await taken(event)

        live.accept = slowly  # type: ignore[method-assign] # a slow disk
        await live.restart()
        with pytest.raises(PermissionError):
            await live.fake.people.command(live.user("mia"), live.fake.world.channels[where.channel], "help", {})
        asked = live.heard.pop()
        assert isinstance(asked, Asked)
        with pytest.raises(Expired):
            await whisper(live, asked, "Try /daily", "k")
        await live.transport.post(Private(asked.who), card("Try /daily"), key="k", again=True)
        assert live.texts(live.direct("mia").channel) == ["Try /daily"]

    play(scene)


def test_answer_that_discord_refuses_ends_the_thinking() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        act, asked = await ask(live, where)
        live.fake.world.faults.append("unreachable")  # stays for a later post: answers by token are not refused so
        wrong = Card("", (Code("x" * 10), Text("y")), tuple([HINT] * 60))
        with pytest.raises((ConnectionError, ValueError)):
            await live.transport.post(where, wrong, key="k", only=asked.who, reply=asked.reply)
        assert not live.fake.world.is_thinking(act)
        assert "lost" in live.texts(where.channel)[0]
        live.fake.world.broken.clear()

    play(scene)


def test_command_among_strangers_is_answered_there_and_talked_about_in_direct_messages() -> None:
    async def scene(live: Live) -> None:
        foreign = live.fake.world.guild("foreign", installed=False)
        live.fake.world.installed_by.add(live.user("mia").id)
        channel = live.fake.world.channel("lounge", foreign)
        await live.fake.people.command(live.user("mia"), channel, "help", {})
        asked = live.heard.pop()
        assert isinstance(asked, Asked)
        assert live.direct("mia") == asked.where
        sent = await whisper(live, asked, "Try /practice", "k")
        assert (None, ["Try /practice"], {live.user("mia").id}) == (
            sent.ref,
            live.texts(channel.id),
            readers(live, channel.id),
        )
        live.fake.world.now += timedelta(minutes=16)
        await whisper(live, asked, "Late", "l")
        assert live.texts(live.direct("mia").channel) == ["Late"]

    play(scene)


def test_many_acts_are_acknowledged_side_by_side() -> None:
    async def scene(live: Live) -> None:
        import asyncio

        where = live.channel()
        sent = await live.transport.post(where, card("Question", DONE), key="q")
        assert sent.ref is not None
        message = live.fake.world.messages[sent.ref.id]
        names = [f"p{number}" for number in range(40)]
        acts = await asyncio.gather(*(live.fake.people.press(live.user(n), message, "Done") for n in names))
        assert {6} == {act.acked for act in acts}

    play(scene)
