"""A strict double with Discord's limits and habits.

Habits: direct messages have no threads and belong to no space, ids are global; a key is a nonce for some minutes, then
only buttons carry it; a post in a channel gets a thread in a second call; reply tokens live 15 minutes; only an
interaction can be whispered to, and its first whisper replaces the "thinking"; interactions bring rights; nothing is
delivered twice; direct messages may be closed, which shows on sending; without the intent for content, threads are
read without words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.chat.model import (
    Asked,
    Capabilities,
    Card,
    Conversation,
    Deleted,
    Expired,
    Form,
    MessageRef,
    Person,
    PlatformEvent,
    Pressed,
    Private,
    Said,
    Sent,
    Unreachable,
)
from bot.chat.rig import Rig
from bot.chat.surface import Call, Surface, read
from tests.contract.doubles.platform import MENTION, Double, Message
from tests.contract.doubles.strict import texts
from tests.contract.doubles.transport import DoubleTransport

GUILD = "700000000000000001"
DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
CONTENT, DESCRIPTION, EMBEDS, MARKS = 2_000, 4_096, 6_000, 12
"""Longest content, description, sum of all embeds; what fences, bars and gaps take for each part."""
ROWS_OF_BUTTONS = 25
NONCE_MINUTES = 3
REPLY_MINUTES = 15


class DiscordLike(Double):
    """One guild."""

    platform = "discord"
    capabilities = Capabilities(
        dm_threads=False,
        forms=True,
        edits=True,
        whispers=True,
        images=True,
        home=False,
        reactions=True,
        max_message=3_800,
        max_text=CONTENT - 2 * MARKS,
        max_title=256,
        max_parts=20,
        max_facts=25,
        max_buttons=ROWS_OF_BUTTONS,
        max_label=80,
    )

    def __init__(self, *, content_intent: bool = True) -> None:
        """Begin with an empty guild; without `content_intent` the words in threads are not to be read."""
        self.capabilities = replace(self.capabilities, hears_all=content_intent)
        super().__init__()
        self.threads: set[str] = set()
        self.private_threads: dict[tuple[Person, str, str], Conversation] = {}
        self.archived: set[str] = set()
        self._content_intent = content_intent
        self._closed: set[str] = set()

    def fresh(self) -> DiscordTransport:
        """Return a new transport."""
        return DiscordTransport(self)

    def message_id(self, at: datetime) -> str:
        """Return a snowflake."""
        micros = (at - DISCORD_EPOCH) // timedelta(microseconds=1)
        return str(((micros // 1_000) << 22) + micros % 1_000 + 1)

    def channel(self, name: str) -> Conversation:
        """Return a channel's address."""
        return Conversation(self.platform, GUILD, self.channel_id("C", name))

    def private(self, name: str) -> Conversation:
        """Return the direct messages with somebody: in no space."""
        return Conversation(self.platform, "", self.channel_id("D", name), private=True)

    def close_dms(self, name: str) -> None:
        """Let somebody refuse direct messages."""
        self._closed.add(self.private(name).channel)

    # ------------------------------------------------------------ people
    def heard(self, message: Message) -> Said | None:
        """Return the event: in direct messages, in threads of ours, for mentions."""
        assert message.author is not None
        where, mentioned = message.where, MENTION.search(message.text)
        if not (where.private or where.thread in self.threads or mentioned):
            return None
        is_dm = where.private and not where.space
        readable = self._content_intent or is_dm or mentioned
        return Said(
            id=f"msg:{message.id}",
            at=message.at,
            space=where.space,
            who=message.author,
            where=where,
            name=self.name_of(message.author),
            message=message.id,
            text=MENTION.sub("", message.text) if readable else "",
        )

    async def offer(self, event: PlatformEvent) -> None:
        """Deliver over the gateway, once: what is refused is said to have failed."""
        assert self.accept is not None
        try:
            await self.accept(event)
        except AssertionError:
            raise
        except Exception as why:
            raise PermissionError("the bot says: I could not take that, write it again") from why

    async def redeliver(self) -> None:
        """Do nothing: the gateway delivers once."""

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own; the event names nobody, and comes for any message that might be ours."""
        found = self._own(name, message)
        self.messages.remove(found)
        if self.heard(found) is not None:
            event = Deleted(id=f"del:{message}", at=self.tick(), space=where.space, where=found.where, message=message)
            await self._offer_unless_away(event)

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Pick a command: the client offers what is declared, and hands over options by name."""
        assert self.surface is not None
        command, _, text = line.removeprefix("/").partition(" ")
        call = read(self.surface.commands, command, text)
        if not isinstance(call, Call):
            raise PermissionError(f"Discord offers no such command: {line}")
        who, at = self.person(name), self.tick()
        self.organisers |= {who} if organiser else set()
        event = Asked(
            id=f"int:{self.message_id(at)}",
            at=at,
            space=where.space,
            who=who,
            where=where,
            name=name,
            reply=self.token(who, f"{line} by {name}"),
            command=call.command.name,
            options=call.options,
            organiser=who in self.organisers if where.space else None,
            can_post=True if where.space else None,
        )
        await self._offer_now(event)

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button; a form opens as the first answer, or not at all."""
        found, who, at = self.find(message), self.person(name), self.tick()
        button = self._button(found, who, label)
        pressed = Pressed(
            id=f"int:{self.message_id(at)}",
            at=at,
            space=found.where.space,
            who=who,
            where=found.where,
            name=name,
            reply=self.token(who, f"[{label}] by {name}" if button.answer == "whisper" else ""),
            action=button.action,
            token=button.token,
            on=MessageRef(found.where, found.id),
            organiser=who in self.organisers if found.where.space else None,
        )
        await (self.open_form(name, pressed) if button.answer == "form" else self._offer_now(pressed))

    # ------------------------------------------------------------ strictness
    def check_sizes(self, card: Card, *, home: bool = False) -> None:
        """Demand Discord's sizes: plain words are content, everything else an embed."""
        self.demand(not home, "no home page here")
        body = sum(map(len, texts(card))) + MARKS * len(card.body)
        self.demand(body <= DESCRIPTION, f"{body} characters, a description holds {DESCRIPTION}")
        self.demand(len(card.title) <= 256, "title over 256 characters")
        self.demand(len(card.title) + body <= EMBEDS, f"all embeds together hold {EMBEDS}")
        for part in card.body:
            size = sum(map(len, texts(Card(body=(part,)))))
            self.demand(size <= CONTENT, f"a part of {size} characters, content holds {CONTENT}")
        self.demand(len(card.buttons) <= ROWS_OF_BUTTONS, f"{len(card.buttons)} buttons, five rows hold 25")

    def check_form(self, form: Form) -> None:
        """Demand a modal: at most 5 fields, labels of 45 characters, placeholders of 100, values of 4,000."""
        self.check_common_form(form)
        self.demand(len(form.fields) <= 5, f"form {form.id!r}: over 5 fields")
        for field in form.fields:
            self.demand(field.maximum <= 4_000, f"field {field.name!r}: over 4,000 characters")
            self.demand(len(field.label) <= 45 and len(field.hint) <= 100, f"field {field.name!r}: label or hint")

    def check_surface(self, surface: Surface) -> None:
        """Demand slash commands: help of 100 characters, 25 options and choices, what is required first."""
        super().check_surface(surface)
        for command in surface.commands:
            self.demand(0 < len(command.help) <= 100, f"/{command.name}: help of 1 to 100 characters")
            self.demand(len(command.options) <= 25, f"/{command.name}: over 25 options")
            for option in command.options:
                self.demand(0 < len(option.help) <= 100, f"/{command.name} {option.name}: help of 1 to 100 characters")
                self.demand(len(option.choices) <= 25, f"/{command.name} {option.name}: over 25 choices")

    def send(self, where: Conversation, card: Card, key: str) -> Message:
        """Take a message: a nonce that is remembered returns the first; closed direct messages refuse."""
        if where.channel in self._closed:
            raise Unreachable("50007: cannot send messages to this user")
        return self.by_nonce(key) or self.store(where, card, key)

    def by_nonce(self, key: str) -> Message | None:
        """Return the message that was sent with a nonce in the last minutes."""
        found = self.carrying(key)
        return found if found and self.now - found.at <= timedelta(minutes=NONCE_MINUTES) else None


class DiscordTransport(DoubleTransport):
    """Posts embeds, opens threads, answers interactions."""

    _double: DiscordLike

    def _send_privately(self, to: Private, card: Card, key: str, again: bool) -> Sent:
        try:
            if to.aside and to.near is not None and to.near.space:
                return self._send(self._private_thread(to, to.near), card, key, again)
            return self._send(self._open(to.who), card, key, again)
        except Unreachable:
            if to.near is None or not to.near.space:
                raise
            return self._send(self._private_thread(to, to.near), card, key, again)

    def _private_thread(self, to: Private, near: Conversation) -> Conversation:
        known = self._double.private_threads
        place = (to.who, near.channel, to.topic)
        if place not in known:
            thread = self._double.message_id(self._double.tick())
            self._double.threads.add(thread)
            self._double.call(lambda: known.setdefault(place, replace(near, thread=thread, private=True)))
        return known[place]

    def _send(self, where: Conversation, card: Card, key: str, again: bool) -> Sent:
        found = self._double.carrying(key) if again and card.buttons else self._double.by_nonce(key) if again else None
        message = found or self._double.call(lambda: self._double.send(where, card, key))
        talk = message.where
        if talk.space and not talk.thread:
            talk = replace(talk, thread=message.id)
            if message.id not in self._double.threads:
                self._double.call(lambda: self._double.threads.add(message.id))
        link = f"https://discord.test/{where.space or '@me'}/{where.channel}/{message.id}"
        return Sent(MessageRef(message.where, message.id), talk, link)

    async def archive(self, where: Conversation) -> None:
        """Put a private thread away."""
        if where.thread in {known.thread for known in self._double.private_threads.values()}:
            self._double.archived.add(where.thread)

    def _whisper(self, where: Conversation, card: Card, key: str, who: Person, reply: str) -> Sent:
        if not reply and where.private:
            return self._send(where, card, key, again=False)  # nobody else reads there
        if not reply:
            raise Expired("only an interaction can be whispered to")
        token = self._use(reply, who, REPLY_MINUTES)
        token.first = token.first or key

        def show() -> None:
            shown = next((m for m in self._double.messages if m.to and m.key == key), None)
            if shown is not None and token.first == key:
                shown.card = card
            else:
                self._double.store(where, card, key, to=who.account)
                token.answers += 1

        self._answer(token, show)
        return Sent(None, where)


def build() -> Rig:
    """Return a guild for one test."""
    return DiscordLike()
