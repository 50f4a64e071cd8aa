"""Stems: related words share one, words of another meaning do not."""

from __future__ import annotations

import pytest

from bot.coaching.cues import Index, parse
from bot.coaching.language import prefixes, stem, words_of
from bot.coaching.reading import read, stems_in


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("important", "imported"),
        ("personal", "people"),
        ("personally", "person"),
        ("timing", "time"),
        ("hardly", "hard"),
        ("nearly", "near"),
        ("likely", "like"),
        ("several", "severe"),
        ("quite", "quit"),
        ("customer", "custom"),
        ("experience", "experiment"),
        ("critical", "criticise"),
        ("objective", "objects"),
        ("conversion", "conversation"),
        ("identical", "identity"),
        ("initiative", "initially"),
        ("numerous", "numeric"),
        ("information", "inform"),
        ("position", "positive"),
        ("executive", "execute"),
        ("authority", "author"),
        ("authorise", "authority"),
        ("response", "responsible"),
        ("successive", "successful"),
        ("production", "product"),
        ("productivity", "production"),
        ("integrity", "integrate"),
        ("definitely", "definition"),
        ("engineers", "engine"),
        ("staging", "stages"),
        ("business", "busy"),
        ("reasonable", "reason"),
        ("terminal", "terminate"),
        ("rang", "range"),
        ("universal", "university"),
        ("organise", "organ"),
        ("general", "generate"),
        ("operate", "opera"),
        ("community", "communicate"),
        ("policy", "police"),
        ("dns", "dn"),
    ],
)
def test_stem_of_words_of_another_meaning(word: str, other: str) -> None:
    assert stem(word) != stem(other)
    assert stem(other) not in set(prefixes(stem(word)))


@pytest.mark.parametrize(
    "words",
    [
        "important importance",
        "authorise authorized authorisation",
        "severe severity",
        "ttl ttls",
        "vm vms",
        "cpu cpus",
        "slo slos",
        "ring rang rung ringing",
        "wake woke woken waking",
        "sit sat sitting",
        "lay laid laying",
        "hang hung hangs",
        "catch caught catching",
        "hide hidden",
        "people person",
        "engineer engineering",
        "time times",
        "response responses",
    ],
)
def test_stem_of_forms_of_one_word(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


def test_time_out_in_every_form() -> None:
    for text in ("The call timed out.", "The call is timing out.", "A timeout.", "It runs into its time-out."):
        assert Index(read(text).sentences).line(parse("timeout")) == 1


def test_cue_for_an_import_on_what_is_important() -> None:
    index = Index(read("It is important. We imported it. I import it.").sentences)
    assert index.line(parse("import")) == 0b110
    assert "import" not in stems_in("It is important")


def test_words_of_a_denial() -> None:
    assert words_of("It isn’t") == ("it", "is", "not")
