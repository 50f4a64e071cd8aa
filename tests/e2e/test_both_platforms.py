"""One `greenroom run` serves a group on Slack and one on Discord at once, and keeps them apart."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.storage.tables import attempts, identities, learners
from bot.wiring import open_database
from tests.e2e.both_worlds import ORGANISER, Both, Side, begin, opened
from tests.e2e.real_process import ready
from tests.feature.sample_bank import ANSWERS

SET = "whisper: Series 1 is set: "
POSTED = ("whisper: Today's question is posted.", "post: Question of the day · incident · junior")
SCORED = {"slack": "whisper: Yes · ", "discord": "dm: Yes · "}
"""On Discord a message cannot be whispered to."""


RECAP = "post: Closed\n2 of 3 answered"


def test_groups_on_both_platforms_are_served_at_once_and_apart(tmp_path: Path) -> None:
    async def play() -> None:
        async with opened(tmp_path) as both:
            await _answered(both)
            await _slack_down(both)
            assert await both.process.stop() == [
                "terminal is left out: the terminal is started by `greenroom try`",
                "Greenroom serves discord, slack with 5 questions.",
                "Stopping: finishing what is under way.",
                "exit code 0",
            ]
            await _discord_down(both)
            for side, other in (both.sides, both.sides[::-1]):
                assert [line for line in side.shown() if f"In {other.name}" in line] == []
            assert _kept(both) == [
                ("discord", "Ben", "In discord"),
                ("discord", "Cleo", "In discord"),
                ("slack", "ben", "In slack"),
                ("slack", "cleo", "In slack"),
            ]

    asyncio.run(play())


async def _answered(both: Both) -> None:
    at = datetime.now(UTC) + timedelta(hours=12)
    series = {"time": f"{at:%H:%M}", "zone": "UTC", "days": "daily", "level": "junior"}
    await both.each(lambda side: side.command(ORGANISER, "daily start", **series), SET)
    await both.each(lambda side: side.command(ORGANISER, "daily now"), *POSTED)
    for side in both.sides:
        await both.on(side, _answer("ben"), SCORED[side.name])
    await both.each(lambda side: side.command("ben", "progress"), "whisper: Your progress\nStreak 1 day")


async def _slack_down(both: Both) -> None:
    """While Slack is down, Discord is served as ever."""
    await both.slack.stop()
    await both.on(both.slack, _answer("cleo"))
    await both.on(both.discord, _answer("cleo"), SCORED["discord"])


async def _discord_down(both: Both) -> None:
    """The other way round; what was said on Slack is fetched, though Discord cannot be, and then both are recapped."""
    await both.discord.stop()
    async with both.process.life() as (application, transports):

        async def back(side: Side) -> None:
            await side.start()
            await ready(transports[side.name])
            await application.settle()

        await both.on(both.slack, back, SCORED["slack"])
        await both.on(both.discord, back)
        application.move(application.now() + timedelta(hours=25))
        seen = [len(side.shown()) for side in both.sides]
        await application.settle()
        for side, before in zip(both.sides, seen, strict=True):
            assert begin(side.shown()[before:], [RECAP]), side.name


def _answer(who: str) -> Callable[[Side], Awaitable[None]]:
    """Let somebody answer in words that name their platform wherever they may be quoted."""
    return lambda side: side.answer(who, ANSWERS["full-disk"].replace("I would", f"In {side.name} I would"))


def _kept(both: Both) -> list[tuple[str, str, str]]:
    database = open_database(both.process.url)
    try:
        joined = attempts.join(learners).join(identities, identities.c.learner_id == learners.c.id)
        query = select(identities.c.platform, learners.c.name, attempts.c.text).select_from(joined)
        rows = database.transact(lambda tx: list(tx.execute(query)))
    finally:
        database.close()
    return sorted((row.platform, row.name, " ".join(row.text.split()[:2])) for row in rows)
