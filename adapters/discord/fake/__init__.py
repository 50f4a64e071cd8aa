"""A Discord of our own for tests: guilds behind a real REST API and a real gateway, on 127.0.0.1."""

from adapters.discord.fake.server import FakeDiscord
from adapters.discord.fake.world import World

__all__ = ["FakeDiscord", "World"]
