"""Making a scenario small while two answers still differ."""

from __future__ import annotations

import datetime
import re
import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

BEGINS = re.compile(
    r" (?:and|or|\+|else|at least|at most|once|per letter|from|until|rounded up|by act|by 30"
    r"|fixed at default|clock stopped)\b|,"
)
"""Words that begin a part which may often be left out."""
FIRST = re.compile(r"(after|when|for|while|fee|by) (\S[^()]*? (?:and|or|\+) )")
"""The first part of several."""

DAY = datetime.timedelta(days=1)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.core.model import Ledger
    from tests.oracle.answers import Tables
    from tests.oracle.scenarios import Scenario


def smallest(
    scenario: Scenario, differs: Callable[[Scenario], bool], seconds: float = 60
) -> Scenario:
    """Leave out what can be left out, one thing after the other, until nothing can.

    After so many seconds what was found by then is small enough.
    """
    until = time.monotonic() + seconds
    again = True
    while again:
        again, passed = False, 0
        candidate = next(smaller(scenario), None)
        while candidate is not None and time.monotonic() < until:
            if differs(candidate):
                again, scenario = True, candidate
            else:
                passed += 1
            # What could not be left out before hardly can be now: go on from there.
            candidate = next(islice(smaller(scenario), passed, None), None)
    return scenario


def smaller(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario without one of its parts, for each part; large parts first."""
    rules = scenario.rules
    for n in range(len(rules.texts)):
        if len(rules.texts) > 1:
            fewer = replace(rules, texts=(*rules.texts[:n], *rules.texts[n + 1 :]))
            yield replace(scenario, rules=fewer)
    played = scenario.played
    if len(scenario.days) > 1:
        for day in scenario.days:
            yield replace(scenario, days=(day,))
    elif scenario.days and played.first <= played.last:
        yield replace(scenario, days=())
        yield replace(scenario, played=replace(played, last=played.first - DAY))
    elif played.first < played.last:
        for last in (played.first, played.first + (played.last - played.first) // 2):
            yield replace(scenario, played=replace(played, last=last))
        yield replace(scenario, played=replace(played, first=played.first + DAY))
    for tables in smaller_tables(rules.tables):
        yield replace(scenario, rules=replace(rules, tables=tables))
    for plainer in (
        replace(played, known=None),
        replace(played, from_scratch=False),
        replace(played, run_on=None),
    ):
        if plainer != played:
            yield replace(scenario, played=plainer)
    for day in sorted(played.run_on or ()):
        fewer_runs = (played.run_on or frozenset()) - {day}
        yield replace(scenario, played=replace(played, run_on=fewer_runs))
    for ledger in smaller_ledgers(scenario.ledger):
        yield replace(scenario, ledger=ledger)
    for n, text in enumerate(rules.texts):
        for shorter in shorter_texts(text):
            texts = (*rules.texts[:n], shorter, *rules.texts[n + 1 :])
            yield replace(scenario, rules=replace(rules, texts=texts))


def smaller_tables(tables: Tables) -> Iterator[Tables]:
    """The tables without the days off, or one without a row."""
    if any(tables.holidays.values()):
        yield replace(tables, holidays=dict.fromkeys(tables.holidays, frozenset()))
    for name, rates in tables.rates.items():
        for n in range(1, len(rates)):
            shorter = (*rates[:n], *rates[n + 1 :])
            yield replace(tables, rates={**tables.rates, name: shorter})
    for name, rows in tables.exchange.items():
        for n in range(1, len(rows)):
            fewer = (*rows[:n], *rows[n + 1 :])
            yield replace(tables, exchange={**tables.exchange, name: fewer})


def smaller_ledgers(ledger: Ledger) -> Iterator[Ledger]:
    """The ledger without an invoice, a customer, an event, a payer, or a fact."""
    for gone in ledger.invoices:
        if len(ledger.invoices) > 1:
            invoices = {name: i for name, i in ledger.invoices.items() if name != gone}
            events = tuple(e for e in ledger.events if e.target_id != gone)
            yield replace(ledger, invoices=invoices, events=events)
    for n in range(len(ledger.events)):
        yield replace(ledger, events=(*ledger.events[:n], *ledger.events[n + 1 :]))
    for gone in ledger.customers:
        payers = [customer.payer for customer in ledger.customers.values()]
        owners = [invoice.customer for invoice in ledger.invoices.values()]
        if gone not in (*payers, *owners):
            customers = {name: c for name, c in ledger.customers.items() if name != gone}
            events = tuple(e for e in ledger.events if gone not in e.target_id.split(":"))
            yield replace(ledger, customers=customers, events=events)
    for customer in ledger.customers.values():
        less = [replace(customer, payer=None)] if customer.payer else []
        for name in customer.facts:
            facts = {key: value for key, value in customer.facts.items() if key != name}
            less.append(replace(customer, facts=facts))
        for changed in less:
            yield replace(ledger, customers={**ledger.customers, customer.id: changed})
    for invoice in ledger.invoices.values():
        for name in invoice.facts:
            facts = {key: value for key, value in invoice.facts.items() if key != name}
            other = {**ledger.invoices, invoice.id: replace(invoice, facts=facts)}
            yield replace(ledger, invoices=other)


def shorter_texts(text: str) -> Iterator[str]:
    """The text without one line and what is indented under it, or with a shorter line."""
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if indent(line) == 0]
    ends = [*heads[1:], len(lines)]
    size = len(heads) // 2
    while size > 1:  # many statements at once first
        for first in range(1, len(heads), size):
            end = ends[min(first + size, len(heads)) - 1]
            yield "\n".join([*lines[: heads[first]], *lines[end:]]) + "\n"
        size //= 2
    for start, line in enumerate(lines):
        end = start + 1
        while end < len(lines) and indent(lines[end]) > indent(line):
            end += 1
        if start > 0:
            yield "\n".join([*lines[:start], *lines[end:]]) + "\n"
    for number, line in enumerate(lines):
        for shorter in shorter_lines(line):
            yield "\n".join([*lines[:number], shorter, *lines[number + 1 :]]) + "\n"


def shorter_lines(line: str) -> Iterator[str]:
    """A line without one of the parts that `and`, `or`, `+` or another word begins."""
    for match in BEGINS.finditer(line):
        following = BEGINS.search(line, match.end())
        end = following.start() if following else len(line)
        yield line[: match.start()] + line[end:]
    for match in FIRST.finditer(line):
        yield line[: match.start(2)] + line[match.end() :]


def indent(line: str) -> int:
    """How far a line is indented."""
    return len(line) - len(line.lstrip())
