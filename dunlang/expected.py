"""What may stand at a place of a statement, in the words of the person who writes policies."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang import grammar
from dunlang.statement import END
from dunlang.suggest import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.grammar import Place

_MOST = 4
"""Possibilities that are named; more than these help nobody."""

_OPERANDS = frozenset({"PATH", "NAME", "NUMBER", "DATE", "STRING", "YES", "NO"})
_COMPARISONS = frozenset({"IS", "IS_NOT", "LESS", "LESS_OR_EQUAL", "MORE", "MORE_OR_EQUAL"})
_OTHER_COMPARISONS = frozenset({"IS_KNOWN", "IS_UNKNOWN", "IN", "NOT_IN", "HAS"})
_UNITS = frozenset(
    {"DAY", "DAYS", "BUSINESS_DAY", "BUSINESS_DAYS", "WEEK", "WEEKS", "MONTH", "MONTHS"}
)
_TYPES = frozenset(
    {"MONEY", "NUMBER_TYPE", "PERCENT_TYPE", "TEXT", "DATE_TYPE", "YES_NO", "ONE_OF"}
    | {"SET_OF_TEXT"}
)
_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("a unit such as 'days' or 'business days'", _UNITS),
    ("a type such as 'money', 'yes/no' or 'one of (low, high)'", _TYPES),
    ("a comparison such as 'is' or '>='", _COMPARISONS),
    ("'and' or 'or'", frozenset({"AND", "OR"})),
    ("'open amount' or 'original amount'", frozenset({"OPEN_AMOUNT", "ORIGINAL_AMOUNT"})),
    ("'longer' or 'shorter'", frozenset({"LONGER", "SHORTER"})),
)

_NAMES = MappingProxyType(
    {
        "POLICY": "the id of the policy",
        "STAGE": "the id of the stage",
        "SEGMENT": "the name of the segment",
        "CURRENCY": "a currency such as EUR",
        "NUMBER": "a currency such as EUR",
        "CALENDAR": "a calendar such as DE-BY",
        "TIMEZONE": "a time zone such as Europe/Berlin",
        "BY": "a channel such as 'email'",
        "ELSE": "a channel such as 'email'",
        "NEEDS_APPROVAL_BY": "a role such as 'credit_manager'",
        "SKIP": "the id of a stage",
        "SINCE": "the id of a stage",
        "EXPECT_NOT": "the id of a stage",
        "GIVEN_CUSTOMER": "the name of a fact",
    }
)
"""What a bare word is, by the terminal before it."""
_NUMBERS = MappingProxyType(
    {
        "VERSION": "the number of the version",
        "AFTER": "a wait such as '3 days'",
        "FROM": "a wait such as '3 days'",
        "GRACE": "a number of days",
        "WAIT": "a number of days",
        "AT_LEAST": "a number of days",
        "PAY_WITHIN": "a number of days",
    }
)
_AMOUNT = "an amount such as 5.00 EUR"
_AMOUNTS = frozenset(
    {"FEE", "FEES_AT_MOST", "AT_MOST", "PIPE", "PLUS", "GIVEN_INVOICE", "GIVEN_PAYMENT"}
    | {"GIVEN_CREDIT", "GIVEN_PROMISE"}
)
"""Terminals behind which a number begins an amount; `at least` does in a fee only."""
_SINGLE = MappingProxyType(
    {
        "STRING": "a text in double quotes",
        "DATE": "a date such as 2026-01-31",
        "TIME": "a time of day such as 09:00",
        "PATH": "a fact such as 'customer.risk'",
        "NUMBER": "a number",
        "NAME": "a name",
        "ZONE": "a time zone such as Europe/Berlin",
        END: "the end of the line",
    }
)


def in_words(accepted: frozenset[str], before: Sequence[Token]) -> list[str]:
    """What may stand behind some words, the likeliest first; the end of the line comes last.

    `before` are the words of the statement up to that place.
    """
    left = set(accepted)
    last = before[-1].type if before else ""
    found: list[str] = []
    if left >= _OPERANDS:
        found.append("a condition" if "NOT" in left else "a value")
        left -= _OPERANDS | {"NOT", "LPAR", "PROMISE", "STAGE", "DAYS_OVERDUE"}
        left -= {"OPEN_AMOUNT", "ORIGINAL_AMOUNT", "FEES_SO_FAR", "NOTICES_SO_FAR"}
    for called, group in _GROUPS:
        if left >= group:
            found.append(called)
            left -= group
            if group is _COMPARISONS:
                left -= _OTHER_COMPARISONS
    if "NUMBER" in left and (last in _AMOUNTS or (last == "AT_LEAST" and len(before) > 1)):
        found.append(_AMOUNT)
        left -= {"NUMBER", "LPAR"}
    elif "NUMBER" in left and last in _NUMBERS:
        found.append(_NUMBERS[last])
        left.discard("NUMBER")
    if "NAME" in left and last in _NAMES:
        found.append(_NAMES[last])
        left -= {"NAME", "ZONE"}
    found += [_SINGLE[kind] for kind in _SINGLE if kind in left and kind != END]
    spelling = grammar.spelling()
    found += sorted(f"'{spelling[kind]}'" for kind in left if kind in spelling)
    if END in left:
        found.append(_SINGLE[END])
    return found


def expected(accepted: frozenset[str], before: Sequence[Token]) -> str:
    """`after '3' comes a unit such as 'days'`; empty if there is nothing useful to say."""
    found = [one for one in in_words(accepted, before) if one != _SINGLE[END]]
    if not found or not before:
        return ""
    shown = found[:_MOST] + (["something else"] if len(found) > _MOST else [])
    return f"after '{_shown(before[-1])}' comes {listed(shown, 'or')}"


def missing(kinds: frozenset[str], before: Sequence[Token]) -> str:
    """One of several words that may be missing, as one phrase; empty if they are too different."""
    found = in_words(kinds, before)
    return ", or ".join(found) if len(found) <= 2 else ""  # noqa: PLR2004 -- more is a riddle


def openings(place: Place) -> list[str]:
    """The words with which the statements of a place begin, in the order of the alphabet."""
    words = grammar.words()
    begins = grammar.openings(place)
    return sorted(words[kind] for kind in begins if kind in words)


def _shown(word: Token) -> str:
    return " ".join(word.split())
