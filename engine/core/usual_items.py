"""Usual cases as `usual` takes them: an invoice, what was paid and executed, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from engine.core.case import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.case import CaseFacts
    from engine.core.model import Event, Value


class Whose(NamedTuple):
    """A customer who pays for themselves alone."""

    id: str
    facts: Mapping[str, Value]
    """Built-in and declared, by bare name."""
    has: tuple[bool, bool, bool]
    """Whether they can be reached by e-mail, post and telephone; see `fees.reach_of`."""


class Traits:
    """What policies read of a customer or of an invoice: one object for all that are alike in it.

    Compared by identity; whoever makes them keeps them.
    """

    __slots__ = ("facts", "has")

    def __init__(self, facts: Mapping[str, Value], has: tuple[bool, bool, bool]) -> None:
        """See `Whose`."""
        self.facts, self.has = facts, has


class Said(NamedTuple):
    """What the ledger says of a stage that was executed; None, or NEVER: as the policy says."""

    policy: str | None
    version: int | None
    fee: int | None
    """Without tax, in minor units, as the interest."""
    interest: int | None
    deadline: int
    channels: tuple[str, ...]


class Done(NamedTuple):
    """A stage that was executed."""

    day: int
    stage: str
    said: Said | None = None


class Item(NamedTuple):
    """An invoice, and what happened to it up to the day: days are `date.toordinal()`."""

    id: str
    whose: Whose
    issued: int
    due: int
    amount: int
    """Minor units, at first."""
    currency: str
    facts: Mapping[str, Value]
    paid: Sequence[tuple[int, int]] = ()
    """Day and minor units of what came in, no more than the amount in all."""
    stages: Sequence[Done] = ()
    """What was executed, by `Event.order`."""
    is_only: bool = False
    """Whether it is the only invoice of its customer."""


Shape: TypeAlias = "tuple[Traits, Traits, str, int, int, tuple[Done, ...], bool]"
"""What cases may have in common to which nothing was paid: the traits of the customer and of the
invoice, and the rest as in `Item`: currency, issued, due, stages, is_only."""


def item_like(shape: Shape, name: str, customer: str, amount: int) -> Item:
    """A case of a shape, with as much of its facts as policies read."""
    theirs, own, currency, issued, due, stages, is_only = shape
    whose = Whose(customer, theirs.facts, theirs.has)
    return Item(name, whose, issued, due, amount, currency, own.facts, (), stages, is_only)


class UsualFacts:
    """Stands in for `CaseFacts`, of which one is made for every case, with what never differs."""

    __slots__ = ("customer_facts", "due", "invoice_facts", "issued", "open", "original", "settled")
    since = cycle_since = open_since = charges = 0
    disputed = promise_kept = False
    invoice_excluded_until = customer_excluded_until = promise_until = taken = NEVER
    assigned = None

    def __init__(self, item: Item, left: int) -> None:
        self.open = left
        self.original = item.amount
        self.issued = item.issued
        self.due = item.due
        self.invoice_facts = item.facts
        self.customer_facts = item.whose.facts
        self.settled = left == 0


def facts_of(item: Item, day: int) -> CaseFacts:
    """What is true of a case at the end of a day."""
    left = item.amount
    for paid_on, minor in item.paid:
        if paid_on <= day:
            left -= minor
    return cast("CaseFacts", UsualFacts(item, left))


def done_of(event: Event) -> Done:
    """A stage of a ledger."""
    return Done(event.date.toordinal(), event.stage or "", _said(event))


def _said(event: Event) -> Said | None:
    channels = tuple(sorted(event.value)) if isinstance(event.value, frozenset) else ()
    said = Said(
        event.policy,
        event.version,
        None if event.fee is None else event.fee.minor,
        None if event.interest is None else event.interest.minor,
        NEVER if event.until is None else event.until.toordinal(),
        channels,
    )
    return None if said == _NOTHING else said


_NOTHING = Said(None, None, None, None, NEVER, ())
