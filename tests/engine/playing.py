"""Policies in tests: a text, compiled, asked and played, in as few words as a test should need."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from dunlang.compile import compile_source
from dunlang.diagnostics import has_errors
from dunlang.render import as_text
from dunlang.source import Source
from engine.core.calendar import BusinessCalendar
from engine.core.decide import decide
from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.policies import policy_set
from engine.core.rates import RateTable, rate_table
from engine.core.simulate import Range, simulate_debtor
from engine.core.timeline import index_ledger
from engine.services.decisions import debtor_of_case
from tests.engine.ledgers import day

if TYPE_CHECKING:
    from dunlang.plan import Plan
    from engine.core.debtor import Debtor
    from engine.core.decision import Decision
    from engine.core.model import Ledger
    from engine.core.policies import PolicySet, Tables
    from engine.core.simulate import SimulationEvent

HEADER = """\
policy test version 1 "Test"
  effective 2020-01-01
  currency EUR
  timezone UTC
"""

LAW = Path(__file__).parents[1] / "golden" / "policies" / "de_standard.dun"
"""The core of the policy in the language's own description."""


def plan(text: str) -> Plan:
    """The plan of a policy; a text that does not begin with `policy` gets a header."""
    whole = text if text.lstrip("# \n").startswith("policy") else HEADER + text
    made, problems = compile_source(Source("test.dun", whole))
    assert made is not None, as_text(problems)
    assert not has_errors(problems)
    return made


def law() -> Plan:
    """The German policy of the language's description, with its own file name."""
    made, problems = compile_source(Source(str(LAW), LAW.read_text(encoding="utf-8")))
    assert made is not None, as_text(problems)
    return made


def policies(
    *plans: Plan, holidays: tuple[str, ...] = (), tables: Tables | None = None
) -> PolicySet:
    """Plans side by side; every calendar has the same holidays. `tables`: the dated rates."""
    off = frozenset(day(date).toordinal() for date in holidays)
    calendar = BusinessCalendar("test", holidays=lambda _year: off)
    return policy_set(plans, {each.calendar: calendar for each in plans if each.calendar}, tables)


def percents(name: str, **rows: str) -> Tables:
    """A dated table of percentages: `percents("base", d2026_01_01="2.27", d2026_07_01="")`."""
    dated = [(day(on[1:].replace("_", "-")), Decimal(p) if p else None) for on, p in rows.items()]
    made = rate_table(name, [(on.toordinal(), percent) for on, percent in dated])
    assert isinstance(made, RateTable)
    return {name: made}


def ask(
    book: Ledger, where: PolicySet, on: str, case: str = "R-1", *, explain: bool = False
) -> Decision:
    """The decision for a case on a day."""
    debtor = whole_debtor(book, where, case)
    walk = debtor.invoices.get(case) or debtor.accounts[case]
    return decide(debtor, walk, day(on).toordinal(), explain=explain)


def whole_debtor(book: Ledger, where: PolicySet, case: str) -> Debtor:
    """The debtor of a case with everything that the ledger knows."""
    index = index_ledger(book)
    name = debtor_of_case(index, case)
    assert name is not None
    return debtor_of(name, known_at(index, name, 0, None).fold, where)


def played(book: Ledger, where: PolicySet, first: str, last: str) -> list[SimulationEvent]:
    """What happens to every case in a range, in order."""
    index = index_ledger(book)
    wanted = Range(day(first).toordinal(), day(last).toordinal())
    found = [
        event
        for name in index.debtors
        for event in simulate_debtor(name, [known_at(index, name, 0, None)], where, wanted)
    ]
    return sorted(found, key=lambda event: event.order)


def told(events: list[SimulationEvent]) -> list[str]:
    """`2026-03-05 stage reminder`, `2026-03-09 held disputed`, ..."""
    return [
        " ".join(filter(None, (str(each.on), each.event, each.stage, each.reason)))
        for each in events
    ]


def story(book: Ledger, where: PolicySet, first: str, last: str) -> list[str]:
    """What happens, with the case and what is charged: `2026-03-05 R-1 stage late fee 5.00 EUR`."""
    lines = []
    for each in played(book, where, first, last):
        amounts = (("fee", each.fee), ("tax", each.tax), ("interest", each.interest))
        charged = [f"{name} {sum_}" for name, sum_ in amounts if sum_ is not None and sum_.minor]
        said = (str(each.on), each.case, each.event, each.stage, each.reason, *charged)
        lines.append(" ".join(filter(None, said)))
    return lines
