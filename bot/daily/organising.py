"""What organisers do: `/daily …`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.bank.model import Bank
from bot.bank.select import near_ids
from bot.chat.model import Asked, Button, Card, Pressed
from bot.daily import cards, rounds
from bot.daily import series as store
from bot.daily.calendar import (
    BadDate,
    Schedule,
    opens_at,
    parse_date,
    runs_on,
)
from bot.daily.choosing import Chooser
from bot.daily.posting import Posting, closing_now, next_opening, today_of
from bot.daily.series import Series
from bot.daily.starting import wanted
from bot.delivery.feature import Args
from bot.delivery.turn import Turn
from bot.people import groups
from bot.people.acting import Actor, actor
from bot.progress.service import zone_of

MOST_SERIES = 10
_SERIES_INSIDE = re.compile(r"\s*\bseries=(\S+)", re.IGNORECASE)
_UNTIL = re.compile(r"^until\b\s*", re.IGNORECASE)

Options = Mapping[str, str]
OnSeries = Callable[[Turn, Asked, Options, Series], None]


class Organising:
    """The commands that configure a group's daily questions."""

    def __init__(self, bank: Bank, chooser: Chooser, posting: Posting) -> None:
        """Configure with questions of this bank."""
        self._bank = bank
        self._chooser = chooser
        self._posting = posting

    # ------------------------------------------------------------ start
    def start(self, turn: Turn, event: Asked, options: Options) -> None:
        """Set up a series; answers with the first date and a preview."""
        who = actor(turn, event)
        if not self._allowed(turn, event, who, "daily start"):
            return
        asked = wanted(self._bank, options, lambda: self._zone(turn, who), turn.now)
        if isinstance(asked, Card):
            turn.whisper(asked)
            return
        fitting = self._chooser.fitting(dict(asked.filters))
        if not fitting:
            turn.whisper(cards.nothing_fits(asked.filters))
            return
        if event.lacks:
            turn.whisper(cards.may_not_write(event.lacks))
            return
        here = groups.found_group(turn, who, event.where, event.channel)
        running = store.of_group(turn.conn, here.id)
        twin = next((one for one in running if _same(one, asked.schedule, asked.filters)), None)
        if twin is not None or len(running) >= MOST_SERIES:
            turn.whisper(cards.already_running(twin) if twin else cards.too_many(MOST_SERIES))
            return
        groups.name_organiser(turn, here.id, who.learner_id, None)
        series = store.add(turn, here.id, asked.schedule, asked.filters)
        self._posting.advance(turn, series.id)
        names = groups.organisers_of(turn.conn, here.id)
        note = cards.started(series, len(fitting), names, guessed=asked.guessed)
        self._preview(turn, series, note)

    def _zone(self, turn: Turn, who: Actor) -> str:
        """Return the zone that is meant where none is named: the group's, else the organiser's own."""
        running = store.of_group(turn.conn, who.group_id) if who.group_id else []
        return running[0].schedule.zone if running else zone_of(turn.conn, who.learner_id, turn.now)

    # ------------------------------------------------------------ pauses
    def pause(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Pause, for good or until a date that runs again."""
        today = today_of(series, turn.now)
        until: date | None = None
        if "until" in options:
            typed = _UNTIL.sub("", options["until"]).strip()
            if not typed:
                turn.whisper(cards.until_when())
                return
            try:
                until = parse_date(typed, today)
            except BadDate as error:
                turn.whisper(cards.problem(str(error)))
                return
            if until <= today:
                turn.whisper(cards.not_ahead(cards.day(until, today)))
                return
        since = today if series.dealt_on is None or series.dealt_on < today else today + timedelta(days=1)
        store.pause(turn.conn, series.id, since, until)
        self._posting.advance(turn, series.id)
        turn.whisper(cards.paused(self._when(turn, series.id) if until else "", series.number))

    def resume(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """End a pause; nothing of it is made up for."""
        today = today_of(series, turn.now)
        if not is_paused(series.schedule, today):
            turn.whisper(cards.not_paused(series.number, self._when(turn, series.id)))
            return
        running = replace(series.schedule, paused_from=None, paused_until=None)
        begun = runs_on(running, today) and opens_at(running, today) <= turn.now
        dealt = today if begun else today - timedelta(days=1)
        store.resume(turn.conn, series.id, max(dealt, series.dealt_on or dealt))
        self._posting.advance(turn, series.id)
        turn.whisper(cards.resumed(series.number, self._when(turn, series.id)))

    def skip(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Leave out a date: the next one, if none is named."""
        today = today_of(series, turn.now)
        following = next_opening(series, turn.now)
        try:
            on = parse_date(options["date"], today) if "date" in options else (following[0] if following else today)
        except BadDate as error:
            turn.whisper(cards.problem(str(error)))
            return
        if (series.dealt_on is not None and on <= series.dealt_on) or on < today:
            turn.whisper(cards.cannot_skip(cards.day(on, today), "its question was already due"))
            return
        if not runs_on(series.schedule, on):
            turn.whisper(cards.cannot_skip(cards.day(on, today), "no question is planned for that day"))
            return
        store.skip(turn.conn, series.id, on)
        self._posting.advance(turn, series.id)
        turn.whisper(cards.skipped(cards.day(on, today), self._when(turn, series.id)))

    def stop(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """End a series; an open round closes in its time."""
        store.stop(turn.conn, series.id, turn.now)
        turn.disarm(series.timer)
        turn.whisper(cards.stopped(series.number))

    # ------------------------------------------------------------ the next question
    def now(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Post today's question at once."""
        today = today_of(series, turn.now)
        closes = closing_now(series, today, turn.now)
        match self._posting.open(turn, series, today, closes):
            case "opened":
                store.dealt(turn.conn, series.id, max(today, series.dealt_on or today))
                self._posting.advance(turn, series.id)
                turn.whisper(cards.posted_now(cards.moment(closes, series.schedule.zone, turn.now)))
            case "there":
                turn.whisper(cards.already_posted())
            case "nothing fits":
                turn.whisper(cards.nothing_fits(series.filters))

    def next(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Show what comes next."""
        self._preview(turn, series)

    def swap(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Replace what comes next."""
        self._swap(turn, series)

    def swap_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Replace what comes next, by button."""
        series = store.locked(turn.conn, args["series"])
        if series is None:
            turn.whisper(cards.no_series())
            return
        who = actor(turn, event)
        if not groups.may_organise(turn.conn, who, series.group_id, event.organiser or False):
            names = groups.organisers_of(turn.conn, series.group_id)
            turn.whisper(cards.not_an_organiser(names, "daily swap", who.name))
            return
        self._swap(turn, series)

    def ask(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Plan a question of the bank by its id."""
        question = self._bank.get(options["id"].lower())
        if question is None:
            turn.whisper(cards.unknown_question(options["id"], near_ids(self._bank, options["id"])))
            return
        store.plan_question(turn.conn, series.id, question.id, series.passed)
        again = question.id in rounds.asked(turn.conn, series.id)
        turn.whisper(cards.planned(question, self._when(turn, series.id), again=again))

    # ------------------------------------------------------------ people and state
    def organiser(self, turn: Turn, event: Asked, options: Options) -> None:
        """Name a further organiser."""
        who = actor(turn, event)
        if not self._allowed(turn, event, who, "daily organiser"):
            return
        if who.group_id is None:
            turn.whisper(cards.no_series())
            return
        name = options["name"].strip().lstrip("@")
        found = groups.member_named(turn.conn, who.group_id, name)
        if len(found) != 1:
            turn.whisper(cards.unknown_member(name, several=len(found) > 1))
            return
        groups.name_organiser(turn, who.group_id, found[0][0], who.learner_id)
        turn.whisper(cards.named(found[0][1]))

    def status(self, turn: Turn, event: Asked, options: Options) -> None:
        """Show what is set up, to anybody."""
        who = actor(turn, event)
        running = store.of_group(turn.conn, who.group_id) if who.group_id else []
        if not running or who.group_id is None:
            turn.whisper(cards.no_series())
            return
        lines = [line for series in running for line in self._status_lines(turn, series)]
        turn.whisper(cards.status(lines, groups.organisers_of(turn.conn, who.group_id)))

    def on_series(self, name: str, handle: OnSeries) -> Callable[[Turn, Asked, Options], None]:
        """Return a command's handler that first finds out who may and which series is meant."""

        def handler(turn: Turn, event: Asked, options: Options) -> None:
            who = actor(turn, event)
            if not self._allowed(turn, event, who, name):
                return
            running = store.of_group(turn.conn, who.group_id) if who.group_id else []
            options = _with_series(options)
            meant = _meant(running, options.get("series", ""), name)
            if isinstance(meant, Card):
                turn.whisper(meant)
                return
            series = store.locked(turn.conn, meant.id)
            if series is None:  # stopped at this very moment
                turn.whisper(cards.no_series())
                return
            handle(turn, event, options, series)

        return handler

    # ------------------------------------------------------------ parts
    def _allowed(self, turn: Turn, event: Asked, who: Actor, what: str) -> bool:
        if groups.may_organise(turn.conn, who, who.group_id, event.organiser):
            return True
        names = groups.organisers_of(turn.conn, who.group_id) if who.group_id else []
        turn.whisper(cards.not_an_organiser(names, what, who.name))
        return False

    def _preview(self, turn: Turn, series: Series, note: str = "") -> None:
        fresh = store.locked(turn.conn, series.id) or series
        here = groups.group(turn.conn, series.group_id)
        question = self._posting.next_question(turn.conn, fresh, here, turn.now)
        if question is None:
            turn.whisper(cards.nothing_fits(series.filters))
            return
        if fresh.planned_id != question.id:
            store.plan_question(turn.conn, series.id, question.id, fresh.passed)
        swap = Button("daily.swap", turn.token(series=series.id), "Swap")
        turn.whisper(cards.preview_card(question, self._when(turn, series.id), swap, note))

    def _swap(self, turn: Turn, series: Series) -> None:
        here = groups.group(turn.conn, series.group_id)
        current = self._posting.next_question(turn.conn, series, here, turn.now)
        passed = tuple(dict.fromkeys([*series.passed, *([current.id] if current else [])]))
        fresh = self._chooser.choose(turn.conn, series, here, turn.now, without=frozenset(passed))
        asked = set(rounds.asked(turn.conn, series.id))
        unasked = not asked.issuperset(question for question in passed if current is None or question != current.id)
        if fresh is None or (fresh.id in asked and unasked):
            # All that is new was swapped away: begin again, but not with the one just shown.
            passed = (current.id,) if current else ()
            fresh = self._chooser.choose(turn.conn, series, here, turn.now, without=frozenset(passed))
        if fresh is None:
            turn.whisper(cards.no_other(series.filters))
            return
        store.plan_question(turn.conn, series.id, fresh.id, passed)
        self._preview(turn, series)

    def _when(self, turn: Turn, series_id: str) -> str:
        series = store.locked(turn.conn, series_id)
        following = next_opening(series, turn.now) if series else None
        if series is None or following is None:
            return cards.WHEN_RESUMED
        return cards.moment(following[1], series.schedule.zone, turn.now)

    def _status_lines(self, turn: Turn, series: Series) -> list[tuple[str, str]]:
        schedule = series.schedule
        lines = [(f"Series {series.number}", cards.schedule_line(series))]
        today = today_of(series, turn.now)
        if is_paused(schedule, today):
            lines.append(("Paused", cards.pause_line(schedule.paused_until, today)))
        lines.append(("Next", self._when(turn, series.id)))
        for round_ in rounds.open_rounds(turn.conn, series.id):
            answered = len(rounds.answers(turn.conn, round_.id))
            reported = rounds.reports_of(turn.conn, round_.id)
            closes = cards.moment(round_.closes_at, schedule.zone, turn.now)
            lines.append(("Open", cards.open_line(round_.question_id, answered, closes, reported)))
        fitting = {question.id for question in self._chooser.fitting(dict(series.filters))}
        left = fitting - set(rounds.asked(turn.conn, series.id))
        lines.append(("Not asked yet", f"{len(left)} of {len(fitting)}"))
        return lines


def is_paused(schedule: Schedule, today: date) -> bool:
    """Tell whether a series rests, today or from tomorrow on."""
    return schedule.paused_from is not None and (schedule.paused_until is None or today < schedule.paused_until)


def _with_series(options: Options) -> Options:
    """Take "series=2" out of an option that took everything that followed it."""
    for name in ("until", "date"):
        if found := _SERIES_INSIDE.search(options.get(name, "")):
            return {**options, name: _SERIES_INSIDE.sub("", options[name]), "series": found[1]}
    return options


def _same(series: Series, schedule: Schedule, filters: Mapping[str, str]) -> bool:
    one = series.schedule
    same_time = (one.time, one.zone, one.days) == (schedule.time, schedule.zone, schedule.days)
    return same_time and dict(series.filters) == dict(filters)


def _meant(running: list[Series], number: str, name: str) -> Series | Card:
    if not running:
        return cards.no_series()
    if number:
        found = next((one for one in running if str(one.number) == number), None)
        return found or cards.unknown_series(number, running)
    return running[0] if len(running) == 1 else cards.which_series(running, name)
