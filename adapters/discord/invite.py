"""The address by which somebody invites us: with the rights that are used, and no more (pure)."""

from __future__ import annotations

from urllib.parse import urlencode

from adapters.discord.limits import PERMISSIONS

ADDRESS = "https://discord.com/oauth2/authorize"
SCOPES = ("bot", "applications.commands")


def address(client_id: str) -> str:
    """Return the address for an application."""
    query = {"client_id": client_id, "scope": " ".join(SCOPES), "permissions": str(sum(PERMISSIONS))}
    return f"{ADDRESS}?{urlencode(query)}"
