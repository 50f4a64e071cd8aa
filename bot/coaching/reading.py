"""An answer as read: sentences and clauses with their place in the text, so that every quote is verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.coaching.language import content_stems, is_function, is_number, stem, stems_of, words_of
from bot.coaching.wordlists import IRREGULAR

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
)
"""Words that have a capital letter only where a sentence begins: some people leave the full stop out."""
_ENDS = re.compile(
    r"(?<=[.!?…])[\"”’')\]]*\s+|(?<=[。！？])|[\n\r\u2028\u2029]\s*|\s[•▪*]\s"
    rf"|(?<=[a-z0-9%])\s(?=(?:{_OPENERS})(?:['’]\w+)?\s[a-z])"
)  # linear on runs of spaces
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|eg|ie|vs|etc|approx|no|dr|mr|ms|mrs|st|fig)\.$|[=<>(]\s?\?$", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"[;()—–|]\s*|:(?!(?<=\d:)\d)\s*|,\s+|\s(?=(?:and|but|so|then|because|while|which)\s)")
_SPACED = re.compile(r"\S+")
_JOINT = re.compile(r"(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Tt]hen|because|which|while)\s+){1,2}(?!that\b)")
"""What joins a clause to the one before, and looks lost at the beginning of a quote."""
SHORTEST_WITHOUT_JOINT = 5
_EDGES = " \t,;:—–-()[]|•*"
_NAME = re.compile(r"(?<=[\w,;:)] )(?!I\b)[A-Z]\w+|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}\w*|\b[A-Z]\w*-[A-Z]\w*")


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
        size = 0
        for clause in _clauses(text, start, end):
            if clauses and size + len(clause.words) > LONGEST_SENTENCE:
                sentences.append(_sentence(text, start, clauses))
                clauses, size = [], 0
            clauses.append(clause)
            size += len(clause.words)
        if clauses:
            sentences.append(_sentence(text, start, clauses))
    return Reading(text, tuple(sentences))


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
        if "\n" not in match.group() and _ABBREVIATION.search(text, max(start, match.start() - 8), match.start()):
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    at = start
    for match in _CLAUSE_ENDS.finditer(text, start, end):
        yield from _pieces(text, at, match.start())
        at = match.end()
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[Clause]:
    """Yield a clause, cut where it is longer than a clause may be."""
    first, last, count = -1, -1, 0
    for match in _SPACED.finditer(text, start, end):
        for left in range(match.start(), match.end(), LONGEST_PIECE):
            right = min(left + LONGEST_PIECE, match.end())
            if first >= 0 and (count == LONGEST_CLAUSE or right - first > LONGEST_PIECE):
                yield from _clause(text, first, last)
                first, count = -1, 0
            first = left if first < 0 else first
            last, count = right, count + 1
    if first >= 0:
        yield from _clause(text, first, last)


def _clause(text: str, start: int, end: int) -> Iterator[Clause]:
    words = words_of(text[start:end])
    if words:
        yield Clause(start, end, words, stems_of(words))


def quote(reading: Reading, first: int, last: int) -> str:
    """Return the characters from `first` to `last`, at most forty words, without punctuation at the edges."""
    text = reading.text[first:last].strip(_EDGES + "\n\r\u2028\u2029")
    if (joint := _JOINT.match(text)) and len(text[joint.end() :].split()) >= SHORTEST_WITHOUT_JOINT:
        text = text[joint.end() :]
    if len(text.split()) <= LONGEST_QUOTE:
        return text
    words = list(_SPACED.finditer(text))
    return text[: words[LONGEST_QUOTE - 1].end()].strip(_EDGES)


def stems_in(text: str) -> list[str]:
    """Return the stems of a text that carry meaning, in order, joined pairs last."""
    words = words_of(text)
    return content_stems(words, tuple(stem(word) for word in words))
