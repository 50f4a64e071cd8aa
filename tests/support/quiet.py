"""A transport that can be spoken to and says nothing itself: what the suites' own transports begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.chat.model import Attachment, Capabilities, Card, Conversation, MessageRef, Person, PlatformEvent, Standing
from bot.chat.surface import Surface
from bot.chat.transport import Accept

ROOMY = Capabilities(
    dm_threads=True,
    forms=True,
    edits=True,
    whispers=True,
    images=True,
    home=True,
    reactions=True,
    max_message=11_000,
    max_text=3_000,
    max_title=150,
    max_parts=40,
    max_facts=10,
    max_buttons=25,
    max_label=75,
)
"""A platform that can do everything."""


class Quiet:
    """Always ready; keeps nothing, sends nothing. What posts is left to those who inherit."""

    capabilities: Capabilities = ROOMY
    ready = True
    hears_since: datetime | None = None
    accept: Accept | None = None

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core."""
        self.accept = accept

    async def run(self) -> None:
        """Deliver nothing by itself."""
        await asyncio.Event().wait()

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Change nothing."""

    async def react(self, message: MessageRef, name: str) -> None:
        """React to nothing."""

    async def typing(self, where: Conversation) -> None:
        """Show nothing."""

    async def archive(self, where: Conversation) -> None:
        """Put nothing away."""

    async def forget(self, who: Person) -> None:
        """Keep nothing anyway."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """Hold no files."""
        return b""

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Hold nothing back."""
        return ()

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Give everybody the right to post."""
        return Standing(organiser=False, can_post=True)
