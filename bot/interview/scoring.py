"""The scorecard of an interview, from its attempts."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any, Literal

from sqlalchemy import Connection, Row

from bot.bank.model import Bank
from bot.chat.model import Button, Card
from bot.coaching.assessment import Assessment, from_json
from bot.coaching.cards import BAND_NAMES, short_name
from bot.interview import cards, store
from bot.interview.model import Interview, Reason
from bot.interview.store import Held
from bot.progress.service import masteries_of
from bot.progress.skills import weakest

Source = Literal["interview", "practice"]


def source_of(interview: Interview) -> Source:
    """Return what attempts of an interview are called: one question in coach mode is practice."""
    return "practice" if len(interview.plan) == 1 and interview.mode == "coach" else "interview"


def ref(interview: Interview, turn: int, try_: int, *, after_probe: bool) -> str:
    """Return what names one answer of an interview for ever."""
    return f"{interview.id}:{turn}:{try_}:{'probe' if after_probe else 'first'}"


def closing_card(
    conn: Connection, bank: Bank, held: Held, reason: Reason, practise: tuple[str, Button], minutes: float
) -> Card:
    """Return the scorecard, or the short word that closes a practice; `practise`: the skill to go on with."""
    interview = held.interview
    source = source_of(interview)
    rows = store.results(conn, interview.id, source)
    asked = [_asked(bank, turn, question, rows) for turn, question in enumerate(interview.plan)]
    if source == "practice":
        one = asked[0]
        return cards.practice_closed(reason, one if isinstance(one, cards.Asked) else None, practise)
    scores = _unprompted(rows)
    compared = cards.compared_with(round(mean(scores)), _earlier(conn, held)) if scores else ""
    return cards.scorecard(interview.mode, reason, asked, compared=compared, practise=practise, minutes=minutes)


def next_skill(conn: Connection, bank: Bank, held: Held) -> str:
    """Return the skill of this interview's questions that is worth most practice, "" if nothing was judged."""
    questions = [question for one in held.interview.plan if (question := bank.get(one))]
    skills = {point.skill for question in questions for point in question.points}
    now = held.interview.updated
    known = {skill: one for skill, one in masteries_of(conn, held.learner_id, now).items() if skill in skills}
    return next(iter(weakest(known, now, 1)), "")


def _asked(bank: Bank, turn: int, question_id: str, rows: Sequence[Row[Any]]) -> cards.Asked | str:
    question = bank.get(question_id)
    name = cards.name_of(question) if question else question_id
    mine = [row for row in rows if _turn(row) == turn]
    first = next((from_json(row.result) for row in reversed(mine) if not _probed(row)), None)
    if first is None or first.band is None:
        return name
    probed = from_json(mine[-1].result) if _probed(mine[-1]) else None
    last = probed or first
    after = ""
    if last.band is not None and last.band != first.band:
        after = f" → {BAND_NAMES[last.band].lower()} after a follow-up"
    return cards.Asked(
        name,
        BAND_NAMES[first.band].lower(),
        after,
        first.strength.quote if first.strength else "",
        first.strength.why if first.strength else "",
        _gained(first, probed) if probed else "",
        last.score or 0,
        last.fix or "",
    )


def _gained(first: Assessment, probed: Assessment) -> str:
    """Return the points that were recognised only after a probe."""
    known = {point.id for point in first.points if point.met != "absent"}
    return ", ".join(short_name(point) for point in probed.points if point.met != "absent" and point.id not in known)


def _unprompted(rows: Sequence[Row[Any]]) -> list[int]:
    """Return each question's newest score without a probe."""
    newest = {_turn(row): row.score for row in rows if not _probed(row) and row.score is not None}
    return list(newest.values())


def _earlier(conn: Connection, held: Held) -> list[int]:
    """Return the mean scores of the last three interviews before this one."""
    found = store.earlier(conn, held.learner_id, held.interview.started)
    scores = [_unprompted(store.results(conn, interview_id, "interview")) for interview_id in found]
    return [round(mean(one)) for one in scores if one]


def _turn(row: Row[Any]) -> int:
    return int(row.ref.split(":")[1])


def _probed(row: Row[Any]) -> bool:
    found: bool = row.ref.endswith(":probe")
    return found
