"""Whose workspace it is, and the token to speak there with. Many workspaces (OAuth) will change this file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.inbound import Own
from bot.chat.model import Unavailable


@dataclass(frozen=True, slots=True)
class Installation:
    """What Slack says of us in a workspace (`auth.test`); `url` is the workspace's address, with a slash at its end."""

    own: Own
    url: str = ""


class Tokens:
    """One workspace: its bot token comes from the environment and serves every space."""

    def __init__(self, bot_token: str) -> None:
        """Keep the token; who we are with it is known after `sign_in`."""
        self._bot_token = bot_token
        self._installation: Installation | None = None

    def token(self, space: str) -> str:
        """Return the token for a space."""
        return self._bot_token

    def installation(self, space: str = "") -> Installation:
        """Return who we are in a space; raises Unavailable as long as Slack has not told."""
        if self._installation is None:
            raise Unavailable("Slack has not said yet who we are: try again")
        return self._installation

    def sign_in(self, answer: Mapping[str, Any]) -> Installation:
        """Keep what `auth.test` answered."""
        own = Own(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))
        url = str(answer.get("url") or "")
        self._installation = Installation(own, url if not url or url.endswith("/") else f"{url}/")
        return self._installation
