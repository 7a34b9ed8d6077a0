"""What may stand at a place of a statement, in the words of the person who writes policies."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dunlang.reading import grammar
from dunlang.reading.statement import END
from dunlang.suggest import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from dunlang.reading.grammar import Place

_LONGEST = 40
"""Characters of a word that are quoted."""
_MOST = 4
"""Possibilities that are named; more than these help nobody."""

_VALUES = frozenset({"NAME", "NUMBER", "DATE", "STRING", "YES", "NO"})
_FACTS = frozenset(
    {"PATH", "OPEN_AMOUNT", "ORIGINAL_AMOUNT", "DAYS_OVERDUE", "FEES_SO_FAR", "NOTICES_SO_FAR"}
    | {"PROMISE", "STAGE"}
)
_COMPARISONS = frozenset({"IS", "IS_NOT", "LESS", "LESS_OR_EQUAL", "MORE", "MORE_OR_EQUAL"})
_OTHER_COMPARISONS = frozenset({"IS_KNOWN", "IS_UNKNOWN", "IN", "NOT_IN", "HAS"})
_UNITS = frozenset(
    {"DAY", "DAYS", "BUSINESS_DAY", "BUSINESS_DAYS", "WEEK", "WEEKS", "MONTH", "MONTHS"}
)
_TYPES = frozenset(
    {"MONEY", "NUMBER_TYPE", "PERCENT_TYPE", "TEXT", "DATE_TYPE", "YES_NO", "ONE_OF"}
    | {"SET_OF_TEXT"}
)
_OF_THE = frozenset({"OF_THE_FIRST", "OF_THE_NEXT", "OF_THE_REST"})
_LIMITS = frozenset({"BELOW", "UP_TO", "OTHERWISE"})
_GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("a unit such as 'days' or 'business days'", _UNITS),
    ("a type such as 'money', 'yes/no' or 'one of (low, high)'", _TYPES),
    ("a comparison such as 'is' or '>='", _COMPARISONS),
    ("'and' or 'or'", frozenset({"AND", "OR"})),
    ("'of the first', 'of the next' or 'of the rest'", _OF_THE),
    ("'below', 'up to' or 'otherwise'", _LIMITS),
    ("'longer' or 'shorter'", frozenset({"LONGER", "SHORTER"})),
    ("an amount such as 'open amount'", frozenset({"PATH", "OPEN_AMOUNT", "NUMBER"})),
    ("'open amount' or 'original amount'", frozenset({"OPEN_AMOUNT", "ORIGINAL_AMOUNT"})),
)
_WITH: dict[str, frozenset[str]] = {
    "a unit such as 'days' or 'business days'": _UNITS | {"DAYS_OVERDUE"},
    "a comparison such as 'is' or '>='": _COMPARISONS | _OTHER_COMPARISONS,
    "an amount such as 'open amount'": _FACTS | {"NUMBER", "NAME"},
    "'of the first', 'of the next' or 'of the rest'": _OF_THE | {"PIPE"},
    "'below', 'up to' or 'otherwise'": _LIMITS | {"PIPE", "PLUS", "AT_LEAST", "AT_MOST"},
}
"""What needs no mention beside a group, where it is more than the group itself."""

_NAMES = MappingProxyType(
    {
        "POLICY": "the name of the policy",
        "EXTENDS": "the name of the policy",
        "STAGE": "the name of the stage",
        "SEGMENT": "the name of the segment",
        "CURRENCY": "a currency such as EUR",
        "NUMBER": "a currency such as EUR",
        "CALENDAR": "a calendar such as DE-BY",
        "TIMEZONE": "a time zone such as Europe/Berlin",
        "BY": "a channel such as 'email'",
        "ELSE": "a channel such as 'email'",
        "NEEDS_APPROVAL_BY": "a role such as 'credit_manager'",
        "SKIP": "the name of a stage",
        "SINCE": "the name of a stage",
        "EXPECT_NOT": "the name of a stage",
        "AFTER": "the name of a stage",
        "AT": "the name of a stage",
        "WITHOUT_STAGE": "the name of a stage",
        "REPLACES": "the name of a stage",
        "RATE": "the name of the rate",
        "INTEREST": "the name of a rate",
        "GIVEN_CUSTOMER": "the name of a fact",
    }
)
"""What a bare word is, by the terminal before it."""
_NAMES_IN = MappingProxyType(
    {
        "CONTACT_AT_MOST": "a channel such as 'email'",
        "REPLACES": "the name of a stage",
        "CURRENCY": "a currency such as EUR",
        "SKIP": "the name of a stage",
        "BY": "a channel such as 'email'",
        "EXPECT": "the name of a stage",
        "FACT": "a value such as 'low'",
        "GIVEN_CUSTOMER": "the name of a fact",
        "GIVEN_INVOICE": "the name of a fact",
    }
)
"""What a bare word in a list is, by the first terminal of the statement."""
_NAMES_AT = MappingProxyType(
    {
        ("WHEN", "ELSE"): "the name of an earlier stage",
        ("INTEREST", "FROM"): "the name of a stage",
    }
)
"""What a bare word is, by the first terminal of the statement and the one before it."""
_PATHS = MappingProxyType(
    {
        "DUN_EACH_ACCOUNT": "a fact of the invoice such as 'invoice.entity'",
        "CANCEL": "a date such as 'customer.term_end'",
        "REPLACES": "a stage of another policy such as 'old_policy.notice'",
    }
)
"""What a fact is, by the first terminal of the statement."""
_NUMBERS = MappingProxyType(
    {
        "VERSION": "the number of the version",
        "GRACE": "a number of days",
        "WAIT": "a number of days",
        "PAY_WITHIN": "a number of days",
        "AT_LEAST": "a number of days",
        "REPEAT_EVERY": "a number of days",
        "CONTACT_AT_MOST": "a number of times",
        "TIME_IN": "a number of days",
        "TIMES_IN": "a number of days",
        "INTEREST": "a rate such as '9% a year'",
        "ROUNDED_UP_TO": "a number such as 0.5",
        "FEES_TAXED_AT": "a percentage such as 20%",
    }
)
_AMOUNTS = frozenset(
    {"FEE", "FEES_AT_MOST", "GIVEN_INVOICE", "GIVEN_PAYMENT", "GIVEN_CREDIT", "GIVEN_PROMISE"}
    | {"GIVEN_CHARGES_PAID", "GIVEN_CHARGES_WAIVED", "NO_INTEREST_BELOW", "ROUND"}
)
"""Terminals that begin a statement in which a number begins an amount."""
_BEFORE_AMOUNTS = frozenset(
    {"PIPE", "PLUS", "AT_MOST", "FEE", "INTEREST", "BELOW", "UP_TO", "OF_THE_FIRST", "OF_THE_NEXT"}
)
"""Terminals behind which a number begins an amount, where nothing else is said."""
_LINES: dict[Place, str] = {
    "steps": "an amount or a percentage, as in '15% of the first 2_500 EUR'",
    "bracket": "what is charged, as in '40 EUR below 1_000 EUR' or '100 EUR otherwise'",
}
"""How the lines under a fee look, which do not begin with a word of the language."""
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
    found: list[str] = []
    if left >= _VALUES:
        found.append("a condition" if "NOT" in left else "a value")
        left -= _VALUES | _FACTS | {"NOT", "LPAR"}
    for called, group in _GROUPS:
        if left >= group:
            found.append(called)
            left -= _WITH.get(called, group)
    kinds = [word.type for word in before]
    path = _PATHS.get(kinds[0], "") if kinds else ""
    for kind, called in (("NUMBER", _number(kinds)), ("NAME", name_called(kinds)), ("PATH", path)):
        if kind in left and called:
            found.append(called)
            left -= {kind, "LPAR", "AFTER", "FROM", "ZONE"}
    found += [_SINGLE[kind] for kind in _SINGLE if kind in left and kind != END]
    spelling = grammar.spelling()
    found += sorted(f"'{spelling[kind]}'" for kind in left if kind in spelling)
    if END in left:
        found.append(_SINGLE[END])
    return found


def _number(kinds: Sequence[str]) -> str:
    """What a number is the beginning of behind words of some kinds."""
    if not kinds:
        return ""
    if kinds[0] in {"AFTER", "FROM"}:
        return "a wait such as '3 days'"
    if kinds[0] == "REPEAT_EVERY" and kinds[-1] == "AT_MOST":
        return "a number of times"
    if kinds[0] == "INTEREST" and kinds[-1] == "PLUS":
        return "a number of points such as '9 pp'"
    before_amount = kinds[-1] in _BEFORE_AMOUNTS or (kinds[-1] == "AT_LEAST" and len(kinds) > 1)
    if kinds[0] in _AMOUNTS or (before_amount and kinds != ["INTEREST"]):
        return "an amount such as 5.00 EUR"
    return _NUMBERS.get(kinds[-1], "")


def name_called(kinds: Sequence[str]) -> str:
    """What a name is behind words of some kinds, such as `the name of a stage`; or empty."""
    if not kinds:
        return ""
    if kinds[-1] in {"COMMA", "AND", "LPAR"} or kinds == ["EXPECT", "DATE"]:
        return _NAMES_IN.get(kinds[0], "")
    return _NAMES_AT.get((kinds[0], kinds[-1])) or _NAMES.get(kinds[-1], "")


def expected(accepted: frozenset[str], before: Sequence[Token]) -> str:
    """`after '3' comes a unit such as 'days'`; empty if there is nothing useful to say."""
    found = [one for one in in_words(accepted, before) if one != _SINGLE[END]]
    if not found or not before:
        return ""
    shown = found[:_MOST] + (["something else"] if len(found) > _MOST else [])
    return f"after '{_quoted(before[-1])}' comes {listed(shown, 'or')}"


def missing(kinds: frozenset[str], before: Sequence[Token]) -> str:
    """One of several words that may be missing, as one phrase; empty if they are too different."""
    found = in_words(kinds, before)
    joint = ", or " if any(" or " in one for one in found) else " or "
    return joint.join(found) if len(found) <= 2 else ""  # noqa: PLR2004 -- more is a riddle


def opening(place: Place) -> str:
    """With what the statements of a place begin, words in the order of the alphabet."""
    if place in _LINES:
        return f"a line begins with {_LINES[place]}"
    words = grammar.words()
    begins = sorted(f"'{words[kind]}'" for kind in grammar.openings(place) if kind in words)
    return f"a statement begins with {listed(begins, 'or')}"


def _quoted(word: Token) -> str:
    text = " ".join(word.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
