"""An interview under way: what was heard goes through the machine, and its effects are carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never, cast

from sqlalchemy import Row

from bot.answering.cards import hint, refusal
from bot.answering.service import LONGEST, Accepted, Answer, Answering, TooLong, attempt_of
from bot.bank.model import Bank, Question
from bot.chat.model import Button, Card
from bot.coaching.assessment import Assessment, from_json
from bot.coaching.gate import Reason as RefusalReason
from bot.coaching.gate import Refusal
from bot.delivery.turn import Turn
from bot.interview import cards, scoring, store
from bot.interview.machine import step
from bot.interview.model import (
    AskProbe,
    AskQuestion,
    Effect,
    Finish,
    Heard,
    Order,
    Outcome,
    Quiet,
    Reason,
    Refused,
    Say,
    Show,
    Stale,
    StartTimer,
    Submit,
)
from bot.interview.store import Held
from bot.progress.actions import CONTEST, MODEL_ANSWER, PRACTISE
from bot.progress.service import streak_of, zone_of
from bot.progress.streaks import local_date

QUESTION_BUTTONS: tuple[Order, ...] = ("done", "hint", "skip", "pause", "stop")


class Running:
    """Carries interviews from one thing heard to the next."""

    def __init__(self, bank: Bank, answering: Answering) -> None:
        """Ask questions of this bank."""
        self._bank = bank
        self._answering = answering

    def hear(self, turn: Turn, held: Held, event: Heard) -> Held:
        """Let the machine take one step, store it and carry out its effects."""
        after, effects = step(held.interview, event, turn.now)
        if after is not held.interview:
            store.save(turn.conn, after, turn.now)
        held = replace(held, interview=after)
        for effect in effects:
            held = self._do(turn, held, effect)
        return held

    def _do(self, turn: Turn, held: Held, effect: Effect) -> Held:
        interview = held.interview
        match effect:
            case AskQuestion(turn=number):
                self._say(turn, held, "ask", self._question_card(turn, held, number), tell=True)
            case Show():
                self._show(turn, held, effect)
            case AskProbe(text=text):
                card = cards.probe_card(text, self.buttons(turn, held, ("done", "skip")))
                self._say(turn, held, "probe", card, tell=True)
            case StartTimer(at=at, event=Quiet(stamp=stamp)):
                turn.arm(f"interview:quiet:{interview.id}", at, stamp=stamp)
            case StartTimer(at=at, event=Stale()):
                turn.arm(f"interview:stale:{interview.id}", at)
            case StartTimer():
                raise AssertionError(f"no timer is known for {effect.event}")
            case Submit():
                return self._submit(turn, held, effect)
            case Say(remark="refused", reason=reason):
                self._refused(turn, held, reason)
            case Say(remark=remark):
                self._say(turn, held, "say", cards.remark(remark, self._remark_buttons(turn, held, remark)))
            case Finish(reason=why):
                self._finish(turn, held, why)
            case _:
                assert_never(effect)
        return held

    # ------------------------------------------------------------ answers
    def _submit(self, turn: Turn, held: Held, effect: Submit) -> Held:
        interview = held.interview
        question = self._bank.get(interview.plan[effect.turn])
        if question is None:
            self._say(turn, held, "say", cards.gone())
            return self.hear(turn, held, Refused(effect.turn, effect.try_, "gone", effect.after_probe, "again"))
        zone = zone_of(turn.conn, held.learner_id, turn.now)
        answer = Answer(
            held.learner_id,
            held.space_id,
            question,
            effect.text,
            scoring.source_of(interview),
            scoring.ref(interview, effect.turn, effect.try_, after_probe=effect.after_probe),
            zone,
            "interview",
            None if effect.after_probe else local_date(turn.now, zone),
            talk=held.talk,
            note={
                "interview": interview.id,
                "turn": effect.turn,
                "try": effect.try_,
                "probe": effect.after_probe,
            },
        )
        match self._answering.submit(turn, answer):
            case Accepted():
                return held
            case TooLong(length=length):
                self._say(turn, held, "say", cards.too_long(length, LONGEST))
                why: Heard = Refused(effect.turn, effect.try_, "too long", effect.after_probe, "drop")
            case Refusal(reason=reason):
                why = Refused(effect.turn, effect.try_, reason, effect.after_probe)
        return self.hear(turn, held, why)

    def _refused(self, turn: Turn, held: Held, reason: str) -> None:
        question = self._bank.get(held.interview.plan[held.interview.position])
        if reason != "too long" and question is not None:
            card = refusal(question, cast(RefusalReason, reason), cards.KEPT)
            card = replace(card, buttons=self._remark_buttons(turn, held, "refused"))
            self._say(turn, held, "say", card)

    # ------------------------------------------------------------ cards
    def _show(self, turn: Turn, held: Held, effect: Show) -> None:
        question = self._bank.get(held.interview.plan[effect.turn])
        if question is None:
            self._say(turn, held, "say", cards.gone())
            return
        match effect.what:
            case "question":
                self._say(turn, held, "again", self._question_card(turn, held, effect.turn))
            case "hint":
                number = held.interview.results[effect.turn].hints
                self._say(turn, held, "hint", hint(question, self._bank, number))
            case "feedback":
                self._feedback(turn, held, question, effect)
            case "points":
                pass  # a press of "I did say this" is answered by the button's own feature
            case _:
                assert_never(effect.what)

    def _question_card(self, turn: Turn, held: Held, number: int) -> Card:
        question = self._bank.get(held.interview.plan[number])
        if question is None:
            return cards.gone()
        return cards.question_card(
            question, number, len(held.interview.plan), self.buttons(turn, held, QUESTION_BUTTONS)
        )

    def _feedback(self, turn: Turn, held: Held, question: Question, effect: Show) -> None:
        interview, number = held.interview, effect.turn
        outcomes = interview.results[number].outcomes
        if not outcomes:
            return
        newest = outcomes[-1]
        attempt = self._attempt(turn, held, number, newest)
        if attempt is None or attempt.result is None:
            return
        # What counts for mastery is what was said unprompted; so that is what can be contested.
        first = next((o for o in reversed(outcomes) if not o.after_probe), newest)
        counted = attempt if first is newest else self._attempt(turn, held, number, first) or attempt
        assessment = from_json(attempt.result)
        card = cards.feedback_card(
            question,
            assessment,
            length=cards.spoken(attempt.text, interview.results[number].seconds),
            change=self._change(turn, held, number, assessment),
            streak=streak_of(turn.conn, held.learner_id, turn.now).current,
            buttons=(
                *(self.buttons(turn, held, ("retry", "next"), this_try=True) if interview.state in store.OPEN else ()),
                Button(CONTEST, self._token(turn, held, attempt=counted.id), "I did say this"),
                Button(MODEL_ANSWER, self._token(turn, held, question=question.id), "Model answer"),
            ),
        )
        self._say(turn, held, "feedback", card, tell=True)

    def _attempt(self, turn: Turn, held: Held, number: int, outcome: Outcome) -> Row[Any] | None:
        source = scoring.source_of(held.interview)
        key = scoring.ref(held.interview, number, outcome.try_, after_probe=outcome.after_probe)
        return attempt_of(turn.conn, held.learner_id, source, key)

    def _change(self, turn: Turn, held: Held, number: int, now: Assessment) -> str:
        """Compare the newest answer with the newest unprompted one before it."""
        outcomes = held.interview.results[number].outcomes
        before = next((one for one in reversed(outcomes[:-1]) if not one.after_probe), None)
        attempt = self._attempt(turn, held, number, before) if before is not None else None
        if attempt is None or attempt.result is None:
            return ""
        return cards.compared(from_json(attempt.result), now, after_probe=outcomes[-1].after_probe)

    def buttons(self, turn: Turn, held: Held, words: Sequence[Order], *, this_try: bool = False) -> tuple[Button, ...]:
        """Return the buttons of orders; they name the turn they belong to, and with `this_try` also the try."""
        interview = held.interview
        try_ = interview.try_ if this_try else None
        token = self._token(turn, held, interview=interview.id, number=interview.position, try_=try_)
        return tuple(Button(f"interview.{word}", token, word.capitalize(), "quiet") for word in words)

    def _remark_buttons(self, turn: Turn, held: Held, remark: str) -> tuple[Button, ...]:
        words = cards.REMARK_BUTTONS.get(remark, ())
        return self.buttons(turn, held, words, this_try=remark == "choices") if words else ()

    def _token(self, turn: Turn, held: Held, **args: Any) -> str:
        return turn.token(owner=held.learner_id, **args)

    def _finish(self, turn: Turn, held: Held, why: Reason) -> None:
        interview = held.interview
        turn.disarm(f"interview:quiet:{interview.id}")
        turn.disarm(f"interview:stale:{interview.id}")
        skill = scoring.next_skill(turn.conn, self._bank, held)
        practise = Button(PRACTISE, self._token(turn, held, **({"skill": skill} if skill else {})), "Practise")
        offer = (self._bank.skill_name(skill) if skill else "", practise)
        minutes = sum(result.seconds for result in interview.results) / 60
        card = scoring.closing_card(turn.conn, self._bank, held, why, offer, minutes)
        self._say(turn, held, "card", card, tell=True)
        turn.leave_floor("interview", interview.id)
        if held.talk is not None and not turn.can(held.talk).dm_threads:
            turn.archive(f"interview:archive:{interview.id}:{interview.version}", held.talk)

    def _say(self, turn: Turn, held: Held, what: str, card: Card, *, tell: bool = False) -> None:
        if held.talk is not None:
            key = f"interview:{what}:{held.interview.id}:{held.interview.version}:{turn.new_id()}"
            turn.post(key, held.talk, card, tell=tell)
