"""Questions, folders and pages for the tests of the bank; all texts are written for them."""

from __future__ import annotations

from pathlib import Path

from bot.bank.model import Flag, Point, Probe, Question

ROOT = Path(__file__).resolve().parents[3]
SHARED_PAGES = ROOT / ".." / "shared" / "pages"

VALID = """\
id: lost-orders
prompt: Orders vanish between the shop and the warehouse. What do you do?
level: mid
format: incident
difficulty: medium
points:
  - id: scope
    skill: triage
    text: Find out which orders are gone and tell the shop.
    cues:
      - how many | number + orders | customers
      - lost | missing + date | hour
flags:
  - id: blame
    text: Blames the warehouse.
probes:
  - for: scope
    ask: Which number would you look at first?
"""

LOST_ORDERS = Question(
    id="lost-orders",
    prompt="Orders vanish between the shop and the warehouse. What do you do?",
    level="mid",
    format="incident",
    category="incidents",
    difficulty="medium",
    points=(
        Point(
            "scope",
            "Find out which orders are gone and tell the shop.",
            "triage",
            1.0,
            ("how many | number + orders | customers", "lost | missing + date | hour"),
        ),
    ),
    flags=(Flag("blame", "Blames the warehouse."),),
    skills=("triage",),
    probes=(Probe("scope", "Which number would you look at first?"),),
)


def bank_of(folder: Path, **files: str) -> Path:
    """Write files of the category incidents; "_" in a name stands for "-"."""
    for name, text in files.items():
        path = folder / "incidents" / f"{name.replace('_', '-')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def question(name: str, prompt: str, **changes: object) -> Question:
    """Return a small question with other values where they are given."""
    values: dict[str, object] = {
        "id": name,
        "prompt": prompt,
        "level": "mid",
        "format": "technical",
        "category": "fundamentals",
        "difficulty": "medium",
        "points": (Point("p1", "Says why.", "trade-offs"),),
        "skills": ("trade-offs",),
    }
    return Question(**{**values, **changes})  # type: ignore[arg-type]


PAGE = """\
2 Initech Engineer Interview Questions and Answers
Initech Engineers keep the printers of the world running. Initech's teams are small.
Unlimited practice for $7 / month
1. Junior Initech Engineer Interview Questions and Answers
1.1. Tell me about a time you repaired something that nobody had asked you to repair.
Introduction
At Initech juniors are trusted early. This shows whether you act on what you see.
How to answer
- Describe the situation in two sentences.
- Say what you did yourself, and whom you asked for help.
- Quantify the result (hours saved, fewer calls).
What not to say
- Claiming that the others were lazy.
- Telling a story without an end.
Example answer
"In my second month the label printer jammed daily. I read its log, found a worn roller and replaced it."
Skills tested
Question type
1.2. How would you find out why a nightly report is late?
Introduction
Tests whether you search with evidence.
How to answer
- Compare last night's trace with an older one.
- Confirm the cause before you change anything.
What not to say
- Restarting everything.
Example answer
"I would compare the steps of both nights, and look at the one that grew."
Skills tested
Debugging, Communication
Question type
Technical
2. Staff Initech Engineer Interview Questions and Answers
2.1. Design a print queue for ten thousand offices.
Introduction
Shows how you divide a large system.
How to answer
- Clarify the requirements and the number of pages per second.
- Shard the queues by office.
What not to say
- Starting with a product's name.
Example answer
"I ask first how late a page may be. Then I split the queues by office."
Skills tested
Question type
Similar Interview Questions and Sample Answers
Upgrade to Initech Plus
"""
