"""What a ledger's reader knows so far: records, and which ids stand on bad rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dunlang.types import Type
    from engine.core.model import Customer, Event, Invoice
    from engine.io.sheets import Row, Sheet


@dataclass(slots=True)
class Reading:
    """The state of one reading. Files are read in the order customers, invoices, events."""

    types: Mapping[str, Type]
    """Declared facts by path (`customer.risk`)."""
    keeps_good_rows: bool
    """Whether rows that only refer to a bad row are reported: they too are left out then. If
    nothing is taken anyway, they would only hide what is really wrong."""
    customers: dict[str, Customer] = field(default_factory=dict)
    payers: dict[str, Row] = field(default_factory=dict)
    """Rows of the customers who have a payer."""
    invoices: dict[str, Invoice] = field(default_factory=dict)
    documents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Customer and currency by document."""
    currencies: dict[str, set[str]] = field(default_factory=dict)
    """Of the invoices that a customer has or pays."""
    events: dict[int, Event] = field(default_factory=dict)
    """By row."""
    by_id: dict[str, Event] = field(default_factory=dict)
    rows: dict[int, tuple[Sheet, Row]] = field(default_factory=dict)
    """Rows of the events that are looked at again when all are read."""
    bad: dict[str, set[str]] = field(
        default_factory=lambda: {name: set() for name in ("customer", "invoice", "document", "id")}
    )
    """Ids of what stands on a bad row, by what it is; `id` is an event's."""
    lost: set[str] = field(default_factory=set)
    """As the keys of `bad`: kinds of things of which some row could not even be taken apart."""
    complete: bool = True
    """Whether customers and invoices could be read at all; if not, nothing refers to anything."""
    repeated: int = 0
    """Events that were given again under the same id."""

    def lose(self, file: str) -> None:
        """Remember that a row of a file is lost, so that what refers to it is no surprise."""
        self.lost.update(
            {"customers": ("customer",), "invoices": ("invoice", "document"), "events": ("id",)}[
                file
            ]
        )

    def debtor_of(self, customer: str) -> str:
        """The last payer in a customer's chain, as far as it is known."""
        while (known := self.customers.get(customer)) is not None and known.payer is not None:
            customer = known.payer
        return customer

    def is_echo(self, what: str, name: str) -> bool:
        """Whether a reference fails only because another row is bad, and is not to be reported."""
        return not self.keeps_good_rows and (name in self.bad[what] or what in self.lost)
