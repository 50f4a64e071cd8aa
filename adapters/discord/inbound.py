"""What Discord sends, turned into events (pure): interactions, and what happens to servers and channels.

Messages stand in `messages.py`. Objects are those of discord.py; nothing of them is asked that needs the network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
            return _asked(interaction, data)
        case discord.InteractionType.component:
            return _press(interaction, data)
        case discord.InteractionType.modal_submit:
            return _submission(interaction, data)
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
def _asked(interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> Asked | None:
    command, options = asked_for(data)
    if not command:
        return None
    is_ours = _is_ours(interaction)
    lacks = lacking(interaction.app_permissions.value, TO_POST) if interaction.guild_id and is_ours else ()
    return Asked(
        **_who_and_where(interaction, "thinking"),
        command=command,
        options={str(one["name"]): read(str(one.get("value", "")).strip()) for one in options},
        can_post=not lacks if interaction.guild_id and is_ours else None,
        lacks=lacks,
    )


def _press(interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> Pressed | Opens | None:
    press = render.read_custom_id(str(data.get("custom_id", "")))
    if press is None:
        return None
    event = Pressed(
        **_who_and_where(interaction, "thinking" if press.answer == "whisper" else "aside"),
        action=press.action,
        token=press.token,
        on=_on(interaction),
    )
    return Opens(event, interaction) if press.answer == "form" else event


def _submission(interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> Submitted | None:
    form, token = modal.read_custom_id(str(data.get("custom_id", "")))
    if not form:
        return None
    return Submitted(
        **_who_and_where(interaction, "thinking"),
        form=form,
        token=token,
        values=modal.values(data),
        on=_on(interaction),
    )


def _who_and_where(interaction: discord.Interaction[Any], mode: Mode) -> dict[str, Any]:
    """Return what every interaction brings."""
    user, channel = interaction.user, interaction.channel
    where = _where(interaction)
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


def _where(interaction: discord.Interaction[Any]) -> Conversation:
    """Return the address, `NOWHERE` among people in whose conversation we are no party."""
    return place(interaction.channel) if _is_ours(interaction) else NOWHERE


def _is_ours(interaction: discord.Interaction[Any]) -> bool:
    """Tell whether we are at home where it happened: invited to the server, or in our own direct messages.

    Somebody may have installed us for themselves alone; then their commands come from anywhere.
    """
    owners = interaction._integration_owners  # the public test is false where Discord does not say
    if interaction.guild_id:
        return not owners or owners.get(0) == interaction.guild_id
    return isinstance(interaction.channel, discord.DMChannel) and not interaction.context.private_channel


def _on(interaction: discord.Interaction[Any]) -> MessageRef | None:
    """Return the message that a button stands on; ephemeral ones, and those of strangers, cannot be changed."""
    message, where = interaction.message, _where(interaction)
    if message is None or message.flags.ephemeral or where is NOWHERE:
        return None
    return MessageRef(where, str(message.id))


# ---------------------------------------------------------------- servers and channels
def joined(guild: discord.Guild, now: datetime) -> Joined | None:
    """Return that we were invited to a server: to its system channel, or the first where we may write."""
    home = next(_welcoming(guild), None)
    if home is None:
        return None
    since = guild.me.joined_at or now
    where = Conversation(PLATFORM, str(guild.id), str(home.id))
    return Joined(id=f"joined:{guild.id}:{since.isoformat()}", at=now, space=where.space, where=where)


def left_guild(guild: discord.Guild, now: datetime) -> Left:
    """Return that a whole server is gone."""
    where = Conversation(PLATFORM, str(guild.id), "")
    return Left(id=f"left:{guild.id}:{now.isoformat()}", at=now, space=where.space, where=where)


def left_channel(channel: discord.abc.GuildChannel, now: datetime) -> Left:
    """Return that a channel is gone; a channel that is deleted never comes back."""
    where = Conversation(PLATFORM, str(channel.guild.id), str(channel.id))
    return Left(id=f"left:{channel.id}", at=now, space=where.space, where=where)


def _welcoming(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    first = [guild.system_channel] if guild.system_channel else []
    for channel in (*first, *guild.text_channels):
        if not lacking(channel.permissions_for(guild.me).value):
            yield channel
