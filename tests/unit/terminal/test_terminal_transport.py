from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.terminal import TerminalTransport, build
from adapters.terminal.acting import Acting
from adapters.terminal.inbound import address, direct, person
from adapters.terminal.render import Display
from bot.chat.model import (
    Attachment,
    Card,
    Home,
    MessageRef,
    Missing,
    Private,
    Sent,
    Standing,
    Text,
    Unavailable,
    Unreachable,
)
from tests.unit.terminal.stage import MORNING, ROUND, Application, seen

PREP = address("#prep")
HELLO = Card(body=(Text("hello"),))


def test_build_waits_for_greenroom_try() -> None:
    application = Application()
    assert Missing("the terminal is started by `greenroom try`") == build({}, application)
    assert isinstance(build({"GREENROOM_TERMINAL": "1"}, application), TerminalTransport)


def test_post_answers_arrive_in_the_thread_under_a_post() -> None:
    application = Application()

    async def scene() -> list[Sent]:
        post = application.terminal.post
        root = await post(PREP, ROUND, key="1")
        return [
            root,
            await post(root.talk, HELLO, key="2"),
            await post(PREP, HELLO, key="3", only=person("ana")),
            await post(Private(person("ana"), "topic"), HELLO, key="4"),
            await post(direct("ana"), HELLO, key="5", only=person("ana")),
        ]

    thread, dm = address("#prep", "100001"), direct("ana")
    assert [
        Sent(MessageRef(PREP, "100001"), thread),
        Sent(MessageRef(thread, "100002"), thread),
        Sent(None, PREP),
        Sent(MessageRef(dm, "100004"), dm),
        Sent(MessageRef(dm, "100005"), dm),
    ] == asyncio.run(scene())
    assert seen(application.shown) == [
        ("#prep", "post", "", "Question of the day"),
        ("#prep thread", "post", "", "hello"),
        ("#prep", "whisper", "ana", "hello"),
        ("dm:ana", "post", "", "hello"),
        ("dm:ana", "post", "", "hello"),
    ]


def test_post_tried_before_is_looked_for_by_its_key() -> None:
    application = Application()

    async def scene() -> list[Sent]:
        post = application.terminal.post
        return [await post(PREP, HELLO, key="k", again=again) for again in (True, True)]

    first, second = asyncio.run(scene())
    assert first == second
    assert len(application.shown) == 1


def test_edit_is_shown_once_and_only_if_something_changed() -> None:
    application = Application()
    changed = replace(ROUND, buttons=())

    async def scene() -> MessageRef:
        sent = await application.terminal.post(PREP, ROUND, key="k")
        assert sent.ref is not None
        for card in (ROUND, changed, changed):
            await application.terminal.edit(sent.ref, card)
        return sent.ref

    ref = asyncio.run(scene())
    assert [Display(ref.id, MORNING, "#prep", "", "", "edit", changed)] == application.shown[1:]


@pytest.mark.parametrize("message", ["100001", "999999", "x"])
def test_edit_of_what_is_not_ours_is_unreachable(message: str) -> None:
    application = Application()

    async def scene() -> None:
        await Acting(application.terminal).write("ana", PREP, "mine")
        await application.terminal.edit(MessageRef(PREP, message), HELLO)

    with pytest.raises(Unreachable, match="has no message"):
        asyncio.run(scene())


def test_missed_returns_the_same_events_as_were_delivered() -> None:
    application = Application()
    acting = Acting(application.terminal)

    async def scene() -> None:
        await acting.say("ana", direct("ana"), "one")
        application.clock += timedelta(minutes=1)
        await acting.say("ana", direct("ana"), "two")
        await acting.say("ana", direct("ana"), "/help")
        assert application.events[1:2] == await application.terminal.missed(direct("ana"), MORNING)

    asyncio.run(scene())


def test_standing_first_person_ever_named_organises() -> None:
    application = Application()

    async def scene() -> list[Standing]:
        for name in ("Ana", "ben"):
            await Acting(application.terminal).meet(name)
        return [await application.terminal.standing(person(name), PREP) for name in ("Ana", "ben", "cleo")]

    assert [Standing(True, True), Standing(False, True), Standing(False, True)] == asyncio.run(scene())


def test_what_a_terminal_does_not_have_is_unreachable() -> None:
    terminal = Application().terminal
    with pytest.raises(Unreachable):
        asyncio.run(terminal.post(Home(person("ana")), HELLO, key="k"))
    with pytest.raises(Unreachable):
        asyncio.run(terminal.fetch(Attachment("1", "a.ogg", "audio/ogg", 3)))
    asyncio.run(terminal.typing(PREP))
    asyncio.run(terminal.react(MessageRef(PREP, "1"), "eyes"))


def test_post_is_unavailable_when_the_database_is() -> None:
    application = Application()
    application.engine.dispose()  # the database in memory is gone with its connection

    with pytest.raises(Unavailable, match="world cannot be reached"):
        asyncio.run(application.terminal.post(PREP, HELLO, key="k"))


def test_post_goes_on_when_nobody_reads_any_more() -> None:
    application = Application()

    def closed(_shown: Display) -> None:
        raise BrokenPipeError

    application.terminal.sink = closed
    asyncio.run(application.terminal.post(PREP, HELLO, key="k"))
    assert application.terminal.gone


def test_ready_from_bind_until_run_was_cancelled() -> None:
    application = Application()
    fresh = TerminalTransport(application)
    assert [fresh.ready, application.terminal.ready] == [False, True]

    async def scene() -> None:
        running = asyncio.create_task(application.terminal.run())
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())
    assert not application.terminal.ready
    with pytest.raises(RuntimeError, match="bind"):
        _ = fresh.core
