"""The sentences of the terminal itself; everything else that it shows comes from the features."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.chat.model import Field

LINES = (
    'ana in #prep: /daily start 09:00 · ana in dm: … · ana presses "Hint" in #prep · ana submits: … · at … · restart'
)
KEYS = (
    "Keys here: a number presses its button · #prep goes there, dm comes back · > text replies under the latest post · "
    "as ben speaks as somebody else · /quit ends."
)


def welcome(me: str) -> str:
    """Say what to type first."""
    return (
        f"Greenroom in your terminal. You are {me}, alone with the bot.\n"
        "Type /practice for one question or /interview start for a mock interview.\n"
        "For a daily question type #prep, then /daily start 09:00. /help shows more, /quit ends."
    )


# ---------------------------------------------------------------- what is shown
def heading(in_: str, in_thread: bool, to: str, kind: str, when: str) -> str:
    """Say where something is shown, to whom, and when."""
    about = [in_ + (" · thread" if in_thread else "")]
    if kind == "form":
        about.append(f"a form for {to}")
    elif to:
        about.append(f"for {to} alone")
    elif kind == "edit":
        about.append("changed")
    return " · ".join([*about, when])


def field_line(field: Field, *, named: bool) -> str:
    """Describe one field of a form; `named`: with the name under which a script gives its value."""
    line = field.label + (f" ({field.name}=)" if named and field.name.lower() != field.label.lower() else "")
    line += f": {field.hint}" if field.hint else ""
    if field.minimum > 1:
        line += f" (at least {field.minimum:,} characters)"
    return line + (f"\nso far: {field.value}" if field.value else "")


# ---------------------------------------------------------------- forms
def several_fields(names: Sequence[str]) -> str:
    """Say how several fields are filled in on one line."""
    return "This form has several fields: write " + " | ".join(f"{name}=…" for name in names) + ". It is still open."


def too_short(label: str, size: int, minimum: int) -> str:
    """Say that a value needs more."""
    return (
        f"{label} needs at least {_characters(minimum)} and has {size:,}. The form is still open, with what you typed."
    )


def too_long(label: str, size: int, maximum: int) -> str:
    """Say that a value is too long."""
    return (
        f"{label} may have {_characters(maximum)} and has {size:,}. Shorten it and send it again: "
        "the form is still open, with what you typed."
    )


def no_form(who: str) -> str:
    """Say that nothing can be submitted."""
    return f"{who} has no form open. Press a button that opens one first."


# ---------------------------------------------------------------- what is not there
def no_thread(channel: str) -> str:
    """Say that there is nothing to reply under."""
    return f"The bot has no post in {channel} to reply under. /daily start 09:00 there brings the first."


def no_button(label: str, there: Sequence[str], place: str) -> str:
    """Say which buttons there are instead."""
    found = ", ".join(f'"{name}"' for name in there)
    return f'Nothing in {place} shows a button "{label}". ' + (f"There are {found}." if found else "There are none.")


def unclear_button(label: str, fitting: Sequence[str], place: str) -> str:
    """Say that a label is not written out far enough."""
    found = ", ".join(f'"{name}"' for name in fitting)
    return f'"{label}" could be several buttons in {place}: {found}. Write more of it.'


def not_so_many(label: str, count: int, place: str) -> str:
    """Say that an older button of that label does not exist."""
    return f'Only {count} {"message shows" if count == 1 else "messages show"} a button "{label}" in {place}.'


def nothing_said(who: str, place: str) -> str:
    """Say that there is no message to change."""
    return f"{who} has said nothing in {place} that could be changed."


def not_heard(channel: str) -> str:
    """Say why nothing happened."""
    return f"The bot does not listen to talk in {channel}. Reply under its post with > text, or type a command."


# ---------------------------------------------------------------- scripts
def at_line(number: int, problem: str) -> str:
    """Name the line of a script at which it ended."""
    return f"line {number}: {problem}"


def unknown_line(line: str) -> str:
    """Say that a line of a script cannot be read."""
    first = line.split("\n", 1)[0]
    return f'I do not understand "{first[:80]}". Lines look like this: {LINES}'


def unknown_time(text: str) -> str:
    """Say how a time is written."""
    return f'"{text}" is no time that I can read. Write it with its zone: at 2026-12-01T08:59Z'


def empty_line(who: str) -> str:
    """Say that a line says nothing."""
    return f"{who} says nothing here. Write the words after the colon."


def no_thread_in_dm() -> str:
    """Say that direct messages have no threads here."""
    return "A direct message has no threads here: write `in dm`."


def backwards(to: datetime, now: datetime) -> str:
    """Say that time does not go back."""
    return f"time never goes back: it is already {_time(now)}, and the line says {_time(to)}."


def ended_early(error: Exception) -> str:
    """Say in one sentence what went wrong."""
    return f"This did not work: {str(error).strip() or type(error).__name__}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------- the keyboard
def prompt(me: str, place: str) -> str:
    """Show who speaks where."""
    return f"{me} in {place}> "


def went_wrong() -> str:
    """Say that something unexpected happened, without its trace."""
    return (
        "That did not work, and it is my fault, not yours; the log has a line about it. What you said before is kept."
    )


def ask_field(field: Field) -> str:
    """Ask for one field of a form."""
    ends = "an empty line ends it" if field.multiline else "one line"
    kept = ", at once keeps what is there, /clear empties it" if field.value else ""
    return f"{field_line(field, named=False)}\n({ends}{kept}; /cancel leaves the form and keeps what you typed)"


def left_form() -> str:
    """Say that a form was left."""
    return "Left. What you typed is kept: press the same button to go on."


def now_speaking(name: str) -> str:
    """Say who speaks from now on."""
    return f"You speak as {name} now; `as` and a name changes that again."


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number:,} characters"
