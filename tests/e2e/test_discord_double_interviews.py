"""Interviews on an independent Discord: in direct messages, in private threads, over restarts."""

from __future__ import annotations

from tests.e2e.discord_double import DoubleHouse, in_discord, shows
from tests.feature.sample_bank import ANSWERS

OWN = ANSWERS["own-mistake"]
VAGUE = "Last spring I deleted some customer data by mistake. I noticed it late, and it took us a day to mend it."
WELCOME = "{}: Hi {}, I am Greenroom. I ask one question a day … [Junior] [Mid] [Senior] [Lead] [Principal]"
MISTAKE = "Tell me about a mistake of yours that others had to pay for."
ASKED = f"Practice · behavioural · mid · about 4 min / … / {MISTAKE} [Done] [Hint] [Skip] [Pause] [Stop]"
PROBED = "Which number would you look at first about own mistake? [Done] [Skip]"
RESULT = "[Retry] [Next] [I did say this] [Model answer]"
LOOK = "It is open in private: look into our direct messages, or, where yours are closed, into the thread I made here."


def test_interview_in_direct_messages_probes_assesses_and_ends() -> None:
    async def play(house: DoubleHouse) -> None:
        await shows(
            house.slash("ben", "#prep", "practice", format="behavioural"),
            f"#prep to ben: {LOOK}",
            WELCOME.format("dm ben", "ben"),
            f"dm ben: {ASKED}",
        )
        await shows(house.say("ben", "dm", VAGUE))
        await shows(house.say("ben", "dm", "done"), f"dm ben: {PROBED}")
        await shows(house.say("ben", "dm", "I told my team at once."))
        await shows(
            house.press("ben", "dm", "Done"),
            "dm ben: No · … / I told my team at once. / … / Recognised  told / In part  mended / … / "
            f"Before the follow-up: … New: told. / … · Streak 1 day {RESULT}",
        )
        await shows(house.press("ben", "dm", "Next"), "dm ben: Done. … [Practise]")
        assert house.reads("cleo", "#prep") == []

    in_discord(play)


def test_mock_interview_gives_its_feedback_at_the_end() -> None:
    async def play(house: DoubleHouse) -> None:
        await shows(
            house.slash("ben", "dm", "interview start", mode="mock", n="2"),
            WELCOME.format("dm ben", "ben"),
            "dm ben: Mock interview · 2 questions · about 8 min · no feedback until the end, … / 1 of 2: … [Stop]",
        )
        await house.say("ben", "dm", OWN)
        await shows(house.press("ben", "dm", "Done"), "dm ben: … [Done] [Skip]")
        await shows(house.press("ben", "dm", "Skip"), "dm ben: 2 of 2: … [Done] [Hint] [Skip] [Pause] [Stop]")
        await shows(
            house.say("ben", "dm", "skip"),
            "dm ben: Mock interview · 1 of 2 answered · … / A practice signal, not a hiring decision. [Practise]",
        )

    in_discord(play)


def test_interview_in_a_private_thread_is_put_away_at_its_end() -> None:
    async def play(house: DoubleHouse) -> None:
        await shows(
            house.slash("ben", "#prep", "interview start", where="here", format="behavioural", n="1"),
            "#prep to ben: It is open in private: look for a new thread in this channel, which only you and I read, …",
            WELCOME.format("#prep private to ben", "ben"),
            f"#prep private to ben: {ASKED}",
        )
        await house.say("ben", "#prep private", OWN)
        await house.press("ben", "#prep private", "Done")
        await shows(house.press("ben", "#prep private", "Skip"), f"#prep private to ben: Strong yes · … {RESULT}")
        await shows(
            house.press("ben", "#prep private", "Next"),
            "#prep private to ben: Done. … [Practise]",
            "#prep private: put away",
        )
        assert house.reads("ben", "dm") == []

    in_discord(play)


def test_closed_direct_messages_move_the_interview_to_a_private_thread() -> None:
    async def play(house: DoubleHouse) -> None:
        house.close_direct("ben")
        await shows(
            house.slash("ben", "#prep", "practice", format="behavioural"),
            f"#prep to ben: {LOOK}",
            WELCOME.format("#prep private to ben", "ben"),
            f"#prep private to ben: {ASKED}",
        )
        await house.say("ben", "#prep private", VAGUE)
        await shows(house.say("ben", "#prep private", "done"), f"#prep private to ben: {PROBED}")
        await shows(
            house.say("ben", "#prep private", "stop"),
            "#prep private to ben: Strong no · … · offline coach, approximate / … [I did say this] [Model answer]",
            "#prep private to ben: Stopped. … [Practise]",
            "#prep private: put away",
        )
        assert house.reads("ben", "dm") == []

    in_discord(play)


def test_restart_within_an_interview_changes_nothing_for_its_reader() -> None:
    async def play(house: DoubleHouse) -> None:
        await house.slash("ben", "#prep", "practice", format="behavioural")
        await house.say("ben", "dm", VAGUE)
        await shows(house.restart())
        await shows(house.press("ben", "dm", "Done"), f"dm ben: {PROBED}")
        await house.close()
        await shows(house.say("ben", "dm", "I told my team at once."))
        await shows(house.restart())
        await shows(house.press("ben", "dm", "Done"), f"dm ben: … / I told my team at once. / … {RESULT}")
        await shows(house.restart())
        await shows(house.press("ben", "dm", "Next"), "dm ben: Done. … [Practise]")

    in_discord(play)
