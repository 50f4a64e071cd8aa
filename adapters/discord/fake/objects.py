"""How Discord writes down what it holds: users, members, channels, guilds, messages (pure)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from adapters.discord.fake.model import (
    JSON,
    VOICE,
    Channel,
    File,
    Guild,
    Kind,
    Member,
    Message,
    User,
)

if TYPE_CHECKING:
    from adapters.discord.fake.world import World

CONTENT_GRANTED, HAS_THREAD = 1 << 18, 1 << 5
_JOINED = "2026-01-05T08:00:00+00:00"


def stamp(at: datetime) -> str:
    """Return an instant as Discord writes it."""
    return at.isoformat(timespec="microseconds")


def user(found: User) -> JSON:
    """Return somebody."""
    return {
        "id": found.id,
        "username": found.name,
        "global_name": found.shown or None,
        "discriminator": "0",
        "avatar": None,
        "bot": found.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(found: Member) -> JSON:
    """Return somebody as a guild knows them."""
    return {
        "user": user(found.user),
        "nick": found.nick or None,
        "avatar": None,
        "banner": None,
        "roles": [found.role] if found.rights else [],
        "joined_at": found.joined,
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def application(world: World) -> JSON:
    """Return our application, as its own token sees it."""
    flags = CONTENT_GRANTED if world.content_granted else 0
    return {
        "id": world.application,
        "name": "Greenroom",
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(User("800000000000009999", "somebody")),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def role(number: str, name: str, rights: int, position: int) -> JSON:
    """Return a role of a guild."""
    return {
        "id": number,
        "name": name,
        "permissions": str(rights),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def roles(found: Guild) -> list[JSON]:
    """Return a guild's roles: that of everyone, and one for each member with rights of their own."""
    own = [role(m.role, m.user.name, int(m.rights), 1) for m in found.members.values() if m.rights]
    return [role(found.id, "@everyone", int(found.everyone), 0), *own]


def guild(found: Guild) -> JSON:
    """Return a guild as REST has it."""
    return {
        "id": found.id,
        "name": found.name,
        "owner_id": found.owner,
        "roles": roles(found),
        "emojis": [],
        "stickers": [],
        "features": [],
        "region": "deprecated",
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_progress_bar_enabled": False,
        "premium_progress_bar_enabled_user_updated_at": None,
        "widget_enabled": False,
        "nsfw": False,
        "incidents_data": None,
        **dict.fromkeys(_ZERO_OF_GUILDS, 0),
        **dict.fromkeys(_NONE_OF_GUILDS),
    }


_ZERO_OF_GUILDS = (
    "system_channel_flags",
    "verification_level",
    "default_message_notifications",
    "mfa_level",
    "explicit_content_filter",
    "premium_tier",
    "premium_subscription_count",
    "nsfw_level",
)
_NONE_OF_GUILDS = (
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
)


def guild_created(world: World, found: Guild, *, joined: bool = False) -> JSON:
    """Return a guild as GUILD_CREATE brings it: with its channels, threads, and the bot among its members.

    `joined`: the bot has just been asked in; else the guild was known, and is available now.
    """
    channels = [c for c in world.channels.values() if c.guild == found.id]
    seen = [c for c in channels if c.is_thread and not c.archived and world.sees(world.bot, c)]
    ours = found.members[world.bot.id]
    return (
        guild(found)
        | ({} if joined else {"unavailable": False})
        | {
            "joined_at": ours.joined,
            "large": False,
            "member_count": len(found.members),
            "members": [member(ours)],
            "channels": [channel(world, c) for c in channels if not c.is_thread],
            "threads": [channel(world, c) for c in seen],
            **{name: [] for name in ("voice_states", "presences", "stage_instances", "guild_scheduled_events")},
            "soundboard_sounds": [],
        }
    )


def channel(world: World, found: Channel, *, reader: User | None = None) -> JSON:
    """Return a channel; `reader` is who sees the direct messages, our bot by default."""
    if found.kind == Kind.DM:
        others = [world.users[number] for number in sorted(found.members - {(reader or world.bot).id})]
        return {"id": found.id, "type": 1, "flags": 0, "last_message_id": None, "recipients": [user(u) for u in others]}
    common: JSON = {
        "id": found.id,
        "type": int(found.kind),
        "flags": 0,
        "guild_id": found.guild,
        "name": found.name,
        "parent_id": found.parent or None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }
    if not found.is_thread:
        # Discord's own bits for a member (type 1); its position is the same for all, which nobody here looks at.
        denied = [{"id": n, "type": 1, "allow": "0", "deny": str(int(r))} for n, r in found.denied.items()]
        return common | {"position": 0, "nsfw": False, "topic": None, "permission_overwrites": denied}
    return common | _thread(world, found)


def _thread(world: World, found: Channel) -> JSON:
    since = found.changed or world.now
    state: JSON = {"archived": found.archived, "locked": found.locked, "auto_archive_duration": 1440}
    state |= {"archive_timestamp": stamp(since), "create_timestamp": stamp(since)}
    if found.kind == Kind.PRIVATE_THREAD:
        state["invitable"] = found.invitable
    seen: JSON = {"owner_id": found.owner, "thread_metadata": state}
    seen |= {"message_count": found.said, "total_message_sent": found.said}
    seen["member_count"] = min(50, len(found.members))
    if world.bot.id in found.members:
        seen["member"] = thread_member(found, world.bot.id)
    return seen


def thread_member(found: Channel, number: str) -> JSON:
    """Return who is in a thread."""
    return {"id": found.id, "user_id": number, "join_timestamp": _JOINED, "flags": 0}


def attachment(world: World, found: File) -> JSON:
    """Return an uploaded file; its address is the fake's own."""
    address = f"{world.address}/attachments/{found.id}/{found.name}"
    seen: JSON = {"id": found.id, "filename": found.name, "size": len(found.content), "url": address}
    seen |= {"proxy_url": address, "content_type": found.media_type}
    return seen | ({"duration_secs": found.seconds, "waveform": "AAAA"} if found.seconds else {})


def message(world: World, found: Message, *, readable: bool = True, deep: bool = True) -> JSON:
    """Return a message; without `readable` what its author wrote is withheld, as without the intent for content."""
    flags = found.flags | (VOICE if any(f.seconds for f in found.files) else 0)
    thread = world.channels.get(found.id)
    seen: JSON = {
        "id": found.id,
        "channel_id": found.channel,
        "type": found.kind,
        "author": user(found.author),
        "content": found.content if readable else "",
        "embeds": found.embeds if readable else [],
        "components": found.components if readable else [],
        "attachments": [attachment(world, f) for f in found.files] if readable else [],
        "mentions": [user(world.users[number]) for number in found.mentions if number in world.users],
        "mention_roles": [],
        "mention_everyone": found.everyone,
        "timestamp": stamp(found.at),
        "edited_timestamp": stamp(found.edited) if found.edited else None,
        "flags": flags | (HAS_THREAD if thread else 0),
        "pinned": False,
        "tts": False,
    }
    if found.nonce != "":
        seen["nonce"] = found.nonce
    if found.webhook:
        seen |= {"webhook_id": found.webhook, "application_id": found.webhook}
    if found.interaction:
        seen["interaction_metadata"] = found.interaction
    if found.reactions:
        seen["reactions"] = [_reaction(world, name, by) for name, by in found.reactions.items()]
    if thread is not None and deep:
        seen["thread"] = channel(world, thread)
    return seen | (_reference(world, found, deep) if found.about else {})


def _reference(world: World, found: Message, deep: bool) -> JSON:
    where = world.channels.get(found.origin or found.channel)
    reference: JSON = {"type": 0, "channel_id": found.origin or found.channel, "message_id": found.about}
    if where is not None and where.guild:
        reference["guild_id"] = where.guild
    if not deep:
        return {"message_reference": reference}
    about = world.messages.get(found.about)
    shown = message(world, about, deep=False) if about is not None else None
    return {"message_reference": reference, "referenced_message": shown}


def _reaction(world: World, name: str, by: set[str]) -> JSON:
    seen: JSON = {"emoji": {"id": None, "name": name}, "count": len(by), "burst_colors": [], "me_burst": False}
    return seen | {"count_details": {"burst": 0, "normal": len(by)}, "me": world.bot.id in by}
