"""An answer as read: sentences and clauses with their place in the text, so that every quote is verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.coaching.language import (
    LONGEST_WORD,
    content_stems,
    is_function,
    is_number,
    stem,
    stem_set,
    stems_of,
    words_of,
)
from bot.coaching.wordlists import DOMAIN, GENERIC, IRREGULAR, NO_END, SPOKEN

LONGEST_CLAUSE = 24
"""Words of a clause; two of them stay below the forty words that a quote may have."""
LONGEST_PIECE = 200
"""Characters of a clause, for text without spaces."""
LONGEST_SENTENCE = 48
"""Words of a sentence: without the limit an answer without full stops would be one, and AND would mean nothing."""
LONGEST_QUOTE = 40
OURS = frozenset(("we", "our", "us", "my", "me"))

_OPENERS = (
    "The|This|That|These|Those|It|He|She|They|We|You|There|Here|When|While|After|Before|Since|First|Then|So|But|And|In|On"
    "|At|For|With|To|If|As|My|Our|Some|Most|Each|Later|Next|Now|Because|Once|Yes|No"
    "|Anyway|Right|Well|Also|Finally|Afterwards|Meanwhile|However|Therefore|Instead|Every|Everybody|Nobody|Somebody"
    "|Today|Tomorrow|Yesterday|Usually|Sometimes|Maybe|Perhaps"
)
"""Words that have a capital letter only where a sentence begins: some people leave the full stop out."""
_ENDS = re.compile(
    r"(?<=[.!?…])[\"”’')\]]*\s+|(?<=[。！？])|[\n\r\u2028\u2029]\s*|\s[•▪*]\s"
    rf"|(?<=[a-z0-9%])\s(?=(?:{_OPENERS})(?:['’]\w+)?,?\s(?:[a-z]|I\b)|(?:On|In|At|After|Before|When|While|If|But|And)\s[A-Z])"
)  # linear on runs of spaces
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|eg|ie|vs|etc|approx|dr|mr|ms|mrs|st|fig)\.$|[=<>(]\s?\?$", re.IGNORECASE)
_SUBJECTS = (
    r"(?:I|we|you|he|she|they|it|this|that|there|nobody|everybody|everyone|somebody|someone|who|what|if|when)\b"
    r"|(?:the|our|my|an?|each|every|its|their|his|her|no)\s+(?:(?!that\b|which\b|who\b)[\w’'-]+\s+){1,3}?"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|does|did|\w{2,}ed)\b"
)
_PAST = (
    r"(?!(?:need|speed|feed|seed|embed|hundred|need)\b)(?:\w{2,}ed|was|were|had|did|took|told|wrote|found|made|led|built"
    r"|kept|went|got|saw|sent|began|brought|chose|fell|rose|put|ran|gave|lost|said|knew|came)\b"
)
_ACTS = (
    r"(?:tell|ask|write|read|take|give|keep|make|add|put|find|compare|send|go|remove|delete|decide|choose|explain|agree"
    r"|open|leave|bring|get|say|see|create|restore|inform|let|look|roll|check|watch|wait|start|stop)\s+"
    r"(?=(?:the|an?|my|our|their|its|it|them|him|her|me|us|that|what|who|whether|how|why|when|where|each|every|all|only"
    r"|one|two|\d+|everybody|everyone|nobody|in|into|on|at|from|for|until|with|back)\b)"
)
_CLAUSE_ENDS = re.compile(
    r"[;()—–|]\s*|:(?!(?<=\d:)\d)\s*|,\s+"
    r"|(?<!\sand)(?<!\sbut)(?<!\sor)\s(?=(?:because(?!\s+of\b)|while)\s"
    rf"|(?:and|but|so|then)\s+(?:(?:then|so|also|now|only|later|finally|that|never|still)\s+)?(?:{_SUBJECTS}|{_PAST}|{_ACTS}))"
)
"""Ends of clauses; "and" is one only where somebody does something after it, not in "my account and my deputy's"."""
_MARKED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”")
"""What somebody said, in quotation marks: it stays in one piece."""
_SOFT = re.compile(
    r"(?:and|or|but|so|then|because|while|when|if|where|who|before|after|until|since|although|I|we|they)\b",
    re.IGNORECASE,
)
_SOFTER = re.compile(r"(?:that|which|to|with|for|from|by|in|on|at|into|without|through|over)\b", re.IGNORECASE)
"""Words before which a clause that is too long may be cut, the first rather than the second."""
_RUN_ON = re.compile(r"(?<=[a-z0-9%])\s(?=(?:[A-HJ-Z][a-z]*,?|A|I(?:['’]\w+)?)\s+[a-zI])")
"""Where a sentence may begin although the full stop before it was left out."""
_SPACED = re.compile(r"\S+")
_JOINT = re.compile(r"(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Tt]hen|[Oo]r|because|which|while)\s+){1,2}(?!that\b)")
"""What joins a clause to the one before, and looks lost at the beginning of a quote."""
_LAST_JOINT = re.compile(
    r"(?:\W+(?:and|but|so|then|or|because|which|while|that|if|when|the|a|an|to|of))+[\s,;:]*$", re.IGNORECASE
)
"""The same at the end of a quote."""
_EDGES = " \t,;:—–-()[]|•*"
_NAME = re.compile(r"(?<=[\w,;:)] )(?!I\b)[A-Z]\w+|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}\w*|\b[A-Z]\w*-[A-Z]\w*")


_CONDITION = frozenset(("if", "when", "whenever", "once", "unless", "until"))
_JOINTS = frozenset(("and", "but", "so", "then", "because", "while"))
_PERSONS = frozenset(("i", "we", "you", "he", "she", "they"))


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, from `start` to `end` in the answer's characters."""

    start: int
    end: int
    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer, or a part of a very long one, which began at `origin`.

    `content` are the stems that carry meaning, joined pairs included.  What makes it specific: `figures` (digits),
    `named` (a proper noun inside), `acted` (somebody of ours did or would do something).
    """

    origin: int
    start: int
    end: int
    clauses: tuple[Clause, ...]
    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: frozenset[str]
    numbered: bool
    figures: bool
    named: bool
    acted: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole answer."""

    text: str
    sentences: tuple[Sentence, ...]

    @property
    def length(self) -> int:
        """Number of words."""
        return sum(len(sentence.words) for sentence in self.sentences)

    def text_of(self, sentence: Sentence) -> str:
        """Return a sentence as it was written."""
        return self.text[sentence.start : sentence.end]


def read(text: str) -> Reading:
    """Return the sentences of a text; linear in its length."""
    sentences: list[Sentence] = []
    for start, end in _sentence_spans(text):
        clauses: list[Clause] = []
        for clause in _clauses(text, start, end):
            while clauses and _size(clauses) + len(clause.words) > LONGEST_SENTENCE:
                cut = _best_cut(text, [*clauses, clause])
                sentences.append(_sentence(text, start, clauses[:cut]))
                clauses = clauses[cut:]
            clauses.append(clause)
        if clauses:
            sentences.append(_sentence(text, start, clauses))
    return Reading(text, tuple(sentences))


def _size(clauses: list[Clause]) -> int:
    return sum(len(clause.words) for clause in clauses)


def _best_cut(text: str, clauses: list[Clause]) -> int:
    """Return before which clause a sentence that is too long is cut: where somebody begins, late, and at half of it.

    A condition stays with what follows from it.
    """
    best, rank, size = len(clauses) - 1, -1, 0
    for number, clause in enumerate(clauses[1:], start=1):
        size += len(clauses[number - 1].words)
        if size * 2 < LONGEST_SENTENCE and number < len(clauses) - 1:
            continue
        here = _rank(text, clauses[number - 1], clause)
        if here >= rank:
            best, rank = number, here
    return best


def _rank(text: str, before: Clause, clause: Clause) -> int:
    if not _CONDITION.isdisjoint(before.words[:2]):
        return 0
    begins = next((word for word in clause.words if word not in _JOINTS), "").partition("'")[0]
    if begins in _PERSONS or text[before.end : clause.start].strip() in (";", "—", "–"):
        return 2
    return 1 if clause.words[0] in _JOINTS else 0


def _sentence(text: str, origin: int, clauses: list[Clause]) -> Sentence:
    words = tuple(word for clause in clauses for word in clause.words)
    stems = tuple(s for clause in clauses for s in clause.stems)
    start, end = clauses[0].start, clauses[-1].end
    return Sentence(
        origin,
        start,
        end,
        tuple(clauses),
        words,
        stems,
        frozenset(content_stems(words, stems)),
        numbered=any(is_number(word) for word in words),
        figures=any(is_number(word) and word[0].isdigit() for word in words),
        named=any(not is_function(name.group().lower()) for name in _NAME.finditer(text, start + 1, end)),
        acted=_acted(words),
    )


def _acted(words: tuple[str, ...]) -> bool:
    """Tell whether "I" act, or "we" did or would: habits ("we use tickets") are no evidence of doing."""
    plain = [word.partition("'")[0] for word in words]
    if "i" in plain:
        return True
    if not OURS.intersection(plain):
        return False
    return any(
        word in IRREGULAR
        or word in ("would", "was", "were", "had", "did", "cut", "put", "set")
        or word.endswith(("'d", "'ll"))
        or (word.endswith("ed") and (i == 0 or words[i - 1] not in ("is", "are", "be", "been", "get", "gets")))
        for i, word in enumerate(words)
    )


def alone(reading: Reading, sentence: Sentence) -> tuple[Sentence, ...]:
    """Return each clause of a sentence as a sentence of its own, to see which of them says what."""
    return tuple(_sentence(reading.text, clause.start, [clause]) for clause in sentence.clauses)


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _ENDS.finditer(text):
        if "\n" not in match.group() and _is_abbreviated(text, max(start, match.start() - 8), match):
            continue
        yield from _run_ons(text, start, match.start())
        start = match.end()
    yield from _run_ons(text, start, len(text))


def _is_abbreviated(text: str, since: int, end: re.Match[str]) -> bool:
    """Tell whether a full stop belongs to an abbreviation: "e.g.", or "no." before a number."""
    if _ABBREVIATION.search(text, since, end.start()):
        return True
    return text[since : end.start()].lower().endswith(" no.") and text[end.end() : end.end() + 1].isdigit()


def _run_ons(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence, or what it consists of if it is so long that full stops seem to have been left out."""
    if text.count(" ", start, end) >= LONGEST_SENTENCE:
        for match in _RUN_ON.finditer(text, start, end):
            before = text[max(start, match.start() - LONGEST_WORD) : match.start()].split()
            after = text[match.end() : match.end() + LONGEST_WORD].split()[0].lower().rstrip(",").partition("'")[0]
            if before and before[-1].lower() not in NO_END and _is_common(after.partition("’")[0]):
                yield start, match.start()
                start = match.end()
    yield start, end


def _is_common(word: str) -> bool:
    """Tell whether a word with a capital letter is no name."""
    return is_function(word) or stem(word) in _common_stems()


@cache
def _common_stems() -> frozenset[str]:
    return stem_set(SPOKEN | DOMAIN | GENERIC)


def _clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    marked = [match.span() for match in _MARKED.finditer(text, start, end)][::-1]
    at = start
    for match in _CLAUSE_ENDS.finditer(text, start, end):
        while marked and marked[-1][1] <= match.end():
            marked.pop()
        if marked and marked[-1][0] < match.start():
            continue
        yield from _pieces(text, at, match.start())
        at = match.end()
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[Clause]:
    """Yield a clause, cut where it is longer than a clause may be, if possible before a word that goes on."""
    places = [
        (left, min(left + LONGEST_PIECE, match.end()))
        for match in _SPACED.finditer(text, start, end)
        for left in range(match.start(), match.end(), LONGEST_PIECE)
    ]
    first = 0
    while first < len(places):
        last = first + 1
        while (
            last < len(places) and last - first < LONGEST_CLAUSE and places[last][1] - places[first][0] <= LONGEST_PIECE
        ):
            last += 1
        if last < len(places):
            last = _soft_cut(text, places, first, last)
        yield from _clause(text, places[first][0], places[last - 1][1])
        first = last


def _soft_cut(text: str, places: list[tuple[int, int]], first: int, last: int) -> int:
    """Return the place before which a clause is cut: the last half of it, at a word with which something begins."""
    half = range(last, first + (last - first + 1) // 2, -1)
    for begins in (_SOFT, _SOFTER):
        for place in half:
            if begins.match(text, places[place][0]) and not begins.match(text, places[place - 1][0]):
                return place
    return last


def _clause(text: str, start: int, end: int) -> Iterator[Clause]:
    words = words_of(text[start:end])
    if words:
        yield Clause(start, end, words, stems_of(words))


def quote(reading: Reading, first: int, last: int) -> str:
    """Return the characters from `first` to `last`, at most forty words, without punctuation at the edges."""
    text = reading.text[first:last].strip(_EDGES + "\n\r\u2028\u2029")
    if joint := _JOINT.match(text):
        text = text[joint.end() :]
    words = list(_SPACED.finditer(text))
    if len(words) > LONGEST_QUOTE:
        text = text[: words[LONGEST_QUOTE - 1].end()]
    if joint := _LAST_JOINT.search(text, max(0, len(text) - LONGEST_PIECE)):
        text = text[: joint.start()] or text
    return text.strip(_EDGES)


def stems_in(text: str) -> list[str]:
    """Return the stems of a text that carry meaning, in order, joined pairs last."""
    words = words_of(text)
    return content_stems(words, tuple(stem(word) for word in words))
