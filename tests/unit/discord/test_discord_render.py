"""Cards as Discord takes them: within its limits, its referee content, and nobody's words markup."""

from __future__ import annotations

from typing import Any

import pytest
from discord_gateway import referee
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.fake import reading
from adapters.discord.limits import CAPABILITIES, COMPONENTS, COMPONENTS_V2, CUSTOM_ID, TEXT
from adapters.discord.render import (
    Press,
    carries,
    components,
    edit,
    mark,
    message,
    nonce,
    read_custom_id,
    whisper,
)
from bot.bank.model import Bank
from bot.chat.fit import fit
from bot.chat.model import TOKEN_LIMIT, Button, Card, Code, Facts, Image, Part, Quote, Text
from bot.wiring import Application, Clock, open_database

WICKED = "<@U1> <!channel> @everyone <#C1> *b* _i_ ~~s~~ `c` &amp; <http://a.b|c> :smile: ||x||"
FULL = Card(
    "Question of the *day*",
    (
        Text(f"Say `/progress why` or {WICKED}"),
        Text("a footnote\n# of two lines", small=True),
        Quote(f"first\n\n- {WICKED}"),
        Code("```\n<!here>", "sql"),
        Facts((("Zone", "Europe/Berlin"), ("", "no name"), ("Level", WICKED))),
        Image("k", "week.png", "Seven days"),
    ),
    tuple(Button("daily.hint", f"tok-{n}", f"Hint {n}") for n in range(7)),
)
MARKS = st.text(alphabet="*_~`|<>#-\\\n :a1.", min_size=1, max_size=400)
PROSE = st.sampled_from(
    ["`" * 400, "*_" * 1_900, "> " * 900, "word " * 700, "\n".join("-" * 900), "snake_case_name " * 230]
)
WORDS = st.one_of(MARKS, PROSE)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, WORDS, small=st.booleans()),
    st.builds(Quote, WORDS, st.booleans()),
    st.builds(Code, WORDS, st.sampled_from(["", "python", "C++", "no language"])),
    st.builds(Facts, st.lists(st.tuples(MARKS, WORDS), min_size=1, max_size=8).map(tuple)),
)
CARDS = st.builds(Card, st.one_of(st.just(""), MARKS), st.lists(PARTS, max_size=24).map(tuple), st.just(FULL.buttons))


def errors(body: dict[str, Any], path: str = "/channels/1/messages", method: str = "POST") -> list[str]:
    found: list[str] = referee().discord_request_errors(method, path, body)
    return found


def read(card: Card) -> str:
    """Return what is read of a card; what nobody sees is left out."""
    return reading.words("", [], components(card)).replace("\u200b", "")


def contents(card: Card) -> list[str]:
    """Return the texts as they are sent."""
    return [one["content"] for one in components(card) if one["type"] == 10]


def test_card_is_what_discord_takes() -> None:
    assert errors(message(FULL, "daily:post:1")) == []
    assert errors({**whisper(FULL, "k"), "flags": COMPONENTS_V2 | 64}, "/webhooks/1/token") == []
    assert errors(whisper(FULL, "k"), "/webhooks/1/token/messages/@original", "PATCH") == []
    assert errors(edit(FULL), "/channels/1/messages/2", "PATCH") == []
    assert errors({"type": 4, "data": whisper(FULL, "k")}, "/interactions/1/token/callback") == []


def test_card_is_shown_part_by_part() -> None:
    assert contents(FULL) == [
        r"### Question of the \*day\*",
        "Say `/progress why` or " + ESCAPED,
        "-# a footnote\n-# \\# of two lines",
        f"> first\n> \n> \\- {ESCAPED}",
        "```sql\n`\u200b`\u200b`\n<!here>\n```",
        f"**Zone**  Europe/Berlin\nno name\n**Level**  {ESCAPED}",
        "-# Seven days",
    ]


def test_spoiler_in_a_fence_ends_with_the_fence() -> None:
    words = "*_~`" * 700 + " a || b ||| c " + "the end"
    [shown] = message(Card(body=(Quote(words, spoiler=True),)), "k")["components"]
    content = shown["content"]
    assert content.startswith("||```")
    assert (len(content) - 2, "the end" in content) == (content.find("||", 2), True)


def test_spoiler_is_veiled_line_by_line() -> None:
    card = Card(body=(Quote("free *space*\n\n|then| find out", spoiler=True),))
    assert contents(card) == ["> ||free \\*space\\*||\n> \n> ||\\|then| find out||"]
    assert read(card) == "free *space*\n\n|then| find out"


ESCAPED = r"\<@U1> \<!channel> \@everyone \<#C1> \*b\* \_i\_ \~\~s\~\~ \`c\` &amp; \<http://a.b|c> \:smile: \|\|x\|\|"


def test_words_of_people_are_read_as_they_were_written() -> None:
    assert read(FULL).split("\n") == [
        "Question of the *day*",
        f"Say /progress why or {WICKED}",
        "a footnote",
        "# of two lines",
        "first",
        "",
        f"- {WICKED}",
        "```",
        "<!here>",
        "Zone  Europe/Berlin",
        "no name",
        f"Level  {WICKED}",
        "Seven days",
    ]


def test_nobody_is_notified() -> None:
    assert message(FULL, "k")["allowed_mentions"] == {"parse": []}
    assert edit(FULL)["allowed_mentions"] == {"parse": []}


def test_buttons_stand_in_rows_of_five_and_say_what_they_do() -> None:
    rows = [one["components"] for one in components(FULL) if one["type"] == 1]
    assert [len(row) for row in rows] == [5, 2]
    assert rows[1][1] == {"type": 2, "style": 2, "label": "Hint 6", "custom_id": "6:w:daily.hint:tok-6"}


@pytest.mark.parametrize(
    "button", [Button("a.b", "t:1", "x"), Button("a", "", "x", "quiet"), Button("a", "t", "x", "form")]
)
def test_custom_id_is_read_back(button: Button) -> None:
    shown = components(Card(buttons=(button,)))[0]["components"][0]["custom_id"]
    assert Press(button.answer, button.action, button.token) == read_custom_id(shown)


@pytest.mark.parametrize("custom_id", ["", "x", "1:w:a", "x:w:a:t", "1:z:a:t", "1:w::t"])
def test_custom_id_of_somebody_else_is_nothing(custom_id: str) -> None:
    assert read_custom_id(custom_id) is None


def test_custom_id_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="over 100 characters"):
        components(Card(buttons=(Button("a" * 40, "t" * TOKEN_LIMIT, "x"),)))


def test_every_action_has_room_beside_the_longest_token() -> None:
    database = open_database("sqlite://")
    actions = Application(database, Bank({}, {}), clock=Clock()).router.actions
    database.close()
    buttons = [Button(action.name, "t" * TOKEN_LIMIT, "x", action.answer) for action in actions]
    assert buttons != []
    assert all(len(f"24:w:{button.action}:{button.token}") <= CUSTOM_ID for button in buttons)


def test_key_travels_as_id_and_nonce() -> None:
    sent = message(FULL, "daily:post:1")
    assert (sent["components"][0]["id"], sent["nonce"]) == (mark("daily:post:1"), nonce("daily:post:1"))
    assert (sent["enforce_nonce"], len(sent["nonce"]), sent["flags"]) == (True, 25, COMPONENTS_V2)
    assert [carries(sent, key) for key in ("daily:post:1", "daily:post:2")] == [True, False]
    assert carries(message(Card(buttons=FULL.buttons), "k"), "k")
    assert not carries({"components": []}, "k")
    assert not carries({"content": "hi"}, "k")


def test_edit_without_a_key_carries_none() -> None:
    assert "id" not in edit(FULL)["components"][0]


@given(st.text())
def test_mark_is_a_positive_number_of_32_bits(key: str) -> None:
    assert 0 < mark(key) < 2**31


def test_full_card_with_many_buttons_keeps_to_the_number_of_components() -> None:
    card = Card(
        "Title", tuple(Text(f"part {n}") for n in range(20)), tuple(Button("a", f"t{n}", "x") for n in range(25))
    )
    shown = components(card)
    assert len(list(reading.flat(shown))) == COMPONENTS
    assert read(card).split("\n") == ["Title", *(f"part {n}" for n in range(20))]


def test_words_with_too_many_marks_are_fenced() -> None:
    marks = "a_b_c_d_e_f_g_h " * 200
    assert contents(Card(body=(Text("Before *all*"), Text(marks)))) == [r"Before \*all\*", f"```\n{marks}```"]


@settings(max_examples=80, deadline=None)
@given(CARDS)
def test_fitted_card_is_within_all_limits(card: Card) -> None:
    for part in fit(card, CAPABILITIES):
        shown = components(part)
        texts = contents(part)
        assert sum(map(len, texts)) <= TEXT
        assert all(text.strip() for text in texts)
        assert len(list(reading.flat(shown))) <= COMPONENTS
        assert shown != []


@settings(max_examples=80, deadline=None)
@given(CARDS)
def test_no_word_of_a_fitted_card_is_lost(card: Card) -> None:
    for part in fit(card, CAPABILITIES):
        shown = "".join(read(part).replace("\u02cb", "`").split())
        for words in (part.title, *(text for one in part.body for text in _texts(one))):
            assert "".join(words.split()) in shown


def _texts(part: Part) -> tuple[str, ...]:
    match part:
        case Facts(pairs=pairs):
            return tuple(text for pair in pairs for text in pair)
        case Image(alt=alt):
            return (alt,)
        case _:
            return (part.text,)


def test_card_that_was_not_fitted_is_cut() -> None:
    texts = contents(Card("t" * 300, (Text("a" * 3_000), Text("b" * 3_000))))
    assert (sum(map(len, texts)) <= TEXT, [text[-1] for text in texts]) == (True, ["t", "a", "…"])


def test_empty_card_is_a_message_all_the_same() -> None:
    assert components(Card()) == [{"type": 10, "content": "\u200b"}]


@pytest.mark.parametrize("code", ["\n\nindented", "x = `a`\n", "```", "\n", "sql\nselect 1"])
def test_code_cannot_leave_its_fence(code: str) -> None:
    (content,) = contents(Card(body=(Code(code, "Text"),)))
    assert (content.startswith("```text\n"), content.count("```")) == (True, 2)
    assert "".join(code.split()) == "".join(read(Card(body=(Code(code),))).split())


def test_language_that_is_none_is_left_out() -> None:
    assert contents(Card(body=(Code("x", "no language"),))) == ["```\nx\n```"]
