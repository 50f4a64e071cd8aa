"""What an interview asks: from words and filters to a plan of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import cast, get_args

from sqlalchemy import Connection

from bot.bank.model import LEVELS, Bank, Level, Question
from bot.bank.select import FILTERS, known, matches_known, matching, near, resolve
from bot.chat.model import Card
from bot.interview import cards
from bot.interview.model import Mode
from bot.progress.choose import candidate_of, choose_for_learner
from bot.progress.service import due_of, masteries_of, seen_by

DEFAULT_LENGTH, LONGEST_PLAN = 3, 10
DEFAULT_LEVEL: Level = "mid"
MODES: tuple[str, ...] = get_args(Mode)
WHICH = ("due", "weak")
PLACES = ("dm", "here")
TOPICS = ("topic", "and")
"""Options that take a free word; two of them, so that "system design" and "incident Amazon" are understood."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for; `level` is only where it was said, `which` is "due", "weak" or "".

    `aside`: in a private thread of the channel where it was asked, where a platform has those.
    """

    mode: Mode
    length: int
    filters: Mapping[str, str]
    which: str = ""
    aside: bool = False


def wish(bank: Bank, options: Mapping[str, str], *, length: int) -> Wish | Card:
    """Read the options of a command, or say what is wrong with them; a `length` of 1 is that of practice."""
    options = _at_their_places(options)
    for name, choices in (("mode", MODES), ("which", WHICH), ("where", PLACES)):
        if options.get(name, choices[0]).lower() not in choices:
            return cards.unknown_choice(options[name], choices, _close(options[name], choices))
    number = _number(options.get("n", str(length)))
    if number is None:
        return cards.wrong_length(options["n"], LONGEST_PLAN)
    filters = _filters(bank, options, practice=length == 1)
    if isinstance(filters, Card):
        return filters
    mode = cast(Mode, options.get("mode", MODES[0]).lower())
    aside = options.get("where", PLACES[0]).lower() == "here"
    return Wish(mode, number, filters, options.get("which", "").lower(), aside)


def plan(conn: Connection, bank: Bank, learner_id: str, level: str | None, wanted: Wish, now: datetime) -> list[str]:
    """Return the ids of the questions to ask, best first; fewer where the filters leave fewer, [] for none."""
    fitting = matching(bank, wanted.filters)
    if wanted.which == "due":
        allowed = {question.id for question in fitting}
        return [one for one in due_of(conn, learner_id, now) if one in allowed][: wanted.length]
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


def _at_their_places(options: Mapping[str, str]) -> Mapping[str, str]:
    """Return options in which "weak", "mock" and the like are what they are, though given as a topic."""
    found = dict(options)
    for topic in TOPICS:
        for name, choices in (("which", WHICH), ("mode", MODES)):
            if name not in found and found.get(topic, "").lower() in choices:
                found[name] = found.pop(topic)
    return found


def _filters(bank: Bank, options: Mapping[str, str], *, practice: bool) -> dict[str, str] | Card:
    filters: dict[str, str] = {}
    for name in FILTERS:
        for part in options.get(name, "").split(","):
            if part.strip() and not matches_known(bank, name, part):
                return cards.unknown_value(name, part.strip(), _close(part, known(bank, name)), known(bank, name))
        if name in options:
            filters[name] = options[name].lower()
    words = [options[name] for name in TOPICS if name in options]
    if len(words) > 1 and resolve(bank, " ".join(words)) is not None:
        words = [" ".join(words)]
    for word in words:
        meant = resolve(bank, word)
        if meant is None and practice and word.lstrip("+-").isdecimal():
            return cards.practice_is_one(word)
        if meant is None:
            return cards.unknown_topic(word, near(bank, word) or _close(word, WHICH if practice else MODES))
        name, value = meant
        filters[name] = f"{filters[name]},{value}" if name in filters else value
    return filters


def _number(word: str) -> int | None:
    """Return how many questions a word asks for, None if that many cannot be asked."""
    plain = word.strip()
    number = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 5 else 0
    return number if 1 <= number <= LONGEST_PLAN else None


def _close(word: str, choices: Sequence[str]) -> tuple[str, ...]:
    lower = {choice.lower(): choice for choice in choices}
    return tuple(lower[one] for one in get_close_matches(word.strip().lower(), list(lower), n=3, cutoff=0.6))


def _near_level(fitting: tuple[Question, ...], level: Level, length: int) -> tuple[Question, ...]:
    """Return the questions of a level, and of the next ones as long as there are too few."""
    wanted = LEVELS.index(level)
    near_enough: tuple[Question, ...] = ()
    for distance in range(len(LEVELS)):
        near_enough = tuple(q for q in fitting if abs(LEVELS.index(q.level) - wanted) <= distance)
        if len(near_enough) >= length:
            break
    return near_enough
