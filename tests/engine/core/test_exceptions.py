"""Exceptions: what a `for` block changes, and for whom.

A `for` block applies where its condition holds, and between its dates where it has them. Blocks
apply in the order written, and a later one wins on the setting both name. A stage inside a block
replaces only the clauses it names. In exceptions `hold` and `exclude` add to those outside, `skip`
is a union, of two `wait ... longer` the later wins; `no fees` and a stage's `fee` are settled by
order. A condition that comes out unknown does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.core.model import Customer
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import ask, plan, policies, story

if TYPE_CHECKING:
    from engine.core.model import Value

BASE = """policy p version 1
  effective 2020-01-01
  currency EUR
  timezone UTC
fact customer.a : yes/no
fact customer.b : yes/no
exclude "outside" when open amount < 10 EUR
stage one
  after 3 days overdue
  by email
  fee 5 EUR
stage two
  after 7 days
  by email
  fee 5 EUR
stage three
  after 7 days
  by email
  fee 5 EUR
"""


def told(text: str, *, a: bool | None = True, b: bool | None = True) -> list[str]:
    facts = {name: value for name, value in (("a", a), ("b", b)) if value is not None}
    who = Customer("C-1", {"email": "ann@example.org", "phone": "+49 30 1", **facts})
    book = ledger([invoice()], [], [who])
    found = story(book, policies(plan(BASE + text)), "2026-01-01", "2026-04-30")
    return [line[5:].replace(" R-1 stage", "") for line in found]


USUAL = ["02-03 one fee 5.00 EUR", "02-10 two fee 5.00 EUR", "02-17 three fee 5.00 EUR"]


def test_a_block_whose_condition_is_unknown_does_not_apply() -> None:
    for a in (None, False):
        assert told("for customer.a\n  skip one\n", a=a) == USUAL
        assert told("for customer.a and customer.b\n  skip one\n", a=a) == USUAL
    assert told("for customer.a or customer.b\n  no fees\n", a=None)[0] == "02-03 one"
    assert told("for not customer.a\n  no fees\n", a=None) == USUAL
    assert told("for customer.a is unknown\n  no fees\n", a=None)[0] == "02-03 one"


def test_of_two_blocks_the_later_wins_on_what_both_name() -> None:
    longer = "for customer.a\n  wait 9 days longer\nfor customer.b\n  wait 2 days longer\n"
    assert told(longer)[0] == "02-05 one fee 5.00 EUR"
    assert told(longer, b=False)[0] == "02-12 one fee 5.00 EUR"


def test_what_only_one_of_them_names_stays() -> None:
    text = (
        "for customer.a\n  wait 2 days longer\n  skip one\nfor customer.b\n  skip two\n  no fees\n"
    )
    # Seven days after the due date, and two more.
    assert told(text) == ["02-09 three"]


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        (
            "for customer.a\n  no fees\nfor customer.b\n  stage one\n    fee 7 EUR\n",
            " fee 7.00 EUR",
        ),
        ("for customer.b\n  stage one\n    fee 7 EUR\nfor customer.a\n  no fees\n", ""),
    ],
)
def test_no_fees_and_a_fee_are_settled_by_order(text: str, fee: str) -> None:
    assert told(text)[0] == f"02-03 one{fee}"


def test_a_stage_in_a_block_keeps_the_clauses_that_it_does_not_name() -> None:
    text = (
        "for customer.a\n  stage one\n    by sms\n"
        "for customer.b\n  stage one\n    after 5 days overdue\n"
    )
    where = policies(plan(BASE + text))
    facts: dict[str, Value] = {"phone": "+49 30 1", "a": True, "b": True}
    book = ledger([invoice()], [], [Customer("C-1", facts)])
    found = ask(book, where, "2026-02-05")
    assert (str(found.due), found.channels, str(found.fee)) == ("2026-02-05", ("sms",), "5.00 EUR")


def test_between_dates_a_block_applies_up_to_and_including_the_last() -> None:
    text = "for customer.a from 2026-02-01 until 2026-02-10\n  wait 30 days longer\n"
    assert told(text)[0] == "02-11 one fee 5.00 EUR"
    assert told(text.replace("from 2026-02-01", "from 2026-02-04")) == [
        USUAL[0],
        "02-11 two fee 5.00 EUR",
        "02-18 three fee 5.00 EUR",
    ]


def test_rules_in_a_block_add_to_those_outside() -> None:
    text = (
        'for customer.a\n  exclude "inside" when open amount < 200 EUR\n'
        '  hold "held" while customer.b\n'
    )
    where = policies(plan(BASE + text))
    for amount, reason in (("9.00", "outside"), ("100.00", "inside"), ("200.00", "held")):
        book = ledger([invoice(amount=amount)], [], [Customer("C-1", {"a": True, "b": True})])
        assert ask(book, where, "2026-02-05").reason == reason


def test_grace_and_the_cap_may_differ() -> None:
    text = "for customer.a\n  grace 9 days\n  fees at most 7 EUR\n"
    assert told(text) == ["02-10 one fee 5.00 EUR", "02-17 two fee 2.00 EUR", "02-24 three"]


def test_a_fact_that_changes_changes_the_exception_from_its_day_on() -> None:
    text = "for customer.a\n  skip two\n"
    later = event("fact", "2026-02-09", "C-1", name="a", value=True)
    who = Customer("C-1", {"email": "ann@example.org"})
    book = ledger([invoice()], [later], [who])
    found = story(book, policies(plan(BASE + text)), "2026-01-01", "2026-04-30")
    assert found == [
        "2026-02-03 R-1 stage one fee 5.00 EUR",
        "2026-02-10 R-1 stage three fee 5.00 EUR",
    ]


@pytest.mark.parametrize(
    ("by", "facts", "channels", "problem"),
    [
        ("email else post", {"email": "a@example.org"}, ("email",), None),
        ("email else post", {"street": "S 1", "postcode": "1", "city": "C"}, ("post",), None),
        ("email else post", {"street": "S 1", "postcode": "1"}, (), "unreachable"),
        ("registered_post else sms", {"street": "S 1", "phone": "1"}, ("sms",), None),
        ("sms else phone", {"email": "a@example.org"}, (), "unreachable"),
        ("email else portal", {}, ("portal",), None),
        ("webhook", {}, ("webhook",), None),
    ],
)
def test_a_channel_needs_its_address_and_portal_and_webhook_need_none(
    by: str, facts: dict[str, str], channels: tuple[str, ...], problem: str | None
) -> None:
    where = policies(plan(BASE.replace("by email", f"by {by}")))
    book = ledger([invoice()], [], [Customer("C-1", dict(facts))])
    found = ask(book, where, "2026-02-03")
    assert (found.outcome, found.stage, found.channels) == ("act", "one", channels)
    assert (problem in found.problems) is (problem is not None)
