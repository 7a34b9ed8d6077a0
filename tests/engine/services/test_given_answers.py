"""Facts that are sent along: what is usual is decided many at a time, as it is one by one."""

from __future__ import annotations

import datetime
import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from engine.core.case import CaseFacts
from engine.core.usual import Usual
from engine.core.usual_items import UsualFacts
from engine.core.usual_versions import is_simple
from engine.io.ledger_json import Objects
from engine.io.usual_rows import item_of
from engine.services.actors import Actor, Refused
from engine.services.given_answers import Answered, Answering, answer_given
from engine.services.given_ledger import decide_given
from engine.services.policies import read_policies
from engine.services.stored_company import InForce
from tests.engine.io.objects import LISTS
from tests.engine.playing import LAW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VIEWER = Actor("anna", "viewer")
ON = datetime.date(2026, 3, 16)
HOUSE = """\
policy house version 1
  effective 2025-01-01
  applies when customer.country is DE
  currency EUR, CHF
  timezone Europe/Berlin
  letters per customer and stage
  grace 1 day
  run on business days

fact customer.risk : one of (low, high) default low
fact invoice.order : text

exclude "small" when open amount < 5.00 EUR | 5.00 CHF
hold "disputed" while invoice.disputed, clock stopped
hold "high risk 100%" while customer.risk is high and days overdue < 20
fees at most 12.00 EUR | 12.00 CHF
fees taxed at 20%

stage reminder
  after 3 days
  by email else post
  fee 2.50 EUR | 2.50 CHF
  pay within 5 days
stage warning
  after 2 days past deadline
  by email and post
  fee 1% of open amount at least 1.00 EUR | 1.00 CHF once
  needs approval by credit_manager
stage call
  after 9 days overdue
  when open amount >= 100 EUR | 100 CHF
  task "Call" by phone
  suspend "delivery"
stage final
  after 3 days
  by post
  fee 11.00 EUR | 11.00 CHF
stage lawyer
  after 6 days
  hand over to "Lawyer"
  write off
"""


def in_force(*paths: Path) -> InForce:
    policies = read_policies(paths)
    assert policies.usable, policies.problems
    versions = tuple((plan.id, plan.version, "0f" * 32) for plan in policies.plans)
    return InForce(policies, policies.together(), policies.declared, versions)


LIMITED = HOUSE.replace(
    "run on business days",
    "run on business days\n\n"
    """\
contact at most 2 times in 20 days by email
contact at most 1 time in 9 days by post, phone
""",
)


def under(folder: Path, text: str) -> Answering:
    path = folder / "house.dun"
    path.write_text(text, encoding="utf-8")
    return Answering(in_force(path))


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Answering:
    """Under a policy with some of everything that does not look at other cases."""
    return under(tmp_path_factory.mktemp("policies"), HOUSE)


def asked(seed: int, count: int) -> Objects:
    """Customers with an invoice or two, of which most are usual."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    customers: list[dict[str, Any]] = []
    invoices: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for number in range(count):
        name = f'C "{number}\\' if number % 9 == 0 else f"C-{number}"
        customers.append({"id": name, "country": chance.choice(("DE", "DE", "DE", "AT"))})
        customers[-1] |= chance.choice(({}, {"email": "a@b.example"}, {"email": None, "payer": ""}))
        customers[-1] |= chance.choice(({}, {"street": "S", "postcode": "1", "city": "Ü"}))
        customers[-1] |= chance.choice(({}, {"risk": "high"}, {"phone": "1", "name": "%s"}))
        customers[-1] |= chance.choice(({}, {}, {"limit": "90 EUR"}, {"limit": ""}))
        if number and chance.random() < 0.05:
            customers[-1]["payer"] = customers[-2]["id"]
        for part in range(chance.choice((1, 1, 2))):
            invoices.append(_invoice(chance, name, f"R-{number}/{part}"))
            events += _events(chance, invoices[-1])
    return Objects(customers, invoices, events)


def _invoice(chance: Random, customer: str, name: str) -> dict[str, Any]:
    issued = datetime.date(2026, 1, 1) + datetime.timedelta(days=chance.randrange(80))
    amount, currency = chance.choice(
        (
            *(("250.00", "EUR"), ("812.50", "EUR"), ("7.99", "EUR"), ("99", "CHF")),
            # Just below, at, and above what the policy asks for; and written unusually.
            *(("4.99", "EUR"), ("5.00", "EUR"), ("99.99", "CHF"), ("100.0", "CHF")),
            *((f"{chance.randrange(1, 300)}.{chance.randrange(100):02}", "EUR"),) * 4,
        )
    )
    due = issued + datetime.timedelta(days=chance.randrange(40))
    found = {"id": name, "customer": customer, "issued": str(issued), "due": str(due)}
    found |= {"amount": amount, "currency": currency if chance.random() < 0.95 else "USD"}
    return found | chance.choice(({}, {}, {"order": "A"}, {"document": name}))


def _events(chance: Random, invoice: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        date = datetime.date(2026, 2, 10) + datetime.timedelta(days=chance.randrange(45))
        base = {"date": str(date), "invoice": invoice["id"]}
        stage = chance.choice(("reminder", "reminder", "warning", "call", "lawyer", "unheard"))
        found.append(
            base
            | chance.choice(
                (
                    {"kind": "stage", "stage": stage},
                    {"kind": "stage", "stage": stage},
                    {"kind": "payment", "amount": chance.choice(("3.00", "7.99", "50.00"))},
                    {"kind": "dispute"}
                    if chance.random() < 0.3
                    else {"kind": "credit", "amount": "1"},
                )
            )
        )
    return found


@pytest.mark.parametrize("seed", range(6))
def test_many_cases_are_answered_as_each_of_them_is(answering: Answering, seed: int) -> None:
    objects = asked(seed, 150)
    for on in (ON, datetime.date(2026, 3, 21), datetime.date(2026, 2, 2)):
        found = answer_given(VIEWER, answering, objects, on)
        expected = decide_given(VIEWER, answering.now, objects, on)
        assert isinstance(found, Answered)
        assert isinstance(expected, list)
        assert [json.loads(text) for text in found.texts] == expected
        assert sum(found.counts.values()) == len(expected)
        outcomes = [(each["outcome"], each["policy"]) for each in expected]
        assert found.counts == {key: outcomes.count(key) for key in outcomes}


@pytest.mark.parametrize("seed", range(3))
def test_under_limits_of_contacts_they_are_too(tmp_path: Path, seed: int) -> None:
    answering, objects = under(tmp_path, LIMITED), asked(seed + 100, 150)
    for on in (ON, datetime.date(2026, 3, 20), datetime.date(2026, 3, 4)):
        found = answer_given(VIEWER, answering, objects, on)
        expected = decide_given(VIEWER, answering.now, objects, on)
        assert isinstance(found, Answered)
        assert [json.loads(text) for text in found.texts] == expected


AMOUNTS = {
    "a share of it is charged": ("fee 2.50 EUR | 2.50 CHF", "fee 3% of open amount"),
    "it is compared with a fact": ("< 5.00 EUR | 5.00 CHF", "< customer.limit"),
    "it is compared with a part of itself": ("< 5.00 EUR | 5.00 CHF", "< 50% of original amount"),
    "it is exactly one": (
        "open amount < 5.00 EUR | 5.00 CHF",
        "open amount is 5 EUR | 100 CHF or invoice.amount > 812.49 EUR | 99.98 CHF",
    ),
    "it is not below another": (
        "when open amount >= 100 EUR | 100 CHF",
        "when not original amount < 100 EUR | 100 CHF or fees so far > 2 EUR | 2 CHF",
    ),
}
"""How decisions may depend on an amount: what to replace in the policy, and by what."""


@pytest.mark.parametrize("case", AMOUNTS)
def test_cases_that_differ_in_their_amounts_are_told_apart_where_a_policy_does(
    tmp_path: Path, case: str
) -> None:
    was, now = AMOUNTS[case]
    assert was in HOUSE
    text = HOUSE.replace("fact invoice.order", "fact customer.limit : money\nfact invoice.order")
    answering = under(tmp_path, text.replace(was, now))
    objects = much_alike(400)
    found = answer_given(VIEWER, answering, objects, ON)
    assert isinstance(found, Answered)
    expected = decide_given(VIEWER, answering.now, objects, ON)
    assert [json.loads(text) for text in found.texts] == expected


def much_alike(count: int) -> Objects:
    """Invoices that differ in little but their amounts, some of which a policy asks for."""
    chance = Random(count)  # noqa: S311 - repeatable, not secret
    asked_for = ("4.99", "5.00", "5.01", "99.00", "99.98", "99.99", "100.00", "812.49", "812.50")
    amounts = (*asked_for * 9, *(f"{chance.randrange(1, 900)}.{n:02}" for n in range(60)))
    reached = {"country": "DE", "street": "S", "postcode": "1", "city": "C"}
    customers, invoices, events = [], [], []
    for number in range(count):
        limit = chance.choice(({}, {"limit": "90.00 EUR"}, {"limit": "300.00 CHF"}))
        customers.append({"id": f"C-{number}", **reached, **limit})
        invoice = {"id": f"R-{number}", "customer": f"C-{number}", "amount": chance.choice(amounts)}
        invoice |= {"issued": "2026-01-20", "due": "2026-02-10"}
        invoices.append(invoice | {"currency": chance.choice(("EUR", "CHF"))})
        for stage in ("reminder", "warning", "call")[: chance.randrange(4)]:
            on = f"2026-03-{len(stage):02}"
            event = {"date": on, "kind": "stage", "invoice": invoice["id"], "stage": stage}
            events.append(event)
    return Objects(customers, invoices, events)


def test_what_was_charged_before_differs_from_case_to_case(answering: Answering) -> None:
    """Two cases that stand at the same stage since the same day, and the cap leaves less to one."""
    reached = {"street": "S", "postcode": "1", "city": "C", "country": "DE"}
    dates = {"issued": "2026-01-01", "due": "2026-01-10", "currency": "EUR"}
    customers, invoices, events = [], [], []
    for name, amount in (("C-1", "250.00"), ("C-2", "812.50")):
        customers.append({"id": name, **reached})
        invoices.append({"id": f"R-{name}", "customer": name, "amount": amount, **dates})
        for stage, on in (("warning", "2026-02-20"), ("call", "2026-02-26")):
            event = {"kind": "stage", "stage": stage, "date": on, "invoice": f"R-{name}"}
            events.append(event)
    found = answer_given(VIEWER, answering, Objects(customers, invoices, events), ON)
    assert isinstance(found, Answered)
    told = [json.loads(text) for text in found.texts]
    assert [(each["stage"], each["fee"]["amount"]) for each in told] == [
        ("final", "9.50"),
        ("final", "3.87"),
    ]


def test_most_of_them_are_usual_and_of_every_outcome(answering: Answering) -> None:
    """Else the test before would say little."""
    usual, outcomes = 0, set()
    objects = asked(2, 700)
    rows = answering.reader.read(objects)
    assert rows is not None
    for case in rows.cases:
        found = answering.on(ON).decide(item_of(case))
        if found is not None:
            usual += 1
            outcomes.add(found[0].outcome)
    assert usual > 300
    assert outcomes >= {"act", "waiting", "not_due", "settled", "held", "excluded", "no_policy"}
    assert outcomes >= {"no_stage_left"}


@given(LISTS)
def test_whatever_is_wrong_is_told_as_it_always_is(objects: Objects) -> None:
    answering = _LAW
    found = answer_given(VIEWER, answering, objects, ON)
    expected = decide_given(VIEWER, answering.now, objects, ON)
    if isinstance(found, Answered):
        assert [json.loads(text) for text in found.texts] == expected
    else:
        assert found == expected


_LAW = Answering(in_force(LAW))


def test_objects_of_which_each_has_fields_of_its_own_are_told_to_be_too_many() -> None:
    customers = [{"id": f"C-{n}", "country": "DE", f"field {n}": "x"} for n in range(400)]
    objects = Objects(customers, [], [])
    found = answer_given(VIEWER, _LAW, objects, ON)
    assert found == decide_given(VIEWER, _LAW.now, objects, ON)
    assert not isinstance(found, Answered)


@pytest.mark.parametrize("name", ["open_amount", "a\nb", ""])
def test_a_field_that_may_not_be_there_is_told_though_it_is_empty(name: str) -> None:
    objects = Objects([{"id": "C-1", "country": "DE", name: None}], [], [])
    found = answer_given(VIEWER, _LAW, objects, ON)
    assert found == decide_given(VIEWER, _LAW.now, objects, ON)
    assert not isinstance(found, Answered)


@pytest.mark.parametrize("value", [False, 0, [], {}])
@pytest.mark.parametrize("field", ["payer", "document", "recorded"])
def test_what_is_neither_text_nor_empty_is_told_though_it_counts_for_nothing(
    field: str, value: object
) -> None:
    customer: dict[str, Any] = {"id": "C-1", "country": "DE"}
    invoice: dict[str, Any] = {"id": "R-1", "customer": "C-1", "amount": "1.00", "currency": "EUR"}
    invoice |= {"issued": "2026-01-20", "due": "2026-02-10"}
    (customer if field == "payer" else invoice)[field] = value
    objects = Objects([customer], [invoice], [])
    found = answer_given(VIEWER, _LAW, objects, ON)
    expected = decide_given(VIEWER, _LAW.now, objects, ON)
    if isinstance(found, Answered):
        assert [json.loads(text) for text in found.texts] == expected
    else:
        assert found == expected


EARLIER = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("more", [{"explain": True}, {"known": EARLIER}])
def test_an_explanation_and_an_earlier_knowledge_are_asked_of_each_case(
    answering: Answering, more: dict[str, Any]
) -> None:
    objects = asked(5, 20)
    found = answer_given(VIEWER, answering, objects, ON, **more)
    assert isinstance(found, Answered)
    expected = decide_given(VIEWER, answering.now, objects, ON, **more)
    assert [json.loads(text) for text in found.texts] == expected


def test_what_takes_too_long_is_refused(answering: Answering) -> None:
    objects = asked(5, 600)
    found = answer_given(VIEWER, answering, objects, ON, is_late=lambda: True)
    assert isinstance(found, Refused)


def test_what_stands_in_for_the_facts_of_a_case_has_all_of_them() -> None:
    assert set(CaseFacts.__dataclass_fields__) <= set(dir(UsualFacts))


def test_policies_that_look_at_other_cases_have_no_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "gap.dun"
    text = HOUSE.replace(
        "fees at most", "at least 3 days between notices to a customer\nfees at most"
    )
    path.write_text(text, encoding="utf-8")
    now = in_force(path)
    assert not is_simple(now.together)
    assert not Usual(now.together, ON.toordinal()).takes
