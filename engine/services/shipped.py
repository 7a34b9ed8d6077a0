"""The policies that come with `dun`, and which policies count where none are named."""

from __future__ import annotations

from pathlib import Path

FOLDER = "policies"


def shipped_policies() -> Path:
    """The folder of the policies that come with `dun`, in a checkout or an installed package."""
    engine = Path(__file__).parents[1]
    installed = engine / "data" / FOLDER
    return installed if installed.is_dir() else engine.parent / FOLDER


def default_policies(ledger: Path) -> Path:
    """`policies` beside a ledger's folder, else in the working folder, else the shipped ones."""
    beside = ledger.absolute().parent / FOLDER
    if beside.is_dir():
        # As short as the ledger was named: `demo/ledger` has its policies in `demo/policies`.
        return ledger.parent / FOLDER if ledger.name not in ("", "..") else beside
    here = Path(FOLDER)
    return here if here.is_dir() else shipped_policies()
