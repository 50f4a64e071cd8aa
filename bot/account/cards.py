"""Every sentence about one's own account, the welcome, help, and what is said when nothing was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chat.model import Asked, Button, Card, Code, Facts, Part, Quote, Text
from bot.chat.surface import Command, Misread


# ---------------------------------------------------------------- not understood
def done() -> Card:
    """Answer a command or press that had nothing to say."""
    return _say("Done.")


def too_old() -> Card:
    """Say that a button's time is over."""
    return _say("That button is from an earlier time and no longer works. `/help` shows what you can do now.")


def form_too_old(text: str) -> Card:
    """Say that a form's time is over, and give back what was typed."""
    body: list[Part] = [Text("The question behind that form is gone. Nothing is lost, here is what you wrote:")]
    return Card("", (*body, Quote(text[:4_000])) if text else tuple(body))


def not_yours() -> Card:
    """Say that a button belongs to somebody else."""
    return _say("That button belongs to somebody else. `/practice` gives you a question of your own.")


def only_in_group(command: Command) -> Card:
    """Say that a command belongs into a channel."""
    return _say(f"`/{command.name}` belongs into the group's channel. Type it there: `{command.line}`.")


def misread(event: Asked, misread_: Misread, commands: Sequence[Command]) -> Card:
    """Say which word was not understood, what is near it, and what to type instead."""
    typed = f"/{event.command} {event.text}".strip()
    command, word = misread_.command, misread_.word
    if command is not None and misread_.missing:
        help_ = next((option.help for option in command.options if option.name == misread_.missing), "")
        return _say(f"`{typed}` needs one more word: {misread_.missing} ({help_}). Type it like `{command.line}`.")
    near = misread_.near
    if command is not None:
        hint = f" Did you mean {_either(near)}?" if near else ""
        return _say(f"I do not know what `{word}` means in `/{command.name}`.{hint} Type it like `{command.line}`.")
    if near:
        return _say(f"I do not know `{typed}`. Did you mean {_either([f'/{name}' for name in near])}?")
    names = sorted({f"/{one.name.split()[0]}" for one in commands})
    return _say(f"I do not know `{typed}`. Try {_either(names)}.")


# ---------------------------------------------------------------- welcome, help, small talk
def welcome(name: str, group: str, zone: str, levels: Sequence[Button]) -> Card:
    """Greet a learner the first time."""
    where = f"one question a day in {group}" if group else "one question a day in your group's channel"
    body = (
        Text(f"Hi {name}, I am Greenroom. I ask {where} and run mock interviews here, whenever you like."),
        Text("I keep your answers to show your progress, to you alone. `/progress delete` removes everything."),
        Text(f"What are you preparing for? Your time zone: {zone} (`/settings zone Europe/Berlin` changes it)."),
    )
    return Card("", body, tuple(levels))


def help_card(moment: str, commands: Sequence[Command], group: bool) -> Card:
    """Show what can be done now, then every command of this place."""
    shown = [c for c in commands if c.where == "anywhere" or (c.where == "group") == group]
    pairs = tuple((c.line, c.help) for c in shown)
    return Card("What you can do", (Text(moment), Facts(pairs)))


def moment_round(closes: str) -> str:
    """Return what to do while a round is open."""
    return f"Today's question is open until {closes}: answer in its thread, or press Answer privately."


def moment_group() -> str:
    """Return what to do in a channel where nothing runs."""
    return "Nothing is set up here yet. `/daily start 09:00 Europe/London weekdays` begins a daily question."


def moment_waiting(opens: str) -> str:
    """Return what to do between two rounds."""
    return f"The next question comes {opens}. Until then `/practice` gives you one in private."


def moment_private() -> str:
    """Return what to do in private."""
    return "`/practice` gives you one question now; `/interview start` a short interview; `/progress` shows how you do."


def small_talk() -> Card:
    """Answer plain words when nothing is asked."""
    return _say(
        "No question is open between us right now, so I did not keep that as an answer. "
        "`/practice` gives you one; `/interview start` begins an interview."
    )


# ---------------------------------------------------------------- settings
def settings_card(zone: str, level: str, rest: str, visibility: str) -> Card:
    """Show the settings, and how to change them."""
    pairs = (
        ("Zone", f"{zone} · change: /settings zone Europe/Berlin"),
        ("Level", f"{level or 'not chosen, I use mid'} · change: /settings level senior"),
        ("Rest days", f"{rest or 'none'} · change: /settings rest sat,sun"),
        ("Milestones", f"{visibility} · change: /settings visibility group"),
    )
    return Card("Your settings", (Facts(pairs),))


def zone_set(zone: str, since: str) -> Card:
    """Confirm a zone."""
    when = f"It applies from your next day, {since}; your streak is not touched." if since else "It applies at once."
    return _say(f"Your time zone is {zone}. {when}")


def level_set(level: str) -> Card:
    """Confirm a level."""
    return _say(f"Level {level}. Interviews and practice are chosen for it. `/practice` begins.")


def rest_set(days: str) -> Card:
    """Confirm rest days."""
    return _say(f"Rest days: {days}. Where no group asks you, they never break your streak.")


def visibility_set(visible: bool) -> Card:
    """Confirm who sees milestones."""
    if visible:
        return _say("Your streak's milestones may be named in your groups. Scores never are.")
    return _say("Nothing of yours is named in a group.")


def problem(words: str) -> Card:
    """Pass on what a rule found wrong with what was typed."""
    return _say(words)


def unknown_zone(word: str, near: Sequence[str]) -> Card:
    """Say that a time zone does not exist."""
    hint = f"Did you mean {_either(near)}?" if near else "Write it like `Europe/London`."
    return _say(f"I do not know the time zone `{word}`. {hint}")


def unknown_choice(word: str, choices: Sequence[str]) -> Card:
    """Say that a value is not one of those offered."""
    return _say(f"`{word}` is not one of {_either(choices)}.")


# ---------------------------------------------------------------- export and delete
def export_card(text: str, counts: Mapping[str, int]) -> Card:
    """Hand over everything that is kept of a learner."""
    lines = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return Card("Everything I keep of you", (Text(f"{lines}. As JSON:"), Code(text, "json")))


def in_private() -> Card:
    """Say where an export went."""
    return _say("I sent it to you in private.")


def delete_card(counts: Mapping[str, int], confirm: Button) -> Card:
    """Ask before deleting."""
    lines = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    words = f"This removes everything I keep of you, in every group: {lines or 'your account'}. It cannot be undone."
    return Card("Delete everything?", (Text(words), Text("`/progress export` gives you a copy first.")), (confirm,))


def deleted() -> Card:
    """Confirm that everything is gone."""
    return _say("Everything is deleted: answers, scores, streak, settings. If you write to me again, we start anew.")


def redacted() -> Card:
    """Stand where a message of ours quoted a learner who deleted everything."""
    return _say("Removed at the learner's wish.")


def _say(words: str) -> Card:
    return Card("", (Text(words),))


def _either(words: Sequence[str]) -> str:
    quoted = [word if word.startswith("`") else f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
