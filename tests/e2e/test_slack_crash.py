"""The bot is killed at twenty random places, in the middle of a round and of an interview, while Slack lives on.

After each death another process goes on.  In the end Slack shows, and the database holds, what a life without a death
leaves: each message assessed and answered once, each post made once.  Only a whisper may double.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.crash_plays import Plays, at, die_at_random_places
from tests.e2e.crash_script import LEAN, ROLLBACK
from tests.e2e.slack_crash_stage import SlackStage
from tests.feature.sample_bank import ANSWERS


async def _plot(stage: SlackStage) -> None:
    space, people = stage.space, stage.people
    ana, bo, cem = (space.person(name) for name in ("ana", "bo", "cem"))
    ana.is_admin = True
    prep, private = space.channel("prep"), space.direct(ana.id)
    await stage.settle(at(8))
    await stage.act(lambda: people.command(ana, prep, "/daily start 09:00 Europe/London daily level=junior"))
    await stage.settle(at(9))
    thread = stage.talk("Answer privately", prep)
    await stage.act(lambda: people.say(bo, prep, ANSWERS["full-disk"], thread))
    await stage.act(lambda: stage.press("cem", "Answer privately", prep))
    answer = f"{ANSWERS['full-disk']} That is what I did last year, too."
    await stage.act(lambda: people.submit(cem, {"answer": answer}))
    await stage.settle(at(9, day=2))
    await stage.act(lambda: people.command(ana, prep, "/interview start coach senior 1"))
    talk = stage.talk("Done", private)
    await stage.settle(at(10, day=2))
    await stage.act(lambda: people.say(ana, private, LEAN[:60], talk))
    await stage.act(lambda: people.say(ana, private, LEAN[60:], talk))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: people.say(ana, private, ROLLBACK, talk))
    await stage.act(lambda: stage.press("ana", "Done", private))
    await stage.act(lambda: stage.press("ana", "Next", private))


@pytest.fixture(scope="module")
def plays(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plays]:
    """Give plays."""
    found = Plays("slack", SlackStage, _plot, sqlite_template, tmp_path_factory.mktemp("slack-crash"))
    yield found
    found.close()


def test_everything_is_said_once_when_killed_at_random_places(plays: Plays) -> None:
    die_at_random_places(plays)
