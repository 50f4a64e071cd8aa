"""Slack's errors become ours by one table."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.errors import Refused, SignedOut, of_code, of_status, retry_after, translated
from bot.chat.model import RateLimited, Unavailable, Unreachable


class Answer:
    """An answer as the SDK keeps it."""

    def __init__(self, data: Any, status: int = 200, **headers: str) -> None:
        """Keep what was answered."""
        self.data, self.status_code = data, status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ratelimited", RateLimited),
        ("internal_error", Unavailable),
        ("service_unavailable", Unavailable),
        ("invalid_auth", SignedOut),
        ("channel_not_found", Refused),
        ("is_archived", Refused),
        ("account_inactive", SignedOut),
        ("token_revoked", SignedOut),
        ("user_disabled", Refused),
        ("cannot_dm_bot", Refused),
        ("a_code_of_tomorrow", Refused),
    ],
)
def test_code_is_what_the_table_says(code: str, kind: type[Exception]) -> None:
    assert kind is type(of_code("chat.postMessage", code))


def test_refusal_is_unreachable_and_a_wrong_token_is_not() -> None:
    assert issubclass(Refused, Unreachable)
    assert issubclass(SignedOut, Unavailable)


def test_missing_scope_says_which() -> None:
    words = str(of_code("users.info", "missing_scope", needed="users:read"))
    assert words == (
        "Slack refuses users.info: missing_scope; "
        "give the app the scopes of its manifest and install it again (it lacks users:read)"
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer({"ok": False, "error": "is_archived"}), Refused),
        (Answer({"ok": False, "error": "ratelimited"}, Retry_After="7"), RateLimited),
        (Answer({}, 429, Retry_After="7"), RateLimited),
        (Answer("<html>", 503), Unavailable),
        (Answer({"ok": False, "error": "is_archived"}, 500), Unavailable),
        (Answer(b"", 200), Unavailable),
        (Answer({"ok": False}), Unavailable),
        (None, Unavailable),
    ],
)
def test_answer_is_translated(answer: Answer | None, kind: type[Exception]) -> None:
    found = translated("chat.postMessage", SlackApiError("no", answer))
    assert kind is type(found)
    if isinstance(found, RateLimited):
        assert found.retry_after == 7


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        AttributeError(),
    ],
)
def test_no_answer_is_unavailable(error: Exception) -> None:
    assert type(translated("chat.postMessage", error)) is Unavailable


def test_wait_is_at_least_a_second_and_half_a_minute_where_slack_does_not_say() -> None:
    found = [retry_after(headers) for headers in ({"Retry-After": "0"}, {"retry-after": "3"}, {"Retry-After": "x"}, {})]
    assert found == [1.0, 3.0, 30.0, 30.0]
    assert of_status("x", 200, {}) is None
