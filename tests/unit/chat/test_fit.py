"""`fit`: within every limit, in order, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.fit import fit, size
from bot.chat.model import Button, Capabilities, Card, Code, Facts, Image, Part, Quote, Text
from bot.chat.words import clean, together
from tests.unit.chat.cards import LOVED, capabilities, cards, limits, texts

few = settings(max_examples=50, deadline=None)


def visible(text: str) -> str:
    return "".join(clean(text).split())


def spoken(part: Part) -> str:
    match part:
        case Facts():
            return "".join(visible(name) + ":" * bool(name.strip()) + visible(value) for name, value in part.pairs)
        case Image():
            return ""
        case _:
            return visible(part.text)


def whole(cards: tuple[Card, ...]) -> str:
    return "".join(visible(card.title) + "".join(map(spoken, card.body)) for card in cards).replace(":", "")


@few
@given(cards, limits())
def test_every_fitted_card_is_within_the_limits(card: Card, can: Capabilities) -> None:
    for fitted in fit(card, can):
        assert len(fitted.title) <= can.max_title
        assert len(fitted.title) + sum(map(size, fitted.body)) <= can.max_message
        assert len(fitted.body) <= can.max_parts
        assert len(fitted.buttons) <= can.max_buttons
        assert all(len(button.label) <= can.max_label for button in fitted.buttons)
        for part in fitted.body:
            assert size(part) <= can.max_text
            assert can.images or not isinstance(part, Image)
            assert not isinstance(part, Facts) or 0 < len(part.pairs) <= can.max_facts
            assert not isinstance(part, Text | Code | Quote) or part.text == clean(part.text)


@few
@given(cards, limits())
def test_fit_loses_no_visible_character(card: Card, can: Capabilities) -> None:
    unpictured = replace(card, body=tuple(part for part in card.body if not isinstance(part, Image)))
    assert whole((unpictured,)) == whole(fit(unpictured, can))


@few
@given(cards, limits())
def test_fit_of_a_fitted_card_changes_nothing(card: Card, can: Capabilities) -> None:
    fitted = fit(card, can)
    assert [(one,) for one in fitted] == [fit(one, can) for one in fitted]


@few
@given(cards, limits())
def test_buttons_stay_in_order_after_all_text(card: Card, can: Capabilities) -> None:
    fitted = fit(card, can)
    assert [(b.action, b.token) for b in card.buttons] == [(b.action, b.token) for f in fitted for b in f.buttons]
    carrying = [bool(f.buttons) for f in fitted]
    assert sorted(carrying) == carrying
    assert not any(f.body or f.title for f in fitted[len(fitted) - sum(carrying) + 1 :] if any(carrying))


@few
@given(st.lists(st.text("abcdé", min_size=1, max_size=19), min_size=1, max_size=60), st.integers(20, 60))
def test_texts_keep_every_space_and_every_word(words: list[str], most: int) -> None:
    text = " ".join(words)
    fitted = fit(Card("Title", (Quote(text),)), capabilities(max_text=most, max_message=2 * most))
    got = [part.text for card in fitted for part in card.body if isinstance(part, Quote)]
    assert text == "".join(got)
    assert words == [word for piece in got for word in piece.split()]


@few
@given(st.lists(st.text("ab (=", min_size=1, max_size=20), min_size=1, max_size=40), st.integers(20, 60))
def test_code_stays_code_and_is_split_at_line_ends(lines: list[str], most: int) -> None:
    code = "\n".join(f"|{line}"[:20] for line in lines)
    fitted = fit(Card("", (Code(code, "python"),)), capabilities(max_text=most, max_message=most))
    parts = [part for card in fitted for part in card.body]
    assert {"python"} == {part.language for part in parts if isinstance(part, Code)}
    assert code == "".join(part.text for part in parts if isinstance(part, Code))
    pieces = [part.text for part in parts if isinstance(part, Code)]
    assert all(left.endswith("\n") or right.startswith("\n") for left, right in pairwise(pieces))


@few
@given(st.lists(st.sampled_from(LOVED), min_size=1, max_size=60), st.integers(4, 20))
def test_characters_of_several_code_points_are_not_broken(loved: list[str], most: int) -> None:
    text = "".join(loved)
    fitted = fit(Card("", (Text(text),)), capabilities(max_text=most, max_message=most))
    assert text == "".join(part.text for card in fitted for part in card.body if isinstance(part, Text))
    at = 0
    for piece in (part.text for card in fitted[:-1] for part in card.body if isinstance(part, Text)):
        at += len(piece)
        assert not together(text, at)


@few
@given(texts)
def test_clean_leaves_nothing_that_a_platform_refuses(text: str) -> None:
    assert clean(text).encode() == clean(text).encode("utf-8", "ignore")
    assert clean(clean(text)) == clean(text)


def test_empty_card_stays_one_card() -> None:
    assert (Card(),) == fit(Card(), capabilities())


def test_card_within_the_limits_is_not_touched() -> None:
    card = Card("Title", (Text("a"), Code("b"), Facts((("n", "v"),)), Quote("c"), Image("k", "n", "alt")))
    assert (card,) == fit(card, capabilities())


def test_single_long_word_is_cut_at_the_limit() -> None:
    fitted = fit(Card("", (Text("x" * 25),)), capabilities(max_text=10, max_message=10))
    assert [Card("", (Text("x" * n),)) for n in (10, 10, 5)] == list(fitted)


def test_cluster_longer_than_the_limit_is_cut_all_the_same() -> None:
    fitted = fit(Card("", (Text("e" + "\u0301" * 9),)), capabilities(max_text=4, max_message=4))
    parts = [part for card in fitted for part in card.body]
    assert [Text("e" + "\u0301" * 3), Text("\u0301" * 4), Text("\u0301" * 2)] == parts


def test_prose_is_cut_at_a_paragraph_before_a_line_a_sentence_and_a_word() -> None:
    can = capabilities(max_text=20, max_message=20)
    first = [
        fit(Card("", (Text(text),)), can)[0].body[0]
        for text in (
            "One two.\n\nThree\nfour. five six",
            "One two\nthree. four five six",
            "One, two three. four five",
            "One two three four five",
        )
    ]
    assert [Text("One two.\n\n"), Text("One two three. ")][0] == first[0]
    assert [Text("One two\nthree. "), Text("One, two three. "), Text("One two three four ")] == first[1:]


def test_long_title_goes_on_in_the_text() -> None:
    fitted = fit(Card("A title of several words", (Text("body"),)), capabilities(max_title=10))
    assert (Card("A title ", (Text("of several words"), Text("body"))),) == fitted


def test_facts_beyond_the_limit_become_text() -> None:
    facts = Facts(tuple((f"n{i}", f"v{i}") for i in range(4)))
    assert (Card("", (Text("n0: v0\nn1: v1\nn2: v2\nn3: v3"),)),) == fit(Card("", (facts,)), capabilities(max_facts=3))


def test_facts_longer_than_a_part_are_split_between_pairs() -> None:
    facts = Facts((("a", "x" * 6), ("b", "y" * 6), ("c", "z" * 12)))
    fitted = fit(Card("", (facts,)), capabilities(max_text=12, max_message=60))
    tail = (Text("c: "), Text("z" * 12))
    assert (Card("", (Facts((("a", "x" * 6),)), Facts((("b", "y" * 6),)), *tail)),) == fitted


def test_image_without_images_becomes_its_alt_text() -> None:
    card = Card("", (Image("k", "a.png", "Six days"), Image("k", "b.png", "")))
    assert (Card("", (Text("Six days"), Text("b.png"))),) == fit(card, capabilities(images=False))


def test_alt_text_longer_than_a_part_follows_its_image() -> None:
    fitted = fit(Card("", (Image("k", "n", "one two three"),)), capabilities(max_text=10))
    assert (Card("", (Image("k", "n", "one two t…"), Text("one two "), Text("three"))),) == fitted


def test_part_that_fits_on_the_next_card_is_not_cut() -> None:
    can = capabilities(max_message=100, max_text=100)
    fitted = fit(Card("Title", (Text("a " * 40), Quote("b " * 30))), can)
    assert (Card("Title", (Text("a " * 40),)), Card("", (Quote("b " * 30),))) == fitted


def test_text_follows_its_title_on_the_same_card() -> None:
    fitted = fit(Card("Title", (Text("word " * 20),)), capabilities(max_message=100, max_text=100))
    assert (Card("Title", (Text("word " * 19),)), Card("", (Text("word "),))) == fitted


def test_buttons_beyond_the_limit_go_on_further_cards_and_long_labels_are_shortened() -> None:
    buttons = tuple(Button("a", str(n), f"A label {n}") for n in range(4))
    shown = tuple(replace(button, label="A la…") for button in buttons)
    fitted = fit(Card("T", buttons=buttons), capabilities(max_buttons=3, max_label=5))
    assert (Card("T", buttons=shown[:3]), Card(buttons=shown[3:])) == fitted


def test_control_characters_are_removed_and_blank_parts_left_out() -> None:
    card = Card("T\x00", (Text("a\x1b[2J\r\nb\tc\ud800"), Text(" \n"), Code(""), Facts((("", " "),))))
    assert (Card("T", (Text("a[2J\nb\tc"),)),) == fit(card, capabilities())
