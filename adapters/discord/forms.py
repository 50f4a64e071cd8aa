"""A press that opens a form: asked of the core, shown as the first answer, within the three seconds that there are."""

from __future__ import annotations

import asyncio
import logging

from adapters.discord import cards
from adapters.discord.answering import MODAL, Answering
from adapters.discord.inbound import Opens
from adapters.discord.modal import modal
from bot.chat.model import Card, Form, Pressed
from bot.chat.surface import Surface

log = logging.getLogger("greenroom.discord")
FORM_SECONDS = 1.5
"""How long the core may take (design: `form_for`)."""


class Forms:
    """Opens forms."""

    def __init__(self, answering: Answering, form_seconds: float = FORM_SECONDS) -> None:
        """Open by `answering`."""
        self._answering = answering
        self._form_seconds = form_seconds
        self.surface: Surface | None = None

    async def open(self, opens: Opens) -> None:
        """Show what the core answers to a press; the presser is told where that fails."""
        pressed, interaction = opens.pressed, opens.interaction
        found = await self._asked(pressed)
        if isinstance(found, Form):
            try:
                body = {"type": MODAL, "data": modal(found, pressed.token)}
            except ValueError as error:
                log.error("the form of %r cannot be shown: %s", pressed.action, error)
            else:
                if await self._answering.first(interaction.id, interaction.token, body):
                    return
            found = cards.press_again()
        await self._answering.say(interaction.id, interaction.token, found)

    async def _asked(self, pressed: Pressed) -> Form | Card:
        assert self.surface is not None  # `bind` came first
        try:
            async with asyncio.timeout(self._form_seconds):
                return await self.surface.form_for(pressed)
        except Exception as error:  # whatever went wrong in the core, the person is waiting
            log.warning("the form of %r was not made: %s", pressed.action, type(error).__name__)
            return cards.press_again()
