"""Discord's errors as ours. One table of codes; no exception of its library leaves the adapter.

Codes are those of Discord's reference ("Opcodes and Status Codes", JSON error codes), checked 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import discord

from bot.chat.model import RateLimited, Unavailable, Unreachable

PAUSE = 30.0
"""Seconds to wait where Discord limits us without saying for how long."""
DIRECT_PAUSE = 600.0
"""The same after too many new direct messages (40003, 20026): Discord names no time for them."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_USER, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10013, 10015, 10062
UNKNOWN_MEMBER = 10007
ALREADY_ACKNOWLEDGED, MISSING_ACCESS, MISSING_PERMISSIONS = 40060, 50001, 50013
ARCHIVED, HAS_THREAD, NO_SUCH_EMOJI = 50083, 160004, 10014

UNAUTHORIZED = frozenset((0, 40001, 50014))
PASSING = frozenset((40333, 130000))
"""Trouble on Discord's side."""
LIMITED = {
    20016: PAUSE,
    20022: PAUSE,
    20028: PAUSE,
    20029: PAUSE,
    40062: PAUSE,
    20026: DIRECT_PAUSE,
    40003: DIRECT_PAUSE,
}
"""Limits that come as a refusal, and what to wait."""
CLOSED = frozenset((50007, 50278, UNKNOWN_USER))
"""This person takes no direct message from us: closed to strangers, no server in common, or gone."""
NO_THREAD = frozenset((UNKNOWN_CHANNEL, UNKNOWN_MEMBER, MISSING_ACCESS, MISSING_PERMISSIONS, 50024, 160006))
"""No private thread can be opened for somebody in a channel: the right is denied, its kind has none, they are gone."""
DEAD_TOKEN = frozenset((UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, 50027, UNKNOWN_MESSAGE))
"""An interaction that can no longer be answered, or whose first answer never was or is deleted."""

HINTS = {
    UNKNOWN_CHANNEL: "the channel is gone",
    10004: "the server is gone, or the bot was removed from it",
    UNKNOWN_MESSAGE: "the message is gone",
    UNKNOWN_USER: "there is no such account any more",
    UNKNOWN_MEMBER: "this person is no member of the server",
    30033: "a thread holds 1,000 people",
    MISSING_ACCESS: "the bot does not see the channel: give it View Channels there",
    50007: "this person takes no direct messages from the bot",
    50278: "this person shares no server with the bot",
    50024: "this kind of channel does not allow that: take a text channel",
    160002: "the message cannot be answered: give the bot Read Message History",
    160005: "the thread is locked: unlock it",
    160006: "the server has as many active threads as it may: archive some",
}
"""What helps, for the log and the list of what could not be sent."""


class SignedOut(Unavailable):
    """Discord does not know the token (any more): later it may, once somebody has set a right one."""

    def __init__(self, what: str) -> None:
        """Name the call."""
        super().__init__(f"Discord refuses our token ({what}): set DISCORD_TOKEN to the bot's present one")


class Refused(Unreachable):
    """Discord answered no, and would again: whatever `code` is in no other list of this file."""

    def __init__(self, what: str, code: int, detail: str = "") -> None:
        """Keep Discord's `code`."""
        super().__init__(f"Discord refuses {what}: {code}" + (f"; {detail}" if detail else ""))
        self.code = code


class Late(Unavailable):
    """Discord lets us begin no more sessions for `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        """Keep the time."""
        super().__init__(f"no session is left for today: Discord gives new ones in {retry_after:.0f} s")
        self.retry_after = retry_after


def translated(what: str, error: Exception, needs: str = "") -> ConnectionError:
    """Return our error for one of a call: an answer of Discord's, or none at all. `needs`: permissions it takes."""
    if isinstance(error, RateLimited | Unavailable | Unreachable):
        return error
    if isinstance(error, discord.RateLimited):
        return RateLimited(max(1.0, error.retry_after))
    if isinstance(error, discord.HTTPException):
        return _of_answer(what, error, needs)
    if isinstance(error, TimeoutError):
        return Unavailable(f"Discord did not answer {what} in time")
    if isinstance(error, aiohttp.ClientError | OSError):
        return Unavailable(f"Discord cannot be reached for {what}: {type(error).__name__}")
    # Bodies that are no JSON object, as proxies send them, and a session that is closed meanwhile.
    return Unavailable(f"{what} did not come through: {type(error).__name__}")


def of_code(what: str, code: int, needs: str = "", detail: str = "") -> ConnectionError:
    """Return what one of Discord's error codes means."""
    if code in PASSING:
        return Unavailable(f"Discord cannot take {what} now: {code}")
    if code in LIMITED:
        return RateLimited(LIMITED[code])
    hint = HINTS.get(code, detail)
    if code == MISSING_PERMISSIONS and needs:
        hint = f"give the bot the permission {needs} in that channel"
    return Refused(what, code, hint)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that Discord asks to wait, at least one."""
    try:
        return max(1.0, float(headers.get("Retry-After") or headers.get("X-RateLimit-Reset-After") or PAUSE))
    except ValueError:
        return PAUSE


def _of_answer(what: str, error: discord.HTTPException, needs: str) -> ConnectionError:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    if error.status == 429:
        return RateLimited(retry_after(headers))
    if error.status >= 500:
        return Unavailable(f"Discord answers {what} with HTTP {error.status}")
    if error.status == 401 and error.code in UNAUTHORIZED:  # a dead token of an interaction is a 401 of its own
        return SignedOut(what)
    if not error.code and "application/json" not in str(headers.get("Content-Type", "application/json")):
        return Unavailable(f"something before Discord answers {what} with HTTP {error.status}")
    # The words of an error may quote what was sent: only the places that it names are passed on.
    return of_code(what, error.code, needs, f"HTTP {error.status}{places(getattr(error, '_errors', None))}")


def places(errors: Any) -> str:
    """Return which parts of a payload Discord found wrong, from its nested `errors`."""
    found: list[str] = []

    def look(node: Any, path: str) -> None:
        if not isinstance(node, Mapping) or len(found) > 4:
            return
        if isinstance(listed := node.get("_errors"), list):
            codes = "/".join(str(one.get("code", "?")) for one in listed if isinstance(one, Mapping))
            found.append(f"{path or 'the whole'} {codes}".strip())
        for name, inner in node.items():
            if name != "_errors":
                look(inner, f"{path}.{name}" if path else str(name))

    look(errors, "")
    return f" ({', '.join(found)})" if found else ""
