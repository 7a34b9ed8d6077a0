"""Bytes to a text: what a file must be before anything can be read in it."""

from __future__ import annotations

import codecs

from dunlang.diagnostics import Diagnostic
from dunlang.reading import limits
from dunlang.source import Source, Span


def decode(name: str, data: bytes) -> tuple[Source | None, list[Diagnostic]]:
    """The text of a policy file, or why it is none.

    `name` is what the file is called in messages. The text is exactly what the file holds: line
    ends and a byte-order mark stay, and `parse` has a word to say about them.
    """
    if len(data) > limits.LONGEST_TEXT:
        return None, [limits.too_large(Source(name, ""))]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        where = Span(Source(name, ""), 0, 0)
        hint = "save it as UTF-8"
        return None, [Diagnostic("D002", where, "this file is written in UTF-16", hint)]
    try:
        source = Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return None, [_not_utf8(name, data, error.start)]
    at = source.text.find("\0")
    if at >= 0:
        return None, [limits.not_text(source, at)]
    return source, []


def _not_utf8(name: str, data: bytes, at: int) -> Diagnostic:
    """The first byte that is not UTF-8, with the letter that it would be on old Windows."""
    source = Source(name, data.decode("utf-8", "replace"))
    if "\0" in source.text:
        return limits.not_text(source, source.text.index("\0"))
    start = len(data[:at].decode("utf-8"))
    letter = data[at : at + 1].decode("cp1252", "ignore")
    meant = f", such as '{letter}' in Windows-1252" if letter.isalpha() else ""
    message = f"here stands a letter of another encoding{meant}"
    return Diagnostic("D002", Span(source, start, start + 1), message, "save the file as UTF-8")
