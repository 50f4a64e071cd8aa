"""A small app on discord.py itself, in front of our fake: what it hears, and calls in its name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.fake import FakeDiscord

JSON = dict[str, Any]


class App(discord.AutoShardedClient):
    """Hears everything, and keeps nothing else."""

    def __init__(self, fake: FakeDiscord, *, words: bool = True, **options: Any) -> None:
        """Be an app of this fake; `words`: with the intent for what people write."""
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = words
        super().__init__(
            intents=intents,
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=0.01,
            max_ratelimit_timeout=30,
            heartbeat_timeout=options.pop("heartbeat_timeout", 60.0),
            **options,
        )
        self.fake = fake
        self.heard: list[tuple[str, Any]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Lose no time between shards: the library waits five seconds for Discord's sake."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note what the library tells."""
        self.heard.append((event, args[0] if args else None))
        self.fake.world.changed()
        super().dispatch(event, *args, **kwargs)

    def of(self, event: str) -> list[Any]:
        """Return what was heard of a kind."""
        return [what for name, what in self.heard if name == event]

    async def until(self, event: str, times: int = 1) -> list[Any]:
        """Wait until something was heard so often; return it."""
        assert await self.fake.world.until(lambda: len(self.of(event)) >= times), f"no {event}: {self.heard}"
        return self.of(event)

    async def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Call the API."""
        more: JSON = {"json": body} if body is not None else {}
        more |= {"params": query} if query else {}
        return await self.http.request(Route(method, path), **more)

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, int]:
        """Return status and code of the error that a call is answered with."""
        with pytest.raises(discord.HTTPException) as caught:
            await self.call(method, path, body, **query)
        return caught.value.status, caught.value.code


@contextmanager
def at_home(fake: FakeDiscord) -> Iterator[None]:
    """Let discord.py take the fake for Discord."""
    before, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = fake.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{fake.gateway.address}/gateway")
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before, gateway


@asynccontextmanager
async def listening(fake: FakeDiscord, *, connect: bool = True, **options: Any) -> AsyncIterator[App]:
    """Start an app, connected or only logged in, and stop it."""
    app = App(fake, **options)
    run: asyncio.Task[None] | None = None
    try:
        await app.login(fake.world.token)
        if connect:
            run = asyncio.create_task(app.connect())
            await app.until("ready")
        yield app
    finally:
        await (app.close() if connect else app.http.close())
        if run is not None:
            run.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await run


def with_app(
    play: Callable[[App, FakeDiscord], Awaitable[None]],
    *,
    prepare: Callable[[FakeDiscord], object] = lambda fake: fake.world.channel("prep"),
    **options: Any,
) -> FakeDiscord:
    """Play a scene with an app in front of a fake that was prepared; return the fake."""
    fake = FakeDiscord()

    async def run() -> None:
        prepare(fake)
        await fake.start()
        try:
            with at_home(fake):
                async with listening(fake, **options) as app:
                    await play(app, fake)
        finally:
            await fake.stop()

    asyncio.run(run())
    return fake


def said(text: str, **more: Any) -> JSON:
    """Return a message of one text display."""
    return {"flags": 1 << 15, "components": [{"type": 10, "content": text}], **more}


def button(label: str, custom_id: str = "") -> JSON:
    """Return a row with a button."""
    return {"type": 1, "components": [{"type": 2, "style": 2, "label": label, "custom_id": custom_id or label}]}
