"""A press that opens a form: asked of the core, shown by a view; within the three seconds that Slack allows."""

from __future__ import annotations

import asyncio
import logging

from adapters.slack import cards
from adapters.slack.api import Api
from adapters.slack.modal import Origin, view
from adapters.slack.sending import Sending
from bot.chat.model import Card, Form, Pressed
from bot.chat.surface import Surface

log = logging.getLogger("greenroom.slack")
FORM_SECONDS = 1.5
"""How long the core may take (design: `form_for`)."""
SHOWING = 1.0
"""Seconds to wait for Slack to show a form or a card; after that the press is acknowledged, and it goes on."""


class Forms:
    """Opens forms."""

    def __init__(self, api: Api, sending: Sending, form_seconds: float = FORM_SECONDS) -> None:
        """Open by `api`; what cannot open is whispered by `sending`."""
        self._api = api
        self._sending = sending
        self._form_seconds = form_seconds
        self._showing: set[asyncio.Task[None]] = set()
        self.surface: Surface | None = None

    async def open(self, pressed: Pressed, trigger: str) -> None:
        """Show what the core answers to a press; the presser is told where that fails."""
        task = asyncio.create_task(self._show(pressed, trigger, await self._asked(pressed)))
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)
        await asyncio.wait({task}, timeout=SHOWING)

    async def close(self) -> None:
        """Stop what is being shown."""
        for task in self._showing:
            task.cancel()
        await asyncio.gather(*self._showing, return_exceptions=True)

    async def _asked(self, pressed: Pressed) -> Form | Card:
        assert self.surface is not None  # `bind` came first
        try:
            async with asyncio.timeout(self._form_seconds):
                return await self.surface.form_for(pressed)
        except Exception as error:  # whatever went wrong in the core, the person is waiting
            log.warning("the form of %r was not made: %s", pressed.action, type(error).__name__)
            return cards.press_again()

    async def _show(self, pressed: Pressed, trigger: str, found: Form | Card) -> None:
        try:
            if isinstance(found, Form):
                try:
                    await self._api.call(pressed.space, "views.open", trigger_id=trigger, view=_view(found, pressed))
                    return
                except ConnectionError as error:
                    log.warning("the form of %r did not open: %s", pressed.action, error)
                    found = cards.press_again()
            await self._sending.post(
                pressed.where, found, key=pressed.id, only=pressed.who, reply=pressed.reply, again=False
            )
        except (ConnectionError, TimeoutError) as error:
            log.warning("%s could not be told that the form did not open: %s", pressed.id, error)


def _view(form: Form, pressed: Pressed) -> dict[str, object]:
    on = pressed.on
    origin = Origin(
        token=form.token or pressed.token,
        channel=pressed.where.channel,
        thread=pressed.where.thread,
        parent=on.where.thread if on is not None else "",
        message=on.id if on is not None else "",
        reply=pressed.reply,
    )
    return view(form, origin)
