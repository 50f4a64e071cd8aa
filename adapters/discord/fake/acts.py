"""What INTERACTION_CREATE brings: commands, completions, presses, forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from adapters.discord.fake import objects
from adapters.discord.fake.model import JSON, Channel, Interaction, Kind, Message, Modal, User

if TYPE_CHECKING:
    from adapters.discord.fake.world import World

GUILD, BOT_DM, PRIVATE_CHANNEL = 0, 1, 2
"""Contexts of an interaction."""
GUILD_INSTALL, USER_INSTALL = 0, 1
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER = 1, 2, 3, 4, 5, 6


def context(world: World, channel: Channel) -> int:
    """Return where somebody acts: in a server, in direct messages with the bot, or in others."""
    if channel.guild:
        return GUILD
    return BOT_DM if world.bot.id in channel.members and channel.kind == Kind.DM else PRIVATE_CHANNEL


def owners(world: World, user: User, channel: Channel, types: Iterable[int]) -> dict[str, str]:
    """Return by which installations somebody may act there, as `authorizing_integration_owners` has them."""
    found: dict[str, str] = {}
    where = context(world, channel)
    is_installed = where == GUILD and world.bot.id in world.guilds[channel.guild].members
    if GUILD_INSTALL in types and (is_installed or where == BOT_DM):
        found[str(GUILD_INSTALL)] = channel.guild or "0"
    if USER_INSTALL in types and user.id in world.installed_by:
        found[str(USER_INSTALL)] = user.id
    return found


def begin(
    world: World, kind: int, user: User, channel: Channel, by: dict[str, str], on: Message | None = None
) -> Interaction:
    """Return a new interaction; its token can be answered with from now on."""
    number = world.snowflake()
    token = f"aW50ZXJhY3Rpb246{world.number():040x}"
    act = Interaction(number, token, kind, world.now, user, channel.id, channel.guild, on, owners=by)
    world.interactions[act.id] = world.tokens[token] = act
    return act


def payload(world: World, act: Interaction, data: JSON) -> JSON:
    """Return an interaction as the gateway brings it."""
    channel = world.channels[act.channel]
    seen: JSON = {
        "id": act.id,
        "application_id": world.application,
        "type": act.kind,
        "token": act.token,
        "version": 1,
        "channel_id": act.channel,
        "channel": objects.channel(world, channel, reader=act.user),
        "data": data,
        "app_permissions": str(int(world.rights(world.bot, channel))),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": act.owners,
        "context": context(world, channel),
        "attachment_size_limit": 10_485_760,
    }
    if act.on is not None:
        seen["message"] = objects.message(world, act.on)
    if not act.guild:
        return seen | {"user": objects.user(act.user)}
    guild = world.guilds[act.guild]
    rights = str(int(world.rights(act.user, channel)))
    seen["channel"] |= {"permissions": rights}
    seen |= {
        "guild_id": guild.id,
        "guild_locale": "en-US",
        "guild": {"id": guild.id, "locale": "en-US", "features": []},
    }
    return seen | {"member": objects.member(guild.members[act.user.id]) | {"permissions": rights}}


# ---------------------------------------------------------------- commands
def chosen(commands: Iterable[JSON], path: str) -> tuple[JSON, list[JSON]]:
    """Return the command of a path ("daily start") with its subcommands; raises LookupError.

    A name that has only subcommands is not offered by itself: its "show", where there is one, is meant.
    """
    first, *rest = path.split()
    command = next((one for one in commands if one["name"] == first), None)
    if command is None:
        raise LookupError(f"/{first} is not offered")
    steps: list[JSON] = []
    inner = command
    while nested := {option["name"]: option for option in inner.get("options") or [] if option["type"] in (1, 2)}:
        name = rest.pop(0) if rest else "show"
        if name not in nested:
            raise LookupError(f"/{path}: {name} is not offered, only {', '.join(nested)}")
        inner = nested[name]
        steps.append(inner)
    if rest:
        raise LookupError(f"/{path}: {' '.join(rest)} is not offered")
    return command, steps


def command_data(
    world: World, act: Interaction, command: JSON, steps: list[JSON], values: Mapping[str, str], focused: str = ""
) -> JSON:
    """Return the data of a command with its options filled in, as the client checks them; raises PermissionError.

    While somebody types (`focused`), nothing is checked.
    """
    declared = {option["name"]: option for option in (steps[-1] if steps else command).get("options") or []}
    if unknown := values.keys() - declared.keys():
        raise LookupError(f"/{command['name']} has no option {', '.join(sorted(unknown))}")
    missing = [name for name, option in declared.items() if option.get("required") and name not in values]
    if missing and not focused:
        raise PermissionError(f"Discord says: {', '.join(missing)} is required")
    options = [_filled(world, declared[name], value, focused) for name, value in values.items()]
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: JSON = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    users = [world.users[value["value"]] for value in _flat(options) if value["type"] == USER]
    if users:
        data["resolved"] = {"users": {user.id: objects.user(user) for user in users}}
    return data


def _filled(world: World, option: JSON, value: str, focused: str) -> JSON:
    found: JSON = {"name": option["name"], "type": option["type"], "value": value}
    if focused:
        return found | ({"focused": True} if focused == option["name"] else {})
    choices = {choice["name"].lower(): choice["value"] for choice in option.get("choices") or []}
    choices |= {str(choice["value"]).lower(): choice["value"] for choice in option.get("choices") or []}
    match option["type"]:
        case 3 if choices:
            if value.lower() not in choices:
                raise PermissionError(f"Discord says: {value} is not one of {', '.join(choices)}")
            return found | {"value": choices[value.lower()]}
        case 3 if not int(option.get("min_length") or 0) <= len(value) <= int(option.get("max_length") or 6_000):
            raise PermissionError(f"Discord says: {option['name']} is too long or too short")
        case 4:
            if not value.lstrip("-").isdigit():
                raise PermissionError(f"Discord says: {value} is not a number")
            return found | {"value": int(value)}
        case 5:
            return found | {"value": value.lower() in ("true", "yes", "on")}
        case 6:
            return found | {"value": world.person(value.strip("<@!>")).id}
        case _:
            return found


def _flat(options: Iterable[JSON]) -> list[JSON]:
    return [leaf for one in options for leaf in (_flat(one["options"]) if "options" in one else [one])]


# ---------------------------------------------------------------- forms
def form_data(modal: Modal, values: Mapping[str, str]) -> JSON:
    """Return what a form brings, by custom ids; raises LookupError, or PermissionError for a bad value."""
    inputs = [one for holder in modal.payload["components"] for one in _inputs(holder)]
    if unknown := values.keys() - {one["custom_id"] for one in inputs}:
        raise LookupError(f"this form has no field {', '.join(sorted(unknown))}")
    return {
        "custom_id": modal.payload["custom_id"],
        "components": [_holder(number, holder, values) for number, holder in enumerate(modal.payload["components"])],
    }


def _inputs(holder: JSON) -> list[JSON]:
    return [holder["component"]] if holder["type"] == 18 else holder.get("components") or []


def _holder(number: int, holder: JSON, values: Mapping[str, str]) -> JSON:
    identity = {"type": holder["type"], "id": holder.get("id") or 2 * number + 1}
    filled = [_input(identity["id"] + 1, one, values) for one in _inputs(holder)]
    if holder["type"] == 18:
        return identity | {"component": filled[0]}
    return identity | ({"components": filled} if filled else {})


def _input(number: int, field: JSON, values: Mapping[str, str]) -> JSON:
    value = values.get(field["custom_id"], field.get("value") or "")
    least, most = int(field.get("min_length") or 0), int(field.get("max_length") or 4_000)
    needed = field.get("required", True)
    if (needed and not value) or (value and not least <= len(value) <= most):
        raise PermissionError(f"Discord says: {field['custom_id']} holds {least} to {most} characters")
    return {"type": 4, "id": field.get("id") or number, "custom_id": field["custom_id"], "value": value}
