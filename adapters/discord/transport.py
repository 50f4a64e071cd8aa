"""Discord as a transport: what the core says goes out, what the client hears comes in."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.discord import tree
from adapters.discord.answering import Answering
from adapters.discord.api import COMMANDS, SET_COMMANDS, Api
from adapters.discord.client import Client
from adapters.discord.forms import Forms
from adapters.discord.history import History
from adapters.discord.inbound import Own
from adapters.discord.keeping import Keeper, Pace
from adapters.discord.limits import CAPABILITIES
from adapters.discord.people import People
from adapters.discord.receiving import Receiving
from adapters.discord.sending import Sending
from adapters.discord.settings import Settings
from adapters.discord.threads import Threads
from bot.chat.model import (
    Attachment,
    Capabilities,
    Card,
    Conversation,
    MessageRef,
    Person,
    PlatformEvent,
    RateLimited,
    Sent,
    Standing,
    Target,
    Unavailable,
)
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Context

__all__ = ["DiscordTransport", "Pace"]
log = logging.getLogger("greenroom.discord")
DEAF = replace(CAPABILITIES, hears_all=False)
"""Without the message content intent."""


class DiscordTransport:
    """One bot of Discord, in all its servers."""

    def __init__(
        self, settings: Settings, context: Context, pace: Pace | None = None, client: Client | None = None
    ) -> None:
        """Prepare to speak; nothing is connected before `run`. A `client` that is given is connected by others."""
        self._given = client
        self._pace = pace or Pace()
        self._api = Api()
        self._people = People(self._api, context.now)
        self._history = History(self._api, self._own)
        self._answering = Answering(self._api)
        self._threads = threads = Threads(self._api, context, self._own)
        self._sending = Sending(self._api, self._people, self._history, threads, self._answering)
        self._forms = Forms(self._answering)
        self._receiving = Receiving(
            self._own,
            self._people,
            self._sending,
            self._answering,
            self._forms,
            threads,
            context,
            self._pace.insistence,
        )
        self._keeper = Keeper(settings, self._pace, self._api, context.now, self._sync)
        self._accept: Accept | None = None
        self._sync_at = 0.0

    @property
    def capabilities(self) -> Capabilities:
        """Return what can be shown; what is said in threads is heard where the message content intent is granted."""
        return CAPABILITIES if self._keeper.own.reads_words else DEAF

    @property
    def ready(self) -> bool:
        """Tell whether Discord knows us, and reaches us by one shard at least."""
        return self._keeper.ready

    @property
    def hears_since(self) -> datetime | None:
        """Return when the newest session began: what is said between two of them is not delivered."""
        return self._keeper.hears_since

    @property
    def client(self) -> Client | None:
        """The client that is connected now, for tests that play its platform."""
        return self._keeper.client

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core."""
        self._accept, self._forms.surface = accept, surface

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
        """Show for ten seconds that an answer is being prepared."""
        await self._sending.typing(where)

    async def archive(self, where: Conversation) -> None:
        """Put a private thread of ours away; elsewhere nothing happens."""
        await self._sending.archive(where)

    async def forget(self, who: Person) -> None:
        """Remove which private threads somebody had."""
        await self._threads.forget_person(who)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the bytes of a file that a person sent, 25 MB at most."""
        return await self._sending.fetch(attachment)

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what people said in `where` since `after`, oldest first."""
        found = await self._history.missed(where, after)
        return [await self._threads.addressed(event) for event in found]

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights: whoever may manage the server organises."""
        return await self._people.standing(who, where)

    # ------------------------------------------------------------ life
    async def run(self) -> None:
        """Serve until cancelled; then take nothing more, end what is being accepted, and close."""
        if self._accept is None:
            raise RuntimeError("Discord is not bound to the core: call bind() first")
        self._receiving.open(self._accept)
        given = self._given
        keeping = asyncio.create_task(
            self._keeper.run(self._receiving) if given is None else self._keeper.serve(given, self._receiving)
        )
        try:
            await asyncio.wait({keeping})
            keeping.result()
        finally:
            # What is being accepted has to be acknowledged yet: so the client goes last.
            await self._receiving.close(self._pace.farewell)
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _sync(self) -> None:
        """Tell Discord our commands, if they are not what it knows; what fails is tried again, a while later."""
        surface, application = self._forms.surface, self._keeper.own.application
        now = asyncio.get_running_loop().time()
        if surface is None or now < self._sync_at:
            return
        try:
            wanted = tree.payload(surface.commands)
            known = await self._api.call(COMMANDS, application_id=application)
            if tree.digest(known if isinstance(known, list) else ()) != tree.digest(wanted):
                await self._api.call(SET_COMMANDS, wanted, application_id=application)
                log.info("Discord was told %d commands", len(wanted))
            self._sync_at = math.inf
        except (ConnectionError, TimeoutError, ValueError) as error:
            wait = error.retry_after if isinstance(error, RateLimited) else self._pace.longest
            self._sync_at = now + wait if isinstance(error, Unavailable) else math.inf
            log.error("Discord does not know our commands: %s", error)

    def _own(self) -> Own:
        return self._keeper.own
