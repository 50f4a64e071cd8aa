"""Importers: a page as learners paste it from the web, as plain text -> questions. One file a layout."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.bank import schema
from bot.bank.convert import as_data
from bot.bank.model import Question
from bot.bank.pages import levels, prompts, sheet, single, tables
from bot.bank.pages.incoming import NoText, text_of
from bot.bank.pages.layout import Page, UnknownLayout, lines

__all__ = ["NoText", "UnknownLayout", "read_file", "read_page"]

_TAG = re.compile(
    r"</?(?:a|article|body|br|button|code|div|em|footer|h[1-6]|head|header|html|img|li|main|meta|nav|ol|p"
    r"|pre|script|section|span|strong|style|table|td|tr|ul)\b[^<>]*>|<!doctype\b|<!--",
    re.IGNORECASE,
)
_ENOUGH_TAGS = 3


def read_file(data: bytes, name: str, skills: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions of a file: a page in any layout, or a table (`tables`), which `name` may tell.

    `skills` are those of the bank that the questions are for.  Raises NoText, UnknownLayout or BankError.
    """
    text = text_of(data)
    return tables.read(text, name, skills=skills) if tables.recognises(text, name) else read_page(text)


def read_page(text: str) -> tuple[Question, ...]:
    """Return the questions of a pasted page, at least one, each with an id that is unique in the page.

    Raises UnknownLayout naming the first line that is not understood; then nothing of the page is used.
    """
    page = lines(text)
    if not page:
        raise UnknownLayout(1, "", "the page is empty: paste the text of a page of questions")
    if _TAG.match(page[0].text):
        raise page[0].unknown("this is HTML: open the page in a browser, select its text, and paste that")
    found = _questions(page, text)
    for question in found:
        if not schema.fits()(as_data(question)):
            raise page[0].unknown("what this page holds is too long or too much for a question: import it in parts")
    return found


def _questions(page: Page, text: str) -> tuple[Question, ...]:
    if levels.recognises(page):
        return levels.read(page)
    if sheet.recognises(page):
        parts = sheet.read(page)
        return single.read(page, parts) if parts.facts else prompts.read(page, parts)
    if len(_TAG.findall(text)) >= _ENOUGH_TAGS:
        raise page[0].unknown("this is HTML: open the page in a browser, select its text, and paste that")
    if len(page) == 1 and len(page[0].text) > 500:
        raise page[0].unknown("the line breaks of this page are lost: paste its text with them")
    raise page[0].unknown("no known layout of a page of questions begins like this")
