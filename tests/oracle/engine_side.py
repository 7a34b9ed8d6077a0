"""The engine's answers in the shape of the oracle's, so that they can be compared."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from dunlang.plan_build import build
from engine.core.calendar import BusinessCalendar
from engine.core.decide import decide
from engine.core.history import walk_of
from engine.core.knowledge import epochs
from engine.core.ledger_index import index_ledger
from engine.core.policies import policy_set
from engine.core.simulate import Range, simulate_case, simulate_customer
from engine.core.timeline import timelines_of
from tests.oracle.ladder import OracleDecision
from tests.oracle.play import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dunlang.checking.checked import Checked
    from engine.core.case import CaseTimeline
    from engine.core.decision import Decision
    from engine.core.model import Ledger
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent
    from tests.oracle.days import Holidays

COMPARED = ("stage", "settled", "reopened", "held", "released", "undecided")
"""Kinds of simulated events that the oracle knows."""


class Engine:
    """The engine with a set of policies."""

    def __init__(self, checkeds: Sequence[Checked], holidays: Holidays) -> None:
        calendars = {
            code: BusinessCalendar(code, holidays=of_year(days)) for code, days in holidays.items()
        }
        self.policies: PolicySet = policy_set([build(c) for c in checkeds], calendars)

    def cases(
        self, ledger: Ledger, customer: str, known: datetime.datetime | None
    ) -> list[CaseTimeline]:
        """The customer's cases as far as they are known."""
        return timelines_of(ledger, customer, known)

    def decide(
        self, cases: Sequence[CaseTimeline], case: CaseTimeline, days: Sequence[datetime.date]
    ) -> list[OracleDecision]:
        """The decisions for one case on several days, asked for one after the other."""
        walk = walk_of(case, cases, self.policies)
        return [as_oracle(decide(walk, day.toordinal())) for day in days]

    def simulate(
        self, cases: Sequence[CaseTimeline], first: datetime.date, last: datetime.date
    ) -> list[Happening]:
        """What happens to a customer's cases, by day, case and the order within a day."""
        played = Range(first.toordinal(), last.toordinal())
        return self.happenings(simulate_customer(cases, self.policies, played))

    def simulate_learning(
        self, ledger: Ledger, customer: str, first: datetime.date, last: datetime.date
    ) -> list[Happening]:
        """The same, with what was recorded late known only from then on."""
        played = Range(first.toordinal(), last.toordinal())
        known = epochs(index_ledger(ledger), customer, played.first - 1, played.last)
        cases = {timeline.case for epoch in known for timeline in epoch.timelines}
        return self.happenings(
            [e for case in cases for e in simulate_case(case, known, self.policies, played)]
        )

    def happenings(self, found: Sequence[SimulationEvent]) -> list[Happening]:
        """Simulated events with only what the oracle says too."""
        return [
            Happening(
                event.on,
                event.case,
                event.event,
                event.stage,
                None if event.fee is None else event.fee.minor,
                event.deadline,
                event.channels,
                None if event.event == "undecided" else event.reason,  # a sentence of its own
            )
            for event in sorted(found, key=lambda event: event.order)
            if event.event in COMPARED
        ]


def of_year(days: frozenset[datetime.date]) -> Callable[[int], frozenset[int]]:
    """The table of holidays as the engine's calendar asks for it."""
    return lambda year: frozenset(day.toordinal() for day in days if day.year == year)


def as_oracle(decision: Decision) -> OracleDecision:
    """A decision with only what the oracle says too."""
    covered = decision.outcome not in ("settled", "no_policy", "undecided")
    return OracleDecision(
        decision.outcome,
        decision.policy if covered else None,
        decision.version if covered else None,
        decision.reason if covered else None,
        decision.next.stage if decision.next else None,
        decision.next.due if decision.next else None,
        decision.stage,
        decision.due,
        None if decision.fee is None else decision.fee.minor,
        decision.deadline,
        decision.channels,
        tuple(problem for problem in decision.problems if problem == "unreachable"),
        notice=bool(decision.letters) or "unreachable" in decision.problems,
    )
