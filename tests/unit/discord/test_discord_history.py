from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.fake.model import Right
from bot.chat.model import Said, Unreachable
from tests.unit.discord.discord_stage import Live, card, play


def test_missed_words_are_read_over_pages_oldest_first() -> None:
    async def scene(live: Live) -> None:
        sent = await live.transport.post(live.channel(), card("Question"), key="q")
        thread = live.fake.world.channels[sent.talk.thread]
        before = live.fake.world.now
        live.fake.gateway.away = True
        said = []
        for number in range(230):
            live.fake.world.now += timedelta(milliseconds=1)
            said.append(live.fake.people.say(live.user("mia"), thread, f"word {number}").id)
        found = await live.transport.missed(sent.talk, before)
        assert [f"msg:{message}" for message in said] == [event.id for event in found]
        assert {sent.talk} == {event.where for event in found if isinstance(event, Said)}
        later = await live.transport.missed(sent.talk, live.fake.world.now - timedelta(milliseconds=3))
        assert [event.text for event in later if isinstance(event, Said)] == ["word 227", "word 228", "word 229"]

    play(scene)


def test_missed_words_of_bots_and_ours_are_left_out() -> None:
    async def scene(live: Live) -> None:
        before = live.fake.world.now - timedelta(hours=1)
        direct = live.direct("mia")
        await live.transport.post(direct, card("Hello"), key="k")
        live.fake.people.say(live.user("mia"), live.fake.world.channels[direct.channel], "hi")
        assert await live.until(lambda: len(live.heard) == 1)
        found = await live.transport.missed(direct, before)
        assert [event.id for event in live.heard] == [event.id for event in found]
        assert [event.where for event in live.heard if isinstance(event, Said)] == [direct]

    play(scene)


def test_missed_words_of_a_place_that_is_gone_are_unreachable() -> None:
    async def scene(live: Live) -> None:
        gone = replace(live.channel(), thread="123456789012345678")
        assert await live.transport.missed(gone, live.fake.world.now) == []  # the post may be answered all the same
        with pytest.raises(Unreachable):
            await live.transport.missed(replace(gone, private=True), live.fake.world.now)
        live.fake.people.delete_channel(live.fake.world.channels[gone.channel])
        with pytest.raises(Unreachable):
            await live.transport.missed(gone, live.fake.world.now)

    play(scene)


@pytest.mark.parametrize("has_thread", [True, False])
def test_missed_answers_to_a_post_are_found_beside_its_thread(has_thread: bool) -> None:
    async def scene(live: Live) -> None:
        channel, before = live.fake.world.channels[live.channel().channel], live.fake.world.now
        if not has_thread:
            live.fake.people.deny(channel, Right.CREATE_PUBLIC_THREADS)
        sent = await live.transport.post(live.channel(), card("Question"), key="q")
        other = await live.transport.post(live.channel(), card("Another"), key="r")
        assert sent.ref is not None
        assert other.ref is not None
        live.fake.gateway.away = True
        live.fake.world.now += timedelta(seconds=1)
        people, mia = live.fake.people, live.user("mia")
        expected = [people.say(mia, channel, "I would roll back", about=sent.ref.id).id]
        people.say(mia, channel, "among us")
        people.say(mia, channel, "to the other", about=other.ref.id)
        if has_thread:
            expected.append(people.say(mia, live.fake.world.channels[sent.talk.thread], "and tell them").id)
        found = await live.transport.missed(sent.talk, before)
        assert [(f"msg:{message}", sent.talk) for message in expected] == [
            (event.id, event.where) for event in found if isinstance(event, Said)
        ]

    play(scene)


def test_post_is_not_looked_for_where_the_history_is_closed() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        live.fake.people.deny(live.fake.world.channels[where.channel], Right.READ_MESSAGE_HISTORY)
        sent = await live.transport.post(where, card("Question"), key="q", again=True)
        again = await live.transport.post(where, card("Question"), key="q", again=True)
        assert (sent, ["Question"]) == (again, live.texts(where.channel))  # the nonce helps for some minutes

    play(scene)


def test_answer_of_another_bot_with_our_mark_is_not_ours() -> None:
    async def scene(live: Live) -> None:
        where = live.channel()
        sent = await live.transport.post(where, card("Question"), key="q")
        assert sent.ref is not None
        message = live.fake.world.messages[sent.ref.id]
        message.author = live.fake.world.stranger_bot()
        live.fake.world.now += timedelta(hours=1)  # the nonce is forgotten
        again = await live.transport.post(where, card("Question"), key="q", again=True)
        assert sent.ref != again.ref

    play(scene)
