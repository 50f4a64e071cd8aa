"""`greenroom slack …`: what the adapter adds to the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from adapters.slack import manifest

HELP = "what Slack needs to be told"


def run(arguments: Sequence[str]) -> tuple[int, str]:
    """Run a command; return the exit code and what to print."""
    parser = argparse.ArgumentParser(prog="greenroom slack", description=HELP)
    commands = parser.add_subparsers(dest="what", required=True, metavar="manifest")
    printing = commands.add_parser("manifest", help="print the app manifest, to be pasted into Slack")
    printing.add_argument("--url", metavar="URL", help="for an app served over HTTP here, instead of Socket Mode")
    parsed = parser.parse_args(arguments)
    if parsed.url is None:
        return 0, manifest.text().rstrip()
    if not parsed.url.startswith("https://"):
        return (
            2,
            f"Slack calls https addresses only, and {parsed.url} is none: greenroom slack manifest --url https://…",
        )
    return 0, manifest.for_url(parsed.url).rstrip()
