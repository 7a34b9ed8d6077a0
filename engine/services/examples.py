"""The examples that policies carry, run, and the guarantees that nothing proves yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.calendar import BusinessCalendar
from engine.core.coverage import Part, unreached
from engine.core.examples import ExampleResult, example_policies, run_example, run_examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dunlang.ast.policy import Guarantee
    from dunlang.plan import Plan
    from engine.services.policies import Policies
    from engine.services.watch import Watch


@dataclass(frozen=True, slots=True)
class PolicyExamples:
    """The examples of one version of a policy."""

    plan: Plan
    results: tuple[ExampleResult, ...]
    """In the order written."""

    @property
    def unproved(self) -> tuple[Guarantee, ...]:
        """The guarantees that nobody has proved: all of them, since there is no prover."""
        return self.plan.guarantees


def examples_of(policies: Policies) -> Iterator[PolicyExamples]:
    """Run the examples of every policy without errors, policy by policy."""
    for plan in policies.plans:
        calendar = policies.calendar(plan) or BusinessCalendar()
        yield PolicyExamples(plan, tuple(run_examples(plan, calendar, policies.tables)))


def examples_while_wanted(policies: Policies, plan: Plan, watch: Watch) -> PolicyExamples | None:
    """Run the examples of a policy; None as soon as nobody wants to know any more."""
    calendar = policies.calendar(plan) or BusinessCalendar()
    under = example_policies(plan, calendar, policies.tables)
    results: list[ExampleResult] = []
    for example in plan.examples:
        if watch.is_unwanted():
            return None
        results.append(run_example(plan, calendar, example, policies.tables, under))
        watch.tell(len(results), len(plan.examples))
    return PolicyExamples(plan, tuple(results))


def not_reached(policies: Policies, plan: Plan) -> tuple[Part, ...]:
    """The stages, rules and exceptions of a policy that none of its examples reaches."""
    return unreached(plan, policies.calendar(plan) or BusinessCalendar(), policies.tables)
