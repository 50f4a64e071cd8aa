"""What the environment says about Slack (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.chat.model import Missing

API_URL = "https://slack.com/api/"
PORT = 3000
_BOT = "api.slack.com/apps > OAuth & Permissions"
_APP = "api.slack.com/apps > Basic Information > App-Level Tokens, scope connections:write"
_SECRET = "api.slack.com/apps > Basic Information > Signing Secret"  # noqa: S105 - a place, not a secret


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach Slack: by Socket Mode where there is an `app_token`, else by HTTP signed with `signing_secret`."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    port: int = PORT


def read(env: Mapping[str, str]) -> Settings | Missing:
    """Return Slack's settings, or one line that says what to set and where to get it."""
    bot, app, secret, url, port = (
        env.get(name, "").strip()
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "SLACK_PORT")
    )
    port = port or env.get("PORT", "").strip() or str(PORT)
    problem = _problem(bot, app, secret, url or API_URL, port)
    if problem:
        return Missing(problem)
    return Settings(bot, app, secret, url or API_URL, PORT if app else int(port))


def _problem(bot: str, app: str, secret: str, url: str, port: str) -> str:
    """Return what is wrong first, "" for nothing."""
    if not (bot or app or secret):
        return f"set SLACK_BOT_TOKEN ({_BOT}) and SLACK_APP_TOKEN ({_APP})"
    if not bot:
        return f"SLACK_BOT_TOKEN is missing; it stands at {_BOT} and begins with xoxb-"
    if not bot.startswith("xoxb-"):
        return f"SLACK_BOT_TOKEN is no bot token; the right one stands at {_BOT} and begins with xoxb-"
    if app and not app.startswith("xapp-"):
        return f"SLACK_APP_TOKEN is no app-level token; the right one stands at {_APP} and begins with xapp-"
    if not (app or secret):
        return f"set SLACK_APP_TOKEN for Socket Mode ({_APP}), or SLACK_SIGNING_SECRET for HTTP ({_SECRET})"
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        return "SLACK_API_URL is no address; leave it out, or give one like https://slack.com/api/"
    if not app and not (port.isascii() and port.isdecimal() and 0 <= int(port) < 65_536):
        return f"SLACK_PORT or PORT is {port!r}; give a number below 65536, or leave it out for {PORT}"
    return ""
