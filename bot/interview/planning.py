"""What an interview asks: from words and filters to a plan of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, select

from bot.bank.model import LEVELS, Bank, Level, Question
from bot.bank.select import FILTERS, matching, near, resolve
from bot.chat.model import Card
from bot.coaching.assessment import Band
from bot.interview import cards
from bot.interview.model import Mode
from bot.progress.choose import candidate_of, choose_for_learner
from bot.progress.review import due
from bot.progress.service import masteries_of, seen_by
from bot.storage.tables import attempts

DEFAULT_LENGTH, LONGEST_PLAN = 3, 10
DEFAULT_LEVEL: Level = "mid"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for; `level` is only where it was said, `which` is "due", "weak" or ""."""

    mode: Mode
    length: int
    filters: Mapping[str, str]
    which: str = ""


def wish(bank: Bank, options: Mapping[str, str], *, length: int) -> Wish | Card:
    """Read the options of a command, or say what is wrong with them."""
    filters = {name: options[name].lower() for name in FILTERS if name in options}
    if "topic" in options:
        meant = resolve(bank, options["topic"])
        if meant is None:
            return cards.unknown_topic(options["topic"], near(bank, options["topic"]))
        filters[meant[0]] = meant[1]
    number = options.get("n", str(length))
    if not 1 <= int(number) <= LONGEST_PLAN:
        return cards.wrong_length(number, LONGEST_PLAN)
    return Wish(cast(Mode, options.get("mode", "coach").lower()), int(number), filters, options.get("which", ""))


def plan(conn: Connection, bank: Bank, learner_id: str, level: str | None, wanted: Wish, now: datetime) -> list[str]:
    """Return the ids of the questions to ask, best first; fewer where the filters leave fewer, [] for none."""
    fitting = matching(bank, wanted.filters)
    if wanted.which == "due":
        ready = due(_last(conn, learner_id), now)
        allowed = {question.id for question in fitting}
        return [one for one in ready if one in allowed][: wanted.length]
    if "set" in wanted.filters:
        return [question.id for question in fitting[: wanted.length]]
    if "level" not in wanted.filters:
        fitting = _near_level(fitting, cast(Level, level or DEFAULT_LEVEL), wanted.length)
    masteries = masteries_of(conn, learner_id, now)
    candidates = [candidate_of(question) for question in fitting]
    seen = seen_by(conn, learner_id)
    chosen = choose_for_learner(
        candidates, masteries, seen, now, wanted.length, weak_only=wanted.which == "weak", seed=learner_id
    )
    return list(chosen)


def _near_level(fitting: tuple[Question, ...], level: Level, length: int) -> tuple[Question, ...]:
    """Return the questions of a level, and of the next ones as long as there are too few."""
    wanted = LEVELS.index(level)
    near_enough: tuple[Question, ...] = ()
    for distance in range(len(LEVELS)):
        near_enough = tuple(q for q in fitting if abs(LEVELS.index(q.level) - wanted) <= distance)
        if len(near_enough) >= length:
            break
    return near_enough


def _last(conn: Connection, learner_id: str) -> list[tuple[str, Band, datetime]]:
    query = (
        select(attempts.c.question_id, attempts.c.band, attempts.c.at)
        .where(attempts.c.learner_id == learner_id, attempts.c.band.is_not(None))
        .order_by(attempts.c.at)
    )
    latest = {row.question_id: (row.question_id, cast(Band, row.band), row.at) for row in conn.execute(query)}
    return list(latest.values())
