"""What the core asks of a platform, and lends it: an adapter is a `Transport`, built on a `Context`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.chat.model import (
    Attachment,
    Capabilities,
    Card,
    Conversation,
    MessageRef,
    Person,
    PlatformEvent,
    Sent,
    Standing,
    Target,
)
from bot.chat.surface import Surface

T = TypeVar("T")
Accept = Callable[[PlatformEvent], Awaitable[None]]
"""Returns once the event is durable; only then the adapter acknowledges it."""


class Context(Protocol):
    """What the application lends an adapter."""

    def now(self) -> datetime:
        """Return the application's clock, aware, in UTC."""

    async def stored(self, change: Callable[[Any], T]) -> T:
        """Run `change` in one transaction on an SQLAlchemy connection; for the adapter's own tables only."""


class Transport(Protocol):
    """One platform, ready to speak."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what can be shown; it may change while the transport is not ready."""

    @property
    def ready(self) -> bool:
        """Tell whether posts can be sent now."""

    @property
    def hears_since(self) -> datetime | None:
        """Return since when everything that happens is heard: another time after each gap, None where none is told.

        The core then asks for what was `missed` since it knew the time before.
        """

    def bind(self, accept: Accept, surface: Surface) -> None:
        """Connect to the core: where events go, and what commands and forms there are."""

    async def run(self) -> None:
        """Serve until cancelled; supervised, with a fresh client of the platform at each try."""

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        """Send a card. With `again` (tried before), look for what carries `key` before every step.

        Raises RateLimited, Unavailable, Unreachable or Expired; no exception of the platform's library.
        """

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        """Replace a message of ours."""

    async def react(self, message: MessageRef, name: str) -> None:
        """Put a reaction on a message; adding it twice is the same as once."""

    async def typing(self, where: Conversation) -> None:
        """Show that an answer is being prepared; lost without harm."""

    async def archive(self, where: Conversation) -> None:
        """Put a private thread of ours away, since nothing more is expected in it; elsewhere nothing happens."""

    async def forget(self, who: Person) -> None:
        """Remove what the adapter's own tables hold of a person, who has deleted everything."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """Return the bytes of a file that a person sent."""

    async def missed(self, where: Conversation, after: datetime) -> Sequence[PlatformEvent]:
        """Return what was said in `where` since `after`, oldest first."""

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights on the platform."""
