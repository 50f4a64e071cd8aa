"""Who people are, what we may do in a channel, where we talk with somebody: asked of Slack, and kept for a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.api import Api
from adapters.slack.cache import Cache
from adapters.slack.errors import Refused
from bot.chat.model import Conversation, Person, Standing, Unavailable

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells of a person; `organiser` is None where it does not tell."""

    name: str = ""
    zone: str = ""
    organiser: bool | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its name, and whether we may post there (a public one can be joined)."""

    name: str
    can_post: bool


class People:
    """Looks up people and channels of a space. Keys are (space, id)."""

    def __init__(self, api: Api, now: Callable[[], datetime]) -> None:
        """Ask `api`; lifetimes are counted by `now`."""
        self._api = api
        self.profiles: Cache[tuple[str, str], Profile] = Cache(self._profile, now, LIFETIME)
        self.channels: Cache[tuple[str, str], Channel] = Cache(self._channel, now, LIFETIME)
        self._directs: Cache[tuple[str, str], str] = Cache(self._open, now)

    async def direct(self, space: str, who: Person) -> str:
        """Return the channel of our direct messages with somebody, opened if need be; raises what a call raises."""
        return await self._directs.get((space, who.account))

    def known_direct(self, space: str, who: Person) -> str:
        """Return that channel if it is known."""
        return self._directs.known((space, who.account)) or ""

    def met(self, space: str, who: Person, channel: str) -> None:
        """Remember the channel that somebody wrote to us in privately."""
        self._directs.keep((space, who.account), channel)

    async def standing(self, who: Person, where: Conversation) -> Standing:
        """Return rights: workspace admins organise; raises Unavailable where Slack does not tell now."""
        profile = await self.profiles.get((where.space, who.account))
        if where.private:
            return Standing(bool(profile.organiser), can_post=True)
        channel = await self.channels.get((where.space, where.channel))
        return Standing(bool(profile.organiser), channel.can_post)

    async def close(self) -> None:
        """Stop asking."""
        for cache in (self.profiles, self.channels, self._directs):
            await cache.close()

    async def _profile(self, key: tuple[str, str]) -> Profile:
        space, account = key
        try:
            answer = await self._api.call(space, "users.info", user=account)
        except Refused:  # the scope is missing, or a stranger cannot be seen: asking again would not help
            return Profile()
        return profile_of(answer.get("user"), space)

    async def _channel(self, key: tuple[str, str]) -> Channel:
        space, channel = key
        try:
            answer = await self._api.call(space, "conversations.info", channel=channel)
        except Refused as refused:
            if refused.code == "missing_scope":
                raise Unavailable("Slack does not tell about channels without the scope channels:read") from refused
            return Channel("", can_post=False)
        return channel_of(answer.get("channel"))

    async def _open(self, key: tuple[str, str]) -> str:
        space, account = key
        answer = await self._api.call(space, "conversations.open", users=account)
        opened = answer.get("channel")
        channel = opened.get("id") if isinstance(opened, Mapping) else None
        if not isinstance(channel, str):
            raise Unavailable("Slack opened a private conversation without saying which: try again")
        return channel


def profile_of(user: Any, space: str) -> Profile:
    """Return a person from `users.info`: the name that others see, the zone, the right to configure.

    People of shared channels may be admins of a workspace of theirs: that is no right here.
    """
    if not isinstance(user, Mapping):
        return Profile()
    shown = user.get("profile")
    profile = shown if isinstance(shown, Mapping) else {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    name = next((name for name in names if isinstance(name, str) and name.strip()), "")
    zone = user.get("tz")
    is_guest = bool(user.get("is_stranger")) or user.get("team_id") not in (None, space)
    is_admin = bool(user.get("is_admin") or user.get("is_owner")) and not is_guest
    return Profile(name.strip(), zone if isinstance(zone, str) else "", is_admin)


def channel_of(channel: Any) -> Channel:
    """Return a channel from `conversations.info`."""
    if not isinstance(channel, Mapping):
        return Channel("", can_post=False)
    is_group = bool(channel.get("is_mpim") or channel.get("is_im"))
    is_open = not (channel.get("is_private") or is_group)
    may = bool(channel.get("is_member") or channel.get("is_im") or is_open) and not channel.get("is_archived")
    name = channel.get("name")
    return Channel(name if isinstance(name, str) and not is_group else "", may)
