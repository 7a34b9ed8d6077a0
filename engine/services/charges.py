"""What dunning charged and nobody has paid or waived.

Decisions do without it where charges change nothing about what is decided; who asks for charges
themselves asks here.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from engine.core.account import AccountWalk
from engine.core.place import postings_of
from engine.core.timeline import facts_on

if TYPE_CHECKING:
    from engine.core.debtor import Debtor
    from engine.core.fold import CustomerHistory
    from engine.core.walk import Walk


def booked(debtor: Debtor) -> CustomerHistory:
    """The history of a debtor with all that dunning charged for their invoices on record."""
    charged = (walk for walk in debtor.invoices.values() if walk.moves)
    postings = [each for walk in charged for each in postings_of(walk.case, walk.moves)]
    if debtor.posts or not any(each.amount for each in postings):
        return debtor.history
    return debtor.fold(postings)


def charges_on(debtor: Debtor, walk: Walk, day: int) -> int:
    """Fees and claimed interest of a case that are unpaid at the end of a day, in minor units."""
    with suppress(Exception):  # the decision says what is wrong
        if isinstance(walk, AccountWalk):
            return walk.facts(day).charges
        timelines = (each for each in booked(debtor).timelines if each.case == walk.case)
        return sum(facts_on(each, day).charges for each in timelines)
    return 0
