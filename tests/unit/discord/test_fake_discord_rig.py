"""The rig plays people before the real transport."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.discord.rig import DiscordRig
from bot.chat.model import (
    Asked,
    Button,
    Card,
    Deleted,
    Edited,
    Form,
    PlatformEvent,
    Pressed,
    Private,
    Said,
    Text,
    Unreachable,
)
from bot.chat.surface import Action, Command, Surface


async def form_for(pressed: Pressed) -> Form | Card:
    return Card(body=(Text("Too late."),))


SURFACE = Surface(
    commands=(Command("help", "What I can do."),),
    actions=(Action("done", "quiet"), Action("answer", "form")),
    form_for=form_for,
)
CARD = Card("Title", (Text("Word & <b> *c*"),), (Button("done", "tok", "Done", "quiet"),))


def play(scene: Callable[[DiscordRig, list[PlatformEvent]], Awaitable[None]], *, words: bool = True) -> None:
    async def run() -> None:
        rig = DiscordRig()
        rig.world.content_granted = words
        heard: list[PlatformEvent] = []

        async def accept(event: PlatformEvent) -> None:
            heard.append(event)

        await rig.start(accept, SURFACE)
        try:
            await scene(rig, heard)
        finally:
            await rig.stop()

    asyncio.run(run())


def test_rig_plays_talk_commands_and_presses() -> None:
    async def scene(rig: DiscordRig, heard: list[PlatformEvent]) -> None:
        sent = await rig.transport.post(rig.channel("prep"), CARD, key="k")
        assert sent.ref is not None
        await rig.say("mia", rig.channel("prep"), "not for the bot")
        message = await rig.say("mia", sent.talk, "hello")
        await rig.edit("mia", sent.talk, message, "hello again")
        await rig.delete("mia", sent.talk, message)
        await rig.ask("mia", rig.channel("prep"), "/help")
        await rig.press("mia", sent.ref.id, "Done")
        assert [Said, Edited, Deleted, Asked, Pressed] == [type(event) for event in heard]
        shown = rig.shown(rig.channel("prep"))[0]
        assert (sent.ref.id, "Title\nWord & <b> *c*", ("Done",), ()) == (
            shown.id,
            shown.text,
            shown.buttons,
            shown.mentions,
        )

    play(scene)


def test_rig_says_nothing_where_a_thread_was_not_made() -> None:
    async def scene(rig: DiscordRig, heard: list[PlatformEvent]) -> None:
        message = await rig.say("mia", rig.channel("prep"), "hello")
        talk = rig.channel("prep")
        with pytest.raises(LookupError):
            await rig.say("ole", type(talk)(talk.platform, talk.space, talk.channel, message), "in no thread")
        with pytest.raises(PermissionError, match="no such command"):
            await rig.ask("mia", talk, "/hlep")

    play(scene)


def test_rig_plays_replies_and_threads_without_words() -> None:
    async def scene(rig: DiscordRig, heard: list[PlatformEvent]) -> None:
        sent = await rig.transport.post(rig.channel("prep"), CARD, key="k")
        assert sent.ref is not None
        await rig.reply("mia", sent.ref.id, "by a reply")
        await rig.say("mia", sent.talk, "in the thread")
        await rig.say("mia", rig.private("mia"), "in direct messages")
        assert [event.text for event in heard if isinstance(event, Said)] == ["by a reply", "", "in direct messages"]

    play(scene, words=False)


def test_rig_closes_direct_messages() -> None:
    async def scene(rig: DiscordRig, heard: list[PlatformEvent]) -> None:
        rig.close_direct("mia")
        with pytest.raises(Unreachable):
            await rig.transport.post(Private(rig.person("mia")), CARD, key="k")

    play(scene)


def test_rig_tells_at_the_end_what_discord_would_never_take() -> None:
    async def scene(rig: DiscordRig, heard: list[PlatformEvent]) -> None:
        rig.world.broken.append("POST /shout: 404")

    with pytest.raises(AssertionError, match=r"POST /shout"):
        play(scene)


def test_rig_that_is_never_started_leaves_nothing_open() -> None:
    rig = DiscordRig()
    assert not rig.transport.ready
