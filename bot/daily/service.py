"""The daily question as a feature: its commands, buttons, forms and timers, as data."""

from __future__ import annotations

from bot.answering.service import Answering
from bot.bank.model import FORMATS, LEVELS, Bank
from bot.bank.options import narrowing
from bot.chat.surface import Action, Command, Option, only_named
from bot.daily.answers import FORM, Answers
from bot.daily.calendar import looks_like_date, looks_like_days, looks_like_time, looks_like_zone, zone_names
from bot.daily.changing import FORM as CHANGE
from bot.daily.changing import Changing
from bot.daily.choosing import Chooser
from bot.daily.organising import Organising
from bot.daily.posting import Posting
from bot.delivery.feature import Feature, OnAction, OnCommand, OnForm, OnWork
from bot.delivery.turn import Turn, Undeliverable


def _looks_like_until(word: str) -> bool:
    return word.lower() == "until" or looks_like_date(word)


_SERIES = Option("series", "which series, where a group has several", accepts=only_named)
_DATE = Option("date", "a date: 2026-12-24, 24 dec, tomorrow, friday", accepts=looks_like_date, rest=True)


def daily(bank: Bank, answering: Answering) -> Feature:
    """Return the feature."""
    chooser = Chooser(bank)
    posting = Posting(bank, chooser)
    organising = Organising(bank, chooser, posting)
    answers = Answers(bank, answering)
    changing = Changing(bank, chooser, posting)

    def undeliverable(turn: Turn, key: str, why: str) -> None:
        lost = turn.event
        if key.startswith("daily:assess:") and isinstance(lost, Undeliverable):
            answers.failed(turn, lost)
        else:
            posting.undeliverable(turn, key, why)

    return Feature(
        name="daily",
        commands=_commands(bank, organising),
        actions=(
            OnAction(Action("daily.answer", "form"), answers.pressed),
            OnAction(Action("daily.hint"), answers.hint),
            OnAction(Action("daily.report"), answers.report),
            OnAction(Action("daily.swap"), organising.swap_pressed),
            OnAction(Action(CHANGE, "form"), changing.pressed),
        ),
        forms=(
            OnForm(FORM, "daily.answer", answers.form, answers.submitted),
            OnForm(CHANGE, CHANGE, changing.form, changing.submitted),
        ),
        home=changing.home,
        timers={"open": posting.opens, "close": posting.closes},
        works={"assess": OnWork(answering.assess, answers.assessed)},
        floor=answers.heard,
        delivered=posting.delivered,
        joined=posting.joined,
        left=posting.left,
        undeliverable=undeliverable,
    )


def _start(bank: Bank) -> tuple[Option, ...]:
    return (
        Option("time", "when to post: 09:00", accepts=looks_like_time, required=True),
        Option("zone", "time zone: Europe/London", accepts=looks_like_zone, offers=zone_names),
        Option("days", "weekdays, daily, mon,wed,fri", accepts=looks_like_days),
        Option("level", "only this level", accepts=lambda word: word.lower() in LEVELS, choices=LEVELS),
        Option("format", "only this format", accepts=lambda word: word.lower() in FORMATS, choices=FORMATS),
        *narrowing(bank, "category", "skill", "company", "set", set="only this imported set"),
        Option("grace", "hours within which a missed question is posted late (6)", accepts=only_named),
        Option("topic", "any of these filters without its name", rest=True),
    )


def _commands(bank: Bank, organising: Organising) -> tuple[OnCommand, ...]:
    def command(name: str, text: str, *options: Option, usage: str = "") -> Command:
        return Command(f"daily {name}", text, options, usage, organiser=name != "status", where="group")

    on_series = organising.on_series
    start = command(
        "start", "set up a daily question here", *_start(bank), usage="09:00 [Europe/London] [weekdays] [level=mid …]"
    )
    pause = command(
        "pause",
        "pause it, for good or until a date",
        Option("until", "when it goes on: 2026-12-24, 24 dec, monday", accepts=_looks_like_until, rest=True),
        _SERIES,
        usage="[until DATE]",
    )
    return (
        OnCommand(start, organising.start),
        OnCommand(pause, on_series("daily pause", organising.pause)),
        OnCommand(command("resume", "end a pause", _SERIES), on_series("daily resume", organising.resume)),
        OnCommand(command("now", "post today's question at once", _SERIES), on_series("daily now", organising.now)),
        OnCommand(
            command("skip", "leave out the next question, or a date's", _DATE, _SERIES, usage="[DATE]"),
            on_series("daily skip", organising.skip),
        ),
        OnCommand(command("status", "what is set up here"), organising.status),
        OnCommand(command("next", "what comes next, to you alone", _SERIES), on_series("daily next", organising.next)),
        OnCommand(command("swap", "replace what comes next", _SERIES), on_series("daily swap", organising.swap)),
        OnCommand(
            command("ask", "plan a question by its id", Option("id", "its id", required=True), _SERIES, usage="ID"),
            on_series("daily ask", organising.ask),
        ),
        OnCommand(
            command(
                "organiser",
                "let somebody else configure this",
                Option("name", "who: @ben", required=True, rest=True),
                usage="@NAME",
            ),
            organising.organiser,
        ),
        OnCommand(command("stop", "end a series", _SERIES), on_series("daily stop", organising.stop)),
    )
