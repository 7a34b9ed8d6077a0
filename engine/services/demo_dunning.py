"""What was dunned before the demo begins: the shipped policies, played over the months before."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.core.model import Event, Ledger
from engine.services.simulations import Simulation, simulate

if TYPE_CHECKING:
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent

MORNING = datetime.time(5, 30)
"""When the company's runs execute what is due."""


def dunned(ledger: Ledger, policies: PolicySet, before: datetime.date) -> Ledger:
    """The ledger with every stage that these policies would have executed before a day.

    A stage is known from the morning of its day on, and stands in the file where it was entered.
    """
    first = min((invoice.issued for invoice in ledger.invoices.values()), default=before)
    asked = Simulation(first, before - datetime.timedelta(days=1))
    played = simulate(index_ledger(ledger), policies, asked)
    stages = [_stage(each) for each in played if each.event == "stage"]
    rows = sorted(ledger.events, key=lambda each: each.row)
    entered = sorted((*rows, *stages), key=lambda each: each.recorded)
    numbered = [replace(each, row=row) for row, each in enumerate(entered, start=1)]
    return replace(ledger, events=tuple(sorted(numbered, key=lambda each: each.order)))


def _stage(event: SimulationEvent) -> Event:
    """A stage of a simulation as the ledger records it."""
    return Event(
        "stage",
        event.on,
        "invoice",
        event.case,
        datetime.datetime.combine(event.on, MORNING, datetime.UTC),
        0,
        until=event.deadline,
        value=frozenset(event.channels) or None,
        stage=event.stage,
        policy=event.policy,
        version=event.version,
        fee=event.fee,
    )
