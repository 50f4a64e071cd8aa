"""Whose thread a message stands in: told by its payload, and where that says nothing, by Slack."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_payloads import OWN, ROOT, said
from slack_stage import Stage, card, on_slack, until

from adapters.slack.inbound import cleared, from_event, unclear
from bot.chat.model import Conversation, Deleted, Edited, Said

THREAD = Conversation("slack", "T1", "C1", ROOT)


def reply(**more: Any) -> dict[str, Any]:
    """Return a message in a thread of a channel."""
    return said(channel="C1", thread_ts=ROOT, **more)


def changed() -> dict[str, Any]:
    """Return an edit of one."""
    inner = {"ts": "9.1", "subtype": "message_changed", "event_ts": "9.1"}
    message = {key: value for key, value in reply()["event"].items() if key not in ("channel", "event_ts")}
    return said(
        channel="C1", **inner, message={**message, "text": "better"}, previous_message={**message, "text": "worse"}
    )


def deleted() -> dict[str, Any]:
    """Return the end of one."""
    message = {key: value for key, value in reply()["event"].items() if key not in ("channel", "event_ts")}
    inner = {"ts": "9.1", "subtype": "message_deleted", "event_ts": "9.1"}
    return said(channel="C1", **inner, deleted_ts=message["ts"], previous_message=message)


@pytest.mark.parametrize("payload", [reply(), changed(), deleted()], ids=["said", "edited", "deleted"])
def test_thread_of_nobody_named_is_unclear_until_slack_tells(payload: dict[str, Any]) -> None:
    assert unclear(payload, OWN) == THREAD
    assert from_event(payload, OWN) is None
    assert from_event(cleared(payload, "USOMEBODY"), OWN) is None
    found = from_event(cleared(payload, OWN.user), OWN)
    assert isinstance(found, Said | Edited | Deleted)
    assert (found.where, found.message) == (THREAD, reply()["event"]["ts"])


@pytest.mark.parametrize(
    "payload",
    [
        reply(parent_user_id=OWN.user),
        reply(parent_user_id="USOMEBODY"),
        reply(text=f"<@{OWN.user}> hello"),
        reply(bot_id="BOTHER"),
        reply(user=OWN.user),
        reply(subtype="channel_topic"),
        said(channel="C1"),
        said(channel="D1", thread_ts=ROOT),
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": "message", "subtype": "message_changed", "thread_ts": ROOT}},
    ],
)
def test_everything_else_is_clear(payload: dict[str, Any]) -> None:
    assert unclear(payload, OWN) is None


def test_answer_that_is_broadcast_names_its_thread_by_the_root() -> None:
    found = from_event(reply(subtype="thread_broadcast", root={"ts": ROOT, "user": OWN.user}), OWN)
    assert isinstance(found, Said)
    assert found.where == THREAD


def test_slack_is_asked_once_whose_thread_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_parents(monkeypatch)

    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        mia, prep = space.person("mia"), space.channel("prep")
        sent = await stage.transport.post(stage.channel(), card(), key="q")
        theirs = await people.say(mia, prep, "Lunch?")
        for text in ("one", "two"):
            await people.say(mia, prep, text, sent.talk.thread)
            await people.say(mia, prep, f"{text} pizza", theirs.ts)
        assert [event.text for event in stage.heard if isinstance(event, Said)] == ["one", "two"]
        assert stage.last(Said).where == sent.talk
        assert [call["ts"] for call in stage.calls("conversations.replies")] == [sent.talk.thread, theirs.ts]
        missed = await stage.transport.missed(sent.talk, space.now.replace(hour=0))
        assert [event.text for event in missed if isinstance(event, Said)] == ["one", "two"]

    on_slack(play)


@pytest.mark.parametrize(("error", "again"), [("internal_error", ["one"]), ("missing_scope", [])])
def test_message_is_delivered_again_where_slack_cannot_tell_now(
    monkeypatch: pytest.MonkeyPatch, error: str, again: list[str]
) -> None:
    _without_parents(monkeypatch)

    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        sent = await stage.transport.post(stage.channel(), card(), key="q")
        space.refusals["conversations.replies"] = error

        async def refuse() -> None:
            await until(lambda: bool(stage.calls("conversations.replies")))
            stage.slack.delivery.refuse()  # the fake need not wait for an acknowledgement that stays out

        said_in_vain = people.say(space.person("mia"), space.channel("prep"), "one", sent.talk.thread)
        await asyncio.gather(said_in_vain, refuse())
        assert [event for event in stage.heard if isinstance(event, Said)] == []
        del space.refusals["conversations.replies"]
        if again:
            await people.redeliver()
        assert [event.text for event in stage.heard if isinstance(event, Said)] == again

    on_slack(play)


def _without_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Slack leave out what its reference makes optional: who began a thread."""
    from adapters.slack.fake import objects

    whole = objects._thread

    def less(*found: Any) -> dict[str, Any]:
        return {name: value for name, value in whole(*found).items() if name != "parent_user_id"}

    monkeypatch.setattr(objects, "_thread", less)
