"""Reports add up: to what the ledger says is open, and among one another, for any policies."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from typing import TYPE_CHECKING, get_args

from hypothesis import given, settings

from engine.core.ledger_index import index_ledger
from engine.core.place import postings_of
from engine.services.reports.ageing import ageing
from engine.services.reports.done import ByDone, Period
from engine.services.reports.effectiveness import effectiveness
from engine.services.reports.exposure import exposure
from engine.services.reports.fees import fees
from engine.services.reports.groups import By
from engine.services.reports.reading import debtors_in
from tests.properties.worlds import World, obey, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.core.debtor import Debtor
    from engine.core.model import Ledger
    from tests.oracle.engine_side import Engine
    from tests.oracle.scenarios import Scenario

FEW = settings(max_examples=10)
EVERY: tuple[By, ...] = get_args(By)
EVERY_DONE: tuple[ByDone, ...] = get_args(ByDone)


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


@FEW
@given(worlds())
def test_what_was_charged_was_paid_waived_taken_back_or_is_open(world: World) -> None:
    whole = world.whole()
    by = tuple(random.Random(len(world.rules.texts[0])).sample(EVERY_DONE, 2))  # noqa: S311 - for tests

    def law(engine: Engine, asked: Scenario, _: str) -> object:
        for on in (asked.days[0] if asked.days else whole.first, whole.last):
            found = fees(everybody(engine, asked, on), on, by=by)
            aged = ageing(everybody(engine, asked, on), on)
            for currency in {*found.totals, *aged.totals}:
                said = aged.totals[currency].charges if currency in aged.totals else 0
                open_ = found.totals[currency].total.open if currency in found.totals else 0
                if open_ != said:
                    return on, currency, open_, said
            for currency, total in found.totals.items():
                groups = found.groups[currency].values()
                for fate in (total.fees, total.interest, *(each.total for each in groups)):
                    parts = fate.paid, fate.waived, fate.cancelled, fate.open
                    if min(parts) < 0 or sum(parts) != fate.charged or fate.written_off > fate.open:
                        return on, currency, fate
                if sum(each.total.charged for each in groups) != total.total.charged:
                    return on, currency, "groups"
        return None

    obey(world, law)


@FEW
@given(worlds())
def test_longer_windows_have_no_less_and_no_payment_counts_twice(world: World) -> None:
    last = world.whole().last
    on = last + datetime.timedelta(days=60)

    def law(engine: Engine, asked: Scenario, _: str) -> object:
        debtors = list(everybody(engine, asked, on))
        found = effectiveness(debtors, on, Period(None, last), (7, 14, 30, 3_000))
        money = came_in(asked.ledger)
        for currency, total in found.totals.items():
            for effect in (total, *found.groups[currency].values()):
                *ended, endless = effect.windows
                if endless.ended or endless.running + effect.nothing_open != effect.executed:
                    return currency, endless
                limits = [each.settled for each in ended], [each.paid for each in ended]
                if any(each != sorted(each) or each[0] < 0 for each in limits):
                    return currency, limits
                for window in ended:
                    is_less = window.settled <= window.ended and window.paid <= window.owed
                    if not is_less or window.ended + effect.nothing_open > effect.executed:
                        return currency, window
                if effect.waits.paid.total() > effect.executed - effect.nothing_open:
                    return currency, effect.waits
            # What is paid of an invoice may count for its own stages and for those of its account.
            is_of_one = not any(
                each.moves for debtor in debtors for each in debtor.accounts.values()
            )
            if is_of_one and total.windows[2].paid > max(0, money[currency]):
                return currency, total, money
            if sum(each.executed for each in found.groups[currency].values()) != total.executed:
                return currency, "groups"
        return None

    obey(world, law)
