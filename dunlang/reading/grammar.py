"""The grammar as an object: its lexer, its parser and the spelling of its words.

It is built once per process, when the first policy is read.
"""

from __future__ import annotations

import re
from copy import copy
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from lark import Lark
from lark.lexer import BasicLexer, PatternStr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lark import Token, Tree
    from lark.common import LexerConf

Place = Literal[
    "file",
    "shared",  # at the margin of a file without a header
    "header",
    "stage",
    "for",
    "guarantee",
    "example",
    "steps",  # under `fee by steps`
    "bracket",  # under `fee by bracket`
]
"""Where a statement stands: at the margin, or indented under one of the headers of a block."""

PLACES: tuple[Place, ...] = (
    "file",
    "header",
    "stage",
    "for",
    "guarantee",
    "example",
    "steps",
    "bracket",
)
"""The places of a policy."""

BODY_OF: Mapping[str, Place] = MappingProxyType(
    {
        "POLICY": "header",
        "STAGE": "stage",
        "FOR": "for",
        "GUARANTEE": "guarantee",
        "EXAMPLE": "example",
    }
)
"""Which place begins under a statement, by the terminal the statement begins with."""

FEE_BODIES: Mapping[str, Place] = MappingProxyType(
    {"BY_STEPS_OF": "steps", "BY_BRACKET_OF": "bracket"}
)
"""Which place begins under a fee, by the second terminal of the statement."""


def body(words: Sequence[Token]) -> Place | None:
    """Which place begins under a statement that can be read; None if nothing stands under it."""
    first = words[0].type
    if first == "FEE" and len(words) > 1:
        return FEE_BODIES.get(words[1].type)
    return BODY_OF.get(first)


class Cursor(Protocol):
    """What is used of Lark's interactive parser, which has no types of its own."""

    def feed_token(self, token: Token) -> object:
        """Read a word; raises `UnexpectedToken` if it cannot stand here."""

    def feed_eof(self) -> Tree[Token]:
        """Read the end of the statement and return its tree."""
        ...

    def accepts(self) -> set[str]:
        """The terminals that may stand here."""
        ...

    def choices(self) -> dict[str, object]:
        """The terminals and rules that the table has an entry for here."""
        ...

    def copy(self, deepcopy_values: bool = True) -> Cursor:  # noqa: FBT001, FBT002 -- Lark's own
        """A second parser that stands at the same place."""
        ...


def text() -> str:
    """The grammar as it stands in `grammar.lark`."""
    return files("dunlang.reading").joinpath("grammar.lark").read_text("utf-8")


def start_rule(place: Place) -> str:
    """The rule that a statement in this place is parsed from."""
    return f"{place}_statement"


@cache
def grammar() -> Lark:
    """The parser and lexer."""
    return build(strict=False)


def build(*, strict: bool) -> Lark:
    """A fresh parser; a strict one refuses terminals that collide, and needs `interegular`."""
    starts = [*map(start_rule, (*PLACES, "shared")), "leftovers"]
    # Where `interegular` is installed, Lark looks for collisions also when it is not strict, which
    # takes seconds; only a strict build, in a test, is there to find any.
    plugins = {} if strict else {"BasicLexer": _QuickLexer}
    return Lark(text(), parser="lalr", lexer="basic", start=starts, strict=strict, _plugins=plugins)


class _QuickLexer(BasicLexer):
    """Lark's lexer without the proof that its terminals are sound."""

    def __init__(self, conf: LexerConf, comparator: object = None) -> None:
        conf.skip_validation = True
        super().__init__(conf, comparator)


def tokens(policy: str) -> Iterator[Token]:
    """Every token of a text, line ends and comments included. Never fails; blanks are no tokens."""
    everything: Any = grammar().parse_interactive(policy, start="leftovers")
    found = everything.lexer_thread.lex(everything.parser_state)
    return cast("Iterator[Token]", found)


def cursor(place: Place) -> Cursor:
    """A parser that stands before the first word of a statement."""
    return cast("Cursor", grammar().parse_interactive(start=start_rule(place)))


def bare_cursor(place: Place) -> Cursor:
    """A cursor that builds no tree, so that its copies are cheap and share nothing."""
    at: Any = grammar().parse_interactive(start=start_rule(place))
    without = copy(at.parser_state.parse_conf)
    without.callbacks = {}
    at.parser_state.parse_conf = without
    return cast("Cursor", at)


@cache
def openings(place: Place) -> frozenset[str]:
    """The terminals with which a statement of this place can begin."""
    return frozenset(name for name in cursor(place).choices() if name.isupper())


@cache
def all_openings() -> frozenset[str]:
    """The words with which a statement can begin, in any place.

    The lines of a fee begin with an amount, which is no word of the language.
    """
    return frozenset().union(*map(openings, PLACES)) & words().keys()


@cache
def spelling() -> Mapping[str, str]:
    """How each word or phrase of the language is written, by terminal: BUSINESS_DAYS, ..."""
    found: dict[str, str] = {}
    for terminal in grammar().terminals:
        pattern = terminal.pattern
        if isinstance(pattern, PatternStr):
            found[terminal.name] = pattern.value
        else:
            phrase = pattern.value.partition("(?!")[0].replace("[ \t]+", " ")
            if re.fullmatch(r"[a-z0-9/ ]+", phrase):
                found[terminal.name] = phrase
    return MappingProxyType(found)


@cache
def words() -> Mapping[str, str]:
    """The words and phrases of `spelling` that are made of letters."""
    return MappingProxyType({name: word for name, word in spelling().items() if word[0].isalpha()})
