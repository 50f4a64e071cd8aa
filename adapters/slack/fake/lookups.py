"""The methods that read, open and join: auth.test, users.info, conversations.*, files.info."""

from __future__ import annotations

from base64 import b64decode, b64encode

from adapters.slack.fake import events, objects
from adapters.slack.fake.model import JSON, Channel, Message, Refused
from adapters.slack.fake.workspace import Workspace


def who_am_i(space: Workspace, arguments: JSON) -> JSON:
    """Play auth.test."""
    return {
        "url": f"https://{space.domain}.slack.com/",
        "team": "Greenroom Fake",
        "user": space.bot.name,
        "team_id": space.team,
        "user_id": space.bot.id,
        "bot_id": space.bot_id,
        "is_enterprise_install": False,
    }


def user(space: Workspace, arguments: JSON) -> JSON:
    """Play users.info."""
    found = space.users.get(arguments["user"])
    if found is None:
        raise Refused("user_not_found")
    return {"user": objects.user(space, found)}


def file(space: Workspace, arguments: JSON) -> JSON:
    """Play files.info."""
    found = space.files.get(arguments["file"])
    if found is None:
        raise Refused("file_not_found")
    return {"file": objects.file(space, found), "comments": [], "response_metadata": {"next_cursor": ""}}


def open_direct(space: Workspace, arguments: JSON) -> JSON:
    """Play conversations.open for one person."""
    found = space.users.get(arguments.get("users", ""))
    if found is None:
        raise Refused("user_not_found")
    if found.deleted or found.is_bot:
        raise Refused("user_disabled" if found.deleted else "cannot_dm_bot")
    channel = space.direct(found.id)
    whole = objects.channel(space, channel) if arguments.get("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": whole}


def info(space: Workspace, arguments: JSON) -> JSON:
    """Play conversations.info: private places of others are not there."""
    return {"channel": objects.channel(space, _known(space, arguments["channel"]))}


def join(space: Workspace, arguments: JSON) -> JSON:
    """Play conversations.join; a bot that comes in is told so by an event."""
    channel = _known(space, arguments["channel"])
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    if space.bot.id in channel.members:
        return {"channel": objects.channel(space, channel), "warning": "already_in_channel"}
    channel.members.add(space.bot.id)
    space.emit(events.membership(space, channel, space.bot, "member_joined_channel"))
    return {"channel": objects.channel(space, channel)}


def history(space: Workspace, arguments: JSON) -> JSON:
    """Play conversations.history: newest first, answers in threads left out unless they were broadcast."""
    channel = _joined(space, arguments["channel"])
    found = [
        message
        for message in space.messages
        if message.channel == channel.id
        and not message.reader
        and (not message.thread_ts or message.subtype == "thread_broadcast")
        and _is_between(message, arguments)
    ]
    return _page(space, sorted(found, key=lambda m: m.ts, reverse=True), arguments)


def replies(space: Workspace, arguments: JSON) -> JSON:
    """Play conversations.replies: oldest first, each page begins with the thread's root."""
    channel = _joined(space, arguments["channel"])
    asked = space.find(channel.id, arguments["ts"])
    root = space.find(channel.id, asked.thread_ts) if asked is not None and asked.thread_ts else asked
    if root is None:
        raise Refused("thread_not_found")
    found = [reply for reply in space.replies(root) if _is_between(reply, arguments)]
    return _page(space, sorted(found, key=lambda m: m.ts), arguments, root)


def _known(space: Workspace, number: str) -> Channel:
    found = space.channels.get(number)
    if found is None or (found.kind != "channel" and space.bot.id not in found.members):
        raise Refused("channel_not_found")
    return found


def _joined(space: Workspace, number: str) -> Channel:
    found = _known(space, number)
    if space.bot.id not in found.members:
        raise Refused("not_in_channel")
    return found


def _is_between(message: Message, arguments: JSON) -> bool:
    oldest, latest = _stamp(arguments.get("oldest") or "0"), _stamp(arguments.get("latest") or "9999999999")
    at = _stamp(message.ts)
    return oldest < at < latest or (bool(arguments.get("inclusive")) and at in (oldest, latest))


def _stamp(ts: str) -> tuple[int, int]:
    seconds, _, micros = str(ts).partition(".")
    return int(seconds), int(micros[:6].ljust(6, "0"))


def _page(space: Workspace, found: list[Message], arguments: JSON, root: Message | None = None) -> JSON:
    limit = min(int(arguments.get("limit") or 100), space.history_limit)
    try:
        start = int(b64decode(arguments["cursor"]).decode().removeprefix("next:")) if arguments.get("cursor") else 0
    except ValueError as unreadable:
        raise Refused("invalid_cursor") from unreadable
    wanted = bool(arguments.get("include_all_metadata"))
    shown = ([root] if root else []) + found[start : start + limit]
    more = len(found) > start + limit
    cursor = b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return {
        "messages": [objects.message(space, message, metadata=wanted) for message in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": cursor},
    }
