"""What playing a quarter costs: the demo company under the shipped policies.

Reported against folding the same ledger (reading what was true of each case on each day), which
any answer needs, and against a bare loop over the same days of the same invoices.

Run with `python -m bench simulation`.
"""

from __future__ import annotations

import datetime
import time
from pathlib import Path

from dunlang.render import as_text
from engine.core.timeline import index_ledger, timelines
from engine.services.demo_company import demo_ledger
from engine.services.policies import read_policies
from engine.services.simulations import Simulation, simulate

SHIPPED = Path(__file__).parent.parent / "policies"
TODAY = datetime.date(2026, 3, 31)
QUARTER = datetime.timedelta(days=89)
SIZES = (3_000, 30_000)


def main() -> None:
    """Print seconds, decisions a second and ratios for each size."""
    found = read_policies([SHIPPED])
    if not found.usable:
        raise SystemExit(as_text(found.problems))
    policies = found.together()
    for invoices in SIZES:
        ledger = demo_ledger(TODAY, customers=invoices * 2 // 15, invoices=invoices)
        index = index_ledger(ledger)
        start = time.perf_counter()
        folded = timelines(index, None)
        fold = time.perf_counter() - start
        start = time.perf_counter()
        events = simulate(index, policies, Simulation(TODAY - QUARTER, TODAY))
        ours = time.perf_counter() - start
        start = time.perf_counter()
        days = _loop(len(folded), QUARTER.days + 1)
        loop = time.perf_counter() - start
        print(
            f"{invoices} invoices over {QUARTER.days + 1} days: {ours:.2f} s, {len(events)} events,"
            f" {days / ours:,.0f} days of cases a second; {ours / fold:.1f} times the fold"
            f" ({fold:.2f} s), {ours / loop:.0f} times a bare loop over the same days"
        )


def _loop(cases: int, days: int) -> int:
    total = 0
    for _ in range(cases):
        for _ in range(days):
            total += 1
    return total
