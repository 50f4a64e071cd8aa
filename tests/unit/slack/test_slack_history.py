"""What people said while we were away, as it would have arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_stage import Stage, card, on_slack

from adapters.slack.history import stamp
from bot.chat.model import Conversation, Private, RateLimited, Said, Unreachable


def texts(events: object) -> list[str]:
    """Return what was said."""
    assert isinstance(events, list | tuple)
    return [event.text for event in events]


def test_missed_in_a_thread_leaves_out_others_bots_and_what_came_before() -> None:
    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        mia, prep = space.person("mia"), space.channel("prep")
        talk = (await stage.transport.post(stage.channel(), card(), key="k")).talk
        other = (await stage.transport.post(stage.channel(), card("Other"), key="k2")).talk
        await people.say(mia, prep, "before", talk.thread)
        heard = stage.last(Said)
        people.away = True
        await people.say(mia, prep, "one", talk.thread)
        await stage.transport.post(talk, card("ours"), key="k3")
        await people.say(mia, prep, "elsewhere", other.thread)
        await people.say(mia, prep, "lunch?")
        await people.say(space.person("ole"), prep, "two", talk.thread)
        missed = await stage.transport.missed(talk, heard.at)
        assert texts(missed) == ["one", "two"]
        assert [(event.where, event.name, event.zone) for event in missed if isinstance(event, Said)] == [
            (talk, "mia", "Europe/London"),
            (talk, "ole", "Europe/London"),
        ]
        again = await stage.transport.missed(talk, heard.at - timedelta(microseconds=1))
        assert heard == again[0]

    on_slack(play)


def test_missed_in_a_private_thread_is_that_thread_alone() -> None:
    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        mia, where = space.person("mia"), space.direct(space.person("mia").id)
        talk = (await stage.transport.post(Private(stage.person("mia")), card(), key="k")).talk
        people.away = True
        after = space.now
        await people.say(mia, where, "inside", talk.thread)
        await people.say(mia, where, "outside")
        assert texts(await stage.transport.missed(talk, after)) == ["inside"]

    on_slack(play)


def test_missed_in_private_is_all_of_it_with_the_threads_begun_since() -> None:
    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        space.history_limit = 1
        mia, where = space.person("mia"), space.direct(space.person("mia").id)
        await people.say(mia, where, "before")
        before = stage.last(Said)
        people.away = True
        root = await people.say(mia, where, "one")
        await people.say(mia, where, "two")
        await people.say(mia, where, "one, in its thread", root.ts)
        missed = await stage.transport.missed(stage.direct("mia"), before.at)
        assert texts(missed) == ["one", "two", "one, in its thread"]
        assert [event.where.thread for event in missed if isinstance(event, Said)][::2] == [root.ts, root.ts]

    on_slack(play)


def test_missed_in_a_channel_are_mentions() -> None:
    async def play(stage: Stage) -> None:
        space, people = stage.slack.space, stage.slack.people
        people.away = True
        await people.say(space.person("mia"), space.channel("prep"), "lunch?")
        message = await people.say(space.person("mia"), space.channel("prep"), "@Greenroom practise")
        missed = await stage.transport.missed(stage.channel(), space.now - timedelta(hours=1))
        assert [(event.id, event.text) for event in missed if isinstance(event, Said)] == [
            (f"msg:{message.channel}:{message.ts}", "practise")
        ]

    on_slack(play)


def test_missed_where_we_are_no_more_is_unreachable() -> None:
    async def play(stage: Stage) -> None:
        gone = Conversation("slack", stage.slack.space.team, "C0")
        for where in (gone, replace(gone, thread="1.000001"), replace(stage.channel(), thread="1.000001")):
            with pytest.raises(Unreachable):
                await stage.transport.missed(where, stage.slack.space.now)
        stage.slack.space.refusals["conversations.history"] = "ratelimited"
        with pytest.raises(RateLimited):
            await stage.transport.missed(stage.channel(), stage.slack.space.now)

    on_slack(play)


class Stingy(dict[str, str]):
    """Refusals that let every other call pass."""

    calls = 0

    def __contains__(self, name: object) -> bool:
        """Tell whether this call is refused."""
        self.calls += name == "conversations.history"
        return name == "conversations.history" and self.calls % 2 == 0

    def __missing__(self, name: str) -> str:
        """Return the error of a refused call."""
        return "ratelimited"


def test_search_that_slack_interrupts_goes_on_where_it_was() -> None:
    async def play(stage: Stage) -> None:
        space = stage.slack.space
        where = stage.channel()
        sent = [await stage.transport.post(where, card(), key=f"k{number}") for number in range(4)]
        space.history_limit, space.refusals = 1, Stingy()
        for _ in range(3):
            with pytest.raises(RateLimited):
                await stage.transport.post(where, card(), key="k0", again=True)
        assert sent[0] == await stage.transport.post(where, card(), key="k0", again=True)
        assert len(stage.texts(where)) == 4

    on_slack(play)


def test_stamp_is_exact_to_the_microsecond() -> None:
    assert stamp(datetime(2026, 12, 1, 12, 0, 0, 7, tzinfo=UTC)) == "1796126400.000007"
