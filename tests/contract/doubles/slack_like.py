"""A strict double with Slack's limits and habits.

Habits: threads in direct messages; a key is carried in message metadata, and looked for in the history; nothing is
idempotent by itself; what is not accepted is delivered up to three times more, everything maybe twice; a mention
arrives as two events on two sockets; a whisper has no message; a response token lives 30 minutes and 5 uses; commands
do not work in threads; two messages may arrive in the wrong order; rights have to be asked for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.model import (
    Asked,
    Capabilities,
    Card,
    Conversation,
    Deleted,
    Facts,
    Form,
    HomeOpened,
    MessageRef,
    Person,
    PlatformEvent,
    Pressed,
    Private,
    Said,
    Sent,
)
from bot.chat.rig import Rig
from tests.contract.doubles.platform import EPOCH, MENTION, Double, Message
from tests.contract.doubles.strict import texts
from tests.contract.doubles.transport import DoubleTransport

TEAM = "T00001"
BLOCKS, HOME_BLOCKS, TEXT, TOTAL = 50, 100, 3_000, 11_000
REPLY_MINUTES, REPLY_USES = 30, 5


class SlackLike(Double):
    """One workspace."""

    platform = "slack"
    realm = TEAM
    capabilities = Capabilities(
        dm_threads=True,
        forms=True,
        edits=True,
        whispers=True,
        images=True,
        home=True,
        reactions=True,
        max_message=TOTAL,
        max_text=TEXT,
        max_title=150,
        max_parts=BLOCKS - 2,
        max_facts=10,
        max_buttons=25,
        max_label=75,
    )

    def __init__(self) -> None:
        """Begin with an empty workspace."""
        super().__init__()
        self.topics: dict[tuple[Person, str], str] = {}
        self._late = 0
        self._held: list[PlatformEvent] = []
        self._refused: list[PlatformEvent] = []
        self._tries: Counter[str] = Counter()
        self._last: PlatformEvent | None = None

    def fresh(self) -> SlackTransport:
        """Return a new transport."""
        return SlackTransport(self)

    def message_id(self, at: datetime) -> str:
        """Return a `ts`: seconds since 1970 with six digits behind the point."""
        micros = (at - EPOCH) // timedelta(microseconds=1)
        return f"{micros // 10**6}.{micros % 10**6:06}"

    def channel(self, name: str) -> Conversation:
        """Return a channel's address."""
        return Conversation(self.platform, TEAM, self.channel_id("C", name))

    def private(self, name: str) -> Conversation:
        """Return the Messages tab; each message there begins a conversation of its own, in a thread."""
        return Conversation(self.platform, TEAM, self.channel_id("D", name), private=True)

    def late(self, messages: int = 1) -> None:
        """Let the next messages arrive after the one that follows them."""
        self._late = messages

    # ------------------------------------------------------------ people
    def heard(self, message: Message) -> Said | None:
        """Return the event: in direct messages, in threads of ours, and for mentions; all of them in a thread."""
        assert message.author is not None
        where = message.where
        if not (where.private or self._is_ours(where) or MENTION.search(message.text)):
            return None
        return Said(
            id=f"msg:{where.channel}:{message.id}",
            at=message.at,
            space=where.space,
            who=message.author,
            where=replace(where, thread=where.thread or message.id),
            message=message.id,
            text=MENTION.sub("", message.text),
        )

    async def offer(self, event: PlatformEvent) -> None:
        """Deliver over the socket: a mention twice; a refused event once more at once, then with `redeliver`."""
        if self._late and isinstance(event, Said):
            self._late -= 1
            self._held.append(event)
            return
        self._last = event
        mentioned = isinstance(event, Said) and MENTION.search(self.find(event.message).text)
        await asyncio.gather(*(self._deliver(event) for _ in range(2 if mentioned else 1)))
        held, self._held = self._held, []
        for late in held:
            await self._deliver(late)

    async def redeliver(self) -> None:
        """Deliver what was refused once more, else the last event."""
        refused, self._refused = self._refused, []
        for event in refused or ([self._last] if self._last else []):
            await self._deliver(event)

    async def delete(self, name: str, where: Conversation, message: str) -> None:
        """Delete a message of one's own."""
        found = self._own(name, message)
        self.messages.remove(found)
        said = self.heard(found)
        if said is not None:
            event = Deleted(id=f"del:{message}", at=self.tick(), space=TEAM, where=said.where, message=message)
            await self._offer_unless_away(event)

    async def ask(self, name: str, where: Conversation, line: str, *, organiser: bool = False) -> None:
        """Type a command; not in threads."""
        if where.thread:
            raise PermissionError("Slack says: commands do not work in threads")
        command, _, text = line.removeprefix("/").partition(" ")
        assert self.surface is not None
        if command not in {known.name.split()[0] for known in self.surface.commands}:
            raise PermissionError(f"Slack says: /{command} is not a valid command")
        who, at = self.person(name), self.tick()
        self.organisers |= {who} if organiser else set()
        event = Asked(
            id=f"int:{self.message_id(at)}",
            at=at,
            space=TEAM,
            who=who,
            where=where,
            name=name,
            reply=self.token(who, f"{line} by {name}"),
            channel="" if where.private else self.channel_name(where.channel),
            command=command,
            text=text,
        )
        await self._offer_now(event)

    async def press(self, name: str, message: str, label: str) -> None:
        """Press a button; on a whisper and at home there is no message."""
        found, who, at = self.find(message), self.person(name), self.tick()
        button = self._button(found, who, label)
        is_home = found in self.homes.values()
        thread = found.where.thread or (found.id if found.where.private and not is_home else "")
        pressed = Pressed(
            id=f"int:{self.message_id(at)}",
            at=at,
            space=TEAM,
            who=who,
            where=replace(found.where, thread=thread),
            name=name,
            reply=self.token(who, f"[{label}] by {name}" if button.answer == "whisper" else ""),
            action=button.action,
            token=button.token,
            on=None if found.to or is_home else MessageRef(found.where, found.id),
        )
        await (self.open_form(name, pressed) if button.answer == "form" else self._offer_now(pressed))

    async def open_home(self, name: str) -> None:
        """Look at the home page."""
        at, who = self.tick(), self.person(name)
        event = HomeOpened(
            id=f"home:{self.message_id(at)}",
            at=at,
            space=TEAM,
            who=who,
            where=self.private(name),
            name=name,
            zone="America/New_York",
            organiser=who in self.organisers,
        )
        await self._offer_unless_away(event)

    def submit_reply(self, pressed: Pressed) -> str:
        """Return the token of the press: a form that is sent off brings none of its own."""
        return pressed.reply

    # ------------------------------------------------------------ strictness
    def check_sizes(self, card: Card, *, home: bool = False) -> None:
        """Demand Slack's sizes."""
        blocks = bool(card.title) + len(card.body) + -(-len(card.buttons) // 25)
        most = HOME_BLOCKS if home else BLOCKS
        self.demand(blocks <= most, f"{blocks} blocks, Slack takes {most}")
        self.demand(len(card.title) <= 150, "header over 150 characters")
        for part in card.body:
            facts = isinstance(part, Facts) and len(part.pairs)
            self.demand(not facts or facts <= 10, f"{facts} fields, Slack takes 10")
            self.demand(sum(map(len, texts(Card(body=(part,))))) <= TEXT, f"a part of over {TEXT} characters")
        total = len(card.title) + sum(map(len, texts(card)))
        self.demand(total <= TOTAL, f"{total} characters, Slack takes {TOTAL}")

    def check_form(self, form: Form) -> None:
        """Demand a modal: its title has 24 characters, an input 3,000, a label 2,000, a placeholder 150."""
        self.check_common_form(form)
        for field in form.fields:
            self.demand(field.maximum <= 3_000, f"field {field.name!r}: over 3,000 characters")
            self.demand(len(field.label) <= 2_000 and len(field.hint) <= 150, f"field {field.name!r}: label or hint")

    async def _deliver(self, event: PlatformEvent) -> None:
        assert self.accept is not None
        for _ in range(2):  # refused, Slack delivers once more at once
            self._tries[event.id] += 1
            try:
                return await self.accept(event)
            except AssertionError:
                raise
            except Exception:  # whatever the core raises, Slack sees a failed request
                continue
        if self._tries[event.id] < 4:
            self._refused.append(event)
        return None

    def _is_ours(self, where: Conversation) -> bool:
        ours = [m for m in self.messages if m.card is not None and not m.to and m.where.channel == where.channel]
        return bool(where.thread) and any(where.thread in (m.id, m.where.thread) for m in ours)


class SlackTransport(DoubleTransport):
    """Posts blocks, whispers by response token or by name."""

    _double: SlackLike

    def _send_privately(self, to: Private, card: Card, key: str, again: bool) -> Sent:
        tab = self._open(to.who)
        root = self._double.topics.get((to.who, to.topic), "") if to.topic else ""
        sent = self._send(replace(tab, thread=root), card, key, again)
        self._double.topics.setdefault((to.who, to.topic), sent.talk.thread)
        return sent

    def _send(self, where: Conversation, card: Card, key: str, again: bool) -> Sent:
        found = self._double.carrying(key) if again else None
        message = found or self._double.call(lambda: self._double.store(where, card, key))
        talk = replace(message.where, thread=message.where.thread or message.id)
        return Sent(MessageRef(message.where, message.id), talk, f"https://slack.test/{where.channel}/{message.id}")

    def _whisper(self, where: Conversation, card: Card, key: str, who: Person, reply: str) -> Sent:
        token = self._use(reply, who, REPLY_MINUTES, REPLY_USES) if reply else None

        def show() -> None:
            self._double.store(where, card, key, to=who.account)
            if token is not None:
                token.answers += 1

        self._answer(token, show)
        return Sent(None, where)


def build() -> Rig:
    """Return a workspace for one test."""
    return SlackLike()
