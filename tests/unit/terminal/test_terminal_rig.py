from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from adapters.terminal.rig import TerminalRig, build
from bot.chat.model import (
    Asked,
    Card,
    Deleted,
    Edited,
    Expired,
    Form,
    PlatformEvent,
    Pressed,
    RateLimited,
    Said,
    Submitted,
    Text,
    Unavailable,
    Unreachable,
)
from bot.chat.rig import Fault, Shown
from bot.chat.surface import Surface
from tests.unit.terminal.stage import ANSWER, MORNING, ROUND

HELLO = Card(body=(Text("hello"),))


class Core:
    def __init__(self) -> None:
        self.events: list[PlatformEvent] = []
        self.broken = False

    async def accept(self, event: PlatformEvent) -> None:
        if self.broken:
            raise OSError("no room left")
        self.events.append(event)

    async def form_for(self, pressed: Pressed) -> Form | Card:
        return ANSWER


def drive(scene: Callable[[TerminalRig, Core], Awaitable[None]]) -> Core:
    core = Core()

    async def run() -> None:
        rig = build()
        assert isinstance(rig, TerminalRig)
        rig.at(MORNING)
        await rig.start(core.accept, Surface((), (), core.form_for))
        assert rig.transport.ready
        try:
            await scene(rig, core)
        finally:
            await rig.stop()
        assert not rig.transport.ready

    asyncio.run(run())
    return core


def test_rig_delivers_what_people_do() -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        prep = rig.channel("prep")
        sent = await rig.transport.post(prep, ROUND, key="k")
        assert sent.ref is not None
        message = await rig.say("ana", sent.talk, "me first")
        await rig.edit("ana", sent.talk, message, "me second")
        await rig.delete("ana", sent.talk, message)
        await rig.ask("ana", prep, "/daily start", organiser=True)
        await rig.press("ana", sent.ref.id, "Hint")
        await rig.press("ana", sent.ref.id, "Answer privately")
        with pytest.raises(PermissionError, match="at least 5"):
            await rig.submit("ana", {"text": "a"})
        await rig.submit("ana", {"text": "First"})
        await rig.say("ana", prep, "only talk")

    kinds = [Said, Edited, Deleted, Asked, Pressed, Submitted]
    assert kinds == [type(event) for event in drive(scene).events]


def test_rig_shows_posts_whispers_and_forms() -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        prep, ana = rig.channel("prep"), rig.person("ana")
        sent = await rig.transport.post(prep, ROUND, key="1")
        await rig.transport.post(sent.talk, HELLO, key="2", only=ana)
        assert sent.ref is not None
        await rig.press("ana", sent.ref.id, "Answer privately")
        labels = ("Answer privately", "Hint", "Practise")
        text = "Question of the day\nTwenty minutes after a release, the queue has grown."
        root = Shown(sent.ref.id, prep, "post", text, labels)
        form = Shown("answer", prep, "form", "Your answer\nYour answer (at least 5 characters)", ("Submit",), "ana")
        assert [root, form] == rig.shown(prep)
        whisper = Shown(rig.shown(sent.talk)[1].id, sent.talk, "whisper", "hello", (), "ana")
        assert [root, whisper] == rig.shown(sent.talk)
        assert rig.shown(rig.private("ana")) == []

    drive(scene)


def test_rig_away_keeps_what_is_said_for_later() -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        dm = rig.private("ana")
        await rig.say("ana", dm, "before")
        rig.away(True)
        rig.at(MORNING + timedelta(minutes=1))
        missed = await rig.say("ana", dm, "meanwhile")
        with pytest.raises(PermissionError):
            await rig.ask("ana", dm, "/help")
        rig.away(False)
        found = await rig.transport.missed(dm, MORNING)
        assert [missed] == [event.message for event in found if isinstance(event, Said)]

    assert [event.text for event in drive(scene).events if isinstance(event, Said)] == ["before"]


def test_rig_started_again_is_a_new_transport_on_the_same_world() -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        before = rig.transport
        sent = await before.post(rig.channel("prep"), ROUND, key="k")
        assert sent.ref is not None
        await rig.stop()
        await rig.start(core.accept, Surface((), (), core.form_for))
        assert rig.transport is not before
        await rig.press("ana", sent.ref.id, "Hint")
        assert sent == await rig.transport.post(rig.channel("prep"), ROUND, key="k", again=True)

    assert [type(event) for event in drive(scene).events] == [Pressed]


def test_rig_redelivers_what_was_not_accepted() -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        await rig.redeliver()
        core.broken = True
        with pytest.raises(PermissionError):
            await rig.say("ana", rig.private("ana"), "hi")
        core.broken = False
        await rig.redeliver()
        await rig.redeliver()

    assert [event.id for event in drive(scene).events] == ["msg:100001"] * 2


@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        ("lost before", Unavailable, 0),
        ("lost after", Unavailable, 1),
        ("rate limited", RateLimited, 0),
        ("unavailable", Unavailable, 0),
        ("unreachable", Unreachable, 0),
        ("expired", Expired, 0),
    ],
)
def test_rig_fault_befalls_one_send_and_the_next_makes_one_message(
    fault: Fault, error: type[Exception], stored: int
) -> None:
    async def scene(rig: TerminalRig, core: Core) -> None:
        dm = rig.private("ana")
        rig.fail(fault)
        with pytest.raises(error):
            await rig.transport.post(dm, HELLO, key="k")
        assert stored == len(rig.shown(dm))
        await rig.transport.post(dm, HELLO, key="k", again=True)
        assert [shown.text for shown in rig.shown(dm)] == ["hello"]

    drive(scene)
