"""The rig plays people before the real transport, over sockets and over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.slack.rig import SlackRig
from bot.chat.model import Asked, Button, Card, Form, HomeOpened, Joined, PlatformEvent, Pressed, Said, Text
from bot.chat.surface import Action, Command, Surface


async def form_for(pressed: Pressed) -> Form | Card:
    return Card(body=(Text("Too late."),))


SURFACE = Surface(
    commands=(Command("help", "What I can do."),),
    actions=(Action("done", "quiet"), Action("answer", "form")),
    form_for=form_for,
)
CARD = Card("Title", (Text("Word & <b>"),), (Button("done", "tok", "Done", "quiet"),))


def play(scene: Callable[[SlackRig, list[PlatformEvent]], Awaitable[None]], *, http: bool = False) -> None:
    async def run() -> None:
        rig = SlackRig(http=http)
        heard: list[PlatformEvent] = []

        async def accept(event: PlatformEvent) -> None:
            heard.append(event)

        await rig.start(accept, SURFACE)
        try:
            await scene(rig, heard)
        finally:
            await rig.stop()

    asyncio.run(run())


@pytest.mark.parametrize("http", [False, True])
def test_rig_plays_talk_commands_and_presses(http: bool) -> None:
    async def scene(rig: SlackRig, heard: list[PlatformEvent]) -> None:
        sent = await rig.transport.post(rig.channel("prep"), CARD, key="k")
        assert sent.ref is not None
        await rig.say("mia", sent.talk, "hello")
        await rig.ask("mia", rig.channel("prep"), "/help")
        await rig.press("mia", sent.ref.id, "Done")
        assert [Said, Asked, Pressed] == [type(event) for event in heard]
        shown = rig.shown(rig.channel("prep"))[0]
        assert (sent.ref.id, "Title\nWord & <b>", ("Done",), ()) == (
            shown.id,
            shown.text,
            shown.buttons,
            shown.mentions,
        )

    play(scene, http=http)


def test_rig_plays_homes_and_invitations() -> None:
    async def scene(rig: SlackRig, heard: list[PlatformEvent]) -> None:
        await rig.open_home("mia")
        await rig.fake.people.invite(rig.space.channel("club", member=False), rig.space.person("mia"))
        assert [HomeOpened, Joined] == [type(event) for event in heard]

    play(scene)


def test_rig_tells_at_the_end_what_slack_would_never_take() -> None:
    async def scene(rig: SlackRig, heard: list[PlatformEvent]) -> None:
        rig.space.broken.append("chat.shout: unknown_method")

    with pytest.raises(AssertionError, match=r"chat\.shout"):
        play(scene)


def test_rig_that_is_never_started_leaves_nothing_open() -> None:
    rig = SlackRig()
    assert not rig.transport.ready
