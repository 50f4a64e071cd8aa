"""What goes wrong between the bot and Discord: what people said is counted once, what we say is posted once."""

from __future__ import annotations

import logging

import pytest
from aiohttp import web

from adapters.discord.fake.model import Trouble
from bot.storage.tables import attempts
from tests.e2e.discord_house import DiscordHouse, HastyRig, on_discord
from tests.feature.sample_bank import ANSWERS

START = "ana in #prep: /daily start 09:00 Europe/London daily level=junior"
NINE = "at 2026-12-01T09:00Z"
QUESTION = "Question of the day"
GOOD = ANSWERS["full-disk"]
MISTAKE = ANSWERS["own-mistake"]
HALF = MISTAKE.index("I told")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what an operator is told to mend."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


# ---------------------------------------------------------------- the token
@pytest.mark.parametrize("since", ["the beginning", "the middle"])
def test_wrong_token_is_complained_of_once_and_tried_again(since: str, caplog: pytest.LogCaptureFixture) -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        right = house.world.token
        if since == "the beginning":
            await house.close()
            house.world.token = "another"
            house.rig.token = right
            opening = house.open_soon()
        else:
            house.gateway.revoke()
        tries = len(house.world.calls)
        await house.until(lambda: len(house.world.calls) >= tries + 5)
        assert errors(caplog) == [
            "DISCORD_TOKEN is not accepted: set the bot's present one, and start again; I go on trying"
        ]
        house.world.token = right
        if since == "the beginning":
            await opening
        await house.connected(2)
        await house.play(NINE)
        assert (house.posted(), house.told("ana")) == ([QUESTION], [])

    on_discord(play)


# ---------------------------------------------------------------- what we say
def test_rate_limit_becomes_a_pause_as_long_as_discord_asks_for() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.rig.fail("rate limited")
        await house.play(NINE)
        assert house.posted() == []
        await house.later(seconds=31)
        assert house.posted() == []
        await house.later(seconds=1)
        assert house.posted() == [QUESTION]

    on_discord(play)


@pytest.mark.parametrize(
    "troubles",
    [
        ("lost after",),
        ("lost before",),
        ("bad gateway after",),
        ("bad gateway", "bad gateway after", "unavailable"),
        ("unavailable", "lost after", "lost after"),
    ],
)
def test_question_and_its_thread_are_made_once_when_answers_get_lost(troubles: tuple[Trouble, ...]) -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.world.faults.extend(troubles)
        await house.play(NINE)
        await house.go_on(120)
        assert (house.posted(), len(house.world.threads(house.rig.home.id))) == ([QUESTION], 1)
        await house.play(f"ben in #prep thread: {GOOD}")
        assert [row.state for row in house.rows(attempts)] == ["assessed"]

    on_discord(play)


@pytest.mark.parametrize("trouble", ["lost after", "bad gateway after", "unavailable"])
def test_private_answer_is_assessed_and_shown_once_when_answers_get_lost(trouble: Trouble) -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f'{START}\n{NINE}\nben presses "Answer privately" in #prep')
        house.world.faults.append(trouble)
        await house.play(f"ben submits: {GOOD}")
        await house.go_on(60)
        shown = [one.text for one in house.rig.shown(house.rig.channel("prep")) if one.kind == "whisper"]
        assert [text.split(" · ")[0] for text in shown[1:]] == ["Yes"]
        assert [row.state for row in house.rows(attempts)] == ["assessed"]

    on_discord(play)


# ---------------------------------------------------------------- what we hear
def test_first_handshake_that_fails_is_tried_again() -> None:
    def refuse(rig: HastyRig) -> None:
        rig.fake.gateway.refused_handshakes = 3

    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        assert (house.posted(), house.gateway.refused_handshakes) == ([QUESTION], 0)

    on_discord(play, refuse)


@pytest.mark.parametrize("break_off", ["reconnect", "cut", "disconnect"])
def test_answer_given_between_two_sockets_is_replayed_and_counted_once(break_off: str) -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        thread, ben = house.thread(), house.world.person("ben")
        house.person("ben")
        getattr(house.gateway, break_off)()
        house.people.say(ben, thread, GOOD)
        await house.until(lambda: bool(house.gateway.resumed))
        await house.heard()
        await house.go_on(60)
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert (len(house.gateway.identified), house.told("ben")[0][:6]) == (1, "Yes · ")

    on_discord(play)


def test_answer_given_while_the_session_was_invalid_is_fetched_and_counted_once() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        thread, ben = house.thread(), house.world.person("ben")
        house.person("ben")
        house.gateway.invalidate()
        house.people.say(ben, thread, GOOD)
        await house.connected(2)
        await house.go_on(60)
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert [text[:6] for text in house.told("ben")] == ["Yes · "]

    on_discord(play)


def test_gateway_that_opens_and_says_nothing_is_given_up_and_tried_again() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        fake, speaking = house.rig.fake, house.gateway.serve
        visitors: list[web.Request] = []

        async def silent(request: web.Request) -> web.StreamResponse:
            visitors.append(request)
            mute = web.WebSocketResponse()
            await mute.prepare(request)
            async for _ in mute:
                pass
            return mute

        for serve, enough in ((silent, lambda: len(visitors) > 1), (speaking, lambda: bool(house.gateway.links))):
            await fake.stop()
            house.gateway.serve = serve  # type: ignore[method-assign]
            await fake.start()
            await house.until(enough)
        await house.connected(2)
        await house.play(NINE)
        assert (house.posted(), house.told("ana")) == ([QUESTION], [])

    on_discord(play)


def test_long_outage_loses_no_answer_and_no_part_of_an_interview() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}\nben in dm: /practice behavioural")
        thread, ben, cem = house.thread(), house.world.person("ben"), house.world.person("cem")
        house.person("cem")
        await house.rig.fake.stop()
        await house.go_on(10)
        house.people.say(cem, thread, GOOD)
        house.people.say(ben, house.world.direct(ben), MISTAKE[:HALF])
        house.people.say(ben, house.world.direct(ben), MISTAKE[HALF:])
        await house.go_on(4 * 3600, step=600)
        await house.rig.fake.start()
        await house.connected(2)
        await house.go_on(60)
        whole = f"{MISTAKE[:HALF].strip()}\n{MISTAKE[HALF:]}"
        assert sorted(row.text for row in house.rows(attempts)) == [GOOD, whole]
        assert [text[:6] for text in house.told("cem")] == ["Yes · "]

    on_discord(play)


# ---------------------------------------------------------------- second thoughts
def test_edits_and_deletions_within_a_turn_count() -> None:
    async def play(house: DiscordHouse) -> None:
        house.person("ben")
        await house.play("ben in dm: /practice behavioural")
        ben = house.world.person("ben")
        private = house.world.direct(ben)
        first, second, third = (
            house.people.say(ben, private, text) for text in ("I broke something.", MISTAKE[HALF:], "Forget that.")
        )
        await house.heard()
        house.people.edit(ben, first.id, MISTAKE[:HALF])
        house.people.unfold(second)
        house.people.delete(ben, third.id)
        await house.heard()
        await house.play('ben presses "Done" in dm')
        assert [row.text for row in house.rows(attempts)] == [f"{MISTAKE[:HALF].strip()}\n{MISTAKE[HALF:]}"]

    on_discord(play)


def test_answer_in_the_thread_is_assessed_again_when_edited_and_withdrawn_when_deleted() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}\nben in #prep thread: {GOOD}")
        await house.play(f"ben edits in #prep thread: {GOOD} I would tell everybody.")
        assert [row.text for row in house.rows(attempts)] == [f"{GOOD} I would tell everybody."]
        await house.play("ben deletes in #prep thread")
        assert [row.state for row in house.rows(attempts)] == ["withdrawn"]

    on_discord(play)
