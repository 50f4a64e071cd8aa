"""The fake as a server: Web API, response addresses, files and sockets of one workspace, on 127.0.0.1."""

from __future__ import annotations

import socket
import weakref
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from adapters.slack.fake import methods, strict
from adapters.slack.fake.delivery import Delivery
from adapters.slack.fake.model import JSON, Message, Refused, ResponseUrl
from adapters.slack.fake.people import People
from adapters.slack.fake.reading import mentions
from adapters.slack.fake.workspace import Workspace

HOST = "127.0.0.1"
RETRY_AFTER = 30
REPLY_USES, REPLY_TIME = 5, timedelta(minutes=30)
_UNREACHABLE = {"conversations.open": "user_disabled", "views.publish": "not_enabled"}


class FakeSlack:
    """A workspace, the people in it, and the server that an app speaks to. Its port is known before it starts."""

    def __init__(self) -> None:
        """Take a port; nothing answers there before `start`."""
        self.space = Workspace()
        self.delivery = Delivery(self.space)
        self.people = People(self.space, self.delivery)
        self.space.emit = self.delivery.emit
        self._socket: socket.socket | None = _listener(0)
        self.port: int = self._socket.getsockname()[1]
        self.space.address = f"http://{HOST}:{self.port}"
        self.api_url = f"{self.space.address}/api/"
        self._runner: web.AppRunner | None = None
        # A rig that is never started must not leave its socket open.
        self._close = weakref.finalize(self, self._socket.close)

    async def start(self) -> None:
        """Serve; after `stop` again on the same port, since response addresses outlive the app's process."""
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link", self.delivery.serve)
        app.router.add_post("/response/{token}", self._respond)
        app.router.add_get("/files/{file}/{name}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        self._socket = self._socket or _listener(self.port)
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        """Cut all connections and close the port."""
        await self.delivery.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()
        self._runner = self._socket = None

    # ------------------------------------------------------------ Web API
    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        arguments.pop("team_id", None)  # Bolt's own apps send it with every call, and Slack takes no notice
        try:
            typed = methods.typed(arguments)
            self.space.calls.append((name, typed))
            if name == "apps.connections.open":
                return web.json_response(self._connection(token))
            method = methods.admit(self.space, name, typed, token)
            fault = self.space.faults.popleft() if method.sends and self.space.faults else None
            error = _UNREACHABLE.get(name) or self._unreachable(typed)
            return self._faulty(request, fault, lambda: _answer(method.play(self.space, typed)), error)
        except Refused as refused:
            return web.json_response({"ok": False, "error": refused.error, **refused.extra})

    def _connection(self, token: str) -> JSON:
        if token != self.space.app_token:
            raise Refused("not_authed" if not token else "invalid_auth")
        ticket = self.delivery.ticket(f"{self.space.number():032x}")
        return {"ok": True, "url": f"ws://{HOST}:{self.port}/link?ticket={ticket}&app_id={self.space.app}"}

    def _unreachable(self, arguments: JSON) -> str:
        channel = self.space.channels.get(str(arguments.get("channel", "")))
        return "restricted_action" if channel is not None and channel.kind == "im" else "is_archived"

    def _faulty(
        self, request: web.Request, fault: str | None, play: Callable[[], web.Response], unreachable: str
    ) -> web.StreamResponse:
        """Return the answer of a send, or what a fault makes of it."""
        match fault:
            case None:
                return play()
            case "lost after":
                play()
                return _cut(request)
            case "lost before":
                return _cut(request)
            case "rate limited":
                headers = {"Retry-After": str(RETRY_AFTER)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case "unavailable":
                return web.Response(status=503, text="<html>upstream is down</html>", content_type="text/html")
            case "expired":
                raise Refused("user_not_in_channel")
            case _:
                raise Refused(unreachable)

    # ------------------------------------------------------------ response addresses
    async def _respond(self, request: web.Request) -> web.StreamResponse:
        found = self.space.response_urls.get(request.match_info["token"])
        if found is None:
            return _plainly(404, "no_service")
        fault = self.space.faults.popleft() if self.space.faults else None
        if fault == "expired":
            self.space.expired_for.add(found.user)
            return _plainly(404, "expired_url")
        if fault == "unreachable":
            return _plainly(410, "channel_is_archived")
        if self.space.now - found.at > REPLY_TIME:
            return _plainly(404, "expired_url")
        if found.uses >= REPLY_USES:
            return _plainly(404, "used_url")
        payload = await request.json()
        return self._faulty(request, fault, lambda: self._reply(found, payload), "")

    def _reply(self, found: ResponseUrl, payload: JSON) -> web.Response:
        try:
            strict.check_whisper(payload)
        except Refused as wrong:
            self.space.broken.append(f"response_url: {wrong.error}: {wrong.extra}")
            return _plainly(400, wrong.error)
        text, blocks = payload.get("text") or "", payload.get("blocks") or []
        if not text and not blocks:
            return _plainly(400, "no_text")
        found.uses += 1
        is_open = payload.get("response_type") == "in_channel"
        self.space.add(
            Message(
                channel=found.place.channel,
                ts=self.space.tick(),
                user=self.space.bot.id,
                text=text,
                blocks=[{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)],
                thread_ts=payload.get("thread_ts") or "",
                reader="" if is_open else found.user,
                mentions=mentions(text, blocks),
            )
        )
        return web.Response(text="ok")

    # ------------------------------------------------------------ files
    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.space.files.get(request.match_info["file"])
        if found is None:
            return web.Response(status=404)
        if request.headers.get("Authorization") != f"Bearer {self.space.bot_token}":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=found.content, content_type=found.mimetype)


async def _arguments(request: web.Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        return found | (body if isinstance(body, dict) else {})
    return found | dict(await request.post())


def _answer(found: JSON) -> web.Response:
    return web.json_response({"ok": True, **found})


def _plainly(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)


def _cut(request: web.Request) -> web.Response:
    """Close the connection in place of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _listener(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, port))
    return found
