"""Slack: Socket Mode or signed HTTP, by the settings that are found. Nothing of its SDK is imported before that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.chat.model import Missing
from bot.chat.transport import Context

if TYPE_CHECKING:
    from adapters.slack.transport import SlackTransport

__all__ = ["build"]


def build(env: Mapping[str, str], context: Context) -> SlackTransport | Missing:
    """Return Slack's transport, or what is missing: SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET."""
    from adapters.slack.settings import read

    settings = read(env)
    if isinstance(settings, Missing):
        return settings
    from adapters.slack.transport import SlackTransport

    return SlackTransport(settings, context)
