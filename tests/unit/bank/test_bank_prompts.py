"""The importer of pages with several prompts in one paragraph."""

from __future__ import annotations

import pytest
from bank_pages import PROMPTS, SWAPPED
from bank_samples import SHARED_PAGES

from bot.bank.model import Flag, Point, Question
from bot.bank.pages import UnknownLayout, read_page


def refused(page: str) -> tuple[int, str]:
    with pytest.raises(UnknownLayout) as caught:
        read_page(page)
    return caught.value.line, caught.value.text


def test_prompts_question_is_complete() -> None:
    quick = "The interview assesses a candidate's motivation, accountability, and prioritisation within a growing team."
    points = (
        ("Say early what failed.", "learning"),
        ("Show what changed afterwards.", "learning"),
        ("What did you learn from it?", "learning"),
        ("Describe the situation and what was at stake.", "context"),
        ("Describe the actions you took yourself, and why.", "ownership"),
        ("Give the result with a number.", "results"),
    )
    assert read_page(PROMPTS)[1] == Question(
        id="tell-me-about-a-project-that-failed-what-did-you-learn-700d",
        prompt="Tell me about a project that failed. What did you learn from it?",
        level="mid",
        format="behavioural",
        category="behavioural",
        difficulty="medium",
        points=tuple(Point(f"p{n}", text, skill) for n, (text, skill) in enumerate(points, start=1)),
        flags=(Flag("f1", "Blaming others."),),
        skills=("learning", "context", "ownership", "results"),
        principles=("Ownership", "Earn Trust"),
        why=quick,
        example="Situation: Our import lost rows for a week.\n"
        "Actions: Told the customers the same day. Wrote a check that compares counts.\n"
        "Result: 2,300 rows restored; none lost since.",
        company="Initech",
        source=PROMPTS.splitlines()[0],
        set="answer-the-following-questions-for-an-engineering-role-f02f",
        guide="Answer the following questions for an engineering role.\n\n## General strategy\n"
        "- Keep three stories ready.\n\n## Edge cases\nIf you have no job yet, take a course project.",
        quick_answer=quick,
        inferred=("level", "format", "difficulty", "skills", "company"),
    )


def test_prompts_are_split_and_share_set_guide_and_pitfalls() -> None:
    found = read_page(PROMPTS)
    assert [question.prompt for question in found] == [
        "Why do you want to join Initech?",
        "Tell me about a project that failed. What did you learn from it?",
        "Describe how you handle several deadlines at once, and give an example.",
    ]
    assert len({(q.set, q.guide, q.flags, q.quick_answer, q.source) for q in found}) == 1
    assert [[point.text for point in q.points] for q in (found[0], found[2])] == [
        ["A reason that fits nobody else.", "Read their engineering blog.", "Name one post."],
        ["Explain how you rank them.", "Explain when you say no."],
    ]


def test_prompts_without_principles_get_them_guessed_and_marked() -> None:
    found = [(q.principles, "principles" in q.inferred) for q in read_page(PROMPTS)]
    assert found == [(("Motivation",), True), (("Ownership", "Earn Trust"), False), (("Prioritisation",), True)]


def test_prompts_in_another_order_than_their_sections_are_matched() -> None:
    found = {q.prompt: (q.principles, q.example) for q in read_page(SWAPPED)}
    assert found == {
        "Tell me about a conflict with a peer.": (
            ("Have Backbone",),
            "We disagreed about names, so we asked three users.",
        ),
        "Describe a time you missed a deadline.": (
            ("Deliver Results",),
            "I was late by a week and said so on day two.",
        ),
    }


@pytest.mark.parametrize(
    "changed",
    [
        PROMPTS.replace("\n", "\r\n"),
        PROMPTS.replace("\n", "\n\n"),
        PROMPTS.replace("\n* ", "\n- "),
        PROMPTS.replace("\n* ", "\n•"),
        PROMPTS.replace("**", ""),
        PROMPTS.replace("### ", "").replace("## ", ""),
        PROMPTS.replace(" ", "\u00a0"),
        "\ufeff" + PROMPTS.replace("e", "e\u200b"),
        PROMPTS.replace("1) ", "1. ").replace("2) ", "2. ").replace("3) ", "3. "),
        PROMPTS.replace(" Tell me about", "\nTell me about"),
        PROMPTS.replace("### ", "").replace("Quick Answer: ", "Quick Answer\n"),
        PROMPTS.rstrip(),
    ],
)
def test_prompts_typed_differently_are_the_same(changed: str) -> None:
    assert read_page(changed) == read_page(PROMPTS)


def test_prompts_with_other_quotation_marks_split_the_same() -> None:
    straight = PROMPTS.replace("a project that failed.", 'a project that "failed".')
    curly = PROMPTS.replace("a project that failed.", "a project that “failed”.")
    assert [len(read_page(page)) for page in (straight, curly)] == [3, 3]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("### 2) A failed", "### 4) A failed", "### 4) A failed project"),
        ("### 1) Motivation\n", "### 1) Motivation\nHello there.\n", "Hello there."),
        ("* **Tips:** Explain how you rank them and when you say no.\n", "", "* I list them by the cost of a day's "
         "delay, and I tell the last one at once."),
        ("* **Actions:**\n* Told the customers the same day.\n* Wrote a check that compares counts.\n", "* Actions:\n",
         "* **Result:** 2,300 rows restored; none lost since."),
        ("## Common pitfalls\n* Blaming others.\n", "", "If you have no job yet, take a course project."),
        ("* Blaming others.\n", "", "## Common pitfalls"),
        ("## Edge cases", "## Our sponsors", "## Our sponsors"),
        ("* Keep three stories ready.\n", "Upgrade to premium now\n", "Upgrade to premium now"),
        ("take a course project.", "take a", "If you have no job yet, take a"),
        ("### 3) Several deadlines", "### 3) Quantum chess\n* Tips: No.\n* Example: No.\n### 4) Several deadlines",
         "### 3) Quantum chess"),
        (" Describe how you handle several deadlines at once, and give an example.", "", "### 3) Several deadlines"),
    ],
)  # fmt: skip
def test_prompts_line_not_understood_is_named(old: str, new: str, text: str) -> None:
    assert old in PROMPTS
    page = PROMPTS.replace(old, new).rstrip()
    assert refused(page) == (1 + page.splitlines().index(text), text)


def test_prompts_real_page_gives_its_three_questions() -> None:
    path = SHARED_PAGES / "prompts.txt"
    if not path.exists():
        pytest.skip("the shared pages are not beside this checkout")
    found = read_page(path.read_text(encoding="utf-8"))
    assert [(q.prompt.split()[0], q.principles, len(q.points), q.example.split()[0]) for q in found] == [
        ("Why", ("Motivation",), 3, "I"),
        ("Tell", ("Judgment", "Curiosity"), 8, "Situation:"),
        ("Describe", ("Candour", "Selflessness"), 8, "Situation:"),
    ]
    assert {tuple(flag.text for flag in q.flags) for q in found} == {
        ("Borrowed opinions about the company. Read the source.", "No number in any story.")
    }
    (guide,) = {q.guide for q in found}
    assert [line for line in guide.splitlines() if line.startswith("#")] == [
        "## General strategy",
        "## Reusable answer template",
        "## Edge cases and alternatives",
        "## Preparation checklist",
    ]
    assert [point.text for point in found[1].points[:3]] == [
        "Say what you believed before.",
        "Say what the data said.",
        "Say what it cost you to switch.",
    ]
    assert len({q.set for q in found}) == 1
