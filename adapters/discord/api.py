"""Discord's REST: one call, one try, our errors; by the connection of the client that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.errors import SignedOut, retry_after, translated
from adapters.discord.limits import (
    ADD_REACTIONS,
    CREATE_PRIVATE_THREADS,
    CREATE_PUBLIC_THREADS,
    PERMISSIONS,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from bot.chat.model import RateLimited, Unavailable, Unreachable

TIMEOUT = 20.0
"""Seconds for one call; Discord answers within one, but for bad days."""
HASTE = 2.5
"""The same for the first answer to an interaction, which has three in all."""
REPEATED = frozenset((500, 502, 504, 524))
"""Answers after which the library would call again by itself; what was called may have been done all the same."""


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of call. `needs`: the permission that it takes; `timeout` in seconds; `is_free` of the global limit."""

    method: str
    path: str
    what: str
    needs: int = 0
    timeout: float = TIMEOUT
    is_free: bool = False


_CHANNEL, _MESSAGE = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
# The token goes by the name that gives each interaction a rate limit of its own: else they would wait in one row.
_ANSWER = "/webhooks/{webhook_id}/{webhook_token}"

COMMANDS = Step("GET", "/applications/{application_id}/commands", "our commands")
SET_COMMANDS = Step("PUT", "/applications/{application_id}/commands", "our commands")
DIRECT = Step("POST", "/users/@me/channels", "a direct message")
PUT_AWAY = Step("PATCH", _CHANNEL, "the archive of a thread", SEND_MESSAGES_IN_THREADS)
MEMBER = Step("GET", "/guilds/{guild_id}/members/{user_id}", "a member")
HISTORY = Step("GET", f"{_CHANNEL}/messages", "the history", READ_MESSAGE_HISTORY)
MESSAGE = Step("GET", _MESSAGE, "a message", READ_MESSAGE_HISTORY)
POST = Step("POST", f"{_CHANNEL}/messages", "a post", SEND_MESSAGES)
POST_IN_THREAD = Step("POST", f"{_CHANNEL}/messages", "a post in a thread", SEND_MESSAGES_IN_THREADS)
EDIT = Step("PATCH", _MESSAGE, "an edit", VIEW_CHANNEL)
REACT = Step("PUT", _MESSAGE + "/reactions/{emoji}/@me", "a reaction", ADD_REACTIONS)
TYPING = Step("POST", f"{_CHANNEL}/typing", "a sign of typing", SEND_MESSAGES)
THREAD = Step("POST", f"{_MESSAGE}/threads", "a thread", CREATE_PUBLIC_THREADS)
PRIVATE_THREAD = Step("POST", f"{_CHANNEL}/threads", "a private thread", CREATE_PRIVATE_THREADS)
ADD_TO_THREAD = Step(
    "PUT", _CHANNEL + "/thread-members/{user_id}", "somebody's way into a thread", SEND_MESSAGES_IN_THREADS
)
THREADS = Step("GET", "/guilds/{guild_id}/threads/active", "the active threads")
FIRST_ANSWER = Step(
    "POST",
    "/interactions/{interaction_id}/{webhook_token}/callback",
    "the first answer to an act",
    timeout=HASTE,
    is_free=True,
)
ORIGINAL = Step("GET", f"{_ANSWER}/messages/@original", "the answer to an act", is_free=True)
SET_ORIGINAL = Step("PATCH", f"{_ANSWER}/messages/@original", "the answer to an act", is_free=True)
FOLLOW_UP = Step("POST", _ANSWER, "a further answer to an act", is_free=True)


class _Limited(RateLimited):
    """Our own, raised inside of the library's call, which passes it on."""


class Api:
    """Calls Discord by the client that is connected now."""

    def __init__(self) -> None:
        """Begin without a client."""
        self._client: discord.Client | None = None
        self._silent_until = 0.0
        self.is_signed_out = False

    def open(self, client: discord.Client) -> None:
        """Call by this client from now on."""
        self._client, self.is_signed_out = client, False

    def close(self) -> None:
        """Calls raise Unavailable from now on."""
        self._client = None

    @property
    def client(self) -> discord.Client:
        """The client; raises Unavailable where none is connected."""
        if self._client is None:
            raise Unavailable("the connection to Discord is not open: try again")
        return self._client

    async def call(self, step: Step, json: Any = None, params: Mapping[str, Any] | None = None, **ids: Any) -> Any:
        """Call once; raises RateLimited, Unavailable, SignedOut or Refused.

        The library would wait, and repeat what failed: that is kept from it, since what failed may have been done.
        """
        client = self.client
        silence = self._silent_until - asyncio.get_running_loop().time()
        if silence > 0 and not step.is_free:
            raise RateLimited(silence)
        arguments: dict[str, Any] = {"timeout": aiohttp.ClientTimeout(total=step.timeout)}
        if json is not None:
            arguments["json"] = json
        if params is not None:
            arguments["params"] = params
        try:
            route = Route(step.method, step.path, **ids)
            return await client.http.request(route, raise_for_status=self._stop, **arguments)
        except (
            discord.DiscordException,
            aiohttp.ClientError,
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RuntimeError,
        ) as error:
            ours = translated(step.what, error, PERMISSIONS.get(step.needs, ""))
            self.is_signed_out = self.is_signed_out or isinstance(ours, SignedOut)
            raise ours from error

    async def download(self, address: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes from Discord's store; raises Unreachable for what is not there."""
        try:
            data = await self.client.http.get_from_cdn(address)
        except (discord.DiscordException, aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise translated("a file", error) from error
        if len(data) > limit:
            raise Unreachable(f"this file is longer than {limit // 2**20} MB")
        return data

    async def _stop(self, response: aiohttp.ClientResponse) -> None:
        """Raise before the library sees an answer after which it would wait, and call again."""
        if response.status == 429:
            await response.read()  # else the connection could not be used again
            wait = retry_after(response.headers)
            if response.headers.get("X-RateLimit-Global"):
                self._silent_until = asyncio.get_running_loop().time() + wait
            raise _Limited(wait)
        if response.status in REPEATED:
            await response.read()
            raise Unavailable(f"Discord answers with HTTP {response.status}")
