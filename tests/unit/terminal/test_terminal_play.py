"""Scripts, from their lines to what is heard and shown."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.terminal import world
from adapters.terminal.inbound import address, direct, person
from adapters.terminal.play import Ended, play
from adapters.terminal.render import json_line
from adapters.terminal.script import Restart, Step, parse
from bot.chat.model import Asked, Card, Deleted, Edited, Field, Form, MessageRef, Pressed, Said, Submitted, Text
from tests.unit.terminal.stage import MORNING, ROUND, Application, seen


def run(application: Application, script: str, start: int = 0) -> Ended:
    return asyncio.run(play(application, application.terminal, parse(script.splitlines()), start=start))


def test_play_a_morning_with_a_daily_question() -> None:
    application = Application()
    ended = run(
        application,
        """
        ana in #prep: /daily start 09:00
        at 2026-12-01T09:00Z
        ben in #prep thread: I would first look
        ben presses "hint" in #prep
        ana in #prep: just talking
        ana presses "Answer" in #prep
        ana submits: First I would
        ana in dm: /interview start
        """,
    )
    assert Ended(0) == ended
    assert seen(application.shown) == [
        ("#prep", "post", "", "Question of the day"),
        ("#prep", "whisper", "ana", "The first question is here."),
        ("#prep thread", "post", "", "I heard I would first look"),
        ("#prep", "whisper", "ben", "ben: Pressed"),
        ("#prep", "form", "ana", "Your answer"),
        ("#prep", "whisper", "ana", "ana: Submitted"),
        ("dm:ana", "post", "", "1 of 3"),
    ]
    nine = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert [MORNING, MORNING, nine, nine] == [shown.at for shown in application.shown[:4]]
    assert json.loads(json_line(application.shown[2])) == {
        "at": "2026-12-01T09:00:00Z",
        "in": "#prep",
        "thread": application.shown[0].id,
        "to": "",
        "kind": "post",
        "title": "",
        "text": "I heard I would first look",
        "buttons": [],
    }


def test_play_tells_the_core_who_did_what_where() -> None:
    application = Application()
    run(
        application,
        """
        Ana in #prep: /daily start
        ben in #prep thread: @greenroom hello
        BEN edits in #prep thread: hello again
        ben deletes in #prep thread
        ana presses "Hint" in #prep
        ana presses "Answer privately" in #prep thread
        ana submits: First I would
        """,
    )
    prep, thread = address("#prep"), address("#prep", "100002")
    post = MessageRef(prep, "100002")
    ana, ben = person("Ana"), person("ben")
    replies = ['["#prep", "", "Ana"]', '["#prep", "100002", "ben"]']
    assert [
        Asked(
            id="int:100001",
            at=MORNING,
            space="local",
            who=ana,
            where=prep,
            name="Ana",
            reply=replies[0],
            command="daily",
            text="start",
            organiser=True,
            can_post=True,
        ),
        Said(
            id="msg:100004",
            at=MORNING,
            space="local",
            who=ben,
            where=thread,
            name="ben",
            reply=replies[1],
            message="100004",
            text="hello",
        ),
        Edited(
            id="edit:100004:100006",
            at=MORNING,
            space="local",
            who=ben,
            where=thread,
            name="ben",
            reply=replies[1],
            message="100004",
            text="hello again",
        ),
        Deleted(id="delete:100004", at=MORNING, space="local", where=thread, message="100004"),
        Pressed(
            id="int:100007",
            at=MORNING,
            space="local",
            who=ana,
            where=prep,
            name="Ana",
            reply=replies[0],
            action="hint",
            token="t2",
            on=post,
            organiser=True,
        ),
        Submitted(
            id="int:100010",
            at=MORNING,
            space="local",
            who=ana,
            where=prep,
            name="Ana",
            reply=replies[0],
            form="answer",
            token="t1",
            values={"text": "First I would"},
            on=post,
        ),
    ] == application.events


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ana in #prep thread: hi", "The bot has no post in #prep to reply under"),
        ('ana presses "Hint" in dm', 'Nothing in dm shows a button "Hint". There are none.'),
        ("ana submits: hi", "ana has no form open"),
        ("ana deletes in dm", "ana has said nothing in dm:ana"),
        ("at 2026-12-01T08:58Z", "it is already 2026-12-01T08:59:00Z, and the line says 2026-12-01T08:58:00Z"),
        ("ana whistles", 'I do not understand "ana whistles"'),
    ],
)
def test_play_a_line_that_cannot_be_played_ends_with_2_and_its_number(line: str, problem: str) -> None:
    application = Application()
    ended = run(application, f"ana in dm: /help\n\n{line}\nana in dm: /help")
    assert (ended.code, ended.next_index, problem in ended.problem) == (2, None, True)
    assert ended.problem.startswith("line 3: ")
    assert seen(application.shown) == [("dm:ana", "post", "", "ana: Asked")]


PRESSES = "ana in #prep: /daily\nana in #prep: /daily\nben in #prep: /help\n"


@pytest.mark.parametrize(
    ("line", "pressed"),
    [
        ('ana presses "HINT" in #prep', ("hint", "100005")),
        ('ana presses "hin" in #prep', ("hint", "100005")),
        ('ana presses "Hint" in #prep 1 back', ("hint", "100002")),
        ('ana presses "Hint" in #prep thread', ("hint", "100005")),
    ],
)
def test_play_a_press_finds_the_newest_button(line: str, pressed: tuple[str, str]) -> None:
    application = Application()
    assert Ended(0) == run(application, PRESSES + line)
    event = application.events[-1]
    assert isinstance(event, Pressed)
    assert event.on is not None
    assert pressed == (event.action, event.on.id)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('ana presses "Hints" in #prep', 'There are "Answer privately", "Hint", "Practise".'),
        ('ana presses "" in #prep', ""),
        ('ana presses "Hint" in #prep 2 back', 'Only 2 messages show a button "Hint" in #prep.'),
    ],
)
def test_play_a_press_of_what_is_not_there(line: str, problem: str) -> None:
    ended = run(Application(), PRESSES + line)
    assert (ended.code, problem in ended.problem) == (2, True)


def test_play_a_form_that_refuses_keeps_what_was_typed() -> None:
    application = Application()
    application.form = Form("f", "Settings", (Field("level", "Level", minimum=3), Field("zone", "Zone")))
    ended = run(
        application,
        """
        ana in #prep: /daily
        ana presses "Answer" in #prep
        ana submits: mid
        ana submits: level=a | zone=UTC
        ana submits: level=lead
        """,
    )
    assert Ended(0) == ended
    texts = [shown.text for shown in application.shown if shown.kind == "form"]
    assert texts == [
        "Level (at least 3 characters)\n\nZone",
        "This form has several fields: write level=… | zone=…. It is still open.\n\n"
        "Level (at least 3 characters)\n\nZone",
        "Level needs at least 3 characters and has 1. The form is still open, with what you typed.\n\n"
        "Level (at least 3 characters)\nso far: a\n\nZone\nso far: UTC",
    ]
    last = application.events[-1]
    assert isinstance(last, Submitted)
    assert (last.values, last.token) == ({"level": "lead", "zone": "UTC"}, "t1")


def test_play_a_form_press_that_is_answered_by_a_card_is_a_whisper_and_no_event() -> None:
    application = Application()
    application.form = Card(body=(Text("This round is closed."),))
    run(application, 'ana in #prep: /daily\nana presses "Answer" in #prep')
    assert seen(application.shown)[-1] == ("#prep", "whisper", "ana", "This round is closed.")
    assert len(application.events) == 1


def test_play_whispers_of_others_show_no_buttons() -> None:
    application = Application()
    whisper = Card("Assessment", (), ROUND.buttons)

    async def scene() -> Ended:
        await application.terminal.post(address("#prep"), whisper, key="w", only=person("ana"))
        script = 'ana presses "Hint" in #prep\nben presses "Hint" in #prep'
        return await play(application, application.terminal, parse(script.splitlines()))

    ended = asyncio.run(scene())
    assert (ended.code, ended.problem.startswith("line 2: ")) == (2, True)
    event = application.events[0]
    assert isinstance(event, Pressed)
    assert None is event.on


def test_play_goes_on_in_a_new_process_where_it_was(tmp_path: Path) -> None:
    script = """
        ana in #prep: /daily
        ana presses "Answer" in #prep
        restart
        ana submits: First I would
        ben in #prep thread: me too
        ana presses "Hint" in #prep
    """
    first = Application(tmp_path / "green.db")
    assert Ended(0, 3) == run(first, script)
    second = Application(tmp_path / "green.db")
    assert Ended(0) == run(second, script, start=3)
    assert [type(event).__name__ for event in second.events] == ["Submitted", "Said", "Pressed"]
    assert [event.organiser for event in second.events if isinstance(event, Pressed)] == [True]
    assert len({event.id for event in first.events + second.events}) == 4


def test_play_restart_reports_and_then_waits_to_be_killed() -> None:
    application = Application()
    reported: list[int] = []

    async def scene() -> None:
        life = asyncio.create_task(
            play(application, application.terminal, [Restart(1), Restart(2)], start=1, on_restart=reported.append)
        )
        for _ in range(5):
            await asyncio.sleep(0)
        assert not life.done()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)

    asyncio.run(scene())
    assert reported == [2]


def test_play_keeps_the_clock_for_a_later_run(tmp_path: Path) -> None:
    application = Application(tmp_path / "green.db")
    run(application, "at 2026-12-03T07:00+01:00")
    with application.engine.begin() as tx:
        assert datetime(2026, 12, 3, 6, tzinfo=UTC) == world.clock(tx)


def test_play_quits_where_it_is_told_and_hands_on_its_steps() -> None:
    application = Application()
    heard: list[Step] = []
    steps = list(parse(["ana in dm: hi", "ana in dm: /quit", "ana in dm: more"]))
    assert Ended(0) == asyncio.run(play(application, application.terminal, steps, on_step=heard.append))
    assert steps[:2] == heard
    assert [event.text for event in application.events if isinstance(event, Said)] == ["hi"]


def test_play_an_unexpected_error_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    application = Application()
    application.broken = OSError("the disk is full")
    ended = run(application, "ana in dm: hi")
    assert Ended(1, problem="line 1: This did not work: the disk is full") == ended
    assert [r.getMessage() for r in caplog.records] == ["line 1 of a script failed: OSError: the disk is full"]
    assert [record.exc_info for record in caplog.records] == [None]


def test_play_ends_quietly_when_nobody_reads_any_more() -> None:
    application = Application()
    application.terminal.gone = True
    assert Ended(0) == run(application, "ana in dm: hi\nwhat")
    assert [direct("ana")] == [event.where for event in application.events if isinstance(event, Said)]
