"""Slack's settings: what is missing is said in one line; nothing of the SDK is imported before all is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.slack.settings import Settings, read
from bot.chat.model import Missing

BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
APP = {"SLACK_APP_TOKEN": "xapp-1"}
SECRET = {"SLACK_SIGNING_SECRET": "s3cret"}


def test_settings_with_both_tokens_choose_socket_mode() -> None:
    assert Settings("xoxb-1", "xapp-1", "s3cret") == read({**BOT, **APP, **SECRET, "PORT": "a word"})


def test_settings_with_a_signing_secret_choose_http_at_a_port() -> None:
    assert Settings("xoxb-1", "", "s3cret", port=8080) == read({**BOT, **SECRET, "PORT": "8080"})
    assert Settings("xoxb-1", "", "s3cret", port=9) == read({**BOT, **SECRET, "PORT": "8080", "SLACK_PORT": " 9 "})
    assert Settings("xoxb-1", "", "s3cret", port=3000) == read({**BOT, **SECRET})


def test_settings_keep_another_address_of_the_web_api() -> None:
    url = "http://127.0.0.1:99/api/"
    assert Settings("xoxb-1", "xapp-1", "", url) == read({**BOT, **APP, "SLACK_API_URL": url})


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, ("set SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")),
        ({"SLACK_BOT_TOKEN": "  "}, ("set SLACK_BOT_TOKEN",)),
        (APP, ("SLACK_BOT_TOKEN is missing", "OAuth & Permissions")),
        ({**APP, "SLACK_BOT_TOKEN": "xapp-1"}, ("SLACK_BOT_TOKEN is no bot token", "xoxb-")),
        ({**BOT, "SLACK_APP_TOKEN": "xoxb-1"}, ("SLACK_APP_TOKEN is no app-level token", "xapp-")),
        (BOT, ("SLACK_APP_TOKEN for Socket Mode", "SLACK_SIGNING_SECRET for HTTP")),
        ({**BOT, **APP, "SLACK_API_URL": "slack.com"}, ("SLACK_API_URL",)),
        ({**BOT, **SECRET, "PORT": "70000"}, ("PORT", "65536")),
        ({**BOT, **SECRET, "SLACK_PORT": "-1"}, ("SLACK_PORT",)),
    ],
)
def test_settings_that_are_not_enough_name_what_to_set(env: dict[str, str], words: tuple[str, ...]) -> None:
    missing = read(env)
    assert isinstance(missing, Missing)
    assert [word for word in words if word not in missing.reason] == []
    assert "\n" not in missing.reason


def test_settings_do_not_show_their_secrets() -> None:
    assert repr(read({**BOT, **APP, **SECRET})) == f"Settings(api_url='https://slack.com/api/', port={3000})"


def test_build_without_settings_imports_nothing_of_the_sdk() -> None:
    script = (
        "import sys, adapters.slack as s; m = s.build({}, None); "
        "print(type(m).__name__, sorted(n for n in sys.modules if n.split('.')[0] in {'slack_sdk', 'slack_bolt', "
        "'aiohttp', 'uvicorn'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "Missing []\n"
