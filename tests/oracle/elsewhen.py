"""The same at another time: every date moved by as many days."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.model import Ledger
from tests.oracle import vocabulary as words
from tests.oracle.answers import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.model import Event, Invoice, Value
    from tests.oracle.scenarios import Scenario

TIMES = (
    words.DUE,
    words.DUE,
    datetime.date(2027, 12, 29),  # over the end of a year
    datetime.date(2028, 2, 28),  # around a leap day
    datetime.date(2026, 10, 30),  # 30 and 31 days, and no end of February
)
"""Around which a scenario happens."""

_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def moved(asked: Scenario, to: datetime.date) -> Scenario:
    """The ledger and the questions of a scenario, moved to where its policies are."""
    by = to - words.DUE
    known, run_on = asked.played.known, asked.played.run_on
    return replace(
        asked,
        ledger=_ledger(asked.ledger, by),
        days=tuple(day + by for day in asked.days),
        played=replace(
            asked.played,
            first=asked.played.first + by,
            last=asked.played.last + by,
            known=known + by if isinstance(known, datetime.datetime) else known,
            run_on=None if run_on is None else frozenset(day + by for day in run_on),
        ),
    )


def moved_text(text: str, by: datetime.timedelta) -> str:
    """A policy with every date in it moved."""
    return _DATE.sub(lambda m: str(_date(m[0]) + by), text)


def moved_tables(tables: Tables, by: datetime.timedelta) -> Tables:
    """Tables and days off with every date in them moved."""
    off = {code: frozenset(day + by for day in days) for code, days in tables.holidays.items()}
    rates = {
        name: tuple((date + by, rate) for date, rate in rows) for name, rows in tables.rates.items()
    }
    exchange = {
        name: tuple((date + by, currency, rate) for date, currency, rate in rows)
        for name, rows in tables.exchange.items()
    }
    return Tables(off, rates, exchange)


def _date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _ledger(ledger: Ledger, by: datetime.timedelta) -> Ledger:
    return Ledger(
        {c.id: replace(c, facts=_facts(c.facts, by)) for c in ledger.customers.values()},
        {i.id: _invoice(i, by) for i in ledger.invoices.values()},
        tuple(_event(event, by) for event in ledger.events),
    )


def _invoice(invoice: Invoice, by: datetime.timedelta) -> Invoice:
    return replace(
        invoice,
        issued=invoice.issued + by,
        due=invoice.due + by,
        recorded=None if invoice.recorded is None else invoice.recorded + by,
        facts=_facts(invoice.facts, by),
    )


def _event(event: Event, by: datetime.timedelta) -> Event:
    return replace(
        event,
        date=event.date + by,
        recorded=event.recorded + by,
        until=None if event.until is None else event.until + by,
        value=None if event.value is None else _value(event.value, by),
    )


def _facts(facts: Mapping[str, Value], by: datetime.timedelta) -> dict[str, Value]:
    return {name: _value(value, by) for name, value in facts.items()}


def _value(value: Value, by: datetime.timedelta) -> Value:
    return value + by if isinstance(value, datetime.date) else value
