"""Every engine of the queue, on every database: the port's promises."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection, func, select

from bot.delivery.commands import queue as command
from bot.delivery.database_queue import DatabaseQueue
from bot.delivery.queue import MEMORY, DeadJob, Job, Queue, Retry
from bot.storage.database import Database
from bot.storage.tables import jobs
from tests.support.queues import NOON, SECOND, Desk, new


# ---------------------------------------------------------------- jobs
def test_job_comes_back_as_it_was_put(desk: Desk) -> None:
    put = desk.put(new("k", lane="l", body='{"text":"Grüße ✓"}', priority=10))
    expected = Job(put[0].seq, "event", "k", "l", 10, NOON, 0, None, '{"text":"Grüße ✓"}', tried=True)
    assert ([expected], False) == (desk.waiting(), put[0].tried)


def test_key_is_put_once_for_its_kind(desk: Desk) -> None:
    desk.put(new("k", body="first"), new("k", "post"))
    again = desk.put(new("k", body="second"), new("other"))
    assert [job.key for job in again] == ["other"]
    assert [job.body for job in desk.waiting()] == ["first", "text"]
    assert desk.keys("post") == ["k"]


def test_key_that_comes_twice_at_once_is_put_once(desk: Desk) -> None:
    put = desk.put(new("k", body="first"), new("k", body="second"), new("l"))
    assert [(job.key, job.body) for job in put] == [("k", "first"), ("l", "text")]
    assert desk.keys() == ["k", "l"]


def test_key_stays_known_when_its_job_is_done(desk: Desk) -> None:
    desk.done(*desk.put(new("k")))
    assert (desk.put(new("k")), desk.waiting()) == ([], [])


def test_job_that_is_done_at_once_is_known_and_never_waits(desk: Desk) -> None:
    noted = desk.note(new("k", body="first"), new("k", body="second"))
    assert [(job.key, job.body) for job in noted] == [("k", "first")]
    assert (desk.put(new("k")), desk.note(new("k")), desk.waiting()) == ([], [], [])


def test_jobs_wait_in_the_order_of_their_coming(desk: Desk) -> None:
    desk.put(*(new(str(number), lane=str(number % 3)) for number in range(300)))
    desk.put(new("last"))
    assert [*map(str, range(300)), "last"] == desk.keys()


def test_jobs_are_read_in_portions(desk: Desk) -> None:
    desk.put(*(new(str(number)) for number in range(5)))
    first = desk.waiting(limit=2)
    rest = desk.waiting(after=first[-1].seq)
    assert ([job.key for job in first], [job.key for job in rest]) == (["0", "1"], ["2", "3", "4"])


def test_job_does_not_run_before_its_time(desk: Desk) -> None:
    desk.put(new("later", at=NOON + SECOND))
    assert (desk.keys(), desk.keys(until=NOON + SECOND)) == ([], ["later"])


def test_rolled_back_job_was_never_put(database: Database, queue: Queue, desk: Desk) -> None:
    def change(tx: Connection) -> None:
        queue.put(tx, [new("k")])
        raise KeyError

    with pytest.raises(KeyError):
        database.transact(change)
    assert (desk.waiting(), len(desk.put(new("k")))) == ([], 1)


def test_text_is_erased_when_a_job_is_done(desk: Desk, database: Database) -> None:
    desk.done(*desk.put(*(new(kind, kind) for kind in ("event", "post", "work"))))
    found = database.transact(lambda tx: tx.execute(select(jobs.c.state, jobs.c.body, jobs.c.error)).all())
    assert found == [("done", None, None)] * 3


def test_ids_are_forgotten_after_fourteen_days(desk: Desk, database: Database, queue: Queue) -> None:
    old, young, _, dead = desk.put(new("old"), new("young"), new("waiting"), new("dead"))
    desk.done(old, now=NOON)
    desk.done(young, now=NOON + SECOND)
    desk.bury(dead)
    database.transact(lambda tx: queue.forget(tx, NOON + MEMORY + SECOND / 2))
    found = database.transact(lambda tx: tx.execute(select(jobs.c.key).order_by(jobs.c.seq)).scalars().all())
    assert found == ["young", "waiting", "dead"]


def test_number_of_a_forgotten_job_is_not_given_again(desk: Desk, database: Database, queue: Queue) -> None:
    last = desk.put(new("a"), new("b"))[-1]
    desk.done(last)
    database.transact(lambda tx: queue.forget(tx, NOON + MEMORY * 2))
    assert desk.put(new("c"))[0].seq > last.seq


def test_standing_names_what_still_waits_as_it_is(desk: Desk, database: Database, queue: Queue) -> None:
    waiting, finished, delayed, buried = desk.put(new("w"), new("f"), new("d"), new("b"))
    desk.done(finished)
    desk.bury(buried)
    later = Retry(NOON + SECOND, 1, NOON)
    database.transact(lambda tx: queue.retry(tx, delayed, later, "error"))
    asked = [waiting, finished, delayed, buried]
    found = database.transact(lambda tx: (queue.standing(tx, asked), queue.standing(tx, [])))
    assert ({waiting.seq}, set()) == found


def test_behind_tells_the_longest_wait(desk: Desk, database: Database, queue: Queue) -> None:
    def behind(now: datetime) -> float:
        return database.transact(lambda tx: queue.behind(tx, now))

    assert behind(NOON) == 0.0
    desk.put(new("k"), new("t", "timer", at=NOON + 5 * SECOND))
    assert (behind(NOON - SECOND), behind(NOON + 3 * SECOND)) == (0.0, 3.0)


# ---------------------------------------------------------------- timers
def test_timer_is_moved_and_changed_when_armed_again(desk: Desk) -> None:
    desk.arm(new("t", "timer", at=NOON, body="first"))
    desk.arm(new("t", "timer", at=NOON + SECOND, body="second"))
    assert [(job.key, job.run_at, job.body) for job in desk.waiting("timer", NOON + SECOND)] == [
        ("t", NOON + SECOND, "second")
    ]
    assert desk.next_timer() == NOON + SECOND


def test_timers_are_read_by_their_time(desk: Desk) -> None:
    for key, seconds in (("c", 3), ("a", 1), ("b", 2), ("z", 9)):
        desk.arm(new(key, "timer", at=NOON + seconds * SECOND))
    desk.arm(new("z", "timer", at=NOON))
    assert desk.keys("timer", NOON + 5 * SECOND) == ["z", "a", "b", "c"]


def test_timer_is_gone_when_done(desk: Desk, database: Database) -> None:
    desk.arm(new("t", "timer"))
    desk.done(*desk.waiting("timer"))
    count = database.transact(lambda tx: tx.execute(select(func.count()).select_from(jobs)).scalar())
    assert (count, desk.next_timer()) == (0, None)


def test_timer_that_was_moved_survives_the_end_of_its_older_self(desk: Desk) -> None:
    desk.arm(new("t", "timer"))
    older = desk.waiting("timer")
    desk.arm(new("t", "timer", at=NOON + SECOND, body="newer"))
    desk.done(*older)
    assert [job.body for job in desk.waiting("timer", NOON + SECOND)] == ["newer"]


def test_timer_armed_by_its_own_handling_survives(database: Database, queue: Queue, desk: Desk) -> None:
    desk.arm(new("t", "timer"))
    older = desk.waiting("timer")

    def handle_and_arm_again(tx: Connection) -> None:
        queue.done(tx, older, NOON)
        queue.arm(tx, new("t", "timer", at=NOON, body="the same time again"))

    database.transact(handle_and_arm_again)
    assert [job.body for job in desk.waiting("timer")] == ["the same time again"]


def test_timer_that_failed_begins_anew_when_armed(database: Database, queue: Queue, desk: Desk) -> None:
    desk.arm(new("t", "timer"))
    timer = desk.waiting("timer")[0]
    database.transact(lambda tx: queue.retry(tx, timer, Retry(NOON + SECOND, 4, NOON), "error"))
    desk.arm(new("t", "timer"))
    assert [(job.attempts, job.failed_at) for job in desk.waiting("timer")] == [(0, None)]


def test_cancelled_timer_is_gone_and_an_absent_one_no_error(database: Database, queue: Queue, desk: Desk) -> None:
    desk.arm(new("t", "timer"))
    desk.put(new("t"))
    for key in ("t", "absent"):
        database.transact(lambda tx, key=key: queue.cancel(tx, "timer", key))
    assert (desk.keys("timer"), desk.keys()) == ([], ["t"])


# ---------------------------------------------------------------- failures
def test_retry_is_kept_with_its_count(database: Database, queue: Queue, desk: Desk) -> None:
    job = desk.put(new("k"))[0]
    database.transact(lambda tx: queue.retry(tx, job, Retry(NOON + SECOND, 3, NOON), "ValueError: no"))
    assert desk.keys() == []
    kept = desk.waiting(until=NOON + SECOND)[0]
    assert (kept.run_at, kept.attempts, kept.failed_at, kept.body) == (NOON + SECOND, 3, NOON, "text")


def test_dead_letter_is_listed_and_runs_no_more(desk: Desk, database: Database, queue: Queue) -> None:
    job = desk.put(new("k"), new("l"))[0]
    desk.bury(job)
    assert [DeadJob(job.seq, "event", "k", "ValueError: no", NOON)] == database.transact(queue.dead)
    assert desk.keys() == ["l"]


def test_dead_letter_runs_again_with_its_text_when_revived(desk: Desk, database: Database, queue: Queue) -> None:
    one, other = desk.put(new("k", body="what was typed"), new("l"))
    desk.bury(one)
    desk.bury(other)
    count = database.transact(lambda tx: queue.revive(tx, [one.seq, 12345], NOON + SECOND))
    revived = desk.waiting(until=NOON + SECOND)
    assert (
        count,
        [(job.run_at, job.attempts, job.failed_at, job.body) for job in revived],
    ) == (1, [(NOON + SECOND, 0, None, "what was typed")])


def test_dropped_letter_is_erased_and_its_key_known(desk: Desk, database: Database, queue: Queue) -> None:
    job = desk.put(new("k"))[0]
    desk.bury(job)
    count = database.transact(lambda tx: queue.drop(tx, [job.seq], NOON))
    bodies = database.transact(lambda tx: tx.execute(select(jobs.c.body)).scalars().all())
    assert (count, database.transact(queue.dead), bodies, desk.put(new("k"))) == (1, [], [None], [])


def test_waiting_job_is_neither_revived_nor_dropped(desk: Desk, database: Database, queue: Queue) -> None:
    job = desk.put(new("k"))[0]
    counts = database.transact(lambda tx: (queue.revive(tx, [job.seq], NOON), queue.drop(tx, [job.seq], NOON)))
    assert (counts, [one.body for one in desk.waiting()]) == ((0, 0), ["text"])


# ---------------------------------------------------------------- the operator's command
def test_command_lists_retries_and_drops(desk: Desk, database: Database) -> None:
    assert command(database, "list", []) == (0, "No dead letters.")
    one, other = desk.put(new("k"), new("l", "post"))
    desk.bury(one)
    desk.bury(other)
    assert command(database, "list", []) == (
        0,
        "number  given up on (UTC)  what and why\n"
        f"{one.seq:>6}  2026-12-01 12:00  something said or pressed: ValueError: no\n"
        f"{other.seq:>6}  2026-12-01 12:00  a post: ValueError: no",
    )
    assert command(database, "retry", [str(one.seq)]) == (0, "1 dead letter will be tried again.")
    assert command(database, "drop", ["all"]) == (0, "1 dead letter dropped.")
    assert command(database, "list", []) == (0, "No dead letters.")


def test_command_changes_nothing_for_an_unknown_number(desk: Desk, database: Database) -> None:
    job = desk.put(new("k"))[0]
    desk.bury(job)
    sentence = "No dead letter has number 9999. `greenroom queue list` shows them. Nothing was changed."
    assert command(database, "drop", [str(job.seq), "9999"]) == (2, sentence)
    with pytest.raises(ValueError, match="`x` is not a number of a dead letter"):
        command(database, "retry", ["x"])
    assert [dead.key for dead in database.transact(DatabaseQueue(database).dead)] == ["k"]
