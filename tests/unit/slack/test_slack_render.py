"""Cards and forms as Slack takes them: within its limits, its referee content, and nobody's words markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_payloads import referee

from adapters.slack import manifest
from adapters.slack.commands import run
from adapters.slack.inbound import BACK, GONE
from adapters.slack.limits import CAPABILITIES
from adapters.slack.modal import Origin, origin_of, values_of, view
from adapters.slack.render import blocks, carries, home, message, whisper
from adapters.slack.text import escape, read, unescape
from bot.bank.model import Bank
from bot.chat.fit import fit
from bot.chat.model import Button, Card, Code, Facts, Field, Form, Image, Quote, Text
from bot.wiring import Application, Clock, open_database

ADAPTER = Path(manifest.__file__).parent
WICKED = "<@U1> <!channel> @everyone <#C1> *b* _i_ ~s~ `c` &amp; <http://a.b|c> :smile:"
FULL = Card(
    "Question of the day",
    (
        Text(f"Say `/progress why` or {WICKED}"),
        Text("a footnote", small=True),
        Quote(WICKED),
        Code("```\n<!here>", "sql"),
        Facts((("Zone", "Europe/Berlin"), ("Level", WICKED))),
        Image("k", "week.png", "Seven days"),
    ),
    tuple(Button("daily.hint", f"tok-{n}", f"Hint {n}") for n in range(3)),
)


def call_errors(arguments: dict[str, Any], method: str = "chat.postMessage") -> list[str]:
    found: list[str] = referee().slack_call_errors(method, {"channel": "C1", **arguments})
    return found


def words(payload: Any) -> list[str]:
    """Return every text of a payload that Slack would read for markup."""
    if isinstance(payload, dict):
        own = [payload["text"]] if payload.get("type") == "mrkdwn" else []
        return own + [word for value in payload.values() for word in words(value)]
    return [word for value in payload for word in words(value)] if isinstance(payload, list) else []


def test_card_is_what_slack_takes() -> None:
    assert call_errors(message(FULL, "daily:post:1")) == []
    assert call_errors({**whisper(FULL), "user": "U1"}, "chat.postEphemeral") == []
    assert referee().slack_view_errors(home(FULL, Origin(channel="D1").dump())) == []


def test_nothing_in_a_card_is_read_for_markup() -> None:
    assert words(blocks(FULL)) == []


def test_words_of_people_are_shown_as_they_are() -> None:
    rich = [block for block in blocks(FULL) if block["type"] == "rich_text"]
    shown = ["".join(one["text"] for one in block["elements"][0]["elements"]) for block in rich]
    assert shown[0] == f"Say /progress why or {WICKED}"
    assert shown[1:] == [WICKED, "```\n<!here>", f"Zone  Europe/Berlin\nLevel  {WICKED}"]


def test_notification_mentions_nobody() -> None:
    text = message(FULL, "k")["text"]
    assert (set("<>") & set(text), "&lt;!channel&gt;" in text) == (set(), True)


def test_key_travels_in_the_metadata_and_is_found_again() -> None:
    key = "interview:open:0123456789:0/2"
    made = message(FULL, key)
    bare = {name: value for name, value in made.items() if name != "metadata"}
    foreign = {"event_type": "deploy", "event_payload": {"key": key}}
    assert [carries(one, key) for one in (made, bare, {"metadata": made["metadata"]})] == [True, True, True]
    assert [carries(one, key) for one in ({}, {"metadata": None}, {"metadata": foreign})] == [False, False, False]
    assert not carries(made, key[:-1])


def test_buttons_of_one_action_differ_within_their_block() -> None:
    ids = [one["action_id"] for one in blocks(FULL)[-1]["elements"]]
    assert ids == ["0:whisper:daily.hint", "1:whisper:daily.hint", "2:whisper:daily.hint"]


def test_empty_card_is_still_a_message() -> None:
    assert call_errors(message(Card(), "k")) == []


BODY = st.one_of(
    st.builds(Text, st.text(max_size=4_000), small=st.booleans()),
    st.builds(Quote, st.text(max_size=4_000)),
    st.builds(Code, st.text(max_size=4_000)),
    st.builds(
        lambda pairs: Facts(tuple(pairs)), st.lists(st.tuples(st.text(max_size=50), st.text(max_size=300)), max_size=12)
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.lists(BODY, max_size=12), st.integers(0, 30))
def test_every_card_that_was_made_to_fit_is_taken(title: str, body: list[Any], buttons: int) -> None:
    rows = tuple(Button("hint", f"tok-{n}", f"Hint {n}", "whisper") for n in range(buttons))
    for piece in fit(Card(title, tuple(body), rows), CAPABILITIES):
        assert call_errors(message(piece, "k")) == []


# ---------------------------------------------------------------- words
@given(st.text(max_size=80))
def test_unescape_undoes_escape(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not set("<>") & set(escape(text))


@given(st.text(max_size=80))
def test_what_people_type_is_read_as_they_see_it(text: str) -> None:
    assert read(escape(text), "") == text


# ---------------------------------------------------------------- forms
FORM = Form(
    "answer",
    "Your answer",
    (
        Field("words", "What would you do <first>?", 1, 3_000, multiline=True, value=WICKED, hint="h" * 150),
        Field("more", "Anything else?", 0, 100),
    ),
)


def test_form_is_what_slack_takes() -> None:
    made = view(FORM, Origin("tok-1", "C1", "1.2", "", "1.2", "https://hooks.example/" + "x" * 200))
    assert referee().slack_view_errors(made) == []
    assert [block["optional"] for block in made["blocks"]] == [False, True]
    assert made["blocks"][0]["element"]["initial_value"] == WICKED


@given(st.builds(Origin, *[st.text(max_size=40)] * 6))
def test_origin_survives_the_view(origin: Origin) -> None:
    assert origin_of(origin.dump()) == origin


def test_values_left_empty_are_empty() -> None:
    assert values_of({"values": {"a": {"value": {"value": None}}, "b": {}}}) == {"a": "", "b": ""}


# ---------------------------------------------------------------- the manifest
def declared() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(manifest.text())
    return found


def test_manifest_is_what_slack_takes() -> None:
    assert referee().slack_manifest_errors(declared()) == []
    assert referee().slack_manifest_errors(yaml.safe_load(manifest.for_url("https://bot.example/"))) == []


def test_manifest_declares_the_commands_of_the_house_and_no_others() -> None:
    database = open_database("sqlite://")
    commands = Application(database, Bank({}, {}), clock=Clock()).router.commands
    database.close()
    names = {f"/{command.name.split()[0]}" for command in commands}
    assert {one["command"] for one in declared()["features"]["slash_commands"]} == names


def test_manifest_asks_for_the_events_that_are_read_and_no_others() -> None:
    assert set(declared()["settings"]["event_subscriptions"]["bot_events"]) == set(manifest.EVENTS)
    assert set(manifest.EVENTS) >= GONE | BACK


def test_manifest_asks_for_the_scopes_that_are_used_and_no_others() -> None:
    used = {scope for scopes in manifest.METHODS.values() for scope in scopes}
    used |= {*manifest.EVENTS.values(), manifest.COMMANDS_SCOPE}
    assert set(declared()["oauth_config"]["scopes"]["bot"]) == used


def test_methods_that_are_called_are_those_that_scopes_are_asked_for() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in ADAPTER.glob("*.py")}
    code = "".join(text for name, text in texts.items() if name not in ("manifest.py", "errors.py"))
    called = re.findall(r'"((?:apps|assistant|auth|chat|conversations|files|reactions|users|views)\.[A-Za-z.]+)"', code)
    assert set(called) == set(manifest.METHODS)


def test_manifest_for_http_has_one_address_for_everything() -> None:
    made = yaml.safe_load(manifest.for_url("https://bot.example/"))
    address = "https://bot.example/slack/events"
    settings_ = made["settings"]
    assert (settings_["socket_mode_enabled"], settings_["interactivity"]["request_url"]) == (False, address)
    assert {one["url"] for one in made["features"]["slash_commands"]} == {address}


def test_command_prints_the_manifest() -> None:
    assert run(["manifest"]) == (0, manifest.text().rstrip())
    code, text = run(["manifest", "--url", "http://bot.example"])
    assert (code, text.startswith("Slack calls https addresses only")) == (2, True)
    assert json.dumps(yaml.safe_load(run(["manifest", "--url", "https://bot.example"])[1]))


@pytest.mark.parametrize("name", sorted(set(manifest.METHODS) - {"apps.connections.open"}))  # called by the SDK alone
def test_method_is_one_that_slack_has(name: str) -> None:
    assert not [error for error in referee().slack_call_errors(name, {}) if "not in the specification" in error]
