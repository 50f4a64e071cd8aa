"""Words on their way to Discord and back: nothing that people wrote is markup, and nothing of it mentions anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARKS = re.compile(
    r"""
      (?P<scheme> (?i:https?|steam|discord) ) (?P<rest> ://[^\s<]+ )
    | ^ (?P<lead> [^\S\n]* (?: \d+ (?=\.) )? ) (?P<start> [>#+.-] )  # quotes, headings, lists, small print
    | [\\*_`\[]                     # escapes, emphasis, code, links
    | ~(?=~) | (?<=~)~ | \|(?=\|) | (?<=\|)\|  # struck out, spoilers
    | <(?=\S)                       # mentions, emoji, times, commands, addresses
    | @(?=everyone|here)
    | :(?=[\w+~-]+:)                # :emoji:
    """,
    re.VERBOSE | re.MULTILINE,
)
_INCOMING = re.compile(
    r"<(?P<kind>@!?|@&|\#)(?P<id>\d{1,20})>|<a?:(?P<emoji>\w+):\d{1,20}>|</(?P<command>[^:<>]+):\d{1,20}>"
)
_NOBODY: Mapping[str, str] = {}


def escape(text: str) -> str:
    """Return Markdown of which a reader sees exactly `text` (Discord's dialect; any mark can be escaped by "\\").

    Addresses stay links, unless they contain marks: a backslash would be seen in them.
    """
    return _MARKS.sub(_mark, text)


def read(content: str, own: str = "", known: Mapping[str, str] = _NOBODY) -> str:
    """Return what somebody typed, as they see it: mentions by name, emoji as :name:, a mention of us (`own`) left out.

    `known` are names by their mark and id, as in {"@1": "Mia", "#2": "prep", "@&3": "coaches"}; others keep the id.
    """
    if "<" not in content:
        return content
    if own and (f"<@{own}>" in content or f"<@!{own}>" in content):
        content = re.sub(rf"<@!?{own}>[,:]?[^\S\n]*", "", content).strip()

    def shown(match: re.Match[str]) -> str:
        if match["emoji"]:
            return f":{match['emoji']}:"
        if match["command"]:
            return f"/{match['command']}"
        kind = match["kind"].removesuffix("!")
        return kind[0] + known.get(kind + match["id"], match["id"])

    return _INCOMING.sub(shown, content)


def _mark(match: re.Match[str]) -> str:
    if match["scheme"]:
        # Discord makes a link of it, up to a space or "<", and reads no escapes in there: where there are any to come,
        # it had better be none.
        rest = match["rest"].removeprefix("://")
        is_followed = match.string[match.end() : match.end() + 1] == "<"
        return (
            match[0] if escape(rest) == rest and not is_followed else "\\://".join(map(escape, match[0].split("://")))
        )
    start = match["start"]
    return f"{match['lead']}\\{start}" if start else f"\\{match[0]}"
