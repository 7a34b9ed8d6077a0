"""Compare the engine with the oracle on many random cases: `python -m tests.oracle.fuzz 1000`.

A case is one invoice in a random ledger under random policies; it is decided on several days and
simulated over a range. Scenario number N is always the same, so `--first N` goes on where an
earlier search stopped, and repeats a difference that was found.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import signal
import sys
import time
import traceback
from functools import lru_cache
from multiprocessing import Pool
from random import Random
from typing import NamedTuple

from tests.oracle.differences import Comparison, Difference, compare
from tests.oracle.minimal import smallest
from tests.oracle.scenarios import Rules, Scenario, rules, scenario
from tests.oracle.shown import as_text

SECONDS_BETWEEN_LINES = 5
LEDGERS = 50
"""So many scenarios in a row have the same policies: to write and read them costs the most."""
STOPPED = 130
"""Exit code after Ctrl-C."""
OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""More than Python's own number: a case leaves many, and to look for garbage costs a tenth."""


class Tally(NamedTuple):
    """What was compared."""

    scenarios: int = 0
    cases: int = 0
    decisions: int = 0
    case_days: int = 0

    def plus(self, found: Comparison) -> Tally:
        """One scenario more."""
        return Tally(
            self.scenarios + 1,
            self.cases + found.cases,
            self.decisions + found.decisions,
            self.case_days + found.case_days,
        )

    def __str__(self) -> str:
        return (
            f"{self.cases:,} cases in {self.scenarios:,} scenarios: {self.decisions:,} decisions"
            f" and {self.case_days:,} simulated days of cases compared"
        )


def compared(asked: Scenario) -> Comparison:
    """Compare; an exception of either side is a difference too."""
    try:
        return compare(asked)
    except Exception:  # noqa: BLE001 - whatever it is, it is found
        return Comparison([Difference("no answer", traceback.format_exc(), None)])


def numbered(number: int) -> Scenario:
    """The scenario of that number, always the same."""
    given = numbered_rules(number // LEDGERS)
    return scenario(Random(f"ledger {number}"), given)  # noqa: S311 - repeatable, not secret


@lru_cache(maxsize=4)
def numbered_rules(number: int) -> Rules:
    """The policies of that number, always the same."""
    return rules(Random(f"policies {number}"))  # noqa: S311 - repeatable, not secret


def search(number: int) -> tuple[int, Comparison]:
    """Compare one scenario by its number."""
    return number, compared(numbered(number))


def kinds(asked: Scenario) -> set[tuple[str, ...]]:
    """What differs, in what way; a policy that no longer checks is no example."""
    try:
        return {difference.kind for difference in compare(asked).differences}
    except AssertionError:
        return set()


def example(number: int) -> str:
    """A minimal example of the difference in a scenario."""
    whole = numbered(number)
    found = compared(whole).differences
    small = whole
    if found and found[0].question != "no answer":
        kind = found[0].kind
        small = smallest(whole, lambda asked: kind in kinds(asked))
        found = compared(small).differences
    return "\n".join([f"scenario {number}, made small:", as_text(small), *map(str, found)])


def say(line: str) -> None:
    """Report progress."""
    sys.stderr.write(line + "\n")


def prepare() -> None:
    """Make a process ready to compare."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the first, which ends the others
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def run(first: int, wanted: int, jobs: int | None) -> int:
    """Compare scenarios until so many cases are done; 1 if a difference was found."""
    tally, following = Tally(), first
    began = shown = time.monotonic()

    def so_far() -> str:
        return f"{tally}, {tally.cases / (time.monotonic() - began):,.0f} cases a second"

    with Pool(jobs, prepare) as pool:
        try:
            for number, found in pool.imap(search, itertools.count(first), chunksize=LEDGERS):
                if found.differences:
                    pool.terminate()
                    sys.stdout.write(example(number) + "\n")
                    say(f"{so_far()}; --first {number} repeats the difference")
                    return 1
                tally, following = tally.plus(found), number + 1
                if tally.cases >= wanted:
                    break
                if time.monotonic() - shown > SECONDS_BETWEEN_LINES:
                    shown = time.monotonic()
                    say(f"{so_far()}; no difference")
        except KeyboardInterrupt:
            say("stopped")
        pool.terminate()
    say(f"{so_far()}; no difference; --first {following} goes on")
    return 0 if tally.cases >= wanted else STOPPED


def main() -> int:
    """Read the arguments and search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int, nargs="?", default=1000, help="how many cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first scenario")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="how many processes (one for each core)"
    )
    arguments = parser.parse_args()
    return run(arguments.first, arguments.cases, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
