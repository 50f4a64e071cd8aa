"""From text to words and stems: NFKC, one hyphen, one apostrophe, lower case, Snowball stems."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from bot.coaching.wordlists import FUNCTION, IRREGULAR, JOINED, LETTERS_WITH_S, NUMBER_WORDS, PARTED, SYNONYMS

LONGEST_WORD = 30
"""Letters of a word that are looked at: no English word of an answer is longer, and pasted tokens are cheap."""

_CHARACTERS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("‘’ʼ´`", "'"))
_WORD = re.compile(r"\d+(?:[.,:]\d+)*%?(?![^\W_])|[^\W\d_][^\W_]*(?:'[^\W_]+)*(?:\+\+|#)?|[^\W_]+")
_NOT = re.compile(r"\b(?:(wo|ca|sha)n't|(can)not|([a-z]+)n't)\b")
_WHOLE = {"wo": "will", "ca": "can", "sha": "shall"}
_BRITISH = re.compile(r"(?<=[a-z]{4})is(e|ed|es|ing|ation|ations|er|ers)$")
_LETTERS = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,5}s")
"""A plural of letters ("TTLs"): the stemmer leaves what has no vowel as it is."""
_STEMMER_LOCK = threading.Lock()
SMALLEST_PREFIX = 4


@cache
def _stemmer() -> Any:
    import snowballstemmer  # here, since it loads every language it has: start-up stays quick

    return snowballstemmer.stemmer("english")


def normalise(text: str) -> str:
    """Return the text in NFKC and lower case, with one kind of hyphen and one of apostrophe."""
    return unicodedata.normalize("NFKC", text).translate(_CHARACTERS).lower()


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, normalised and in order; numbers keep their decimals and percent sign.

    "doesn't" is read as "does not", so that one spelling of a denial is enough for authors of cues.
    """
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(_NOT.sub(_spelled_out, normalise(text))))


def _spelled_out(match: re.Match[str]) -> str:
    short, can, other = match.groups()
    return f"{_WHOLE[short] if short else can or other} not"


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a normalised word.

    The stemmer is slow (60 microseconds) and keeps state while it works, hence the cache and the lock:
    answers are judged in several threads.
    """
    if len(word) <= 2 or not word.isascii() or word[0].isdigit():
        return word
    base = IRREGULAR.get(word, word)
    if len(base) > 6:
        base = _BRITISH.sub(r"iz\1", base)
    if base in PARTED:
        return PARTED[base]
    if _LETTERS.fullmatch(base) and base not in LETTERS_WITH_S:
        return base[:-1]
    with _STEMMER_LOCK:
        return str(_stemmer().stemWord(base))


def stems_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the stem of every word, in order."""
    return tuple(stem(word) for word in words)


def is_function(word: str) -> bool:
    """Tell whether a word only glues others together; contractions count by their first part."""
    return word in FUNCTION or ("'" in word and word.partition("'")[0] in FUNCTION)


def is_number(word: str) -> bool:
    """Tell whether a word states a number, in digits or written out from two on."""
    return (word[0].isdigit() and not word.endswith("xx")) or word in NUMBER_WORDS  # "5xx" is a name


@cache
def joined_pairs() -> dict[tuple[str, str], str]:
    """Return the pairs of stems that also exist as one word, with the stem of that word."""
    pairs = {}
    for entry in JOINED:
        word = entry.replace("-", "")
        for cut in (entry.index("-"),) if "-" in entry else range(2, len(word) - 1):
            pairs[stem(word[:cut]), stem(word[cut:])] = stem(word)
    return pairs


def content_stems(words: Sequence[str], stems: Sequence[str]) -> list[str]:
    """Return the stems of all words that carry meaning, and after a pair the word that it makes."""
    content = [s for word, s in zip(words, stems, strict=True) if not is_function(word) and len(s) > 1]
    pairs = joined_pairs()
    content += [
        pairs[pair]
        for i in range(len(stems) - 1)
        for pair in ((stems[i], stems[i + 1]), (stems[i], stems[i + 2] if i + 2 < len(stems) else ""))
        if pair in pairs
    ]
    return content


def stem_set(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of a list of words."""
    return frozenset(stem(word) for word in words)


@cache
def synonym_groups() -> dict[str, tuple[int, ...]]:
    """Return for each stem the numbers of the sets of synonyms that hold it."""
    groups: dict[str, tuple[int, ...]] = {}
    for number, members in enumerate(SYNONYMS):
        for member in members:
            key = stem(member)
            groups[key] = (*groups.get(key, ()), number)
    return groups


def prefixes(word: str) -> Iterable[str]:
    """Return the beginnings of a stem that another may share with it: four letters at least, half its length.

    A word that was parted from others shares none: "import" is no beginning of "important".
    """
    if word in PARTED:
        return ()
    return (word[:end] for end in range(max(SMALLEST_PREFIX, (len(word) + 1) // 2), len(word)))
