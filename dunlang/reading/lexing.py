"""The words of a policy's text, one after the other, whether or not they make sense.

Never fails, and leaves nothing out but blanks: for highlighting, completion and whatever else
must work on a text that somebody is still typing. The words are those the parser sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dunlang.reading import grammar
from dunlang.reading.suspects import is_suspect
from dunlang.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Token

    from dunlang.source import Source

Kind = Literal[
    "keyword",  # also a phrase, such as `business days`
    "name",
    "fact",  # `customer.kind`; phrases such as `open amount` are keywords
    "number",
    "date",
    "time",
    "text",
    "sign",
    "comment",
    "line end",
    "mistake",  # what can stand in no policy
]

_KINDS: dict[str, Kind] = {
    "NAME": "name",
    "ZONE": "name",
    "PATH": "fact",
    "NUMBER": "number",
    "DATE": "date",
    "TIME": "time",
    "STRING": "text",
    "COMMENT": "comment",
    "NEWLINE": "line end",
}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One word, value, sign, comment or line end."""

    kind: Kind
    span: Span
    terminal: str
    """What the grammar calls it."""


def lexemes(source: Source) -> Iterator[Lexeme]:
    """Everything in a text but the blanks, in order; what lies between two of them is blank."""
    first = ""  # with which word the line begins
    for token in grammar.tokens(source.text):
        where = Span(source, token.start_pos or 0, token.end_pos or 0)
        first = "" if token.type == "NEWLINE" else first or token.type
        yield Lexeme(_kind(token, first), where, token.type)


def _kind(token: Token, first: str) -> Kind:
    if token.type == "DOTTED" and first == "REPLACES":
        return "name"
    if is_suspect(token):
        return "mistake"
    return _KINDS.get(token.type) or ("keyword" if token[0].isalpha() else "sign")
