"""Every sentence about schedules on the home page, and about changing one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.model import Card, Field, Form, Part, Text
from bot.chat.phrases import say
from bot.daily.cards import schedule_line
from bot.daily.series import Series


def series_name(channel: str, series: Series) -> str:
    """Return what a series is called where its channel is not in sight."""
    name = f"#{channel.lstrip('#')}" if channel else "Daily question"
    return name if series.number == 1 else f"{name}, series {series.number}"


def series_line(series: Series, following: str, *, gone: bool) -> str:
    """Return what is set up, and when the next question comes; `gone`: nothing can be posted there."""
    if gone:
        return f"{schedule_line(series)} · I was removed from that channel: ask me in again"
    return f"{schedule_line(series)} · next: {following}"


def change_label(channel: str, series: Series) -> str:
    """Return the label of the button that opens the form."""
    return f"Change {series_name(channel, series)}"


def more_series(count: int) -> tuple[Part, ...]:
    """Say that there are more than are shown."""
    return (Text(f"and {count} more: `/daily status` in their channels shows them", small=True),) if count > 0 else ()


def change_form(form: str, values: Mapping[str, str], token: str, longest: int) -> Form:
    """Return the form that changes a series."""
    hints = {
        "time": ("Time", "09:00"),
        "zone": ("Time zone", "Europe/London, America/New_York …"),
        "days": ("Days", "weekdays, daily, or mon,wed,fri"),
        "filters": ("Only questions with", "level=mid format=incident; empty for all"),
    }
    fields = tuple(Field(name, hints[name][0], 0, longest, value=values[name], hint=hints[name][1]) for name in hints)
    return Form(form, "Daily question", fields, token)


def changed(name: str, line: str) -> Card:
    """Confirm a change."""
    return say(f"Changed. {name}: {line}.")


def not_changed(why: Card) -> Card:
    """Say what is wrong with the form; what was set up goes on."""
    return Card("", (*why.body, Text("Nothing was changed.", small=True)))


def change_by_command() -> Card:
    """Say how to change a series without a form."""
    return say("There is no form here. In its channel, `/daily stop` and `/daily start …` set it up anew.")
