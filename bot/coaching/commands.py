"""`greenroom grade`: one answer, or many as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches

from bot.bank.model import Bank, Question
from bot.chat.plain import plain
from bot.coaching.assessment import to_json
from bot.coaching.cards import assessment_card
from bot.coaching.offline import OfflineCoach

LONGEST_ANSWER = 20_000
"""Characters; two hours of speech, and every judgement stays short."""
OK, WRONG = 0, 2


class BadInputError(ValueError):
    """Something in the input has to be changed; the message says what."""


def grade(bank: Bank, question_id: str, answer: str, *, as_json: bool) -> tuple[int, str]:
    """Judge one answer; return the exit code (2: the input has to be changed) and what to print."""
    try:
        question = _question(bank, question_id)
        _check_length(answer)
    except BadInputError as error:
        return WRONG, str(error)
    assessment = OfflineCoach(bank).judge(question, answer)
    if as_json:
        return OK, json.dumps(to_json(assessment), ensure_ascii=False)
    return OK, plain(assessment_card(question, assessment))


def grade_batch(bank: Bank, lines: Iterable[str]) -> tuple[int, str]:
    """Judge JSON lines {"question": id, "answer": text}; return one assessment a line, in order.

    The first bad line ends it with exit code 2, and nothing but the message is returned.  Empty lines are skipped.
    """
    coach = OfflineCoach(bank)
    results = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question, answer = _parse(bank, line)
        except BadInputError as error:
            return WRONG, f"Line {number}: {error}"
        results.append(json.dumps(to_json(coach.judge(question, answer)), ensure_ascii=False))
    return OK, "\n".join(results)


def _parse(bank: Bank, line: str) -> tuple[Question, str]:
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInputError(f'this is not JSON ({error}). Write {{"question": "id", "answer": "text"}}.') from error
    wanted, answer = (data.get("question"), data.get("answer")) if isinstance(data, dict) else (None, None)
    if not isinstance(wanted, str) or not isinstance(answer, str):
        raise BadInputError('both "question" and "answer" are needed, as text.')
    _check_length(answer)
    return _question(bank, wanted), answer


def _question(bank: Bank, question_id: str) -> Question:
    question = bank.get(question_id)
    if question is not None:
        return question
    near = get_close_matches(question_id, bank.questions, n=1, cutoff=0.3)
    hint = f"Did you mean {near[0]}?" if near else "`greenroom questions list` shows all ids."
    raise BadInputError(f"there is no question {question_id!r}. {hint}")


def _check_length(answer: str) -> None:
    if len(answer) > LONGEST_ANSWER:
        raise BadInputError(
            f"this answer has {len(answer):,} characters and I read at most {LONGEST_ANSWER:,}. "
            "A spoken answer of four minutes has about 3,500: send its best part."
        )
