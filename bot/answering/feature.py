"""The buttons under an assessment, wherever it was shown."""

from __future__ import annotations

from sqlalchemy import func, select, update

from bot.answering import cards
from bot.bank.model import Bank
from bot.chat.model import Pressed
from bot.chat.surface import Action
from bot.coaching.assessment import from_json
from bot.coaching.cards import model_answer_card
from bot.delivery.feature import Args, Feature, OnAction
from bot.delivery.turn import Turn
from bot.people.acting import actor
from bot.progress.actions import CONTEST, MODEL_ANSWER
from bot.storage.tables import attempts, evidence


def answering(bank: Bank) -> Feature:
    """Return the feature."""

    def model_answer(turn: Turn, event: Pressed, args: Args) -> None:
        question = bank.get(args["question"])
        if question is None:
            turn.whisper(cards.question_gone())
            return
        mine = select(func.count()).where(
            attempts.c.learner_id == actor(turn, event).learner_id,
            attempts.c.question_id == question.id,
            attempts.c.state != "withdrawn",
        )
        answered = turn.conn.execute(mine).scalar_one() > 0
        turn.whisper(model_answer_card(question) if answered else cards.answer_first())

    def contest(turn: Turn, event: Pressed, args: Args) -> None:
        missed = (
            evidence.c.attempt_id == args["attempt"],
            evidence.c.learner_id == actor(turn, event).learner_id,
            evidence.c.met != "met",
        )
        told = list(turn.conn.execute(select(evidence.c.point, evidence.c.contested_at).where(*missed)))
        new = {row.point for row in told if row.contested_at is None}
        if not new:
            turn.whisper(cards.contested_before() if told else cards.nothing_to_contest())
            return
        fresh = evidence.c.contested_at.is_(None)
        turn.conn.execute(update(evidence).where(*missed, fresh).values(contested_at=turn.now))
        result = turn.conn.execute(select(attempts.c.result).where(attempts.c.id == args["attempt"])).scalar_one()
        turn.whisper(cards.contested([point for point in from_json(result).points if point.id in new]))

    return Feature(
        name="answering",
        actions=(OnAction(Action(MODEL_ANSWER), model_answer), OnAction(Action(CONTEST), contest)),
    )
