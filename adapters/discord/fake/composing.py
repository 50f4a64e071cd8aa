"""How what the bot sends becomes a message: nonces, ids of components, whom it notifies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.discord.fake import reading
from adapters.discord.fake.model import EPHEMERAL, JSON, LOADING, V2, Channel, Message, Right
from adapters.discord.fake.reading import flat
from adapters.discord.fake.strict import check_message

if TYPE_CHECKING:
    from adapters.discord.fake.world import World

NONCE_MEMORY = timedelta(minutes=3)
"""How long a nonce is remembered; Discord says "a few minutes"."""
_SETTABLE = V2 | 1 << 2 | 1 << 12
_DEFAULTS: dict[int, JSON] = {
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def known(world: World, body: JSON) -> Message | None:
    """Return the message that was sent with this nonce just now, if the bot wants it enforced."""
    nonce = body.get("nonce") or ""
    if not body.get("enforce_nonce") or not nonce:
        return None
    found = world.messages.get(world.nonces.get(nonce, ""))
    return found if found is not None and found.at >= world.now - NONCE_MEMORY else None


def compose(world: World, channel: Channel, body: JSON, *, loading: bool = False) -> Message:
    """Return a new message of the bot; raises Refused. It is in its channel only after `World.add`."""
    flags = int(body.get("flags") or 0)
    if not loading:
        check_message(body, flags)
    message = Message(
        id=world.snowflake(),
        channel=channel.id,
        author=world.bot,
        at=world.now,
        flags=flags & (_SETTABLE | EPHEMERAL) | (LOADING if loading else 0),
        nonce=body.get("nonce") or "",
    )
    reference = body.get("message_reference") or {}
    if reference:
        message.kind, message.about = 19, str(reference["message_id"])
    _write(world, message, channel, body)
    return message


def change(world: World, message: Message, body: JSON) -> None:
    """Edit a message of the bot; what is not given stays. Raises Refused."""
    flags = message.flags & ~LOADING | (int(body.get("flags") or 0) & _SETTABLE)
    now = {"content": message.content, "embeds": message.embeds, "components": message.components}
    changed = now | {name: body[name] for name in now if name in body}
    check_message(changed, flags, kept=bool(message.files))
    if not message.flags & LOADING:
        message.edited = world.instant()
    message.flags = flags
    _write(
        world, message, world.channels[message.channel], changed | {"allowed_mentions": body.get("allowed_mentions")}
    )


def _write(world: World, message: Message, channel: Channel, body: JSON) -> None:
    message.content = (body.get("content") or "").strip()
    message.embeds = [{"type": "rich", **embed} for embed in body.get("embeds") or []]
    message.components = _numbered(body.get("components") or [])
    loud = Right.MENTION_EVERYONE in world.rights(world.bot, channel)
    texts = [message.content, *reading.texts(message.components)]
    about = world.messages.get(message.about)
    replied = about.author.id if about is not None else ""
    message.notified = reading.notified(texts, body.get("allowed_mentions"), replied, loud=loud)
    message.mentions = tuple(name for name in message.notified if name in world.users)
    message.everyone = bool({"everyone", "here"} & set(message.notified))


def _numbered(components: list[JSON]) -> list[JSON]:
    """Return components with the ids that Discord gives to those without."""
    taken = {one["id"] for one in flat(components) if one.get("id")}
    free = iter(number for number in range(1, 10_000) if number not in taken)
    return [_kept(component, free) for component in components]


def _kept(component: JSON, free: Iterator[int]) -> JSON:
    found = {**_DEFAULTS.get(component["type"], {}), **{k: v for k, v in component.items() if v is not None}}
    found["id"] = component.get("id") or next(free)
    if "components" in found:
        found["components"] = [_kept(one, free) for one in found["components"]]
    if "accessory" in found:
        found["accessory"] = _kept(found["accessory"], free)
    return found
