"""Questions and answers for the tests of the coach; a real page is read from ../shared where it is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.bank.model import Bank, Flag, Format, Point, Probe, Question

PAGE = Path(__file__).resolve().parents[3] / ".." / "shared" / "pages" / "levels.txt"
_ENTRY = re.compile(
    r"^1\.(\d)\. (?P<prompt>.+)\nIntroduction\n(?P<why>.+)\nHow to answer\n(?P<points>(?:- .+\n)+)"
    r"What not to say\n(?P<flags>(?:- .+\n)+)Example answer\n(?P<example>.+)\n",
    re.MULTILINE,
)
_FORMATS: tuple[Format, ...] = ("incident", "behavioural", "incident")

DEPLOY = Question(
    id="errors-after-release",
    prompt="Half an hour after a release, one request in ten of the checkout fails. What do you do in the first hour?",
    level="mid",
    format="incident",
    category="incidents",
    difficulty="medium",
    points=(
        Point(
            "impact",
            "Find out which buyers are hit and how badly.",
            "triage",
            2,
            (
                "customer | buyer | shopper | user + fail* | affected | hit | lose | lost | cannot",
                "share | percent* | how many + request | order | checkout | fail*",
            ),
        ),
        Point(
            "undo",
            "Take the release back before the cause is proven.",
            "mitigation",
            2,
            ("roll back | rollback | revert | undo + release | deploy | version | it",),
        ),
        Point(
            "evidence",
            "Compare the time of the first failure with the deploy, and read the stack traces.",
            "diagnosis",
            1,
            (
                "log | trace | graph | dashboard + check | read | look | compare | open",
                "started | first + same minute | deploy | release",
            ),
        ),
        Point(
            "tell",
            "Let support and the channel know what is seen and when the next word comes.",
            "communication",
            1,
            ("tell | told | post* | write | inform* + support | channel | team | status page",),
        ),
        Point(
            "alarm",
            "Add an alarm and a canary afterwards.",
            "prevention",
            1,
            ("alarm | alert | canary + add* | set | at | on",),
        ),
    ),
    flags=(
        Flag(
            "edit-live",
            "Edits the code on the live machines.",
            severe=True,
            cues=("edit | change | patch + live | production + machine | server | directly",),
        ),
        Flag("wait", "Waits for complaints.", cues=("wait + complain* | complaints | until",)),
    ),
    probes=(Probe("tell", "It is 14:20 and the phones in the next room begin to ring. What now?"),),
    why="Shows whether you protect people first.",
)
STORY = Question(
    id="changed-course",
    prompt="Tell me about a time when you were wrong about a technical direction.",
    level="senior",
    format="behavioural",
    category="behavioural",
    difficulty="medium",
    points=(
        Point("p1", "Describe the situation and what you believed.", "story", 1),
        Point("p2", "Explain what evidence changed your mind, and the actions you took.", "judgement", 2),
        Point("p3", "Quantify the result.", "results", 1),
        Point("p4", "Say what you learned and what you do differently since.", "learning", 1),
    ),
)
STRONG = (
    "I start with the people: the checkout dashboard tells me that 11 % of buyers cannot pay, all of them with saved "
    "cards. The first failure is at 14:03 and the deploy was at 14:02, so I roll the release back before I know why. "
    "While it goes out I tell support what customers see, post it on the status page, and promise the next word at "
    "half past. Then I read the stack traces: the new client drops a header that the card service needs. I write a "
    "test for the header, release to one machine, and watch it for ten minutes. That week I add an alarm at 2 % "
    "failed payments and a canary, so that the next bad release stops at one machine."
)
MEDIUM = (
    "I would look at the logs first to see which error it is. If it came with the release I revert it and then I fix "
    "the bug calmly on my machine and deploy again."
)
WEAK = (
    "I would wait until somebody complains, because dashboards are often wrong. Then I would patch the code directly "
    "on the production servers, since that is the quickest way, and go home."
)
TALE = (
    "In 2022 our billing service at a small insurer was slow, and I believed that we needed a new database. I had "
    "argued for it for a month. Then a colleague asked me for a profile, so I spent two days measuring and saw that "
    "80 % of the time went into one loop that loaded the same customer again and again. I took my proposal back in "
    "front of the team, rewrote the loop instead of the storage, and the nightly run fell from 5 hours to 40 minutes. "
    "I learned that I fall in love with tools; since then I bring a measurement to every design review."
)


def bank() -> Bank:
    """Return the two questions of this file."""
    return Bank({question.id: question for question in (DEPLOY, STORY)})


def page() -> Bank:
    """Return the three questions of the real page, without cues; skips where it is absent."""
    if not PAGE.exists():
        pytest.skip("needs ../shared/pages/levels.txt, which is not part of the repository")
    questions = {}
    for number, found in enumerate(_ENTRY.finditer(PAGE.read_text(encoding="utf-8"))):
        questions[f"page-{number}"] = Question(
            id=f"page-{number}",
            prompt=found["prompt"],
            level="junior",
            format=_FORMATS[number],
            category="page",
            difficulty="medium",
            points=tuple(Point(f"p{i}", text, "general") for i, text in enumerate(_items(found["points"]), start=1)),
            flags=tuple(Flag(f"f{i}", text) for i, text in enumerate(_items(found["flags"]), start=1)),
            why=found["why"],
            example=found["example"].strip("“”"),
        )
    return Bank(questions)


def _items(text: str) -> list[str]:
    return [line.removeprefix("- ") for line in text.strip().splitlines()]
