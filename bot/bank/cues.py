"""The lines by which a rule recognises a point: `a | b + c | d`, and what an author must not write there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

CONNECTIVES: frozenset[str] = frozenset(
    re.findall(
        r"\w+",
        """
        a about also although an and are as at be because been but by can could did do does for from had has have
        hence however i if in into is it its me my nor of on or our should since so than that the their them then
        there therefore they this though thus to too was we were when which while who will with would yet you your
        """,
    )
)
"""Words that any sentence has: a group that one of them satisfies says nothing (coaching rules)."""

_LEARN = re.compile(r"learn(\*|ed|t|ing|s)?")
_TERM = re.compile(r"[^\s*#|+][^\s*#|+]*\*?|#num")
ENOUGH_LINES = 2


def groups(line: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of a line, each with its alternatives; white space around them does not matter."""
    return tuple(tuple(" ".join(term.split()) for term in group.split("|")) for group in line.split("+"))


def wrong(line: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a line, each with what to do instead (coaching rules for authors of cues)."""
    parts = groups(line)
    for group in parts:
        for alternative in group:
            yield from _wrong_alternative(alternative)
        if _idle(group) == len(group):
            what = f"the group '{' | '.join(group)}' is met by any sentence"
            yield what, "use words of the point itself in every group"
        elif len(parts) == 1 and any(_LEARN.fullmatch(term.lower()) for term in group):
            yield f"'{line.strip()}' is met by 'I learned a lot'", "add a group that says what was learned"
        elif "learn*" in group:
            yield "a bare 'learn*' is met by any closing phrase", "say what is done differently since"
    if len(parts) > 1 and all(0 < _idle(group) < len(group) for group in parts):
        what = f"every group of '{line.strip()}' is met by some word that any sentence has"
        yield what, "take the connectives out"


def vague(line: str) -> Iterator[tuple[str, str]]:
    """Yield why a line proves less than it seems, each with what to do about it."""
    parts = groups(line)
    if len(parts) == 1:
        yield f"'{line.strip()}' is met by a mere mention", "join it with a second group by '+'"
    for group in parts:
        if 0 < _idle(group) < len(group):
            word = next(term for term in group if term.lower() in CONNECTIVES)
            yield f"the group '{' | '.join(group)}' is met by any sentence with '{word}'", f"take '{word}' out"


def _idle(group: tuple[str, ...]) -> int:
    """Return how many alternatives of a group are connectives."""
    return sum(term.lower() in CONNECTIVES for term in group)


def _wrong_alternative(alternative: str) -> Iterator[tuple[str, str]]:
    if not alternative:
        yield "an alternative is empty", "write words between '|' and '+'"
        return
    for word in alternative.split():
        if _TERM.fullmatch(word) is None:
            yield f"'{word}' is no cue", "use words, 'prefix*' with the star at its end, or '#num'"
        elif word.endswith("*") and len(word) < 4:
            yield f"'{word}' is met by too many words", "give a prefix at least three letters"
