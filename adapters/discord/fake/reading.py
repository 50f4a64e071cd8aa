"""What a reader sees of a message, and whom Discord notifies because of its words (pure).

The rules of Discord's markdown are tried in order at each position, as its clients do; they know nothing of how our
adapter writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

JSON = dict[str, Any]
_NAME = re.compile(r"<(?:(@&|@!?|#)(\d+)|(?:a?):(\w+):\d+|t:(-?\d+)(?::\w)?|(/[^:<>]+):\d+|id:(\w+))>")
_LOUD = re.compile(r"<@!?(\d+)>|<@&(\d+)>|(@everyone|@here)")
_CODE = re.compile(r"\\[^0-9A-Za-z\s]|(```.+?```|(`+)[^`].*?(?<!`)\2(?!`))", re.DOTALL)


def _inner(match: re.Match[str]) -> str:
    return markdown(_verbatim(match), whole_lines=False)


def _block(match: re.Match[str]) -> str:
    return markdown(_verbatim(match))


def _verbatim(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _list(match: re.Match[str]) -> str:
    lines = match[0].removesuffix("\n").split("\n")
    first = int(match[1])
    words = [re.sub(r"^ *\d+\. +", "", line) for line in lines]
    end = "\n" if match[0].endswith("\n") else ""
    return (
        "\n".join(f"{first + number}. {markdown(line, whole_lines=False)}" for number, line in enumerate(words)) + end
    )


def _quote(match: re.Match[str]) -> str:
    return markdown(re.sub(r"^ *> ?", "", match[0], flags=re.MULTILINE))


def _fence(match: re.Match[str]) -> str:
    return f"{match[1]}\n"


def _named(match: re.Match[str]) -> str:
    kind, number, emoji, time, command, place = match.groups()
    if kind:
        return f"{kind.rstrip('!')}{number}"
    return f":{emoji}:" if emoji else f"(the time {time})" if time else command or f"#{place}"


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_AT_LINE_START: tuple[_Rule, ...] = (
    (re.compile(r" *>>> ?([\s\S]+)"), _block),
    (re.compile(r" *> [^\n]*(?:\n *> [^\n]*)*\n?"), _quote),
    (re.compile(r" *#{1,3} +([^\n]+(?:\n|$))"), _inner),
    (re.compile(r" *-# +([^\n]+(?:\n|$))"), _inner),
    (re.compile(r" *[-*] +([^\n]+(?:\n|$))"), lambda match: f"• {_inner(match)}"),
    (re.compile(r" *(\d+)\. +[^\n]+(?:\n *\d+\. +[^\n]+)*(?:\n|$)"), _list),
)
_ANYWHERE: tuple[_Rule, ...] = (
    (re.compile(r"\\([^0-9A-Za-z\s])"), _verbatim),
    (re.compile(r"```(?:[a-zA-Z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```\n?"), _fence),
    (re.compile(r"(?<!`)``(?!`) ?([\s\S]*?[^`]) ?``(?!`)|`([^`]+)`(?!`)"), _verbatim),
    (re.compile(r"<((?:https?|steam|discord)://[^ >]+)>"), _verbatim),
    (re.compile(r"((?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s])"), _verbatim),
    (re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(<?https?://[^\s)]+>?\)"), _inner),
    (_NAME, _named),
    (re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"), _inner),
    (re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"), _inner),
    (re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"), _inner),
    (re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"), _inner),
    (re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~"), _inner),
    (re.compile(r"\|\|((?:\\[\s\S]|[^\\])+?)\|\|"), _inner),
)
_SPECIAL = re.compile(r"[\\`<\[*_~|\n]|(?:https?|steam|discord)://")


def markdown(text: str, *, whole_lines: bool = True) -> str:
    """Return a marked-up text as it is read: marks gone, mentions and emoji by what they carry.

    Without `whole_lines` it stands inside of a line, whose start is not its own.
    """
    pieces: list[str] = []
    at = 0
    while at < len(text):
        is_line_start = whole_lines if at == 0 else text[at - 1] == "\n"
        rules = _AT_LINE_START + _ANYWHERE if is_line_start else _ANYWHERE
        found = next(((m, show) for rule, show in rules if (m := rule.match(text, at)) and m.end() > at), None)
        if found is not None:
            pieces.append(found[1](found[0]))
            at = found[0].end()
            continue
        following = _SPECIAL.search(text, at + 1)
        end = at + 1 if text[at] == "\n" else following.start() if following else len(text)
        pieces.append(text[at:end])
        at = end
    return "".join(pieces)


def words(content: str, embeds: Iterable[JSON], components: Iterable[JSON]) -> str:
    """Return everything that is read in a message, top to bottom; labels of buttons apart."""
    parts = [markdown(content)] if content else []
    parts += [line for embed in embeds for line in _embed(embed)]
    parts += [markdown(text) for text in texts(components)]
    return "\n".join(part.rstrip("\n") for part in parts)


def _embed(embed: JSON) -> Iterator[str]:
    yield from (embed["author"]["name"],) if "author" in embed else ()
    yield from (markdown(embed[name]) for name in ("title", "description") if embed.get(name))
    for field in embed.get("fields") or []:
        yield f"{markdown(field['name'])}\n{markdown(field['value'])}"
    yield from (embed["footer"]["text"],) if "footer" in embed else ()


def flat(components: Iterable[JSON]) -> Iterator[JSON]:
    """Yield every component, those inside others after what holds them."""
    for component in components:
        yield component
        inside = [*(component.get("components") or []), component.get("component"), component.get("accessory")]
        yield from flat(one for one in inside if isinstance(one, dict))


def texts(components: Iterable[JSON]) -> list[str]:
    """Return the marked-up words of all text displays and labels."""
    found = [
        (c.get("content"), c.get("label"), c.get("description")) for c in flat(components) if c["type"] in (10, 18)
    ]
    return [text for several in found for text in several if text]


def buttons(components: Iterable[JSON]) -> list[JSON]:
    """Return the buttons, in order."""
    return [component for component in flat(components) if component["type"] == 2]


def label(button: JSON) -> str:
    """Return what is read on a button: it knows no markdown."""
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


def named(text: str) -> tuple[str, ...]:
    """Return whom a text names outside of code: ids of users, "&" and ids of roles, "everyone", "here"."""
    prose = _CODE.sub(lambda match: match[0] if match[1] is None else " ", text)
    found = [user or (f"&{role}" if role else loud.removeprefix("@")) for user, role, loud in _LOUD.findall(prose)]
    return tuple(dict.fromkeys(found))


def notified(
    texts_of_it: Sequence[str], allowed: JSON | None, replied: str = "", *, loud: bool = True
) -> tuple[str, ...]:
    """Return whom a message notifies: those it names and `allowed_mentions` lets through; None lets all through.

    `replied` is the author of the message that it answers; without `loud` its author may not call everyone.
    """
    found = tuple(dict.fromkeys(name for text in texts_of_it for name in named(text)))
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    users = {str(n) for n in (allowed or {}).get("users") or []}
    roles = {f"&{n}" for n in (allowed or {}).get("roles") or []}

    def passes(name: str) -> bool:
        if name in ("everyone", "here"):
            return "everyone" in parse and loud
        return name in roles or "roles" in parse if name.startswith("&") else name in users or "users" in parse

    answered = (replied,) if replied and (allowed or {}).get("replied_user", allowed is None) else ()
    return tuple(dict.fromkeys((*answered, *filter(passes, found))))
