"""A small app on Slack's own libraries, in front of our fake: what it receives, and a client to call with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.fake import FakeSlack

JSON = dict[str, Any]


@dataclass
class App:
    """The app: `refusals` says how often it fails before it takes something, `answer` what it acknowledges with."""

    fake: FakeSlack
    client: AsyncWebClient
    taken: list[JSON] = field(default_factory=list)
    refusals: int = 0
    answer: str = ""

    async def take(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take what Slack delivers."""
        if self.refusals:
            self.refusals -= 1
            self.fake.delivery.refuse()
            return BoltResponse(status=500)
        self.taken.append(dict(req.body))
        headers = {"content-type": "application/json"} if self.answer else {}
        return BoltResponse(status=200, body=self.answer, headers=headers)

    def events(self) -> list[JSON]:
        """Return the events that people caused, in order of arrival."""
        found = [body["event"] for body in self.taken if body.get("type") == "event_callback"]
        return [event for event in found if not _is_own(event)]

    async def refused(self, method: str, **arguments: Any) -> str:
        """Return the error that a call is answered with."""
        with pytest.raises(SlackApiError) as caught:
            await self.client.api_call(method, json=arguments)
        return str(caught.value.response["error"])


def _is_own(event: JSON) -> bool:
    return "bot_id" in event or "bot_id" in (event.get("message") or {})


def quiet() -> logging.Logger:
    """Return a logger that says nothing."""
    logger = logging.getLogger("tests.slack.quiet")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def with_app(play: Callable[[App, FakeSlack], Awaitable[None]], *, sockets: int = 2) -> None:
    """Play a scene with an app that listens on so many sockets."""

    async def run() -> None:
        async with listening(sockets) as app:
            await play(app, app.fake)

    asyncio.run(run())


@asynccontextmanager
async def listening(sockets: int) -> AsyncIterator[App]:
    """Start fake and app, and stop both."""
    fake = FakeSlack()
    await fake.start()
    client = AsyncWebClient(fake.space.bot_token, base_url=fake.api_url, logger=quiet(), retry_handlers=[])
    app = App(fake, client)
    handlers = [_handler(app) for _ in range(sockets)]
    try:
        for handler in handlers:
            await handler.connect_async()
        assert await fake.space.until(lambda: len(fake.delivery.sockets) == sockets)
        yield app
    finally:
        for handler in handlers:
            await _close(handler)
        await fake.stop()


def _handler(app: App) -> AsyncSocketModeHandler:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=app.fake.space.team, bot_token=app.fake.space.bot_token)

    bolt = AsyncApp(logger=quiet(), client=app.client, authorize=authorize, ignoring_self_events_enabled=False)

    async def take(req: AsyncBoltRequest, next: Callable[[], Awaitable[None]]) -> BoltResponse:  # noqa: A002 - Bolt's name
        return await app.take(req)

    bolt.use(take)
    return AsyncSocketModeHandler(bolt, app.fake.space.app_token, logger=quiet(), ping_interval=30)


async def _close(handler: AsyncSocketModeHandler) -> None:
    client: Any = handler.client
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    await handler.close_async()
    await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)
