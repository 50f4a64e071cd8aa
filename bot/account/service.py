"""A learner's own account: settings, export, deletion, help, small talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.account import cards, data, settings
from bot.bank.model import LEVELS
from bot.chat.model import Asked, Button, Home, Incoming, Pressed, Private, Said, Sent
from bot.chat.surface import Action, Command, Option
from bot.daily import rounds
from bot.daily import series as store
from bot.daily.calendar import zone_names
from bot.daily.cards import moment
from bot.daily.posting import next_opening
from bot.daily.series import Series
from bot.delivery.feature import Args, Feature, OnAction, OnCommand, OnForm
from bot.delivery.turn import Due, Turn
from bot.interview.service import moment_of
from bot.interview.welcome import WELCOMED
from bot.people.acting import actor, identities_of
from bot.people.groups import may_organise
from bot.progress.quoting import note_quoting

STARTS = ("interview start", "practice")
"""What does not work in the middle of an interview."""
FIRST = "daily start"
"""The one command of a group that works before anything is set up there."""
AFTERWARDS = timedelta(minutes=5)
"""How long after a deletion its own posts are surely sent."""


class Account:
    """What a learner can do about herself. `commands` lists everything, for `/help`."""

    def __init__(self) -> None:
        """Begin without commands; the composition root gives them, since help lists those of all features."""
        self.commands: Sequence[Command] = ()

    # ------------------------------------------------------------ settings
    def show(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Show the settings."""
        who = actor(turn, event)
        turn.whisper(settings.settings_card(turn, who, event))

    def zone(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Change the time zone."""
        turn.whisper(settings.choose_zone(turn, actor(turn, event), options["zone"]).card)

    def level(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Change the level."""
        self._level(turn, event, options["level"])

    def level_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Choose the level, by button."""
        self._level(turn, event, args["level"])

    def _level(self, turn: Turn, event: Incoming, level: str) -> None:
        running = bool(self._interview(turn, event))
        turn.whisper(settings.choose_level(turn, actor(turn, event), level, running=running).card)

    def rest(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Choose rest days."""
        turn.whisper(settings.choose_rest(turn, actor(turn, event), options["days"].strip()).card)

    def visibility(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Choose whether milestones may be named in a group."""
        turn.whisper(settings.choose_visibility(turn, actor(turn, event), options["who"]).card)

    def answers(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Choose whether recaps show what was answered in private."""
        turn.whisper(settings.choose_answers(turn, actor(turn, event), options["who"]).card)

    def settings_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Say how to choose where the platform has no form to open."""
        turn.whisper(cards.settings_by_command())

    # ------------------------------------------------------------ export and delete
    def export(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Hand over everything, in private, in as many parts as it takes."""
        who = actor(turn, event)
        kept = data.counts(turn.conn, who.learner_id)
        limits = turn.can(event.where)
        parts = data.parts(data.export(turn.conn, who.learner_id), min(limits.max_text, limits.max_message // 2))
        for number, part in enumerate(parts, 1):
            card = cards.export_card(part, number, len(parts), kept)
            key = f"account:export:{who.learner_id}:{event.id}:{number}"
            if event.where.private:
                turn.whisper(card, key=key, tell=True)
            else:
                turn.post(key, Private(who.person, "", event.where), card, tell=True)
        if not event.where.private:
            turn.whisper(cards.in_private(len(parts)))

    def delete(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Ask before deleting."""
        who = actor(turn, event)
        confirm = Button("account.delete", turn.token(owner=who.learner_id), "Delete everything")
        turn.whisper(cards.delete_card(data.counts(turn.conn, who.learner_id), confirm))

    def delete_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Delete everything, and redact our own posts that quote the learner."""
        who = actor(turn, event)
        everywhere = identities_of(turn.conn, who.learner_id)
        quoting, removed = data.delete_all(turn.conn, who.learner_id, event.id)
        turn.outputs.dropped += removed
        for number, message in enumerate(quoting):
            turn.edit(f"account:redact:{event.id}:{number}", message, cards.redacted())
        for number, person in enumerate(everywhere):
            if person.platform in turn.transports and turn.can(Home(person)).home:
                turn.post(f"account:home:{event.id}:{number}", Home(person), cards.deleted())
            turn.forget(f"account:forgotten:{event.id}:{number}", person)
        turn.whisper(cards.deleted())
        turn.arm("account:forget", turn.now + AFTERWARDS)

    def forget(self, turn: Turn, due: Due) -> None:
        """Erase who and where from what the deletion itself sent."""
        data.forget_lanes(turn.conn)

    def delivered(self, turn: Turn, key: str, sent: Sent) -> None:
        """Remember which of our posts name a learner or hand over her words."""
        note_quoting(turn, key.split(":")[2], sent)

    # ------------------------------------------------------------ help and small talk
    def help(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Show what fits the moment, then the commands that work here and now."""
        who = actor(turn, event)
        organiser = not event.where.private and may_organise(turn.conn, who, who.group_id, event.organiser)
        running = store.of_group(turn.conn, who.group_id) if who.group_id else []
        held = self._interview(turn, event)
        moment_ = self._in_private(turn, event) if event.where.private else _in_group(turn, running, organiser)
        works = [
            command
            for command in self.commands
            if _works(command, private=event.where.private, organiser=organiser, series=bool(running))
            and not (held and command.name in STARTS)
        ]
        turn.whisper(cards.help_card(moment_, works))

    def small_talk(self, turn: Turn, event: Said) -> None:
        """Answer what is said in private when no question is open; whoever was just welcomed has heard it all."""
        if WELCOMED not in turn.memo:
            turn.whisper(cards.small_talk())

    def _in_private(self, turn: Turn, event: Incoming) -> str:
        return self._interview(turn, event) or cards.moment_private()

    def _interview(self, turn: Turn, event: Incoming) -> str:
        """Return what fits the moment of the interview that is held here, "" without one."""
        floor = turn.floor(event.where) if event.where.private else None
        return moment_of(turn, floor[1]) if floor is not None and floor[0] == "interview" else ""


def _in_group(turn: Turn, running: Sequence[Series], organiser: bool) -> str:
    for series in running:
        for round_ in rounds.open_rounds(turn.conn, series.id):
            return cards.moment_round(moment(round_.closes_at, series.schedule.zone, turn.now))
    openings = [(following[1], one) for one in running if (following := next_opening(one, turn.now))]
    if openings:
        at, series = min(openings, key=_first)
        return cards.moment_waiting(moment(at, series.schedule.zone, turn.now))
    return cards.moment_paused() if running else cards.moment_group(organiser=organiser)


def _works(command: Command, *, private: bool, organiser: bool, series: bool) -> bool:
    """Tell whether a command works in this place, for this learner."""
    if command.where == "anywhere":
        return True
    if private or command.where == "private":
        return private and command.where == "private"
    return (organiser or not command.organiser) and (series or command.name == FIRST)


def _first(opening: tuple[datetime, object]) -> datetime:
    return opening[0]


def account(service: Account) -> Feature:
    """Return the feature."""
    level = Option("level", "junior, mid, senior, lead or principal", choices=LEVELS, accepts=bool, required=True)
    zone = Option("zone", "a time zone: Europe/Berlin", required=True, rest=True, offers=zone_names)
    days = Option("days", "days of the week: sat,sun; or none", required=True, rest=True)
    who = Option("who", "private or group", choices=settings.VISIBILITIES, accepts=bool, required=True)
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
            OnCommand(
                Command("settings answers", "who sees your private answers in the recap", (who,), "private|group"),
                service.answers,
            ),
            OnCommand(Command("progress export", "everything I keep of you"), service.export),
            OnCommand(Command("progress delete", "remove everything I keep of you"), service.delete),
        ),
        actions=(
            OnAction(Action("account.level"), service.level_pressed),
            OnAction(Action("account.delete"), service.delete_pressed),
            OnAction(Action(settings.FORM, "form"), service.settings_pressed),
        ),
        forms=(OnForm(settings.FORM, settings.FORM, settings.form, settings.submitted),),
        home=settings.home,
        timers={"forget": service.forget},
        delivered=service.delivered,
    )
