"""The doubles are as strict, and have the habits, that they promise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.fit import fit
from bot.chat.model import (
    Asked,
    Button,
    Card,
    Expired,
    Facts,
    Field,
    Form,
    Pressed,
    Quote,
    Submitted,
    Text,
    Unavailable,
)
from tests.contract.doubles.discord_like import DiscordLike
from tests.contract.doubles.platform import Double
from tests.contract.doubles.slack_like import SlackLike
from tests.contract.stage import DONE, HINT, PRIVATELY, open_stage

TOO_MUCH = [
    Card(),
    Card(body=(Text("  "),)),
    Card(body=(Text("\x1b[2J"),)),
    Card(body=(Text("x" * 3_001),)),
    Card(body=tuple(Text("x") for _ in range(400))),
    Card(body=tuple(Quote("x" * 2_000) for _ in range(6))),
    Card("x" * 300),
    Card("T", buttons=(HINT,) * 26 * 50),
    Card("T", buttons=(Button("nobody", "t", "Next"),)),
    Card("T", buttons=(replace(HINT, answer="quiet"),)),
    Card("T", buttons=(replace(HINT, token="t" * 61),)),
    Card("T", buttons=(replace(HINT, label=""),)),
    Card("T", buttons=(replace(HINT, label="x" * 81),)),
]


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
@pytest.mark.parametrize("number", range(len(TOO_MUCH)))
def test_card_over_a_limit_is_refused_and_remembered(double: Callable[[], Double], number: int) -> None:
    async def run() -> None:
        one = double()
        async with open_stage(lambda: one) as stage:
            with pytest.raises(AssertionError):
                await stage.rig.transport.post(stage.rig.channel("prep"), TOO_MUCH[number], key="k")
            assert stage.rig.shown(stage.rig.channel("prep")) == []
            assert len(one.broken) == 1
            one.broken.clear()

    asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_what_was_broken_is_raised_again_at_the_end(double: Callable[[], Double]) -> None:
    async def run() -> None:
        async with open_stage(double) as stage:
            with pytest.raises(AssertionError, match="empty card"):
                await stage.rig.transport.post(stage.rig.channel("prep"), Card(), key="k")

    with pytest.raises(AssertionError, match="empty card"):
        asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_every_fitted_card_is_taken(double: Callable[[], Double]) -> None:
    async def run() -> None:
        async with open_stage(double) as stage:
            title, facts = "word " * 100, Facts(tuple((f"name {n}", "value " * n) for n in range(60)))
            card = Card(title, (Text("x" * 30_000), Quote("a\n" * 9_000), facts, *(Text("y"),) * 120), (HINT,) * 70)
            for number, part in enumerate(fit(card, stage.rig.transport.capabilities)):
                await stage.rig.transport.post(stage.rig.channel("prep"), part, key=str(number))

    asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_key_that_was_used_is_refused_without_again(double: Callable[[], Double]) -> None:
    async def run() -> None:
        one = double()
        async with open_stage(lambda: one) as stage:
            await stage.post(stage.rig.channel("prep"), "word", key="k")
            with pytest.raises(AssertionError, match="again=True"):
                await stage.post(stage.rig.channel("prep"), "word", key="k")
            one.broken.clear()

    asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_commands_and_whisper_presses_stay_unanswered_until_a_whisper(double: Callable[[], Double]) -> None:
    async def run() -> None:
        one = double()
        async with open_stage(lambda: one) as stage:
            sent = await stage.post(one.channel("prep"), "word", buttons=(HINT, DONE))
            assert sent.ref is not None
            await stage.rig.ask("mia", one.channel("prep"), "/help")
            await stage.rig.press("ole", sent.ref.id, "Hint")
            await stage.rig.press("ole", sent.ref.id, "Done")
            assert one.unanswered() == ["/help by mia", "[Hint] by ole"]
            await stage.whisper(stage.last(Asked), "Try this")
            assert one.unanswered() == ["[Hint] by ole"]
            one.fail("lost before")
            pressed = next(event for event in stage.events(Pressed) if event.action == "hint")
            with pytest.raises(Unavailable):
                await stage.whisper(pressed, "Think")
            assert one.unanswered() == ["[Hint] by ole"]
            one.at(one.now + timedelta(hours=1))
            with pytest.raises(Expired):
                await stage.whisper(pressed, "Think")
            assert one.whispers() == {"/help by mia": 1, "[Hint] by ole": 1}

    asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_form_over_a_limit_is_refused(double: Callable[[], Double]) -> None:
    fields = (Field("a", "A"),)
    wrong = [
        Form("f", "x" * 25, fields),
        Form("f", "", fields),
        Form("f", "T", ()),
        Form("f", "T", fields * 2),
        Form("f", "T", (Field("a", "A", maximum=5_000),)),
        Form("f", "T", fields, token="t" * 61),
    ]
    one = double()
    for form in wrong:
        with pytest.raises(AssertionError):
            one.check_form(form)
    one.check_form(Form("f", "x" * 24, fields))


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_form_with_a_value_out_of_its_lengths_stays_open(double: Callable[[], Double]) -> None:
    async def run() -> None:
        async with open_stage(double) as stage:
            sent = await stage.post(stage.rig.channel("prep"), "word", buttons=(PRIVATELY,))
            assert sent.ref is not None
            await stage.rig.press("mia", sent.ref.id, "Answer privately")
            with pytest.raises(PermissionError):
                await stage.rig.submit("mia", {"words": ""})
            await stage.rig.submit("mia", {"words": "roll back"})
            assert stage.last(Submitted).values == {"words": "roll back"}

    asyncio.run(run())


@pytest.mark.parametrize("double", [SlackLike, DiscordLike])
def test_press_and_command_while_away_are_lost_and_said_to_be(double: Callable[[], Double]) -> None:
    async def run() -> None:
        one = double()
        async with open_stage(lambda: one) as stage:
            sent = await stage.post(one.channel("prep"), "word", buttons=(HINT,))
            assert sent.ref is not None
            one.away(True)
            with pytest.raises(PermissionError):
                await stage.rig.press("mia", sent.ref.id, "Hint")
            with pytest.raises(PermissionError):
                await stage.rig.ask("mia", one.channel("prep"), "/help")
            assert (stage.heard, one.unanswered()) == ([], [])

    asyncio.run(run())
