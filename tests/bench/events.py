"""Events a second from accept to reply, and their processor time, beside the same statements by hand."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bot.chat.model import Asked, Conversation, Person, PlatformEvent, Said
from bot.delivery.engine import Delivery
from tests.bench.figures import Figure
from tests.bench.nowhere import MORNING, NAME, Nowhere, Tape, application, by_driver, by_hand, taped

EVENTS = {1: 300, 20: 1_500}
"""How many events, by how many are in flight."""
TRIES = 3
PEOPLE = [Person(NAME, "", f"p{number}") for number in range(40)]
_ids = count(1)


@dataclass(frozen=True, slots=True)
class Run:
    """One run through the application, and its statements by hand: seconds in all."""

    seconds: float
    cpu: float
    floor_seconds: float
    floor_cpu: float
    driver_seconds: float
    tape: Tape


def measure() -> list[Figure]:
    """Return events a second and processor time, with one event and with 20 in flight."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
        base = Path(folder) / "base.db"
        asyncio.run(_prepare(base))
        for flying, events in EVENTS.items():
            runs = [_run(base, Path(folder) / f"{flying}-{number}", flying, events) for number in range(TRIES)]
            fast = sorted(runs, key=lambda run: run.floor_seconds / run.seconds)[len(runs) // 2]
            share = fast.floor_seconds / fast.seconds
            words = f"{flying} in flight" if flying > 1 else "one at a time"
            statements = median(run.tape.statements for run in runs) / events
            groups = median(len(run.tape.transactions) for run in runs) / events
            limit = 0.6 if flying > 1 else None
            per = 1_000 / events
            figures += [
                Figure(
                    f"events, {words}",
                    events / fast.seconds,
                    "/s",
                    events / fast.floor_seconds,
                    share,
                    limit,
                    at_least=True,
                ),
                Figure(
                    f"processor time, {words}", fast.cpu * per, "ms", fast.floor_cpu * per, fast.cpu / fast.floor_cpu
                ),
                Figure(
                    f"events, {words}, beside the driver alone",
                    events / fast.seconds,
                    "/s",
                    events / fast.driver_seconds,
                    fast.driver_seconds / fast.seconds,
                ),
                Figure(f"statements an event, {words}", statements, ""),
                Figure(f"transactions an event, {words}", groups, ""),
            ]
    return figures


def _run(base: Path, folder: Path, flying: int, events: int) -> Run:
    folder.mkdir()
    names = ("ours.db", "tape.db", "hand.db", "driver.db")
    ours, recorded, hand, driver = (Path(shutil.copy(base, folder / name)) for name in names)
    seconds, cpu, _ = asyncio.run(_events(ours, flying, events))
    # Recording costs time, too: what is played by hand comes from a run of its own, with the same events.
    *_, tape = asyncio.run(_events(recorded, flying, events, record=True))
    return Run(seconds, cpu, *by_hand(tape, hand), by_driver(tape, driver)[0], tape)


async def _prepare(path: Path) -> None:
    """Let everybody be welcomed, so that what follows is the everyday."""
    await _events(path, 1, 2 * len(PEOPLE))


async def _events(path: Path, flying: int, events: int, *, record: bool = False) -> tuple[float, float, Tape]:
    replies: dict[str, asyncio.Event] = {person.account: asyncio.Event() for person in PEOPLE}
    house = application(path)
    try:
        async with house.serve({NAME: Nowhere(lambda account: replies[account].set())}) as delivery:
            with taped(house.database) if record else nullcontext(Tape()) as tape:
                started, spent = perf_counter(), process_time()
                todo = iter(range(events))
                await asyncio.gather(*(_talk(delivery, number, flying, todo, replies) for number in range(flying)))
                taken = perf_counter() - started, process_time() - spent
                await house.settle()
    finally:
        house.database.close()
    return *taken, tape


async def _talk(delivery: Delivery, number: int, flying: int, todo: object, replies: dict[str, asyncio.Event]) -> None:
    """Say something, wait for the reply, and so on, as long as there is something left to say."""
    own = PEOPLE[number::flying]
    for turn in todo:  # type: ignore[attr-defined]
        person = own[(turn // flying) % len(own)]
        reply = replies[person.account]
        reply.clear()
        await delivery.accept(_event(person, talk=(turn // flying // len(own)) % 2 == 0))
        await reply.wait()


def _event(person: Person, *, talk: bool) -> PlatformEvent:
    """Return small talk in a direct message, or a look at one's settings in a channel."""
    number = f"e{next(_ids)}"
    if talk:
        where = Conversation(NAME, "", f"dm-{person.account}", private=True)
        text = "How are you today? I have a little time before work."
        return Said(id=number, at=MORNING, space="s", who=person, where=where, message=number, text=text)
    where = Conversation(NAME, "s", "prep")
    return Asked(id=number, at=MORNING, space="s", who=person, where=where, command="settings")
