"""One workspace: its state, its clock, its ids. It knows neither HTTP nor sockets."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

from adapters.slack.fake.model import (
    JSON,
    Channel,
    File,
    Message,
    Place,
    ResponseUrl,
    Trigger,
    User,
    View,
)
from bot.chat.rig import Fault

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yaml"


@cache
def manifest() -> tuple[frozenset[str], frozenset[str]]:
    """Return the scopes and events that an app made by our manifest has."""
    asked = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    scopes = asked["oauth_config"]["scopes"]["bot"]
    return frozenset(scopes), frozenset(asked["settings"]["event_subscriptions"]["bot_events"])


class Workspace:
    """What Slack would remember. Tests may set every attribute that has no underscore."""

    def __init__(self) -> None:
        """Begin on a Friday morning, with nobody but the bot."""
        self.team, self.domain, self.app = "T0GREEN001", "greenroom-fake", "A0GREEN001"
        self.bot_id, self.bot_token, self.app_token = "B0GREEN001", "xoxb-0-fake-bot", "xapp-0-fake-app"
        self.bot = User("U0GREENBOT", "greenroom", self.team, zone="", is_bot=True)
        self.address = ""
        """Where the server listens, "http://127.0.0.1:PORT"."""
        self.signing_secret = "fake-signing-secret"  # noqa: S105 - a fake has no secrets
        scopes, subscribed = manifest()
        self.scopes, self.subscribed = set(scopes), set(subscribed)
        self.commands: set[str] = set()
        self.revoked = ""
        """The error that every call of the bot token gets: "token_revoked", "invalid_auth", "account_inactive"."""
        self.refusals: dict[str, str] = {}
        """Errors by method, until they are taken out: a plan without assistants, for example."""
        self.faults: deque[Fault] = deque()
        self.history_limit = 999
        """Most messages of one page; 15 for commercial apps outside the Marketplace."""
        self.now = START
        self.users: dict[str, User] = {self.bot.id: self.bot}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.modals: list[View] = []
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.expired_for: set[str] = set()
        """People who have just left: the fault "expired" closes both private ways to them, once."""
        self.statuses: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, JSON] = {}
        self.calls: list[tuple[str, Mapping[str, object]]] = []
        self.broken: list[str] = []
        """What no app should ever send; a rig raises it at the end."""
        self.emit: Callable[[JSON], None] = lambda _event: None
        """Where events go that nobody waits for: what the app itself has done."""
        self._last = EPOCH
        self._numbers = 0
        self._changed = asyncio.Event()

    # ------------------------------------------------------------ time and ids
    def tick(self) -> str:
        """Return the next `ts`; no two things happen at once."""
        self._last = max(self.now, self._last + timedelta(microseconds=1))
        return stamp(self._last)

    def number(self) -> int:
        """Return a number that nothing else has."""
        self._numbers += 1
        return self._numbers

    def trigger(self, user: str, place: Place) -> Trigger:
        """Return a new trigger; its id begins with no time of any kind."""
        count = self.number()
        name = f"{9_840_421_431_441 + count}.{4_512_345_678 + len(self.users)}.{count:032x}"
        self.triggers[name] = Trigger(name, self.now, user, place)
        return self.triggers[name]

    def response_url(self, user: str, place: Place) -> ResponseUrl:
        """Return a new address to answer an act at."""
        token = f"{self.number():024x}"
        self.response_urls[token] = ResponseUrl(token, self.now, user, place)
        return self.response_urls[token]

    def changed(self) -> None:
        """Wake whoever waits `until` something is so."""
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    async def until(self, true: Callable[[], bool], seconds: float = 3.0) -> bool:
        """Wait for a change that makes it true; tell whether it is, after so many real seconds at the latest."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    await self._changed.wait()
        except TimeoutError:
            return true()
        return True

    # ------------------------------------------------------------ people and places
    def person(self, name: str, team: str = "") -> User:
        """Return somebody by name, made at first mention."""
        found = next((user for user in self.users.values() if user.name == name and not user.is_bot), None)
        if found is None:
            found = User(f"U{len(self.users):08}", name, team or self.team)
            self.users[found.id] = found
        return found

    def channel(self, name: str, *, private: bool = False, member: bool = True) -> Channel:
        """Return a channel by name, made at first mention; `member`: the bot was invited."""
        found = next((c for c in self.channels.values() if c.name == name and c.kind != "im"), None)
        if found is None:
            found = Channel(f"C{len(self.channels) + 1:08}", name, "group" if private else "channel")
            found.members |= {self.bot.id} if member else set()
            self.channels[found.id] = found
        return found

    def direct(self, one: str, other: str = "") -> Channel:
        """Return the direct messages between two users; without `other`: with our bot."""
        pair = {one, other or self.bot.id}
        found = next((c for c in self.channels.values() if c.kind == "im" and c.members == pair), None)
        if found is None:
            found = Channel(f"D{len(self.channels) + 1:08}", "directmessage", "im", pair)
            self.channels[found.id] = found
        return found

    def upload(self, name: str, mimetype: str, content: bytes) -> File:
        """Return a file that somebody will send."""
        found = File(f"F{self.number():08}", name, mimetype, content)
        self.files[found.id] = found
        return found

    # ------------------------------------------------------------ messages
    def add(self, message: Message) -> Message:
        """Put a message into its channel."""
        self.messages.append(message)
        self.changed()
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """Return a message that everybody there sees."""
        return next((m for m in self.messages if m.ts == ts and m.channel == channel and not m.reader), None)

    def replies(self, root: Message) -> list[Message]:
        """Return what was answered in the thread of a message, oldest first."""
        return [m for m in self.messages if m.thread_ts == root.ts and m.channel == root.channel and not m.reader]

    def is_ours(self, message: Message) -> bool:
        """Tell whether our bot wrote it."""
        return message.user == self.bot.id


def stamp(at: datetime) -> str:
    """Return an instant as a `ts`: seconds since 1970 with six digits behind the point."""
    micros = (at - EPOCH) // timedelta(microseconds=1)
    return f"{micros // 10**6}.{micros % 10**6:06}"
