"""The importer of pages with level headings."""

from __future__ import annotations

import random

import pytest
from bank_samples import PAGE, SHARED_PAGES
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank.convert import as_data
from bot.bank.model import Flag, Point, Question
from bot.bank.pages import UnknownLayout, read_page
from bot.bank.pages.levels import SECTIONS
from bot.bank.schema import fits

LINES = PAGE.splitlines()
SOURCE = "2 Initech Engineer Interview Questions and Answers"


def refused(page: str) -> tuple[int, str]:
    with pytest.raises(UnknownLayout) as caught:
        read_page(page)
    assert f"line {caught.value.line} is not understood: '{caught.value.text}'" in str(caught.value)
    return caught.value.line, caught.value.text


def without(*texts: str) -> str:
    """Return the page without the first line that equals each text."""
    kept = list(LINES)
    for text in texts:
        kept.remove(text)
    return "\n".join(kept)


def with_line(after: str, text: str) -> str:
    """Return the page with one more line after the first that begins so."""
    at = next(n for n, line in enumerate(LINES) if line.startswith(after)) + 1
    return "\n".join([*LINES[:at], text, *LINES[at:]])


def test_page_first_question_is_complete() -> None:
    assert read_page(PAGE)[0] == Question(
        id="tell-me-about-a-time-you-repaired-something-that-nobody-68d4",
        prompt="Tell me about a time you repaired something that nobody had asked you to repair.",
        level="junior",
        format="behavioural",
        category="behavioural",
        difficulty="easy",
        points=(
            Point("p1", "Describe the situation in two sentences.", "context"),
            Point("p2", "Say what you did yourself, and whom you asked for help.", "collaboration"),
            Point("p3", "Quantify the result (hours saved, fewer calls).", "results"),
        ),
        flags=(
            Flag("f1", "Claiming that the others were lazy."),
            Flag("f2", "Telling a story without an end."),
        ),
        skills=("context", "collaboration", "results"),
        why="At Initech juniors are trusted early. This shows whether you act on what you see.",
        example="In my second month the label printer jammed daily. I read its log, found a worn roller and "
        "replaced it.",
        company="Initech",
        role="Engineer",
        source=SOURCE,
        set="2-initech-engineer-interview-questions-and-answers",
        inferred=("format", "difficulty", "skills", "company"),
    )


def test_page_values_of_the_last_sections_are_used() -> None:
    second = read_page(PAGE)[1]
    assert second.format == "technical"
    assert second.skills[:2] == ("debugging", "communication")
    assert second.inferred == ("format", "difficulty", "skills", "company")


def test_page_question_type_that_settles_the_format_is_no_guess() -> None:
    second = read_page(PAGE.replace("Question type\nTechnical", "Question type\nBehavioral, Situational"))[1]
    assert (second.format, second.category) == ("behavioural", "behavioural")
    assert second.inferred == ("difficulty", "skills", "company")


def test_page_levels_and_formats() -> None:
    found = [(q.level, q.format, q.category, len(q.points), len(q.flags)) for q in read_page(PAGE)]
    assert found == [
        ("junior", "behavioural", "behavioural", 3, 2),
        ("junior", "technical", "fundamentals", 2, 1),
        ("lead", "design", "system-design", 2, 1),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        PAGE.replace("\n", "\r\n"),
        PAGE.replace("\n", "\r"),
        PAGE.replace("\n", "  \t\n"),
        PAGE.replace("\n", "\n\n \n"),
        PAGE.replace("- ", "• "),
        PAGE.replace("- ", "* "),
        PAGE.replace("- ", "•"),
        PAGE.replace(" ", "\u00a0"),
        PAGE.replace(" ", "\u2009 "),
        "\ufeff" + PAGE.replace("How", "\u200bHow"),
        PAGE.replace("Introduction", "INTRODUCTION:").replace("Example answer", "Example Answer"),
        PAGE.replace('answer\n"', "answer\n“").replace('."\nSkills', ".”\nSkills"),
        PAGE.replace("\n", "\n\t"),
        PAGE.partition("Similar")[0].rstrip(),
        PAGE.replace("1.2.", "1.7."),
    ],
)
def test_page_typed_differently_is_the_same(changed: str) -> None:
    assert read_page(changed) == read_page(PAGE)


def test_page_without_title_is_named_after_its_first_heading() -> None:
    found = read_page(PAGE.partition("month\n")[2])
    assert {q.source for q in found} == {"Junior Initech Engineer Interview Questions and Answers"}
    assert {q.company for q in found} == {"Initech"}


def test_page_company_of_the_title_holds_for_headings_without_it() -> None:
    found = read_page(PAGE.replace("Junior Initech Engineer Int", "Junior Engineer Int"))
    assert {(q.company, q.role) for q in found} == {("Initech", "Engineer")}


def test_page_without_any_company_has_none() -> None:
    found = read_page(PAGE.replace("Initech Engineer", "Software Engineer").replace("Initech", "they"))
    assert {(q.company, q.role, "company" in q.inferred) for q in found} == {("", "Software Engineer", False)}


def test_page_same_prompt_at_two_levels_keeps_both() -> None:
    prompt = LINES[4].partition(" ")[2]
    found = read_page(PAGE.replace("2.1. Design a print queue for ten thousand offices.", f"2.1. {prompt}"))
    assert [q.prompt for q in found].count(prompt) == 2
    assert len({q.id for q in found}) == 3


def test_page_advertising_between_levels_is_ignored() -> None:
    assert read_page(with_line("Technical", "Unlimited practice for $7 / month")) == read_page(PAGE)
    assert read_page(with_line("Technical", "Sign up now for free")) == read_page(PAGE)


def test_page_example_of_several_paragraphs_is_kept_whole() -> None:
    found = read_page(PAGE.replace("daily. I read", "daily.\nI read"))[0]
    assert found.example == (
        "In my second month the label printer jammed daily.\n\nI read its log, found a worn roller and replaced it."
    )


def test_page_example_without_quotation_marks_is_kept() -> None:
    assert read_page(PAGE.replace('"', "")) == read_page(PAGE)


@pytest.mark.parametrize("section", SECTIONS)
def test_page_without_a_section_names_the_line_that_came_instead(section: str) -> None:
    at = next(n for n, line in enumerate(LINES) if line.lower() == section)
    assert (
        refused("\n".join([*LINES[:at], *LINES[at + 1 :]]))
        == {
            "introduction": (6, LINES[6]),
            "how to answer": (8, LINES[8]),
            "what not to say": (14, "Example answer"),
            "example answer": (15, LINES[15]),
            "skills tested": (17, "Question type"),
            "question type": (18, LINES[18]),
        }[section]
    )


@pytest.mark.parametrize(
    ("after", "stray", "line"),
    [
        ("1.1.", "Read our newsletter", 6),
        ("At Initech", "A second paragraph.", 8),
        ("How to answer", "No bullet here.", 9),
        ("- Describe", "No bullet here.", 10),
        ("- Claiming", "No bullet here.", 14),
        ('"In my', "After the quotation.", 17),
        ("Debugging", "Second line of skills", 31),
        ("Technical", "A line from nowhere.", 33),
        ("1. Junior", "A line from nowhere.", 5),
        ("1. Junior", "Introduction", 5),
    ],
)
def test_page_stray_line_is_named(after: str, stray: str, line: int) -> None:
    assert refused(with_line(after, stray)) == (line, stray)


@pytest.mark.parametrize("count", range(4, 46))
def test_page_cut_anywhere_names_its_last_line_or_is_whole_questions(count: int) -> None:
    page = "\n".join(LINES[:count])
    if LINES[count - 1] in {"Question type", "Technical"}:
        found = read_page(page)
        assert [entry.prompt for entry in found] == [q.prompt for q in read_page(PAGE)[: len(found)]]
    else:
        assert refused(page) == (count, LINES[count - 1])


def test_page_cut_within_an_example_is_refused() -> None:
    line, text = refused(PAGE.partition(" found a worn")[0])
    assert (line, text) == (16, '"In my second month the label printer jammed daily. I read its log,')


def test_page_with_wrong_numbers_is_refused() -> None:
    assert refused(PAGE.replace("1.2.", "2.2.")) == (19, LINES[18].replace("1.2.", "2.2."))
    assert refused(PAGE.replace("1.2.", "1.1.")) == (19, LINES[18].replace("1.2.", "1.1."))
    assert refused(PAGE.replace("2. Staff", "1. Staff")) == (33, LINES[32].replace("2. Staff", "1. Staff"))


def test_page_without_its_level_heading_is_refused() -> None:
    assert refused(without(LINES[3])) == (4, LINES[4])


@pytest.mark.parametrize(
    ("page", "line", "text"),
    [
        ("", 1, ""),
        (" \n\n\t", 1, ""),
        ("\n\nDesign a limiter\nCompany: Initech", 3, "Design a limiter"),
        (
            "1. Junior Initech Engineer Interview Questions and Answers\n",
            1,
            "1. Junior Initech Engineer Interview Questions and Answers",
        ),
        ("Introduction\nHow to answer\n", 1, "Introduction"),
    ],
)
def test_page_of_no_known_layout_is_refused(page: str, line: int, text: str) -> None:
    assert refused(page) == (line, text)


@pytest.mark.parametrize(
    "changed",
    [
        PAGE.replace("Design a print", "Design a" + " very" * 500 + " print"),
        PAGE.replace("- Clarify", "- " + "x" * 1001 + "\n- Clarify"),
        PAGE.replace("- Clarify the", "\n".join(f"- Entry {n}." for n in range(21)) + "\n- Clarify the"),
        PAGE.replace("Shows how", "Shows " * 600 + "how"),
        PAGE.replace("1. Junior", "1. Junior " + "Very " * 60),
    ],
)
def test_page_longer_than_a_question_may_be_is_refused(changed: str) -> None:
    with pytest.raises(UnknownLayout, match=r"longer than|at most 20"):
        read_page(changed)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "duplicate", "swap", "cut", "garble", "insert"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "duplicate":
                lines.insert(at, lines[at])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, 20))]
            case "garble":
                random.Random(at).shuffle(letters := list(lines[at]))
                lines[at] = "".join(letters)
            case _:
                lines.insert(at, draw(st.text(max_size=30)))
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_page_mutated_gives_questions_or_names_a_line(page: str) -> None:
    try:
        found = read_page(page)
    except UnknownLayout as error:
        rows = page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        shown = rows[error.line - 1].strip()
        expected = error.text
    else:
        assert all(fits()(as_data(entry)) for entry in found)
        assert len({entry.id for entry in found}) == len(found) > 0
        shown = expected = ""
    assert shown == expected


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_page_of_any_text_is_refused_with_a_line(page: str) -> None:
    with pytest.raises(UnknownLayout) as caught:
        read_page(page)
    assert 1 <= caught.value.line <= page.count("\n") + page.count("\r") + 1


def test_page_real_one_gives_its_three_questions() -> None:
    path = SHARED_PAGES / "levels.txt"
    if not path.exists():
        pytest.skip("the shared pages are not beside this checkout")
    found = read_page(path.read_text(encoding="utf-8"))
    assert [(q.level, q.company, q.role, q.format, len(q.points), len(q.flags)) for q in found] == [
        ("junior", "Amazon", "Engineer", "incident", 7, 4),
        ("junior", "Amazon", "Engineer", "behavioural", 5, 4),
        ("junior", "Amazon", "Engineer", "incident", 6, 4),
    ]
    assert [[point.skill for point in q.points] for q in found] == [
        ["planning", "mitigation", "observability", "diagnosis", "verification", "verification", "communication"],
        ["context", "context", "ownership", "results", "learning"],
        ["triage", "diagnosis", "judgement", "trade-offs", "mitigation", "communication"],
    ]
    assert all(q.why and q.example[0] not in '“"' and q.example[-1] == "." for q in found)
    assert {q.set for q in found} == {"5-amazon-engineer-interview-questions-and-answers"}
    assert all("Himalayas" not in repr(q) and "$9" not in repr(q) for q in found)
