"""The buttons under an assessment, wherever it was shown."""

from __future__ import annotations

from sqlalchemy import func, select, update

from bot.answering import cards
from bot.bank.model import Bank
from bot.chat.model import Pressed
from bot.chat.surface import Action
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
        done = turn.conn.execute(
            update(evidence)
            .where(
                evidence.c.attempt_id == args["attempt"],
                evidence.c.learner_id == actor(turn, event).learner_id,
                evidence.c.met != "met",
            )
            .values(contested_at=turn.now)
        )
        turn.whisper(cards.contested(done.rowcount))

    return Feature(
        name="answering",
        actions=(OnAction(Action(MODEL_ANSWER), model_answer), OnAction(Action(CONTEST), contest)),
    )
