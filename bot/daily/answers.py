"""Answers to rounds: by form, in the thread, changed, withdrawn; and the hint."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.answering.cards import hint, refusal
from bot.answering.service import LONGEST, Accepted, Answer, Answering, TooLong, attempt_of
from bot.bank.model import Bank, Question
from bot.chat.model import (
    FIELD_LIMIT,
    Button,
    Card,
    Conversation,
    Deleted,
    Edited,
    Field,
    Form,
    Incoming,
    MessageRef,
    Person,
    Pressed,
    Private,
    Said,
    Submitted,
)
from bot.chat.words import opening
from bot.coaching.cards import assessment_card
from bot.coaching.gate import Refusal
from bot.daily import cards, rounds
from bot.daily import series as store
from bot.daily.rounds import Round
from bot.delivery.codec import dump, parse
from bot.delivery.feature import Args
from bot.delivery.turn import Turn, Undeliverable, Worked
from bot.people.acting import Actor, actor, identities_of, learner_of
from bot.people.groups import group, organiser_ids
from bot.progress.actions import CONTEST, MODEL_ANSWER
from bot.progress.service import streak_of, zone_of
from bot.storage.tables import attempts

FIELD = "answer"
FORM = "daily.answer"
HINT = 100
"""Longest hint in an empty field: Discord's placeholder of a text input; Slack's holds 150."""


class Answers:
    """Takes answers to rounds."""

    def __init__(self, bank: Bank, answering: Answering) -> None:
        """Take answers to questions of this bank."""
        self._bank = bank
        self._answering = answering

    # ------------------------------------------------------------ in private, by form
    def form(self, conn: Connection, pressed: Pressed, args: Args, now: datetime) -> Form | Card:
        """Return the form for an answer, filled with what was answered before."""
        round_ = rounds.round_of(conn, args["round"])
        question = self._bank.get(round_.question_id) if round_ else None
        if round_ is None or question is None:
            return cards.round_gone()
        learner_id = learner_of(conn, pressed.who)
        before = attempt_of(conn, learner_id, "round", round_.id) if learner_id else None
        text = before.text if before is not None and before.state != "withdrawn" else ""
        if len(text) > FIELD_LIMIT:
            text = ""
        field = Field(
            FIELD, "Your answer", 1, FIELD_LIMIT, multiline=True, value=text, hint=opening(question.prompt, HINT)
        )
        return Form(FORM, "Your answer", (field,), pressed.token)

    def pressed(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Say how to answer where the platform has no form to open."""
        turn.whisper(cards.no_form())

    def submitted(self, turn: Turn, event: Submitted, args: Args) -> None:
        """Take an answer from the form."""
        round_ = rounds.round_of(turn.conn, args["round"], lock=True)
        question = self._bank.get(round_.question_id) if round_ else None
        text = event.values.get(FIELD, "")
        if round_ is None or question is None:
            turn.whisper(cards.round_gone_with(text))
            return
        before = attempt_of(turn.conn, actor(turn, event).learner_id, "round", round_.id)
        if before is not None and before.state == "assessing" and before.text == text:
            turn.whisper(cards.on_its_way())
            return
        self._take(turn, event, round_, question, text)

    # ------------------------------------------------------------ in the thread
    def heard(self, turn: Turn, event: Said | Edited | Deleted, round_id: str) -> None:
        """Take what is said in a round's thread: a member's first reply past the gate is the answer."""
        round_ = rounds.round_of(turn.conn, round_id, lock=True)
        question = self._bank.get(round_.question_id) if round_ else None
        if round_ is None or question is None or round_.state != "open":
            return
        if isinstance(event, Deleted):
            self._withdraw(turn, round_, event.message)
            return
        who = actor(turn, event)
        before = attempt_of(turn.conn, who.learner_id, "round", round_.id)
        answered = before is not None and before.state != "withdrawn"
        if isinstance(event, Edited) and answered and before is not None and before.message == event.message:
            if before.text != event.text:
                self._take(turn, event, round_, question, event.text, message=event.message)
        elif not answered:
            self._take(turn, event, round_, question, event.text, message=event.message)

    def _take(
        self, turn: Turn, event: Incoming, round_: Round, question: Question, text: str, *, message: str = ""
    ) -> None:
        who = actor(turn, event)
        answer = Answer(
            who.learner_id,
            group(turn.conn, round_.group_id).space_id,
            question,
            text,
            "round",
            round_.id,
            zone_of(turn.conn, who.learner_id, turn.now),
            "daily",
            round_.date if round_.state == "open" else None,
            message,
            {
                "who": dump(event.who),
                "where": dump(event.where),
                "reply": event.reply,
                "credited": round_.state == "open",
            },
        )
        match self._answering.submit(turn, answer):
            case Accepted():
                turn.defer()
                if message:
                    turn.react(f"daily:taken:{event.id}", MessageRef(event.where, message), "white_check_mark")
            case TooLong(length=length):
                # In the thread it stands where it was written; what came by form would be gone with the form.
                card = cards.only_for_the_thread(length, LONGEST) if message else cards.too_long(length, LONGEST, text)
                turn.whisper(card)
            case Refusal() as why if not message or isinstance(event, Edited):
                turn.whisper(refusal(question, why.reason, self._what_stands(turn, who, round_)))
            case Refusal():
                pass  # other talk in a thread is left alone

    def _what_stands(self, turn: Turn, who: Actor, round_: Round) -> str:
        """Say what a refusal means: an earlier answer stands, or there is time until the round closes."""
        before = attempt_of(turn.conn, who.learner_id, "round", round_.id)
        if before is not None and before.state != "withdrawn":
            return cards.kept_answer()
        own = zone_of(turn.conn, who.learner_id, turn.now)
        running = store.of_group(turn.conn, round_.group_id)
        zone = next((one.schedule.zone for one in running if one.id == round_.series_id), own)
        closes = cards.own_moment(round_.closes_at, own, zone, turn.now)
        return cards.kept_streak(closes) if round_.state == "open" else ""

    def _withdraw(self, turn: Turn, round_: Round, message: str) -> None:
        query = select(attempts.c.learner_id).where(
            attempts.c.source == "round",
            attempts.c.ref == round_.id,
            attempts.c.message == message,
        )
        learner_id = turn.conn.execute(query).scalar()
        if learner_id is not None and message:
            self._answering.withdraw(turn, learner_id, "round", round_.id)

    # ------------------------------------------------------------ what comes back
    def assessed(self, turn: Turn, worked: Worked) -> None:
        """Show the assessment to the learner alone, where she answered."""
        settled = self._answering.settle(turn, worked)
        if settled is None:
            self._overtaken(turn, worked)
            return
        attempt, question = settled.attempt, settled.question
        round_ = rounds.round_of(turn.conn, attempt.ref)
        if round_ is None:
            return
        card = assessment_card(question, settled.assessment)
        tail = cards.streak_line(streak_of(turn.conn, attempt.learner_id, turn.now).current)
        card = replace(card, body=(*card.body, tail if worked.data["note"]["credited"] else cards.no_credit()))
        self._whisper_back(turn, worked, replace(card, buttons=self._buttons(turn, attempt, round_)))

    def _overtaken(self, turn: Turn, worked: Worked) -> None:
        """Answer a form whose assessment is no longer wanted: each gets exactly one reply."""
        attempt = self._answering.attempt(turn.conn, worked.data["attempt"])
        if attempt is not None and attempt.state == "assessing" and attempt.version == worked.data["version"]:
            self._whisper_back(turn, worked, cards.round_gone_with(worked.data["text"]))
        elif worked.data["note"]["reply"]:
            self._whisper_back(turn, worked, cards.replaced())

    def failed(self, turn: Turn, lost: Undeliverable) -> None:
        """Tell a learner that her answer could not be assessed, where she gave it; it is kept."""
        note = lost.data["note"]
        where, who = parse(note["where"], Conversation), parse(note["who"], Person)
        turn.post(f"daily:unassessed:{lost.key}", where, cards.unassessed(), only=who, reply=note["reply"])

    def _buttons(self, turn: Turn, attempt: Any, round_: Round) -> tuple[Button, ...]:
        token = turn.token(owner=attempt.learner_id, round=round_.id, question=round_.question_id, attempt=attempt.id)
        change = (Button("daily.answer", token, "Change my answer", "form"),) if not attempt.message else ()
        return (
            *change,
            Button(CONTEST, token, "I did say this"),
            Button(MODEL_ANSWER, token, "Model answer"),
            Button("daily.report", token, "Report"),
        )

    def _whisper_back(self, turn: Turn, worked: Worked, card: Card) -> None:
        note = worked.data["note"]
        who = parse(note["who"], Person)
        where = parse(note["where"], Conversation)
        turn.post(f"{worked.key}:result", where, card, only=who, reply=note["reply"])

    # ------------------------------------------------------------ the other buttons
    def hint(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Help without telling."""
        question = self._bank.get(args["question"])
        turn.whisper(hint(question, self._bank) if question else cards.round_gone())

    def report(self, turn: Turn, event: Pressed, args: Args) -> None:
        """Mark a bad question for the organisers."""
        round_ = rounds.round_of(turn.conn, args["round"])
        question = self._bank.get(args["question"])
        if round_ is None or question is None:
            turn.whisper(cards.round_gone())
            return
        who = actor(turn, event)
        new = rounds.report(turn, round_, who.learner_id)
        if new:
            here = group(turn.conn, round_.group_id)
            for learner_id in organiser_ids(turn.conn, here.id):
                for person in identities_of(turn.conn, learner_id):
                    if person.platform == here.place.platform and learner_id != who.learner_id:
                        key = f"daily:reported:{round_.id}:{who.learner_id}:{learner_id}"
                        turn.post(
                            key, Private(person, "", here.place), cards.report_card(question, here.called, who.name)
                        )
        turn.whisper(cards.reported(known=not new))
