"""Discord, beside a bare client of discord.py that answers with one `send`: same intents, no caches, no memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.bench import reply
from tests.bench.figures import Figure

LIMIT = 8.0
PATIENCE = 30.0


def measure() -> list[Figure]:
    """Return the milliseconds of processor time of a message, one at a time."""
    return reply.measure("discord", server, bare, LIMIT)


@asynccontextmanager
async def bare(settings: reply.Settings) -> AsyncIterator[None]:
    """Run what a first example of discord.py shows: it forgets everything."""
    import discord

    class Echo(discord.AutoShardedClient):
        async def on_message(self, message: discord.Message) -> None:
            if not message.author.bot:
                await message.channel.send("I hear you.")

    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = intents.message_content = True
    discord.http.Route.BASE = settings["DISCORD_API_URL"]
    client = Echo(
        intents=intents,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    running = asyncio.create_task(client.start(settings["DISCORD_TOKEN"]))
    try:
        while not client.is_ready():  # before `start` has begun, there is nothing to wait for
            await asyncio.sleep(0.01)
            if running.done():
                running.result()
        yield
    finally:
        await client.close()
        await running


@asynccontextmanager
async def server() -> AsyncIterator[tuple[reply.Settings, Callable[[str], Awaitable[None]]]]:
    """Give a Discord with one server, and one person in it."""
    from adapters.discord.fake import FakeDiscord

    fake = FakeDiscord(strictly=False)
    await fake.start()
    world = fake.world
    mia = world.person("mia")
    world.join(world.guild(), mia)
    direct = world.direct(mia)

    async def say(text: str) -> None:
        fake.people.say(mia, direct, text)
        if not await world.until(lambda: any(map(world.is_ours, world.messages.values())), PATIENCE):
            raise TimeoutError("the bot did not answer")
        world.messages.clear()
        world.calls.clear()

    try:
        yield {"DISCORD_TOKEN": world.token, "DISCORD_API_URL": fake.api_url}, say
    finally:
        await fake.stop()
