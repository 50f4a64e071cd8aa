"""The composition root: settings to objects. Only here are rooms connected; nothing opens at import."""

from __future__ import annotations

import asyncio
import importlib
import logging
import pkgutil
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.account.service import Account, account
from bot.answering.feature import answering as answering_feature
from bot.answering.service import Answering
from bot.bank.finding import BankError
from bot.bank.model import Bank
from bot.chat.model import Card, Form, Missing, Pressed
from bot.chat.surface import Surface
from bot.chat.transport import Transport
from bot.coaching.offline import OfflineCoach
from bot.daily.service import daily
from bot.delivery.ask import answering as answering_requests
from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.engine import Delivery
from bot.delivery.feature import Feature
from bot.delivery.turn import Turn
from bot.interview.service import interviews
from bot.progress.feature import progress
from bot.router import Router
from bot.storage.database import Database, StorageError
from bot.storage.migrate import migrate

log = logging.getLogger("greenroom")
T = TypeVar("T")
LEASE_PATIENCE = 10.0
"""Seconds that a start waits for the process before it to let go of the queue: a killed one takes a moment."""


RELOAD = "bank"
"""What `greenroom questions reload` asks the running process for."""
LONGEST_BACKOFF = 300.0
"""Seconds at most between two starts of an adapter that keeps ending."""
FAREWELL = 10.0
"""Seconds that a clean shutdown waits for what is under way; what is not done by then goes on after the next start."""


class Clock:
    """The real time, in UTC; a script's clock is set by hand instead."""

    def __init__(self, at: datetime | None = None) -> None:
        """Follow the real time, or stand still at `at`."""
        self._at = at

    def now(self) -> datetime:
        """Return the time."""
        return self._at or datetime.now(UTC)

    def move(self, to: datetime) -> None:
        """Set a clock that stands still forward; raises ValueError for a time before it."""
        if self._at is not None and to < self._at:
            raise ValueError(f"time never goes back: it is {self._at:%Y-%m-%dT%H:%MZ} already")
        self._at = to


def new_id() -> str:
    """Return an id that nobody has or guesses: 80 random bits."""
    return secrets.token_hex(10)


class Application:
    """Everything of one process, connected. It is the `Context` of its adapters, and the `Host` of the terminal."""

    def __init__(
        self,
        database: Database,
        bank: Bank,
        *,
        clock: Clock,
        ids: Callable[[], str] = new_id,
        pause: Callable[[float], Any] = asyncio.sleep,
        read_bank: Callable[[], Bank] | None = None,
    ) -> None:
        """Connect the features; adapters follow with `serve`. `ended` is set once the queue no longer works.

        `read_bank` reads the bank again for `greenroom questions reload`.
        """
        self.database = database
        self.clock = clock
        self._read_bank = read_bank or (lambda: bank)
        self._ids = ids
        self._pause = pause
        self._account = Account()
        self._connect(bank)
        self.queue = DatabaseQueue(database)
        self.delivery: Delivery | None = None
        self._transports: Mapping[str, Transport] = {}
        self.ended = asyncio.Event()

    def _connect(self, bank: Bank) -> None:
        """Build the features on a bank. A bank never changes: what is under way ends with the one it began with."""
        self.bank = bank
        found = (*features(bank, self._account), answering_requests(RELOAD, self._reload))
        self.router = Router(found, small_talk=self._account.small_talk)
        self._account.commands = self.router.commands

    async def _reload(self) -> Mapping[str, Any]:
        """Take the bank as it is now, if nothing is wrong with it; else keep the one there is, and say why."""
        try:
            bank = await asyncio.to_thread(self._read_bank)
        except (BankError, OSError) as error:
            log.warning("the bank was not read again: %s", error)
            return {"questions": len(self.bank.questions), "wrong": str(error)}
        self._connect(bank)
        if self.delivery is not None:
            for transport in self._transports.values():
                transport.bind(self.delivery.accept, self._surface())  # what it may offer has changed
        log.info("the bank was read again: %d questions", len(bank.questions))
        return {"questions": len(bank.questions), "wrong": ""}

    def _handle(self, turn: Turn) -> None:
        self.router.handle(turn)

    async def _work(self, name: str, data: Mapping[str, Any]) -> Any:
        return await self.router.works[name].run(data)

    # ------------------------------------------------------------ what adapters are lent
    def now(self) -> datetime:
        """Return the application's clock."""
        return self.clock.now()

    def move(self, to: datetime) -> None:
        """Set the clock of a script forward."""
        self.clock.move(to)

    async def stored(self, change: Callable[[Any], T]) -> T:
        """Run a change of an adapter's own tables in one transaction."""
        return await self.database.run(change)

    async def settle(self) -> None:
        """Return when everything due by now is done."""
        assert self.delivery is not None, "settle belongs inside of `serve`"
        await self.delivery.tick()
        await self.delivery.idle()

    # ------------------------------------------------------------ life
    @asynccontextmanager
    async def serve(self, transports: Mapping[str, Transport]) -> AsyncIterator[Delivery]:
        """Work the queue and run the adapters until the context ends; then finish what is under way."""
        works = {name: partial(self._work, name) for name in self.router.works}
        delivery = Delivery(
            self.database,
            self.queue,
            self._handle,
            works,
            transports,
            now=self.now,
            new_id=self._ids,
            pause=self._pause,
        )
        self.delivery = delivery
        lease = self.queue.lease()
        await self._take(lease.take)
        try:
            await delivery.open()
            self._transports, tasks = transports, []
            for name, transport in transports.items():
                transport.bind(delivery.accept, self._surface())
                tasks.append(asyncio.create_task(self._supervised(name, transport)))
            working = asyncio.create_task(delivery.run())
            working.add_done_callback(lambda _: self.ended.set())
            tasks.append(working)
            try:
                yield delivery
            finally:
                with suppress(StorageError, TimeoutError):
                    await asyncio.wait_for(delivery.idle(), FAREWELL)
                for task in reversed(tasks):
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            lease.release()

    async def _supervised(self, name: str, transport: Transport) -> None:
        """Run an adapter, and again whenever it ends: a platform's library may die for good, the bot may not."""
        wait = 1.0
        while True:
            began = self.now()
            try:
                await transport.run()
            except Exception:
                log.exception("%s ended with an error and is started again in %g s", name, wait)
            if (self.now() - began).total_seconds() > LONGEST_BACKOFF:
                wait = 1.0
            await self._pause(wait)
            wait = min(2 * wait, LONGEST_BACKOFF)

    async def _take(self, take: Callable[[], bool]) -> None:
        waited = 0.0
        while not await asyncio.to_thread(take):
            if waited >= LEASE_PATIENCE:
                raise StorageError(
                    "Another Greenroom works on this database already. Stop it first, or give this one a database "
                    "of its own (GREENROOM_DATABASE_URL)."
                )
            waited += 0.1
            await self._pause(0.1)

    def _surface(self) -> Surface:
        return Surface(self.router.commands, self.router.actions, self._form_for)

    async def _form_for(self, pressed: Pressed) -> Form | Card:
        return await self.router.form_for(self.database, pressed, self.now())


def features(bank: Bank, own: Account) -> tuple[Feature, ...]:
    """Return every feature, in the order in which help shows their commands."""
    coach = OfflineCoach(bank)
    answering = Answering(bank, coach, coach)
    return (
        interviews(bank, answering),
        progress(bank),
        daily(bank, answering),
        answering_feature(bank),
        account(own),
    )


def open_database(url: str) -> Database:
    """Open a database and bring it to this code's data model."""
    database = Database(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


# ---------------------------------------------------------------- adapters
def adapter_names() -> list[str]:
    """Return the adapters by folder name."""
    package = importlib.import_module("adapters")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg)


def adapter(name: str) -> Any:
    """Return an adapter's module."""
    return importlib.import_module(f"adapters.{name}")


def build_transports(
    application: Application, environment: Mapping[str, str]
) -> tuple[dict[str, Transport], dict[str, str]]:
    """Return the transports whose settings are there, and why each other one was left out."""
    transports: dict[str, Transport] = {}
    missing: dict[str, str] = {}
    for name in adapter_names():
        module = adapter(name)
        built = module.build(environment, application)
        if isinstance(built, Missing):
            missing[name] = built.reason
            continue
        prepare_tables(application.database, module)
        transports[name] = built
    return transports, missing


def prepare_tables(database: Database, module: Any) -> None:
    """Create an adapter's own tables, if it has any."""
    tables = getattr(module, "tables", None)
    if tables is not None:
        database.transact(lambda tx: _create(tx, tables))


def _create(connection: Connection, tables: Any) -> None:
    tables.create_all(connection)
