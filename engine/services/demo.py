"""The demo: a fresh folder with the shipped policies and the ledger of a made-up company."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.io.ledger_write import write_ledger
from engine.services.demo_company import demo_ledger
from engine.services.shipped import shipped_policies

if TYPE_CHECKING:
    from pathlib import Path

    from engine.core.model import Ledger

QUARTER = datetime.timedelta(days=91)


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

    Raises FileExistsError if there is anything in the folder, and OSError where it cannot be
    written to.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    ledger = demo_ledger(today, seed, customers=customers, invoices=invoices)
    policies = folder / "policies"
    shutil.copytree(shipped_policies(), policies)
    write_ledger(folder / "ledger", ledger)
    return Demo(policies, folder / "ledger", ledger, today - QUARTER, today)
