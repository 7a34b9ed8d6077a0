"""What a difference between engine and oracle is shown as can be saved and tried with `dun`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.io.ledger import read_ledger
from tests.oracle import vocabulary as words
from tests.oracle.fuzz import numbered
from tests.oracle.scenarios import checked
from tests.oracle.shown import ledger_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.core.model import Ledger, Value

SCENARIOS = 40
DECLARED = checked(
    "policy p version 1\n  effective 2026-01-01\n  currency EUR\n"
    + "".join(f"fact {path} : {type_}\n" for path, type_ in words.DECLARED.items())
)


def told(ledger: Ledger) -> tuple[object, ...]:
    """What a ledger says, whatever it stands on; an empty cell cannot say "the empty set"."""
    customers = [(customer.id, filled(customer.facts)) for customer in ledger.customers.values()]
    invoices = [replace(i, facts=filled(i.facts)) for i in ledger.invoices.values()]
    events = [
        replace(e, row=0, value=None if e.value == frozenset() else e.value) for e in ledger.events
    ]
    return customers, invoices, events


def filled(facts: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if value != frozenset()}


def test_the_files_of_a_scenario_hold_its_ledger(tmp_path: Path, beginning: int) -> None:
    for number in range(beginning, beginning + SCENARIOS):
        scenario = numbered(number)
        for name, text in ledger_files(scenario.ledger).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        ledger, problems = read_ledger(tmp_path, DECLARED.types)
        assert (number, [problem.message for problem in problems]) == (number, [])
        assert ledger is not None
        assert (number, told(ledger)) == (number, told(scenario.ledger))
