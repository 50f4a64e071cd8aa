"""The bytes of a file -> its text, or why it is none: encodings, binary files, and the largest page that is read."""

from __future__ import annotations

import codecs

PAGE_LIMIT = 1_000_000
"""Largest page in bytes: some two hundred questions."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1b\x1c\x1d\x1e")


class NoText(ValueError):
    """A file that is no text of a page; the message says what to do."""


def text_of(data: bytes) -> str:
    """Return the text of a page: UTF-8, or UTF-16 where the file says so, without a byte order mark.

    Raises NoText.
    """
    if len(data) > PAGE_LIMIT:
        raise NoText(f"This page has {len(data):,} bytes; at most {PAGE_LIMIT:,} are read. Import it in parts.")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" in data[:1000]:
            raise NoText("This is a binary file. Save the page as plain text in UTF-8 and import that.") from None
        line = data.count(b"\n", 0, error.start) + 1
        raise NoText(
            f"This page is not UTF-8 text (line {line}). Save it as plain text in UTF-8 and import it again."
        ) from None
    if "\0" in text or sum(char in _CONTROLS for char in text[:2000]) > 20:
        raise NoText("This is a binary file. Save the page as plain text in UTF-8 and import that.")
    if not text.strip():
        raise NoText("This page is empty. Paste the text of a page of questions into it.")
    return text
