"""What the transports of the doubles have in common."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.model import (
    Attachment,
    Card,
    Conversation,
    Expired,
    Home,
    MessageRef,
    Person,
    PlatformEvent,
    Private,
    Sent,
    Standing,
    Target,
    Unavailable,
    Unreachable,
)
from bot.chat.surface import Surface
from bot.chat.transport import Accept

if TYPE_CHECKING:
    from tests.contract.doubles.platform import Double, Reply


class DoubleTransport(ABC):
    """Speaks to a platform in memory; subclasses know how it addresses, looks for keys and whispers."""

    def __init__(self, double: Double) -> None:
        """Speak to `double`."""
        self._double = double
        self._ready = False
        self._opened: dict[Person, Conversation] = {}
        self.capabilities = double.capabilities

    @abstractmethod
    def _send(self, where: Conversation, card: Card, key: str, again: bool) -> Sent:
        """Post to a conversation that is open."""

    @abstractmethod
    def _send_privately(self, to: Private, card: Card, key: str, again: bool) -> Sent:
        """Open a private conversation, and post to it."""

    @abstractmethod
    def _whisper(self, where: Conversation, card: Card, key: str, who: Person, reply: str) -> Sent:
        """Show a card to one person."""

    @property
    def ready(self) -> bool:
        """Tell whether it runs."""
        return self._ready

    @property
    def hears_since(self) -> datetime | None:
        """Tell nothing: tests ask for what was missed themselves."""
        return None

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core; the double offers the events itself."""
        self._double.accept, self._double.surface = accept, surface

    async def run(self) -> None:
        """Be ready until cancelled."""
        self._ready = True
        try:
            await asyncio.Event().wait()
        finally:
            self._ready = False

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Send a card, as strictly as the platform."""
        self._check_ready()
        self._double.demand(bool(key), "a post without a key")
        self._double.check_card(card, home=isinstance(to, Home))
        if only is not None:
            self._double.demand(isinstance(to, Conversation), "a whisper is spoken into a conversation")
            assert isinstance(to, Conversation)
            return self._whisper(to, card, key, only, reply)
        if isinstance(to, Home):
            return self._show_home(to, card)
        known = self._double.carrying(key)
        self._double.demand(again or known is None, f"{key!r} was posted before: try again with again=True")
        if isinstance(to, Private):
            return self._send_privately(to, card, key, again)
        return self._send(to, card, key, again)

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Replace a message of ours."""
        self._check_ready()
        self._double.check_card(card)
        try:
            found = self._double.find(message.id)
        except LookupError as gone:
            raise Unreachable("the message is gone") from gone
        self._double.demand(found.card is not None and not found.to, "only posts of ours can be edited")
        self._double.demand(found.where == message.where, "the address of an edited message is the one it was sent to")

        def change() -> None:
            found.card = card

        self._double.call(change)

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message, once."""
        self._check_ready()
        self._double.find(message.id)
        self._double.reactions[message.id, name] = 1

    async def typing(self, where: Conversation) -> None:
        """Show nothing: a sign of typing leaves no trace."""
        self._check_ready()

    async def forget(self, who: Person) -> None:
        """Keep nothing of anybody anyway."""
        self._check_ready()

    async def archive(self, where: Conversation) -> None:
        """Put nothing away: what is archived can still be read and written in."""
        self._check_ready()

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the id, as if it were the file."""
        self._check_ready()
        return attachment.id.encode()

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what people said in a conversation since `after`, oldest first."""
        self._check_ready()
        heard = [
            self._double.heard(message) for message in self._double.messages if message.author and message.at > after
        ]
        return sorted((said for said in heard if said and said.where == where), key=lambda said: said.at)

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights: organisers are those who once asked as such."""
        self._check_ready()
        return Standing(organiser=who in self._double.organisers and not where.private, can_post=True)

    def _open(self, who: Person) -> Conversation:
        """Return somebody's direct messages; the platform is asked once, as the libraries do."""
        name = self._double.name_of(who)
        if who not in self._opened:
            self._opened[who] = self._double.call(lambda: self._double.private(name))
        return self._opened[who]

    def _show_home(self, to: Home, card: Card) -> Sent:
        self._double.demand(self.capabilities.home, "no home page here")
        return self._double.call(lambda: self._double.show_home(to.who, card))

    def _check_ready(self) -> None:
        if not self._ready:
            raise Unavailable("the transport does not run")

    def _use(self, reply: str, who: Person, minutes: int, uses: int | None = None) -> Reply:
        """Use a reply token; raises Expired when its time or its uses are over, which hands the answer to a DM."""
        found = self._double.replies.get(reply)
        if found is None or found.who != who:
            self._double.demand(False, f"a reply token that {who.account} never got: {reply!r}")
        assert found is not None
        found.uses += 1
        if self._double.now - found.at > timedelta(minutes=minutes) or (uses is not None and found.uses > uses):
            found.answers += 1
            raise Expired(f"the reply token lives {minutes} minutes and {uses or 'any number of'} uses")
        return found

    def _answer(self, token: Reply | None, show: Callable[[], None]) -> None:
        """Whisper; an answer that expires is the direct message's to give, and counts."""
        try:
            self._double.call(show)
        except Expired:
            if token is not None:
                token.answers += 1
            raise
