"""Asking both the engine and the oracle, and saying where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tests.oracle.answers import Happening, OracleDecision
from tests.oracle.decision import decide_days
from tests.oracle.engine_side import Engine, as_oracle, happening
from tests.oracle.facts import debtors
from tests.oracle.play import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.oracle.scenarios import Rules, Scenario


@dataclass(frozen=True)
class Difference:
    """One question to which the answers differ."""

    question: str
    engine: object
    oracle: object

    @property
    def kind(self) -> tuple[str, ...]:
        """What differs, so that a smaller example is one of the same."""
        engine, oracle = self.engine, self.oracle
        if isinstance(engine, list) and isinstance(oracle, list):
            engine, oracle = (each[0] if each else None for each in (engine, oracle))
        fields: list[str] = []
        if isinstance(engine, (OracleDecision, Happening)) and type(engine) is type(oracle):
            names = type(engine).__dataclass_fields__
            fields = [name for name in names if getattr(engine, name) != getattr(oracle, name)]
        words = (
            str(getattr(each, "event", getattr(each, "outcome", ""))) for each in (engine, oracle)
        )
        return (self.question.split()[0], *words, *fields)

    def __str__(self) -> str:
        return f"{self.question}\n  engine: {self.engine}\n  oracle: {self.oracle}"


@dataclass
class Comparison:
    """What came of a scenario."""

    differences: list[Difference]
    cases: int = 0
    """Invoices and accounts that were decided."""
    decisions: int = 0
    """Decisions compared."""
    case_days: int = 0
    """Days of cases simulated by both."""


@lru_cache(maxsize=4)
def compiled(rules: Rules) -> Engine:
    """The engine with policies that many ledgers share."""
    return Engine(rules.checkeds, rules.tables)


def compare(asked: Scenario) -> Comparison:
    """Decide every known case on every day, and simulate every debtor."""
    found = Comparison([])
    for debtor in debtors(asked.ledger):
        found.differences += decided(asked, debtor, found)
        found.differences += played(asked, debtor)
    return found


def decided(asked: Scenario, debtor: str, found: Comparison) -> Iterator[Difference]:
    """Differences between the decisions for a debtor's cases."""
    rules, days, known = asked.rules, asked.days, asked.known
    answers = compiled(rules).decide(asked.ledger, debtor, days, known)
    rights = decide_days(rules.checkeds, rules.tables, asked.ledger, debtor, days, known)
    cases: set[str] = set()
    for day, decisions in zip(days, answers, strict=True):
        right = rights[day]
        if decisions.keys() != right.keys():
            yield Difference(f"cases on {day}", sorted(decisions), sorted(right))
        for case in decisions.keys() & right.keys():
            found.decisions += 1
            cases.add(case)
            answer = as_oracle(decisions[case])
            if answer != right[case]:
                yield Difference(f"decide {case} on {day}", answer, right[case])
    found.cases += len(cases)
    played = asked.played
    found.case_days += len(cases) * max(0, (played.last - played.first).days + 1)


def played(asked: Scenario, debtor: str) -> Iterator[Difference]:
    """The first difference between what is simulated for a debtor."""
    rules, how = asked.rules, asked.played
    happened = compiled(rules).simulate(asked.ledger, debtor, how)
    expected = simulate(
        rules.checkeds,
        rules.tables,
        asked.ledger,
        debtor,
        how.first,
        how.last,
        how.known,
        from_scratch=how.from_scratch,
        run_on=how.run_on,
    )
    answers = [happening(event) for event in happened]
    if answers != expected:
        yield simulated(f"simulate {debtor}", answers, expected)


def simulated(question: str, played: Sequence[object], expected: Sequence[object]) -> Difference:
    """The first event in which two simulations differ, with what comes before it."""
    same = 0
    for one, other in zip(played, expected, strict=False):
        if one != other:
            break
        same += 1
    return Difference(f"{question}, event {same + 1}", played[same:][:1], expected[same:][:1])
