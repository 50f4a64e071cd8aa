"""What the application is to an adapter that also drives it (the terminal, with its scripts and its own clock)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Host(Protocol):
    """The running application."""

    def now(self) -> datetime:
        """Return the application's clock."""

    def move(self, to: datetime) -> None:
        """Set the clock of a script forward; raises ValueError where `to` lies before it."""

    async def settle(self) -> None:
        """Return when everything due by now is done: events, timers, slow work and posts."""
