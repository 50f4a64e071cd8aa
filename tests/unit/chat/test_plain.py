"""`plain`: everything there, in order, and within the width."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.model import Button, Card, Code, Facts, Image, Quote, Text
from bot.chat.plain import BAR, plain
from bot.chat.words import clean, columns
from tests.unit.chat.cards import cards, texts

few = settings(max_examples=50, deadline=None)


@few
@given(st.lists(st.one_of(st.builds(Text, texts), st.builds(Quote, texts)), max_size=4), st.integers(0, 60))
def test_plain_text_holds_every_word_in_order(body: list[Text | Quote], width: int) -> None:
    words = [word for part in body for word in clean(part.text).split() if word != BAR.strip()]
    shown = plain(Card("", tuple(body)), width)
    assert words == [word for word in shown.split() if word != BAR.strip()]


@few
@given(cards, st.integers(10, 60))
def test_lines_of_prose_stay_within_the_width(card: Card, width: int) -> None:
    prose = Card("", tuple(part for part in card.body if isinstance(part, Text | Quote)))
    for line in plain(prose, width).split("\n"):
        assert columns(line) <= width or len(line.removeprefix(BAR).split()) == 1


@few
@given(cards, st.integers(0, 60))
def test_plain_text_has_no_control_characters_and_no_loose_ends(card: Card, width: int) -> None:
    shown = plain(card, width)
    assert clean(shown) == shown
    assert shown.strip("\n") == shown


def test_card_reads_well() -> None:
    card = Card(
        "Yes · 71 of 100",
        (
            Text("Best moment:"),
            Quote("Arrivals are flat, consumption fell at 14:02, which is our deploy"),
            Facts((("Recognised", "impact · rates · rollback"), ("Not recognised", "drain · alarm, and who is told"))),
            Code("SELECT 1;\n  FROM dual", "sql"),
            Image("k", "streak.png", "Six days in a row"),
            Text("Streak 6 days", small=True),
        ),
        (Button("next", "t", "Next"),),
    )
    expected = """\
Yes · 71 of 100
Best moment:

│ Arrivals are flat, consumption fell
│ at 14:02, which is our deploy

Recognised      impact · rates ·
                rollback
Not recognised  drain · alarm, and who
                is told

    SELECT 1;
      FROM dual

[Six days in a row]
Streak 6 days"""
    assert expected == plain(card, 38)


def test_width_zero_does_not_wrap() -> None:
    assert plain(Card("T", (Text("word " * 40 + "end"),)), 0) == "T\n" + "word " * 40 + "end"


def test_facts_stand_below_their_names_where_there_is_no_room() -> None:
    card = Card("", (Facts((("Not recognised", "drain and alarm"),)),))
    assert plain(card, 20) == "Not recognised\n  drain and alarm"


def test_facts_with_wide_characters_are_aligned() -> None:
    assert plain(Card("", (Facts((("漢字", "a"), ("ab", "b"))),))) == "漢字  a\nab    b"


def test_indent_of_a_wrapped_line_is_kept_and_a_line_that_fits_is_untouched() -> None:
    card = Card("", (Text("a  b   c\n  one two three"),))
    assert plain(card, 10) == "a  b   c\n  one two\n  three"


def test_no_break_spaces_hold_words_together() -> None:
    expected = "one two\nthree\u00a0four"
    assert expected == plain(Card("", (Text("one two three\u00a0four"),)), 13)


def test_empty_card_is_empty_text() -> None:
    assert plain(Card()) == ""


def test_terminal_escapes_of_a_person_do_not_get_through() -> None:
    assert plain(Card("", (Quote("\x1b[2J\x07hello"),))) == "│ [2Jhello"
