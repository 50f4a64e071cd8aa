"""The methods that write: chat.*, reactions.add, views.*, assistant.threads.*."""

from __future__ import annotations

import re
from datetime import timedelta

from adapters.slack.fake import events, objects
from adapters.slack.fake.model import JSON, Channel, Message, Place, Refused, Trigger, View
from adapters.slack.fake.reading import mentions
from adapters.slack.fake.workspace import Workspace

TRIGGER_SECONDS = 3
_LOUD_WORDS = re.compile(r"@(here|channel|everyone)\b")


def open_channel(space: Workspace, name: str, *, public: bool = False) -> Channel:
    """Return a channel that the bot may write into; a user's id stands for their direct messages."""
    found = space.direct(name) if name in space.users else space.channels.get(name)
    if found is None:
        raise Refused("channel_not_found")
    if space.bot.id not in found.members:
        if found.kind != "channel":
            raise Refused("channel_not_found")
        if not public:
            raise Refused("not_in_channel")
    if found.archived:
        raise Refused("is_archived")
    return found


def post(space: Workspace, arguments: JSON) -> JSON:
    """Play chat.postMessage."""
    channel = open_channel(space, arguments["channel"], public="chat:write.public" in space.scopes)
    if channel.kind == "im" and any(space.users[user].deleted for user in channel.members):
        raise Refused("is_archived")
    thread = _thread(space, channel, arguments)
    message = _written(space, channel, arguments, thread)
    space.add(message)
    space.emit(events.said(space, message))
    return {"channel": channel.id, "ts": message.ts, "message": objects.message(space, message, metadata=True)}


def whisper(space: Workspace, arguments: JSON) -> JSON:
    """Play chat.postEphemeral."""
    channel = open_channel(space, arguments["channel"])
    reader = arguments["user"]
    if reader in space.expired_for or reader not in channel.members:
        space.expired_for.discard(reader)
        raise Refused("user_not_in_channel")
    message = _written(space, channel, arguments, _thread(space, channel, arguments))
    message.reader = reader
    space.add(message)
    return {"message_ts": message.ts}


def update(space: Workspace, arguments: JSON) -> JSON:
    """Play chat.update: blocks that are not given are gone, metadata that is not given stays."""
    channel = open_channel(space, arguments["channel"])
    message = _message(space, channel, arguments["ts"])
    if not space.is_ours(message):
        raise Refused("cant_update_message")
    before = objects.message(space, message, metadata=True)
    changed = _written(space, channel, arguments, message.thread_ts)
    message.text, message.blocks, message.mentions = changed.text, changed.blocks, changed.mentions
    message.metadata = changed.metadata if "metadata" in arguments else message.metadata
    message.edited = space.tick()
    space.changed()
    space.emit(events.changed(space, message, before, message.edited))
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": objects.message(space, message)}


def permalink(space: Workspace, arguments: JSON) -> JSON:
    """Play chat.getPermalink."""
    channel = open_channel(space, arguments["channel"])
    message = _message(space, channel, arguments["message_ts"])
    link = f"https://{space.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def react(space: Workspace, arguments: JSON) -> JSON:
    """Play reactions.add."""
    if not re.fullmatch(r"[a-z0-9_+'-]+", arguments["name"]):
        raise Refused("invalid_name")
    message = _message(space, open_channel(space, arguments["channel"]), arguments["timestamp"])
    users = message.reactions.setdefault(arguments["name"], [])
    if space.bot.id in users:
        raise Refused("already_reacted")
    users.append(space.bot.id)
    return {}


def open_view(space: Workspace, arguments: JSON) -> JSON:
    """Play views.open."""
    trigger = _use(space, arguments.get("trigger_id", ""))
    view = View(f"V{space.number():09}", trigger.user, arguments["view"], trigger.place)
    space.modals = [modal for modal in space.modals if modal.user != trigger.user] + [view]
    space.changed()
    return {"view": objects.view(space, view)}


def publish_view(space: Workspace, arguments: JSON) -> JSON:
    """Play views.publish."""
    user, payload = arguments["user_id"], arguments["view"]
    if user not in space.users or payload.get("type") != "home":
        raise Refused("user_not_found" if user not in space.users else "invalid_arguments")
    before = space.homes.get(user)
    number = before.id if before else f"V{space.number():09}"
    space.homes[user] = View(number, user, payload, Place(space.direct(user).id))
    space.changed()
    return {"view": objects.view(space, space.homes[user])}


def set_status(space: Workspace, arguments: JSON) -> JSON:
    """Play assistant.threads.setStatus: in threads only; an empty status takes it away."""
    channel = open_channel(space, arguments["channel_id"])
    _message(space, channel, arguments["thread_ts"])
    space.statuses[channel.id, arguments["thread_ts"]] = arguments["status"]
    return {}


def set_prompts(space: Workspace, arguments: JSON) -> JSON:
    """Play assistant.threads.setSuggestedPrompts: up to four."""
    channel = open_channel(space, arguments["channel_id"])
    if channel.kind != "im" or not 1 <= len(arguments["prompts"]) <= 4:
        raise Refused("invalid_arguments")
    space.prompts[channel.id] = arguments
    return {}


def _written(space: Workspace, channel: Channel, arguments: JSON, thread: str) -> Message:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not blocks:
        raise Refused("no_text")
    loud = mentions(text, blocks)
    if arguments.get("link_names") or arguments.get("parse") == "full":
        loud += tuple(_LOUD_WORDS.findall(text))
    return Message(
        channel=channel.id,
        ts=space.tick(),
        user=space.bot.id,
        text=text,
        blocks=[{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)],
        thread_ts=thread,
        metadata=arguments.get("metadata") or {},
        mentions=loud,
    )


def _thread(space: Workspace, channel: Channel, arguments: JSON) -> str:
    ts = arguments.get("thread_ts") or ""
    if ts:
        root = space.find(channel.id, ts)
        if root is None:
            raise Refused("thread_not_found")
        if root.thread_ts:
            raise Refused("cannot_reply_to_message")
    return ts


def _message(space: Workspace, channel: Channel, ts: str) -> Message:
    found = space.find(channel.id, ts)
    if found is None:
        raise Refused("message_not_found")
    return found


def _use(space: Workspace, number: str) -> Trigger:
    trigger = space.triggers.get(number)
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if space.now - trigger.at > timedelta(seconds=TRIGGER_SECONDS):
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger
