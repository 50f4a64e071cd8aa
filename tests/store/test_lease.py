"""The lease of a queue: one process works it, and a killed one gives it back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.engine import URL

from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.queue import Queue
from bot.storage.database import Database
from bot.storage.tables import beats
from tests.support.queues import NOON

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from bot.delivery.database_queue import DatabaseQueue
from bot.storage.database import Database
lease = DatabaseQueue(Database(sys.argv[1])).lease()
print(lease.take(), flush=True)
sys.stdin.readline()
"""


def test_lease_is_held_by_one_and_freed_when_its_process_is_killed(queue: Queue, database_url: URL) -> None:
    lease = queue.lease()
    command = [sys.executable, "-c", HOLD, database_url.render_as_string(hide_password=False)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert (holder.stdout.readline(), lease.take()) == ("True\n", False)
    holder.kill()
    holder.communicate()
    deadline = time.monotonic() + 10
    while not lease.take():  # PostgreSQL takes a moment to notice
        assert time.monotonic() < deadline
    lease.release()


def test_lease_is_given_back(queue: Queue) -> None:
    one, other = queue.lease(), queue.lease()
    taken = [one.take(), other.take()]
    one.release()
    taken.append(other.take())
    other.release()
    assert taken == [True, False, True]


def test_lease_taken_in_one_thread_is_released_in_another(queue: Queue, database: Database) -> None:
    lease, other = queue.lease(), queue.lease()

    async def in_threads() -> bool:
        taken = await asyncio.to_thread(lease.take)
        lease.release()
        return taken and await asyncio.to_thread(other.take)

    assert asyncio.run(in_threads())
    other.release()


def test_lease_waits_for_what_a_killed_process_left_behind(postgresql_url: URL) -> None:
    dead, alive = Database(postgresql_url), Database(postgresql_url)
    lease = DatabaseQueue(alive).lease()
    with dead.transaction() as tx:
        tx.execute(insert(beats), {"id": 1, "at": NOON})
        taken = [lease.take()]
    taken.append(lease.take())
    lease.release()
    dead.close()
    alive.close()
    assert taken == [False, True]
