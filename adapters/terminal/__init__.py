"""The terminal: a little platform of its own, for one person at a keyboard and for scripts (`greenroom try`)."""

from adapters.terminal.transport import TerminalTransport, build
from adapters.terminal.world import tables

__all__ = ["TerminalTransport", "build", "tables"]
