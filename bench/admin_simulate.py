"""What time travel in the admin costs: 100,000 invoices over 365 days, played, scrolled, scrubbed.

The admin runs without a terminal, at 120 by 36 cells. A task of its event loop wants to be called
every other millisecond; how much the process works from one call to the next, in any thread, is
how long a key would have to wait. It is measured in time of the processor, as the machine may be
shared. The simulation itself runs in a process of its own.

Run with `python -m bench admin_simulate`; `--small` takes 3,000 invoices, `--store=FILE` a store
that is there already, with a ledger up to 31 March 2026.
"""

from __future__ import annotations

import asyncio
import datetime
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.reports import ANNA, TODAY, _company
from engine.services.demo import write_demo
from engine.services.stores import open_store
from engine.store.database import connect
from tui.app import Admin
from tui.areas.simulate.model import Choice
from tui.areas.simulate.scenario import Scenario
from tui.areas.simulate.screen import SimulateScreen
from tui.backend import Backend
from tui.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

NOW = datetime.datetime.combine(TODAY, datetime.time(9, 30), datetime.UTC)
YEAR = Scenario(TODAY - datetime.timedelta(days=364), TODAY)
SIZE = (120, 36)
_BEAT = 0.002


def main() -> None:
    """Print seconds, gaps and memory."""
    given = [each.partition("=")[2] for each in sys.argv if each.startswith("--store=")]
    if given:
        _measure(given[0])
        return
    invoices = 3_000 if "--small" in sys.argv else 100_000
    with tempfile.TemporaryDirectory(prefix="dun") as name:
        folder = Path(name)
        write_demo(folder / "demo", TODAY, customers=invoices * 2 // 15, invoices=invoices)
        database = connect(str(folder / "store.db"))
        _company(database, folder / "demo")
        database.close()
        _measure(str(folder / "store.db"))


@dataclass(slots=True)
class Gaps:
    """How long the process worked at a time, in milliseconds, by what was going on."""

    phase: str = ""
    found: dict[str, list[float]] = field(default_factory=dict)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            begun = time.process_time()
            await asyncio.sleep(_BEAT)
            busy = (time.process_time() - begun) * 1000
            self.found.setdefault(self.phase, []).append(busy)

    def said(self, phase: str) -> str:
        """The longest ones."""
        gaps = sorted(self.found.get(phase, [0.0]))
        over = sum(each > 50 for each in gaps)
        return (
            f"longest block {gaps[-1]:.0f} ms, 99.9 % below {gaps[int(len(gaps) * 0.999)]:.0f} ms,"
            f" {over} above 50 ms"
        )


def _measure(store: str) -> None:
    database = open_store(store)
    backend = Backend(database, ANNA, lambda: NOW)
    app = Admin(backend, state=State(None, {"area": "customers"}))
    asyncio.run(_run(app))
    database.close()


async def _run(app: Admin) -> None:
    gaps = Gaps()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1)
        watching = asyncio.create_task(gaps.watch())
        before = _memory()
        await _played(app, pilot, gaps)
        await _looked_at(app, pilot, gaps)
        watching.cancel()
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"memory of the admin: {before} MiB before, {_memory()} MiB after")
        print(f"memory of the process that plays: {children} MiB at most")


def _memory() -> int:
    """MiB that are resident."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20


async def _played(app: Admin, pilot: Pilot[None], gaps: Gaps) -> None:
    """Open the area, play a year, and scrub meanwhile."""
    gaps.phase = "mounting"
    begun = time.perf_counter()
    app.go("simulate")
    await _until(lambda: isinstance(app.screen, SimulateScreen))
    await pilot.pause()
    print(f"the screen is there after {time.perf_counter() - begun:.2f} s")
    screen = app.screen
    assert isinstance(screen, SimulateScreen)
    screen.choice = Choice("all")
    begun = time.perf_counter()
    screen.begin(YEAR)
    held = screen.held
    assert held is not None
    gaps.phase = "until the first rows"
    await _until(lambda: len(held.played) > 0)
    print(f"the first rows are there after {time.perf_counter() - begun:.2f} s")
    gaps.phase = "scrubbing while it is played"
    steps = []
    while not held.played.is_over:
        keys = ("right", "right", "L", "left", "down", "pagedown", "up")
        steps += [await _step(pilot, key) for key in keys]
        if screen.day > 350:
            await pilot.press("home")
    seconds = time.perf_counter() - begun
    print(f"{len(held.played):,} invoices over {held.span.days} days are played in {seconds:.0f} s")
    print(f"  {gaps.said('mounting')} (mounting)")
    print(f"  {gaps.said('until the first rows')} (until the first rows)")
    print(f"  {gaps.said('scrubbing while it is played')}; {_steps(steps)}")


async def _looked_at(app: Admin, pilot: Pilot[None], gaps: Gaps) -> None:
    """Scroll and scrub what was played."""
    screen = app.screen
    assert isinstance(screen, SimulateScreen)
    await pilot.pause(1)
    for name, keys in (
        ("a page further", ["pagedown"] * 200),
        ("a line further", ["down"] * 200),
        ("to the last line", ["G"]),
        ("a day further", ["home", *["right"] * 300]),
        ("a week back", ["H"] * 40),
        ("the next change of an invoice", ["right_square_bracket"] * 20),
    ):
        gaps.phase = name
        steps = [await _step(pilot, key) for key in keys]
        print(f"{name}: {_steps(steps)}; {gaps.said(name)}")
    for name, choice in (
        ("sorted by amount", Choice("all", order="amount")),
        ("sorted by customer", Choice("all", order="customer")),
        ("filtered by a word", Choice("all", "gmbh")),
        ("only this day", Choice("day")),
    ):
        gaps.phase = name
        begun = time.perf_counter()
        screen.choose(choice)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        print(f"{name}: {time.perf_counter() - begun:.2f} s; {gaps.said(name)}")
    gaps.phase = "playing 16 days a second"
    screen.choose(Choice("all"))
    await pilot.pause(0.5)
    await pilot.press("home", "p", "p", "p")
    await pilot.pause(5)
    screen.halt()
    print(f"playing 16 days a second: {gaps.said('playing 16 days a second')}")


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.02)


async def _step(pilot: Pilot[None], key: str) -> float:
    """Milliseconds of work from a key to a screen that is drawn."""
    begun = time.process_time()
    await pilot.press(key)
    return (time.process_time() - begun) * 1000


def _steps(found: list[float]) -> str:
    found = sorted(found)
    return (
        f"{len(found)} steps, {found[len(found) // 2]:.0f} ms in the middle,"
        f" {found[int(len(found) * 0.99)]:.0f} ms for 99 %, {found[-1]:.0f} ms at most"
    )
