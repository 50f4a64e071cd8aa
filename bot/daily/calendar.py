"""When the rounds of a series open: what people type, and the arithmetic of wall times (pure).

A wall time that falls into a gap or a repeat of the clock is settled by `wall_instant`.  A date that a zone left
out altogether (Apia, 30 December 2011) is no running date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.progress.streaks import wall_instant

GRACE = timedelta(hours=6)
"""A round missed by no more than this is posted late (design: default 6 h)."""
LATE = timedelta(minutes=2)
"""From here on a post is called late; less is a slow minute."""
LONGEST_ROUND = timedelta(hours=24)
"""A round closes at the latest this long after it opened (design)."""
SEARCH_DAYS = 400
"""How far ahead a running date is sought: a year and a month, so that yearly patterns end the search too."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY, _WEEKDAYS, _WEEKENDS = frozenset(range(7)), frozenset(range(5)), frozenset({5, 6})
_DAY_SETS = {
    **dict.fromkeys(("daily", "everyday", "every day", "all"), _EVERY),
    **dict.fromkeys(("weekdays", "weekday", "workdays"), _WEEKDAYS),
    **dict.fromkeys(("weekends", "weekend"), _WEEKENDS),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
_MONTH += r"|nov(?:ember)?|dec(?:ember)?)\.?"

_CLOCK = re.compile(r"\s*o['’]?clock", re.IGNORECASE)
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s?(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})(?:\.(?:\s?(?P<year>\d{4}))?)?")
_NAMED = (
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s?(?P<month>{_MONTH})(?:\s?(?P<year>\d{{4}}))?", re.IGNORECASE),
    re.compile(rf"(?P<month>{_MONTH})\s?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<year>\d{{4}}))?", re.IGNORECASE),
)
_DATE_START = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?|{_MONTH}|\d{{1,4}}[/-]\d{{1,2}}[/-]\d{{1,4}}", re.IGNORECASE)
_ZONE_SHAPE = re.compile(r"[a-z_]+(?:/[a-z0-9_+-]+)+|(?:utc|gmt)[+-]\d{1,2}(?::?\d{2})?", re.IGNORECASE)

_ABBREVIATIONS = {
    **dict.fromkeys(("est", "edt", "et"), ("America/New_York",)),
    **dict.fromkeys(("cdt", "ct"), ("America/Chicago",)),
    **dict.fromkeys(("mst", "mdt", "mt"), ("America/Denver", "America/Phoenix")),
    **dict.fromkeys(("pst", "pdt", "pt"), ("America/Los_Angeles",)),
    "hst": ("Pacific/Honolulu",),
    "bst": ("Europe/London",),
    "cest": ("Europe/Berlin", "Europe/Paris"),
    "eest": ("Europe/Helsinki", "Europe/Athens"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "jst": ("Asia/Tokyo",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"),
}
"""Abbreviations name an offset and not a place (some are even IANA names without summer time): ask for the place."""
_CITIES = {
    "America/Los_Angeles": ("san_francisco", "seattle", "san_diego", "portland"),
    "America/New_York": ("boston", "washington", "atlanta", "miami", "philadelphia"),
    "America/Chicago": ("austin", "dallas", "houston"),
    "America/Sao_Paulo": ("rio_de_janeiro",),
    "America/Toronto": ("ottawa",),
    "Europe/Berlin": ("munich", "hamburg", "frankfurt", "cologne", "stuttgart"),
    "Europe/London": ("manchester", "edinburgh"),
    "Europe/Rome": ("milan",),
    "Europe/Madrid": ("barcelona",),
    "Europe/Zurich": ("geneva", "basel"),
    "Europe/Warsaw": ("krakow", "wroclaw"),
    "Asia/Kolkata": ("bangalore", "bengaluru", "mumbai", "delhi", "new_delhi", "hyderabad", "chennai", "pune"),
    "Asia/Shanghai": ("beijing", "shenzhen"),
    "Asia/Tokyo": ("osaka",),
    "Asia/Jerusalem": ("haifa",),
    "Africa/Johannesburg": ("cape_town",),
    "Australia/Sydney": ("canberra",),
}
"""Places where many people interview and that the IANA names do not contain."""
_AREA = re.compile("(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")


class BadTime(ValueError):
    """A time of day that cannot be read; the message says what to type."""


class BadDays(ValueError):
    """Days of the week that cannot be read; the message says what to type."""


class BadDate(ValueError):
    """A date that cannot be read; the message says what to type."""


class BadZone(ValueError):
    """A time zone that is not known; `near` are names that may be meant."""

    def __init__(self, typed: str, near: tuple[str, ...] = ()) -> None:
        """Say what was typed and what is near."""
        hint = f"did you mean {' or '.join(near)}?" if near else "type a city or a name like Europe/Berlin."
        super().__init__(f'I do not know the time zone "{typed}": {hint}')
        self.near = near


# ---------------------------------------------------------------- what people type
def parse_time(text: str) -> time:
    """Read a time of day: 9:00, 9.30, 9am, 17:30, noon.  Raises BadTime."""
    typed = text.strip()
    if typed.lower() in ("noon", "midnight"):
        return time(12 if typed.lower() == "noon" else 0)
    found = _TIME.fullmatch(_CLOCK.sub("", typed).strip())
    if found is None:
        raise BadTime(f'I cannot read "{typed}" as a time: type one like 9:00 or 17:30.')
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if not half and found["minute"] is None:
        either = f"{hour}:00" + (f" or {hour + 12}:00" if 0 < hour < 12 else "") if hour < 24 else "9:00"
        raise BadTime(f'"{typed}" could be an hour of the morning or the evening: type {either}.')
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif half:
        hour = 24
    if hour > 23 or minute > 59:
        raise BadTime(f'There is no "{typed}" on the clock: type a time from 0:00 to 23:59.')
    return time(hour, minute)


def parse_zone(text: str) -> str:
    """Return the IANA name of a zone, in its own spelling, of a name or a city in any case.  Raises BadZone."""
    typed = text.strip()
    word = _zone_word(typed)
    if word in _ABBREVIATIONS:
        raise BadZone(typed, _ABBREVIATIONS[word])
    names, cities = _zones()
    if word in names:
        return names[word]
    meant = cities.get(word, ())
    if len(meant) == 1:
        return meant[0]
    close = get_close_matches(word, [*names, *cities], n=3, cutoff=0.7)
    near = meant or tuple(dict.fromkeys(n for c in close for n in ((names[c],) if c in names else cities[c])))
    raise BadZone(typed, near[:3])


def parse_days(text: str) -> frozenset[int]:
    """Read days of the week, Monday 0: weekdays, daily, weekends, "mon,wed,fri", "mon-fri".  Raises BadDays."""
    typed = text.strip()
    lower = re.sub(r"\s*[-–]\s*", "-", typed.lower())
    if lower in _DAY_SETS:
        return _DAY_SETS[lower]
    days: set[int] = set()
    for part in re.split(r"[\s,+/&]+|\band\b", lower):
        if part:
            days |= _day_range(part, f'"{typed}"' if part == lower else f'"{part}" in "{typed}"')
    if not days:
        raise BadDays('Which days? Type weekdays, daily, weekends, or a list like "mon,wed,fri".')
    return frozenset(days)


def parse_date(text: str, today: date) -> date:
    """Read a date: ISO, today, tomorrow, a weekday (the next one after today), "24 dec", "24.12.".

    Without a year it is the next such date, today included; with one it may lie in the past.  Raises BadDate.
    """
    typed = text.strip()
    lower = typed.lower()
    if lower in ("today", "tomorrow"):
        return today + timedelta(days=lower == "tomorrow")
    weekday = _weekday(lower)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    try:
        if _ISO.fullmatch(lower):
            return date(*map(int, lower.split("-")))
        for shape in (_DOTTED, *_NAMED):
            if found := shape.fullmatch(lower):
                month = found["month"]
                number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
                return _dated(int(found["day"]), number, found["year"], today)
    except ValueError as error:
        raise BadDate(f'There is no "{typed}" in the calendar: type a date like {today.isoformat()}.') from error
    raise BadDate(f'I cannot read "{typed}" as a date: type one like {today.isoformat()}, tomorrow or friday.')


def looks_like_time(word: str) -> bool:
    """Tell whether a word has the shape of a time; `parse_time` judges its value."""
    return _TIME.fullmatch(_CLOCK.sub("", word).strip()) is not None or word.lower() in ("noon", "midnight")


def zone_names() -> tuple[str, ...]:
    """Return the names of zones that people know, by area and city: "Europe/Berlin"."""
    return tuple(name for name in _zones()[0].values() if _AREA.match(name))


def looks_like_zone(word: str) -> bool:
    """Tell whether a word is a zone, a city, or close enough to one that it was meant as such."""
    if _ZONE_SHAPE.fullmatch(word):
        return True
    names, cities = _zones()
    key = _zone_word(word)
    if key in names or key in cities or key in _ABBREVIATIONS:
        return True
    if not re.fullmatch(r"[a-z_]{4,}", key) or looks_like_days(word) or looks_like_date(word):
        return False
    return bool(get_close_matches(key, cities, n=1, cutoff=0.8))


def looks_like_days(word: str) -> bool:
    """Tell whether a word has the shape of days of the week."""
    first = re.split(r"[,+/&–-]", word.lower(), maxsplit=1)[0]
    return first in _DAY_SETS or _weekday(first) is not None


def looks_like_date(word: str) -> bool:
    """Tell whether a word has the shape of a date or begins one ("24" of "24 dec")."""
    lower = word.lower()
    if lower in ("today", "tomorrow") or _weekday(lower) is not None:
        return True
    return any(shape.fullmatch(lower) for shape in (_ISO, _DOTTED, *_NAMED, _DATE_START))


def days_text(days: Iterable[int]) -> str:
    """Name days as people do: "every day", "weekdays", "weekends", "Mon, Wed, Fri"."""
    chosen = frozenset(days)
    named = {_EVERY: "every day", _WEEKDAYS: "weekdays", _WEEKENDS: "weekends"}
    return named.get(chosen) or ", ".join(DAYS[day].title() for day in sorted(chosen))


def _zone_word(text: str) -> str:
    return re.sub(r"\s+", "_", text.strip().lower())


@cache
def _zones() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Every name by its lower case, and every city with the names it may mean; names of one rule count as one."""
    known = sorted(available_timezones() - {"Factory", "localtime", "posixrules"})
    cities: dict[str, list[str]] = {}
    for name in known:
        if _AREA.match(name):
            cities.setdefault(name.rsplit("/", 1)[1].lower(), []).append(name)
    for name, more in _CITIES.items():
        for city in more:
            cities.setdefault(city, []).append(name)
    return {name.lower(): name for name in known}, {city: _meant(found) for city, found in cities.items()}


def _meant(names: list[str]) -> tuple[str, ...]:
    """Of several names for one rule keep the longest, which is the current one."""
    if len(names) == 1:
        return (names[0],)
    months = [datetime(year, month, 1, tzinfo=UTC) for year in range(2015, 2036) for month in range(1, 13)]
    rules: dict[tuple[timedelta | None, ...], str] = {}
    for name in sorted(names, key=lambda name: (len(name), name)):
        rules[tuple(moment.astimezone(ZoneInfo(name)).utcoffset() for moment in months)] = name
    return tuple(sorted(rules.values()))


def _weekday(word: str) -> int | None:
    if word in ("tues", "weds", "thur", "thurs"):
        return DAYS.index(word[:3])
    singular = word.removesuffix("s") if word.endswith("days") else word
    for names in (DAYS, _LONG_DAYS):
        if singular in names:
            return names.index(singular)
    return None


def _day_range(part: str, shown: str) -> set[int]:
    ends = [_weekday(end) for end in part.split("-")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or first is None or last is None:
        raise BadDays(f'I cannot read {shown} as days: type weekdays, daily, or a list like "mon,wed,fri".')
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def _dated(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return date(int(year), month, day)
    date(2000, month, day)  # a date of no year at all is refused here, 29 February is not
    for ahead in range(9):  # two leap years are at most eight years apart
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such date soon")


# ---------------------------------------------------------------- the schedule of a series
@dataclass(frozen=True, slots=True)
class Schedule:
    """When a series runs. `time` is a wall time in `zone`; `paused_until` is the first date that runs again.

    `paused_from` without `paused_until` is a pause until somebody resumes; no date before `starts_on` runs.
    """

    time: time
    zone: str
    days: frozenset[int]
    starts_on: date
    grace: timedelta = GRACE
    skips: frozenset[date] = field(default_factory=frozenset)
    paused_from: date | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now: record dates as `missed`, `open` one (`late`: with a word of apology), wait for the `next`."""

    missed: tuple[date, ...]
    open: date | None
    late: bool
    next: tuple[date, datetime] | None


def first_date(wall: time, zone: str, now: datetime) -> date:
    """Return the date on which a series set up now may open first: today before its time, else tomorrow."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today if wall_instant(today, wall, zone) > now else today + timedelta(days=1)


def opens_at(schedule: Schedule, day: date) -> datetime:
    """Return when the round of a date opens, in UTC."""
    return wall_instant(day, schedule.time, schedule.zone)


def runs_on(schedule: Schedule, day: date) -> bool:
    """Tell whether the series opens a round on a date."""
    if day < schedule.starts_on or day.weekday() not in schedule.days or day in schedule.skips:
        return False
    ends = schedule.paused_until
    if schedule.paused_from is not None and schedule.paused_from <= day and (ends is None or day < ends):
        return False
    midnight = wall_instant(day, time(), schedule.zone)
    return midnight.astimezone(ZoneInfo(schedule.zone)).date() == day


def next_day(schedule: Schedule, after: date) -> date | None:
    """Return the first running date after a date; None if a pause, or a filter without days, leaves none."""
    day = max(after + timedelta(days=1), schedule.starts_on)
    if schedule.paused_from is not None and day >= schedule.paused_from:
        if schedule.paused_until is None:
            return None
        day = max(day, schedule.paused_until)
    for _ in range(SEARCH_DAYS):
        if runs_on(schedule, day):
            return day
        day += timedelta(days=1)
    return None


def closes_at(schedule: Schedule, day: date) -> datetime:
    """Return when the round of a date closes, in UTC: when the next one opens, at the latest 24 h after opening."""
    latest = opens_at(schedule, day) + LONGEST_ROUND
    following = next_day(schedule, day)
    return latest if following is None else min(latest, opens_at(schedule, following))


def plan(schedule: Schedule, last: date | None, now: datetime) -> Plan:
    """Say what is due. `last` is the newest date already dealt with, opened or missed; None at the start.

    Of the dates that opened by `now`, the newest is opened unless its grace is over; all others were missed.
    """
    due: list[date] = []
    day = next_day(schedule, last if last is not None else schedule.starts_on - timedelta(days=1))
    while day is not None and opens_at(schedule, day) <= now:
        due.append(day)
        day = next_day(schedule, day)
    following = None if day is None else (day, opens_at(schedule, day))
    if not due:
        return Plan((), None, False, following)
    behind = now - opens_at(schedule, due[-1])
    if behind > schedule.grace:
        return Plan(tuple(due), None, False, following)
    return Plan(tuple(due[:-1]), due[-1], behind > LATE, following)
