"""A rig's transport as the application sees it, through which everything that is shown gets recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.model import (
    Attachment,
    Capabilities,
    Card,
    Conversation,
    Form,
    MessageRef,
    Person,
    PlatformEvent,
    Pressed,
    Sent,
    Standing,
    Target,
)
from bot.chat.rig import Rig
from bot.chat.surface import Surface
from bot.chat.transport import Accept

OnCard = Callable[[Target, Card, Person | None, Sent, str], None]
OnForm = Callable[[Pressed, Form | Card], None]


class Recorder:
    """The rig's transport, as the application sees it; what passes is recorded."""

    def __init__(self, rig: Rig, on_card: OnCard, on_form: OnForm) -> None:
        """Stand before this rig; tell of each card, and of each form that opens."""
        self._rig = rig
        self._on_card = on_card
        self._on_form = on_form
        self._core: tuple[Accept, Surface] | None = None
        self.heard: datetime | None = None
        self.started = asyncio.Event()
        self.stopped: AssertionError | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Return the rig's; they may change as it connects."""
        return self._rig.transport.capabilities

    @property
    def ready(self) -> bool:
        """Tell whether the rig's transport is."""
        return self.started.is_set() and self._rig.transport.ready

    @property
    def hears_since(self) -> datetime | None:
        """Tell what the rig's transport tells, or that it hears since a time that a scene chose."""
        return self.heard or self._rig.transport.hears_since

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core; forms are recorded as they open."""

        async def form_for(pressed: Pressed) -> Form | Card:
            made = await surface.form_for(pressed)
            self._on_form(pressed, made)
            return made

        self._core = accept, replace(surface, form_for=form_for)

    async def run(self) -> None:
        """Start the rig; stop it when cancelled, and keep what it found broken."""
        assert self._core is not None
        await self._rig.start(*self._core)
        self.started.set()
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await self._rig.stop()
            except AssertionError as broken:
                self.stopped = broken

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Send a card."""
        sent = await self._rig.transport.post(to, card, key=key, only=only, reply=reply, again=again)
        self._on_card(to, card, only, sent, "post" if only is None else "whisper")
        return sent

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Replace a message."""
        await self._rig.transport.edit(message, card, reply=reply)
        self._on_card(message.where, card, None, Sent(message, message.where), "edit")

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message."""
        await self._rig.transport.react(message, name)
        card = Card(name)
        self._on_card(message.where, card, None, Sent(message, message.where), "reaction")

    async def typing(self, where: Conversation) -> None:
        """Show that an answer is being prepared."""
        await self._rig.transport.typing(where)

    async def archive(self, where: Conversation) -> None:
        """Put a private thread away."""
        await self._rig.transport.archive(where)

    async def forget(self, who: Person) -> None:
        """Remove what the rig's transport keeps."""
        await self._rig.transport.forget(who)

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return a file."""
        return await self._rig.transport.fetch(attachment)

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what was said meanwhile."""
        return await self._rig.transport.missed(where, after)

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights."""
        return await self._rig.transport.standing(who, where)
