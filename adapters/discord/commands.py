"""`greenroom discord …`: what the adapter adds to the command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence

from adapters.discord import invite
from adapters.discord.limits import PERMISSIONS
from adapters.discord.settings import client_id
from bot.chat.model import Missing

HELP = "what Discord needs to be told"


def run(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a command; return the exit code and what to print."""
    parser = argparse.ArgumentParser(prog="greenroom discord", description=HELP)
    commands = parser.add_subparsers(dest="what", required=True, metavar="invite")
    commands.add_parser("invite", help="print the address that invites the bot to a server")
    parser.parse_args(arguments)
    ident = client_id(os.environ if env is None else env)
    if isinstance(ident, Missing):
        return 2, ident.reason
    return 0, f"{invite.address(ident)}\nIt asks for: {', '.join(PERMISSIONS.values())}."
