"""What goes wrong around a group on Discord: nothing is lost, nothing is said twice, who can mend it is told once."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.discord.fake.model import Right
from bot.storage.tables import attempts, learners, rounds
from tests.e2e.discord_house import DiscordHouse, HastyRig, on_discord
from tests.feature.sample_bank import ANSWERS

START = "ana in #prep: /daily start 09:00 Europe/London daily level=junior"
NINE = "at 2026-12-01T09:00Z"
QUESTION = "Question of the day"
CANNOT = "I could not post today's question in #prep."
REMOVED = "I was removed from #prep, or it was archived:"
GOOD = ANSWERS["full-disk"]


def begins(texts: list[str], *beginnings: str) -> bool:
    """Tell whether texts begin like this, one each."""
    return len(texts) == len(beginnings) and all(map(str.startswith, texts, beginnings))


# ---------------------------------------------------------------- rights
@pytest.mark.parametrize(
    ("right", "name"),
    [
        (Right.SEND_MESSAGES, "Send Messages"),
        (Right.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
        (Right.CREATE_PUBLIC_THREADS, "Create Public Threads"),
        (Right.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
def test_start_where_a_right_is_missing_names_it_and_starts_nothing(right: Right, name: str) -> None:
    async def play(house: DiscordHouse) -> None:
        house.people.deny(house.prep(), right)
        await house.play(START)
        assert [one.text for one in house.whispers("ana")] == [
            "I may not post in this channel yet. Open its settings, Permissions, and allow Greenroom: "
            f"{name}. Then type the same command again."
        ]
        await house.play(NINE)
        assert house.posted() == []

    on_discord(play)


def test_right_taken_away_keeps_the_question_and_tells_the_organiser_once_what_is_missing() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.people.deny(house.prep(), Right.SEND_MESSAGES)
        await house.play(NINE)
        await house.go_on()
        assert (house.posted(), begins(house.told("ana"), CANNOT)) == ([], True)
        assert "give the bot the permission Send Messages in that channel" in house.letters("ana")[0]
        house.prep().denied.clear()
        await house.play("ana in #prep: /daily now")
        assert house.posted() == [QUESTION]

    on_discord(play)


def test_channel_that_is_hidden_keeps_the_question_and_tells_the_organiser_once() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.people.deny(house.prep(), Right.VIEW_CHANNEL)
        await house.play(NINE)
        await house.go_on()
        assert (house.posted(), begins(house.told("ana"), CANNOT)) == ([], True)
        assert "give it View Channels there" in house.letters("ana")[0]

    on_discord(play)


def test_question_without_the_right_to_open_its_thread_is_posted_and_answered_beside_it() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.people.deny(house.prep(), Right.CREATE_PUBLIC_THREADS)
        await house.play(NINE)
        assert (house.posted(), house.told("ana")) == ([QUESTION], [])
        post = house.rig.shown(house.rig.channel("prep"))[-1]
        house.person("ben")
        await house.rig.reply("ben", post.id, GOOD)
        await house.application.settle()
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert begins(house.told("ben"), "Yes · ")

    on_discord(play)


def test_bot_without_the_message_content_intent_says_how_to_answer_and_counts_replies(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def deafen(rig: HastyRig) -> None:
        rig.world.content_granted = False

    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        [post] = [one for one in house.rig.shown(house.rig.channel("prep")) if one.kind == "post"]
        assert "Answer privately, or reply to this message with the ping on" in post.text
        house.people.say(house.world.person("cem"), house.thread(), GOOD)
        await house.heard()
        assert house.rows(attempts) == []
        house.person("ben")
        await house.rig.reply("ben", post.id, GOOD)
        await house.application.settle()
        assert [row.text for row in house.rows(attempts)] == [GOOD]

    on_discord(play, deafen)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert lines == [
        "the Message Content Intent is off, so answers in threads are heard only where they name the bot or answer "
        "it: switch it on at discord.com/developers/applications > your app > Bot"
    ]


# ---------------------------------------------------------------- places that do not fit
def test_daily_is_not_offered_in_direct_messages() -> None:
    async def play(house: DiscordHouse) -> None:
        with pytest.raises(PermissionError, match="/daily start is not offered here"):
            await house.play("ana in dm: /daily start 09:00 Europe/London")
        assert house.seen == []

    on_discord(play)


def test_command_of_a_user_install_in_a_foreign_server_is_answered_in_direct_messages() -> None:
    async def play(house: DiscordHouse) -> None:
        foreign = house.world.guild("strangers", installed=False)
        lobby, ben = house.world.channel("lobby", foreign), house.world.person("ben")
        house.person("ben")
        house.world.installed_by.add(ben.id)
        with pytest.raises(LookupError, match="is not offered here"):
            await house.people.command(ben, lobby, "daily status", {})
        await house.people.command(ben, lobby, "practice", {"topic": "behavioural"})
        await house.application.settle()
        assert house.world.history(lobby.id) == []  # but for what Ben alone sees
        direct = house.rig.shown(house.rig.private("ben"))
        assert begins([one.text for one in direct], "Practice · behavioural")
        house.people.say(ben, house.world.direct(ben), ANSWERS["own-mistake"])
        await house.heard()
        await house.play('ben presses "Done" in dm')
        assert [row.text for row in house.rows(attempts)] == [ANSWERS["own-mistake"]]

    on_discord(play)


# ---------------------------------------------------------------- what is deleted
def test_channel_deleted_waits_and_tells_the_organiser_once() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        house.people.delete_channel(house.prep())
        await house.heard()
        await house.play("at 2026-12-02T09:00Z\nat 2026-12-03T09:00Z")
        assert begins(house.told("ana"), REMOVED)

    on_discord(play)


def test_channel_deleted_while_away_is_noticed_and_told_once() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.gateway.away = True
        house.people.delete_channel(house.prep())
        house.gateway.away = False
        await house.play(NINE)
        await house.go_on()
        assert begins(house.told("ana"), CANNOT)
        assert "the channel is gone" in house.letters("ana")[0]

    on_discord(play)


def test_thread_deleted_is_opened_again_for_the_recap() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}\nben in #prep thread: {GOOD}")
        first = house.thread()
        house.people.delete_channel(first)
        await house.heard()
        await house.play("at 2026-12-02T09:00Z")
        recaps = [one.text for one in house.rig.shown(house.rig._address(house.world.channels[first.id]))]
        assert begins(recaps[1:], "Closed\n1 of ")
        assert (house.posted(), house.told("ana")) == ([QUESTION, QUESTION], [])

    on_discord(play)


def test_thread_archived_by_discord_hears_answers_and_takes_the_recap() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        thread = house.thread()
        house.people.archive(thread)
        await house.play(f"ben in #prep thread: {GOOD}")
        house.people.archive(thread)
        await house.play("at 2026-12-02T09:00Z")
        texts = [one.text for one in house.rig.shown(house.rig._address(thread))]
        assert begins(texts[1:], "Closed\n1 of ")
        assert ([row.text for row in house.rows(attempts)], begins(house.told("ben"), "Yes · ")) == ([GOOD], True)

    on_discord(play)


def test_question_deleted_by_a_moderator_leaves_the_next_one_alone() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}\nben in #prep thread: {GOOD}")
        thread = house.thread()
        house.people.delete_channel(thread)
        del house.world.messages[thread.id]
        await house.heard()
        await house.play("at 2026-12-02T09:00Z")
        assert [row.state for row in house.rows(rounds)] == ["closed", "open"]
        assert house.posted() == [QUESTION]

    on_discord(play)


def test_private_thread_deleted_in_the_middle_can_be_stopped_and_begun_anew() -> None:
    async def play(house: DiscordHouse) -> None:
        house.person("ben")
        await house.play("ben in #prep: /interview start coach senior 1 where=here")
        ben = house.world.person("ben")
        [thread] = [c for c in house.world.threads(house.rig.home.id) if ben.id in c.members]
        house.people.delete_channel(thread)
        await house.heard()
        await house.play('ben in #prep: /interview start coach senior 1 where=here\nben presses "Stop" in #prep')
        await house.play("ben in #prep: /interview start coach senior 1 where=here")
        [again] = [c for c in house.world.threads(house.rig.home.id) if ben.id in c.members]
        house.people.say(ben, again, ANSWERS["slow-search"])
        await house.heard()
        await house.play('ben presses "Done" in dm')
        assert [row.text for row in house.rows(attempts)] == [ANSWERS["slow-search"]]

    on_discord(play)


def test_server_that_removes_the_bot_waits_and_goes_on_once_it_is_invited_again() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        await house.begun()
        house.people.remove(house.rig.home)
        await house.heard()
        await house.play(NINE)
        assert (house.posted(), begins(house.told("ana"), REMOVED)) == ([], True)
        house.people.invite(house.rig.home)
        await house.heard()
        await house.play("at 2026-12-02T09:00Z")
        assert (house.posted(), begins(house.told("ana"), REMOVED)) == ([QUESTION], True)

    on_discord(play)


def test_outage_of_a_server_is_no_farewell() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        house.people.outage(house.rig.home)
        await house.heard()
        house.people.outage(house.rig.home, over=True)
        await house.heard()
        await house.play(NINE)
        assert (house.posted(), house.told("ana")) == ([QUESTION], [])

    on_discord(play)


# ---------------------------------------------------------------- who leaves, and who is nobody
def test_member_who_leaves_keeps_what_they_answered_and_breaks_nothing() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}\nben in #prep thread: {GOOD}\nben in dm: /practice behavioural")
        ben = house.world.person("ben")
        house.people.leave(ben, house.rig.home)
        ben.closed = True
        await house.heard()
        await house.play("at 2026-12-02T09:00Z")
        await house.go_on()
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert "Ben" in [row.name for row in house.rows(learners)]
        assert (house.posted(), house.told("ana")) == ([QUESTION, QUESTION], [])
        ben.closed = False
        house.world.join(house.rig.home, ben)
        await house.play("ben in #prep: /progress")
        assert "Streak 1 day" in house.whispers("ben")[-1].text

    on_discord(play)


def test_webhooks_bots_and_files_in_a_thread_are_no_answers() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        thread, before = house.thread(), len(house.seen)
        ben, robot = house.world.person("ben"), house.world.stranger_bot()
        house.person("ben")
        house.people.say(robot, thread, GOOD)
        house.people.say(ben, thread, GOOD, webhook="w1")
        house.people.say(ben, thread, "", files=[house.world.upload("board.png", "image/png", b"png")])
        await house.heard()
        assert (house.seen[before:], house.rows(attempts)) == ([], [])

    on_discord(play)


@pytest.mark.parametrize(
    ("name", "media_type", "size", "answer"),
    [
        ("board.png", "image/png", 100, "There are no words in that"),
        ("talk.mp4", "video/mp4", 300 * 2**20, "I cannot listen yet"),
        ("voice.ogg", "audio/ogg", 1_000, "I cannot listen yet"),
    ],
)
def test_file_in_direct_messages_is_answered_with_words(name: str, media_type: str, size: int, answer: str) -> None:
    async def play(house: DiscordHouse) -> None:
        ben = house.world.person("ben")
        house.person("ben")
        await house.play("ben in dm: /help")
        before = len(house.seen)
        file = house.world.upload(name, media_type, b"")
        file.content = Huge(size)
        house.people.say(ben, house.world.direct(ben), "", files=[file])
        await house.heard()
        assert begins([one.line for one in house.seen[before:]], f"dm ben to ben: {answer}")

    on_discord(play)


class Huge(bytes):
    """So many bytes, none of which are there."""

    def __new__(cls, size: int) -> Huge:
        """Make none."""
        found = super().__new__(cls)
        found.size = size
        return found

    size: int

    def __len__(self) -> int:
        """Pretend."""
        return self.size


# ---------------------------------------------------------------- acts that come too late
def test_command_that_is_heard_too_late_is_answered_in_direct_messages() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(START)
        ben = house.world.person("ben")
        house.person("ben")
        asking = asyncio.create_task(house.people.command(ben, house.prep(), "help", {}))
        await asyncio.sleep(0)
        house.world.now = house.now.replace(second=10)
        await house.heard()
        asking.cancel()
        await house.later(seconds=11)
        assert (len(house.whispers("ben")), begins(house.told("ben"), "What you can do")) == (0, True)

    on_discord(play)


def test_answer_whose_token_has_died_is_assessed_in_direct_messages() -> None:
    async def play(house: DiscordHouse) -> None:
        await house.play(f"{START}\n{NINE}")
        await house.play('ben presses "Answer privately" in #prep')
        house.rig.fail("expired")
        await house.play(f"ben submits: {GOOD}")
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert begins(house.told("ben"), "Yes · ")

    on_discord(play)
