"""What Slack delivers: events, commands, presses, submissions (pure, but for the ids that they use up)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.slack.fake import objects
from adapters.slack.fake.model import JSON, Channel, Message, Place, Trigger, User, View

if TYPE_CHECKING:
    from adapters.slack.fake.workspace import Workspace

_TOKEN = "fake-verification-token"  # noqa: S105 - every payload carries one, and nobody may rely on it


def wrapped(space: Workspace, event: JSON) -> JSON:
    """Return the callback around an event; calling it again makes another event of it."""
    number = f"Ev{space.number():09}"
    return {
        "token": _TOKEN,
        "team_id": space.team,
        "context_team_id": space.team,
        "context_enterprise_id": None,
        "api_app_id": space.app,
        "event": event,
        "type": "event_callback",
        "event_id": number,
        "event_time": int(event["event_ts"].partition(".")[0]),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": space.team,
                "user_id": space.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number}",
    }


def said(space: Workspace, message: Message) -> JSON:
    """Return the `message` event of a new message."""
    kind = space.channels[message.channel].kind
    seen = objects.message(space, message, metadata=True)
    return seen | {"channel": message.channel, "event_ts": message.ts, "channel_type": kind}


def mentioned(space: Workspace, message: Message) -> JSON:
    """Return the `app_mention` event of a message that names the bot; it does not know whose thread it is in."""
    left_out = ("channel_type", "parent_user_id", "subtype")
    return {k: v for k, v in said(space, message).items() if k not in left_out} | {"type": "app_mention"}


def changed(space: Workspace, message: Message, before: JSON, at: str) -> JSON:
    """Return the event of an edit; `before` is what the message was like."""
    now = objects.message(space, message, metadata=True)
    return _hidden(space, message.channel, "message_changed", at) | {"message": now, "previous_message": before}


def deleted(space: Workspace, message: Message, before: JSON, at: str) -> JSON:
    """Return the event of a deletion; what had replies leaves a tombstone behind."""
    if before.get("reply_count"):
        left = {k: v for k, v in before.items() if k not in ("blocks", "files", "client_msg_id", "edited")}
        left |= {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}
        event = _hidden(space, message.channel, "message_changed", at)
        return event | {"message": left, "previous_message": before}
    event = _hidden(space, message.channel, "message_deleted", at)
    return event | {"deleted_ts": message.ts, "previous_message": before}


def _hidden(space: Workspace, channel: str, subtype: str, at: str) -> JSON:
    kind = space.channels[channel].kind
    event: JSON = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel, "channel_type": kind}
    return event | {"ts": at, "event_ts": at}


def home_opened(space: Workspace, user: User, tab: str) -> JSON:
    """Return the event of somebody who looks at a tab of the app."""
    event: JSON = {"type": "app_home_opened", "user": user.id, "channel": space.direct(user.id).id, "tab": tab}
    if tab == "home" and (home := space.homes.get(user.id)):
        event["view"] = objects.view(space, home)
    return event | {"event_ts": space.tick()}


def membership(space: Workspace, channel: Channel, user: User, kind: str, inviter: str = "") -> JSON:
    """Return `member_joined_channel` or `member_left_channel`."""
    event: JSON = {"type": kind, "user": user.id, "channel": channel.id, "channel_type": "CG"[channel.kind == "group"]}
    event |= {"team": space.team, "event_ts": space.tick()}
    return event | ({"inviter": inviter} if inviter else {})


def archived(space: Workspace, channel: Channel, user: User) -> JSON:
    """Return the event of a channel that was archived."""
    kind = f"{channel.kind}_archive"
    return {"type": kind, "channel": channel.id, "user": user.id, "event_ts": space.tick()}


def command(space: Workspace, user: User, channel: Channel, trigger: Trigger, reply: str, line: str) -> JSON:
    """Return a slash command; all its values are text."""
    name, _, rest = line.partition(" ")
    return {
        "token": _TOKEN,
        "team_id": space.team,
        "team_domain": space.domain,
        "channel_id": channel.id,
        "channel_name": "privategroup" if channel.kind == "group" else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": objects.typed(space, rest.strip()),
        "api_app_id": space.app,
        "is_enterprise_install": "false",
        "response_url": reply,
        "trigger_id": trigger.id,
    }


def pressed(space: Workspace, user: User, trigger: Trigger, on: Message | View, action: JSON, reply: str) -> JSON:
    """Return `block_actions`: an ephemeral message is not in it, and a view has neither channel nor address."""
    payload = _interaction(space, "block_actions", user, trigger) | {
        "is_enterprise_install": False,
        "enterprise": None,
        "state": {"values": {}},
        "actions": [{**action, "action_ts": space.tick()}],
    }
    if isinstance(on, View):
        payload["container"] = {"type": "view", "view_id": on.id}
        return payload | {"view": objects.view(space, on)}
    channel = space.channels[on.channel]
    name = "privategroup" if channel.kind == "group" else channel.name
    container: JSON = {"type": "message", "message_ts": on.ts, "channel_id": on.channel}
    container["is_ephemeral"] = bool(on.reader)
    if on.thread_ts:
        container["thread_ts"] = on.thread_ts
    payload |= {"container": container, "channel": {"id": on.channel, "name": name}, "response_url": reply}
    return payload if on.reader else payload | {"message": objects.message(space, on)}


def submitted(space: Workspace, user: User, trigger: Trigger, view: View, values: JSON) -> JSON:
    """Return `view_submission`: no channel, and no address to answer at."""
    seen = objects.view(space, view) | {"state": {"values": values}}
    return _interaction(space, "view_submission", user, trigger) | {"view": seen, "response_urls": []}


def _interaction(space: Workspace, kind: str, user: User, trigger: Trigger) -> JSON:
    who: dict[str, Any] = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}
    return {
        "type": kind,
        "user": who,
        "api_app_id": space.app,
        "token": _TOKEN,
        "trigger_id": trigger.id,
        "team": {"id": space.team, "domain": space.domain},
    }


def place_of(on: Message | View) -> Place:
    """Return where somebody acts who presses something there."""
    return on.place if isinstance(on, View) else Place(on.channel, on.thread_ts, on.ts)
