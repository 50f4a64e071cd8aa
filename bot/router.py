"""An event to the feature that handles it: by command, action, form, floor, timer, slow work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, assert_never

from sqlalchemy import Connection, bindparam, select

from bot.account import cards
from bot.chat.model import (
    Asked,
    Card,
    Deleted,
    Edited,
    Form,
    Home,
    HomeOpened,
    Incoming,
    Joined,
    Left,
    Pressed,
    Said,
    Submitted,
)
from bot.chat.surface import Call, Command, Misread, filled_in, read
from bot.delivery.feature import Args, Feature, OnAction, OnCommand, OnForm, OnWork
from bot.delivery.turn import Delivered, Due, Turn, Undeliverable, Worked
from bot.interview.cards import plain_word
from bot.interview.machine import word_of
from bot.interview.welcome import welcome
from bot.people import acting
from bot.people.groups import close_group
from bot.storage.database import Database
from bot.storage.tables import buttons

LONGEST_ORDER = 100
"""Characters of what may be a command in plain words; whatever is longer was said to be kept or to be heard."""
Fallback = Callable[[Turn, Said], None]


class Router:
    """Knows every feature, and what to say when none of them is meant; `commands` in the order of declaration."""

    def __init__(self, features: Sequence[Feature], *, small_talk: Fallback) -> None:
        """`small_talk` answers what is said in private when no feature has the floor."""
        self._features = {feature.name: feature for feature in features}
        self._commands: dict[str, OnCommand] = {on.command.name: on for f in features for on in f.commands}
        self._actions: dict[str, OnAction] = {on.action.name: on for f in features for on in f.actions}
        self._forms: dict[str, OnForm] = {on.id: on for f in features for on in f.forms}
        self._opens: dict[str, OnForm] = {on.action: on for f in features for on in f.forms}
        self._small_talk = small_talk
        self.commands: tuple[Command, ...] = tuple(on.command for on in self._commands.values())
        self._first_words = {command.name.split()[0] for command in self.commands}
        if len(self._forms) != sum(len(f.forms) for f in features):
            raise ValueError("two features declare the same form")

    @property
    def actions(self) -> tuple[Any, ...]:
        """Every button's action."""
        return tuple(on.action for on in self._actions.values())

    @property
    def works(self) -> Mapping[str, OnWork]:
        """Slow work by the first two words of its key."""
        return {f"{f.name}:{name}": on for f in self._features.values() for name, on in f.works.items()}

    def handle(self, turn: Turn) -> None:
        """Handle one event in its transaction."""
        event = turn.event
        match event:
            case Due(key=key):
                feature, name = _words(key)
                self._features[feature].timers[name](turn, event)
            case Worked(key=key):
                feature, name = _words(key)
                self._features[feature].works[name].handle(turn, event)
            case Delivered(key=key, sent=sent):
                if on_delivered := self._feature_of(key, "delivered"):
                    on_delivered(turn, key, sent)
            case Undeliverable(key=key, why=why):
                if on_undeliverable := self._feature_of(key, "undeliverable"):
                    on_undeliverable(turn, key, why)
            case Joined() | Left():
                self._presence(turn, event)
            case Deleted():
                self._to_floor(turn, event)
            case Incoming():
                acting.actor(turn, event)
                self._incoming(turn, event)
            case _:
                assert_never(event)

    async def form_for(self, database: Database, pressed: Pressed, now: datetime) -> Form | Card:
        """Return the form that a press opens, or why it may not open; only reads."""

        def build(conn: Connection) -> Form | Card:
            on = self._opens.get(pressed.action)
            row = _button(conn, pressed.token)
            if on is None or row is None or row.expires_at <= now:
                return cards.too_old()
            if row.owner_id is not None and row.owner_id != acting.learner_of(conn, pressed.who):
                return cards.not_yours()
            return on.build(conn, pressed, row.args, now)

        return await database.run(build)

    def _incoming(self, turn: Turn, event: Incoming) -> None:
        if event.where.private and not isinstance(event, HomeOpened | Edited):
            welcome(turn, event)
        match event:
            case Asked():
                self._asked(turn, event)
            case Pressed():
                self._pressed(turn, event)
            case Submitted():
                self._submitted(turn, event)
            case Said() | Edited():
                self._to_floor(turn, event)
            case HomeOpened():
                self._home(turn, event)

    def _home(self, turn: Turn, event: HomeOpened) -> None:
        """Put together what each feature shows of itself on the home page."""
        shown = [feature.home(turn, event) for feature in self._features.values() if feature.home is not None]
        if turn.can(Home(event.who)).home:
            turn.post(f"home:{event.id}", Home(event.who), cards.home([card for card in shown if card is not None]))

    def _asked(self, turn: Turn, event: Asked) -> None:
        understood = self._read(event)
        if isinstance(understood, Misread):
            meant = understood.command
            if meant is not None and meant.where == "group" and event.where.private:
                turn.whisper(cards.only_in_group(meant))
                return
            order = word_of(f"{event.command} {event.text}".removeprefix("interview "))
            running = (turn.floor(event.where) or ("", ""))[0] == "interview"
            sorry = cards.misread(event, understood, self.commands)
            turn.whisper(plain_word(order, running=running) if order is not None else sorry)
            return
        command = understood.command
        if command.where == "group" and event.where.private:
            turn.whisper(cards.only_in_group(command))
            return
        self._commands[command.name].handle(turn, event, understood.options)
        self._answer(turn)

    def _read(self, event: Asked) -> Call | Misread:
        on = self._commands.get(event.command)
        if event.options and on is not None:
            return Call(on.command, filled_in(on.command, event.options))
        found = read(self.commands, event.command, event.text)
        family = [command for command in self.commands if command.name.split()[0] == event.command.lower()]
        if isinstance(found, Misread) and found.command is None and len(family) == 1:
            # "/interview", "/interview senior 2": the only thing that can be meant, unless it was misspelt.
            [only] = family
            meant = read(family, only.name, event.text)
            if isinstance(meant, Call) and found.near in ((), (only.name,)) and not _misspelt(event.text, only):
                return meant
        return found

    def _pressed(self, turn: Turn, event: Pressed) -> None:
        on = self._actions.get(event.action)
        if on is None:
            turn.whisper(cards.too_old())
            return
        args = self._args(turn, event, cards.too_old())
        if args is None:
            return
        on.handle(turn, event, args)
        if on.action.answer == "whisper":
            self._answer(turn)

    def _submitted(self, turn: Turn, event: Submitted) -> None:
        on = self._forms.get(event.form)
        too_old = cards.form_too_old("\n".join(value for value in event.values.values() if value))
        if on is None:
            turn.whisper(too_old)
            return
        args = self._args(turn, event, too_old)
        if args is None:
            return
        on.handle(turn, event, args)
        self._answer(turn)

    def _args(self, turn: Turn, event: Pressed | Submitted, too_old: Card) -> Args | None:
        """Return what a token stands for; says so and returns None when it is too old or somebody else's."""
        row = _button(turn.conn, event.token)
        if row is None or row.expires_at <= turn.now:
            turn.whisper(too_old)
            return None
        if row.owner_id is not None and row.owner_id != acting.actor(turn, event).learner_id:
            turn.whisper(cards.not_yours())
            return None
        found: Args = row.args
        return found

    def _to_floor(self, turn: Turn, event: Said | Edited | Deleted) -> None:
        if isinstance(event, Edited) and not event.text.strip():
            return  # nobody empties a message: its words are withheld from us
        floor = turn.floor(event.where)
        handler = self._features[floor[0]].floor if floor is not None and floor[0] in self._features else None
        if isinstance(event, Said) and not event.text.strip():
            if event.where.private:
                turn.whisper(_wordless(turn, event, running=handler is not None))
        elif isinstance(event, Said) and self._is_command(event):
            self._spoken(turn, event)
        elif floor is not None and handler is not None:
            handler(turn, event, floor[1])
        elif isinstance(event, Said):
            self._spoken(turn, event)

    def _is_command(self, event: Said) -> bool:
        """Tell whether words are no answer, whoever has the floor: the name of a command alone, in a group's thread;
        in private it could be a short answer, unless it is typed with its slash or asks for help.
        """
        name = _bare(event.text)
        plain = not event.where.private or event.text.startswith("/") or name == "help"
        return plain and name in self._commands

    def _spoken(self, turn: Turn, event: Said) -> None:
        """Take a command in plain words, since not every place takes commands; else say what there is to do.

        In a group only who names us is answered: a message that begins a thread of its own, or stands in none.
        """
        name, _, text = event.text.strip().removeprefix("/").partition(" ")
        may_be = len(event.text) <= LONGEST_ORDER and name.lower() in self._first_words
        meant = read(self.commands, name, text) if may_be else None
        if isinstance(meant, Call):
            asked = Asked(
                id=event.id,
                at=event.at,
                space=event.space,
                who=event.who,
                where=event.where,
                name=event.name,
                reply=event.reply,
                zone=event.zone,
                organiser=event.organiser,
                channel=event.channel,
                command=name.lower(),
                text=text,
            )
            turn.event = asked
            self._asked(turn, asked)
        elif event.where.private:
            strays = (feature.stray for feature in self._features.values() if feature.stray is not None)
            if not any(stray(turn, event) for stray in strays):
                self._small_talk(turn, event)
        elif event.where.thread in ("", event.message):
            turn.whisper(cards.named())

    def _presence(self, turn: Turn, event: Joined | Left) -> None:
        if isinstance(event, Left):
            space_id = acting.space_of(turn, event.where.platform, event.space)
            close_group(turn.conn, space_id, event.where.channel, turn.now)
        for feature in self._features.values():
            if isinstance(event, Joined) and feature.joined is not None:
                feature.joined(turn, event)
            elif isinstance(event, Left) and feature.left is not None:
                feature.left(turn, event)

    def _answer(self, turn: Turn) -> None:
        """Give the one whisper that every command and whisper press gets."""
        if not turn.whispered:
            turn.whisper(cards.done())

    def _feature_of(self, key: str, name: str) -> Any:
        feature = self._features.get(key.split(":", 1)[0])
        return getattr(feature, name) if feature is not None else None


def _misspelt(text: str, command: Command) -> bool:
    """Tell whether a text begins with something like a command's second word, or with an order of an interview."""
    first = text.split(None, 1)[0].lower() if text.strip() else ""
    return word_of(first) is not None or bool(get_close_matches(first, command.name.split()[1:]))


def _wordless(turn: Turn, event: Said, *, running: bool) -> Card:
    """Return what to say to a private message without words: in a thread they may be withheld from us."""
    if event.where.thread and event.voice is None and not turn.can(event.where).hears_all:
        return cards.cannot_read(running=running)
    return cards.only_words(voice=event.voice is not None, running=running)


def _bare(text: str) -> str:
    """Return what may be the name of a command, typed without its slash or with it."""
    return " ".join(text.removeprefix("/").lower().split()) if len(text) <= LONGEST_ORDER else ""


def _words(key: str) -> tuple[str, str]:
    feature, name, *_ = key.split(":")
    return feature, name


def _button(conn: Connection, token: str) -> Any:
    return conn.execute(_BUTTON, {"token": token}).first()


_BUTTON = select(buttons.c.args, buttons.c.owner_id, buttons.c.expires_at).where(buttons.c.token == bindparam("token"))
