"""Strategies: cards as features might make them, limits as platforms might have them."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.chat.model import Button, Capabilities, Card, Code, Facts, Image, Quote, Text

LOVED = ["\U0001f469\u200d\U0001f680", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea", "e\u0301", "\u0928\u094d\u092e"]
"""What a reader sees as one character: a joined emoji, a skin tone, a flag, a mark, a conjunct."""

words = st.one_of(st.text("abcxyz.,<&>@*`é漢", min_size=1, max_size=14), st.sampled_from(LOVED))
prose = st.lists(st.tuples(words, st.sampled_from([" ", " ", "\n", "\n\n", ". "])), max_size=40).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
wild = st.text(max_size=120)
texts = st.one_of(prose, wild)
pairs = st.tuples(st.text("abc é", max_size=12), texts)
parts = st.one_of(
    st.builds(Text, texts, st.booleans()),
    st.builds(Code, texts, st.just("python")),
    st.builds(Quote, texts),
    st.builds(Facts, st.lists(pairs, max_size=7).map(tuple)),
    st.builds(Image, st.just("k"), st.just("chart.png"), prose),
)
buttons = st.builds(Button, st.just("next"), st.just("t"), st.text(max_size=30))
cards = st.builds(Card, texts, st.lists(parts, max_size=6).map(tuple), st.lists(buttons, max_size=7).map(tuple))


@st.composite
def limits(draw: st.DrawFn) -> Capabilities:
    """Draw limits down to the absurd, so that every rule is met often."""
    return capabilities(
        images=draw(st.booleans()),
        max_message=draw(st.integers(20, 400)),
        max_text=draw(st.integers(16, 200)),
        max_title=draw(st.integers(0, 60)),
        max_parts=draw(st.integers(1, 5)),
        max_facts=draw(st.integers(0, 5)),
        max_buttons=draw(st.integers(1, 4)),
        max_label=draw(st.integers(1, 12)),
    )


def capabilities(
    *,
    images: bool = True,
    max_message: int = 400,
    max_text: int = 100,
    max_title: int = 30,
    max_parts: int = 5,
    max_facts: int = 3,
    max_buttons: int = 3,
    max_label: int = 10,
) -> Capabilities:
    """Return small limits."""
    return Capabilities(
        dm_threads=True,
        forms=True,
        edits=True,
        whispers=True,
        images=images,
        home=False,
        reactions=True,
        max_message=max_message,
        max_text=max_text,
        max_title=max_title,
        max_parts=max_parts,
        max_facts=max_facts,
        max_buttons=max_buttons,
        max_label=max_label,
    )
