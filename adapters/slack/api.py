"""Slack's Web API, response addresses and files: one call, one try, our errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import LacksScope, Refused, of_code, of_status, translated
from adapters.slack.tokens import Tokens
from bot.chat.model import Expired, Unavailable, Unreachable

log = logging.getLogger("greenroom.slack")
TIMEOUT = 20.0
"""Seconds for one call; Slack answers within one, but for bad days."""
READS = frozenset(
    (
        "conversations.history",
        "conversations.info",
        "conversations.replies",
        "files.info",
        "users.info",
    )
)
"""Methods that take no JSON, only a query."""


def quiet() -> logging.Logger:
    """Return the logger for Slack's libraries: mute, since theirs write people's words and one-time addresses."""
    logger = logging.getLogger("greenroom.slack.sdk")
    logger.setLevel(logging.CRITICAL)
    return logger


def proxy_for(address: str) -> str | None:
    """Return the proxy that the environment names for an address, None for none."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get("https" if parts.scheme in ("https", "wss") else "http")


class Api:
    """Calls Slack with the token of a space; connected between `open` and `close`."""

    def __init__(self, tokens: Tokens, base_url: str) -> None:
        """Speak to the Web API at `base_url`."""
        self.base_url = base_url
        self._tokens = tokens
        self._client: AsyncWebClient | None = None
        self._lacking: set[str] = set()

    def open(self) -> None:
        """Begin; belongs inside of a running loop."""
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT), trust_env=True)
        # Retries of the SDK would post twice; it has no token, since each call names its own.
        self._client = AsyncWebClient(base_url=self.base_url, session=session, logger=quiet(), retry_handlers=[])
        self._client.proxy = None  # the SDK's own look at the environment overlooks NO_PROXY; the session's does not

    async def close(self) -> None:
        """End; calls raise Unavailable from now on."""
        client, self._client = self._client, None
        if client is not None and client.session is not None:
            await client.session.close()

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client without a token; raises Unavailable unless connected."""
        if self._client is None:
            raise Unavailable("the connection to Slack is not open: try again")
        return self._client

    async def call(self, space: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method of the Web API once; raises RateLimited, Unavailable, SignedOut or Refused."""
        headers = {"Authorization": f"Bearer {self._tokens.token(space)}"}
        client = self.client
        try:
            if method in READS:
                answer = await client.api_call(method, http_verb="GET", params=arguments, headers=headers)
            else:
                answer = await client.api_call(method, json=arguments, headers=headers)
        except (SlackApiError, aiohttp.ClientError, OSError, ValueError, AttributeError, RuntimeError) as error:
            raise self._noted(method, translated(method, error)) from error
        return answer.data if isinstance(answer.data, dict) else {}

    def _noted(self, method: str, error: ConnectionError) -> ConnectionError:
        """Return an error; a scope that is missing is named in the log, once: only an operator can mend it."""
        needed = error.needed if isinstance(error, LacksScope | Refused) else ""
        if needed and needed not in self._lacking:
            self._lacking.add(needed)
            log.error(
                "the app lacks the scope %s, which %s needs: paste what `greenroom slack manifest` prints into its "
                "manifest, and reinstall it to the workspace",
                needed,
                method,
            )
        return error

    async def respond(self, address: str, payload: Mapping[str, Any]) -> None:
        """Answer by a response address; raises RateLimited, Unavailable, or Expired where it no longer works."""
        method = "response_url"
        try:
            async with self._session.post(address, json=payload, allow_redirects=False) as response:
                status, headers, body = response.status, response.headers, await response.read()
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise translated(method, error) from error
        found = of_status(method, status, headers)
        if found is None and (code := _code(body) or ("expired_url" if status >= 400 else "")):
            found = of_code(method, code)
        if isinstance(found, Refused):
            raise Expired(f"Slack's response address no longer works: {found.code}")
        if found is not None:
            raise found

    async def download(self, space: str, address: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes; raises Unreachable for a longer one, and what `call` raises."""
        host = urlsplit(address).hostname or ""
        if host != urlsplit(self.base_url).hostname and host != "slack.com" and not host.endswith(".slack.com"):
            raise Unreachable("this file lies outside of Slack: the token does not go there")
        headers = {"Authorization": f"Bearer {self._tokens.token(space)}"}
        data = bytearray()
        try:
            async with self._session.get(address, headers=headers, allow_redirects=False) as response:
                status, answer = response.status, response.headers
                is_file = status == 200 and response.content_type != "text/html"  # Slack's page to sign in
                while is_file and len(data) <= limit and (chunk := await response.content.read(65_536)):
                    data += chunk
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise translated("file", error) from error
        found = of_status("file", status, answer)
        if found is not None:
            raise found
        if not is_file:
            raise Unreachable("Slack does not hand out this file: it is gone, or the app lacks files:read")
        if len(data) > limit:
            raise Unreachable(f"this file is longer than {limit // 2**20} MB")
        return bytes(data)

    @property
    def _session(self) -> aiohttp.ClientSession:
        session = self.client.session
        assert session is not None  # `open` has set it
        return session


def _code(body: bytes) -> str:
    """Return the error that a response address names, "" for none."""
    try:
        answer = json.loads(body or b"{}")
    except ValueError:
        return ""  # "ok", as plain text
    if not isinstance(answer, dict) or answer.get("ok", True):
        return ""
    return str(answer.get("error") or "unknown")
