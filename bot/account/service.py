"""A learner's own account: settings, export, deletion, help, and the welcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.account import cards, data
from bot.bank.model import LEVELS
from bot.chat.model import Asked, Button, Incoming, Pressed, Private, Said
from bot.chat.surface import Action, Command, Option
from bot.daily import rounds
from bot.daily import series as store
from bot.daily.calendar import BadDays, BadZone, days_text, parse_days, parse_zone
from bot.daily.cards import day, moment
from bot.daily.posting import VISIBILITY, next_opening
from bot.delivery.feature import Args, Feature, OnAction, OnCommand
from bot.delivery.turn import Turn
from bot.interview.service import moment_of
from bot.people.acting import Actor, actor, greeted, set_level
from bot.people.groups import group, spells_of
from bot.people.preferences import REST_DAYS, prefer, preference, store_zone_spans
from bot.progress.service import spans_of, zone_of
from bot.progress.streaks import change_zone, local_date

VISIBILITIES = ("private", "group")


class Account:
    """What a learner can do about herself. `commands` lists everything, for `/help`."""

    def __init__(self) -> None:
        """Begin without commands; the composition root gives them, since help lists those of all features."""
        self.commands: Sequence[Command] = ()

    # ------------------------------------------------------------ settings
    def show(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Show the settings."""
        who = actor(turn, event)
        rest = preference(turn.conn, who.learner_id, REST_DAYS) or []
        visibility = preference(turn.conn, who.learner_id, VISIBILITY) or VISIBILITIES[0]
        zone = spans_of(turn.conn, who.learner_id)[-1].zone
        turn.whisper(cards.settings_card(zone, who.level or "", days_text(rest) if rest else "", visibility))

    def zone(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Change the time zone, from the next local day on."""
        who = actor(turn, event)
        try:
            zone = parse_zone(options["zone"])
        except BadZone as error:
            turn.whisper(cards.unknown_zone(options["zone"], error.near))
            return
        before = spans_of(turn.conn, who.learner_id)
        after = change_zone(before, zone, turn.now)
        store_zone_spans(turn.conn, who.learner_id, [(span.zone, span.since) for span in after])
        since = after[-1].since
        words = ""
        if since > turn.now:
            there = ZoneInfo(before[-1].zone if len(after) == 1 else after[-2].zone)
            words = day(since.astimezone(there).date(), local_date(turn.now, there.key))
        turn.whisper(cards.zone_set(zone, words))

    def level(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Change the level."""
        self._level(turn, actor(turn, event), options["level"].lower())

    def level_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Choose the level, by button."""
        self._level(turn, actor(turn, event), args["level"])

    def _level(self, turn: Turn, who: Actor, level: str) -> None:
        if level not in LEVELS:
            turn.whisper(cards.unknown_choice(level, LEVELS))
            return
        set_level(turn.conn, who.learner_id, level)
        turn.whisper(cards.level_set(level))

    def rest(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Choose rest days, "none" for none."""
        who = actor(turn, event)
        try:
            days = sorted(parse_days(options["days"])) if options["days"].lower() != "none" else []
        except BadDays as error:
            turn.whisper(cards.problem(str(error)))
            return
        prefer(turn.conn, who.learner_id, REST_DAYS, days)
        turn.whisper(cards.rest_set(days_text(days) if days else "none"))

    def visibility(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Choose whether milestones may be named in a group."""
        value = options["who"].lower()
        if value not in VISIBILITIES:
            turn.whisper(cards.unknown_choice(value, VISIBILITIES))
            return
        prefer(turn.conn, actor(turn, event).learner_id, VISIBILITY, value)
        turn.whisper(cards.visibility_set(value == "group"))

    # ------------------------------------------------------------ export and delete
    def export(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Hand over everything, in private."""
        who = actor(turn, event)
        card = cards.export_card(data.export(turn.conn, who.learner_id), data.counts(turn.conn, who.learner_id))
        if event.where.private:
            turn.whisper(card)
        else:
            turn.post(f"account:export:{event.id}", Private(who.person, "", event.where), card)
            turn.whisper(cards.in_private())

    def delete(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Ask before deleting."""
        who = actor(turn, event)
        confirm = Button("account.delete", turn.token(owner=who.learner_id), "Delete everything")
        turn.whisper(cards.delete_card(data.counts(turn.conn, who.learner_id), confirm))

    def delete_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Delete everything, and redact our own posts that quote the learner."""
        who = actor(turn, event)
        for number, message in enumerate(data.delete_all(turn.conn, who.learner_id)):
            turn.edit(f"account:redact:{event.id}:{number}", message, cards.redacted())
        turn.whisper(cards.deleted())

    # ------------------------------------------------------------ help and welcome
    def help(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Show what fits the moment, then all commands of this place."""
        who = actor(turn, event)
        in_group = not event.where.private
        turn.whisper(cards.help_card(self._moment(turn, event, who), self.commands, in_group))

    def small_talk(self, turn: Turn, event: Said) -> None:
        """Answer what is said in private when no question is open; greet whoever is new."""
        who = actor(turn, event)
        turn.whisper(cards.small_talk())
        if not who.greeted:
            self.greet(turn, event, who)

    def greet(self, turn: Turn, event: Incoming, who: Actor) -> None:
        """Welcome a learner in private, once."""
        greeted(turn, who.learner_id)
        spells = spells_of(turn.conn, who.learner_id)
        channel = group(turn.conn, spells[-1][0]).place.channel if spells else ""
        zone = zone_of(turn.conn, who.learner_id, turn.now)
        buttons = [
            Button("account.level", turn.token(owner=who.learner_id, level=level), level.capitalize())
            for level in LEVELS
        ]
        card = cards.welcome(who.name, channel, zone, buttons)
        turn.post(f"account:welcome:{who.learner_id}", Private(who.person, "", event.where), card)

    def _moment(self, turn: Turn, event: Asked, who: Actor) -> str:
        if event.where.private:
            state = turn.floor(event.where)
            return (moment_of(turn, state[1]) if state else "") or cards.moment_private()
        running = store.of_group(turn.conn, who.group_id) if who.group_id else []
        for series in running:
            for round_ in rounds.open_rounds(turn.conn, series.id):
                return cards.moment_round(moment(round_.closes_at, series.schedule.zone, turn.now))
        openings = [(following[1], one) for one in running if (following := next_opening(one, turn.now))]
        if openings:
            at, series = min(openings, key=_first)
            return cards.moment_waiting(moment(at, series.schedule.zone, turn.now))
        return cards.moment_group()


def _first(opening: tuple[datetime, object]) -> datetime:
    return opening[0]


def account(service: Account) -> Feature:
    """Return the feature."""
    level = Option("level", "junior, mid, senior, lead or principal", choices=LEVELS, accepts=bool, required=True)
    zone = Option("zone", "a time zone: Europe/Berlin", required=True, rest=True)
    days = Option("days", "days of the week: sat,sun; or none", required=True)
    who = Option("who", "private or group", choices=VISIBILITIES, accepts=bool, required=True)
    return Feature(
        name="account",
        commands=(
            OnCommand(Command("help", "what you can do right now"), service.help),
            OnCommand(Command("settings", "your zone, level, rest days"), service.show),
            OnCommand(Command("settings zone", "your time zone", (zone,), "Europe/Berlin"), service.zone),
            OnCommand(Command("settings level", "what you prepare for", (level,), "senior"), service.level),
            OnCommand(Command("settings rest", "days on which you owe nothing", (days,), "sat,sun"), service.rest),
            OnCommand(
                Command("settings visibility", "who sees your milestones", (who,), "private|group"), service.visibility
            ),
            OnCommand(Command("progress export", "everything I keep of you"), service.export),
            OnCommand(Command("progress delete", "remove everything I keep of you"), service.delete),
        ),
        actions=(
            OnAction(Action("account.level"), service.level_pressed),
            OnAction(Action("account.delete"), service.delete_pressed),
        ),
    )
