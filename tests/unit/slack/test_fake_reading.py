"""What a reader of our fake sees, and whom a message notifies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.fake.reading import buttons, label, mentions, mrkdwn, words
from adapters.slack.text import escape


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* _slanted_ ~gone~", "bold slanted gone"),
        ("*_both_*", "both"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("`*code*` and ```<@U1> &lt;```", "*code* and <@U1> <"),
        ("<@U1> <#C1|prep> <!here> <https://a.b|site> <https://a.b>", "@U1 #prep @here site https://a.b"),
        ("a &lt; b &amp;amp; c", "a < b &amp; c"),
    ],
)
def test_markup_is_read_as_it_looks(written: str, read: str) -> None:
    assert read == mrkdwn(written)


@settings(max_examples=60)
@given(st.text(alphabet="&<>@#!|;ampltg U1here\n"))
def test_escaped_words_are_read_verbatim_and_notify_nobody(text: str) -> None:
    assert (text, ()) == (mrkdwn(escape(text)), mentions(escape(text), []))


def test_blocks_are_read_in_place_of_the_text() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Q &amp; A"}},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "*verbatim* &amp; <@U1>"}]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
            ],
        },
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*who*"}, {"type": "plain_text", "text": "*mia*"}]},
        {"type": "context", "elements": [{"type": "plain_text", "text": "small"}]},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A &gt; B"}}],
        },
    ]
    assert words("for notifications", blocks) == "Q & A\n*verbatim* &amp; <@U1>\nquoted\nwho\n*mia*\nsmall"
    assert [label(button) for _, button in buttons(blocks)] == ["A > B"]
    assert mentions("for notifications", blocks) == ()


def test_mentions_are_found_in_text_and_blocks() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> <!subteam^S1|us> <@U1>"}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "user", "user_id": "U2"}, {"type": "broadcast", "range": "everyone"}],
                }
            ],
        },
    ]
    assert mentions("<@U1|mia> <!here>", blocks) == ("U1", "here", "channel", "subteam^S1", "U2", "everyone")
