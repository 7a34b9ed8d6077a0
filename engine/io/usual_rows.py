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
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from dunlang.currencies import MINOR_DIGITS
from engine.core.cells import Bad, read_day, read_minor
from engine.core.money import format_minor
from engine.core.usual_items import Done, Traits, item_like
from engine.core.usual_versions import read_of
from engine.io.ledger_json import Objects
from engine.io.usual_traits import OF_INVOICE, TraitsReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dunlang.types import Type
    from engine.core.policies import PolicySet
    from engine.core.usual_items import Item, Shape
    from engine.io.usual_traits import Fields

_HEAD = itemgetter(*OF_INVOICE)
_FIELDS = 4
"""Of an event: date, kind, invoice, and its stage or amount."""
_COLUMNS = 50
"""Different fields of all customers or of all invoices; more of them are unusual."""
_EVENTS = 50
"""Of one invoice; more of them are unusual."""
_STAGES, _LONG = 10_000, 100
"""Stages that are kept, by day, and characters of one; of more, each is read anew."""
_WHOLE = 12
"""Digits before the point of an amount that is read at once."""
FIRST, LAST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
"""The days of a ledger that is handed over."""
BARE = Traits({}, (False, False, False))
"""Those of all invoices without facts."""
Head: TypeAlias = "tuple[Any, ...]"
"""The values of `OF_INVOICE`."""


Case: TypeAlias = "tuple[str, str, int, str, Shape, Sequence[tuple[int, int]] | None]"
"""A usual case: its id, the customer's, the amount in minor units and as a decision writes it, what
it has in common with others, and what was paid as in `Item`, or None."""


def item_of(case: Case) -> Item:
    """A case by itself."""
    name, customer, amount, _, shape, paid = case
    return item_like(shape, name, customer, amount)._replace(paid=paid or ())


@dataclass(frozen=True, slots=True)
class UsualRows:
    """Usual cases, and how the rows of all others are found."""

    cases: Sequence[Case]
    """In the order of the invoices."""
    odd: AbstractSet[str]
    """Customers with anything unusual."""
    is_plain: bool
    """Whether all ids stand in JSON as they are."""
    _given: Objects
    _owners: Mapping[str, Head]

    def rest(self, more: AbstractSet[str]) -> Objects:
        """The rows of the odd customers, and of some more, in their order."""
        odd, given = self.odd | more, self._given
        return Objects(
            [each for each in given.customers if each["id"] in odd],
            [each for each in given.invoices if each["customer"] in odd],
            [each for each in given.events if _about(each, self._owners) in odd],
        )


class _Odd(Exception):  # noqa: N818 - nothing is wrong
    """Something of a customer is unusual."""


class _Broken(Exception):  # noqa: N818 - it is told elsewhere
    """Something is so unusual that nobody can say which rows it concerns."""


class UsualReader:
    """Reads what is asked under some policies; any number of threads may ask."""

    def __init__(self, policies: PolicySet, types: Mapping[str, Type]) -> None:
        """`types` are the declared facts by path."""
        self.customers = TraitsReader("customer", types, read_of(policies, "customer"))
        self.invoices = TraitsReader("invoice", types, read_of(policies, "invoice"))
        self.counts = policies.features.contacts
        """Whether it matters that an invoice is the only one of its customer."""
        self.days: dict[str, int] = {}
        self._done: dict[tuple[str, str], Done] = {}

    def read(self, given: Objects) -> UsualRows | None:
        """The usual cases; None where that cannot be said."""
        try:
            return _Question(self, given).read()
        except _Broken:
            return None

    def day(self, text: Any) -> int:  # noqa: ANN401 - whatever was sent
        """The number of a day. Raises _Odd where it is none."""
        if text.__class__ is not str:
            raise _Odd
        found = self.days.get(text)
        if found is None:
            day = read_day(text)
            if isinstance(day, Bad) or not FIRST <= day <= LAST:
                raise _Odd
            found = self.days[text] = day.toordinal()
        return found

    def done(self, date: Any, stage: Any) -> Done:  # noqa: ANN401 - as above
        """A stage that was executed. Raises _Odd."""
        if date.__class__ is not str or stage.__class__ is not str:
            raise _Odd
        found = self._done.get((date, stage))
        if found is None:
            day = self.day(date)
            if not stage or "\0" in stage:
                raise _Odd
            found = Done(day, stage)
            if len(stage) <= _LONG:
                if len(self._done) >= _STAGES:
                    self._done.clear()
                self._done[date, stage] = found
        return found


def _amount(text: Any, currency: str) -> tuple[int, str]:  # noqa: ANN401 - whatever was sent
    """Minor units of an amount above zero, and how it is written. Raises _Odd."""
    if text.__class__ is not str:
        raise _Odd
    whole, _, part = text.partition(".")
    # Most are written as they will be: all decimals, and no zero before them.
    if len(part) == MINOR_DIGITS[currency] > 0 and len(whole) <= _WHOLE and text.isascii():
        is_plain = part.isdecimal() and whole.isdecimal() and whole[0] != "0"
        if is_plain:
            return int(whole + part), text
    minor = read_minor(text, currency)
    if isinstance(minor, Bad) or minor <= 0:
        raise _Odd
    return minor, format_minor(minor, currency)


class _Question:
    """Reads one question."""

    def __init__(self, reader: UsualReader, given: Objects) -> None:
        self.reader, self.given = reader, given
        self.odd: set[str] = set()
        """Customers with anything unusual."""
        self.whose: dict[str, Traits] = {}
        """The traits of customers."""
        self.is_plain = True
        self.paid: dict[str, list[tuple[int, int]]] = {}
        self.stages: dict[str, list[Done]] = {}

    def read(self) -> UsualRows:
        """The cases and what is left over."""
        self._customers()
        owners, heads = self._owners()
        for fields in self.given.events:
            self._event(fields, owners)
        odd, cases = self.odd, self._cases(heads)
        if odd:
            cases = [case for case in cases if case[1] not in odd]
        return UsualRows(cases, odd, self.is_plain, self.given, owners)

    def _customers(self) -> None:
        traits_of, whose, odd = self.reader.customers.of, self.whose, self.odd
        given = self.given.customers
        for name, fields in zip(self._ids(given), given, strict=True):
            traits = whose[name] = traits_of(fields) or BARE
            if traits is BARE:
                odd.add(name)
            payer = fields.get("payer")
            if _is_given(payer):
                odd.update((name, _id(payer)))
        if len(whose) < len(given):
            raise _Broken  # an id stands twice

    def _ids(self, given: Sequence[Fields]) -> list[str]:
        """The ids of customers or of invoices, each of which is one."""
        ids: list[Any] = [fields.get("id") for fields in given]
        try:
            together = "".join(ids)
        except TypeError:
            raise _Broken from None
        if not together.isprintable() or not all(ids):
            raise _Broken
        if len(set().union(*given)) > _COLUMNS:
            raise _Broken
        self.is_plain = self.is_plain and '"' not in together and "\\" not in together
        return ids

    def _owners(self) -> tuple[dict[str, Head], list[Head]]:
        """The fields that each invoice must have, by id and in their order."""
        try:
            heads = [_HEAD(fields) for fields in self.given.invoices]
        except KeyError:
            raise _Broken from None
        owners, whose = {}, self.whose
        for name, head in zip(self._ids(self.given.invoices), heads, strict=True):
            _, customer, _, _, _, currency = head
            if customer.__class__ is not str or customer not in whose:
                raise _Broken
            if currency.__class__ is not str or currency not in MINOR_DIGITS:
                raise _Broken
            owners[name] = head
        if len(owners) < len(heads):
            raise _Broken  # an id stands twice
        return owners, heads

    def _cases(self, heads: Sequence[Head]) -> list[Case]:
        cases: list[Case] = []
        whose, odd, reader = self.whose, self.odd, self.reader
        stages_of, paid_of = self.stages.get, self.paid.get
        days, day = reader.days, reader.day
        counts = Counter(head[1] for head in heads) if reader.counts else None
        for fields, head in zip(self.given.invoices, heads, strict=True):
            name, customer, issued, due, amount, currency = head
            if customer in odd:
                continue
            try:
                own = BARE if len(fields) == len(OF_INVOICE) else self._facts(fields)
                minor, money = _amount(amount, currency)
                try:
                    first, last = days[issued], days[due]
                except (KeyError, TypeError):  # not seen before, or no text
                    first, last = day(issued), day(due)
            except _Odd:
                odd.add(customer)
                continue
            stages, paid = stages_of(name), paid_of(name)
            done = () if stages is None else tuple(stages)
            if len(done) > 1:
                done = tuple(sorted(done, key=_when))
            if paid is not None and sum(each for _, each in paid) > minor:
                odd.add(customer)
            if len(done) > _EVENTS or (paid is not None and len(done) + len(paid) > _EVENTS):
                odd.add(customer)
            is_only = counts is None or counts[customer] == 1
            shape = whose[customer], own, currency, first, last, done, is_only
            cases.append((name, customer, minor, money, shape, paid))
        return cases

    def _facts(self, fields: Fields) -> Traits:
        if _is_given(fields.get("document")) or _is_given(fields.get("recorded")):
            raise _Odd
        found = self.reader.invoices.of(fields)
        if found is None:
            raise _Odd
        return found

    def _event(self, fields: Fields, owners: Mapping[str, Head]) -> None:
        """A payment, a credit or a stage of an invoice; of another event, whom it concerns."""
        invoice, kind = fields.get("invoice"), fields.get("kind")
        try:
            if invoice.__class__ is str and invoice in owners and len(fields) == _FIELDS:
                if kind == "stage" and "date" in fields and "stage" in fields:
                    done = self.reader.done(fields["date"], fields["stage"])
                    self.stages.setdefault(invoice, []).append(done)
                    return
                if kind in ("payment", "credit") and "date" in fields and "amount" in fields:
                    minor, _ = _amount(fields["amount"], owners[invoice][-1])
                    came = self.reader.day(fields["date"]), minor
                    self.paid.setdefault(invoice, []).append(came)
                    return
        except _Odd:
            pass
        self.odd.add(_about(fields, owners))


def _about(fields: Fields, owners: Mapping[str, Head]) -> str:
    """The customer whom an event concerns."""
    invoice, customer = fields.get("invoice"), fields.get("customer")
    if fields.get("document") or fields.get("case"):
        raise _Broken
    if type(invoice) is str and not customer and invoice in owners:
        return str(owners[invoice][1])
    if customer and not invoice:
        return _id(customer)
    raise _Broken


def _is_given(value: object) -> bool:
    """Whether something stands there; `false` and 0 do, and are no ids."""
    return value is not None and value != ""


def _id(value: Any) -> str:  # noqa: ANN401 - whatever was sent
    if value.__class__ is not str or not value or not value.isprintable():
        raise _Broken
    return value


def _when(executed: Done) -> int:
    return executed.day
