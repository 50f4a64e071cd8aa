"""Which calls there are, what they need, and who plays them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.fake import answering, channels, lookups, messages
from adapters.discord.fake.call import Answer, Call
from adapters.discord.fake.world import World

Play = Callable[[World, Call], Answer]


@dataclass(frozen=True)
class Route:
    """One operation. `sends`: faults hit it; `open`: it needs no token of ours, its address holds a secret."""

    method: str
    template: str
    play: Play
    sends: bool = False
    open: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the template."""
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)))

    @property
    def name(self) -> str:
        """Its name in the world's limits."""
        return f"{self.method} {self.template}"


_CHANNEL = "/channels/{channel}"
_MESSAGE = f"{_CHANNEL}/messages/{{message}}"
_HOOK = "/webhooks/{application}/{token}"
ROUTES = (
    Route("GET", "/gateway/bot", lookups.gateway),
    Route("GET", "/users/@me", lookups.me),
    Route("GET", "/users/{user}", lookups.user),
    Route("GET", "/applications/@me", lookups.application),
    Route("GET", "/oauth2/applications/@me", lookups.application),
    Route("GET", "/applications/{application}/commands", lookups.commands),
    Route("PUT", "/applications/{application}/commands", lookups.overwrite_commands),
    Route("GET", "/guilds/{guild}", lookups.guild),
    Route("GET", "/guilds/{guild}/channels", lookups.guild_channels),
    Route("GET", "/guilds/{guild}/members/{user}", lookups.member),
    Route("GET", "/guilds/{guild}/threads/active", channels.active_threads),
    Route("POST", "/users/@me/channels", channels.open_direct, sends=True),
    Route("GET", _CHANNEL, channels.show),
    Route("PATCH", _CHANNEL, channels.change),
    Route("POST", f"{_CHANNEL}/threads", channels.start_thread, sends=True),
    Route("GET", f"{_CHANNEL}/threads/archived/private", channels.archived_threads),
    Route("GET", f"{_CHANNEL}/users/@me/threads/archived/private", channels.own_archived_threads),
    Route("PUT", f"{_CHANNEL}/thread-members/{{user}}", channels.add_member, sends=True),
    Route("GET", f"{_CHANNEL}/thread-members/{{user}}", channels.thread_member),
    Route("POST", f"{_CHANNEL}/typing", messages.typing),
    Route("GET", f"{_CHANNEL}/messages", messages.history),
    Route("POST", f"{_CHANNEL}/messages", messages.create, sends=True),
    Route("GET", _MESSAGE, messages.show),
    Route("PATCH", _MESSAGE, messages.edit, sends=True),
    Route("DELETE", _MESSAGE, messages.delete),
    Route("PUT", f"{_MESSAGE}/reactions/{{emoji}}/@me", messages.react),
    Route("POST", f"{_MESSAGE}/threads", channels.start_thread_from, sends=True),
    Route("POST", "/interactions/{interaction}/{token}/callback", answering.respond, open=True),
    Route("POST", _HOOK, answering.follow_up, sends=True, open=True),
    Route("GET", f"{_HOOK}/messages/{{message}}", answering.show, open=True),
    Route("PATCH", f"{_HOOK}/messages/{{message}}", answering.edit, sends=True, open=True),
    Route("DELETE", f"{_HOOK}/messages/{{message}}", answering.delete, open=True),
)


def find(method: str, path: str) -> tuple[Route, Mapping[str, Any]] | None:
    """Return the operation of a path, and what its template names."""
    for route in ROUTES:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route, match.groupdict()
    return None
