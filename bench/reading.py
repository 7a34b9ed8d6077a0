"""What reading costs: a long policy full of mistakes, and a ledger.

The policy has 2,000 lines and 20 mistakes; it is read, checked and its problems printed. The peer
is Python's own `tokenize` over the same text: what it takes to look at every word once. The ledger
is read and checked row by row; the peer is `csv.reader` over the same files.

Run with `python -m bench reading`.
"""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
import time
import tokenize
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.compile import compile_source
from dunlang.render import as_text
from dunlang.source import Source
from engine.io.ledger import read_ledger
from engine.io.ledger_write import write_ledger
from engine.services.demo_company import FACT_TYPES, demo_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = """\
policy long version 1 "Long"
  effective 2026-01-01
  currency EUR
  timezone UTC

"""
STAGE = """\
stage stage_{n} "Stage {n}"
  after {n} days overdue
  when open amount >= 10 EUR and customer.kind is business
  by email else post
  fee 2% of open amount at least 1.00 EUR at most 25.00 EUR
  pay within 7 business days

"""
SLIPS = (
    ("stage stage", "stge stage"),
    ("days overdue", "dys overdue"),
    ("is business", "is busines{n}"),
    ("by email", "by e_mail{n}"),
    ("fee 2%", "fee 2 %{n}"),
)
MISTAKES = 20
LINES = 2_000


def long_policy() -> str:
    """A policy of 2,000 lines with a mistake in every hundredth."""
    stages = [STAGE.format(n=n + 1) for n in range((LINES - 5) // 7)]
    every = len(stages) // MISTAKES
    for mistake in range(MISTAKES):
        right, wrong = SLIPS[mistake % len(SLIPS)]
        at = mistake * every
        stages[at] = stages[at].replace(right, wrong.format(n=mistake))
    return HEADER + "".join(stages)


def main() -> None:
    """Print seconds and ratios for the policy and for the ledger."""
    text = long_policy()
    source = Source("long.dun", text)
    problems = compile_source(source)[1]
    shown = as_text(problems).count("error[")
    ours = _seconds(lambda: as_text(compile_source(source)[1]))
    words = io.StringIO(text)
    peer = _seconds(lambda: _tokens(words))
    print(
        f"policy of {source.line_count} lines, {shown} mistakes found: {ours:.2f} s,"
        f" {ours / peer:.1f} times Python's tokenize ({peer:.2f} s)"
    )
    today = datetime.date(2026, 3, 31)
    with tempfile.TemporaryDirectory() as folder:
        for invoices in (3_000, 100_000):
            ledger = demo_ledger(today=today, customers=invoices // 8, invoices=invoices)
            path = Path(folder) / str(invoices)
            write_ledger(path, ledger)
            ours = _seconds(partial(read_ledger, path, FACT_TYPES), rounds=1)
            peer = _seconds(partial(_rows, path), rounds=1)
            rows = len(ledger.customers) + len(ledger.invoices) + len(ledger.events)
            print(
                f"ledger of {invoices} invoices, {rows} rows: {ours:.2f} s, {rows / ours:,.0f} rows"
                f" a second, {ours / peer:.0f} times csv.reader ({peer:.2f} s)"
            )


def _tokens(text: io.StringIO) -> None:
    text.seek(0)
    for _ in tokenize.generate_tokens(text.readline):
        pass


def _rows(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open(encoding="utf-8", newline="") as opened:
            for _ in csv.reader(opened):
                pass


def _seconds(work: Callable[[], object], rounds: int = 3) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best
