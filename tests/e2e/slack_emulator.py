"""An independent emulator of Slack, and people in front of it: it was written by others, after Slack and not after us.

It knows Socket Mode and signed HTTP, messages, threads, reactions, commands, buttons, modals and App Home.  What is
shown is read from the feed that its own user interface lives on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from adapters.slack.fake import reading
from tests.e2e.real_process import PATIENCE, patiently

JSON = dict[str, Any]
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-emulated", "xapp-emulated", "emulated-secret"
TEAM, BOT, CHANNEL = "T1", "UBOT", "C1"
PEOPLE = {"mia": "U1", "ben": "U2", "cleo": "U3"}
ADMIN = "mia"
PORT, DESK, EVENTS = 3000, 3001, 3002
"""Where the emulator listens, where its Web API is amended, and where the bot takes events over HTTP."""


class Emulator:
    """The emulator's process; `shown` is what readers have seen of the bot, a line each, oldest first."""

    def __init__(self, binary: Path, folder: Path, *, http: bool) -> None:
        """Prepare a workspace with three people and the channel #prep."""
        self.http = http
        self.shown: list[str] = []
        self.sockets = False
        self._binary, self._folder = binary, folder
        self._messages: dict[str, list[JSON]] = {}
        self._channels: dict[str, JSON] = {}
        self._homes: dict[str, JSON] = {}
        self._modal: JSON | None = None
        self._newest: list[JSON] = []
        self._changed = asyncio.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets for the bot."""
        found = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": f"http://127.0.0.1:{DESK}/api/"}
        if self.http:
            return found | {"SLACK_SIGNING_SECRET": SECRET, "SLACK_PORT": str(EVENTS)}
        return found | {"SLACK_APP_TOKEN": APP_TOKEN}

    # ------------------------------------------------------------ life
    async def open(self) -> None:
        """Start it."""
        config = self._folder / "workspace.json"
        config.write_text(json.dumps(self._workspace()), encoding="utf-8")
        command = [str(self._binary), "--config", str(config), "--port", str(PORT), "--base-host", "127.0.0.1"]
        nowhere = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*command, stdout=nowhere, stderr=nowhere)
        self._http = aiohttp.ClientSession()
        self._ui = await self._connected()
        self._reading = asyncio.create_task(self._read())
        self._desk = web.AppRunner(self._amended())
        await self._desk.setup()
        await web.TCPSite(self._desk, "127.0.0.1", DESK).start()

    async def close(self) -> None:
        """Stop it."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._desk.cleanup()
        await self._http.close()
        self._process.kill()
        await self._process.wait()

    def _workspace(self) -> JSON:
        app = {"appId": "A1", "botUserId": BOT, "botName": "greenroom", "botToken": BOT_TOKEN, "appToken": APP_TOKEN}
        how = {"mode": "events", "requestUrl": f"http://127.0.0.1:{EVENTS}/slack/events"} if self.http else {}
        return {
            "workspace": {"name": "Prep", "domain": "prep", "teamId": TEAM},
            "app": {**app, "signingSecret": SECRET, **({"mode": "socket"} | how)},
            "users": [{"id": number, "name": name, "tz": "Europe/London"} for name, number in PEOPLE.items()],
            "channels": [{"id": CHANNEL, "name": "prep", "members": [*PEOPLE.values(), BOT]}],
        }

    async def _connected(self) -> aiohttp.ClientWebSocketResponse:
        async def connect() -> aiohttp.ClientWebSocketResponse | None:
            with suppress(aiohttp.ClientError):
                return await self._http.ws_connect(f"http://127.0.0.1:{PORT}/ui", max_msg_size=0)
            return None

        return await patiently(connect)

    def _amended(self) -> web.Application:
        """Return its Web API with what it lacks: an admin, without whom nobody may set up a group."""

        async def call(request: web.Request) -> web.Response:
            kept = {name: value for name, value in request.headers.items() if name in ("Authorization", "Content-Type")}
            address = f"http://127.0.0.1:{PORT}{request.path_qs}"
            async with self._http.request(request.method, address, data=await request.read(), headers=kept) as response:
                answer, status = await response.json(), response.status
            if answer.get("user", {}) and request.path.endswith("/users.info"):
                answer["user"]["is_admin"] = answer["user"]["id"] == PEOPLE[ADMIN]
            return web.json_response(answer, status=status)

        app = web.Application()
        app.router.add_route("*", "/api/{method}", call)
        return app

    # ------------------------------------------------------------ what is seen
    async def until(self, true: Callable[[], bool]) -> None:
        """Return once it is true; raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def _read(self) -> None:
        async for frame in self._ui:
            self._take(json.loads(frame.data))
            self._changed.set()

    def _take(self, news: JSON) -> None:
        match news["t"]:
            case "init":
                self._channels = {one["id"]: one for one in news["state"]["channels"]}
            case "channel":
                self._channels[news["channel"]["id"]] = news["channel"]
            case "message":
                self._messages.setdefault(news["message"]["channel"], []).append(news["message"])
                self._show(self._line(news["message"]), news["message"])
            case "message_update":
                self._update(news["message"])
            case "home":
                self._homes[news["user"]] = news["view"]
                self.shown.append(f"home of {name_of(news['user'])}: {_words('', news['view']['blocks'])}")
            case "view":
                self._open(news["stack"][-1] if news["stack"] else None)
            case "view_errors":
                self.shown.append(f"form refused: {news['errors']}")
            case "socket_status":
                self.sockets = news["connected"]

    def _show(self, line: str, message: JSON) -> None:
        if message.get("bot_id"):
            self.shown.append(line)

    def _update(self, message: JSON) -> None:
        known = self._messages[message["channel"]]
        before = next(one for one in known if one["ts"] == message["ts"])
        known[known.index(before)] = message
        names = {one["name"] for one in message.get("reactions", ())} - {
            one["name"] for one in before.get("reactions", ())
        }
        for name in sorted(names):
            self.shown.append(f"{self._place(message)}: [{name}] on {name_of(message['user'])}'s message")
        if message.get("text") != before.get("text") or message.get("blocks") != before.get("blocks"):
            self._show(f"changed in {self._line(message)}", message)

    def _open(self, view: JSON | None) -> None:
        # The emulator hands every payload to every socket, so that a form opens once for each of them; the second may
        # open after the first was sent off.
        if view is not None and view["blocks"] != self._newest:
            self.shown.append(f"form: {view['title']['text']} / {_words('', view['blocks'])}")
            self._newest = view["blocks"]
        self._modal = view

    def _line(self, message: JSON) -> str:
        reader = f" to {name_of(message['ephemeral_to'])}" if message.get("ephemeral_to") else ""
        return f"{self._place(message)}{reader}: {_words(message.get('text') or '', message.get('blocks') or [])}"

    def _place(self, message: JSON) -> str:
        channel = self._channels[message["channel"]]
        if channel.get("is_im"):
            return f"dm {name_of(next(one for one in channel['members'] if one != BOT))}"
        return f"#{channel['name']}{' thread' if message.get('thread_ts') else ''}"

    # ------------------------------------------------------------ what people do
    async def command(self, who: str, line: str) -> None:
        """Type a command in #prep."""
        name, _, text = line.partition(" ")
        await self._control("command", channel=CHANNEL, user=PEOPLE[who], command=name, text=text)

    async def say(self, who: str, place: str, text: str) -> str:
        """Write in the "thread" of the newest question in #prep, in "dm", or in the "dm thread" of the newest question.

        Returns the stamp of the message.
        """
        channel = self._direct(who) if place.startswith("dm") else CHANNEL
        label = "Done" if place.startswith("dm") else "Answer privately"
        thread = {"thread_ts": self._root(channel, label)} if place.endswith("thread") else {}
        said = await self._control("message", channel=channel or PEOPLE[who], user=PEOPLE[who], text=text, **thread)
        return str(said["message"]["ts"])

    async def press(self, who: str, label: str) -> None:
        """Press a button of the newest message with that label which somebody sees."""
        places = (CHANNEL, self._direct(who))
        seen = [
            m for place in places for m in self._messages.get(place, ()) if m.get("ephemeral_to") in (None, PEOPLE[who])
        ]
        for message in sorted(seen, key=lambda one: float(one["ts"]), reverse=True):
            for block, button in reading.buttons(message.get("blocks") or []):
                if reading.label(button) == label:
                    action = {**button, "block_id": block.get("block_id", "b")}
                    place = {"channel": message["channel"], "messageTs": message["ts"]}
                    await self._control("interact", user=PEOPLE[who], action=action, **place)
                    return
        raise AssertionError(f"{who} sees no [{label}]")

    async def press_at_home(self, who: str, label: str) -> None:
        """Press a button of the home page."""
        found = reading.buttons(self._homes[PEOPLE[who]]["blocks"])
        block, button = next(one for one in found if reading.label(one[1]) == label)
        action = {**button, "block_id": block.get("block_id", "b")}
        channel = self._direct(who)
        await self._ui.send_json({"t": "block_action", "user": PEOPLE[who], "channel": channel, "action": action})

    async def submit(self, who: str, values: Mapping[str, str]) -> None:
        """Send off the form that is open."""
        assert self._modal is not None, "no form is open"
        state: JSON = {}
        for block in self._modal["blocks"]:
            element = block["element"]
            value = values.get(block["block_id"], element.get("initial_value"))
            state[block["block_id"]] = {element["action_id"]: {"type": element["type"], "value": value}}
        await self._ui.send_json({"t": "view_submit", "user": PEOPLE[who], "values": state})

    async def open_home(self, who: str) -> None:
        """Look at the home page."""
        await self._control("open-home", user=PEOPLE[who])

    async def _control(self, act: str, **what: Any) -> JSON:
        async with self._http.post(f"http://127.0.0.1:{PORT}/_control/{act}", json=what) as response:
            assert response.status == 200, await response.text()
            answer: JSON = await response.json()
            return answer

    def _direct(self, who: str) -> str:
        own = (n for n, one in self._channels.items() if one.get("is_im") and PEOPLE[who] in one["members"])
        return next(own, "")

    def _root(self, channel: str, label: str) -> str:
        """Return the newest message with a button that stands in a channel itself."""
        roots = (message for message in reversed(self._messages[channel]) if not message.get("thread_ts"))
        shown = ((root, reading.buttons(root.get("blocks") or [])) for root in roots)
        return str(next(root["ts"] for root, found in shown if label in [reading.label(one) for _, one in found]))


def name_of(user: str) -> str:
    """Return the name that an account has on the stage."""
    return next((name for name, number in PEOPLE.items() if number == user), user)


def _words(text: str, blocks: list[JSON]) -> str:
    labels = "".join(f" [{reading.label(button)}]" for _, button in reading.buttons(blocks))
    read = reading.words(text, blocks)
    return " / ".join(line.strip() for line in read.split("\n") if line.strip()) + labels
