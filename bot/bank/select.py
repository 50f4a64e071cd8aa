"""Which questions a filter or a word means. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from bot.bank.model import FORMATS, LEVELS, Bank, Question
from bot.bank.similar import PARAPHRASE, similar

__all__ = [
    "FILTERS",
    "PARAPHRASE",
    "UnknownFilter",
    "known",
    "matches_known",
    "matching",
    "near",
    "near_ids",
    "resolve",
    "similar",
]

FILTERS: tuple[str, ...] = ("level", "format", "category", "skill", "company", "set")
"""In the order in which a free word is tried: "incident" is a format although there may be a category of that name."""

_VALUES: Mapping[str, Callable[[Question], tuple[str, ...]]] = {
    "level": lambda question: (question.level,),
    "format": lambda question: (question.format,),
    "category": lambda question: (question.category,),
    "skill": lambda question: (*question.skills, *(point.skill for point in question.points)),
    "company": lambda question: (question.company,),
    "set": lambda question: (question.set,),
}
_SPELLINGS: Mapping[str, str] = {
    "behavioral": "behavioural",
    "behaviour": "behavioural",
    "behavior": "behavioural",
    "coding": "technical",
    "incidence": "incident",
    "designs": "design",
    "mid-level": "mid",
    "midlevel": "mid",
    "middle": "mid",
    "medior": "mid",
    "intermediate": "mid",
    "entry": "junior",
    "entry-level": "junior",
    "sr": "senior",
    "jr": "junior",
    "staff": "lead",
    "prioritization": "prioritisation",
    "judgment": "judgement",
    "data-modeling": "data-modelling",
    "tradeoffs": "trade-offs",
}


class UnknownFilter(LookupError):
    """A filter that questions do not have; the message names those they have."""

    def __init__(self, name: str) -> None:
        """Name the filter."""
        super().__init__(f"there is no filter '{name}': use one of {', '.join(FILTERS)}")
        self.name = name


def matching(bank: Bank, filters: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions that pass every filter, in the order of the bank.

    A value may name alternatives, "mid,senior"; case and spelling variants do not matter.  An empty value passes
    everything.  Raises UnknownFilter for a key that is not in FILTERS.
    """
    wanted: list[tuple[Callable[[Question], tuple[str, ...]], frozenset[str]]] = []
    for name, value in filters.items():
        if name not in _VALUES:
            raise UnknownFilter(name)
        alternatives = frozenset(_key(bank, name, part) for part in value.split(",") if part.strip())
        if alternatives:
            wanted.append((_VALUES[name], alternatives))
    return tuple(
        question
        for question in bank.questions.values()
        if all(any(_folded(value) in allowed for value in values(question)) for values, allowed in wanted)
    )


def resolve(bank: Bank, word: str) -> tuple[str, str] | None:
    """Return the filter and the value that a free word means, or None: "Behavioural" -> ("format", "behavioural").

    Levels and formats are always known, the other values where the bank has them; a skill also by its name.
    """
    for name in FILTERS:
        key = _key(bank, name, word)
        found = next((value for value in known(bank, name) if _folded(value) == key), None)
        if found is not None:
            return name, found
    return None


def known(bank: Bank, name: str) -> tuple[str, ...]:
    """Return the values of a filter that can be asked for; each once, sorted unless they have an order."""
    match name:
        case "level":
            return LEVELS
        case "format":
            return FORMATS
        case "skill":
            return tuple(sorted(bank.skills))
        case _:
            values = _VALUES[name]
            return tuple(sorted({value for question in bank.questions.values() for value in values(question) if value}))


def matches_known(bank: Bank, name: str, word: str) -> bool:
    """Tell whether a word is a value of a filter."""
    key = _key(bank, name, word)
    return any(_folded(value) == key for value in known(bank, name))


def near(bank: Bank, word: str) -> tuple[str, ...]:
    """Return at most three values of any filter that look like a word that `resolve` does not know."""
    offered = {_folded(value): value for name in reversed(FILTERS) for value in known(bank, name)}
    return tuple(offered[key] for key in get_close_matches(_folded(word), list(offered), n=3, cutoff=0.6))


def near_ids(bank: Bank, question_id: str) -> tuple[str, ...]:
    """Return at most three ids of questions that look like one that does not exist, the nearest first."""
    wanted = question_id.strip().lower()
    ids = list(bank.questions)
    holding = [found for found in ids if wanted and wanted in found]
    return tuple(dict.fromkeys([*holding, *get_close_matches(wanted, ids, n=3, cutoff=0.5)]))[:3]


def _folded(value: str) -> str:
    return "-".join(value.casefold().replace("_", " ").split())


def _key(bank: Bank, name: str, word: str) -> str:
    """Return a typed value as it is compared: other spellings and names of skills lead to the same key."""
    key = _folded(word)
    if name == "skill" and key not in bank.skills:
        key = next((skill for skill, title in bank.skills.items() if _folded(title) == key), key)
    if name in {"level", "format", "skill"}:
        return _SPELLINGS.get(key, key)
    return key
