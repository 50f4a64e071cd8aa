"""Every sentence of the daily question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.bank.model import Question
from bot.chat.model import Button, Card, Conversation, Facts, Part, Quote, Text
from bot.daily.calendar import days_text
from bot.daily.series import Series


def moment(at: datetime, zone: str, now: datetime) -> str:
    """Return an instant as people say it: "today 09:00", "tomorrow 09:00", "Mon 7 Dec 09:00"."""
    there, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return f"{day(there.date(), here.date())} {there:%H:%M}"


def day(on: date, today: date) -> str:
    """Return a date as people say it."""
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return names.get((on - today).days, f"{on:%a} {on.day} {on:%b}")


def question_card(question: Question, closes: str, buttons: Sequence[Button], *, late: bool) -> Card:
    """Return the round as the channel sees it."""
    title = f"Question of the day · {question.format} · {question.level} · about {question.minutes} min"
    body: list[Part] = [Text(question.prompt)]
    if late:
        body.insert(0, Text("I was away at the usual time, sorry. Here it is.", small=True))
    if question.why:
        body.append(Text(question.why))
    body.append(Text(f"Reply in the thread or privately · closes {closes} · nobody's score is shown here", small=True))
    return Card(title, tuple(body), tuple(buttons))


def preview_card(question: Question, opens: str, swap: Button | None, note: str = "") -> Card:
    """Show an organiser what comes next."""
    body: list[Part] = [Text(note)] if note else []
    body += [
        Text(f"Next: {opens} · {question.format} · {question.level} · {question.id}"),
        Quote(question.prompt),
        Text("Only you see this.", small=True),
    ]
    return Card("", tuple(body), (swap,) if swap else ())


def started(series: Series, count: int, organisers: Sequence[str]) -> str:
    """Return the first line after a start."""
    schedule = series.schedule
    line = (
        f"Series {series.number} is set: {schedule.time:%H:%M} {schedule.zone}, {days_text(schedule.days)}, "
        f"{count} questions to choose from."
    )
    return f"{line} Organisers: {', '.join(organisers)}." if organisers else line


def already_running(series: Series) -> Card:
    """Say that this very series exists."""
    return _say(
        f"Series {series.number} already posts at that time with those filters. "
        f"`/daily status` shows it; `/daily stop series={series.number}` ends it."
    )


def too_many(limit: int) -> Card:
    """Say that a group has as many series as it may."""
    return _say(f"This group has {limit} series, the most I run in one channel. End one with `/daily stop series=1`.")


def not_an_organiser(names: Sequence[str], what: str) -> Card:
    """Refuse a member kindly."""
    who = f"Ask {_list(names)}" if names else "Ask whoever manages this channel"
    return _say(f"Only an organiser of this group can use `/{what}`. {who}; `/daily organiser NAME` names another one.")


def no_series() -> Card:
    """Say that nothing is set up here."""
    return _say("No daily question is set up here yet. Start one with `/daily start 09:00 Europe/London weekdays`.")


def which_series(all_series: Sequence[Series], what: str) -> Card:
    """Ask for a number where several series run."""
    numbers = " or ".join(f"`/{what} series={one.number}`" for one in all_series)
    return _say(f"{len(all_series)} series run here. Say which one you mean: {numbers}.")


def unknown_series(number: str, all_series: Sequence[Series]) -> Card:
    """Say that there is no series of this number."""
    here = ", ".join(str(one.number) for one in all_series)
    return _say(f"There is no series {number} here. Running: {here}.")


def problem(words: str) -> Card:
    """Pass on what a rule found wrong with what was typed."""
    return _say(words)


def unknown_zone(word: str, near: Sequence[str]) -> Card:
    """Say that a time zone does not exist."""
    hint = f"Did you mean {_list([f'`{name}`' for name in near])}?" if near else "Write it like `Europe/London`."
    return _say(f"I do not know the time zone `{word}`. {hint}")


def unknown_filter(word: str, near: Sequence[str]) -> Card:
    """Say that a word names no filter."""
    hint = f"Did you mean {_list([f'`{name}`' for name in near])}?" if near else ""
    return _say(
        f"I do not know what `{word}` means here. {hint} Filters look like `level=mid`, `format=incident`, "
        "`skill=triage`, `company=Amazon`.".replace("  ", " ")
    )


def nothing_fits(filters: Mapping[str, str]) -> Card:
    """Say that the bank holds no such question."""
    words = " ".join(f"{key}={value}" for key, value in filters.items())
    return _say(f"No question fits {words or 'that'}. Leave a filter out, or `/daily start TIME` for all of them.")


def paused(until: str, number: int) -> Card:
    """Say that a series rests."""
    end = f"until {until}" if until else "until somebody types `/daily resume`"
    return _say(f"Series {number} is paused {end}. Nobody's streak suffers.")


def resumed(number: int, opens: str) -> Card:
    """Say that a series goes on."""
    return _say(f"Series {number} goes on. Next question: {opens}.")


def not_paused(number: int) -> Card:
    """Say that there is nothing to resume."""
    return _say(f"Series {number} is not paused.")


def skipped(on: str, opens: str) -> Card:
    """Say that a date is left out."""
    return _say(f"No question on {on}. Next one: {opens}. Nobody's streak suffers.")


def cannot_skip(on: str, why: str) -> Card:
    """Say why a date cannot be left out."""
    return _say(f"There is nothing to skip on {on}: {why}.")


def stopped(number: int) -> Card:
    """Say that a series has ended."""
    return _say(
        f"Series {number} has ended. What was answered stays with those who answered. "
        "`/daily start TIME` begins a new one."
    )


def posted_now(on: str) -> Card:
    """Say that the round was opened."""
    return _say(f"Posted, as the question of {on}.")


def already_posted(on: str) -> Card:
    """Say that the round of the date is open or was."""
    return _say(f"The question of {on} is already here: one a day. `/daily next` shows what comes next.")


def planned(question: Question, opens: str) -> Card:
    """Say when a question that was asked for comes."""
    return _say(f"`{question.id}` is planned for {opens}. `/daily now` posts it at once.")


def unknown_question(word: str, near: Sequence[str]) -> Card:
    """Say that the bank has no such question."""
    hint = f"Did you mean {_list([f'`{name}`' for name in near])}?" if near else ""
    return _say(f"The bank has no question `{word}`. {hint}".strip())


def named(name: str) -> Card:
    """Say that somebody is an organiser now."""
    return _say(f"{name} can now configure this group, too.")


def unknown_member(name: str, several: bool) -> Card:
    """Say that a name does not tell who is meant."""
    why = "More than one member goes by that name" if several else "I have not seen that name in this group yet"
    return _say(f"{why}: `{name}`. They become a member by answering, or by pressing any button here.")


def status(lines: Sequence[tuple[str, str]], organisers: Sequence[str]) -> Card:
    """Show what is set up in a group."""
    tail = f"Organisers: {', '.join(organisers)}" if organisers else "No organiser is named."
    return Card("Daily questions here", (Facts(tuple(lines)), Text(tail, small=True)))


def only_for_the_thread(length: int, longest: int) -> Card:
    """Say that an answer is too long, and that it is still there."""
    return _say(
        f"That is {length:,} characters; I read up to {longest:,}. Your words are still where you wrote them: "
        "shorten them to what you would say in two minutes, and I will assess that."
    )


def too_long(length: int, longest: int, text: str) -> Card:
    """Say that a private answer is too long, and give it back."""
    words = f"That is {length:,} characters; I read up to {longest:,}. Nothing is lost, here is how it began:"
    return Card("", (Text(words), Quote(text[:1_000])))


def round_gone() -> Card:
    """Say that a round can no longer be answered."""
    return _say("That question has left the bank, so I cannot assess it any more. `/practice` gives you another one.")


def kept_streak(closes: str) -> str:
    """Return what a refused answer means for a streak."""
    return f"No score, and your streak is safe until this closes, {closes}."


def unassessed() -> Card:
    """Say that the coach failed; nothing is lost."""
    return _say(
        "I have your answer, but could not assess it: something on my side failed. It counts for your streak, "
        "and whoever runs me can try it again."
    )


def streak_line(current: int) -> Text:
    """Return the streak under an assessment."""
    return Text(f"Streak {current} {'day' if current == 1 else 'days'}", small=True)


def no_credit() -> Text:
    """Return what stands in place of the streak when a round had closed."""
    return Text("This round had closed, so it counts for practice and not for your streak.", small=True)


def recap(
    question: Question, answered: int, members: int, missed: tuple[str, int, int] | None, milestones: Sequence[str]
) -> Card:
    """Close a round in its thread."""
    body: list[Part] = []
    if answered:
        of = f"{answered} of {max(members, answered)} answered"
        body.append(
            Text(
                of
                if missed is None
                else f"{of} · the point most of us missed: {missed[0]} ({missed[1]} of {missed[2]} had it)"
            )
        )
    else:
        body.append(Text("Nobody answered this one. It stays open for practice: press Answer privately."))
    answer = question.model_answer or question.example
    if answer:
        body += [Text("A model answer:"), Quote(answer)]
    if milestones:
        body.append(Text(f"Milestones: {' · '.join(milestones)}"))
    return Card("Closed", tuple(body))


def reported(known: bool) -> Card:
    """Thank for a report."""
    return _say("You told me before; the organisers know." if known else "Thank you. I told the organisers.")


def report_card(question: Question, place: Conversation, name: str) -> Card:
    """Tell an organiser that a question is bad."""
    return Card(
        "A question was reported",
        (
            Text(f"{name} reported `{question.id}` in {place.channel}:"),
            Quote(question.prompt),
            Text("`/daily swap` replaces a planned question; the bank's file is where it is mended.", small=True),
        ),
    )


def cannot_post(place: Conversation, why: str) -> Card:
    """Tell an organiser that a channel cannot be reached."""
    return _say(
        f"I could not post the daily question in {place.channel}: {why}. The question is kept. "
        "Ask me into the channel again, then `/daily now`."
    )


def _say(words: str) -> Card:
    return Card("", (Text(words),))


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else ""
