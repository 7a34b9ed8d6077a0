"""The terminal admin: how long until something is seen, and for how long a key may have to wait.

A table of 100,000 rows is mounted, paged through, sorted and filtered; the demo company is opened,
searched and looked at day by day. Meanwhile a task of the event loop looks how late it is called:
that is how long a key would have waited.
"""

from __future__ import annotations

import asyncio
import datetime
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from engine.services.actors import Actor
from engine.services.demo_store import make_demo_store
from tui.app import Admin
from tui.backend import Backend
from tui.frame.area_screen import AreaScreen
from tui.widgets.table import Table
from tui.widgets.table_model import Column, Order

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.app import ComposeResult

ROWS = 100_000
TODAY = datetime.date(2026, 3, 31)
_FRAME = 0.02
"""Seconds in which what a key did is drawn."""
_BEAT = 0.002
"""Seconds after which the task wants to be called again."""


def clock() -> datetime.datetime:
    return datetime.datetime.combine(TODAY, datetime.time(9, 30), datetime.UTC)


@dataclass(frozen=True)
class Debt:
    number: int

    @property
    def name(self) -> str:
        return f"Müller & Söhne {self.number * 7919 % ROWS}"

    @property
    def cents(self) -> int:
        return self.number * 104_729 % 9_999_999


COLUMNS = (
    Column[Debt]("id", "Case", lambda row: f"R-{row.number:06}", rigid=True),
    Column[Debt]("name", "Customer", lambda row: row.name),
    Column[Debt](
        "open",
        "Open",
        lambda row: f"{row.cents / 100:,.2f} EUR",
        align="right",
        order=lambda row: row.cents,
    ),
    Column[Debt]("standing", "Standing", lambda row: "waits" if row.number % 3 else "held"),
)


class Big(AreaScreen):
    """A table of many rows."""

    NAME = "customers"

    def body(self) -> ComposeResult:
        yield Table[Debt](COLUMNS, key=lambda row: str(row.number), id="cases")


@dataclass
class Late:
    """How late the event loop was."""

    worst: float = 0.0
    """Seconds until it came to a key."""
    work: float = 0.0
    """Seconds of the processor that it worked without looking for keys; other programs on the
    machine do not count."""

    def __str__(self) -> str:
        return f"{self.worst * 1000:6.0f} ms {self.work * 1000:6.0f} ms"


@asynccontextmanager
async def watching() -> AsyncIterator[Late]:
    """Look how late the event loop is, as long as the block lasts."""
    late = Late()

    async def beat() -> None:
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_BEAT)
            late.worst = max(late.worst, time.perf_counter() - before - _BEAT)
            late.work = max(late.work, time.thread_time() - worked)

    task = asyncio.create_task(beat())
    try:
        yield late
    finally:
        task.cancel()


async def at_rest(pilot: Pilot[None]) -> None:
    while True:
        with suppress(WorkerCancelled):  # a later question took its place
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if not any(worker.is_running for worker in pilot.app.workers):
            return


async def told(what: str, pilot: Pilot[None], does: Callable[[], object]) -> None:
    """Do something, wait until it is done, and print how long that and a key took."""
    async with watching() as late:
        before = time.perf_counter()
        does()
        await at_rest(pilot)
        spent = time.perf_counter() - before
    print(f"{what:<52} {spent * 1000:8.0f} ms {late}")


async def pressed(what: str, pilot: Pilot[None], keys: list[str]) -> None:
    async with watching() as late:
        before = time.perf_counter()
        for key in keys:
            pilot.app.simulate_key(key)  # `pilot.press` asks every widget whether it is at rest
            await pilot.pause(_FRAME)
        await at_rest(pilot)
        spent = (time.perf_counter() - before) / len(keys)
    print(f"{what:<52} {spent * 1000:8.0f} ms {late}")


async def big_table(backend: Backend) -> None:
    app = Admin(backend)
    async with app.run_test(size=(160, 48)) as pilot:
        await at_rest(pilot)
        rows = [Debt(number) for number in range(ROWS)]
        screen = Big()
        await app.push_screen(screen)
        await at_rest(pilot)
        table = screen.query_one(Table)
        await told(f"{ROWS:,} rows mounted", pilot, lambda: table.show(rows))
        table.focus()
        await pressed("a page down, each", pilot, ["pagedown"] * 50)
        await pressed("a line down, each", pilot, ["down"] * 50)
        await pressed("to the last line and back, each", pilot, ["end", "home"] * 10)
        await told("sorted by amount", pilot, lambda: table.sort(Order("open")))
        await told("filtered by 'mueller 4711'", pilot, lambda: table.filter("mueller 4711"))
        await told("filter taken away, still sorted", pilot, lambda: table.filter(""))
        line = table.render_line(5)
        before = time.perf_counter()
        for _ in range(1000):
            line = table.render_line(5)
        spent = time.perf_counter() - before
        print(f"{'a line drawn':<52} {spent * 1000:8.0f} µs   {line.cell_length} cells")


async def company(backend: Backend) -> None:
    before = time.perf_counter()
    app = Admin(backend)
    async with app.run_test(size=(160, 48)) as pilot:
        painted = time.perf_counter() - before
        print(f"{'first paint after the imports':<52} {painted * 1000:8.0f} ms")
        await at_rest(pilot)
        table = app.screen.query_one(Table)
        spent = time.perf_counter() - before
        print(f"{f'first page of cases ({len(table)})':<52} {spent * 1000:8.0f} ms")
        await pressed("a page down, each", pilot, ["pagedown"] * 30)
        await told("every case, sorted by amount", pilot, lambda: table.sort(Order("open")))
        await pressed("a case opened", pilot, ["enter"])
        await pressed("a day later, each", pilot, ["right"] * 20)
        await pressed("why not, and back, each", pilot, ["w", "escape"] * 5)
        await pressed("back in the list", pilot, ["escape"])


def main() -> None:
    """Print the table: how long it takes, how long a key waits, how long the loop works."""
    for module in ("tui.command", "tui.app"):
        code = (
            "import time; a=time.perf_counter(); import typer, sqlalchemy;"
            f" b=time.perf_counter(); import {module}; print(time.perf_counter()-b)"
        )
        done = subprocess.run(  # noqa: S603 - the interpreter with a text of ours
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        print(f"{f'import {module}':<52} {float(done.stdout) * 1000:8.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        made = make_demo_store(Path(folder) / "demo", TODAY, clock)
        backend = Backend(made.database, Actor("anna", "admin"), clock)
        asyncio.run(company(backend))
        asyncio.run(big_table(backend))
        made.database.close()


if __name__ == "__main__":
    main()
