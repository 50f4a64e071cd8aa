"""The app manifest: what the adapter asks of a workspace, and what each part of it is used for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

EVENTS: Mapping[str, str] = {
    "app_home_opened": "im:read",
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
"""The events that `inbound` understands, with the scope that each needs (Slack's reference of events)."""

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),
    "assistant.threads.setStatus": ("assistant:write",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read"),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
}
"""The methods of the Web API that the adapter calls, with the scopes that each needs (Slack's reference of methods)."""

COMMANDS_SCOPE = "commands"


def text() -> str:
    """Return the manifest as it is pasted into Slack."""
    return (files("adapters.slack") / "manifest.yaml").read_text(encoding="utf-8")


def for_url(url: str) -> str:
    """Return the manifest of an app that is served over HTTP at `url` instead of by Socket Mode."""
    import yaml

    manifest: dict[str, Any] = yaml.safe_load(text())
    address = f"{url.rstrip('/')}/slack/events"
    manifest["settings"]["socket_mode_enabled"] = False
    manifest["settings"]["event_subscriptions"] = {
        "request_url": address,
        **manifest["settings"]["event_subscriptions"],
    }
    manifest["settings"]["interactivity"] = {"is_enabled": True, "request_url": address}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = address
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)
