"""How tests drive a platform: every adapter has one (`adapters/*/rig.py`, `def build() -> Rig`), and the contract
suite runs over all of them.  A rig plays the people and the platform around the adapter's real transport.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.chat.model import Conversation, Person
from bot.chat.surface import Surface
from bot.chat.transport import Accept, Transport

Fault = Literal["lost before", "lost after", "rate limited", "unavailable", "unreachable", "expired"]
"""What goes wrong with the next call: lost before/after the platform stored it; or the error it answers with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing of ours that somebody sees: `to` is set for a whisper, `id` is the platform's id of the message.

    `text` is what the reader reads, escapes undone; `mentions` whom the platform notifies because of its words.
    """

    id: str
    where: Conversation
    kind: Literal["post", "whisper", "form", "home"]
    text: str
    buttons: tuple[str, ...] = ()
    to: str = ""
    mentions: tuple[str, ...] = ()


class Rig(Protocol):
    """People and platform, for one test."""

    transport: Transport

    async def start(self, accept: Accept, surface: Surface) -> None:
        """Bind and run the transport until it is ready; after `stop`: a fresh one, as a restarted process has."""

    async def stop(self) -> None:
        """Stop it as a clean shutdown does."""

    def person(self, name: str) -> Person:
        """Return the identity of a person, made at first mention."""

    def channel(self, name: str) -> Conversation:
        """Return the address of a group's channel."""

    def private(self, name: str) -> Conversation:
        """Return the address of the private conversation with a person."""

    def at(self, now: datetime) -> None:
        """Set the platform's clock."""

    async def say(self, name: str, where: Conversation, text: str) -> str:
        """Write a message, as a person does in the client; return its id. Raises PermissionError if not accepted.

        Returns after what it caused was offered to `accept`; "@Greenroom" in the text mentions the bot.
        """

    async def edit(self, name: str, where: Conversation, message: str, text: str) -> None:
        """Change a message of one's own."""

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own."""

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Type a command, "/daily start 09:00"."""

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button of a message by its label."""

    async def submit(self, name: str, values: Mapping[str, str]) -> None:
        """Send off the form that is open for a person."""

    async def redeliver(self) -> None:
        """Deliver the last event once more, as platforms do; nothing where this platform never does."""

    def away(self, gone: bool) -> None:
        """While gone, what people say is stored by the platform and not delivered (see `Transport.missed`)."""

    def fail(self, *faults: Fault) -> None:
        """Make the next sends fail, one fault each."""

    def shown(self, where: Conversation) -> list[Shown]:
        """Return what we show in a conversation now, oldest first; edits have replaced what they changed.

        A thread shows its root post too; a person's home page is seen in `private` of that person.
        """
