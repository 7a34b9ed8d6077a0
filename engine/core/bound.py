"""The facts of a case that a policy version reads, in the order in which its code finds them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from engine.core.conditions import START, TOTALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.core.case import CaseFacts

_CUSTOMER, _INVOICE, _DEBTOR_ID, _CASE_ID, _LATER = range(5)


class Slot(NamedTuple):
    """Where the value of a fact comes from."""

    source: int
    name: str
    """Bare, as facts have it."""
    default: object
    """In place of a value that is unknown, as generated code compares it."""

    @property
    def of_customer(self) -> bool:
        """Whether it is a fact of the customer."""
        return self.source == _CUSTOMER

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact of the customer or of the invoice."""
        return self.source in {_CUSTOMER, _INVOICE}


def slots_of(paths: Iterable[str], defaults: Mapping[str, object]) -> tuple[Slot, ...]:
    """The slots of facts, given by path, in one currency."""
    return tuple(slot_of(path, defaults.get(path)) for path in paths)


def slot_of(path: str, default: object) -> Slot:
    """The slot of a fact; `default` in place of a value that is unknown."""
    if path in TOTALS or path == START:
        return Slot(_LATER, path, 0)
    if path == "customer.id":
        return Slot(_DEBTOR_ID, path, None)
    if path == "invoice.id":
        return Slot(_CASE_ID, path, None)
    scope, _, name = path.partition(".")
    if path == "customer.tags":
        default = frozenset()
    return Slot(_CUSTOMER if scope == "customer" else _INVOICE, name, default)


def read_own(slots: Sequence[Slot], facts: CaseFacts, debtor: str, case: str) -> tuple[object, ...]:
    """The values as generated code compares them; 0 for what looks at other cases or days."""
    customer, invoice = facts.customer_facts, facts.invoice_facts
    found: list[object] = []
    for source, name, default in slots:
        if source == _CUSTOMER:
            value: object = customer.get(name)
        elif source == _INVOICE:
            value = invoice.get(name)
        elif source == _DEBTOR_ID:
            value = debtor
        elif source == _CASE_ID:
            value = case
        else:
            value = 0
        found.append(default if value is None else comparable(value))
    return tuple(found)


def comparable(value: object) -> object:
    """A fact's value as generated code compares it: dates as day numbers."""
    return value.toordinal() if isinstance(value, datetime.date) else value
