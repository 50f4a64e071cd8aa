"""What Slack delivers: completed by what Slack knows, stored before it is acknowledged, and never written to a log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from slack_stage import ANSWER, HINT, PACE, PRIVATELY, Stage, card, on_slack, until

from adapters.slack.receiving import kind_of
from bot.chat.model import Asked, Card, Deleted, Form, Joined, Left, Pressed, Said, Sent, Submitted


async def question(stage: Stage) -> Sent:
    """Post a question with a button for a form in a channel."""
    return await stage.transport.post(stage.channel(), card("Question", PRIVATELY, HINT), key="q")


async def press(stage: Stage, sent: Sent, label: str) -> None:
    """Press a button as mia."""
    assert sent.ref is not None
    message = stage.slack.space.find(sent.ref.where.channel, sent.ref.id)
    assert message is not None
    await stage.slack.people.press(stage.slack.space.person("mia"), message, label)


def whispers(stage: Stage) -> list[str]:
    """Return what was whispered."""
    return [message.text for message in stage.slack.space.messages if message.reader]


def test_command_brings_name_zone_rights_and_whether_we_may_post() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"daily"}
        mia = space.person("mia")
        mia.is_admin, mia.zone = True, "Europe/Berlin"
        for name, how, expected in (
            ("prep", {}, True),
            ("open", {"member": False}, True),
            ("secret", {"private": True, "member": False}, False),
        ):
            channel = space.channel(name, **how)
            await stage.slack.people.command(mia, channel, "/daily start 09:00")
            asked = stage.last(Asked)
            found = (asked.name, asked.zone, asked.organiser, asked.can_post, asked.channel, asked.at)
            name_shown = name if expected else ""
            assert found == ("mia", "Europe/Berlin", True, expected, name_shown, space.now)
        assert len(stage.calls("users.info")) == 1

    on_slack(play)


def test_channel_is_looked_at_again_once_the_bot_is_invited() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"daily"}
        mia, secret = space.person("mia"), space.channel("secret", private=True, member=False)
        await stage.slack.people.command(mia, secret, "/daily start 09:00")
        assert stage.last(Asked).can_post is False
        await stage.slack.people.invite(secret, mia)
        assert stage.last(Joined).where == stage.channel("secret")
        await stage.slack.people.command(mia, secret, "/daily start 09:00")
        asked = stage.last(Asked)
        assert (asked.can_post, asked.channel) == (True, "secret")
        await stage.slack.people.remove(secret)
        assert stage.last(Left).where == stage.channel("secret")

    on_slack(play)


def test_command_between_two_others_is_answered_in_our_own_direct_messages() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"practice"}
        mia, ole = space.person("mia"), space.person("ole")
        await stage.slack.people.command(mia, space.direct(mia.id, ole.id), "/practice")
        asked = stage.last(Asked)
        assert (stage.direct("mia"), True, "") == (asked.where, asked.can_post, asked.channel)
        await stage.transport.post(asked.where, card("One question"), key="k", only=asked.who, reply=asked.reply)
        assert stage.texts(stage.direct("mia")) == ["One question"]

    on_slack(play)


def test_command_in_our_own_direct_messages_stays_there() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"practice"}
        mia = space.person("mia")
        await stage.slack.people.say(mia, space.direct(mia.id), "hello")
        await stage.slack.people.command(mia, space.direct(mia.id), "/practice")
        assert stage.direct("mia") == stage.last(Asked).where
        assert stage.calls("conversations.open") == []

    on_slack(play)


def test_message_brings_name_and_zone_once_asked_for() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        sent = await question(stage)
        assert sent.ref is not None
        for text in ("one", "two"):
            await stage.slack.people.say(space.person("mia"), space.channel("prep"), text, sent.ref.id)
        said = stage.last(Said)
        assert (said.name, said.zone, said.organiser, said.text) == ("mia", "Europe/London", False, "two")
        assert len(stage.calls("users.info")) == 1

    on_slack(play)


@pytest.mark.parametrize("error", ["user_not_found", "missing_scope", "internal_error", "ratelimited"])
def test_event_arrives_where_slack_tells_nothing_of_its_author(error: str) -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        space.commands = {"practice"}
        space.refusals |= dict.fromkeys(("users.info", "conversations.info", "conversations.open"), error)
        mia = space.person("mia")
        await stage.slack.people.command(mia, space.channel("prep"), "/practice")
        await stage.slack.people.say(mia, space.direct(mia.id), "hello")
        asked, said = stage.last(Asked), stage.last(Said)
        assert (asked.name, asked.zone, asked.organiser) == ("mia", "", None)
        assert (said.name, said.text) == ("", "hello")

    on_slack(play)


def test_event_waits_no_longer_than_its_budget_for_its_author() -> None:
    async def play(stage: Stage) -> None:
        said = Said(
            id="msg:D1:1",
            at=stage.slack.space.now,
            space=stage.slack.space.team,
            who=stage.person("mia"),
            where=stage.direct("mia"),
            message="1",
            text="hello",
        )
        receiving = stage.transport._receiving
        assert said == await receiving.complete(said, budget=0)
        assert (await receiving.complete(said)).name == "mia"
        assert len(stage.calls("users.info")) == 1
        deleted = Deleted(id="del:D1:1", at=said.at, space=said.space, where=said.where, message="1")
        assert deleted is await receiving.complete(deleted)

    on_slack(play)


def test_event_that_is_not_stored_is_delivered_again_and_its_words_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def play(stage: Stage) -> None:
        space = stage.slack.space
        mia = space.person("mia")
        stage.refusals = 1
        message = await stage.slack.people.say(mia, space.direct(mia.id), "I would roll back")
        assert stage.heard == []
        await stage.slack.people.redeliver()
        said = stage.last(Said)
        assert (said.id, said.text) == (f"msg:{message.channel}:{message.ts}", "I would roll back")

    on_slack(play)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("greenroom", "slack"))]
    assert [line for line in ours if "was not stored (OSError): Slack delivers again" in line] != []
    assert [line for line in ours if "roll back" in line or "xoxb" in line or "xapp" in line] == []


def test_mention_is_one_id_on_both_sockets() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        await stage.slack.people.say(space.person("mia"), space.channel("prep"), "@Greenroom practise with me")
        said = [event for event in stage.heard if isinstance(event, Said)]
        assert (len(said), len({event.id for event in said})) == (2, 1)

    on_slack(play)


def test_payloads_that_nobody_understands_are_acknowledged_and_dropped(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "greenroom.slack")

    async def play(stage: Stage) -> None:
        for body in (
            {"type": "event_callback", "event": {"type": "team_rename", "name": "secret words"}},
            {"type": "event_callback", "event": "secret words"},
            {"type": "block_actions", "actions": [], "text": "secret words"},
            {"type": "shortcut", "callback_id": "secret words"},
            {},
        ):
            await stage.transport._receiving.take(body)
        assert stage.heard == []

    on_slack(play)
    lines = [record.getMessage() for record in caplog.records]
    assert "dropped: event_callback/team_rename" in lines
    assert "dropped: a payload without a type" in lines
    assert [line for line in lines if "secret words" in line] == []


def test_kind_of_a_payload_says_no_more_than_its_types() -> None:
    bodies = (
        {"command": "/daily", "text": "words"},
        {"type": "event_callback", "event": {"type": "message", "subtype": "me_message", "text": "words"}},
    )
    assert [kind_of(body) for body in bodies] == ["command", "event_callback/message/me_message"]


# ---------------------------------------------------------------- forms
def test_form_is_opened_and_comes_back_from_where_it_was() -> None:
    async def play(stage: Stage) -> None:
        sent = await question(stage)
        await press(stage, sent, "Answer privately")
        assert stage.heard == []
        await stage.slack.people.submit(stage.slack.space.person("mia"), {"words": "I would roll back."})
        submitted = stage.last(Submitted)
        assert (sent.ref, "tok-3", "mia") == (submitted.on, submitted.token, submitted.name)
        assert (submitted.at, submitted.zone) == (stage.slack.space.now, "Europe/London")
        await stage.transport.post(submitted.where, card("Yes: 71"), key="a", only=submitted.who, reply=submitted.reply)
        assert whispers(stage) == ["Yes: 71"]

    on_slack(play)


def test_form_that_the_core_does_not_make_in_time_or_at_all_is_said_to_the_presser() -> None:
    async def late(pressed: Pressed) -> Form | Card:
        await asyncio.Event().wait()
        return ANSWER

    async def broken(pressed: Pressed) -> Form | Card:
        raise ValueError("a secret word")

    async def play(stage: Stage) -> None:
        sent = await question(stage)
        stage.transport._forms._form_seconds = 0.01
        for answer in (late, broken):
            stage.answer = answer
            await press(stage, sent, "Answer privately")
        assert len(whispers(stage)) == 2
        assert all("Press the button once more" in words for words in whispers(stage))
        assert stage.slack.space.modals == []

    on_slack(play)


def test_form_that_slack_does_not_open_is_said_to_the_presser() -> None:
    async def play(stage: Stage) -> None:
        sent = await question(stage)
        for error in ("expired_trigger_id", "internal_error"):
            stage.slack.space.refusals["views.open"] = error
            await press(stage, sent, "Answer privately")
        assert ["once more" in words for words in whispers(stage)] == [True, True]

    on_slack(play)


def test_press_is_acknowledged_where_not_even_that_can_be_said() -> None:
    async def play(stage: Stage) -> None:
        sent = await question(stage)
        stage.slack.space.refusals["views.open"] = "expired_trigger_id"
        stage.slack.space.faults.append("unavailable")
        await press(stage, sent, "Answer privately")
        assert whispers(stage) == []

    on_slack(play)


# ---------------------------------------------------------------- the end
def test_shutdown_lets_what_is_being_stored_end_and_takes_nothing_more() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        gate, entered = asyncio.Event(), asyncio.Event()
        stored: list[str] = []
        transport = stage.build(PACE)

        async def accept(event: object) -> None:
            entered.set()
            await gate.wait()
            stored.append("done")

        transport.bind(accept, transport._forms.surface)  # type: ignore[arg-type] # set by `build`
        run = asyncio.create_task(transport.run())
        await until(lambda: transport.ready)
        mia = space.person("mia")
        where = space.direct(mia.id)
        for socket in stage.slack.delivery.sockets[:2]:
            socket.deaf = True  # those of the stage's own transport
        saying = []
        while not entered.is_set():
            saying.append(asyncio.create_task(stage.slack.people.say(mia, where, "hello")))
            await asyncio.sleep(0.01)
        run.cancel()
        await asyncio.sleep(0.01)
        assert (stored, run.done()) == ([], False)
        with pytest.raises(ConnectionError, match="about to stop"):
            await transport._receiving.take({"type": "event_callback"})
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert stored != []
        assert not transport.ready
        for task in saying:
            task.cancel()
        await asyncio.gather(*saying, return_exceptions=True)

    on_slack(play)


def test_transport_runs_again_after_it_was_stopped() -> None:
    stage = Stage()

    async def go() -> None:
        await stage.slack.start()
        space = stage.slack.space
        for text in ("one", "two"):
            run = asyncio.create_task(stage.transport.run())
            await until(lambda: stage.transport.ready)
            await stage.slack.people.say(space.person("mia"), space.direct(space.person("mia").id), text)
            assert stage.last(Said).text == text
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
        await stage.slack.stop()

    asyncio.run(go())
