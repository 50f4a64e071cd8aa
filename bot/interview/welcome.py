"""The first private contact with a learner: the welcome, once, before whatever she came for."""

from __future__ import annotations

from dataclasses import replace

from bot.bank.model import LEVELS
from bot.chat.model import Button, Incoming, Private, Target
from bot.delivery.turn import Turn
from bot.interview import cards
from bot.people.acting import actor, greeted
from bot.progress.service import zone_of

WELCOMED = "welcomed"
"""In a turn's memo: the welcome was sent in this turn."""


def welcome(turn: Turn, event: Incoming, to: Target | None = None) -> None:
    """Welcome a learner who was never welcomed, before anything else is said.

    It goes the way that the next card goes (`to`, else the conversation of the event), so that it arrives first and
    the question stays the last thing to be read.
    """
    who = actor(turn, event)
    if who.greeted:
        return
    greeted(turn, who.learner_id)
    turn.memo |= {"actor": replace(who, greeted=True), WELCOMED: True}
    buttons = [
        Button("account.level", turn.token(owner=who.learner_id, level=level), level.capitalize()) for level in LEVELS
    ]
    # A platform that brings no name brings an account id, and nobody wants to be greeted by that.
    name = event.name or (who.name if who.name != who.person.account else "")
    card = cards.welcome(name, zone_of(turn.conn, who.learner_id, turn.now), buttons)
    key = f"account:welcome:{who.learner_id}"
    if to is None and event.where.private and not turn.can(event.where).dm_threads:
        turn.whisper(card, key=key, tell=True)  # the answer to what was asked follows it
    else:
        turn.post(key, to or Private(who.person, "", event.where), card, tell=True)
