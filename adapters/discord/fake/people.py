"""The people in front of the world: what they do is stored, and dispatched to the app as Discord does.

Messages return once they are dispatched (`Gateway.settled` waits until they were read); what wants an answer returns
once it was acknowledged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adapters.discord.fake import acts, events, reading
from adapters.discord.fake.answering import COMMAND, COMPLETION, FORM, PRESS
from adapters.discord.fake.gateway import Gateway
from adapters.discord.fake.model import (
    JSON,
    NONE,
    Channel,
    File,
    Guild,
    Interaction,
    Kind,
    Message,
    Right,
    User,
)
from adapters.discord.fake.world import World

OWN_NAME = re.compile(r"@greenroom\b", re.IGNORECASE)
"""How a person mentions the bot; the client makes an id of it."""
ACK_SECONDS = 3.0
"""How long an act waits for its acknowledgement, in real time."""


class People:
    """Everybody but the app."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        """Act in this world."""
        self._world = world
        self._gateway = gateway

    # ------------------------------------------------------------ messages
    def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        about: str = "",
        ping: bool = True,
        files: Sequence[File] = (),
        webhook: str = "",
    ) -> Message:
        """Write a message, `about` another one as a reply that pings its author or not; raises PermissionError."""
        self._enter(user, channel)
        right = Right.SEND_MESSAGES_IN_THREADS if channel.is_thread else Right.SEND_MESSAGES
        if right not in self._world.rights(user, channel) and not webhook:
            raise PermissionError(f"{user.name} may not write there")
        message = Message(self._world.snowflake(), channel.id, user, self._world.now, 19 if about else 0, about=about)
        message.files, message.webhook = tuple(files), webhook
        self._word(message, text, ping=ping)
        if channel.is_thread:
            channel.members.add(user.id)
        return self._world.add(message)

    def edit(self, user: User, message: str, text: str) -> None:
        """Change a message of one's own; raises LookupError or PermissionError."""
        found = self._own(user, message)
        self._word(found, text)
        found.edited = self._world.instant()
        self._world.emit(events.message(self._world, "MESSAGE_UPDATE", found))

    def delete(self, user: User, *messages: str) -> None:
        """Delete messages of one's own, several at once as moderators do; raises LookupError or PermissionError."""
        found = [self._own(user, message) for message in messages]
        for message in found:
            del self._world.messages[message.id]
        self._world.emit(events.deleted(self._world, found))

    def unfold(self, message: Message) -> None:
        """Let Discord add the preview of a link: an update that nobody made, without an edit's time."""
        self._world.emit(events.message(self._world, "MESSAGE_UPDATE", message))

    def _word(self, message: Message, text: str, *, ping: bool = True) -> None:
        world = self._world
        message.content = OWN_NAME.sub(f"<@{world.bot.id}>", text).strip()
        about = world.messages.get(message.about)
        loud = Right.MENTION_EVERYONE in world.rights(message.author, world.channels[message.channel])
        allowed = None if ping else {"parse": ["users", "roles", "everyone"], "replied_user": False}
        replied = about.author.id if about is not None else ""
        message.notified = reading.notified([message.content], allowed, replied, loud=loud)
        message.mentions = tuple(name for name in message.notified if name in world.users)
        message.everyone = bool({"everyone", "here"} & set(message.notified))

    # ------------------------------------------------------------ commands, presses, forms
    async def command(self, user: User, channel: Channel, path: str, values: Mapping[str, str]) -> Interaction:
        """Pick a command and fill in its options; raises LookupError where Discord offers none, or PermissionError."""
        act, command, steps = self._command(user, channel, path, COMMAND)
        data = acts.command_data(self._world, act, command, steps, values)
        return await self._act(act, data)

    async def complete(
        self, user: User, channel: Channel, path: str, option: str, typed: str, filled: Mapping[str, str] | None = None
    ) -> list[str]:
        """Type into an option; return the names that are offered."""
        act, command, steps = self._command(user, channel, path, COMPLETION)
        values = {**(filled or {}), option: typed}
        await self._act(act, acts.command_data(self._world, act, command, steps, values, option))
        return [choice["name"] for choice in act.choices]

    def _command(self, user: User, channel: Channel, path: str, kind: int) -> tuple[Interaction, JSON, list[JSON]]:
        self._enter(user, channel)
        command, steps = acts.chosen(self._world.commands, path)
        contexts = command.get("contexts")
        by = acts.owners(self._world, user, channel, command["integration_types"])
        if not by or (contexts is not None and acts.context(self._world, channel) not in contexts):
            raise LookupError(f"/{path} is not offered here")
        return acts.begin(self._world, kind, user, channel, by), command, steps

    async def press(self, user: User, message: Message, wanted: str) -> Interaction:
        """Press a button by its label; raises LookupError or PermissionError."""
        if message.reader and message.reader != user.id:
            raise PermissionError("Discord shows this to one person, and it is somebody else")
        buttons = reading.buttons(message.components)
        found = next((button for button in buttons if reading.label(button) == wanted), None)
        if found is None or found.get("disabled"):
            raise LookupError(f"no button [{wanted}], only {[reading.label(button) for button in buttons]}")
        channel = self._world.channels[message.channel]
        self._enter(user, channel)
        by = message.interaction.get("authorizing_integration_owners") or {"0": channel.guild or "0"}
        act = acts.begin(self._world, PRESS, user, channel, by, message)
        data = {"custom_id": found["custom_id"], "component_type": 2, "id": found["id"]}
        return await self._act(act, data)

    async def submit(self, user: User, values: Mapping[str, str]) -> Interaction:
        """Send off the form that is open, by custom ids; it stays open if that fails. Raises as `press` does."""
        modal = self._world.modals.get(user.id)
        if modal is None:
            raise LookupError(f"no form is open for {user.name}")
        data = acts.form_data(modal, values)
        channel = self._world.channels[modal.by.channel]
        act = acts.begin(self._world, FORM, user, channel, modal.by.owners, modal.by.on)
        act.by = modal.by
        await self._act(act, data)
        self._world.modals.pop(user.id, None)
        return act

    async def _act(self, act: Interaction, data: JSON) -> Interaction:
        """Deliver what has no second chance by itself: the person is told when it failed."""
        self._world.emit(events.interaction(acts.payload(self._world, act, data)))
        seconds = 0.0 if self._gateway.away else ACK_SECONDS
        if not await self._world.until(lambda: act.acked > 0, seconds):
            raise PermissionError("Discord says: this application did not respond")
        return act

    # ------------------------------------------------------------ guilds and channels
    def invite(self, guild: Guild) -> None:
        """Ask the bot into a server."""
        self._world.join(guild, self._world.bot)
        self._world.emit(events.guild_created(self._world, guild, joined=True))

    def remove(self, guild: Guild) -> None:
        """Send the bot out of a server."""
        guild.members.pop(self._world.bot.id, None)
        self._world.emit(events.guild_deleted(guild, outage=False))

    def leave(self, user: User, guild: Guild) -> None:
        """Let somebody leave a server, and its private threads; who shares no other gets no direct messages."""
        guild.members.pop(user.id, None)
        shared = (g for g in self._world.guilds.values() if {user.id, self._world.bot.id} <= g.members.keys())
        user.alone = not any(shared)
        for thread in self._world.channels.values():
            if thread.guild == guild.id:
                thread.members.discard(user.id)

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """Let a server be out of reach, or back again."""
        guild.unavailable = not over
        outage = events.guild_deleted(guild, outage=True)
        self._world.emit(events.guild_created(self._world, guild) if over else outage)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads and messages, or a thread."""
        name = "CHANNEL_DELETE"
        told = events.channel(self._world, name, channel)
        self._world.emit(events.thread_deleted(self._world, channel) if channel.is_thread else told)
        gone = {channel.id, *(c.id for c in self._world.channels.values() if c.parent == channel.id)}
        for number in gone:
            del self._world.channels[number]
        for message in [m for m in self._world.messages.values() if m.channel in gone]:
            del self._world.messages[message.id]

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """Put a thread away, as Discord does after a day without words; `locked`: for good."""
        thread.archived, thread.locked = True, locked
        self._world.emit(events.channel(self._world, "THREAD_UPDATE", thread))

    def deny(self, channel: Channel, *rights: Right) -> None:
        """Take rights in a channel away from the bot."""
        denied = channel.denied.get(self._world.bot.id, NONE)
        for right in rights:
            denied |= right
        channel.denied[self._world.bot.id] = denied
        event = events.channel(self._world, "CHANNEL_UPDATE", channel)
        self._world.emit(event)

    # ------------------------------------------------------------ parts
    def _enter(self, user: User, channel: Channel) -> None:
        if channel.kind == Kind.DM and user.id not in channel.members:
            raise PermissionError(f"{user.name} is not in {channel.id}")
        if channel.guild:
            self._world.join(self._world.guilds[channel.guild], user)
        if not self._world.sees(user, channel):
            raise PermissionError(f"{user.name} does not see {channel.name}")

    def _own(self, user: User, message: str) -> Message:
        found = self._world.messages.get(message)
        if found is None:
            raise LookupError(f"there is no message {message}")
        if found.author.id != user.id:
            raise PermissionError("one's own messages only")
        return found


def is_for_bot(world: World, message: Message) -> bool:
    """Tell whether the bot must take what a person said: to it alone, in a thread of its own, to its words or name."""
    channel = world.channels[message.channel]
    if message.author.bot or message.webhook or not world.sees(world.bot, channel):
        return False
    about = world.messages.get(message.about)
    is_answer = about is not None and about.author.id == world.bot.id
    is_named = f"<@{world.bot.id}>" in message.content or world.bot.id in message.mentions
    in_own = not channel.guild or (channel.is_thread and channel.owner == world.bot.id)
    return in_own or is_answer or is_named
