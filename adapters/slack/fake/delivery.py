"""How what happens reaches the app: over one of its sockets, or signed over HTTP; and whether it was acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from adapters.slack.fake.events import wrapped
from adapters.slack.fake.model import JSON
from adapters.slack.fake.workspace import Workspace

EnvelopeType = Literal["events_api", "slash_commands", "interactive"]
MOST_SOCKETS = 10
ACK_SECONDS = 3.0
"""How long Slack waits, in real time, for what the app is to acknowledge."""


@dataclass(eq=False)
class Envelope:
    """One delivery. `answer` is what the acknowledgement carried; `over`: no answer will come any more."""

    id: str
    type: EnvelopeType
    payload: JSON
    retry: int = 0
    acked: bool = False
    over: bool = False
    answer: JSON = field(default_factory=dict)


@dataclass(eq=False)
class Socket:
    """One websocket of the app; a `deaf` one stays open, and nothing arrives on it any more."""

    ws: web.WebSocketResponse
    deaf: bool = False
    sent: set[str] = field(default_factory=set)


class Delivery:
    """Sends envelopes to the app. Over HTTP as soon as `request_url` is set, else over its sockets in turn."""

    def __init__(self, space: Workspace) -> None:
        """Deliver what happens in this workspace."""
        self._space = space
        self.request_url = ""
        self.sockets: list[Socket] = []
        self.tickets: set[str] = set()
        self.pending: dict[str, Envelope] = {}
        self.refused = 0
        """How often the app is known to have refused what was delivered, beside the acknowledgements that stay out."""
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    # ------------------------------------------------------------ out
    def wants(self, event: JSON) -> bool:
        """Tell whether the app is subscribed to an event, and in the place where it happened."""
        space = self._space
        channel = space.channels.get(event.get("channel", ""))
        kind = f"{event['type']}.{channel.kind}" if event["type"] == "message" and channel else event["type"]
        kind = {"message.channel": "message.channels", "message.group": "message.groups"}.get(kind, kind)
        is_own = event.get("user") == space.bot.id and event["type"].startswith("member_")
        return kind in space.subscribed and (channel is None or is_own or space.bot.id in channel.members)

    def event(self, event: JSON) -> list[Envelope]:
        """Return the envelope of an event, none if the app is not to see it."""
        return [self.envelope("events_api", wrapped(self._space, event))] if self.wants(event) else []

    def envelope(self, kind: EnvelopeType, payload: JSON, retry: int = 0) -> Envelope:
        """Return an envelope to send."""
        return Envelope(f"{self._space.number():032x}", kind, payload, retry)

    def emit(self, event: JSON) -> None:
        """Deliver an event that nobody waits for."""
        for envelope in self.event(event):
            task = asyncio.get_running_loop().create_task(self._send(envelope))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def deliver(self, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """Send, and wait until the app has acknowledged or refused all; return what it did not acknowledge."""
        before = self.refused
        await asyncio.gather(*(self._send(envelope) for envelope in envelopes))

        def settled() -> bool:
            open_ones = sum(not (envelope.acked or envelope.over) for envelope in envelopes)
            return open_ones <= self.refused - before

        await self._space.until(settled, ACK_SECONDS)
        for envelope in envelopes:
            self.pending.pop(envelope.id, None)
        return [envelope for envelope in envelopes if not envelope.acked]

    def refuse(self) -> None:
        """Note that the app has failed with something: its acknowledgement need not be waited for."""
        self.refused += 1
        self._space.changed()

    async def _send(self, envelope: Envelope) -> None:
        if self.request_url:
            return await self._request(envelope)
        if not self.sockets:
            return self._end(envelope)
        socket = self.sockets[self._turn % len(self.sockets)]
        self._turn += 1
        self.pending[envelope.id] = envelope
        socket.sent.add(envelope.id)
        if socket.deaf:
            return self._space.changed()
        message: JSON = {"envelope_id": envelope.id, "type": envelope.type, "payload": envelope.payload}
        message["accepts_response_payload"] = envelope.type != "events_api"
        if envelope.type == "events_api":
            message |= {"retry_attempt": envelope.retry, "retry_reason": "timeout" if envelope.retry else ""}
        try:
            await socket.ws.send_json(message)
        except ConnectionError:
            self._end(envelope)

    def _end(self, envelope: Envelope, answer: JSON | None = None) -> None:
        envelope.acked, envelope.over, envelope.answer = answer is not None, answer is None, answer or {}
        self._space.changed()

    # ------------------------------------------------------------ sockets
    def ticket(self, number: str) -> str:
        """Return a ticket for one connection."""
        self.tickets.add(number)
        return number

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket of the app until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403, text="this ticket was used or never given")
        self.tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.sockets) >= MOST_SOCKETS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await ws.close()
            return ws
        socket = Socket(ws)
        await ws.send_json(self._hello())
        self.sockets.append(socket)
        self._space.changed()
        try:
            await self._listen(ws)
        finally:
            self.sockets.remove(socket)
            for lost in socket.sent & self.pending.keys():
                self._end(self.pending.pop(lost))
            self._space.changed()
        return ws

    async def _listen(self, ws: web.WebSocketResponse) -> None:
        async for message in ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                data = json.loads(message.data)
                envelope = self.pending.pop(data.get("envelope_id", ""), None)
                if envelope is not None:
                    self._end(envelope, data.get("payload") or {})

    async def disconnect(self, reason: str = "refresh_requested", which: int = 0) -> None:
        """Ask the app to leave one socket, as Slack does when it rotates them."""
        debug = {"host": "fake-host"}
        await self.sockets[which].ws.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": len(self.sockets) + 1,
            "debug_info": {"host": "fake-host", "build_number": 1, "approximate_connection_time": 18_060},
            "connection_info": {"app_id": self._space.app},
        }

    async def close(self) -> None:
        """Cut every connection."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in [*self.sockets]:
            await socket.ws.close()
        if self._http is not None:
            await self._http.close()
            self._http = None
        self.pending.clear()

    # ------------------------------------------------------------ HTTP
    async def _request(self, envelope: Envelope) -> None:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACK_SECONDS))
        body, headers = signed(self._space.signing_secret, envelope)
        try:
            async with self._http.post(self.request_url, data=body, headers=headers) as response:
                text = await response.text()
                answer = json.loads(text) if "json" in response.content_type and text else {}
                self._end(envelope, answer if response.status == 200 else None)
        except (aiohttp.ClientError, TimeoutError):
            self._end(envelope)


def signed(secret: str, envelope: Envelope) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a delivery over HTTP; its stamp is real time, which verifiers compare with."""
    match envelope.type:
        case "events_api":
            kind, body = "application/json", json.dumps(envelope.payload)
        case "slash_commands":
            kind, body = "application/x-www-form-urlencoded", urlencode(envelope.payload)
        case "interactive":
            kind, body = "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(envelope.payload)})
    stamp = str(int(time.time()))
    mark = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
    if envelope.retry:
        headers |= {"X-Slack-Retry-Num": str(envelope.retry), "X-Slack-Retry-Reason": "http_timeout"}
    return body.encode(), headers
