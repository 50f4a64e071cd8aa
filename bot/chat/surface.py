"""What features declare: commands, actions and forms, as data.

Help, Slack's manifest, Discord's command tree and the parsing of typed commands all come from here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bot.chat.model import Answer, Card, Form, Pressed


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of a command.

    `accepts` tells by its looks whether a typed word is meant for this option (its value is judged later, by the
    feature, which can explain what is wrong).  `choices` are all there is to choose from; `offers` returns what may be
    suggested beside other words, and is called only where a platform completes.  `rest` takes all that follows.
    """

    name: str
    help: str
    accepts: Callable[[str], bool] | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    rest: bool = False
    offers: Callable[[], Sequence[str]] = tuple

    def takes(self, word: str) -> bool:
        """Tell whether a word without a name can be this option."""
        if self.accepts is not None:
            return self.accepts(word)
        return word.lower() in self.choices if self.choices else True


def only_named(word: str) -> bool:
    """Take no word without a name: for an `accepts`, where another option knows better what a free word means."""
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """`name` with its subcommand ("daily start"); `usage` shows the arguments as a person types them."""

    name: str
    help: str
    options: tuple[Option, ...] = ()
    usage: str = ""
    organiser: bool = False
    where: Literal["anywhere", "group", "private"] = "anywhere"

    @property
    def line(self) -> str:
        """How to type it."""
        return f"/{self.name} {self.usage}".strip()


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does; `answer` is how its press is acknowledged."""

    name: str
    answer: Answer = "whisper"


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything that a platform shows of the bot. `form_for` only reads, and answers within 1.5 s."""

    commands: tuple[Command, ...]
    actions: tuple[Action, ...]
    form_for: Callable[[Pressed], Awaitable[Form | Card]]


@dataclass(frozen=True, slots=True)
class Call:
    """A command that was understood."""

    command: Command
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Misread:
    """A command that was not: the word at fault ("" if one is missing), what is near, what it should look like.

    Without a `command`, `near` are names of commands; with one, they are words to put in place of `word`.
    """

    word: str
    near: tuple[str, ...]
    command: Command | None
    missing: str = ""


def read(commands: Sequence[Command], name: str, text: str) -> Call | Misread:
    """Take a typed command apart.

    `name` may contain the subcommand or not.  Words are given to the first free option that takes them, in the
    order of declaration; `key=value` goes to the option of that name.  Nothing is judged beyond that.
    """
    words = [*name.split(), *text.split()]
    found = _command(commands, words)
    if isinstance(found, Misread):
        return found
    return _options(found, words[len(found.name.split()) :])


def filled_in(command: Command, options: Mapping[str, str]) -> Mapping[str, str]:
    """Return options as a platform's form of a command brought them.

    A whole line that was pasted into one field is taken apart like a typed one; what was filled in beside it stays.
    """
    for option in command.options:
        value = options.get(option.name, "")
        takes_any = option.accepts is None or option.accepts is only_named or option.rest
        if takes_any or " " not in value.strip() or option.takes(value):
            continue
        found = _options(command, value.split())
        if isinstance(found, Call):
            return {**found.options, **{name: other for name, other in options.items() if name != option.name}}
    return options


def _command(commands: Sequence[Command], words: list[str]) -> Command | Misread:
    lower = [word.lower() for word in words]
    fitting = [c for c in commands if lower[: len(c.name.split())] == c.name.split()]
    if fitting:
        best = max(fitting, key=lambda c: len(c.name))
        rest = words[len(best.name.split()) :]
        longer = [c for c in commands if c.name.startswith(best.name + " ")]
        if rest and longer and not any(_named(o, rest[0]) or o.takes(rest[0]) for o in best.options):
            subcommands = sorted({c.name[len(best.name) + 1 :] for c in longer})
            return Misread(rest[0], _near(rest[0], subcommands), best)
        return best
    family = sorted(c.name for c in commands if lower[:1] == c.name.split()[:1])
    if family:
        word = lower[1] if len(lower) > 1 else ""
        subcommands = [c.split(" ", 1)[1] for c in family if " " in c]
        near = tuple(f"{lower[0]} {sub}" for sub in (_near(word, subcommands) if word else subcommands))
        return Misread(words[1] if word else "", near or tuple(family), None)
    first = lower[0] if lower else ""
    names = {c.name.split()[0]: None for c in commands} | {c.name: None for c in commands}
    lasts = [c.name.split()[-1] for c in commands if " " in c.name]
    near = () if first in lasts else _near(first, list(names))
    near = near or tuple(c.name for last in _near(first, lasts) for c in commands if c.name.endswith(f" {last}"))
    return Misread(words[0] if words else "", near, None)


def _named(option: Option, word: str) -> bool:
    key, equals, value = word.partition("=")
    return bool(equals and value) and key.lower() == option.name


def _options(command: Command, words: list[str]) -> Call | Misread:
    by_name = {option.name: option for option in command.options}
    values: dict[str, str] = {}
    for position, word in enumerate(words):
        key, equals, value = word.partition("=")
        if equals and key.lower() in by_name and value:
            values[key.lower()] = value
            if by_name[key.lower()].rest:
                values[key.lower()] = " ".join([value, *words[position + 1 :]])
                break
            continue
        option = next((o for o in command.options if o.name not in values and o.takes(word)), None)
        if option is None:
            offered = [choice for o in command.options for choice in o.choices]
            offered += [f"{o.name}=" for o in command.options] if equals else []
            return Misread(word, _near(f"{key}=" if equals else word, offered), command)
        if option.rest:
            values[option.name] = " ".join(words[position:])
            break
        values[option.name] = word
    missing = next((o.name for o in command.options if o.required and o.name not in values), "")
    return Misread("", (), command, missing) if missing else Call(command, values)


def _near(word: str, offered: Sequence[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(word.lower(), list(dict.fromkeys(offered)), n=3, cutoff=0.6))
