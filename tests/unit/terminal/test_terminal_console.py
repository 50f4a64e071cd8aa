"""The terminal for a person, with a keyboard that is a list of lines."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from adapters.terminal import cards
from adapters.terminal.console import talk
from adapters.terminal.inbound import address, direct, person
from adapters.terminal.keyboard import Keyboard
from bot.chat.model import Asked, Card, Pressed, Said, Submitted, Text
from tests.unit.terminal.stage import ROUND, Application


class Person:
    """Types lines, some of which are things that happen meanwhile; keeps what was written."""

    def __init__(self, *lines: str | Callable[[], Awaitable[object]]) -> None:
        self._lines = list(lines)
        self.screen = ""

    async def read(self) -> str | None:
        while self._lines:
            line = self._lines.pop(0)
            if isinstance(line, str):
                self.screen += line + "\n"
                return line
            await line()
        return None

    def write(self, text: str) -> None:
        self.screen += text


def session(application: Application, *lines: str | Callable[[], Awaitable[object]], me: str = "you") -> str:
    someone = Person(*lines)
    code = asyncio.run(talk(application, application.terminal, someone.read, someone.write, me, width=200))
    assert code == 0
    return someone.screen


def test_talk_welcomes_and_ends_with_the_input() -> None:
    assert session(Application()) == (
        "Greenroom in your terminal. You are you, alone with the bot.\n"
        "Type /practice for one question or /interview start for a mock interview.\n"
        "For a daily question type #prep, then /daily start 09:00. /help shows more, /quit ends.\n"
        "you in dm> \n"
    )


def test_talk_stops_at_quit() -> None:
    application = Application()
    assert session(application, " /QUIT ", "hello").endswith("you in dm>  /QUIT \n")
    assert application.events == []


def test_talk_says_things_where_the_person_is() -> None:
    application = Application()
    session(
        application,
        "hello",
        "",
        "#Prep",
        "/daily start",
        "> first I would",
        "dm",
        "#1 is my answer",
        "#prep > /daily status",
        "#prep @greenroom hi",
        "as ben",
        "me too",
        "as usual I would look",
    )
    assert [
        (person("you"), direct("you"), "hello"),
        (person("you"), address("#prep"), "daily start"),
        (person("you"), address("#prep", "100004"), "first I would"),
        (person("you"), direct("you"), "#1 is my answer"),
        (person("you"), address("#prep", "100004"), "daily status"),
        (person("you"), address("#prep"), "hi"),
        (person("ben"), direct("ben"), "me too"),
        (person("ben"), direct("ben"), "as usual I would look"),
    ] == [
        (event.who, event.where, event.text if isinstance(event, Said) else f"{event.command} {event.text}")
        for event in application.events
        if isinstance(event, Said | Asked)
    ]


def test_talk_numbers_buttons_and_presses_them_by_number() -> None:
    application = Application()
    screen = session(application, "#prep /daily", "#prep /daily", "5", "2", "7", "0")
    assert "[1] Answer privately  [2] Hint  [3] Practise" in screen
    assert "[4] Answer privately  [5] Hint  [6] Practise" in screen
    pressed = [e.on.id for e in application.events if isinstance(e, Pressed) and e.on is not None]
    assert pressed == ["100005", "100002"]
    assert [event.text for event in application.events if isinstance(event, Said)] == ["7", "0"]


def test_talk_an_edit_keeps_the_numbers_of_its_buttons() -> None:
    application = Application()

    async def change() -> None:
        pressed = application.events[0]
        assert isinstance(pressed, Asked)
        sent = await application.terminal.post(address("#prep"), ROUND, key="k")
        assert sent.ref is not None
        await application.terminal.edit(sent.ref, Card("Closed", (), ROUND.buttons[1:]))

    screen = session(application, "/help", change, "2")
    assert "\nClosed\n[2] Hint  [3] Practise\n" in screen
    assert [event.token for event in application.events if isinstance(event, Pressed)] == ["t2"]


def test_talk_a_button_of_somebody_else_is_not_there() -> None:
    application = Application()

    async def whisper() -> None:
        await application.terminal.post(address("#prep"), ROUND, key="k", only=person("ben"))

    screen = session(application, whisper, "2")
    assert 'shows a button "Hint". There are none.' in screen
    assert application.events == []


def test_talk_shows_at_once_what_arrives_while_a_line_is_typed() -> None:
    application = Application()

    async def arrives() -> None:
        await application.terminal.post(direct("you"), Card(body=(Text("It is nine."),)), key="k")

    screen = session(application, arrives, "/quit")
    assert screen.endswith("you in dm> /quit\n")
    assert "It is nine.\n\nyou in dm> /quit\n" in screen


def test_talk_asks_for_the_fields_of_a_form() -> None:
    application = Application()
    screen = session(application, "#prep /daily", "1", "no", "", "First I would", "look", "")
    assert "Your answer needs at least 5 characters and has 2." in screen
    assert "so far: no\n(an empty line ends it, at once keeps what is there" in screen
    assert [e.values for e in application.events if isinstance(e, Submitted)] == [{"text": "First I would\nlook"}]


def test_talk_a_form_that_was_left_goes_on_with_what_was_typed() -> None:
    application = Application()
    screen = session(application, "#prep /daily", "1", "First I would", "/cancel", "1", "")
    assert cards.left_form() in screen
    assert "so far: First I would" in screen
    assert [e.values for e in application.events if isinstance(e, Submitted)] == [{"text": "First I would"}]


def test_talk_a_form_at_the_end_of_input_is_kept(tmp_path: Path) -> None:
    session(Application(tmp_path / "green.db"), "#prep /daily", "1", "First I would")
    again = Application(tmp_path / "green.db")
    assert "so far: First I would" in session(again, "#prep /daily", "1", "/clear", "/quit")
    assert [event for event in again.events if isinstance(event, Submitted)] == []


def test_talk_help_adds_the_keys_of_the_terminal() -> None:
    application = Application()
    screen = session(application, "/help")
    assert "you: Asked" in screen
    assert "Keys here: a number presses its button" in screen
    assert [event.command for event in application.events if isinstance(event, Asked)] == ["help"]


def test_talk_in_a_channel_says_why_nothing_happens() -> None:
    screen = session(Application(), "#prep", "hello", "> hello")
    assert "The bot does not listen to talk in #prep." in screen
    assert "The bot has no post in #prep to reply under." in screen


def test_talk_an_unexpected_error_is_one_sentence_and_the_session_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    application = Application()

    async def mend() -> None:
        application.broken = None

    application.broken = ValueError("the queue is broken")
    screen = session(application, "hello", mend, "again")
    assert cards.went_wrong().split(";")[0] in screen
    assert "Traceback" not in screen
    assert "queue" not in screen
    assert [r.getMessage() for r in caplog.records] == ["a line could not be handled: ValueError: the queue is broken"]
    assert [event.text for event in application.events if isinstance(event, Said)] == ["again"]


@pytest.mark.parametrize("error", [EOFError, KeyboardInterrupt])
def test_talk_ends_when_reading_does(error: type[BaseException]) -> None:
    application = Application()

    async def read() -> str | None:
        raise error

    assert asyncio.run(talk(application, application.terminal, read, lambda _text: None)) == 0


def test_talk_ends_at_ctrl_c() -> None:
    application = Application()
    before = signal.getsignal(signal.SIGINT)

    async def read() -> str | None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()
        return None

    async def scene() -> int:
        return await talk(application, application.terminal, read, lambda _text: None)

    assert asyncio.run(scene()) == 0
    assert before == signal.getsignal(signal.SIGINT)


def test_talk_ends_when_the_window_was_closed() -> None:
    application = Application()

    def write(_text: str) -> None:
        raise BrokenPipeError

    assert asyncio.run(talk(application, application.terminal, Person("hi").read, write)) == 0


def test_keyboard_reads_lines_from_a_pipe() -> None:
    reading, writing = os.pipe()
    keyboard = Keyboard(reading)

    async def scene() -> list[str | None]:
        first = asyncio.ensure_future(keyboard())
        await asyncio.sleep(0)
        os.write(writing, b"eins\r\nzw")
        lines = [await first]
        os.write(writing, "ei ü\xff\n\nend".encode())
        lines += [await keyboard(), await keyboard()]
        os.close(writing)
        return [*lines, await keyboard(), await keyboard()]

    try:
        assert asyncio.run(scene()) == ["eins", "zwei üÿ", "", "end", None]
    finally:
        os.close(reading)


def test_keyboard_reads_lines_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\ntwo\n")

    async def scene(descriptor: int) -> list[str | None]:
        keyboard = Keyboard(descriptor)
        return [await keyboard() for _ in range(3)]

    with path.open() as file:
        assert asyncio.run(scene(file.fileno())) == ["one", "two", None]
