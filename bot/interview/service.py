"""Interviews as a feature: starting them, and what reaches the one under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.answering.service import LONGEST, Answering
from bot.bank.model import LEVELS, Bank
from bot.bank.options import narrowing
from bot.chat.model import (
    Asked,
    Button,
    Card,
    Conversation,
    Deleted,
    Edited,
    HomeOpened,
    Incoming,
    Pressed,
    Private,
    Said,
    Sent,
)
from bot.chat.surface import Action, Command, Option
from bot.delivery.feature import Args, Feature, OnAction, OnCommand, OnWork
from bot.delivery.turn import Due, Turn, Worked
from bot.interview import cards, store
from bot.interview.machine import meant, step, word_of
from bot.interview.model import (
    ABANDONED_AFTER,
    WORDS,
    Assessed,
    Delivered,
    Heard,
    Interview,
    Message,
    MessageDeleted,
    MessageEdited,
    Order,
    Quiet,
    Refused,
    Stale,
    Started,
    Word,
)
from bot.interview.planning import DEFAULT_LENGTH, PLACES, Wish, plan, wish
from bot.interview.running import QUESTION_BUTTONS, Running
from bot.interview.store import Held
from bot.interview.welcome import welcome
from bot.people.acting import Actor, actor
from bot.progress.actions import PRACTISE
from bot.progress.quoting import note_quoting

ORDERS: tuple[Order, ...] = tuple(dict.fromkeys(word for words in WORDS.values() for word in words.values()))
JUST_NOW = timedelta(seconds=30)
"""Two starts within this time are a double click."""


class Interviews:
    """Starts interviews and takes what is said in them."""

    def __init__(self, bank: Bank, answering: Answering) -> None:
        """Ask questions of this bank."""
        self._bank = bank
        self._answering = answering
        self._running = Running(bank, answering)

    # ------------------------------------------------------------ start
    def start(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Begin an interview."""
        self._begin(turn, event, wish(self._bank, options, length=DEFAULT_LENGTH))

    def practice(self, turn: Turn, event: Asked, options: Mapping[str, str]) -> None:
        """Begin an interview of one question in coach mode."""
        self._begin(turn, event, wish(self._bank, options, length=1))

    def practise_pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Practise the question of a button, or what is worth most."""
        if "question" not in args:
            filters = {"skill": args["skill"]} if "skill" in args else {}
            wanted = Wish(args.get("mode", "coach"), args.get("length", 1), filters, args.get("which", ""))
            self._begin(turn, event, wanted)
        elif self._bank.get(args["question"]) is None:
            turn.whisper(cards.gone())
        else:
            self._open(turn, event, actor(turn, event), Wish("coach", 1, {}), [args["question"]])

    def home(self, turn: Turn, event: HomeOpened) -> Card:
        """Return the buttons of the home page that begin something."""
        who = actor(turn, event)
        one = turn.token(owner=who.learner_id)
        mock = turn.token(owner=who.learner_id, mode="mock", length=DEFAULT_LENGTH)
        return cards.beginnings(Button(PRACTISE, one, "One question"), Button(PRACTISE, mock, "Mock interview"))

    def _begin(self, turn: Turn, event: Incoming, wanted: Wish | Card) -> None:
        if isinstance(wanted, Card):
            turn.whisper(wanted)
            return
        who = actor(turn, event)
        chosen = plan(turn.conn, self._bank, who.learner_id, who.level, wanted, turn.now)
        if not chosen:
            turn.whisper(cards.nothing_fits(wanted.which, wanted.filters))
            return
        self._open(turn, event, who, wanted, chosen)

    def _open(self, turn: Turn, event: Incoming, who: Actor, wanted: Wish, chosen: list[str]) -> None:
        threads = turn.can(event.where).dm_threads
        if other := _in_the_way(turn, event, who, chosen, threads=threads):
            buttons = self._running.buttons(turn, other, ("repeat", "stop"))
            turn.whisper(cards.in_the_middle(other.interview.position + 1, len(other.interview.plan), buttons))
            return
        interview = Interview(turn.new_id(), wanted.mode, tuple(chosen), turn.now, turn.now)
        # Whoever was let into somebody's private thread begins elsewhere: its floor is not theirs to take.
        in_place = event.where.private and not threads and not self._is_held_by_another(turn, event.where, who)
        held = store.add(turn, who, interview, event.where if in_place else None)
        interview, effects = step(interview, Started(), turn.now)
        store.save(turn.conn, interview, turn.now)
        held = replace(held, interview=interview)
        questions = [question for one in chosen if (question := self._bank.get(one))]
        buttons = self._running.buttons(turn, held, QUESTION_BUTTONS)
        card = cards.opening_card(
            wanted.mode, questions, questions[0], buttons, wanted=wanted.length, in_thread=threads
        )
        key = f"interview:open:{interview.id}:0"
        if in_place:
            turn.take_floor(event.where, "interview", interview.id)
            turn.whisper(card, key=key, tell=True)
        else:
            to = Private(who.person, interview.id, event.where, wanted.aside and bool(event.where.space))
            # Where direct messages have threads, the question begins one of its own, and the welcome stands beside it.
            welcome(turn, event, replace(to, topic="", aside=False) if threads else to)
            turn.post(key, to, card, tell=True)
            turn.whisper(cards.opened_in_private(here=event.where.private, aside=to.aside))
        turn.arm(f"interview:stale:{interview.id}", turn.now + ABANDONED_AFTER)
        del effects  # the opening card asks the first question, and the timer was just set

    def _is_held_by_another(self, turn: Turn, where: Conversation, who: Actor) -> bool:
        floor = turn.floor(where)
        held = store.load(turn.conn, floor[1]) if floor is not None and floor[0] == "interview" else None
        return held is not None and held.learner_id != who.learner_id

    # ------------------------------------------------------------ what is said
    def heard(self, turn: Turn, event: Said | Edited | Deleted, interview_id: str) -> None:
        """Take what is said in an interview's conversation."""
        held = store.load(turn.conn, interview_id)
        if held is None or held.interview.state not in store.OPEN:
            return
        if isinstance(event, Incoming) and actor(turn, event).learner_id != held.learner_id:
            return
        if isinstance(event, (Said, Edited)) and len(event.text) > LONGEST:
            turn.whisper(cards.too_long(len(event.text), LONGEST))
            return
        if isinstance(event, Said) and (near := meant(event.text)) is not None:
            turn.whisper(cards.near_order(event.text.strip(), near))
            return
        self._running.hear(turn, held, _heard(event))

    def stray(self, turn: Turn, event: Said) -> bool:
        """Take what was said in private, but beside the conversation in which the only open interview is held.

        Return False where there is none, or the platform has no place beside it.
        """
        open_ = [
            held
            for held in store.running(turn.conn, actor(turn, event).learner_id)
            if held.talk is None or held.talk.platform == event.where.platform
        ]
        arriving = next((held for held in open_ if held.talk is None), None)
        if arriving is not None:
            # Its card has just arrived, here, and nobody has told us yet: who answers has read it.
            self._settled_in(turn, arriving, event.where)
            self.heard(turn, event, arriving.interview.id)
        elif len(open_) > 1:
            turn.whisper(cards.which_thread(len(open_)))
        elif open_:
            self.heard(turn, event, open_[0].interview.id)
            if not turn.whispered:
                turn.whisper(cards.taken_beside(order=word_of(event.text) is not None))
        return bool(open_)

    def ordered(self, word: Order) -> Any:
        """Return what the button of an order does."""

        def pressed(turn: Turn, event: Pressed, args: Args) -> None:
            held = store.load(turn.conn, args["interview"])
            if held is None or held.interview.state not in store.OPEN:
                turn.whisper(cards.nothing_open())
                return
            if held.talk is None and event.where.private:
                # Pressed before we heard that the card arrived: it did, and here.
                held = self._settled_in(turn, held, event.where)
            self._running.hear(turn, held, Word(word, args["number"], args["try_"]))

        return pressed

    # ------------------------------------------------------------ timers, slow work, posts
    def quiet(self, turn: Turn, due: Due) -> None:
        """End an answer after a quiet period."""
        self._hear(turn, due.key.split(":")[2], Quiet(due.data["stamp"]))

    def stale(self, turn: Turn, due: Due) -> None:
        """Close an interview after a week of silence."""
        self._hear(turn, due.key.split(":")[2], Stale())

    def assessed(self, turn: Turn, worked: Worked) -> None:
        """Take the coach's result."""
        note = worked.data["note"]
        held = store.load(turn.conn, note["interview"])
        if held is None:
            return
        settled = self._answering.settle(turn, worked)
        number, try_, probe = note["turn"], note["try"], note["probe"]
        if settled is None:
            event: Heard = Refused(number, try_, "failed", probe, "again")
        elif (one := settled.assessment).band is None or one.score is None:
            event = Refused(number, try_, one.reason or "too short", probe)
        else:
            event = Assessed(number, try_, one.band, one.score, one.probe, one.probe_about, probe)
        self._running.hear(turn, held, event)

    def failed(self, turn: Turn, key: str, why: str) -> None:
        """Let an answer be submitted again when its assessment was given up; end what could not be opened."""
        if key.startswith("interview:open:"):
            self._unopened(turn, key.split(":")[2])
        if not key.startswith("interview:assess:"):
            return
        attempt = self._answering.attempt(turn.conn, key.split(":")[2])
        if attempt is None:
            return
        interview_id, number, try_, kind = attempt.ref.split(":")
        self._hear(turn, interview_id, Refused(int(number), int(try_), "failed", kind == "probe", "again"))

    def _unopened(self, turn: Turn, interview_id: str) -> None:
        """End an interview that nobody can be shown, so that it does not stand in the way of the next one."""
        held = store.load(turn.conn, interview_id)
        if held is not None and held.talk is None and held.interview.state in store.OPEN:
            store.save(turn.conn, replace(held.interview, state="abandoned"), turn.now)
            turn.disarm(f"interview:stale:{interview_id}")

    def delivered(self, turn: Turn, key: str, sent: Sent) -> None:
        """Note where an interview is held, and which of our posts quote the learner."""
        _, what, interview_id = key.split(":")[:3]
        held = store.load(turn.conn, interview_id)
        if held is None:
            return
        if what in {"feedback", "card", "probe"}:
            note_quoting(turn, held.learner_id, sent)
        if what == "open" and held.interview.state in store.OPEN:
            held = self._settled_in(turn, held, sent.talk)
        if what in {"open", "ask"}:
            self._running.hear(turn, held, Delivered(held.interview.position))

    def _settled_in(self, turn: Turn, held: Held, talk: Conversation) -> Held:
        store.moved(turn.conn, held.interview.id, talk)
        turn.take_floor(talk, "interview", held.interview.id)
        return replace(held, talk=talk)

    def _hear(self, turn: Turn, interview_id: str, event: Heard) -> None:
        held = store.load(turn.conn, interview_id)
        if held is not None:
            self._running.hear(turn, held, event)


def moment_of(turn: Turn, interview_id: str) -> str:
    """Return what fits the moment of an interview, for help; "" if it has ended."""
    held = store.load(turn.conn, interview_id)
    if held is None or held.interview.state not in store.OPEN:
        return ""
    return cards.moment(held.interview)


def _in_the_way(turn: Turn, event: Incoming, who: Actor, chosen: list[str], *, threads: bool) -> Held | None:
    """Return an open interview that another one would mix with, or that a double click just began."""
    for other in store.running(turn.conn, who.learner_id):
        here = other.talk is None or other.talk.platform == event.where.platform
        twin = other.interview.plan == tuple(chosen) and turn.now - other.interview.started < JUST_NOW
        if here and (twin or not threads):
            return other
    return None


def _heard(event: Said | Edited | Deleted) -> Heard:
    match event:
        case Deleted():
            return MessageDeleted(event.message)
        case Edited():
            return MessageEdited(event.message, event.text)
        case Said():
            word = word_of(event.text)
            return Word(word) if word is not None else Message(event.message, event.at, event.text)


def _is_number(word: str) -> bool:
    return word.lstrip("+-").isdecimal()


def interviews(bank: Bank, answering: Answering) -> Feature:
    """Return the feature."""
    service = Interviews(bank, answering)
    level = Option("level", "the level to be asked at", choices=LEVELS)
    filters = (
        *narrowing(bank, "format", "category", "skill", "company", "set"),
        Option("topic", "behavioural, incident, design, a skill, a company …"),
        Option("and", "a second topic, to narrow the first"),
    )
    start = Command(
        "interview start",
        "a mock interview in private",
        (
            Option("mode", "coach: feedback after each; mock: at the end", choices=("coach", "mock")),
            level,
            Option("n", "how many questions, 1 to 10", accepts=_is_number),
            Option("where", "here: in a private thread of this channel, where there are such", choices=PLACES),
            *filters,
        ),
        "[mock|coach] [LEVEL] [TOPIC] [N]",
    )
    practice = Command(
        "practice",
        "one question now, in private",
        (Option("which", "due or weak", choices=("due", "weak")), level, *filters),
        "[due|weak|TOPIC|key=value]",
    )
    return Feature(
        name="interview",
        commands=(OnCommand(start, service.start), OnCommand(practice, service.practice)),
        actions=(
            *(OnAction(Action(f"interview.{word}", "quiet"), service.ordered(word)) for word in ORDERS),
            OnAction(Action(PRACTISE), service.practise_pressed),
        ),
        timers={"quiet": service.quiet, "stale": service.stale},
        works={"assess": OnWork(answering.assess, service.assessed)},
        floor=service.heard,
        stray=service.stray,
        home=service.home,
        delivered=service.delivered,
        undeliverable=service.failed,
    )
