"""One cell's text as a value: dates, times, amounts and facts of every type."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from dunlang.builtins import FACTS
from dunlang.countries import COUNTRIES
from dunlang.currencies import MINOR_DIGITS
from dunlang.suggest import did_you_mean, listed
from engine.core.money import Money, format_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.types import Type
    from engine.core.model import Value


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a text is not a value of its kind, and what to write instead."""

    code: str
    message: str
    hint: str = ""


Read: TypeAlias = "Value | Bad"

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII
).fullmatch
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII).fullmatch
_MONTHS = 12
_DIGITS = 15
"""Digits before the point; enough for any amount that was ever owed."""
_MOST = 2**63 - 1
"""Minor units that a database keeps."""


@lru_cache(maxsize=65_536)
def read_day(text: str) -> datetime.date | Bad:
    """A calendar day written `2026-03-01`."""
    if not _DAY(text):
        return Bad("L115", f"'{text}' is not a date", "write year-month-day: 2026-03-01")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return Bad("L115", f"there is no {text} in the calendar", _end_of_month(text))


def _end_of_month(text: str) -> str:
    """How a month of the calendar ends, for a day that it does not have."""
    year, month = int(text[:4]), int(text[5:7])
    if not year or not 1 <= month <= _MONTHS:
        return ""
    return f"that month ends on {text[:8]}{calendar.monthrange(year, month)[1]}"


@lru_cache(maxsize=65_536)
def midnight(day: datetime.date) -> datetime.datetime:
    """00:00 UTC of a day."""
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def read_moment(text: str) -> datetime.datetime | Bad:
    """A time in UTC, written `2026-03-01T09:30:00` (UTC), `...Z`, `...+01:00`, or as a day."""
    if not _MOMENT(text):
        return Bad(
            "L115", f"'{text}' is not a time", "write 2026-03-01T09:30:00Z, or +01:00 for its zone"
        )
    try:
        time = datetime.datetime.fromisoformat(text)
        if time.tzinfo is None:
            return time.replace(tzinfo=datetime.UTC)
        return time.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return Bad("L115", f"there is no such time as {text}")


def read_minor(text: str, currency: str) -> int | Bad:
    """Minor units of an amount in a known currency; it may be negative."""
    if not _NUMBER(text):
        return _not_a_number(text)
    whole, _, part = text.partition(".")
    if len(whole) > _DIGITS:
        return Bad("L111", f"the amount {text} is too large", "is a decimal point missing?")
    digits = MINOR_DIGITS[currency]
    if len(part) > digits:
        if part[digits:].strip("0"):
            decimals = {0: "no decimals", 1: "1 decimal"}.get(digits, f"{digits} decimals")
            return Bad("L113", f"{text} has too many decimals: {currency} has {decimals}")
        part = part[:digits]
    minor = int(whole + part.ljust(digits, "0")) if part or digits else int(whole)
    if abs(minor) > _MOST:
        return Bad("L111", f"the amount {text} is too large", "is a decimal point missing?")
    return minor


def read_currency(text: str) -> str | Bad:
    """An ISO 4217 code in capitals."""
    if text in MINOR_DIGITS:
        return text
    hint = did_you_mean(text, MINOR_DIGITS) or "write its ISO 4217 code in capitals, such as EUR"
    return Bad("L112", f"'{text}' is not a currency", hint)


def type_of_fact(types: Mapping[str, Type], path: str) -> Type | None:
    """The type of a fact (`customer.risk`), declared or built in; None: text, or not declared."""
    known = types.get(path)
    if known is None and path in FACTS:
        known = FACTS[path].type
    return None if known is None or known.kind == "text" else known


def read_fact(text: str, kind: Type | None) -> Read:
    """A fact that is not empty, as its declared type; without a type it is text."""
    match "text" if kind is None else kind.kind:
        case "yes/no":
            if text in ("yes", "no"):
                return text == "yes"
            return Bad("L119", f"'{text}' is neither yes nor no", "write yes or no")
        case "number":
            return _number(text)
        case "percent":
            value = _number(text.removesuffix("%").rstrip(" "))
            return value if isinstance(value, Bad) else Decimal(value)
        case "money" | "case money":
            return _money(text)
        case "date":
            return read_day(text)
        case "one of":
            return _one_of(text, () if kind is None else kind.choices)
        case "country":
            if text in COUNTRIES:
                return text
            return Bad(
                "L119", f"'{text}' is not a country", "write its ISO 3166 code, such as DE or GB"
            )
        case "set of text":
            return frozenset(part.strip() for part in text.split(";") if part.strip())
        case _:
            return text


def cell_of(value: Value | datetime.datetime) -> str:
    """The text of a value as a cell holds it: what `read_fact` and `read_moment` read back."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime.date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case frozenset():
            return ";".join(sorted(value)) or ";"
        case Money():
            return f"{format_minor(*value)} {value.currency}"
        case _:
            return str(value)


def _number(text: str) -> int | Decimal | Bad:
    if not _NUMBER(text) or len(text) > 2 * _DIGITS:
        return _not_a_number(text)
    return Decimal(text) if "." in text else int(text)


def _money(text: str) -> Read:
    amount, _, code = text.rpartition(" ")
    if not amount:
        return Bad("L119", f"'{text}' is not an amount of money", "write it as 49.99 EUR")
    currency = read_currency(code)
    if isinstance(currency, Bad):
        return currency
    minor = read_minor(amount, currency)
    return minor if isinstance(minor, Bad) else Money(minor, currency)


def _one_of(text: str, choices: tuple[str, ...]) -> Read:
    if text in choices:
        return text
    hint = did_you_mean(text, choices) or f"write {listed(choices, 'or')}"
    return Bad("L119", f"'{text}' is not one of {', '.join(choices)}", hint)


def _not_a_number(text: str) -> Bad:
    hint = "write digits with a decimal point, such as 1234.50"
    if "," in text:
        hint = "write a decimal point and nothing between thousands: 1234.50"
    elif "e" in text.lower() and text.lower().replace("e", "").replace(".", "").isdigit():
        hint = "write all of its digits"
    return Bad("L111", f"'{text}' is not a number", hint)
