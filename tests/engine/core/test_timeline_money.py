"""Open amounts and unapplied money: payments, credits, instalments, reversals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.timeline import history_of, timelines, totals, unapplied
from tests.engine.ledgers import day, event, facts, invoice, ledger, moment, shown

if TYPE_CHECKING:
    from engine.core.model import Ledger


def left_over(book: Ledger, date: str, currency: str = "EUR") -> int:
    return unapplied(history_of(book, "C-1", None), currency, day(date).toordinal())


def test_a_payment_counts_on_its_day() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-05", amount="30.00")])
    assert facts(book, "2026-02-04").open == 10000
    assert facts(book, "2026-02-05").open == 7000
    assert facts(book, "2026-02-05").original == 10000


def test_an_overpayment_is_an_unapplied_credit_of_the_customer() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-05", amount="130.00")])
    assert facts(book, "2026-02-05").open == 0
    assert left_over(book, "2026-02-04") == 0
    assert left_over(book, "2026-02-05") == 3000


def test_a_payment_on_a_document_settles_the_oldest_instalment_first() -> None:
    book = ledger(
        [
            invoice("R-1", due="2026-03-31", document="D-1"),
            invoice("R-2", due="2026-01-31", document="D-1"),
            invoice("R-3", due="2026-02-28", document="D-1"),
        ],
        [event("payment", "2026-02-05", "D-1", amount="150.00")],
    )
    assert [facts(book, "2026-02-05", name).open for name in ("R-1", "R-2", "R-3")] == [
        10000,
        0,
        5000,
    ]


def test_the_oldest_instalment_is_the_one_that_is_due_first_by_then() -> None:
    book = ledger(
        [
            invoice("R-1", due="2026-01-31", document="D-1"),
            invoice("R-2", due="2026-02-28", document="D-1"),
        ],
        [
            event("due_changed", "2026-02-01", "R-1", value=day("2026-04-30")),
            event("payment", "2026-02-05", "D-1", amount="100.00"),
        ],
    )
    assert facts(book, "2026-02-05", "R-1").open == 10000
    assert facts(book, "2026-02-05", "R-2").open == 0


def test_a_payment_on_the_customer_stays_unapplied() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-05", "C-1", amount="40.00")])
    assert facts(book, "2026-02-05").open == 10000
    assert left_over(book, "2026-02-05") == 4000


def test_unapplied_money_is_kept_by_currency() -> None:
    book = ledger(
        [invoice(), invoice("R-2", "100.00 CHF")],
        [event("credit", "2026-02-05", "C-1", amount="40.00 CHF")],
    )
    assert left_over(book, "2026-02-05", "CHF") == 4000
    assert left_over(book, "2026-02-05", "EUR") == 0


def test_a_reversal_takes_the_unapplied_surplus_first_then_what_was_applied() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="130.00", id="P-1"),
            event("reversal", "2026-02-06", value="P-1", amount="50.00"),
            event("reversal", "2026-02-07", value="P-1"),
        ],
    )
    assert (facts(book, "2026-02-06").open, left_over(book, "2026-02-06")) == (2000, 0)
    assert (facts(book, "2026-02-07").open, left_over(book, "2026-02-07")) == (10000, 0)


def test_a_reversal_on_a_document_opens_the_youngest_paid_instalment_first() -> None:
    book = ledger(
        [
            invoice("R-1", due="2026-01-31", document="D-1"),
            invoice("R-2", due="2026-02-28", document="D-1"),
        ],
        [
            event("payment", "2026-02-05", "D-1", amount="200.00", id="P-1"),
            event("reversal", "2026-02-06", "D-1", value="P-1", amount="120.00"),
        ],
    )
    assert facts(book, "2026-02-06", "R-1").open == 2000
    assert facts(book, "2026-02-06", "R-2").open == 10000


def test_a_surplus_of_another_payment_does_not_fill_the_hole() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("payment", "2026-02-06", amount="25.00", id="P-2"),
            event("reversal", "2026-02-07", value="P-1"),
        ],
    )
    assert (facts(book, "2026-02-07").open, left_over(book, "2026-02-07")) == (10000, 2500)


def test_a_reversal_recorded_before_its_payment_still_takes_it_back() -> None:
    book = ledger(
        [invoice()],
        [
            event("reversal", "2026-02-05", value="P-1", amount="40.00"),
            event("payment", "2026-02-05", amount="100.00", id="P-1", recorded="2026-02-05T14:00"),
        ],
    )
    assert facts(book, "2026-02-05").open == 4000


def test_a_payment_on_an_invoice_not_known_yet_is_unapplied() -> None:
    book = ledger(
        [invoice(recorded="2026-03-01")],
        [event("payment", "2026-02-05", amount="40.00")],
    )
    known = moment("2026-02-10T00:00")
    assert timelines(book, known) == {}
    history = history_of(book, "C-1", known)
    assert unapplied(history, "EUR", day("2026-02-05").toordinal()) == 4000


def test_reopening_starts_a_cycle_on_its_day() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("reversal", "2026-02-09", value="P-1", amount="1.00"),
        ],
    )
    assert shown(facts(book, "2026-02-08").cycle_since) == "from the start"
    assert shown(facts(book, "2026-02-09").cycle_since) == "2026-02-09"


def test_settled_and_reopened_within_a_day_is_neither() -> None:
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("reversal", "2026-02-05", value="P-1"),
        ],
    )
    assert len(timelines(book, None)["R-1"].spans) == 1


def test_totals_count_what_exists_is_open_and_overdue_in_one_currency() -> None:
    book = ledger(
        [
            invoice("R-1", "100.00"),
            invoice("R-2", "50.00", due="2026-02-05"),
            invoice("R-3", "7.00", issued="2026-02-06", due="2026-03-06"),
            invoice("R-4", "9.00 CHF"),
            invoice("R-5", "30.00"),
        ],
        [event("payment", "2026-02-01", "R-5", amount="30.00")],
    )
    lines = timelines(book, None).values()
    assert totals(lines, "EUR", day("2026-02-05").toordinal()) == (15000, 10000, 2, 1)
    assert totals(lines, "EUR", day("2026-02-06").toordinal()) == (15700, 15000, 3, 2)
    assert totals(lines, "CHF", day("2026-02-05").toordinal()) == (900, 900, 1, 1)
    assert totals(lines, "GBP", day("2026-02-05").toordinal()) == (0, 0, 0, 0)
