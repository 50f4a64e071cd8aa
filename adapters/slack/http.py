"""HTTP: one path for everything that Slack sends, signed; served in the same loop by uvicorn."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import uvicorn
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.socket import Pace

log = logging.getLogger("greenroom.slack")
PATH = "/slack/events"
HEALTH = "/health"
BODY = 2**20
"""Bytes of a request that are read at most; Slack's largest payloads have some hundred thousand."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Web:
    """The ASGI application: bolt checks signatures, answers Slack's handshakes and hands the rest to the middleware."""

    def __init__(self, app: AsyncApp, is_well: Callable[[], bool]) -> None:
        """Dispatch to `app`; `is_well` is what GET /health tells."""
        self._app = app
        self._is_well = is_well

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        match scope["method"], scope["path"]:
            case "POST", path if path == PATH:
                await self._deliver(scope, receive, send)
            case "GET", path if path == HEALTH:
                well = self._is_well()
                await _answer(send, 200 if well else 503, "well" if well else "not connected to Slack")
            case _:
                await _answer(send, 404, "not found")

    async def _deliver(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _body(receive)
        if body is None:
            return await _answer(send, 413, "too long")
        # The verifier counts with the time stamp before it compares signatures.
        if not headers.get("x-slack-request-timestamp", "0").isdecimal():
            return await _answer(send, 401, "not signed")
        try:
            request = AsyncBoltRequest(body=body.decode(), headers=dict(headers), query="")
        except (ValueError, TypeError, AttributeError):  # nothing that Slack would send
            return await _answer(send, 400, "not understood")
        response = await self._app.async_dispatch(request)
        kind = (response.headers.get("content-type") or ["text/plain"])[0]
        await _answer(send, response.status, response.body or "", str(kind))
        return None


class Server:
    """Listens while `run` runs."""

    def __init__(self, web: Web, port: int, pace: Pace, host: str = "0.0.0.0") -> None:  # noqa: S104 - Slack calls us
        """Serve `web` at a port; 0 takes any free one."""
        self._web = web
        self._address = host, port
        self._pace = pace
        self._server: _Uvicorn | None = None
        self.port = 0
        """Where it listens, once it does."""

    @property
    def ready(self) -> bool:
        """Tell whether it listens."""
        return self._server is not None and self._server.started

    async def run(self) -> None:
        """Listen until cancelled; try again where the port is taken."""
        wait = self._pace.shortest
        while True:
            try:
                with socket.create_server(self._address) as listening:
                    wait = self._pace.shortest
                    await self._serve(listening)
            except OSError as error:
                log.error("port %d cannot be opened (%s): set SLACK_PORT; I go on trying", self._address[1], error)
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._pace.longest)

    async def _serve(self, listening: socket.socket) -> None:
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._web,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=max(1, round(self._pace.farewell)),
        )
        server = self._server = _Uvicorn(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
            self._server = None


class _Uvicorn(uvicorn.Server):
    """Leaves the signals of the process to the application."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _body(receive: Receive) -> bytes | None:
    """Return a body as it was sent, byte for byte; None for one that is too long."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the caller has gone
        body += message.get("body", b"")
        if len(body) > BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _answer(send: Send, status: int, body: str | dict[str, Any], kind: str = "text/plain") -> None:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
