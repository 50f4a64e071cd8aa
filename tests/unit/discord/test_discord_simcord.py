"""The way the adapter calls Discord also works inside of an independent double, which has neither HTTP nor sockets."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import simcord

from adapters.discord.client import Client
from adapters.discord.fake import FakeDiscord
from adapters.discord.rig import RigContext
from adapters.discord.settings import Settings
from adapters.discord.transport import DiscordTransport
from bot.chat.model import Asked, Conversation, PlatformEvent, Said, Submitted
from tests.unit.discord.discord_stage import PRIVATELY, SURFACE, card


def test_adapter_works_with_a_client_that_somebody_else_connects() -> None:
    async def run() -> None:
        client = Client(Settings("a.b.c"))
        transport = DiscordTransport(Settings("a.b.c"), RigContext(FakeDiscord()), client=client)
        heard: list[PlatformEvent] = []

        async def accept(event: PlatformEvent) -> None:
            heard.append(event)

        transport.bind(accept, SURFACE)
        async with simcord.run(client, shard_count=1) as env:
            running = asyncio.create_task(transport.run())
            while not transport.ready:  # noqa: ASYNC110 - nothing tells when a transport becomes ready
                await asyncio.sleep(0)
            assert transport.capabilities.hears_all
            await _play(env, transport, heard)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert not transport.ready
            assert env.errors == []

    asyncio.run(run())


async def _play(env: simcord.Env, transport: DiscordTransport, heard: list[PlatformEvent]) -> None:
    guild = env.create_guild()
    channel, mia = guild.create_text_channel("prep"), guild.add_member(env.create_user("mia"))
    await env.settle()

    await mia.send_dm("hello")
    said = heard.pop()
    assert isinstance(said, Said)
    sent = await transport.post(said.where, card("Hi Mia"), key="k1")
    assert said.where == sent.talk
    assert [said] == await transport.missed(said.where, said.at - timedelta(minutes=1))

    where = Conversation("discord", str(guild.id), str(channel.id))
    question = await transport.post(where, card("Question of the day", PRIVATELY), key="k2")
    assert question.ref is not None
    assert question.talk.thread == question.ref.id

    asking = await mia.slash(channel, "help")
    asked = heard.pop()
    assert isinstance(asked, Asked)
    assert (asking.deferred, asking.ephemeral) == (True, True)
    await transport.post(asked.where, card("Try /daily"), key="k3", only=asked.who, reply=asked.reply)
    await transport.post(asked.where, card("And more"), key="k4", only=asked.who, reply=asked.reply)
    assert len(asking.followups) == 1

    posted = next(message for message in channel.history() if str(message.id) == question.ref.id)
    opening = await mia.click(posted, label="Answer privately")
    await mia.submit_modal(opening, {"words": "roll back"})
    submitted = heard.pop()
    assert isinstance(submitted, Submitted)
    assert submitted.values == {"words": "roll back"}
    await transport.post(submitted.where, card("Yes"), key="k5", only=submitted.who, reply=submitted.reply)
