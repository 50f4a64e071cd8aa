"""Importers: a page as learners paste it from the web, as plain text -> questions. One file a layout."""

from __future__ import annotations

from collections.abc import Callable

from bot.bank.model import Question
from bot.bank.pages import levels
from bot.bank.pages.layout import Page, UnknownLayout, lines

__all__ = ["UnknownLayout", "read_page"]

_LAYOUTS: tuple[tuple[Callable[[Page], bool], Callable[[Page], tuple[Question, ...]]], ...] = (
    (levels.recognises, levels.read),
)
"""Each layout: whether a page is meant to be in it, and its questions."""


def read_page(text: str) -> tuple[Question, ...]:
    """Return the questions of a pasted page, at least one, each with an id that is unique in the page.

    Raises UnknownLayout naming the first line that is not understood; then nothing of the page is used.
    """
    page = lines(text)
    if not page:
        raise UnknownLayout(1, "", "the page is empty: paste the text of a page of questions")
    for recognises, read in _LAYOUTS:
        if recognises(page):
            return read(page)
    raise page[0].unknown("no known layout of a page of questions begins like this")
