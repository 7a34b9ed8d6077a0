"""Two years of real payments, dunned by a policy whose letters can be counted in the file.

What must come out is worked out from the file's own columns, by subtraction and nothing else.
"""

from __future__ import annotations

import csv
import datetime
from functools import cache
from typing import TYPE_CHECKING

from dunlang.source import Source
from engine.core.knowledge import known_at
from engine.core.simulate import Range, SimulationEvent, simulate_debtor
from engine.core.timeline import index_ledger
from engine.io.ledger import read_ledger
from engine.io.ledger_write import write_ledger
from engine.services.policies import load_policies
from tests.real.convert_ibm import main
from tests.real.ibm import Row, ledger, made_up, rows

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
policy histories version 1 "Late payment histories"
  effective 2010-01-01
  currency USD
  timezone UTC

hold "disputed" while invoice.disputed

stage reminder "Payment reminder"
  after 3 days overdue
  by email

stage notice "First reminder"
  after 7 days
  by email
  pay within 7 days

stage final "Last reminder"
  after 3 days past deadline
  by email
"""
LADDER = {"reminder": 3, "notice": 10, "final": 20}
"""Days overdue on which each stage falls under this policy, if nothing holds it."""

HISTORY = rows()


@cache
def outcome() -> list[SimulationEvent]:
    """The policy played over all of the file's time."""
    policies = load_policies([Source("policies/histories/1.dun", POLICY)])
    assert policies.usable
    first = min(row.issued for row in HISTORY)
    last = max(max(row.settled, row.due) for row in HISTORY) + datetime.timedelta(days=60)
    played = Range(first.toordinal(), last.toordinal())
    index = index_ledger(ledger(HISTORY))
    return [
        event
        for name in index.debtors
        for event in simulate_debtor(
            name, [known_at(index, name, 0, None)], policies.together(), played
        )
    ]


def stages(name: str | None = None) -> dict[str, datetime.date]:
    """Day of a stage by invoice, or of the last stage of any name."""
    found = [each for each in outcome() if each.event == "stage" and name in (None, each.stage)]
    return {each.case: each.on for each in sorted(found, key=lambda each: each.order)}


def after(row: Row, days: int) -> datetime.date:
    return row.due + datetime.timedelta(days=days)


def test_the_file_counts_days_late_as_we_do() -> None:
    assert [row.days_late for row in HISTORY] == [
        max(0, (row.settled - row.due).days) for row in HISTORY
    ]
    assert len(HISTORY) == 2466


def test_every_stage_falls_on_its_day_and_no_other_is_executed() -> None:
    expected = {
        (row.invoice, after(row, days), stage)
        for row in HISTORY
        for stage, days in LADDER.items()
        if row.days_late > days and not row.disputed
    }
    found = [(each.case, each.on, each.stage) for each in outcome() if each.event == "stage"]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert len(expected) > 300


def test_nobody_is_written_to_on_or_after_the_day_they_paid() -> None:
    settled = {row.invoice: row.settled for row in HISTORY}
    assert [case for case, on in stages().items() if on >= settled[case]] == []


def test_nobody_is_reminded_before_the_third_day_overdue() -> None:
    third = {row.invoice: after(row, 3) for row in HISTORY}
    assert [case for case, on in stages("reminder").items() if on < third[case]] == []


def test_who_is_late_is_reminded_once_unless_a_dispute_holds_it() -> None:
    late = {row.invoice for row in HISTORY if row.days_late > 3}
    disputed = {row.invoice for row in HISTORY if row.disputed}
    assert stages("reminder").keys() == late - disputed
    held = {each.case: each for each in outcome() if each.event == "held"}
    assert held.keys() == late & disputed
    assert {each.reason for each in held.values()} == {"disputed"}


def test_a_case_is_settled_on_the_day_it_was_paid() -> None:
    expected = {
        (row.invoice, row.settled) for row in HISTORY if row.days_late > 3 and not row.disputed
    }
    assert {(each.case, each.on) for each in outcome() if each.event == "settled"} == expected


def test_the_ledger_of_it_is_read_back_without_a_problem(tmp_path: Path) -> None:
    book = ledger(HISTORY)
    write_ledger(tmp_path, book)
    assert read_ledger(tmp_path, {}) == (book, [])


def test_the_script_makes_a_ledger_of_a_file(tmp_path: Path) -> None:
    source = tmp_path / "late.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        stream.write(
            "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,"
            "Disputed,SettledDate,PaperlessBill,DaysToSettle,DaysLate\n"
        )
        writer = csv.writer(stream)
        for row in made_up():
            issued, due, settled = (
                f"{day.month}/{day.day}/{day.year}" for day in (row.issued, row.due, row.settled)
            )
            writer.writerow(
                (
                    *(row.region, row.customer, issued, row.invoice, issued, due, row.amount),
                    *("Yes" if row.disputed else "No", settled),
                    "Paper" if row.by_paper else "Electronic",
                    *((row.settled - row.issued).days, row.days_late),
                )
            )
    assert main([str(source), str(tmp_path / "ledger")]) == 0
    assert read_ledger(tmp_path / "ledger", {}) == (ledger(made_up()), [])


def test_the_script_says_how_it_is_called() -> None:
    assert main([]) == 2
