"""The whole application behind Slack's real adapter, in front of our fake of a workspace; as in feature scenes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.slack.fake.model import Channel
from adapters.slack.rig import SlackRig
from tests.feature.sample_bank import BANK
from tests.feature.stage import MEMORY, MORNING, House, empty_database

Play = Callable[["SlackHouse"], Awaitable[None]]


class SlackHouse(House):
    """A house on Slack; ana is an admin of the workspace."""

    rig: SlackRig

    def prep(self) -> Channel:
        """Return the channel #prep."""
        return self.rig.space.channel("prep")

    async def go_on(self, seconds: int = 600, step: int = 10) -> None:
        """Let time pass in small steps, as it does: what waits is tried again."""
        for _ in range(seconds // step):
            await self.later(seconds=step)

    def told(self, name: str) -> list[str]:
        """Return what somebody was told in private, the first greeting left out, by first sentences."""
        texts = [f"{one.title}{one.text}" for one in self.seen if one.place == f"dm {name}" and one.kind == "post"]
        return [text.split("\n")[0] for text in texts if "I am Greenroom" not in text]

    def posted(self) -> list[str]:
        """Return the titles of what stands in #prep for everybody, oldest first."""
        shown = self.rig.shown(self.rig.channel("prep"))
        return [one.text.split(" · ")[0] for one in shown if one.kind == "post"]


def on_slack(play: Play, *, http: bool = False) -> None:
    """Play a scene."""

    async def run() -> None:
        async with _opened(http=http) as house:
            await play(house)

    asyncio.run(run())


@asynccontextmanager
async def _opened(*, http: bool) -> AsyncIterator[SlackHouse]:
    with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "house.db"
        shutil.copyfile(empty_database(), file)
        rig = SlackRig(http=http)
        rig.at(MORNING)
        house = SlackHouse(rig, f"sqlite:///{file}", BANK, MORNING)
        house.person("ana")
        await house.open()
        try:
            yield house
        finally:
            await house.close()
