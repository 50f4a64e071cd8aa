"""Slack's errors as ours. One table of codes; no exception of its SDK leaves the adapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.chat.model import RateLimited, Unavailable, Unreachable

PAUSE = 30.0
"""Seconds to wait where Slack limits us without saying for how long."""

LIMITED = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded"))
PASSING = frozenset(
    (
        "accesslimited",
        "fatal_error",
        "internal_error",
        "org_login_required",
        "request_timeout",
        "rollup_error",
        "service_unavailable",
        "team_added_to_org",
    )
)
"""Trouble on Slack's side."""
SIGNED_OUT = frozenset(
    ("account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked")
)
"""The operator can mend it by a right token, after installing the app again if it was removed: what waits to be sent
is kept.
"""
ESSENTIAL = frozenset(("chat:write", "im:write"))
"""Scopes without which nothing can be said: the operator can add them, so what waits to be sent is kept."""

HINTS = {
    "not_in_channel": "invite the bot into that channel: /invite @Greenroom",
    "channel_not_found": "the channel is gone, or private and without the bot: invite it",
    "is_archived": "the channel is archived",
    "missing_scope": "give the app the scopes of its manifest and install it again",
    "cannot_dm_bot": "a bot has no direct messages",
    "user_disabled": "this person has left the workspace",
}
"""What helps, for the log and the list of what could not be sent."""


class SignedOut(Unavailable):
    """Slack does not know the token (any more): later it may, once somebody has set a right one."""

    def __init__(self, method: str, code: str) -> None:
        """Keep Slack's `code`."""
        super().__init__(f"Slack refuses our token ({method}: {code}): install the app again if need be, set its token")
        self.code = code


class LacksScope(Unavailable):
    """The app may not do at all what it is for: later it may, once it is installed again with that scope."""

    def __init__(self, method: str, needed: str) -> None:
        """Keep the scope that it lacks."""
        super().__init__(f"Slack refuses {method}: {HINTS['missing_scope']} (it lacks {needed})")
        self.needed = needed


class Refused(Unreachable):
    """Slack answered no, and would again: whatever `code` is in no other list of this file."""

    def __init__(self, method: str, code: str, needed: str = "") -> None:
        """Keep Slack's `code`; `needed` is the scope that it misses."""
        hint = HINTS.get(code, "")
        if needed:
            hint = f"{hint} (it lacks {needed})"
        super().__init__(f"Slack refuses {method}: {code}" + (f"; {hint}" if hint else ""))
        self.code = code
        self.needed = needed


def of_code(method: str, code: str, *, retry_after: float = PAUSE, needed: str = "") -> ConnectionError:
    """Return what one of Slack's error codes means."""
    if code in LIMITED:
        return RateLimited(retry_after)
    if code in PASSING:
        return Unavailable(f"Slack cannot take {method} now: {code}")
    if code in SIGNED_OUT:
        return SignedOut(method, code)
    if code == "missing_scope" and needed in ESSENTIAL:
        return LacksScope(method, needed)
    return Refused(method, code, needed)


def of_status(method: str, status: int, headers: Mapping[str, str]) -> ConnectionError | None:
    """Return what the status of an HTTP answer means, None where its body tells."""
    if status == 429:
        return RateLimited(retry_after(headers))
    if status >= 500:
        return Unavailable(f"Slack answers {method} with HTTP {status}")
    return None


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that Slack asks to wait, at least one."""
    try:
        return max(1.0, float(headers.get("Retry-After") or headers.get("retry-after") or PAUSE))
    except ValueError:
        return PAUSE


def translated(method: str, error: Exception) -> ConnectionError:
    """Return our error for one of a call: an answer of Slack's, or none at all."""
    if isinstance(error, SlackApiError):
        return _of_answer(method, error.response)
    if isinstance(error, TimeoutError):
        return Unavailable(f"Slack did not answer {method} in time")
    if isinstance(error, aiohttp.ClientError | OSError):
        return Unavailable(f"Slack cannot be reached for {method}: {type(error).__name__}")
    # The SDK stumbles over bodies that are no JSON object, as proxies send them.
    return Unavailable(f"Slack's answer to {method} makes no sense: {type(error).__name__}")


def _of_answer(method: str, response: Any) -> ConnectionError:
    # `response` is the SDK's own or, where the body was no JSON, aiohttp's.
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    found = of_status(method, status, headers)
    if found is not None:
        return found
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not code:
        return Unavailable(f"Slack answers {method} with HTTP {status} and no reason")
    return of_code(method, str(code), retry_after=retry_after(headers), needed=str(data.get("needed") or ""))
