"""The importer of pages with one question."""

from __future__ import annotations

import pytest
from bank_pages import CODING, SINGLE, STORY
from bank_samples import SHARED_PAGES

from bot.bank.model import Flag, Point, Question
from bot.bank.pages import UnknownLayout, read_page

WHY = "This question evaluates how a candidate reasons about concurrent edits, within the System Design domain."


def only(page: str) -> Question:
    (question,) = read_page(page)
    return question


def refused(page: str) -> tuple[int, str]:
    with pytest.raises(UnknownLayout) as caught:
        read_page(page)
    return caught.value.line, caught.value.text


def test_single_question_is_complete() -> None:
    points = (
        ("State the requirements: Ten writers a page; an edit reaches the others within 200 ms.", "requirements"),
        (
            "Merge edits: Send operations with the version that they were made on; the server orders them.",
            "architecture",
        ),
        (
            "Store the pages: A log of operations a page, with a snapshot every thousand. "
            "Old snapshots go to cheap storage.",
            "observability",
        ),
        ("Bring back an old version.", "architecture"),
        (
            "Say what happens when a writer loses the network: "
            "Keep operations on the device and send them again with the same ids.",
            "networking",
        ),
        (
            "Name the trade-offs: One server orders each page, so a page never has two truths and waits while its "
            "server is replaced.",
            "trade-offs",
        ),
    )
    assert only(SINGLE) == Question(
        id="design-a-notebook-that-ten-people-edit-at-once-how-00ae",
        prompt="Design a notebook that ten people edit at once. How would you merge edits, store the pages, and bring "
        "back an old version? What happens when a writer loses the network?",
        level="lead",
        format="design",
        category="system-design",
        difficulty="hard",
        points=tuple(Point(f"p{n}", text, skill) for n, (text, skill) in enumerate(points, start=1)),
        skills=("requirements", "architecture", "observability", "networking", "trade-offs"),
        rounds=("onsite",),
        why=WHY,
        company="Hooli",
        role="Staff Backend Engineer",
        source="Design a shared notebook",
        quick_answer=WHY,
        model_answer=SINGLE.partition("Solution\n")[2].strip(),
        inferred=("format", "skills"),
    )


def test_single_coding_page_keeps_code_pitfalls_and_its_own_category() -> None:
    found = only(CODING)
    assert (found.format, found.category, found.level, found.difficulty, found.rounds) == (
        "technical",
        "fundamentals",
        "senior",
        "medium",
        ("technical screen",),
    )
    assert found.guide == "Category on the page: Coding & Algorithms"
    assert found.flags == (
        Flag("f1", "Sorting again what is sorted already."),
        Flag("f2", "Forgetting the time before the first meeting."),
    )
    assert [point.text for point in found.points] == [
        "Return the free slots of at least half an hour that both people share.",
        "Explain how your approach behaves on touching meetings.",
        "Approach: Walk through both lists with two pointers. Take the meeting that starts first. "
        "Extend the busy block while the next one begins before its end.",
        "Say what its complexity is. Time: O(n + m), since each meeting is looked at once. "
        "Space: O(1) besides the answer.",
        "Say how you would test it: Touching meetings, an empty list, and a day without gaps.",
    ]
    assert "    if a <  b:\n        return []\n\n    return [a,  b]\n```\n\n### Complexity" in found.model_answer
    assert "Reverse a string" not in repr(found)
    assert (found.why, found.quick_answer) == ("", "Merge both lists in one pass and report the gaps.")
    assert "\n\nConstraints:\n- Up to 100,000 meetings a person\n" in found.prompt


def test_single_story_has_points_of_its_parts_and_is_the_example() -> None:
    found = only(STORY)
    assert (found.format, found.category, found.level, found.inferred) == (
        "behavioural",
        "behavioural",
        "mid",
        ("level", "format", "skills"),
    )
    assert [(point.text, point.skill) for point in found.points] == [
        ("What did you do to win them over?", "ownership"),
        ("How did you know that it worked?", "ownership"),
        ("Describe the situation and what was at stake.", "context"),
        ("Say what your own task was.", "ownership"),
        ("Describe the actions you took yourself, and why.", "ownership"),
        ("Give the result with a number.", "results"),
    ]
    assert found.example.splitlines()[2:] == [
        "Action: I met each lead alone, wrote down what they feared, and let them choose the first step.",
        "Result: One login in ten weeks; tickets about sign-in fell by 60%.",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        SINGLE.replace("\n", "\r\n"),
        SINGLE.replace("\n", "\r"),
        SINGLE.replace("\n- ", "\n• ").replace("• ", "- "),
        SINGLE.replace(" ", "\u00a0"),
        "\ufeff" + SINGLE.replace("o", "o\u200b"),
        SINGLE.replace("Company: Hooli", "company:  Hooli").replace("Hard", "hard"),
        SINGLE.replace("Company: Hooli", "**Company:** Hooli"),
        SINGLE.replace("Quick Answer: This", "Quick Answer\nThis"),
        SINGLE.replace("Quick Answer: This", "## Quick Answer:\nThis"),
        SINGLE.replace("\nSolution\n", "\n## Solution:\n"),
        SINGLE + "Related Interview Questions\nDesign a chat\n",
        SINGLE.rstrip(),
    ],
)
def test_single_typed_differently_is_the_same(changed: str) -> None:
    assert only(changed) == only(SINGLE)


@pytest.mark.parametrize("mark", ["*", "•", "–"])
def test_single_other_bullets_give_the_same_points(mark: str) -> None:
    changed = only(SINGLE.replace("\n- ", f"\n{mark} "))
    assert (changed.points, changed.flags) == (only(SINGLE).points, ())


def test_single_without_facts_that_can_be_guessed_marks_them() -> None:
    found = only(
        SINGLE.replace("Difficulty: Hard\n", "").replace("Staff ", "").replace("Category: System Design\n", "")
    )
    assert (found.level, found.format, found.difficulty) == ("mid", "design", "medium")
    assert found.inferred == ("level", "format", "difficulty", "skills")


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        ("Company: Hooli", "Compny: Hooli", 2, "Compny: Hooli"),
        ("Company: Hooli", "Salary: none", 2, "Salary: none"),
        ("Company: Hooli", "Company:", 2, "Company:"),
        ("Role: Staff Backend Engineer", "Company: Initech", 3, "Company: Initech"),
        ("Difficulty: Hard", "Difficulty: tricky", 5, "Difficulty: tricky"),
        ("\nQuick Answer: ", "\nShort: ", 24, "- Draw the path of one edit first."),
        ("\nSolution\n", "\n", 24 - 1, "- Draw the path of one edit first."),
        ("Draw the path of one edit first.\n", "Draw the path of one edit first. Then\n## More\n", 25, "## More"),
        ("Draw the path of one edit first.\n", "Draw these:\n", 24, "- Draw these:"),
        ("Draw the path of one edit first.\n", "Draw the path of one edit", 24, "- Draw the path of one edit"),
        ("## Requirements\n", "```\n", 11, "```"),
    ],
)
def test_single_line_not_understood_is_named(old: str, new: str, line: int, text: str) -> None:
    assert refused(SINGLE.replace(old, new)) == (line, text)


def test_single_without_steps_is_refused() -> None:
    page = SINGLE.partition("## Requirements")[0]
    assert refused(page) == (10, "Below we go from needs to failures.")


def test_single_real_page_gives_its_question() -> None:
    path = SHARED_PAGES / "single.txt"
    if not path.exists():
        pytest.skip("the shared pages are not beside this checkout")
    found = only(path.read_text(encoding="utf-8"))
    assert (found.company, found.role, found.category, found.format, found.difficulty, found.rounds) == (
        "Stripe",
        "Backend Engineer",
        "system-design",
        "design",
        "hard",
        ("onsite",),
    )
    heads = [point.text.partition(":")[0].partition(". ")[0] for point in found.points]
    assert heads == [
        "State the requirements",
        "Identify a client",
        "Choose an algorithm",
        "Store the counters",
        "Say what happens when a counter store fails",
        "Say how clients would learn that they were limited",
        "Give the results in numbers",
        "Name the trade-offs",
    ]
    assert found.model_answer == path.read_text(encoding="utf-8").partition("Solution\n")[2].strip()
    assert found.inferred == ("level", "format", "skills")
