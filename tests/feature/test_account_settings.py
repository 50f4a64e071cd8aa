"""Settings, and help that fits the moment."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.feature.interviewing import BEGIN, WEAK, answer
from tests.feature.stage import House, scene

ONLY_YOU = "dm ana to ana: "


@scene()
async def test_settings_answer_every_value(house: House) -> None:
    await house.play("ana in dm: hello")
    pairs = (
        ("/settings zone Europe/Berlin", "Your time zone is Europe/Berlin."),
        ("/settings zone europa/berlin", "I do not know the time zone `europa/berlin`. Did you mean `Europe/Berlin`?"),
        ("/settings zone", "`/settings zone` needs one more word: zone (a time zone: Europe/Berlin). Type it like …"),
        ("/settings level Senior", "Level senior. Interviews and practice are chosen for it from now on. …"),
        ("/settings level senoir", "I do not know `senoir` here. Did you mean `senior`?"),
        (
            "/settings level boss",
            "I do not know `boss` here. Did you mean `junior`, `mid`, `senior`, `lead` or `principal`?",
        ),
        ("/settings rest sat, sun", "Rest days: weekends. Where no group asks you, they never break your streak."),
        ("/settings rest none", "No rest days. Where no group asks you, every day counts for your streak."),
        ("/settings visibility group", "Your streak's milestones may be named in your groups. Scores never are."),
        (
            "/settings answers group",
            "When a round closes, its recap shows the group what you answered in private. Your scores stay yours.",
        ),
        ("/settings answers private", "What you answer in private stays between us."),
        ("/settings visibility privat", "I do not know `privat` here. Did you mean `private`?"),
        ("/settings visibility", "`/settings visibility` needs one more word: who (private or group). Type it like …"),
        ("/settings zon", "I do not know what `zon` means in `/settings`. Did you mean `/settings zone`?"),
        ("/settings quux", "I do not know what `quux` means in `/settings`. Did you mean `/settings`, …"),
    )
    await house.converse(*((f"ana in dm: {typed}", f"{ONLY_YOU}{shown}") for typed, shown in pairs))
    [shown] = await house.play("ana in dm: /settings")
    lines = [" ".join(line.split(" · ")[0].split()) for line in shown.text.split("\n")]
    assert lines == [
        "Zone Europe/Berlin",
        "Level senior",
        "Rest days none",
        "Milestones group",
        "Answers in recaps private",
    ]


@scene()
async def test_rest_days_say_which_word_is_wrong(house: House) -> None:
    await house.play("ana in dm: hello")
    [shown] = await house.play("ana in dm: /settings rest caturday")
    assert "caturday" in shown.text


@scene()
async def test_level_in_the_middle_of_an_interview_leaves_it_as_it_is(house: House) -> None:
    await house.play(BEGIN)
    await house.converse(('ana presses "Lead" in dm', f"{ONLY_YOU}Level lead. … What is open goes on as it is."))


# ---------------------------------------------------------------- help
async def helped(house: House, who: str, place: str) -> tuple[str, list[str]]:
    """Return the moment of help and the commands that it lists, families in one."""
    seen = await house.play(f"{who} in {place}: /help")
    first, *lines = [line for line in seen[-1].text.split("\n") if line.strip()]
    return first, [line.split("  ")[0] for line in lines if line.startswith("/")]


DM = ["/progress", "/progress …", "/help", "/settings", "/settings …"]
START = ["/interview start", "/practice"]


@scene()
async def test_help_in_private_fits_the_interview(house: House) -> None:
    moment, listed = await helped(house, "ana", "dm")
    assert moment.startswith("`/practice` gives you one question now")
    assert sorted(START + DM) == sorted(listed)
    await house.play("ana in dm: /interview start incident 2")
    moment, listed = await helped(house, "ana", "dm")
    assert moment.startswith("You are in question 1 of 2. Write your answer in as many messages as you like, then")
    assert sorted(DM) == sorted(listed)
    await house.play("ana in dm: pause")
    assert (await helped(house, "ana", "dm"))[0].startswith("You paused in question 1 of 2.")
    await house.play(f"ana in dm: stop\n{BEGIN}")
    await answer(house, WEAK)
    assert (await helped(house, "ana", "dm"))[0].startswith("You have my view of a practice question.")


@scene(start=datetime(2026, 12, 1, 8, tzinfo=UTC))
async def test_help_in_a_channel_fits_its_round(house: House) -> None:
    assert _cut(*await helped(house, "ana", "#prep"), "/daily start") == ("Nothing is set up …", True)
    assert _cut(*await helped(house, "ben", "#prep"), "/daily") == ("No daily question is …", False)
    await house.play("ana in #prep: /daily start 09:00 daily")
    assert _cut(*await helped(house, "ben", "#prep"), "/daily status") == ("The next question comes …", True)
    await house.at(datetime(2026, 12, 1, 9, 1, tzinfo=UTC))
    assert _cut(*await helped(house, "ana", "#prep"), "/daily …") == ("Today's question is open …", True)
    assert _cut(*await helped(house, "ben", "#prep"), "/daily …") == ("Today's question is open …", False)
    await house.play("ana in #prep: /daily pause")
    await house.at(datetime(2026, 12, 2, 10, 0, tzinfo=UTC))
    assert _cut(*await helped(house, "ben", "#prep"), "/daily start") == ("The daily question is …", False)


def _cut(moment: str, listed: list[str], command: str) -> tuple[str, bool]:
    return " ".join(moment.split(" ")[:4]) + " …", any(line.startswith(command) for line in listed)
