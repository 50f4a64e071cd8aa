"""Every sentence of the daily question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.bank.model import Question
from bot.chat.model import Button, Card, Facts, Part, Quote, Text
from bot.chat.phrases import alternatives, say
from bot.daily.calendar import days_text
from bot.daily.series import Series

WHEN_RESUMED = "once it is resumed"
"""In place of a time, where a pause has no end."""


def moment(at: datetime, zone: str, now: datetime) -> str:
    """Return an instant as people say it: "today 09:00", "tomorrow 09:00", "Mon 7 Dec 09:00"."""
    there, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{day(there.date(), here.date())} {there:%H:%M}"


def moment_there(at: datetime, zone: str, now: datetime) -> str:
    """Return an instant for readers in many places, with the place whose clock shows it: "tomorrow 09:00 London"."""
    return f"{moment(at, zone, now)} {city(zone)}"


def own_moment(at: datetime, zone: str, group_zone: str, now: datetime) -> str:
    """Return an instant on a learner's own clock, and say so where the group's shows another."""
    words = moment(at, zone, now)
    return words if words == moment(at, group_zone, now) else f"{words}, your time"


def city(zone: str) -> str:
    """Return a time zone as people say it: "London", "New York", "UTC"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def day(on: date, today: date) -> str:
    """Return a date as people say it."""
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return names.get((on - today).days, f"{on:%a} {on.day} {on:%b}")


def question_card(
    question: Question, closes: str, buttons: Sequence[Button], *, late: bool, heard: bool = True
) -> Card:
    """Return the round as the channel sees it; `heard`: what is written in its thread can be read."""
    title = f"Question of the day · {question.format} · {question.level} · about {question.minutes} min"
    body: list[Part] = [Text(question.prompt)]
    if late:
        body.insert(0, Text("I was away at the usual time, sorry. Here it is.", small=True))
    if question.why:
        body.append(Text(question.why))
    how = "Reply in the thread or privately" if heard else "Answer privately, or reply to this message with the ping on"
    body.append(Text(f"{how} · closes {closes} · nobody's score is shown here", small=True))
    return Card(title, tuple(body), tuple(buttons))


def preview_card(question: Question, opens: str, swap: Button | None, note: str = "") -> Card:
    """Show an organiser what comes next."""
    body: list[Part] = [Text(note)] if note else []
    body += [
        Text(f"Next: {opens} · {question.format} · {question.level} · `{question.id}`"),
        Quote(question.prompt),
        Text("Only you see this.", small=True),
    ]
    return Card("", tuple(body), (swap,) if swap else ())


def started(series: Series, count: int, organisers: Sequence[str], *, guessed: bool) -> str:
    """Return the first lines after a start; `guessed`: nobody named the time zone."""
    schedule = series.schedule
    questions = "1 question" if count == 1 else f"{count} questions"
    line = (
        f"Series {series.number} is set: {schedule.time:%H:%M} {schedule.zone}, {days_text(schedule.days)}, "
        f"{questions} to choose from."
    )
    if guessed:
        line += (
            f" You named no time zone, so I took this one; to change it, type "
            f"`/daily stop series={series.number}` and start again with the zone, as in `09:00 Europe/Berlin`."
        )
    return f"{line} Organisers: {', '.join(organisers)}." if organisers else line


def may_not_write(lacks: Sequence[str]) -> Card:
    """Say which rights the bot needs in a channel before it can post there."""
    return say(
        f"I may not post in this channel yet. Open its settings, Permissions, and allow Greenroom: {', '.join(lacks)}. "
        "Then type the same command again."
    )


def already_running(series: Series) -> Card:
    """Say that this very series exists."""
    return say(
        f"Series {series.number} already posts at that time with those filters. "
        f"`/daily status` shows it; `/daily stop series={series.number}` ends it."
    )


def too_many(limit: int) -> Card:
    """Say that a group has as many series as it may."""
    return say(f"This group has {limit} series, the most I run in one channel. End one with `/daily stop series=1`.")


def not_an_organiser(names: Sequence[str], what: str, member: str) -> Card:
    """Refuse a member kindly, and say who can help."""
    if names:
        help_ = f"Ask {alternatives(names)}, who can also make you one: `/daily organiser @{member}`."
    else:
        help_ = "Ask somebody who manages this server or workspace to type it."
    return say(f"Only an organiser of this group can use `/{what}`. {help_}")


def no_series() -> Card:
    """Say that nothing is set up here."""
    return say("No daily question is set up here yet. Start one with `/daily start 09:00 Europe/London weekdays`.")


def which_series(all_series: Sequence[Series], what: str) -> Card:
    """Ask for a number where several series run."""
    here = tuple((f"series={one.number}", schedule_line(one)) for one in all_series)
    words = f"{len(all_series)} series run here. Say which one you mean, like `/{what} series={all_series[-1].number}`:"
    return Card("", (Text(words), Facts(here)))


def unknown_series(number: str, all_series: Sequence[Series]) -> Card:
    """Say that there is no series of this number."""
    here = ", ".join(str(one.number) for one in all_series)
    return say(f"There is no series {number} here. Running: {here}.")


def problem(words: str) -> Card:
    """Pass on what a rule found wrong with what was typed."""
    return say(words)


def nothing_fits(filters: Mapping[str, str]) -> Card:
    """Say that the bank holds no such question."""
    if not filters:
        return say("The bank holds no questions. Whoever runs me can add some: `greenroom questions import`.")
    return say(f"No question fits {_what(filters)}. Leave a filter out, or `/daily start TIME` for all of them.")


def no_other(filters: Mapping[str, str]) -> Card:
    """Say that there is nothing to swap for."""
    return say(f"There is no other question to swap for: only this one fits {_what(filters)}.")


def ran_dry(number: int, filters: Mapping[str, str]) -> Card:
    """Tell an organiser that a series has no questions any more."""
    return say(
        f"I had nothing to post today: no question of the bank fits series {number} any more ({_what(filters)}). "
        f"`/daily stop series={number}` ends it, `/daily start TIME` begins one with other filters."
    )


def paused(opens: str, number: int) -> Card:
    """Say that a series rests; `opens`: when it goes on by itself."""
    end = f"It goes on by itself, {opens}" if opens else "`/daily resume` lets it go on"
    return say(f"Series {number} is paused. {end}. Nobody's streak suffers meanwhile.")


def not_ahead(on: str) -> Card:
    """Say that a pause cannot end in the past."""
    return say(f"A pause can only end after today, not {on}. Write the date on which it goes on: `until monday`.")


def until_when() -> Card:
    """Ask for the date that is missing."""
    return say("Until when? Write the date on which it goes on, like `/daily pause until monday` or `until 24 dec`.")


def resumed(number: int, opens: str) -> Card:
    """Say that a series goes on."""
    return say(f"Series {number} goes on. Next question: {opens}.")


def not_paused(number: int, opens: str) -> Card:
    """Say that there is nothing to resume."""
    return say(f"Series {number} is not paused. Next question: {opens}.")


def skipped(on: str, opens: str) -> Card:
    """Say that a date is left out."""
    return say(f"Left out: {on}. Next question: {opens}. Nobody's streak suffers.")


def cannot_skip(on: str, why: str) -> Card:
    """Say why a date cannot be left out."""
    return say(f"There is nothing to leave out {on}: {why}. `/daily status` shows what comes next.")


def stopped(number: int) -> Card:
    """Say that a series has ended."""
    return say(
        f"Series {number} has ended. What was answered stays with those who answered. "
        "`/daily start TIME` begins a new one."
    )


def posted_now(closes: str) -> Card:
    """Say that the round was opened."""
    return say(f"Today's question is posted. It closes {closes}.")


def already_posted() -> Card:
    """Say that the round of the date is open or was."""
    return say("Today's question is already here, and there is one a day. `/daily next` shows what comes next.")


def planned(question: Question, opens: str, *, again: bool) -> Card:
    """Say when a question that was asked for comes; `again`: this group had it before."""
    note = " This group had it before." if again else ""
    return say(f"`{question.id}` comes next: {opens}.{note} `/daily swap` takes another one.")


def unknown_question(word: str, near: Sequence[str]) -> Card:
    """Say that the bank has no such question."""
    hint = f"Did you mean {alternatives([f'`{name}`' for name in near])}?" if near else "`/daily next` shows an id."
    return say(f"The bank has no question `{word}`. {hint}")


def named(name: str) -> Card:
    """Say that somebody is an organiser now."""
    return say(f"{name} is an organiser of this group now: every `/daily` command works for them.")


def unknown_member(name: str, several: bool) -> Card:
    """Say that a name does not tell who is meant."""
    if several:
        return say(f"More than one member is called `{name}`. Mention the one you mean with @.")
    return say(
        f"I have not seen `{name}` in this group yet. Once they answer or press a button under a question, "
        "I know them; then type it again."
    )


def schedule_line(series: Series) -> str:
    """Return when and what a series asks."""
    schedule = series.schedule
    when = f"{schedule.time:%H:%M} {schedule.zone}, {days_text(schedule.days)}"
    return f"{when} · {_what(series.filters)}"


def pause_line(until: date | None, today: date) -> str:
    """Return how long a pause lasts."""
    return f"until {day(until, today)}" if until else "until somebody types /daily resume"


def open_line(question_id: str, answered: int, closes: str, reported: int) -> str:
    """Return how an open round stands."""
    tail = f" · reported by {reported}" if reported else ""
    return f"{question_id} · {answered} answered · closes {closes}{tail}"


def status(lines: Sequence[tuple[str, str]], organisers: Sequence[str]) -> Card:
    """Show what is set up in a group."""
    tail = f"Organisers: {', '.join(organisers)}" if organisers else "No organiser is named."
    return Card("Daily questions here", (Facts(tuple(lines)), Text(tail, small=True)))


def only_for_the_thread(length: int, longest: int) -> Card:
    """Say that an answer is too long, and that it is still there."""
    return say(
        f"That is {length:,} characters; I read up to {longest:,}. Your words are still where you wrote them: "
        "shorten them to what you would say in two minutes, and I will assess that."
    )


def too_long(length: int, longest: int, text: str) -> Card:
    """Say that a private answer is too long, and give it back."""
    words = f"That is {length:,} characters; I read up to {longest:,}. Shorten it, please; nothing is lost:"
    return Card("", (Text(words), Quote(text)))


def round_gone() -> Card:
    """Say that a round can no longer be answered."""
    return say("That question is gone, so I cannot assess an answer any more. `/practice` gives you another one.")


def round_gone_with(text: str) -> Card:
    """Say that a round can no longer be answered, and give the answer back."""
    words = "That question is gone, so I cannot assess your answer any more. Nothing is lost, here it is:"
    return Card("", (Text(words), Quote(text)))


def on_its_way() -> Card:
    """Answer a second press of the same."""
    return say("I have that answer already; its assessment is on its way.")


def replaced() -> Card:
    """Answer a submission that a newer one overtook."""
    return say("A newer answer of yours took the place of that one; its assessment is what counts.")


def kept_answer() -> str:
    """Return what becomes of an answer whose correction cannot be judged."""
    return "Your answer as it was before still stands, with its assessment."


def no_form() -> Card:
    """Say how to answer where no form can be opened."""
    return say("I cannot open a form here. Reply in the question's thread: your first reply of two sentences counts.")


def kept_streak(closes: str) -> str:
    """Return what a refused answer means for a streak."""
    return f"No score, and your streak is safe until this closes, {closes}."


def unassessed() -> Card:
    """Say that the coach failed; nothing is lost."""
    return say(
        "I have your answer, but could not assess it: something on my side failed. It counts for your streak, "
        "and whoever runs me can try it again."
    )


def streak_line(current: int) -> Text:
    """Return the streak under an assessment."""
    return Text(f"Streak {current} {'day' if current == 1 else 'days'}", small=True)


def no_credit() -> Text:
    """Return what stands in place of the streak when a round had closed."""
    return Text("This round had closed: your answer counts as practice and leaves your streak as it is.", small=True)


def reported(known: bool) -> Card:
    """Thank for a report."""
    return say("You told me before; the organisers know." if known else "Thank you. I told the organisers.")


def report_card(question: Question, channel: str, name: str) -> Card:
    """Tell an organiser that a question is bad."""
    return Card(
        "A question was reported",
        (
            Text(f"{name} reported `{question.id}` in {channel}:"),
            Quote(question.prompt),
            Text("`/daily swap` replaces a planned question; the bank's file is where it is mended.", small=True),
        ),
    )


def cannot_post(channel: str, why: str) -> Card:
    """Tell an organiser that a channel cannot be reached."""
    body = (
        Text(
            f"I could not post today's question in {channel}. The question is kept, and nobody's streak suffers. "
            "Ask me into the channel again, then type `/daily now` there."
        ),
        Text(f"What the platform said: {why}", small=True),
    )
    return Card("", body)


def removed(channel: str, series: int) -> Card:
    """Tell an organiser that we were removed from a channel, or that it was archived."""
    runs = "the daily question that runs there waits" if series == 1 else f"the {series} series that run there wait"
    return say(
        f"I was removed from {channel}, or it was archived: {runs}, nothing is lost, and nobody's streak suffers. "
        "Ask me in again and I go on; `/daily stop` there, before or after, ends it for good."
    )


def _what(filters: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in filters.items()) or "all questions"
