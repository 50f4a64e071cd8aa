"""Quotation marks around a whole text, and only those."""

from __future__ import annotations

_PAIRS = {"“": "”", "„": "“", "«": "»", '"': '"', "‘": "’", "'": "'"}


def unquoted(text: str) -> str | None:
    """Return what stands between the quotation marks around a text; None if no pair encloses all of it.

    `“A” and “B”` begins and ends with marks, and no pair encloses it.
    """
    if len(text) < 3 or _PAIRS.get(text[0]) != text[-1]:
        return None
    inner = text[1:-1].strip()
    if not inner or not _encloses(text[0], text[-1], text[1:-1]):
        return None
    return inner


def _encloses(opening: str, closing: str, inner: str) -> bool:
    """Tell whether the first mark is still open at the last: no mark within closes it."""
    if opening in "'‘":
        return True  # an apostrophe looks like a closing mark, so nothing within can tell
    depth = 1
    for position, mark in enumerate(inner):
        before = inner[position - 1] if position else " "
        if opening != closing:
            depth += (mark == opening) - (mark == closing)
        elif mark == opening:
            depth += 1 if before.isspace() or before in "([—-" else -1
        if depth == 0:
            return False
    return True
