"""Plays of a plot with a death each, and what is left of them beside what an unharmed life leaves."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.e2e.crash_life import Death, Nursery, Shown, Stage

PLACES = 20
Opens = Callable[[Nursery, str, Path, Death], Stage]
Plot = Callable[[Any], Awaitable[None]]


class Plays:
    """Plays of a plot, each on a fresh world and database."""

    def __init__(self, platform: str, opens: Opens, plot: Plot, template: Path, folder: Path) -> None:
        """Play in a folder."""
        self._nursery = Nursery(platform)
        self._opens, self._plot, self._template, self._folder = opens, plot, template, folder

    def play(self, death: Death) -> Stage:
        """Play the plot with a death; return what is left of the stage."""

        async def run() -> Stage:
            async with self._opened(death) as stage:
                await self._plot(stage)
                return stage

        return asyncio.run(run())

    def close(self) -> None:
        """Stop."""
        self._nursery.close()

    @asynccontextmanager
    async def _opened(self, death: Death) -> AsyncIterator[Stage]:
        file, desk = self._folder / "greenroom.db", self._folder / "desk"
        for old in self._folder.iterdir():
            old.unlink()
        shutil.copyfile(self._template, file)
        stage = self._opens(self._nursery, f"sqlite:///{file}", desk, death)
        await stage.open()
        try:
            yield stage
        finally:
            await stage.close()


def die_at_random_places(plays: Plays) -> None:
    """Assert that what is left after a death at each of twenty random places is what a life without a death leaves."""
    seed = int(os.environ.get("GREENROOM_SEED") or Random().randrange(10**6))
    print(f"GREENROOM_SEED={seed}")
    whole = plays.play(Death())
    moments = [Death("commit", number + 1) for number in range(whole.commits)]
    moments += [Death(kind, number + 1) for kind in ("before", "after") for number in range(whole.reaper.met[kind])]
    deaths = 0
    for death in Random(seed).sample(moments, PLACES):
        stage = plays.play(death)
        assert differences(whole.shown(), stage.shown(whole.shown())) == {}, f"{death}, GREENROOM_SEED={seed}"
        deaths += stage.deaths
    assert deaths >= PLACES - 2  # side by side, moments may be fewer than they were


def differences(expected: Shown, actual: Shown) -> dict[str, tuple[list[str], list[str]]]:
    """Return what is missing and what is too much, by table."""
    return {
        name: (list((rows - actual[name]).elements()), list((actual[name] - rows).elements()))
        for name, rows in expected.items()
        if rows != actual[name]
    }


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 1) -> datetime:
    """Return a time of a plot."""
    return datetime(2026, 12, day, hour, minute, second, tzinfo=UTC)
