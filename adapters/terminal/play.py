"""Scripts of the terminal: playing one life of the process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import assert_never

from adapters.terminal import cards, world
from adapters.terminal.acting import Acting, NotThere
from adapters.terminal.script import At, Deletes, Edits, Presses, Quit, Restart, Says, Step, Submits, UnknownLine
from adapters.terminal.transport import TerminalTransport
from bot.chat.host import Host

DONE = 0
FAILED = 1
MISWRITTEN = 2
"""Exit code of a script with a line that cannot be read or played."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a life ended: with an exit code, or (`next_index`) at a restart, to go on with that step in a new process.

    `problem` is one sentence for the error stream.
    """

    code: int
    next_index: int | None = None
    problem: str = ""


class _Impossible(Exception):
    """A line that can be read but not played now."""


async def play(
    host: Host,
    transport: TerminalTransport,
    steps: Iterable[Step],
    *,
    start: int = 0,
    on_restart: Callable[[int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Ended:
    """Play the steps from index `start` until the script ends or restarts; after each one all that is due is done.

    With `on_restart`, that is called at a `restart` with the index to go on with, and then nothing happens for ever:
    the process is to be killed. `on_step` hears of each step before it is played.
    """
    number = 0
    try:
        await host.settle()
        for index, step in enumerate(islice(iter(steps), start, None), start):
            number = step.number
            if on_step is not None:
                on_step(step)
            match step:
                case Quit():
                    return Ended(DONE)
                case Restart():
                    if on_restart is None:
                        return Ended(DONE, index + 1)
                    on_restart(index + 1)
                    await asyncio.Event().wait()
                case _:
                    await _play(host, transport, step)
            await host.settle()
            if transport.gone:
                return Ended(DONE)
    except UnknownLine as error:
        return Ended(MISWRITTEN, problem=str(error))
    except (_Impossible, NotThere) as error:
        return Ended(MISWRITTEN, problem=cards.at_line(number, str(error)))
    except Exception as error:
        # Whoever plays a script sees one sentence and never a stack trace; the log can show it.
        log.error("line %d of a script failed: %s: %s", number, type(error).__name__, error)
        log.debug("the trace", exc_info=True)
        return Ended(FAILED, problem=cards.at_line(number, cards.ended_early(error)))
    return Ended(DONE)


async def _play(
    host: Host, transport: TerminalTransport, step: At | Says | Presses | Submits | Edits | Deletes
) -> None:
    acting = Acting(transport)
    match step:
        case At():
            await _move(host, transport, step)
        case Says():
            await acting.say(step.who, await acting.where(step.who, step.place), step.text)
        case Presses():
            await acting.press(step.who, step.place, step.label, step.back)
        case Submits():
            await acting.submit(step.who, step.text)
        case Edits():
            await acting.edit(step.who, await acting.where(step.who, step.place), step.text)
        case Deletes():
            await acting.delete(step.who, await acting.where(step.who, step.place))
        case _:
            assert_never(step)


async def _move(host: Host, transport: TerminalTransport, step: At) -> None:
    if step.to < host.now():
        raise _Impossible(cards.backwards(step.to, host.now()))
    host.move(step.to)
    await transport.context.stored(lambda tx: world.tick(tx, step.to))
