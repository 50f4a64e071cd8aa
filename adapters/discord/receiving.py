"""What Discord delivers, once and never again: accepted durably; only then an act is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import discord

from adapters.discord import cards, inbound, tables, tree
from adapters.discord.answering import COMPLETIONS, Answering
from adapters.discord.forms import Forms
from adapters.discord.inbound import Opens, Own
from adapters.discord.people import People
from adapters.discord.reply import reply_of
from adapters.discord.sending import Sending
from adapters.discord.threads import Threads
from bot.chat.model import Asked, Incoming, PlatformEvent, Pressed, Said, Submitted
from bot.chat.transport import Accept, Context

log = logging.getLogger("greenroom.discord")
BUDGET = 1.0
"""Seconds that an act waits for its person's direct messages to be opened; it must be acknowledged within three."""
Act = Asked | Pressed | Submitted
Interaction = discord.Interaction[discord.Client]


class Receiving:
    """Takes what the client hears, until `close`."""

    def __init__(
        self,
        own: Callable[[], Own],
        people: People,
        sending: Sending,
        answering: Answering,
        forms: Forms,
        threads: Threads,
        context: Context,
        insistence: tuple[float, ...],
    ) -> None:
        """Answer by `answering` and `sending`; `insistence`: the pauses between tries to have a message stored."""
        self._own = own
        self._people = people
        self._sending = sending
        self._answering = answering
        self._forms = forms
        self._threads = threads
        self._now = context.now
        self._context = context
        self._opening: set[asyncio.Task[str]] = set()
        self._insistence = insistence
        self._accept: Accept | None = None
        self._under_way = 0
        self._nothing = asyncio.Event()
        self._nothing.set()

    def open(self, accept: Accept) -> None:
        """Begin to take."""
        self._accept = accept

    async def close(self, patience: float) -> None:
        """Take nothing more; let what is being accepted end, for `patience` seconds at most."""
        self._accept = None
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nothing.wait(), patience)
        for opening in self._opening:
            opening.cancel()

    # ------------------------------------------------------------ what people say
    async def message(self, message: discord.Message) -> None:
        """Take a message; where it cannot be kept, its author is told."""
        event = inbound.said(message, self._own())
        if event is None or await self.keep(event):
            return
        if self._accept is not None:
            with suppress(ConnectionError, TimeoutError):
                await self._sending.say_back(str(message.channel.id), event.message, cards.write_again())

    async def keep(self, event: PlatformEvent) -> bool:
        """Have an event stored, which nobody delivers again; tell whether it was."""
        if isinstance(event, Said) and event.where.private and not event.where.space:
            self._people.met(event.who, event.where.channel)
        async with self._counted() as accept:
            if accept is None:
                return False  # what is said now is fetched by the next process
            for pause in (*self._insistence, None):
                try:
                    await accept(await self._threads.addressed(event) if isinstance(event, Incoming) else event)
                except Exception as error:
                    log.warning("%s was not stored: %s", event.id, type(error).__name__)
                    if pause is None:
                        return False
                    await asyncio.sleep(pause)
                else:
                    return True
        return False

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """Take a change."""
        if (found := inbound.edited(event, self._own())) is not None:
            await self.keep(found)

    async def deleted(self, event: discord.RawMessageDeleteEvent, channel: object) -> None:
        """Take a deletion."""
        if (found := inbound.deleted(event, channel, self._own(), self._now())) is not None:
            await self.keep(found)

    async def bulk_deleted(self, event: discord.RawBulkMessageDeleteEvent, channel: object) -> None:
        """Take many deletions."""
        for found in inbound.bulk_deleted(event, channel, self._own(), self._now()):
            await self.keep(found)

    # ------------------------------------------------------------ where we are
    async def joined(self, guild: discord.Guild) -> None:
        """Take an invitation."""
        since = inbound.since_of(guild)
        if await self.keep(inbound.joined(guild, self._now())) and since is not None:
            await self._context.stored(lambda tx: tables.keep_server(tx, str(guild.id), since.isoformat()))

    async def available(self, guild: discord.Guild) -> None:
        """Take an invitation that came while nobody listened: a server is there, since another moment than we knew."""
        since = inbound.since_of(guild)
        known = await self._context.stored(lambda tx: tables.server_since(tx, str(guild.id)))
        if since is not None and since.isoformat() != known:
            await self.joined(guild)

    async def left(self, gone: discord.Guild | discord.abc.GuildChannel) -> None:
        """Take a farewell."""
        now = self._now()
        found = inbound.left_guild(gone, now) if isinstance(gone, discord.Guild) else inbound.left_channel(gone, now)
        await self.keep(found)

    # ------------------------------------------------------------ what people do
    async def interaction(self, interaction: Interaction) -> None:
        """Take a command, a press or a submission; suggest words for what is being typed."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self._complete(interaction)
            return
        found = inbound.from_interaction(interaction, self._own())
        match found:
            case None:
                log.debug("not ours: int:%d", interaction.id)
            case Opens():
                async with self._counted():
                    await self._forms.open(found)
            case _:
                await self._act(found, interaction.id)

    async def _act(self, event: Act, interaction: int) -> None:
        reply = reply_of(event.reply)
        assert reply is not None  # `inbound` writes one into every act
        async with self._counted() as accept:
            self._answering.expect(reply)
            try:
                if accept is None:
                    raise ConnectionAbortedError("the bot is about to stop")
                event = await self._placed(await self._threads.addressed(event))
                await accept(event)
            except Exception as error:
                log.warning("%s was not stored: %s", event.id, type(error).__name__)
                await self._answering.refuse(interaction, reply, cards.not_taken())
            else:
                await self._answering.acknowledge(interaction, reply_of(event.reply) or reply)

    async def _placed(self, event: Act) -> Act:
        """Return an act with an address; who asks among strangers is answered later in our direct messages."""
        if event.where.channel or not event.where.private:
            return event
        opening = asyncio.create_task(self._people.direct(event.who))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)
        async with asyncio.timeout(BUDGET):
            channel = await asyncio.shield(opening)  # what comes later is remembered for their next try
        return replace(event, where=replace(event.where, channel=channel))

    async def _complete(self, interaction: Interaction) -> None:
        surface, typing = self._forms.surface, tree.typing(interaction.data or {})
        if surface is None or typing is None:
            return
        choices = tree.complete(surface, typing.command, typing.option, typing.typed)
        body = {"type": COMPLETIONS, "data": {"choices": choices}}
        await self._answering.first(interaction.id, interaction.token, body)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[Accept | None]:
        """Be under way: a shutdown waits for the end."""
        self._under_way += 1
        self._nothing.clear()
        try:
            yield self._accept
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nothing.set()
