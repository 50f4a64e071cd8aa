"""What Discord's gateway sends, as small as its reference allows, and a real discord.py client that reads it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord.messages import Own

SPECS = Path(__file__).resolve().parents[3] / ".." / "shared" / "specs"
BOT, APP, MIA, OLE = "500000000000000001", "500000000000000001", "600000000000000001", "600000000000000002"
GUILD, PREP, CLOSED, DM = "700000000000000001", "710000000000000001", "710000000000000002", "720000000000000001"
TALK, ASIDE, THEIRS = "730000000000000001", "730000000000000002", "730000000000000003"
COACHES, BOT_ROLE = "740000000000000001", "740000000000000002"
POST, MESSAGE, ACT = TALK, "760000000000000002", "760000000000000003"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
OWN = Own(BOT, APP)
ALL = str((1 << 46) - 1)


@cache
def referee() -> Any:
    """Return the checks of the platforms' own specifications; skips where they are absent."""
    path = SPECS / "referee.py"
    if not path.exists():
        pytest.skip("needs ../shared/specs/referee.py, which is not part of the repository")
    spec = importlib.util.spec_from_file_location("referee", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------- payloads
def user(ident: str = MIA, name: str = "mia", **more: Any) -> dict[str, Any]:
    """Return somebody."""
    return {"id": ident, "username": name, "discriminator": "0", "global_name": None, "avatar": None, **more}


def member(ident: str = MIA, **more: Any) -> dict[str, Any]:
    """Return what a server knows of somebody, without who it is."""
    return {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0, **more}


def channel(ident: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a text channel."""
    return {"id": ident, "name": name, "type": 0, "position": 0, "permission_overwrites": [], **more}


def thread(ident: str, owner: str = BOT, kind: int = 11) -> dict[str, Any]:
    """Return a thread of #prep."""
    metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": "2026-11-20T08:00:00+00:00"}
    return {
        "id": ident,
        "parent_id": PREP,
        "guild_id": GUILD,
        "owner_id": owner,
        "name": "talk",
        "type": kind,
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": metadata,
    }


def role(ident: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a role that may do everything but administrate."""
    permissions = str(int(ALL) & ~(1 << 3))
    colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": ident,
        "name": name,
        "permissions": permissions,
        "position": 0,
        "color": 0,
        "colors": colours,
        "hoist": False,
        "managed": False,
        "mentionable": True,
        "flags": 0,
        **more,
    }


def guild(**more: Any) -> dict[str, Any]:
    """Return a server with two channels and three threads, the third of them somebody else's."""
    return {
        "id": GUILD,
        "name": "Study group",
        "owner_id": MIA,
        "roles": [
            role(GUILD, "@everyone"),
            role(COACHES, "coaches"),
            role(BOT_ROLE, "Greenroom", tags={"bot_id": BOT}),
        ],
        "emojis": [],
        "stickers": [],
        "features": [],
        "channels": [channel(CLOSED, "closed", permission_overwrites=[_closed()]), channel(PREP, "prep", position=1)],
        "threads": [thread(TALK), thread(ASIDE, kind=12), thread(THEIRS, owner=MIA)],
        "members": [{**member(), "user": user(BOT, "greenroom", bot=True)}],
        "member_count": 3,
        "large": False,
        "voice_states": [],
        "presences": [],
        "system_channel_id": None,
        **more,
    }


def _closed() -> dict[str, Any]:
    return {"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 11)}


def message(content: str = "I would roll back.", where: str = TALK, **more: Any) -> dict[str, Any]:
    """Return a message of Mia's in a server; in direct messages `where` is DM."""
    place = {} if where == DM else {"guild_id": GUILD, "member": member()}
    return {
        "id": MESSAGE,
        "channel_id": where,
        "author": user(),
        "content": content,
        "timestamp": "2026-11-20T08:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "flags": 0,
        **place,
        **more,
    }


def post(where: str = PREP, **more: Any) -> dict[str, Any]:
    """Return a message of ours."""
    return message("", where, **{"id": POST, "author": user(BOT, "greenroom", bot=True), **more})


def answer(content: str, to: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an answer in a server's channel itself."""
    reference = {"type": 0, "message_id": to["id"], "channel_id": to["channel_id"], "guild_id": GUILD}
    return message(
        content, to["channel_id"], **{"type": 19, "message_reference": reference, "referenced_message": to, **more}
    )


def interaction(kind: int, data: dict[str, Any], where: str = PREP, **more: Any) -> dict[str, Any]:
    """Return something that Mia does with us: in a server, or with `where` DM in direct messages."""
    base = {
        "id": ACT,
        "application_id": APP,
        "type": kind,
        "token": "aW50ZXJhY3Rpb24",
        "version": 1,
        "data": data,
        "locale": "en-GB",
        "entitlements": [],
        "attachment_size_limit": 10_000_000,
        "app_permissions": ALL,
    }
    if where == DM:
        known = {"channel": {"id": DM, "type": 1, "flags": 0}, "user": user(), "context": 1}
        return {**base, "channel_id": DM, **known, "authorizing_integration_owners": {"0": "0"}, **more}
    threads = {TALK: thread(TALK), ASIDE: thread(ASIDE, kind=12)}
    return {
        **base,
        "channel_id": where,
        "channel": threads.get(where, channel(where, "prep")),
        "guild_id": GUILD,
        "guild": {"id": GUILD, "features": [], "locale": "en-GB"},
        "member": {**member(), "user": user(), "permissions": "0"},
        "context": 0,
        "authorizing_integration_owners": {"0": GUILD},
        **more,
    }


def command(name: str, *options: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a command."""
    return {"id": "1", "name": name, "type": 1, "options": list(options)}


def option(name: str, value: str, **more: Any) -> dict[str, Any]:
    """Return one of its options."""
    return {"name": name, "type": 3, "value": value, **more}


def subcommand(name: str, *options: dict[str, Any]) -> dict[str, Any]:
    """Return one of its subcommands."""
    return {"name": name, "type": 1, "options": list(options)}


# ---------------------------------------------------------------- a client that listens
class Gateway:
    """A real client, and what it told of the payloads that it was given."""

    def __init__(self, state: Any) -> None:
        """Listen to what `state` dispatches."""
        self.state = state
        self._told: list[tuple[str, Any]] = []
        state.dispatch = lambda name, *arguments: self._told.append((name, arguments[0] if arguments else None))

    def tell(self, event: str, payload: dict[str, Any], name: str) -> Any:
        """Return what discord.py makes of a payload: the argument of the event `name`."""
        self._told.clear()
        self.state.parsers[event](payload)
        return next(argument for told, argument in self._told if told == name)

    def message(self, payload: dict[str, Any]) -> discord.Message:
        """Return a message."""
        found = self.tell("MESSAGE_CREATE", payload, "message")
        assert isinstance(found, discord.Message)
        return found

    def edit(self, payload: dict[str, Any]) -> discord.RawMessageUpdateEvent:
        """Return a changed message."""
        found = self.tell("MESSAGE_UPDATE", payload, "raw_message_edit")
        assert isinstance(found, discord.RawMessageUpdateEvent)
        return found

    def interaction(self, payload: dict[str, Any]) -> discord.Interaction[Any]:
        """Return an interaction."""
        found = self.tell("INTERACTION_CREATE", payload, "interaction")
        assert isinstance(found, discord.Interaction)
        return found

    @property
    def guild(self) -> discord.Guild:
        """The server."""
        found = self.state._get_guild(int(GUILD))
        assert isinstance(found, discord.Guild)
        return found

    def channel(self, ident: str) -> Any:
        """Return what the client knows of a channel or thread."""
        return self.guild.get_channel_or_thread(int(ident))


@contextmanager
def gateway(**more: Any) -> Iterator[Gateway]:
    """Play a client that has just received its server."""
    client = discord.Client(
        intents=discord.Intents.all(),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    state = client._connection
    state.user = discord.ClientUser(state=state, data=user(BOT, "greenroom", bot=True))  # type: ignore[arg-type]
    state._add_guild_from_data(guild(**more))  # type: ignore[arg-type]
    yield Gateway(state)
