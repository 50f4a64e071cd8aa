"""The layout with level headings: "1. Junior … Interview Questions and Answers", questions "1.1. …", and for each
Introduction, How to answer, What not to say, Example answer, Skills tested, Question type (the last two may be empty).

What stands before the first level heading and after the last question is not ours to read: title, advertising.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.bank.convert import skills_of
from bot.bank.model import Flag, Level, Point, Question
from bot.bank.pages import infer, naming
from bot.bank.pages.layout import BULLET, ID_LIMIT, Line, slug
from bot.bank.pages.quotes import unquoted

SECTIONS = ("introduction", "how to answer", "what not to say", "example answer", "skills tested", "question type")

LENGTHS = {"heading": 200, "prompt": 2000, "introduction": 3000, "bullet": 1000, "example answer": 10000}
"""Longest texts in characters, and (`ENTRIES`) most bullets of a list: what questions/schema.json lets a file hold."""
ENTRIES = 20

_HEADING = re.compile(r"(\d{1,3})[.)]\s*(.*?)\s*\binterview questions? (?:and|&) answers?:?", re.IGNORECASE)
_QUESTION = re.compile(r"(\d{1,3})\.(\d{1,3})[.)]\s*(\S.*)")
_ADVERT = re.compile(
    r"[$€£]\s?\d|\b(?:unlimited|sign up|subscri\w+|free trial|for free|credit card|upgrade|premium|pricing|advert\w*"
    r"|sponsored|cookies?|newsletter|your (?:dream|next) job|mock interviewer|job alerts?|log in)\b",
    re.IGNORECASE,
)
_VALUE_LIMIT = 60


def recognises(page: tuple[Line, ...]) -> bool:
    """Tell whether a page is meant to be in this layout, well-formed or not."""
    return any(_HEADING.fullmatch(line.text) for line in page) or any(_QUESTION.fullmatch(line.text) for line in page)


def read(page: tuple[Line, ...]) -> tuple[Question, ...]:
    """Return the questions of a page, in its order. Raises UnknownLayout at the first line that is not understood."""
    return _Reader(page).questions()


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A level heading: its number and line, and what it tells."""

    number: int
    line: Line
    level: Level
    inferred: tuple[str, ...]
    company: str
    role: str


class _Reader:
    def __init__(self, page: tuple[Line, ...]) -> None:
        self._page = page
        self._at = next((n for n, line in enumerate(page) if _HEADING.fullmatch(line.text)), len(page))
        before = page[: self._at]
        titled = [line.text for line in before if "interview question" in line.text.lower()]
        first = page[self._at].text if self._at < len(page) else ""
        self._title = (titled or [line.text for line in before[:1]] or [first.partition(" ")[2]])[0][:500]
        self._text = "\n".join(line.text for line in page)
        self._adverts = frozenset(line.text for line in before)
        self._found: list[Question] = []

    def questions(self) -> tuple[Question, ...]:
        for line in self._page[: self._at]:
            if _QUESTION.fullmatch(line.text) or _section(line):
                raise line.unknown("a level heading such as '1. Junior … Interview Questions and Answers' comes first")
        last = 0
        while self._at < len(self._page):
            chapter = self._chapter(last)
            last = chapter.number
            self._questions_of(chapter)
        return tuple(self._found)

    def _chapter(self, last: int) -> _Chapter:
        line = self._page[self._at]
        found = _HEADING.fullmatch(line.text)
        if found is None or int(found.group(1)) <= last:
            raise line.unknown("level headings are numbered upwards")
        _short(line, line.text, "heading")
        self._at += 1
        heading = naming.subject(line.text, self._text)
        title = naming.subject(self._title, self._text)
        inferred = () if heading.level else ("level",)
        company = heading.company or title.company
        return _Chapter(
            int(found.group(1)), line, heading.level or "mid", inferred, company, heading.role or title.role
        )

    def _questions_of(self, chapter: _Chapter) -> None:
        last = 0
        self._skip_adverts()
        while self._at < len(self._page):
            line = self._page[self._at]
            found = _QUESTION.fullmatch(line.text)
            if found is None:
                break
            if int(found.group(1)) != chapter.number or int(found.group(2)) <= last:
                raise line.unknown(f"a question numbered {chapter.number}.{last + 1} is expected here")
            last = int(found.group(2))
            self._found.append(self._question(chapter, line, found.group(3)))
            self._skip_adverts()
        if last == 0:
            raise chapter.line.unknown(f"a question '{chapter.number}.1. …' must follow this heading")

    def _skip_adverts(self) -> None:
        """Move to the next heading; what lies between must be advertising, and after the last question anything."""
        skipped: list[Line] = []
        while self._at < len(self._page):
            line = self._page[self._at]
            if _QUESTION.fullmatch(line.text) or _HEADING.fullmatch(line.text) or _section(line):
                break
            skipped.append(line)
            self._at += 1
        if self._at == len(self._page):
            return
        strange = [line for line in skipped if not (_ADVERT.search(line.text) or line.text in self._adverts)]
        if strange or _section(self._page[self._at]):
            first = (*strange, self._page[self._at])[0]
            raise first.unknown("the next question or level heading is expected here")

    def _question(self, chapter: _Chapter, line: Line, prompt: str) -> Question:
        self._at += 1
        _short(line, prompt, "prompt")
        why = self._paragraph("introduction")
        advice = self._bullets("how to answer")
        mistakes = self._bullets("what not to say")
        example = self._example()
        named = infer.skills_named(self._values("skills tested"))
        types = self._types()
        form = infer.format_of(prompt, types)
        points = tuple(Point(f"p{n}", text, infer.skill_of(text, form)) for n, text in enumerate(advice, start=1))
        told = () if any(infer.TYPES.get(word.lower()) for word in types) else ("format",)
        guessed = (*chapter.inferred, *told, "difficulty", "skills", *(("company",) if chapter.company else ()))
        return Question(
            id=self._id(prompt),
            prompt=prompt,
            level=chapter.level,
            format=form,
            category=infer.CATEGORIES[form],
            difficulty=infer.difficulty_of(chapter.level, form),
            points=points,
            flags=tuple(Flag(f"f{n}", text) for n, text in enumerate(mistakes, start=1)),
            skills=tuple(dict.fromkeys((*named, *skills_of(points)))),
            why=why,
            example=example,
            company=chapter.company[:80],
            role=chapter.role[:80],
            source=self._title,
            set=slug(self._title),
            inferred=guessed,
        )

    def _id(self, prompt: str) -> str:
        taken = {question.id for question in self._found}
        name, number = slug(prompt), 2
        while name in taken:
            name = f"{slug(prompt, ID_LIMIT - 4)}-{number}"
            number += 1
        return name

    # ------------------------------------------------------------ sections
    def _body(self, section: str) -> tuple[Line, ...]:
        """Return the lines of the section that must begin here, up to the next heading of any kind."""
        line = self._peek(f"the section '{section.capitalize()}' is expected here")
        if _section(line) != section:
            raise line.unknown(f"the section '{section.capitalize()}' is expected here")
        self._at += 1
        start = self._at
        while self._at < len(self._page):
            line = self._page[self._at]
            if _section(line) or _QUESTION.fullmatch(line.text) or _HEADING.fullmatch(line.text):
                break
            self._at += 1
        return self._page[start : self._at]

    def _peek(self, expected: str) -> Line:
        if self._at < len(self._page):
            return self._page[self._at]
        raise self._page[-1].unknown(f"the page ends here, but {expected.replace(' is expected here', '')} is missing")

    def _paragraph(self, section: str) -> str:
        body = self._body(section)
        if not body:
            raise self._peek(f"the text of '{section}'").unknown(
                f"the text of '{section.capitalize()}' is expected here"
            )
        if len(body) > 1:
            raise body[1].unknown(f"'{section.capitalize()}' is one paragraph")
        _short(body[0], body[0].text, section)
        return body[0].text

    def _bullets(self, section: str) -> tuple[str, ...]:
        body = self._body(section)
        found: list[str] = []
        for line in body:
            bullet = BULLET.fullmatch(line.text)
            if bullet is None:
                raise line.unknown(f"'{section.capitalize()}' is a list with '-', '•' or '*' before each entry")
            _short(line, bullet.group(1), "bullet")
            found.append(bullet.group(1))
            if len(found) > ENTRIES:
                raise line.unknown(f"a list has at most {ENTRIES} entries")
        if not found:
            raise self._peek(f"the list of '{section}'").unknown(
                f"the list of '{section.capitalize()}' is expected here"
            )
        return tuple(found)

    def _example(self) -> str:
        section = SECTIONS[3]
        body = self._body(section)
        if not body:
            raise self._peek("the example answer").unknown("the example answer is expected here")
        for count in range(len(body), 0, -1):
            text = unquoted("\n\n".join(line.text for line in body[:count]))
            if text is not None:
                break
        else:
            count, text = 1, body[0].text
        if count < len(body):
            raise body[count].unknown("the example answer is one paragraph, or stands in quotation marks")
        if text[:1] in "“„«" and not any(mark in text for mark in "”»"):
            raise body[0].unknown("the quotation marks of the example answer never close")
        _short(body[0], text, section)
        return text

    def _values(self, section: str) -> tuple[str, ...]:
        body = self._body(section)
        for line in body[1:]:
            raise line.unknown(f"'{section.capitalize()}' is one line of values with commas between them")
        parts = tuple(part.strip(" .") for line in body for part in re.split(r"[,;|]", line.text) if part.strip(" ."))
        if any(len(part) > _VALUE_LIMIT for part in parts):
            raise body[0].unknown(f"'{section.capitalize()}' is a line of short values with commas between them")
        return parts

    def _types(self) -> tuple[str, ...]:
        """Return the values of "Question type", the last section: what follows it may be anything."""
        start = self._at + 1
        body = self._body(SECTIONS[5])
        parts = tuple(part.strip(" .") for part in re.split(r"[,;|/]", body[0].text)) if body else ()
        if parts and all(part.lower() in infer.TYPES for part in parts):
            self._at = start + 1
            return parts
        if body and _begun(body[0]):
            raise body[0].unknown("the page seems to break off here: paste the rest of it")
        self._at = start
        return ()


def _begun(line: Line) -> bool:
    """Tell whether a page ends within this line, in the middle of a type of question: "Behav"."""
    *_, last = re.split(r"[,;|/]\s*", line.text.lower())
    return not line.closed and any(name.startswith(last) for name in infer.TYPES)


def _section(line: Line) -> str:
    """Return which section a line is the heading of, or ""."""
    name = line.text.rstrip(":").strip().lower()
    return name if name in SECTIONS else ""


def _short(line: Line, text: str, what: str) -> None:
    if len(text) > LENGTHS[what]:
        raise line.unknown(f"this is longer than {LENGTHS[what]:,} characters: a line break may be lost here")
