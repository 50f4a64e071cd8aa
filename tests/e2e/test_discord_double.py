"""Groups on an independent Discord: what readers see of setup, rounds, restarts, and of two servers."""

from __future__ import annotations

import pytest

from tests.e2e.discord_double import DoubleHouse, in_discord, shows
from tests.feature.sample_bank import ANSWERS

GOOD = ANSWERS["full-disk"]
DAILY = {"time": "12:00", "zone": "UTC", "days": "daily"}
PROMPT = "At night the disk of your main server runs full and nothing can be written. How do you react?"
POSTED = (
    f"#prep: Question of the day · incident · junior · about 4 min / {PROMPT} / Shows how you think about full disk. / "
    "Reply in the thread or privately · closes tomorrow 12:00 UTC · nobody's score is shown here "
    "[Answer privately] [Hint] [Practise in DM]"
)
ASSESSED = (
    "Yes · … of 100 · offline coach, approximate / Best moment: / I would free space at once by moving the old log "
    "files away / … / Recognised  space · cause / … / Streak 1 day"
)
FORM = "form to ben: Your answer / Your answer"
MODEL = f"A model answer: / {GOOD}"


async def begin(house: DoubleHouse) -> None:
    """Set up the daily question, and let it be posted."""
    await house.slash("mia", "#prep", "daily start", **DAILY, level="junior")
    await shows(house.later(hours=12), POSTED)


# ---------------------------------------------------------------- setup
def test_start_by_a_manager_sets_the_series_up() -> None:
    async def play(house: DoubleHouse) -> None:
        await shows(
            house.slash("mia", "#prep", "daily start", **DAILY, level="junior"),
            "#prep to mia: Series 1 is set: 12:00 UTC, every day, 1 question to choose from. Organisers: mia. / "
            f"Next: today 12:00 · incident · junior · `full-disk` / {PROMPT} / Only you see this. [Swap]",
        )
        await shows(house.slash("mia", "#prep", "daily status"), "#prep to mia: Daily questions here / Series 1  …")

    in_discord(play)


def test_start_by_a_member_is_refused() -> None:
    async def play(house: DoubleHouse) -> None:
        await shows(
            house.slash("ben", "#prep", "daily start", **DAILY),
            "#prep to ben: Only an organiser of this group can use /daily start. Ask somebody who manages this server "
            "or workspace to type it.",
        )
        await shows(house.later(hours=13))

    in_discord(play)


@pytest.mark.parametrize(
    ("right", "name"),
    [
        ("view_channel", "View Channels"),
        ("send_messages", "Send Messages"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("create_public_threads", "Create Public Threads"),
        ("read_message_history", "Read Message History"),
    ],
)
def test_start_where_a_right_is_missing_names_it(right: str, name: str) -> None:
    async def play(house: DoubleHouse) -> None:
        house.build("locked", beside="#prep", without=right)
        await shows(
            house.slash("mia", "#locked", "daily start", **DAILY),
            "#locked to mia: I may not post in this channel yet. Open its settings, Permissions, and allow Greenroom: "
            f"{name}. Then type the same command again.",
        )
        await shows(house.slash("mia", "#prep", "daily start", **DAILY), "#prep to mia: Series 1 is set: … [Swap]")

    in_discord(play)


def test_commands_are_told_to_discord_once_and_those_of_groups_only_in_servers() -> None:
    async def play(house: DoubleHouse) -> None:
        in_server = house.commands("ben", "#prep")
        daily = {one for one in in_server if one.startswith("daily ")}
        assert {"daily start", "daily status", "daily organiser"} <= daily
        assert house.commands("ben", "dm") == in_server - daily
        await house.restart()
        assert house.commands("ben", "#prep") == in_server
        told = [one.method for one in house.env.http_requests if one.path.endswith("/commands")]
        assert told == ["GET", "PUT", "GET"]

    in_discord(play)


@pytest.mark.parametrize("place", ["#prep", "dm"])
def test_zone_is_found_while_it_is_typed(place: str) -> None:
    async def play(house: DoubleHouse) -> None:
        assert await house.complete("ben", place, "settings zone", "zone", "new y") == ["America/New_York"]
        assert await house.complete("ben", place, "settings zone", "zone", "berl") == ["Europe/Berlin"]
        assert await house.complete("ben", place, "settings zone", "zone", "Olympus") == []
        assert len(await house.complete("ben", place, "settings zone", "zone", "")) == 25
        shown = await house.slash("ben", place, "settings zone", zone="Europe/Berlin")
        assert shown[-1].partition(": ")[2] == "Your time zone is Europe/Berlin."

    in_discord(play)


def test_filters_are_offered_while_they_are_typed() -> None:
    async def play(house: DoubleHouse) -> None:
        assert await house.complete("mia", "#prep", "daily start", "category", "beh") == ["behaviourals"]
        assert await house.complete("mia", "#prep", "daily start", "skill", "own") == ["ownership"]
        assert await house.complete("mia", "#prep", "daily start", "company", "") == ["Orbit"]

    in_discord(play)


# ---------------------------------------------------------------- the daily question
def test_private_answer_is_assessed_for_its_author_alone() -> None:
    async def play(house: DoubleHouse) -> None:
        await begin(house)
        await shows(house.press("ben", "#prep", "Hint"), "#prep to ben: Hint / …")
        await shows(house.press("ben", "#prep", "Answer privately"), FORM)
        await shows(
            house.submit("ben", answer=GOOD),
            f"#prep to ben: {ASSESSED} [Change my answer] [I did say this] [Model answer] [Report]",
        )
        await shows(
            house.press("ben", "#prep", "Model answer"),
            f"#prep to ben: Model answer / {GOOD} / One good answer of many; yours may differ.",
        )
        assert house.reads("cleo", "#prep") == [POSTED.removeprefix("#prep: ")]
        assert house.reads("cleo", "#prep thread") == []

    in_discord(play)


def test_thread_answer_is_marked_and_other_talk_is_left_alone() -> None:
    async def play(house: DoubleHouse) -> None:
        await begin(house)
        await shows(house.say("cleo", "#prep thread", "good morning"))
        await shows(
            house.say("cleo", "#prep thread", GOOD),
            "#prep thread: ✅ on cleo's message",
            f"dm cleo: {ASSESSED} [I did say this] [Model answer] [Report]",
        )
        await shows(house.say("ben", "#prep", GOOD))
        await shows(
            house.answer("ben", "#prep", GOOD),
            "#prep: ✅ on ben's message",
            f"dm ben: {ASSESSED} [I did say this] [Model answer] [Report]",
        )

    in_discord(play)


def test_thread_answer_with_closed_direct_messages_is_assessed_in_a_private_thread() -> None:
    async def play(house: DoubleHouse) -> None:
        house.close_direct("cleo")
        await begin(house)
        private = f"#prep private to cleo: {ASSESSED} [I did say this] [Model answer] [Report]"
        await shows(house.say("cleo", "#prep thread", GOOD), private, "#prep thread: ✅ on cleo's message")
        await shows(
            house.press("cleo", "#prep private", "Model answer"),
            "#prep private to cleo: Hi cleo, I am Greenroom. … [Principal]",
            f"#prep private to cleo: Model answer / {GOOD} / One good answer of many; yours may differ.",
        )

    in_discord(play)


def test_thread_answer_follows_its_changes() -> None:
    async def play(house: DoubleHouse) -> None:
        await begin(house)
        for who in ("cleo", "ben"):
            await house.say(who, "#prep thread", GOOD)
        await shows(
            house.edit(
                "cleo", "#prep thread", "I would free space at once, and then look at what fills it and who pays."
            ),
            "dm cleo: No · … / I would free space at once / … [I did say this] [Model answer] [Report]",
        )
        await shows(house.delete("cleo", "#prep thread"))
        await shows(house.later(hours=24), POSTED, f"#prep thread: Closed / 1 of 3 answered / {MODEL}")

    in_discord(play)


def test_recap_veils_the_answers_of_those_who_show_theirs() -> None:
    async def play(house: DoubleHouse) -> None:
        await house.slash("ben", "#prep", "settings answers", who="group")
        await begin(house)
        for who in ("ben", "mia"):
            await house.press(who, "#prep", "Answer privately")
            await house.submit(who, answer=GOOD)
        await house.say("cleo", "#prep thread", GOOD)
        assert [
            line for line in house.reads("cleo", "#prep") + house.reads("cleo", "#prep thread") if GOOD in line
        ] == []
        await shows(
            house.later(hours=24),
            POSTED,
            f"#prep thread: Closed / 3 of 3 answered / {MODEL}",
            f"#prep thread: ben answered: / ▒{GOOD}▒",
        )

    in_discord(play)


def test_words_of_people_are_read_as_they_wrote_them() -> None:
    async def play(house: DoubleHouse) -> None:
        await house.slash("ben", "#prep", "settings answers", who="group")
        await begin(house)
        words = "I would **free space** at once, @everyone: <@1> `rm` _old_ ||logs|| moving # [them](https://a.b) away."
        await house.press("ben", "#prep", "Answer privately")
        await shows(
            house.submit("ben", answer=f"{words} {GOOD}"),
            "#prep to ben: Strong yes · … / Best moment: / I would **free space** at once / … [Report]",
        )
        await shows(house.later(hours=24), POSTED, "#prep thread: Closed / …", f"#prep thread: … / ▒{words} {GOOD}▒")

    in_discord(play)


def test_question_without_the_right_to_read_threads_says_how_to_answer() -> None:
    async def play(house: DoubleHouse) -> None:
        await house.slash("mia", "#prep", "daily start", **DAILY, level="junior")
        way = "Answer privately, or reply to this message with the ping on"
        await shows(house.later(hours=12), POSTED.replace("Reply in the thread or privately", way))
        await shows(house.say("cleo", "#prep thread", GOOD))
        await shows(
            house.answer("cleo", "#prep", GOOD),
            "#prep: ✅ on cleo's message",
            f"dm cleo: {ASSESSED} [I did say this] [Model answer] [Report]",
        )

    in_discord(play, words=False)


# ---------------------------------------------------------------- restarts
def test_buttons_of_before_a_restart_go_on_working() -> None:
    async def play(house: DoubleHouse) -> None:
        await begin(house)
        await shows(house.restart())
        await shows(house.press("ben", "#prep", "Hint"), "#prep to ben: Hint / …")
        await shows(house.press("ben", "#prep", "Answer privately"), FORM)
        await shows(house.restart())
        await shows(house.submit("ben", answer=GOOD), f"#prep to ben: {ASSESSED} … [Model answer] [Report]")
        await shows(house.restart())
        await shows(house.press("ben", "#prep", "Model answer"), f"#prep to ben: Model answer / {GOOD} / …")

    in_discord(play)


def test_thread_answer_said_while_no_process_runs_is_counted() -> None:
    async def play(house: DoubleHouse) -> None:
        await begin(house)
        await house.close()
        await shows(house.say("cleo", "#prep thread", GOOD))
        await shows(
            house.restart(),
            "#prep thread: ✅ on cleo's message",
            f"dm cleo: {ASSESSED} [I did say this] [Model answer] [Report]",
        )
        await shows(house.restart())

    in_discord(play)


# ---------------------------------------------------------------- two servers
def test_servers_do_not_see_each_other() -> None:
    async def play(house: DoubleHouse) -> None:
        house.found("Other", "room", organiser="dora", members=("mia", "ben"), shard=1)
        await house.slash("mia", "#prep", "daily start", **DAILY, level="junior")
        await shows(
            house.slash("dora", "#room", "daily start", **DAILY, level="senior"),
            "#room to dora: Series 1 is set: … Organisers: dora. / … · `slow-search` / … [Swap]",
        )
        await shows(
            house.slash("mia", "#room", "daily pause"),
            "#room to mia: Only an organiser of this group can use /daily pause. Ask dora, who can also make you one: "
            "/daily organiser @mia.",
        )
        await shows(house.later(hours=12), POSTED, "#room: Question of the day · incident · senior · …")
        await house.say("cleo", "#prep thread", GOOD)
        for who in ("ben", "mia"):
            await house.press(who, "#prep", "Answer privately")
            await house.submit(who, answer=GOOD)
        await shows(
            house.slash("dora", "#room", "daily status"),
            "#room to dora: Daily questions here / … / Open  slow-search · 0 answered · … / Organisers: dora",
        )
        await shows(
            house.slash("dora", "#room", "daily organiser", name="@cleo"),
            "#room to dora: I have not seen `cleo` in this group yet. …",
        )
        await house.press("mia", "#room", "Answer privately")
        await house.submit("mia", answer=ANSWERS["slow-search"])
        await shows(
            house.slash("dora", "#room", "progress show"),
            "#room to dora: Your progress / Streak 0 days · Thu 1 Jan is still open / … lists your answers.",
        )
        await shows(
            house.later(hours=24),
            POSTED,
            f"#prep thread: Closed / 3 of 3 answered / {MODEL}",
            "#room: Question of the day · incident · senior · …",
            f"#room thread: Closed / 1 of 2 answered / A model answer: / {ANSWERS['slow-search']}",
        )
        told = house.reads("dora", "#room") + house.reads("dora", "#room thread") + house.reads("dora", "dm")
        assert [line for line in told if "disk" in line or "cleo answered" in line] == []

    in_discord(play, shards=2)
