"""What the environment says about Discord (pure)."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.chat.model import Missing

API_URL = "https://discord.com/api/v10"
_TOKEN = "discord.com/developers/applications > your app > Bot > Reset Token"  # noqa: S105 - a place, not a secret
_ID = "discord.com/developers/applications > your app > General Information > Application ID"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach Discord; `gateway_url` "" is the address that the API names."""

    token: str = field(repr=False)
    api_url: str = API_URL
    gateway_url: str = ""


def read(env: Mapping[str, str]) -> Settings | Missing:
    """Return Discord's settings, or one line that says what to set and where to get it."""
    token, api, gateway = (
        env.get(name, "").strip() for name in ("DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL")
    )
    problem = _problem(token, api or API_URL, gateway)
    return Missing(problem) if problem else Settings(token, (api or API_URL).rstrip("/"), gateway)


def client_id(env: Mapping[str, str]) -> str | Missing:
    """Return the application's id: as it is set, or as the token begins with it."""
    given, token = env.get("DISCORD_CLIENT_ID", "").strip(), env.get("DISCORD_TOKEN", "").strip()
    if given:
        return given if _is_id(given) else Missing(f"DISCORD_CLIENT_ID is no number; the right one stands at {_ID}")
    if not token:
        return Missing(f"set DISCORD_CLIENT_ID ({_ID}), or DISCORD_TOKEN ({_TOKEN})")
    found = _decoded(token.partition(".")[0])
    return found if _is_id(found) else Missing(f"DISCORD_TOKEN does not say whose it is; set DISCORD_CLIENT_ID ({_ID})")


def _problem(token: str, api: str, gateway: str) -> str:
    """Return what is wrong first, "" for nothing."""
    if not token:
        return f"set DISCORD_TOKEN ({_TOKEN})"
    if token.lower().startswith("bot ") or token.count(".") != 2:
        return f"DISCORD_TOKEN is no bot token; the right one stands at {_TOKEN} and has three parts with dots between"
    if not _is_address(api, "http", "https"):
        return f"DISCORD_API_URL is no address; leave it out, or give one like {API_URL}"
    if gateway and not _is_address(gateway, "ws", "wss"):
        return "DISCORD_GATEWAY_URL is no address; leave it out, or give one like wss://gateway.discord.gg"
    return ""


def _is_address(url: str, *schemes: str) -> bool:
    return urlsplit(url).scheme in schemes and bool(urlsplit(url).netloc)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 15 <= len(text) <= 20


def _decoded(part: str) -> str:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")
    except (Error, ValueError):
        return ""
