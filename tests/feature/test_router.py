"""What nobody meant to say: commands that do not exist, buttons of others and of the past."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from bot.storage.tables import buttons
from tests.feature.interviewing import BEGIN, press
from tests.feature.stage import House, scene

UNKNOWN = (
    ("/halp", "I do not know `/halp`. Did you mean `/help`?"),
    ("/practise", "I do not know `/practise`. Did you mean `/practice`?"),
    ("/progres wy", "I do not know `/progres wy`. Did you mean `/progress`…"),
    ("/progress wy", "I do not know what `wy` means in `/progress`. Did you mean `/progress why`?"),
    ("/start", "I do not know `/start`. Did you mean `/interview start`, `/daily start`…"),
    ("/quux", "I do not know `/quux`. Try `/daily`, `/help`, `/interview`, `/practice`, `/progress` or `/settings`."),
    ("/help me", "I do not know what `me` means in `/help`. Type `/help`."),
    ("/", "I do not know `/`. Try `/daily`, `/help`, …"),
    ("/stop", "`stop` is a plain word inside an interview, and none is open here. `/interview start` begins one."),
    ("/interview stop", "`stop` is a plain word inside an interview, and none is open here. …"),
    ("/daily start 09:00", "`/daily start` belongs into the group's channel. Type it there: …"),
    ("/daily start", "`/daily start` belongs into the group's channel. Type it there: …"),
)


@scene()
async def test_unknown_commands_are_answered_with_what_is_near(house: House) -> None:
    await house.play("ana in dm: hello")
    await house.converse(*((f"ana in dm: {typed}", f"dm ana to ana: {shown}") for typed, shown in UNKNOWN))


@scene()
async def test_unknown_commands_in_a_channel_are_answered_to_the_asker_alone(house: House) -> None:
    await house.converse(("ana in #prep: /halp", "#prep to ana: I do not know `/halp`. Did you mean `/help`?"))


@scene()
async def test_order_with_a_slash_inside_an_interview_shows_the_plain_word(house: House) -> None:
    await house.play(BEGIN)
    await house.converse(
        ("ana in dm: /hint", "dm ana to ana: Here `hint` works as a plain word, without the slash."),
        ("ana in dm: /interview stop", "dm ana to ana: Here `stop` works as a plain word, without the slash."),
    )


@scene(platforms=("terminal", "slack-like", "discord-like"))
async def test_old_button_says_that_its_time_is_over(house: House) -> None:
    await house.play(BEGIN)
    await house.later(days=1)
    house.read(lambda tx: tx.execute(delete(buttons)))
    [shown] = await press(house, "Done")
    expected = "That button is from an earlier time and no longer works. `/help` shows what you can do now."
    assert expected == shown.text


@scene()
async def test_button_lives_for_sixty_days(house: House) -> None:
    await house.play("ana in dm: hello")
    house.now += timedelta(days=59)
    await house.at(house.now)
    assert "Level mid" in (await press(house, "Mid"))[0].text
    await house.later(days=2)
    assert "no longer works" in (await press(house, "Mid"))[0].text
