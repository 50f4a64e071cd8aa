"""The address that invites the bot: the rights that are used, and no more."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import discord

from adapters.discord import api
from adapters.discord.commands import run
from adapters.discord.invite import address
from adapters.discord.limits import MANAGE_GUILD, PERMISSIONS, TO_POST, lacking

ID = "1234567890123456789"
NAMES = {
    "View Channels": "view_channel",
    "Send Messages": "send_messages",
    "Send Messages in Threads": "send_messages_in_threads",
    "Create Public Threads": "create_public_threads",
    "Create Private Threads": "create_private_threads",
    "Read Message History": "read_message_history",
    "Add Reactions": "add_reactions",
}


def asked() -> dict[str, list[str]]:
    return parse_qs(urlsplit(address(ID)).query)


def test_address_asks_for_both_scopes_and_the_permissions() -> None:
    assert asked() == {
        "client_id": [ID],
        "scope": ["bot applications.commands"],
        "permissions": [str(sum(PERMISSIONS))],
    }


def test_permissions_are_those_that_the_calls_need_and_no_others() -> None:
    steps = [value for value in vars(api).values() if isinstance(value, api.Step)]
    assert len(steps) > 10
    assert {step.needs for step in steps if step.needs} == set(PERMISSIONS)


def test_permissions_bear_the_names_of_discords_settings() -> None:
    assert {bit: NAMES[name] for bit, name in PERMISSIONS.items()} == {
        getattr(discord.Permissions, name).flag: name for name in NAMES.values()
    }
    assert discord.Permissions.manage_guild.flag == MANAGE_GUILD


def test_what_is_lacking_is_named() -> None:
    everything = sum(PERMISSIONS)
    assert lacking(everything) == ()
    assert lacking(everything & ~(1 << 38)) == ("Send Messages in Threads",)
    assert len(lacking(0)) == len(TO_POST)


def test_invite_prints_the_address_and_what_it_asks_for() -> None:
    code, text = run(["invite"], {"DISCORD_CLIENT_ID": ID})
    assert (code, text.splitlines()) == (0, [address(ID), f"It asks for: {', '.join(NAMES)}."])


def test_invite_without_an_application_says_what_to_set() -> None:
    code, text = run(["invite"], {})
    assert (code, text.startswith("set DISCORD_CLIENT_ID")) == (2, True)
