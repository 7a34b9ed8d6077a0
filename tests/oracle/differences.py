"""Asking both the engine and the oracle, and saying where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.oracle.engine_side import Engine
from tests.oracle.facts import known_at
from tests.oracle.ladder import Law
from tests.oracle.play import simulate
from tests.oracle.scenarios import checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.oracle.play import Known
    from tests.oracle.scenarios import Scenario


@dataclass(frozen=True)
class Difference:
    """One question to which the answers differ."""

    question: str
    engine: object
    oracle: object

    def __str__(self) -> str:
        return f"{self.question}\n  engine: {self.engine}\n  oracle: {self.oracle}"


@dataclass
class Comparison:
    """What came of a scenario."""

    differences: list[Difference]
    cases: int = 0
    """Invoices that were known."""
    decisions: int = 0
    """Decisions compared."""
    case_days: int = 0
    """Days of cases simulated by both."""


def compare(asked: Scenario) -> Comparison:
    """Decide every known case on every day, and simulate every customer."""
    checkeds = [checked(text) for text in asked.texts]
    engine = Engine(checkeds, asked.holidays)
    found = Comparison([])
    ledger = asked.ledger
    for customer in ledger.customers.values():
        cases = engine.cases(ledger, customer.id, asked.known)
        common = (checkeds, customer, ledger.invoices.values(), ledger.events)
        law = Law(tuple(checkeds), asked.holidays)
        book = known_at(*common[1:], asked.known)
        found.cases += len(cases)
        for case in cases:
            answers = engine.decide(cases, case, asked.days)
            for day, answer in zip(asked.days, answers, strict=True):
                right = law.decision(book, ledger.invoices[case.case], day)
                found.decisions += 1
                if answer != right:
                    question = f"decide {case.case} on {day}"
                    found.differences.append(Difference(question, answer, right))
        days = (asked.first, asked.last)
        if asked.learning:
            played = engine.simulate_learning(ledger, customer.id, *days)
        else:
            played = engine.simulate(cases, *days)
        known: Known = "each day" if asked.learning else asked.known
        expected = simulate(*common, *days, known, asked.holidays)
        found.case_days += len(cases) * ((asked.last - asked.first).days + 1)
        if played != expected:
            how = " learning day by day" if asked.learning else ""
            question = f"simulate {customer.id} from {asked.first} to {asked.last}{how}"
            found.differences.append(simulated(question, played, expected))
    return found


def simulated(question: str, played: Sequence[object], expected: Sequence[object]) -> Difference:
    """The first event in which two simulations differ, with what comes before it."""
    same = 0
    for one, other in zip(played, expected, strict=False):
        if one != other:
            break
        same += 1
    return Difference(f"{question}, event {same + 1}", played[same:][:1], expected[same:][:1])
