"""The Web API: one call at a time, as strict as Slack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.fake import chat, lookups, strict
from adapters.slack.fake.model import JSON, Refused
from adapters.slack.fake.workspace import Workspace

_HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
_READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


@dataclass(frozen=True)
class Method:
    """How a method is played; `scope` is one for all, or one for each kind of channel. `sends`: faults befall it."""

    play: Callable[[Workspace, JSON], JSON]
    scope: str | Mapping[str, str] = ""
    sends: bool = False


METHODS: Mapping[str, Method] = {
    "auth.test": Method(lookups.who_am_i),
    "users.info": Method(lookups.user, "users:read"),
    "files.info": Method(lookups.file, "files:read"),
    "conversations.open": Method(lookups.open_direct, "im:write", sends=True),
    "conversations.info": Method(lookups.info, _READ),
    "conversations.join": Method(lookups.join, "channels:join"),
    "conversations.history": Method(lookups.history, _HISTORY),
    "conversations.replies": Method(lookups.replies, _HISTORY),
    "chat.postMessage": Method(chat.post, "chat:write", sends=True),
    "chat.postEphemeral": Method(chat.whisper, "chat:write", sends=True),
    "chat.update": Method(chat.update, "chat:write", sends=True),
    "chat.getPermalink": Method(chat.permalink),
    "reactions.add": Method(chat.react, "reactions:write"),
    "views.open": Method(chat.open_view),
    "views.publish": Method(chat.publish_view, sends=True),
    "assistant.threads.setStatus": Method(chat.set_status, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": Method(chat.set_prompts, "assistant:write"),
}
_NUMBERS = frozenset(("limit", "count", "page"))
_SWITCHES = frozenset(("include_all_metadata", "inclusive", "include_locale", "return_im", "include_num_members"))
_OBJECTS = frozenset(("blocks", "view", "metadata", "prompts", "attachments"))


def typed(arguments: Mapping[str, Any]) -> JSON:
    """Return arguments that came as a form or in the address as they are meant."""
    found: JSON = {}
    for name, value in arguments.items():
        if not isinstance(value, str):
            found[name] = value
        elif name in _NUMBERS and value.isdecimal():
            found[name] = int(value)
        elif name in _SWITCHES:
            found[name] = value in ("1", "true")
        elif name in _OBJECTS:
            try:
                found[name] = json.loads(value)
            except ValueError as unreadable:
                raise Refused("invalid_arguments") from unreadable
        else:
            found[name] = value
    return found


def admit(space: Workspace, name: str, arguments: JSON, token: str) -> Method:
    """Return the method of a call that is allowed and well formed; raises Refused."""
    method = METHODS.get(name)
    if method is None:
        raise _broken(space, name, Refused("unknown_method", req_method=name))
    if not token:
        raise Refused("not_authed")
    if token != space.bot_token:
        raise Refused("invalid_auth" if token != space.app_token else "not_allowed_token_type")
    if space.revoked:
        raise Refused(space.revoked)
    try:
        strict.check(name, arguments)
    except Refused as wrong:
        raise _broken(space, name, wrong) from None
    needed = _scope(space, method, arguments)
    if needed and needed not in space.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(space.scopes)))
    if name in space.refusals:
        raise Refused(space.refusals[name])
    return replace(method)


def _scope(space: Workspace, method: Method, arguments: JSON) -> str:
    if isinstance(method.scope, str):
        return method.scope
    channel = space.channels.get(arguments.get("channel", ""))
    return method.scope[channel.kind if channel else "channel"]


def _broken(space: Workspace, name: str, wrong: Refused) -> Refused:
    reasons = wrong.extra.get("response_metadata", {}).get("messages", [])
    space.broken.append(": ".join([name, wrong.error, *reasons]))
    return wrong
