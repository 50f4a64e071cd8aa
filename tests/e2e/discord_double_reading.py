"""What people read in simcord: whole messages by their words and buttons, a line each, with whoever alone sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord
import simcord

from adapters.discord.fake import reading

_VEIL = re.compile(r"\|\|(.+?)\|\|")
Viewer = simcord.MemberActor | simcord.UserHandle


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread or direct messages, and who may look there."""

    name: str
    channel: simcord.ChannelHandle
    viewers: Mapping[str, Viewer]


class Reader:
    """Remembers what was read, so that only what is new is told."""

    def __init__(self, bot: int) -> None:
        """Read what the account `bot` says."""
        self.bot = bot
        self._read: dict[object, str] = {}

    def news(self, places: Iterable[Place]) -> list[str]:
        """Return what is new or has changed: by place, oldest message first."""
        return [line for place in sorted(places, key=lambda one: one.name) for line in self._of(place)]

    def _of(self, place: Place) -> Iterator[str]:
        found: dict[int, discord.Message] = {}
        readers: dict[int, list[str]] = {}
        for name, viewer in place.viewers.items():
            for message in sees(viewer, place.channel) or ():
                found[message.id] = message
                readers.setdefault(message.id, []).append(name)
        for number in sorted(found):
            if found[number].author.id != self.bot:
                yield from self._reactions(place, found[number])
            elif line := self._changed(found[number]):
                alone = "" if len(readers[number]) == len(place.viewers) else f" to {', '.join(readers[number])}"
                yield f"{place.name}{alone}{line}"

    def _changed(self, message: discord.Message) -> str:
        """Return what a message says, "" if that was read before, or is still to come."""
        line, before = said(message), self._read.get(message.id)
        if line == before or not is_said(message):
            return ""
        self._read[message.id] = line
        return f": {line}" if before is None else f" changed: {line}"

    def _reactions(self, place: Place, message: discord.Message) -> Iterator[str]:
        for reaction in message.reactions:
            mark = (message.id, str(reaction.emoji))
            if mark not in self._read:  # nobody else reacts in our scenes
                self._read[mark] = ""
                yield f"{place.name}: {reaction.emoji} on {message.author.name}'s message"


def said(message: discord.Message) -> str:
    """Return a message in one line: "title / text [Button]", what has to be touched to be read between "▒"."""
    shown: list[Any] = [component.to_dict() for component in message.components]
    veiled = [_VEIL.sub(r"▒\1▒", text) for text in (message.content, *reading.texts(shown))]
    text = "\n".join(reading.markdown(text) for text in veiled)
    words = " / ".join(line.strip() for line in text.split("\n") if line.strip())
    return words + "".join(f" [{label}]" for label in labels(message))


def is_said(message: discord.Message) -> bool:
    """Tell whether a message has words of its own; Discord notes in the channel that a thread was opened."""
    return not message.flags.loading and message.type is not discord.MessageType.thread_created


def labels(message: discord.Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [reading.label(dict(button)) for button in reading.buttons([one.to_dict() for one in message.components])]  # type: ignore[misc]


def form(modal: Mapping[str, Any]) -> str:
    """Return a form in one line: its title and what it asks for."""
    return " / ".join([str(modal["title"]), *reading.texts(modal["components"])])


def sees(viewer: Viewer, channel: simcord.ChannelHandle) -> list[discord.Message] | None:
    """Return what somebody sees in a channel, oldest first; None where they may not look."""
    try:
        return channel.history(viewer=viewer)
    except simcord.SetupError:
        return None
