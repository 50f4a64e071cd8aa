"""What delivery itself says to a person."""

from __future__ import annotations

from bot.chat.model import Card, Text


def failed() -> Card:
    """Say that something a person did could not be dealt with, and what happens now."""
    return Card(
        "That did not work",
        (
            Text(
                "Something on my side went wrong five times in a row, so I stopped trying. "
                "I kept what you sent, and whoever runs me can try it again. You can go on with anything else."
            ),
        ),
    )
