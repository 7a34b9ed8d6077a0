"""Accounts beside other policies, other cases and other accounts.

An account consists of the invoices that its policy covers that day. An `assign` event puts an
invoice or a customer under a named policy. An invoice that its policy puts into an account is no
case of its own. `dun each account by invoice.entity` splits accounts further; several share the
customer's unapplied money. `once` is for an account once per account. The gap to a customer looks
at all of the customer's notices.
"""

from __future__ import annotations

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, played, policies, story

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
SPLIT = policies(
    plan(
        HEADER.replace("account\n", "account by invoice.entity\n")
        + "fact invoice.entity : text\n"
        + LADDER
    )
)


def test_an_invoice_assigned_to_an_account_policy_in_mid_ladder_goes_on_in_the_account() -> None:
    own = plan(HEADER.replace("acc version", "inv version").replace("account", "invoice") + LADDER)
    accounts = plan(HEADER + "  applies when customer.country is AT\n" + LADDER)
    book = ledger([invoice()], [event("assign", "2026-02-08", policy="acc")])
    assert story(book, policies(own, accounts), "2026-01-01", "2026-02-28") == [
        "2026-02-03 R-1 stage reminder",
        "2026-02-08 C-1:EUR stage reminder",
        "2026-02-15 C-1:EUR stage notice",
    ]


def test_invoices_of_one_account_under_two_account_policies_leave_it_undecided() -> None:
    elsewhere = HEADER.replace("acc version", "other version")
    other = plan(elsewhere + "  applies when customer.country is AT\n" + LADDER)
    book = ledger(
        [invoice("R-1"), invoice("R-2")], [event("assign", "2026-01-15", "R-2", policy="other")]
    )
    where = policies(plan(HEADER + LADDER), other)
    assert ask(book, where, "2026-02-05", "C-1:EUR").outcome == "undecided"
    told_of = played(book, where, "2026-01-01", "2026-02-10")
    assert [(str(each.on), each.event) for each in told_of] == [("2026-02-01", "undecided")]


def test_an_invoice_that_leaves_its_account_again_goes_on_where_it_stood() -> None:
    own = plan(HEADER.replace("acc version", "inv version").replace("account", "invoice") + LADDER)
    accounts = plan(HEADER + "  applies when customer.country is AT\n" + LADDER)
    book = ledger(
        [invoice()],
        [event("assign", "2026-02-04", policy="acc"), event("assign", "2026-02-06")],
    )
    assert story(book, policies(own, accounts), "2026-01-01", "2026-02-28") == [
        "2026-02-03 R-1 stage reminder",
        "2026-02-04 C-1:EUR stage reminder",
        "2026-02-06 C-1:EUR settled",
        "2026-02-10 R-1 stage notice",
    ]


def test_an_account_holds_the_invoices_that_its_policy_covers_on_the_day() -> None:
    fact = "fact invoice.sort : text\n"
    goods = HEADER + '  applies when invoice.sort is "goods"\n' + fact + LADDER
    own = HEADER.replace("acc version", "inv version").replace("account", "invoice")
    rest = own + '  applies when invoice.sort is not "goods"\n' + fact + LADDER
    book = ledger(
        [
            invoice("R-1", facts={"sort": "goods"}),
            invoice("R-2", facts={"sort": "service"}, due="2026-02-02"),
            invoice("R-3", "30.00", facts={"sort": "goods"}, due="2026-02-05"),
            invoice("R-4", "7.00"),
        ]
    )
    where = policies(plan(goods), plan(rest))
    assert story(book, where, "2026-01-01", "2026-02-09") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-05 R-2 stage reminder",
    ]
    assert str(ask(book, where, "2026-02-06", "C-1:EUR").open_amount) == "130.00 EUR"
    # Of R-4 nobody knows the sort.
    assert ask(book, where, "2026-02-06", "R-4").outcome == "no_policy"


def test_an_invoice_that_two_policies_cover_is_undecided_alone_and_its_account_goes_on() -> None:
    own = HEADER.replace("acc version", "inv version").replace("account", "invoice")
    both = own + '  applies when invoice.sort is "goods"\nfact invoice.sort : text\n' + LADDER
    where = policies(plan(HEADER + LADDER), plan(both))
    book = ledger([invoice("R-1", facts={"sort": "goods"}), invoice("R-2", "30.00")])
    assert ask(book, where, "2026-02-03", "R-1").outcome == "undecided"
    found = ask(book, where, "2026-02-03", "C-1:EUR")
    assert (found.outcome, str(found.open_amount)) == ("act", "30.00 EUR")


def test_a_rule_in_a_block_for_some_customers_is_asked_of_each_invoice_too() -> None:
    text = (
        "fact customer.vip : yes/no default no\n"
        + LADDER
        + 'for customer.vip\n  hold "asks" while invoice.disputed\n'
    )
    where = policies(plan(HEADER + text))
    dispute = event("dispute", "2026-02-01", "R-1")
    for vip, amount in ((True, "30.00 EUR"), (False, "130.00 EUR")):
        people = [Customer("C-1", {"vip": vip})]
        book = ledger([invoice("R-1"), invoice("R-2", "30.00")], [dispute], people)
        assert str(ask(book, where, "2026-02-03", "C-1:EUR").open_amount) == amount


def test_its_original_amount_is_that_of_its_overdue_invoices() -> None:
    text = LADDER.replace('task "Write"', 'task "Write"\n  fee 10% of original amount')
    book = ledger(
        [invoice("R-1"), invoice("R-2", "50.00"), invoice("R-3", "70.00", due="2026-03-01")],
        [event("payment", "2026-02-01", "R-1", amount="60.00")],
    )
    found = ask(book, policies(plan(HEADER + text)), "2026-02-03", "C-1:EUR")
    assert (str(found.open_amount), str(found.fee)) == ("90.00 EUR", "15.00 EUR")


def test_a_fee_that_is_charged_once_is_so_in_the_life_of_the_account() -> None:
    text = LADDER.replace('task "Write"', 'task "Write"\n  fee 5 EUR | 5 CHF once')
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-10")],
        [event("payment", "2026-02-05", "R-1", amount="100.00")],
    )
    assert story(book, policies(plan(HEADER + text)), "2026-01-01", "2026-02-14") == [
        "2026-02-03 C-1:EUR stage reminder fee 5.00 EUR",
        "2026-02-05 C-1:EUR settled",
        "2026-02-11 C-1:EUR reopened",
        "2026-02-13 C-1:EUR stage reminder",
    ]


def test_a_gap_to_the_customer_holds_between_accounts_and_invoices() -> None:
    text = (
        "at least 5 days between notices to a customer\n"
        "stage reminder\n  after 3 days overdue\n  by email\n"
    )
    own = HEADER.replace("acc version", "inv version").replace("account", "invoice")
    elsewhere = own + "  applies when customer.country is AT\n"
    book = ledger(
        [invoice("R-1"), invoice("R-2"), invoice("R-3", "100.00 CHF")],
        [event("assign", "2026-01-05", "R-2", policy="inv")],
        [Customer("C-1", {"email": "ann@example.org"})],
    )
    where = policies(plan(HEADER + text), plan(elsewhere + text))
    assert story(book, where, "2026-01-01", "2026-02-20") == [
        "2026-02-03 C-1:CHF stage reminder",
        "2026-02-08 C-1:EUR stage reminder",
        "2026-02-13 R-2 stage reminder",
    ]


def test_a_version_that_duns_invoices_again_begins_with_each_of_them() -> None:
    second = HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-06")
    where = policies(plan(HEADER + LADDER), plan(second.replace("account", "invoice") + LADDER))
    assert story(ledger([invoice()]), where, "2026-01-01", "2026-02-20") == [
        "2026-02-03 C-1:EUR stage reminder",
        "2026-02-06 C-1:EUR settled",
        "2026-02-06 R-1 stage reminder",
        "2026-02-13 R-1 stage notice",
    ]


def test_a_stage_of_the_ledger_on_the_account_counts_for_it() -> None:
    done = event("stage", "2026-02-03", "C-1:EUR", stage="reminder")
    found = ask(ledger([invoice()], [done]), PLAIN, "2026-02-05", "C-1:EUR")
    assert found.next is not None
    assert (found.outcome, found.next.stage, str(found.next.due)) == (
        "waiting",
        "notice",
        "2026-02-10",
    )


def test_split_accounts_of_a_customer_travel_in_one_letter_with_one_fee() -> None:
    header = HEADER.replace("account\n", "account by invoice.entity\n  letters per customer\n")
    text = (
        "fact invoice.entity : text\n"
        "stage reminder\n  after 3 days overdue\n  by email\n  fee 5 EUR | 5 CHF per letter\n"
    )
    where = policies(plan(header + text))
    book = ledger(
        [
            invoice("R-1", facts={"entity": "north"}),
            invoice("R-2", facts={"entity": "south"}, due="2026-01-30"),
        ],
        [event("credit", "2026-01-05", "C-1", amount="150.00")],
        [Customer("C-1", {"email": "ann@example.org"})],
    )
    # The credit covers south, which is older, and half of north.
    assert story(book, where, "2026-01-01", "2026-02-03") == [
        "2026-02-03 C-1:EUR:north stage reminder fee 5.00 EUR"
    ]
    without = ledger(book.invoices.values(), [], book.customers.values())
    assert story(without, where, "2026-02-03", "2026-02-03") == [
        "2026-02-03 C-1:EUR:north stage reminder",
        "2026-02-03 C-1:EUR:south stage reminder fee 5.00 EUR",
    ]


def test_an_account_stays_with_its_version_until_it_is_settled() -> None:
    second = HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-05")
    stays = second + "  running cases stay with their version\n"
    where = policies(plan(HEADER + LADDER), plan(stays + LADDER.replace("7 days", "3 days")))
    paid = event("payment", "2026-02-12", "R-1", amount="100.00")
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-20")], [paid])
    found = played(book, where, "2026-01-01", "2026-03-10")
    assert [f"{each.on} {each.event} {each.version}" for each in found] == [
        "2026-02-03 stage 1",
        "2026-02-10 stage 1",
        "2026-02-12 settled 1",
        "2026-02-21 reopened 2",
        "2026-02-23 stage 2",
        "2026-02-26 stage 2",
    ]


def test_a_settled_account_is_not_reopened_by_what_only_its_earlier_version_counted() -> None:
    """That version takes no invoice out. When the other lets go of it, the account is reopened."""
    second = HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-06")
    stays = second + "  running cases stay with their version\n"
    holding = 'hold "out" while invoice.excluded\n'
    where = policies(plan(HEADER + LADDER), plan(stays + holding + LADDER))
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-04")],
        [
            event("payment", "2026-02-04", "R-1", amount="100.00", id="P-1"),
            event("payment", "2026-02-05", "R-1", amount="100.00"),  # a credit of the customer now
            event("exclude", "2026-02-10", "R-2", until="2026-02-20"),
            event("reversal", "2026-02-12", "R-1", value="P-1"),
        ],
    )
    found = played(book, where, "2026-01-01", "2026-02-21")
    assert [f"{each.on} {each.event} {each.version}" for each in found] == [
        "2026-02-03 stage 1",
        "2026-02-04 settled 1",
        "2026-02-21 reopened 2",
        "2026-02-21 stage 2",
    ]
    assert ask(book, where, "2026-02-12", "C-1:EUR").outcome == "settled"


def test_where_all_is_taken_out_the_amount_is_that_of_the_items_that_are_held() -> None:
    text = 'exclude "out" when invoice.excluded\nhold "disputed" while invoice.disputed\n' + LADDER
    events = [event("exclude", "2026-01-20", "R-1"), event("dispute", "2026-01-20", "R-2")]
    book = ledger([invoice("R-1"), invoice("R-2", "50.00", due="2026-02-01")], events)
    found = ask(book, policies(plan(HEADER + text)), "2026-02-03", "C-1:EUR")
    assert (found.outcome, found.reason, str(found.open_amount)) == ("excluded", "out", "50.00 EUR")


def test_money_on_a_split_account_lowers_it_before_it_shares_in_the_rest() -> None:
    book = ledger(
        [
            invoice("R-1", "60.00", facts={"entity": "south"}),
            invoice("R-2", "60.00", facts={"entity": "north"}, due="2026-02-02"),
        ],
        [
            event("payment", "2026-02-03", "C-1:EUR:south", amount="50.00"),
            event("payment", "2026-02-03", "C-1", amount="30.00"),
        ],
    )
    found = [ask(book, SPLIT, "2026-02-03", f"C-1:EUR:{each}") for each in ("south", "north")]
    assert [str(each.open_amount) for each in found] == ["0.00 EUR", "40.00 EUR"]


def test_a_stage_that_names_no_version_and_reopens_its_account_stands_under_that_in_force() -> None:
    """It begins the new cycle, and by the version in force a paid account is at its end."""
    charging = "  settled when open amount and charges are paid\n"
    where = policies(
        plan(HEADER + charging + LADDER),
        plan(
            HEADER.replace("version 1", "version 2").replace("2020-01-01", "2026-02-10")
            + "  running cases stay with their version\n"
            + LADDER
        ),
    )
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-03", "C-1:EUR", stage="reminder"),
            event("payment", "2026-02-05", amount="100.00"),
            event("stage", "2026-02-12", "C-1:EUR", stage="notice", fee="5.00"),
        ],
    )
    assert ask(book, where, "2026-02-13", "C-1:EUR").outcome == "settled"


def test_what_was_suspended_for_an_invoice_stays_so_when_an_account_takes_it() -> None:
    """It is neither settled nor stepped down: nobody is told that anything goes on again."""
    own = plan(
        HEADER.replace("acc version", "inv version").replace("account", "invoice")
        + 'hold "disputed" while invoice.disputed\n'
        + LADDER.replace('task "Write"', 'task "Write"\n  suspend "deliveries"')
    )
    accounts = plan(HEADER + "  applies when customer.country is AT\n" + LADDER)
    events = [event("dispute", "2026-02-05"), event("assign", "2026-02-12", policy="acc")]
    assert story(
        ledger([invoice()], events), policies(own, accounts), "2026-01-01", "2026-02-12"
    ) == [
        "2026-02-03 R-1 stage reminder",
        "2026-02-10 R-1 held disputed",
        "2026-02-12 C-1:EUR stage reminder",
        "2026-02-12 R-1 released disputed",
    ]
