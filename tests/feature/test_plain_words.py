"""What is said without a command: orders in plain words, our name in a group, and messages that hold no words."""

from __future__ import annotations

from bot.chat.model import Attachment, Said
from tests.feature.stage import House, scene

EVERYWHERE = ("terminal", "slack-like", "discord-like")


@scene(platforms=EVERYWHERE)
async def test_command_in_plain_words_works_in_private(house: House) -> None:
    await house.play("ana in dm: hello")
    for words, shown in (
        ("progress", "Nothing to show yet."),
        ("settings level senior", "senior"),
        ("/help", "/practice"),
    ):
        seen = await house.play(f"ana in dm: {words}")
        assert shown in "\n".join(f"{one.title} {one.text}" for one in seen)


@scene(platforms=EVERYWHERE)
async def test_practice_in_plain_words_opens_a_question(house: House) -> None:
    await house.play("ana in dm: hello")
    seen = await house.play("ana in dm: practice")
    assert any("about 4 min" in f"{one.title} {one.text}" for one in seen)


@scene(platforms=EVERYWHERE)
async def test_answer_that_begins_like_a_command_is_an_answer(house: House) -> None:
    await house.play("ana in dm: /practice level=junior")
    seen = await house.play("ana in dm: progress")
    assert not [one for one in seen if "Nothing to show yet." in one.text]


@scene(platforms=("slack-like", "discord-like"))
async def test_name_in_a_group_is_answered_and_other_talk_is_not(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily")
    named, helped = [await house.play(f"ben in #prep: @Greenroom {words}") for words in ("what are you?", "help")]
    assert {one.to or one.place for one in (*named, *helped)} <= {"ben", "dm ben"}
    assert "Here I am." in named[-1].text
    assert "/daily status" in helped[-1].text
    assert await house.play("ben in #prep: good morning everybody") == []


@scene(platforms=("slack-like",))
async def test_clip_without_words_is_answered_and_keeps_the_floor(house: House) -> None:
    await house.play("ana in dm: /practice level=junior")
    where = next(one.where for one in house.seen if "about 4 min" in f"{one.title} {one.text}")
    assert where is not None
    clip = Attachment("F1", "clip.m4a", "audio/mp4", 7)
    base = {"at": house.now, "space": where.space, "who": house.person("ana"), "where": where, "name": "ana"}
    before = len(house.seen)
    await house.delivery.accept(Said(id="msg:clip", message="9.9", text="", voice=clip, **base))  # type: ignore[arg-type]
    await house.delivery.accept(Said(id="msg:file", message="9.8", text=" ", **base))  # type: ignore[arg-type]
    await house.application.settle()
    assert [one.text for one in house.seen[before:]] == [
        "I cannot listen yet. Write what you would say, and nothing of what you wrote before is lost.",
        "There are no words in that, and I can only read. "
        "Write what you would say, and nothing of what you wrote before is lost.",
    ]
