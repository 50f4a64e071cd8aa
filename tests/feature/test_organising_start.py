"""`/daily start`: what it reads, what it answers, what it refuses."""

from __future__ import annotations

from dataclasses import replace

from bot.bank.model import Bank
from bot.chat.model import Asked
from tests.feature.organising import NOTHING, START, tells, told
from tests.feature.sample_bank import BANK
from tests.feature.stage import House, scene

USAGE = "`/daily start 09:00 [Europe/London] [weekdays] [level=mid …]`"
FILTERS = (
    "Filters look like `level=mid`, `format=incident`, `skill=triage`, `company=Amazon`; "
    "a time zone looks like `Europe/Berlin`."
)


MANY = Bank({f"q{n}": replace(BANK.questions["full-disk"], id=f"q{n}", company=f"Firm {n}") for n in range(9)}, {})


# ---------------------------------------------------------------- start
@scene()
async def test_start_before_its_time_posts_today(house: House) -> None:
    await house.converse(
        (
            START,
            "#prep to ana: Series 1 is set: 09:00 Europe/London, every day, 5 questions to choose from. "
            "Organisers: ana. / Next: today 09:00 · … / │ … / Only you see this. [Swap]",
        ),
        ("at 2026-12-01T08:59Z", ""),
        ("at 2026-12-01T09:00Z", "#prep: Question of the day · … [Answer privately] [Hint] [Practise in DM]"),
    )


@scene()
async def test_start_after_its_time_posts_on_the_next_running_day(house: House) -> None:
    await house.play("at 2026-12-04T09:00Z")  # a Friday
    assert "Next: Mon 7 Dec 09:00" in await told(house, "ana in #prep: /daily start 09:00 Europe/London weekdays")
    await house.converse(
        ("at 2026-12-05T09:00Z", ""),
        ("at 2026-12-06T09:00Z", ""),
        ("at 2026-12-07T09:00Z", "#prep: Question of the day · …"),
    )


@scene()
async def test_start_posts_what_it_previewed(house: House) -> None:
    preview = await told(house, START)
    post = (await house.play("at 2026-12-01T09:00Z"))[0]
    prompt = next(one.prompt for one in BANK.questions.values() if one.prompt in preview)
    assert prompt in post.text


@scene()
async def test_start_reads_what_people_type(house: House) -> None:
    series = {
        "09:00 Berlin mon wed": "09:00 Europe/Berlin, Mon, Wed, 5 questions",
        "9.30 New York fri and sat incident triage": "09:30 America/New_York, Fri, Sat, 1 question ",
        "5pm Orbit weekdays Asia/Tokyo grace=2": "17:00 Asia/Tokyo, weekdays, 1 question ",
        "9 am san francisco level=senior,mid": "09:00 America/Los_Angeles, weekdays, 4 questions",
        "format=incident 17:00 weekends berlin": "17:00 Europe/Berlin, weekends, 3 questions",
        "8 o'clock pm Berlin": "20:00 Europe/Berlin, weekdays, 5 questions",
        "noon Kathmandu skill=mitigation diagnosis": "12:00 Asia/Kathmandu, weekdays, 3 questions",
    }
    for number, (typed, expected) in enumerate(series.items()):
        words = await told(house, f"ana in #room-{number}: /daily start {typed}", f"#room-{number}")
        assert words.startswith(f"Series 1 is set: {expected}"), words


@scene()
async def test_start_without_a_zone_says_which_one_it_took(house: House) -> None:
    assert "09:00 UTC, weekdays, 5 questions to choose from. You named no time zone, so I took this one" in await told(
        house, "ana in #prep: /daily start 09:00"
    )
    assert "09:00 Asia/Tokyo" in await told(house, "ana in #other: /daily start 09:00 Asia/Tokyo", "#other")
    assert "18:00 Asia/Tokyo" in await told(house, "ana in #other: /daily start 18:00", "#other")


@scene()
async def test_start_with_what_cannot_be_read_says_what_to_type(house: House) -> None:
    wrong = {
        "": f"`/daily start` needs one more word: time (when to post: 09:00). Type it like {USAGE}.",
        "9": '"9" could be an hour of the morning or the evening: type 9:00 or 21:00.',
        "9 o'clock": '"9 o\'clock" could be an hour of the morning or the evening: type 9:00 or 21:00.',
        "time=9 o’clock London": '"9 o’clock" could be an hour of the morning or the evening: type 9:00 or 21:00.',
        "25:00": 'There is no "25:00" on the clock: type a time from 0:00 to 23:59.',
        "09:00 Europe/Lodnon": "I do not know the time zone `Europe/Lodnon`. "
        "Did you mean `Europe/London`, `Europe/Lisbon` or `Europe/Oslo`?",
        "09:00 EST": "I do not know the time zone `EST`. Did you mean `America/New_York`?",
        "09:00 Mars/Olympus": "I do not know the time zone `Mars/Olympus`. Write it like `Europe/London`.",
        "09:00 Berlin triag": f"I do not know what `triag` means here. Did you mean `triage`? {FILTERS}",
        "09:00 level=expert": "I do not know what `level=expert` means here. "
        f"Did you mean `junior`, `mid`, `senior`, `lead` or `principal`? {FILTERS}",
        "09:00 days=Someday": 'I cannot read "Someday" as days: type weekdays, daily, or a list like "mon,wed,fri".',
        "09:00 days=mon,someday": 'I cannot read "someday" in "mon,someday" as days: '
        'type weekdays, daily, or a list like "mon,wed,fri".',
        "09:00 company=Nobody": "No question has the company Nobody. Type `company=Orbit`, or leave it out.",
        "09:00 company=Orbitt": "No question has the company Orbitt. Did you mean `company=Orbit`?",
        "09:00 company=triage": "No question has the company triage. Did you mean `skill=triage`?",
        "09:00 skill=triag": "No question has the skill triag. Did you mean `skill=triage`?",
        "09:00 category=poems": "No question is in the category poems. Type `category=behaviourals`, "
        "`category=designs` or `category=incidents`, or leave it out.",
        "09:00 set=blue": "No question here has a set: leave `set=` out.",
        "09:00 levle=senior": f"I do not know what `levle=senior` means here. Did you mean `level=senior`? {FILTERS}",
        "09:00 role=senior": f"I do not know what `role=senior` means here. Did you mean `level=senior`? {FILTERS}",
        "09:00 dyas=mon": f"I do not know what `dyas=mon` means here. Did you mean `days=mon`? {FILTERS}",
        "09:00 colour=red": f"I do not know what `colour=red` means here. {FILTERS}",
        "09:00 grace=many": "`grace=many` is not a number of hours from 0 to 23. Write it like `grace=6`.",
        "09:00 grace=²": "`grace=²` is not a number of hours from 0 to 23. Write it like `grace=6`.",
        "09:00 level=senior format=design": "No question fits level=senior format=design. "
        "Leave a filter out, or `/daily start TIME` for all of them.",
    }
    for typed, expected in wrong.items():
        await tells(house, f"ana in #prep: /daily start {typed}", expected)
    await tells(house, "ana in #prep: /daily status", NOTHING)


@scene(bank=MANY)
async def test_start_with_a_company_that_is_none_of_many_names_what_is_near_as_one_can_type_it(house: House) -> None:
    await tells(
        house,
        "ana in #prep: /daily start 09:00 company=Nobody",
        "No question has the company Nobody. Name another one, or leave it out.",
    )
    words = await told(house, "ana in #prep: /daily start 09:00 company=Firm")
    assert words.startswith("No question has the company Firm. Did you mean `company=Firm-")
    assert ", 1 question to choose from." in await told(house, "ana in #prep: /daily start 09:00 company=Firm-3")


@scene()
async def test_start_twice_names_the_series_that_runs(house: House) -> None:
    await told(house, START)
    await tells(
        house,
        START,
        "Series 1 already posts at that time with those filters. `/daily status` shows it; "
        "`/daily stop series=1` ends it.",
    )


@scene()
async def test_start_stops_at_ten_series(house: House) -> None:
    for hour in range(10, 20):
        await told(house, f"ana in #prep: /daily start {hour}:00 Europe/London")
    await tells(
        house,
        "ana in #prep: /daily start 21:00 Europe/London",
        "This group has 10 series, the most I run in one channel. End one with `/daily stop series=1`.",
    )


@scene(bank=Bank({}, {}))
async def test_start_on_an_empty_bank_says_who_can_help(house: House) -> None:
    await tells(
        house,
        "ana in #prep: /daily start 09:00",
        "The bank holds no questions. Whoever runs me can add some: `greenroom questions import`.",
    )


@scene()
async def test_start_where_the_bot_may_not_write_names_the_rights_that_it_needs(house: House) -> None:
    prep = house.rig.channel("prep")
    lacks = ("Send Messages", "Create Public Threads")
    await house.delivery.accept(
        Asked(
            id="start",
            at=house.now,
            space=prep.space,
            who=house.person("ana"),
            where=prep,
            command="daily start",
            options={"time": "09:00"},
            organiser=True,
            can_post=False,
            lacks=lacks,
        )
    )
    await house.application.settle()
    assert house.seen[-1].text == (
        "I may not post in this channel yet. Open its settings, Permissions, and allow Greenroom: Send Messages, "
        "Create Public Threads. Then type the same command again."
    )
    await house.converse(("ana in #prep: /daily status", f"#prep to ana: {NOTHING}"))
