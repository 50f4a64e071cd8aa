from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine

from adapters.terminal import messages, tables, world
from adapters.terminal.forms import OpenForm, close_form, filled, form_of, forms_in, keep_form, open_form
from bot.chat.model import Button, Field, Form
from tests.unit.terminal.stage import MORNING

HINT = Button("hint", "t", "Hint")
FORM = Form("settings", "Settings", (Field("level", "Level", value="mid"), Field("zone", "Zone")), "t")


@pytest.fixture
def tx() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    tables.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_tables_are_named_after_the_terminal() -> None:
    assert {True} == {name.startswith("terminal_") for name in tables.tables}


def test_people_are_kept_in_order_of_mention_whatever_the_case(tx: Connection) -> None:
    assert [world.meet(tx, name) for name in ("Zoe", "ana", "zoe")] == ["Zoe", "ana", "Zoe"]
    assert world.people(tx) == ("Zoe", "ana")
    assert [world.organises(tx, name) for name in ("Zoe", "ana", "ben")] == [True, False, False]


def test_numbers_are_never_given_twice_and_sort_as_text(tx: Connection) -> None:
    numbers = [world.number(tx) for _ in range(12)]
    assert sorted(set(numbers)) == numbers


def test_clock_never_goes_back(tx: Connection) -> None:
    assert None is world.clock(tx)
    for step in (0, 5, 3):
        world.tick(tx, MORNING + timedelta(minutes=step))
    assert MORNING + timedelta(minutes=5) == world.clock(tx)


def test_messages_are_found_by_key_place_and_reader(tx: Connection) -> None:
    root = messages.add(tx, channel="#prep", thread="", at=MORNING, text="Q", key="k", title="T", buttons=[HINT])
    below = messages.add(tx, channel="#prep", thread=root.id, at=MORNING, text="recap")
    whisper = messages.add(tx, channel="#prep", thread="", at=MORNING, text="psst", reader="ana")
    other = messages.add(tx, channel="#other", thread="", at=MORNING, text="elsewhere")
    said = messages.add(tx, channel="#prep", thread=root.id, at=MORNING, text="mine", author="ana", key="k")

    assert [root, whisper, None] == [messages.keyed(tx, "k"), messages.find(tx, whisper.id), messages.find(tx, "x")]
    assert [whisper, below, root] == messages.from_bot(tx, "#prep", reader="ana")
    assert [below, root] == messages.from_bot(tx, "#prep", reader="ben")
    assert [below, root] == messages.from_bot(tx, "#prep", reader="ana", thread=root.id)
    assert [root, whisper] == messages.standing_in(tx, "#prep", "")
    assert [root, other, None] == [messages.latest_root(tx, name) for name in ("#prep", "#other", "#none")]
    assert said == messages.latest_by(tx, "ana", "#prep", root.id)


def test_messages_that_were_changed_or_removed(tx: Connection) -> None:
    first = messages.add(tx, channel="#prep", thread="", at=MORNING, text="one", buttons=[HINT])
    second = messages.add(tx, channel="#prep", thread="", at=MORNING, text="two")
    messages.change(tx, first.id, title="New", text="three")
    messages.remove(tx, second.id)
    shown = [(m.title, m.text, m.buttons) for m in messages.standing_in(tx, "#prep", "")]
    assert shown == [("New", "three", ())]


def test_said_since_includes_the_same_instant_only_if_it_was_not_heard(tx: Connection) -> None:
    later = MORNING + timedelta(seconds=1)
    heard = messages.add(tx, channel="dm:ana", thread="", at=MORNING, text="heard", author="ana")
    missed = messages.add(tx, channel="dm:ana", thread="", at=MORNING, text="missed", author="ana")
    after = messages.add(tx, channel="dm:ana", thread="", at=later, text="after", author="ana")
    messages.mark_heard(tx, heard.id)
    messages.mark_heard(tx, after.id)
    assert [missed, after] == messages.said_since(tx, "dm:ana", "", MORNING)
    assert messages.said_since(tx, "dm:ben", "", MORNING) == []


def test_form_left_half_filled_in_opens_with_what_was_typed(tx: Connection) -> None:
    opening = OpenForm("ana", FORM, "dm:ana", "", "100001")
    assert opening == open_form(tx, opening)
    keep_form(tx, opening, {"zone": "UTC"}, still_open=False)
    assert None is form_of(tx, "ana")
    again = OpenForm(
        "ana",
        Form("settings", "Settings", (Field("level", "Level", value="lead"), FORM.fields[1]), "t"),
        "dm:ana",
        "",
        "100002",
    )
    expected = filled(again, {"zone": "UTC"})
    assert [expected, expected, [expected]] == [open_form(tx, again), form_of(tx, "ana"), forms_in(tx, "dm:ana", "")]


def test_form_takes_the_place_of_another(tx: Connection) -> None:
    first = open_form(tx, OpenForm("ana", FORM, "dm:ana", "", ""))
    second = open_form(tx, OpenForm("ana", Form("answer", "Answer", FORM.fields, "u"), "#prep", "", ""))
    assert second == form_of(tx, "ana")
    close_form(tx, second)
    assert [form_of(tx, "ana"), forms_in(tx, "dm:ana", "")] == [None, []]
    assert first == open_form(tx, first)
