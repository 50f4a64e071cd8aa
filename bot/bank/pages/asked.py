"""What a prompt asks, part by part, and each part said as a point: "How would you choose a key?" -> "Choose a key."

Rules of words, as in `infer`: where they see no parts, a question stays one.
"""

from __future__ import annotations

import re

_WH = "how|what|why|when|where|which|who|whom|whose|whether"
_VERBS = """
    accept adapt add allow analyse analyze apply approach assess assign audit authenticate avoid balance
    benchmark block break bring build cache calculate catch change check choose clean collect combine
    communicate compare compute configure connect convince coordinate count debug decide decompose define delete
    deliver deploy describe design detect determine diagnose discuss distribute divide document encrypt enforce
    ensure escalate estimate evaluate evolve explain expose extend find fix gather generate guarantee handle
    identify implement improve index influence ingest integrate invalidate investigate isolate justify keep
    launch learn limit list load log maintain make manage map measure merge migrate minimise minimize mitigate
    model monitor name normalise normalize notify observe operate optimise optimize order organise organize
    partition persist pick plan prevent prioritise prioritize process propose protect prove provide prune query
    rank read reason recover reduce refactor reject render replicate represent resolve respond restore retry
    return review roll roll-out route sample save scale schedule search secure segment select send serve set
    shard show simplify solve sort split stage state store stream structure support synchronise synchronize talk
    test throttle trace track train transform tune update upgrade use validate verify version walk weigh write
"""
_VERB = "|".join(sorted(set(_VERBS.split()), key=len, reverse=True))
_MODAL = "would|will|can|could|should|might|must|may"

_END = re.compile(r"[.?!][\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.[A-Za-z]|\b(?:vs|cf|etc|approx|Mr|Mrs|Dr|St|No)|(?:^|\s)[A-Z])\.$")
_CLAUSE = re.compile(
    rf"\s*[—–]\s*|\s+-\s+|;\s+|,?\s+(?:and|or|but)\s+(?=(?:{_WH})\b)|,\s+(?=(?:{_WH})\s)", re.IGNORECASE
)
_ITEM = re.compile(rf"(?:,\s*(?:(?:and|or|then)\s+)*|\s+(?:and|then)\s+(?:then\s+)?)(?=(?:{_VERB})\s)", re.IGNORECASE)
_YOU = re.compile(rf"(?:and )?how\s+(?:{_MODAL}|do)\s+you\s+((?:{_VERB})\s.*)", re.IGNORECASE)
_MODAL_OF = re.compile(rf"({_WH})\s+({_MODAL})\s+(\w+)\s+(\S.*)", re.IGNORECASE)
_DO_OF = re.compile(rf"({_WH})\s+do\s+(you|they|we|people)\s+(\S.*)", re.IGNORECASE)
_PLAIN = re.compile(r"(?:what|who)\s+\w{3,}(?<!ss)s\s\S.*", re.IGNORECASE)
_INVERTED = re.compile(rf"(?:{_WH})\s+(?:is|was|does|has|happens\?)\b.*", re.IGNORECASE)
_ORDERED = re.compile(rf"(?:(?:please|also|then|finally)[,]?\s+)*(?:{_VERB})\s\S.*", re.IGNORECASE)
_LED = re.compile(rf"((?:\w+\s+){{1,3}})((?:{_WH})\s.*)", re.IGNORECASE)
_DETERMINERS = frozenset(
    re.findall(r"\w+", "a an the this that these those your our their its his her my each every any all")
)

OPENER = re.compile(
    r"[\"“‘']?(?:why (?:do|did|are|should|would)\b|tell (?:me|us)\b|describe\b|share\b|give (?:me |us )?an? "
    r"|walk (?:me|us)\b|talk (?:me|us|about)\b|explain\b|discuss\b"
    r"|what(?:['’]s| is| are| was)? (?:your|the most|a time|motivates)\b"
    r"|how (?:do|would|have) you\b|have you ever\b|when (?:was|have|did)\b|can you\b|could you\b|introduce\b|design\b"
    r"|where do you\b|which\b|who\b|recall\b|think of\b)",
    re.IGNORECASE,
)
"""How a prompt of an interview begins; what follows it up ("What did you learn?") begins otherwise."""


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph, each with its mark of end; abbreviations end none."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()].strip()
        if _ABBREVIATED.search(piece):
            continue
        found.append(piece)
        start = end.end()
    return tuple(piece for piece in (*found, text[start:].strip()) if piece)


def parts_asked(prompt: str) -> tuple[str, ...]:
    """Return the questions within a prompt besides its task, which the first sentence names, in its order.

    A line ends a sentence too, since the entries of a list have no full stop.
    "How would you identify a client, choose an algorithm, and store the counters?" asks three things.
    """
    found: list[str] = []
    told = [sentence for row in prompt.splitlines() for sentence in sentences(row.lstrip("-*•– \t"))]
    for place, sentence in enumerate(told):
        whole = sentence.rstrip(' ?.!"”')
        clauses = [clause.strip(" ,") for clause in _CLAUSE.split(whole) if clause.strip(" ,")]
        if not (sentence.rstrip('"”’ ').endswith("?") or _ORDERED.fullmatch(whole)):
            continue  # it tells the situation, and asks nothing
        items = [item for number, clause in enumerate(clauses) for item in _items(clause, place == number == 0)]
        found += items
    return tuple(dict.fromkeys(found))


def _items(clause: str, task: bool) -> list[str]:
    listed = _YOU.fullmatch(clause)
    items = [item.strip(" ,") for item in _ITEM.split(listed.group(1))] if listed else []
    if len(items) > 1 and all(len(item.split()) > 1 for item in items):
        return items
    return [] if task else [clause]


def as_point(part: str) -> str:
    """Return a part of a prompt as a point: as what to do or say, or the question itself where grammar is unsure."""
    part = part.strip(" ?.,")
    part = re.sub(r"^(?:and|or|but|also|then|finally),?\s+", "", part, flags=re.IGNORECASE)
    words = part.lower().split()
    if len(words) > 2 and re.fullmatch(_WH, words[0]) and words[1] in _DETERMINERS:
        return f"Say {part[0].lower()}{part[1:]}"  # the order of a statement: "what its complexity is"
    asked, done = _MODAL_OF.fullmatch(part), _DO_OF.fullmatch(part)
    if asked and asked[3].lower() not in _DETERMINERS:
        return f"Say {asked[1].lower()} {asked[3]} {asked[2].lower()} {asked[4]}"
    if done:
        return f"Say {done[1].lower()} {done[2].lower()} {done[3]}"
    if _INVERTED.fullmatch(part) is None and _PLAIN.fullmatch(part):
        return f"Say {part[0].lower()}{part[1:]}"
    if _ORDERED.fullmatch(part):
        return part[0].upper() + part[1:]
    return f"{part[0].upper()}{part[1:]}?" if re.match(rf"(?:{_WH})\b", part, re.IGNORECASE) else part


def advice_in(text: str) -> tuple[str, ...]:
    """Return the single pieces of advice in a text: sentences, and the members of "Say what …, how …, and why …"."""
    found: list[str] = []
    for sentence in sentences(text):
        for piece in re.split(r";\s+", sentence):
            led = _LED.fullmatch(piece.strip(" ."))
            clauses = [clause.strip(" ,") for clause in _CLAUSE.split(led[2])] if led else []
            if led and len(clauses) > 1 and not re.search(rf"\b(?:{_WH})\b", led[1], re.IGNORECASE):
                found += [_sentence(f"{led[1].strip()} {clause}") for clause in clauses if clause]
            elif piece.strip(" ."):
                found.append(_sentence(piece))
    return tuple(dict.fromkeys(found))


def _sentence(text: str) -> str:
    text = text.strip()
    return text[0].upper() + text[1:] + ("" if text[-1] in '.?!…”")' else ".")
