"""A workspace that outlives the bot, and the people in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from aiohttp import web

from adapters.slack.fake import FakeSlack, reading
from adapters.slack.fake.model import Channel, Message
from tests.e2e.crash_life import Death, Nursery, Reaper, Shown, Stage

WRITES = ("chat.", "reactions.", "views.", "conversations.open", "conversations.join")


class MortalSlack(FakeSlack):
    """A Slack whose app may be killed over each call that writes."""

    def __init__(self, reaper: Reaper) -> None:
        """Let the reaper attend."""
        super().__init__()
        self._reaper = reaper

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if not request.match_info["method"].startswith(WRITES):
            return await super()._call(request)
        return await self._reaper.attend(request, super()._call)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        return await self._reaper.attend(request, super()._respond)


class SlackStage(Stage):
    """A play in one workspace."""

    fake: MortalSlack

    def __init__(self, nursery: Nursery, url: str, desk: Path, death: Death) -> None:
        """Prepare an empty workspace."""
        super().__init__(nursery, url, desk, death)
        self.fake = MortalSlack(self.reaper)
        self.world = self.space = self.fake.space
        self.people = self.fake.people
        self.space.commands = {"daily", "interview", "practice", "help", "progress", "settings"}

    def environment(self) -> dict[str, str]:
        """Return the tokens and the address."""
        return {
            "SLACK_BOT_TOKEN": self.space.bot_token,
            "SLACK_APP_TOKEN": self.space.app_token,
            "SLACK_API_URL": self.fake.api_url,
        }

    def is_connected(self) -> bool:
        """Tell whether there is a socket."""
        return bool(self.fake.delivery.sockets)

    async def deliver_again(self) -> None:
        """Bring messages again: Slack repeats no command and no press."""
        if self.people._refused:
            await self.people.redeliver()

    # ------------------------------------------------------------ people
    async def press(self, name: str, label: str, channel: Channel) -> None:
        """Press a button of the newest post of a channel that has it."""
        found = [m for m in self._posts(channel) if label in _labels(m)]
        assert found, f"nobody sees [{label}]"
        await self.people.press(self.space.person(name), found[-1], label)

    def talk(self, label: str, channel: Channel) -> str:
        """Return the thread of the newest post with a button, which stands in a channel itself."""
        return [m for m in self._posts(channel) if label in _labels(m) and not m.thread_ts][-1].ts

    def _posts(self, channel: Channel) -> list[Message]:
        return [m for m in self.space.messages if m.channel == channel.id and self.space.is_ours(m) and not m.reader]

    # ------------------------------------------------------------ what is seen
    def visible(self) -> tuple[int, int]:
        """Count our messages and the open forms."""
        return sum(map(self.space.is_ours, self.space.messages)), len(self.space.modals)

    def posts(self) -> Shown:
        """Return what stands in Slack; whispers count once."""
        ours = [m for m in self.space.messages if self.space.is_ours(m)]
        return {
            "posts": Counter(self._line(m) for m in ours if not m.reader),
            "whispers": Counter({self._line(m) for m in ours if m.reader}),
            "reactions": Counter(f"{name} {m.text}" for m in self.space.messages for name in m.reactions),
        }

    def _line(self, message: Message) -> str:
        channel = self.space.channels[message.channel]
        place = channel.name
        if channel.kind == "im":
            place = f"dm {', '.join(sorted(self.space.users[user].name for user in channel.members))}"
        root = self.space.find(channel.id, message.thread_ts) if message.thread_ts else None
        thread = f" > {_read(root)[:40]}" if root is not None else ""
        reader = f" to {self.space.users[message.reader].name}" if message.reader else ""
        return f"{place}{thread}{reader}: {_read(message)} {_labels(message)}"


def _read(message: Message) -> str:
    return reading.words(message.text, message.blocks)


def _labels(message: Message) -> list[str]:
    return [reading.label(button) for _, button in reading.buttons(message.blocks)]
