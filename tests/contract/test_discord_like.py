"""The double of Discord has the habits that it promises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.model import (
    Asked,
    Card,
    Deleted,
    Expired,
    Private,
    Said,
    Text,
    Unreachable,
)
from bot.chat.surface import Command
from tests.contract.doubles.discord_like import DiscordLike
from tests.contract.stage import HINT, SURFACE, Stage, open_stage

WORD = Card(body=(Text("word"),))


def on_discord(play: Callable[[Stage, DiscordLike], Awaitable[None]], double: DiscordLike | None = None) -> None:
    async def run() -> None:
        one = double or DiscordLike()
        async with open_stage(lambda: one) as stage:
            await play(stage, one)

    asyncio.run(run())


def test_discord_direct_messages_have_neither_space_nor_threads() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        sent = await stage.post(Private(discord.person("mia"), "interview"), "word")
        assert (sent.talk, sent.talk.space) == (discord.private("mia"), "")
        assert discord.person("mia").realm == ""

    on_discord(play)


def test_discord_nonce_is_forgotten_after_minutes_and_then_only_buttons_carry_the_key() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        where, buttoned = discord.channel("prep"), Card("T", buttons=(HINT,))
        sends = [(WORD, "plain"), (buttoned, "buttoned")]
        first = [await discord.transport.post(where, card, key=key) for card, key in sends]
        soon = [await discord.transport.post(where, card, key=key, again=True) for card, key in sends]
        discord.at(discord.now + timedelta(minutes=10))
        late = [await discord.transport.post(where, card, key=key, again=True) for card, key in sends]
        assert soon == first
        assert (late[0] == first[0], late[1] == first[1]) == (False, True)

    on_discord(play)


def test_discord_closed_direct_messages_lead_to_a_private_thread_nearby() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        discord.close_dms("mia")
        mia, near = discord.person("mia"), discord.channel("prep")
        with pytest.raises(Unreachable):
            await stage.post(Private(mia), "word")
        sent = await stage.post(Private(mia, "interview", near), "word")
        assert (sent.talk.channel, sent.talk.private, bool(sent.talk.thread)) == (near.channel, True, True)
        await discord.say("mia", sent.talk, "ready")
        assert stage.last(Said).where == sent.talk

    on_discord(play)


def test_discord_whisper_needs_an_interaction() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        sent = await stage.post(discord.channel("prep"), "word")
        await discord.say("mia", sent.talk, "I would roll back.")
        with pytest.raises(Expired):
            await stage.whisper(stage.last(Said), "Yes: 71 of 100")

    on_discord(play)


def test_discord_first_whisper_tried_again_is_one_whisper() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        where = discord.channel("prep")
        await discord.ask("mia", where, "/help")
        asked = stage.last(Asked)
        for again in (False, True):
            await discord.transport.post(where, WORD, key="w", only=asked.who, reply=asked.reply, again=again)
        assert [shown.text for shown in discord.shown(where)] == ["word"]

    on_discord(play)


def test_discord_reply_token_of_another_is_refused() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        await discord.ask("mia", discord.channel("prep"), "/help")
        asked = stage.last(Asked)
        with pytest.raises(AssertionError, match="never got"):
            await stage.whisper(replace(asked, who=discord.person("ole")), "word")
        discord.broken.clear()

    on_discord(play)


def test_discord_thread_is_read_without_words_where_the_intent_is_missing() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        sent = await stage.post(discord.channel("prep"), "word")
        said = []
        for where, text in ((sent.talk, "hello"), (sent.talk, "@Greenroom hello"), (discord.private("mia"), "hello")):
            await discord.say("mia", where, text)
            said.append(stage.last(Said).text)
        assert said == ["", "hello", "hello"]

    on_discord(play, DiscordLike(content_intent=False))


def test_discord_delete_names_nobody_and_commands_bring_rights() -> None:
    async def play(stage: Stage, discord: DiscordLike) -> None:
        talk = (await stage.post(discord.channel("prep"), "word")).talk
        ident = await discord.say("mia", talk, "hello")
        await discord.delete("mia", talk, ident)
        assert (stage.last(Deleted).message, stage.last(Said).message) == (ident, ident)
        await discord.ask("mia", discord.channel("prep"), "/daily start 09:00", organiser=True)
        asked = stage.last(Asked)
        assert (asked.organiser, asked.command, asked.options) == (True, "daily start", {"time": "09:00"})
        with pytest.raises(PermissionError, match="no such command"):
            await discord.ask("mia", discord.channel("prep"), "/dayly")

    on_discord(play)


def test_discord_command_with_long_help_is_refused() -> None:
    async def run() -> None:
        surface = replace(SURFACE, commands=(Command("help", "x" * 101),))
        await DiscordLike().start(Stage(DiscordLike()).accept, surface)

    with pytest.raises(AssertionError, match="1 to 100"):
        asyncio.run(run())
