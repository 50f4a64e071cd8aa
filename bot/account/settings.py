"""What a learner may choose, each by a command of its own, and all of it in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.account import cards
from bot.bank.model import LEVELS
from bot.chat.model import Button, Card, Facts, Form, HomeOpened, Incoming, Pressed, Submitted
from bot.daily.calendar import BadDays, BadZone, days_text, parse_days, parse_zone
from bot.daily.cards import day
from bot.daily.posting import ANSWERS, VISIBILITY
from bot.delivery.feature import Args
from bot.delivery.turn import Turn
from bot.people.acting import Actor, actor, learner_of, level_of, set_level
from bot.people.preferences import REST_DAYS, prefer, preference, store_zone_spans
from bot.progress.service import has_credit, spans_of
from bot.progress.streaks import change_zone, local_date

VISIBILITIES = ("private", "group")
NO_DAYS = ("none", "no", "off", "-")
FORM = "account.settings"
LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """A choice was stored; the card confirms it."""

    card: Card


@dataclass(frozen=True, slots=True)
class Refused:
    """A choice was not understood and nothing was stored; the card says what to type instead."""

    card: Card


Outcome = Changed | Refused


@dataclass(frozen=True, slots=True)
class Choices:
    """What a learner has chosen, as people read it; "" for a level or rest days not chosen."""

    zone: str
    level: str
    rest: str
    visibility: str
    answers: str


def choices_of(conn: Connection, learner_id: str) -> Choices:
    """Return a learner's choices."""
    rest = preference(conn, learner_id, REST_DAYS) or []
    visibility = preference(conn, learner_id, VISIBILITY) or VISIBILITIES[0]
    answers = preference(conn, learner_id, ANSWERS) or VISIBILITIES[0]
    zone = spans_of(conn, learner_id)[-1].zone
    return Choices(zone, level_of(conn, learner_id) or "", days_text(rest) if rest else "", visibility, answers)


# ---------------------------------------------------------------- one choice
def choose_zone(turn: Turn, who: Actor, typed: str) -> Outcome:
    """Change the time zone, from the next local day on."""
    try:
        zone = parse_zone(typed)
    except BadZone as error:
        return Refused(cards.unknown_zone(typed, error.near))
    return Changed(cards.zone_set(zone, _since(turn, who, zone)))


def choose_level(turn: Turn, who: Actor, typed: str, *, running: bool = False) -> Outcome:
    """Change the level that somebody prepares for; `running`: in the middle of an interview."""
    level = typed.lower()
    if level not in LEVELS:
        return Refused(cards.unknown_choice(level, LEVELS, get_close_matches(level, LEVELS)))
    set_level(turn.conn, who.learner_id, level)
    return Changed(cards.level_set(level, running=running))


def choose_rest(turn: Turn, who: Actor, typed: str) -> Outcome:
    """Choose rest days, "none" for none."""
    try:
        days = sorted(parse_days(typed)) if typed.lower() not in NO_DAYS else []
    except BadDays as error:
        return Refused(cards.problem(str(error)))
    prefer(turn.conn, who.learner_id, REST_DAYS, days)
    return Changed(cards.rest_set(days_text(days) if days else ""))


def choose_visibility(turn: Turn, who: Actor, typed: str) -> Outcome:
    """Choose whether milestones may be named in a group."""
    return _choose_who(turn, who, VISIBILITY, typed, cards.visibility_set)


def choose_answers(turn: Turn, who: Actor, typed: str) -> Outcome:
    """Choose whether recaps show what was answered in private."""
    return _choose_who(turn, who, ANSWERS, typed, cards.answers_set)


def _choose_who(turn: Turn, who: Actor, name: str, typed: str, confirmed: Callable[[bool], Card]) -> Outcome:
    value = typed.lower()
    if value not in VISIBILITIES:
        return Refused(cards.unknown_choice(value, VISIBILITIES, get_close_matches(value, VISIBILITIES)))
    prefer(turn.conn, who.learner_id, name, value)
    return Changed(confirmed(value == "group"))


def _since(turn: Turn, who: Actor, zone: str) -> str:
    """Store a zone, and return from when on it applies, "" for now."""
    # Before the first answer there is nothing that a change could break: it applies at once.
    before = spans_of(turn.conn, who.learner_id) if has_credit(turn.conn, who.learner_id) else ()
    after = change_zone(before, zone, turn.now)
    store_zone_spans(turn.conn, who.learner_id, [(span.zone, span.since) for span in after])
    since = after[-1].since
    if since <= turn.now:
        return ""
    old = after[-2].zone
    return day(since.astimezone(ZoneInfo(old)).date(), local_date(turn.now, old))


# ---------------------------------------------------------------- all of them
def settings_card(turn: Turn, who: Actor, where: Incoming) -> Card:
    """Show the choices, with a button that opens them in a form where there are forms."""
    card = cards.settings_card(choices_of(turn.conn, who.learner_id))
    return replace(card, buttons=(_button(turn, who),)) if turn.can(where.where).forms else card


def home(turn: Turn, event: HomeOpened) -> Card:
    """Return what the home page shows of the choices."""
    who = actor(turn, event)
    return Card("", (Facts(cards.settings_pairs(choices_of(turn.conn, who.learner_id))),), (_button(turn, who),))


def _button(turn: Turn, who: Actor) -> Button:
    return Button(FORM, turn.token(owner=who.learner_id), "Settings", "form")


def form(conn: Connection, pressed: Pressed, args: Args, now: datetime) -> Form | Card:
    """Return the form, filled with what was chosen."""
    learner_id = learner_of(conn, pressed.who)
    if learner_id is None:
        return cards.too_old()
    return cards.settings_form(FORM, choices_of(conn, learner_id), pressed.token, LONGEST_VALUE)


def submitted(turn: Turn, event: Submitted, args: Args) -> None:
    """Store what was changed in the form; what is wrong with a value is told, and the others are kept."""
    who = actor(turn, event)
    before = choices_of(turn.conn, who.learner_id)
    chosen: Mapping[str, tuple[str, Callable[[Turn, Actor, str], Outcome]]] = {
        "zone": (before.zone, choose_zone),
        "level": (before.level, choose_level),
        "rest": (before.rest or NO_DAYS[0], choose_rest),
        "visibility": (before.visibility, choose_visibility),
        "answers": (before.answers, choose_answers),
    }
    told: list[Card] = []
    for name, (old, choose) in chosen.items():
        typed = " ".join(event.values.get(name, "").split())
        if typed and typed.lower() != old.lower():
            told.append(choose(turn, who, typed).card)
    turn.whisper(cards.together(told) if told else cards.nothing_changed())
