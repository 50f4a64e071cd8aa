"""What is private on Discord: direct messages with us, and our own private threads for whom they were made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.errors import Refused
from adapters.discord.fake import events
from adapters.discord.fake.model import Channel, Kind, Right
from bot.chat.model import Asked, Conversation, Private, Said, Sent, Unreachable
from tests.unit.discord.discord_stage import Live, card, play


def people_in(live: Live, *names: str) -> None:
    for name in names:
        live.fake.world.join(live.fake.world.guild(), live.user(name))


def theirs(live: Live, owner: str, name: str, *members: str) -> Channel:
    """Let somebody open a private thread, with us in it."""
    world = live.fake.world
    people_in(live, owner, *members)
    ids = {world.bot.id, live.user(owner).id, *(live.user(member).id for member in members)}
    parent = world.channels[live.channel().channel]
    thread = Channel(world.snowflake(), Kind.PRIVATE_THREAD, name, parent.guild, parent.id, live.user(owner).id, ids)
    world.channels[thread.id] = thread
    world.emit(events.channel(world, "THREAD_CREATE", thread))
    return thread


async def aside(live: Live, name: str, text: str = "Hello", key: str = "k") -> Sent:
    people_in(live, name)
    return await live.transport.post(Private(live.person(name), "t", live.channel(), aside=True), card(text), key=key)


async def readers(live: Live, name: str, where: Conversation) -> set[str]:
    """Let somebody ask for something there; return where the core thinks that it was, and who sees the answer."""
    await live.fake.people.command(live.user(name), live.fake.world.channels[where.thread], "help", {})
    asked = live.heard.pop()
    assert isinstance(asked, Asked)
    assert asked.where == where
    only = asked.who
    await live.transport.post(asked.where, card(asked.id), key=asked.id, only=only, reply=asked.reply)
    shown = [m for m in live.fake.world.messages.values() if live.fake.world.is_ours(m)]
    return {m.reader for m in shown if m.channel == where.thread and asked.id in str(m.components)}


def test_private_thread_of_other_people_is_no_private_place() -> None:
    async def scene(live: Live) -> None:
        thread = theirs(live, "ole", "staff", "mia")
        where = replace(live.channel(), thread=thread.id)
        assert await readers(live, "mia", where) == {live.user("mia").id}

    play(scene)


def test_private_thread_of_ours_is_private_for_whom_it_was_made_alone() -> None:
    async def scene(live: Live) -> None:
        people_in(live, "ole")
        sent = await aside(live, "mia")
        live.fake.world.channels[sent.talk.thread].members.add(live.user("ole").id)
        assert await readers(live, "ole", replace(sent.talk, private=False)) == {live.user("ole").id}
        thread = live.fake.world.channels[sent.talk.thread]
        for name in ("mia", "ole"):
            live.fake.people.say(live.user(name), thread, "hello")
        assert await live.until(lambda: len(live.heard) == 2)
        places = [sent.talk, replace(sent.talk, private=False)]
        found = await live.transport.missed(sent.talk, live.fake.world.now.replace(hour=0))
        for events_ in (live.heard, found):
            assert places == [event.where for event in events_ if isinstance(event, Said)]
        assert await readers(live, "mia", sent.talk) == {""}

    play(scene)


def test_private_thread_stays_private_after_it_was_put_away_until_its_person_is_forgotten() -> None:
    async def scene(live: Live) -> None:
        sent = await aside(live, "mia")
        await live.transport.archive(sent.talk)
        live.fake.people.say(live.user("mia"), live.fake.world.channels[sent.talk.thread], "one more thing")
        assert await live.until(lambda: len(live.heard) == 1)
        await live.transport.forget(live.person("mia"))
        live.fake.people.say(live.user("mia"), live.fake.world.channels[sent.talk.thread], "hello")
        assert await live.until(lambda: len(live.heard) == 2)
        assert [event.where.private for event in live.heard if isinstance(event, Said)] == [True, False]

    play(scene)


def test_thread_of_somebody_else_with_our_mark_in_its_name_is_not_taken() -> None:
    async def scene(live: Live) -> None:
        first = await aside(live, "mia")
        name = live.fake.world.channels[first.talk.thread].name
        live.fake.people.delete_channel(live.fake.world.channels[first.talk.thread])
        claimed = theirs(live, "ole", name)
        second = await aside(live, "mia", key="l")
        assert claimed.id != second.talk.thread
        assert live.user("mia").id not in claimed.members

    play(scene)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.NEWS])
def test_private_thread_that_cannot_be_made_becomes_direct_messages(kind: Kind) -> None:
    async def scene(live: Live) -> None:
        people_in(live, "mia")
        found = live.fake.world.channel("here", kind=kind)
        live.fake.people.deny(found, Right.CREATE_PRIVATE_THREADS)
        near = Conversation("discord", found.guild, found.id)
        to = Private(live.person("mia"), "t", near, aside=True)
        sent = await live.transport.post(to, card("Hello"), key="k")
        assert sent.talk == live.direct("mia")
        live.user("mia").closed = True
        with pytest.raises(Unreachable, match="50007"):
            await live.transport.post(to, card("Hello"), key="l")

    play(scene)


def test_person_who_left_the_thread_is_asked_in_again() -> None:
    async def scene(live: Live) -> None:
        sent = await aside(live, "mia")
        thread = live.fake.world.channels[sent.talk.thread]
        for archived in (False, True):
            thread.members.discard(live.user("mia").id)
            thread.archived = archived
            again = await aside(live, "mia", "More", f"l{archived}")
            assert (sent.talk, True) == (again.talk, live.user("mia").id in thread.members)

    play(scene)


def test_person_who_left_the_server_is_unreachable_and_no_thread_is_left() -> None:
    async def scene(live: Live) -> None:
        people_in(live, "mia")
        live.fake.people.leave(live.user("mia"), live.fake.world.guild())
        live.user("mia").closed = True
        with pytest.raises(Refused) as refused:
            await live.transport.post(Private(live.person("mia"), "t", live.channel()), card("Hello"), key="k")
        assert refused.value.code == 10007
        assert live.fake.world.threads(live.fake.world.guild().id) == []

    play(scene)
