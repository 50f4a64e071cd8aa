"""Opening and closing rounds: what the timers of a series do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from bot.bank.model import Bank, Question
from bot.chat.model import Button, Card, Conversation, Joined, Left, Private, Sent
from bot.daily import cards, recap_cards, rounds
from bot.daily import series as store
from bot.daily.calendar import LONGEST_ROUND, closes_at, opens_at, plan, runs_on
from bot.daily.choosing import Chooser
from bot.daily.rounds import Round
from bot.daily.series import Series
from bot.delivery.turn import Due, Turn
from bot.people import preferences
from bot.people.acting import identities_of, space_of
from bot.people.groups import Group, group, groups_at, members_of, organiser_ids, reopen_group
from bot.progress.actions import PRACTISE
from bot.progress.quoting import note_quoting
from bot.progress.service import streak_of
from bot.progress.streaks import Streak

ANSWER, HINT, PRACTISE_LABEL = "Answer privately", "Hint", "Practise in DM"
MILESTONES = frozenset({7, 14, 30, 50, 100, 150, 200, 250, 300, 365})
FEWEST = 2
"""With fewer answers the point that was missed is one person's result, and those never reach a channel."""
VISIBILITY = "visibility"
"""The preference by which a learner lets her milestones be named in a group: "group"."""
ANSWERS = "answers"
"""The preference by which a learner lets recaps show what she answered in private: "group"."""
MOST_SHOWN = 10
"""Answers of a recap at most: a thread of hundreds is read by nobody."""

Opening = Literal["opened", "there", "nothing fits"]
"""What became of opening a round: "there" means that the date's round is open or was."""


class Posting:
    """Opens and closes the rounds of series."""

    def __init__(self, bank: Bank, chooser: Chooser) -> None:
        """Post questions of this bank."""
        self._bank = bank
        self._chooser = chooser

    # ------------------------------------------------------------ timers
    def opens(self, turn: Turn, due: Due) -> None:
        """Open what is due of a series, note what was missed, and set the next timer."""
        self.advance(turn, due.key.split(":")[2])

    def closes(self, turn: Turn, due: Due) -> None:
        """Close a round whose time is over."""
        round_ = rounds.round_of(turn.conn, due.key.split(":")[2], lock=True)
        if round_ is None or round_.state != "open":
            return
        if round_.closes_at > turn.now:
            turn.arm(round_.timer, round_.closes_at)
            return
        self.close(turn, round_)

    def advance(self, turn: Turn, series_id: str) -> None:
        """Bring a series to where it should be by now."""
        series = store.locked(turn.conn, series_id)
        if series is None:
            return
        due = plan(series.schedule, series.dealt_on, turn.now)
        rounds.miss_rounds(turn, series.id, series.group_id, due.missed)
        if due.open is not None:
            self._open_due(turn, series, due.open, late=due.late)
        newest = due.open or (due.missed[-1] if due.missed else None)
        if newest is not None:
            store.dealt(turn.conn, series.id, newest)
        if due.next is None:
            turn.disarm(series.timer)
        else:
            turn.arm(series.timer, due.next[1])

    # ------------------------------------------------------------ rounds
    def open(self, turn: Turn, series: Series, on: date, closes: datetime, *, late: bool = False) -> Opening:
        """Post the question of a date; the round before it closes."""
        if rounds.was_opened(turn.conn, series.id, on):
            return "there"
        here = group(turn.conn, series.group_id)
        question = self.next_question(turn.conn, series, here, turn.now)
        if question is None:
            return "nothing fits"
        for earlier in rounds.open_rounds(turn.conn, series.id):
            self.close(turn, earlier)
        round_id = rounds.open_round(turn, series.id, here.id, on, (question.id, question.revision), closes, late=late)
        if round_id is None:
            return "there"
        words = cards.moment_there(closes, series.schedule.zone, turn.now)
        heard = turn.can(here.place).hears_all
        card = cards.question_card(question, words, self.buttons(turn, round_id, question.id), late=late, heard=heard)
        turn.post(f"daily:round:{round_id}", here.place, card, tell=True, broadcast=True)
        turn.arm(f"daily:close:{round_id}", closes)
        return "opened"

    def _open_due(self, turn: Turn, series: Series, on: date, *, late: bool) -> None:
        if group(turn.conn, series.group_id).gone:
            rounds.miss_rounds(turn, series.id, series.group_id, (on,))
        elif self.open(turn, series, on, closes_at(series.schedule, on), late=late) == "nothing fits":
            rounds.miss_rounds(turn, series.id, series.group_id, (on,))
            # Once a week: the key holds the week, and a post is sent once under its key.
            self._tell_organisers(
                turn,
                series.group_id,
                f"daily:empty:{series.id}:{on:%G-%V}",
                cards.ran_dry(series.number, series.filters),
            )

    def next_question(self, conn: Connection, series: Series, here: Group, now: datetime) -> Question | None:
        """Return what is planned, if it still fits; else the best choice."""
        fitting = {question.id for question in self._chooser.fitting(dict(series.filters))}
        if series.planned_id is not None and (planned := self._bank.get(series.planned_id)):
            return planned
        without = frozenset(series.passed)
        return self._chooser.choose(conn, series, here, now, without=without if without < fitting else frozenset())

    def buttons(self, turn: Turn, round_id: str, question_id: str) -> tuple[Button, ...]:
        """Return the buttons of a round's post: one token stands for all of them."""
        token = turn.token(round=round_id, question=question_id)
        return (
            Button("daily.answer", token, ANSWER, "form"),
            Button("daily.hint", token, HINT),
            Button(PRACTISE, token, PRACTISE_LABEL),
        )

    def close(self, turn: Turn, round_: Round) -> None:
        """Close a round with its recap."""
        rounds.close(turn.conn, round_.id, turn.now)
        turn.disarm(round_.timer)
        turn.leave_floor("daily", round_.id)
        question = self._bank.get(round_.question_id)
        if round_.talk is None:
            rounds.unpost(turn, round_)
            return
        if question is None:
            return
        answered = rounds.answers(turn.conn, round_.id)
        members = len(members_of(turn.conn, round_.group_id, turn.now))
        missed = rounds.most_missed(turn.conn, round_.id)
        if missed is not None and missed[2] < FEWEST:
            missed = None
        if missed is not None:
            names = {point.id: point.text for point in question.points}
            missed = (names.get(missed[0], missed[0]), *missed[1:])
        milestones = self._milestones(turn, round_.date, [(row.learner_id, row.name) for row in answered])
        card = recap_cards.recap(question, len(answered), members, missed, milestones)
        turn.post(f"daily:recap:{round_.id}", round_.talk, card, broadcast=True)
        self._show_answers(turn, round_, round_.talk, answered)

    def _show_answers(self, turn: Turn, round_: Round, talk: Conversation, answered: Sequence[Row[Any]]) -> None:
        """Show what was answered in private by those who want it: what stands in the thread is read there already.

        Each in a post of its own, which is emptied when its author deletes everything.
        """
        private = [row for row in answered if not row.message]
        shown = [row for row in private if preferences.preference(turn.conn, row.learner_id, ANSWERS) == "group"]
        for row in shown[:MOST_SHOWN]:
            key = f"daily:shown:{round_.id}:{row.learner_id}"
            turn.post(key, talk, recap_cards.shown_answer(row.name, row.text), tell=True, broadcast=True)

    def delivered(self, turn: Turn, key: str, sent: Sent) -> None:
        """Note where a round was posted, whose thread is listened to from now on, and what quotes a learner."""
        _, kind, round_id = key.split(":")[:3]
        if kind == "shown":
            note_quoting(turn, key.split(":")[3], sent)
        if kind != "round":
            return
        rounds.posted(turn.conn, round_id, sent)
        round_ = rounds.round_of(turn.conn, round_id)
        if round_ is None:
            return
        if round_.state == "open":
            turn.take_floor(sent.talk, "daily", round_id)

    def undeliverable(self, turn: Turn, key: str, why: str) -> None:
        """Keep the question of a round that cannot be posted, and tell the organisers once."""
        _, kind, round_id = key.split(":")[:3]
        round_ = rounds.round_of(turn.conn, round_id, lock=True) if kind == "round" else None
        if round_ is None or round_.talk is not None:
            return
        series = store.locked(turn.conn, round_.series_id)
        if series is not None and series.planned_id is None:
            store.plan_question(turn.conn, series.id, round_.question_id, series.passed)
        turn.disarm(round_.timer)
        rounds.unpost(turn, round_)
        here = group(turn.conn, round_.group_id)
        if here.gone:
            return  # they have heard of it
        self._tell_organisers(turn, here.id, f"daily:unposted:{round_id}", cards.cannot_post(here.called, why))

    def left(self, turn: Turn, event: Left) -> None:
        """Tell the organisers of a channel from which the bot was removed; its series and rounds are kept."""
        space_id = space_of(turn, event.where.platform, event.space)
        for here in groups_at(turn.conn, space_id, event.where.channel):
            if here.gone_at != turn.now:
                continue  # it was gone before, and they have heard of it
            if running := len(store.of_group(turn.conn, here.id)):
                # The same removal may be told by several events; a post is sent once under its key.
                key = f"daily:removed:{here.id}:{here.gone_at:%Y%m%dT%H%M%S}"
                self._tell_organisers(turn, here.id, key, cards.removed(here.called, running))

    def joined(self, turn: Turn, event: Joined) -> None:
        """Go on in a channel into which the bot was asked again."""
        space_id = space_of(turn, event.where.platform, event.space)
        reopen_group(turn.conn, space_id, event.where.channel)

    def _tell_organisers(self, turn: Turn, group_id: str, key: str, card: Card) -> None:
        here = group(turn.conn, group_id)
        for learner_id in organiser_ids(turn.conn, group_id):
            for person in identities_of(turn.conn, learner_id):
                if person.platform == here.place.platform:
                    near = None if here.gone else here.place
                    turn.post(f"{key}:{person.account}", Private(person, "", near), card)

    def _milestones(self, turn: Turn, on: date, answered: list[tuple[str, str]]) -> list[str]:
        found = []
        for learner_id, name in answered:
            if name and preferences.preference(turn.conn, learner_id, VISIBILITY) == "group":
                reached = length_on(streak_of(turn.conn, learner_id, turn.now), on)
                if reached in MILESTONES:
                    found.append(f"{name}, {reached} days")
        return found


def today_of(series: Series, now: datetime) -> date:
    """Return the date that a series' clock shows."""
    return now.astimezone(ZoneInfo(series.schedule.zone)).date()


def next_opening(series: Series, now: datetime) -> tuple[date, datetime] | None:
    """Return when a series opens next, after now."""
    return plan(series.schedule, series.dealt_on, now).next


def closing_now(series: Series, on: date, now: datetime) -> datetime:
    """Return when a round that opens now closes: with the next one, at the latest after a day."""
    latest = now + LONGEST_ROUND
    step = on + timedelta(days=1)
    while (step - on).days <= LONGEST_ROUND.days + 1:
        if runs_on(series.schedule, step):
            return min(latest, opens_at(series.schedule, step))
        step += timedelta(days=1)
    return latest


def length_on(streak: Streak, on: date) -> int:
    """Return how long a streak was on a date: what was practised since belongs to the next round."""
    length = 0
    for day in streak.days:
        if day.date <= on and day.state in ("answered", "missed"):
            length = length + 1 if day.state == "answered" else 0
    return length
