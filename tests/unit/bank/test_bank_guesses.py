"""What the importer guesses and makes of words: company, role, format, ids, quotation marks."""

from __future__ import annotations

import pytest
from bank_samples import ROOT, question
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.convert import as_data
from bot.bank.load import load
from bot.bank.pages import infer, words
from bot.bank.pages.layout import ID_LIMIT, slug
from bot.bank.pages.naming import Subject, subject
from bot.bank.pages.quotes import unquoted
from bot.bank.schema import fits


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("1. Junior Amazon Engineer", Subject("junior", "Amazon", "Engineer")),
        ("2. Mid-level Google Software Engineer", Subject("mid", "Google", "Software Engineer")),
        ("3. Senior Software Engineer", Subject("senior", "", "Software Engineer")),
        ("4. Staff Uber Engineer", Subject("lead", "Uber", "Engineer")),
        ("5. Principal Engineer", Subject("principal", "", "Engineer")),
        ("6. Lead Goldman Sachs Data Analyst", Subject("lead", "Goldman Sachs", "Data Analyst")),
        ("7. Entry-Level eBay Developer", Subject("junior", "eBay", "Developer")),
        ("8. Senior Principal Meta Engineer", Subject("principal", "Meta", "Engineer")),
        ("9. Senior Veterinary Technician", Subject("senior", "", "Veterinary Technician")),
        ("10. Kubernetes Engineer", Subject(None, "", "Kubernetes Engineer")),
        ("11. Amazon Engineering Manager", Subject("lead", "Amazon", "Engineering Manager")),
        ("12. Director of Engineering", Subject("principal", "", "Director of Engineering")),
        ("13. Lead Generation Specialist", Subject(None, "", "Lead Generation Specialist")),
        ("14. Hooli", Subject(None, "Hooli", "")),
    ],
)
def test_subject_of_heading(heading: str, expected: Subject) -> None:
    assert subject(f"{heading} Interview Questions and Answers", "What working at Hooli is like.") == expected


@pytest.mark.parametrize(
    ("prompt", "types", "expected"),
    [
        ("Tell me about a time you failed.", (), "behavioural"),
        ("Describe a situation where you led.", (), "behavioural"),
        ("How do you prioritize tasks?", (), "behavioural"),
        ("Design a URL shortener.", (), "design"),
        ("How would you scale a chat?", (), "design"),
        ("Latency spikes at noon. What do you do?", (), "incident"),
        ("You are on-call and are paged.", ("Situational",), "incident"),
        ("A colleague is late. What do you do?", ("Situational",), "behavioural"),
        ("What is a hash table?", (), "technical"),
        ("What is a hash table?", ("Behavioral",), "behavioural"),
        ("Tell me about a time you tuned a query.", ("Technical",), "technical"),
    ],
)
def test_format_of_prompt(prompt: str, types: tuple[str, ...], expected: str) -> None:
    assert infer.format_of(prompt, types) == expected


def test_every_word_list_belongs_to_a_skill() -> None:
    assert set(words.SKILLS) == set(load(ROOT / "questions").skills)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"one"', "one"),
        ("“one”", "one"),
        ("‘one’", "one"),
        ("«one»", "one"),
        ("“a “b” c”", "a “b” c"),
        ('"He said "yes" to me"', 'He said "yes" to me'),
        ("“A” and “B”", None),
        ('"A" and "B"', None),
        ("one", None),
        ('"one', None),
        ('""', None),
    ],
)
def test_unquoted_only_whole_quotations(text: str, expected: str | None) -> None:
    assert unquoted(text) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_slug_is_an_id_and_stable(text: str) -> None:
    found = slug(text)
    assert fits()(as_data(question(found, "One?")))
    assert (slug(text), len(found) <= ID_LIMIT) == (found, True)


def test_slug_of_long_prompts_with_the_same_beginning_differ() -> None:
    start = "Tell me about a time when you had to make a difficult decision without"
    assert slug(f"{start} your manager.") != slug(f"{start} enough data.")
    assert slug("Was für ein Café?") == "was-fur-ein-cafe"
    assert slug("日本語").startswith("question-")
