"""Slips of a kind: each has one thing that was meant, and a message of its own.

Each function finds its slip in a statement that goes wrong somewhere, or nothing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lark import Token

from dunlang.currencies import MINOR_DIGITS
from dunlang.diagnostics import Diagnostic
from dunlang.reading import layout
from dunlang.reading.layout import quote
from dunlang.reading.statement import Probe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.reading.statement import Stuck
    from dunlang.source import Source

_NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    "twelve",
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_SHORTEST_FEE = 3
_LINES = MappingProxyType(
    {
        "BY_STEPS_OF": {"OF_THE_FIRST", "OF_THE_NEXT", "OF_THE_REST"},
        "BY_BRACKET_OF": {"BELOW", "UP_TO", "OTHERWISE"},
    }
)
"""The words of the lines of a fee, by the word with which the fee says that it has lines."""
_OVER = ("over", "above", "on")
"""What may stand between points and the rate they are added to."""
_TIMES = MappingProxyType({"once": "1 time", "twice": "2 times"})


def number_in_letters(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`at most seven times`."""
    if stuck.at >= len(words):
        return None
    word = words[stuck.at]
    where = layout.span(source, word)
    spelt = word.casefold()
    if spelt in _NUMBERS and "NUMBER" in Probe(words, stuck.place).accepted(stuck.at):
        hint = f"write {_NUMBERS.index(spelt) + 1}"
        return Diagnostic("D021", where, "a number is written in digits", hint)
    if word in _TIMES and words[stuck.at - 1].type == "CONTACT_AT_MOST":
        return Diagnostic(
            "D021", where, "a number of times is written in digits", f"write '{_TIMES[str(word)]}'"
        )
    return None


def day_in_words(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`until 31 December 2026`."""
    three = words[stuck.at : stuck.at + 3]
    if [word.type for word in three] != ["NUMBER", "NAME", "NUMBER"]:
        return None
    day, name, year = (str(word) for word in three)
    month = next((at for at, one in enumerate(_MONTHS, start=1) if _is_month(name, one)), 0)
    if not month or not day.isdecimal() or not year.isdecimal() or len(year) != len("2026"):
        return None
    where = layout.span(source, three[0], three[-1])
    message = f"'{quote(where)}' is not how a date is written"
    return Diagnostic("D041", where, message, f"write {year}-{month:02}-{int(day):02}")


def _is_month(word: str, month: str) -> bool:
    return len(word) >= len("may") and month.startswith(word.casefold())


def unquoted(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`include law/de_consumer.dun`: the name of a file without quotes."""
    if words[0].type != "INCLUDE" or stuck.at != 1 or len(words) == 1:
        return None
    where = layout.span(source, words[1], words[-1])
    if any(sign in where.text for sign in " \t\"'") or not where.text[0].isalnum():
        return None
    message = "the name of a file stands in double quotes"
    return Diagnostic("D021", where, message, f'write "{quote(where)}"')


def way_to_count(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`by 30/365`: a way to count days that is none."""
    if words[0].type != "INTEREST":
        return None
    by = [index for index, word in enumerate(words[: stuck.at + 1]) if word.type == "BY"]
    if not by or by[-1] + 1 >= len(words) or words[by[-1] + 1].type != "NUMBER":
        return None
    first = last = by[-1] + 1
    while last + 1 < len(words) and words[last].end_pos == words[last + 1].start_pos:
        last += 1
    where = layout.span(source, words[first], words[last])
    if "/" not in where.text:
        return None
    hint = "write act/365, act/360, act/act or 30/360"
    return Diagnostic("D021", where, f"'{quote(where)}' is no way to count days", hint)


def points(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`base_rate + 9%` and `9 pp + base_rate`."""
    if words[0].type != "INTEREST" or stuck.at >= len(words):
        return None
    word = words[stuck.at]
    before = words[stuck.at - 1]
    if word.type == "PERCENT_SIGN" and words[stuck.at - 2].type == "PLUS":
        where = layout.span(source, before, word)
        message = "what is added to a rate are points, not a percentage of it"
        return Diagnostic("D021", where, message, f"write '{before} pp'")
    if word.type == "PP" and stuck.at == 2:  # noqa: PLR2004 -- the third word
        where = layout.span(source, before, word)
        message = "the rate comes first, then the points"
        rate = next((name for name in words if name.type == "NAME" and name not in _OVER), "RATE")
        return Diagnostic("D021", where, message, f"write '{rate} + {before} pp'")
    return None


def fee_as_fact(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`when fee > 5 EUR`: what a stage charges, asked before it is known."""
    at = stuck.at
    if at >= len(words) or words[at].type != "FEE":
        return None
    if "PATH" not in Probe(words, stuck.place).accepted(at):
        return None
    message = "what a stage charges is known only in a guarantee"
    return Diagnostic("D021", layout.span(source, words[at]), message, "ask for 'fees so far'")


def line_of_a_fee(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """What stands on a line of its own, on the line of the fee."""
    if words[0].type != "FEE" or stuck.at >= len(words) or len(words) < _SHORTEST_FEE:
        return None
    where = layout.span(source, words[stuck.at])
    message = f"'{quote(where)}' cannot stand here"
    kind = words[stuck.at].type
    if words[1].type in _LINES:
        if kind != "NUMBER" or stuck.at < _SHORTEST_FEE:
            return None
        hint = "each of its lines stands below it, indented"
    elif kind == "INTEREST":
        hint = "write 'charge interest' on a line of its own"
    else:
        lines = [of for of, kinds in _LINES.items() if kind in kinds]
        if not lines:
            return None
        by = "by steps of" if lines[0] == "BY_STEPS_OF" else "by bracket of"
        hint = f"such a line stands under 'fee {by} open amount'"
    return Diagnostic("D021", where, message, hint)


def free_of_charge(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`no fee` and `no interest` where an amount is spoken about."""
    if stuck.at >= len(words):
        return None
    word = words[stuck.at]
    where = layout.span(source, word)
    message = f"'{quote(where)}' cannot stand here"
    if stuck.place == "guarantee" and word.type in {"NO_FEE", "NO_FEES"}:
        return Diagnostic("D021", where, message, "write 'fee is 0 EUR'")
    if stuck.place == "example" and word.type == "NO_INTEREST":
        return Diagnostic("D021", where, message, "write 'interest 0 EUR'")
    return None


def opening_of_claim(words: Sequence[Token]) -> str:
    """How a line of a guarantee begins that says only for whom or what should hold; else empty."""
    always, colon = Token("ALWAYS", "always"), Token("COLON", ":")
    rest = [Token("PATH", "fee") if word.type == "FEE" else word for word in words]
    for before, called in (
        ((always, colon), "'always:' or 'at STAGE:'"),
        ((always,), "'always' or 'at STAGE'"),
    ):
        line = [*before, *rest]
        if Probe(line, "guarantee").reach(0, (), 0) > len(line):
            return called
    return ""


def decimal_comma(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`10,00 EUR` and `1,000 EUR`: a comma inside a number."""
    for index in range(max(1, stuck.at - 1), min(stuck.at + 1, len(words) - 1)):
        before, comma, behind = words[index - 1 : index + 2]
        if (before.type, comma.type, behind.type) != ("NUMBER", "COMMA", "NUMBER"):
            continue
        where = layout.span(source, before, behind)
        if where.text != f"{before},{behind}":
            continue
        grouped = len(behind.partition(".")[0]) == 3  # noqa: PLR2004 -- thousands
        write = f"{before}_{behind}" if grouped else f"{before}.{behind}"
        message = "a number has a point before its decimals and '_' between thousands"
        return Diagnostic("D045", where, message, f"write {write}")
    return None


def currency_first(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`EUR 5.00`: the currency stands behind the number."""
    for index in (stuck.at - 1, stuck.at):
        pair = words[max(index, 0) : index + 2]
        if [word.type for word in pair] != ["NAME", "NUMBER"]:
            continue
        currency, number = pair
        if len(currency) == 3 and currency.isupper():  # noqa: PLR2004 -- ISO 4217
            where = layout.span(source, currency, number)
            message = "the currency stands behind the number"
            return Diagnostic("D048", where, message, f"write {number} {currency}")
    return None


def currency_joined(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """`EUR5`: the currency in front of the number, and no space between them."""
    if stuck.at >= len(words) or words[stuck.at].type != "NAME":
        return None
    word = words[stuck.at]
    currency, number = word[:3], word[3:]
    if not number.isdecimal() or currency not in MINOR_DIGITS:
        return None
    if "NUMBER" not in Probe(words, stuck.place).accepted(stuck.at):
        return None
    message = "the currency stands behind the number"
    return Diagnostic("D048", layout.span(source, word), message, f"write {number} {currency}")


def parenthesis(source: Source, words: Sequence[Token], stuck: Stuck) -> Diagnostic | None:
    """A parenthesis without its partner."""
    opened: list[Token] = []
    for word in words[: stuck.at]:
        if word.type == "LPAR":
            opened.append(word)
        elif word.type == "RPAR" and opened:
            opened.pop()
    if stuck.at < len(words):
        if words[stuck.at].type == "RPAR" and not opened:
            where = layout.span(source, words[stuck.at])
            return Diagnostic("D016", where, "this parenthesis closes nothing", "leave it out")
        return None
    if not opened or "RPAR" not in Probe(words, stuck.place).accepted(stuck.at):
        return None
    message = "this parenthesis is not closed"
    return Diagnostic("D015", layout.span(source, opened[-1]), message, "end the list with ')'")
