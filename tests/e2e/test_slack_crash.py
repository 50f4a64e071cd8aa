"""The bot is killed at twenty random places, in the middle of a round and of an interview, while Slack lives on.

After each death another process goes on.  In the end Slack shows, and the database holds, what a life without a death
leaves: each message assessed and answered once, each post made once.  Only a whisper may double.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tests.e2e.crash_script import LEAN, ROLLBACK
from tests.e2e.slack_crash_stage import Death, Nursery, Stage
from tests.feature.sample_bank import ANSWERS

PLACES = 20


class Plays:
    """Plays of the script, each on a fresh workspace and database."""

    def __init__(self, nursery: Nursery, template: Path, folder: Path) -> None:
        """Play in a folder."""
        self._nursery, self._template, self._folder = nursery, template, folder

    def play(self, death: Death) -> Stage:
        """Play the script with a death; return what is left of the stage."""

        async def run() -> Stage:
            async with self._opened(death) as stage:
                await _script(stage)
                return stage

        return asyncio.run(run())

    @asynccontextmanager
    async def _opened(self, death: Death) -> AsyncIterator[Stage]:
        file, desk = self._folder / "greenroom.db", self._folder / "desk"
        for old in self._folder.iterdir():
            old.unlink()
        shutil.copyfile(self._template, file)
        stage = Stage(self._nursery, f"sqlite:///{file}", desk, death)
        await stage.open()
        try:
            yield stage
        finally:
            await stage.close()


async def _script(stage: Stage) -> None:
    space, people = stage.space, stage.people
    ana, bo, cem = (space.person(name) for name in ("ana", "bo", "cem"))
    ana.is_admin = True
    prep, private = space.channel("prep"), space.direct(ana.id)
    await stage.settle(_at(8))
    await stage.act(lambda: people.command(ana, prep, "/daily start 09:00 Europe/London daily level=junior"))
    await stage.settle(_at(9))
    thread = stage.talk("Answer privately", prep)
    await stage.act(lambda: people.say(bo, prep, ANSWERS["full-disk"], thread))
    await stage.act(lambda: stage.press("cem", "Answer privately", prep))
    answer = f"{ANSWERS['full-disk']} That is what I did last year, too."
    await stage.act(lambda: people.submit(cem, {"answer": answer}))
    await stage.settle(_at(9, day=2))
    await stage.act(lambda: people.command(ana, prep, "/interview start coach senior 1"))
    talk = stage.talk("Done", private)
    await stage.settle(_at(10, day=2))
    await stage.act(lambda: people.say(ana, private, LEAN[:60], talk))
    await stage.act(lambda: people.say(ana, private, LEAN[60:], talk))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: people.say(ana, private, ROLLBACK, talk))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: stage.press("ana", "Next", private))


def _at(hour: int, *, day: int = 1) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def plays(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """Give plays."""
    nursery = Nursery()
    yield Plays(nursery, sqlite_template, tmp_path_factory.mktemp("slack-crash"))
    nursery.close()


def test_everything_is_said_once_when_killed_at_random_places(plays: Plays) -> None:
    seed = int(os.environ.get("GREENROOM_SEED") or Random().randrange(10**6))
    print(f"GREENROOM_SEED={seed}")
    whole = plays.play(Death())
    moments = [Death("commit", number + 1) for number in range(whole.commits)]
    moments += [Death(kind, number + 1) for kind in ("before", "after") for number in range(whole.slack.met[kind])]
    deaths = 0
    for death in Random(seed).sample(moments, PLACES):
        stage = plays.play(death)
        differences = {
            name: (list((rows - stage.shown()[name]).elements()), list((stage.shown()[name] - rows).elements()))
            for name, rows in whole.shown().items()
            if rows != stage.shown()[name]
        }
        assert differences == {}, f"{death}, GREENROOM_SEED={seed}"
        deaths += stage.deaths
    assert deaths >= PLACES - 2  # side by side, moments may be fewer than they were
