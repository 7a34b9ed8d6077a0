"""What each word of a text is, for its colour.

No word, text or comment goes over the end of a line, and what a word is does not depend on other
lines. So an editor may ask line by line, and only for the lines that it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from dunlang.builtins import FACTS
from dunlang.currencies import MINOR_DIGITS
from dunlang.reading.lexing import lexemes
from dunlang.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.reading.lexing import Lexeme

Look = Literal[
    "keyword",
    "definition",  # the name that a line gives to something
    "name",
    "currency",
    "fact",  # also phrases, such as `open amount`
    "number",
    "date",
    "time",
    "text",
    "sign",
    "comment",
    "mistake",  # what can stand in no policy
]
LOOKS: tuple[Look, ...] = (
    *("keyword", "definition", "name", "currency", "fact", "number"),
    *("date", "time", "text", "sign", "comment", "mistake"),
)
_DEFINING = frozenset({"POLICY", "STAGE", "SEGMENT", "RATE", "FACT"})


class Colored(NamedTuple):
    """Some characters [start, end) that look alike; offsets in code points."""

    start: int
    end: int
    look: Look


def highlight(source: Source) -> Iterator[Colored]:
    """What the words of a text are, in order; what lies between two of them is blank."""
    before: list[Lexeme] = []
    for word in lexemes(source):
        if word.kind == "line end":
            before = []
            continue
        yield Colored(word.span.start, word.span.end, _look(word, before))
        before.append(word)


def highlight_line(line: str) -> tuple[Colored, ...]:
    """As `highlight`, for one line without its end."""
    return tuple(highlight(Source("", line)))


def _look(word: Lexeme, before: list[Lexeme]) -> Look:
    kind = word.kind
    if kind == "line end":
        raise AssertionError("a line end has no look")
    text = " ".join(word.span.text.split())
    if kind == "keyword" and before and text in FACTS:
        return "fact"
    last = before[-1].terminal if before else ""
    if len(before) == 1 and last in _DEFINING and kind in {"name", "fact"}:
        return "definition"
    if kind == "name" and last == "NUMBER" and text in MINOR_DIGITS:
        return "currency"
    return kind
