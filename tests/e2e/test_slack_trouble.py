"""What goes wrong around a group on Slack: nothing is lost, nothing is said twice, and who can mend it is told once."""

from __future__ import annotations

import logging

import pytest

from adapters.slack.fake import reading
from bot.chat.rig import Fault
from bot.storage.tables import attempts, rounds
from tests.e2e.slack_house import SlackHouse, on_slack
from tests.feature.sample_bank import ANSWERS

START = "ana in #prep: /daily start 09:00 Europe/London daily level=junior"
QUESTION = "Question of the day"
CANNOT = "I could not post today's question in #prep."
REMOVED = "I was removed from #prep, or it was archived:"
GOOD = ANSWERS["full-disk"]


def begins(texts: list[str], *beginnings: str) -> bool:
    """Tell whether texts begin like this, one each."""
    return len(texts) == len(beginnings) and all(map(str.startswith, texts, beginnings))


# ---------------------------------------------------------------- channels
def test_channel_archived_behind_our_back_keeps_its_question_and_tells_the_organiser_once() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        house.prep().archived = True
        await house.play("at 2026-12-01T09:00Z")
        await house.go_on()
        assert (house.posted(), begins(house.told("ana"), CANNOT)) == ([], True)
        house.prep().archived = False
        await house.play("ana in #prep: /daily now")
        assert house.posted() == [QUESTION]

    on_slack(play)


def test_channel_archived_waits_and_tells_the_organiser_once() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        await house.rig.fake.people.archive(house.prep(), house.rig.space.person("ben"))
        await house.rig.redeliver()
        await house.application.settle()
        await house.play("at 2026-12-01T09:00Z\nat 2026-12-02T09:00Z")
        assert (house.posted(), begins(house.told("ana"), REMOVED)) == ([], True)

    on_slack(play)


@pytest.mark.parametrize("http", [False, True])
def test_bot_removed_waits_and_goes_on_once_it_is_asked_in_again(http: bool) -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        await house.rig.fake.people.remove(house.prep())
        await house.application.settle()
        await house.play("at 2026-12-01T09:00Z")
        assert (house.posted(), begins(house.told("ana"), REMOVED)) == ([], True)
        await house.rig.fake.people.invite(house.prep(), house.rig.space.person("ana"))
        await house.application.settle()
        await house.play("at 2026-12-02T09:00Z")
        assert (house.posted(), begins(house.told("ana"), REMOVED)) == ([QUESTION], True)

    on_slack(play, http=http)


# ---------------------------------------------------------------- tokens and scopes
@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
def test_question_waits_while_slack_refuses_the_token(error: str) -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        house.rig.space.revoked = error
        await house.play("at 2026-12-01T09:00Z")
        await house.go_on(120)
        assert house.posted() == []
        house.rig.space.revoked = ""
        await house.go_on()
        assert (house.posted(), house.told("ana")) == ([QUESTION], [])

    on_slack(play)


def test_question_waits_for_a_scope_that_the_log_names_once(caplog: pytest.LogCaptureFixture) -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        house.rig.space.scopes.discard("chat:write")
        await house.play("at 2026-12-01T09:00Z")
        await house.go_on(120)
        assert house.posted() == []
        house.rig.space.scopes.add("chat:write")
        await house.go_on()
        assert house.posted() == [QUESTION]

    on_slack(play)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert lines == [
        "the app lacks the scope chat:write, which chat.postMessage needs: paste what `greenroom slack manifest` "
        "prints into its manifest, and reinstall it to the workspace"
    ]


# ---------------------------------------------------------------- the way to Slack and back
def test_rate_limit_becomes_a_pause_as_long_as_slack_asks_for() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        house.rig.fail("rate limited")
        await house.play("at 2026-12-01T09:00Z")
        assert house.posted() == []
        await house.later(seconds=29)
        assert house.posted() == []
        await house.later(seconds=2)
        assert house.posted() == [QUESTION]

    on_slack(play)


@pytest.mark.parametrize("faults", [("lost after",), ("lost before",), ("unavailable", "lost after", "lost after")])
def test_question_is_posted_once_when_connections_break(faults: tuple[Fault, ...]) -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(START)
        house.rig.fail(*faults)
        await house.play("at 2026-12-01T09:00Z")
        await house.go_on(120)
        assert house.posted() == [QUESTION]
        await house.play(f"ben in #prep thread: {GOOD}")
        assert [row.state for row in house.rows(attempts)] == ["assessed"]

    on_slack(play)


def test_answer_counts_once_over_sockets_that_turn_and_deliver_again() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(f"{START}\nat 2026-12-01T09:00Z")
        delivery = house.rig.fake.delivery
        old = [*delivery.sockets]
        await delivery.disconnect()
        await house.rig.space.until(lambda: len(delivery.sockets) == 2 and delivery.sockets != old)
        await delivery.sockets[0].ws.close()
        await house.play(f"ben in #prep thread: {GOOD}")
        for _ in range(3):
            await house.rig.redeliver()
            await house.application.settle()
        assert [row.text for row in house.rows(attempts)] == [GOOD]
        assert [one.to for one in house.seen if one.kind == "whisper" and "of 100" in one.title] == ["ben"]

    on_slack(play)


# ---------------------------------------------------------------- what nobody expects
def test_button_and_form_that_nobody_knows_get_one_whisper_each() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(f"{START}\nat 2026-12-01T09:00Z")
        space = house.rig.space
        post = next(m for m in space.messages if any(True for _ in reading.buttons(m.blocks)) and not m.reader)
        _, button = next(one for one in reading.buttons(post.blocks) if reading.label(one[1]) == "Hint")
        house.person("ben")
        before = len(house.seen)
        button["action_id"] = "1:whisper:nobody.knows"
        await house.rig.press("ben", post.ts, "Hint")
        await house.application.settle()
        await house.rig.press("ben", post.ts, "Answer privately")
        space.modals[-1].payload["callback_id"] = "nobody.knows"
        await house.rig.submit("ben", {"answer": GOOD})
        await house.application.settle()
        told = [(one.kind, one.to) for one in house.seen[before:] if one.kind != "form"]
        assert told == [("whisper", "ben"), ("whisper", "ben")]
        assert house.rows(attempts) == []

    on_slack(play)


def test_stranger_of_a_shared_channel_may_answer_and_configures_nothing() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(f"{START}\nat 2026-12-01T09:00Z")
        zed = house.rig.space.person("zed", team="T0OTHER")
        zed.is_admin = True
        await house.play(f"zed in #prep: /daily pause\nzed in #prep thread: {GOOD}")
        refused, taken = [one for one in house.seen if one.kind == "whisper"][-2:]
        assert refused.text.startswith("Only an organiser of this group can use `/daily pause`.")
        assert taken.title.startswith("Yes · ")
        assert [row.state for row in house.rows(rounds)] == ["open"]

    on_slack(play)


def test_file_in_place_of_words_is_no_answer_and_is_told_in_private_only() -> None:
    async def play(house: SlackHouse) -> None:
        await house.play(f"{START}\nat 2026-12-01T09:00Z")
        space, people = house.rig.space, house.rig.fake.people
        ben, thread = space.person("ben"), house.talk("#prep").thread
        house.person("ben")
        picture = space.upload("board.png", "image/png", b"png")
        before = len(house.seen)
        await people.say(ben, house.prep(), "", thread, files=[picture])
        await house.application.settle()
        assert (house.seen[before:], house.rows(attempts)) == ([], [])
        await people.say(ben, space.direct(ben.id), "", files=[picture])
        await house.application.settle()
        assert [one.place for one in house.seen if one.to == "ben"] == ["dm ben"]

    on_slack(play)
