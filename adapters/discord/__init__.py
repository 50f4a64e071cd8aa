"""Discord, by discord.py: nothing of it is imported before its settings are found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adapters.discord import tables
from bot.chat.model import Missing
from bot.chat.transport import Context

if TYPE_CHECKING:
    from adapters.discord.transport import DiscordTransport

__all__ = ["build", "tables"]


def build(env: Mapping[str, str], context: Context) -> DiscordTransport | Missing:
    """Return Discord's transport, or what is missing: DISCORD_TOKEN."""
    from adapters.discord.settings import read

    settings = read(env)
    if isinstance(settings, Missing):
        return settings
    from adapters.discord.transport import DiscordTransport

    return DiscordTransport(settings, context)
