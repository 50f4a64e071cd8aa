"""`greenroom grade`: one answer, many answers, and kind errors."""

from __future__ import annotations

import json

from rubrics import DEPLOY, MEDIUM, STORY, STRONG, TALE, bank

from bot.coaching.assessment import from_json
from bot.coaching.commands import grade, grade_batch
from bot.coaching.offline import OfflineCoach


def line(question: str, answer: str) -> str:
    return json.dumps({"question": question, "answer": answer})


def test_grade_as_json() -> None:
    code, text = grade(bank(), DEPLOY.id, STRONG, as_json=True)
    assert (0, OfflineCoach(bank()).judge(DEPLOY, STRONG)) == (code, from_json(json.loads(text)))


def test_grade_as_text() -> None:
    code, text = grade(bank(), DEPLOY.id, MEDIUM, as_json=False)
    assert code == 0
    assert "offline coach, approximate" in text.splitlines()[0]


def test_grade_of_an_unknown_question_names_the_nearest() -> None:
    assert grade(bank(), "error-after-release", STRONG, as_json=True) == (
        2,
        "there is no question 'error-after-release'. Did you mean errors-after-release?",
    )


def test_grade_of_too_long_an_answer() -> None:
    code, text = grade(bank(), DEPLOY.id, "a" * 20_001, as_json=False)
    assert (code, text.startswith("this answer has 20,001 characters and I read at most 20,000.")) == (2, True)
    assert grade(bank(), DEPLOY.id, "a" * 20_000, as_json=False)[0] == 0


def test_batch_in_order() -> None:
    code, text = grade_batch(bank(), [line(STORY.id, TALE), "\n", line(DEPLOY.id, "fine"), line(DEPLOY.id, STRONG)])
    results = [from_json(json.loads(row)) for row in text.splitlines()]
    assert (0, [STORY.id, DEPLOY.id, DEPLOY.id]) == (code, [result.question for result in results])
    assert [result.reason for result in results] == [None, "too short", None]


def test_batch_names_the_bad_line() -> None:
    for bad, words in (
        ("{not json", "Line 2: this is not JSON"),
        ("[1]", 'Line 2: both "question" and "answer" are needed'),
        ('{"question": 3, "answer": "x"}', 'Line 2: both "question" and "answer" are needed'),
        (line("changed-cours", TALE), "Line 2: there is no question 'changed-cours'. Did you mean changed-course?"),
        (line(STORY.id, "a" * 20_001), "Line 2: this answer has 20,001 characters"),
    ):
        code, text = grade_batch(bank(), [line(STORY.id, TALE), bad])
        assert (code, text.startswith(words)) == (2, True)
