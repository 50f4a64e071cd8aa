"""The whole application behind Discord's real adapter, in front of simcord: Discord in memory, by somebody else.

The library's real client runs; people act as members of servers, and a scene asserts what they read then:

    await shows(house.slash("mia", "#prep", "daily start", time="12:00"), "#prep to mia: Series 1 is set: …")

Time is simcord's own: it begins on Thursday, 1 January 2026, and moves on by a second before each act.  It plays no
sockets, nonces, rate limits and no bots that people have installed for themselves alone: those are played by our fake.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import discord
import simcord

from adapters.discord.client import Client
from adapters.discord.limits import PERMISSIONS, PLATFORM
from adapters.discord.settings import Settings
from adapters.discord.transport import DiscordTransport
from bot.wiring import Application, Clock, adapter, open_database, prepare_tables
from tests.e2e.discord_double_reading import Place, Reader, Viewer, form, is_said, labels, said, sees
from tests.feature.sample_bank import BANK
from tests.feature.stage import MEMORY, abridged, empty_database

Play = Callable[["DoubleHouse"], Awaitable[None]]
SETTINGS = Settings("double.of.discord")
ALLOWED = sum(PERMISSIONS) | discord.Permissions.manage_channels.flag
"""What the invitation asks for; simcord wants "Manage Channels" of whoever archives a thread, be it their own."""


class DoubleClock(Clock):
    """The time of the double."""

    def __init__(self, env: simcord.Env) -> None:
        """Follow the double."""
        super().__init__()
        self._env = env

    def now(self) -> datetime:
        """Return the time."""
        return self._env.now()


@dataclass
class Server:
    """A server, and its members by name."""

    handle: simcord.GuildHandle
    channels: dict[str, simcord.ChannelHandle] = field(default_factory=dict)
    members: dict[str, simcord.MemberActor] = field(default_factory=dict)


class DoubleHouse:
    """The application, and the people in front of it. Names of channels are unique over all servers.

    Places are "#prep", "#prep thread" (of the newest post), "#prep private" (the newest private thread that one sees)
    and "dm".  Acts return what is read after them that was not there before.
    """

    def __init__(self, env: simcord.Env, url: str) -> None:
        """Prepare a house; it lives within `in_discord`."""
        self.env = env
        self._url = url
        self._ids = count(1)
        self._life: AsyncExitStack | None = None
        self._users: dict[str, simcord.UserHandle] = {}
        self._servers: list[Server] = []
        self._forms: dict[str, tuple[Viewer, simcord.InteractionResult]] = {}
        assert env.bot.user is not None  # it has logged in
        self._own_role = env.bot.user.name
        self._reader = Reader(env.bot.user.id)
        self._put_away: set[int] = set()

    # ------------------------------------------------------------ life
    async def open(self, client: Client) -> None:
        """Begin a life of the process, with a client that is connected."""
        life = AsyncExitStack()
        database = open_database(self._url)
        life.callback(database.close)
        prepare_tables(database, adapter(PLATFORM))
        self.application = Application(database, BANK, clock=DoubleClock(self.env), ids=lambda: f"id{next(self._ids)}")
        transport = DiscordTransport(SETTINGS, self.application, client=client)
        await life.enter_async_context(self.application.serve({PLATFORM: transport}))
        self._life = life
        while not transport.ready:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
        await self._settle()

    async def close(self) -> None:
        """End the life; what people do from now on, nobody hears."""
        if self._life is not None:
            life, self._life = self._life, None
            await life.aclose()

    async def restart(self) -> list[str]:
        """Live once more on the same database in the same Discord."""
        await self.close()
        client = Client(SETTINGS)
        await self.env.restart_bot(client)
        await self.open(client)
        return self._news()

    async def later(self, **step: float) -> list[str]:
        """Let time pass, by a timedelta's arguments."""
        await self.env.advance_time(timedelta(**step).total_seconds())
        return await self._seen()

    # ------------------------------------------------------------ the world
    def found(
        self, name: str, channel: str, *, organiser: str, members: Iterable[str] = (), shard: int | None = None
    ) -> None:
        """Found a server with a channel; the bot may do there what its invitation asks for, and no more."""
        server = Server(self.env.create_guild(name, shard_id=shard))
        role = server.handle.create_role("organisers", permissions=discord.Permissions(manage_guild=True))
        server.members[organiser] = server.handle.add_member(self.user(organiser), roles=[role])
        for one in members:
            server.members[one] = server.handle.add_member(self.user(one))
        self._servers.append(server)
        self._build(server, channel)

    def build(self, channel: str, *, beside: str, without: str) -> None:
        """Add a channel beside another one, in which the bot lacks a right."""
        self._build(self._server(beside), channel, without)

    def close_direct(self, name: str) -> None:
        """Let somebody take no direct messages."""
        path = f"/channels/{self.user(name).dm_channel.id}/messages"
        words = "Cannot send messages to this user"
        self.env.inject_error("POST", path, status=403, code=50007, message=words, times=None)

    def user(self, name: str) -> simcord.UserHandle:
        """Return somebody, in servers or out of them."""
        if name not in self._users:
            self._users[name] = self.env.create_user(name)
        return self._users[name]

    def _build(self, server: Server, channel: str, without: str = "") -> None:
        denied = discord.Permissions(discord.Permissions.all().value & ~ALLOWED)
        if without:
            denied.update(**{without: True})
        rights = discord.PermissionOverwrite.from_pair(discord.Permissions.none(), denied)
        own = server.handle.roles[self._own_role]
        server.channels[channel] = server.handle.create_text_channel(channel, overwrites={own: rights})

    # ------------------------------------------------------------ acts
    async def slash(self, who: str, place: str, command: str, /, **options: str) -> list[str]:
        """Pick a command and fill it in."""
        await self.env.advance_time(1)
        actor, channel = self._at(who, place)
        if isinstance(actor, simcord.MemberActor):
            await actor.slash(channel, command, **options)
        else:
            await actor.slash(command, **options)
        return await self._seen()

    def commands(self, who: str, place: str) -> set[str]:
        """Return the commands that Discord offers somebody."""
        actor, channel = self._at(who, place)
        if isinstance(actor, simcord.MemberActor):
            return {*actor.available_commands(channel)}
        return {*actor.available_commands()}

    async def complete(self, who: str, place: str, command: str, option: str, typed: str) -> list[str]:
        """Type into an option; return what is offered."""
        actor, channel = self._at(who, place)
        if isinstance(actor, simcord.MemberActor):
            found = await actor.autocomplete(channel, command, option, typed)
        else:
            found = await actor.autocomplete(command, option, typed)
        return [str(choice["name"]) for choice in found]

    async def press(self, who: str, place: str, label: str, *, oldest: bool = False) -> list[str]:
        """Press a button: of the newest message that one sees it on, or of the oldest."""
        await self.env.advance_time(1)
        actor, channel = self._at(who, place)
        found = [one for one in sees(actor, channel) or () if label in labels(one)]
        assert found, f"{who} sees no [{label}] in {place}"
        result = await actor.click(found[0 if oldest else -1], label=label)
        opened = []
        if result.modal is not None:
            self._forms[who] = actor, result
            opened.append(f"form to {who}: {form(result.modal)}")
        return [*opened, *await self._seen()]

    async def submit(self, who: str, /, **values: str) -> list[str]:
        """Send off the form that is open for somebody."""
        await self.env.advance_time(1)
        actor, result = self._forms.pop(who)
        await actor.submit_modal(result, values)
        return await self._seen()

    async def say(self, who: str, place: str, text: str) -> list[str]:
        """Say something."""
        await self.env.advance_time(1)
        actor, channel = self._at(who, place)
        if isinstance(actor, simcord.MemberActor):
            await actor.send(channel, text)
        else:
            await actor.send_dm(text)
        return await self._seen()

    async def edit(self, who: str, place: str, text: str) -> list[str]:
        """Change one's own newest message there."""
        await self.env.advance_time(1)
        actor, message = self._own(who, place)
        await actor.edit(message, text)
        return await self._seen()

    async def delete(self, who: str, place: str) -> list[str]:
        """Delete one's own newest message there."""
        await self.env.advance_time(1)
        actor, message = self._own(who, place)
        await actor.delete(message)
        return await self._seen()

    async def answer(self, who: str, place: str, text: str) -> list[str]:
        """Answer our newest message there, as Discord's own "Reply" does."""
        await self.env.advance_time(1)
        actor, channel = self._at(who, place)
        assert isinstance(actor, simcord.MemberActor)
        await actor.send(channel, text, reply_to=self._ours(actor, channel)[-1])
        return await self._seen()

    # ------------------------------------------------------------ what is read
    def reads(self, who: str, place: str) -> list[str]:
        """Return everything of ours that somebody sees in a place, oldest first."""
        actor, channel = self._at(who, place)
        return [said(one) for one in self._ours(actor, channel)]

    def _ours(self, actor: Viewer, channel: simcord.ChannelHandle) -> list[discord.Message]:
        return [one for one in sees(actor, channel) or () if one.author.id == self._reader.bot and is_said(one)]

    def thinking(self) -> list[str]:
        """Return the places where somebody still waits for an answer."""
        shown = (
            (place, one)
            for place in self._places()
            for viewer in place.viewers.values()
            for one in sees(viewer, place.channel) or ()
        )
        return [place.name for place, one in shown if one.flags.loading]

    def _news(self) -> list[str]:
        places = [*self._places()]
        archived = [one for one in places if one.channel.is_thread and self._is_away(one.channel)]
        gone = [f"{one.name}: put away" for one in archived if one.channel.id not in self._put_away]
        self._put_away |= {one.channel.id for one in archived}
        return [*self._reader.news(places), *gone]

    def _is_away(self, thread: simcord.ChannelHandle) -> bool:
        """Tell whether a thread is archived: Discord lists it no more."""
        assert thread.guild is not None
        guild = self.env.bot.get_guild(thread.guild.id)
        return guild is not None and guild.get_thread(thread.id) is None

    async def _seen(self) -> list[str]:
        await self._settle()
        return self._news()

    async def _settle(self) -> None:
        """Wait until neither the application nor the client has anything to do."""
        for _ in range(2):
            if self._life is not None:
                await self.application.settle()
            await self.env.settle()

    def _own(self, who: str, place: str) -> tuple[Viewer, discord.Message]:
        actor, channel = self._at(who, place)
        return actor, [one for one in sees(actor, channel) or () if one.author.id == actor.id][-1]

    # ------------------------------------------------------------ places
    def _places(self) -> Iterator[Place]:
        for server in self._servers:
            for name, channel in server.channels.items():
                yield Place(f"#{name}", channel, server.members)
                for thread in channel.threads:
                    kind = "thread" if _is_of_a_post(thread, channel) else "private"
                    yield Place(f"#{name} {kind}", thread, server.members)
        for name, user in self._users.items():
            yield Place(f"dm {name}", user.dm_channel, {name: user})

    def _at(self, who: str, place: str) -> tuple[Viewer, simcord.ChannelHandle]:
        if place == "dm":
            return self.user(who), self.user(who).dm_channel
        actor = self._server(place).members[who]
        found = [one.channel for one in self._places() if one.name == place and who in one.viewers]
        seen = [channel for channel in found if sees(actor, channel) is not None]
        assert seen, f"{who} sees no {place}"
        return actor, max(seen, key=lambda channel: channel.id)

    def _server(self, place: str) -> Server:
        return next(one for one in self._servers if place.split()[0].removeprefix("#") in one.channels)


def _is_of_a_post(thread: simcord.ChannelHandle, channel: simcord.ChannelHandle) -> bool:
    """Tell whether a thread belongs to a message, whose id it has then."""
    return any(message.id == thread.id for message in channel.history())


# ---------------------------------------------------------------- playing
async def shows(act: Awaitable[list[str]], *expected: str) -> None:
    """Assert what an act shows, a line each; "…" stands for anything."""
    actual = abridged(expected, await act)
    assert [*expected] == actual, "\n".join(actual)


def in_discord(play: Play, *, words: bool = True, shards: int = 1) -> None:
    """Play a scene in a server "Study" with #prep: mia manages it, ben and cleo are members."""

    async def run() -> None:
        async with _opened(words, shards) as house:
            house.found("Study", "prep", organiser="mia", members=("ben", "cleo"), shard=0)
            await play(house)
            assert house.thinking() == []

    asyncio.run(run())


@asynccontextmanager
async def _opened(words: bool, shards: int) -> AsyncIterator[DoubleHouse]:
    with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "double.db"
        shutil.copyfile(empty_database(), file)
        client = Client(SETTINGS, words=words)
        async with simcord.run(client, shard_count=shards) as env:
            house = DoubleHouse(env, f"sqlite:///{file}")
            await house.open(client)
            try:
                yield house
            finally:
                await house.close()
