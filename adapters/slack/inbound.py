"""What Slack sends, turned into events (pure). Payloads may lack whatever its reference does not promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.slack.limits import PLATFORM
from adapters.slack.modal import origin_of, values_of
from adapters.slack.text import read, unescape
from bot.chat.model import (
    Asked,
    Attachment,
    Conversation,
    Deleted,
    Edited,
    HomeOpened,
    Joined,
    Left,
    MessageRef,
    Person,
    PlatformEvent,
    Pressed,
    Said,
    Submitted,
)

Payload = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPOKEN = frozenset(("", "file_share", "thread_broadcast"))
"""Subtypes of messages that a person wrote; all others are Slack's own or an app's."""
GONE = frozenset(("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted"))
BACK = frozenset(("channel_unarchive", "group_unarchive"))


@dataclass(frozen=True, slots=True)
class Own:
    """Who we are in a workspace (`auth.test`)."""

    team: str
    user: str
    bot: str


@dataclass(frozen=True, slots=True)
class Opens:
    """A press that opens a form: never an event of its own; `trigger` opens a view within 3 seconds."""

    pressed: Pressed
    trigger: str


def from_event(body: Payload, own: Own) -> PlatformEvent | None:
    """Return what an Events API payload says, None where it is not for us."""
    event = _mapping(body, "event")
    kind = _text(event, "type")
    if kind in ("message", "app_mention"):
        return _message(event, own)
    at = _at(_text(event, "event_ts")) or _at(f"{body.get('event_time', 0)}") or EPOCH
    number = _text(body, "event_id") or f"{kind}:{_text(event, 'event_ts')}"
    if kind == "app_home_opened" and event.get("tab", "home") == "home" and _text(event, "user"):
        where = Conversation(PLATFORM, own.team, _text(event, "channel"), private=True)
        who = Person(PLATFORM, own.team, _text(event, "user"))
        return HomeOpened(id=f"home:{number}", at=at, space=own.team, who=who, where=where)
    channel = _channel_of(event)
    ours = kind in ("member_joined_channel", "member_left_channel") and _text(event, "user") == own.user
    if not channel or not (ours or kind in GONE or kind in BACK):
        return None
    where = Conversation(PLATFORM, own.team, channel)
    if kind in GONE or kind == "member_left_channel":
        return Left(id=f"left:{number}", at=at, space=own.team, where=where)
    return Joined(id=f"join:{number}", at=at, space=own.team, where=where)


def is_echo(body: Payload, own: Own) -> bool:
    """Tell whether a payload is a message of our own that comes back, as half of all deliveries do."""
    event = _mapping(body, "event")
    return _text(event, "type") == "message" and own.bot != "" and _text(event, "bot_id") == own.bot


def from_command(body: Payload, own: Own, now: datetime) -> Asked | None:
    """Return what a slash command asks; Slack does not say when, so it is `now`."""
    channel, user, command = _text(body, "channel_id"), _text(body, "user_id"), _text(body, "command")
    trigger = _text(body, "trigger_id")
    if not (channel and user and command and trigger):
        return None
    private = channel.startswith("D")
    name = _text(body, "channel_name")
    return Asked(
        id=f"int:{trigger}",
        at=now,
        space=own.team,
        who=Person(PLATFORM, _text(body, "team_id") or own.team, user),
        where=Conversation(PLATFORM, own.team, channel, private=private),
        name=_text(body, "user_name"),
        reply=_text(body, "response_url"),
        channel="" if private or name in ("privategroup", "directmessage") else name,
        command=command.removeprefix("/"),
        text=read(_text(body, "text"), own.user, accounts=True),
    )


def from_interaction(body: Payload, own: Own, now: datetime) -> Pressed | Submitted | Opens | None:
    """Return what a press or a submission does, None for what is not ours; submissions bring no time: it is `now`."""
    match _text(body, "type"):
        case "block_actions":
            return _press(body, own)
        case "view_submission":
            return _submission(body, own, now)
        case _:
            return None


# ---------------------------------------------------------------- messages
def _message(event: Payload, own: Own) -> PlatformEvent | None:
    subtype = _text(event, "subtype")
    if subtype == "message_changed":
        return _changed(event, own)
    if subtype == "message_deleted":
        return _deleted(event, own)
    if subtype not in SPOKEN or not _is_for_us(event, own):
        return None
    channel, ts = _text(event, "channel"), _text(event, "ts")
    return Said(
        id=f"msg:{channel}:{ts}",
        at=_at(ts) or EPOCH,
        space=own.team,
        who=_author(event, own),
        where=_talk(event, channel, own),
        message=ts,
        text=read(_text(event, "text"), own.user),
        voice=_voice(event),
    )


def heard(message: Payload, channel: str, own: Own) -> PlatformEvent | None:
    """Return the event of a message that was read from the history, with the id that it would have arrived with."""
    return _message({**message, "channel": channel}, own)


def _changed(event: Payload, own: Own) -> PlatformEvent | None:
    message = {**_mapping(event, "message"), "channel": _text(event, "channel")}
    before = _mapping(event, "previous_message")
    if _text(message, "subtype") == "tombstone":
        return _deleted({**event, "deleted_ts": _text(message, "ts")}, own)
    # Unfurled links arrive as changes too: only new words are an edit.
    if _text(message, "subtype") not in SPOKEN or message.get("text") == before.get("text"):
        return None
    if not _is_for_us(message, own):
        return None
    channel, ts = _text(event, "channel"), _text(message, "ts")
    stamp = _text(_mapping(message, "edited"), "ts") or _text(event, "event_ts") or _text(event, "ts")
    return Edited(
        id=f"edit:{channel}:{ts}:{stamp}",
        at=_at(stamp) or EPOCH,
        space=own.team,
        who=_author(message, own),
        where=_talk(message, channel, own),
        message=ts,
        text=read(_text(message, "text"), own.user),
    )


def _deleted(event: Payload, own: Own) -> Deleted | None:
    before = {**_mapping(event, "previous_message"), "channel": _text(event, "channel")}
    channel = _text(event, "channel")
    ts = _text(event, "deleted_ts") or _text(before, "ts")
    if not ts or _text(before, "bot_id") or not _is_for_us(before, own):
        return None
    at = _at(_text(event, "event_ts") or _text(event, "ts")) or EPOCH
    where = _talk({**before, "ts": ts}, channel, own)
    return Deleted(id=f"del:{channel}:{ts}", at=at, space=own.team, where=where, message=ts)


def _is_for_us(message: Payload, own: Own) -> bool:
    """Tell whether a person says something to us: in private, in a thread of ours, or by our name."""
    user, channel = _text(message, "user"), _text(message, "channel")
    if not user or user == own.user or message.get("bot_id") or not channel or not _text(message, "ts"):
        return False
    if channel.startswith("D"):
        return True
    return _starter(message) == own.user or f"<@{own.user}" in _text(message, "text")


def _starter(message: Payload) -> str:
    """Return who began the thread of a message, "" where Slack does not say: its reference makes both optional."""
    return _text(message, "parent_user_id") or _text(_mapping(message, "root"), "user")


def _talk(message: Payload, channel: str, own: Own) -> Conversation:
    thread = _text(message, "thread_ts") or _text(message, "ts")
    return Conversation(PLATFORM, own.team, channel, thread, private=channel.startswith("D"))


def _author(message: Payload, own: Own) -> Person:
    # In channels shared with other workspaces people keep the id of their own team.
    return Person(PLATFORM, _text(message, "user_team") or _text(message, "team") or own.team, _text(message, "user"))


def _voice(message: Payload) -> Attachment | None:
    files = message.get("files") or []
    for file in files if isinstance(files, list) else []:
        media = _text(file, "mimetype")
        if media.startswith(("audio/", "video/")):
            size = file.get("size")
            return Attachment(_text(file, "id"), _text(file, "name"), media, size if isinstance(size, int) else 0)
    return None


# ---------------------------------------------------------------- presses and submissions
def _press(body: Payload, own: Own) -> Pressed | Opens | None:
    actions = body.get("actions") or [{}]
    pressed = actions[0] if isinstance(actions, list) and isinstance(actions[0], Mapping) else {}
    number, _, rest = _text(pressed, "action_id").partition(":")
    answer, _, action = rest.partition(":")
    trigger, user = _text(body, "trigger_id"), _mapping(body, "user")
    if not (number.isdigit() and answer in ("whisper", "quiet", "form") and action and trigger and _text(user, "id")):
        return None
    container = _mapping(body, "container")
    view = _mapping(body, "view")
    home = origin_of(_text(view, "private_metadata")) if view else None
    channel = _text(_mapping(body, "channel"), "id") or _text(container, "channel_id") or (home.channel if home else "")
    message = _mapping(body, "message")
    thread = _text(message, "thread_ts") or _text(container, "thread_ts")
    private = channel.startswith("D") or home is not None
    ts = _text(message, "ts") or _text(container, "message_ts")
    if thread == ts:
        thread = ""  # the root of a thread that has replies stands in its channel all the same
    whispered = bool(container.get("is_ephemeral")) or not ts
    where = Conversation(PLATFORM, own.team, channel, thread or (ts if private and not whispered else ""), private)
    event = Pressed(
        id=f"int:{trigger}",
        at=_at(_text(pressed, "action_ts")) or EPOCH,
        space=own.team,
        who=_person(user, own),
        where=where,
        name=_name(user),
        reply=_text(body, "response_url") if answer != "quiet" else "",
        channel="" if private else _channel_name(body),
        action=action,
        token=_text(pressed, "value").strip(),
        on=None if whispered else MessageRef(Conversation(PLATFORM, own.team, channel, thread, private), ts),
    )
    return Opens(event, trigger) if answer == "form" else event


def _submission(body: Payload, own: Own, now: datetime) -> Submitted | None:
    view, user = _mapping(body, "view"), _mapping(body, "user")
    form, number = _text(view, "callback_id"), _text(view, "id")
    if not (form and number and _text(user, "id")):
        return None
    origin = origin_of(_text(view, "private_metadata"))
    private = origin.channel.startswith("D")
    where = Conversation(PLATFORM, own.team, origin.channel, origin.thread, private or not origin.channel)
    on = None
    if origin.message:
        on = MessageRef(Conversation(PLATFORM, own.team, origin.channel, origin.parent, private), origin.message)
    return Submitted(
        id=f"int:{number}",
        at=now,
        space=own.team,
        who=_person(user, own),
        where=where,
        name=_name(user),
        reply=origin.reply,
        form=form,
        token=origin.token,
        values={name: unescape(value) for name, value in values_of(_mapping(view, "state")).items()},
        on=on,
    )


# ---------------------------------------------------------------- threads that Slack does not say the owner of
_INNER = {"message_changed": "message", "message_deleted": "previous_message"}


def unclear(body: Payload, own: Own) -> Conversation | None:
    """Return the thread of a person's message if nothing in the payload says whether it is ours."""
    event = _mapping(body, "event")
    inner = _INNER.get(_text(event, "subtype"))
    message = {**_mapping(event, inner), "channel": _text(event, "channel")} if inner else event
    thread, channel = _text(message, "thread_ts"), _text(message, "channel")
    if _text(event, "type") != "message" or thread in ("", _text(message, "ts")) or _starter(message):
        return None
    is_person = _is_for_us({**message, "parent_user_id": own.user}, own) and _text(message, "subtype") in SPOKEN
    return None if not is_person or _is_for_us(message, own) else Conversation(PLATFORM, own.team, channel, thread)


def cleared(body: Payload, starter: str) -> Payload:
    """Return an `unclear` payload with who began its thread."""
    event = _mapping(body, "event")
    inner = _INNER.get(_text(event, "subtype"))
    known = {"parent_user_id": starter}
    return {**body, "event": {**event, inner: {**_mapping(event, inner), **known}} if inner else {**event, **known}}


# ---------------------------------------------------------------- parts
def _person(user: Payload, own: Own) -> Person:
    return Person(PLATFORM, _text(user, "team_id") or own.team, _text(user, "id"))


def _name(user: Payload) -> str:
    return _text(user, "name") or _text(user, "username")


def _channel_name(body: Payload) -> str:
    name = _text(_mapping(body, "channel"), "name")
    return "" if name in ("privategroup", "directmessage") else name


def _channel_of(event: Payload) -> str:
    channel = event.get("channel")
    return _text(channel, "id") if isinstance(channel, Mapping) else _text(event, "channel")


def _at(ts: str) -> datetime | None:
    """Return the instant of one of Slack's stamps: seconds, a point, microseconds."""
    seconds, _, micros = ts.partition(".")
    if not seconds.isdecimal() or len(seconds) > 11:
        return None
    fraction = int(micros[:6].ljust(6, "0")) if micros.isdecimal() else 0
    return EPOCH + timedelta(seconds=int(seconds), microseconds=fraction)


def _mapping(data: Payload, key: str) -> Payload:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _text(data: Any, key: str) -> str:
    found = data.get(key) if isinstance(data, Mapping) else None
    return found if isinstance(found, str) else ""
