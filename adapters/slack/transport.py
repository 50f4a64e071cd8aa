"""Slack as a transport: signs in, listens, and lets everything pass by one middleware that accepts durably."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.slack.api import Api
from adapters.slack.bolt import application
from adapters.slack.errors import Refused, SignedOut
from adapters.slack.forms import Forms
from adapters.slack.history import History
from adapters.slack.http import Server, Web
from adapters.slack.inbound import is_echo
from adapters.slack.limits import CAPABILITIES
from adapters.slack.people import People
from adapters.slack.receiving import Receiving
from adapters.slack.sending import Sending
from adapters.slack.settings import Settings
from adapters.slack.socket import Pace, Sockets
from adapters.slack.tokens import Tokens
from bot.chat.model import (
    Attachment,
    Card,
    Conversation,
    MessageRef,
    Person,
    PlatformEvent,
    Sent,
    Standing,
    Target,
    Unavailable,
)
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Context

log = logging.getLogger("greenroom.slack")


class SlackTransport:
    """One workspace of Slack."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings, context: Context, pace: Pace | None = None) -> None:
        """Prepare to speak; nothing is connected before `run`."""
        self._settings = settings
        self._pace = pace or Pace()
        self._tokens = Tokens(settings.bot_token)
        self._api = Api(self._tokens, settings.api_url)
        self._people = People(self._api, context.now)
        self._history = History(self._api, self._tokens, context.now)
        self._sending = Sending(self._api, self._tokens, self._people, self._history, context.now)
        self._forms = Forms(self._api, self._sending)
        self._receiving = Receiving(self._tokens, self._people, self._history, self._sending, self._forms, context.now)
        self._accept: Accept | None = None
        self._server: Sockets | Server | None = None
        self._is_signed_in = False
        self._refusal = ""
        self._now = context.now
        self._heard_from: datetime | None = None

    @property
    def ready(self) -> bool:
        """Tell whether Slack knows us, and reaches us: by one socket at least, or by HTTP."""
        return self._is_signed_in and self._server is not None and self._server.ready

    @property
    def hears_since(self) -> datetime | None:
        """Return since when there is a socket, or a server: Slack tries again for minutes only where there is none."""
        return self._heard_from if self.ready else None

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core."""
        self._accept, self._forms.surface = accept, surface

    async def run(self) -> None:
        """Serve until cancelled; then take nothing more, end what is being accepted, and close."""
        if self._accept is None:
            raise RuntimeError("Slack is not bound to the core: call bind() first")
        self._api.open()
        try:
            await self._sign_in()
            self._receiving.open(self._accept)
            await self._serve()
        finally:
            self._is_signed_in = False
            await self._forms.close()
            await self._people.close()
            await self._history.starters.close()
            await self._api.close()

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Send a card; raises RateLimited, Unavailable, Unreachable or Expired."""
        return await self._sending.post(to, card, key=key, only=only, reply=reply, again=again)

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Replace a message of ours; nothing happens where somebody has deleted it."""
        await self._sending.edit(message, card)

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message; adding it twice is the same as once."""
        await self._sending.react(message, name)

    async def typing(self, where: Conversation) -> None:
        """Show in a private thread that an answer is being prepared; raises nothing of Slack's."""
        await self._sending.typing(where)

    async def archive(self, where: Conversation) -> None:
        """Do nothing: a thread in Slack has no end."""

    async def forget(self, who: Person) -> None:
        """Do nothing: there are no tables of Slack's own."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the bytes of a file that a person sent, 25 MB at most."""
        return await self._sending.fetch(attachment)

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what people said in `where` since `after`, oldest first."""
        found = await self._history.missed(where, after)
        return await asyncio.gather(*(self._receiving.complete(event) for event in found))

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights: workspace admins organise, and we may post where we are or can join."""
        return await self._people.standing(who, where)

    # ------------------------------------------------------------ life
    async def _sign_in(self) -> None:
        """Return once Slack has told who we are, however long that takes."""
        wait, said = self._pace.shortest, ""
        while not self._is_signed_in:
            try:
                await self._look()
            except Unavailable as error:
                if (words := str(error)) != said:
                    log.warning("not signed in to Slack yet: %s", words)
                    said = words
                await asyncio.sleep(wait)
                wait = min(2 * wait, self._pace.longest)
            else:
                if not self._is_signed_in:
                    await asyncio.sleep(self._pace.signed_out)

    async def _look(self) -> None:
        """Ask Slack whether it knows our token; raises Unavailable where it does not answer."""
        try:
            answer = await self._api.call("", "auth.test")
        except (SignedOut, Refused) as refused:
            if self._is_signed_in or not self._refusal:
                log.error("Slack refuses SLACK_BOT_TOKEN (%s): set the bot token of the installed app", refused.code)
            self._is_signed_in, self._refusal = False, refused.code
            return
        own = self._tokens.sign_in(answer).own
        if not self._is_signed_in:
            log.info("signed in to Slack workspace %s as %s", own.team, own.user)
        self._is_signed_in, self._refusal = True, ""

    def _begin_to_hear(self) -> None:
        self._heard_from = self._now()

    def _is_echo(self, body: Mapping[str, Any]) -> bool:
        return is_echo(body, self._tokens.installation().own)

    async def _serve(self) -> None:
        secret = self._settings.signing_secret
        app = application(self._api.client, self._tokens, self._receiving.take, secret)
        if self._settings.app_token:
            self._server = Sockets(app, self._settings.app_token, self._pace, self._is_echo, self._begin_to_hear)
        else:
            self._begin_to_hear()
            self._server = Server(Web(app, lambda: self.ready), self._settings.port, self._pace)
        tasks = [asyncio.create_task(self._server.run()), asyncio.create_task(self._watch())]
        try:
            # Not gathered: a cancelled `gather` cancels at once what has to end in order.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            await self._receiving.close(self._pace.farewell)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._server = None

    async def _watch(self) -> None:
        """Notice a token that Slack no longer knows, and one that it knows again."""
        while True:
            await asyncio.sleep(self._pace.look if self._is_signed_in else self._pace.signed_out)
            try:
                await self._look()
            except Unavailable as error:
                log.debug("Slack does not say whether it knows us: %s", error)
