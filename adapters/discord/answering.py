"""Answers to commands, presses and submissions: acknowledged within three seconds, filled in later, by token."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import cards, render
from adapters.discord.api import FIRST_ANSWER, FOLLOW_UP, ORIGINAL, SET_ORIGINAL, Api
from adapters.discord.errors import ALREADY_ACKNOWLEDGED, DEAD_TOKEN, Refused
from adapters.discord.limits import EPHEMERAL, LOADING
from adapters.discord.reply import Reply
from bot.chat.model import Card, Expired, Unavailable

log = logging.getLogger("greenroom.discord")
MESSAGE, THINKING, QUIETLY, COMPLETIONS, MODAL = 4, 5, 6, 8, 9
"""Kinds of a first answer: a message, one that is filled in later, none at all, what can be typed, a form."""
REMEMBERED = 2_000
"""Tokens that are remembered; they live for 15 minutes."""
TRIES = 2
"""How often an act is acknowledged: a second time finds that the first one arrived, or does what it did not."""


@dataclass(slots=True)
class _Act:
    """What became of a token: `first` is the key of the card that @original shows or is about to show."""

    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    is_dead: bool = False
    first: str = ""


class Answering:
    """Answers interactions."""

    def __init__(self, api: Api) -> None:
        """Answer through `api`."""
        self._api = api
        self._acts: OrderedDict[str, _Act] = OrderedDict()

    # ------------------------------------------------------------ the first answer
    def expect(self, reply: Reply) -> None:
        """Let answers wait: an act is about to be acknowledged."""
        self._acts.setdefault(reply.token, _Act())  # after a resumed session it may come once more
        while len(self._acts) > REMEMBERED:
            _, oldest = self._acts.popitem(last=False)
            oldest.acknowledged.set()

    async def acknowledge(self, interaction: int, reply: Reply) -> None:
        """Tell Discord that an act was taken; raises nothing: an answer that comes too late goes another way."""
        if reply.mode == "aside":
            body: dict[str, Any] = {"type": QUIETLY}
        else:
            body = {"type": THINKING, **({"data": {"flags": EPHEMERAL}} if reply.hidden else {})}
        act = self._acts.get(reply.token)
        is_taken = await self.first(interaction, reply.token, body)
        if act is not None:
            act.is_dead = not is_taken
            act.acknowledged.set()

    async def refuse(self, interaction: int, reply: Reply, card: Card) -> None:
        """Say at once, to one person, what could not be done; no other answer follows."""
        await self.say(interaction, reply.token, card)
        act = self._acts.get(reply.token)
        if act is not None:  # it may have been stored all the same
            act.is_dead = True
            act.acknowledged.set()

    async def say(self, interaction: int, token: str, card: Card) -> bool:
        """Show a card as the first answer, to one person; tell whether Discord took it."""
        data = render.whisper(card, token)
        data["flags"] |= EPHEMERAL
        return await self.first(interaction, token, {"type": MESSAGE, "data": data})

    async def first(self, interaction: int, token: str, body: Mapping[str, Any]) -> bool:
        """Give the first answer; tell whether it can have arrived."""
        for _ in range(TRIES):
            try:
                await self._api.call(FIRST_ANSWER, body, interaction_id=interaction, webhook_token=token)
            except Refused as refused:
                if refused.code == ALREADY_ACKNOWLEDGED:
                    return True
                log.warning("int:%d was not acknowledged: %s", interaction, refused)
                return False
            except Unavailable as error:
                log.warning("int:%d is not acknowledged yet: %s", interaction, error)
            else:
                return True
        return True

    # ------------------------------------------------------------ what follows
    async def fill(self, reply: Reply, card: Card, key: str) -> Mapping[str, Any] | None:
        """Show a card in place of "thinking"; return the message, or None if another card stands there.

        Doing it twice is the same as once.  Raises Expired where that can no longer be done.
        """
        if reply.mode == "aside":
            return None
        act = self._acts.get(reply.token)
        if act is None:
            act, shown = await self._looked_up(reply, key)
            if shown is not None:
                return shown
        await act.acknowledged.wait()
        if act.is_dead:
            raise Expired("the act was never acknowledged: write to the person")
        if act.first not in ("", key):
            return None
        act.first = key
        try:
            return await self._call(SET_ORIGINAL, reply, render.whisper(card, key))
        except Refused as refused:
            act.first = ""
            await self._apologise(reply, refused)
            raise

    async def follow(self, reply: Reply, card: Card, key: str) -> None:
        """Show a further card to one person; raises Expired where that can no longer be done."""
        act = self._acts.get(reply.token)
        if act is not None:
            await act.acknowledged.wait()
        data = render.whisper(card, key)
        data["flags"] |= EPHEMERAL
        await self._call(FOLLOW_UP, reply, data)

    async def _looked_up(self, reply: Reply, key: str) -> tuple[_Act, Mapping[str, Any] | None]:
        """Return what became of a token that another process took, and the message if it shows our card already."""
        original = await self._call(ORIGINAL, reply)
        act = _Act()
        act.acknowledged.set()
        if render.carries(original, key):
            return act, original
        # Which card stands there is not known, only that it is another one.
        act.first = "" if int(original.get("flags") or 0) & LOADING else "another"
        self._acts[reply.token] = act
        return act, None

    async def _apologise(self, reply: Reply, refused: Refused) -> None:
        """Put an end to "thinking": what was to be shown will never be."""
        log.error("an answer is lost: %s", refused)
        try:
            await self._call(SET_ORIGINAL, reply, render.whisper(cards.failed(), reply.token))
        except (ConnectionError, TimeoutError) as error:
            log.warning("nor can that be said: %s", error)

    async def _call(self, step: Any, reply: Reply, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        try:
            found = await self._api.call(step, body, webhook_id=reply.application, webhook_token=reply.token)
        except Refused as refused:
            if refused.code in DEAD_TOKEN:
                raise Expired(f"{refused}: write to the person") from refused
            raise
        return found if isinstance(found, Mapping) else {}
