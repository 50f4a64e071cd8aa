"""The gateway: sessions of shards over websockets, what they are told, and how they are picked up again."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from functools import partial

import aiohttp
from aiohttp import web

from adapters.discord.fake import events, objects
from adapters.discord.fake.events import Event
from adapters.discord.fake.model import JSON
from adapters.discord.fake.world import World

HEARTBEAT_MS = 41_250
PRIVILEGED = 1 << 1 | 1 << 8 | events.CONTENT
KNOWN_INTENTS = (1 << 26) - 1
UNKNOWN_OPCODE, NOT_IDENTIFIED, WRONG_TOKEN, TWICE, WRONG_SEQUENCE = 4001, 4003, 4004, 4005, 4007
WRONG_SHARD, WRONG_INTENTS, FORBIDDEN_INTENTS = 4010, 4013, 4014
_FOR_GOOD = (1000, 1001)


@dataclass(eq=False)
class Session:
    """What a shard of the app was told, so that it can be told again."""

    id: str
    shard: int
    shards: int
    intents: int
    log: list[JSON] = field(default_factory=list)
    link: Link | None = None

    def tell(self, name: str, data: JSON) -> None:
        """Dispatch an event, now or when the shard resumes."""
        self.log.append({"op": 0, "s": len(self.log) + 1, "t": name, "d": data})
        if self.link is not None:
            self.link.push(self.log[-1])


@dataclass(eq=False)
class Link:
    """One websocket; a `deaf` one stays open, and nothing is said on it any more."""

    ws: web.WebSocketResponse
    zipped: bool
    transport: asyncio.Transport | None
    session: Session | None = None
    deaf: bool = False
    closed: bool = False
    """Whether it was closed from here: then its session can be resumed, whatever code comes back."""
    beats: int = 0
    out: asyncio.Queue[JSON | int] = field(default_factory=asyncio.Queue)

    def push(self, payload: JSON) -> None:
        """Send something after all that waits to be sent."""
        if not self.deaf:
            self.out.put_nowait(payload)

    def close(self, code: int) -> None:
        """Close with a code after all that waits to be sent."""
        self.closed = True
        self.out.put_nowait(code)

    async def send(self) -> None:
        """Send what is pushed, until it is closed."""
        zipper = zlib.compressobj()
        while not isinstance(payload := await self.out.get(), int):
            text = json.dumps(payload)
            try:
                if self.zipped:
                    data = zipper.compress(text.encode()) + zipper.flush(zlib.Z_SYNC_FLUSH)
                    await self.ws.send_bytes(data)
                else:
                    await self.ws.send_str(text)
            except ConnectionError:
                return
        await self.ws.close(code=payload)


class Gateway:
    """Tells the app what happens, once to each of its sessions that is concerned."""

    def __init__(self, world: World) -> None:
        """Tell of this world."""
        self._world = world
        world.emit = self.tell
        self.sessions: dict[str, Session] = {}
        self.links: list[Link] = []
        self.refused_handshakes = 0
        """How many of the next connections end in a 503 before they are any."""
        self.ungreeted = 0
        """How many of the next connections open, and are never greeted."""
        self.away = False
        """While the app is away, nothing is dispatched, and nothing is kept for it."""
        self.identified: list[JSON] = []
        self.resumed: list[JSON] = []

    # ------------------------------------------------------------ out
    def tell(self, event: Event) -> None:
        """Dispatch an event to the sessions of its shard that asked for such, and may see it."""
        if self.away or event.hidden:
            return
        for session in self.sessions.values():
            shard = (int(event.guild) >> 22) % session.shards if event.guild else 0
            if shard == session.shard and (not event.intent or session.intents & event.intent):
                bare = event.bare is not None and not session.intents & events.CONTENT
                session.tell(event.name, event.bare if bare and event.bare is not None else event.data)
        self._world.changed()

    async def settled(self) -> None:
        """Wait until the app has read everything that was dispatched, and had a moment for it.

        discord.py answers at most 110 such questions a minute on one socket.
        """
        for link in [link for link in self.links if link.session is not None and not link.deaf]:
            link.push({"op": 1, "d": None})
            await self._world.until(partial(self._has_beaten, link, link.beats))
        for _ in range(20):
            await asyncio.sleep(0)

    def _has_beaten(self, link: Link, before: int) -> bool:
        return link.beats > before or link not in self.links

    def reconnect(self) -> None:
        """Ask the app to connect anew and resume."""
        for link in self.links:
            link.push({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the app that its sessions are over, or may be resumed."""
        for link in self.links:
            link.push({"op": 9, "d": resumable})
            if link.session is not None and not resumable:
                self.sessions.pop(link.session.id, None)

    def disconnect(self, code: int = 4000) -> None:
        """Close every socket with a code."""
        for link in self.links:
            link.close(code)

    def revoke(self) -> None:
        """Let the app's token be another, and end what began with the old one."""
        self._world.token += "-again"
        self.sessions.clear()
        self.disconnect(WRONG_TOKEN)

    def cut(self) -> None:
        """Break every socket, without a word."""
        for link in self.links:
            if link.transport is not None:
                link.transport.abort()

    # ------------------------------------------------------------ in
    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it closes."""
        if self.refused_handshakes:
            self.refused_handshakes -= 1
            return web.Response(status=503, text="upstream connect error")
        compress = request.query.get("compress", "")
        if request.query.get("encoding", "json") != "json" or compress not in ("", "zlib-stream"):
            return web.Response(status=400, text="this fake speaks JSON, plain or as zlib-stream")
        ws = web.WebSocketResponse(max_msg_size=4096)
        await ws.prepare(request)
        link = Link(ws, bool(compress), request.transport)
        self.links.append(link)
        if self.ungreeted:
            self.ungreeted -= 1
            link.deaf = True
        link.push({"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": HEARTBEAT_MS, "_trace": ["fake"]}})
        sender = asyncio.create_task(link.send())
        try:
            async for message in ws:
                if message.type is aiohttp.WSMsgType.TEXT and not link.deaf:
                    self._hear(link, json.loads(message.data))
        finally:
            sender.cancel()
            self._end(link)
        return ws

    def _end(self, link: Link) -> None:
        self.links.remove(link)
        session = link.session
        if session is not None and session.link is link:
            session.link = None
            if not link.closed and link.ws.close_code in _FOR_GOOD:
                self.sessions.pop(session.id, None)
        self._world.changed()

    def _hear(self, link: Link, payload: JSON) -> None:
        match payload["op"]:
            case 1:
                link.beats += 1
                link.push({"op": 11})
                self._world.changed()
            case 2 if link.session is None:
                self._identify(link, payload["d"])
            case 2:
                link.close(TWICE)
            case 6:
                self._resume(link, payload["d"])
            case 3 | 4 | 8 if link.session is None:
                link.close(NOT_IDENTIFIED)
            case 3 | 4 | 8:
                pass
            case _:
                link.close(UNKNOWN_OPCODE)

    def _identify(self, link: Link, asked: JSON) -> None:
        self.identified.append(asked)
        intents = asked.get("intents", 0)
        shard, shards = asked.get("shard") or (0, 1)
        granted = events.CONTENT if self._world.content_granted else 0
        if asked.get("token") != self._world.token:
            return link.close(WRONG_TOKEN)
        if not 0 <= shard < shards:
            return link.close(WRONG_SHARD)
        if intents & ~KNOWN_INTENTS:
            return link.close(WRONG_INTENTS)
        if intents & PRIVILEGED & ~granted:
            return link.close(FORBIDDEN_INTENTS)
        self._world.sessions_left -= 1
        session = Session(f"{self._world.number():032x}", shard, shards, intents, link=link)
        link.session = self.sessions[session.id] = session
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if self._world.bot.id in guild.members and (int(guild.id) >> 22) % shards == shard
        ]
        session.tell("READY", self._ready(session, [guild.id for guild in guilds]))
        if intents & events.GUILDS:
            for guild in guilds:
                if not guild.unavailable:
                    session.tell("GUILD_CREATE", objects.guild_created(self._world, guild))
        self._world.changed()
        return None

    def _ready(self, session: Session, guilds: list[str]) -> JSON:
        flags = objects.application(self._world)["flags"]
        return {
            "v": 10,
            "user": objects.user(self._world.bot) | {"mfa_enabled": True, "verified": True},
            "guilds": [{"id": number, "unavailable": True} for number in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": f"{self.address}/resume",
            "shard": [session.shard, session.shards],
            "application": {"id": self._world.application, "flags": flags},
            "private_channels": [],
            "user_settings": {},
            "_trace": ["fake"],
        }

    @property
    def address(self) -> str:
        """Where sockets connect to, "ws://127.0.0.1:PORT"."""
        return self._world.address.replace("http", "ws", 1)

    def _resume(self, link: Link, asked: JSON) -> None:
        self.resumed.append(asked)
        session = self.sessions.get(asked.get("session_id", ""))
        if asked.get("token") != self._world.token:
            return link.close(WRONG_TOKEN)
        if session is None:
            return link.push({"op": 9, "d": False})
        if asked.get("seq", 0) > len(session.log):
            return link.close(WRONG_SEQUENCE)
        link.session, session.link = session, link
        for payload in session.log[asked.get("seq") or 0 :]:
            link.push(payload)
        session.tell("RESUMED", {"_trace": ["fake"]})
        return None

    async def close(self) -> None:
        """Close every socket, and forget all sessions."""
        for link in [*self.links]:
            await link.ws.close(code=1001)
        self.sessions.clear()
