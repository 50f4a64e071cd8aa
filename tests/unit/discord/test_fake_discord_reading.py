"""What our fake says that a reader reads, and whom it says that Discord notifies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.fake import reading


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**a** *b* _c_ __d__ ~~e~~ ||f||", "a b c d e f"),
        ("**bold *and* \\* more**", "bold and * more"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        ("\\*a\\* \\_b\\_ \\`c\\` \\~\\~ \\|\\| \\\\ \\<@1\\>", "*a* _b_ `c` ~~ || \\ <@1>"),
        ("### Title\ntext", "Title\ntext"),
        ("#no heading, \\# nor this", "#no heading, # nor this"),
        ("-# small\n> one\n> two\nlast", "small\none\ntwo\nlast"),
        (">>> all\nthe rest", "all\nthe rest"),
        ("- one\n* two", "• one\n• two"),
        ("3. a\n9. b\n\\1. c", "3. a\n4. b\n\\1. c"),
        ("`*a* \\*` and ``b ` c``", "*a* \\* and b ` c"),
        ("```py\n*code* \\*\n> here\n```after", "*code* \\*\n> here\nafter"),
        ("> ```\n> code\n> ```", "code\n"),
        ("[words](https://a.b/c) <https://d.e>", "words https://d.e"),
        ("https://a.b/c\\_d_e_ https\\://x", "https://a.b/c\\_d_e_ https://x"),
        ("<@1> <@!2> <@&3> <#4> <:wave:5> <t:6:R> </help:7>", "@1 @2 @&3 #4 :wave: (the time 6) /help"),
        ("@everyone a < b", "@everyone a < b"),
    ],
)
def test_markdown_is_read_as_the_client_shows_it(written: str, read: str) -> None:
    assert read == reading.markdown(written)


@given(st.text(alphabet="a*_`~|<>@#-+.1 \n\\[]():/&", max_size=60))
def test_reading_ends_whatever_is_written(text: str) -> None:
    assert isinstance(reading.markdown(text), str)


def test_message_is_read_from_top_to_bottom_without_its_buttons() -> None:
    row: dict[str, Any] = {
        "type": 1,
        "components": [{"type": 2, "label": "Hint"}, {"type": 2, "emoji": {"name": "👀"}}],
    }
    inner = [
        {"type": 10, "content": "two"},
        {"type": 9, "components": [{"type": 10, "content": "three"}], "accessory": row},
    ]
    components: list[dict[str, Any]] = [{"type": 10, "content": "**one**"}, {"type": 17, "components": inner}]
    assert reading.words("zero", [], components) == "zero\none\ntwo\nthree"
    assert [reading.label(button) for button in reading.buttons(components)] == ["Hint", "👀"]
    embed = {"title": "t", "description": "*d*", "fields": [{"name": "n", "value": "v"}], "footer": {"text": "f"}}
    assert reading.words("", [embed], []) == "t\nd\nn\nv\nf"


@pytest.mark.parametrize(
    ("allowed", "notified"),
    [
        (None, ("1", "&2", "everyone")),
        ({"parse": []}, ()),
        ({"parse": ["users"]}, ("1",)),
        ({"parse": ["everyone"], "roles": ["2"]}, ("&2", "everyone")),
        ({"users": ["1", "9"]}, ("1",)),
    ],
)
def test_only_those_are_notified_whom_allowed_mentions_lets_through(allowed: Any, notified: tuple[str, ...]) -> None:
    assert notified == reading.notified(["<@1> <@&2>", "@everyone `<@3>`"], allowed)


def test_author_of_an_answered_message_is_notified_unless_not_wanted() -> None:
    assert reading.notified(["x"], None, "7") == ("7",)
    assert reading.notified(["x"], {"parse": []}, "7") == ()
    assert reading.notified(["x"], {"parse": [], "replied_user": True}, "7") == ("7",)
    assert reading.notified(["@here"], None, loud=False) == ()
