"""Guesses about an imported question: format, difficulty and the skill of each point. Rules of words, no model.

What is guessed is named in `inferred`, so that an organiser can correct it in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.bank.model import Difficulty, Format, Level
from bot.bank.pages.words import SKILLS, pattern

CATEGORIES: Mapping[Format, str] = {
    "behavioural": "behavioural",
    "technical": "fundamentals",
    "incident": "incidents",
    "design": "system-design",
}
"""Which folder a question of a format goes to."""

_TOLD = pattern(
    "tell me about | tell us about | have you ever | why do you want | what motivates | your biggest"
    "| your greatest | a time when | a time you | a time that | a time where | an example of when"
    "| an example of a time | situation where you | situation when you | situation in which you | situation you"
    "| occasion when | describe a time | describe a situation | describe an occasion | describe an experience"
    "| describe a project | share a time | share an example | share an experience | share a situation"
    "| give me an example | give an example of | walk me through a time | walk me through a project"
    "| how do you handle | how do you prioriti* | how do you stay | how do you deal | how do you manage"
    "| how do you keep | how do you balance | how do you motivate | how do you mentor"
)
_BROKEN = pattern(
    "on call | outage* | incident* | 5xx | 500 errors | 503 errors | error rate* | recurring error*"
    "| errors in production | spike | spikes | spiking | sudden | suddenly | degrad* | production issue*"
    "| production problem* | production bug* | production failure* | paged | pager | alert* | alarm* | is down"
    "| goes down | went down | latency increas* | latency jump* | latency rises | memory leak* | data loss"
    "| root cause | diagnose | troubleshoot"
)
_BUILT = pattern(
    "would you design | would you architect | would you build | would you scale | would you structure | design a"
    "| design an | design the | architect a | architect an | system design | architecture of | architecture for"
    "| high level design | migrate a | migrate an | migrate the"
)

TYPES: Mapping[str, Format | None] = {
    "behavioral": "behavioural",
    "behavioural": "behavioural",
    "competency": "behavioural",
    "competency-based": "behavioural",
    "leadership": "behavioural",
    "motivational": "behavioural",
    "motivation": "behavioural",
    "cultural fit": "behavioural",
    "culture fit": "behavioural",
    "conflict resolution": "behavioural",
    "teamwork": "behavioural",
    "communication": "behavioural",
    "personal": "behavioural",
    "experience": "behavioural",
    "experience-based": "behavioural",
    "situational": None,
    "hypothetical": None,
    "analytical": None,
    "strategic": None,
    "product": None,
    "general": None,
    "role-specific": None,
    "open-ended": None,
    "case": None,
    "case study": None,
    "problem solving": None,
    "problem-solving": None,
    "technical": None,
    "coding": "technical",
    "knowledge": "technical",
    "incident": "incident",
    "troubleshooting": "incident",
    "design": "design",
    "system design": "design",
    "architecture": "design",
}
"""What pages call the type of a question; None where the prompt must decide."""


def format_of(prompt: str, types: tuple[str, ...] = ()) -> Format:
    """Return the format of a prompt; `types` is what the page says of it (keys of TYPES), which comes first."""
    for word in types:
        told = TYPES.get(word.lower())
        if told is not None:
            return told
    by_hand = {word.lower() for word in types}
    if _TOLD.search(prompt) and "technical" not in by_hand:
        return "behavioural"
    if _BROKEN.search(prompt):
        return "incident"
    if _BUILT.search(prompt):
        return "design"
    return "behavioural" if "situational" in by_hand else "technical"


def difficulty_of(level: Level, form: Format) -> Difficulty:
    """Return a first estimate, which attempts correct later: by level, designs one step up for juniors."""
    match level:
        case "junior":
            return "medium" if form == "design" else "easy"
        case "mid":
            return "medium"
        case "senior":
            return "hard" if form == "design" else "medium"
        case "lead" | "principal":
            return "hard"


_DEFAULTS: Mapping[Format, str] = {
    "behavioural": "ownership",
    "technical": "correctness",
    "incident": "diagnosis",
    "design": "architecture",
}

_STRANGE: Mapping[Format, frozenset[str]] = {
    "behavioural": frozenset(
        [
            "algorithms",
            "api-design",
            "caching",
            "capacity",
            "concurrency",
            "cost",
            "estimation",
            "messaging",
            "networking",
            "operating-systems",
            "performance",
        ]
    ),
    "technical": frozenset(["learning", "motivation"]),
    "incident": frozenset(["motivation"]),
    "design": frozenset(["learning", "motivation"]),
}
"""Skills whose words mean something else in a format: "what it cost you", "how clients learn that"."""

_ASIDE = re.compile(r"\([^)]*\)?")
_NEAR = 25.0


@lru_cache(maxsize=2048)
def skill_of(point: str, form: Format, default: str = "") -> str:
    """Return the skill that a point most likely exercises; where no word tells, `default` or that of the format.

    A word counts less the later it stands (half after 25 characters), since advice names its matter first and its
    circumstances after it; what stands in brackets counts a fifth of a first word.
    """
    main = _ASIDE.sub(" ", point)
    best, highest = default or _DEFAULTS[form], 0.0
    for skill, words in SKILLS.items():
        if skill in _STRANGE[form]:
            continue
        score = sum(_NEAR / (_NEAR + hit.start()) for hit in words.finditer(main))
        score += 0.2 * sum(1 for aside in _ASIDE.findall(point) for _ in words.finditer(aside))
        if score > highest:
            best, highest = skill, score
    return best


def skills_named(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return our skills for those that a page names ("Problem-solving, Communication"); unknown ones are left out."""
    found: dict[str, None] = {}
    for value in values:
        plain = "-".join(value.lower().split())
        if plain in SKILLS:
            found[plain] = None
            continue
        skill = next((skill for skill, words in SKILLS.items() if words.search(value)), None)
        if skill is not None:
            found[skill] = None
    return tuple(found)
