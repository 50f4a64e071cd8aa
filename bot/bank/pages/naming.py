"""What the heading of a page tells: level, company and role ("Senior Amazon Engineer"). Guesses, marked as such."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.bank.model import Level

_WORDS: tuple[tuple[Level, str], ...] = (
    ("principal", r"principal|distinguished|fellow|chief|vp|vice president|director|head of"),
    ("lead", r"senior staff|staff|lead(?! generation)|tech lead|engineering manager|iv"),
    ("senior", r"senior[- ]level|senior|sr\.?|experienced|iii"),
    ("junior", r"junior[- ]level|junior|jr\.?|entry[- ]level|entry|associate|graduate|intern|trainee|i"),
    ("mid", r"mid[- ]?level|mid|middle|intermediate|medior|ii"),
)
_LEVELS = tuple((level, re.compile(rf"\b(?:{words})(?![\w-])", re.IGNORECASE)) for level, words in _WORDS)
"""Tried from the top, so that "Senior Principal" is principal; what a level means: coaching rules, scope by level."""

_ROLE_KEPT = re.compile(r"chief|vp|vice president|director|head of|engineering manager|intern|fellow", re.IGNORECASE)
_ROLE_WORDS = frozenset(
    re.findall(
        r"[a-z+#./0-9-]+",
        """
        .net account accountant accounting administrator advisor agent agile ai ajax analyst analytics android
        angular animator ansible apache application applications applied architect art artist asp.net assistant
        associate auditor automation aws azure back-end backend banker behavioral big bigquery biomedical blockchain
        brand business buyer c c# c++ chemical chief civil clerk clinical cloud coach cobol communications community
        compliance computer consultant content controller coordinator copywriter creative credit crm cuda customer
        cybersecurity data database deep delivery delphi deployment design designer desktop developer development
        devops director distributed django docker drupal editor elasticsearch electrical electronics elixir embedded
        energy engineer engineering environmental erlang ethereum ethical etl event executive experience facilities
        field film finance financial firmware flask flutter front-end frontend full full-stack fullstack fund game
        gcp general generative go golang graphic graphql groovy growth hadoop hardware haskell head health help hr
        html human implementation industrial information infrastructure inside insurance integration interaction
        internal international inventory investment ios it java javascript jenkins jira julia kafka kotlin
        kubernetes lab laravel learning legal librarian linux llm logistics machine magento maintenance management
        manager manufacturing market marketing materials matlab mechanical media medical ml mobile mongodb motion
        mysql network next.js nlp node node.js nosql nurse objective-c office officer operations operator optical
        paralegal performance perl pharmacist php planner platform portfolio postgresql power pr practice president
        pricing principal procurement producer product production professional program programmer project prompt
        property public purchasing python pytorch qa qt quality r rails react real recruiter recruiting recruitment
        redis regional regulatory relations reliability remote representative research researcher resource resources
        retail risk robot robotics ruby rust safety sales salesforce sap scala scientist scrum sde sdet search
        secretary security selenium seo service servicenow services sharepoint site snowflake social software
        solidity solution solutions spark specialist splunk spring sql statistician store strategist strategy
        structural success supervisor supply support surveyor swe swift system systems tableau talent tax teacher
        technical technician technologist technology telecommunications tensorflow terraform test tester trader
        trainer training translator transportation treasury tutor typescript ui underwriter unity unix unreal ux vba
        vendor vice video virtual vp vue vue.js web web3 windows wordpress writer
        """,
    )
)
"""Words of roles, crafts and techniques: a company's name begins before the first of them."""

_COMPANIES = (
    "american express", "atlassian", "booking", "booking.com", "capital one", "electronic arts", "general electric",
    "general motors", "goldman sachs", "morgan stanley", "twitter", "uber",
)  # fmt: skip
"""Companies whose names look like crafts or roles; all others are recognised by their place."""
_CRAFT = re.compile(r".*(?:al|ic|ary|ing|ive|or|er|ist|ogy|ics|ance|ment|ion|ian|ant|ent)", re.IGNORECASE)
_HEADING = re.compile(r"(?:top\s+|best\s+)?(?:\d+\+?\.?\s+)?(.*?)\s*\binterview questions?\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a heading is about. `level` is None and a text "" where it does not say."""

    level: Level | None
    company: str
    role: str


def subject(heading: str, page: str) -> Subject:
    """Read a heading such as "1. Junior Amazon Engineer Interview Questions and Answers".

    A company's name stands before the words of the role.  A name counts as one if the page speaks of it as one
    ("Amazon's", "at Amazon"), or if it does not look like a craft ("Veterinary Technician").
    """
    found = _HEADING.fullmatch(heading.strip())
    words = (found.group(1) if found else "").strip()
    level, words = _level(words)
    names = words.split()
    known = next((name for name in _COMPANIES if words.lower().startswith(name + " ")), "")
    count = len(known.split()) or next(
        (n for n, word in enumerate(names) if word.lower().strip(",") in _ROLE_WORDS), len(names)
    )
    name, role = " ".join(names[:count]), " ".join(names[count:])
    if known or (name and _is_company(name, role, page)):
        return Subject(level, name, role)
    return Subject(level, "", words)


def level_of(words: str) -> Level | None:
    """Return the level that words such as "Senior Backend Engineer" tell, or None."""
    return _level(words)[0]


def _level(words: str) -> tuple[Level | None, str]:
    for level, pattern in _LEVELS:
        found = pattern.search(words)
        if found is None:
            continue
        if _ROLE_KEPT.fullmatch(found.group()):
            return level, words
        rest = words[: found.start()] + " " + words[found.end() :]
        return level, " ".join(_without_levels(rest).split())
    return None, words


def _without_levels(words: str) -> str:
    """Drop further words of level, "Senior" of "Senior Principal Engineer"; they are no part of a role."""
    for _, pattern in _LEVELS:
        words = pattern.sub(lambda found: found.group() if _ROLE_KEPT.fullmatch(found.group()) else "", words)
    return words


def _is_company(name: str, role: str, page: str) -> bool:
    quoted = re.escape(name)
    if re.search(
        rf"\b{quoted}['’]s?\b|\b(?:at|for|join|joining|with) {quoted}\b|\b{quoted} (?:values|expects)\b", page
    ):
        return True
    return bool(role) and any(char.isupper() for char in name) and _CRAFT.fullmatch(name) is None
