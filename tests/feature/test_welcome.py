"""The welcome: once, first, and never on top of the question."""

from __future__ import annotations

import pytest

from bot.storage.tables import learners
from tests.feature.interviewing import press
from tests.feature.stage import EVERYWHERE, House, Seen, opened, scene


def kinds(seen: list[Seen]) -> list[str]:
    """Return what was shown to ana, shortly."""
    names = {"Hi": "welcome", "Practice ·": "question", "Interview ·": "question", "What you can do": "help"}
    names |= {"It is open in private": "pointer", "It is open: your question": "pointer"}
    names |= {"No question is open": "small talk", "Nothing to show": "progress"}
    words = [f"{one.title}{one.text}" for one in seen]
    return [next((kind for head, kind in names.items() if word.startswith(head)), word[:40]) for word in words]


FIRST = {
    "ana in dm: hello": ["welcome"],
    "ana in dm: /practice": ["welcome", "question"],
    "ana in dm: /interview start": ["welcome", "question"],
    "ana in dm: /help": ["welcome", "help"],
    "ana in dm: /progress": ["welcome", "progress"],
    "ana in #prep: /practice": ["welcome", "question", "pointer"],
    "ana in #prep: /progress": ["progress"],
}


@pytest.mark.parametrize("line", FIRST)
def test_welcome_comes_first_and_once(line: str) -> None:
    import asyncio

    async def run() -> None:
        for platform in EVERYWHERE:
            async with opened(platform) as house:
                seen = kinds(await house.play(line))
                pointer = ["pointer"] if "question" in seen and "pointer" in seen and "dm" in line else []
                assert FIRST[line] + pointer == sorted(seen, key="pointer".__eq__), platform
                again = kinds(await house.play("ana in dm: stop\nana in dm: /help"))
                assert (["welcome"] if "welcome" not in seen else []) == [one for one in again if one == "welcome"]

    asyncio.run(run())


@scene()
async def test_welcome_says_what_is_kept_and_asks_level_and_zone(house: House) -> None:
    [card] = await house.play("ana in dm: hello")
    for words in ("mock interviews here", "I keep your answers", "/progress delete", "Your time zone: UTC"):
        assert words in card.text
    assert card.buttons == ("Junior", "Mid", "Senior", "Lead", "Principal")
    await press(house, "Senior")
    assert [row.level for row in house.rows(learners)] == ["senior"]


@scene()
async def test_small_talk_after_the_welcome_shows_the_way(house: House) -> None:
    await house.play("ana in dm: hello")
    await house.converse(
        (
            "ana in dm: hello again",
            "dm ana to ana: No question is open between us right now, so I did not keep that as an answer. …",
        )
    )


@scene()
async def test_zone_of_the_group_is_offered(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 America/New_York daily")
    [card] = await house.play("ana in dm: hello")
    assert "Your time zone: America/New_York" in card.text
