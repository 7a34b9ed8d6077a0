"""The slow interpreter against stories worked out by hand, where something is easy to get wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from dunlang.compile import read_source
from dunlang.source import Source
from engine.core.model import Customer, Event, Invoice, Ledger
from engine.core.money import Money
from tests.oracle.answers import Tables
from tests.oracle.decision import decide_days
from tests.oracle.play import simulate

if TYPE_CHECKING:
    from dunlang.checking.checked import Checked
    from tests.oracle.answers import Happening, OracleDecision

MARCH = datetime.date(2026, 3, 1)
TABLES = Tables(
    rates={
        "base": (
            (datetime.date(2026, 1, 1), Decimal("1.27")),
            (datetime.date(2026, 4, 1), None),
        )
    },
    exchange={"to": ((datetime.date(2026, 1, 1), "CHF", Decimal("0.9")),)},
)


def march(day: int) -> datetime.date:
    """A day of March 2026, and those after it."""
    return MARCH + datetime.timedelta(days=day - 1)


def policy(*lines: str) -> tuple[Checked, ...]:
    """A policy with these lines after `currency`."""
    text = "\n".join(
        ("policy p version 1", "  effective 2025-01-01", "  timezone Europe/Berlin", *lines)
    )
    checked, problems = read_source(Source("p.dun", text + "\n"))
    assert checked is not None, problems
    return (checked,)


def event(kind: str, day: int, target: str, target_id: str, **more: object) -> Event:
    """An event of March."""
    recorded = datetime.datetime.combine(march(day), datetime.time(), datetime.UTC)
    return Event(kind, march(day), target, target_id, recorded, 1, **more)  # type: ignore[arg-type]


def invoice(name: str, euros: int, due: int, customer: str = "C") -> Invoice:
    """An invoice in euros, issued 30 days before it is due."""
    issued = march(due) - datetime.timedelta(days=30)
    return Invoice(name, customer, issued, march(due), Money(euros * 100, "EUR"))


def ledger(invoices: list[Invoice], *events: Event, customers: tuple[Customer, ...] = ()) -> Ledger:
    """A ledger, by default of one customer with an e-mail address and a telephone."""
    people = customers or (Customer("C", {"email": "c@c.example", "phone": "1"}),)
    return Ledger(
        {person.id: person for person in people},
        {each.id: each for each in invoices},
        tuple(sorted(events, key=lambda each: each.order)),
    )


def decided(checkeds: tuple[Checked, ...], book: Ledger, day: int) -> dict[str, OracleDecision]:
    """What is decided for C on a day."""
    return decide_days(checkeds, TABLES, book, "C", [march(day)], None)[march(day)]


def happened(
    checkeds: tuple[Checked, ...], book: Ledger, first: int, last: int
) -> list[tuple[int, str, str, str | None, int | None, int | None]]:
    """What happens to C: day, case, event, stage, fee, interest."""

    def short(one: Happening) -> tuple[int, str, str, str | None, int | None, int | None]:
        day = (one.on - MARCH).days + 1
        return day, one.case, one.event, one.stage, one.fee, one.interest

    found = simulate(checkeds, TABLES, book, "C", march(first), march(last), None)
    return [short(one) for one in found]


def test_interest_starts_after_the_due_date_and_a_payment_lowers_it_from_the_next_day_on() -> None:
    rules = policy(
        "  currency EUR",
        "interest 36.5% a year",
        "stage s",
        "  after 10 days overdue",
        "  by email",
        "  charge interest",
    )
    paid = event("payment", 7, "invoice", "I", amount=Money(50_000, "EUR"))
    # Days 3 to 7 on 1,000 euros are 1 euro each, days 8 to 12 on 500 half a euro each.
    assert decided(rules, ledger([invoice("I", 1000, 2)], paid), 12)["I"].interest == 750


def test_a_day_after_the_end_of_the_rate_table_leaves_only_a_claim_undecided() -> None:
    rules = policy(
        "  currency EUR",
        'rate b from "base"',
        "interest b rounded up to 0.5 + 9 pp",
        "stage s",
        "  after 30 days overdue",
        "  by email",
        "  charge interest",
    )
    book = ledger([invoice("I", 1000, 1)])
    assert decided(rules, book, 30)["I"].outcome == "waiting"
    # 30 days at 10.5% on 1,000 euros.
    assert decided(rules, book, 31)["I"].interest == 863
    assert decided(rules, book, 32)["I"].outcome == "undecided"


def test_what_is_paid_on_the_day_of_a_stage_does_not_pay_its_charges() -> None:
    rules = policy(
        "  currency EUR",
        "  payments settle charges first",
        "  settled when open amount and charges are paid",
        "stage s",
        "  after 1 day overdue",
        "  by email",
        "  fee 10 EUR",
    )
    book = ledger(
        [invoice("I", 100, 2)],
        event("payment", 3, "invoice", "I", amount=Money(4_000, "EUR")),
        event("payment", 5, "invoice", "I", amount=Money(6_000, "EUR")),
        event("payment", 6, "invoice", "I", amount=Money(1_000, "EUR")),
    )
    # On the 5th 10 euros pay the fee and 50 the invoice: 10 are left.
    assert happened(rules, book, 1, 10) == [
        (3, "I", "stage", "s", 1000, 0),
        (6, "I", "settled", None, None, None),
    ]


def test_the_last_claim_is_shown_on_the_settlement() -> None:
    rules = policy(
        "  currency EUR",
        "interest 36.5% a year",
        "claim interest when paid",
        "stage s",
        "  after 30 days overdue",
        "  by email",
    )
    paid = event("payment", 7, "invoice", "I", amount=Money(100_000, "EUR"))
    book = ledger([invoice("I", 1000, 2)], paid)
    assert decided(rules, book, 7)["I"].interest == 500
    assert happened(rules, book, 1, 10) == [(7, "I", "settled", None, None, 500)]


def test_a_stage_with_else_is_asked_when_its_wait_is_over() -> None:
    rules = policy(
        "  currency EUR",
        "stage a",
        "  after 1 day overdue",
        "  by email",
        "stage b",
        "  after 3 days",
        "  when open amount >= 500 EUR else a",
        "  by phone",
    )
    assert happened(rules, ledger([invoice("I", 100, 2)]), 1, 10) == [
        (3, "I", "stage", "a", 0, 0),
        (6, "I", "stage", "a", 0, 0),
        (9, "I", "stage", "a", 0, 0),
    ]


def test_a_repetition_comes_before_the_ladder_goes_on() -> None:
    rules = policy(
        "  currency EUR",
        "stage a",
        "  after 1 day overdue",
        "  by email",
        "  fee 5 EUR once",
        "  repeat every 2 days at most 2 more times",
        "stage b",
        "  after 1 day",
        "  by phone",
    )
    assert happened(rules, ledger([invoice("I", 100, 2)]), 1, 10) == [
        (3, "I", "stage", "a", 500, 0),
        (5, "I", "stage", "a", 0, 0),
        (7, "I", "stage", "a", 0, 0),
        (8, "I", "stage", "b", 0, 0),
    ]


def test_a_late_run_goes_straight_to_the_stage_reached() -> None:
    rules = policy(
        "  currency EUR",
        "  late runs go straight to the stage reached",
        "stage a",
        "  after 1 day overdue",
        "  by email",
        "  fee 5 EUR",
        "  pay within 3 days",
        "stage b",
        "  after 1 day past deadline",
        "  by email",
        "stage c",
        "  after 10 days",
        "  by email",
    )
    # On time: a on the 3rd, its deadline the 6th, b on the 7th, c on the 17th.
    book = ledger([invoice("I", 100, 2)])
    assert decided(rules, book, 16)["I"].stage == "b"
    assert decided(rules, book, 17)["I"].stage == "c"
    assert happened(rules, book, 16, 30) == [
        (16, "I", "stage", "b", 0, 0),
        (26, "I", "stage", "c", 0, 0),
    ]


ACCOUNT = (
    "  currency EUR",
    "  dun each account",
    "  step down when less is owed",
    'hold "disputed" while invoice.disputed, clock stopped',
    "stage a",
    "  after 1 day overdue",
    "  by email",
    "stage b",
    "  after 3 days",
    "  by email",
    '  suspend "deliveries"',
)


def test_an_account_steps_down_when_only_younger_invoices_are_left() -> None:
    book = ledger(
        [invoice("I", 100, 2), invoice("J", 50, 6)],
        event("payment", 7, "invoice", "I", amount=Money(10_000, "EUR")),
    )
    # With J alone: a on the 7th, b on the 10th.
    assert happened(policy(*ACCOUNT), book, 1, 11) == [
        (3, "C:EUR", "stage", "a", 0, 0),
        (6, "C:EUR", "stage", "b", 0, 0),
        (7, "C:EUR", "stepped_down", "a", None, None),
        (7, "C:EUR", "resumed", "b", None, None),
        (10, "C:EUR", "stage", "b", 0, 0),
    ]


def test_an_account_whose_overdue_invoices_are_all_disputed_is_held_and_goes_on_later() -> None:
    book = ledger(
        [invoice("I", 100, 2)],
        event("dispute", 4, "invoice", "I"),
        event("dispute_resolved", 6, "invoice", "I"),
    )
    decision = decided(policy(*ACCOUNT), book, 5)["C:EUR"]
    assert (decision.outcome, decision.reason) == ("held", "disputed")
    # a on the 3rd; the clock stood still on the 4th and 5th, so that b comes on the 8th.
    assert happened(policy(*ACCOUNT), book, 1, 9) == [
        (3, "C:EUR", "stage", "a", 0, 0),
        (8, "C:EUR", "stage", "b", 0, 0),
    ]


def test_a_customer_is_dunned_through_his_payer() -> None:
    people = (Customer("C", {"email": "c@c.example"}), Customer("D", {}, payer="C"))
    book = ledger(
        [invoice("I", 100, 2, customer="D")],
        event("payment", 3, "customer", "D", amount=Money(10_000, "EUR")),
        customers=people,
    )
    rules = policy(*ACCOUNT)
    assert list(decided(rules, book, 2)) == ["C:EUR"]
    assert happened(rules, book, 1, 9) == []


LETTERS = ("  currency EUR", "  letters per customer", "stage a", "  after 1 day overdue")


def test_only_the_oldest_item_of_a_letter_is_charged_what_is_charged_per_letter() -> None:
    rules = policy(*LETTERS, "  by email", "  fee 5 EUR per letter")
    found = decided(rules, ledger([invoice("I", 100, 2), invoice("J", 50, 1)]), 3)
    assert {case: one.fee for case, one in found.items()} == {"I": 0, "J": 500}
    assert found["I"].letters == found["J"].letters == ("2026-03-03/C/EUR/email",)


def test_credits_that_cover_a_letter_keep_it_back() -> None:
    rules = policy(*LETTERS, "  by email")
    credit = event("credit", 3, "customer", "C", amount=Money(15_000, "EUR"))
    found = decided(rules, ledger([invoice("I", 100, 2), invoice("J", 50, 2)], credit), 3)
    assert {(one.outcome, one.reason) for one in found.values()} == {("held", "credits cover it")}
    more = ledger([invoice("I", 100, 2), invoice("J", 51, 2)], credit)
    assert {one.outcome for one in decided(rules, more, 3).values()} == {"act"}


def test_calls_beyond_the_contact_limit_move_to_the_first_day_on_which_they_fit() -> None:
    rules = policy(
        "  currency EUR",
        "contact at most 1 time in 3 days by phone",
        "stage a",
        "  after 1 day overdue",
        '  task "Call" by phone',
    )
    book = ledger([invoice("I", 100, 2), invoice("J", 50, 2)])
    assert decided(rules, book, 3)["J"].next_due == march(6)
    assert happened(rules, book, 1, 9) == [
        (3, "I", "stage", "a", 0, 0),
        (6, "J", "stage", "a", 0, 0),
    ]


def test_steps_are_summed_and_bounds_bind_the_sum() -> None:
    rules = policy(
        "  currency EUR",
        "stage a",
        "  after 1 day overdue",
        "  by email",
        "  fee by steps of open amount at least 40 EUR at most 500 EUR",
        "    15% of the first 100 EUR",
        "    10 EUR of the next 100 EUR",
        "    1% of the rest",
    )
    fees = [decided(rules, ledger([invoice("I", n, 2)]), 3)["I"].fee for n in (100, 101, 3000)]
    assert fees == [4000, 4000, 5300]


def test_a_converted_fee_is_rounded_to_the_coin_of_the_case_and_taxed_by_itself() -> None:
    rules = policy(
        "  currency CHF",
        "  round half up to 0.05 CHF",
        "fees taxed at 7.7%",
        "stage a",
        "  after 1 day overdue",
        "  by email",
        '  fee 11.50 EUR converted by "to"',
    )
    swiss = Invoice("I", "C", march(1), march(2), Money(10_000, "CHF"))
    found = decided(rules, ledger([swiss]), 3)["I"]
    assert (found.fee, found.tax) == (1035, 80)


def test_a_running_case_stays_with_its_version() -> None:
    def version(number: int, effective: str, stage: str, more: str) -> Checked:
        text = (
            f"policy p version {number}\n  effective {effective}\n  currency EUR\n"
            f"  timezone UTC\n{more}stage a\n  after 1 day overdue\n  by email\n"
            f"stage {stage}\n  after 3 days\n  by email\n"
        )
        checked, problems = read_source(Source("p.dun", text))
        assert checked is not None, problems
        return checked

    stays = "  running cases stay with their version\n"
    rules = (version(1, "2025-01-01", "b", ""), version(2, "2026-03-04", "c", stays))
    book = ledger([invoice("I", 100, 2), invoice("J", 100, 4)])
    assert [one[1:4] for one in happened(rules, book, 1, 9)] == [
        ("I", "stage", "a"),
        ("J", "stage", "a"),
        ("I", "stage", "b"),
        ("J", "stage", "c"),
    ]
