"""A simulation may skip the days on which nothing can happen: it tells what one of every day tells.

Random policies and ledgers are those that the engine and the slow interpreter are put to.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.knowledge import epochs, known_at
from engine.core.ledger_index import index_ledger
from engine.core.simulate import Range, simulate_debtor
from tests.oracle.engine_side import Engine
from tests.oracle.scenarios import rules, scenario
from tests.oracle.shown import as_text

if TYPE_CHECKING:
    from engine.core.simulate import SimulationEvent
    from tests.oracle.scenarios import Rules, Scenario

POLICIES = 30
LEDGERS = 8
"""Under each policy."""


def told(engine: Engine, asked: Scenario, *, every_day: bool) -> list[list[SimulationEvent]]:
    """What happens to each debtor, and to one of their cases if it is asked for alone."""
    index, played = index_ledger(asked.ledger), asked.played
    first, last = played.first.toordinal(), played.last.toordinal()
    days = None if played.run_on is None else {day.toordinal() for day in played.run_on}
    span = Range(first, last, None if days is None else lambda day, _: day in days, every_day)
    found = []
    for name in index.debtors:
        if played.known == "each day":
            known = epochs(index, name, first - 1, last)
        else:
            known = [known_at(index, name, first - 1, played.known)]
        scratch = played.from_scratch
        events = simulate_debtor(name, known, engine.policies, span, from_scratch=scratch)
        found.append(sorted(events, key=lambda each: each.order))
        for case in {each.case for each in events[:1]}:
            alone = simulate_debtor(
                name, known, engine.policies, span, from_scratch=scratch, only=case
            )
            assert alone == [each for each in events if each.case == case]
    return found


def longer(asked: Scenario, by: int) -> Scenario:
    """The same over a longer range, in which more days are quiet."""
    last = asked.played.last.fromordinal(asked.played.last.toordinal() + by)
    return replace(asked, played=replace(asked.played, last=last))


def test_a_simulation_that_skips_quiet_days_is_the_one_that_skips_none(beginning: int) -> None:
    rng = random.Random(beginning)  # noqa: S311 - repeatable, not secret
    for _ in range(POLICIES):
        given: Rules = rules(rng)
        engine = Engine(given.checkeds, given.tables)
        for _ in range(LEDGERS):
            asked = longer(scenario(rng, given), rng.choice((0, 0, 90)))
            skipping = told(engine, asked, every_day=False)
            assert skipping == told(engine, asked, every_day=True), as_text(asked)
