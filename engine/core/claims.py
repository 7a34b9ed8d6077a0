"""Interest of a case: what has accrued, and what of it is claimed now."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.fees import minor_of
from engine.core.interest import accrued, claim_of
from engine.core.rates import MissingRate, no_table
from engine.core.walk import InvoiceWalk

if TYPE_CHECKING:
    from dunlang.plan import InterestRule, Ladder
    from engine.core.place import Place
    from engine.core.policies import PolicyVersion
    from engine.core.walk import Walk


def claim(
    walk: Walk, version: PolicyVersion, ladder: Ladder, place: Place, day: int
) -> int | MissingRate:
    """What is claimed if interest is charged on a day, in minor units.

    The rule of the ladder holds for all days of the case's life; what was claimed before is
    deducted, and a claim below `no interest below` is left to the next time.
    """
    if ladder.interest is None:
        return 0
    total = _accrued(walk, version, ladder.interest, place, day)
    if isinstance(total, MissingRate):
        return total
    charging = version.charging(walk.currency)
    floor = ladder.interest_floor
    least = minor_of(floor, walk.currency) if floor is not None else None
    return claim_of(total, place.claimed, least, charging.coin, charging.rounding)


def _accrued(
    walk: Walk, version: PolicyVersion, rule: InterestRule, place: Place, day: int
) -> Fraction | MissingRate:
    table = version.rate_table(rule.table) if rule.table is not None else None
    if rule.table is not None and table is None:
        return no_table(rule.table, day)
    since = None
    if rule.from_stage is not None:
        days = (each.day for each in place.history if each.stage == rule.from_stage)
        since = next(days, None)
        if since is None:
            return Fraction(0)
    total = Fraction(0)
    for invoice in _invoices(walk, day):
        due = invoice.facts(day).due
        first = due if since is None else since
        if isinstance(walk, AccountWalk):
            first = max(first, due)
        spans = [(span.since, span.open) for span in invoice.timeline.spans]
        found = accrued(rule, table, spans, first, day, due)
        if isinstance(found, MissingRate):
            return found
        total += found
    return total


def _invoices(walk: Walk, day: int) -> tuple[InvoiceWalk, ...]:
    if isinstance(walk, AccountWalk):
        return walk.items(day).members
    return (walk,) if isinstance(walk, InvoiceWalk) else ()
