"""What Slack delivers: read, completed, accepted durably; only then it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from adapters.slack import inbound
from adapters.slack.errors import Refused
from adapters.slack.forms import Forms
from adapters.slack.history import History
from adapters.slack.inbound import Opens, Own
from adapters.slack.limits import PLATFORM
from adapters.slack.people import Channel, People, Profile
from adapters.slack.sending import Sending
from adapters.slack.tokens import Tokens
from bot.chat.model import Asked, Conversation, HomeOpened, Incoming, Joined, Left, PlatformEvent, Said
from bot.chat.transport import Accept

log = logging.getLogger("greenroom.slack")
BUDGET = 1.0
"""Seconds that an event waits for what Slack knows of its author; it must be acknowledged within three."""
HASTE = 0.3
"""The same before a form: the person waits for it, and `form_for` has its 1.5 s still to come."""
E = TypeVar("E", bound=PlatformEvent)


class NotTaken(ConnectionAbortedError):
    """Something was not stored, so Slack must not be told that it was: it delivers again, now or to the next process.
    The words of what went wrong stay out of this one's: they may quote a person.
    """


class Receiving:
    """Takes payloads until `close`."""

    def __init__(
        self,
        tokens: Tokens,
        people: People,
        history: History,
        sending: Sending,
        forms: Forms,
        now: Callable[[], datetime],
    ) -> None:
        """Complete events by `people`, open forms by `forms`; what brings no time of its own happens `now`."""
        self._now = now
        self._history = history
        self._tokens = tokens
        self._people = people
        self._sending = sending
        self._forms = forms
        self._accept: Accept | None = None
        self._under_way = 0
        self._nothing = asyncio.Event()
        self._nothing.set()
        self._closing = False
        self._asides: set[asyncio.Task[None]] = set()

    def open(self, accept: Accept) -> None:
        """Begin to take."""
        self._accept, self._closing = accept, False

    async def close(self, patience: float) -> None:
        """Take nothing more; let what is being accepted end, for `patience` seconds at most."""
        self._closing = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nothing.wait(), patience)
        for task in self._asides:
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)

    async def take(self, body: Mapping[str, Any]) -> None:
        """Return once a payload is done with, and may be acknowledged; raises NotTaken."""
        accept = self._accept
        if self._closing or accept is None:
            raise NotTaken("the bot is about to stop: Slack delivers again")
        self._under_way += 1
        self._nothing.clear()
        try:
            await self._take(body, accept)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nothing.set()

    async def complete(self, event: E, budget: float = BUDGET) -> E:
        """Return an event with what Slack knows of its author and place, as far as it tells within `budget` seconds."""
        if not isinstance(event, Incoming):
            return event
        space, who, where = event.space, event.who, event.where
        asked: list[Awaitable[object]] = [self._people.profiles.get((space, who.account))]
        if isinstance(event, Asked):
            if where.private:
                asked.append(self._people.direct(space, who))
            else:
                asked.append(self._people.channels.get((space, where.channel)))
        with suppress(TimeoutError):
            async with asyncio.timeout(budget):
                await asyncio.gather(*asked, return_exceptions=True)
        completed: Any = _named(event, self._people.profiles.known((space, who.account)))
        if isinstance(event, Asked):
            # A command may come from a conversation between two others, where we cannot answer.
            ours = self._people.known_direct(space, who)
            channel = self._people.channels.known((space, where.channel))
            completed = _placed(completed, ours, channel)
        return completed  # type: ignore[no-any-return] # `replace` keeps the class, which its type does not say

    # ------------------------------------------------------------ steps
    async def _take(self, body: Mapping[str, Any], accept: Accept) -> None:
        own = self._tokens.installation(str(body.get("team_id") or "")).own
        self._offer_prompts(body, own)
        found = read(await self._cleared(body, own), own, self._now())
        match found:
            case None:
                log.debug("dropped: %s", kind_of(body))
            case Opens(pressed=pressed, trigger=trigger):
                await self._forms.open(await self.complete(pressed, HASTE), trigger)
            case _:
                self._note(found)
                event = await self.complete(found)
                try:
                    await accept(event)
                except Exception as error:
                    why = type(error).__name__
                    raise NotTaken(f"{event.id} was not stored ({why}): Slack delivers again") from error

    async def _cleared(self, body: Mapping[str, Any], own: Own) -> Mapping[str, Any]:
        """Return a payload with who began its thread, asked of Slack where the payload does not say."""
        try:
            thread = inbound.unclear(body, own)
            if thread is None:
                return body
            async with asyncio.timeout(BUDGET):
                return inbound.cleared(body, await self._history.starters.get(thread))
        except Refused as refused:
            log.debug("dropped, since nobody says whose thread it is: %s", refused)
            return body
        except (ConnectionError, TimeoutError) as error:
            raise NotTaken(f"Slack does not say whose thread it is ({type(error).__name__})") from error

    def _note(self, event: PlatformEvent) -> None:
        """Remember what an event tells in passing."""
        match event:
            case Joined(space=space, where=where) | Left(space=space, where=where):
                self._people.channels.drop((space, where.channel))
            case Said(space=space, who=who, where=where) | HomeOpened(space=space, who=who, where=where):
                if where.private and where.channel:
                    self._people.met(space, who, where.channel)
            case _:
                pass

    def _offer_prompts(self, body: Mapping[str, Any], own: Own) -> None:
        event = body.get("event")
        if not isinstance(event, Mapping) or event.get("type") != "app_home_opened" or event.get("tab") != "messages":
            return
        where = Conversation(PLATFORM, own.team, str(event.get("channel") or ""), private=True)
        task = asyncio.create_task(self._suggest(where))
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _suggest(self, where: Conversation) -> None:
        with suppress(ConnectionError):
            await self._sending.suggest(where)


def read(body: Mapping[str, Any], own: Own, now: datetime) -> PlatformEvent | Opens | None:
    """Return what a payload says; None for what is not for us, and for what nobody here understands."""
    try:
        if body.get("type") == "event_callback":
            return inbound.from_event(body, own)
        if "command" in body:
            return inbound.from_command(body, own, now)
        return inbound.from_interaction(body, own, now)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        log.debug("not understood: %s", kind_of(body), exc_info=True)
        return None


def kind_of(body: Mapping[str, Any]) -> str:
    """Return what a payload is, without anything that a person said."""
    event = body.get("event")
    inner = event if isinstance(event, Mapping) else {}
    names = (body.get("type") or ("command" if "command" in body else ""), inner.get("type"), inner.get("subtype"))
    return "/".join(str(name)[:60] for name in names if name) or "a payload without a type"


def _named(event: Incoming, profile: Profile | None) -> Incoming:
    if profile is None:
        return event
    return replace(
        event,
        name=profile.name or event.name,
        zone=profile.zone or event.zone,
        organiser=event.organiser if profile.organiser is None else profile.organiser,
    )


def _placed(event: Asked, ours: str, channel: Channel | None) -> Asked:
    if event.where.private:
        return replace(event, where=replace(event.where, channel=ours or event.where.channel), can_post=True)
    if channel is None:
        return event
    return replace(event, channel=channel.name or event.channel, can_post=channel.can_post)
