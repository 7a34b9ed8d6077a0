"""One statement: its words to a parse tree, or the word at which it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lark import Token
from lark.exceptions import UnexpectedToken

from dunlang.reading import grammar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dunlang.reading.grammar import Cursor, Place
    from dunlang.reading.lower_common import Parsed

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


class Probe:
    """Tries what could stand in a statement, without building trees."""

    def __init__(self, words: Sequence[Token], place: Place) -> None:
        self.words = words
        self.place = place
        self._known = [grammar.bare_cursor(place)]

    def _before(self, index: int) -> Cursor:
        """A parser in front of a word; all words before it can be read."""
        while len(self._known) <= index:
            following = self._known[-1].copy(deepcopy_values=False)
            following.feed_token(self.words[len(self._known) - 1])
            self._known.append(following)
        return self._known[index].copy(deepcopy_values=False)

    def accepted(self, index: int) -> frozenset[str]:
        """The terminals that may stand at an index, `END` among them."""
        return frozenset(self._before(index).accepts())

    def reach(self, index: int, kinds: Iterable[str], rest: int) -> int:
        """Up to which word one can read with other terminals from `index` to `rest`.

        The answer is an index; the number of words if all can be read but the statement cannot
        end there, one more if it can; `index` if not even the new terminals can stand there.
        """
        at = self._before(index)
        try:
            for kind in kinds:
                at.feed_token(Token(kind, ""))
        except UnexpectedToken:
            return index
        try:
            for position in range(rest, len(self.words)):
                rest = position
                at.feed_token(self.words[position])
            rest = len(self.words)
            at.feed_eof()
        except UnexpectedToken:
            return rest
        return rest + 1


def with_free_names(words: list[Token], place: Place) -> list[Token]:
    """The words of a statement, where some words mean something else than elsewhere.

    The name of a fact in `given` is never a keyword: it stands for `customer.NAME`, and a word
    after a dot is never one either. In a guarantee `fee` is a fact. What `replaces` names with a
    dot in it is a stage of another policy.
    """
    if not words:
        return words
    if place == "guarantee":
        return [
            words[0],
            *(_as(word, "PATH") if word.type == "FEE" else word for word in words[1:]),
        ]
    match words[0].type:
        case "REPLACES":
            return [_as(word, "PATH") if _is_stage_of_policy(word) else word for word in words]
        case "GIVEN_CUSTOMER" | "GIVEN_INVOICE":
            return [
                _as(word, "NAME")
                if index
                and str(word).isidentifier()
                and words[index - 1].type in {"GIVEN_CUSTOMER", "COMMA"}
                else word
                for index, word in enumerate(words)
            ]
        case _:
            return words


def _is_stage_of_policy(word: Token) -> bool:
    return word.type == "DOTTED" and word.count(".") == 1


def _as(word: Token, kind: str) -> Token:
    return Token.new_borrow_pos(kind, str(word), word)
