"""`python -m bench [NAME...]`: run the measurements, all of them or those named."""

from __future__ import annotations

import importlib
import sys

MEASUREMENTS = (
    *("decision", "simulation", "reading", "importing", "runs", "reports", "http", "load", "admin"),
    "admin_simulate",
    "admin_editor",
    "admin_work",
)


def main() -> None:
    """Run each measurement and print what it found."""
    named = [name for name in sys.argv[1:] if not name.startswith("-")]
    for name in named or MEASUREMENTS:
        if name not in MEASUREMENTS:
            sys.exit(f"no measurement is called {name}; there are {', '.join(MEASUREMENTS)}")
        print(f"== {name}")
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
