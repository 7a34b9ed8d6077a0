"""Published versions side by side: which one decides a case on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dunlang.ast import expressions as tree
from dunlang.ast.expressions import Choice, Date, Number, Percent, Text, YesNo
from engine.core.bound import Slot, comparable, slots_of
from engine.core.calendar import BusinessCalendar
from engine.core.case import Terms
from engine.core.conditions import exact_number
from engine.core.evaluator import Evaluator
from engine.core.explain import Recorder
from engine.core.features import Features, features_of, together
from engine.core.fees import Charging
from engine.core.money import Money, to_minor
from engine.core.once import once
from engine.core.rates import ExchangeTable, RateTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Period, Plan
    from engine.core.model import Value
    from engine.core.place import Executed


Tables = Mapping[str, RateTable | ExchangeTable]
"""Dated tables by the name of their file."""


@dataclass(frozen=True, slots=True, eq=False)
class PolicyVersion:
    """A plan with its calendar, compiled for each currency when a case needs it."""

    plan: Plan
    calendar: BusinessCalendar
    defaults: Mapping[str, Mapping[str, object]]
    """By currency of the case: default values of facts by path, as generated code compares them."""
    features: Features
    tables: Tables = field(default_factory=dict, repr=False)
    _charging: dict[str, Charging] = field(default_factory=dict, repr=False)
    _evaluators: dict[str, Evaluator] = field(default_factory=dict, repr=False)
    _slots: dict[str, tuple[Slot, ...]] = field(default_factory=dict, repr=False)
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

    def charging(self, currency: str) -> Charging:
        """How amounts in a currency of the policy are rounded, taxed and converted."""
        found = self._charging.get(currency)
        if found is None:
            plan = self.plan
            exchange = {n: t for n, t in self.tables.items() if isinstance(t, ExchangeTable)}
            found = Charging(currency, plan.rounding, plan.coins[currency], plan.fee_tax, exchange)
            self._charging[currency] = found
        return found

    def rate_table(self, name: str) -> RateTable | None:
        """A dated table of percentages; None if there is none of that name."""
        found = self.tables.get(name)
        return found if isinstance(found, RateTable) else None

    @property
    def terms(self) -> Terms:
        """How charges are paid that are made under this version."""
        plan = self.plan
        return Terms(plan.charges_first, plan.until_charges_paid, plan.reopened_continue)

    def evaluator(self, currency: str) -> Evaluator:
        """The compiled plan for a currency of the policy."""
        found = self._evaluators.get(currency)
        return found or once(self._evaluators, currency, self._compiled)

    def _compiled(self, currency: str, recorder: Recorder | None = None) -> Evaluator:
        stops = self.features.stops_clock
        return Evaluator(self.plan, currency, self.calendar, recorder, stops)

    def slots(self, currency: str) -> tuple[Slot, ...]:
        """Where the facts come from that its code for a currency reads, in their order."""
        found = self._slots.get(currency)
        if found is None:
            found = slots_of(self.evaluator(currency).slots, self.defaults[currency])
            self._slots[currency] = found
        return found

    def explainer(self, currency: str) -> tuple[Evaluator, Recorder]:
        """The explaining compilation, and what it reports to."""
        found = self._explainers.get(currency)
        return found or once(self._explainers, currency, self._explaining)

    def _explaining(self, currency: str) -> tuple[Evaluator, Recorder]:
        recorder = Recorder()
        return self._compiled(currency, recorder), recorder


@dataclass(frozen=True, slots=True)
class Uncovered:
    """No version decides: `no_policy`, or `undecided` where several would."""

    undecided: bool
    reason: str


@dataclass(frozen=True)
class PolicySet:
    """All versions of all policies that count."""

    versions: Mapping[str, tuple[PolicyVersion, ...]]
    """By policy id, by effective date."""
    features: Features = field(default_factory=Features)
    """What any version uses."""
    _days: dict[int, tuple[PolicyVersion, ...]] = field(default_factory=dict, repr=False)
    _same: dict[tuple[PolicyVersion, ...], tuple[PolicyVersion, ...]] = field(
        default_factory=dict, repr=False
    )
    _parts: dict[frozenset[str], PolicySet] = field(default_factory=dict, repr=False)

    def in_force(self, day: int) -> tuple[PolicyVersion, ...]:
        """The version in force of each policy on a day (`date.toordinal()`).

        The same object on all days on which the same versions are in force.
        """
        found = self._days.get(day)
        if found is None:
            latest = (self.version_of(policy, day) for policy in self.versions)
            now = tuple(version for version in latest if version is not None)
            found = self._days[day] = self._same.setdefault(now, now)
        return found

    @cached_property
    def effective(self) -> tuple[int, ...]:
        """The days on which a version takes effect (`date.toordinal()`), ascending."""
        days = {each.plan.effective for versions in self.versions.values() for each in versions}
        return tuple(sorted(days))

    def only(self, policies: frozenset[str]) -> PolicySet:
        """The versions of some of the policies, the same object for the same ones."""
        if len(policies) == len(self.versions):
            return self
        return self._parts.get(policies) or once(self._parts, policies, self._part)

    def _part(self, policies: frozenset[str]) -> PolicySet:
        kept = {name: each for name, each in self.versions.items() if name in policies}
        uses = Features()
        for version in (each for versions in kept.values() for each in versions):
            uses |= version.features
        return PolicySet(kept, uses)

    def version_of(self, policy: str, day: int) -> PolicyVersion | None:
        """The version of a policy in force on a day: the latest effective on it or before."""
        started = [v for v in self.versions.get(policy, ()) if v.plan.effective <= day]
        return started[-1] if started else None

    def numbered(self, policy: str, version: int) -> PolicyVersion | None:
        """A version by its number."""
        every = self.versions.get(policy, ())
        return next((v for v in every if v.plan.version == version), None)

    def standing(self, now: PolicyVersion, last: Executed | None, day: int) -> PolicyVersion:
        """The version under which a case stands, given that in force and its last stage.

        `last` is of its cycle; without one, or one of another policy, it is the version in force.
        Versions later than its own take the case over, unless they leave running cases with their
        version. One that is not known, or not in effect yet, leaves it to the version in force.
        """
        if last is None or last.policy != now.plan.id or last.version is None:
            return now
        under = self.numbered(now.plan.id, last.version)
        if under is None or under.plan.effective > day:
            return now
        found = under
        for later in self.versions[now.plan.id]:
            if under.plan.effective < later.plan.effective <= day and not later.plan.stays:
                found = later
        return found


def policy_set(
    plans: Iterable[Plan],
    calendars: Mapping[str, BusinessCalendar] | None = None,
    tables: Tables | None = None,
) -> PolicySet:
    """The versions with their calendars (by code; a policy without one works Monday to Friday).

    `tables` are the dated rates by the name of their file. One that is missing makes the cases
    undecided that need it.
    """
    versions: dict[str, list[PolicyVersion]] = {}
    ordered = sorted(plans, key=lambda plan: (plan.id, plan.effective, plan.version))
    for plan in ordered:
        calendar = calendars[plan.calendar] if plan.calendar and calendars else BusinessCalendar()
        defaults = {
            currency: {p: comparable(literal(v, currency)) for p, v in plan.defaults.items()}
            for currency in plan.currencies
        }
        versions.setdefault(plan.id, []).append(
            PolicyVersion(plan, calendar, defaults, features_of(plan), tables or {})
        )
    sorted_in = {policy: tuple(each) for policy, each in versions.items()}
    return PolicySet(sorted_in, together(ordered))


def side_by_side(sets: Iterable[PolicySet]) -> PolicySet:
    """Versions that were made apart, each with the calendar and the tables of its own, as one set.

    Two of them may know different figures under one name: a table grows from version to version.
    """
    every = [each for one in sets for versions in one.versions.values() for each in versions]
    every.sort(key=lambda version: (version.plan.id, version.plan.effective, version.plan.version))
    versions: dict[str, list[PolicyVersion]] = {}
    for each in every:
        versions.setdefault(each.plan.id, []).append(each)
    sorted_in = {policy: tuple(found) for policy, found in versions.items()}
    return PolicySet(sorted_in, together(each.plan for each in every))


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
