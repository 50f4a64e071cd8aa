"""The bolt app that both ways in share: it checks signatures, and lets everything pass by one middleware of ours."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import quiet
from adapters.slack.receiving import NotTaken
from adapters.slack.tokens import Tokens

log = logging.getLogger("greenroom.slack")
Take = Callable[[Mapping[str, Any]], Awaitable[None]]


def application(client: AsyncWebClient, tokens: Tokens, take: Take, signing_secret: str = "") -> AsyncApp:
    """Return an app that hands every payload to `take`, and acknowledges it once that returns.

    What `take` raises is not acknowledged (over HTTP: answered by 500), so that Slack delivers it again.
    """

    # Bolt passes arguments by their names, and takes a bound method's `self` for one of them.
    async def authorize(team_id: str | None) -> AuthorizeResult:
        own = tokens.installation(team_id or "").own
        return AuthorizeResult(enterprise_id=None, team_id=own.team, bot_user_id=own.user, bot_id=own.bot)

    async def middleware(req: AsyncBoltRequest) -> BoltResponse:
        await take(req.body)
        return BoltResponse(status=200, body="")

    async def failed(error: Exception) -> None:
        if isinstance(error, NotTaken):
            log.warning("%s", error)
            return
        # Without the words of the error, which may be a person's.
        where = "".join(traceback.format_tb(error.__traceback__)[-1:]).strip()
        log.error("a payload of Slack was not taken: %s, %s", type(error).__name__, where)

    mute = quiet()
    app = AsyncApp(
        name=mute.name,  # bolt gives the logger of this name the level of the one below
        logger=mute,
        client=client,
        authorize=authorize,
        signing_secret=signing_secret,
        ignoring_self_events_enabled=False,  # `inbound` knows our own, and we want to hear that we joined a channel
        attaching_function_token_enabled=False,
    )
    app.middleware(middleware)
    app.error(failed)
    return app
