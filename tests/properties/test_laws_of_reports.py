"""Reports add up: to what the ledger says is open, and among one another, for any policies."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, get_args

from hypothesis import given, settings

from engine.core.ledger_index import index_ledger
from engine.core.place import postings_of
from engine.services.reports.ageing import ageing
from engine.services.reports.exposure import exposure
from engine.services.reports.groups import By
from engine.services.reports.reading import debtors_in
from tests.properties.worlds import World, obey, worlds

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from engine.core.debtor import Debtor
    from engine.core.model import Ledger
    from tests.oracle.engine_side import Engine
    from tests.oracle.scenarios import Scenario

FEW = settings(max_examples=10)
EVERY: tuple[By, ...] = get_args(By)


def everybody(engine: Engine, asked: Scenario, on: datetime.date) -> Iterator[Debtor]:
    return debtors_in(index_ledger(asked.ledger), engine.policies, on)


def came_in(ledger: Ledger) -> Counter[str]:
    """Payments and credits less what was taken back, by currency."""
    money = {each.id: each.amount for each in ledger.events if each.amount is not None}
    found: Counter[str] = Counter()
    for each in ledger.events:
        if each.kind in ("payment", "credit") and each.amount is not None:
            found[each.amount.currency] += each.amount.minor
        elif each.kind == "reversal":
            amount = each.amount or money[str(each.value)]
            found[amount.currency] -= amount.minor
    return found


@FEW
@given(worlds(without=("charge events",)))
def test_what_is_open_is_what_was_invoiced_and_charged_less_what_came_in(world: World) -> None:
    on = world.whole().last

    def law(engine: Engine, asked: Scenario, _: str) -> object:
        found = ageing(everybody(engine, asked, on), on)
        said = Counter(
            {
                code: each.amount + each.charges - each.unapplied
                for code, each in found.totals.items()
            }
        )
        owed: Counter[str] = Counter()
        for debtor in everybody(engine, asked, on):
            for walk in (*debtor.invoices.values(), *debtor.accounts.values()):
                charged = (each.amount for each in postings_of(walk.case, walk.moves))
                owed[walk.currency] += sum(charged)
        for invoice in asked.ledger.invoices.values():
            owed[invoice.amount.currency] += invoice.amount.minor
        owed.subtract(came_in(asked.ledger))
        wrong = {code for code in {*said, *owed} if said[code] != owed[code]}
        return wrong and (said, owed)

    obey(world, law)


@FEW
@given(
    worlds(),
)
def test_every_item_is_in_one_bucket_one_group_and_one_state(world: World) -> None:
    whole = world.whole()
    by = tuple(random.Random(len(world.rules.texts[0])).sample(EVERY, 2))  # noqa: S311 - for tests

    def law(engine: Engine, asked: Scenario, _: str) -> object:
        on = asked.days[0] if asked.days else whole.first
        aged = ageing(everybody(engine, asked, on), on, (10, 20), by)
        stood = exposure(everybody(engine, asked, on), on, by)
        for currency, total in aged.totals.items():
            sums = {
                total.amount,
                sum(each.amount for each in aged.groups.get(currency, {}).values()),
            }
            items = {sum(total.items)}
            exposed = stood.currencies.get(currency)
            if exposed is not None:
                for parts in (exposed.states, exposed.groups):
                    sums.add(sum(each.amount for each in parts.values()))
                    items.add(sum(each.items for each in parts.values()))
                sums.add(sum(debt.amount for debt in exposed.debts))
                sums.add(exposed.total.amount)
            if len(sums) != 1 or len(items) != 1:
                return currency, sums, items
        return None

    obey(world, law)
