"""Rounds: when they open and close, what is posted late or missed, which question is asked, what the recap says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.bank.model import Bank
from bot.chat.model import Joined, Left
from bot.storage.tables import rounds
from tests.feature.interviewing import press
from tests.feature.sample_bank import ANSWERS, BANK
from tests.feature.stage import House, Seen, scene

QUESTION = "#prep: Question of the day · …"
CLOSED = "#prep thread: Closed / …"
START = "ana in #prep: /daily start 09:00 Europe/London daily"
BUTTONS = "[Answer privately] [Hint] [Practise in DM]"
LATE = "I was away at the usual time, sorry. Here it is."


def question_of(seen: Seen) -> str:
    """Return the id of the question that a post asks."""
    return next(one.id for one in BANK.questions.values() if one.prompt in seen.text)


async def posted_at(house: House, start: str, hours: range, days: int = 3) -> list[str]:
    """Return the UTC times at which a series posts on the next days, looked for each half hour of some hours."""
    await house.play(f"ana in #prep: /daily start {start}")
    midnight = house.now.replace(hour=0, minute=0)
    found: list[str] = []
    for step in range(days):
        for half in range(hours.start * 2, hours.stop * 2):
            before = len(house.seen)
            now = midnight + timedelta(days=step, minutes=30 * half)
            if now > house.now:
                await house.at(now)
            found += [f"{one.at:%d %H:%M}" for one in house.seen[before:] if one.title.startswith("Question")]
    return found


def states(house: House) -> list[tuple[date, str]]:
    """Return the date and state of every round."""
    return sorted((row.date, row.state) for row in house.rows(rounds))


# ---------------------------------------------------------------- on time
@scene()
async def test_round_opens_on_its_days_alone(house: House) -> None:
    await house.play("ana in #prep: /daily start 09:00 Europe/London weekdays")
    posted = []
    for day in range(1, 15):
        posted += [seen.at.day for seen in await house.play(f"at 2026-12-{day:02}T09:00Z") if seen.place == "#prep"]
    assert posted == [1, 2, 3, 4, 7, 8, 9, 10, 11, 14]


@scene()
async def test_round_reads_whole_and_closes_with_its_recap(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask full-disk")
    await house.converse(
        (
            "at 2026-12-01T09:00Z",
            "#prep: Question of the day · incident · junior · about 4 min "
            "/ At night the disk of your main server runs full and nothing can be written. How do you react? "
            "/ Shows how you think about full disk. "
            "/ Reply in the thread or privately · closes tomorrow 09:00 London · nobody's score is shown here "
            f"{BUTTONS}",
        ),
        ("at 2026-12-02T08:59Z", ""),
        (
            "at 2026-12-02T09:00Z",
            (
                "#prep thread: Closed / Nobody answered this one. It stays there for practice: press Answer privately. "
                f"/ A model answer: / │ {ANSWERS['full-disk']}",
                QUESTION,
            ),
        ),
    )


@scene()
async def test_round_before_a_weekend_closes_after_a_day(house: House) -> None:
    await house.play("at 2026-12-03T12:00Z\nana in #prep: /daily start 09:00 Europe/London weekdays")
    await house.converse(
        ("at 2026-12-04T09:00Z", QUESTION),
        ("at 2026-12-05T09:00Z", CLOSED),
        ("at 2026-12-06T09:00Z", ""),
        ("at 2026-12-07T09:00Z", QUESTION),
    )


@scene(start=datetime(2026, 3, 28, tzinfo=UTC))
async def test_round_in_a_gap_of_the_clock_opens_after_it_in_berlin(house: House) -> None:
    posted = await posted_at(house, "02:30 Europe/Berlin daily grace=0", range(3))
    assert ", ".join(posted) == "28 01:30, 29 01:00, 30 00:30"


@scene(start=datetime(2026, 3, 7, tzinfo=UTC))
async def test_round_in_a_gap_of_the_clock_opens_after_it_in_new_york(house: House) -> None:
    posted = await posted_at(house, "02:30 America/New_York daily grace=0", range(5, 9))
    assert ", ".join(posted) == "07 07:30, 08 07:00, 09 06:30"


@scene(start=datetime(2026, 10, 31, tzinfo=UTC))
async def test_round_in_a_repeated_hour_opens_once_in_new_york(house: House) -> None:
    posted = await posted_at(house, "01:30 America/New_York daily grace=0", range(4, 9))
    assert ", ".join(posted) == "31 05:30, 01 05:30, 02 06:30"


@scene(start=datetime(2026, 10, 24, tzinfo=UTC))
async def test_round_in_a_repeated_hour_opens_once_in_london(house: House) -> None:
    posted = await posted_at(house, "01:30 Europe/London daily grace=0", range(4))
    assert ", ".join(posted) == "24 00:30, 25 00:30, 26 01:30"


@scene(start=datetime(2026, 10, 2, 20, tzinfo=UTC))
async def test_round_follows_a_summer_time_of_half_an_hour(house: House) -> None:
    posted = await posted_at(house, "09:00 Australia/Lord_Howe daily", range(21, 24))
    assert ", ".join(posted) == "02 22:30, 03 22:00, 04 22:00"


# ---------------------------------------------------------------- late and missed
@scene()
async def test_round_within_the_grace_is_posted_late_with_an_apology(house: House) -> None:
    await house.play(START)
    await house.close()
    house.now = datetime(2026, 12, 1, 14, 30, tzinfo=UTC)
    await house.open()
    post = house.seen[-1]
    assert (post.text.split("\n")[0], post.text.split(" · ")[1]) == (LATE, "closes tomorrow 09:00 London")


@scene()
async def test_round_beyond_the_grace_is_missed_and_can_be_had_by_now(house: House) -> None:
    await house.play(f"{START} grace=2")
    await house.close()
    house.now = datetime(2026, 12, 3, 11, 1, tzinfo=UTC)
    await house.open()
    assert [(date(2026, 12, day), "missed") for day in (1, 2, 3)] == states(house)
    await house.converse(
        ("ana in #prep: /daily status", "#prep to ana: Daily questions here / … / Next           tomorrow 09:00 / …"),
        ("ana in #prep: /daily now", ("#prep to ana: Today's question is posted. It closes tomorrow 09:00.", QUESTION)),
        ("at 2026-12-04T09:00Z", (CLOSED, QUESTION)),
    )


@scene()
async def test_round_missed_for_days_opens_only_the_newest(house: House) -> None:
    await house.play(START)
    await house.close()
    house.now = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
    await house.open()
    assert [(date(2026, 12, day), "missed") for day in (1, 2, 3)] + [(date(2026, 12, 4), "open")] == states(house)


# ---------------------------------------------------------------- which question
@scene()
async def test_question_does_not_come_back_before_all_were_asked(house: House) -> None:
    await house.play(START)
    asked = []
    for day in range(1, 16):
        asked += [
            question_of(seen) for seen in await house.play(f"at 2026-12-{day:02}T09:00Z") if seen.place == "#prep"
        ]
    cycles = [set(asked[start : start + 5]) for start in (0, 5, 10)]
    assert [set(BANK.questions)] * 3 == cycles


@scene()
async def test_question_that_members_have_not_seen_comes_first(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask lost-orders\nat 2026-12-01T09:00Z")
    await house.play(f"ana in #prep thread: {ANSWERS['lost-orders']}\nana in #prep: /daily stop")
    words = (await house.play("ana in #prep: /daily start 09:00 Europe/London daily triage"))[0].text
    assert "`shared-folder`" in words  # of the two that exercise triage, the one that ana has not answered


@scene()
async def test_question_of_one_series_is_not_asked_by_the_other(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily start 09:30 Europe/London daily")
    first = await house.play("at 2026-12-01T09:00Z")
    second = await house.play("at 2026-12-01T09:30Z")
    assert len({question_of(seen) for seen in (*first, *second)}) == 2


@scene(bank=Bank({"own-mistake": BANK.questions["own-mistake"]}, BANK.skills))
async def test_question_that_is_the_only_one_is_asked_again(house: House) -> None:
    await house.play(START)
    await house.converse(("at 2026-12-01T09:00Z", QUESTION), ("at 2026-12-02T09:00Z", (CLOSED, QUESTION)))


@scene()
async def test_series_that_ran_dry_tells_its_organisers_once_a_week(house: House) -> None:
    await house.play(f"{START} design")
    await house.close()
    house.bank = Bank({one: BANK.questions[one] for one in ("full-disk", "own-mistake")}, BANK.skills)
    await house.open()
    await house.converse(
        (
            "at 2026-12-01T09:00Z",
            "dm ana: I had nothing to post today: no question of the bank fits series 1 any more (format=design). "
            "`/daily stop series=1` ends it, `/daily start TIME` begins one with other filters.",
        ),
        ("at 2026-12-02T09:00Z", ""),
        ("ana in #prep: /daily now", "#prep to ana: No question fits format=design. …"),
    )


# ---------------------------------------------------------------- the recap
@scene()
async def test_recap_counts_answers_and_names_the_point_most_missed(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask lost-orders\nat 2026-12-01T09:00Z")
    for name in ("ana", "ben", "cleo"):
        await house.play(f"{name} in #prep thread: {ANSWERS['lost-orders']}")
    await house.play('dan presses "Hint" in #prep')
    recap = (await house.play("at 2026-12-02T09:00Z"))[0]
    lines = (
        "3 of 4 answered",
        "The point most of us missed: Send the lost orders again, each of them once (0 of 3 had it in full)",
    )
    assert lines == tuple(line for line in recap.text.split("\n") if line)[:2]


@scene()
async def test_recap_of_one_answer_tells_nothing_about_it(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask lost-orders\nat 2026-12-01T09:00Z")
    await house.play(f"ben in #prep thread: {ANSWERS['lost-orders']}")
    recap = (await house.play("at 2026-12-02T09:00Z"))[0]
    assert f"1 of 2 answered\n\nA model answer:\n\n│ {ANSWERS['lost-orders']}" == recap.text


@scene()
async def test_milestones_are_named_of_those_alone_who_share_them(house: House) -> None:
    await house.play(f"{START}\nben in dm: /settings visibility group")
    recaps = []
    for day in range(1, 9):
        shown = await house.play(f"at 2026-12-{day:02}T09:00Z")
        recaps += [seen.text for seen in shown if seen.title == "Closed"]
        answer = ANSWERS[question_of(shown[-1])]
        await house.play(f"ben in #prep thread: {answer}\ncleo in #prep thread: {answer}")
    named = ["Milestones: ben, 7 days" if "Milestones" in text else "" for text in recaps]
    assert named == [""] * 6 + ["Milestones: ben, 7 days"]
    assert not any("cleo" in text for text in recaps)


@scene(platforms=("slack-like", "discord-like"))
async def test_private_answers_are_shown_of_those_alone_who_share_them(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask lost-orders\nana in dm: /settings answers group")
    await house.play("at 2026-12-01T09:00Z")
    answer = ANSWERS["lost-orders"]
    for name in ("ana", "cleo"):
        await house.play(f'{name} presses "Answer privately" in #prep\n{name} submits: {answer} It is {name}.')
    await house.play(f"dan in dm: /settings answers group\ndan in #prep thread: {answer} It is dan.")
    seen = await house.play("at 2026-12-02T09:00Z")
    shown = [one for one in seen if one.place == "#prep thread"]
    assert [one.title or one.text for one in shown] == ["Closed", f"ana answered:\n\n│ {answer} It is ana."]
    await house.play("ana in dm: /progress delete")
    await press(house, "Delete everything")
    assert "#prep thread" in [one.place for one in house.seen if one.kind == "edit"]


# ---------------------------------------------------------------- a channel that cannot be reached
@scene()
async def test_round_that_cannot_be_posted_is_kept_and_owed_by_nobody(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask full-disk")
    house.rig.fail("unreachable")
    await house.converse(
        (
            "at 2026-12-01T09:00Z",
            "dm ana: I could not post today's question in #prep. The question is kept, and nobody's streak suffers. "
            "Ask me into the channel again, then type `/daily now` there. / What the platform said: …",
        ),
        ("ana in #prep: /daily now", ("#prep to ana: Today's question is posted. …", "#prep: …runs full…")),
    )
    assert [(date(2026, 12, 1), "open")] == states(house)


@scene(platforms=("slack-like", "discord-like"))
async def test_channel_without_the_bot_gets_nothing_until_it_is_asked_in_again(house: House) -> None:
    await house.play(START)
    prep = house.rig.channel("prep")
    for again in ("left", "archived"):  # platforms tell the same removal twice
        await house.delivery.accept(Left(id=again, at=house.now, space=prep.space, where=prep))
    await house.application.settle()
    called = "#prep" if prep.platform == "slack" else prep.channel
    assert [f"{one.place}: {one.text}" for one in house.seen if "removed" in one.text] == [
        f"dm ana: I was removed from {called}, or it was archived: the daily question that runs there waits, nothing "
        "is lost, and nobody's streak suffers. Ask me in again and I go on; `/daily stop` there, before or after, "
        "ends it for good."
    ]
    await house.converse(("at 2026-12-01T09:00Z", ""))
    await house.delivery.accept(Joined(id="joined", at=house.now, space=prep.space, where=prep))
    await house.converse(("at 2026-12-02T09:00Z", QUESTION))


@scene(platforms=("slack-like",))
async def test_channel_that_was_gone_before_its_space_is_not_told_of_again(house: House) -> None:
    await house.play(START)
    prep = house.rig.channel("prep")
    await house.delivery.accept(Left(id="left", at=house.now, space=prep.space, where=prep))
    for day in range(20):
        await house.later(days=1)
        whole = replace(prep, channel="")
        await house.delivery.accept(Left(id=f"whole{day}", at=house.now, space=prep.space, where=whole))
    await house.application.settle()
    assert [one.place for one in house.seen if "I was removed from" in one.text] == ["dm ana"]
    await house.delivery.accept(Joined(id="joined", at=house.now, space=prep.space, where=replace(prep, channel="")))
    assert "It goes on" not in "".join(one.text for one in await house.play("at 2026-12-25T09:00Z"))


@scene(platforms=("slack-like", "discord-like"))
async def test_shown_answer_that_waits_goes_with_its_author(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask lost-orders\nana in dm: /settings answers group")
    await house.play("at 2026-12-01T09:00Z")
    await house.play(f'ana presses "Answer privately" in #prep\nana submits: {ANSWERS["lost-orders"]}')
    house.rig.fail(*["unavailable"] * 2)
    before = len(house.seen)
    await house.play("at 2026-12-02T09:00Z\nana in dm: /progress delete")
    await press(house, "Delete everything")
    await house.later(minutes=10)
    assert not [one for one in house.seen[before:] if "ana answered:" in one.text]


@scene(platforms=("discord-like",))
async def test_space_without_the_bot_gets_nothing_until_it_is_asked_in_again(house: House) -> None:
    await house.play(START)
    prep = house.rig.channel("prep")
    server = replace(prep, channel="")
    await house.delivery.accept(Left(id="left", at=house.now, space=prep.space, where=server))
    await house.application.settle()
    assert [one.place for one in house.seen if "I was removed from" in one.text] == ["dm ana"]
    await house.converse(("at 2026-12-01T09:00Z", ""))
    await house.delivery.accept(Joined(id="joined", at=house.now, space=prep.space, where=server))
    await house.converse(("at 2026-12-02T09:00Z", QUESTION))
