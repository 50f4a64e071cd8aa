"""How an interaction is answered privately, in words that outlive the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["thinking", "aside"]
_HIDDEN = "hidden-"


@dataclass(frozen=True, slots=True)
class Reply:
    """The token of an interaction, good for 15 minutes.

    `thinking`: what is acknowledged is a message of ours that is still to be filled (@original); `aside`: there is no
    such message, every answer is a follow-up.  `hidden`: others can read what is said there, so answers are ephemeral.
    """

    application: str
    token: str
    mode: Mode = "thinking"
    hidden: bool = False

    def dump(self) -> str:
        """Return it as an event's `reply`."""
        return f"{self.application}:{self.token}:{_HIDDEN if self.hidden else ''}{self.mode}"


def reply_of(text: str) -> Reply | None:
    """Return what `Reply.dump` wrote, None for anything else."""
    application, _, rest = text.partition(":")
    token, _, how = rest.rpartition(":")
    match how.removeprefix(_HIDDEN):
        case "thinking" | "aside" as mode if application and token:
            return Reply(application, token, mode, how.startswith(_HIDDEN))
        case _:
            return None
