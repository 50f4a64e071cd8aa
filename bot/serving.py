"""Lives of the application: serving real platforms, a script, a person at the terminal."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from typing import Any

from bot.bank.model import Bank
from bot.chat.model import Missing
from bot.delivery.ask import NoAnswerError, NobodyError, ask, demand_somebody
from bot.storage.database import Database
from bot.wiring import RELOAD, Application, Clock, adapter, build_transports, new_id, open_database, prepare_tables

log = logging.getLogger("greenroom")
TICK = 1.0
"""Seconds between two looks at the clock."""
OVERDUE = 120.0
"""A job that could have run so many seconds ago means that the queue stands still."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the terminal, and how it is played."""

    lines: tuple[str, ...]
    url: str
    as_json: bool


# ---------------------------------------------------------------- real platforms
async def run(
    url: str, read_bank: Callable[[], Bank], environment: Mapping[str, str], say: Callable[[str], None]
) -> int:
    """Serve every platform whose settings are there until SIGTERM or Ctrl-C; 2 where none is."""
    bank = read_bank()
    database = open_database(url)
    try:
        application = Application(database, bank, clock=Clock(), read_bank=read_bank)
        transports, missing = build_transports(application, environment)
        for name, reason in missing.items():
            say(f"{name} is left out: {reason}")
        if not transports:
            say("No platform is set up, so there is nothing to serve. `greenroom try` needs none.")
            return 2
        async with application.serve(transports), _waker(application):
            say(f"Greenroom serves {', '.join(transports)} with {len(bank.questions)} questions.")
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
            ends = [asyncio.create_task(stop.wait()), asyncio.create_task(application.ended.wait())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in ends:
                task.cancel()
            if not stop.is_set():
                say("The queue no longer works; the log says why. Start me again: nothing that was accepted is lost.")
                return 1
            say("Stopping: finishing what is under way.")
        return 0
    finally:
        database.close()


@asynccontextmanager
async def _waker(application: Application) -> AsyncIterator[None]:
    """Let APScheduler wake the queue, which alone knows what is due."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    async def wake() -> None:
        try:
            if application.delivery is not None:
                await application.delivery.tick()
        except OSError as error:
            log.warning("the clock could not be looked at: %s", error)

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(wake, "interval", seconds=TICK, coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def health(url: str) -> tuple[int, str]:
    """Tell whether a process works the queue of a database: 0 and a sentence, or 1 and what is wrong."""
    from bot.delivery.database_queue import DatabaseQueue

    database = open_database(url)
    try:
        queue = DatabaseQueue(database)
        lease = queue.lease()
        if lease.take():
            lease.release()
            return 1, "No Greenroom works on this database. Start one with `greenroom run`."
        behind = database.transact(lambda tx: queue.behind(tx, datetime.now(UTC)))
        if behind > OVERDUE:
            return 1, f"The queue stands still: something has waited for {round(behind)} s. Look at the log."
        return 0, "Greenroom is well."
    finally:
        database.close()


def reload(
    url: str, check: Callable[[], Sequence[str]], pause: Callable[[float], None] = time.sleep
) -> tuple[int, str]:
    """Let the running process take the bank as it is now; the exit code and what to print.

    `check` returns what is wrong with it: then it is not even asked.  That takes seconds, and comes after a look
    whether there is anybody to ask.
    """
    database = open_database(url)
    try:
        demand_somebody(database)
        if wrong := check():
            return 2, "\n".join([*wrong, "The running Greenroom keeps the bank that it has: mend this, then reload."])
        answer = ask(database, RELOAD, new_id(), datetime.now(UTC), pause)
    except NobodyError as nobody:
        return 2, f"{nobody} Nothing was reloaded; the next start reads the bank anyway."
    except NoAnswerError as late:
        return 1, str(late)
    finally:
        database.close()
    count = f"{answer['questions']:,} questions"
    if answer["wrong"]:
        return 2, f"{answer['wrong']}\nGreenroom found this wrong and keeps the {count} that it has."
    return 0, f"Greenroom asks {count} now."


# ---------------------------------------------------------------- the terminal
async def converse(url: str, bank: Bank, environment: Mapping[str, str]) -> int:
    """Talk with a person at the terminal."""
    console, keyboard = adapter("terminal.console"), adapter("terminal.keyboard")
    width = min(shutil.get_terminal_size((80, 24)).columns, 88)
    bold = keyboard.wants_style(sys.stdout, environment)

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    async with _terminal(url, bank, environment) as (application, transport), _waker(application):
        code: int = await console.talk(
            application, transport, keyboard.Keyboard(sys.stdin.fileno()), write, width=width, bold=bold
        )
    return code


def play(script: Script, bank: Bank, load_bank: Callable[[], Bank], environment: Mapping[str, str]) -> int:
    """Play a script; each life between two restarts in a process of its own, which is killed."""
    scripts = adapter("terminal.script")
    if not scripts.restarts(script.lines):
        return asyncio.run(_life(script, bank, environment, 0, None, None))
    start: int | None = 0
    code = 0
    at: datetime | None = None
    while start is not None:
        code, start, at = _one_life(script, load_bank, environment, start, at)
    return code


def _one_life(
    script: Script, load_bank: Callable[[], Bank], environment: Mapping[str, str], start: int, at: datetime | None
) -> tuple[int, int | None, datetime | None]:
    """Play a script from a step on in a child process; return its code, or the step and time to go on with."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(
        target=_child, args=(script, load_bank, dict(environment), start, at, there)
    )
    child.start()
    there.close()
    try:
        message: tuple[int, int | None, datetime | None] = here.recv()
    except EOFError:
        child.join()
        return 1, None, None
    if message[1] is not None:
        os.kill(child.pid or 0, signal.SIGKILL)
    child.join()
    return message


def _child(
    script: Script,
    load_bank: Callable[[], Bank],
    environment: Mapping[str, str],
    start: int,
    at: datetime | None,
    pipe: Pipe,
) -> None:
    with suppress(KeyboardInterrupt):
        try:
            code = asyncio.run(_life(script, load_bank(), environment, start, at, pipe))
        except (OSError, ValueError) as error:  # sentences, as in the command line
            sys.stderr.write(f"{error}\n")
            code = 2
        pipe.send((code, None, None))


async def _life(
    script: Script,
    bank: Bank,
    environment: Mapping[str, str],
    start: int,
    at: datetime | None,
    pipe: Pipe | None,
) -> int:
    keyboard, scripts, playing = adapter("terminal.keyboard"), adapter("terminal.script"), adapter("terminal.play")
    clock = Clock(at) if at is not None else None
    async with _terminal(script.url, bank, environment, clock, script.lines) as (application, transport):
        transport.sink = keyboard.printer(sys.stdout, as_json=script.as_json)

        def on_restart(index: int) -> None:
            if pipe is not None:
                pipe.send((0, index, application.now()))

        def on_step(step: Any) -> None:
            if not script.as_json:
                sys.stdout.write(f"> {scripts.written(step)}\n")
                sys.stdout.flush()

        ended = await playing.play(
            application,
            transport,
            scripts.parse(script.lines),
            start=start,
            on_restart=on_restart if pipe is not None else None,
            on_step=on_step,
        )
    if ended.problem:
        sys.stderr.write(ended.problem + "\n")
    code: int = ended.code
    return code


@asynccontextmanager
async def _terminal(
    url: str,
    bank: Bank,
    environment: Mapping[str, str],
    clock: Clock | None = None,
    lines: tuple[str, ...] | None = None,
) -> AsyncIterator[tuple[Application, Any]]:
    module = adapter("terminal")
    database = open_database(url)
    try:
        prepare_tables(database, module)
        application = Application(database, bank, clock=clock or _clock(database, lines))
        transport = module.build({**environment, "GREENROOM_TERMINAL": "1"}, application)
        if isinstance(transport, Missing):
            raise OSError(transport.reason)
        async with application.serve({"terminal": transport}):
            yield application, transport
    finally:
        database.close()


def _clock(database: Database, lines: tuple[str, ...] | None) -> Clock:
    """Return the clock of a person (the real time), or of a script.

    A script on a database that was used before goes on at its last instant, or, where it begins with a time, there:
    in between no bot was running.
    """
    if lines is None:
        return Clock()
    scripts, world = adapter("terminal.script"), adapter("terminal.world")
    last: datetime | None = database.transact(world.clock)
    opening: datetime | None = scripts.opening(lines)
    if last is None:
        return Clock(opening or datetime.now(UTC))
    first = next(iter(scripts.parse(lines[: _first_step(lines)])), None)
    begins = getattr(first, "to", None)
    return Clock(max(last, begins) if begins is not None else last)


def _first_step(lines: tuple[str, ...]) -> int:
    """Return how many lines lead up to the first one that is a step."""
    blank = (line.strip() == "" or line.lstrip().startswith("#") for line in lines)
    return next((number for number, skip in enumerate(blank, 1) if not skip), 0)
