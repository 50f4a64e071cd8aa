"""What the terminal is called and what it can show. Nothing forces these sizes: they keep a card readable."""

from __future__ import annotations

from bot.chat.model import Capabilities

PLATFORM = "terminal"
SPACE = "local"
BOT = "greenroom"
"""The bot's name, for mentions: "@greenroom hello"."""
NAME_LIMIT = 40
CHANNEL_LIMIT = 80

CAPABILITIES = Capabilities(
    dm_threads=False,
    forms=True,
    edits=True,
    whispers=True,
    images=False,
    home=False,
    reactions=False,
    max_message=12_000,
    max_text=4_000,
    max_title=200,
    max_parts=40,
    max_facts=40,
    max_buttons=10,
    max_label=60,
)
