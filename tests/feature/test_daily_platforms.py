"""A whole round on every platform: nothing over a limit, everything answered once, nobody sees another's whisper."""

from __future__ import annotations

import asyncio

from sqlalchemy import URL

from tests.contract.doubles.platform import Double
from tests.feature.sample_bank import ANSWERS
from tests.feature.stage import EVERYWHERE, House, Seen, opened, scene

DOUBLES = ("slack-like", "discord-like")
GOOD = ANSWERS["lost-orders"]
SCRIPT = f"""
    ana in #prep: /daily start 09:00 Europe/London daily
    ana in #prep: /daily ask lost-orders
    at 2026-12-01T09:00Z
    ben presses "Hint" in #prep
    ben presses "Answer privately" in #prep
    ben submits: {GOOD}
    cleo in #prep thread: good morning
    cleo in #prep thread: {GOOD}
    dan presses "Answer privately" in #prep
    dan submits: I do not know
    ben presses "Model answer" in #prep
    ben presses "I did say this" in #prep
    ben presses "Report" in #prep
    at 2026-12-02T09:00Z
"""
COMMANDS = (
    "/daily status",
    "/daily next",
    "/daily swap",
    "/daily ask own-mistake",
    "/daily skip",
    "/daily pause until 2026-12-24",
    "/daily status",
    "/daily resume",
    "/daily now",
    "/daily now",
    "/daily organiser @ben",
    "/daily start 10:00 Berlin weekdays incident",
    "/daily pause",
    "/daily stop series=1",
    "/daily start 25:00",
    "/daily start 09:00 Mars/Olympus",
)


def whispers(seen: list[Seen]) -> dict[str, list[str]]:
    """Return who was whispered to (or told in private) what, by the first words."""
    found: dict[str, list[str]] = {}
    for one in seen:
        reader = (
            one.to if one.kind == "whisper" else one.place.removeprefix("dm ") if one.place.startswith("dm") else ""
        )
        if reader:
            found.setdefault(reader, []).append((one.title or one.text).split(" · ")[0].split(".")[0][:40])
    return found


async def plays_a_whole_round(house: House) -> None:
    """Play a round, and assert what everybody is shown of it."""
    seen = await house.play(SCRIPT)
    channel = [(one.place, one.title.split(" · ")[0]) for one in seen if one.kind == "post" and one.place[0] == "#"]
    question = ("#prep", "Question of the day")
    assert [question, ("#prep thread", "Closed"), question] == channel
    told = whispers(seen)
    assert told["cleo"] == ["Yes"]
    assert [title for title in told["ben"] if title in ("Hint", "Yes", "Model answer")] == [
        "Hint",
        "Yes",
        "Model answer",
    ]
    assert [one.to for one in seen if one.text.startswith("Not knowing is a fair start")] == ["dan"]
    recap = next(one.text for one in seen if one.title == "Closed")
    assert recap.startswith("2 of 4 answered\n\nThe point most of us missed: Send the lost orders again")


@scene(platforms=EVERYWHERE)
async def test_round_runs_whole_everywhere(house: House) -> None:
    await plays_a_whole_round(house)


def test_round_runs_whole_on_postgresql(postgresql_url: URL) -> None:
    async def run() -> None:
        url = postgresql_url.render_as_string(hide_password=False)
        async with opened("slack-like", url=url) as house:
            await plays_a_whole_round(house)
            await house.play("ana in #prep: /daily now\nana in #prep: /daily stop")

    asyncio.run(run())


@scene(platforms=DOUBLES)
async def test_everything_asked_gets_its_one_whisper(house: House) -> None:
    await house.play(SCRIPT)
    for line in COMMANDS:
        await house.play(f"ana in #prep: {line}")
        if "start 09:00 Mars" not in line:
            await house.play(f"dan in #prep: {line}")
    assert isinstance(house.rig, Double)
    assert house.rig.unanswered() == []
    assert {1} == set(house.rig.whispers().values())


@scene(platforms=DOUBLES)
async def test_press_of_a_button_that_is_too_old_gets_its_one_whisper(house: House) -> None:
    await house.play(SCRIPT)
    await house.play("at 2027-03-01T12:00Z")
    assert isinstance(house.rig, Double)
    posts = [one for one in house.rig.shown(house.rig.channel("prep")) if "Hint" in one.buttons and not one.to]
    await house.rig.press("ben", posts[0].id, "Hint")
    await house.rig.press("ben", posts[0].id, "Answer privately")
    await house.application.settle()
    assert house.rig.unanswered() == []


@scene(platforms=EVERYWHERE)
async def test_post_that_fails_on_the_way_arrives_once(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily")
    house.rig.fail("lost after", "lost before", "rate limited", "lost after")
    await house.play("at 2026-12-01T09:00Z")
    for _ in range(8):
        await house.later(minutes=2)
    posts = [one for one in house.rig.shown(house.rig.channel("prep")) if one.text.startswith("Question of the day")]
    assert len(posts) == 1
    await house.play(f"ben in #prep thread: {GOOD}")
    for _ in range(4):
        await house.later(minutes=2)
    assert [one.kind for one in house.seen if one.title.endswith("offline coach, approximate")]


@scene(platforms=DOUBLES)
async def test_command_that_arrives_twice_starts_one_series(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily")
    await house.rig.redeliver()
    await house.application.settle()
    await house.play("at 2026-12-01T09:00Z")
    assert [one.place for one in house.seen if one.kind == "post"] == ["#prep"]


@scene(platforms=("discord-unheard",))
async def test_question_says_how_to_answer_where_threads_may_not_be_read(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily")
    [post] = [one for one in await house.play("at 2026-12-01T09:00Z") if one.kind == "post"]
    assert "Answer privately, or reply to this message with the ping on · closes" in post.text


@scene(platforms=("discord-like",))
async def test_thread_answer_with_direct_messages_closed_is_told_nearby(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily\nat 2026-12-01T09:00Z")
    house.person("ben")
    house.rig.close_dms("ben")  # type: ignore[attr-defined]
    seen = await house.play(f"ben in #prep thread: {GOOD}")
    told = [one for one in seen if one.kind == "post"]
    assert [(one.place, one.where is not None and one.where.private) for one in told] == [("dm ben", True)]
