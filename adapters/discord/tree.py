"""What features declare, as Discord's application commands (pure): names, groups, options, what is offered to type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from adapters.discord.inbound import SHOW, asked_for
from adapters.discord.limits import CHOICE, CHOICES, DESCRIPTION, OPTIONS
from bot.chat.surface import Command, Option, Surface
from bot.chat.words import shorten

Payload = dict[str, Any]
_CHAT_INPUT, _SUBCOMMAND, _STRING = 1, 1, 3
_GUILD, _BOT_DM, _PRIVATE_CHANNEL = 0, 1, 2
"""Contexts: in a server, in direct messages with us, among other people."""
_GUILD_INSTALL, _USER_INSTALL = 0, 1


def payload(commands: Sequence[Command]) -> list[Payload]:
    """Return every command, as a bulk overwrite takes them."""
    families: dict[str, list[Command]] = {}
    for command in commands:
        families.setdefault(command.name.partition(" ")[0], []).append(command)
    return [_family(name, members) for name, members in families.items()]


def digest(commands: Iterable[Mapping[str, Any]]) -> str:
    """Return a hash that is equal for what is sent and what Discord answers for the same commands."""
    known = sorted((_normal(one) for one in commands), key=lambda one: str(one["name"]))
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


# ---------------------------------------------------------------- while somebody types
@dataclass(frozen=True, slots=True)
class Typing:
    """What somebody has typed so far, for an option of a command."""

    command: str
    option: str
    typed: str


def typing(data: Mapping[str, Any]) -> Typing | None:
    """Return what the data of an autocompletion asks for."""
    command, options = asked_for(data)
    focused = next((one for one in options if one.get("focused")), None)
    return Typing(command, str(focused["name"]), str(focused.get("value", ""))) if focused else None


def complete(surface: Surface, command: str, option: str, typed: str) -> list[Payload]:
    """Return what to offer, at most 25: what begins so, then what has a word that does, then what contains it."""
    found = next((one for c in surface.commands if c.name == command for one in c.options if one.name == option), None)
    words = _plain(typed)
    offered = [word for word in (_offers(found) if found else ()) if words in _plain(word)]
    offered.sort(key=lambda word: _rank(words, _plain(word)))
    return [{"name": word, "value": word} for word in offered[:CHOICES]]


def _offers(option: Option) -> Iterator[str]:
    for word in dict.fromkeys((*option.choices, *option.offers())):
        if len(word) <= CHOICE:
            yield word


def _rank(typed: str, word: str) -> int:
    if word.startswith(typed):
        return 0
    return 1 if f" {typed}" in word else 2


def _plain(word: str) -> str:
    """Return a word as it is compared: "new york" finds "America/New_York"."""
    for mark in "/_-":
        word = word.replace(mark, " ")
    return word.casefold().lstrip()


# ---------------------------------------------------------------- commands
def _family(name: str, members: Sequence[Command]) -> Payload:
    alone = next((one for one in members if one.name == name), None)
    subcommands = [one for one in members if one is not alone]
    in_groups = all(one.where == "group" for one in members)
    if subcommands:
        options = [_subcommand(_last(one), one) for one in subcommands]
        options = [_subcommand(SHOW, alone), *options] if alone else options
    else:
        options = _options(members[0])
    return {
        "type": _CHAT_INPUT,
        "name": name,
        "description": _described(alone.help if alone else ", ".join(_last(one) for one in subcommands), name),
        "options": options[:OPTIONS],
        "contexts": [_GUILD] if in_groups else [_GUILD, _BOT_DM, _PRIVATE_CHANNEL],
        "integration_types": [_GUILD_INSTALL] if in_groups else [_GUILD_INSTALL, _USER_INSTALL],
        "default_member_permissions": None,
    }


def _last(command: Command) -> str:
    _, _, last = command.name.partition(" ")
    if " " in last:
        raise ValueError(f"/{command.name}: a command has one subcommand at most")
    return last


def _subcommand(name: str, command: Command) -> Payload:
    return {
        "type": _SUBCOMMAND,
        "name": name,
        "description": _described(command.help, name),
        "options": _options(command),
    }


def _options(command: Command) -> list[Payload]:
    # Discord wants the required ones first.
    return [_option(one) for one in sorted(command.options, key=lambda one: not one.required)]


def _option(option: Option) -> Payload:
    found: Payload = {
        "type": _STRING,
        "name": option.name,
        "description": _described(option.help, option.name),
        "required": option.required,
    }
    if 0 < len(option.choices) <= CHOICES:
        return {**found, "choices": [{"name": choice, "value": choice} for choice in option.choices]}
    return {**found, "autocomplete": True} if option.choices or option.offers is not tuple else found


def _described(words: str, name: str) -> str:
    return shorten(words or name, DESCRIPTION)


# ---------------------------------------------------------------- the same, however it is written
_KEPT = ("type", "name", "description", "options", "required", "autocomplete", "choices", "value")


def _normal(node: Mapping[str, Any]) -> Payload:
    """Return a command, option or choice without what Discord adds or leaves out."""
    found: Payload = {}
    for key in _KEPT:
        value = node.get(key)
        if value:
            found[key] = [_normal(one) for one in value] if isinstance(value, list) else value
    for key in ("contexts", "integration_types"):
        if node.get(key):
            found[key] = sorted(node[key])
    if node.get("default_member_permissions") is not None:
        found["default_member_permissions"] = str(node["default_member_permissions"])
    return found
