"""Corners of the language where engine and reference interpreter once differed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.core.decide import decide
from engine.core.knowledge import epochs
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer
from engine.core.simulate import Range, simulate_debtor
from tests.engine.ledgers import day, event, invoice, ledger
from tests.engine.playing import ask, percents, plan, policies, story, whole_debtor

if TYPE_CHECKING:
    from dunlang.plan import Plan

TASKS = """stage reminder
  after 3 days overdue
  task "Write"
stage notice
  after 7 days
  task "Call"
stage final
  after 9 days
  task "Visit"
  fee 5 EUR
"""
CHARGES_TOO = "  settled when open amount and charges are paid\n"


def version(number: int, effective: str, text: str, policy: str = "test") -> Plan:
    """A version of a policy in euros."""
    header = f"policy {policy} version {number}\n  effective {effective}\n  currency EUR\n"
    return plan(f"{header}  timezone UTC\n{text}")


def test_a_hold_that_its_own_stage_starts_stops_the_clock_on_the_day_of_the_stage() -> None:
    """Asked on the next day, the day of the stage counts as stopped; so it must on that day."""
    where = policies(
        plan(
            'hold "first contact" while stage is reminder, clock stopped\n'
            'stage reminder\n  after 1 day overdue\n  task "Call"\n'
            'stage notice\n  after 30 days overdue\n  task "Call"\n'
        )
    )
    found = ask(ledger([invoice()]), where, "2026-02-03")
    assert found.next is not None
    assert (found.stage, str(found.next.due)) == ("reminder", "2026-03-03")
    executed = [event("stage", "2026-02-03", stage="reminder")]
    held = ask(ledger([invoice()], executed), where, "2026-02-03")
    assert held.next == found.next


def test_stopped_days_before_the_invoice_date_count_towards_a_wait_that_began_before_it() -> None:
    where = policies(
        plan(
            'hold "disputed" while invoice.disputed, clock stopped\n'
            'stage reminder\n  task "Call"\n'
            'stage notice\n  after 10 days\n  task "Call"\n'
        )
    )
    book = ledger(
        [invoice(issued="2026-01-20")],
        [
            event("stage", "2026-01-05", stage="reminder"),
            event("dispute", "2026-01-07"),
            event("dispute_resolved", "2026-01-12"),
        ],
    )
    found = ask(book, where, "2026-01-21")
    assert (found.stage, str(found.due)) == ("notice", "2026-01-20")


def test_an_invoice_is_not_due_before_its_invoice_date_even_if_its_due_date_has_passed() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger([invoice(issued="2026-02-10", due="2026-02-01")])
    found = ask(book, where, "2026-02-05")
    assert found.outcome == "not_due"
    assert found.next is not None
    assert str(found.next.due) == "2026-02-10"


def test_a_default_in_several_currencies_is_the_one_of_the_case() -> None:
    text = (
        'policy test version 1 "Test"\n  effective 2020-01-01\n  currency EUR, CHF\n'
        "  timezone UTC\n"
        "fact customer.limit : money default 50 EUR | 500 CHF\n"
        'exclude "within the limit" when open amount <= customer.limit\n'
        'stage reminder\n  task "Call"\n'
    )
    where = policies(plan(text))
    customers = [Customer("C-1")]
    for currency, outcome in (("EUR", "act"), ("CHF", "excluded")):
        book = ledger([invoice(amount=f"100.00 {currency}")], [], customers)
        assert ask(book, where, "2026-02-10").outcome == outcome


def test_a_payment_known_to_have_bounced_only_later_reopens_the_case_when_that_is_learnt() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00", id="P-1"),
            event("reversal", "2026-02-10", value="P-1", recorded="2026-02-13T09:00:00"),
        ],
    )
    first, last = day("2026-02-01").toordinal(), day("2026-02-20").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, last)
    found = simulate_debtor("C-1", known, where, Range(first, last), only="R-1")
    assert [f"{each.on} {each.event}" for each in found] == [
        "2026-02-01 stage",
        "2026-02-05 settled",
        "2026-02-13 reopened",
        "2026-02-13 stage",
    ]


def test_a_payment_learnt_of_on_the_first_day_settles_the_case_on_that_day() -> None:
    where = policies(plan('stage reminder\n  after 1 day overdue\n  task "Call"\n'))
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-01", stage="reminder"),
            event("payment", "2026-02-05", amount="100.00", recorded="2026-02-10T09:00:00"),
        ],
    )
    first = day("2026-02-10").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, first + 5)
    found = simulate_debtor("C-1", known, where, Range(first, first + 5), only="R-1")
    assert [f"{each.on} {each.event}" for each in found] == ["2026-02-10 settled"]


def test_a_payment_is_not_given_to_an_instalment_that_nobody_has_heard_of_yet() -> None:
    """Day by day: until the older instalment is written, the payment settles the other one."""
    where = policies(plan('stage notice\n  from 1 month before due\n  task "Call"\n'))
    book = ledger(
        [
            invoice("R-1", "100.00", document="D-1", issued="2026-02-01", due="2026-03-03"),
            invoice("R-2", "119.50", document="D-1", issued="2026-02-27", due="2026-02-27"),
        ],
        [event("payment", "2026-02-18", "D-1", amount="119.50")],
    )
    played = Range(day("2026-02-22").toordinal(), day("2026-03-15").toordinal())
    known = epochs(index_ledger(book), "C-1", played.first - 1, played.last)
    found = simulate_debtor("C-1", known, where, played, only="R-1")
    assert [(str(each.on), each.event) for each in found] == [("2026-02-27", "stage")]


def test_the_order_of_questions_does_not_matter_to_a_clock_that_a_hold_stopped() -> None:
    where = policies(
        plan(
            "interest 9% a year\nclaim interest when paid\n"
            'hold "small" while open amount < 500 EUR, clock stopped\n'
            'stage final\n  task "Call"\n  charge interest\n'
        )
    )
    done = [event("stage", "2025-12-31", stage="warning")]
    book = ledger([invoice(issued="2026-01-01")], done)
    fresh, asked = whole_debtor(book, where, "R-1"), whole_debtor(book, where, "R-1")
    later = day("2026-01-20").toordinal()
    decide(asked, asked.invoices["R-1"], day("2025-12-20").toordinal())
    assert decide(asked, asked.invoices["R-1"], later) == decide(
        fresh, fresh.invoices["R-1"], later
    )


def test_an_account_reopened_by_a_stage_stands_under_the_version_of_that_stage_at_once() -> None:
    """Paid on the 5th; the fee of a notice under version 1 on the 12th is still to be paid."""
    account = "  dun each account\n" + CHARGES_TOO
    stays = account + "  running cases stay with their version\n"
    where = policies(
        version(1, "2025-01-01", account + TASKS),
        version(2, "2026-02-10", stays + TASKS.replace("9 days", "2 days")),
    )
    book = ledger(
        [invoice()],
        [
            event("payment", "2026-02-05", amount="100.00"),
            event(
                "stage",
                "2026-02-12",
                "C-1:EUR",
                stage="notice",
                policy="test",
                version=1,
                fee="5.00",
            ),
        ],
    )
    asked = [ask(book, where, on, "C-1:EUR") for on in ("2026-02-12", "2026-02-13")]
    # Version 2 would have it visited two days after the notice, version 1 nine.
    assert [each.version for each in asked] == [1, 1]
    assert [str(each.next.due) for each in asked if each.next] == ["2026-02-21", "2026-02-21"]


def test_an_account_starts_with_its_first_invoice_though_another_policy_puts_one_into_it() -> None:
    """Until 10 February nobody decides the account; the policy that goes on began long before."""
    accounts = (
        "  dun each account\n"
        'stage welcome\n  after 30 days since start and 1 day overdue\n  task "Welcome"\n'
    )
    where = policies(
        version(1, "2025-01-01", accounts),
        version(1, "2025-01-01", "  applies when customer.country is AT\n" + accounts, "other"),
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2")],
        [
            event("assign", "2026-01-01", "R-2", policy="other"),
            event("assign", "2026-02-10", "R-2"),
        ],
    )
    assert ask(book, where, "2026-02-09", "C-1:EUR").outcome == "undecided"
    found = ask(book, where, "2026-02-10", "C-1:EUR")
    # Thirty days after 1 January it was not overdue yet, so it came due on 1 February.
    assert (found.stage, str(found.due)) == ("welcome", "2026-02-01")


def test_whether_a_charge_that_reopens_a_case_continues_its_cycle_was_settled_before_it() -> None:
    """Paid under version 1, where cases continue; reopened by a fee of version 2, where not."""
    fees = "fees at most 8 EUR\n" + TASKS.replace('"Write"', '"Write"\n  fee 5 EUR')
    where = policies(
        version(1, "2025-01-01", "  reopened cases continue\n" + fees),
        version(2, "2026-02-10", CHARGES_TOO + fees),
    )
    book = ledger(
        [invoice()],
        [
            event("stage", "2026-02-03", stage="reminder"),
            event("payment", "2026-02-05", amount="100.00"),
            event("stage", "2026-02-12", stage="notice", fee="2.00"),
        ],
    )
    # Of the 8.00 of a cycle, 5.00 and 2.00 are used up: the cycle that began on the 3rd goes on.
    assert story(book, where, "2026-02-13", "2026-03-01") == [
        "2026-02-21 R-1 stage final fee 1.00 EUR"
    ]


def test_a_hint_that_a_notice_to_the_same_customer_pushes_past_the_due_date_is_passed_over() -> (
    None
):
    """R-1 is written to on the 29th; a week later it is too late to hint at R-2: a call is next."""
    where = policies(
        plan(
            "at least 1 week between notices to a customer\n"
            "stage hint\n  from 1 day before due\n  by email\n"
            'stage call\n  from 3 days before due\n  task "Call"\n'
        )
    )
    book = ledger(
        [invoice("R-1", due="2026-01-30"), invoice("R-2")],
        [],
        [Customer("C-1", {"email": "ann@example.org"})],
    )
    first, second = (ask(book, where, "2026-01-29", each) for each in ("R-1", "R-2"))
    assert (first.outcome, first.stage) == ("act", "hint")
    # Without would be hinted at on the 30th. The date of the call has come, but who waits
    # because of another is not called on the same day.
    assert second.next is not None
    assert (second.outcome, second.next.stage, str(second.next.due)) == (
        "not_due",
        "call",
        "2026-01-30",
    )


def test_nothing_is_done_on_a_day_on_which_the_interest_of_a_paid_case_lacks_its_rate() -> None:
    """Paid on the 10th, with a fee left to pay: the notice due that day is made the day after."""
    where = policies(
        version(
            1,
            "2025-01-01",
            CHARGES_TOO
            + 'rate base from "base"\ninterest base\nclaim interest when paid\n'
            + TASKS.replace('"Write"', '"Write"\n  fee 5 EUR'),
        ),
        tables=percents("base", d2020_01_01="9", d2026_02_06=""),
    )
    book = ledger([invoice()], [event("payment", "2026-02-10", amount="100.00")])
    assert story(book, where, "2026-02-01", "2026-02-11") == [
        "2026-02-03 R-1 stage reminder fee 5.00 EUR",
        "2026-02-10 R-1 undecided rates/base.csv ends on 2026-02-05: add a row for 2026-02-06",
        "2026-02-11 R-1 stage notice",
    ]


def test_a_held_stage_that_may_come_early_is_released_in_grace_and_held_again_after_it() -> None:
    """A reminder before the due date lets the notice come before it too, but not in grace."""
    where = policies(
        version(
            1,
            "2025-01-01",
            "  grace 3 days\n"
            'hold "abroad" while customer.country is DE, clock stopped\n'
            'stage reminder\n  from 9 days before due\n  task "Write"\n'
            'stage notice\n  task "Call"\n',
        )
    )
    book = ledger(
        [invoice()],
        [event("stage", "2026-01-22", stage="reminder")],
        [Customer("C-1", {"country": "DE"})],
    )
    first, last = day("2026-01-30").toordinal(), day("2026-02-20").toordinal()
    known = epochs(index_ledger(book), "C-1", first - 1, last)
    skipping, daily = (
        [
            f"{each.on} {each.event} {each.reason}"
            for each in simulate_debtor(
                "C-1", known, where, Range(first, last, every_day=every), only="R-1"
            )
        ]
        for every in (False, True)
    )
    assert skipping == daily
    assert skipping == ["2026-02-01 released abroad", "2026-02-04 held abroad"]


def test_a_stage_that_the_version_does_not_know_was_sent_in_a_letter_of_that_version() -> None:
    """R-2 travels in the letter of R-1, whose stage somebody named by hand: there is no gap."""
    where = policies(
        version(
            1,
            "2025-01-01",
            "  letters per customer\n"
            "at least 5 days between notices to a customer\n"
            "stage reminder\n  after 3 days overdue\n  by email\n",
        )
    )
    book = ledger(
        [invoice("R-1"), invoice("R-2")],
        [
            event(
                "stage",
                "2026-02-03",
                "R-1",
                stage="by hand",
                policy="test",
                version=1,
                value=frozenset({"email"}),
            )
        ],
        [Customer("C-1", {"email": "ann@example.org"})],
    )
    found = ask(book, where, "2026-02-03", "R-2")
    assert (found.outcome, found.stage) == ("act", "reminder")
    assert found.letters == ("2026-02-03/C-1/EUR/email",)


def test_a_wait_from_a_start_that_never_was_lets_no_stage_run_before_the_due_date() -> None:
    """Since its issue date no version in force covered the invoice, so it has no start."""
    where = policies(
        version(1, "2025-01-01", 'stage hint\n  after 0 days since start\n  task "Hint"\n'),
        version(
            2,
            "2025-12-25",
            "  applies when invoice.disputed\n  running cases stay with their version\n",
        ),
    )
    book = ledger([invoice()], [event("stage", "2025-12-20", stage="welcome", version=1)])
    found = ask(book, where, "2026-01-05")
    assert found.next is not None
    assert (found.outcome, found.next.stage) == ("not_due", "hint")
    assert str(found.next.due) == "2026-02-01"


def test_of_two_stages_on_the_day_of_a_reopening_the_second_stands_under_the_first() -> None:
    """Nothing is overdue yet; the second stage charges, and so begins the cycle."""
    charging = TASKS.replace('"Write"', '"Write"\n  fee 5 EUR')
    stays = "  dun each account\n  running cases stay with their version\n"
    where = policies(
        version(1, "2025-01-01", "  dun each account\n" + CHARGES_TOO + charging),
        version(2, "2026-01-20", stays + TASKS),
    )
    on, account = "2026-01-20", "C-1:EUR"
    book = ledger(
        [invoice()],
        [
            event("stage", on, account, stage="reminder", policy="test", version=1, fee="0.00"),
            event("stage", on, account, stage="reminder", policy="test"),
        ],
    )
    assert ask(book, where, "2026-01-21", account).version == 1


def test_a_clock_that_stands_still_does_so_for_hints_before_the_invoice_date_too() -> None:
    """On time the hint would have come on 3 March; repeated it is not while the clock stands."""
    where = policies(
        plan(
            "  late runs go straight to the stage reached\n"
            'hold "small" while open amount < 60 EUR, clock stopped\n'
            'stage hint\n  from 3 days before due\n  repeat every 1 day\n  task "Hint"\n'
        )
    )
    book = ledger([invoice("R-1", "50.00", issued="2026-03-06", due="2026-03-06")])
    found = ask(book, where, "2026-03-05")
    assert found.next is not None
    assert (found.outcome, found.next.stage) == ("held", "hint")
    assert str(found.next.due) == "2026-03-03"
