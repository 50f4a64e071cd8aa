"""The people in front of the workspace: what they do is stored, and delivered to the app as Slack does.

Each act returns once the app has acknowledged it or failed to; what it did not acknowledge waits for `redeliver`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.slack.fake import events, objects
from adapters.slack.fake.delivery import Delivery, Envelope, EnvelopeType
from adapters.slack.fake.model import JSON, Channel, File, Message, Place, Trigger, User, View
from adapters.slack.fake.reading import buttons, label

if TYPE_CHECKING:
    from adapters.slack.fake.workspace import Workspace

MOST_RETRIES = 3


class People:
    """Everybody but the app."""

    def __init__(self, space: Workspace, delivery: Delivery) -> None:
        """Act in this workspace."""
        self._space = space
        self._delivery = delivery
        self.away = False
        """While the app is away, what people say is stored and not delivered, and all else fails."""
        self._late = 0
        self._held: list[Envelope] = []
        self._refused: list[Envelope] = []
        self._last: list[Envelope] = []

    def late(self, messages: int = 1) -> None:
        """Let the next messages arrive after the one that follows them."""
        self._late = messages

    async def redeliver(self) -> None:
        """Deliver what was not acknowledged, else the last act, once more."""
        if self.away:
            return
        refused, self._refused = self._refused, []
        again = [
            self._delivery.envelope(one.type, one.payload, min(one.retry + 1, MOST_RETRIES))
            for one in refused or self._last[:1]
        ]
        self._refused = [one for one in await self._delivery.deliver(again) if one.retry < MOST_RETRIES]

    # ------------------------------------------------------------ messages
    async def say(
        self, user: User, channel: Channel, text: str, thread: str = "", *, files: Sequence[File] = ()
    ) -> Message:
        """Write a message; raises LookupError for a thread that is none."""
        self._enter(user, channel)
        root = self._space.find(channel.id, thread) if thread else None
        if thread and (root is None or root.thread_ts):
            raise LookupError(f"there is no message {thread} to reply under")
        words = objects.typed(self._space, text)
        message = Message(
            channel.id, self._space.tick(), user.id, words, [_composed(self._space, text)] if text else []
        )
        message.thread_ts, message.files = thread, tuple(files)
        message.subtype = "file_share" if files else ""
        self._space.add(message)
        found = self._delivery.event(events.said(self._space, message))
        if f"<@{self._space.bot.id}>" in words:
            found = self._delivery.event(events.mentioned(self._space, message)) + found
        if self._late and found:
            self._late -= 1
            self._held += found
            return message
        held, self._held = self._held, []
        await self._bring(found)
        if held:
            await self._bring(held)
        return message

    async def edit(self, user: User, channel: Channel, ts: str, text: str) -> None:
        """Change a message of one's own; raises LookupError or PermissionError."""
        message = self._own(user, channel, ts)
        before = objects.message(self._space, message)
        message.text, message.blocks = objects.typed(self._space, text), [_composed(self._space, text)]
        message.edited = self._space.tick()
        await self._bring(self._delivery.event(events.changed(self._space, message, before, message.edited)))

    async def delete(self, user: User, channel: Channel, ts: str) -> None:
        """Delete a message of one's own; raises LookupError or PermissionError."""
        message = self._own(user, channel, ts)
        before = objects.message(self._space, message)
        if before.get("reply_count"):
            message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
        else:
            self._space.messages.remove(message)
        await self._bring(self._delivery.event(events.deleted(self._space, message, before, self._space.tick())))

    # ------------------------------------------------------------ commands, presses, forms
    async def command(self, user: User, channel: Channel, line: str) -> None:
        """Type a command; raises PermissionError where Slack says that it failed."""
        name = line.split(None, 1)[0]
        if name.removeprefix("/") not in self._space.commands:
            raise PermissionError(f"Slack says: {name} is not a valid command")
        self._enter(user, channel)
        place = Place(channel.id)
        trigger, reply = self._space.trigger(user.id, place), self._address(user, place)
        await self._act("slash_commands", events.command(self._space, user, channel, trigger, reply, line))

    async def press(self, user: User, on: Message | View, wanted: str) -> Trigger:
        """Press a button by its label; raises LookupError or PermissionError."""
        if (on.user if isinstance(on, View) else on.reader or user.id) != user.id:
            raise PermissionError("Slack shows this to one person, and it is somebody else")
        blocks = on.payload["blocks"] if isinstance(on, View) else on.blocks
        found = next(((b, e) for b, e in buttons(blocks) if label(e) == wanted), None)
        if found is None:
            raise LookupError(f"no button [{wanted}], only {[label(e) for _, e in buttons(blocks)]}")
        block, button = found
        place = events.place_of(on)
        self._enter(user, self._space.channels[place.channel])
        trigger = self._space.trigger(user.id, place)
        action = {**button, "block_id": block.get("block_id", "b0")}
        reply = self._address(user, place) if isinstance(on, Message) else ""
        await self._act("interactive", events.pressed(self._space, user, trigger, on, action, reply))
        return trigger

    async def submit(self, user: User, values: Mapping[str, str]) -> None:
        """Send off the modal that is open, by names of its blocks; raises LookupError, or PermissionError."""
        view = next((modal for modal in self._space.modals if modal.user == user.id), None)
        if view is None:
            raise LookupError(f"no form is open for {user.name}")
        inputs = {b["block_id"]: b for b in view.payload["blocks"] if b["type"] == "input"}
        if unknown := values.keys() - inputs.keys():
            raise LookupError(f"this form has no field {', '.join(sorted(unknown))}")
        state = {name: _filled(block, values.get(name)) for name, block in inputs.items()}
        trigger = self._space.trigger(user.id, view.place)
        envelope = await self._act("interactive", events.submitted(self._space, user, trigger, view, state))
        if envelope.answer.get("response_action") == "errors":
            raise PermissionError("; ".join(envelope.answer["errors"].values()))
        if view in self._space.modals:
            self._space.modals.remove(view)

    # ------------------------------------------------------------ home and channels
    async def open_home(self, user: User, tab: str = "home") -> None:
        """Look at a tab of the app: "home" or "messages"."""
        await self._bring(self._delivery.event(events.home_opened(self._space, user, tab)))

    async def invite(self, channel: Channel, inviter: User) -> None:
        """Ask the bot into a channel."""
        channel.members |= {self._space.bot.id, inviter.id}
        joined = events.membership(self._space, channel, self._space.bot, "member_joined_channel", inviter.id)
        await self._bring(self._delivery.event(joined))

    async def remove(self, channel: Channel) -> None:
        """Send the bot out of a channel."""
        channel.members.discard(self._space.bot.id)
        left = events.membership(self._space, channel, self._space.bot, "member_left_channel")
        await self._bring(self._delivery.event(left))

    async def archive(self, channel: Channel, user: User) -> None:
        """Archive a channel."""
        channel.archived = True
        await self._bring(self._delivery.event(events.archived(self._space, channel, user)))

    # ------------------------------------------------------------ parts
    async def _bring(self, envelopes: Sequence[Envelope]) -> None:
        if envelopes and not self.away:
            self._last = [*envelopes]
            self._refused += await self._delivery.deliver(envelopes)

    async def _act(self, kind: EnvelopeType, payload: JSON) -> Envelope:
        """Deliver what has no second chance by itself: the person is told when it failed."""
        if self.away:
            raise PermissionError("Slack says: this app did not respond")
        envelope = self._delivery.envelope(kind, payload)
        self._last = [envelope]
        if await self._delivery.deliver(self._last):
            raise PermissionError("Slack says: that did not work, try again")
        return envelope

    def _enter(self, user: User, channel: Channel) -> None:
        if channel.kind == "im" and user.id not in channel.members:
            raise PermissionError(f"{user.name} is not in {channel.id}")
        channel.members.add(user.id)

    def _address(self, user: User, place: Place) -> str:
        return f"{self._space.address}/response/{self._space.response_url(user.id, place).token}"

    def _own(self, user: User, channel: Channel, ts: str) -> Message:
        found = self._space.find(channel.id, ts)
        if found is None:
            raise LookupError(f"there is no message {ts} in {channel.id}")
        if found.user != user.id:
            raise PermissionError("one's own messages only")
        return found


def _composed(space: Workspace, text: str) -> JSON:
    """Return the block that the client makes of typed words."""
    pieces = objects.OWN_NAME.split(text)
    elements: list[JSON] = []
    for number, piece in enumerate(pieces):
        elements += [{"type": "user", "user_id": space.bot.id}] if number else []
        elements += [{"type": "text", "text": piece}] if piece else []
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def _filled(block: JSON, value: str | None) -> JSON:
    """Return an input's state; the client holds back what is too short, too long or missing."""
    element = block["element"]
    text = element.get("initial_value", "") if value is None else value
    least, most = int(element.get("min_length", 0)), int(element.get("max_length", 3_000))
    if (not text and not block.get("optional")) or (text and not least <= len(text) <= most):
        raise PermissionError(f"{label({'text': block['label']})}: {least} to {most} characters")
    return {element["action_id"]: {"type": element["type"], "value": text or None}}
