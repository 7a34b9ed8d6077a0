"""One statement: its words to a parse tree, or the word at which it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lark import Token
from lark.exceptions import UnexpectedToken

from dunlang import grammar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.grammar import Cursor, Place
    from dunlang.lower_common import Parsed

END = "$END"
"""The terminal that stands for the end of the statement."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """The words do not form a statement of this place."""

    place: Place
    at: int
    """Index of the first word that cannot stand there; the number of words if the statement ends
    too early."""


def read(words: Sequence[Token], place: Place) -> Parsed | Stuck:
    """The parse tree of a statement, without the start rule around it."""
    at = grammar.cursor(place)
    index = 0
    try:
        for index, word in enumerate(words):  # noqa: B007 -- it is the place of the mistake
            at.feed_token(word)
        index = len(words)
        tree = at.feed_eof()
    except UnexpectedToken:
        return Stuck(place, index)
    return cast("Parsed", tree.children[0])


def reach(words: Sequence[Token], place: Place) -> int:
    """How many words can be read; one more than there are if the end may follow them."""
    at = grammar.cursor(place)
    index = 0
    try:
        for index, word in enumerate(words):  # noqa: B007 -- as above
            at.feed_token(word)
        index = len(words)
        at.feed_eof()
    except UnexpectedToken:
        return index
    return index + 1


def before(words: Sequence[Token], place: Place, index: int) -> Cursor:
    """The parser in front of a word; all words before it can be read."""
    at = grammar.cursor(place)
    for word in words[:index]:
        at.feed_token(word)
    return at


def accepted(words: Sequence[Token], place: Place, index: int) -> frozenset[str]:
    """The terminals that may stand at an index, `END` among them."""
    return frozenset(before(words, place, index).accepts())


def with_free_names(words: list[Token]) -> list[Token]:
    """The words of a statement, where the name of a fact in `given` is never a keyword.

    It stands for `customer.NAME`, and a word after a dot is never one either.
    """
    if not words or words[0].type not in {"GIVEN_CUSTOMER", "GIVEN_INVOICE"}:
        return words
    free = list(words)
    for index, word in enumerate(words):
        if not index or not str(word).isidentifier():
            continue
        if words[index - 1].type in {"GIVEN_CUSTOMER", "COMMA"}:
            free[index] = Token.new_borrow_pos("NAME", str(word), word)
    return free
