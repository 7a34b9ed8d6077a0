"""Ageing and exposure: what is open, how old it is, where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.services.reports.ageing import Aged, Ageing, ageing, buckets
from engine.services.reports.exposure import COVERED, Exposed, Exposure, State, exposure
from engine.services.reports.groups import share
from engine.services.reports.reading import debtors_in
from tests.engine.ledgers import day, event, invoice, ledger, moment
from tests.engine.playing import HEADER, plan, policies

if TYPE_CHECKING:
    import datetime

    from engine.core.model import Ledger
    from engine.core.policies import PolicySet
    from engine.services.reports.groups import By

ON = "2026-03-16"
LADDER = """\
segment big when customer.kind is business
segment german when customer.country is DE
exclude "too small" when open amount < 10 EUR
hold "disputed" while invoice.disputed
hold "promised" while promise is pending
stage reminder
  after 3 days overdue
  by portal
  fee 5.00 EUR
stage final
  after 20 days
  by portal
"""
ACCOUNTS = """\
policy test version 1
  effective 2020-01-01
  currency EUR
  timezone UTC
  dun each account
exclude "too small" when invoice.amount < 10 EUR
hold "disputed" while invoice.disputed
stage statement
  after 3 days overdue
  by portal
"""
INVOICES = HEADER + LADDER


def aged(
    book: Ledger,
    *by: By,
    text: str = INVOICES,
    limits: tuple[int, ...] = (30, 60, 90),
    known: datetime.datetime | None = None,
    on: str = ON,
) -> Ageing:
    debtors = debtors_in(index_ledger(book), under(text), day(on), known)
    return ageing(debtors, day(on), limits, by)


def exposed(book: Ledger, *by: By, text: str = INVOICES, on: str = ON) -> Exposure:
    debtors = debtors_in(index_ledger(book), under(text), day(on))
    return exposure(debtors, day(on), by or ("policy", "stage"))


def under(text: str) -> PolicySet:
    return policies(plan(text))


def euros(found: Ageing) -> Aged:
    return found.totals["EUR"]


def states(found: Exposure) -> dict[tuple[str, str | None], int]:
    every = found.currencies["EUR"].states.items()
    return {(state.outcome, state.reason): each.amount for state, each in every}


def coming(found: Exposure) -> list[tuple[int | None, str, int]]:
    """Within how many days which stage comes to how much."""
    every = found.currencies["EUR"].coming.items()
    return [(key.within, key.stage, each.amount) for key, each in every]


# ------------------------------------------------------------------------------------- ageing


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        ("2026-06-01", "not due"),
        ("2026-03-16", "not due"),  # the due date itself
        ("2026-03-15", "1-30"),
        ("2026-02-14", "1-30"),  # the 30th day
        ("2026-02-13", "31-60"),
        ("2025-12-16", "61-90"),  # the 90th day
        ("2025-12-15", "over 90"),
    ],
)
def test_an_item_is_in_the_bucket_of_its_days_overdue(due: str, bucket: str) -> None:
    found = aged(ledger([invoice(due=due, issued="2025-01-01")]))
    full = [
        each.name for each, items in zip(found.buckets, euros(found).items, strict=True) if items
    ]
    assert full == [bucket]


def test_a_due_date_that_was_moved_counts_as_it_is_on_the_day() -> None:
    moved = event("due_changed", "2026-03-10", value=day("2026-04-01"))
    book = ledger([invoice()], [moved])
    assert euros(aged(book, on="2026-03-09")).items == [0, 0, 1, 0, 0]
    assert euros(aged(book)).items == [1, 0, 0, 0, 0]


def test_buckets_can_have_other_limits_in_any_order() -> None:
    assert [each.name for each in buckets((14, 7, 14))] == ["not due", "1-7", "8-14", "over 14"]
    assert [each.column for each in buckets((7,))] == ["not_due", "days_1_7", "over_7"]


def test_what_was_paid_in_part_counts_with_the_rest_and_what_was_paid_not_at_all() -> None:
    paid = [
        event("payment", "2026-03-01", "R-1", amount="30.00"),
        event("payment", "2026-03-01", "R-2", amount="100.00"),
    ]
    found = euros(aged(ledger([invoice("R-1"), invoice("R-2")], paid)))
    assert (sum(found.items), found.amount, found.customers) == (1, 7_000, 1)


def test_an_invoice_that_does_not_exist_yet_is_not_open() -> None:
    later = invoice("R-2", issued="2026-04-01", due="2026-05-01")
    assert euros(aged(ledger([invoice("R-1"), later]))).amount == 10_000


def test_only_what_was_recorded_by_then_counts() -> None:
    late = event("payment", "2026-03-01", amount="100.00", recorded="2026-03-20")
    book = ledger([invoice()], [late])
    assert aged(book).totals == {}
    assert euros(aged(book, known=moment("2026-03-19"))).amount == 10_000


def test_currencies_are_never_added_up() -> None:
    book = ledger([invoice("R-1"), invoice("R-2", "900 JPY")])
    found = aged(book)
    assert {code: each.amount for code, each in found.totals.items()} == {"EUR": 10_000, "JPY": 900}


def test_the_disputed_part_is_told_apart() -> None:
    book = ledger([invoice("R-1"), invoice("R-2", "50.00")], [event("dispute", ON, "R-2")])
    found = euros(aged(book))
    assert (found.amount, found.disputed) == (15_000, [0, 0, 5_000, 0, 0])


def test_money_that_no_invoice_took_and_unpaid_fees_stand_beside_what_is_open() -> None:
    happened = [
        event("payment", "2026-03-01", "C-1", amount="20.00"),
        event("stage", "2026-02-03", "R-1", stage="reminder"),
        event("charge_waived", "2026-03-02", "R-1", amount="2.00"),
    ]
    found = euros(aged(ledger([invoice()], happened)))
    assert (found.amount, found.unapplied, found.charges) == (10_000, 2_000, 300)


def test_what_was_paid_beyond_an_invoice_pays_its_fee() -> None:
    happened = [
        event("stage", "2026-02-03", "R-1", stage="reminder"),
        event("payment", "2026-03-01", "R-1", amount="108.00"),
    ]
    found = euros(aged(ledger([invoice()], happened)))
    assert (found.amount, found.unapplied, found.charges) == (0, 300, 0)


def test_a_customer_who_only_paid_counts_too() -> None:
    book = ledger([], [event("payment", ON, "C-1", amount="5.00")], [Customer("C-1")])
    assert euros(aged(book)).unapplied == 500


def test_who_pays_for_another_is_the_customer() -> None:
    people = [Customer("C-2", {"country": "AT"}, "C-1"), Customer("C-1", {"country": "DE"})]
    book = ledger([invoice(customer="C-2"), invoice("R-2", "50.00")], customers=people)
    found = aged(book, "customer", "country")
    assert {key: each.amount for key, each in found.groups["EUR"].items()} == {
        ("C-1", "DE"): 15_000
    }
    assert euros(found).customers == 1


def test_groups_of_customers_say_what_of_their_money_is_unapplied() -> None:
    people = [Customer("C-1", {"country": "DE"}), Customer("C-2", {"country": "AT"})]
    paid = event("payment", ON, "C-2", amount="7.00")
    book = ledger([invoice(), invoice("R-2", customer="C-2")], [paid], people)
    groups = aged(book, "country").groups["EUR"]
    assert {key: each.unapplied for key, each in groups.items()} == {("DE",): 0, ("AT",): 700}
    assert not aged(book, "stage").is_by_debtor


def test_an_item_is_in_one_group_by_all_its_segments_its_policy_and_its_stage() -> None:
    people = [
        Customer("C-1", {"country": "DE", "kind": "business"}),
        Customer("C-2", {"country": "DE", "kind": "consumer"}),
        Customer("C-3", {}),
    ]
    book = ledger(
        [invoice(f"R-{n}", customer=f"C-{n}") for n in (1, 2, 3)],
        [event("stage", "2026-02-03", "R-1", stage="reminder")],
        people,
    )
    groups = aged(book, "segment", "policy", "stage").groups["EUR"]
    assert set(groups) == {
        ("big, german", "test", "reminder"),
        ("german", "test", None),
        (None, "test", None),
    }


def test_what_no_policy_covers_is_open_all_the_same() -> None:
    groups = aged(ledger([invoice("R-1", "5.00 USD")]), "policy", "segment").groups["USD"]
    assert set(groups) == {(None, None)}


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 3, "33.3"),
        (1, 1, "100.0"),
        (0, 5, "0.0"),
        (0, 0, "0.0"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
    ],
)
def test_a_share_has_one_decimal_and_is_rounded_half_up(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


# ----------------------------------------------------------------------------------- exposure


def test_where_amounts_stand_is_what_would_be_decided_for_them() -> None:
    book = ledger(
        [
            invoice("R-1"),
            invoice("R-2", "5.00"),
            invoice("R-3", "20.00"),
            invoice("R-4", "30.00"),
            invoice("R-5", "40.00", due="2026-05-01"),
            invoice("R-6", "50.00"),
        ],
        [
            event("dispute", ON, "R-3"),
            event("promise", ON, "R-4", amount="30.00", until="2026-03-20"),
            event("stage", "2026-03-10", "R-6", stage="reminder"),
        ],
    )
    assert states(exposed(book)) == {
        ("act", None): 10_000,
        ("excluded", "too small"): 500,
        ("held", "disputed"): 2_000,
        ("held", "promised"): 3_000,
        ("not_due", None): 4_000,
        ("waiting", None): 5_000,
    }


def test_amounts_that_nobody_duns_are_told_with_the_reason() -> None:
    found = exposed(ledger([invoice("R-1", "5.00 USD")])).currencies["USD"]
    assert [*found.states] == [State("no_policy", "no policy covers it")]


def test_what_comes_next_is_told_by_when() -> None:
    book = ledger(
        [
            invoice("R-1"),
            invoice("R-2", "20.00", due="2026-03-20"),  # reminder on the 23rd, in 7 days
            invoice("R-3", "30.00", due="2026-03-21"),
            invoice("R-4", "40.00", due="2026-04-13"),  # on 16 April, in 31 days
        ]
    )
    assert coming(exposed(book)) == [
        (0, "reminder", 10_000),
        (7, "reminder", 2_000),
        (30, "reminder", 3_000),
        (None, "reminder", 4_000),
    ]


def test_what_is_held_is_not_told_as_coming() -> None:
    assert coming(exposed(ledger([invoice()], [event("dispute", ON)]))) == []


def test_the_largest_debts_come_first() -> None:
    book = ledger(
        [
            invoice("R-1", "10.00", customer="C-1"),
            invoice("R-2", "30.00", customer="C-2"),
            invoice("R-3", "15.00", customer="C-1"),
            invoice("R-4", "30.00", customer="C-3"),
        ]
    )
    found = exposed(book).currencies["EUR"]
    assert [(debt.customer, debt.amount, debt.items) for debt in found.largest(2)] == [
        ("C-2", 3_000, 1),
        ("C-3", 3_000, 1),
    ]
    assert [debt.customer for debt in found.largest(9)] == ["C-2", "C-3", "C-1"]


def account_of(found: Exposure) -> Exposed:
    return found.currencies["EUR"]


def test_invoices_in_an_account_stand_where_the_account_stands() -> None:
    book = ledger(
        [
            invoice("R-1"),
            invoice("R-2", "50.00"),
            invoice("R-3", "5.00"),
            invoice("R-4", "70.00", due="2026-05-01"),
            invoice("R-5", "6.00", due="2026-05-01"),
        ],
        [event("dispute", ON, "R-2"), event("stage", "2026-02-03", "C-1:EUR", stage="statement")],
    )
    found = exposed(book, text=ACCOUNTS)
    assert states(found) == {
        ("no_stage_left", None): 10_000,
        ("held", "disputed"): 5_000,
        ("excluded", "too small"): 1_100,
        ("not_due", None): 7_000,
    }
    assert {key: each.amount for key, each in account_of(found).groups.items()} == {
        ("test", "statement"): 23_100
    }


def test_an_account_that_unapplied_money_covers_says_so() -> None:
    paid = event("payment", ON, "C-1", amount="100.00")
    assert states(exposed(ledger([invoice()], [paid]), text=ACCOUNTS)) == {
        ("settled", COVERED): 10_000
    }


def test_a_case_that_cannot_be_decided_stops_none_of_the_others() -> None:
    rate = 'rate base from "base"\ninterest base + 5 pp\n'
    charging = "stage reminder\n  after 3 days overdue\n  by portal\n  charge interest\n"
    book = ledger([invoice("R-1"), invoice("R-2", "20.00", due="2026-05-01")])
    found = states(exposed(book, text=HEADER + rate + charging))
    assert {outcome for outcome, _ in found} == {"undecided", "not_due"}
    assert sum(found.values()) == 12_000
