"""A day of work in the admin over a large ledger: its worklist, its customers, its reports.

A run over 100,000 invoices is proposed; its list is opened, paged through, marked and added up;
customers are searched, and reports are counted. How long a key would have had to wait is measured
as in `bench.admin`.

Run with `python -m bench admin_work`; `--small` takes 3,000 invoices, `--store=FILE` a store that
is there already, with a run proposed for 31 March 2026.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.admin import at_rest, clock, pressed, told
from bench.reports import ANNA, TODAY, _company
from engine.services.demo import write_demo
from engine.services.proposing import propose
from engine.services.stores import open_store
from engine.store.database import connect
from tui.app import Admin
from tui.backend import Backend
from tui.state import State

SIZE = (120, 36)


def main() -> None:
    """Print how long each thing takes, how long a key waits, how long the loop works."""
    given = [each.partition("=")[2] for each in sys.argv if each.startswith("--store=")]
    if given:
        asyncio.run(_work(given[0]))
        return
    invoices = 3_000 if "--small" in sys.argv else 100_000
    with tempfile.TemporaryDirectory(prefix="dun") as name:
        asyncio.run(_work(made(Path(name), invoices)))


def made(folder: Path, invoices: int) -> str:
    """A store with a run that is proposed."""
    write_demo(folder / "demo", TODAY, customers=invoices * 2 // 15, invoices=invoices)
    address = str(folder / "store.db")
    database = connect(address)
    _company(database, folder / "demo")
    propose(database, ANNA, TODAY, clock())
    database.close()
    return address


async def _work(address: str) -> None:
    database = open_store(address)
    app = Admin(Backend(database, ANNA, clock), state=State(None, {"area": "worklist"}))
    async with app.run_test(size=SIZE) as pilot:
        await at_rest(pilot)
        for section in ("review", "tasks", "ready"):
            await pressed(f"a page further in {section}, each", pilot, ["pagedown"] * 20)
            await pressed("the next part", pilot, ["right"])
        await pressed("back to what is ready", pilot, ["left"])
        await pressed("everything is marked", pilot, ["asterisk"])
        await pressed("asked to hold it, and back", pilot, ["h", "escape"])
        await pressed("nothing is marked", pilot, ["asterisk"])
        await pressed("what executing would do", pilot, ["E"])
        await pressed("and back", pilot, ["escape"])
        await told("customers", pilot, lambda: app.go("customers"))
        await pressed("a page of cases further, each", pilot, ["pagedown"] * 20)
        await pressed("cases searched", pilot, ["slash", *"mueller", "enter"])
        await told("runs and audit", pilot, lambda: app.go("runs"))
        await told("reports: ageing", pilot, lambda: app.go("reports"))
        for report in ("exposure", "fees", "effectiveness"):
            await pressed(report, pilot, ["right"])
        for by in "1234":
            await pressed(f"effectiveness, broken down by choice {by}", pilot, ["v", by])
    database.close()


if __name__ == "__main__":
    main()
