"""What organisers do: `/daily …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.bank.model import Bank
from bot.bank.select import FILTERS, near, near_ids, resolve
from bot.chat.model import Asked, Button, Card, Pressed
from bot.daily import cards, rounds
from bot.daily import series as store
from bot.daily.calendar import (
    BadDate,
    BadDays,
    BadTime,
    BadZone,
    Schedule,
    days_text,
    first_date,
    opens_at,
    parse_date,
    parse_days,
    parse_time,
    parse_zone,
    runs_on,
)
from bot.daily.choosing import Chooser
from bot.daily.posting import Posting, closing_now, next_opening, today_of
from bot.daily.series import Series
from bot.delivery.feature import Args
from bot.delivery.turn import Turn
from bot.people import groups
from bot.people.acting import Actor, actor
from bot.people.preferences import group_zone
from bot.progress.service import zone_of

MOST_SERIES = 10
GRACE_HOURS = range(24)

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
        asked = self._asked_for(turn, who, options)
        if isinstance(asked, Card):
            turn.whisper(asked)
            return
        schedule, filters = asked
        fitting = self._chooser.fitting(filters)
        if not fitting:
            turn.whisper(cards.nothing_fits(filters))
            return
        here = groups.found_group(turn, who, event.where)
        running = store.of_group(turn.conn, here.id)
        twin = next((one for one in running if _same(one, schedule, filters)), None)
        if twin is not None or len(running) >= MOST_SERIES:
            turn.whisper(cards.already_running(twin) if twin else cards.too_many(MOST_SERIES))
            return
        groups.name_organiser(turn, here.id, who.learner_id, None)
        series = store.add(turn, here.id, schedule, filters)
        self._posting.advance(turn, series.id)
        note = cards.started(series, len(fitting), groups.organisers_of(turn.conn, here.id))
        self._preview(turn, series, note)

    def _asked_for(self, turn: Turn, who: Actor, options: Options) -> tuple[Schedule, dict[str, str]] | Card:
        try:
            wall = parse_time(options["time"])
            zone = parse_zone(options["zone"]) if "zone" in options else group_zone(turn.conn, who.learner_id)
            days = parse_days(options.get("days", "weekdays"))
        except BadZone as error:
            return cards.unknown_zone(options["zone"], error.near)
        except (BadTime, BadDays) as error:
            return cards.problem(str(error))
        zone = zone or zone_of(turn.conn, who.learner_id, turn.now)
        filters = {name: options[name].lower() for name in FILTERS if name in options}
        if "topic" in options:
            meant = resolve(self._bank, options["topic"])
            if meant is None:
                return cards.unknown_filter(options["topic"], near(self._bank, options["topic"]))
            filters[meant[0]] = meant[1]
        grace = options.get("grace", "6")
        if not grace.isdigit() or int(grace) not in GRACE_HOURS:
            return cards.problem(f"`grace={grace}` is not a number of hours from 0 to 23. Write `grace=6`.")
        starts_on = first_date(wall, zone, turn.now)
        return Schedule(wall, zone, days, starts_on, timedelta(hours=int(grace))), filters

    # ------------------------------------------------------------ pauses
    def pause(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Pause, for good or until a date that runs again."""
        today = today_of(series, turn.now)
        until: date | None = None
        if "date" in options:
            try:
                until = parse_date(options["date"], today)
            except BadDate as error:
                turn.whisper(cards.problem(str(error)))
                return
            if until <= today:
                words = f"{until:%Y-%m-%d} is not after today. Write the date on which it goes on."
                turn.whisper(cards.problem(words))
                return
        since = today if series.dealt_on is None or series.dealt_on < today else today + timedelta(days=1)
        store.pause(turn.conn, series.id, since, until)
        self._posting.advance(turn, series.id)
        turn.whisper(cards.paused(cards.day(until, today) if until else "", series.number))

    def resume(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """End a pause; nothing of it is made up for."""
        if series.schedule.paused_from is None:
            turn.whisper(cards.not_paused(series.number))
            return
        running = replace(series.schedule, paused_from=None, paused_until=None)
        today = today_of(series, turn.now)
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
        if not self._posting.open(turn, series, today, closing_now(series, today, turn.now)):
            turn.whisper(cards.already_posted(cards.day(today, today)))
            return
        store.dealt(turn.conn, series.id, max(today, series.dealt_on or today))
        self._posting.advance(turn, series.id)
        turn.whisper(cards.posted_now(cards.day(today, today)))

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
            turn.whisper(cards.not_an_organiser(groups.organisers_of(turn.conn, series.group_id), "daily swap"))
            return
        self._swap(turn, series)

    def ask(self, turn: Turn, event: Asked, options: Options, series: Series) -> None:
        """Plan a question of the bank by its id."""
        question = self._bank.get(options["id"].lower())
        if question is None:
            turn.whisper(cards.unknown_question(options["id"], near_ids(self._bank, options["id"])))
            return
        store.plan_question(turn.conn, series.id, question.id, series.passed)
        turn.whisper(cards.planned(question, self._when(turn, series.id)))

    # ------------------------------------------------------------ people and state
    def organiser(self, turn: Turn, event: Asked, options: Options) -> None:
        """Name a further organiser."""
        who = actor(turn, event)
        if not self._allowed(turn, event, who, "daily organiser"):
            return
        if who.group_id is None:
            turn.whisper(cards.no_series())
            return
        name = options["name"].lstrip("@")
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
            meant = _meant(running, options.get("series", ""), name)
            if isinstance(meant, Card):
                turn.whisper(meant)
                return
            series = store.locked(turn.conn, meant.id)
            if series is not None:
                handle(turn, event, options, series)

        return handler

    # ------------------------------------------------------------ parts
    def _allowed(self, turn: Turn, event: Asked, who: Actor, what: str) -> bool:
        if groups.may_organise(turn.conn, who, who.group_id, event.organiser):
            return True
        names = groups.organisers_of(turn.conn, who.group_id) if who.group_id else []
        turn.whisper(cards.not_an_organiser(names, what))
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
        if fresh is None:  # all were swapped away: begin again, but not with the one just shown
            passed = (current.id,) if current else ()
            fresh = self._chooser.choose(turn.conn, series, here, turn.now, without=frozenset(passed))
        if fresh is None:
            turn.whisper(cards.problem("No other question fits the filters of this series."))
            return
        store.plan_question(turn.conn, series.id, fresh.id, passed)
        self._preview(turn, series)

    def _when(self, turn: Turn, series_id: str) -> str:
        series = store.locked(turn.conn, series_id)
        following = next_opening(series, turn.now) if series else None
        if series is None or following is None:
            return "when it is resumed"
        return cards.moment(following[1], series.schedule.zone, turn.now)

    def _status_lines(self, turn: Turn, series: Series) -> list[tuple[str, str]]:
        schedule = series.schedule
        what = " ".join(f"{key}={value}" for key, value in series.filters.items()) or "all questions"
        lines = [
            (f"Series {series.number}", f"{schedule.time:%H:%M} {schedule.zone}, {days_text(schedule.days)} · {what}")
        ]
        if schedule.paused_from is not None:
            until = f"until {schedule.paused_until:%Y-%m-%d}" if schedule.paused_until else "until resumed"
            lines.append(("Paused", until))
        lines.append(("Next", self._when(turn, series.id)))
        for round_ in rounds.open_rounds(turn.conn, series.id):
            answered = len(rounds.answers(turn.conn, round_.id))
            reported = rounds.reports_of(turn.conn, round_.id)
            closes = cards.moment(round_.closes_at, schedule.zone, turn.now)
            words = f"{round_.question_id} · {answered} answered · closes {closes}"
            lines.append(("Open", words + (f" · reported by {reported}" if reported else "")))
        fitting = {question.id for question in self._chooser.fitting(dict(series.filters))}
        left = fitting - set(rounds.asked(turn.conn, series.id))
        lines.append(("Not asked yet", f"{len(left)} of {len(fitting)}"))
        return lines


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
