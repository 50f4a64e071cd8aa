"""A platform that takes every card and shows none, and the tape of what a database was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, Executable, event

from adapters.terminal.limits import CAPABILITIES
from bot.bank.load import load
from bot.bank.schema import HOME
from bot.chat.model import (
    Card,
    Conversation,
    MessageRef,
    Person,
    Sent,
    Target,
)
from bot.storage.database import Database
from bot.wiring import Application, Clock, open_database
from tests.support.quiet import Quiet

NAME = "nowhere"
MORNING = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


class Nowhere(Quiet):
    """A transport whose platform answers at once. `heard` is called with whom a card was for."""

    capabilities = CAPABILITIES

    def __init__(self, heard: Callable[[str], None] = lambda _account: None) -> None:
        self.posts = 0
        self._heard = heard
        self._numbers = count(1)

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        self.posts += 1
        where = to if isinstance(to, Conversation) else Conversation(NAME, "", f"dm-{to.who.account}", private=True)
        if only is not None:
            self._heard(only.account)
            return Sent(None, where)
        return Sent(MessageRef(where, f"m{next(self._numbers)}"), where)


def application(path: Path, at: datetime = MORNING) -> Application:
    """Return the whole application on a SQLite file, with its own bank and a clock that stands still."""
    return Application(open_database(f"sqlite:///{path}"), load(HOME), clock=Clock(at))


@dataclass(slots=True)
class Tape:
    """What a database was asked, by transaction: as SQLAlchemy got it, and as the driver got it."""

    transactions: list[list[tuple[Executable, Any]]] = field(default_factory=list)
    driven: list[list[tuple[str, Any, bool]]] = field(default_factory=list)

    @property
    def statements(self) -> int:
        """How many statements there are."""
        return sum(map(len, self.driven))

    def commonest(self, most: int = 15) -> list[tuple[int, str]]:
        """Return how often which statement was executed."""
        counted = Counter(" ".join(words.split())[:110] for asked in self.driven for words, _, _ in asked)
        return [(times, words) for words, times in counted.most_common(most)]


@contextmanager
def taped(database: Database) -> Iterator[Tape]:
    """Record what a database is asked."""
    tape = Tape()

    def begun(connection: Any) -> None:
        tape.transactions.append([])
        tape.driven.append([])

    def executed(_connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        tape.transactions[-1].append((statement, many or one))

    def asked(_connection: Any, _cursor: Any, words: str, values: Any, _context: Any, many: bool) -> None:
        if not words.startswith("BEGIN"):
            tape.driven[-1].append((words, values, many))

    event.listen(database.engine, "begin", begun)
    event.listen(database.engine, "before_execute", executed)
    event.listen(database.engine, "before_cursor_execute", asked)
    try:
        yield tape
    finally:
        event.remove(database.engine, "begin", begun)
        event.remove(database.engine, "before_execute", executed)
        event.remove(database.engine, "before_cursor_execute", asked)


def by_hand(tape: Tape, path: Path) -> tuple[float, float]:
    """Execute the same statements in the same transactions through SQLAlchemy Core, as one would write it by hand.

    In one thread, with nothing in between; return seconds and processor seconds.
    """

    def play(tx: Connection, number: int) -> None:
        for statement, values in tape.transactions[number]:
            found = tx.execute(statement, values)
            if found.returns_rows:
                found.all()

    return _timed(path, len(tape.transactions), play)


def by_driver(tape: Tape, path: Path) -> tuple[float, float]:
    """Execute the same as text by the driver alone: what no program on SQLAlchemy reaches."""

    def play(tx: Connection, number: int) -> None:
        for words, values, many in tape.driven[number]:
            # One insert of many rows that returns their numbers is "many" too, with the values of all in one tuple.
            rows = list(values) if many and isinstance(values[0], tuple) else values
            found = tx.exec_driver_sql(words, rows)
            if found.returns_rows:
                found.all()

    return _timed(path, len(tape.driven), play)


def _timed(path: Path, transactions: int, play: Callable[[Connection, int], None]) -> tuple[float, float]:
    database = Database(f"sqlite:///{path}")
    with database.transaction():
        pass  # the connection is open already in the application, too
    started, spent = perf_counter(), process_time()
    for number in range(transactions):
        with database.transaction() as tx:
            play(tx, number)
    taken = perf_counter() - started, process_time() - spent
    database.close()
    return taken
