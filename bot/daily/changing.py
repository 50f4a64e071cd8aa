"""Schedules on the home page of who organises them, and the form that changes one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.bank.model import Bank
from bot.bank.select import FILTERS
from bot.chat.model import Button, Card, Facts, Form, HomeOpened, Pressed, Submitted
from bot.daily import cards, change_cards
from bot.daily import series as store
from bot.daily.calendar import days_text
from bot.daily.choosing import Chooser
from bot.daily.posting import Posting, next_opening
from bot.daily.series import Series
from bot.daily.starting import wanted
from bot.delivery.feature import Args
from bot.delivery.turn import Turn
from bot.people import groups
from bot.people.acting import actor
from bot.people.groups import Group

FORM = "daily.change"
SHOWN = 10
"""Series on one home page: each takes a line and a button, and a page holds a hundred blocks."""
LONGEST_VALUE = 300


class Changing:
    """Lets organisers see and change what runs, without a command."""

    def __init__(self, bank: Bank, chooser: Chooser, posting: Posting) -> None:
        """Change series that ask questions of this bank."""
        self._bank = bank
        self._chooser = chooser
        self._posting = posting

    def home(self, turn: Turn, event: HomeOpened) -> Card | None:
        """Return the series that somebody may change, a line and a button each; None for who organises nothing."""
        who = actor(turn, event)
        found = [
            (group, one)
            for group in groups.organised_by(turn.conn, who, event.organiser)
            for one in store.of_group(turn.conn, group.id)
        ]
        if not found:
            return None
        shown = found[:SHOWN]
        pairs = tuple((change_cards.series_name(group.name, one), self._line(turn, group, one)) for group, one in shown)
        buttons = tuple(self._button(turn, who.learner_id, group, one) for group, one in shown)
        return Card("", (Facts(pairs), *change_cards.more_series(len(found) - len(shown))), buttons)

    def form(self, conn: Connection, pressed: Pressed, args: Args, now: datetime) -> Form | Card:
        """Return the form of a series, filled with what is set up. Its token is owned by who was shown the button."""
        series = store.locked(conn, args["series"])
        if series is None:
            return cards.no_series()
        schedule = series.schedule
        values = {
            "time": f"{schedule.time:%H:%M}",
            "zone": schedule.zone,
            "days": days_text(schedule.days),
            "filters": " ".join(f"{name}={series.filters[name]}" for name in FILTERS if name in series.filters),
        }
        return change_cards.change_form(FORM, values, pressed.token, LONGEST_VALUE)

    def submitted(self, turn: Turn, event: Submitted, args: Args) -> None:
        """Change a series as the form says, or say what is wrong with it and leave it as it is."""
        series = store.locked(turn.conn, args["series"])
        if series is None:
            turn.whisper(cards.no_series())
            return
        typed = {name: " ".join(event.values.get(name, "").split()) for name in ("time", "zone", "days", "filters")}
        options = {name: typed[name] for name in ("time", "zone", "days") if typed[name]}
        options.setdefault("time", f"{series.schedule.time:%H:%M}")
        grace = {"grace": f"{int(series.schedule.grace.total_seconds() // 3600)}"}
        asked = wanted(
            self._bank, {**options, **grace, "topic": typed["filters"]}, lambda: series.schedule.zone, turn.now
        )
        if isinstance(asked, Card):
            turn.whisper(change_cards.not_changed(asked))
            return
        if not self._chooser.fitting(dict(asked.filters)):
            turn.whisper(change_cards.not_changed(cards.nothing_fits(asked.filters)))
            return
        store.change(turn, series, asked.schedule, asked.filters)
        self._posting.advance(turn, series.id)
        changed = store.locked(turn.conn, series.id) or series
        here = groups.group(turn.conn, series.group_id)
        turn.whisper(
            change_cards.changed(change_cards.series_name(here.name, changed), self._line(turn, here, changed))
        )

    def pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Say how to change a series where the platform has no form to open."""
        turn.whisper(change_cards.change_by_command())

    def _button(self, turn: Turn, owner: str, group: Group, series: Series) -> Button:
        token = turn.token(owner=owner, series=series.id)
        return Button(FORM, token, change_cards.change_label(group.name, series), "form")

    def _line(self, turn: Turn, group: Group, series: Series) -> str:
        following = next_opening(series, turn.now)
        when = cards.moment(following[1], series.schedule.zone, turn.now) if following else cards.WHEN_RESUMED
        return change_cards.series_line(series, when, gone=group.gone)
