"""One private message to its reply, through an adapter and the core, beside a bare client of the platform's library.

Our fake of the platform runs in a process of its own for each of the two, so that what is measured is the bot's
processor time alone.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import process_time, thread_time

from bot.bank.load import load
from bot.bank.schema import HOME
from bot.wiring import Application, Clock, build_transports, open_database
from tests.bench.figures import Figure

MESSAGES, ROUNDS, WARM = 150, 5, 30
Settings = dict[str, str]
Say = Callable[[int], Awaitable[None]]
Bot = Callable[[Settings], AbstractAsyncContextManager[None]]
"""Serves a world while it is open."""
World = Callable[[], AbstractAsyncContextManager[tuple[Settings, Callable[[str], Awaitable[None]]]]]
"""A fake of a platform: the settings that lead to it, and somebody there who says something and waits for the reply.

It is made in a process of its own, so it has to be a function of a module.
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of a message: of the whole process, and of the thread of the event loop."""

    all: float
    loop: float


def measure(platform: str, world: World, bare: Bot, limit: float) -> list[Figure]:
    """Return the milliseconds of processor time of a message, one at a time, beside those of the `bare` client."""
    gc.set_threshold(50_000, 20, 20)  # as `greenroom` does when it starts
    floors, ours = asyncio.run(_measure(platform, world, bare))
    ratio = median(mine.all / floor.all for floor, mine in zip(floors, ours, strict=True))
    loop, database = median(cost.loop for cost in ours), median(cost.all - cost.loop for cost in ours)
    floor = median(cost.all for cost in floors)
    return [
        Figure(f"{platform}, message to reply (CPU)", median(cost.all for cost in ours), "ms", floor, ratio, limit),
        Figure("  of it on the loop: SDK, adapter, queue", loop, "ms", floor, loop / floor),
        Figure("  of it in the database thread", database, "ms"),
    ]


async def _measure(platform: str, world: World, bare: Bot) -> tuple[list[Cost], list[Cost]]:
    floors: list[Cost] = []
    ours: list[Cost] = []
    async with (
        _apart(world) as (first, say_first),
        _apart(world) as (second, say_second),
        bare(first),
        _greenroom(platform, second),
    ):
        await say_first(WARM)
        await say_second(WARM)
        for _ in range(ROUNDS):
            floors.append(await _cost(say_first))
            ours.append(await _cost(say_second))
    return floors, ours


async def _cost(say: Say) -> Cost:
    started, here = process_time(), thread_time()
    await say(MESSAGES)
    per = 1_000 / MESSAGES
    return Cost((process_time() - started) * per, (thread_time() - here) * per)


@asynccontextmanager
async def _greenroom(platform: str, settings: Settings) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            application = Application(database, load(HOME), clock=Clock())
            transports, _ = build_transports(application, {**settings, "GREENROOM_PLATFORMS": platform})
            transport = transports[platform]
            async with application.serve({platform: transport}):
                while not transport.ready:  # noqa: ASYNC110 - nothing tells when a transport becomes ready
                    await asyncio.sleep(0.01)
                yield
        finally:
            database.close()


# ---------------------------------------------------------------- the world, in a process of its own
@asynccontextmanager
async def _apart(world: World) -> AsyncIterator[tuple[Settings, Say]]:
    """Give the settings of a fresh world, and let somebody there say a number of things."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_live, args=(there, world), daemon=True)
    process.start()
    settings: Settings = await asyncio.to_thread(here.recv)

    async def say(count: int) -> None:
        here.send(count)
        await asyncio.to_thread(here.recv)

    try:
        yield settings, say
    finally:
        here.send(0)
        await asyncio.to_thread(process.join)


def _live(pipe: Connection, world: World) -> None:
    asyncio.run(_serve(pipe, world))


async def _serve(pipe: Connection, world: World) -> None:
    async with world() as (settings, say):
        pipe.send(settings)
        while count := await asyncio.to_thread(pipe.recv):
            for number in range(count):
                await say(f"hello, number {number} of {count} by {os.getpid()}")
            pipe.send("done")
