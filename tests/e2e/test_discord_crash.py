"""The bot is killed at twenty random places, in the middle of a round and of an interview, while Discord lives on.

After each death another process goes on.  In the end Discord shows, and the database holds, what a life without a death
leaves: each message assessed and answered once, those that were said while no process ran too; each post made once.
Only a whisper may double.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.discord.fake.model import Right
from tests.e2e.crash_plays import Plays, at, die_at_random_places
from tests.e2e.crash_script import LEAN, ROLLBACK
from tests.e2e.discord_crash_stage import DiscordStage
from tests.feature.sample_bank import ANSWERS


async def _plot(stage: DiscordStage) -> None:
    world = stage.world
    ana, cem = world.person("ana"), world.person("cem")
    world.join(stage.home, ana).rights = Right.MANAGE_GUILD
    prep, private = world.channel("prep"), world.direct(ana)
    await stage.settle(at(8))
    series = {"time": "09:00", "zone": "Europe/London", "days": "daily", "level": "junior"}
    await stage.act(lambda: stage.command("ana", prep, "daily start", **series))
    await stage.settle(at(9))
    talk = stage.talk("Answer privately", prep)
    await stage.act(lambda: stage.say("bo", talk, ANSWERS["full-disk"]))
    await stage.act(lambda: stage.press("cem", "Answer privately", prep))
    answer = f"{ANSWERS['full-disk']} That is what I did last year, too."
    await stage.act(lambda: stage.people.submit(cem, {"answer": answer}))
    await stage.away(lambda: stage.say("dia", talk, f"{ANSWERS['full-disk']} Nobody listens to me now."))
    await stage.settle(at(9, day=2))
    await stage.act(lambda: stage.command("ana", private, "interview start", mode="coach", level="senior", n="1"))
    await stage.settle(at(10, day=2))
    await stage.act(lambda: stage.say("ana", private, LEAN[:60]))
    await stage.act(lambda: stage.say("ana", private, LEAN[60:]))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: stage.say("ana", private, ROLLBACK))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: stage.press("ana", "Next", private))
    here = {"mode": "coach", "level": "senior", "n": "1", "where": "here"}
    await stage.act(lambda: stage.command("bo", prep, "interview start", **here))
    await stage.settle(at(10, 30, day=2))
    await stage.away(lambda: stage.say("bo", stage.aside("bo"), f"{LEAN} {ROLLBACK}"))
    await stage.act(lambda: stage.press("bo", "Done", stage.aside("bo")))
    await stage.act(lambda: stage.press("bo", "Skip", stage.aside("bo")))
    await stage.act(lambda: stage.press("bo", "Next", stage.aside("bo")))


@pytest.fixture(scope="module")
def plays(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """Give plays."""
    found = Plays("discord", DiscordStage, _plot, sqlite_template, tmp_path_factory.mktemp("discord-crash"))
    yield found
    found.close()


def test_everything_is_said_once_when_killed_at_random_places(plays: Plays) -> None:
    die_at_random_places(plays)
