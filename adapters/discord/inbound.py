"""What Discord sends, turned into events (pure): interactions, and what happens to servers and channels.

Messages stand in `messages.py`. Objects are those of discord.py; nothing of them is asked that needs the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord.utils import snowflake_time

from adapters.discord import modal, render
from adapters.discord.limits import MANAGE_GUILD, PLATFORM, TO_POST, lacking
from adapters.discord.messages import Own, bulk_deleted, deleted, edited, heard, said
from adapters.discord.places import NOWHERE, channel_name, place
from adapters.discord.reply import Mode, Reply
from adapters.discord.text import read
from bot.chat.model import Asked, Conversation, Joined, Left, MessageRef, Person, Pressed, Submitted

__all__ = [
    "Opens",
    "Own",
    "asked_for",
    "bulk_deleted",
    "deleted",
    "edited",
    "from_interaction",
    "heard",
    "joined",
    "left_channel",
    "left_guild",
    "said",
]
SHOW = "show"
"""A command that has subcommands cannot be used by itself: it is offered as this one of them."""
_COMMAND, _SUBCOMMANDS = 1, (1, 2)


@dataclass(frozen=True, slots=True)
class Opens:
    """A press that opens a form: never an event of its own; the form is the first answer to `interaction`."""

    pressed: Pressed
    interaction: discord.Interaction[Any]


def from_interaction(interaction: discord.Interaction[Any], own: Own) -> Asked | Pressed | Submitted | Opens | None:
    """Return what a command, a press or a submission does, None for what is not ours."""
    data: Mapping[str, Any] = interaction.data or {}
    match interaction.type:
        case discord.InteractionType.application_command if data.get("type", _COMMAND) == _COMMAND:
            return _asked(interaction, data, own)
        case discord.InteractionType.component:
            return _press(interaction, data, own)
        case discord.InteractionType.modal_submit:
            return _submission(interaction, data, own)
        case _:
            return None


def asked_for(data: Mapping[str, Any]) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Return the name of a command with its subcommand, and its options."""
    words, options = [str(data.get("name", ""))], data.get("options") or []
    while options and options[0].get("type") in _SUBCOMMANDS:
        words.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    if words[1:] == [SHOW]:
        words.pop()
    return " ".join(words), options


# ---------------------------------------------------------------- interactions
def _asked(interaction: discord.Interaction[Any], data: Mapping[str, Any], own: Own) -> Asked | None:
    command, options = asked_for(data)
    if not command:
        return None
    is_ours = _is_ours(interaction)
    lacks = lacking(interaction.app_permissions.value, TO_POST) if interaction.guild_id and is_ours else ()
    return Asked(
        **_who_and_where(interaction, "thinking", own),
        command=command,
        options={str(one["name"]): read(str(one.get("value", "")).strip()) for one in options},
        can_post=not lacks if interaction.guild_id and is_ours else None,
        lacks=lacks,
    )


def _press(interaction: discord.Interaction[Any], data: Mapping[str, Any], own: Own) -> Pressed | Opens | None:
    press = render.read_custom_id(str(data.get("custom_id", "")))
    if press is None:
        return None
    event = Pressed(
        **_who_and_where(interaction, "thinking" if press.answer == "whisper" else "aside", own),
        action=press.action,
        token=press.token,
        on=_on(interaction, own),
    )
    return Opens(event, interaction) if press.answer == "form" else event


def _submission(interaction: discord.Interaction[Any], data: Mapping[str, Any], own: Own) -> Submitted | None:
    form, token = modal.read_custom_id(str(data.get("custom_id", "")))
    if not form:
        return None
    return Submitted(
        **_who_and_where(interaction, "thinking", own),
        form=form,
        token=token,
        values=modal.values(data),
        on=_on(interaction, own),
    )


def _who_and_where(interaction: discord.Interaction[Any], mode: Mode, own: Own) -> dict[str, Any]:
    """Return what every interaction brings."""
    user, channel = interaction.user, interaction.channel
    where = _where(interaction, own)
    in_guild = bool(interaction.guild_id) and where is not NOWHERE
    return {
        "id": f"int:{interaction.id}",
        "at": snowflake_time(interaction.id),
        "space": where.space,
        "who": Person(PLATFORM, "", str(user.id)),
        "where": where,
        "name": user.display_name,
        "reply": Reply(
            str(interaction.application_id), interaction.token, mode, not where.private or where is NOWHERE
        ).dump(),
        "organiser": bool(interaction.permissions.value & MANAGE_GUILD) if in_guild else None,
        "channel": channel_name(channel) if in_guild else "",
    }


def _where(interaction: discord.Interaction[Any], own: Own) -> Conversation:
    """Return the address, `NOWHERE` among people in whose conversation we are no party."""
    return place(interaction.channel, own.user) if _is_ours(interaction) else NOWHERE


def _is_ours(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether we are at home where it happened: invited to the server, or in our own direct messages.

    Somebody may have installed us for themselves alone; then their commands come from anywhere.
    """
    owners = interaction._integration_owners  # the public test is false where Discord does not say
    if interaction.guild_id:
        return not owners or owners.get(0) == interaction.guild_id
    return isinstance(interaction.channel, discord.DMChannel) and not interaction.context.private_channel


def _on(interaction: discord.Interaction[Any], own: Own) -> MessageRef | None:
    """Return the message that a button stands on; ephemeral ones, and those of strangers, cannot be changed."""
    message, where = interaction.message, _where(interaction, own)
    if message is None or message.flags.ephemeral or where is NOWHERE:
        return None
    return MessageRef(where, str(message.id))


# ---------------------------------------------------------------- servers and channels
def joined(guild: discord.Guild, now: datetime) -> Joined:
    """Return that we were invited to a whole server; its id names the moment, so that it is one for each time."""
    since = since_of(guild) or now
    where = Conversation(PLATFORM, str(guild.id), "")
    return Joined(id=f"joined:{guild.id}:{since.isoformat()}", at=now, space=where.space, where=where)


def since_of(guild: discord.Guild) -> datetime | None:
    """Return when we were invited to a server, None where Discord has not told."""
    return guild.me.joined_at if guild.me is not None else None


def left_guild(guild: discord.Guild, now: datetime) -> Left:
    """Return that a whole server is gone."""
    where = Conversation(PLATFORM, str(guild.id), "")
    return Left(id=f"left:{guild.id}:{now.isoformat()}", at=now, space=where.space, where=where)


def left_channel(channel: discord.abc.GuildChannel, now: datetime) -> Left:
    """Return that a channel is gone; a channel that is deleted never comes back."""
    where = Conversation(PLATFORM, str(channel.guild.id), str(channel.id))
    return Left(id=f"left:{channel.id}", at=now, space=where.space, where=where)
