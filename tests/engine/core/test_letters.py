"""Letters that put together what falls due together.

`letters per customer` puts everything that becomes due on one day for one customer, currency and
channel into one letter; `letters per customer and stage` writes one for each stage. Unapplied
credits of the customer are listed and lower the total; if the total is zero or less the letter is
not sent, its stages are not executed, and the answer is `held` with the reason "credits cover it".
Apart from that, letters change what is sent, never which stage a case reaches. `per letter` charges
a fee once for a whole letter, on its oldest item. A letter joins cases also under different
policies that say `letters per customer`; a task is no part of a letter; two items that share any
letter are one notice. A letter's total is its open amounts less the customer's unapplied credits
and payments (an account's are already deducted), looked at only where `letters per` joins them.
"""

from __future__ import annotations

from engine.core.model import Customer, Event, Invoice
from engine.core.policies import PolicySet
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, percents, plan, played, policies, story

HEADER = "policy p version 1\n  effective 2020-01-01\n  currency EUR, CHF\n  timezone UTC\n"
PER_CUSTOMER = HEADER + "  letters per customer\n"
PER_STAGE = HEADER + "  letters per customer and stage\n"
LADDER = """
stage one
  after 3 days overdue
  by email
stage two
  after 7 days
  by email and post
"""
ANN = Customer(
    "C-1",
    {
        "email": "ann@example.org",
        "street": "Am Markt 1",
        "postcode": "10115",
        "city": "Berlin",
        "phone": "+49 30 1",
    },
)


def letters(
    text: str, invoices: list[Invoice], on: str, *events: Event
) -> dict[str, tuple[str, ...]]:
    """The letters of each case on a day."""
    where = policies(plan(text))
    book = ledger(invoices, events, [ANN])
    return {each.id: ask(book, where, on, each.id).letters for each in invoices}


OLDER, YOUNGER = invoice("R-1"), invoice("R-2", due="2026-02-07")
ONE_SENT = event("stage", "2026-02-03", "R-1", stage="one")


def test_without_it_each_case_has_its_own_letter_per_channel() -> None:
    assert letters(HEADER + LADDER, [OLDER, YOUNGER], "2026-02-10", ONE_SENT) == {
        "R-1": ("2026-02-10/R-1/email", "2026-02-10/R-1/post"),
        "R-2": ("2026-02-10/R-2/email",),
    }


def test_what_falls_due_on_one_day_travels_in_one_letter_per_channel() -> None:
    assert letters(PER_CUSTOMER + LADDER, [OLDER, YOUNGER], "2026-02-10", ONE_SENT) == {
        "R-1": ("2026-02-10/C-1/EUR/email", "2026-02-10/C-1/EUR/post"),
        "R-2": ("2026-02-10/C-1/EUR/email",),
    }


def test_there_can_be_one_letter_for_each_stage() -> None:
    assert letters(PER_STAGE + LADDER, [OLDER, YOUNGER], "2026-02-10", ONE_SENT) == {
        "R-1": ("2026-02-10/C-1/EUR/two/email", "2026-02-10/C-1/EUR/two/post"),
        "R-2": ("2026-02-10/C-1/EUR/one/email",),
    }


def test_each_currency_has_a_letter_of_its_own() -> None:
    swiss = invoice("R-2", "100.00 CHF")
    assert letters(PER_CUSTOMER + LADDER, [OLDER, swiss], "2026-02-03") == {
        "R-1": ("2026-02-03/C-1/EUR/email",),
        "R-2": ("2026-02-03/C-1/CHF/email",),
    }


def test_an_account_travels_under_the_name_of_its_customer_too() -> None:
    where = policies(plan(PER_CUSTOMER + "  dun each account\n" + LADDER))
    found = ask(ledger([OLDER], [], [ANN]), where, "2026-02-03", "C-1:EUR")
    assert found.letters == ("2026-02-03/C-1/EUR/email",)
    alone = policies(plan(HEADER + "  dun each account\n" + LADDER))
    found = ask(ledger([OLDER], [], [ANN]), alone, "2026-02-03", "C-1:EUR")
    assert found.letters == ("2026-02-03/C-1:EUR/email",)


def test_a_task_is_no_part_of_a_letter() -> None:
    text = PER_CUSTOMER + LADDER.replace("by email\nstage", 'task "Call" by phone\nstage')
    assert letters(text, [OLDER], "2026-02-03") == {"R-1": ()}


# ------------------------------------------------------------------------- what credits do


def what_happens(where: PolicySet, credit: str, *more: Event, on: str = "2026-02-03") -> list[str]:
    """To two invoices of 100.00 EUR, due together, with some money of the customer."""
    book = ledger(
        [invoice("R-1"), invoice("R-2")],
        [event("credit", "2026-01-05", "C-1", amount=credit), *more],
        [ANN],
    )
    return story(book, where, "2026-01-01", on)


def test_credits_that_cover_a_letter_exactly_keep_it_back() -> None:
    where = policies(plan(PER_CUSTOMER + LADDER))
    assert what_happens(where, "199.99") == [
        "2026-02-03 R-1 stage one",
        "2026-02-03 R-2 stage one",
    ]
    assert what_happens(where, "200.00") == [
        "2026-02-03 R-1 held credits cover it",
        "2026-02-03 R-2 held credits cover it",
    ]


def test_an_unapplied_payment_covers_it_too_and_other_currencies_do_not() -> None:
    where = policies(plan(PER_CUSTOMER + LADDER))
    paid = event("payment", "2026-02-01", "C-1", amount="150.00")
    assert "held" in what_happens(where, "50.00", paid)[0]
    francs = event("payment", "2026-02-01", "C-1", amount="150.00 CHF")
    assert "stage" in what_happens(where, "50.00", francs)[0]


def test_a_letter_that_was_kept_back_goes_out_when_credits_no_longer_cover_it() -> None:
    where = policies(plan(PER_CUSTOMER + LADDER))
    book = ledger(
        [invoice("R-1"), invoice("R-2", due="2026-02-06")],
        [event("credit", "2026-01-05", "C-1", amount="150.00")],
        [ANN],
    )
    # From the 9th on the letter holds both.
    assert story(book, where, "2026-01-01", "2026-02-10") == [
        "2026-02-03 R-1 held credits cover it",
        "2026-02-09 R-1 released credits cover it",
        "2026-02-09 R-1 stage one",
        "2026-02-09 R-2 stage one",
    ]


def test_letters_of_different_stages_are_covered_each_for_itself() -> None:
    """The one credit is looked at for each letter; here the two letters share nothing."""
    credit = event("credit", "2026-01-05", "C-1", amount="100.00")
    book = ledger([OLDER, YOUNGER], [ONE_SENT, credit], [ANN])
    where = policies(plan(PER_STAGE + LADDER))
    assert [ask(book, where, "2026-02-10", each).reason for each in ("R-1", "R-2")] == [
        "credits cover it",
        "credits cover it",
    ]
    joined = policies(plan(PER_CUSTOMER + LADDER))
    assert [ask(book, joined, "2026-02-10", each).outcome for each in ("R-1", "R-2")] == [
        "act",
        "act",
    ]


def test_letters_that_join_nothing_are_sent_whatever_credits_there_are() -> None:
    assert what_happens(policies(plan(HEADER + LADDER)), "500.00") == [
        "2026-02-03 R-1 stage one",
        "2026-02-03 R-2 stage one",
    ]


def test_an_accounts_own_money_is_already_deducted() -> None:
    where = policies(plan(PER_CUSTOMER + "  dun each account\n" + LADDER))
    assert what_happens(where, "150.00") == ["2026-02-03 C-1:EUR stage one"]


def test_a_decision_that_is_kept_back_says_what_would_have_come() -> None:
    where = policies(plan(PER_CUSTOMER + LADDER))
    credit = event("credit", "2026-01-05", "C-1", amount="100.00")
    found = ask(ledger([OLDER], [credit], [ANN]), where, "2026-02-05")
    assert found.next is not None
    assert (found.outcome, found.reason, found.next.stage, str(found.next.due)) == (
        "held",
        "credits cover it",
        "one",
        "2026-02-03",
    )


# ------------------------------------------------------------------------------ per letter


def fees(text: str, invoices: list[Invoice], on: str, *events: Event) -> dict[str, str]:
    where = policies(plan(text))
    book = ledger(invoices, events, [ANN])
    return {each.id: str(ask(book, where, on, each.id).fee) for each in invoices}


PER_LETTER = LADDER.replace("by email\n", "by email\n  fee 5 EUR | 6 CHF per letter\n", 1)


def test_a_fee_per_letter_is_charged_on_its_oldest_item() -> None:
    three = [
        invoice("R-1", issued="2026-01-01"),
        invoice("R-2", issued="2025-12-31"),
        invoice("R-3", "100.00 CHF"),
    ]
    assert fees(PER_CUSTOMER + PER_LETTER, three, "2026-02-03") == {
        "R-1": "0.00 EUR",
        "R-2": "5.00 EUR",
        "R-3": "6.00 CHF",
    }


def test_of_items_of_one_age_the_first_id_bears_it() -> None:
    two = [invoice("R-2"), invoice("R-1")]
    assert fees(PER_CUSTOMER + PER_LETTER, two, "2026-02-03") == {
        "R-1": "5.00 EUR",
        "R-2": "0.00 EUR",
    }


def test_items_without_such_a_fee_do_not_bear_it_for_the_others() -> None:
    # R-1 is older, but its stage has a fee of its own.
    text = PER_CUSTOMER + PER_LETTER.replace(
        "email and post", "email and post\n  fee 3 EUR | 3 CHF"
    )
    assert fees(text, [OLDER, YOUNGER], "2026-02-10", ONE_SENT) == {
        "R-1": "3.00 EUR",
        "R-2": "5.00 EUR",
    }


def test_without_joined_letters_each_item_is_a_letter() -> None:
    two = [invoice("R-1"), invoice("R-2")]
    assert fees(HEADER + PER_LETTER, two, "2026-02-03") == {"R-1": "5.00 EUR", "R-2": "5.00 EUR"}


def test_per_letter_and_per_stage_the_oldest_item_of_each_letter_bears_it() -> None:
    text = PER_STAGE + PER_LETTER.replace(
        "email and post", "email and post\n  fee 3 EUR | 3 CHF per letter"
    )
    three = [OLDER, YOUNGER, invoice("R-3", due="2026-02-07")]
    assert fees(text, three, "2026-02-10", ONE_SENT) == {
        "R-1": "3.00 EUR",
        "R-2": "5.00 EUR",
        "R-3": "0.00 EUR",
    }
    joined = text.replace(" and stage", "")
    assert fees(joined, three, "2026-02-10", ONE_SENT) == {
        "R-1": "3.00 EUR",
        "R-2": "0.00 EUR",
        "R-3": "0.00 EUR",
    }


def test_a_simulation_charges_it_once_too() -> None:
    book = ledger([invoice("R-1"), invoice("R-2")], [], [ANN])
    found = played(book, policies(plan(PER_CUSTOMER + PER_LETTER)), "2026-02-03", "2026-02-03")
    assert [(each.case, str(each.fee), each.letters) for each in found] == [
        ("R-1", "5.00 EUR", ("2026-02-03/C-1/EUR/email",)),
        ("R-2", "0.00 EUR", ("2026-02-03/C-1/EUR/email",)),
    ]


def test_cases_under_different_policies_travel_in_one_letter() -> None:
    other = PER_CUSTOMER.replace("policy p", "policy q") + "  applies when customer.country is AT\n"
    where = policies(plan(PER_CUSTOMER + PER_LETTER), plan(other + PER_LETTER))
    assigned = event("assign", "2026-01-05", "R-2", policy="q")
    book = ledger([invoice("R-1"), invoice("R-2")], [assigned], [ANN])
    found = [ask(book, where, "2026-02-03", each) for each in ("R-1", "R-2")]
    assert [(each.policy, str(each.fee)) for each in found] == [
        ("p", "5.00 EUR"),
        ("q", "0.00 EUR"),
    ]
    assert found[0].letters == found[1].letters


def test_letters_that_share_an_item_are_one_notice_with_one_fee() -> None:
    fee = "  fee 5 EUR | 6 CHF per letter\n"
    text = (
        f"stage one\n  after 3 days overdue\n  by email\n{fee}"
        f"stage two\n  after 7 days\n  by email and post\n{fee}"
        f"stage three\n  after 7 days\n  by post\n{fee}"
    )
    done = [
        event("stage", "2026-02-03", "R-2", stage="one"),
        event("stage", "2026-02-03", "R-3", stage="two"),
    ]
    # On the 10th R-1 goes by email, R-2 by both, R-3 by post; R-1 alone shares nothing with R-3.
    three = [invoice("R-1", due="2026-02-07"), invoice("R-2"), invoice("R-3")]
    assert fees(PER_CUSTOMER + text, three, "2026-02-10", *done) == {
        "R-1": "0.00 EUR",
        "R-2": "5.00 EUR",
        "R-3": "0.00 EUR",
    }
    apart = [three[0], three[2]]
    assert fees(PER_CUSTOMER + text, apart, "2026-02-10", done[1]) == {
        "R-1": "5.00 EUR",
        "R-3": "5.00 EUR",
    }


def test_an_item_that_cannot_be_sent_bears_no_fee_for_the_letter() -> None:
    text = (
        'rate base from "base"\ninterest base\n'
        + PER_LETTER.replace("by email and post", "by email\n  fee 3 EUR | 3 CHF per letter")
        + "  charge interest\n"
    )
    where = policies(plan(PER_CUSTOMER + text), tables=percents("base", d2026_02_05="3"))
    book = ledger([OLDER, YOUNGER], [ONE_SENT], [ANN])
    # R-1 is older, but nobody knows the rate of its first days.
    found = [ask(book, where, "2026-02-10", case) for case in ("R-1", "R-2")]
    assert [(each.outcome, str(each.fee)) for each in found] == [
        ("undecided", "None"),
        ("act", "5.00 EUR"),
    ]


def test_an_item_whose_channel_has_no_address_bears_no_fee_for_the_letter() -> None:
    text = PER_LETTER.replace("by email and post", "by post\n  fee 3 EUR | 3 CHF per letter")
    where = policies(plan(PER_CUSTOMER + text))
    known = Customer("C-1", {"street": "Am Markt 1", "postcode": "10115", "city": "Berlin"})
    younger = invoice("R-2", due="2026-01-31")
    done = event("stage", "2026-02-03", "R-2", stage="one")
    book = ledger([invoice("R-1", due="2026-01-30"), younger], [done], [known])
    found = [ask(book, where, "2026-02-10", case) for case in ("R-1", "R-2")]
    assert ["unreachable" in each.problems for each in found] == [True, False]
    assert str(found[1].fee) == "3.00 EUR"


def test_a_letter_changes_no_stage() -> None:
    book = ledger([invoice("R-1"), invoice("R-2", due="2026-02-07")], [], [ANN])
    joined, alone = (
        story(book, policies(plan(header + LADDER)), "2026-01-01", "2026-03-01")
        for header in (PER_CUSTOMER, HEADER)
    )
    assert joined == alone
