"""What is said without a command: orders in plain words, our name in a group, and messages that hold no words."""

from __future__ import annotations

from bot.chat.model import Attachment, Said
from tests.feature.interviewing import GOOD, press, texts
from tests.feature.stage import EVERYWHERE, House, scene


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


@scene(platforms=EVERYWHERE)
async def test_help_alone_is_help_while_a_question_is_open(house: House) -> None:
    await house.play("ana in dm: /practice level=junior")
    seen = await house.play("ana in dm: help")
    assert [one.title for one in seen] == ["What you can do"]
    seen = await house.play("ana in dm: /progress")
    assert "Nothing to show yet." in seen[-1].text


@scene(platforms=EVERYWHERE)
async def test_command_alone_is_one_in_the_thread_of_a_question(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London daily\nat 2026-12-01T09:00Z")
    seen = await house.play("ben in #prep thread: help")
    assert [one.title for one in seen if one.title] == ["What you can do"]


@scene(platforms=EVERYWHERE)
async def test_slip_in_an_order_is_asked_about_and_no_part_of_the_answer(house: House) -> None:
    await house.play("ana in dm: /practice level=junior")
    [shown] = await house.play("ana in dm: hnt")
    assert shown.text == (
        "Did you mean hint? I did not add `hnt` to your answer; write it in a sentence if it belongs there."
    )


@scene(platforms=("slack-like",))
async def test_answer_beside_the_thread_of_the_only_open_question_counts(house: House) -> None:
    await house.play("ana in dm: /practice behavioural")
    beside = house.rig.private("ana")
    await house.rig.say("ana", beside, GOOD)
    await house.application.settle()
    assert house.seen[-1].text.startswith("I took that as part of your answer to the open question.")
    await house.rig.say("ana", beside, "done")
    await house.application.settle()
    assert texts(house) == [GOOD]
    assert "Done, in the thread of your open question." in [one.text for one in house.seen]


@scene(platforms=("slack-like",))
async def test_answer_that_comes_before_we_hear_that_the_question_arrived_counts(house: House) -> None:
    tab = house.rig.private("ana")
    await house.play("ana in dm: hello")
    await house.rig.ask("ana", tab, "/practice behavioural")
    said = Said(id="early", at=house.now, space=tab.space, who=house.person("ana"), where=tab, message="m", text=GOOD)
    await house.delivery.accept(said)
    await house.application.settle()
    await press(house, "Done")
    assert texts(house) == [GOOD]
    assert not [one for one in house.seen if "No question is open" in one.text]


@scene(platforms=("slack-like",))
async def test_answer_beside_several_open_questions_is_asked_for_again(house: House) -> None:
    await house.play("ana in dm: /practice behavioural")
    await house.later(minutes=1)
    await house.play("ana in dm: /practice design")
    await house.rig.say("ana", house.rig.private("ana"), GOOD)
    await house.application.settle()
    assert house.seen[-1].text.startswith("You have 2 questions open, and I cannot tell which one this answers")


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
