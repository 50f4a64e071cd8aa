from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.errors import Refused
from adapters.discord.fake.model import Kind, Right, Trouble
from bot.chat.model import (
    Attachment,
    Home,
    MessageRef,
    Private,
    RateLimited,
    Said,
    Sent,
    Target,
    Unavailable,
    Unreachable,
)
from tests.unit.discord.discord_stage import HINT, Live, card, play

TROUBLES: tuple[Trouble, ...] = ("lost before", "lost after", "bad gateway", "bad gateway after", "unavailable")


async def insist(live: Live, to: Target, text: str, key: str) -> Sent:
    for attempt in range(6):
        try:
            return await live.transport.post(to, card(text, HINT), key=key, again=attempt > 0)
        except Unavailable:
            continue
    raise AssertionError("still unavailable after six tries")


def test_post_in_a_channel_stands_once_and_has_its_thread_whatever_step_failed() -> None:
    async def scene(live: Live) -> None:
        for number, trouble in enumerate(TROUBLES):
            for later in (False, True):  # the second call opens the thread
                where = live.channel(f"prep-{number}-{later}")
                live.fake.world.faults.extend(["lost after", trouble] if later else [trouble])
                sent = await insist(live, where, "Question", f"key-{number}-{later}")
                assert live.texts(where.channel).count("Question") == 1
                assert sent.talk.thread in live.fake.world.channels

    play(scene)


def test_library_does_not_repeat_what_failed() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        live.fake.world.faults.append("bad gateway after")
        with pytest.raises(Unavailable):
            await live.transport.post(where, card("Question"), key="k")
        assert live.calls("POST", "/messages") == 1

    play(scene)


def test_limits_are_told_at_once_and_a_global_one_stops_every_call() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.faults.append("global limit")
        with pytest.raises(RateLimited) as first:
            await live.transport.post(live.channel(), card("Question"), key="k")
        assert first.value.retry_after == 1.0
        before = len(live.fake.world.calls)
        with pytest.raises(RateLimited):
            await live.transport.post(live.channel("other"), card("Question"), key="l")
        assert before == len(live.fake.world.calls)
        channel = live.fake.world.channels[live.channel().channel]
        act = await live.fake.people.command(live.user("mia"), channel, "help", {})
        assert act.acked == 5  # answers to acts are free of that limit

    play(scene)


def test_closed_direct_messages_become_one_private_thread_for_each_topic() -> None:
    async def scene(live: Live) -> None:
        live.user("mia").closed = True
        near = replace(live.channel(), thread="1")
        live.fake.world.join(live.fake.world.guild(), live.user("mia"))
        one = await live.transport.post(Private(live.person("mia"), "a", near), card("1 of 3"), key="a1")
        two = await live.transport.post(Private(live.person("mia"), "a", near), card("2 of 3"), key="a2")
        other = await live.transport.post(Private(live.person("mia"), "b", near), card("1 of 1"), key="b1")
        assert one.talk == two.talk != other.talk
        assert (near.channel, True) == (one.talk.channel, one.talk.private)
        assert live.texts(one.talk.thread) == ["1 of 3", "2 of 3"]
        thread = live.fake.world.channels[one.talk.thread]
        assert (
            thread.kind,
            thread.invitable,
            live.user("mia").id in thread.members,
        ) == (Kind.PRIVATE_THREAD, False, True)
        await live.restart()
        three = await live.transport.post(Private(live.person("mia"), "a", near), card("3 of 3"), key="a3")
        assert one.talk == three.talk

    play(scene)


def test_private_thread_is_opened_once_whatever_step_failed() -> None:
    async def scene(live: Live) -> None:
        for number, trouble in enumerate(TROUBLES):
            for often in range(1, 5):  # to open the conversation, to send, to open the thread, to add the person
                name = f"p{number}{often}"
                live.user(name).closed = True
                live.fake.world.join(live.fake.world.guild(), live.user(name))
                where = live.channel(f"c{number}{often}")
                live.fake.world.faults.extend([trouble] * often)
                sent = await insist(live, Private(live.person(name), "t", where), "Hello", f"k{name}")
                threads = [
                    c
                    for c in live.fake.world.channels.values()
                    if c.kind == Kind.PRIVATE_THREAD and c.parent == where.channel
                ]
                assert [sent.talk.thread] == [thread.id for thread in threads]
                assert live.texts(sent.talk.thread) == ["Hello"]

    play(scene)


def test_private_thread_is_asked_for_aside_without_a_try_at_direct_messages() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.join(live.fake.world.guild(), live.user("mia"))
        near = live.channel()
        for trouble in TROUBLES:
            live.fake.world.faults.append(trouble)
            to = Private(live.person("mia"), trouble, near, aside=True)
            sent = await insist(live, to, "Hello", f"k-{trouble}")
            assert live.texts(sent.talk.thread) == ["Hello"]
        threads = [c for c in live.fake.world.channels.values() if c.kind == Kind.PRIVATE_THREAD]
        assert len(TROUBLES) == len(threads)
        assert live.calls("POST", "/users/@me/channels") == 0

    play(scene)


def test_private_thread_that_was_deleted_is_opened_anew() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.join(live.fake.world.guild(), live.user("mia"))
        to = Private(live.person("mia"), "t", live.channel(), aside=True)
        one = await live.transport.post(to, card("One"), key="1")
        live.fake.people.delete_channel(live.fake.world.channels[one.talk.thread])
        two = await live.transport.post(to, card("Two"), key="2")
        assert one.talk != two.talk
        assert live.texts(two.talk.thread) == ["Two"]

    play(scene)


def test_private_thread_is_put_away_and_wakes_up_for_an_edit() -> None:
    async def scene(live: Live) -> None:
        live.fake.world.join(live.fake.world.guild(), live.user("mia"))
        to = Private(live.person("mia"), "t", live.channel(), aside=True)
        sent = await live.transport.post(to, card("One"), key="1")
        await live.transport.archive(sent.talk)
        assert live.fake.world.channels[sent.talk.thread].archived
        assert sent.ref is not None
        await live.transport.edit(sent.ref, card("Changed"))
        assert live.texts(sent.talk.thread) == ["Changed"]
        await live.transport.archive(live.channel())
        await live.transport.archive(live.direct("mia"))

    play(scene)


def test_nothing_near_leaves_closed_direct_messages_unreachable() -> None:
    async def scene(live: Live) -> None:
        live.user("mia").closed = True
        with pytest.raises(Unreachable, match="50007"):
            await live.transport.post(Private(live.person("mia")), card("Hello"), key="k")

    play(scene)


def test_missing_permission_is_named() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        live.fake.people.deny(live.fake.world.channels[where.channel], Right.SEND_MESSAGES)
        with pytest.raises(Unreachable, match="Send Messages in that channel"):
            await live.transport.post(where, card("Hello"), key="k")

    play(scene)


def test_post_without_the_right_to_threads_has_a_talk_of_answers_to_it() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        channel = live.fake.world.channels[where.channel]
        live.fake.people.deny(channel, Right.CREATE_PUBLIC_THREADS)
        sent = await live.transport.post(where, card("Question"), key="k")
        assert sent.ref is not None
        assert sent.ref.id == sent.talk.thread not in live.fake.world.channels
        live.fake.people.say(live.user("mia"), channel, "I would roll back", about=sent.ref.id)
        assert await live.until(lambda: bool(live.heard))
        said = live.heard[0]
        assert isinstance(said, Said)
        assert (sent.talk, sent.ref.id) == (said.where, said.about)
        for again in (False, True):
            recap = await live.transport.post(sent.talk, card("Closed"), key="recap", again=again)
            assert sent.talk == recap.talk
        assert live.texts(where.channel) == ["Question", "Closed"]
        channel.denied.clear()
        await live.transport.post(sent.talk, card("Later"), key="later")
        assert live.texts(sent.talk.thread) == ["Later"]

    play(scene)


def test_talk_whose_post_is_gone_is_unreachable() -> None:
    async def scene(live: Live) -> None:
        with pytest.raises(Refused) as refused:
            await live.transport.post(replace(live.channel(), thread="123456789012345678"), card("Closed"), key="k")
        assert refused.value.code == 10003

    play(scene)


def test_edit_and_reaction_let_be_what_is_gone() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        sent = await live.transport.post(where, card("Question"), key="k")
        assert sent.ref is not None
        await live.transport.react(sent.ref, "white_check_mark")
        await live.transport.react(sent.ref, "white_check_mark")
        assert {"✅"} == set(live.fake.world.messages[sent.ref.id].reactions)
        await live.transport.typing(where)
        assert [where.channel] == live.fake.world.typings
        gone = MessageRef(where, "123456789012345678")
        await live.transport.edit(gone, card("Changed"))
        await live.transport.react(gone, "eyes")

    play(scene)


def test_file_is_fetched_by_the_message_that_holds_it() -> None:
    async def scene(live: Live) -> None:
        direct = live.fake.world.direct(live.user("mia"))
        file = live.fake.world.upload("voice-message.ogg", "audio/ogg", b"OggS words", 3.0)
        live.fake.people.say(live.user("mia"), direct, "", files=[file])
        assert await live.until(lambda: bool(live.heard))
        said = live.heard[0]
        assert isinstance(said, Said)
        assert said.voice is not None
        assert await live.transport.fetch(said.voice) == b"OggS words"
        with pytest.raises(Unreachable, match="25 MB"):
            await live.transport.fetch(replace(said.voice, size=30 * 2**20))
        with pytest.raises(Unreachable):
            await live.transport.fetch(Attachment("nonsense", "x", "audio/ogg", 1))

    play(scene)


def test_home_page_is_unreachable() -> None:
    async def scene(live: Live) -> None:
        with pytest.raises(Unreachable):
            await live.transport.post(Home(live.person("mia")), card("Streak"), key="k")

    play(scene)


def test_rights_are_asked_of_discord() -> None:
    async def scene(live: Live) -> None:
        world, guild = live.fake.world, live.fake.world.guild()
        live.fake.world.join(guild, live.user("mia")).rights |= Right.MANAGE_GUILD
        live.fake.world.join(guild, live.user("ole"))
        await live.restart()  # roles are known from the start
        where = live.channel()
        names = ("mia", "ole", "owner-of-club", "nobody")
        found = [(await live.transport.standing(live.person(name), where)) for name in names]
        assert [one.organiser for one in found] == [True, False, True, False]
        before = len(world.calls)
        await live.transport.standing(live.person("mia"), where)
        assert before == len(world.calls)
        assert not (await live.transport.standing(live.person("mia"), live.direct("mia"))).organiser

    play(scene)


def test_nothing_can_be_sent_before_it_is_connected() -> None:
    async def scene(live: Live) -> None:
        assert not live.transport.ready
        with pytest.raises(Unavailable):
            await live.transport.post(live.channel(), card("Hello"), key="k")

    play(scene, begun=False)
