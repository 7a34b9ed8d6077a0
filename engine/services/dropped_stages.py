"""Stages that a version drops while cases stand on them: those cases would have nowhere to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dunlang.suggest import listed
from engine.core.history import catch_up, debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.services.published import together
from engine.store.ledger_read import read_ledger
from engine.store.policies import customers_at

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from dunlang.plan import Plan
    from engine.core.ledger_index import LedgerIndex
    from engine.core.place import Place
    from engine.core.policies import PolicySet
    from engine.services.published import Known


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What a version drops without saying who takes its cases over."""

    name: str
    stages: tuple[str, ...]
    cases: int
    """Open cases that stand on one of them."""

    @property
    def message(self) -> str:
        """Why the version is refused."""
        stand = "1 open case stands" if self.cases == 1 else f"{self.cases:,} open cases stand"
        return f"{self.name} has no stage {listed(self.stages)}, on which {stand}"

    @property
    def note(self) -> str:
        """What to know where no case stands there."""
        return f"{self.name} has no stage {listed(self.stages)} any more; no open case stands there"


def left_behind(
    connection: Connection, plan: Plan, known: Sequence[Known], at: datetime.datetime
) -> LeftBehind | None:
    """The stages of earlier versions that a version leaves nowhere; None if there is none.

    `known` are the versions of all policies that are not rejected. Raises StoreError.
    """
    stages = dropped(plan, [each.compiled.plan for each in known if each.compiled.plan])
    if not stages:
        return None
    policies = together([k.compiled for k in known if k.version.state == "approved"])
    day = at.astimezone(ZoneInfo(plan.timezone)).date().toordinal()
    cases = 0
    asked: set[str] = set()
    policy_set = policies.together()
    for customer in customers_at(connection, stages):
        if customer not in asked:
            ledger = read_ledger(connection, policies.declared, [customer])
            asked |= ledger.customers.keys()
            places = _places(index_ledger(ledger), policy_set, day)
            cases += sum(place.policy == plan.id and place.stage in stages for place in places)
    return LeftBehind(f"{plan.id} version {plan.version}", stages, cases)


def _places(index: LedgerIndex, policies: PolicySet, day: int) -> Iterator[Place]:
    """Where every open case of a ledger stands."""
    for name in index.debtors:
        debtor = debtor_of(name, known_at(index, name, day, None).fold, policies)
        catch_up(debtor, day)
        for walk in debtor.cases_on(day):
            if not walk.facts(day).settled:
                yield walk.place(day)


def dropped(plan: Plan, others: Sequence[Plan]) -> tuple[str, ...]:
    """Stages of earlier versions that this one neither has nor replaces, in their order."""
    if plan.stays:
        return ()
    here = {stage.id for stage in plan.base.stages}
    taken = {
        old
        for stage in plan.base.stages
        for policy, old in stage.replaces
        if policy in (None, plan.id)
    }
    earlier = [each for each in others if each.id == plan.id and each.version < plan.version]
    before = dict.fromkeys(stage.id for each in earlier for stage in each.base.stages)
    return tuple(stage for stage in before if stage not in here and stage not in taken)
