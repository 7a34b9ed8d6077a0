"""What all of `lower_*` need: parts of a parse tree, and the small nodes found everywhere.

`lower_*` turn the parse tree of one statement into the nodes of `ast`. What the grammar cannot
see (a 30 February, half a day) is found here, and the statement is rejected.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

from lark import Token, Tree

from dunlang.ast.expressions import Amount, Date, Money, Name, Number, Percent, Text
from dunlang.ast.stages import Duration
from dunlang.diagnostics import Diagnostic
from dunlang.source import Span

if TYPE_CHECKING:
    from dunlang.ast.stages import Unit
    from dunlang.source import Source

Parsed = Tree[Token]
"""A piece of a parse tree; every word of the statement is in it."""

LONGEST_WAIT = 9_999
"""Days, weeks or months; more would leave the calendar."""
_DIGITS = 15
"""Digits before the point that an amount may have."""
_DECIMALS = 10

_UNITS: dict[str, Unit] = {
    "DAY": "day",
    "DAYS": "day",
    "DAYS_OVERDUE": "day",
    "BUSINESS_DAY": "business day",
    "BUSINESS_DAYS": "business day",
    "WEEK": "week",
    "WEEKS": "week",
    "MONTH": "month",
    "MONTHS": "month",
}


class RejectedError(Exception):
    """The statement cannot be used; it carries the reason. Caught in `parsing`."""

    def __init__(self, problem: Diagnostic) -> None:
        self.problem = problem
        super().__init__(problem.message)


# ----------------------------------------------------------------------- parts of a parse tree


def first_token(node: Parsed | Token) -> Token:
    """The first word of a piece."""
    while isinstance(node, Tree):
        node = node.children[0]
    return node


def last_token(node: Parsed | Token) -> Token:
    """The last word of a piece."""
    while isinstance(node, Tree):
        node = node.children[-1]
    return node


def span(source: Source, first: Parsed | Token, last: Parsed | Token | None = None) -> Span:
    """The exact words of a piece, or from one piece to another."""
    begin, finish = first_token(first), last_token(first if last is None else last)
    return Span(source, begin.start_pos or 0, finish.end_pos or 0)


def parts(node: Parsed, rule: str | None = None) -> list[Parsed]:
    """The pieces directly below, all or those of one rule."""
    return [
        child
        for child in node.children
        if isinstance(child, Tree) and (rule is None or child.data == rule)
    ]


def part(node: Parsed, rule: str) -> Parsed | None:
    """The first piece of a rule directly below."""
    found = parts(node, rule)
    return found[0] if found else None


def tokens(node: Parsed, *kinds: str) -> list[Token]:
    """The words directly below, all or those of some terminals."""
    return [
        child
        for child in node.children
        if isinstance(child, Token) and (not kinds or child.type in kinds)
    ]


def token(node: Parsed, *kinds: str) -> Token | None:
    """The first word of these terminals directly below."""
    found = tokens(node, *kinds)
    return found[0] if found else None


def only(node: Parsed, rule: str) -> Parsed:
    """The piece of a rule that the grammar makes sure of."""
    return parts(node, rule)[0]


def the(node: Parsed, *kinds: str) -> Token:
    """The word that the grammar makes sure of."""
    return tokens(node, *kinds)[0]


def after(node: Parsed, kind: str) -> Token | None:
    """The word that follows the word of a terminal: `until DATE`."""
    for here, following in zip(node.children, node.children[1:], strict=False):
        if isinstance(here, Token) and here.type == kind and isinstance(following, Token):
            return following
    return None


def after_tree(node: Parsed, kind: str) -> Parsed | None:
    """The piece that follows the word of a terminal: `at most AMOUNT`."""
    for here, following in zip(node.children, node.children[1:], strict=False):
        if isinstance(here, Token) and here.type == kind and isinstance(following, Tree):
            return following
    return None


# -------------------------------------------------------------------------------- small nodes


def name(source: Source, word: Token) -> Name:
    """A bare word."""
    return Name(str(word), span=span(source, word))


def names(source: Source, node: Parsed) -> tuple[Name, ...]:
    """`a, b, c`."""
    return tuple(name(source, word) for word in tokens(node, "NAME"))


def text(source: Source, word: Token) -> Text:
    """A string; what stands between the quotes."""
    return Text(str(word)[1:-1], span=span(source, word))


def text_of(source: Source, node: Parsed) -> Text:
    """The string in a `text` piece of this node."""
    return text(source, the(only(node, "text"), "STRING"))


def value(source: Source, word: Token) -> Decimal:
    """The value of a number."""
    digits = str(word).replace("_", "")
    whole, _, decimals = digits.partition(".")
    if len(whole.lstrip("0")) > _DIGITS or len(decimals) > _DECIMALS:
        raise RejectedError(
            Diagnostic(
                "D044",
                span(source, word),
                f"this number is longer than any amount; at most {_DIGITS} digits may stand "
                f"before the point and {_DECIMALS} behind it",
            )
        )
    return Decimal(digits)


def number(source: Source, word: Token) -> Number:
    """A number with the author's digits."""
    return Number(value(source, word), str(word), span=span(source, word))


def percent(source: Source, node: Parsed) -> Percent:
    """`2%`."""
    word = the(node, "NUMBER")
    return Percent(value(source, word), str(word), span=span(source, node))


def amount(source: Source, node: Parsed) -> Amount:
    """`10.00 EUR`."""
    word, currency = the(node, "NUMBER"), the(node, "NAME")
    return Amount(value(source, word), str(currency), str(word), span=span(source, node))


def money(source: Source, node: Parsed) -> Money:
    """`10.00 EUR | 10.00 CHF`."""
    amounts = tuple(amount(source, one) for one in parts(node, "amount"))
    return Money(amounts, span=span(source, node))


def date(source: Source, word: Token) -> Date:
    """A day of the calendar."""
    year, month, day = (int(digits) for digits in str(word).split("-"))
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        raise RejectedError(
            Diagnostic(
                "D040", span(source, word), f"there is no {word} in the calendar", _date_hint(word)
            )
        ) from None
    return Date(found, span=span(source, word))


def time(source: Source, word: Token) -> datetime.time:
    """A time of day; `9:00` and `09:00` are the same."""
    hour, minute = (int(digits) for digits in str(word).split(":"))
    try:
        return datetime.time(hour, minute)
    except ValueError:
        raise RejectedError(
            Diagnostic(
                "D042",
                span(source, word),
                f"there is no {word} on the clock",
                "a time of day lies between 00:00 and 23:59",
            )
        ) from None


def duration(source: Source, node: Parsed) -> Duration:
    """`3 days`; also the `3 days` of `3 days overdue`."""
    word, unit = the(node, "NUMBER"), the(node, *_UNITS)
    count = whole(source, word, f"the number of {_plural(unit)}")
    if count > LONGEST_WAIT:
        raise RejectedError(
            Diagnostic(
                "D044",
                span(source, word),
                f"{word} {_plural(unit)} is longer than anything can wait; the most is "
                f"{LONGEST_WAIT:_}",
            )
        )
    finish = unit.end_pos or 0
    if unit.type == "DAYS_OVERDUE":
        finish = (unit.start_pos or 0) + len("days")
    return Duration(count, _UNITS[unit.type], span=Span(source, word.start_pos or 0, finish))


def whole(source: Source, word: Token, what: str) -> int:
    """The value of a number that must have no decimals."""
    found = value(source, word)
    if found != found.to_integral_value() or "." in word:
        raise RejectedError(
            Diagnostic(
                "D043",
                span(source, word),
                f"{what} must be a whole number, not {word}",
                _whole_hint(found),
            )
        )
    return int(found)


def _whole_hint(found: Decimal) -> str:
    least = int(found)
    return f"write {least}" if found == least else f"write {least} or {least + 1}"


def _plural(unit: Token) -> str:
    return cast("Literal['day', 'week']", _UNITS[unit.type]) + "s"


def _date_hint(word: Token) -> str:
    year, month, day = (int(digits) for digits in str(word).split("-"))
    if not year >= 1:
        return "years begin at 0001"
    if not 1 <= month <= 12:  # noqa: PLR2004 -- months of a year
        return "a date is written year-month-day, and a year has 12 months"
    if not day:
        return "the first day of a month is 01"
    last = monthrange(year, month)[1]
    return f"the last day of that month is {year:04}-{month:02}-{last:02}"
