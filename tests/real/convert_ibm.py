"""Make a ledger folder of IBM's sample "Late Payment Histories".

    python -m tests.real.convert_ibm ibm_late_payments.csv FOLDER

What is assumed where the file is silent stands in `tests/real/ibm.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.io.ledger_write import write_ledger
from tests.real.ibm import ledger, read


def main(arguments: list[str]) -> int:
    """Convert one file; 2 if it was called wrongly."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    source, folder = map(Path, arguments)
    write_ledger(folder, ledger(read(source)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
