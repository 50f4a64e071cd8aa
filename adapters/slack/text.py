"""Words on their way to Slack and back: nothing that people wrote is markup, and nothing of it mentions anybody."""

from __future__ import annotations

import re

_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_MARK = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")


def escape(text: str) -> str:
    """Return a text in which Slack finds no control character (its reference: "Escaping text")."""
    for plain, entity in _ENTITIES:
        text = text.replace(plain, entity)
    return text


def unescape(text: str) -> str:
    """Return what `escape` was given."""
    for plain, entity in reversed(_ENTITIES):
        text = text.replace(entity, plain)
    return text


def read(text: str, own: str = "", *, accounts: bool = False) -> str:
    """Return what somebody typed, as they see it: links by their words, mentions by name, ours (`own`) left out.

    With `accounts`, people are named by their account: a name may be anybody's.
    """

    def shown(match: re.Match[str]) -> str:
        kind, target, label = match["kind"], match["target"], match["label"]
        match kind:
            case "@":
                return "" if target == own else f"@{target if accounts else label or target}"
            case "#":
                return f"#{label or target}"
            case "!":
                return label or f"@{target.partition('^')[0]}"
            case _:
                return label or target.removeprefix("mailto:")

    words = unescape(_MARK.sub(shown, text))
    return words.strip() if own and f"<@{own}" in text else words
