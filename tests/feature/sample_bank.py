"""A small bank for scenes, with an answer to each question; it stays as it is when the real bank grows."""

from __future__ import annotations

from bot.bank.model import Bank, Flag, Format, Level, Point, Probe, Question

SKILLS = {"triage": "triage", "diagnosis": "diagnosis", "mitigation": "mitigation", "ownership": "ownership"}


def point(name: str, text: str, skill: str, *cues: str) -> Point:
    """Return a point of usual weight."""
    return Point(name, text, skill, 1.0, cues)


def question(
    name: str, prompt: str, *points: Point, level: Level = "mid", kind: Format = "incident", company: str = ""
) -> Question:
    """Return a question; its example is one of the answers below."""
    return Question(
        id=name,
        prompt=prompt,
        level=level,
        format=kind,
        category=f"{kind}s",
        difficulty="medium",
        points=points,
        flags=(Flag("blame", "Blames somebody."),),
        skills=tuple(dict.fromkeys(point.skill for point in points)),
        probes=(Probe(points[0].id, f"Which number would you look at first about {name.replace('-', ' ')}?"),),
        why=f"Shows how you think about {name.replace('-', ' ')}.",
        example=ANSWERS[name],
        company=company,
    )


ANSWERS = {
    "lost-orders": (
        "First I would count how many orders are missing and tell the shop which customers are hit. "
        "Then I would follow one lost order through the logs until I see where it disappears."
    ),
    "full-disk": (
        "I would free space at once by moving the old log files away, so that the service can write again. "
        "Afterwards I would find out which process fills the disk and put a limit and an alarm on it."
    ),
    "slow-search": (
        "I would compare the query plans of yesterday and today and look at which index the search still uses. "
        "Because a release went out at noon, I would roll it back first and watch the latency."
    ),
    "own-mistake": (
        "Last spring I deleted a table of customer addresses by mistake during a migration. I told my team within "
        "five minutes, restored it from the backup, and wrote a check that refuses such a command on production."
    ),
    "shared-folder": (
        "I would keep the files in an object store and only their names and rights in a database. Every upload gets "
        "a version, so that two people who change the same file never lose each other's work."
    ),
}

BANK = Bank(
    {
        one.id: one
        for one in (
            question(
                "lost-orders",
                "Orders vanish between the shop and the warehouse. What do you do?",
                point("scope", "Find out which orders are gone and tell the shop.", "triage", "how many", "count"),
                point("trace", "Follow one order until it disappears.", "diagnosis", "follow + order"),
                point("replay", "Send the lost orders again, each of them once.", "mitigation", "replay | resend"),
            ),
            question(
                "full-disk",
                "At night the disk of your main server runs full and nothing can be written. How do you react?",
                point("space", "Make room quickly without losing data.", "mitigation", "free space", "moving + log"),
                point("cause", "Find what fills the disk.", "diagnosis", "find out + process"),
                level="junior",
            ),
            question(
                "slow-search",
                "Since noon every search in your catalogue takes six seconds. What are your next steps?",
                point("compare", "Compare plans and indexes with before.", "diagnosis", "compare + plan* | plans"),
                point("undo", "Roll the release back.", "mitigation", "roll* back | roll it back"),
                level="senior",
                company="Orbit",
            ),
            question(
                "own-mistake",
                "Tell me about a mistake of yours that others had to pay for.",
                point("told", "Said it early and openly.", "ownership", "told + team"),
                point("mended", "Mended it and kept it from coming back.", "ownership", "restored", "wrote + check"),
                kind="behavioural",
            ),
            question(
                "shared-folder",
                "Design a folder that two thousand people share and change at the same time.",
                point("store", "Separate content from names and rights.", "triage", "object store"),
                point("versions", "Keep versions so that no change is lost.", "ownership", "version"),
                kind="design",
            ),
        )
    },
    SKILLS,
)
