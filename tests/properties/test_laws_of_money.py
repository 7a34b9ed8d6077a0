"""No money appears or vanishes: what was paid is somewhere, and all interest is claimed once."""

from __future__ import annotations

import datetime
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.history import debtor_of
from engine.core.knowledge import known_at
from engine.core.ledger_index import index_ledger
from engine.core.simulate import Range, play
from engine.core.timeline import facts_on, unapplied
from tests.engine.ledgers import event, invoice, ledger
from tests.engine.playing import plan, played, policies
from tests.properties.worlds import World, obey, worlds

if TYPE_CHECKING:
    from tests.oracle.engine_side import Engine
    from tests.oracle.scenarios import Scenario

FEW = settings(max_examples=25)


@FEW
@given(
    worlds(
        policies=1,
        versions=1,
        having=("until charges paid",),
        without=("account", "charge events", "claim when paid"),
    )
)
def test_what_was_paid_is_applied_or_unapplied(world: World) -> None:
    whole = world.whole()

    def law(engine: Engine, asked: Scenario, debtor: str) -> object:
        fold = known_at(index_ledger(asked.ledger), debtor, 0, None).fold
        first, last = whole.first.toordinal(), whole.last.toordinal()
        found = debtor_of(debtor, fold, engine.policies, 0)
        if not found.posts:
            return None
        charged: Counter[str] = Counter()
        for happened in play(found, Range(first, last)):
            for part in (happened.fee, happened.tax, happened.interest):
                if part is not None:
                    charged[part.currency] += part.minor
        went: Counter[str] = Counter()
        for timeline in found.history.timelines:
            facts = facts_on(timeline, last)
            went[timeline.currency] += facts.original - facts.open - facts.charges
        paid = came_in(asked, debtor)
        for currency in {*went, *charged, *paid}:
            went[currency] += charged[currency] + unapplied(found.history, currency, last)
        wrong = {code for code in {*went, *paid} if went[code] != paid[code]}
        return wrong and (went, paid, charged)

    obey(world, law)


def came_in(asked: Scenario, debtor: str) -> Counter[str]:
    """Payments and credits of a debtor less what was taken back, by currency."""
    customers, invoices = asked.ledger.customers, asked.ledger.invoices

    def payer(customer: str) -> str:
        above = customers[customer].payer
        return customer if above is None else payer(above)

    own = {debtor} | {c for c in customers if payer(c) == debtor}
    mine = [each for each in invoices.values() if each.customer in own]
    about = own | {each.id for each in mine} | {each.document for each in mine}
    money = {each.id: each.amount for each in asked.ledger.events if each.amount is not None}
    paid: Counter[str] = Counter()
    for each in asked.ledger.events:
        if each.target_id not in about:
            continue
        if each.kind in ("payment", "credit") and each.amount is not None:
            paid[each.amount.currency] += each.amount.minor
        elif each.kind == "reversal":
            amount = each.amount or money[str(each.value)]
            paid[amount.currency] -= amount.minor
    return paid


BEARING = plan(
    """\
interest 9% a year
claim interest when paid
stage reminder
  after 3 days overdue
  by portal
  charge interest
stage notice
  after 9 days
  by portal
  charge interest
stage final
  after 20 days
  task "Call"
  charge interest
"""
)
DUE = datetime.date(2026, 1, 31)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-5, 80), st.integers(1, 9_000)), max_size=5))
def test_the_claims_of_interest_add_up_to_all_that_accrued(
    payments: list[tuple[int, int]],
) -> None:
    """Of 100.00 EUR, paid in parts and the rest on the 90th day overdue."""
    parts = sorted([*payments, (90, 10_000)])
    book = ledger(
        [invoice(amount="100.00")],
        [
            event("payment", str(DUE + datetime.timedelta(days=day)), amount=f"{minor / 100:.2f}")
            for day, minor in parts
        ],
    )
    found = played(book, policies(BEARING), "2026-01-01", "2026-12-31")
    claimed = sum(each.interest.minor for each in found if each.interest is not None)
    accrued = Fraction(0)
    for day in range(1, 91):
        paid = sum(minor for when, minor in parts if when < day)
        accrued += max(0, 10_000 - paid) * Fraction(9, 100) / 365
    assert claimed == int(accrued + Fraction(1, 2))
