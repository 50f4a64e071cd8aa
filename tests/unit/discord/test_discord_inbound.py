"""What discord.py makes of Discord's payloads, turned into events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from discord.utils import snowflake_time
from discord_gateway import (
    ACT,
    APP,
    ASIDE,
    BOT,
    BOT_ROLE,
    COACHES,
    DM,
    GUILD,
    MESSAGE,
    MIA,
    NOW,
    OLE,
    OWN,
    POST,
    PREP,
    TALK,
    THEIRS,
    Gateway,
    answer,
    channel,
    command,
    gateway,
    interaction,
    message,
    option,
    post,
    subcommand,
    user,
)

from adapters.discord.inbound import Opens, from_interaction, joined, left_channel, left_guild
from adapters.discord.limits import TO_POST
from adapters.discord.messages import bulk_deleted, deleted, edited, heard, said
from adapters.discord.places import NOWHERE
from adapters.discord.reply import Reply, reply_of
from bot.chat.model import (
    Asked,
    Attachment,
    Conversation,
    Deleted,
    Edited,
    Joined,
    Left,
    MessageRef,
    Person,
    Pressed,
    Said,
    Submitted,
)

CHANNEL = Conversation("discord", GUILD, PREP)
THREAD = replace(CHANNEL, thread=TALK)
PRIVATE_THREAD = replace(CHANNEL, thread=ASIDE, private=True)
DIRECT = Conversation("discord", "", DM, private=True)
ANNA = Person("discord", "", MIA)
US = user(BOT, "greenroom", bot=True)
EDITED = "2026-11-20T08:05:00.123000+00:00"
ACTED = snowflake_time(int(ACT))
HIDDEN, THINKING = f"{APP}:aW50ZXJhY3Rpb24:hidden-thinking", f"{APP}:aW50ZXJhY3Rpb24:thinking"
NEEDED = str(sum(TO_POST))
IN_PREP: dict[str, Any] = {
    "id": f"int:{ACT}",
    "at": ACTED,
    "space": GUILD,
    "who": ANNA,
    "where": CHANNEL,
    "name": "mia",
    "reply": HIDDEN,
    "organiser": False,
    "channel": "prep",
}
"""What every act of Mia's in the channel brings."""


@pytest.fixture
def live() -> Iterator[Gateway]:
    with gateway() as found:
        yield found


# ---------------------------------------------------------------- what is said
def test_message_in_a_thread_of_ours_is_heard(live: Gateway) -> None:
    payload = message(
        member={"nick": "Mia M.", "roles": [], "joined_at": EDITED, "deaf": False, "mute": False, "flags": 0}
    )
    assert said(live.message(payload), OWN) == Said(
        id=f"msg:{MESSAGE}",
        at=snowflake_time(int(MESSAGE)),
        space=GUILD,
        who=ANNA,
        where=THREAD,
        name="Mia M.",
        channel="prep",
        message=MESSAGE,
        text="I would roll back.",
    )


def test_direct_message_is_heard_in_no_space(live: Gateway) -> None:
    assert said(live.message(message(where=DM, author=user(global_name="Mia"))), OWN) == Said(
        id=f"msg:{MESSAGE}",
        at=snowflake_time(int(MESSAGE)),
        space="",
        who=ANNA,
        where=DIRECT,
        name="Mia",
        message=MESSAGE,
        text="I would roll back.",
    )


def test_message_in_a_private_thread_of_ours_is_private(live: Gateway) -> None:
    found = said(live.message(message(where=ASIDE)), OWN)
    assert found is not None
    assert (found.where, found.space) == (PRIVATE_THREAD, GUILD)


def test_mention_is_heard_without_our_name(live: Gateway) -> None:
    found = said(live.message(message(f"<@{BOT}> help", PREP, mentions=[US])), OWN)
    assert found is not None
    assert (found.where, found.text, found.about) == (CHANNEL, "help", "")


def test_mention_of_our_role_is_one_of_us(live: Gateway) -> None:
    found = said(live.message(message(f"<@&{BOT_ROLE}> help", PREP, mention_roles=[BOT_ROLE])), OWN)
    assert found is not None
    assert found.text == "help"


def test_mention_in_a_thread_of_somebody_else_stays_there(live: Gateway) -> None:
    found = said(live.message(message(f"<@{BOT}> help", THEIRS, mentions=[US])), OWN)
    assert found is not None
    assert found.where == replace(CHANNEL, thread=THEIRS)


def test_answer_to_a_post_beside_its_thread_belongs_to_its_talk(live: Gateway) -> None:
    found = said(live.message(answer("I would roll back.", post())), OWN)
    assert found is not None
    assert (found.where, found.about, found.text) == (replace(CHANNEL, thread=POST), POST, "I would roll back.")


def test_answer_in_a_thread_names_the_message_it_answers(live: Gateway) -> None:
    found = said(live.message(answer("Why?", post(TALK, id=ACT))), OWN)
    assert found is not None
    assert (found.where, found.about) == (THREAD, ACT)


@pytest.mark.parametrize(
    "payload",
    [
        message(where=PREP),
        message(where=THEIRS),
        message(f"<@{OLE}> look", PREP, mentions=[user(OLE, "ole")]),
        message(f"<@&{COACHES}> look", PREP, mention_roles=[COACHES]),
        answer("I agree", message(where=PREP, id=ACT)),
        message(author=US),
        message(author=user(bot=True)),
        message(where=DM, author=US),
        message(webhook_id=ACT),
        message(type=18),
        message(type=21, content=""),
        message("forwarded", PREP, message_reference={"type": 1, "message_id": POST, "channel_id": PREP}),
        message("", PREP, type=6, message_reference={"message_id": POST, "channel_id": PREP}),
        message(where="799999999999999999"),
    ],
)
def test_message_that_is_not_for_us_is_not_heard(live: Gateway, payload: dict[str, Any]) -> None:
    assert said(live.message(payload), OWN) is None


def test_mention_in_a_server_that_is_not_known_yet_is_heard_all_the_same(live: Gateway) -> None:
    found = said(live.message(message(f"<@{BOT}> help", PREP, guild_id="799", mentions=[US])), OWN)
    assert found is not None
    assert found.where == Conversation("discord", "799", PREP)


def test_names_are_read_as_people_see_them(live: Gateway) -> None:
    content = f"<@{OLE}> in <#{PREP}> with <@&{COACHES}> <:wave:1>"
    payload = message(content, mentions=[user(OLE, "ole", global_name="Ole")], mention_roles=[COACHES])
    found = said(live.message(payload), OWN)
    assert found is not None
    assert found.text == "@Ole in #prep with @coaches :wave:"


def test_thread_without_the_right_to_its_words_is_heard_without_words(live: Gateway) -> None:
    found = said(live.message(message("")), replace(OWN, reads_words=False))
    assert found is not None
    assert (found.text, found.where) == ("", THREAD)


def attachment(media: str, name: str, number: int = 1) -> dict[str, Any]:
    return {"id": f"{number}", "filename": name, "size": 9, "url": "u", "proxy_url": "p", "content_type": media}


def test_recording_is_a_voice_and_a_picture_is_none(live: Gateway) -> None:
    files = [attachment("image/png", "a.png"), attachment("audio/ogg", "voice.ogg", 2)]
    voice = Attachment(f"{TALK}/{MESSAGE}/2", "voice.ogg", "audio/ogg", 9)
    for payload, expected in ((message("", attachments=files), voice), (message("", attachments=files[:1]), None)):
        found, again = said(live.message(payload), OWN), heard(payload, THREAD, OWN)
        assert found is not None
        assert again is not None
        assert (expected, expected) == (found.voice, again.voice)


# ---------------------------------------------------------------- what a history holds
def test_message_read_back_is_the_one_that_was_heard(live: Gateway) -> None:
    for payload, where in (
        (message(f"<@{BOT}> <@{OLE}>: help", mentions=[US, user(OLE, "ole")]), THREAD),
        (answer("Why?", post(TALK, id=ACT)), THREAD),
        (message(where=DM, author=user(global_name="Mia")), DIRECT),
    ):
        expected = said(live.message(payload), OWN)
        raw = {name: value for name, value in payload.items() if name not in ("member", "guild_id")}
        found = heard(raw, where, OWN)
        assert found is not None
        assert expected is not None
        assert replace(expected, channel="") == found  # a history does not name its channel


@pytest.mark.parametrize("more", [{"author": US}, {"webhook_id": ACT}, {"type": 7}, {"type": 18}])
def test_what_is_not_for_us_is_not_read_back(more: dict[str, Any]) -> None:
    assert heard(message(**more), THREAD, OWN) is None


# ---------------------------------------------------------------- what is changed and deleted
def test_edit_is_known_by_its_time(live: Gateway) -> None:
    assert edited(live.edit(message("I would wait.", edited_timestamp=EDITED)), OWN) == Edited(
        id=f"edit:{MESSAGE}:{EDITED}",
        at=datetime(2026, 11, 20, 8, 5, 0, 123_000, tzinfo=UTC),
        space=GUILD,
        who=ANNA,
        where=THREAD,
        name="mia",
        channel="prep",
        message=MESSAGE,
        text="I would wait.",
    )


@pytest.mark.parametrize(
    "payload",
    [message(), message(where=PREP, edited_timestamp=EDITED), message(author=US, edited_timestamp=EDITED)],
)
def test_update_that_is_no_edit_for_us_is_nothing(live: Gateway, payload: dict[str, Any]) -> None:
    assert edited(live.edit(payload), OWN) is None


def test_edit_whose_words_may_not_be_read_is_nothing(live: Gateway) -> None:
    blind, emptied = replace(OWN, reads_words=False), message("", edited_timestamp=EDITED)
    assert edited(live.edit(emptied), blind) is None
    found = [edited(live.edit(emptied), OWN), edited(live.edit(message("", DM, edited_timestamp=EDITED)), blind)]
    assert [one.text for one in found if one] == ["", ""]


@pytest.mark.parametrize(("where", "expected"), [(TALK, THREAD), (ASIDE, PRIVATE_THREAD), (DM, DIRECT)])
def test_deletion_is_told_where_we_listen(live: Gateway, where: str, expected: Conversation) -> None:
    place = {} if where == DM else {"guild_id": GUILD}
    event = live.tell("MESSAGE_DELETE", {"id": MESSAGE, "channel_id": where, **place}, "raw_message_delete")
    known = None if where == DM else live.channel(where)
    gone = Deleted(id=f"del:{MESSAGE}", at=NOW, space=expected.space, where=expected, message=MESSAGE)
    assert deleted(event, known, OWN, NOW) == gone


@pytest.mark.parametrize("where", [PREP, THEIRS, "799999999999999999"])
def test_deletion_elsewhere_is_nothing(live: Gateway, where: str) -> None:
    event = live.tell("MESSAGE_DELETE", {"id": MESSAGE, "channel_id": where, "guild_id": GUILD}, "raw_message_delete")
    assert deleted(event, live.channel(where), OWN, NOW) is None


def test_many_deletions_are_told_one_by_one(live: Gateway) -> None:
    for where, expected in ((TALK, ["1", "2"]), (PREP, [])):
        payload = {"ids": ["2", "1"], "channel_id": where, "guild_id": GUILD}
        event = live.tell("MESSAGE_DELETE_BULK", payload, "raw_bulk_message_delete")
        assert [one.message for one in bulk_deleted(event, live.channel(where), OWN, NOW)] == expected


# ---------------------------------------------------------------- commands
START = command("daily", subcommand("start", option("time", " 09:00"), option("zone", "Europe/Berlin")))


def act(live: Gateway, kind: int, data: dict[str, Any], where: str = PREP, **more: Any) -> Any:
    return from_interaction(live.interaction(interaction(kind, data, where, **more)), OWN)


def permitted(permissions: int) -> dict[str, Any]:
    found: dict[str, Any] = interaction(2, START)["member"]
    return {**found, "permissions": str(permissions)}


def test_command_brings_its_name_options_and_rights(live: Gateway) -> None:
    assert act(live, 2, START, member=permitted(1 << 5), app_permissions=NEEDED) == Asked(
        id=f"int:{ACT}",
        at=ACTED,
        space=GUILD,
        who=ANNA,
        where=CHANNEL,
        name="mia",
        reply=HIDDEN,
        organiser=True,
        channel="prep",
        command="daily start",
        options={"time": "09:00", "zone": "Europe/Berlin"},
        can_post=True,
        lacks=(),
    )


def test_command_in_direct_messages_has_no_rights_and_a_lasting_answer(live: Gateway) -> None:
    assert act(live, 2, command("help"), DM) == Asked(
        id=f"int:{ACT}", at=ACTED, space="", who=ANNA, where=DIRECT, name="mia", reply=THINKING, command="help"
    )


@pytest.mark.parametrize(("where", "expected"), [(TALK, THREAD), (ASIDE, PRIVATE_THREAD)])
def test_command_in_a_thread_belongs_to_it(live: Gateway, where: str, expected: Conversation) -> None:
    asked = act(live, 2, command("help"), where)
    assert (asked.where, asked.channel, asked.reply) == (expected, "prep", THINKING if expected.private else HIDDEN)


def test_command_says_which_permissions_are_missing(live: Gateway) -> None:
    asked = act(live, 2, START, app_permissions=str(int(NEEDED) & ~(1 << 38) & ~(1 << 35)))
    assert (asked.can_post, asked.lacks) == (False, ("Send Messages in Threads", "Create Public Threads"))
    assert (asked.organiser, asked.command) == (False, "daily start")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (command("progress", subcommand("show")), "progress"),
        (command("progress", subcommand("why")), "progress why"),
        (command("practice", option("which", "weak")), "practice"),
    ],
)
def test_command_that_has_subcommands_is_one_by_itself(live: Gateway, data: dict[str, Any], expected: str) -> None:
    assert act(live, 2, data).command == expected


def test_person_named_in_an_option_is_an_account(live: Gateway) -> None:
    asked = act(live, 2, command("daily", subcommand("organiser", option("name", f"<@{OLE}>"))))
    assert asked.options == {"name": f"@{OLE}"}


STRANGERS = [
    (PREP, {"authorizing_integration_owners": {"1": MIA}}),
    (DM, {"authorizing_integration_owners": {"1": MIA}, "context": 2}),
    (DM, {"channel": {"id": DM, "type": 3, "recipients": [], "icon": None}, "context": 2}),
]


@pytest.mark.parametrize(("where", "more"), STRANGERS)
def test_command_among_strangers_is_answered_hidden_and_belongs_nowhere(
    live: Gateway, where: str, more: dict[str, Any]
) -> None:
    asked = act(live, 2, command("help"), where, **more)
    assert (asked.where, asked.space, asked.channel, asked.reply) == (NOWHERE, "", "", HIDDEN)
    assert (asked.organiser, asked.can_post, asked.lacks) == (None, None, ())


def test_server_that_does_not_say_who_installed_us_is_ours(live: Gateway) -> None:
    assert act(live, 2, command("help"), authorizing_integration_owners={}).where == CHANNEL


def test_channel_that_is_not_known_is_taken_from_the_act(live: Gateway) -> None:
    asked = act(live, 2, command("help"), channel=channel("719999999999999999", "new"))
    assert (asked.where.channel, asked.channel) == ("719999999999999999", "new")


@pytest.mark.parametrize(
    "payload",
    [
        interaction(2, {"id": "1", "name": "Grade this", "type": 3}),
        interaction(4, command("daily", subcommand("start", option("zone", "eur", focused=True)))),
        interaction(3, {"custom_id": "somebody's", "component_type": 2}, message=post()),
        interaction(5, {"custom_id": ":t", "components": []}),
    ],
)
def test_act_that_is_not_ours_is_nothing(live: Gateway, payload: dict[str, Any]) -> None:
    assert from_interaction(live.interaction(payload), OWN) is None


# ---------------------------------------------------------------- presses and forms
def button(custom_id: str) -> dict[str, Any]:
    return {"custom_id": custom_id, "component_type": 2, "id": 7}


def test_press_brings_action_token_and_its_message(live: Gateway) -> None:
    assert act(live, 3, button("0:w:daily.hint:tok-1"), message=post()) == Pressed(
        **IN_PREP,
        action="daily.hint",
        token="tok-1",
        on=MessageRef(CHANNEL, POST),
    )


@pytest.mark.parametrize(("where", "expected"), [(DM, DIRECT), (ASIDE, PRIVATE_THREAD), (TALK, THREAD)])
def test_press_is_on_the_message_where_it_stands(live: Gateway, where: str, expected: Conversation) -> None:
    pressed = act(live, 3, button("0:w:a:t"), where, message=post(where))
    assert (pressed.where, pressed.on) == (expected, MessageRef(expected, POST))


def test_quiet_press_can_be_answered_aside(live: Gateway) -> None:
    reply = reply_of(act(live, 3, button("0:q:a:t"), message=post()).reply)
    assert reply == Reply(APP, "aW50ZXJhY3Rpb24", "aside", hidden=True)


def test_press_on_what_one_person_sees_is_on_nothing(live: Gateway) -> None:
    assert act(live, 3, button("0:w:a:t"), message=post(flags=64)).on is None


def test_press_for_a_form_opens_it(live: Gateway) -> None:
    found = act(live, 3, button("0:f:daily.answer:tok-3"), message=post())
    assert isinstance(found, Opens)
    assert (found.pressed.action, found.pressed.token, found.interaction.id) == ("daily.answer", "tok-3", int(ACT))


def test_form_that_is_sent_off_brings_values_and_its_message(live: Gateway) -> None:
    inputs = [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "words", "value": "a <b> & c"}}]
    data = {"custom_id": "daily.answer:tok-3", "components": inputs}
    assert act(live, 5, data, message=post()) == Submitted(
        **IN_PREP,
        form="daily.answer",
        token="tok-3",
        values={"words": "a <b> & c"},
        on=MessageRef(CHANNEL, POST),
    )


def test_form_without_a_message_is_on_nothing(live: Gateway) -> None:
    assert act(live, 5, {"custom_id": "f:t", "components": []}, DM).on is None


@pytest.mark.parametrize("reply", [Reply("1", "t"), Reply("1", "t:u", "aside"), Reply("1", "t", "aside", hidden=True)])
def test_reply_outlives_the_process(reply: Reply) -> None:
    assert reply_of(reply.dump()) == reply


@pytest.mark.parametrize("text", ["", "1:t", "1:t:soon", ":t:aside", "1::aside"])
def test_reply_of_something_else_is_none(text: str) -> None:
    assert reply_of(text) is None


# ---------------------------------------------------------------- servers and channels
def test_invitation_is_one_event_of_the_whole_server(live: Gateway) -> None:
    whole = Conversation("discord", GUILD, "")
    ident = f"joined:{GUILD}:2026-01-01T00:00:00+00:00"
    assert joined(live.guild, NOW) == Joined(id=ident, at=NOW, space=GUILD, where=whole)


def test_server_that_is_gone_is_one_event(live: Gateway) -> None:
    whole = Conversation("discord", GUILD, "")
    expected = Left(id=f"left:{GUILD}:2026-11-20T08:00:00+00:00", at=NOW, space=GUILD, where=whole)
    guild = live.tell("GUILD_DELETE", {"id": GUILD}, "guild_remove")
    assert left_guild(guild, NOW) == expected


def test_channel_that_is_gone_is_left(live: Gateway) -> None:
    gone = live.tell("CHANNEL_DELETE", {**channel(PREP, "prep"), "guild_id": GUILD}, "guild_channel_delete")
    assert left_channel(gone, NOW) == Left(id=f"left:{PREP}", at=NOW, space=GUILD, where=CHANNEL)
