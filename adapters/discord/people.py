"""Where we talk with somebody, and what rights people have: asked of Discord, and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from adapters.discord.api import DIRECT, MEMBER, Api
from adapters.discord.errors import Refused
from adapters.discord.limits import MANAGE_GUILD, lacking
from bot.chat.model import Conversation, Person, Standing, Unavailable

LIFETIME = timedelta(minutes=10)
REMEMBERED = 5_000
"""Direct messages and rights that are kept; the longest unused are forgotten first."""


class People:
    """Looks up people."""

    def __init__(self, api: Api, now: Callable[[], datetime]) -> None:
        """Ask `api`; what is known ages by `now`."""
        self._api = api
        self._now = now
        self._directs: OrderedDict[str, str] = OrderedDict()
        self._organisers: OrderedDict[tuple[str, str], tuple[bool, datetime]] = OrderedDict()

    async def direct(self, who: Person) -> str:
        """Return the channel of our direct messages with somebody, opened if need be; raises what a call raises."""
        known = self._directs.get(who.account)
        if known is None:
            opened = await self._api.call(DIRECT, {"recipient_id": who.account})
            known = str(opened["id"]) if isinstance(opened, dict) and "id" in opened else ""
            if not known:
                raise Unavailable("Discord opened direct messages without saying which: try again")
            self.met(who, known)
        return known

    def met(self, who: Person, channel: str) -> None:
        """Remember where somebody wrote to us privately."""
        self._directs[who.account] = channel
        self._directs.move_to_end(who.account)
        while len(self._directs) > REMEMBERED:
            self._directs.popitem(last=False)

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights: whoever may manage the server organises; raises Unavailable where Discord does not tell."""
        if not where.space:
            return Standing(organiser=False, can_post=True)
        guild = self._api.client.get_guild(int(where.space))
        if guild is None:
            raise Unavailable("Discord has not told about this server yet: try again")
        return Standing(await self._organises(guild, who), _can_post(guild, where))

    async def _organises(self, guild: discord.Guild, who: Person) -> bool:
        place, now = (str(guild.id), who.account), self._now()
        known = self._organisers.get(place)
        if known is not None and abs(now - known[1]) < LIFETIME:
            return known[0]
        try:
            member = await self._api.call(MEMBER, guild_id=guild.id, user_id=who.account)
            found = _manages(guild, who, [int(role) for role in member.get("roles") or ()])
        except Refused:  # no member (any more)
            found = False
        self._organisers[place] = found, now
        while len(self._organisers) > REMEMBERED:
            self._organisers.popitem(last=False)
        return found


def _manages(guild: discord.Guild, who: Person, roles: list[int]) -> bool:
    if str(guild.owner_id) == who.account:
        return True
    held = [guild.default_role, *(guild.get_role(role) for role in roles)]
    rights = discord.Permissions(0)
    for role in held:
        rights |= role.permissions if role is not None else discord.Permissions(0)
    return rights.administrator or bool(rights.value & MANAGE_GUILD)


def _can_post(guild: discord.Guild, where: Conversation) -> bool:
    channel, me = guild.get_channel(int(where.channel)), guild.me
    return channel is not None and (me is None or not lacking(channel.permissions_for(me).value))
