"""Keeps a client of Discord's running: a fresh one after each that has ended, with growing pauses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from adapters.discord.api import Api
from adapters.discord.client import IDENTIFY, Client, Hears
from adapters.discord.errors import Late, SignedOut, translated
from adapters.discord.inbound import Own
from adapters.discord.settings import Settings
from bot.chat.model import Unavailable

log = logging.getLogger("greenroom.discord")
TOKEN_REFUSED = 4004
"""The gateway's close code."""
UNKNOWN = 20.0
"""Seconds for which a server that is out holds up what others missed; after that it may be out for hours."""
ONCE_MORE = 0.1
"""Seconds after which what does not end is cancelled again."""
LONGEST_WAIT = 600.0
"""Seconds after which Discord is asked again whether it grants new sessions."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Intervals, in seconds: for logging in and for a first session (`opening`), without any session before the client
    is replaced (`patience`), between two looks at it (`look`), between two clients (`shortest` to `longest`), after
    which a client counts as healthy (`steady`), between two tries with a token that Discord refuses (`signed_out`), at
    the end for what is being accepted (`farewell`), between two sessions of one client (`identify`); `insistence`:
    between tries to have a message stored.
    """

    opening: float = 90.0
    patience: float = 120.0
    look: float = 5.0
    shortest: float = 1.0
    longest: float = 60.0
    steady: float = 300.0
    signed_out: float = 60.0
    farewell: float = 5.0
    identify: float = IDENTIFY
    insistence: tuple[float, ...] = (0.5, 3.0)


class Keeper:
    """Keeps one client connected, and knows who we are by it."""

    def __init__(
        self,
        settings: Settings,
        pace: Pace,
        api: Api,
        now: Callable[[], datetime],
        sync: Callable[[], Awaitable[None]],
    ) -> None:
        """Connect with `settings`; `sync` is called at each sign-in, and again and again after that."""
        self._settings = settings
        self._pace = pace
        self._api = api
        self._now = now
        self._sync = sync
        self.client: Client | None = None
        """The one that is connected."""
        self._shards: set[int] = set()
        self._reads_words = True
        self._words_refused = False
        self._since: datetime | None = None
        self._out: set[int] = set()
        """Servers that were lost within a session."""
        self._out_since = 0.0
        self._complaint = ""
        self.own = Own("", "")

    @property
    def ready(self) -> bool:
        """Tell whether Discord knows us, and reaches us by one shard at least."""
        return bool(self._shards) and self.client is not None and not self._api.is_signed_out

    @property
    def hears_since(self) -> datetime | None:
        """Return when the newest session began, None while a shard has none, or not all servers are there yet.

        Before its server is there, nothing that is said in it is told.
        """
        client = self.client
        if client is None or len(self._shards) < (client.shard_count or 1):
            return None
        is_partial = any(guild.unavailable for guild in client.guilds) and not self._is_patience_over()
        return None if is_partial else self._since

    async def run(self, hears: Hears) -> None:
        """Keep clients running until cancelled."""
        wait, clock = self._pace.shortest, asyncio.get_running_loop()
        while True:
            began = clock.time()
            pause = await self._one_client(hears)
            if clock.time() - began > self._pace.steady:
                wait = self._pace.shortest
            if pause is None:
                pause, wait = wait, min(2 * wait, self._pace.longest)
            await asyncio.sleep(pause)

    async def serve(self, client: Client, hears: Hears) -> None:
        """Serve a client that others have connected, until cancelled."""
        try:
            await client.wait_until_ready()
            self._attach(client, hears, client.intents.message_content)
            for shard in client.shards or (0,):
                self.connected(shard, resumed=False)
            await self._sync()
            await asyncio.Event().wait()
        finally:
            self._detach(client)

    # ------------------------------------------------------------ one client
    async def _one_client(self, hears: Hears) -> float | None:
        """Run a fresh client to its end; return the seconds until the next one, None for the usual ones."""
        client = Client(self._settings, words=self._reads_words, identify=self._pace.identify)
        try:
            if not await self._sign_in(client, hears):
                return 0.0
            await self._sync()
            await self._connected(client)
            self._complain("the connection to Discord has ended")
        except discord.PrivilegedIntentsRequired:
            if not self._words_refused:
                self._words_refused, self._reads_words = True, False
                return 0.0
            self._complain("Discord refuses even the intents that are free for all")
        except Late as late:
            self._complain(str(late))
            return min(late.retry_after, LONGEST_WAIT)
        except Exception as error:  # whatever the library stumbles over, the bot must come back
            if _is_token(error):
                self._complain("DISCORD_TOKEN is not accepted: set the bot's present one, and start again")
                return self._pace.signed_out
            self._complain(f"no connection to Discord: {translated('the gateway', error)}")
        finally:
            self._detach(client)
            await client.finish()
        return None

    async def _sign_in(self, client: Client, hears: Hears) -> bool:
        """Log in; return False where another client is needed, since other intents are granted than it asks for."""
        async with asyncio.timeout(self._pace.opening):
            await client.login(self._settings.token)
        granted = client.application_flags
        words = (granted.gateway_message_content or granted.gateway_message_content_limited) and not self._words_refused
        if words != self._reads_words:
            self._reads_words = words
            return False
        if (application := client.application) is not None and application.interactions_endpoint_url:
            log.error(
                "the app has an Interactions Endpoint URL, so commands and buttons do not arrive here: "
                "remove it at discord.com/developers/applications > your app > General Information"
            )
        self._attach(client, hears, words)
        return True

    async def _connected(self, client: Client) -> None:
        """Return, or raise, once a client is of no use any more."""
        tasks = [asyncio.create_task(client.connect()), asyncio.create_task(self._watch())]
        try:
            # Not gathered: a cancelled `gather` cancels at once what has to end in order.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            await _end(tasks)

    async def _watch(self) -> None:
        """Raise once nothing was heard of any shard for too long, or the token is no longer known."""
        clock = asyncio.get_running_loop()
        up_at, has_begun = clock.time(), False
        while True:
            await asyncio.sleep(self._pace.look)
            if self._api.is_signed_out:
                raise SignedOut("a call")
            if self._shards:
                up_at, has_begun, self._complaint = clock.time(), True, ""
                await self._sync()
            elif clock.time() - up_at > (self._pace.patience if has_begun else self._pace.opening):
                raise Unavailable("the gateway was silent for too long")

    def _attach(self, client: Client, hears: Hears, words: bool) -> None:
        user = client.user
        assert user is not None  # it has logged in
        if not words and self.own.reads_words:
            log.warning(
                "the Message Content Intent is off, so answers in threads are heard only where they name the bot or "
                "answer it: switch it on at discord.com/developers/applications > your app > Bot"
            )
        self.own = Own(str(user.id), str(client.application_id or user.id), words)
        client.hears, client.keeper, self.client = hears, self, client
        self._api.open(client)

    def _detach(self, client: Client) -> None:
        client.hears = client.keeper = self.client = None
        self._shards.clear()
        self._out.clear()
        self._api.close()

    def _begin(self) -> None:
        """Note a new session; two never begin at once."""
        now = self._now()
        self._since = now if self._since is None else max(now, self._since + timedelta(microseconds=1))

    def _is_patience_over(self) -> bool:
        return asyncio.get_running_loop().time() - self._out_since > UNKNOWN

    def _complain(self, words: str) -> None:
        """Log what is wrong, once."""
        if words != self._complaint:
            log.error("%s; I go on trying", words)
            self._complaint = words

    # ------------------------------------------------------------ what the client tells
    def connected(self, shard: int, *, resumed: bool) -> None:
        """A shard has a session: a new one, or the one it had."""
        log.info("shard %d has %s session with Discord", shard, "its" if resumed else "a new")
        self._shards.add(shard)
        if not resumed:  # else Discord sends what was said meanwhile
            self._out_since = asyncio.get_running_loop().time()
            self._begin()

    def disconnected(self, shard: int) -> None:
        """A shard has lost its connection."""
        self._shards.discard(shard)

    def server_out(self, guild: int) -> None:
        """Nothing is heard of a server any more, for a while."""
        self._out.add(guild)
        self._out_since = asyncio.get_running_loop().time()

    def server_back(self, guild: int) -> None:
        """A server is heard: what was said in it meanwhile has to be fetched, unless its session only begins."""
        if guild in self._out or self._is_patience_over():
            self._out.discard(guild)
            self._begin()


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks until they are over: while it reconnects, the library swallows a cancellation, and goes on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=ONCE_MORE)
    await asyncio.gather(*tasks, return_exceptions=True)


def _is_token(error: Exception) -> bool:
    """Tell whether an error says that the token is wrong."""
    is_closed = isinstance(error, discord.ConnectionClosed) and error.code == TOKEN_REFUSED
    return is_closed or isinstance(error, discord.LoginFailure | SignedOut)
