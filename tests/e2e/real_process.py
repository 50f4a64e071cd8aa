"""`greenroom run` as an operator starts it, on a database in a folder, with the small bank of our scenes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.bank.schema import HOME
from bot.chat.transport import Transport
from bot.wiring import Application, Clock, build_transports, open_database
from tests.feature.sample_bank import BANK

T = TypeVar("T")
QUIETLY = "ignore:'audioop' is deprecated:DeprecationWarning"
"""What discord.py is forgiven where warnings are errors: its voice, which we do not use."""
PYTHON = (sys.executable, "-W", "error", "-W", QUIETLY)
PATIENCE = 15.0
"""Seconds after which what is waited for will not come."""
LOOK = 0.02
"""Seconds between two looks."""


async def patiently(look: Callable[[], Awaitable[T | None]]) -> T:
    """Return what is there at last, where nothing tells when; raises TimeoutError."""
    for _ in range(round(PATIENCE / LOOK)):
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(LOOK)
    raise TimeoutError("it did not come")


async def ready(transport: Transport) -> None:
    """Wait until a transport is connected."""

    async def look() -> bool | None:
        return transport.ready or None

    await patiently(look)


class Process:
    """One process after the other, on the same database."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Live in a folder; `environment` has the platforms' settings."""
        self.url = f"sqlite:///{folder / 'greenroom.db'}"
        self._folder, self._environment = folder, environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start; it may not have reached its platforms yet."""
        environment = {
            "PATH": os.environ["PATH"],
            "GREENROOM_DATABASE_URL": self.url,
            "GREENROOM_BANK": str(self._bank()),
            "XDG_CACHE_HOME": str(self._folder),
            **self._environment,
        }
        with self._log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                *PYTHON, "-m", "bot.cli", "run", stdout=asyncio.subprocess.PIPE, stderr=log, env=environment
            )

    async def kill(self) -> None:
        """Kill it, as a machine does that loses its power."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def stop(self) -> list[str]:
        """Stop it as an operator does; return what it has printed, and its exit code."""
        assert self._process is not None
        self._process.terminate()
        said, _ = await self._process.communicate()
        return [*said.decode().splitlines(), f"exit code {self._process.returncode}"]

    @asynccontextmanager
    async def life(self) -> AsyncIterator[tuple[Application, Mapping[str, Transport]]]:
        """Give a life on the same database, in this process, whose clock stands still."""
        database = open_database(self.url)
        try:
            application = Application(database, BANK, clock=Clock(datetime.now(UTC)))
            transports, _ = build_transports(application, self._environment)
            async with application.serve(transports):
                yield application, transports
        finally:
            database.close()

    async def live_later(self, hours: float) -> None:
        """Live once more, and let it become later."""
        async with self.life() as (application, transports):
            for transport in transports.values():
                await ready(transport)
            application.move(application.now() + timedelta(hours=hours))
            await application.settle()

    @property
    def log(self) -> str:
        """What the process has logged of itself."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if " INFO apscheduler" not in line and " INFO alembic" not in line)

    @property
    def _log(self) -> Path:
        return self._folder / "greenroom.log"

    def _bank(self) -> Path:
        """Return a folder with the small bank of our scenes."""
        folder = self._folder / "bank"
        if not folder.exists():
            folder.mkdir()
            (folder / "skills.yaml").write_text((HOME / "skills.yaml").read_text(encoding="utf-8"), encoding="utf-8")
            for one in BANK.questions.values():
                file = folder / one.category / f"{one.id}.yaml"
                file.parent.mkdir(exist_ok=True)
                file.write_text(yaml.safe_dump(_plain(asdict(one)), sort_keys=False), encoding="utf-8")
        return folder


def _plain(question: dict[str, Any]) -> dict[str, Any]:
    """Return a question as a file of a bank has it."""
    probes = [{"for": probe["about"], "ask": probe["ask"]} for probe in question["probes"]]
    left_out = {"category", "inferred"}
    found = {name: value for name, value in question.items() if value not in ("", ()) and name not in left_out}
    return json.loads(json.dumps(found | {"probes": probes}))  # type: ignore[no-any-return]
