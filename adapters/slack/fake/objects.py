"""How Slack writes down what a workspace holds: messages, channels, users, files, views (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adapters.slack.fake.model import JSON, Channel, File, Message, User, View

if TYPE_CHECKING:
    from adapters.slack.fake.workspace import Workspace

OWN_NAME = re.compile(r"@greenroom\b", re.IGNORECASE)
"""How a person mentions the bot; the client makes an id of it."""


def typed(space: Workspace, text: str) -> str:
    """Return a person's words as events and histories bring them."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return OWN_NAME.sub(f"<@{space.bot.id}>", escaped)


def message(space: Workspace, found: Message, *, metadata: bool = False) -> JSON:
    """Return a message as `conversations.history` has it."""
    user = space.users[found.user]
    seen: JSON = {"type": "message", "user": found.user, "ts": found.ts, "team": user.team, "text": found.text}
    if found.blocks:
        seen["blocks"] = found.blocks
    if user.is_bot:
        seen |= {"bot_id": space.bot_id, "app_id": space.app, "bot_profile": _bot_profile(space)}
    else:
        seen["client_msg_id"] = f"00000000-0000-0000-0000-{found.ts.replace('.', '')[-12:]}"
    if user.team != space.team:
        seen |= {"user_team": user.team, "source_team": user.team}
    if found.subtype:
        seen["subtype"] = found.subtype
    if found.edited:
        seen["edited"] = {"user": found.user, "ts": found.edited}
    if found.files:
        seen |= {"files": [file(space, one) for one in found.files], "upload": False}
    if found.reactions:
        seen["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in found.reactions.items()]
    if metadata and found.metadata:
        seen["metadata"] = found.metadata
    return seen | _thread(space, found)


def _thread(space: Workspace, found: Message) -> JSON:
    if found.thread_ts:
        root = space.find(found.channel, found.thread_ts)
        return {"thread_ts": found.thread_ts} | ({"parent_user_id": root.user} if root else {})
    replies = space.replies(found)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": found.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "subscribed": False,
    }


def _bot_profile(space: Workspace) -> JSON:
    # fmt: off
    return {
        "id": space.bot_id, "app_id": space.app, "name": "Greenroom", "team_id": space.team, "deleted": False,
        "icons": {}, "updated": 0, "user_id": space.bot.id,
    }
    # fmt: on


def channel(space: Workspace, found: Channel) -> JSON:
    """Return a conversation as `conversations.info` has it."""
    if found.kind == "im":
        other = next((user for user in sorted(found.members) if user != space.bot.id), space.bot.id)
        return {"id": found.id, "is_im": True, "is_archived": found.archived, "user": other, "is_org_shared": False}
    return {
        "id": found.id,
        "name": found.name,
        "is_channel": found.kind == "channel",
        "is_group": found.kind == "group",
        "is_im": False,
        "is_mpim": False,
        "is_private": found.kind == "group",
        "is_archived": found.archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": space.bot.id in found.members,
        "context_team_id": space.team,
    }


def user(space: Workspace, found: User) -> JSON:
    """Return somebody as `users.info` has them."""
    profile = {"real_name": found.name.title(), "display_name": found.name, "team": found.team}
    seen: JSON = {"id": found.id, "team_id": found.team, "name": found.name, "deleted": found.deleted}
    seen |= {"profile": profile, "is_bot": found.is_bot, "updated": 0}
    if found.deleted:
        return seen
    return seen | {
        "real_name": found.name.title(),
        "tz": found.zone or "America/Los_Angeles",
        "tz_label": "Somewhere",
        "tz_offset": 0,
        "is_admin": found.is_admin or found.is_owner,
        "is_owner": found.is_owner,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_stranger": found.team != space.team,
        "is_app_user": False,
    }


def file(space: Workspace, found: File) -> JSON:
    """Return an uploaded file."""
    address = f"{space.address}/files/{found.id}/{found.name}"
    return {
        "id": found.id,
        "name": found.name,
        "title": found.name,
        "mimetype": found.mimetype,
        "filetype": found.name.rpartition(".")[2],
        "size": len(found.content),
        "mode": "hosted",
        "created": int(space.now.timestamp()),
        "pretty_type": found.mimetype,
        "editable": False,
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "permalink": f"https://{space.domain}.slack.com/files/{found.id}",
        "channels": [],
        "groups": [],
        "ims": [],
        "url_private": address,
        "url_private_download": address,
    }


def view(space: Workspace, found: View) -> JSON:
    """Return a view as it comes back from the API and with interactions."""
    return {
        "id": found.id,
        "team_id": space.team,
        "state": {"values": {}},
        "hash": f"{found.id}.hash",
        "previous_view_id": None,
        "root_view_id": found.id,
        "app_id": space.app,
        "external_id": "",
        "app_installed_team_id": space.team,
        "bot_id": space.bot_id,
        "private_metadata": "",
        "callback_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **found.payload,
    }
