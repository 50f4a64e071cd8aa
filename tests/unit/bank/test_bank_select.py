"""Filters, free words, near misses and paraphrases."""

from __future__ import annotations

import itertools

import pytest
from bank_samples import ROOT, question
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.load import load
from bot.bank.model import FORMATS, LEVELS, Bank, Point
from bot.bank.select import FILTERS, UnknownFilter, known, matching, near, near_ids, resolve
from bot.bank.similar import PARAPHRASE, paraphrases, similar

BANK = Bank(
    {
        q.id: q
        for q in (
            question("mistake", "A mistake?", format="behavioural", category="behavioural", level="junior"),
            question(
                "limiter",
                "Design a limiter.",
                format="design",
                category="system-design",
                level="senior",
                company="Stripe",
            ),
            question(
                "outage",
                "It is down.",
                format="incident",
                category="incidents",
                company="Amazon",
                set="5-amazon-questions",
            ),
            question(
                "threads", "Threads?", points=(Point("p1", "Explains locks.", "concurrency"),), skills=("correctness",)
            ),
        )
    },
    {
        "trade-offs": "trade-offs",
        "concurrency": "concurrency",
        "correctness": "correctness",
        "api-design": "API design",
    },
)


def ids(**filters: str) -> list[str]:
    return [found.id for found in matching(BANK, filters)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["mistake", "limiter", "outage", "threads"]),
        ({"level": "mid"}, ["outage", "threads"]),
        ({"level": "Junior, SENIOR"}, ["mistake", "limiter"]),
        ({"level": "mid-level"}, ["outage", "threads"]),
        ({"format": "behavioral"}, ["mistake"]),
        ({"category": "System Design"}, ["limiter"]),
        ({"company": "amazon"}, ["outage"]),
        ({"company": "amazon", "level": "senior"}, []),
        ({"skill": "concurrency"}, ["threads"]),
        ({"skill": "correctness,trade-offs"}, ["mistake", "limiter", "outage", "threads"]),
        ({"set": "5-Amazon-Questions"}, ["outage"]),
        ({"company": ""}, ["mistake", "limiter", "outage", "threads"]),
        ({"company": "nobody"}, []),
    ],
)
def test_matching_filters(filters: dict[str, str], expected: list[str]) -> None:
    assert expected == ids(**filters)


def test_matching_unknown_filter_names_those_there_are() -> None:
    with pytest.raises(UnknownFilter, match="there is no filter 'colour': use one of level, format, category"):
        matching(BANK, {"colour": "blue"})


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("behavioural", ("format", "behavioural")),
        ("Behavioral", ("format", "behavioural")),
        ("lead", ("level", "lead")),
        ("incident", ("format", "incident")),
        ("incidents", ("category", "incidents")),
        ("system-design", ("category", "system-design")),
        ("System Design", ("category", "system-design")),
        ("design", ("format", "design")),
        ("API design", ("skill", "api-design")),
        ("api_design", ("skill", "api-design")),
        ("AMAZON", ("company", "Amazon")),
        ("5-amazon-questions", ("set", "5-amazon-questions")),
        ("gardening", None),
        ("", None),
    ],
)
def test_resolve_word(word: str, expected: tuple[str, str] | None) -> None:
    assert expected == resolve(BANK, word)


def test_known_levels_and_formats_do_not_depend_on_the_bank() -> None:
    assert (known(Bank(), "level"), known(Bank(), "format"), known(Bank(), "company")) == (LEVELS, FORMATS, ())


def test_near_word_is_offered() -> None:
    assert near(BANK, "behavorial")[:1] == ("behavioural",)
    assert near(BANK, "amazn")[:1] == ("Amazon",)
    assert near(BANK, "zzzzzz") == ()


def test_near_id_is_offered() -> None:
    assert near_ids(BANK, "limitr") == ("limiter",)
    assert near_ids(BANK, "outa")[:1] == ("outage",)
    assert near_ids(BANK, "") == ()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FILTERS), st.text(max_size=20))
def test_resolved_word_matches_what_it_means(name: str, word: str) -> None:
    found = resolve(BANK, word)
    if found is not None:
        assert found[1] in known(BANK, found[0])
    assert set(ids(**{name: word})) <= set(BANK.questions)


def test_every_known_value_resolves_and_matches() -> None:
    for name in FILTERS:
        for value in known(BANK, name):
            assert resolve(BANK, value) is not None
            assert set(ids(**{name: value})) == set(ids(**{name: value.upper()}))


SAME = [
    (
        "Tell me about a time you disagreed with your manager.",
        "Describe a conflict with your boss. How did you handle it?",
    ),
    ("Tell me about a time you missed a deadline.", "Describe a deadline that you missed. What happened?"),
    ("Design a URL shortener.", "How would you design a URL shortening service?"),
    ("What is the difference between a process and a thread?", "Explain threads versus processes."),
]
DIFFERENT = [
    ("Tell me about a time you failed.", "Tell me about a time you succeeded."),
    ("Tell me about a conflict with a colleague.", "Tell me about a conflict with a customer."),
    ("Design a chat system.", "Design a payment system."),
    ("What is the difference between TCP and UDP?", "What is the difference between a process and a thread?"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_similar_paraphrases_are_above_the_line(a: str, b: str) -> None:
    assert similar(a, b) >= PARAPHRASE
    assert similar(a, b) == similar(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_similar_different_questions_are_below_the_line(a: str, b: str) -> None:
    assert similar(a, b) < PARAPHRASE


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_similar_is_a_share(a: str, b: str) -> None:
    assert 0 <= similar(a, b) <= 1
    assert similar(a, a) in {0.0, 1.0}


def test_paraphrases_are_all_pairs_above_the_line() -> None:
    prompts = [prompt for pair in (*SAME, *DIFFERENT) for prompt in pair]
    expected = [
        (left, right)
        for left, right in itertools.combinations(range(len(prompts)), 2)
        if similar(prompts[left], prompts[right]) >= PARAPHRASE
    ]
    assert expected == sorted((left, right) for left, right, _ in paraphrases(prompts))


def test_our_own_bank_asks_nothing_twice() -> None:
    prompts = [found.prompt for found in load(ROOT / "questions").questions.values()]
    assert list(paraphrases(prompts)) == []
