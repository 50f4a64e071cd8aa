"""The gate: which sentences may count as evidence at all, and when there is too little to judge.

The figures come from coaching.md's try-out: 45 honest answers, none of them refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import Literal

from bot.coaching.cues import Index
from bot.coaching.language import is_function, stem_set
from bot.coaching.reading import Reading, Sentence
from bot.coaching.rubric import Rubric, grams
from bot.coaching.wordlists import CLAUSE_WORDS, DOMAIN, FOREIGN, GREETINGS, SPOKEN

Reason = Literal[
    "empty",
    "language",
    "greeting",
    "do not know",
    "order to the grader",
    "echo",
    "gibberish",
    "keywords",
    "too short",
    "off topic",
]

LEAST_WORDS = 12
DO_NOT_KNOW_WORDS = 25
COPIED_SHARE = 0.5
ONE_POINT_SHARE = 0.8
PROMPT_SHARE = 0.9
"""Honest sentences lean on the words of the prompt more than on those of a point that they have not seen."""
ONE_POINT_STEMS = 5
"""Fewer stems than this lie within one point by chance."""
LONG_COPY_STEMS = 8
"""From so many stems on a sentence within one point is a copy; a shorter one may say the right thing in its words, and
is a copy only among others (`COPIED_SHARE` of the answer's words in two of them or more).
"""
SENTENCE_GLUE = 0.08
ANSWER_GLUE = 0.15
LEAST_NEW = 0.2
LEAST_SHARED = 2
SMALL_RUBRIC = 20
"""Stems of prompt and points below which one shared stem is enough: a question of one line has no second to share."""
LEAST_DOMAIN = 0.08
CLAUSE_SHARE = 0.04
HONEST_GLUE, VARIED_GLUE = 0.24, 0.12
"""Share of glue in honest writing, and of glue beside its two commonest words, which is how keywords get joined.

In a short answer both together make up for the lack of auxiliaries and pronouns ("the strand splits up and leaves one
copy behind"); in a long one nobody does without these.
"""
SHORT_ANSWER = 50
KNOWN_SHARE = 0.12
"""Share of words that we know below which a heap of words is called gibberish rather than keywords."""
NOTE_WORDS = 4
"""A sentence of at most so many words without a subject is a note, not evidence."""

_PRAISE = r"(full|maximum|max|top|high|highest|perfect|best|strong)"
_MARKS = r"(scores?|marks?|points?|grades?|bands?|credits?|ratings?|yes)"
_ORDERS = re.compile(
    rf"""\b(ignore|disregard|forget|override)\b.{{0,30}}\b(instructions?|prompt|rubric|criteria)\b
    |\b(ignore|disregard|forget)\s(all|any|everything)\b.{{0,20}}\b(previous|prior|above|before)\b
    |\b(give|award|assign|grant)\s(me|this|it|my|the\s(answer|response|candidate))\b.{{0,20}}\b{_PRAISE}\s(\w+\s)?{_MARKS}\b
    |\b(give|award|assign|grant)\b.{{0,12}}\b{_PRAISE}\s{_MARKS}\b
    |\b(give|award|assign|grant)\s(me|this|it|my)\b.{{0,20}}\b(100(\s(points|marks|out)|/|\W*$)|(the\s)?(maximum|highest)\W*$)
    |\b(mark|set|treat|count|grade|score|accept|consider)\s(all|every|each)\b.{{0,20}}\b(points?|criteria|criterion|items?)
     \s(\w+\s){{0,3}}(met|satisfied|fulfilled|passed|covered|achieved|given|awarded|correct|present|true)\b
    |\b(mark|grade|score|rate)\s(this|my|the)\s(answer|response(?!\stime)|submission)\b
    |\b(system|developer)\s(prompt|message|override)\s?:|\bas\san\sai\s(language|model|grader|coach|assistant)
    |\byou\sare\s(now\s)?(an?|the)\s(\w+\s)?(grader|examiner|evaluator|assessor|language\smodel)\b
    |\b(dear|hey|attention|note\sto\s(the\s)?)\s?(grader|examiner|evaluator|assessor)\b
    |\bstrong_yes\b|\b(the|this|your)\srubric\b|\bplease\s(score|grade|mark|rate|award)\b
    |\b(gets?|deserves?|earns?)\s(every|all|full|top)\s(the\s)?(points?|marks?|credit)\b
    |\b(candidate|applicant|student|learner)\b.{{0,20}}\b(met|meets|satisf\w+|cover(s|ed))\s(all|every|each)\b
    |\b(grader|assessor|examiner)\b.{{0,12}}\b(must|should|please|shall)\b
    |\bscore\s?[:=]\s?(100|9\d|strong)|"(met|score|band|verdict)"\s?:
    |\b(this|my|the)\sanswer\s(\w+\s)?(deserves?|should\s(get|receive|be\s(marked|scored|graded|rated)))\b
    |\ball\s(the\s)?(rubric\s)?points\s(of\sthe\srubric\s)?(are|have\sbeen|should\sbe)\s(fully\s)?met\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DO_NOT_KNOW = re.compile(
    r"\b(do\s?n[o']?t|don[’']t|do not|no)\s+(really\s+)?(know|idea|clue)\b|\bnot\s+(really\s+)?sure\b|\bidk\b|\bdunno\b"
    r"|\bno\s+(idea|clue)\b|\bcan(no|')?t\s+(answer|say|think)\b|\bnever\s+(done|did|had)\s+(this|that|it)\b"
    r"|^\W*(?:i\s+|i'll\s+|i\s+will\s+|let\s+me\s+)?pass(?:\s+on\s+(?:this|that|it)\b|\W*$|\s*[.!,;—–-])",
    re.IGNORECASE,
)
"""Words of somebody who does not know; "pass" only where it is said of the question, not of a function's argument."""
_DENIAL = r"(?:never|not|n[’']t|(?:would|wo|should|do|does|did|ca|could|must)n[’']t|cannot)"
_DISOWNED = re.compile(
    rf"^\W*(?:no\W+)?(?:i|we|you|one|nobody|people)?\s*(?:would|will|should|must|do|could|can)?\s*{_DENIAL}\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    rf"\b(?:{_DENIAL}|nobody|no\s+one)\s+(?:\w+\s+){{0,3}}(?:do|say|try|want|recommend|accept|think)"
    r"(?:\s+(?:this|that|it|so|the\s+following|any\s+of\s+(?:this|that|these)|such\s+a\s+thing))?\s*[:—–-]"
    r"|\bnever\s+(?:ever\s+)?do\s+(?:this|that|it|the\s+following)\b",
    re.IGNORECASE,
)
_FAR = 60
"""Characters within which a sentence says that it is about what its author would not do."""
_NO_WORD = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|^[^aeiouy]+$|(.)\1\1|asdf|sdfg|dfgh|fghj|ghjk|hjkl|qwer|zxcv")
_TURNS = re.compile(
    r"(?:\b(?:but|instead|rather|because|until|unless|without|before|first|so|only|while|yet|and|that)\b"
    r"|[;:—–]|,\s*(?:i|we|you|it|this|they|he|she|there|here|then|the|my|our|a|an)\b)"
    rf"(?!\s+(?:\w+\s+){{0,2}}{_DENIAL}\b)",
    re.IGNORECASE,
)
"""Where a sentence that began with a denial goes on to what its author does, unless that is denied as well."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """There is too little to judge."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences that may count, and what was left out for which reason."""

    kept: tuple[Sentence, ...]
    dropped: Counter[Reason]


def screen(reading: Reading, rubric: Rubric, domain: AbstractSet[str] = frozenset()) -> Evidence | Refusal:
    """Return what may be judged, or why nothing may.

    `domain` are further words of the bank that show that an answer is about work.
    """
    if not any(character.isalnum() for character in reading.text):
        return Refusal("empty")
    words = [word for sentence in reading.sentences for word in sentence.words]
    if reason := _refused_by_words(reading, words, rubric):
        return Refusal(reason)
    evidence = _sift(reading, rubric)
    kept = [word for sentence in evidence.kept for word in sentence.words]
    if len(kept) < LEAST_WORDS:
        return Refusal(evidence.dropped.most_common(1)[0][0] if evidence.dropped else "too short")
    if reason := _refused_by_content(evidence.kept, kept, rubric, domain):
        return Refusal(reason)
    return evidence


def _refused_by_words(reading: Reading, words: list[str], rubric: Rubric) -> Reason | None:
    """Judge the answer as a heap of words."""
    text = reading.text
    if _other_script(text):
        return "language"
    if len(words) < LEAST_WORDS and words and words[0] in GREETINGS:
        return "greeting"
    if len(words) < DO_NOT_KNOW_WORDS and _DO_NOT_KNOW.search(text[:1000].replace("’", "'")):
        return "do not know"
    if _gibberish(words):
        return "gibberish"
    if len(words) < LEAST_WORDS:
        return "order to the grader" if _ORDERS.search(text[:1000]) else "too short"
    glue = sum(is_function(word) for word in words) / len(words)
    foreign = sum(word in FOREIGN for word in words) / len(words)
    if foreign > 0.12 and foreign > glue:
        return "language"
    if glue >= ANSWER_GLUE:
        return None
    stems = [s for sentence in reading.sentences for s in sentence.stems]
    known = sum(s in rubric.stems or s in _stems("domain") or s in _stems("spoken") for s in stems)
    return "keywords" if known >= KNOWN_SHARE * len(stems) else "gibberish"


def _other_script(text: str) -> bool:
    if text.isascii():
        return False
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(ord(c) > 0x24F for c in letters) > len(letters) / 2


def _gibberish(words: list[str]) -> bool:
    """Tell whether most words cannot be English, or whether hardly any two differ.

    Honest texts of n words have several times 2 * sqrt(n) different ones (Heaps' law).
    """
    if not words:
        return True
    letters = [word for word in words if word.isalpha() and len(word) > 3]
    odd = sum(_unpronounceable(word) for word in letters)
    few = len(words) >= LEAST_WORDS and len(set(words)) < 2 * sqrt(len(words))
    return few or odd * 5 > len(words) * 2


@lru_cache(maxsize=20_000)
def _unpronounceable(word: str) -> bool:
    return _NO_WORD.search(word) is not None


def _sift(reading: Reading, rubric: Rubric) -> Evidence:
    kept: list[Sentence] = []
    dropped: Counter[Reason] = Counter()
    seen: set[tuple[str, ...]] = set()
    near = {sentence for sentence in reading.sentences if _near(sentence, rubric)}
    copied = len(near) > 1 and sum(len(s.words) for s in near) >= COPIED_SHARE * reading.length
    for sentence in reading.sentences:
        reason = _worthless(reading.text_of(sentence), sentence, rubric)
        if reason is None and copied and sentence in near:
            reason = "echo"
        if reason is not None:
            dropped[reason] += 1
        elif sentence.stems not in seen:
            seen.add(sentence.stems)
            kept.append(sentence)
    return Evidence(tuple(kept), dropped)


def _worthless(text: str, sentence: Sentence, rubric: Rubric) -> Reason | None:
    """Return why a sentence is evidence of nothing."""
    if _ORDERS.search(text):
        return "order to the grader"
    copied = [gram in rubric.grams for gram in grams(sentence.stems)]
    if copied and sum(copied) >= COPIED_SHARE * len(copied):
        return "echo"
    content = sentence.content
    if len(content) >= LONG_COPY_STEMS and _near(sentence, rubric):
        return "echo"
    if len(content) >= ONE_POINT_STEMS and len(content & rubric.prompt) >= PROMPT_SHARE * len(content):
        return "echo"
    return "keywords" if _is_list(sentence) else None


def _near(sentence: Sentence, rubric: Rubric) -> bool:
    """Tell whether a sentence has hardly a word that does not stand in one point."""
    content = sentence.content
    if len(content) < ONE_POINT_STEMS:
        return False
    return any(len(content & point) >= ONE_POINT_SHARE * len(content) for point in rubric.points)


def _is_list(sentence: Sentence) -> bool:
    """Tell keywords from a sentence: little glue, always the same glue, or a note without a subject."""
    words = sentence.words
    subjects = sum(_carries_a_clause(word) for word in words)
    if len(words) <= NOTE_WORDS:
        return subjects == 0
    glue = [word for word in words if is_function(word)]
    if len(words) < LEAST_WORDS:
        return len(glue) < SENTENCE_GLUE * len(words)
    monotone = len(set(glue)) <= 3 and subjects <= 1 and len(glue) >= 6
    return len(glue) < SENTENCE_GLUE * len(words) or monotone


def _carries_a_clause(word: str) -> bool:
    """Tell whether a word is a subject, an auxiliary or a connective; "I'd" is one, "shop's" is none."""
    return word in CLAUSE_WORDS or ("'" in word and is_function(word))


def _refused_by_content(
    kept: tuple[Sentence, ...], words: list[str], rubric: Rubric, domain: AbstractSet[str]
) -> Reason | None:
    """Judge what is left: sentences at all, something of one's own, and about this question or at least work."""
    if sum(is_function(word) for word in words) < ANSWER_GLUE * len(words):
        return "keywords"
    if sum(_carries_a_clause(word) for word in words) < CLAUSE_SHARE * len(words) and not _written(words):
        return "keywords"
    content = frozenset().union(*(sentence.content for sentence in kept))
    if not content:
        return "too short"
    if len(content - rubric.stems) < LEAST_NEW * len(content):
        return "echo"
    own = content - _stems("spoken")
    if len(own & rubric.stems) < (LEAST_SHARED if len(rubric.stems) >= SMALL_RUBRIC else 1):
        work = sum(s in _stems("domain") or s in domain for s in own)
        if work < LEAST_DOMAIN * max(len(content), LEAST_WORDS) and not any(Index(kept).lines(rubric.lines)):
            return "off topic"
    return None


def _written(words: list[str]) -> bool:
    """Tell whether a short answer has as much glue as honest writing, and as varied."""
    if len(words) > SHORT_ANSWER:
        return False
    glue = Counter(word for word in words if is_function(word))
    commonest = sum(count for _, count in glue.most_common(2))
    return glue.total() >= HONEST_GLUE * len(words) and glue.total() - commonest >= VARIED_GLUE * len(words)


@cache
def _stems(kind: Literal["spoken", "domain"]) -> frozenset[str]:
    return stem_set(SPOKEN if kind == "spoken" else DOMAIN)


def disowned(text: str) -> bool:
    """Tell whether a sentence only says what its author would not do ("I would never do this: …")."""
    return disowned_whole(text) or (
        (match := _DISOWNED.match(text)) is not None and not _TURNS.search(text, match.end())
    )


def disowned_whole(text: str) -> bool:
    """Tell whether a sentence disowns whatever follows in it; such a one cannot even prove a refusal."""
    return _THIS.search(text[:_FAR]) is not None
