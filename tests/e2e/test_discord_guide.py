"""`docs/discord.md`, followed word by word: what it says to type is typed, with the rights that it says to give."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from adapters.discord.fake import FakeDiscord, reading
from adapters.discord.fake.model import Channel, Kind, Message, Right, User
from adapters.discord.rig import DiscordRig
from bot.bank.schema import HOME
from tests.e2e.real_process import PATIENCE, Process
from tests.feature.sample_bank import BANK
from tests.feature.stage import MEMORY, MORNING, House, empty_database

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
ANSWER = "I would look which orders are missing, tell the shop at once, and follow one of them from queue to queue."
Typed = tuple[str, dict[str, str]]


def typed(line: str) -> Typed:
    """Return a line as Discord's client takes it: the command, and its fields."""
    path, *values = re.split(r" (\w+):", line.removeprefix("/"))
    return path, dict(zip(values[::2], values[1::2], strict=True))


def lines(beginning: str) -> list[str]:
    """Return what the guide says to type, alone on its line or in a sentence."""
    found = re.findall(rf"(?m)(?:^|`)({re.escape(beginning)}[^`\n]*?)(?:`|$)", GUIDE)
    assert found, beginning
    return found


def rights_of_the_invitation() -> Right:
    """Return the permissions in the address that `greenroom discord invite` prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DISCORD_CLIENT_ID": "600000000000000001"}
    command = [sys.executable, "-m", "bot.cli", "discord", "invite"]
    shown = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True).stdout
    query = parse_qs(urlsplit(shown.split()[0]).query)
    return Right(int(query["permissions"][0]))


class Server:
    """A server whose bot may do what its invitation asks for, and not a thing more."""

    def __init__(self, fake: FakeDiscord, granted: Right) -> None:
        """Set it up in the fake."""
        self.fake, self.world = fake, fake.world
        self.prep = self.world.channel("prep")
        self.prep.denied[self.world.bot.id] = ~granted
        self.ana, self.ben = self.world.person("ana"), self.world.person("ben")
        self.world.join(self.world.guilds[self.prep.guild], self.ana).rights |= Right.MANAGE_GUILD

    async def served(self) -> None:
        """Wait until the bot listens; commands come before."""
        async with asyncio.timeout(PATIENCE):
            while not self.fake.gateway.identified:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)

    async def type(self, who: User, line: str, expected: str) -> Message:
        """Type a command; return our message that says what is expected."""
        path, values = typed(line)
        await self.fake.people.command(who, self.prep, path, values)
        return await self.shown(expected)

    async def shown(self, expected: str) -> Message:
        """Return our message that contains some words, as soon as it is there."""
        await self.world.until(lambda: bool(self._with(expected)), PATIENCE)
        assert self._with(expected), [words_of(one) for one in self.world.messages.values()]
        return self._with(expected)[-1]

    def told(self, who: User) -> bool:
        """Tell whether somebody was answered where nobody else reads it."""
        return any(words_of(one) for one in self.world.messages.values() if one.reader == who.id)

    def _with(self, expected: str) -> list[Message]:
        ours = (one for one in self.world.messages.values() if self.world.is_ours(one))
        return [one for one in ours if expected in words_of(one)]

    def threads(self, kind: Kind) -> list[Channel]:
        """Return the threads of a kind."""
        return [one for one in self.world.channels.values() if one.kind == kind]


def words_of(message: Message) -> str:
    """Return what a reader reads."""
    return reading.words(message.content, message.embeds, message.components)


async def follow(server: Server) -> None:
    """Do what the guide says, from the first start on."""
    fake = server.fake
    await server.served()
    [start] = [line for line in lines("/daily start time:") if "zone:" in line]
    await server.type(server.ana, start, "Series 1 is set: 09:00 Europe/London, weekdays")
    [now] = lines("/daily now")
    await server.type(server.ana, now, "Today's question is posted")
    question = await server.shown("Question of the day")
    assert await server.world.until(lambda: bool(server.threads(Kind.PUBLIC_THREAD)), PATIENCE)
    assert [thread.id for thread in server.threads(Kind.PUBLIC_THREAD)] == [question.id]
    await fake.people.press(server.ben, question, "Answer privately")
    await fake.people.submit(server.ben, {"answer": ANSWER})
    assert await server.world.until(lambda: server.told(server.ben), PATIENCE)
    [organiser] = lines("/daily organiser name:@ben")
    await server.type(server.ana, organiser.replace("@ben", f"<@{server.ben.id}>"), "is an organiser")
    beside = next(line for line in lines("/interview start") if "where:" in line)
    await server.type(server.ben, beside, "look for a new thread in this channel")
    await server.shown("1 of 3")
    assert [server.ben.id in one.members for one in server.threads(Kind.PRIVATE_THREAD)] == [True]


def test_guide_leads_from_nothing_to_the_first_question() -> None:
    async def scene() -> None:
        fake = FakeDiscord()
        fake.world.now = datetime.now(UTC)  # the process has the real clock
        await fake.start()
        server = Server(fake, rights_of_the_invitation())
        with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
            settings = {"DISCORD_TOKEN": fake.world.token, "DISCORD_API_URL": fake.api_url}
            process = Process(Path(folder), {**settings, "GREENROOM_BANK": str(HOME)})
            try:
                await process.start()
                await follow(server)
                *_, promise, _, code = await process.stop()
            finally:
                await process.kill()
                await fake.stop()
        assert [[promise], code] == [re.findall(r"It says `(Greenroom serves [^`]+)`", GUIDE), "exit code 0"]
        assert fake.world.broken == []

    asyncio.run(scene())


# ---------------------------------------------------------------- when something is wrong
@asynccontextmanager
async def house() -> AsyncIterator[tuple[House, DiscordRig]]:
    """Give the application before our fake; ana manages the server."""
    with tempfile.TemporaryDirectory(prefix="greenroom-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "house.db"
        shutil.copyfile(empty_database(), file)
        rig = DiscordRig()
        rig.at(MORNING)
        found = House(rig, f"sqlite:///{file}", BANK, MORNING)
        found.person("ana")
        await found.open()
        try:
            yield found, rig
        finally:
            await found.close()


def symptoms() -> list[str]:
    """Return what the guide says that people read, without what differs from case to case."""
    table = GUIDE.split("## When something is wrong")[1]
    cells = re.findall(r"(?m)^\| (.+?) \|", table)
    return [words for cell in cells for words in re.findall(r'"(.+)"', cell)]


def test_symptoms_of_the_guide_are_what_people_read() -> None:
    async def scene() -> None:
        async with house() as (stage, rig):
            people, world = rig.fake.people, rig.world
            prep, closed = world.channel("prep"), world.channel("closed")
            people.deny(closed, Right.SEND_MESSAGES)
            await stage.play("ana in #prep: /daily start 09:00 Europe/London weekdays")
            await people.command(world.person("ana"), prep, "daily start", {"time": "09:00 Europe/London weekdays"})
            await stage.application.settle()
            await stage.play("ben in #prep: /daily start 10:00")
            await stage.play("ana in #closed: /daily start 10:00")
            people.deny(prep, Right.CREATE_PUBLIC_THREADS, Right.CREATE_PRIVATE_THREADS)
            rig.close_direct("joe")
            await stage.play("joe in #prep: /practice")
            await stage.play("ana in #prep: /daily now")
            await stage.at(MORNING.replace(year=2027))
            await stage.play('ana presses "Hint" in #prep')
            said = [one.line for one in stage.seen]
            # What Discord itself says stands in its client, and in no source of ours.
            ours = [words for words in symptoms() if words != "The application did not respond"]
            assert [words for words in ours if not any(words in line for line in said)] == []

    asyncio.run(scene())


def test_reply_to_a_question_without_a_thread_counts() -> None:
    async def scene() -> None:
        async with house() as (stage, rig):
            await stage.play("ana in #prep: /daily start 09:00 Europe/London weekdays")
            rig.fake.people.deny(rig.world.channel("prep"), Right.CREATE_PUBLIC_THREADS)
            await stage.play("ana in #prep: /daily now")
            [post] = [one.id for one in rig.shown(rig.channel("prep")) if "Hint" in one.buttons]
            stage.person("ben")
            answer = await rig.reply("ben", post, ANSWER)
            await stage.application.settle()
            assert list(rig.world.messages[answer].reactions) == ["✅"]
            assert [one.place for one in stage.seen if "of 100" in one.line] == ["dm ben"]

    asyncio.run(scene())


def test_words_of_the_log_in_the_guide_are_those_of_the_adapter() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "adapters" / "discord").glob("*.py"))
    named = re.findall(r"the log says `([^`]+)`", GUIDE)
    assert len(named) == 3
    assert [words for words in named if words not in code] == []
