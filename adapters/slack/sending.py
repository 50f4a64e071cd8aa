"""Everything that we say in Slack: posts, whispers, home pages, edits, reactions, signs of typing."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack import cards, render
from adapters.slack.api import Api
from adapters.slack.errors import Refused
from adapters.slack.history import History
from adapters.slack.limits import PLATFORM
from adapters.slack.modal import Origin
from adapters.slack.people import People
from adapters.slack.tokens import Tokens
from bot.chat.model import (
    Attachment,
    Card,
    Conversation,
    Expired,
    Home,
    MessageRef,
    Person,
    Private,
    RateLimited,
    Sent,
    Target,
    Unavailable,
    Unreachable,
)

log = logging.getLogger("greenroom.slack")

FILE_LIMIT = 25 * 2**20
"""Bytes of a file that is fetched at most."""
TOPICS = 1_000
"""Private threads that are remembered by their topic, for the parts of one card."""
SULKING = timedelta(hours=1)
"""How long an assistant call that a workspace refused is not tried again: it needs a paid plan."""


class Sending:
    """Speaks in Slack. Each step is one call, tried once."""

    def __init__(self, api: Api, tokens: Tokens, people: People, history: History, now: Callable[[], datetime]) -> None:
        """Speak through `api`."""
        self._api = api
        self._tokens = tokens
        self._people = people
        self._history = history
        self._now = now
        self._topics: OrderedDict[tuple[Person, str], str] = OrderedDict()
        self._refused: dict[tuple[str, str], datetime] = {}

    async def post(self, to: Target, card: Card, *, key: str, only: Person | None, reply: str, again: bool) -> Sent:
        """Send a card to wherever it goes; with `again`, only if nothing carries its key."""
        match to:
            case Home(who=who):
                return await self._publish(who, card)
            case Private():
                return await self._privately(to, card, key, again)
            case Conversation() if only is None:
                return await self._post(to, card, key, again)
            case Conversation() if not to.private:
                return await self.whisper(to, card, only, reply)
            case _:  # in private there is nobody to hide it from
                if to.channel:
                    return await self._post(to, card, key, again)
                return await self._privately(Private(only, near=to), card, key, again)

    async def whisper(self, where: Conversation, card: Card, who: Person, reply: str) -> Sent:
        """Show a card to one person; raises Expired where only a direct message reaches them."""
        said = render.whisper(card)
        thread = {"thread_ts": where.thread} if where.thread else {}
        if reply:
            try:
                answer = {**said, **thread, "response_type": "ephemeral", "replace_original": False}
                await self._api.respond(reply, answer)
                return Sent(None, where)
            except Expired as expired:
                log.debug("%s; the whisper goes without it", expired)
        if not where.channel:
            raise Expired("there is no channel to whisper in: write to the person")
        try:
            arguments = {"channel": where.channel, "user": who.account, **thread, **said}
            await self._api.call(where.space, "chat.postEphemeral", **arguments)
        except Refused as refused:
            raise Expired(f"{refused}: write to the person") from refused
        return Sent(None, where)

    async def edit(self, message: MessageRef, card: Card) -> None:
        """Replace a message of ours; one that somebody has deleted is let be. Its key stays with it."""
        try:
            arguments = {"channel": message.where.channel, "ts": message.id, **render.whisper(card)}
            await self._api.call(message.where.space, "chat.update", **arguments)
        except Refused as refused:
            if refused.code != "message_not_found":
                raise

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message that still stands, unless it is there."""
        try:
            place = {"channel": message.where.channel, "timestamp": message.id}
            await self._api.call(message.where.space, "reactions.add", **place, name=name.strip(":"))
        except Refused as refused:
            if refused.code not in ("already_reacted", "message_not_found"):
                raise

    async def typing(self, where: Conversation) -> None:
        """Show in a private thread that an answer is being prepared, where the workspace has that."""
        if where.private and where.thread:
            arguments = {"channel_id": where.channel, "thread_ts": where.thread, "status": cards.STATUS}
            await self._assist(where.space, "assistant.threads.setStatus", arguments)

    async def suggest(self, where: Conversation) -> None:
        """Offer first words in the Messages tab, where the workspace has that."""
        prompts = [{"title": title, "message": message} for title, message in cards.PROMPTS]
        arguments = {"channel_id": where.channel, "prompts": prompts}
        await self._assist(where.space, "assistant.threads.setSuggestedPrompts", arguments)

    async def fetch(self, attachment: Attachment, space: str = "") -> bytes:
        """Return the bytes of a file; raises Unreachable for one that is gone, or too long."""
        if attachment.size > FILE_LIMIT:
            raise Unreachable(f"{attachment.name!r} is longer than {FILE_LIMIT // 2**20} MB")
        answer = await self._api.call(space, "files.info", file=attachment.id)
        file = answer.get("file") or {}
        address = file.get("url_private_download") or file.get("url_private") or ""
        return await self._api.download(space, str(address), FILE_LIMIT)

    # ------------------------------------------------------------ steps
    async def _post(self, where: Conversation, card: Card, key: str, again: bool) -> Sent:
        if again and (found := await self._history.find(where, key)):
            return self._sent(where, found)
        arguments: dict[str, Any] = {"channel": where.channel, **render.message(card, key)}
        if where.thread:
            arguments["thread_ts"] = where.thread
        try:
            answer = await self._api.call(where.space, "chat.postMessage", **arguments)
        except Refused as refused:
            if refused.code != "not_in_channel" or where.private:
                raise
            await self._join(where, refused)
            answer = await self._api.call(where.space, "chat.postMessage", **arguments)
        return self._sent(where, str(answer["ts"]))

    async def _join(self, where: Conversation, refused: Refused) -> None:
        """Enter a public channel; a private one has to be opened from inside."""
        try:
            await self._api.call(where.space, "conversations.join", channel=where.channel)
        except Refused as closed:
            raise refused from closed

    async def _privately(self, to: Private, card: Card, key: str, again: bool) -> Sent:
        space = to.near.space if to.near is not None else ""
        space = space or self._tokens.installation().own.team
        channel = await self._people.direct(space, to.who)
        tab = Conversation(PLATFORM, space, channel, private=True)
        root = self._topics.get((to.who, to.topic), "")
        if again and root and (found := await self._history.find(tab, key)):
            return self._sent(tab, found)  # it was the root itself
        sent = await self._post(replace(tab, thread=root), card, key, again)
        if to.topic:
            self._topics.setdefault((to.who, to.topic), sent.talk.thread)
            while len(self._topics) > TOPICS:
                self._topics.popitem(last=False)
        return sent

    async def _publish(self, who: Person, card: Card) -> Sent:
        space = self._tokens.installation().own.team
        channel = await self._people.direct(space, who)
        view = render.home(card, Origin(channel=channel).dump())
        await self._api.call(space, "views.publish", user_id=who.account, view=view)
        return Sent(None, Conversation(PLATFORM, space, channel, private=True))

    async def _assist(self, space: str, method: str, arguments: dict[str, Any]) -> None:
        """Call what only some workspaces have; nothing is lost without it."""
        since = self._refused.get((space, method))
        if since is not None and abs(self._now() - since) < SULKING:
            return
        try:
            await self._api.call(space, method, **arguments)
        except Refused as refused:
            log.debug("%s is left alone for an hour: %s", method, refused.code)
            self._refused[space, method] = self._now()
        except (RateLimited, Unavailable) as error:
            log.debug("%s was left out: %s", method, error)

    def _sent(self, where: Conversation, ts: str) -> Sent:
        url = self._tokens.installation(where.space).url
        link = f"{url}archives/{where.channel}/p{ts.replace('.', '')}" if url else ""
        if link and where.thread:
            link += f"?thread_ts={where.thread}&cid={where.channel}"
        return Sent(MessageRef(where, ts), replace(where, thread=where.thread or ts), link)
