"""Posts being sent and slow work being done, side by side; what comes of them waits here for a transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from bot.chat.model import Conversation
from bot.chat.transport import Transport
from bot.delivery.backlog import Backlog
from bot.delivery.codec import parse
from bot.delivery.queue import Job
from bot.delivery.sending import send
from bot.delivery.transaction import HasFailed, Outcome, WasSent, WasWorked
from bot.delivery.turn import TYPING

Run = Callable[[Mapping[str, Any]], Awaitable[Any]]
SENDING, WORKING = 32, 4
"""Most posts, and most slow work, under way at once."""
MOMENT = 0.5
"""Seconds of slow work after which it is shown that somebody is at it: the offline coach takes milliseconds."""
LINGER = 0.02
"""Seconds that the marks of sent posts wait for a transaction to travel with."""


class UnderWay:
    """What runs outside of transactions. `stir` is called whenever there is something to see to."""

    def __init__(
        self,
        works: Mapping[str, Run],
        transports: Mapping[str, Transport],
        stir: Callable[[], None],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        """`works` runs slow work by the first two words of its key; `pause` lets seconds pass."""
        self._pause = pause
        self._works = works
        self._transports = transports
        self._stir = stir
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = self._working = 0
        self._outcomes: list[Outcome] = []
        self._linger: asyncio.TimerHandle | None = None
        self._flush = False

    @property
    def running(self) -> bool:
        """Tell whether anything is being sent or done."""
        return bool(self._tasks)

    @property
    def over(self) -> bool:
        """Tell whether nothing is being sent or done, and nothing that came of it is left here."""
        return not self._tasks and not self._outcomes

    def start(self, backlog: Backlog, now: datetime) -> None:
        """Start what may run now and finds room."""
        for job in backlog.take("post", now, SENDING - self._sending):
            self._sending += 1
            self._begin(self._send(job))
        for job in backlog.take("work", now, WORKING - self._working):
            self._working += 1
            self._begin(self._work(job))

    def outcomes(self, limit: int, *, anyway: bool) -> list[Outcome]:
        """Return what came of it, oldest first; mere marks of sent posts only `anyway` or after a moment."""
        urgent = any(not isinstance(one, WasSent) or one.tell for one in self._outcomes)
        if not (anyway or urgent or self._flush):
            return []
        taken, self._outcomes = self._outcomes[:limit], self._outcomes[limit:]
        self._flush = bool(self._outcomes)
        return taken

    def put_back(self, outcomes: list[Outcome]) -> None:
        """Take outcomes again that no transaction took."""
        self._outcomes = outcomes + self._outcomes
        self._flush = True

    async def cancel(self) -> None:
        """Stop everything; a later start finds it in the queue."""
        if self._linger is not None:
            self._linger.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._stir()

    async def _send(self, job: Job) -> None:
        try:
            outcome: Outcome = await send(job, self._transports)
        except Exception as error:  # whatever an adapter lets through, the job must not be lost
            outcome = HasFailed(job, error)
        finally:
            self._sending -= 1
        self._outcomes.append(outcome)
        if self._linger is None:
            self._linger = asyncio.get_running_loop().call_later(LINGER, self._lingered)

    async def _work(self, job: Job) -> None:
        showing: asyncio.Task[None] | None = None
        try:
            name = ":".join(job.key.split(":", 2)[:2])
            data = json.loads(job.body)
            if data.get(TYPING):
                showing = asyncio.create_task(self._show(parse(data[TYPING], Conversation)))
            outcome: Outcome = WasWorked(job, await self._works[name](data))
        except Exception as error:  # as above
            outcome = HasFailed(job, error)
        finally:
            self._working -= 1
            if showing is not None:
                showing.cancel()
        self._outcomes.append(outcome)

    async def _show(self, where: Conversation) -> None:
        """Show in a conversation that an answer is being prepared, once that takes longer than a moment."""
        await self._pause(MOMENT)
        transport = self._transports.get(where.platform)
        if transport is not None:
            with suppress(ConnectionError, TimeoutError):  # lost without harm
                await transport.typing(where)

    def _lingered(self) -> None:
        self._linger = None
        self._flush = True
        self._stir()
