"""Slack over Socket Mode, beside a bare Bolt app that answers with one `chat.postMessage`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.bench import reply
from tests.bench.figures import Figure

LIMIT = 3.5
PATIENCE = 30.0


def measure() -> list[Figure]:
    """Return the milliseconds of processor time of a message, one at a time."""
    return reply.measure("slack", workspace, bolt, LIMIT)


@asynccontextmanager
async def bolt(settings: reply.Settings) -> AsyncIterator[None]:
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
async def workspace() -> AsyncIterator[tuple[reply.Settings, Callable[[str], Awaitable[None]]]]:
    """Give a workspace with one person in it."""
    from adapters.slack.fake import FakeSlack

    fake = FakeSlack()
    await fake.start()
    space = fake.space
    mia = space.person("mia")
    direct = space.direct(mia.id)

    async def say(text: str) -> None:
        ours = sum(map(space.is_ours, space.messages))
        await fake.people.say(mia, direct, text, "")
        await space.until(lambda: sum(map(space.is_ours, space.messages)) > ours, PATIENCE)
        space.messages.clear()

    try:
        yield (
            {"SLACK_BOT_TOKEN": space.bot_token, "SLACK_APP_TOKEN": space.app_token, "SLACK_API_URL": fake.api_url},
            say,
        )
    finally:
        await fake.stop()
