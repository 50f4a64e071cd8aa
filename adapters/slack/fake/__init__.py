"""A Slack of our own for tests: one workspace behind a real Web API, Socket Mode and signed HTTP, on 127.0.0.1."""

from adapters.slack.fake.server import FakeSlack
from adapters.slack.fake.workspace import Workspace

__all__ = ["FakeSlack", "Workspace"]
