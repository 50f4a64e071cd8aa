"""What Slack alone has to say."""

from __future__ import annotations

from bot.chat.model import Card
from bot.chat.phrases import say

STATUS = "is reading your answer…"
"""Shown behind the name of the bot."""
PROMPTS = (
    ("What can you do?", "help"),
    ("One question, with feedback", "practice"),
    ("A mock interview", "interview start"),
    ("How am I doing?", "progress"),
)
"""Offered in an empty Messages tab: what it says, and what a press sends."""


def press_again() -> Card:
    """Say that a form did not open."""
    return say("The form did not open in time. Press the button once more.")
