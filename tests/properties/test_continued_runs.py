"""A run goes on where an earlier one stopped, whatever the policies and the ledger are.

What a simulation executed before some day is written into the ledger, as `dun run` does. From that
day on it then tells what it told before: nothing is remembered that the ledger does not hold.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.core.model import Event
from engine.core.simulate import Range, simulate_debtor
from tests.oracle.engine_side import Engine
from tests.oracle.scenarios import rules, scenario
from tests.oracle.shown import as_text

if TYPE_CHECKING:
    from engine.core.model import Ledger
    from engine.core.simulate import SimulationEvent

POLICIES = 20
LEDGERS = 6
"""Under each policy."""
EVENING = datetime.time(23, 59, 59, tzinfo=datetime.UTC)


def played(engine: Engine, book: Ledger, first: int, last: int) -> list[SimulationEvent]:
    """What happens to all debtors, everything in the ledger known."""
    index = index_ledger(book)
    found = [
        event
        for name in index.debtors
        for event in simulate_debtor(
            name, [known_at(index, name, first - 1, None)], engine.policies, Range(first, last)
        )
    ]
    return sorted(found, key=lambda each: each.order)


def row(done: SimulationEvent, book: Ledger) -> Event:
    """A stage that was executed, as the ledger has it."""
    return Event(
        "stage",
        done.on,
        "invoice" if done.case in book.invoices else "case",
        done.case,
        datetime.datetime.combine(done.on, EVENING),
        row=1_000_000,
        until=done.deadline,
        value=frozenset(done.channels) if done.channels else None,
        stage=done.stage,
        policy=done.policy,
        version=done.version,
        fee=done.fee,
        interest=done.interest,
    )


def continued(book: Ledger, told: list[SimulationEvent], first: int, cut: int) -> Ledger:
    """The ledger with what a simulation executed from its first day on, before another day."""
    kinds = {"stage", "stage_cancelled"}
    kept = [e for e in book.events if e.kind not in kinds or e.date.toordinal() < first]
    done = [e for e in told if e.event == "stage" and e.on.toordinal() < cut]
    events = [*kept, *(row(each, book) for each in done)]
    return replace(book, events=tuple(sorted(events, key=lambda each: each.order)))


def test_what_was_executed_and_written_down_is_all_that_a_run_needs_to_go_on(
    beginning: int,
) -> None:
    rng = random.Random(beginning)  # noqa: S311 - repeatable, not secret
    for _ in range(POLICIES):
        given = rules(rng)
        engine = Engine(given.checkeds, given.tables)
        for _ in range(LEDGERS):
            asked = scenario(rng, given)
            first, last = asked.played.first.toordinal(), asked.played.last.toordinal() + 40
            whole = played(engine, asked.ledger, first, last)
            cut = rng.randint(first, last)
            rest = played(engine, continued(asked.ledger, whole, first, cut), cut, last)
            assert rest == [e for e in whole if e.on.toordinal() >= cut], as_text(asked)
