"""What every platform must do for people: acts become events, cards become messages, at the right address."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.chat.fit import fit
from bot.chat.model import (
    Asked,
    Card,
    Code,
    Deleted,
    Edited,
    Facts,
    Home,
    Pressed,
    Private,
    Quote,
    Said,
    Submitted,
    Text,
)
from tests.contract.stage import CLOSED, DONE, HINT, PRIVATELY, Stage, scene

WICKED = "<@U1> <!channel> @everyone @here <#C1> *b* _i_ `c` &amp; <http://a.b|c> ||s|| \\n"


@scene
async def test_answer_in_the_talk_of_a_post_arrives_with_the_same_address(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question of the day")
    ident = await stage.rig.say("mia", sent.talk, "I would roll back.")
    said = stage.last(Said)
    assert (sent.talk, ident, "I would roll back.") == (said.where, said.message, said.text)
    assert (stage.rig.person("mia"), sent.talk.space) == (said.who, said.space)


@scene
async def test_post_to_a_talk_is_shown_in_it_and_answers_come_from_it(stage: Stage) -> None:
    first = await stage.post(stage.rig.channel("prep"), "Question of the day")
    second = await stage.post(first.talk, "Closed: 9 of 14 answered")
    assert first.talk == second.talk
    assert [shown.text for shown in stage.rig.shown(first.talk)][-1:] == ["Closed: 9 of 14 answered"]
    assert not [s for s in stage.rig.shown(stage.rig.channel("prep")) if "Closed" in s.text and s.where != first.talk]
    await stage.rig.say("ole", second.talk, "Thanks")
    assert first.talk == stage.last(Said).where


@scene
async def test_two_posts_in_a_channel_have_talks_of_their_own(stage: Stage) -> None:
    one, two = [await stage.post(stage.rig.channel("prep"), text) for text in ("One", "Two")]
    await stage.rig.say("mia", one.talk, "to one")
    assert one.talk == stage.last(Said).where
    await stage.rig.say("mia", two.talk, "to two")
    assert two.talk == stage.last(Said).where
    assert one.talk != two.talk


@scene
async def test_private_conversation_goes_on_at_its_talk(stage: Stage) -> None:
    mia = stage.rig.person("mia")
    sent = await stage.post(Private(mia, "interview-1"), "Mock interview, 3 questions")
    assert sent.talk.private
    assert len(stage.showing(sent, "Mock interview")) == 1
    await stage.rig.say("mia", sent.talk, "ready")
    said = stage.last(Said)
    assert (mia, sent.talk, "ready") == (said.who, said.where, said.text)
    follow = await stage.post(said.where, "1 of 3")
    assert sent.talk == follow.talk
    assert len(stage.showing(follow, "1 of 3")) == 1


@scene
async def test_private_message_out_of_the_blue_is_heard_and_can_be_answered(stage: Stage) -> None:
    await stage.rig.say("mia", stage.rig.private("mia"), "hello")
    said = stage.last(Said)
    assert said.where.private
    sent = await stage.post(said.where, "Hi Mia")
    assert said.where == sent.talk
    await stage.rig.say("mia", sent.talk, "again")
    assert said.where == stage.last(Said).where


@scene
async def test_two_people_have_private_conversations_apart(stage: Stage) -> None:
    mia = await stage.post(Private(stage.rig.person("mia")), "For Mia")
    ole = await stage.post(Private(stage.rig.person("ole")), "For Ole")
    assert mia.talk != ole.talk
    assert (stage.showing(mia, "For Ole"), stage.showing(ole, "For Mia")) == ([], [])


@scene
async def test_every_act_is_one_event_and_keeps_its_id_when_delivered_again(stage: Stage) -> None:
    rig = stage.rig
    sent = await stage.post(rig.channel("prep"), "Question", buttons=(HINT, DONE, PRIVATELY))
    assert sent.ref is not None
    ids: list[str] = []

    async def one(kind: type[Any]) -> Any:
        await rig.redeliver()
        event = stage.last(kind)
        ids.append(event.id)
        return event

    message = await rig.say("mia", sent.talk, "I would wait.")
    await one(Said)
    await rig.edit("mia", sent.talk, message, "I would roll back.")
    edited = await one(Edited)
    assert (message, "I would roll back.", sent.talk) == (edited.message, edited.text, edited.where)
    await rig.edit("mia", sent.talk, message, "I would roll back first.")
    await one(Edited)
    await rig.delete("mia", sent.talk, message)
    deleted = await one(Deleted)
    assert (message, sent.talk) == (deleted.message, deleted.where)
    for label in ("Hint", "Done", "Hint"):
        await rig.press("mia", sent.ref.id, label)
        pressed = await one(Pressed)
        if label == "Hint":
            await stage.whisper(pressed, "Think of the queue.")
    await rig.press("mia", sent.ref.id, "Answer privately")
    await rig.submit("mia", {"words": "roll back"})
    await one(Submitted)
    await rig.ask("mia", rig.channel("prep"), "/help")
    await stage.whisper(await one(Asked), "Try /daily start 09:00")
    assert len(ids) == len(set(ids))
    assert {event.id for event in stage.heard} <= set(ids)


@scene
async def test_press_brings_action_token_and_the_message_it_is_on(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question", buttons=(HINT, DONE))
    assert sent.ref is not None
    await stage.rig.press("ole", sent.ref.id, "Done")
    pressed = stage.last(Pressed)
    assert ("done", "tok-2", sent.ref) == (pressed.action, pressed.token, pressed.on)
    assert (stage.rig.person("ole"), sent.ref.where.channel) == (pressed.who, pressed.where.channel)


@scene
async def test_press_is_on_the_same_message_after_an_answer_in_its_talk(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question of the day", buttons=(HINT,))
    assert sent.ref is not None
    await stage.rig.press("mia", sent.ref.id, HINT.label)
    before = stage.last(Pressed)
    await stage.rig.say("ole", sent.talk, "I would roll back.")
    await stage.rig.press("mia", sent.ref.id, HINT.label)
    after = stage.last(Pressed)
    assert (before.on, before.where) == (after.on, after.where)


@scene
async def test_command_brings_its_name_and_its_words_in_one_way_or_the_other(stage: Stage) -> None:
    await stage.rig.ask("mia", stage.rig.channel("prep"), "/daily start 09:00")
    asked = stage.last(Asked)
    assert [*asked.command.split(), *asked.text.split(), *asked.options.values()] == ["daily", "start", "09:00"]
    assert (stage.rig.person("mia"), stage.rig.channel("prep").channel) == (asked.who, asked.where.channel)
    await stage.whisper(asked, "Starts tomorrow at 09:00.")


@scene
async def test_rights_come_with_the_command_or_are_known_to_the_transport(stage: Stage) -> None:
    for name, expected in (("mia", True), ("ole", False)):
        await stage.rig.ask(name, stage.rig.channel("prep"), "/help", organiser=expected)
        asked = stage.last(Asked)
        standing = await stage.rig.transport.standing(asked.who, asked.where)
        assert expected == (standing.organiser if asked.organiser is None else asked.organiser)
        assert standing.can_post if asked.can_post is None else asked.can_post
        await stage.whisper(asked, "Thanks")


@scene
async def test_whisper_is_seen_by_one_person_and_is_no_post(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question", buttons=(HINT,))
    assert sent.ref is not None
    await stage.rig.press("ole", sent.ref.id, "Hint")
    whispered = await stage.whisper(stage.last(Pressed), "Think of the queue.")
    assert whispered.ref is None
    seen = [one for place in (sent.ref.where, sent.talk) for one in stage.rig.shown(place) if "queue" in one.text]
    assert [(one.kind, one.to in ("ole", stage.rig.person("ole").account)) for one in seen] == [("whisper", True)]


@scene
async def test_button_on_a_whisper_can_be_pressed(stage: Stage) -> None:
    where = stage.rig.channel("prep")
    await stage.rig.ask("mia", where, "/help")
    asked = stage.last(Asked)
    card = Card(body=(Text("Try this"),), buttons=(DONE,))
    await stage.rig.transport.post(where, card, key="whisper", only=asked.who, reply=asked.reply)
    await stage.rig.press("mia", next(s.id for s in stage.rig.shown(where) if "Try this" in s.text), "Done")
    assert ((pressed := stage.last(Pressed)).action, pressed.token) == ("done", "tok-2")


@scene
async def test_press_for_a_form_opens_it_and_only_what_is_sent_off_is_heard(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question", buttons=(PRIVATELY,))
    assert sent.ref is not None
    await stage.rig.press("mia", sent.ref.id, "Answer privately")
    assert stage.heard == []
    await stage.rig.submit("mia", {"words": "First I tell\nthe on-call <channel> & roll back."})
    submitted = stage.last(Submitted)
    assert ("answer", "tok-3", sent.ref) == (submitted.form, submitted.token, submitted.on)
    assert dict(submitted.values) == {"words": "First I tell\nthe on-call <channel> & roll back."}
    assert (stage.rig.person("mia"), sent.ref.where.channel) == (submitted.who, submitted.where.channel)
    await stage.whisper(submitted, "Yes: 71 of 100")


@scene
async def test_form_that_cannot_open_is_a_card_to_the_presser(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question", buttons=(CLOSED,))
    assert sent.ref is not None
    await stage.rig.press("mia", sent.ref.id, "Answer late")
    assert stage.heard == []
    kinds = [one.kind for one in stage.rig.shown(sent.ref.where) if "This round is closed." in one.text]
    assert kinds == ["whisper"]


@scene
async def test_button_works_after_the_transport_was_built_anew(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question", buttons=(HINT, PRIVATELY))
    assert sent.ref is not None
    await stage.restart()
    await stage.rig.press("mia", sent.ref.id, "Hint")
    pressed = stage.last(Pressed)
    assert (pressed.action, pressed.token) == ("hint", "tok-1")
    await stage.whisper(pressed, "Think of the queue.")
    await stage.rig.press("mia", sent.ref.id, "Answer privately")
    await stage.rig.submit("mia", {"words": "roll back"})
    assert stage.last(Submitted).token == "tok-3"
    await stage.rig.say("ole", sent.talk, "me too")
    assert sent.talk == stage.last(Said).where


@scene
async def test_edit_replaces_a_post_and_its_buttons(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Open until nine", buttons=(HINT,))
    assert sent.ref is not None
    await stage.rig.transport.edit(sent.ref, Card(body=(Text("Closed at nine"),)))
    now = [(s.id, s.text, s.buttons) for s in stage.rig.shown(sent.ref.where) if s.kind == "post"]
    assert [(sent.ref.id, "Closed at nine", ())] == now


@scene
async def test_reaction_and_typing_do_no_harm(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question")
    assert sent.ref is not None
    await stage.rig.transport.react(sent.ref, "eyes")
    await stage.rig.transport.react(sent.ref, "eyes")
    await stage.rig.transport.typing(sent.talk)
    assert len(stage.showing(sent, "Question")) == 1


@scene
async def test_long_card_is_all_shown_in_order_after_fit(stage: Stage) -> None:
    capabilities = stage.rig.transport.capabilities
    marks = iter(f"w{number:05}" for number in range(100_000))
    prose, code, quote = (" ".join(next(marks) for _ in range(1_500)) for _ in range(3))
    facts = tuple((next(marks), next(marks)) for _ in range(30))
    title = " ".join(next(marks) for _ in range(60))
    body = (Text(prose), Code(code.replace(" ", "\n")), Quote(quote), Facts(facts))
    talk = (await stage.post(stage.rig.channel("prep"), "Here it comes")).talk
    seen_before = len(stage.rig.shown(talk))
    for number, part in enumerate(fit(Card(title, body, (HINT,) * 30), capabilities)):
        await stage.rig.transport.post(talk, part, key=f"part-{number}")
    shown = stage.rig.shown(talk)[seen_before:]
    words = [word for one in shown for word in re.findall(r"w\d{5}", one.text)]
    expected = [word for text in (title, prose, code, quote) for word in text.split()]
    expected += [word for pair in facts for word in pair]
    assert expected[60:] == [word for word in words if word not in set(title.split())]
    assert sum(len(one.buttons) for one in shown) == 30


@scene
async def test_words_of_people_are_shown_verbatim_and_mention_nobody(stage: Stage) -> None:
    card = Card("", (Text(WICKED), Quote(WICKED), Facts((("who", "@everyone <@U1>"),)), Code("<!here> @here")))
    sent = await stage.rig.transport.post(stage.rig.channel("prep"), card, key="wicked")
    shown = stage.showing(sent, "<@U1>")
    assert [one.text.count(WICKED) for one in shown] == [2]
    assert all(words in shown[0].text for words in ("@everyone <@U1>", "<!here> @here"))
    assert shown[0].mentions == ()


@scene
async def test_words_of_people_arrive_verbatim(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question")
    text = "a < b && c > d, *really* `x`, &amp; 漢字 \U0001f469\u200d\U0001f680\nsecond line"
    await stage.rig.say("mia", sent.talk, text)
    assert text == stage.last(Said).text


@scene
async def test_what_was_said_while_away_is_fetched_oldest_first(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question")
    await stage.rig.say("mia", sent.talk, "before")
    before = stage.last(Said)
    stage.rig.away(True)
    stage.rig.at(before.at + timedelta(minutes=5))
    first = await stage.rig.say("mia", sent.talk, "one")
    stage.rig.at(before.at + timedelta(minutes=6))
    second = await stage.rig.say("ole", sent.talk, "two")
    assert stage.heard == []
    stage.rig.away(False)
    missed = [event for event in await stage.rig.transport.missed(sent.talk, before.at) if isinstance(event, Said)]
    expected = [(first, "one", stage.rig.person("mia")), (second, "two", stage.rig.person("ole"))]
    assert [(m, t, w, sent.talk) for m, t, w in expected] == [(e.message, e.text, e.who, e.where) for e in missed]


@scene
async def test_missed_message_has_the_id_that_it_was_heard_with(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question")
    await stage.rig.say("mia", sent.talk, "heard")
    said = stage.last(Said)
    assert [said.id] == [
        event.id for event in await stage.rig.transport.missed(sent.talk, said.at - timedelta(hours=1))
    ]


@scene
async def test_act_that_the_core_refused_is_told_or_delivered_again(stage: Stage) -> None:
    sent = await stage.post(stage.rig.channel("prep"), "Question")
    stage.refusals = 1
    try:
        await stage.rig.say("mia", sent.talk, "I would roll back.")
        await stage.rig.redeliver()
    except PermissionError:
        assert stage.heard == []
    else:
        assert stage.last(Said).text == "I would roll back."


@scene
async def test_home_page_is_shown_where_there_is_one(stage: Stage) -> None:
    if not stage.rig.transport.capabilities.home:
        return
    for text in ("Streak 5 days", "Streak 6 days"):
        await stage.post(Home(stage.rig.person("mia")), text)
    pages = [one.text for one in stage.rig.shown(stage.rig.private("mia")) if one.kind == "home"]
    assert pages == ["Streak 6 days"]
