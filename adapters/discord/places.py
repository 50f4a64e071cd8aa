"""Where things happen: Discord's channels as addresses (pure)."""

from __future__ import annotations

from typing import Any

import discord

from adapters.discord.limits import PLATFORM
from bot.chat.model import Conversation

NOWHERE = Conversation(PLATFORM, "", "", private=True)
"""Among people in whose conversation we are no party: the transport puts in our direct messages with who asked."""


def direct(channel: int | str) -> Conversation:
    """Return direct messages with us."""
    return Conversation(PLATFORM, "", str(channel), private=True)


def place(channel: Any, us: str) -> Conversation:
    """Return the address of a channel or a thread; one that discord.py does not know is taken for a channel.

    A private thread of other people's is a group's, with readers that we do not know: private is what we (`us`) opened.
    """
    if isinstance(channel, discord.Thread):
        is_private = channel.is_private() and str(channel.owner_id) == us
        return Conversation(
            PLATFORM, str(channel.guild.id), str(channel.parent_id), str(channel.id), private=is_private
        )
    if isinstance(channel, discord.DMChannel):
        return direct(channel.id)
    guild = getattr(channel, "guild", None)
    space = guild.id if guild is not None else getattr(channel, "guild_id", None)
    if channel is None or not space:
        return NOWHERE
    return Conversation(PLATFORM, str(space), str(channel.id))


def channel_name(channel: Any) -> str:
    """Return the name of a server's channel, of a thread that of the channel it stands in; "" if it is not known."""
    named = channel.parent if isinstance(channel, discord.Thread) else channel
    return str(getattr(named, "name", None) or "")
