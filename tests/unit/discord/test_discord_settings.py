"""What the environment says of Discord."""

from __future__ import annotations

import pytest

from adapters.discord.settings import API_URL, Settings, client_id, read
from bot.chat.model import Missing

ID = "1234567890123456789"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.Gabcde.not-a-secret-at-all"


def reason(env: dict[str, str]) -> str:
    found = read(env)
    assert isinstance(found, Missing)
    assert "\n" not in found.reason
    return found.reason


def test_token_is_all_that_is_needed() -> None:
    assert read({"DISCORD_TOKEN": f" {TOKEN}\n"}) == Settings(TOKEN, API_URL, "")


def test_addresses_can_be_changed() -> None:
    env = {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": "http://127.0.0.1:8080/api/v10/",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:8080/gateway",
    }
    assert read(env) == Settings(TOKEN, "http://127.0.0.1:8080/api/v10", "ws://127.0.0.1:8080/gateway")


def test_nothing_set_says_what_to_set_and_where_to_get_it() -> None:
    assert reason({}) == "set DISCORD_TOKEN (discord.com/developers/applications > your app > Bot > Reset Token)"


@pytest.mark.parametrize("token", ["Bot " + TOKEN, "0123456789abcdef0123456789abcdef", "a.b", "a.b.c.d"])
def test_what_is_no_bot_token_is_told_apart(token: str) -> None:
    assert reason({"DISCORD_TOKEN": token}).startswith("DISCORD_TOKEN is no bot token")


@pytest.mark.parametrize("url", ["discord.com/api", "ftp://discord.com", "https://"])
def test_address_that_is_none_is_named(url: str) -> None:
    assert reason({"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": url}).startswith("DISCORD_API_URL is no address")


@pytest.mark.parametrize("url", ["gateway.discord.gg", "https://gateway.discord.gg"])
def test_gateway_that_is_none_is_named(url: str) -> None:
    assert reason({"DISCORD_TOKEN": TOKEN, "DISCORD_GATEWAY_URL": url}).startswith("DISCORD_GATEWAY_URL is no address")


def test_secret_is_not_shown() -> None:
    assert TOKEN not in repr(read({"DISCORD_TOKEN": TOKEN}))


@pytest.mark.parametrize("env", [{"DISCORD_CLIENT_ID": ID}, {"DISCORD_TOKEN": TOKEN}])
def test_application_is_known_by_its_id_or_its_token(env: dict[str, str]) -> None:
    assert client_id(env) == ID


@pytest.mark.parametrize(
    ("env", "begins"),
    [
        ({}, "set DISCORD_CLIENT_ID"),
        ({"DISCORD_CLIENT_ID": "greenroom"}, "DISCORD_CLIENT_ID is no number"),
        ({"DISCORD_TOKEN": "x.y.z"}, "DISCORD_TOKEN does not say whose it is"),
        ({"DISCORD_TOKEN": "ä.y.z"}, "DISCORD_TOKEN does not say whose it is"),
    ],
)
def test_application_that_is_not_known_says_what_to_set(env: dict[str, str], begins: str) -> None:
    found = client_id(env)
    assert isinstance(found, Missing)
    assert found.reason.startswith(begins)
