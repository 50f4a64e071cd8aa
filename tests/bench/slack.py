"""One private message to its reply over Socket Mode, beside a bare Bolt app that answers with one `chat.postMessage`.

Our fake of Slack runs in a process of its own, so that what is measured is the bot's processor time alone.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import process_time, thread_time
from typing import Any

from bot.bank.load import load
from bot.bank.schema import HOME
from bot.wiring import Application, Clock, build_transports, open_database
from tests.bench.figures import Figure

MESSAGES, ROUNDS, WARM = 150, 5, 30
LIMIT = 3.5
Say = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time of a message: of the whole process, and of the thread of the event loop."""

    all: float
    loop: float


def measure() -> list[Figure]:
    """Return the milliseconds of processor time of a message, one at a time."""
    gc.set_threshold(50_000, 20, 20)  # as `greenroom` does when it starts
    bare, ours = asyncio.run(_measure())
    ratio = median(mine.all / floor.all for floor, mine in zip(bare, ours, strict=True))
    loop, database = median(cost.loop for cost in ours), median(cost.all - cost.loop for cost in ours)
    floor = median(cost.all for cost in bare)
    return [
        Figure("slack, message to reply (CPU)", median(cost.all for cost in ours), "ms", floor, ratio, LIMIT),
        Figure("  of it on the loop: SDK, adapter, queue", loop, "ms", floor, loop / floor),
        Figure("  of it in the database thread", database, "ms"),
    ]


async def _measure() -> tuple[list[Cost], list[Cost]]:
    bare: list[Cost] = []
    ours: list[Cost] = []
    async with (
        _workspace() as (first, say_first),
        _workspace() as (second, say_second),
        _bolt(first),
        _greenroom(second),
    ):
        await say_first(WARM)
        await say_second(WARM)
        for _ in range(ROUNDS):
            bare.append(await _cost(say_first))
            ours.append(await _cost(say_second))
    return bare, ours


async def _cost(say: Say) -> Cost:
    started, here = process_time(), thread_time()
    await say(MESSAGES)
    per = 1_000 / MESSAGES
    return Cost((process_time() - started) * per, (thread_time() - here) * per)


# ---------------------------------------------------------------- the two bots
@asynccontextmanager
async def _bolt(settings: dict[str, str]) -> AsyncIterator[None]:
    """Run what a first example of Bolt shows: it forgets everything."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"])
    app = AsyncApp(client=client)

    @app.event("message")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="I hear you.")

    handler = AsyncSocketModeHandler(app, settings["SLACK_APP_TOKEN"])
    # The app-level token is used with the client of the app, which knows where the workspace is.
    await handler.connect_async()
    try:
        yield
    finally:
        await handler.close_async()


@asynccontextmanager
async def _greenroom(settings: dict[str, str]) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        try:
            application = Application(database, load(HOME), clock=Clock())
            transports, _ = build_transports(application, {**settings, "GREENROOM_PLATFORMS": "slack"})
            slack = transports["slack"]
            async with application.serve({"slack": slack}):
                while not slack.ready:  # noqa: ASYNC110 - nothing tells when a transport becomes ready
                    await asyncio.sleep(0.01)
                yield
        finally:
            database.close()


# ---------------------------------------------------------------- the workspace
@asynccontextmanager
async def _workspace() -> AsyncIterator[tuple[dict[str, str], Say]]:
    """Give the settings of a workspace in a process of its own, and let somebody there say a number of things."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_live, args=(there,), daemon=True)
    process.start()
    settings: dict[str, str] = await asyncio.to_thread(here.recv)

    async def say(count: int) -> None:
        here.send(count)
        await asyncio.to_thread(here.recv)

    try:
        yield settings, say
    finally:
        here.send(0)
        await asyncio.to_thread(process.join)


def _live(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    from adapters.slack.fake import FakeSlack

    fake = FakeSlack()
    await fake.start()
    space = fake.space
    pipe.send({"SLACK_BOT_TOKEN": space.bot_token, "SLACK_APP_TOKEN": space.app_token, "SLACK_API_URL": fake.api_url})
    mia = space.person("mia")
    direct = space.direct(mia.id)
    while count := await asyncio.to_thread(pipe.recv):
        for number in range(count):
            ours = sum(map(space.is_ours, space.messages))
            await fake.people.say(mia, direct, f"hello, number {number} of {count} by {os.getpid()}", "")
            await space.until(lambda ours=ours: sum(map(space.is_ours, space.messages)) > ours, 30.0)
            space.messages.clear()
        pipe.send("done")
    await fake.stop()
