"""The policies that come with dunlang: right, in the one layout, and every line shown at work."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dunlang.printing.fmt import format_source
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.coverage import unreached
from engine.core.decide import decide_all
from engine.core.examples import run_example
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer, Invoice, Ledger
from engine.core.money import Money
from engine.services.policies import Policies, read_policies

if TYPE_CHECKING:
    from dunlang.plan import Plan

FOLDER = Path(__file__).parents[2] / "policies"
FILES = sorted(FOLDER.rglob("*.dun"))
NAMES = [str(path.relative_to(FOLDER)) for path in FILES]


@pytest.fixture(scope="module")
def shipped() -> Policies:
    return read_policies([FOLDER])


def plan_of(shipped: Policies, file: Path) -> Plan:
    return next(plan for plan in shipped.plans if Path(plan.source.name) == file)


def calendar_of(shipped: Policies, plan: Plan) -> BusinessCalendar:
    return shipped.calendar(plan) or BusinessCalendar()


def test_the_shipped_policies_are_free_of_problems_alone_and_together(shipped: Policies) -> None:
    assert [problem.message for problem in shipped.problems] == []
    assert sorted((plan.id, plan.version) for plan in shipped.plans) == [
        ("accounts", 1),
        ("de_standard", 1),
        ("de_standard", 2),
        ("de_standard", 3),
        ("nl_wik", 1),
        ("subscription_cards", 1),
        ("uk_late_payment", 1),
    ]


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_shipped_policy_is_in_the_one_layout(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert format_source(Source(file.name, text)) == (text, [])


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_shipped_policy_says_at_its_head_where_its_legal_figures_come_from(file: Path) -> None:
    head = file.read_text(encoding="utf-8").partition("\npolicy ")[0]
    assert head.startswith("# ")
    assert "# Legal figures" in head


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_the_examples_of_a_shipped_policy_come_true(file: Path, shipped: Policies) -> None:
    plan = plan_of(shipped, file)
    calendar = calendar_of(shipped, plan)
    results = [run_example(plan, calendar, each, shipped.tables) for each in plan.examples]
    wrong = {each.title: [p.message for p in each.problems] for each in results if each.problems}
    assert wrong == {}


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_stage_rule_and_exception_of_a_shipped_policy_is_reached_by_an_example(
    file: Path, shipped: Policies
) -> None:
    plan = plan_of(shipped, file)
    left = unreached(plan, calendar_of(shipped, plan), shipped.tables)
    assert [(part.what, part.name) for part in left] == []


def test_no_customer_is_covered_by_two_shipped_policies(shipped: Policies) -> None:
    """Every combination of country, way to pay and currency is decided by at most one."""
    policies = shipped.together()
    day = datetime.date(2026, 3, 16)
    countries = ("DE", "AT", "CH", "NL", "GB", "FR", None)
    methods = ("transfer", "direct_debit", "card", "cash", None)
    currencies = ("EUR", "CHF", "GBP", "USD", "JPY")
    seen: set[str | None] = set()
    for country, method, currency in itertools.product(countries, methods, currencies):
        facts = {"country": country, "payment_method": method}
        given = {name: value for name, value in facts.items() if value is not None}
        invoice = Invoice(
            "R-1",
            "C-1",
            datetime.date(2026, 2, 1),
            datetime.date(2026, 3, 2),
            Money(50_000, currency),
        )
        ledger = Ledger({"C-1": Customer("C-1", given)}, {"R-1": invoice}, ())
        fold = known_at(index_ledger(ledger), "C-1", 0, None).fold
        debtor = debtor_of("C-1", fold, policies)
        cases = debtor.cases_on(day.toordinal())
        (decision,) = decide_all(debtor, cases, day.toordinal())
        assert decision.outcome != "undecided", (country, method, currency, decision.reason)
        seen.add(decision.policy)
    assert seen == {*(plan.id for plan in shipped.plans), None}
