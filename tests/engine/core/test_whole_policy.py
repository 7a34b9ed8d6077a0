"""The complete policy of the language's description, with interest, letters and contacts.

The text is that of the golden story `good/reading/complete_policy.md`; grace 2 days, at least 5
days between notices, fees at most 40.00. The rate of interest is 1.27% + 9 points for a business
and 1.27% + 5 points for a consumer.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.compile import compile_source
from dunlang.source import Source
from engine.core.decision import Next
from engine.core.model import Customer
from engine.core.money import Money
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, percents, policies, story
from tests.golden.runner import read, source_of

if TYPE_CHECKING:
    from engine.core.model import Invoice, Value
    from engine.core.policies import PolicySet

STORY = Path(__file__).parents[2] / "golden" / "good" / "reading" / "complete_policy.md"
ADDRESSES: dict[str, Value] = {
    "email": "ann@example.org",
    "phone": "+49 30 1",
    "street": "Am Markt 1",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
}


def whole(until: str = "") -> PolicySet:
    """The policy with 1.27% from 2026 on; `until`: the day on which the table ends."""
    text = source_of(read(STORY)).text
    made, problems = compile_source(Source("de_standard.dun", text))
    assert made is not None, problems
    end = {f"d{until.replace('-', '_')}": ""} if until else {}
    rates = percents("de-basiszinssatz", d2026_01_01="1.27", **end)
    return policies(made, tables=rates)


def customer(kind: str, **facts: Value) -> Customer:
    return Customer("C-17", {"kind": kind, **ADDRESSES, **facts})


def bill(amount: str = "250.00", name: str = "R-1001") -> Invoice:
    return invoice(name, amount, customer="C-17", issued="2026-01-31", due="2026-03-02")


def told(who: Customer, amount: str) -> list[str]:
    found = story(ledger([bill(amount)], [], [who]), whole(), "2026-03-01", "2026-07-31")
    return [line[5:].replace(" R-1001 stage", "") for line in found]


def test_a_consumer_goes_up_the_ladder() -> None:
    # Interest of 28 days, 3 to 30 March: 250 x 6.27% x 28 / 365 = 1.2025.
    assert told(customer("consumer"), "250.00") == [
        "03-05 reminder",
        "03-16 notice fee 5.00 EUR",
        "03-30 warning fee 10.00 EUR interest 1.20 EUR",
        "04-09 final",
        "04-27 collection",
    ]


def test_a_consumer_at_risk_is_reminded_when_grace_is_over() -> None:
    # A day overdue is in grace, which is over on Thursday the 5th.
    found = told(customer("consumer", risk="high"), "250.00")
    assert found[:2] == ["03-05 reminder", "03-16 notice fee 5.00 EUR"]


def test_a_business_with_more_at_stake_is_called_and_its_fees_stop_at_the_cap() -> None:
    # 1,000 x 10.27% x 28 / 365 = 7.8784; 5.00 and 20.00 leave 15.00 of 40.00.
    assert told(customer("business"), "1000.00") == [
        "03-05 reminder",
        "03-16 notice fee 5.00 EUR",
        "03-30 warning fee 20.00 EUR interest 7.88 EUR",
        "04-06 phone_call",
        "04-16 final fee 15.00 EUR",
        "05-04 collection",
    ]


def test_a_customer_who_wants_no_calls_gets_none() -> None:
    assert told(customer("business", no_calls=True), "1000.00")[3:] == [
        "04-09 final fee 15.00 EUR",
        "04-27 collection",
    ]


def test_a_key_account_is_given_time_and_pays_no_fees() -> None:
    # Deadline of the notice of 9 April: 20 April. 250 x 10.27% x 66 / 365 = 4.6426.
    rich = customer("business", revenue_12m=Money(300_000_00, "EUR"))
    assert told(rich, "250.00") == [
        "03-19 reminder",
        "04-09 notice",
        "05-07 warning interest 4.64 EUR",
        "06-01 final",
        "07-02 collection",
    ]
    assert told(customer("business", tags=frozenset({"key-account"})), "250.00")[0] == (
        "03-19 reminder"
    )


def test_a_public_body_begins_with_the_notice_and_is_not_called() -> None:
    # Seven days after nothing is seven days after the due date; 14 days overdue is the 16th.
    assert told(customer("public_body"), "1000.00") == [
        "03-16 notice",
        "03-30 warning interest 7.88 EUR",
        "04-09 final",
        "04-27 collection",
    ]


def test_in_francs_the_limits_in_francs_count() -> None:
    assert told(customer("consumer"), "250.00 CHF")[1:3] == [
        "03-16 notice fee 5.00 CHF",
        "03-30 warning fee 10.00 CHF interest 1.20 CHF",
    ]
    assert told(customer("consumer"), "9.99 CHF") == []


def test_the_decision_of_the_interface_description_with_letters_per_customer() -> None:
    book = ledger(
        [bill()],
        [event("stage", "2026-03-05", "R-1001", stage="reminder")],
        [customer("consumer")],
    )
    found = ask(book, whole(), "2026-03-16", "R-1001")
    assert (found.case, found.customer, found.on) == ("R-1001", "C-17", date(2026, 3, 16))
    assert (found.policy, found.version, found.outcome) == ("de_standard", 3, "act")
    assert (found.stage, found.due, found.mode) == ("notice", date(2026, 3, 16), "send")
    assert found.channels == ("email", "post")
    assert found.open_amount == Money(250_00, "EUR")
    assert (found.fee, found.interest) == (Money(5_00, "EUR"), Money(0, "EUR"))
    assert found.deadline == date(2026, 3, 25)
    assert found.letters == ("2026-03-16/C-17/EUR/email", "2026-03-16/C-17/EUR/post")
    assert found.next == Next("warning", date(2026, 3, 30))
    assert (found.reason, found.problems) == (None, ())


def test_only_the_stage_that_claims_interest_needs_the_rate_of_its_day() -> None:
    done = [
        event("stage", "2026-03-05", "R-1001", stage="reminder"),
        event("stage", "2026-03-16", "R-1001", stage="notice"),
    ]
    book = ledger([bill()], done, [customer("consumer")])
    where = whole(until="2026-03-20")
    assert ask(book, where, "2026-03-29", "R-1001").outcome == "waiting"
    found = ask(book, where, "2026-03-30", "R-1001")
    assert (found.outcome, found.reason) == (
        "undecided",
        "rates/de-basiszinssatz.csv ends on 2026-03-19: add a row for 2026-03-20",
    )


def test_stages_of_two_invoices_travel_in_one_letter_unless_credits_cover_it() -> None:
    two = [bill(), bill("60.00", "R-1002")]
    credit = event("credit", "2026-03-04", "C-17", amount="310.00")
    for events, outcome in (([], "act"), ([credit], "held")):
        book = ledger(two, events, [customer("consumer")])
        found = [ask(book, whole(), "2026-03-05", each.id) for each in two]
        assert [each.outcome for each in found] == [outcome] * 2
