"""A server that outlives the bot, and the people in it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from aiohttp import web

from adapters.discord.fake import FakeDiscord, World, reading
from adapters.discord.fake.model import LOADING, Channel, Kind, Message
from tests.e2e.crash_life import Act, Death, Nursery, Reaper, Shown, Stage


class MortalDiscord(FakeDiscord):
    """A Discord whose app may be killed over each call that writes."""

    def __init__(self, reaper: Reaper, *, strictly: bool) -> None:
        """Let the reaper attend."""
        super().__init__(strictly=strictly)
        self._reaper = reaper

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return await super()._call(request)
        return await self._reaper.attend(request, super()._call)


class DiscordStage(Stage):
    """A play in one server."""

    fake: MortalDiscord
    world: World

    def __init__(self, nursery: Nursery, url: str, desk: Path, death: Death) -> None:
        """Prepare a server without channels."""
        super().__init__(nursery, url, desk, death)
        # To judge each payload costs as much as all the rest: once is enough, where nobody dies.
        self.fake = MortalDiscord(self.reaper, strictly=not death.number)
        self.world = self.fake.world
        self.people = self.fake.people
        self.home = self.world.guild()

    def environment(self) -> dict[str, str]:
        """Return the token and the address."""
        return {"DISCORD_TOKEN": self.world.token, "DISCORD_API_URL": self.fake.api_url}

    def is_connected(self) -> bool:
        """Tell whether there is a socket."""
        return bool(self.fake.gateway.links)

    async def deliver_again(self) -> None:
        """Do nothing: Discord brings nothing twice."""

    async def close(self) -> None:
        """End; raises AssertionError for what Discord would never take."""
        await super().close()
        assert self.world.broken == []

    # ------------------------------------------------------------ people
    async def act(self, act: Act) -> None:
        """Let somebody act; where the bot dies over it, nobody waits until Discord says that it does not respond."""

        async def until_killed() -> None:
            acting = asyncio.ensure_future(act())
            acting.add_done_callback(lambda _: self.world.changed())
            await self.world.until(lambda: acting.done() or not self.is_connected())
            if not acting.done():
                acting.cancel()
                raise PermissionError("Discord says: this application did not respond")
            acting.result()

        await super().act(until_killed)

    async def command(self, name: str, channel: Channel, path: str, **options: str) -> None:
        """Use a command."""
        await self.people.command(self.world.person(name), channel, path, options)

    async def say(self, name: str, channel: Channel, text: str) -> Message:
        """Write a message; it is stored, and brought to the bot if there is one."""
        said = self.people.say(self.world.person(name), channel, text)
        await self.fake.gateway.settled()
        return said

    async def edit(self, name: str, message: Message, text: str) -> None:
        """Change a message."""
        self.people.edit(self.world.person(name), message.id, text)
        await self.fake.gateway.settled()

    async def press(self, name: str, label: str, channel: Channel) -> None:
        """Press a button of the newest post of a channel that has it."""
        await self.people.press(self.world.person(name), self.newest(label, channel), label)

    def newest(self, label: str, channel: Channel) -> Message:
        """Return the newest post of a channel that has a button."""
        found = [m for m in self.world.history(channel.id) if self.world.is_ours(m) and label in _labels(m)]
        assert found, f"nobody sees [{label}]"
        return found[-1]

    def talk(self, label: str, channel: Channel) -> Channel:
        """Return the thread of the newest post of a channel that has a button."""
        return self.world.channels[self.newest(label, channel).id]

    def aside(self, name: str) -> Channel:
        """Return the private thread that somebody is in."""
        threads = (c for c in self.world.channels.values() if c.kind == Kind.PRIVATE_THREAD)
        return next(thread for thread in threads if self.world.person(name).id in thread.members)

    # ------------------------------------------------------------ what is seen
    def visible(self) -> tuple[int, int]:
        """Count our messages and the open forms."""
        return len(self._ours()), len(self.world.modals)

    def shown(self, expected: Shown | None = None) -> Shown:
        """Return everything; a direct message in place of a whisper, whose time was over, counts as that whisper."""
        found = super().shown(expected)
        if expected is not None:
            late = (found["posts"] - expected["posts"]) & expected["whispers"]
            found["posts"] -= late
            found["whispers"] |= late
        return found

    def posts(self) -> Shown:
        """Return what stands in Discord; whispers count once."""
        ours = self._ours()
        threads = [c for c in self.world.channels.values() if c.is_thread]
        return {
            "posts": Counter(self._line(m) for m in ours if not m.reader),
            "whispers": Counter({self._line(m) for m in ours if m.reader}),
            "threads": Counter(f"{self._place(c)}{' (archived)' * c.archived}" for c in threads),
            "reactions": Counter(f"{name} {m.content}" for m in self.world.messages.values() for name in m.reactions),
        }

    def _ours(self) -> list[Message]:
        return [m for m in self.world.messages.values() if self.world.is_ours(m) and not m.flags & LOADING]

    def _line(self, message: Message) -> str:
        place = self._place(self.world.channels[message.channel])
        if message.reader:
            place = f"dm {self.world.users[message.reader].name}"
        text = reading.words(message.content, message.embeds, message.components)
        return f"{place}: {text} {_labels(message)}"

    def _place(self, channel: Channel) -> str:
        names = sorted(self.world.users[user].name for user in channel.members if user != self.world.bot.id)
        match channel.kind:
            case Kind.DM:
                return f"dm {', '.join(names)}"
            case Kind.PRIVATE_THREAD:
                return f"private thread of {', '.join(names)}"
            case Kind.PUBLIC_THREAD:
                return f"{self.world.channels[channel.parent].name} > {channel.name}"
            case _:
                return channel.name


def _labels(message: Message) -> list[str]:
    return [reading.label(button) for button in reading.buttons(message.components)]
