"""Every sentence about one's own account, help, and what is said when nothing was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.chat.model import Asked, Button, Card, Code, Facts, Field, Form, Part, Quote, Text
from bot.chat.phrases import either, say
from bot.chat.surface import Command, Misread

if TYPE_CHECKING:
    from bot.account.settings import Choices

KEPT_NAMES: Mapping[str, tuple[str, str]] = {
    "attempts": ("answer", "answers"),
    "evidence": ("assessed point", "assessed points"),
    "ledger": ("entry of your streak", "entries of your streak"),
    "interviews": ("interview or practice", "interviews and practices"),
    "reports": ("report", "reports"),
    "members": ("membership", "memberships"),
}
"""What tables hold, in a learner's words."""


# ---------------------------------------------------------------- not understood
def done() -> Card:
    """Answer a command or press that had nothing to say."""
    return say("Done.")


def too_old() -> Card:
    """Say that a button's time is over."""
    return say("That button is from an earlier time and no longer works. `/help` shows what you can do now.")


def form_too_old(text: str) -> Card:
    """Say that a form's time is over, and give back what was typed."""
    body: list[Part] = [Text("The question behind that form is gone. Nothing is lost, here is what you wrote:")]
    return Card("", (*body, Quote(text)) if text else tuple(body))


def not_yours() -> Card:
    """Say that a button belongs to somebody else."""
    return say("That button belongs to somebody else. `/practice` gives you a question of your own.")


def only_in_group(command: Command) -> Card:
    """Say that a command belongs into a channel."""
    return say(f"`/{command.name}` belongs into the group's channel. Type it there: `{command.line}`.")


def misread(event: Asked, misread_: Misread, commands: Sequence[Command]) -> Card:
    """Say which word was not understood, what is near it, and what to type instead."""
    typed = f"/{event.command} {event.text}".strip()
    command, word = misread_.command, misread_.word
    if command is not None and misread_.missing:
        help_ = next((option.help for option in command.options if option.name == misread_.missing), "")
        return say(f"`{typed}` needs one more word: {misread_.missing} ({help_}). Type it like `{command.line}`.")
    near = misread_.near
    if command is not None and not command.options:
        family = [one.name for one in commands if one.name.startswith(f"{command.name} ")]
        offered = [f"{command.name} {one}" for one in near] or [command.name, *family]
        hint = (
            f"Did you mean {either([f'/{one}' for one in offered])}?" if near or family else f"Type `{command.line}`."
        )
        return say(f"I do not know what `{word}` means in `/{command.name}`. {hint}")
    if command is not None:
        hint = f" Did you mean {either(near)}?" if near else ""
        return say(f"I do not know what `{word}` means in `/{command.name}`.{hint} Type it like `{command.line}`.")
    if near:
        return say(f"I do not know `{typed}`. Did you mean {either([f'/{name}' for name in near])}?")
    names = sorted({f"/{one.name.split()[0]}" for one in commands})
    return say(f"I do not know `{typed}`. Try {either(names)}.")


# ---------------------------------------------------------------- help, small talk
def help_card(moment: str, commands: Sequence[Command]) -> Card:
    """Show what can be done now, then the commands that work here; the rest of a family stands in one line."""
    families: dict[str, list[Command]] = {}
    for command in commands:
        families.setdefault(command.name.split()[0], []).append(command)
    pairs: list[tuple[str, str]] = []
    for name, family in families.items():
        first, *others = family
        # The name alone stands in the narrow column; how to go on is read beside it.
        pairs.append((f"/{first.name}", f"{first.help} · {first.usage}" if first.usage else first.help))
        if others:
            pairs.append((f"/{name} …", " · ".join(command.name.split(" ", 1)[1] for command in others)))
    return Card("What you can do", (Text(moment), Facts(tuple(pairs))))


def moment_round(closes: str) -> str:
    """Return what to do while a round is open."""
    return f"Today's question is open until {closes}: answer in its thread, or press Answer privately."


def moment_group(*, organiser: bool) -> str:
    """Return what to do in a channel where nothing runs."""
    if organiser:
        return "Nothing is set up here yet. `/daily start 09:00 Europe/London weekdays` begins a daily question."
    return "No daily question is set up here yet; an organiser can start one. `/practice` gives you one in private."


def moment_waiting(opens: str) -> str:
    """Return what to do between two rounds."""
    return f"The next question comes {opens}. Until then `/practice` gives you one in private."


def moment_paused() -> str:
    """Return what to do while every series of a group rests."""
    return "The daily question is paused here. `/practice` gives you one in private."


def moment_private() -> str:
    """Return what to do in private."""
    return "`/practice` gives you one question now; `/interview start` a short interview; `/progress` shows how you do."


def small_talk() -> Card:
    """Answer plain words when nothing is asked."""
    return say(
        "No question is open between us right now, so I did not keep that as an answer. "
        "`/practice` gives you one; `/interview start` begins an interview."
    )


def named() -> Card:
    """Answer who names us in a group."""
    return say("Here I am. `/help` shows what I can do; in words it is the same: name me and say help.")


def only_words(*, voice: bool, running: bool) -> Card:
    """Say that something without words was not understood."""
    what = "I cannot listen yet" if voice else "There are no words in that, and I can only read"
    then = (
        "Write what you would say, and nothing of what you wrote before is lost." if running else "Write to me instead."
    )
    return say(f"{what}. {then}")


def cannot_read(*, running: bool) -> Card:
    """Say that a message stands where the platform does not let us read, and how to be read all the same."""
    then = "Nothing that you wrote is lost: " if running else ""
    return say(
        f"I am not allowed to read messages here. {then}send it again with my name in it, or as a reply to a message "
        "of mine with the ping on. Those I can read."
    )


# ---------------------------------------------------------------- settings
def settings_card(choices: Choices) -> Card:
    """Show the settings, and how to change them."""
    ways = ("zone Europe/Berlin", "level senior", "rest sat,sun", "visibility group", "answers group")
    pairs = zip(settings_pairs(choices), ways, strict=True)
    return Card("Your settings", (Facts(tuple((n, f"{now} · change: /settings {way}") for (n, now), way in pairs)),))


def home(shown: Sequence[Card]) -> Card:
    """Return the home page, made of what each feature shows."""
    body = tuple(part for card in shown for part in card.body)
    return Card("Your green room", body, tuple(button for card in shown for button in card.buttons))


def settings_pairs(choices: Choices) -> tuple[tuple[str, str], ...]:
    """Return each setting's name and how it stands."""
    return (
        ("Zone", choices.zone),
        ("Level", choices.level or "not chosen, I use mid"),
        ("Rest days", choices.rest or "none"),
        ("Milestones", choices.visibility),
        ("Answers in recaps", choices.answers),
    )


def settings_form(form: str, choices: Choices, token: str, longest: int) -> Form:
    """Return the form that holds all settings."""
    fields = (
        Field("zone", "Time zone", 0, longest, value=choices.zone, hint="Europe/Berlin, America/New_York …"),
        Field("level", "Level", 0, longest, value=choices.level, hint="junior, mid, senior, lead or principal"),
        Field("rest", "Rest days", 0, longest, value=choices.rest or "none", hint="sat,sun, or none"),
        Field("visibility", "Milestones", 0, longest, value=choices.visibility, hint="private, or group to be named"),
        Field("answers", "Answers in recaps", 0, longest, value=choices.answers, hint="private, or group to show them"),
    )
    return Form(form, "Your settings", fields, token)


def settings_by_command() -> Card:
    """Say how to choose without a form."""
    return say("There is no form here: `/settings` lists what you can choose, and how.")


def together(told: Sequence[Card]) -> Card:
    """Say several things in one message."""
    return Card("", tuple(part for card in told for part in card.body))


def nothing_changed() -> Card:
    """Say that a form came back as it was."""
    return say("Nothing was changed.")


def zone_set(zone: str, since: str) -> Card:
    """Confirm a zone; `since` says when it begins to apply, "" for now."""
    if since:
        return say(f"Your time zone will be {zone} from your next day on, {since}. Your streak is not touched.")
    return say(f"Your time zone is {zone}.")


def level_set(level: str, *, running: bool) -> Card:
    """Confirm a level; `running`: in the middle of an interview."""
    after = "What is open goes on as it is." if running else "`/practice` begins."
    return say(f"Level {level}. Interviews and practice are chosen for it from now on. {after}")


def rest_set(days: str) -> Card:
    """Confirm rest days."""
    if not days:
        return say("No rest days. Where no group asks you, every day counts for your streak.")
    return say(f"Rest days: {days}. Where no group asks you, they never break your streak.")


def visibility_set(visible: bool) -> Card:
    """Confirm who sees milestones."""
    if visible:
        return say("Your streak's milestones may be named in your groups. Scores never are.")
    return say("Nothing of yours is named in a group.")


def answers_set(visible: bool) -> Card:
    """Confirm who sees what was answered in private."""
    if visible:
        return say(
            "When a round closes, its recap shows the group what you answered in private. Your scores stay yours."
        )
    return say("What you answer in private stays between us.")


def problem(words: str) -> Card:
    """Pass on what a rule found wrong with what was typed."""
    return say(words)


def unknown_zone(word: str, near: Sequence[str]) -> Card:
    """Say that a time zone does not exist."""
    hint = f"Did you mean {either(near)}?" if near else "Write it like `Europe/London`."
    return say(f"I do not know the time zone `{word}`. {hint}")


def unknown_choice(word: str, choices: Sequence[str], near: Sequence[str]) -> Card:
    """Say that a value is not one of those offered."""
    return say(f"I do not know `{word}` here. Did you mean {either(near or choices)}?")


# ---------------------------------------------------------------- export and delete
def export_card(part: str, number: int, count: int, kept: Mapping[str, int]) -> Card:
    """Hand over one part of everything that is kept of a learner; the first one says what it is."""
    if count == 1:
        return Card("Everything I keep of you", (Text(f"{_counted(kept)}. As JSON:"), Code(part, "json")))
    title = f"Everything I keep of you · part {number} of {count}"
    if number > 1:
        return Card(title, (Code(part, "json"),))
    how = f"{_counted(kept)}. As JSON; put the {count} parts together in their order. A long text is a list of pieces."
    return Card(title, (Text(how), Code(part, "json")))


def in_private(count: int) -> Card:
    """Say where an export goes."""
    return say("I sent it to you in private." if count == 1 else f"I sent it to you in private, in {count} parts.")


def delete_card(kept: Mapping[str, int], confirm: Button) -> Card:
    """Ask before deleting."""
    words = f"This removes everything I keep of you, in every group: {_counted(kept)}. It cannot be undone."
    return Card("Delete everything?", (Text(words), Text("`/progress export` gives you a copy first.")), (confirm,))


def _counted(kept: Mapping[str, int]) -> str:
    """Say what is kept in a learner's words; tables that mean nothing to her are not counted."""
    named = [(KEPT_NAMES[name], kept[name]) for name in KEPT_NAMES if kept.get(name)]
    words = [f"{count} {one if count == 1 else many}" for (one, many), count in named]
    return ", ".join([*words, "your settings" if words else "your account"])


def deleted() -> Card:
    """Confirm that everything is gone."""
    return say("Everything is deleted: answers, scores, streak, settings. If you write to me again, we start anew.")


def redacted() -> Card:
    """Stand where a message of ours quoted a learner who deleted everything."""
    return say("Removed at the learner's wish.")
