"""An interview under way: what was heard goes through the machine, and its effects are carried out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, assert_never, cast

from bot.answering.cards import hint, refusal
from bot.answering.service import LONGEST, Accepted, Answer, Answering, TooLong, attempt_of
from bot.bank.model import Bank, Question
from bot.chat.model import Button, Card
from bot.coaching.assessment import from_json
from bot.coaching.gate import Reason, Refusal
from bot.delivery.turn import Turn
from bot.interview import cards, scoring, store
from bot.interview.machine import step
from bot.interview.model import (
    AskProbe,
    AskQuestion,
    Effect,
    Finish,
    Heard,
    Quiet,
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
                card = cards.probe_card(text, self.buttons(turn, held, "done", "skip"))
                self._say(turn, held, "probe", card)
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
                self._say(turn, held, "say", cards.remark(remark))
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
            kept = "No score, and nothing is lost: go on writing, or say skip."
            self._say(turn, held, "say", refusal(question, cast(Reason, reason), kept))

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
        buttons = self.buttons(turn, held, "done", "hint", "skip", "stop")
        return cards.question_card(question, number, len(held.interview.plan), buttons)

    def _feedback(self, turn: Turn, held: Held, question: Question, effect: Show) -> None:
        interview, number = held.interview, effect.turn
        outcomes = interview.results[number].outcomes
        if not outcomes:
            return
        newest = outcomes[-1]
        source = scoring.source_of(interview)
        key = scoring.ref(interview, number, newest.try_, after_probe=newest.after_probe)
        attempt = attempt_of(turn.conn, held.learner_id, source, key)
        if attempt is None or attempt.result is None:
            return
        before = outcomes[-2] if len(outcomes) > 1 else None
        card = cards.feedback_card(
            question,
            from_json(attempt.result),
            length=cards.spoken(attempt.text, interview.results[number].seconds),
            before=(before.band, before.score) if before else None,
            after_probe=newest.after_probe,
            streak=streak_of(turn.conn, held.learner_id, turn.now).current,
            buttons=(
                *self.buttons(turn, held, "retry", "next"),
                Button(CONTEST, self._token(turn, held, attempt=attempt.id), "I did say this"),
                Button(MODEL_ANSWER, self._token(turn, held, question=question.id), "Model answer"),
            ),
        )
        self._say(turn, held, "feedback", card, tell=True)

    def buttons(self, turn: Turn, held: Held, *words: str) -> tuple[Button, ...]:
        """Return the buttons of orders; they name the turn they belong to."""
        interview = held.interview
        token = self._token(turn, held, interview=interview.id, number=interview.position, try_=interview.try_)
        return tuple(Button(f"interview.{word}", token, word.capitalize(), "quiet") for word in words)

    def _token(self, turn: Turn, held: Held, **args: Any) -> str:
        return turn.token(owner=held.learner_id, **args)

    def _finish(self, turn: Turn, held: Held, why: Literal["complete", "stopped", "stale"]) -> None:
        interview = held.interview
        turn.disarm(f"interview:quiet:{interview.id}")
        turn.disarm(f"interview:stale:{interview.id}")
        practise = Button(PRACTISE, self._token(turn, held), "Practise")
        card = scoring.scorecard(turn.conn, self._bank, held, why, practise)
        self._say(turn, held, "card", card, tell=True)
        turn.leave_floor("interview", interview.id)

    def _say(self, turn: Turn, held: Held, what: str, card: Card, *, tell: bool = False) -> None:
        if held.talk is not None:
            key = f"interview:{what}:{held.interview.id}:{held.interview.version}:{turn.new_id()}"
            turn.post(key, held.talk, card, tell=tell)
