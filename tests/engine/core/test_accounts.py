"""A customer's account in one currency, dunned as one.

`dun each account` duns a customer's account in one currency as one; its id is `CUSTOMER:CURRENCY`,
always. The account's open amount is the sum of its *overdue* invoices' open amounts less unapplied
credits and payments of the customer; its due date and invoice date are those of its oldest overdue
invoice (by due date, then invoice date, then id); it is settled when nothing is overdue.
`dun each account by invoice.entity` splits accounts further by a fact of the invoice. A customer
with a `payer` is dunned through the payer, at any depth. `exclude` and `hold` rules that look at
`invoice.*` are asked of each invoice and take it out of the account while they apply. Amounts in
different currencies are never added up. An account is settled when its open amount is zero or less.
One whose overdue invoices are all taken out by rules is excluded or held with the rule's text, and
its cycle goes on. Inside a rule that is asked per invoice, `open amount` is that invoice's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, played, policies, story, told

if TYPE_CHECKING:
    from engine.core.model import Invoice

HEADER = """policy acc version 1
  effective 2020-01-01
  currency EUR, CHF
  timezone UTC
  dun each account
"""
LADDER = """
stage reminder
  after 3 days overdue
  task "Write"
stage notice
  after 7 days
  task "Call"
"""
PLAIN = policies(plan(HEADER + LADDER))
DISPUTED = policies(plan(HEADER + 'hold "disputed" while invoice.disputed\n' + LADDER))


def test_its_amount_is_what_is_overdue_less_the_customers_unapplied_money() -> None:
    book = ledger(
        [
            invoice("R-1", "100.00"),
            invoice("R-2", "50.00", due="2026-02-10"),
            invoice("R-3", "70.00", due="2026-03-31"),
        ],
        [
            event("payment", "2026-02-05", "C-1", amount="20.00"),
            event("credit", "2026-02-06", "C-1", amount="10.00"),
        ],
    )
    amounts = {
        on: str(ask(book, PLAIN, on, "C-1:EUR").open_amount)
        for on in ("2026-01-31", "2026-02-01", "2026-02-05", "2026-02-10", "2026-02-11")
    }
    assert amounts == {
        "2026-01-31": "0.00 EUR",
        "2026-02-01": "100.00 EUR",
        "2026-02-05": "80.00 EUR",
        "2026-02-10": "70.00 EUR",
        "2026-02-11": "120.00 EUR",
    }


def test_money_on_the_account_itself_lowers_it() -> None:
    book = ledger([invoice()], [event("payment", "2026-02-05", "C-1:EUR", amount="99.00")])
    assert str(ask(book, PLAIN, "2026-02-05", "C-1:EUR").open_amount) == "1.00 EUR"


def test_it_is_settled_when_nothing_is_overdue_though_something_is_owed() -> None:
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-03-31")],
        [event("payment", "2026-02-05", "R-1", amount="100.00")],
    )
    assert ask(book, PLAIN, "2026-02-05", "C-1:EUR").outcome == "settled"
    assert story(book, PLAIN, "2026-01-01", "2026-04-05") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-05 C-1:EUR settled",
        "2026-04-01 C-1:EUR reopened",
        "2026-04-03 C-1:EUR stage reminder",
    ]


def test_it_is_settled_when_credits_cover_what_is_overdue_exactly() -> None:
    book = ledger([invoice()], [event("credit", "2026-02-04", "C-1", amount="100.00")])
    assert story(book, PLAIN, "2026-01-01", "2026-03-01") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-04 C-1:EUR settled",
    ]
    short = ledger([invoice()], [event("credit", "2026-02-04", "C-1", amount="99.99")])
    assert story(short, PLAIN, "2026-01-01", "2026-03-01") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-10 C-1:EUR stage notice",
    ]


def test_waits_count_from_the_invoice_that_is_the_oldest_on_the_day() -> None:
    where = policies(
        plan(
            HEADER
            + 'stage reminder\n  after 3 days overdue\n  task "Write"\n'
            + 'stage notice\n  after 15 days overdue\n  task "Call"\n'
        )
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-10")],
        [event("payment", "2026-02-12", "R-1", amount="100.00")],
    )
    assert story(book, where, "2026-01-01", "2026-03-01") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-25 C-1:EUR stage notice",
    ]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (invoice("R-2", issued="2025-12-25"), "2026-02-03"),
        (invoice("R-2", issued="2026-01-20", due="2026-01-30"), "2026-03-01"),
        (invoice("R-2", issued="2025-12-20", due="2026-02-01"), "2026-02-10"),
    ],
)
def test_the_oldest_is_so_by_due_date_then_invoice_date(second: Invoice, expected: str) -> None:
    """R-1 was issued on 1 January and is due on the 31st."""
    where = policies(
        plan(
            HEADER
            + "stage reminder\n  after 40 days since invoice date and 1 day overdue\n"
            + '  task "Write"\n'
        )
    )
    assert story(ledger([invoice("R-1"), second]), where, "2026-01-01", "2026-03-10") == [
        f"{expected} C-1:EUR stage reminder"
    ]


def test_instalments_are_items_and_a_payment_on_their_document_settles_the_oldest_first() -> None:
    book = ledger(
        [
            invoice("R-1", "60.00", document="D-1"),
            invoice("R-2", "40.00", document="D-1", due="2026-02-10"),
        ],
        [event("payment", "2026-02-11", "D-1", amount="70.00")],
    )
    assert str(ask(book, PLAIN, "2026-02-10", "C-1:EUR").open_amount) == "60.00 EUR"
    assert str(ask(book, PLAIN, "2026-02-11", "C-1:EUR").open_amount) == "30.00 EUR"


def test_each_currency_has_an_account_of_its_own() -> None:
    book = ledger(
        [invoice("R-1"), invoice("R-2", "70.00 CHF", due="2026-02-05")],
        [event("payment", "2026-02-06", "C-1", amount="70.00 EUR")],
    )
    assert story(book, PLAIN, "2026-01-01", "2026-02-09") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-08 C-1:CHF stage reminder",
    ]
    assert str(ask(book, PLAIN, "2026-02-08", "C-1:CHF").open_amount) == "70.00 CHF"
    assert str(ask(book, PLAIN, "2026-02-08", "C-1:EUR").open_amount) == "30.00 EUR"


def test_a_customer_is_dunned_through_the_last_payer() -> None:
    people = [
        Customer("C-1", {"email": "head@example.org"}),
        Customer("C-2", payer="C-1"),
        Customer("C-3", {"email": "branch@example.org"}, payer="C-2"),
    ]
    book = ledger(
        [invoice("R-1", customer="C-3"), invoice("R-2", "30.00", customer="C-2")],
        [event("payment", "2026-02-05", "C-2", amount="5.00")],
        people,
    )
    found = ask(book, PLAIN, "2026-02-05", "C-1:EUR")
    assert (found.customer, str(found.open_amount)) == ("C-1", "125.00 EUR")
    assert {each.case for each in played(book, PLAIN, "2026-01-01", "2026-03-01")} == {"C-1:EUR"}


# ------------------------------------------------------------------------------- rules


def test_a_disputed_invoice_is_taken_out_of_the_amount_and_of_the_search_for_the_oldest() -> None:
    book = ledger(
        [invoice("R-1"), invoice("R-2", "50.00", due="2026-02-10")],
        [event("dispute", "2026-02-02", "R-1"), event("dispute_resolved", "2026-02-20", "R-1")],
    )
    assert ask(book, DISPUTED, "2026-02-05", "C-1:EUR").outcome == "held"
    assert str(ask(book, DISPUTED, "2026-02-11", "C-1:EUR").open_amount) == "50.00 EUR"
    # Three days after 10 February, not after 31 January.
    assert story(book, DISPUTED, "2026-01-01", "2026-02-28") == [
        "2026-02-03 C-1:EUR held disputed",
        "2026-02-11 C-1:EUR released disputed",
        "2026-02-13 C-1:EUR stage reminder",
        "2026-02-20 C-1:EUR stage notice",
    ]
    assert str(ask(book, DISPUTED, "2026-02-20", "C-1:EUR").open_amount) == "150.00 EUR"


def test_an_account_whose_invoices_are_all_disputed_is_held_and_its_cycle_goes_on() -> None:
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-02")],
        [
            event("dispute", "2026-02-05", "R-1"),
            event("dispute", "2026-02-06", "R-2"),
            event("dispute_resolved", "2026-02-16", "R-1"),
            event("dispute_resolved", "2026-02-16", "R-2"),
        ],
    )
    found = ask(book, DISPUTED, "2026-02-08", "C-1:EUR")
    assert (found.outcome, found.reason) == ("held", "disputed")
    # Neither settled nor reopened: the notice is the next stage when the disputes end.
    assert story(book, DISPUTED, "2026-01-01", "2026-02-28") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-10 C-1:EUR held disputed",
        "2026-02-16 C-1:EUR released disputed",
        "2026-02-16 C-1:EUR stage notice",
    ]


def test_of_several_rules_that_take_all_out_the_first_in_asking_order_is_the_answer() -> None:
    where = policies(
        plan(
            HEADER
            + 'hold "disputed" while invoice.disputed\n'
            + 'exclude "taken out" when invoice.excluded\n'
            + LADDER
        )
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2")],
        [event("dispute", "2026-02-02", "R-1"), event("exclude", "2026-02-02", "R-2")],
    )
    found = ask(book, where, "2026-02-05", "C-1:EUR")
    assert (found.outcome, found.reason) == ("excluded", "taken out")


def test_the_answer_names_the_rule_that_took_the_invoices_out_whatever_exceptions_apply() -> None:
    """The account is big and its invoices are not, so it has a rule more than they have."""
    where = policies(
        plan(
            HEADER
            + LADDER
            + "for open amount > 150 EUR | 150 CHF\n"
            + '  exclude "big and promised" when promise is pending\n'
            + "for customer.id is known\n"
            + '  exclude "in dispute" when invoice.disputed\n'
        )
    )
    disputes = [event("dispute", "2026-02-02", name) for name in ("R-1", "R-2")]
    found = ask(ledger([invoice("R-1"), invoice("R-2")], disputes), where, "2026-02-05", "C-1:EUR")
    assert (found.outcome, found.reason) == ("excluded", "in dispute")


def test_in_a_rule_that_looks_at_invoices_the_open_amount_is_that_of_the_invoice() -> None:
    where = policies(
        plan(
            HEADER
            + 'exclude "small and disputed" when invoice.disputed'
            + " and open amount < 50 EUR | 50 CHF\n"
            + LADDER
        )
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2", "49.99")],
        [event("dispute", "2026-02-02", "R-1"), event("dispute", "2026-02-02", "R-2")],
    )
    assert str(ask(book, where, "2026-02-02", "C-1:EUR").open_amount) == "100.00 EUR"


def test_in_any_other_rule_the_open_amount_is_that_of_the_account() -> None:
    where = policies(
        plan(HEADER + 'exclude "too little" when open amount < 50 EUR | 50 CHF\n' + LADDER)
    )
    two = [invoice("R-1", "30.00"), invoice("R-2", "30.00", due="2026-02-05")]
    assert ask(ledger(two), where, "2026-02-05", "C-1:EUR").outcome == "excluded"
    assert ask(ledger(two), where, "2026-02-06", "C-1:EUR").outcome == "act"


def test_a_rule_about_the_customer_holds_the_whole_account() -> None:
    where = policies(plan(HEADER + 'exclude "taken out" when customer.excluded\n' + LADDER))
    book = ledger([invoice()], [event("exclude", "2026-02-02", "C-1", until="2026-02-05")])
    assert [ask(book, where, f"2026-02-0{n}", "C-1:EUR").outcome for n in (5, 6)] == [
        "excluded",
        "act",
    ]


def test_the_clock_stands_still_only_while_all_overdue_invoices_are_disputed() -> None:
    where = policies(
        plan(HEADER + 'hold "disputed" while invoice.disputed, clock stopped\n' + LADDER)
    )
    one = [event("dispute", "2026-02-05", "R-1"), event("dispute_resolved", "2026-02-08", "R-1")]
    both = [
        *one,
        event("dispute", "2026-02-06", "R-2"),
        event("dispute_resolved", "2026-02-09", "R-2"),
    ]
    due = [invoice("R-1"), invoice("R-2")]
    assert story(ledger(due, one), where, "2026-02-01", "2026-02-20")[-1] == (
        "2026-02-10 C-1:EUR stage notice"
    )
    # On 6 and 7 February both were.
    assert story(ledger(due, both), where, "2026-02-01", "2026-02-20")[-1] == (
        "2026-02-12 C-1:EUR stage notice"
    )


def test_a_promise_on_the_account_or_its_customer_is_the_accounts() -> None:
    where = policies(plan(HEADER + 'hold "promise" while promise is pending\n' + LADDER))
    for target in ("C-1:EUR", "C-1"):
        promised = event("promise", "2026-02-02", target, amount="100.00", until="2026-02-06")
        assert story(ledger([invoice()], [promised]), where, "2026-02-01", "2026-02-08") == [
            "2026-02-03 C-1:EUR held promise",
            "2026-02-07 C-1:EUR released promise",
            "2026-02-07 C-1:EUR stage reminder",
        ]
    on_an_invoice = event("promise", "2026-02-02", amount="100.00", until="2026-02-06")
    assert told(
        played(ledger([invoice()], [on_an_invoice]), where, "2026-02-01", "2026-02-04")
    ) == ["2026-02-03 stage reminder"]


# ------------------------------------------------------------------------- split accounts

SPLIT = policies(
    plan(
        HEADER.replace("account\n", "account by invoice.entity\n")
        + "fact invoice.entity : text\n"
        + LADDER
    )
)


def test_an_account_is_split_by_a_fact_and_without_it_the_id_stays_short() -> None:
    book = ledger(
        [
            invoice("R-1", facts={"entity": "north"}),
            invoice("R-2", facts={"entity": "south"}, due="2026-02-02"),
            invoice("R-3", due="2026-02-04"),
        ]
    )
    assert story(book, SPLIT, "2026-01-01", "2026-02-08") == [
        "2026-02-03 C-1:EUR:north stage reminder",
        "2026-02-05 C-1:EUR:south stage reminder",
        "2026-02-07 C-1:EUR stage reminder",
    ]


def test_unapplied_money_goes_to_the_split_account_with_the_oldest_invoice_first() -> None:
    book = ledger(
        [
            invoice("R-1", "60.00", facts={"entity": "south"}),
            invoice("R-2", "60.00", facts={"entity": "north"}, due="2026-02-02"),
            invoice("R-3", "60.00", facts={"entity": "east"}, due="2026-02-02"),
        ],
        [event("payment", "2026-02-03", "C-1", amount="100.00")],
    )
    accounts = [f"C-1:EUR:{each}" for each in ("south", "east", "north")]
    found = [str(ask(book, SPLIT, "2026-02-03", each).open_amount) for each in accounts]
    assert found == ["0.00 EUR", "20.00 EUR", "60.00 EUR"]


def test_an_invoice_whose_fact_changes_moves_to_the_other_account() -> None:
    book = ledger(
        [invoice("R-1", facts={"entity": "north"})],
        [event("fact", "2026-02-05", "R-1", name="entity", value="south")],
    )
    assert story(book, SPLIT, "2026-01-01", "2026-02-14") == [
        "2026-02-03 C-1:EUR:north stage reminder",
        "2026-02-05 C-1:EUR:north settled",
        "2026-02-05 C-1:EUR:south stage reminder",
        "2026-02-12 C-1:EUR:south stage notice",
    ]
