"""Interviews on platforms that differ: threads in direct messages, none, direct messages that are closed."""

from __future__ import annotations

from dataclasses import replace

from bot.storage.tables import interviews
from tests.contract.doubles.discord_like import DiscordLike
from tests.contract.doubles.slack_like import SlackLike
from tests.feature.interviewing import BEGIN, GOOD, answer, press, say, texts
from tests.feature.stage import EVERYWHERE, House, scene


@scene(platforms=("slack-like",))
async def test_slack_holds_several_interviews_side_by_side(house: House) -> None:
    await house.play("ana in dm: /practice behavioural")
    await house.later(minutes=1)
    await house.play("ana in dm: /practice design")
    first, second = (one.where for one in house.seen if one.title.startswith("Practice"))
    assert first is not None
    assert second is not None
    assert first.thread != second.thread
    folder = "I would keep the files in an object store, and every upload gets a version so that nothing is lost."
    for where, words in ((first, GOOD), (second, folder), (second, "done"), (first, "done")):
        await house.rig.say("ana", where, words)
        await house.application.settle()
    assert {GOOD, folder} == set(texts(house))
    shown = [[one.text.split("\n")[0] for one in house.rig.shown(where)] for where in (first, second)]
    assert [" · ".join(one[0].split(" · ")[:2]) for one in shown] == ["Practice · behavioural", "Practice · design"]
    assert [len(one) for one in shown] == [2, 2]


@scene(platforms=("slack-like",))
async def test_slack_keeps_the_root_of_an_interview_to_its_question(house: House) -> None:
    await house.play("ana in #prep: /practice behavioural")
    posts = [one for one in house.seen if one.kind == "post"]
    assert [one.title for one in posts] == ["", "Practice · behavioural · mid · about 4 min"]
    assert posts[0].where != posts[1].where


@scene(platforms=("discord-like",))
async def test_discord_uses_a_private_thread_where_direct_messages_are_closed(house: House) -> None:
    assert isinstance(house.rig, DiscordLike)
    house.rig.close_dms("ana")
    await house.play("ana in #prep: /practice behavioural")
    [row] = house.rows(interviews)
    talk = row.talk
    assert (talk["private"], bool(talk["thread"])) == (True, True)
    where = replace(house.rig.channel("prep"), thread=talk["thread"], private=True)
    titles = [one.text.split("\n")[0] for one in house.rig.shown(where)]
    assert titles[0].startswith("Hi ana, I am Greenroom.")
    assert titles[1].startswith("Practice · behavioural")
    await house.rig.say("ana", where, GOOD)
    await house.rig.say("ana", where, "done")
    await house.application.settle()
    assert texts(house) == [GOOD]


@scene(platforms=("discord-like",))
async def test_interview_here_is_held_in_a_private_thread_that_is_put_away_at_its_end(house: House) -> None:
    assert isinstance(house.rig, DiscordLike)
    await house.play("ana in #prep: /interview start here behavioural 1")
    [row] = house.rows(interviews)
    where = replace(house.rig.channel("prep"), thread=row.talk["thread"], private=True)
    titles = [one.text.split("\n")[0] for one in house.rig.shown(where)]
    assert (titles[0][:12], titles[1][:22]) == ("Hi ana, I am", "Practice · behavioural")
    assert not house.rig.shown(house.rig.private("ana"))
    await house.rig.say("ana", where, GOOD)
    await house.rig.say("ana", where, "done")
    await house.application.settle()
    assert (texts(house), house.rig.archived) == ([GOOD], set())
    await house.rig.say("ana", where, "stop")
    await house.application.settle()
    assert {row.talk["thread"]} == house.rig.archived


@scene(platforms=("discord-like",))
async def test_guest_in_a_private_thread_takes_nothing_from_its_person(house: House) -> None:
    await house.play("ana in #prep: /interview start here behavioural 1")
    [row] = house.rows(interviews)
    where = replace(house.rig.channel("prep"), thread=row.talk["thread"], private=True)
    house.person("cleo")
    await house.rig.ask("cleo", where, "/practice design")
    await house.application.settle()
    await house.rig.say("ana", where, GOOD)
    await house.rig.say("ana", where, "done")
    await house.application.settle()
    assert texts(house) == [GOOD]


@scene(platforms=("discord-unheard",))
async def test_what_may_not_be_read_is_asked_for_again_with_a_mention(house: House) -> None:
    await house.play("ana in #prep: /interview start here behavioural 1")
    [row] = house.rows(interviews)
    where = replace(house.rig.channel("prep"), thread=row.talk["thread"], private=True)
    await house.rig.say("ana", where, GOOD)
    await house.application.settle()
    assert house.rig.shown(where)[-1].text == (
        "I am not allowed to read messages here. Nothing that you wrote is lost: send it again with my name in it, or "
        "as a reply to a message of mine with the ping on. Those I can read."
    )
    await house.rig.say("ana", where, f"@Greenroom {GOOD}")
    await press(house, "Done")
    assert texts(house) == [GOOD]


@scene()
async def test_interview_that_could_not_be_opened_stands_in_nobodys_way(house: House) -> None:
    house.rig.fail("unreachable", "unreachable", "unreachable")
    await house.play("ana in #prep: /practice behavioural")
    await house.play("ana in #prep: /practice behavioural")
    assert [[row.state for row in house.rows(interviews)].count(state) for state in ("abandoned", "listening")] == [
        1,
        1,
    ]


@scene(platforms=("slack-like", "discord-like"))
async def test_every_command_and_press_gets_one_whisper(house: House) -> None:
    assert isinstance(house.rig, SlackLike | DiscordLike)
    for command in ("/help", "/progress", "/progress why", "/progress history", "/settings", "/practice due"):
        await house.play(f"ana in #prep: {command}\nana in dm: {command}")
    await house.play(BEGIN)
    await answer(house, GOOD)
    for label in ("Model answer", "I did say this", "Model answer", "Next"):
        await press(house, label)
    await press(house, "Practise")
    await house.play("ana in dm: stop\nana in #prep: /practice design\nana in dm: stop")
    await house.play("ana in dm: /progress export\nana in #prep: /progress export")
    await house.play("ana in dm: /progress delete")
    await press(house, "Delete everything")
    await press(house, "Delete everything")  # its time is over
    assert house.rig.unanswered() == []
    split = {asked: count for asked, count in house.rig.whispers().items() if count != 1}
    assert set() == {asked for asked in split if "export" not in asked}


@scene(platforms=EVERYWHERE)
async def test_stranger_in_a_private_conversation_is_not_heard(house: House) -> None:
    await house.play(BEGIN)
    talk = next(one.where for one in reversed(house.seen) if one.where is not None)
    house.person("ben")
    await house.rig.say("ben", talk, GOOD)
    await house.application.settle()
    await say(house, "done")
    assert texts(house) == []
