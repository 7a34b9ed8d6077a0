"""What a company costs: the demo company under the shipped policies.

Decisions of one day, with and without an explanation, and a year played day by day. Reported
against folding the same ledger (reading what was true of each case on each day), which any answer
needs, and against a bare loop over the same days of the same invoices.

Run with `python -m bench simulation`; `--small` leaves out the company of 100,000 invoices.
"""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dunlang.render import as_text
from engine.core.timeline import index_ledger, timelines
from engine.services.decisions import decide_open
from engine.services.demo_company import demo_ledger
from engine.services.policies import read_policies
from engine.services.simulations import Simulation, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

SHIPPED = Path(__file__).parent.parent / "policies"
TODAY = datetime.date(2026, 3, 31)
YEAR = datetime.timedelta(days=364)
DAYS = YEAR.days + 1
SIZES = (3_000, 100_000)


def main() -> None:
    """Print seconds, rates and ratios for each size."""
    found = read_policies([SHIPPED])
    if not found.usable:
        raise SystemExit(as_text(found.problems))
    policies = found.together()
    for invoices in SIZES[:1] if "--small" in sys.argv else SIZES:
        index = index_ledger(demo_ledger(TODAY, customers=invoices * 2 // 15, invoices=invoices))
        folded, fold = _timed(lambda: timelines(index, None))  # noqa: B023 - called at once
        print(f"{invoices:,} invoices; folding the ledger takes {fold:.2f} s")
        for explain in (False, True):
            decisions, seconds = _timed(
                lambda: list(decide_open(index, policies, TODAY, explain=explain))  # noqa: B023 - as above
            )
            how = "explained" if explain else "plain"
            print(
                f"  {len(decisions):,} decisions, {how}: {seconds:.2f} s,"
                f" {len(decisions) / seconds:,.0f} a second, {seconds / fold:.1f} times the fold"
            )
        events, seconds = _timed(
            lambda: simulate(index, policies, Simulation(TODAY - YEAR, TODAY))  # noqa: B023 - as above
        )
        _, loop = _timed(lambda: _loop(len(folded), DAYS))  # noqa: B023 - as above
        print(
            f"  a year played: {seconds:.1f} s, {len(events):,} events,"
            f" {invoices / seconds:,.0f} invoice-years and {invoices * DAYS / seconds:,.0f} days"
            f" of cases a second; {seconds / fold:.1f} times the fold, {seconds / loop:.1f} times"
            " a bare loop over the same days"
        )


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def _loop(cases: int, days: int) -> int:
    total = 0
    for _ in range(cases):
        for _ in range(days):
            total += 1
    return total
