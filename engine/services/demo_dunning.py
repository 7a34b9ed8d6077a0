"""What was dunned before the demo begins: the shipped policies, played over the months before."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.ledger_index import index_ledger
from engine.core.model import Event, Ledger
from engine.core.money import Money
from engine.services.demo_chance import Chance, workday
from engine.services.simulations import Simulation, simulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.core.model import EventKind
    from engine.core.policies import PolicySet
    from engine.core.simulate import SimulationEvent

MORNING = datetime.time(5, 30)
"""When the company's runs execute what is due."""
OFFICE_HOURS = datetime.time(10)
"""When somebody notes what became of a charge."""


def dunned(ledger: Ledger, policies: PolicySet, before: datetime.date, seed: int) -> Ledger:
    """The ledger with every stage that these policies would have executed before a day.

    A stage is known from the morning of its day on, and stands in the file where it was entered.
    What stages charged was paid, waived or neither, as the seed has it.
    """
    first = min((invoice.issued for invoice in ledger.invoices.values()), default=before)
    asked = Simulation(first, before - datetime.timedelta(days=1))
    played = simulate(index_ledger(ledger), policies, asked)
    stages = [_stage(each, ledger) for each in played if each.event == "stage"]
    charges = [each for each in _charges(stages, Chance(seed)) if each.date < before]
    rows = sorted(ledger.events, key=lambda each: each.row)
    entered = sorted((*rows, *stages, *charges), key=lambda each: each.recorded)
    numbered = [replace(each, row=row) for row, each in enumerate(entered, start=1)]
    return replace(ledger, events=tuple(sorted(numbered, key=lambda each: each.order)))


def _charges(stages: Iterable[Event], chance: Chance) -> Iterator[Event]:
    """What became of what stages charged: a payment for it, a waiver, or nothing."""
    kinds: tuple[EventKind | None, ...] = ("charge_paid", "charge_waived", None)
    for stage in stages:
        charged = sum(each.minor for each in (stage.fee, stage.interest) if each is not None)
        kind = chance.choices(kinds, (35, 15, 50))[0]
        day = workday(stage.date + chance.between(5, 30))
        if kind is not None and charged and stage.fee is not None:
            entered = datetime.datetime.combine(day, OFFICE_HOURS, datetime.UTC)
            amount = Money(charged, stage.fee.currency)
            yield Event(kind, day, stage.target, stage.target_id, entered, 0, amount=amount)


def _stage(event: SimulationEvent, ledger: Ledger) -> Event:
    """A stage of a simulation as the ledger records it."""
    return Event(
        "stage",
        event.on,
        "invoice" if event.case in ledger.invoices else "case",
        event.case,
        datetime.datetime.combine(event.on, MORNING, datetime.UTC),
        0,
        until=event.deadline,
        value=frozenset(event.channels) or None,
        stage=event.stage,
        policy=event.policy,
        version=event.version,
        fee=event.fee,
        interest=event.interest,
    )
