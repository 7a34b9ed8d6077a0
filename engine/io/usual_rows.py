"""The usual cases among JSON objects, read without a record for each object.

Fields are looked at in the same way as `ledger_json` does; what that would complain about is
unusual here, and so is whatever is rarely sent. All rows of a customer who has anything unusual are
left over, in their order, for who reads everything.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from dunlang.currencies import MINOR_DIGITS
from engine.core.cells import Bad, read_day, read_fact, read_minor, type_of_fact
from engine.core.fees import reach_of
from engine.core.usual_items import Done, Item, Whose
from engine.io.ledger_json import Objects
from engine.io.ledger_rows import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dunlang.types import Type
    from engine.core.model import Value

    Fields = Mapping[str, Any]

_OWN = ("id", "customer", "issued", "due", "amount", "currency")
_HEAD = itemgetter(*_OWN)
_STAGE, _MONEY = (
    frozenset({"date", "kind", "invoice", "stage"}),
    frozenset({"date", "kind", "invoice", "amount"}),
)
_EVENTS = 50
"""Of one invoice; more of them are unusual."""
_COLUMNS = 50
"""Different fields of customers or of invoices; more of them are unusual."""
FIRST, LAST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
"""The days of a ledger that is handed over."""


@dataclass(frozen=True, slots=True)
class UsualRows:
    """Usual cases, and how the rows of all others are found."""

    items: Mapping[str, Item]
    """By id, in the order of the invoices."""
    odd: AbstractSet[str]
    """Customers with anything unusual."""
    _given: Objects
    _owners: Mapping[str, tuple[str, str]]

    def rest(self, more: AbstractSet[str]) -> Objects:
        """The rows of the odd customers, and of some more, in their order."""
        odd, given = self.odd | more, self._given
        return Objects(
            [each for each in given.customers if each["id"] in odd],
            [each for each in given.invoices if each["customer"] in odd],
            [each for each in given.events if _about(each, self._owners) in odd],
        )


class _Broken(Exception):  # noqa: N818 - it is told elsewhere
    """Something is so unusual that nobody can say which rows it concerns."""


def usual_rows(given: Objects, types: Mapping[str, Type]) -> UsualRows | None:
    """The usual cases; None where that cannot be said. `types` are the declared facts by path."""
    try:
        return _Rows(given, types).read()
    except _Broken:
        return None


class _Column(NamedTuple):
    """A fact: what is known of its values so far, and how others are read."""

    name: str
    known: dict[str, Value | Bad]
    read: Callable[[str], Value | Bad] | None
    """None for text."""


class _Rows:
    """Reads one question."""

    def __init__(self, given: Objects, types: Mapping[str, Type]) -> None:
        self.given, self.types = given, types
        self.odd: set[str] = set()
        """Customers with anything unusual."""
        self.layouts: dict[tuple[str, ...], tuple[_Column | None, ...] | None] = {}
        self.columns: dict[tuple[str, str], _Column] = {}
        self.days: dict[str, int] = {}
        self.amounts: dict[tuple[str, str], int] = {}

    def read(self) -> UsualRows:
        """The cases and what is left over."""
        whose = self._customers()
        owners, heads = self._owners(whose)
        paid: dict[str, list[tuple[int, int]]] = {}
        stages: dict[str, list[Done]] = {}
        for fields in self.given.events:
            self._event(fields, owners, paid, stages)
        items: dict[str, Item] = {}
        odd = self.odd
        counts = Counter(customer for customer, _ in owners.values())
        for fields, head in zip(self.given.invoices, heads, strict=True):
            name, customer = head[0], head[1]
            if customer not in odd:
                facts = _NONE if len(fields) == len(_OWN) else self._invoice_facts(fields)
                known = whose[customer], facts, counts[customer] == 1
                item = self._item(head, known, paid.get(name, ()), stages.get(name, ()))
                if item is None:
                    odd.add(customer)
                else:
                    items[name] = item
        if odd:
            items = {name: item for name, item in items.items() if item.whose.id not in odd}
        return UsualRows(items, odd, self.given, owners)

    # ------------------------------------------------------------------ customers

    def _customers(self) -> dict[str, Whose]:
        found: dict[str, Whose] = {}
        for fields in self.given.customers:
            name, payer = _id(fields.get("id")), fields.get("payer")
            facts = self._facts("customer", fields)
            if facts is None:
                self.odd.add(name)
                facts = {}
            if payer:
                self.odd.update((name, _id(payer)))
            found[name] = Whose(name, facts, reach_of(facts))
        if len(found) < len(self.given.customers):
            raise _Broken  # an id stands twice
        return found

    def _facts(self, owner: str, fields: Fields) -> dict[str, Value] | None:
        """The facts of an object; None where something is unusual."""
        names = tuple(fields)
        layout = self.layouts.get((owner, *names), _MISSING)
        if layout is _MISSING:
            layout = self.layouts[owner, *names] = self._layout(owner, names)
        if layout is None:
            return None
        found: dict[str, Value] = {}
        for column, text in zip(layout, fields.values(), strict=True):
            if column is None or text is None or text == "":
                continue
            if type(text) is not str or "\0" in text:
                return None
            if column.read is None:
                found[column.name] = text
                continue
            value = column.known.get(text)
            if value is None:
                value = column.known[text] = column.read(text)
            if isinstance(value, Bad):
                return None
            found[column.name] = value
        return found

    def _layout(self, owner: str, names: Sequence[str]) -> tuple[_Column | None, ...] | None:
        """The column of each field, None for what is no fact."""
        own = _NO_FACTS[owner]
        rest = [name for name in names if name not in own]
        if any(not name.isprintable() or not name or name in COMPUTED[owner] for name in rest):
            return None
        return tuple(None if name in own else self._column(owner, name) for name in names)

    def _column(self, owner: str, name: str) -> _Column:
        found = self.columns.get((owner, name))
        if found is None:
            if len(self.columns) >= _COLUMNS:
                raise _Broken
            kind = type_of_fact(self.types, f"{owner}.{name}")
            read = None if kind is None else partial(read_fact, kind=kind)
            found = self.columns[owner, name] = _Column(name, {}, read)
        return found

    # ------------------------------------------------------------------ invoices

    def _owners(
        self, whose: Mapping[str, Whose]
    ) -> tuple[dict[str, tuple[str, str]], list[tuple[Any, ...]]]:
        """Customer and currency of each invoice; and the fields that each must have."""
        try:
            heads = [_HEAD(fields) for fields in self.given.invoices]
        except KeyError:
            raise _Broken from None
        owners = {}
        for name, customer, _, _, _, currency in heads:
            if customer.__class__ is not str or customer not in whose:
                raise _Broken
            if currency.__class__ is not str or currency not in MINOR_DIGITS:
                raise _Broken
            owners[_id(name)] = customer, currency
        if len(owners) < len(heads):
            raise _Broken  # an id stands twice
        return owners, heads

    def _invoice_facts(self, fields: Fields) -> Mapping[str, Value] | None:
        if fields.get("document") or fields.get("recorded"):
            return None
        return self._facts("invoice", fields)

    def _item(
        self,
        head: tuple[Any, ...],
        known: tuple[Whose, Mapping[str, Value] | None, bool],
        paid: Sequence[tuple[int, int]],
        stages: Sequence[Done],
    ) -> Item | None:
        name, _, issued, due, amount, currency = head
        whose, facts, is_only = known
        first, last, minor = self._day(issued), self._day(due), self._minor(amount, currency)
        if first is None or last is None or minor is None or facts is None:
            return None
        if paid and sum(each for _, each in paid) > minor:
            return None
        if len(paid) + len(stages) > _EVENTS:
            return None
        if len(stages) > 1:
            stages = sorted(stages, key=_when)
        return Item(name, whose, first, last, minor, currency, facts, paid, stages, is_only)

    def _day(self, text: Any) -> int | None:  # noqa: ANN401 - whatever was sent
        """The number of a day; None where it is none."""
        found = self.days.get(text) if type(text) is str else None
        if found is None:
            day = read_day(text) if type(text) is str else None
            if day is None or isinstance(day, Bad) or not FIRST <= day <= LAST:
                return None
            found = self.days[text] = day.toordinal()
        return found

    def _minor(self, text: Any, currency: str) -> int | None:  # noqa: ANN401 - whatever was sent
        """Minor units of an amount above zero; None where it is none."""
        if type(text) is not str:
            return None
        found = self.amounts.get((text, currency))
        if found is None:
            minor = read_minor(text, currency)
            if isinstance(minor, Bad) or minor <= 0:
                return None
            found = self.amounts[text, currency] = minor
        return found

    # ------------------------------------------------------------------ events

    def _event(
        self,
        fields: Fields,
        owners: Mapping[str, tuple[str, str]],
        paid: dict[str, list[tuple[int, int]]],
        stages: dict[str, list[Done]],
    ) -> None:
        """A payment, a credit or a stage of an invoice; of another event, whom it concerns."""
        names, invoice = fields.keys(), fields.get("invoice")
        if names == _STAGE and fields["kind"] == "stage" and type(invoice) is str:
            day, stage = self._day(fields["date"]), fields["stage"]
            if day is not None and invoice in owners and _is_text(stage):
                stages.setdefault(invoice, []).append(Done(day, stage))
                return
        elif names == _MONEY and fields["kind"] in ("payment", "credit") and type(invoice) is str:
            day = self._day(fields["date"])
            owner = owners.get(invoice)
            minor = None if owner is None else self._minor(fields["amount"], owner[1])
            if day is not None and minor is not None:
                paid.setdefault(invoice, []).append((day, minor))
                return
        self.odd.add(_about(fields, owners))


_NO_FACTS = {"customer": ("id", "payer"), "invoice": (*_OWN, "document", "recorded")}
"""Fields that are no facts, by what they belong to."""
_MISSING: Any = object()
_NONE: Mapping[str, Value] = {}
"""Shared by all invoices without facts; nobody writes to it."""


def _about(fields: Fields, owners: Mapping[str, tuple[str, str]]) -> str:
    """The customer whom an event concerns."""
    invoice, customer = fields.get("invoice"), fields.get("customer")
    if fields.get("document") or fields.get("case"):
        raise _Broken
    if type(invoice) is str and not customer and invoice in owners:
        return owners[invoice][0]
    if customer and not invoice:
        return _id(customer)
    raise _Broken


def _id(value: Any) -> str:  # noqa: ANN401 - whatever was sent
    if type(value) is not str or not value or not value.isprintable():
        raise _Broken
    return value


def _is_text(value: object) -> bool:
    return type(value) is str and bool(value) and "\0" not in value


def _when(executed: Done) -> int:
    return executed.day
