"""Calls about the application, its commands, guilds and people."""

from __future__ import annotations

from adapters.discord.fake import objects
from adapters.discord.fake.call import Answer, Call, missing_access
from adapters.discord.fake.model import JSON, Guild, Refused
from adapters.discord.fake.strict import check_commands
from adapters.discord.fake.world import World


def gateway(world: World, call: Call) -> Answer:
    """Play GET /gateway/bot."""
    limit = {"total": 1_000, "remaining": world.sessions_left, "reset_after": 14_400_000, "max_concurrency": 1}
    address = f"{world.address.replace('http', 'ws', 1)}/gateway"
    return Answer({"url": address, "shards": world.shards, "session_start_limit": limit})


def me(world: World, call: Call) -> Answer:
    """Play GET /users/@me."""
    return Answer(objects.user(world.bot) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None})


def user(world: World, call: Call) -> Answer:
    """Play GET /users/{user}."""
    found = world.users.get(call.path["user"])
    if found is None:
        raise Refused(404, 10013, "Unknown User")
    return Answer(objects.user(found))


def application(world: World, call: Call) -> Answer:
    """Play GET /applications/@me."""
    return Answer(objects.application(world))


def commands(world: World, call: Call) -> Answer:
    """Play GET /applications/{application}/commands."""
    _own_application(world, call)
    return Answer(world.commands)


def overwrite_commands(world: World, call: Call) -> Answer:
    """Play PUT /applications/{application}/commands; a command of the same name keeps its id."""
    _own_application(world, call)
    if not isinstance(call.body, list):
        raise Refused(400, 50109, "The request body contains invalid JSON.")
    check_commands(call.body)
    ids = {command["name"]: command["id"] for command in world.commands}
    world.commands = [_command(world, command, ids.get(command["name"])) for command in call.body]
    world.syncs += 1
    world.changed()
    return Answer(world.commands)


def _command(world: World, command: JSON, number: str | None) -> JSON:
    rights = command.get("default_member_permissions")
    seen = {
        "id": number or world.snowflake(),
        "application_id": world.application,
        "version": world.snowflake(),
        "type": command.get("type") or 1,
        "name": command["name"],
        "name_localizations": None,
        "description": command.get("description") or "",
        "description_localizations": None,
        "default_member_permissions": None if rights is None else str(rights),
        "dm_permission": True,
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": False,
    }
    options = [_option(option) for option in command.get("options") or []]
    return seen | ({"options": options} if options else {})


def _option(option: JSON) -> JSON:
    """Return an option as it comes back: what is false or empty is left out."""
    kept = {key: value for key, value in option.items() if value not in (None, False, [])}
    kept |= {"options": [_option(inner) for inner in option["options"]]} if option.get("options") else {}
    return kept


def _own_application(world: World, call: Call) -> None:
    if call.path["application"] != world.application:
        raise Refused(403, 20012, "You are not authorized to perform this action on this application")


def guild(world: World, call: Call) -> Answer:
    """Play GET /guilds/{guild}."""
    return Answer(objects.guild(_guild(world, call)))


def guild_channels(world: World, call: Call) -> Answer:
    """Play GET /guilds/{guild}/channels."""
    found = _guild(world, call)
    own = [c for c in world.channels.values() if c.guild == found.id and not c.is_thread and world.sees(world.bot, c)]
    return Answer([objects.channel(world, channel) for channel in own])


def member(world: World, call: Call) -> Answer:
    """Play GET /guilds/{guild}/members/{user}."""
    found = _guild(world, call).members.get(call.path["user"])
    if found is None:
        known = call.path["user"] in world.users
        raise Refused(404, 10007, "Unknown Member") if known else Refused(404, 10013, "Unknown User")
    return Answer(objects.member(found))


def _guild(world: World, call: Call) -> Guild:
    found = world.guilds.get(call.path["guild"])
    if found is None:
        raise Refused(404, 10004, "Unknown Guild")
    if world.bot.id not in found.members:
        raise missing_access()
    return found
