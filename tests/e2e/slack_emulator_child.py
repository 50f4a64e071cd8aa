"""Plays the scenes against the emulator, inside of a network namespace of its own; prints what each one showed.

`python -m tests.e2e.slack_emulator_child BINARY socket|http` prints a JSON object a line: the scene, and what readers
saw.  A scene waits until as many things were shown as it names; whatever comes in addition is found in the next one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from bot.storage.tables import jobs
from bot.wiring import open_database
from tests.e2e.crash_script import ROLLBACK
from tests.e2e.real_process import Process, patiently
from tests.e2e.slack_emulator import EVENTS, Emulator
from tests.feature.sample_bank import ANSWERS

Act = Callable[[], Awaitable[Any]]


class Play:
    """The emulator, and the lives of the bot in front of it."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        """Play in a folder of one's own."""
        self.emulator = emulator
        self.process = Process(folder, emulator.environment)
        self._told = 0

    async def scene(self, name: str, shown: int, *acts: Act) -> None:
        """Play acts one after the other; print what was shown once it is as much as expected, or too late."""
        for act in acts:
            await act()
        try:
            await self.emulator.until(lambda: len(self.emulator.shown) >= self._told + shown)
        except TimeoutError:
            name += " (too little)"
        seen, self._told = self.emulator.shown[self._told :], len(self.emulator.shown)
        print(json.dumps({"scene": name, "shown": seen}), flush=True)

    # ------------------------------------------------------------ the process
    async def start(self) -> None:
        """Start a process, and wait until Slack reaches it."""
        await self.process.start()
        if self.emulator.http:
            await patiently(self._health)
        else:
            await self.emulator.until(lambda: self.emulator.sockets)

    async def kill(self) -> None:
        """Kill the process."""
        await self.process.kill()
        if not self.emulator.http:
            await self.emulator.until(lambda: not self.emulator.sockets)

    async def missed(self, who: str, text: str) -> None:
        """Say something while no process runs; start one, and wait until it has fetched that."""
        stamp = await self.emulator.say(who, "dm thread", text)
        await self.start()
        taken = select(jobs.c.seq).where(jobs.c.key.endswith(stamp), jobs.c.state == "done")
        database = open_database(self.process.url)

        async def look() -> Any:
            return database.transact(lambda tx: tx.execute(taken).first())

        try:
            await patiently(look)
        finally:
            database.close()

    async def stop(self) -> None:
        """Stop the process; show what it has printed."""
        self.emulator.shown += [line for line in await self.process.stop() if "is left out" not in line]

    async def _health(self) -> bool | None:
        with suppress(aiohttp.ClientError):
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{EVENTS}/health") as response:
                return response.status == 200 or None
        return None


async def play(binary: Path, folder: Path, *, http: bool) -> None:
    """Play every scene."""
    emulator = Emulator(binary, folder, http=http)
    await emulator.open()
    stage = Play(emulator, folder)
    try:
        await _scenes(stage, emulator)
    except BaseException:
        print(stage.process.log, file=sys.stderr)
        raise
    finally:
        await emulator.close()


async def _scenes(stage: Play, slack: Emulator) -> None:
    at = datetime.now(UTC) + timedelta(hours=12)
    series = f"/daily start {at:%H:%M} UTC daily level=junior"
    await stage.scene("start", 1, stage.start, lambda: slack.command("mia", series))
    await stage.scene("post", 2, lambda: slack.command("mia", "/daily now"))
    await stage.scene("private form", 1, lambda: slack.press("ben", "Answer privately"))
    await stage.scene("private answer", 1, lambda: slack.submit("ben", {"answer": ANSWERS["full-disk"]}))
    await stage.scene("thread answer", 2, lambda: slack.say("cleo", "thread", ANSWERS["full-disk"]))
    await stage.scene("home", 1, lambda: slack.open_home("cleo"))
    await stage.scene("home form", 1, lambda: slack.press_at_home("cleo", "Settings"))
    await stage.scene("home settings", 2, lambda: slack.submit("cleo", {"zone": "Europe/Berlin"}))
    await stage.scene("interview", 3, lambda: slack.command("mia", "/interview start coach senior 1"))
    away = (
        lambda: slack.say("mia", "dm thread", "Then I would look at the load of the database."),
        stage.kill,
        lambda: stage.missed("mia", "I would compare the query plans of yesterday and today"),
        lambda: slack.say("mia", "dm thread", "and look at which index the search still uses."),
    )
    await stage.scene("probe after a restart", 1, *away, lambda: slack.press("mia", "Done"))
    await stage.scene(
        "assessment", 1, lambda: slack.say("mia", "dm thread", ROLLBACK), lambda: slack.press("mia", "Done")
    )
    await stage.scene("scorecard", 1, lambda: slack.press("mia", "Next"))
    await stage.scene("plain words", 2, lambda: slack.say("ben", "dm", "progress"))
    await stage.scene("stop", 3, stage.stop)
    await stage.scene("recap", 1, lambda: stage.process.live_later(25))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="greenroom-emulator-") as name:
        asyncio.run(play(Path(sys.argv[1]), Path(name), http=sys.argv[2] == "http"))
