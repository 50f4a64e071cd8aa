"""What `/daily start` was asked for: a schedule and filters, read as generously as people type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from bot.bank.model import Bank
from bot.bank.select import FILTERS, known, matches_known, near, resolve
from bot.chat.model import Card
from bot.daily import cards, start_cards
from bot.daily.calendar import (
    BadDays,
    BadTime,
    BadZone,
    Schedule,
    first_date,
    looks_like_days,
    looks_like_zone,
    parse_days,
    parse_time,
    parse_zone,
)

GRACE_HOURS = range(24)
FEW = 6
"""So many values of a filter can be named in a sentence."""
_SMALL = frozenset({"at", "in", "on", "and", "every", "about"})
_TIME_TAILS = frozenset({"am", "pm", "a.m.", "p.m.", "o'clock", "o’clock", "oclock"})
_CLOSED = frozenset({"level", "format"})
"""Filters whose values are the same in every bank."""
_NAMED = frozenset({*FILTERS, "zone", "days", "grace"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series that somebody asks for; `guessed`: no time zone was named."""

    schedule: Schedule
    filters: Mapping[str, str]
    guessed: bool


def wanted(bank: Bank, options: Mapping[str, str], zone: Callable[[], str], now: datetime) -> Wanted | Card:
    """Return what was asked for, or what is wrong with it; `zone` gives the one meant where none is named."""
    untangled = _untangled(bank, options)
    if isinstance(untangled, Card):
        return untangled
    options = untangled
    try:
        wall = parse_time(options["time"])
        place = parse_zone(options["zone"]) if "zone" in options else zone()
        days = parse_days(options.get("days", "weekdays"))
    except BadZone as error:
        return start_cards.unknown_zone(options["zone"], error.near)
    except (BadTime, BadDays) as error:
        return cards.problem(str(error))
    grace = options.get("grace", "6")
    if not grace.isdecimal() or int(grace) not in GRACE_HOURS:
        return start_cards.bad_grace(grace)
    schedule = Schedule(wall, place, days, first_date(wall, place, now), timedelta(hours=int(grace)))
    filters = {name: options[name].lower() for name in FILTERS if name in options}
    return _unknown(bank, {name: options[name] for name in filters}) or Wanted(schedule, filters, "zone" not in options)


def _untangled(bank: Bank, options: Mapping[str, str]) -> dict[str, str] | Card:
    """Give the words that no option took for itself to what they mean: "New York", "mon wed", "Orbit triage"."""
    found = dict(options)
    words = found.pop("topic", "").split()
    while words:
        word, *rest = words
        name, equals, value = word.partition("=")
        city = " ".join(words[:2])
        if equals and value and name.lower() in _NAMED:
            found[name.lower()] = value
        elif word.lower() in _TIME_TAILS:
            found["time"] += f" {word}"
        elif rest and "zone" not in found and looks_like_zone(city):
            found["zone"], rest = city, rest[1:]
        elif looks_like_days(word):
            found["days"] = ",".join(filter(None, (found.get("days"), word)))
        elif "zone" not in found and looks_like_zone(word):
            found["zone"] = word
        elif meant := resolve(bank, word):
            found[meant[0]] = ",".join(filter(None, (found.get(meant[0]), meant[1])))
        elif word.lower() not in _SMALL:
            return start_cards.unknown_filter(word, _misspelt(bank, name.lower(), value) or near(bank, word))
        words = rest
    return found


def _unknown(bank: Bank, filters: Mapping[str, str]) -> Card | None:
    for name, value in filters.items():
        for part in value.split(","):
            if part.strip() and not matches_known(bank, name, part):
                return _unknown_value(bank, name, part.strip())
    return None


def _unknown_value(bank: Bank, name: str, value: str) -> Card:
    offered = known(bank, name)
    if not offered:
        return start_cards.no_values(name)
    few = offered if len(offered) <= FEW else ()
    if name in _CLOSED:
        return start_cards.unknown_filter(f"{name}={value}", near(bank, value) or few)
    close = [_typed(name, one) for one in near(bank, value) if one in offered]
    meant = resolve(bank, value)
    other = [_typed(*meant)] if meant else []
    return start_cards.unknown_value(name, value, close or other, [_typed(name, one) for one in few])


def _misspelt(bank: Bank, name: str, value: str) -> tuple[str, ...]:
    """Return what a word was meant to be whose name no filter has: "levle=senior" -> "level=senior"."""
    close = next(iter(get_close_matches(name, sorted(_NAMED), n=1)), "") if value else ""
    if close and (close not in FILTERS or all(matches_known(bank, close, part) for part in value.split(","))):
        return (_typed(close, value),)
    meant = resolve(bank, value) if value else None
    return (_typed(*meant),) if meant else ()


def _typed(name: str, value: str) -> str:
    """Return a filter as one word that can be typed."""
    return f"{name}={'-'.join(value.split())}"
