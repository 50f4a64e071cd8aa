"""A job of the outbox, taken to its platform."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.chat.model import Card, Expired, MessageRef, Person, Private, Sent, Unavailable
from bot.chat.model import Conversation as Place
from bot.chat.transport import Transport
from bot.delivery.codec import parse, target
from bot.delivery.queue import Job
from bot.delivery.transaction import WasSent
from bot.delivery.turn import Outgoing, platform_of


async def send(job: Job, transports: Mapping[str, Transport]) -> WasSent:
    """Post, edit, react, archive or forget, as the job says; raises what the transport raises."""
    body = json.loads(job.body)
    if "edit" in body:
        message = parse(body["edit"], MessageRef)
        await _of(transports, message.where.platform).edit(message, parse(body["card"], Card))
        return WasSent(job, None, False)
    if "react" in body:
        message = parse(body["react"], MessageRef)
        await _of(transports, message.where.platform).react(message, body["name"])
        return WasSent(job, None, False)
    if "archive" in body:
        where = parse(body["archive"], Place)
        await _of(transports, where.platform).archive(where)
        return WasSent(job, None, False)
    if "forget" in body:
        who = parse(body["forget"], Person)
        await _of(transports, who.platform).forget(who)
        return WasSent(job, None, False)
    return WasSent(job, await _post(job, body, transports), body["tell"])


async def _post(job: Job, body: dict[str, object], transports: Mapping[str, Transport]) -> Sent:
    post = job.value if isinstance(job.value, Outgoing) else _outgoing(body)
    to, card, only = post.to, post.card, post.only
    transport = _of(transports, platform_of(to))
    try:
        return await transport.post(to, card, key=job.key, only=only, reply=str(body["reply"]), again=job.tried)
    except Expired:
        if only is None:
            raise
        # The time of a private reply is over: what it said goes to the person directly.
        near = to if isinstance(to, Place) else None
        return await transport.post(Private(only, "", near), card, key=job.key, again=job.tried)


def _outgoing(body: dict[str, object]) -> Outgoing:
    only = parse(body["only"], Person) if body["only"] else None
    return Outgoing(target(body["to"]), parse(body["card"], Card), only)


def _of(transports: Mapping[str, Transport], platform: str) -> Transport:
    transport = transports.get(platform)
    if transport is None or not transport.ready:
        raise Unavailable(f"{platform} is not connected")
    return transport
