"""What Slack sends becomes events: one id for one happening, the right address, nothing that is not for us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_payloads import OWN, ROOT, TS, command, event, press, referee, said, submission

from adapters.slack.inbound import Opens, from_command, from_event, from_interaction, heard
from adapters.slack.modal import Origin
from bot.chat.model import (
    Asked,
    Conversation,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    MessageRef,
    Person,
    Pressed,
    Said,
    Submitted,
)

MIA = Person("slack", "T1", "UMIA")
AT = datetime(2026, 12, 1, 9, 0, 0, 200, tzinfo=UTC)


# ---------------------------------------------------------------- messages
def test_private_message_begins_a_thread_of_its_own() -> None:
    assert from_event(said(), OWN) == Said(
        id=f"msg:D1:{TS}",
        at=AT,
        space="T1",
        who=MIA,
        where=Conversation("slack", "T1", "D1", TS, private=True),
        message=TS,
        text="I would roll back.",
    )


def test_message_in_a_thread_of_ours_arrives_in_that_thread() -> None:
    found = from_event(said(channel="C1", thread_ts=ROOT, parent_user_id="UBOT"), OWN)
    assert isinstance(found, Said)
    assert found.where == Conversation("slack", "T1", "C1", ROOT)


def test_mention_as_message_and_as_mention_is_one_event() -> None:
    text = "<@UBOT> help me"
    found = [from_event(said(text, "C1", type=kind), OWN) for kind in ("message", "app_mention")]
    assert found[0] == found[1]
    assert isinstance(found[0], Said)
    assert found[0].text == "help me"


@pytest.mark.parametrize(
    "payload",
    [
        said(channel="C1"),
        said(channel="C1", thread_ts=ROOT, parent_user_id="UOLE"),
        said(user="UBOT"),
        said(bot_id="B7", user="UBOTHER"),
        said(subtype="bot_message", bot_id="B7"),
        said(subtype="channel_join", channel="C1", text="<@UMIA> has joined"),
        said(user=None),
        said(ts=None),
        event(type="message"),
        event(type="reaction_added", user="UMIA"),
        event(type="member_joined_channel", user="UMIA", channel="C1"),
        event(type="app_home_opened", user="UMIA", channel="D1", tab="messages"),
        {"type": "event_callback"},
        {},
    ],
)
def test_what_is_not_for_us_is_dropped(payload: dict[str, Any]) -> None:
    assert from_event(payload, OWN) is None


def test_file_without_words_is_heard_with_its_voice() -> None:
    clip = {"id": "F1", "name": "audio_message.m4a", "mimetype": "audio/mp4", "size": 7}
    found = from_event(said("", subtype="file_share", files=[clip]), OWN)
    assert isinstance(found, Said)
    assert found.voice is not None
    assert (found.text, found.voice.id, found.voice.size) == ("", "F1", 7)


def test_stranger_of_a_shared_channel_keeps_her_own_team() -> None:
    found = from_event(said("<@UBOT> hi", "C1", user_team="T9"), OWN)
    assert isinstance(found, Said)
    assert (found.who, found.space) == (Person("slack", "T9", "UMIA"), "T1")


def test_edit_is_named_by_message_and_stamp() -> None:
    message = {
        "type": "message",
        "user": "UMIA",
        "text": "new",
        "ts": TS,
        "edited": {"user": "UMIA", "ts": "1796115700.000000"},
    }
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "D1",
        "message": message,
        "previous_message": {**message, "text": "old"},
    }
    found = from_event(event(**changed), OWN)
    assert isinstance(found, Edited)
    assert (found.id, found.text, found.message) == (f"edit:D1:{TS}:1796115700.000000", "new", TS)
    unfurled = {**changed, "previous_message": message}
    assert from_event(event(**unfurled), OWN) is None


def test_delete_names_the_message_and_nobody() -> None:
    before = {"type": "message", "user": "UMIA", "text": "old", "ts": TS, "thread_ts": ROOT}
    gone = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "D1",
        "deleted_ts": TS,
        "previous_message": before,
    }
    found = from_event(event(**gone, event_ts=TS), OWN)
    where = Conversation("slack", "T1", "D1", ROOT, private=True)
    assert found == Deleted(id=f"del:D1:{TS}", at=AT, space="T1", where=where, message=TS)


def test_message_read_from_history_has_the_id_it_would_have_arrived_with() -> None:
    inner = said()["event"]
    assert heard({key: value for key, value in inner.items() if key != "channel"}, "D1", OWN) == from_event(said(), OWN)


def test_words_arrive_as_they_were_typed() -> None:
    typed = "a &lt; b &amp;&amp; c, see <https://x.y|the page>, <#C1|prep>, <@UOLE|ole> and <!here>"
    found = from_event(said(typed), OWN)
    assert isinstance(found, Said)
    assert found.text == "a < b && c, see the page, #prep, @ole and @here"


# ---------------------------------------------------------------- channels and home
@pytest.mark.parametrize("kind", ["channel_archive", "group_left", "channel_deleted"])
def test_channel_that_is_gone_is_left(kind: str) -> None:
    found = from_event(event(type=kind, channel="C1", event_ts=TS), OWN)
    assert found == Left(id="left:Ev1", at=AT, space="T1", where=Conversation("slack", "T1", "C1"))


def test_bot_that_joins_and_is_removed() -> None:
    found = [
        from_event(event(type=f"member_{act}_channel", user="UBOT", channel="C1", event_ts=TS), OWN)
        for act in ("joined", "left")
    ]
    assert [type(one) for one in found] == [Joined, Left]


def test_home_that_is_opened() -> None:
    found = from_event(event(type="app_home_opened", user="UMIA", channel="D1", tab="home", event_ts=TS), OWN)
    assert isinstance(found, HomeOpened)
    assert (found.who, found.where.channel, found.where.private) == (MIA, "D1", True)


# ---------------------------------------------------------------- commands, presses, forms
def test_command_brings_words_channel_and_the_way_back() -> None:
    found = from_command(command("/daily organiser <@UOLE|ole>"), OWN, AT)
    assert found == Asked(
        id="int:1796115600.1.abc",
        at=AT,
        space="T1",
        who=MIA,
        where=Conversation("slack", "T1", "C1"),
        name="mia",
        reply="https://hooks.example/1",
        channel="prep",
        command="daily",
        text="organiser @UOLE",
    )


@pytest.mark.parametrize("missing", ["channel_id", "user_id", "command", "trigger_id"])
def test_command_without_what_it_needs_is_dropped(missing: str) -> None:
    assert from_command({**command(), missing: ""}, OWN, AT) is None


def test_press_brings_action_token_and_message() -> None:
    found = from_interaction(press("3:whisper:daily.hint"), OWN, AT)
    assert isinstance(found, Pressed)
    assert (found.action, found.token, found.reply) == ("daily.hint", "tok-1", "https://hooks.example/2")
    assert found.on == MessageRef(Conversation("slack", "T1", "C1"), TS)
    assert found.where == Conversation("slack", "T1", "C1")


def test_quiet_press_needs_no_way_back() -> None:
    found = from_interaction(press("0:quiet:interview.done"), OWN, AT)
    assert isinstance(found, Pressed)
    assert found.reply == ""


def test_press_on_a_whisper_is_on_no_message() -> None:
    container = {"type": "message", "message_ts": TS, "channel_id": "C1", "is_ephemeral": True, "thread_ts": ROOT}
    found = from_interaction({**press(), "container": container, "message": None}, OWN, AT)
    assert isinstance(found, Pressed)
    assert (found.on, found.where.thread) == (None, ROOT)


def test_press_at_home_knows_the_conversation_from_the_view() -> None:
    body = {**press(), "channel": None, "message": None, "container": {"type": "view"}}
    found = from_interaction({**body, "view": {"private_metadata": Origin(channel="D1").dump()}}, OWN, AT)
    assert isinstance(found, Pressed)
    assert found.where == Conversation("slack", "T1", "D1", private=True)


def test_press_in_private_stays_in_its_thread() -> None:
    body = {**press(), "channel": {"id": "D1"}, "message": {"ts": TS, "thread_ts": ROOT}}
    found = from_interaction(body, OWN, AT)
    assert isinstance(found, Pressed)
    assert found.where == Conversation("slack", "T1", "D1", ROOT, private=True)


def test_press_for_a_form_is_no_event() -> None:
    found = from_interaction(press("1:form:daily.answer"), OWN, AT)
    assert isinstance(found, Opens)
    assert (found.pressed.action, found.trigger) == ("daily.answer", "1796115600.2.abc")


@pytest.mark.parametrize("action", ["", "hint", "0:loud:hint", "x:quiet:hint", "0:quiet:", "plain_text_input-action"])
def test_press_of_a_button_that_is_not_ours_is_dropped(action: str) -> None:
    assert from_interaction(press(action), OWN, AT) is None


def test_form_brings_values_and_where_it_was_opened() -> None:
    origin = Origin("tok-1", "C1", ROOT, "", TS, "https://hooks.example/2")
    found = from_interaction(submission({"words": "a &lt; b", "more": None}, origin.dump()), OWN, AT)
    assert isinstance(found, Submitted)
    assert (found.form, found.token, found.reply) == ("answer", "tok-1", "https://hooks.example/2")
    assert found.values == {"words": "a < b", "more": ""}
    assert (found.where, found.on) == (
        Conversation("slack", "T1", "C1", ROOT),
        MessageRef(Conversation("slack", "T1", "C1"), TS),
    )


@pytest.mark.parametrize("metadata", ["", "{", "[]", '"x"', '{"token": 1, "other": "x"}'])
def test_form_with_damaged_metadata_still_arrives(metadata: str) -> None:
    found = from_interaction(submission({"words": "x"}, metadata), OWN, AT)
    assert isinstance(found, Submitted)
    assert found.values == {"words": "x"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "type",
    "subtype",
    "channel",
    "user",
    "ts",
    "message",
    "previous_message",
    "view",
    "actions",
    "container",
    "team",
)


@given(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8),
    st.sampled_from(["message", "block_actions", "view_submission"]),
)
def test_no_payload_breaks_the_reader(damage: dict[str, Any], kind: str) -> None:
    from_event({**said(), "event": {**said()["event"], **damage}}, OWN)
    from_event(event(**{"type": kind, **damage}), OWN)
    from_interaction({**press(), **damage}, OWN, AT)
    from_interaction({**submission({"words": "x"}), **damage}, OWN, AT)
    from_command({**command(), **damage}, OWN, AT)


# ---------------------------------------------------------------- the fixtures themselves
def test_fixtures_are_what_slack_sends() -> None:
    errors = referee().slack_event_errors
    home = {"type": "app_home_opened", "user": "UMIA", "channel": "D1", "tab": "home", "event_ts": TS}
    mention = {k: v for k, v in said("<@UBOT> hi", "C1", type="app_mention")["event"].items() if k != "channel_type"}
    assert (errors("AppHomeOpenedEvent", home), errors("AppMentionEvent", mention)) == ([], [])
    assert errors("GenericMessageEvent", said(thread_ts=ROOT, parent_user_id="UBOT")["event"]) == []
