from __future__ import annotations

from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.errors import PAUSE, Refused, SignedOut, of_code, places, retry_after, translated
from bot.chat.model import RateLimited, Unavailable, Unreachable


class Response:
    """What discord.py keeps of an answer."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status, self.reason = status, "Reason"
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def answered(status: int, code: int = 0, message: str = "secret words", **more: Any) -> ConnectionError:
    data = {"code": code, "message": message, **more}
    return translated("a post", discord.HTTPException(Response(status), data))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 0, SignedOut),
        (401, 40001, SignedOut),
        (401, 50027, Refused),
        (403, 50013, Refused),
        (403, 50007, Refused),
        (404, 10003, Refused),
        (404, 0, Refused),
        (400, 50035, Refused),
        (400, 40060, Refused),
        (400, 40003, RateLimited),
        (400, 20016, RateLimited),
        (403, 40333, Unavailable),
        (429, 0, RateLimited),
        (500, 0, Unavailable),
        (503, 130000, Unavailable),
        (529, 0, Unavailable),
    ],
)
def test_answer_of_discord_becomes_our_error(status: int, code: int, kind: type[Exception]) -> None:
    assert kind is type(answered(status, code))


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(104, "reset"),
        RuntimeError("Session is closed"),
        TypeError("string indices"),
        discord.GatewayNotFound(),
    ],
)
def test_no_answer_is_unavailable(error: Exception) -> None:
    assert Unavailable is type(translated("a post", error))


def test_our_own_errors_pass_unchanged() -> None:
    for error in (RateLimited(3.0), Unavailable("x"), Unreachable("y")):
        assert error is translated("a post", error)


def test_limit_of_the_library_is_ours() -> None:
    found = translated("a post", discord.RateLimited(42.0))
    assert isinstance(found, RateLimited)
    assert found.retry_after == 42.0


def test_missing_permission_is_named_with_the_place_to_give_it() -> None:
    found = of_code("a post", 50013, "Send Messages in Threads")
    expected = "Discord refuses a post: 50013; give the bot the permission Send Messages in Threads in that channel"
    assert expected == str(found)


def test_missing_access_says_what_to_give() -> None:
    assert "View Channels" in str(of_code("a post", 50001))


def test_page_of_a_proxy_is_unavailable() -> None:
    response: Any = Response(403, Content_Type="text/html; charset=UTF-8")
    found = translated("a post", discord.Forbidden(response, "<html>blocked</html>"))
    assert Unavailable is type(found)


def test_words_of_an_error_are_not_repeated() -> None:
    errors = {"components": {"0": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "my words"}]}}}}
    found = str(answered(400, 50035, errors=errors))
    assert "components.0.content BASE_TYPE_MAX_LENGTH" in found
    assert "words" not in found


def test_places_of_nothing_are_none() -> None:
    assert [places(None), places({}), places({"_errors": [{"code": "X"}]})] == ["", "", " (the whole X)"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "65"}, 65.0),
        ({"Retry-After": "0.02"}, 1.0),
        ({"X-RateLimit-Reset-After": "7.5"}, 7.5),
        ({}, PAUSE),
        ({"Retry-After": "soon"}, PAUSE),
    ],
)
def test_wait_is_what_discord_names(headers: dict[str, str], expected: float) -> None:
    assert expected == retry_after(headers)
