"""`read`: typed commands taken apart, and the nearest where one cannot be."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.surface import Call, Command, Misread, Option, filled_in, only_named, read

LEVELS = ("junior", "mid", "senior", "lead", "principal")
TIME = Option("time", "when", accepts=lambda word: bool(re.fullmatch(r"\d{1,2}:\d{2}", word)), required=True)
ZONE = Option("zone", "where", accepts=lambda word: "/" in word)
LEVEL = Option("level", "how hard", choices=LEVELS)
COMPANY = Option("company", "whose", accepts=only_named)
DAILY = Command("daily start", "Start.", (TIME, ZONE, LEVEL, COMPANY), usage="TIME [ZONE]")
STATUS = Command("daily status", "Status.")
INTERVIEW = Command("interview start", "Start.", (LEVEL, Option("topic", "about", rest=True)))
SETTINGS = Command("settings", "Settings.", (ZONE, LEVEL))
LINK = Command("settings link", "Link.", (Option("code", "the code"),))
COMMANDS = (DAILY, STATUS, INTERVIEW, SETTINGS, LINK)

few = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("daily", "start 09:00", Call(DAILY, {"time": "09:00"})),
        ("daily start", "09:00", Call(DAILY, {"time": "09:00"})),
        (
            "DAILY",
            "Start 09:00 Europe/Berlin MID",
            Call(DAILY, {"time": "09:00", "zone": "Europe/Berlin", "level": "MID"}),
        ),
        ("daily", "start mid 09:00", Call(DAILY, {"time": "09:00", "level": "mid"})),
        ("daily", "start Time=9:30 level=staff", Call(DAILY, {"time": "9:30", "level": "staff"})),
        ("settings", "", Call(SETTINGS, {})),
        ("settings", "level=mid", Call(SETTINGS, {"level": "mid"})),
        ("settings", "link AB12", Call(LINK, {"code": "AB12"})),
        ("interview", "start senior rate limits", Call(INTERVIEW, {"level": "senior", "topic": "rate limits"})),
        ("interview", "start topic=rate limits", Call(INTERVIEW, {"topic": "rate limits"})),
    ],
)
def test_read_command_that_is_understood(name: str, text: str, expected: Call) -> None:
    assert expected == read(COMMANDS, name, text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("", "", Misread("", (), None)),
        ("dayly", "", Misread("dayly", ("daily",), None)),
        ("start", "", Misread("start", ("daily start", "interview start", "daily status"), None)),
        ("daily", "", Misread("", ("daily start", "daily status"), None)),
        ("daily", "stat", Misread("stat", ("daily start", "daily status"), None)),
        ("daily", "qqq", Misread("qqq", ("daily start", "daily status"), None)),
        ("daily", "start", Misread("", (), DAILY, "time")),
        ("daily", "start 09:00 seniro", Misread("seniro", ("senior",), DAILY)),
        ("daily", "start 09:00 levle=mid", Misread("levle=mid", ("level=",), DAILY)),
        ("settings", "lnk", Misread("lnk", ("link",), SETTINGS)),
        ("xyzzy", "", Misread("xyzzy", (), None)),
    ],
)
def test_read_command_that_is_not_understood(name: str, text: str, expected: Misread) -> None:
    assert expected == read(COMMANDS, name, text)


@few
@given(st.sampled_from(COMMANDS), st.text(max_size=60))
def test_read_accounts_for_every_word(command: Command, text: str) -> None:
    match read(COMMANDS, command.name, text):
        case Call(found, options):
            given_words = f"{command.name} {text}".split()[len(found.name.split()) :]
            values = " ".join(options.values()).split()
            assert len(values) == len(given_words)
            assert all(any(typed.endswith(value) for typed in given_words) for value in values)
        case Misread(word, _, _, missing):
            assert missing or word in f"{command.name} {text}".split() or (word == "" and not text.split())


@few
@given(st.permutations(["09:00", "Europe/Berlin", "mid"]))
def test_read_takes_words_in_any_order_where_their_looks_tell(words: list[str]) -> None:
    expected = Call(DAILY, {"time": "09:00", "zone": "Europe/Berlin", "level": "mid"})
    assert expected == read(COMMANDS, "daily start", " ".join(words))


@few
@given(st.sampled_from(COMMANDS), st.data())
def test_read_of_a_slip_of_one_letter_offers_what_was_meant(command: Command, data: st.DataObject) -> None:
    word = command.name.split()[0]
    at = data.draw(st.integers(0, len(word) - 1))
    found = read(COMMANDS, word[:at] + word[at + 1 :], "")
    assert isinstance(found, Misread)
    assert word in {name.split()[0] for name in found.near}


def test_command_line_shows_how_to_type_it() -> None:
    assert [DAILY.line, SETTINGS.line] == ["/daily start TIME [ZONE]", "/settings"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"time": "09:00", "level": "mid"}, {"time": "09:00", "level": "mid"}),
        ({"time": "09:00 Europe/London senior"}, {"time": "09:00", "zone": "Europe/London", "level": "senior"}),
        ({"time": "09:00 senior", "level": "mid"}, {"time": "09:00", "level": "mid"}),
        ({"time": "nine in the morning"}, {"time": "nine in the morning"}),
        ({"time": "09:00", "company": "Goldman Sachs"}, {"time": "09:00", "company": "Goldman Sachs"}),
    ],
)
def test_line_that_was_pasted_into_one_field_is_taken_apart(options: dict[str, str], expected: dict[str, str]) -> None:
    assert expected == dict(filled_in(DAILY, options))
