from __future__ import annotations

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.forms import OpenForm
from adapters.terminal.keyboard import printer, wants_style
from adapters.terminal.render import Display, form_card, json_line, readable
from bot.chat.model import Button, Card, Code, Facts, Field, Form, Image, Quote, Text
from tests.unit.terminal.stage import MORNING, ROUND

ROUND_SHOWN = Display("100001", MORNING, "#prep", "", "", "post", ROUND)


def test_json_line_has_the_promised_shape() -> None:
    expected = {
        "at": "2026-12-01T08:59:00Z",
        "in": "#prep",
        "thread": "",
        "to": "",
        "kind": "post",
        "title": "Question of the day",
        "text": "Twenty minutes after a release, the queue has grown.",
        "buttons": ["Answer privately", "Hint", "Practise"],
    }
    line = json_line(ROUND_SHOWN)
    assert expected == json.loads(line)
    assert list(expected) == list(json.loads(line))


def test_readable_shows_where_what_and_what_to_press() -> None:
    expected = (
        "#prep · 2026-12-01 08:59 UTC\n"
        "Question of the day\n"
        "Twenty minutes after a release, the queue has grown.\n"
        "[Answer privately]  [Hint]  [Practise]"
    )
    assert expected == readable(ROUND_SHOWN)


def test_readable_is_wrapped_and_numbered_and_breaks_no_button() -> None:
    expected = (
        "#prep · 08:59\n"
        "Question of the day\n"
        "Twenty minutes after a\n"
        "release, the queue has\n"
        "grown.\n"
        "[3] Answer privately\n"
        "[4] Hint  [5] Practise"
    )
    assert expected == readable(ROUND_SHOWN, width=24, numbers=(3, 4, 5), clock="08:59")


def test_readable_names_thread_reader_and_change() -> None:
    card = Card(body=(Text("hi"),))
    heads = [
        readable(Display("1", MORNING, "#prep", "9", "ana", "whisper", card), clock="now"),
        readable(Display("1", MORNING, "dm:ana", "", "", "edit", card), clock="now"),
    ]
    assert heads == ["#prep · thread · for ana alone · now\nhi", "dm:ana · changed · now\nhi"]


def test_readable_is_bold_only_where_it_is_welcome() -> None:
    assert readable(ROUND_SHOWN, bold=True).startswith(
        "\x1b[2m#prep · 2026-12-01 08:59 UTC\x1b[0m\n\x1b[1mQuestion of the day\x1b[0m\n"
    )
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    assert [wants_style(terminal, env) for env in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"})] == [True, False, False]
    assert False is wants_style(io.StringIO(), {})


TEXTS = st.text(st.sampled_from("ab \n\t\x1b[]31;mJ\x07\x00\x9b\x85\u2028\u202e\u2066é漢"), max_size=30)
PARTS = st.one_of(
    st.builds(Text, TEXTS),
    st.builds(Code, TEXTS),
    st.builds(Quote, TEXTS),
    st.builds(Facts, st.tuples(st.tuples(TEXTS, TEXTS))),
    st.builds(Image, st.just("k"), TEXTS, TEXTS),
)
CARDS = st.builds(
    Card, TEXTS, st.lists(PARTS, max_size=3).map(tuple), st.tuples(st.builds(Button, TEXTS, TEXTS, TEXTS))
)
STEERING = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066"} - {"\n", "\t"}


@given(CARDS)
@settings(max_examples=100)
def test_nothing_that_is_shown_steers_a_terminal(card: Card) -> None:
    shown = Display("1", MORNING, "#prep", "", "", "post", card)
    assert set() == STEERING & set(readable(shown))
    assert set() == (STEERING | {"\n", "\t", "\u2028"}) & set(json_line(shown))
    assert [shown.title, shown.text] == [json.loads(json_line(shown))[name] for name in ("title", "text")]


def test_form_card_shows_problem_fields_hints_and_what_was_typed() -> None:
    fields = (Field("level", "Level", value="mid"), Field("why", "Reason", minimum=20, hint="in a sentence"))
    card = form_card(OpenForm("ana", Form("f", "Settings", fields), "dm:ana", "", ""), "Too short.")
    assert (
        Card(
            "Settings",
            (
                Text("Too short."),
                Text("Level\nso far: mid"),
                Text("Reason (why=): in a sentence (at least 20 characters)"),
            ),
            (Button("", "", "Submit", "quiet"),),
        )
        == card
    )


def test_printer_flushes_each_line_and_survives_a_narrow_encoding() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="")
    card = Card("Grüße …")
    printer(stream, as_json=True)(Display("1", MORNING, "#prep", "", "", "post", card))
    assert json.loads(raw.getvalue())["title"] == "Grüße …"
    before = len(raw.getvalue())
    printer(stream)(Display("1", MORNING, "#prep", "", "", "post", card))
    assert raw.getvalue()[before:] == b"#prep ? 2026-12-01 08:59 UTC\nGr??e ?\n\n"
