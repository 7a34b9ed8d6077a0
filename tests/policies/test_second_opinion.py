"""The shipped policies mean the same to the engine and to the slow reference interpreter."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.io.ledger import read_ledger
from engine.services.demo_company import demo_ledger
from engine.services.policies import read_policies
from tests.oracle.differences import compare
from tests.oracle.scenarios import Scenario

if TYPE_CHECKING:
    from engine.core.model import Ledger
    from engine.services.policies import Policies

ROOT = Path(__file__).parents[2]
FIRST, LAST = datetime.date(2026, 3, 9), datetime.date(2026, 4, 24)


@pytest.fixture(scope="module")
def shipped() -> Policies:
    return read_policies([ROOT / "policies"])


def scenario(shipped: Policies, ledger: Ledger) -> Scenario:
    every = [datetime.date(2022, 1, 1) + datetime.timedelta(days=n) for n in range(365 * 8)]
    return Scenario(
        texts=tuple(source.text for source in shipped.sources),
        ledger=ledger,
        holidays={
            code: frozenset(
                day
                for day in every
                if day.weekday() < 5 and not calendar.is_business_day(day.toordinal())
            )
            for code, calendar in shipped.calendars.items()
        },
        days=tuple(FIRST + datetime.timedelta(days=n) for n in range(0, 47, 12)),
        known=None,
        first=FIRST,
        last=LAST,
    )


def test_on_the_ledger_of_the_documents(shipped: Policies) -> None:
    ledger, problems = read_ledger(ROOT / "docs" / "example", shipped.declared)
    assert ledger is not None, problems
    found = compare(scenario(shipped, ledger))
    assert [str(each) for each in found.differences] == []
    assert found.cases == len(ledger.invoices)


def test_on_a_small_demo_company(shipped: Policies) -> None:
    ledger = demo_ledger(LAST, customers=20, invoices=70)
    found = compare(scenario(shipped, ledger))
    assert [str(each) for each in found.differences] == []
    assert found.cases == len(ledger.invoices)
