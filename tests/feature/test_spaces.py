"""Two spaces of one platform under random operations: nothing of one is ever shown in the other."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from adapters.terminal.limits import CAPABILITIES
from bot.chat.model import (
    Asked,
    Card,
    Conversation,
    MessageRef,
    Person,
    PlatformEvent,
    Pressed,
    Said,
    Sent,
    Submitted,
    Target,
)
from bot.chat.plain import plain
from bot.chat.transport import Accept
from bot.daily import series as store
from bot.daily.choosing import Chooser
from bot.people.groups import group
from bot.storage.tables import attempts, groups, series, spaces
from bot.wiring import Application, Clock, open_database
from tests.feature.sample_bank import ANSWERS, BANK
from tests.feature.stage import MEMORY, empty_database
from tests.support.quiet import Quiet

SPACES = ("alpha", "omega")
START = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
MIA = "mia"
"""She is in both spaces, and organises in both; everybody else is in one."""


@dataclass(frozen=True)
class Shown:
    """One card: to which space, and to whom alone ("" for everybody there)."""

    space: str
    reader: str
    text: str
    card: Card
    talk: Conversation


class Wire(Quiet):
    """A transport that keeps what it is given."""

    capabilities = CAPABILITIES

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.accept: Accept | None = None
        self._ids = count(1)

    async def post(
        self, to: Target, card: Card, *, key: str, only: Person | None = None, reply: str = "", again: bool = False
    ) -> Sent:
        ident = f"m{next(self._ids)}"
        where = to if isinstance(to, Conversation) else Conversation("wire", "", f"dm-{to.who.account}", private=True)
        talk = where if where.private or where.thread else replace(where, thread=ident)
        reader = only.account if only is not None else where.channel.removeprefix("dm-") if where.private else ""
        self.shown.append(Shown(where.space, reader, plain(card, 0), card, talk))
        return Sent(None if only else MessageRef(where, ident), talk)

    async def edit(self, message: MessageRef, card: Card, *, reply: str = "") -> None:
        self.shown.append(Shown(message.where.space, "", plain(card, 0), card, message.where))


class World:
    """Two spaces in front of one application."""

    def __init__(self, application: Application, wire: Wire) -> None:
        self.application = application
        self.wire = wire
        self._ids = count(1)

    async def act(self, space: str, what: str, who: str) -> None:
        """Let somebody do something in a space; where there is nothing to do it to, nothing happens."""
        where = Conversation("wire", space, f"room-{space}")
        common = {
            "id": f"e{next(self._ids)}",
            "at": self.application.now(),
            "space": space,
            "who": Person("wire", "", who),
            "where": where,
            "name": who,
        }
        posts = [one for one in self.wire.shown if one.space == space and one.card.buttons and not one.reader]
        mine = [one for one in self.wire.shown if one.space == space and one.reader == who and one.card.buttons]
        event: PlatformEvent | None = None
        if what.startswith("/"):
            name, _, text = what[1:].partition(" ")
            event = Asked(**common, command=name, text=text, organiser=who == MIA)  # type: ignore[arg-type]
        elif what == "form" and posts:
            token = posts[-1].card.buttons[0].token
            values = {"answer": answer(space)}
            event = Submitted(**common, form="daily.answer", token=token, values=values)  # type: ignore[arg-type]
        elif what == "thread" and posts:
            common["where"] = posts[-1].talk
            event = Said(**common, message=f"said-{common['id']}", text=answer(space))  # type: ignore[arg-type]
        elif mine and (button := next((b for b in mine[-1].card.buttons if b.label == what), None)):
            event = Pressed(**common, action=button.action, token=button.token)  # type: ignore[arg-type]
        if event is not None:
            assert self.wire.accept is not None
            await self.wire.accept(event)
            await self.application.settle()

    async def nine(self) -> None:
        """Let it become nine o'clock, when the next questions are posted."""
        now = self.application.now()
        self.application.move(now.replace(hour=9) + timedelta(days=int(now.hour >= 9)))
        await self.application.settle()


def answer(space: str) -> str:
    """Return an answer that names its space in every sentence."""
    sentences = " ".join(ANSWERS.values()).split(". ")
    return ". ".join(f"In {space}, {sentence[0].lower()}{sentence[1:]}" for sentence in sentences)


DEEDS = ("form", "thread", "Report", "Model answer", "I did say this", "/daily status", "/daily next", "/daily swap")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(SPACES),
        st.sampled_from(
            (
                "form",
                "thread",
                "Report",
                "Model answer",
                "I did say this",
                "/daily status",
                "/daily next",
                "/daily swap",
            )
        ),
        st.sampled_from((MIA, "local")),
        st.booleans(),
    ),
    min_size=5,
    max_size=16,
)


@settings(max_examples=6, deadline=None)
@given(ACTS)
def test_nothing_of_a_space_is_shown_in_another(acts: list[tuple[str, str, str, bool]]) -> None:
    asyncio.run(_live(acts))


async def _live(acts: list[tuple[str, str, str, bool]]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        file = Path(folder) / "spaces.db"
        shutil.copyfile(empty_database(), file)
        database = open_database(f"sqlite:///{file}")
        ids = count(1)
        application = Application(database, BANK, clock=Clock(START), ids=lambda: f"id{next(ids)}")
        wire = Wire()
        world = World(application, wire)
        async with application.serve({"wire": wire}):
            for space in SPACES:
                await world.act(space, "/daily start 09:00 Europe/London daily", MIA)
            await world.nine()
            for space, what, who, over in acts:
                await world.act(space, what, who if who == MIA else f"{who}-{space}")
                if over:
                    await world.nine()
            await world.nine()
            assert {one.space for one in wire.shown if one.text.startswith("Question of the day")} == {*SPACES}
            for space in SPACES:
                database.transact(lambda tx, space=space: _choice_is_its_own(tx, space, application.now()))
        database.close()
    for one in wire.shown:
        for mine, other in (SPACES, SPACES[::-1]):
            if one.space == mine or one.reader == f"local-{mine}":
                assert other not in one.text, one.text


def _choice_is_its_own(tx: Connection, space: str, now: datetime) -> None:
    """Assert that the choice stays the same when everything that was answered elsewhere is gone."""
    space_id = tx.execute(select(spaces.c.id).where(spaces.c.native == space)).scalar_one()
    here = group(tx, tx.execute(select(groups.c.id).where(groups.c.space_id == space_id)).scalar_one())
    own = store.locked(tx, tx.execute(select(series.c.id).where(series.c.group_id == here.id)).scalar_one())
    assert own is not None
    chooser = Chooser(BANK)
    with tx.begin_nested() as undone:
        before = chooser.choose(tx, own, here, now)
        tx.execute(delete(attempts).where(attempts.c.space_id != space_id))
        assert before == chooser.choose(tx, own, here, now)
        undone.rollback()
