"""Words to Discord and back: a reader sees what was written, and the adapter reads what people see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.fake.reading import markdown
from adapters.discord.text import escape, read

WICKED = "<@U1> <!channel> @everyone @here <#C1> *b* _i_ `c` &amp; <http://a.b|c> ||s|| \\n"
SNIPPETS = (
    *(
        "https://a.b",
        "http://x_y",
        "<@1>",
        "<#2>",
        "<:e:3>",
        "<t:1:R>",
        "</help:4>",
        "@everyone",
        ":a:",
        "[x](https://a.b)",
    ),
    *("```", "||", "**", "__", "~~", "*", "_", "`", "\\", "1. ", "# ", "-# ", "- ", "> ", ">>> ", "\n", " ", "x"),
)
TEXTS = st.one_of(
    st.text(alphabet="ab_*~`|<>#-+.:@[]()\\/ \n1é", max_size=40),
    st.lists(st.sampled_from(SNIPPETS), max_size=10).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_escaped_words_are_read_as_they_were_written(text: str) -> None:
    assert text == markdown(escape(text))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_escaped_words_before_other_words_are_read_as_they_were_written(text: str) -> None:
    assert f"a {text} b" == markdown(f"a {escape(text)} b")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("nothing to do here, (really): 50% off + 1 - 2 > 1.", "nothing to do here, (really): 50% off + 1 - 2 > 1."),
        (WICKED, r"\<@U1> \<!channel> \@everyone \@here \<#C1> \*b\* \_i\_ \`c\` &amp; \<http://a.b|c> \|\|s\|\| \\n"),
        ("# no title", r"\# no title"),
        ("-# no small print", r"\-# no small print"),
        ("- no list\n  + none\n2. none either", "\\- no list\n  \\+ none\n2\\. none either"),
        ("> no quote\n>>> none", "\\> no quote\n\\>>> none"),
        ("~~kept~~ ~ 5 | 6 ||shown||", r"\~\~kept\~\~ ~ 5 | 6 \|\|shown\|\|"),
        ("[press](https://a.b)", r"\[press](https://a.b)"),
        ("<:smile:1> :smile: 09:00", r"\<\:smile:1> \:smile: 09:00"),
        ("see https://discord.com/channels/1/2.", "see https://discord.com/channels/1/2."),
        ("see https://a.b/c_d", r"see https\://a.b/c\_d"),
        ("https://a.b<@1>", r"https\://a.b\<@1>"),
    ],
)
def test_mark_is_escaped_where_it_would_be_one(text: str, escaped: str) -> None:
    assert escaped == escape(text)


def test_words_are_read_as_the_client_shows_them() -> None:
    known = {"@1": "Mia", "#2": "prep", "@&3": "coaches"}
    content = "<@1> and <@!1> in <#2> with <@&3>, <:wave:4> <a:dance:5> </daily start:6>"
    assert read(content, "9", known) == "@Mia and @Mia in #prep with @coaches, :wave: :dance: /daily start"


def test_unknown_names_keep_their_ids() -> None:
    assert read("<@1> <#2> <@&3>") == "@1 #2 @3"


@pytest.mark.parametrize("content", ["<@9> help", "<@!9>: help", "<@9>, help", "help <@9>", "<@9>   help "])
def test_mention_of_us_is_left_out(content: str) -> None:
    assert read(content, "9") == "help"


@pytest.mark.parametrize("text", ["a < b && c > d, *really* `x`, &amp; <t:1:R>", "two\nlines", "  indented <b>"])
def test_other_words_arrive_verbatim(text: str) -> None:
    assert text == read(text, "9")
