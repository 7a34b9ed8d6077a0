"""The policies that come with dunlang: right, in the one layout, and every line shown at work."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dunlang.ast.policy import Exclude, Hold
from dunlang.fmt import format_source
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.codegen import EXCLUDED, HELD
from engine.core.decide import decide
from engine.core.examples import example_walk, run_example
from engine.core.history import walk_of
from engine.core.judge import judge
from engine.core.ledger_index import index_ledger
from engine.core.model import Customer, Invoice, Ledger
from engine.core.money import Money
from engine.core.policies import Uncovered
from engine.core.timeline import timelines_of
from engine.services.policies import Policies, read_policies

if TYPE_CHECKING:
    from dunlang.ast.examples import Example
    from dunlang.plan import Plan
    from engine.core.examples import ExampleResult

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
    results = [run_example(plan, calendar_of(shipped, plan), each) for each in plan.examples]
    wrong = {each.title: [p.message for p in each.problems] for each in results if each.problems}
    assert wrong == {}


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_line_of_a_shipped_policy_is_reached_by_an_example(
    file: Path, shipped: Policies
) -> None:
    plan = plan_of(shipped, file)
    calendar = calendar_of(shipped, plan)
    reached: set[str] = set()
    for example in plan.examples:
        reached |= reached_by(plan, calendar, example, run_example(plan, calendar, example))
    assert everything_in(plan) - reached == set()


def everything_in(plan: Plan) -> set[str]:
    """The stages, rules and exceptions of a policy, as `reached_by` calls them."""
    rules = (*plan.base.excludes, *plan.base.holds)
    inside = [item for block in plan.exceptions for item in block.items]
    return {
        *(f"stage {stage.id}" for stage in plan.base.stages),
        *(f"rule {rule.text}" for rule in rules),
        *(f"rule {item.text.value}" for item in inside if isinstance(item, Exclude | Hold)),
        *(f"exception in line {block.span.line}" for block in plan.exceptions),
    }


def reached_by(
    plan: Plan, calendar: BusinessCalendar, example: Example, result: ExampleResult
) -> set[str]:
    """What an example reaches: stages executed, rules that took effect, exceptions in force."""
    walk, last = example_walk(plan, calendar, example)
    reached = {f"stage {event.stage}" for event in result.story if event.event == "stage"}
    executed = {event.on.toordinal() for event in result.story if event.event == "stage"}
    for day in range(walk.timeline.known_from, last + 1):
        known = walk.version(day)
        if isinstance(known, Uncovered):
            continue
        verdict = judge(walk, known, day)
        if verdict.outcome in {EXCLUDED, HELD}:
            reached.add(f"rule {verdict.rule.text}")
        if day in executed or verdict.outcome in {EXCLUDED, HELD}:
            active = known.evaluator(walk.timeline.currency).active(
                verdict.facts, verdict.place, verdict.bound, day
            )
            reached |= {
                f"exception in line {block.span.line}"
                for number, block in enumerate(plan.exceptions)
                if active >> number & 1
            }
    return reached


def test_no_customer_is_covered_by_two_shipped_policies(shipped: Policies) -> None:
    """Every combination of country, way to pay and currency is decided by at most one."""
    policies = shipped.together()
    day = datetime.date(2026, 3, 16)
    countries = ("DE", "AT", "NL", "GB", "FR", None)
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
        timelines = timelines_of(index_ledger(ledger), "C-1", None)
        decision = decide(walk_of(timelines[0], timelines, policies), day.toordinal())
        assert decision.outcome != "undecided", (country, method, currency, decision.reason)
        seen.add(decision.policy)
    assert seen == {"de_standard", "nl_wik", "uk_late_payment", "subscription_cards", None}
