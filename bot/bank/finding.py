"""What is wrong with a bank, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]
"""Where something stands inside a question: keys and positions from the top, ("points", 0, "skill")."""


class Complaint(NamedTuple):
    """What is wrong at one place of a question, before anybody has looked up its line."""

    path: Path
    what: str
    hint: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend; `line` counts from 1. An error keeps the bank from loading, a warning does not."""

    file: str
    line: int
    what: str
    hint: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return it as one line that editors and terminals can follow to the place."""
        word = "" if self.severity == "error" else "warning: "
        return f"{self.file}:{self.line}: {word}{self.what}; {self.hint}"


class BankError(ValueError):
    """The bank cannot be used; `findings` holds everything that is wrong with it, not only the first thing."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings and show them one a line."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def shown(value: object, limit: int = 60) -> str:
    """Return a value from a file as a message shows it: quoted, on one line, at most `limit` characters.

    What does not print is replaced, so that a file cannot send commands to a terminal.
    """
    text = " ".join(value.split()) if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "�" for char in text)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return f"'{text}'" if isinstance(value, str) else text
