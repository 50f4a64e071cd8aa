"""What scenes of interviews share: answers of two kinds, and a press of the newest button."""

from __future__ import annotations

from adapters.terminal.acting import DM
from bot.storage.tables import attempts
from tests.feature.sample_bank import ANSWERS
from tests.feature.stage import House, Seen

GOOD = ANSWERS["own-mistake"]
WEAK = (
    "Last spring I deleted some customer data by mistake at work. I noticed it late, and it took us the whole day to "
    "sort things out."
)
QUESTION = "[Done] [Hint] [Skip] [Pause] [Stop]"
RESULT = ("Retry", "Next", "I did say this", "Model answer")
BEGIN = "ana in dm: /practice behavioural"
"""Begins a practice of the question that both answers belong to."""


async def press(house: House, label: str, *, oldest: bool = False) -> list[Seen]:
    """Press a button in ana's private conversation: the newest one of that label, or the oldest."""
    found = sorted(house.messages("ana", DM, label), key=lambda one: int(one.id.removeprefix("eph:").replace(".", "")))
    assert found, f"ana sees no [{label}]"
    before = len(house.seen)
    await house.rig.press("ana", found[0 if oldest else -1].id, label)
    await house.application.settle()
    return house.seen[before:]


async def say(house: House, *words: str) -> Seen:
    """Say things in ana's private conversation; return the last thing that was shown."""
    await house.play("\n".join(f"ana in dm: {one}" for one in words))
    return house.seen[-1]


async def answer(house: House, words: str) -> Seen:
    """Answer the question that is open, without its follow-up; return the last thing that was shown."""
    shown = await say(house, words, "done")
    return await say(house, "skip") if shown.buttons == ("Done", "Skip") else shown


def texts(house: House) -> list[str]:
    """Return the answers that were taken, in the order of their tries."""
    return [row.text for row in sorted(house.rows(attempts), key=lambda row: (row.ref.count("probe"), row.ref))]
