"""Socket Mode: connections to Slack that are looked after; one that is deaf is replaced by a fresh one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api import proxy_for, quiet
from adapters.slack.errors import Refused, SignedOut, translated

log = logging.getLogger("greenroom.slack")
IsEcho = Callable[[dict[str, Any]], bool]
CONNECTIONS = 2
"""Slack rotates its addresses, and a payload goes to one socket: while one is renewed, the other one listens."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Intervals, in seconds: between two looks at what runs (`look`) and once more before it counts as dead
    (`doubt`), for opening one socket (`opening`), between two tries to connect (`shortest` to `longest`), between two
    tries with a token that Slack refuses (`signed_out`), and for what is being accepted at the end (`farewell`).
    """

    look: float = 30.0
    doubt: float = 5.0
    opening: float = 15.0
    shortest: float = 1.0
    longest: float = 60.0
    signed_out: float = 60.0
    farewell: float = 5.0
    ping: float = 5.0


class Sockets:
    """Keeps connections open while `run` runs."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        pace: Pace,
        is_echo: IsEcho,
        begins: Callable[[], None],
        connections: int = CONNECTIONS,
    ) -> None:
        """Hand what arrives to `app`; what `is_echo` knows for our own is acknowledged and goes no further.

        `begins` is called whenever there is a socket again after there was none.
        """
        self._app = app
        self._begins = begins
        self._is_echo = is_echo
        self._app_token = app_token
        self._pace = pace
        self._connections = connections
        self._open: dict[int, SocketModeClient] = {}
        self._complaint = ""

    @property
    def ready(self) -> bool:
        """Tell whether at least one socket is open."""
        return any(_is_open(client) for client in self._open.values())

    async def run(self) -> None:
        """Connect, watch and reconnect until cancelled."""
        keepers = [asyncio.create_task(self._keep(number)) for number in range(self._connections)]
        try:
            # Not gathered: a cancelled `gather` cancels them, and the second time below would cut their closing short.
            await asyncio.wait(keepers, return_when=asyncio.FIRST_EXCEPTION)
            for keeper in keepers:
                if keeper.done():
                    keeper.result()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        wait = self._pace.shortest
        while True:
            client = self._client()
            try:
                await self._connect(client)
                if not self.ready:
                    self._begins()
                self._open[number] = client
                self._complaint = ""
                wait = self._pace.shortest
                log.info("socket %d to Slack is open", number + 1)
                await self._while_alive(client)
                log.warning("socket %d to Slack is dead and is replaced", number + 1)
            except (ConnectionError, TimeoutError) as error:
                wait = self._complain(error, wait)
            finally:
                self._open.pop(number, None)
                await _close(client)
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._pace.longest)

    def _client(self) -> SocketModeClient:
        handler = AsyncSocketModeHandler(
            self._app, self._app_token, logger=quiet(), web_client=self._app.client, ping_interval=self._pace.ping
        )
        client = handler.client
        client.socket_mode_request_listeners = [partial(self._take, handler)]
        return client

    async def _take(
        self, handler: AsyncSocketModeHandler, client: SocketModeClient, request: SocketModeRequest
    ) -> None:
        # Half of all deliveries are our own posts: the app takes as long to drop one as to hand an event over.
        if self._is_echo(request.payload):
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        else:
            await handler.handle(client, request)

    async def _connect(self, client: SocketModeClient) -> None:
        connect: Callable[[], Awaitable[None]] = client.connect
        # The SDK's own loop would try a refused token for ever, and an address that can be used once again and again.
        try:
            async with asyncio.timeout(self._pace.opening):
                client.wss_uri = await client.issue_new_wss_url()
                client.proxy = proxy_for(client.wss_uri)
                await connect()
        except (SlackApiError, aiohttp.ClientError, OSError, ValueError, AttributeError, RuntimeError) as error:
            raise translated("apps.connections.open", error) from error

    async def _while_alive(self, client: SocketModeClient) -> None:
        """Return once a socket was dead at two looks: in between the SDK may be renewing it."""
        while True:
            await asyncio.sleep(self._pace.look)
            if not await client.is_connected():
                await asyncio.sleep(self._pace.doubt)
                if not await client.is_connected():
                    return

    def _complain(self, error: Exception, wait: float) -> float:
        """Log what went wrong, once; return how long to wait."""
        is_token = isinstance(error, SignedOut | Refused)
        words = f"SLACK_APP_TOKEN is not accepted ({error}): set an app-level token" if is_token else str(error)
        if words != self._complaint:
            log.error("no socket to Slack: %s; I go on trying", words)
            self._complaint = words
        return self._pace.signed_out if is_token else wait


def _is_open(client: SocketModeClient) -> bool:
    return client.current_session is not None and not client.current_session.closed


async def _close(client: SocketModeClient) -> None:
    """Close a client and wait for its tasks, which the SDK only cancels."""
    close: Callable[[], Awaitable[None]] = client.close
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    with suppress(Exception):  # a broken connection may fail to close: it is given up anyway
        await close()
    for task in tasks:
        if task is not None:
            task.cancel()
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
    if not client.aiohttp_client_session.closed:
        await client.aiohttp_client_session.close()
