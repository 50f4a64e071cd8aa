"""Export and deletion: everything of a learner, and nothing of anybody else."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.account.data import ELSEWHERE, LONGEST_TEXT, tables_of_a_learner
from bot.storage.tables import attempts, jobs, learners, metadata
from tests.feature.interviewing import GOOD, WEAK, press
from tests.feature.stage import EVERYWHERE, House, Seen, scene

NOBODYS = {"jobs", "buttons", "floors", "beats", "outages", "spaces", "groups", "series", "skips", "rounds"}
"""Tables without a learner's rows; of jobs, buttons and floors a deletion removes what belongs to her."""
WORDS = "Zanzibar marmalade"
"""Words that only ana uses."""


# ---------------------------------------------------------------- no table is forgotten
def test_every_table_is_a_learners_or_nobodys() -> None:
    hers = {table.name for table in tables_of_a_learner()}
    assert set(metadata.tables) == hers | NOBODYS
    assert set() == hers & NOBODYS


def test_every_column_that_refers_to_a_learner_is_handled() -> None:
    referring = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.c
        if any(key.column.table is learners for key in column.foreign_keys)
        or column.name.endswith(("learner", "learner_id", "owner", "owner_id", "_by", "author", "person", "account"))
    }
    handled = {f"{table.name}.learner_id" for table in tables_of_a_learner() if table is not learners}
    handled |= {f"{column.table.name}.{column.name}" for column in ELSEWHERE} | {"identities.account"}
    assert handled == referring


# ---------------------------------------------------------------- export
def exported(seen: list[Seen]) -> dict[str, list[dict[str, Any]]]:
    """Return the JSON of an export, its parts put together."""
    parts = [one for one in seen if one.title.startswith("Everything I keep of you")]
    code = "\n".join(line for one in parts for line in one.text.split("\n") if line.startswith("    "))
    found: dict[str, list[dict[str, Any]]] = json.loads(code)
    return found


@scene(platforms=EVERYWHERE)
async def test_export_holds_every_row_of_the_learner(house: House) -> None:
    await _live(house, "ana")
    [ana] = [row.id for row in house.rows(learners) if row.name == "ana"]
    owned = [table for table in tables_of_a_learner() if table is not learners]
    expected = {table.name: len(house.rows(table, learner_id=ana)) for table in owned} | {"learners": 1}
    found = exported(await house.play("ana in dm: /progress export"))
    assert [table.name for table in tables_of_a_learner()] == list(found)
    assert expected == {name: len(rows) for name, rows in found.items()}
    assert [row.text for row in house.rows(attempts)] == [_joined(row["text"]) for row in found["attempts"]]
    assert [row.result for row in house.rows(attempts)] == [row["result"] for row in found["attempts"]]


@scene(platforms=EVERYWHERE)
async def test_export_of_any_size_stays_valid(house: House) -> None:
    await _live(house, "ana")
    strange = "\u2029\x07\u202e\x7f\\" * LONGEST_TEXT
    long = f"{strange} {WORDS} 🙂 {'x' * LONGEST_TEXT} \n" * 8
    house.read(lambda tx: tx.execute(attempts.update().values(text=long)))
    seen = await house.play("ana in #prep: /progress export")
    parts = [one for one in seen if one.title.startswith("Everything I keep of you · part ")]
    numbers = [one.title.split(" · ")[1] for one in parts]
    assert [f"part {number} of {len(parts)}" for number in range(1, len(parts) + 1)] == numbers
    assert len(parts) > 3
    assert {long} == {_joined(row["text"]) for row in exported(seen)["attempts"]}
    assert [f"I sent it to you in private, in {len(parts)} parts."] == [
        one.text for one in seen if one.place == "#prep" and one.to == "ana"
    ]


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


# ---------------------------------------------------------------- delete
async def _live(house: House, name: str) -> None:
    """Let somebody do a bit of everything."""
    await house.play(f"""
        {name} in dm: hello
        {name} in dm: /settings zone Europe/Berlin
        {name} in dm: /settings level senior
        {name} in dm: /settings rest sat
        {name} in dm: /settings visibility group
        {name} in dm: /practice behavioural
        {name} in dm: {WEAK}
        {name} in dm: done
        {name} in dm: {GOOD} {WORDS if name == "ana" else "Ben writes this."}
        {name} in dm: done
        {name} in dm: next
        {name} in dm: /progress
        """)


def _everything(house: House) -> str:
    """Return every row of every table of ours as text."""

    def read(tx: Connection) -> str:
        rows = [repr(tuple(row)) for table in metadata.sorted_tables for row in tx.execute(select(table))]
        return "\n".join(rows)

    return house.read(read)


@scene(platforms=EVERYWHERE)
async def test_delete_leaves_no_trace_of_the_learner_and_all_of_others(house: House) -> None:
    await house.play("ana in #prep: /daily start 12:00 daily\nben in #prep: /daily status")
    await _live(house, "ana")
    await _live(house, "ben")
    await house.play("ana in #prep: /daily organiser @ben\nana in dm: /practice design\nana in dm: Zanzibar is unsent")
    await house.play("ana in dm: /progress export")
    people = {row.name or row.id: row.id for row in house.rows(learners)}
    ana = next(key for key in people.values() if key == house.rows(attempts)[0].learner_id)
    others = {table.name: _of_others(house, table, ana) for table in tables_of_a_learner()}
    asked = await house.play("ana in dm: /progress delete")
    assert "It cannot be undone." in asked[-1].text
    assert asked[-1].buttons == ("Delete everything",)
    seen = await press(house, "Delete everything")
    assert "Everything is deleted" in next(one.text for one in seen if one.kind == "whisper")
    assert {"Removed at the learner's wish."} == {one.text for one in seen if one.kind == "edit"}
    await house.later(minutes=10)
    after = _everything(house)
    traces = ("Zanzibar", "marmalade", ana, house.person("ana").account)
    assert [trace for trace in traces if re.search(rf"\b{re.escape(trace)}\b", after)] == []
    assert others == {table.name: _of_others(house, table, ana) for table in tables_of_a_learner()}
    await house.play("ben in dm: /progress")
    assert "recognised in" in house.seen[-1].text


def _of_others(house: House, table: Any, ana: str) -> list[Any]:
    key = table.c.id if table is learners else table.c.learner_id
    named_by = [column for column in table.c if column in ELSEWHERE]
    columns = [column for column in table.c if column not in named_by]
    return house.read(lambda tx: sorted(map(repr, tx.execute(select(*columns).where(key != ana)))))


@scene(platforms=EVERYWHERE)
async def test_delete_redacts_every_post_that_quotes_the_learner(house: House) -> None:
    await _live(house, "ana")
    await house.play("ana in #prep: /progress export\nana in dm: /progress delete")
    await press(house, "Delete everything")
    places = {one.where for one in house.seen if one.where is not None and one.where.private}
    left = [one.text for where in places for one in house.rig.shown(where) if one.kind == "post"]
    assert [text for text in left if WORDS in text or "customer data" in text or "Hi" in text] == []


@scene()
async def test_delete_takes_what_waits_for_the_coach_and_what_was_given_up(house: House) -> None:
    await _live(house, "ana")
    await _live(house, "ben")
    rows = [
        {"kind": "work", "key": "interview:assess:x:1", "lane": f"learner:{_id(house, 'ana')}", "body": WORDS},
        {"kind": "post", "key": "reply:1", "lane": "a", "body": _post("ana"), "state": "dead"},
        {"kind": "event", "key": "msg:77", "lane": "b", "body": _post("ana"), "state": "dead"},
        {"kind": "work", "key": "interview:assess:y:1", "lane": f"learner:{_id(house, 'ben')}", "body": "hers"},
        {"kind": "post", "key": "reply:2", "lane": "c", "body": _post("ben"), "state": "dead"},
    ]
    later = house.now + timedelta(days=9)
    house.read(lambda tx: [tx.execute(insert(jobs).values(run_at=later, **row)) for row in rows])
    await house.play("ana in dm: /progress delete")
    await press(house, "Delete everything")
    left = {row.key for row in house.rows(jobs) if row.body and row.kind != "timer"}
    assert {"interview:assess:y:1", "reply:2"} == left


@scene()
async def test_delete_asked_for_twice_is_answered_kindly(house: House) -> None:
    await house.play("ana in dm: /progress delete")
    await press(house, "Delete everything")
    [shown] = (await press(house, "Delete everything"))[-1:]
    assert "That button is from an earlier time and no longer works." in shown.text


@scene()
async def test_delete_belongs_to_whom_it_was_shown(house: House) -> None:
    await _live(house, "ana")
    await house.play("ana in #prep: /progress delete\nben in dm: hello")
    [shown] = house.rig.shown(house.rig.channel("prep"))
    before = len(house.rows(attempts))
    with pytest.raises(LookupError):
        await house.rig.press("ben", shown.id, "Delete everything")
    assert before == len(house.rows(attempts))


@scene()
async def test_who_comes_back_after_a_deletion_starts_anew(house: House) -> None:
    await _live(house, "ana")
    await house.play("ana in dm: /progress delete")
    await press(house, "Delete everything")
    seen = await house.play("ana in dm: /progress")
    assert "Hi ana, I am Greenroom." in seen[0].text
    assert "Nothing to show yet." in seen[1].text


def _id(house: House, name: str) -> str:
    return next(str(row.id) for row in house.rows(learners) if row.name == name)


def _post(name: str) -> str:
    return json.dumps({"only": {"platform": "terminal", "realm": "", "account": name}}, separators=(",", ":"))
