"""People act on our fake as in the client: commands, completions, presses, forms; and how those are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from adapters.discord.fake import FakeDiscord
from adapters.discord.fake.model import Channel, Interaction, Right, User
from tests.unit.discord.fake_discord_app import JSON, App, button, said, with_app

TIME = {"type": 3, "name": "time", "description": "When.", "required": True, "max_length": 5}
LEVEL = {"type": 3, "name": "level", "description": "Which.", "choices": [{"name": "Mid", "value": "mid"}]}
ZONE = {"type": 3, "name": "zone", "description": "Where.", "autocomplete": True}
WHO = {"type": 6, "name": "who", "description": "Who."}
START = {"type": 1, "name": "start", "description": "Begin.", "options": [TIME, LEVEL, ZONE, WHO]}
SHOW = {"type": 1, "name": "show", "description": "Show."}
TREE: list[JSON] = [
    {"name": "daily", "description": "Daily.", "options": [START, SHOW], "contexts": [0], "integration_types": [0]},
    {"name": "help", "description": "Help.", "contexts": [0, 1, 2], "integration_types": [0, 1]},
]
FORM: JSON = {
    "title": "Answer",
    "custom_id": "answer:tok",
    "components": [
        {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "words", "style": 2, "min_length": 2}},
        {"type": 1, "components": [{"type": 4, "custom_id": "more", "label": "More", "style": 1, "required": False}]},
    ],
}
Answer = Callable[[App, discord.Interaction], Awaitable[Any]]


class Scene:
    """Somebody in front of an app that answers as it is told."""

    def __init__(self, app: App, fake: FakeDiscord, answer: JSON | None) -> None:
        """Answer every interaction by this callback, None for silence."""
        self.app, self.fake, self.answer = app, fake, answer
        self.mia: User = fake.world.person("mia")
        self.prep: Channel = fake.world.channel("prep")
        self.seen: list[discord.Interaction] = []
        app.event(self.on_interaction)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer."""
        self.seen.append(interaction)
        self.fake.world.changed()
        if self.answer is not None:
            await self.respond(interaction, self.answer)

    async def respond(self, act: discord.Interaction | Interaction, answer: JSON, **query: Any) -> Any:
        """Send the first response."""
        return await self.app.call("POST", f"/interactions/{act.id}/{act.token}/callback", answer, **query)

    def hook(self, act: Interaction, message: str = "") -> str:
        """Return the address of later responses."""
        return f"/webhooks/{self.fake.world.application}/{act.token}" + (f"/messages/{message}" if message else "")

    async def post(self, *rows: JSON, text: str = "Question") -> Any:
        """Post a message with buttons, and return it."""
        shown = {"type": 10, "content": text}
        sent = await self.app.call("POST", f"/channels/{self.prep.id}/messages", said("", components=[shown, *rows]))
        return self.fake.world.messages[sent["id"]]


def play(scene: Callable[[Scene], Awaitable[None]], answer: JSON | None) -> None:
    async def run(app: App, fake: FakeDiscord) -> None:
        await app.call("PUT", f"/applications/{fake.world.application}/commands", TREE)
        await scene(Scene(app, fake, answer))

    fake = with_app(run)
    assert fake.world.broken == []


DEFER: JSON = {"type": 5, "data": {"flags": 64}}


def test_command_brings_options_by_name_and_the_rights_of_who_asks() -> None:
    async def scene(on: Scene) -> None:
        guild = on.fake.world.guild()
        on.fake.world.join(guild, on.mia).rights = Right.MANAGE_GUILD
        values = {"time": "09:00", "level": "mid", "who": "ole"}
        act = await on.fake.people.command(on.mia, on.prep, "daily start", values)
        seen = on.seen[0]
        assert isinstance(seen.user, discord.Member)
        assert (seen.user.display_name, seen.permissions.manage_guild, seen.app_permissions.send_messages) == (
            "Mia",
            True,
            True,
        )
        assert (seen.guild_id, str(seen.id), seen.is_guild_integration()) == (int(guild.id), act.id, True)
        data: Any = seen.data
        assert (data["name"], data["options"][0]["name"]) == ("daily", "start")
        ole = on.fake.world.person("ole")
        found = {option["name"]: option["value"] for option in data["options"][0]["options"]}
        assert found == values | {"who": ole.id}
        assert list(data["resolved"]["users"]) == [ole.id]

    play(scene, DEFER)


def test_client_offers_only_what_is_declared_and_holds_back_what_is_wrong() -> None:
    async def scene(on: Scene) -> None:
        people, direct = on.fake.people, on.fake.world.direct(on.mia)
        for place, path in ((on.prep, "dayly"), (on.prep, "daily stop"), (direct, "daily start"), (on.prep, "help me")):
            with pytest.raises(LookupError):
                await people.command(on.mia, place, path, {})
        for values in ({}, {"time": "too late"}, {"time": "09:00", "level": "senior"}):
            with pytest.raises(PermissionError, match="Discord says"):
                await people.command(on.mia, on.prep, "daily start", values)
        assert on.seen == []
        await people.command(on.mia, on.prep, "daily", {})
        await people.command(on.mia, direct, "help", {})
        data: Any = on.seen[0].data
        assert (data["options"][0]["name"], on.seen[1].guild_id, on.seen[1].user.name) == ("show", None, "mia")

    play(scene, DEFER)


def test_installed_by_its_user_it_is_asked_where_nobody_invited_it() -> None:
    async def scene(on: Scene) -> None:
        world, people = on.fake.world, on.fake.people
        away = world.channel("away", world.guild("other", installed=False))
        between = world.direct(on.mia, world.person("ole"))
        with pytest.raises(LookupError, match="not offered here"):
            await people.command(on.mia, away, "help", {})
        world.installed_by.add(on.mia.id)
        acts = [await people.command(on.mia, place, "help", {}) for place in (away, between)]
        assert [act.owners for act in acts] == [{"1": on.mia.id}] * 2
        assert [(seen.guild_id, seen.is_user_integration()) for seen in on.seen] == [
            (int(away.guild), True),
            (None, True),
        ]
        assert [(seen.context.guild, seen.context.private_channel) for seen in on.seen] == [
            (True, False),
            (False, True),
        ]
        await on.app.call("PATCH", on.hook(acts[0], "@original"), said("Hello"))
        with pytest.raises(LookupError):
            await people.command(on.mia, away, "daily show", {})

    play(scene, DEFER)


def test_options_are_completed_while_somebody_types() -> None:
    async def scene(on: Scene) -> None:
        offered = await on.fake.people.complete(on.mia, on.prep, "daily start", "zone", "ber")
        data: Any = on.seen[0].data
        assert data["options"][0]["options"] == [{"name": "zone", "type": 3, "value": "ber", "focused": True}]
        assert offered == ["Berlin"]

    play(scene, {"type": 8, "data": {"choices": [{"name": "Berlin", "value": "Europe/Berlin"}]}})


def test_deferral_is_thinking_until_it_is_answered_once() -> None:
    async def scene(on: Scene) -> None:
        world = on.fake.world
        act = await on.fake.people.command(on.mia, on.prep, "help", {})
        assert world.is_thinking(act)
        assert (await on.app.call("GET", on.hook(act, "@original")))["flags"] == 64 | 128
        shown = await on.app.call("PATCH", on.hook(act, "@original"), said("First"))
        assert (world.is_thinking(act), shown["flags"], shown["edited_timestamp"]) == (False, 64 | 1 << 15, None)
        more = await on.app.call("POST", on.hook(act), said("Second", flags=64 | 1 << 15))
        readers = [message.reader for message in world.messages.values()]
        assert (readers, more["id"] in world.messages) == ([on.mia.id] * 2, True)
        assert await on.app.refused("GET", f"/channels/{on.prep.id}/messages/{more['id']}") == (404, 10008)
        await on.app.call("DELETE", on.hook(act, more["id"]))
        assert await on.app.refused("GET", on.hook(act, more["id"])) == (404, 10008)
        assert on.app.of("message") == []

    play(scene, DEFER)


def test_first_follow_up_takes_the_place_of_thinking() -> None:
    async def scene(on: Scene) -> None:
        act = await on.fake.people.command(on.mia, on.prep, "help", {})
        sent = await on.app.call("POST", on.hook(act), said("First"))
        assert (sent["id"], sent["flags"]) == (act.original, 64 | 1 << 15)

    play(scene, DEFER)


def test_interaction_is_acknowledged_once_within_three_seconds() -> None:
    async def scene(on: Scene) -> None:
        world = on.fake.world
        act = await on.fake.people.command(on.mia, on.prep, "help", {})
        path = f"/interactions/{act.id}/{act.token}/callback"
        assert await on.app.refused("POST", path, DEFER) == (400, 40060)
        assert await on.app.refused("POST", f"/interactions/{act.id}/other/callback", DEFER) == (404, 10062)
        on.answer = None
        task = asyncio.ensure_future(on.fake.people.command(on.mia, on.prep, "help", {}))
        assert await world.until(lambda: len(on.seen) == 2)
        late = on.seen[1]
        assert await on.app.refused("PATCH", f"/webhooks/{world.application}/{late.token}/messages/@original", {}) == (
            404,
            10015,
        )
        world.now += timedelta(seconds=4)
        assert await on.app.refused("POST", f"/interactions/{late.id}/{late.token}/callback", DEFER) == (404, 10062)
        task.cancel()
        world.now += timedelta(minutes=12)
        await on.app.call("PATCH", on.hook(act, "@original"), said("in time"))
        world.now += timedelta(minutes=3)
        assert await on.app.refused("POST", on.hook(act), said("late")) == (401, 50027)
        assert world.broken == [f"POST {path}: 40060: Interaction has already been acknowledged."]
        world.broken.clear()

    play(scene, DEFER)


def test_tokens_outlive_the_process_of_the_app() -> None:
    async def scene(on: Scene) -> None:
        act = await on.fake.people.command(on.mia, on.prep, "help", {})
        await on.fake.stop()
        await on.fake.start()
        await on.app.call("PATCH", on.hook(act, "@original"), said("after the restart"))

    play(scene, DEFER)


def test_press_brings_the_message_and_leaves_it_alone_when_quiet() -> None:
    async def scene(on: Scene) -> None:
        message = await on.post(button("Hint", "hint:1"), button("Done", "done:2"))
        with pytest.raises(LookupError, match="only"):
            await on.fake.people.press(on.mia, message, "Next")
        act = await on.fake.people.press(on.mia, message, "Done")
        data: Any = on.seen[0].data
        assert (data["custom_id"], on.seen[0].message and on.seen[0].message.id) == ("done:2", int(message.id))
        assert (await on.app.call("GET", on.hook(act, "@original")))["id"] == message.id
        assert len(on.fake.world.messages) == 1

    play(scene, {"type": 6})


def test_whisper_is_pressed_by_its_reader_alone() -> None:
    async def scene(on: Scene) -> None:
        act = await on.fake.people.command(on.mia, on.prep, "help", {})
        whisper = on.fake.world.messages[act.original]
        with pytest.raises(PermissionError):
            await on.fake.people.press(on.fake.world.person("ole"), whisper, "Done")
        await on.fake.people.press(on.mia, whisper, "Done")
        assert on.seen[1].message is not None
        assert on.seen[1].message.flags.ephemeral

    play(scene, {"type": 4, "data": {"content": "Try this", "flags": 64, "components": [button("Done")]}})


def test_form_opens_as_the_first_response_and_brings_values_by_custom_id() -> None:
    async def scene(on: Scene) -> None:
        message = await on.post(button("Answer"))
        people, world = on.fake.people, on.fake.world
        with pytest.raises(LookupError, match="no form"):
            await people.submit(on.mia, {})
        await people.press(on.mia, message, "Answer")
        assert world.modals[on.mia.id].payload["title"] == "Answer"
        on.answer = DEFER
        with pytest.raises(LookupError, match="no field"):
            await people.submit(on.mia, {"word": "x"})
        for words in ({}, {"words": "x"}):
            with pytest.raises(PermissionError):
                await people.submit(on.mia, words)
        act = await people.submit(on.mia, {"words": "roll\nback"})
        data: Any = on.seen[-1].data
        assert data["custom_id"] == "answer:tok"
        assert data["components"][0]["component"]["value"] == "roll\nback"
        assert (data["components"][1]["components"][0]["value"], on.seen[-1].message.id) == ("", int(message.id))  # type: ignore[union-attr]
        await on.app.call("PATCH", on.hook(act, "@original"), said("Yes"))
        assert world.modals == {}

    play(scene, {"type": 9, "data": FORM})


def test_form_that_cannot_be_shown_is_refused() -> None:
    async def scene(on: Scene) -> None:
        act = on.fake.people.command(on.mia, on.prep, "help", {})
        task = asyncio.ensure_future(act)
        assert await on.fake.world.until(lambda: len(on.seen) == 1)
        path = f"/interactions/{on.seen[0].id}/{on.seen[0].token}/callback"
        label: JSON = FORM["components"][0]
        wrong: list[JSON] = [
            FORM | {"title": "x" * 46},
            FORM | {"components": []},
            FORM | {"components": [label, label]},
            FORM | {"components": [label | {"label": "x" * 46}]},
            FORM | {"components": [label | {"component": label["component"] | {"value": "x"}}]},
        ]
        codes = [await on.app.refused("POST", path, {"type": 9, "data": form}) for form in wrong]
        assert codes == [(400, 50035)] * 5
        on.fake.world.broken.clear()
        await on.respond(on.seen[0], {"type": 9, "data": FORM})
        await task

    play(scene, None)


def test_answer_may_bring_back_what_it_made() -> None:
    async def scene(on: Scene) -> None:
        task = asyncio.ensure_future(on.fake.people.command(on.mia, on.prep, "help", {}))
        assert await on.fake.world.until(lambda: len(on.seen) == 1)
        reply = {"type": 4, "data": {"content": "Hello", "flags": 64}}
        found = await on.respond(on.seen[0], reply, with_response="true")
        act = await task
        assert (found["interaction"]["response_message_id"], found["interaction"]["response_message_loading"]) == (
            act.original,
            False,
        )
        assert found["resource"]["message"]["interaction_metadata"]["id"] == act.id

    play(scene, None)


def test_act_that_is_not_acknowledged_is_told_to_have_failed() -> None:
    async def scene(on: Scene) -> None:
        on.fake.gateway.away = True
        with pytest.raises(PermissionError, match="did not respond"):
            await on.fake.people.command(on.mia, on.prep, "help", {})

    play(scene, DEFER)


def test_places_and_messages_of_others_are_closed_to_people_too() -> None:
    async def scene(on: Scene) -> None:
        people, world = on.fake.people, on.fake.world
        ole = world.person("ole")
        with pytest.raises(PermissionError):
            people.say(ole, world.direct(on.mia), "not my business")
        theirs = people.say(on.mia, on.prep, "mine")
        with pytest.raises(PermissionError):
            people.edit(ole, theirs.id, "yours")
        with pytest.raises(LookupError):
            people.delete(ole, "1")

    play(scene, None)
