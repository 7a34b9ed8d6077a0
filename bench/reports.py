"""What reports cost: over a ledger in memory, and over a store that is read in blocks.

The demo company under the shipped policies, dunned until three months ago. Each report is compared
with deciding all open cases of the same ledger, which is what the exposure report asks. Seconds
are those of the processor; memory is what Python holds at most beside the ledger itself
(`tracemalloc`, in a run of its own, because it slows everything down).

Run with `python -m bench reports`; `--small` takes only the company of 3,000 invoices.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.core.ledger_index import index_ledger
from engine.services.actors import Actor, Refused
from engine.services.decisions import decide_open
from engine.services.demo import QUARTER, write_demo
from engine.services.demo_company import demo_ledger
from engine.services.demo_dunning import dunned
from engine.services.imports import KINDS, Given, import_file
from engine.services.policies import read_policies
from engine.services.publishing import approve, publish
from engine.services.reports.ageing import ageing
from engine.services.reports.effectiveness import effectiveness
from engine.services.reports.exposure import exposure
from engine.services.reports.fees import fees
from engine.services.reports.reading import debtors_in, of_store
from engine.services.stored_company import InForce, in_force_now
from engine.store.database import connect
from engine.store.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.core.debtor import Debtor
    from engine.store.database import Database

T = TypeVar("T")

SHIPPED = Path(__file__).parent.parent / "policies"
TODAY = datetime.date(2026, 3, 31)
AT = datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC)
ANNA, BERTA = Actor("anna", "admin"), Actor("berta", "admin")
SIZES = (3_000, 100_000)


def main() -> None:
    """Print seconds, ratios and memory for each size."""
    for invoices in SIZES[:1] if "--small" in sys.argv else SIZES:
        decided = _in_memory(invoices)
        _in_a_store(invoices, decided)


def reports() -> dict[str, Callable[[Iterable[Debtor]], object]]:
    """Each report, as what it makes of debtors."""
    return {
        "ageing": lambda debtors: ageing(debtors, TODAY),
        "ageing by customer": lambda debtors: ageing(debtors, TODAY, by=("customer",)),
        "exposure": lambda debtors: exposure(debtors, TODAY),
        "fees": lambda debtors: fees(debtors, TODAY),
        "effectiveness": lambda debtors: effectiveness(debtors, TODAY),
        "effectiveness by customer": lambda debtors: effectiveness(
            debtors, TODAY, by=("customer",)
        ),
    }


def _in_memory(invoices: int) -> float:
    together = read_policies([SHIPPED]).together()
    made_up = demo_ledger(TODAY, customers=invoices * 2 // 15, invoices=invoices)
    index = index_ledger(dunned(made_up, together, TODAY - QUARTER, seed=1))
    decisions, decided = _timed(lambda: list(decide_open(index, together, TODAY)))
    print(f"{invoices:,} invoices; {len(decisions):,} open cases decided in {decided:.2f} s")
    for name, work in reports().items():
        _, seconds = _timed(lambda: work(debtors_in(index, together, TODAY)))  # noqa: B023 - called at once
        print(f"  {name}: {seconds:.2f} s, {seconds / decided:.2f} times deciding")
    return decided


def _in_a_store(invoices: int, decided: float) -> None:
    with tempfile.TemporaryDirectory(prefix="dun") as name:
        folder = Path(name)
        write_demo(folder / "demo", TODAY, customers=invoices * 2 // 15, invoices=invoices)
        database = connect(str(folder / "store.db"))
        _company(database, folder / "demo")
        now = in_force_now(database)
        assert isinstance(now, InForce)
        for report, work in reports().items():
            _, seconds = _timed(lambda: of_store(database, ANNA, now, TODAY, None, work))  # noqa: B023 - called at once
            tracemalloc.start()
            of_store(database, ANNA, now, TODAY, None, work)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            print(
                f"  {report}, from a store (SQLite): {seconds:.2f} s,"
                f" {seconds / decided:.2f} times deciding in memory,"
                f" {most / 2**20:.0f} MiB at most"
            )
        database.close()


def _company(database: Database, demo: Path) -> None:
    upgrade(database)
    for kind in KINDS:
        _done(import_file(database, ANNA, AT, Given(kind, demo / "ledger" / f"{kind}.csv")))
    for each in _done(publish(database, ANNA, read_policies([demo / "policies"]), AT)):
        _done(approve(database, BERTA, each.version.policy, each.version.version, AT))


def _done(result: T | Refused) -> T:
    assert not isinstance(result, Refused), result
    return result


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start
