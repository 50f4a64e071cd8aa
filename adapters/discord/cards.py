"""What Discord alone has to say."""

from __future__ import annotations

from adapters.discord.limits import THREAD_NAME
from bot.chat.model import Card
from bot.chat.phrases import say
from bot.chat.words import shorten


def press_again() -> Card:
    """Say that a form did not open."""
    return say("The form did not open in time. Press the button once more.")


def not_taken() -> Card:
    """Say that an act could not be kept."""
    return say("I could not keep that just now. Please do it once more in a minute; nothing else is lost.")


def write_again() -> Card:
    """Say that a message could not be kept."""
    return say("I could not keep that message. Please write it again in a minute; what came before is safe.")


def failed() -> Card:
    """Say that an answer could not be shown where it was waited for."""
    return say("My answer got lost on its way here. Please ask once more.")


def thread_name(title: str) -> str:
    """Name the thread in which people talk about a post."""
    return shorten(" ".join(title.split()), THREAD_NAME) or "Discussion"


def private_thread_name(name: str) -> str:
    """Name the private thread with somebody."""
    return shorten(f"Greenroom and {name}" if name.strip() else "Greenroom", THREAD_NAME)
