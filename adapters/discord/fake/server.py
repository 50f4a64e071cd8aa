"""The fake as a server: REST API, gateway and files of one world, on 127.0.0.1."""

from __future__ import annotations

import json
import socket
import time
import weakref
from collections.abc import Mapping

from aiohttp import web

from adapters.discord.fake import strict
from adapters.discord.fake.call import Answer, Call
from adapters.discord.fake.gateway import Gateway
from adapters.discord.fake.model import JSON, Kind, Refused, Trouble
from adapters.discord.fake.people import People
from adapters.discord.fake.routes import Route, find
from adapters.discord.fake.world import World

HOST = "127.0.0.1"
RETRY_AFTER = 31.5
"""Seconds of a limit: more than the 30 that discord.py may be made to wait for by itself."""
MOMENT = 0.02
BAD_REQUESTS = (0, 40060, 50006, 50035, 50109)
"""Codes of what no app should ever cause."""


class FakeDiscord:
    """A world, the people in it, and the server that an app speaks to. Its port is known before it starts."""

    def __init__(self, *, strictly: bool = True) -> None:
        """Take a port; nothing answers there before `start`. Not `strictly`: shapes are not judged, for benchmarks."""
        self.world = World()
        self.gateway = Gateway(self.world)
        self.people = People(self.world, self.gateway)
        self._strictly = strictly
        self._socket: socket.socket | None = _listener(0)
        self.port: int = self._socket.getsockname()[1]
        self.world.address = f"http://{HOST}:{self.port}"
        self.api_url = f"{self.world.address}/api/v10"
        self._runner: web.AppRunner | None = None
        self._used: dict[str, tuple[float, int]] = {}
        # A rig that is never started must not leave its socket open.
        self._close = weakref.finalize(self, self._socket.close)

    async def start(self) -> None:
        """Serve; after `stop` again on the same port, since reply tokens outlive the app's process."""
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_route("*", "/api/v10{path:/.*}", self._call)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/resume", self.gateway.serve)
        app.router.add_get("/attachments/{file}/{name}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await self._runner.setup()
        self._socket = self._socket or _listener(self.port)
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        """Cut all connections and close the port."""
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()
        self._runner = self._socket = None

    # ------------------------------------------------------------ REST
    async def _call(self, request: web.Request) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0].removeprefix("/api/v10")
        text = await request.text()
        try:
            body = json.loads(text) if text else None
            self.world.calls.append((request.method, path, body))
            route, names = self._admitted(request, path)
            trouble = self._trouble(route, names)
            found = None if trouble is None else self._before(request, trouble, names)
            if found is not None:
                return found
            if self._strictly:
                strict.check_request(request.method, path, body)
            answer = route.play(self.world, Call(names, request.query, body))
        except json.JSONDecodeError:
            return self._refused(request, path, Refused(400, 50109, "The request body contains invalid JSON."))
        except Refused as refused:
            return self._refused(request, path, refused)
        self._judge(request.method, path, answer)
        if trouble == "lost after":
            return _cut(request)
        return _gateway_error(502) if trouble == "bad gateway after" else self._answer(route, names, answer)

    def _admitted(self, request: web.Request, path: str) -> tuple[Route, Mapping[str, str]]:
        found = find(request.method, path)
        if found is None:
            raise Refused(404, 0, "404: Not Found")
        route, names = found
        if not route.open and request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise Refused(401, 0, "401: Unauthorized")
        self._count(route, names)
        return route, names

    def _refused(self, request: web.Request, path: str, refused: Refused) -> web.Response:
        if refused.code in BAD_REQUESTS and refused.status not in (401, 429):
            self.world.broken.append(f"{request.method} {path}: {refused}")
        body = {"message": refused.message, "code": refused.code, **refused.extra}
        headers = {}
        if refused.status == 429:
            headers = {"Via": "1.1 fake", "Retry-After": f"{refused.extra['retry_after']:.3f}"}
            headers |= {"X-RateLimit-Global": "true"} if refused.extra["global"] else {"X-RateLimit-Scope": "user"}
        return _json(body, refused.status, headers)

    def _judge(self, method: str, path: str, answer: Answer) -> None:
        """Note an answer of our own that Discord would never give."""
        if self._strictly:
            wrong = strict.answer_errors(method, path, answer.status, answer.body)
            self.world.broken += [f"the fake answers {method} {path}: {why}" for why in wrong]

    def _answer(self, route: Route, names: Mapping[str, str], answer: Answer) -> web.Response:
        headers = {} if route.open else self._limit_headers(route, names)
        if answer.status == 204:
            return web.Response(status=204, headers=headers)
        return _json(answer.body, answer.status, headers)

    # ------------------------------------------------------------ limits
    def _bucket(self, route: Route, names: Mapping[str, str]) -> str:
        return f"{route.name}:{names.get('channel') or names.get('guild') or ''}"

    def _count(self, route: Route, names: Mapping[str, str]) -> None:
        """Count a call against its limit, if this world has one for it; raises Refused beyond it."""
        limit = self.world.limits.get(route.name)
        if limit is None:
            return
        key, now = self._bucket(route, names), time.monotonic()
        since, used = self._used.get(key, (now, 0))
        if now - since >= limit[1]:
            since, used = now, 0
        self._used[key] = since, used + 1
        if used >= limit[0]:
            raise limited(limit[1] - (now - since))

    def _limit_headers(self, route: Route, names: Mapping[str, str]) -> dict[str, str]:
        limit, seconds = self.world.limits.get(route.name, (50, 1.0))
        since, used = self._used.get(self._bucket(route, names), (time.monotonic(), 1))
        after = max(0.0, seconds - (time.monotonic() - since))
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": f"{abs(hash(route.name)):016x}",
            "Via": "1.1 fake",
        }

    # ------------------------------------------------------------ faults
    def _trouble(self, route: Route, names: Mapping[str, str]) -> Trouble | None:
        """Return what goes wrong with this call; what cannot happen to it waits for the next."""
        if not route.sends or not self.world.faults:
            return None
        next_one = self.world.faults[0]
        is_write = route.template.endswith("/messages") or route.template.endswith("/threads")
        if (next_one == "expired" and not route.open) or (next_one == "unreachable" and not is_write):
            return None
        return self.world.faults.popleft()

    def _before(self, request: web.Request, trouble: Trouble, names: Mapping[str, str]) -> web.Response | None:
        """Return the answer of a call that is not played, None if it is."""
        match trouble:
            case "lost before":
                return _cut(request)
            case "rate limited":
                raise limited(RETRY_AFTER)
            case "short limit":
                raise limited(MOMENT)
            case "global limit":
                raise limited(MOMENT, everywhere=True)
            case "unavailable":
                return _gateway_error(503)
            case "bad gateway":
                return _gateway_error(502)
            case "unreachable":
                raise self._unreachable(names)
            case "expired":
                raise Refused(404, 10015, "Unknown Webhook")
            case "lost after" | "bad gateway after":
                return None

    def _unreachable(self, names: Mapping[str, str]) -> Refused:
        channel = self.world.channels.get(names.get("channel", ""))
        if channel is not None and channel.kind == Kind.DM:
            return Refused(403, 50007, "Cannot send messages to this user")
        return Refused(403, 50001, "Missing Access")

    # ------------------------------------------------------------ files
    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.world.files.get(request.match_info["file"])
        if found is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.content, content_type=found.media_type)


def limited(seconds: float, *, everywhere: bool = False) -> Refused:
    """Return the refusal of a call that came too early."""
    extra: JSON = {"retry_after": round(max(seconds, 0.001), 3), "global": everywhere}
    return Refused(429, 0, "You are being rate limited.", **extra)


def _json(body: object, status: int, headers: Mapping[str, str]) -> web.Response:
    """Return JSON under exactly the type that discord.py compares with."""
    text = json.dumps(body).encode()
    return web.Response(body=text, status=status, headers=headers, content_type="application/json")


def _gateway_error(status: int) -> web.Response:
    return web.Response(status=status, text="<html>upstream connect error</html>", content_type="text/html")


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
