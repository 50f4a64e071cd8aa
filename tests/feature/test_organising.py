"""What organisers type, and what they are told: every command of `/daily`, right and wrong."""

from __future__ import annotations

from tests.feature.organising import NOTHING, START, tells, told
from tests.feature.sample_bank import BANK
from tests.feature.stage import House, scene

PLEASE = (
    "Only an organiser of this group can use `/daily {}`. Ask ana, who can also make you one: `/daily organiser @ben`."
)


# ---------------------------------------------------------------- several series
@scene()
async def test_command_with_several_series_asks_which_one(house: House) -> None:
    await told(house, START)
    await told(house, "ana in #prep: /daily start 17:00 Europe/Berlin weekdays incident")
    await tells(
        house,
        "ana in #prep: /daily pause",
        "2 series run here. Say which one you mean, like `/daily pause series=2`: "
        "/ series=1  09:00 Europe/London, every day · all questions "
        "/ series=2  17:00 Europe/Berlin, weekdays · format=incident",
    )
    await tells(house, "ana in #prep: /daily pause series=3", "There is no series 3 here. Running: 1, 2.")
    await tells(
        house,
        "ana in #prep: /daily pause until 24 dec series=2",
        "Series 2 is paused. It goes on by itself, Thu 24 Dec 17:00. Nobody's streak suffers meanwhile.",
    )
    assert "`/daily resume` lets it go on." in await told(house, "ana in #prep: /daily pause series=1")
    assert "Series 1 has ended." in await told(house, "ana in #prep: /daily stop series=1")
    assert "Next: Thu 24 Dec 17:00" in await told(house, "ana in #prep: /daily next")


@scene()
async def test_series_of_a_group_post_side_by_side(house: House) -> None:
    await told(house, START)
    await told(house, "ana in #prep: /daily start 09:30 Europe/London daily format=incident")
    first = await house.play("at 2026-12-01T09:00Z")
    second = await house.play("at 2026-12-01T09:30Z")
    posts = [("#prep", "post")]
    assert posts == [(one.place, one.kind) for one in first]
    assert posts == [(one.place, one.kind) for one in second]


# ---------------------------------------------------------------- pause, resume, skip, stop
@scene()
async def test_pause_ends_by_itself_on_its_date(house: House) -> None:
    await told(house, START)
    await told(house, "ana in #prep: /daily pause until 2026-12-03")
    await house.converse(
        ("at 2026-12-01T09:00Z", ""),
        ("at 2026-12-02T09:00Z", ""),
        ("at 2026-12-03T09:00Z", "#prep: Question of the day · …"),
    )
    await tells(house, "ana in #prep: /daily resume", "Series 1 is not paused. Next question: tomorrow 09:00.")
    assert "Paused" not in await told(house, "ana in #prep: /daily status")


@scene()
async def test_pause_with_an_impossible_end_says_what_to_type(house: House) -> None:
    await told(house, START)
    wrong = {
        "until": "Until when? Write the date on which it goes on, like `/daily pause until monday` or `until 24 dec`.",
        "until 30 feb": 'There is no "30 feb" in the calendar: type a date like 2026-12-01.',
        "until 2026-12-01": "A pause can only end after today, not today. "
        "Write the date on which it goes on: `until monday`.",
        "until 2025-12-01": "A pause can only end after today, not Mon 1 Dec. "
        "Write the date on which it goes on: `until monday`.",
    }
    for typed, expected in wrong.items():
        await tells(house, f"ana in #prep: /daily pause {typed}", expected)
    await house.converse(("at 2026-12-01T09:00Z", "#prep: Question of the day · …"))


@scene()
async def test_resume_makes_nothing_up(house: House) -> None:
    await told(house, START)
    await told(house, "ana in #prep: /daily pause")
    await house.converse(("at 2026-12-02T10:00Z", ""))
    await tells(house, "ana in #prep: /daily resume", "Series 1 goes on. Next question: tomorrow 09:00.")
    await house.converse(("at 2026-12-03T09:00Z", "#prep: Question of the day · …"))


@scene()
async def test_resume_before_the_time_of_day_posts_today(house: House) -> None:
    await told(house, START)
    await told(house, "ana in #prep: /daily pause")
    await tells(house, "ana in #prep: /daily resume", "Series 1 goes on. Next question: today 09:00.")
    await house.converse(("at 2026-12-01T09:00Z", "#prep: Question of the day · …"))


@scene()
async def test_skip_leaves_out_the_next_or_a_named_day(house: House) -> None:
    await told(house, START)
    await tells(
        house, "ana in #prep: /daily skip", "Left out: today. Next question: tomorrow 09:00. Nobody's streak suffers."
    )
    await tells(
        house,
        "ana in #prep: /daily skip 3 dec",
        "Left out: Thu 3 Dec. Next question: tomorrow 09:00. Nobody's streak suffers.",
    )
    await tells(
        house,
        "ana in #prep: /daily skip thursday",
        "There is nothing to leave out Thu 3 Dec: no question is planned for that day. "
        "`/daily status` shows what comes next.",
    )
    assert "There is nothing to leave out yesterday: its question was already due." in await told(
        house, "ana in #prep: /daily skip 2026-11-30"
    )
    await house.converse(
        ("at 2026-12-01T09:00Z", ""),
        ("at 2026-12-02T09:00Z", "#prep: Question of the day · …"),
        ("at 2026-12-03T09:00Z", "#prep thread: Closed / …"),
        ("at 2026-12-04T09:00Z", "#prep: Question of the day · …"),
    )


@scene()
async def test_stop_ends_the_series_and_lets_the_round_close(house: House) -> None:
    await told(house, START)
    await house.play("at 2026-12-01T09:00Z")
    await tells(
        house,
        "ana in #prep: /daily stop",
        "Series 1 has ended. What was answered stays with those who answered. `/daily start TIME` begins a new one.",
    )
    await tells(house, "ana in #prep: /daily stop", NOTHING)
    await house.converse(("at 2026-12-02T09:00Z", "#prep thread: Closed / …"), ("at 2026-12-03T09:00Z", ""))


# ---------------------------------------------------------------- the next question
@scene()
async def test_now_posts_once_a_day_and_closes_nothing_by_mistake(house: House) -> None:
    await told(house, START)
    await house.converse(
        (
            "ana in #prep: /daily now",
            ("#prep to ana: Today's question is posted. It closes tomorrow 08:00.", "#prep: Question of the day · …"),
        ),
        (
            "ana in #prep: /daily now",
            "#prep to ana: Today's question is already here, and there is one a day. "
            "`/daily next` shows what comes next.",
        ),
        ("at 2026-12-01T09:00Z", ""),
        ("at 2026-12-02T08:00Z", "#prep thread: Closed / …"),
        ("at 2026-12-02T09:00Z", "#prep: Question of the day · …"),
    )


@scene()
async def test_now_posts_on_a_day_off(house: House) -> None:
    await house.play("at 2026-12-05T12:00Z")  # a Saturday
    await told(house, "ana in #prep: /daily start 09:00 Europe/London weekdays")
    await house.converse(
        (
            "ana in #prep: /daily now",
            ("#prep to ana: Today's question is posted. It closes tomorrow 12:00.", "#prep: Question of the day · …"),
        ),
        ("at 2026-12-07T09:00Z", ("#prep thread: Closed / …", "#prep: Question of the day · …")),
    )


@scene()
async def test_swap_goes_through_all_questions_before_it_shows_one_again(house: House) -> None:
    words = await told(house, START)
    shown = [words.split("`")[-2]]
    for number in range(5):
        press = 'ana presses "Swap" in #prep' if number % 2 else "ana in #prep: /daily swap"
        shown.append((await told(house, press)).split("`")[-2])
    assert set(BANK.questions) == set(shown[:5])
    assert shown[4] != shown[5]
    post = (await house.play("at 2026-12-01T09:00Z"))[0]
    assert BANK.questions[shown[-1]].prompt in post.text


@scene()
async def test_swap_without_another_question_says_so(house: House) -> None:
    await told(house, "ana in #prep: /daily start 09:00 Europe/London daily design")
    await tells(
        house, "ana in #prep: /daily swap", "There is no other question to swap for: only this one fits format=design."
    )


@scene()
async def test_ask_plans_a_question_and_the_rest_goes_on(house: House) -> None:
    await told(house, START)
    await tells(
        house,
        "ana in #prep: /daily ask own-mistake",
        "`own-mistake` comes next: today 09:00. `/daily swap` takes another one.",
    )
    assert BANK.questions["own-mistake"].prompt in (await house.play("at 2026-12-01T09:00Z"))[0].text
    assert "`own-mistake` comes next: tomorrow 09:00. This group had it before." in await told(
        house, "ana in #prep: /daily ask OWN-MISTAKE"
    )
    await tells(
        house,
        "ana in #prep: /daily ask own-mistak",
        "The bank has no question `own-mistak`. Did you mean `own-mistake`?",
    )


@scene()
async def test_status_shows_the_open_round_to_everybody(house: House) -> None:
    await house.play(f"{START}\nana in #prep: /daily ask full-disk\nat 2026-12-01T09:00Z")
    await tells(
        house,
        "ben in #prep: /daily status",
        "Daily questions here / Series 1       09:00 Europe/London, every day · all questions "
        "/ Next           tomorrow 09:00 / Open           full-disk · 0 answered · closes tomorrow 09:00 "
        "/ Not asked yet  4 of 5 / Organisers: ana",
    )


# ---------------------------------------------------------------- who may
@scene()
async def test_member_is_refused_kindly_and_told_whom_to_ask(house: House) -> None:
    await told(house, START)
    commands = ("start 10:00", "pause", "resume", "now", "skip", "next", "swap", "ask full-disk", "stop")
    for command in commands:
        await tells(house, f"ben in #prep: /daily {command}", PLEASE.format(command.split()[0]))
    await tells(house, "ben in #prep: /daily organiser @ben", PLEASE.format("organiser"))


@scene()
async def test_member_in_a_new_channel_is_told_who_can_start(house: House) -> None:
    await tells(
        house,
        "ben in #prep: /daily start 09:00",
        "Only an organiser of this group can use `/daily start`. "
        "Ask somebody who manages this server or workspace to type it.",
    )


@scene()
async def test_organiser_names_another_one(house: House) -> None:
    await told(house, START)
    unknown = (
        "I have not seen `zoé` in this group yet. Once they answer or press a button under a question, "
        "I know them; then type it again."
    )
    await tells(house, "ana in #prep: /daily organiser @zoé", unknown)
    await told(house, "zoé in #prep: /daily status")
    await tells(
        house,
        "ana in #prep: /daily organiser @ZOÉ",
        "zoé is an organiser of this group now: every `/daily` command works for them.",
    )
    assert "Series 1 is paused." in await told(house, "zoé in #prep: /daily pause")


@scene()
async def test_command_in_private_says_where_it_belongs(house: House) -> None:
    belongs = "`/daily {}` belongs into the group's channel. Type it there: `/daily {}`."
    await tells(house, "ana in dm: /daily pause", belongs.format("pause", "pause [until DATE]"), "dm ana")
    await tells(house, "ana in dm: /daily status", belongs.format("status", "status"), "dm ana")


@scene()
async def test_command_misspelled_gets_the_nearest(house: House) -> None:
    await tells(
        house,
        "ana in #prep: /daily strat 09:00",
        "I do not know `/daily strat 09:00`. Did you mean `/daily start` or `/daily status`?",
    )
    await tells(house, "ana in #prep: /dayly start 09:00", "I do not know `/dayly start 09:00`. Did you mean `/daily`?")
    await tells(
        house,
        "ana in #prep: /daily skip nextweek",
        "I do not know what `nextweek` means in `/daily skip`. Type it like `/daily skip [DATE]`.",
    )
