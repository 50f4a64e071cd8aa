"""Our fake is as strict as Discord's API: shapes, sizes, places, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.fake import FakeDiscord, strict
from adapters.discord.fake.model import EVERYONE, Channel, Kind, Right
from tests.unit.discord.discord_gateway import referee
from tests.unit.discord.fake_discord_app import App, button, said, with_app


def prep(fake: FakeDiscord) -> Channel:
    return fake.world.channel("prep")


def messages(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


def test_message_comes_back_as_it_was_sent_with_ids_for_its_components() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        rows = [{"type": 10, "id": 77, "content": "**Question**"}, button("Hint")]
        sent = await app.call("POST", messages(prep(fake)), said("", components=rows))
        assert sent["components"] == [rows[0], {**rows[1], "id": 1, "components": [{**_inner(rows[1]), "id": 2}]}]
        assert sent == await app.call("GET", f"{messages(prep(fake))}/{sent['id']}")
        assert (await app.until("message"))[0].components[0].content == "**Question**"

    assert with_app(play).world.broken == []


def _inner(row: dict[str, Any]) -> dict[str, Any]:
    inner: dict[str, Any] = row["components"][0]
    return inner


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"content": ""}, 50006),
    ({"content": "x" * 2_001}, 50035),
    (said("x" * 2_001, components=[{"type": 10, "content": "x" * 2_001}] * 2), 50035),
    (said("", components=[{"type": 10, "content": "x"}] * 41), 50035),
    (said("x", content="both"), 50035),
    ({"components": [{"type": 10, "content": "without the flag"}]}, 50035),
    ({"content": "x", "components": [button(str(n)) for n in range(6)]}, 50035),
    ({"content": "x", "components": [button("a"), button("a")]}, 50035),
    ({"content": "x", "components": [button("a", "c" * 101)]}, 50035),
    ({"content": "x", "components": [button("l" * 81, "c")]}, 50035),
    ({"content": "x", "components": [button(" ", "c")]}, 50035),
    ({"content": "x", "components": [{"type": 1, "components": []}]}, 50035),
    (said("", components=[{"type": 10, "content": "x", "id": 5}] * 2), 50035),
    ({"embeds": [{"title": "x" * 257}]}, 50035),
    ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, 50035),
    ({"embeds": [{}]}, 50006),
    ({"content": "x", "flags": 64}, 50035),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
    ({"content": "x", "nonce": "n" * 26}, 50035),
    ({"content": "x", "message_reference": {"message_id": "123456789012345678"}}, 50035),
]


def test_messages_of_the_wrong_shape_or_size_are_refused_and_remembered() -> None:
    referee()

    async def play(app: App, fake: FakeDiscord) -> None:
        found = [(await app.refused("POST", messages(prep(fake)), body))[1] for body, _ in WRONG]
        assert [code for _, code in WRONG] == found
        assert len(fake.world.broken) == len(WRONG)
        assert fake.world.messages == {}

    with_app(play, connect=False)


def test_answers_of_our_own_are_judged_too() -> None:
    referee()
    assert strict.answer_errors("GET", "/users/@me", 200, {"id": "1"}) != ()
    assert strict.answer_errors("GET", "/users/@me", 404, {"code": 0, "message": "404: Not Found"}) == ()


def test_unknown_calls_and_wrong_tokens_are_refused() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        assert await app.refused("GET", "/channels/1/mesages") == (404, 0)
        assert await app.refused("GET", "/channels/123456789012345678") == (404, 10003)
        app.http.token = "wrong"
        assert await app.refused("GET", "/users/@me") == (401, 0)

    fake = with_app(play, connect=False)
    assert [line.partition(":")[0] for line in fake.world.broken] == ["GET /channels/1/mesages"]


def test_rights_are_asked_for_in_each_channel() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        place, world = prep(fake), fake.world
        post = await app.call("POST", messages(place), {"content": "root"})
        thread = await app.call("POST", f"{messages(place)}/{post['id']}/threads", {"name": "talk"})
        private = {"name": "aside", "type": 12}
        calls: list[tuple[Right, str, str, Any]] = [
            (Right.SEND_MESSAGES, "POST", messages(place), {"content": "x"}),
            (Right.SEND_MESSAGES_IN_THREADS, "POST", f"/channels/{thread['id']}/messages", {"content": "x"}),
            (Right.CREATE_PUBLIC_THREADS, "POST", f"{messages(place)}/{post['id']}/threads", {"name": "x"}),
            (Right.CREATE_PRIVATE_THREADS, "POST", f"/channels/{place.id}/threads", private),
            (Right.ADD_REACTIONS, "PUT", f"{messages(place)}/{post['id']}/reactions/👀/@me", None),
            (Right.READ_MESSAGE_HISTORY, "GET", f"{messages(place)}/{post['id']}", None),
        ]
        for right, method, path, body in calls:
            place.denied = {world.bot.id: right}
            assert await app.refused(method, path, body) == (403, 50013), right
        assert await app.call("GET", messages(place)) == []
        place.denied = {world.bot.id: Right.VIEW_CHANNEL}
        for _, method, path, body in calls:
            assert await app.refused(method, path, body) == (403, 50001), path
        place.denied = {}
        world.guild().everyone = EVERYONE & ~Right.SEND_MESSAGES
        assert await app.refused("POST", messages(place), {"content": "x"}) == (403, 50013)

    assert with_app(play, connect=False).world.broken == []


def test_nonce_returns_the_first_message_for_some_minutes() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        body = {"content": "x", "nonce": "key", "enforce_nonce": True}
        ids = [(await app.call("POST", messages(prep(fake)), body))["id"] for _ in range(2)]
        ids.append((await app.call("POST", messages(prep(fake)), body | {"enforce_nonce": False}))["id"])
        fake.world.now += timedelta(minutes=4)
        ids.append((await app.call("POST", messages(prep(fake)), body))["id"])
        assert (ids[0] == ids[1], len(set(ids))) == (True, 3)

    with_app(play, connect=False)


def test_history_has_pages_newest_first() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        said_ = [fake.people.say(fake.world.person("mia"), prep(fake), str(n)).id for n in range(6)]

        async def page(**query: Any) -> str:
            return "".join(m["content"] for m in await app.call("GET", messages(prep(fake)), **query))

        assert await page() == "543210"
        assert await page(limit=2) == "54"
        assert await page(after=said_[1], limit=2) == "32"
        assert await page(before=said_[4], limit=2) == "32"
        assert await page(around=said_[2], limit=3) == "321"
        assert await app.refused("GET", messages(prep(fake)), limit=101) == (400, 50035)
        fake.world.broken.clear()

    with_app(play, connect=False)


def test_messages_of_our_own_are_changed_and_deleted() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        ours = await app.call("POST", messages(prep(fake)), said("open", components=[button("Hint")]))
        path = f"{messages(prep(fake))}/{ours['id']}"
        changed = await app.call("PATCH", path, said("closed"))
        assert (changed["components"][0]["content"], ours["edited_timestamp"]) == ("closed", None)
        assert changed["edited_timestamp"] is not None
        theirs = fake.people.say(fake.world.person("mia"), prep(fake), "mine").id
        assert await app.refused("PATCH", f"{messages(prep(fake))}/{theirs}", said("x")) == (403, 50005)
        assert await app.refused("DELETE", f"{messages(prep(fake))}/{theirs}") == (403, 50013)
        await app.call("DELETE", path)
        assert await app.refused("PATCH", path, said("x")) == (404, 10008)

    assert with_app(play, connect=False).world.broken == []


def test_thread_of_a_message_has_its_id_and_is_made_once() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        post = await app.call("POST", messages(prep(fake)), {"content": "root"})
        path = f"{messages(prep(fake))}/{post['id']}/threads"
        thread = await app.call("POST", path, {"name": "talk"})
        assert (thread["id"], thread["type"], thread["owner_id"]) == (post["id"], 11, fake.world.bot.id)
        assert await app.refused("POST", path, {"name": "talk"}) == (400, 160004)
        mia = fake.world.person("mia")
        fake.people.say(mia, fake.world.channels[thread["id"]], "in the thread")
        seen = await app.call("GET", f"/channels/{thread['id']}/messages")
        assert [(m["type"], m["content"]) for m in seen] == [(0, "in the thread"), (21, "")]
        assert seen[1]["referenced_message"]["content"] == "root"
        assert [t.name for t in await app.until("thread_create")] == ["talk"]
        active = await app.call("GET", f"/guilds/{prep(fake).guild}/threads/active")
        assert [t["id"] for t in active["threads"]] == [post["id"]]
        assert await app.refused("POST", f"/channels/{thread['id']}/threads", {"name": "x"}) == (400, 50024)

    assert with_app(play).world.broken == []


def test_private_thread_is_seen_by_those_in_it_and_can_be_put_away() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        world, mia, ole = fake.world, fake.world.person("mia"), fake.world.person("ole")
        for user in (mia, ole):
            world.join(world.guild(), user)
        made = await app.call(
            "POST", f"/channels/{prep(fake).id}/threads", {"name": "a", "type": 12, "invitable": False}
        )
        thread, path = world.channels[made["id"]], f"/channels/{made['id']}"
        assert (thread.kind, thread.invitable) == (Kind.PRIVATE_THREAD, False)
        for _ in range(2):
            await app.call("PUT", f"{path}/thread-members/{mia.id}")
        assert (world.sees(mia, thread), world.sees(ole, thread)) == (True, False)
        assert await app.refused("PUT", f"{path}/thread-members/999999999999999999") == (404, 10007)
        assert [m["type"] for m in await app.call("GET", f"{path}/messages")] == [1]
        await app.call("PATCH", path, {"archived": True})
        refused = [
            await app.refused("PATCH", path, {"name": "b"}),
            await app.refused("PUT", f"{path}/thread-members/{ole.id}"),
        ]
        assert refused == [(400, 50083)] * 2
        archived = f"/channels/{prep(fake).id}/users/@me/threads/archived/private"
        assert [t["id"] for t in (await app.call("GET", archived))["threads"]] == [thread.id]
        await app.call("POST", f"{path}/messages", {"content": "wakes it up"})
        assert not thread.archived
        await app.call("PATCH", path, {"archived": True, "locked": True})
        assert await app.refused("POST", f"{path}/messages", {"content": "x"}) == (403, 160005)

    assert with_app(play, connect=False).world.broken == []


def test_direct_messages_open_and_refuse_what_is_sent_where_they_are_closed() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        mia = fake.world.person("mia")
        mia.closed = True
        opened = await app.call("POST", "/users/@me/channels", {"recipient_id": mia.id})
        assert (opened["type"], opened["recipients"][0]["username"]) == (1, "mia")
        assert await app.refused("POST", f"/channels/{opened['id']}/messages", {"content": "x"}) == (403, 50007)
        ole = fake.world.person("ole")
        fake.world.join(fake.world.guild(), ole)
        await app.call("POST", f"/channels/{fake.world.direct(ole).id}/messages", {"content": "x"})
        fake.people.leave(ole, fake.world.guild())
        assert await app.refused("POST", f"/channels/{fake.world.direct(ole).id}/messages", {"content": "x"}) == (
            403,
            50278,
        )
        nobody = {"recipient_id": "999999999999999999"}
        assert await app.refused("POST", "/users/@me/channels", nobody) == (400, 50033)

    assert with_app(play, connect=False).world.broken == []


def test_commands_are_overwritten_as_a_whole_and_keep_their_ids() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        path = f"/applications/{fake.world.application}/commands"
        time = {"type": 3, "name": "time", "description": "When.", "required": True}
        start = {"type": 1, "name": "start", "description": "Begin.", "options": [time]}
        tree = [
            {"name": "daily", "description": "Questions.", "options": [start]},
            {"name": "help", "description": "?"},
        ]
        first = await app.call("PUT", path, tree)
        second = await app.call("PUT", path, tree[:1])
        assert (second[0]["id"], second) == (first[0]["id"], await app.call("GET", path))
        assert second[0]["options"][0]["options"][0] == time
        late = {"name": "x", "description": "x", "options": [{**time, "required": False}, {**time, "name": "b"}]}
        wrong: list[Any] = [
            [tree[1], tree[1]],
            [{"name": "Help", "description": "?"}],
            [{"name": "help", "description": "x" * 101}],
            [{"name": "x", "description": "x", "options": [start, time]}],
            [late],
        ]
        assert [(await app.refused("PUT", path, commands))[1] for commands in wrong] == [50035] * 5
        assert fake.world.syncs == 2

    with_app(play, connect=False)


def test_people_and_servers_can_be_looked_up() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        world, guild, mia = fake.world, fake.world.guild(), fake.world.person("mia")
        world.join(guild, mia).rights = Right.MANAGE_GUILD
        found = await app.call("GET", f"/guilds/{guild.id}/members/{mia.id}")
        roles = {
            role["id"]: int(role["permissions"]) for role in (await app.call("GET", f"/guilds/{guild.id}"))["roles"]
        }
        assert [roles[number] for number in found["roles"]] == [Right.MANAGE_GUILD]
        away = world.person("away")
        assert await app.refused("GET", f"/guilds/{guild.id}/members/{away.id}") == (404, 10007)
        assert (await app.call("GET", f"/users/{away.id}"))["global_name"] == "Away"
        other = world.guild("other", installed=False)
        assert await app.refused("GET", f"/guilds/{other.id}") == (403, 50001)
        channels = await app.call("GET", f"/guilds/{guild.id}/channels")
        assert [channel["name"] for channel in channels] == ["prep"]

    assert with_app(play, connect=False).world.broken == []


@pytest.mark.parametrize(("granted", "expected"), [(True, True), (False, False)])
def test_application_tells_whether_words_may_be_read(granted: bool, expected: bool) -> None:
    def prepare(fake: FakeDiscord) -> None:
        fake.world.content_granted = granted

    async def play(app: App, fake: FakeDiscord) -> None:
        flags = (await app.application_info()).flags
        assert flags.gateway_message_content == expected

    with_app(play, connect=False, prepare=prepare)


def test_files_are_handed_out() -> None:
    async def play(app: App, fake: FakeDiscord) -> None:
        clip = fake.world.upload("clip.ogg", "audio/ogg", b"words", seconds=2.5)
        mia = fake.world.person("mia")
        fake.people.say(mia, fake.world.direct(mia), "", files=[clip])
        message = (await app.until("message"))[0]
        assert message.flags.voice
        assert await app.http.get_from_cdn(message.attachments[0].url) == b"words"

    assert with_app(play).world.broken == []
