"""A bank that is edited while Greenroom runs: asked for by the organiser, taken whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select

from bot.answering.service import as_asked, rubric_of
from bot.bank.finding import BankError, Finding
from bot.bank.model import Bank
from bot.delivery.ask import PATIENCE, NoAnswerError, NobodyError, ask
from bot.storage.tables import attempts
from bot.wiring import RELOAD, open_database
from tests.feature.answering import BETTER, PRIVATELY, ROUND
from tests.feature.sample_bank import BANK, point
from tests.feature.stage import House, scene

DISK = BANK.questions["full-disk"]
CHANGED = replace(
    DISK, revision=2, points=(DISK.points[0], point("alarm", "Put an alarm on free space.", "triage", "alarm"))
)


def with_disk(question: object = CHANGED) -> Bank:
    return replace(BANK, questions={**BANK.questions, "full-disk": question})  # type: ignore[dict-item]


async def reload(house: House) -> object:
    """Ask from a thread, as another process does, while the house lives on."""
    loop = asyncio.get_running_loop()

    def pause(seconds: float) -> None:
        asyncio.run_coroutine_threadsafe(house.later(seconds=6), loop).result()

    return await asyncio.to_thread(ask, house.database, RELOAD, "r1", house.now, pause)


@scene()
async def test_reload_takes_the_new_bank_without_a_restart(house: House) -> None:
    house.bank = with_disk(replace(CHANGED, prompt="At night the disk of your mail server runs full. What do you do?"))
    assert await reload(house) == {"questions": len(BANK.questions), "wrong": ""}
    await house.play(ROUND)
    assert [line for seen in house.seen for line in seen.text.splitlines() if line.startswith("At night")][:1] == [
        "At night the disk of your mail server runs full. What do you do?"
    ]


@scene()
async def test_reload_of_a_broken_bank_keeps_the_old_one(house: House) -> None:
    finding = Finding("questions/incidents/full-disk.yaml", 3, "there is no level 'medium'", "did you mean 'mid'?")

    def broken() -> Bank:
        raise BankError([finding])

    house.read_bank = broken
    assert await reload(house) == {"questions": len(BANK.questions), "wrong": str(finding)}
    assert house.application.bank is BANK


@scene()
async def test_reload_leaves_an_attempt_with_the_rubric_it_was_made_to(house: House) -> None:
    await house.play(ROUND + PRIVATELY)
    house.bank = with_disk()
    await reload(house)
    look = partial(_kept_rubrics)
    assert house.read(look) == [(1, [p.id for p in DISK.points])]
    await house.play(f'ben presses "Change my answer" in #prep\nben submits: {BETTER}')
    assert house.read(look) == [(2, [p.id for p in CHANGED.points])]


@scene()
async def test_reload_without_an_answer_says_so(house: House) -> None:
    waited: list[float] = []
    with pytest.raises(NoAnswerError, match="has not answered within 30 s"):
        await asyncio.to_thread(ask, house.database, RELOAD, "r1", house.now, waited.append)
    assert sum(waited) == PATIENCE


@scene()
async def test_reload_where_nobody_runs_asks_nobody(house: House) -> None:
    url = str(house.database.url)
    await house.close()
    database = open_database(url)
    try:
        with pytest.raises(NobodyError, match="No Greenroom works on this database"):
            ask(database, RELOAD, "r1", house.now, lambda _: None)
    finally:
        database.close()


# ---------------------------------------------------------------- the question as it was asked
def test_question_of_the_same_revision_is_todays() -> None:
    assert as_asked(CHANGED, DISK.id, 2, rubric_of(DISK)) is CHANGED


def test_question_of_another_revision_has_the_points_it_was_asked_with() -> None:
    wanted = replace(CHANGED, revision=1, points=(DISK.points[0], replace(DISK.points[1], cues=())))
    assert as_asked(CHANGED, DISK.id, 1, rubric_of(DISK)) == wanted


def test_question_that_left_the_bank_is_its_points() -> None:
    asked = as_asked(None, DISK.id, 1, rubric_of(DISK))
    assert (asked.id, asked.revision) == (DISK.id, 1)
    assert asked.points == tuple(replace(p, cues=()) for p in DISK.points)


def _kept_rubrics(conn):  # type: ignore[no-untyped-def]
    query = select(attempts.c.revision, attempts.c.rubric).order_by(attempts.c.id)
    return [(row.revision, [kept["id"] for kept in row.rubric]) for row in conn.execute(query)]
