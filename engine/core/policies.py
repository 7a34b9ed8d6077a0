"""Published versions side by side: which one decides a case on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast import expressions as tree
from dunlang.ast.expressions import Choice, Date, Number, Percent, Text, YesNo
from dunlang.ast.policy import Hold
from engine.core.calendar import BusinessCalendar
from engine.core.conditions import exact_number
from engine.core.evaluator import Evaluator
from engine.core.explain import Recorder
from engine.core.money import Money, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Period, Plan
    from engine.core.model import Value


@dataclass(frozen=True, slots=True, eq=False)
class PolicyVersion:
    """A plan with its calendar, compiled for each currency when a case needs it."""

    plan: Plan
    calendar: BusinessCalendar
    defaults: Mapping[str, Mapping[str, object]]
    """By currency of the case: default values of facts by path, as generated code compares them."""
    stops_clock: bool
    """Whether a hold anywhere in the policy stops the clock."""
    _evaluators: dict[str, Evaluator] = field(default_factory=dict, repr=False)
    _explainers: dict[str, tuple[Evaluator, Recorder]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """`de_standard version 3`, for messages."""
        return f"{self.plan.id} version {self.plan.version}"

    def run_day(self, day: int) -> int:
        """The first day on or after a day on which the policy runs."""
        return self.calendar.rolled[day] if self.plan.business_days_only else day

    def deadline(self, within: Period, day: int) -> int:
        """The deadline that a notice sent on a day states."""
        return self.run_day(self.calendar.add_period(day, within.count, within.unit))

    def evaluator(self, currency: str) -> Evaluator:
        """The compiled plan for a currency of the policy."""
        found = self._evaluators.get(currency)
        if found is None:
            found = Evaluator(self.plan, currency, self.calendar, stops_clock=self.stops_clock)
            self._evaluators[currency] = found
        return found

    def explainer(self, currency: str) -> tuple[Evaluator, Recorder]:
        """The explaining compilation, and what it reports to."""
        found = self._explainers.get(currency)
        if found is None:
            recorder = Recorder()
            evaluator = Evaluator(self.plan, currency, self.calendar, recorder, self.stops_clock)
            found = evaluator, recorder
            self._explainers[currency] = found
        return found


@dataclass(frozen=True, slots=True)
class Uncovered:
    """No version decides: `no_policy`, or `undecided` where several would."""

    undecided: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All versions of all policies that count."""

    versions: Mapping[str, tuple[PolicyVersion, ...]]
    """By policy id, by effective date."""
    _days: dict[int, tuple[PolicyVersion, ...]] = field(default_factory=dict, repr=False)

    def in_force(self, day: int) -> tuple[PolicyVersion, ...]:
        """The version in force of each policy on a day (`date.toordinal()`)."""
        found = self._days.get(day)
        if found is None:
            latest = (self.version_of(policy, day) for policy in self.versions)
            found = tuple(version for version in latest if version is not None)
            self._days[day] = found
        return found

    def version_of(self, policy: str, day: int) -> PolicyVersion | None:
        """The version of a policy in force on a day: the latest effective on it or before."""
        started = [v for v in self.versions.get(policy, ()) if v.plan.effective <= day]
        return started[-1] if started else None

    def numbered(self, policy: str, version: int) -> PolicyVersion | None:
        """A version by its number."""
        every = self.versions.get(policy, ())
        return next((v for v in every if v.plan.version == version), None)


def policy_set(
    plans: Iterable[Plan], calendars: Mapping[str, BusinessCalendar] | None = None
) -> PolicySet:
    """The versions with their calendars (by code; a policy without one works Monday to Friday)."""
    tables = calendars or {}
    versions: dict[str, list[PolicyVersion]] = {}
    for plan in sorted(plans, key=lambda plan: (plan.id, plan.effective, plan.version)):
        calendar = tables[plan.calendar] if plan.calendar else BusinessCalendar()
        defaults = {
            currency: {p: comparable(literal(v, currency)) for p, v in plan.defaults.items()}
            for currency in plan.currencies
        }
        versions.setdefault(plan.id, []).append(
            PolicyVersion(plan, calendar, defaults, _stops_clock(plan))
        )
    return PolicySet({policy: tuple(each) for policy, each in versions.items()})


def literal(node: Expression, currency: str) -> Value | None:
    """The value of a literal as a fact has it; of several amounts the one in the currency."""
    match node:
        case Number():
            return exact_number(node.value)
        case Percent() | Text() | YesNo() | Date():
            return node.value
        case Choice():
            return node.text
        case tree.Money():
            chosen = next((a for a in node.amounts if a.currency == currency), node.amounts[0])
            minor = to_minor(chosen.value, chosen.currency)
            return None if minor is None else Money(minor, chosen.currency)
        case _:
            return None


def comparable(value: Value | None) -> object:
    """A fact's value as generated code compares it: dates as day numbers."""
    return value.toordinal() if isinstance(value, datetime.date) else value


def _stops_clock(plan: Plan) -> bool:
    inside = (item for block in plan.exceptions for item in block.items)
    return any(rule.clock_stopped for rule in plan.base.holds) or any(
        isinstance(item, Hold) and item.clock_stopped for item in inside
    )
