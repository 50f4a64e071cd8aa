"""What features declare, as Discord's application commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from discord_gateway import referee
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.tree import Typing, complete, digest, payload, typing
from bot.bank.model import Bank
from bot.chat.model import Card, Form, Pressed
from bot.chat.surface import Command, Option, Surface
from bot.wiring import Application, Clock, open_database

ZONES = ("Africa/Abidjan", "America/New_York", "Asia/Yerevan", "Europe/Berlin", "Europe/London", "UTC")
ZONE = Option("zone", "a time zone", offers=lambda: ZONES)
LEVEL = Option("level", "only this level", choices=("junior", "senior"))
TIME = Option("time", "when to post", required=True)
COMMANDS = (
    Command("daily start", "set it up", (ZONE, LEVEL, TIME), where="group"),
    Command("daily stop", "end it", where="group"),
    Command("progress", "how you are doing"),
    Command("progress why", "the streak"),
    Command("practice", "one question", (Option("topic", "a topic", offers=lambda: [f"t{n}" for n in range(40)]),)),
    Command("progress export", "all of it", (Option("set", "", choices=tuple(f"{n}" for n in range(26))),)),
)


async def form_for(pressed: Pressed) -> Form | Card:
    return Card()


SURFACE = Surface(COMMANDS, (), form_for)


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[Command, ...]]:
    """Return the commands of the house."""
    database = open_database("sqlite://")
    yield tuple(Application(database, Bank({}, {}), clock=Clock()).router.commands)
    database.close()


def option(name: str, help_: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": help_, "required": required, **more}


def test_group_of_commands_is_one_with_subcommands() -> None:
    daily = payload(COMMANDS)[0]
    start = [
        option("time", "when to post", required=True),
        option("zone", "a time zone", autocomplete=True),
        option("level", "only this level", choices=[{"name": n, "value": n} for n in ("junior", "senior")]),
    ]
    assert daily == {
        "type": 1,
        "name": "daily",
        "description": "start, stop",
        "options": [
            {"type": 1, "name": "start", "description": "set it up", "options": start},
            {"type": 1, "name": "stop", "description": "end it", "options": []},
        ],
        "contexts": [0],
        "integration_types": [0],
        "default_member_permissions": None,
    }


def test_command_that_has_subcommands_is_offered_as_show() -> None:
    progress = payload(COMMANDS)[1]
    assert [one["name"] for one in progress["options"]] == ["show", "why", "export"]
    assert (progress["description"], progress["options"][0]["description"]) == ("how you are doing",) * 2


def test_command_for_everybody_can_be_used_anywhere_and_installed_by_anybody() -> None:
    practice = payload(COMMANDS)[2]
    assert (practice["contexts"], practice["integration_types"]) == ([0, 1, 2], [0, 1])


def test_choices_that_are_too_many_are_suggested_instead() -> None:
    (many,) = payload(COMMANDS)[1]["options"][2]["options"]
    assert ("choices" in many, many["autocomplete"]) == (False, True)


def test_help_that_is_too_long_or_missing_is_mended() -> None:
    (found,) = payload([Command("a", "h" * 120, (Option("b", ""),))])
    assert (len(found["description"]), found["options"][0]["description"]) == (100, "b")


def test_command_of_three_words_is_refused() -> None:
    with pytest.raises(ValueError, match="one subcommand at most"):
        payload([Command("a b c", "help")])


def test_commands_of_the_house_are_what_discord_takes(house: tuple[Command, ...]) -> None:
    commands = payload(house)
    assert referee().discord_request_errors("PUT", "/applications/1/commands", commands) == []
    names = {one["name"] for one in commands}
    assert names == {command.name.split()[0] for command in house}
    for options in _levels(commands):
        assert len(options) <= 25
        required = [one.get("required", False) for one in options]
        assert required == sorted(required, reverse=True)


def _levels(nodes: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for node in nodes:
        if "options" in node:
            yield node["options"]
            yield from _levels(node["options"])


def test_command_of_the_house_is_one_by_itself_or_a_subcommand(house: tuple[Command, ...]) -> None:
    assert not any(command.name.endswith(" show") for command in house)


# ---------------------------------------------------------------- synced only when it changed
def answered(node: dict[str, Any]) -> dict[str, Any]:
    """Return a command as Discord answers it: with what it adds, without what is empty or false."""
    kept = {name: value for name, value in node.items() if value not in (False, [], None)}
    for name in ("options", "choices"):
        if name in kept:
            kept[name] = [answered(one) for one in kept[name]]
    return {**kept, "name_localizations": None}


def test_what_discord_answers_is_known_as_the_same(house: tuple[Command, ...]) -> None:
    sent = payload(house)
    added = {"id": "9", "application_id": "1", "version": "3", "nsfw": False, "dm_permission": True, "guild_id": None}
    got = [{**answered(one), **added, "contexts": one["contexts"][::-1]} for one in reversed(sent)]
    assert digest(sent) == digest(got)


@pytest.mark.parametrize(
    "changed",
    [
        COMMANDS[:-1],
        (Command("daily start", "set it up", (ZONE, LEVEL), where="group"), *COMMANDS[1:]),
        (Command("daily start", "set it up now", (ZONE, LEVEL, TIME), where="group"), *COMMANDS[1:]),
        (Command("daily start", "set it up", (ZONE, LEVEL, TIME)), *COMMANDS[1:]),
    ],
)
def test_what_has_changed_is_known_as_another(changed: tuple[Command, ...]) -> None:
    assert digest(payload(COMMANDS)) != digest(payload(changed))


# ---------------------------------------------------------------- while somebody types
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", [*ZONES]),
        ("eur", ["Europe/Berlin", "Europe/London"]),
        ("new york", ["America/New_York"]),
        ("YER", ["Asia/Yerevan"]),
        ("a", ["Africa/Abidjan", "America/New_York", "Asia/Yerevan"]),
        ("lon", ["Europe/London"]),
        ("mars", []),
    ],
)
def test_words_are_offered_by_what_is_typed(typed: str, expected: list[str]) -> None:
    assert [one["value"] for one in complete(SURFACE, "daily start", "zone", typed)] == expected


def test_words_that_begin_so_are_offered_first() -> None:
    assert [one["value"] for one in complete(SURFACE, "daily start", "zone", "u")] == [
        "UTC",
        "Europe/Berlin",
        "Europe/London",
    ]


@given(st.text(max_size=5))
def test_offers_are_what_discord_takes(typed: str) -> None:
    for name, option_ in (("practice", "topic"), ("progress export", "set"), ("daily start", "time"), ("x", "y")):
        choices = complete(SURFACE, name, option_, typed)
        assert len(choices) <= 25
        assert all(0 < len(one["name"]) <= 100 for one in choices)


def test_offers_of_a_number_are_25() -> None:
    choices = complete(SURFACE, "practice", "topic", "t")
    assert [one["value"] for one in choices] == [f"t{n}" for n in range(25)]
    answer = {"type": 8, "data": {"choices": choices}}
    assert referee().discord_request_errors("POST", "/interactions/1/token/callback", answer) == []


def test_word_that_is_too_long_to_be_chosen_is_not_offered() -> None:
    long = Command("a", "help", (Option("b", "help", offers=lambda: ["x" * 101, "xy"]),))
    assert complete(Surface((long,), (), form_for), "a", "b", "x") == [{"name": "xy", "value": "xy"}]


def test_option_that_is_being_typed_is_found_in_its_command() -> None:
    options = [
        {"name": "time", "type": 3, "value": "09:00"},
        {"name": "zone", "type": 3, "value": "eu", "focused": True},
    ]
    data = {"name": "daily", "type": 1, "options": [{"name": "start", "type": 1, "options": options}]}
    assert typing(data) == Typing("daily start", "zone", "eu")
    assert typing({"name": "daily", "type": 1}) is None
    assert typing({"name": "progress", "options": [{"name": "show", "type": 1, "options": []}]}) is None
