from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.inbound import (
    NotAccepted,
    address,
    asked,
    check_lengths,
    direct,
    is_for_us,
    person,
    read_values,
    typed,
    without_escapes,
)
from bot.chat.model import Asked, Conversation, Field, Person
from tests.unit.terminal.stage import MORNING

LEVEL, ZONE = Field("level", "Your level"), Field("zone", "Time zone")


def test_address_of_channel_thread_and_direct_messages() -> None:
    assert Conversation("terminal", "local", "#prep") == address("#prep")
    assert Conversation("terminal", "local", "#prep", "100001") == address("#prep", "100001")
    assert Conversation("terminal", "local", "dm:ana", private=True) == direct("ana")


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        (direct("ana"), "hi", True),
        (address("#prep", "100001"), "hi", True),
        (address("#prep"), "hi", False),
        (address("#prep"), "@Greenroom: hi", True),
        (address("#prep"), "@greenroomers unite", False),
    ],
)
def test_talk_is_for_us(where: Conversation, text: str, expected: bool) -> None:
    assert expected == is_for_us(where, text)


def test_asked_takes_the_command_apart_and_finds_people() -> None:
    expected = Asked(
        id="int:7",
        at=MORNING,
        space="local",
        who=Person("terminal", "", "ana"),
        where=address("#prep"),
        name="ana",
        reply='["#prep", "", "ana"]',
        command="daily",
        text="organiser @Ben mail@ben.org\n@cleo",
        organiser=True,
        can_post=True,
    )
    line = " /daily\torganiser @ben mail@ben.org\n@cleo "
    people = ["ana", "Ben"]
    assert expected == asked("7", "ana", address("#prep"), line, MORNING, people=people, organiser=True)
    assert person("ana") == expected.who


def test_asked_for_nothing_is_an_empty_command() -> None:
    event = asked("7", "ana", direct("ana"), "/", MORNING, people=[], organiser=False)
    assert (event.command, event.text) == ("", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("level=mid | zone=Europe/London", {"level": "mid", "zone": "Europe/London"}),
        ("Time Zone = UTC|your level = a | b = c", {"zone": "UTC", "level": "a | b = c"}),
        ("zone=", {"zone": ""}),
    ],
)
def test_read_values_of_several_fields(text: str, expected: dict[str, str]) -> None:
    assert expected == read_values((LEVEL, ZONE), text)


def test_read_values_of_one_field_takes_it_all() -> None:
    assert read_values((LEVEL,), "zone=1 | level=2") == {"level": "zone=1 | level=2"}


def test_read_values_without_names_says_how() -> None:
    with pytest.raises(NotAccepted, match=r"write level=… \| zone=…"):
        read_values((LEVEL, ZONE), "mid")


@given(st.text())
def test_read_values_raises_nothing_but_not_accepted(text: str) -> None:
    try:
        values = read_values((LEVEL, ZONE), text)
    except NotAccepted:
        return
    assert values.keys() <= {"level", "zone"}


def test_check_lengths_at_the_limits() -> None:
    field = Field("text", "Answer", minimum=2, maximum=3)
    check_lengths((field,), {"text": "ab"})
    check_lengths((field,), {"text": "abc"})
    with pytest.raises(NotAccepted, match="Answer needs at least 2 characters and has 0"):
        check_lengths((field,), {})
    with pytest.raises(NotAccepted, match="Answer may have 3 characters and has 4"):
        check_lengths((field,), {"text": "abcd"})


def test_typed_leaves_out_what_steers_a_terminal_or_cannot_be_stored() -> None:
    assert typed("\x1b[31mred\x1b[0m\n\x1b]0;title\x07bl\x00ue \ud800é") == "red\nblue é"
    assert without_escapes("a\x9b2Jb") == "ab"
