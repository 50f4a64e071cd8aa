"""Fixtures of the store's tests: every engine of the queue, on every database."""

from __future__ import annotations

import pytest

from bot.delivery.queue import Queue
from bot.storage.database import Database
from tests.support.queues import ENGINES, Desk


@pytest.fixture(params=list(ENGINES))
def queue(request: pytest.FixtureRequest, database: Database) -> Queue:
    """Give each engine on each database."""
    return ENGINES[request.param](database)


@pytest.fixture
def desk(database: Database, queue: Queue) -> Desk:
    """Give a desk on each queue."""
    return Desk(database, queue)
