"""What a reader sees of a message, and whom Slack would notify because of its words (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

JSON = dict[str, Any]
_MARK = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_LOUD = re.compile(r"<@(\w+)(?:\|[^<>]*)?>|<!(here|channel|everyone|subteam\^\w+)(?:\|[^<>]*)?>")
_STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unescape(text: str) -> str:
    """Return a text with Slack's three entities undone."""
    for entity, plain in _ENTITIES:
        text = text.replace(entity, plain)
    return text


def mrkdwn(text: str) -> str:
    """Return a marked-up text as it is read: marks gone, mentions and links by their words."""
    pieces: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        pieces += [_prose(text[end : code.start()]), unescape(code[1] or code[2])]
        end = code.end()
    return "".join([*pieces, _prose(text[end:])])


def _prose(text: str) -> str:
    while (plain := _STYLED.sub(r"\2", text)) != text:
        text = plain
    return unescape(_MARK.sub(_shown, text))


def _shown(match: re.Match[str]) -> str:
    prefix = {"@": "@", "!": "@", "#": "#"}.get(match["kind"], "")
    return match["label"] if match["label"] and not prefix else f"{prefix}{match['label'] or match['target']}"


def words(text: str, blocks: list[JSON]) -> str:
    """Return everything that is read in a message: its blocks, and only without any its text."""
    if not blocks:
        return mrkdwn(text)
    return "\n".join(line for block in blocks if block.get("type") != "actions" for line in _lines(block))


def buttons(blocks: Iterable[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Yield each button with the block that it stands in."""
    for block in blocks:
        elements = [*(block.get("elements") or []), block.get("accessory")]
        yield from ((block, e) for e in elements if isinstance(e, dict) and e.get("type") == "button")


def label(button: JSON) -> str:
    """Return what is read on a button."""
    return unescape(button["text"]["text"])


def mentions(text: str, blocks: list[JSON]) -> tuple[str, ...]:
    """Return whom a message notifies: ids of users and groups, "here", "channel", "everyone"."""
    found = [one or other for one, other in _LOUD.findall(text)]
    for block in blocks:
        found += _mentioned(block)
    return tuple(dict.fromkeys(found))


def _lines(block: JSON) -> Iterator[str]:
    match block.get("type"):
        case "rich_text":
            yield "\n".join(_rich(element) for element in block["elements"])
        case "section":
            yield from (_object(text) for text in (block.get("text"), *(block.get("fields") or [])) if text)
        case "context":
            yield from (_object(e) if "text" in e else e.get("alt_text", "") for e in block["elements"])
        case "image":
            yield block.get("alt_text", "")
        case "input":
            yield _object(block["label"])
        case "header" | "markdown":
            yield _object(block["text"] if isinstance(block["text"], dict) else block)


def _object(text: JSON) -> str:
    return mrkdwn(text["text"]) if text.get("type") == "mrkdwn" else unescape(text["text"])


def _rich(element: JSON) -> str:
    match element.get("type"):
        case "text":
            return str(element["text"])
        case "link":
            return str(element.get("text") or element["url"])
        case "emoji":
            return f":{element['name']}:"
        case "user" | "usergroup" | "broadcast" | "channel" as kind:
            return f"@{element.get(f'{kind}_id') or element.get('range')}"
        case "rich_text_list":
            return "\n".join(map(_rich, element["elements"]))
        case _:
            return "".join(map(_rich, element.get("elements", [])))


def _mentioned(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in _mentioned(item)]
    if not isinstance(node, dict):
        return []
    match node.get("type"):
        case "mrkdwn" | "markdown":
            return [one or other for one, other in _LOUD.findall(node["text"])]
        case "user" | "usergroup" as kind if f"{kind}_id" in node:
            return [node[f"{kind}_id"]]
        case "broadcast":
            return [node["range"]]
        case _:
            return [found for value in node.values() for found in _mentioned(value)]
