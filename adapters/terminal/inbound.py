"""What people do at the terminal, as events (pure): the terminal's payloads are lines of text and world messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.terminal import cards
from adapters.terminal.forms import OpenForm
from adapters.terminal.limits import BOT, PLATFORM, SPACE
from adapters.terminal.messages import Message
from bot.chat.model import (
    Asked,
    Button,
    Conversation,
    Deleted,
    Edited,
    Field,
    MessageRef,
    Person,
    Pressed,
    Said,
    Submitted,
)

DIRECT = "dm:"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MENTION = re.compile(rf"^\s*@{BOT}\b[:,]?\s*", re.IGNORECASE)
_NAMED = re.compile(r"(?<!\w)@(\w[\w'-]*)")


class NotAccepted(ValueError):
    """What was typed into a form does not fit it; the message says why."""


def person(name: str) -> Person:
    """Return the identity behind a name; names are global in a terminal."""
    return Person(PLATFORM, "", name)


def address(channel: str, thread: str = "") -> Conversation:
    """Return a conversation of the terminal: "#prep", a thread there, or "dm:ana"."""
    return Conversation(PLATFORM, SPACE, channel, thread, private=channel.startswith(DIRECT))


def direct(name: str) -> Conversation:
    """Return the private conversation with a person."""
    return address(DIRECT + name)


def without_escapes(text: str) -> str:
    """Leave out the sequences that steer a terminal: colours, cursor, titles."""
    return _ESCAPES.sub("", text)


def typed(text: str) -> str:
    """Return a line as it can be stored: without escape sequences, NUL and broken characters."""
    return _UNSTORABLE.sub("", without_escapes(text))


def is_for_us(where: Conversation, text: str) -> bool:
    """Tell whether the bot hears a line: in private, in a thread (only its own posts have one), or by its name."""
    return where.private or bool(where.thread) or _MENTION.match(text) is not None


def said(message: Message) -> Said:
    """Return what somebody wrote."""
    return Said(
        id=f"msg:{message.id}",
        at=message.at,
        space=SPACE,
        who=person(message.author),
        where=address(message.channel, message.thread),
        name=message.author,
        reply=_reply(message.channel, message.thread, message.author),
        message=message.id,
        text=_MENTION.sub("", message.text),
    )


def edited(number: str, message: Message, text: str, at: datetime) -> Edited:
    """Return that somebody changed a message of their own to `text`."""
    return Edited(
        id=f"edit:{message.id}:{number}",
        at=at,
        space=SPACE,
        who=person(message.author),
        where=address(message.channel, message.thread),
        name=message.author,
        reply=_reply(message.channel, message.thread, message.author),
        message=message.id,
        text=_MENTION.sub("", text),
    )


def deleted(message: Message, at: datetime) -> Deleted:
    """Return that a message is gone."""
    where = address(message.channel, message.thread)
    return Deleted(id=f"delete:{message.id}", at=at, space=SPACE, where=where, message=message.id)


def asked(
    number: str, who: str, where: Conversation, line: str, at: datetime, *, people: Sequence[str], organiser: bool
) -> Asked:
    """Return a command; "@BEN" in it becomes the name as it was first written, so that the core finds him."""
    command, text = [*line.strip().removeprefix("/").split(None, 1), "", ""][:2]
    known = {name.casefold(): name for name in people}
    return Asked(
        id=f"int:{number}",
        at=at,
        space=SPACE,
        who=person(who),
        where=where,
        name=who,
        reply=_reply(where.channel, where.thread, who),
        command=command,
        text=_NAMED.sub(lambda found: "@" + known.get(found[1].casefold(), found[1]), text.strip()),
        organiser=organiser,
        can_post=True,
    )


def pressed(number: str, who: str, message: Message, button: Button, at: datetime, *, organiser: bool) -> Pressed:
    """Return a press of a button; whispers are not named, as nothing can be changed on them."""
    where = address(message.channel, message.thread)
    return Pressed(
        id=f"int:{number}",
        at=at,
        space=SPACE,
        who=person(who),
        where=where,
        name=who,
        reply=_reply(message.channel, message.thread, who),
        action=button.action,
        token=button.token,
        on=None if message.reader else MessageRef(where, message.id),
        organiser=organiser,
    )


def submitted(number: str, opened: OpenForm, values: Mapping[str, str], at: datetime) -> Submitted:
    """Return a form that was sent off."""
    where = address(opened.channel, opened.thread)
    return Submitted(
        id=f"int:{number}",
        at=at,
        space=SPACE,
        who=person(opened.person),
        where=where,
        name=opened.person,
        reply=_reply(opened.channel, opened.thread, opened.person),
        form=opened.form.id,
        token=opened.form.token,
        values=dict(values),
        on=MessageRef(where, opened.message) if opened.message else None,
    )


def read_values(fields: Sequence[Field], text: str) -> dict[str, str]:
    """Take apart what was typed for a form: one field takes it all, several are "name=value | name=value".

    A "|" inside a value is harmless unless a field's name or label and "=" follow it. Raises NotAccepted.
    """
    if len(fields) == 1:
        return {fields[0].name: text}
    names = "|".join(f"({re.escape(f.name)}|{re.escape(f.label)})" for f in fields)
    starts = list(re.finditer(rf"(?:^|\|)\s*(?:{names})\s*=", text, re.IGNORECASE))
    if not starts or starts[0].start() != 0:
        raise NotAccepted(cards.several_fields([f.name for f in fields]))
    ends = [*(found.start() for found in starts[1:]), len(text)]
    values: dict[str, str] = {}
    for found, end in zip(starts, ends, strict=True):
        assert found.lastindex is not None
        values[fields[found.lastindex - 1].name] = text[found.end() : end].strip()
    return values


def check_lengths(fields: Sequence[Field], values: Mapping[str, str]) -> None:
    """Refuse values that are too short or too long for their fields, as platforms do. Raises NotAccepted."""
    for field in fields:
        size = len(values.get(field.name, ""))
        if size < field.minimum:
            raise NotAccepted(cards.too_short(field.label, size, field.minimum))
        if size > field.maximum:
            raise NotAccepted(cards.too_long(field.label, size, field.maximum))


def _reply(channel: str, thread: str, who: str) -> str:
    return json.dumps([channel, thread, who], ensure_ascii=False)
