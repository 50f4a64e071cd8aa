"""The library's client, as small as it can be: no cache of people or messages, addresses that may be elsewhere."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import HTTPClient, Ratelimit, Route

from adapters.discord.buckets import Bucket
from adapters.discord.errors import Late
from adapters.discord.settings import Settings
from bot.chat.model import Unavailable

if TYPE_CHECKING:
    from discord.types.gateway import SessionStartLimit

log = logging.getLogger("greenroom.discord")
BUCKET_WAIT = 30.0
"""Seconds that the library may wait where it signs in, the least that it takes; longer ones fail at once."""
RESERVE = 20
"""Sessions of the day's 1,000 that are kept: after the last one Discord resets the token."""


CLOSING = 1.0
"""Seconds that a socket may take to say goodbye."""
SETTLING = 0.5
"""Seconds after the last server of a session until it counts as begun: an invitation before that goes unnoticed."""
IDENTIFY = 5.0
"""Seconds between two sessions of one bot."""


class Keeps(Protocol):
    """Who is told how the connection fares."""

    def connected(self, shard: int, *, resumed: bool) -> None:
        """A shard has a session: a new one, or the one it had."""

    def disconnected(self, shard: int) -> None:
        """A shard has lost its connection."""

    def server_out(self, guild: int) -> None:
        """Nothing is heard of a server any more, for a while."""

    def server_back(self, guild: int) -> None:
        """A server is heard."""


class Hears(Protocol):
    """Who is told what people do."""

    async def message(self, message: discord.Message) -> None:
        """Somebody said something."""

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message was changed."""

    async def deleted(self, event: discord.RawMessageDeleteEvent, channel: object) -> None:
        """A message is gone."""

    async def bulk_deleted(self, event: discord.RawBulkMessageDeleteEvent, channel: object) -> None:
        """Many messages are gone."""

    async def interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Somebody did something."""

    async def joined(self, guild: discord.Guild) -> None:
        """We were invited to a server."""

    async def available(self, guild: discord.Guild) -> None:
        """A server where we are is there: at the start of a session, or after an outage of its own."""

    async def left(self, gone: discord.Guild | discord.abc.GuildChannel) -> None:
        """A server or a channel is gone."""


def intents(*, words: bool) -> discord.Intents:
    """Return what we listen to; `words`: also what is said in servers without naming us."""
    found = discord.Intents.none()
    found.guilds = found.guild_messages = found.dm_messages = True
    found.message_content = words
    return found


def proxy_for(address: str) -> str | None:
    """Return the proxy that the environment names for an address, None for none."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get("https" if parts.scheme in ("https", "wss") else "http")


class Client(discord.AutoShardedClient):
    """Tells `hears` and `keeper` what happens; it is used once."""

    def __init__(self, settings: Settings, *, words: bool = True, identify: float = IDENTIFY) -> None:
        """Be ready to log in; `words` asks for the message content intent, `identify` are seconds between sessions."""
        # Its own words name people, addresses that are good for one answer, and what was said.
        logging.getLogger("discord").setLevel(logging.CRITICAL + 1)
        super().__init__(
            intents=intents(words=words),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=SETTLING,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._http = Http(self.http.loop, settings)
        self.http = self._connection.http = self._http
        self._identify = identify
        self.hears: Hears | None = None
        self.keeper: Keeps | None = None
        self._launched: set[int] = set()
        parsers = self._connection.parsers
        for name in parsers.keys() - {"READY", "RESUMED"}:
            parsers[name] = _guarded(name, parsers[name])

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Open a shard; raises what went wrong, where the library would try the same for ever, deeper and deeper."""
        if shard_id in self._launched:
            raise Unavailable("the gateway does not greet")
        self._launched.add(shard_id)
        launching = asyncio.ensure_future(super().launch_shard(gateway, shard_id, initial=initial))
        self._http.refused = refused = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({launching, refused}, return_when=asyncio.FIRST_COMPLETED)
            (refused if refused.done() else launching).result()
        finally:
            self._http.refused = None
            launching.cancel()
            refused.cancel()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before a further session: Discord wants a pause between two."""
        if not initial:
            await asyncio.sleep(self._identify)

    async def finish(self) -> None:
        """Close everything, whatever state it is in; a peer that does not answer is not waited for."""
        with suppress(Exception):  # a client that never was connected, or is broken, may fail to close
            async with asyncio.timeout(CLOSING):
                await self.close()
        # What the library leaves: sockets that nobody kept, their heartbeats, its wait for the servers of a session.
        await self._http.close_sockets()
        with suppress(Exception):
            await self.http.close()
        state = self._connection
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._connection is state:
                thread.stop()
        waiting = [task for task in (*state._ready_tasks.values(), state._ready_task) if task is not None]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    # ------------------------------------------------------------ what the library tells
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Name what failed, without what was said."""
        log.exception("%s failed", event_method) if log.isEnabledFor(logging.DEBUG) else log.error(
            "%s failed", event_method
        )

    async def on_shard_connect(self, shard: int) -> None:
        """Pass on."""
        if self.keeper:
            self.keeper.connected(shard, resumed=False)

    async def on_shard_resumed(self, shard: int) -> None:
        """Pass on."""
        if self.keeper:
            self.keeper.connected(shard, resumed=True)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Pass on."""
        if self.keeper:
            self.keeper.disconnected(shard)

    async def on_message(self, message: discord.Message) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.message(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.edited(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.deleted(event, self.get_channel(event.channel_id))

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.bulk_deleted(event, self.get_channel(event.channel_id))

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.interaction(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.joined(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.keeper:
            self.keeper.server_back(guild.id)
        if self.hears:
            await self.hears.available(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.keeper:
            self.keeper.server_out(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.left(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pass on."""
        if self.hears:
            await self.hears.left(channel)


class Http(HTTPClient):
    """Calls the API where it is, and lets the gateway be where it is."""

    def __init__(self, loop: asyncio.AbstractEventLoop, settings: Settings) -> None:
        """Go by the addresses of `settings`."""
        super().__init__(loop, proxy=proxy_for(settings.api_url), max_ratelimit_timeout=BUCKET_WAIT)
        self._api_url = settings.api_url
        self._gateway_url = settings.gateway_url
        self._default = settings.gateway_url
        self._sockets: set[aiohttp.ClientWebSocketResponse] = set()
        self.refused: asyncio.Future[None] | None = None
        """Hears of a socket that did not open."""

    def get_ratelimit(self, key: str) -> Ratelimit:
        """Return what is left of a limit."""
        if key not in self._buckets:
            self._try_clear_expired_ratelimits()
            self._buckets[key] = Bucket()
        return self._buckets[key]

    async def request(self, route: Route, **kwargs: Any) -> Any:
        """Call the API that was set."""
        route.url = self._api_url + route.url.removeprefix(Route.BASE)
        return await super().request(route, **kwargs)

    async def get_bot_gateway(self) -> tuple[int, str, SessionStartLimit]:
        """Ask where the gateway is; raises Late where no more sessions can be begun."""
        shards, url, limit = await super().get_bot_gateway()
        if limit["remaining"] < min(limit["total"], shards + RESERVE):
            raise Late(limit["reset_after"] / 1_000)
        self._default = self._gateway_url or url
        return shards, self._default, limit

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """Open a socket; the library would go to Discord's own gateway after a session was lost."""
        wanted, default = yarl.URL(url), yarl.URL(self._default)
        if self._gateway_url or (self._default and wanted.host == DiscordWebSocket.DEFAULT_GATEWAY.host):
            url = str(default.with_query(wanted.query))
        try:
            socket = await super().ws_connect(url, compress=compress)
            self._sockets = {one for one in self._sockets if not one.closed} | {socket}
            return socket
        except Exception as error:
            if self.refused is not None and not self.refused.done():
                self.refused.set_exception(error)
            raise

    async def close_sockets(self) -> None:
        """Close what is still open."""
        for socket in [*self._sockets]:
            with suppress(Exception):
                async with asyncio.timeout(CLOSING):
                    await socket.close()


def _guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a parser that survives what it cannot read: the library would end its client."""

    def parsed(data: Mapping[str, Any]) -> None:
        try:
            parse(data)
        except Exception as error:
            log.warning("Discord sent %s in a way that is not understood: %s", name, type(error).__name__)

    return parsed
