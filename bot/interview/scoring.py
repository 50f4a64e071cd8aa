"""The scorecard of an interview, from its attempts."""

from __future__ import annotations

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

Source = Literal["interview", "practice"]


def source_of(interview: Interview) -> Source:
    """Return what attempts of an interview are called: one question in coach mode is practice."""
    return "practice" if len(interview.plan) == 1 and interview.mode == "coach" else "interview"


def ref(interview: Interview, turn: int, try_: int, *, after_probe: bool) -> str:
    """Return what names one answer of an interview for ever."""
    return f"{interview.id}:{turn}:{try_}:{'probe' if after_probe else 'first'}"


def scorecard(conn: Connection, bank: Bank, held: Held, reason: Reason, practise: Button | None) -> Card:
    """Return the scorecard."""
    interview = held.interview
    found = [(row, from_json(row.result)) for row in store.results(conn, interview.id, source_of(interview))]
    asked = [_asked(bank, interview, turn, question, found) for turn, question in enumerate(interview.plan)]
    judged = [assessment for _, assessment in found]
    scored = [assessment.score for assessment in judged if assessment.score is not None]
    compared = cards.compared_with(round(mean(scored)), _earlier(conn, held)) if scored else ""
    best = max(judged, key=lambda one: one.score or 0, default=None)
    worst = min(judged, key=lambda one: one.score or 0, default=None)
    strongest = f"“{best.strength.quote}”: {best.strength.why}" if best is not None and best.strength else ""
    fix = worst.fix or "" if worst is not None else ""
    minutes = sum(result.seconds for result in interview.results) / 60
    return cards.scorecard(interview.mode, reason, asked, strongest, fix, compared, practise, minutes)


def _asked(
    bank: Bank, interview: Interview, turn: int, question_id: str, found: list[tuple[Row[Any], Assessment]]
) -> cards.Asked:
    question = bank.get(question_id)
    name = cards.name_of(question) if question else question_id
    mine = [(row, one) for row, one in found if row.ref.startswith(f"{interview.id}:{turn}:")]
    first = next((one for row, one in reversed(mine) if row.ref.endswith(":first")), None)
    probed = next((one for row, one in reversed(mine) if row.ref.endswith(":probe")), None)
    skipped = turn >= len(interview.results) or interview.results[turn].skipped
    if first is None or first.band is None:
        return cards.Asked(name, "", "", "", "", skipped)
    better = probed if probed is not None and probed.band != first.band else None
    quote = first.strength.quote if first.strength else ""
    gained = _gained(first, probed) if probed is not None else ""
    after = BAND_NAMES[better.band].lower() if better is not None and better.band else ""
    return cards.Asked(name, BAND_NAMES[first.band].lower(), after, quote, gained, skipped=False)


def _gained(first: Assessment, probed: Assessment) -> str:
    """Return the points that were recognised only after a probe."""
    known = {point.id for point in first.points if point.met != "absent"}
    return ", ".join(short_name(point) for point in probed.points if point.met != "absent" and point.id not in known)


def _earlier(conn: Connection, held: Held) -> list[int]:
    """Return the mean scores of the last three interviews before this one."""
    means = []
    for interview_id in store.earlier(conn, held.learner_id, held.interview.started):
        scores = [row.score for row in store.results(conn, interview_id, "interview") if row.score is not None]
        if scores:
            means.append(round(mean(scores)))
    return means
