"""The shipped policies mean the same to the engine and to the slow reference interpreter."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.core.rates import RateTable
from engine.io.ledger import read_ledger
from engine.services.demo_company import demo_ledger
from engine.services.policies import read_policies
from tests.oracle.answers import Tables
from tests.oracle.differences import compare
from tests.oracle.engine_side import Played
from tests.oracle.random_events import Subject
from tests.oracle.scenarios import Rules, Scenario

if TYPE_CHECKING:
    from engine.core.model import Ledger
    from engine.services.policies import Policies

ROOT = Path(__file__).parents[2]
FIRST, LAST = datetime.date(2026, 3, 9), datetime.date(2026, 4, 24)


@pytest.fixture(scope="module")
def shipped() -> Policies:
    return read_policies([ROOT / "policies"])


@pytest.fixture(scope="module")
def rules(shipped: Policies) -> Rules:
    every = [datetime.date(2022, 1, 1) + datetime.timedelta(days=n) for n in range(365 * 8)]
    holidays = {
        code: frozenset(
            day
            for day in every
            if day.weekday() < 5 and not calendar.is_business_day(day.toordinal())
        )
        for code, calendar in shipped.calendars.items()
    }
    rates = {
        name: rows_of(table)
        for name, table in shipped.tables.items()
        if isinstance(table, RateTable)
    }
    texts = tuple(source.text for source in shipped.sources)
    about = Subject(frozenset(), (), (), (), ())
    return Rules(texts, Tables(holidays, rates), about, LAST)


def rows_of(table: RateTable) -> tuple[tuple[datetime.date, Decimal | None], ...]:
    rows = [(datetime.date.fromordinal(day), percent) for day, percent in table.rows]
    ended = [] if table.end is None else [(datetime.date.fromordinal(table.end), None)]
    return (*rows, *ended)


def scenario(rules: Rules, ledger: Ledger) -> Scenario:
    days = tuple(FIRST + datetime.timedelta(days=n) for n in range(0, 47, 12))
    return Scenario(rules, ledger, days, Played(FIRST, LAST))


def test_on_the_ledger_of_the_documents(shipped: Policies, rules: Rules) -> None:
    ledger, problems = read_ledger(ROOT / "docs" / "example", shipped.declared)
    assert ledger is not None, problems
    found = compare(scenario(rules, ledger))
    assert [str(each) for each in found.differences] == []
    assert found.cases == len(ledger.invoices)


def test_on_a_small_demo_company(rules: Rules) -> None:
    ledger = demo_ledger(LAST, customers=60, invoices=240)
    found = compare(scenario(rules, ledger))
    assert [str(each) for each in found.differences] == []
    assert found.cases > 200
