"""Beside the usual way on Discord: what is said to a post itself, who else reads a thread, who waits for whom."""

from __future__ import annotations

import time

import pytest

from adapters.discord.fake.gateway import Session
from adapters.discord.fake.model import JSON
from bot.storage.tables import attempts
from tests.e2e.discord_house import DiscordHouse, HastyRig, on_discord
from tests.feature.sample_bank import ANSWERS

START = "ana in #prep: /daily start 09:00 Europe/London daily level=junior"
NINE = "at 2026-12-01T09:00Z"
GOOD = ANSWERS["full-disk"]


def shown_to(house: DiscordHouse, channel: str) -> list[tuple[str, str]]:
    """Return who reads our messages of a place ("" for everybody), and how they begin."""
    ours = sorted((m for m in house.world.messages.values() if m.channel == channel), key=lambda m: int(m.id))
    words = (
        (m.reader, next((c["content"] for c in m.components if "content" in c), ""))
        for m in ours
        if house.world.is_ours(m)
    )
    return [(reader, text[:20]) for reader, text in words]


@pytest.mark.parametrize("granted", [True, False])
def test_reply_to_the_question_given_while_no_process_ran_is_counted(granted: bool) -> None:
    def prepare(rig: HastyRig) -> None:
        rig.world.content_granted = granted

    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        house.person("ben")
        [post] = [one for one in house.rig.shown(house.rig.channel("prep")) if one.kind == "post"]
        await house.close()
        house.people.say(house.world.person("ben"), house.prep(), GOOD, about=post.id)
        await house.open()
        await house.heard()
        await house.go_on(60)
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert [text[:6] for text in house.told("ben")] == ["Yes · "]

    on_discord(play, prepare)


def test_answer_given_before_its_server_was_back_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[tuple[Session, JSON]] = []
    tell = Session.tell

    def late(session: Session, name: str, data: JSON) -> None:
        held.append((session, data)) if name == "GUILD_CREATE" else tell(session, name, data)

    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        house.person("ben")
        thread = house.thread()
        await house.close()
        monkeypatch.setattr(Session, "tell", late)
        await house.open()
        await house.later(seconds=1)
        emit, house.world.emit = house.world.emit, lambda event: None  # nothing comes of a server that is not there
        house.people.say(house.world.person("ben"), thread, GOOD)
        house.world.emit = emit
        monkeypatch.setattr(Session, "tell", tell)
        for session, data in held:
            session.tell("GUILD_CREATE", data)
        await house.until(lambda: house.rig.transport.hears_since is not None)
        await house.heard()
        await house.go_on(60)
        assert [row.text for row in house.rows(attempts)] == [GOOD]

    on_discord(play)


def test_server_that_asks_the_bot_in_again_while_no_process_runs_goes_on() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        await house.begun()
        house.people.remove(house.rig.home)
        await house.heard()
        await house.close()
        house.world.join(house.rig.home, house.world.bot)
        await house.open()
        await house.begun()
        await house.heard()
        await house.play("at 2026-12-02T09:00Z")
        assert len(house.posted()) == 2

    on_discord(play)


def test_moderator_in_somebodys_private_thread_is_answered_alone() -> None:
    async def play(house: DiscordHouse) -> None:
        house.person("ben")
        house.person("cem")
        ben, cem = house.world.person("ben"), house.world.person("cem")
        house.world.join(house.rig.home, cem)
        await house.play("ben in #prep: /interview start coach senior 1 where=here")
        [thread] = [one for one in house.world.threads(house.rig.home.id) if ben.id in one.members]
        before = shown_to(house, thread.id)
        thread.members.add(cem.id)
        await house.people.command(cem, thread, "progress", {})
        house.people.say(cem, thread, "progress")
        house.people.say(ben, thread, ANSWERS["slow-search"])
        await house.heard()
        await house.go_on(60)
        after = shown_to(house, thread.id)[len(before) :]
        assert [reader for reader, _ in after if reader] == [cem.id]
        assert "Nothing to show yet." in [text for reader, text in after if reader]
        assert [text for reader, text in after if not reader and "Nothing" in text] == []
        assert [row.text for row in house.rows(attempts)] == [ANSWERS["slow-search"]]

    on_discord(play)


def test_command_does_not_wait_for_direct_messages_of_others() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        house.person("zoe")
        house.world.limits["POST /users/@me/channels"] = (5, 30.0)
        for number in range(40):
            house.person(f"p{number}")
            house.people.say(house.world.person(f"p{number}"), house.thread(), GOOD)
        await house.gateway.settled()
        began = time.monotonic()
        act = await house.people.command(house.world.person("zoe"), house.prep(), "help", {})
        await house.until(lambda: not house.world.is_thinking(act))
        assert time.monotonic() - began < 5.0

    on_discord(play)
