"""The demo: a fresh folder with the shipped policies and the ledger of a made-up company."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.io.ledger_write import write_ledger
from engine.services.demo_company import demo_ledger
from engine.services.demo_dunning import dunned
from engine.services.policies import read_policies
from engine.services.shipped import shipped_policies

if TYPE_CHECKING:
    from engine.core.model import Ledger

QUARTER = datetime.timedelta(days=89)
"""From its first day to its last."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that was written."""

    policies: Path
    ledger_folder: Path
    ledger: Ledger
    first: datetime.date
    """The quarter before the day it was made for: its first day ..."""
    last: datetime.date
    """... and its last."""


def write_demo(
    folder: Path,
    today: datetime.date,
    seed: int = 1,
    *,
    customers: int = 400,
    invoices: int = 3_000,
) -> Demo:
    """Write `policies/` and `ledger/` into a folder, which is made if it is not there.

    The ledger holds what these policies would have executed before the quarter that ends with
    `today`. The demo is there as a whole or not at all, whatever stops it. Raises FileExistsError
    if there is anything in the folder, and OSError where it cannot be written to.
    """
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    part = Path(tempfile.mkdtemp(prefix=".demo-", dir=folder))
    try:
        shutil.copytree(shipped_policies(), part / "policies")
        made_up = demo_ledger(today, seed, customers=customers, invoices=invoices)
        policies = read_policies([part / "policies"]).together()
        ledger = dunned(made_up, policies, today - QUARTER, seed)
        write_ledger(part / "ledger", ledger)
        for name in ("policies", "ledger"):
            # Of two demos that are written at once, one comes too late here.
            (part / name).rename(folder / name)
    finally:
        shutil.rmtree(part)
        if made and not any(folder.iterdir()):
            folder.rmdir()
    return Demo(folder / "policies", folder / "ledger", ledger, today - QUARTER, today)
