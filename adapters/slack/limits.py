"""What Slack can show. Sizes are those of its Web API's reference (blocks, composition objects), checked 2026-11."""

from __future__ import annotations

from bot.chat.model import Capabilities

PLATFORM = "slack"
MESSAGE = 11_000
"""All blocks of a message together: Slack refuses from about 13,200 characters on (`msg_blocks_too_long`)."""
TEXT, TITLE, LABEL, VALUE = 3_000, 150, 75, 2_000
"""A text object, a header, a button's text and its value."""
BLOCKS, BUTTONS_A_BLOCK, FACTS = 50, 25, 10
FALLBACK = 3_000
"""Characters of the text that notifications and screen readers take, of at most 40,000."""
METADATA = 3_000
"""Characters of a view's `private_metadata`."""
HINT = 150
"""Longest placeholder of an input."""

CAPABILITIES = Capabilities(
    dm_threads=True,
    forms=True,
    edits=True,
    whispers=True,
    images=False,
    home=True,
    reactions=True,
    max_message=MESSAGE,
    max_text=TEXT,
    max_title=TITLE,
    max_parts=BLOCKS - 2,
    max_facts=FACTS,
    max_buttons=BUTTONS_A_BLOCK,
    max_label=LABEL,
)
