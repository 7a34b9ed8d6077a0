"""Making a scenario small while two answers still differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.model import Customer, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.oracle.scenarios import Scenario


def smallest(scenario: Scenario, differs: Callable[[Scenario], bool]) -> Scenario:
    """Leave out what can be left out, one thing after the other, until nothing can."""
    again = True
    while again:
        again = False
        candidate = next((c for c in smaller(scenario) if differs(c)), None)
        while candidate is not None:
            again = True
            scenario = candidate
            candidate = next((c for c in smaller(scenario) if differs(c)), None)
    return scenario


def smaller(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario without one of its parts, for each part; large parts first."""
    for n in range(len(scenario.texts)):
        if len(scenario.texts) > 1:
            yield replace(scenario, texts=(*scenario.texts[:n], *scenario.texts[n + 1 :]))
    if len(scenario.days) > 1:
        for day in scenario.days:
            yield replace(scenario, days=(day,))
    elif scenario.days and scenario.first <= scenario.last:
        yield replace(scenario, days=())
        yield replace(scenario, last=scenario.first.replace(day=1).replace(year=2000))
    if any(scenario.holidays.values()):
        yield replace(scenario, holidays=dict.fromkeys(scenario.holidays, frozenset()))
    if scenario.learning:
        yield replace(scenario, learning=False)
    if scenario.known is not None:
        yield replace(scenario, known=None)
    for ledger in smaller_ledgers(scenario.ledger):
        yield replace(scenario, ledger=ledger)
    for n, text in enumerate(scenario.texts):
        for shorter in shorter_texts(text):
            texts = (*scenario.texts[:n], shorter, *scenario.texts[n + 1 :])
            yield replace(scenario, texts=texts)


def smaller_ledgers(ledger: Ledger) -> Iterator[Ledger]:
    """The ledger without an invoice, an event, or a fact."""
    for gone in ledger.invoices:
        if len(ledger.invoices) > 1:
            invoices = {name: i for name, i in ledger.invoices.items() if name != gone}
            events = tuple(e for e in ledger.events if e.target_id != gone)
            yield replace(ledger, invoices=invoices, events=events)
    for n in range(len(ledger.events)):
        yield replace(ledger, events=(*ledger.events[:n], *ledger.events[n + 1 :]))
    for customer in ledger.customers.values():
        for name in customer.facts:
            facts = {key: value for key, value in customer.facts.items() if key != name}
            customers = {**ledger.customers, customer.id: Customer(customer.id, facts)}
            yield replace(ledger, customers=customers)
    for invoice in ledger.invoices.values():
        for name in invoice.facts:
            facts = {key: value for key, value in invoice.facts.items() if key != name}
            changed = {**ledger.invoices, invoice.id: replace(invoice, facts=facts)}
            yield replace(ledger, invoices=changed)


def shorter_texts(text: str) -> Iterator[str]:
    """The text without one line and what is indented under it."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        end = start + 1
        while end < len(lines) and indent(lines[end]) > indent(line):
            end += 1
        if start > 0:
            yield "\n".join([*lines[:start], *lines[end:]]) + "\n"


def indent(line: str) -> int:
    """How far a line is indented."""
    return len(line) - len(line.lstrip())
