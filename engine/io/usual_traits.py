"""What policies read of JSON objects: most objects are like many before them.

An object is laid out by its fields. Of one layout the facts that policies read, and those that must
be something else than text, are read once for each combination of their texts; of all others it is
enough that they are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.core.cells import Bad, read_fact, type_of_fact
from engine.core.fees import reach_of
from engine.core.usual_items import Traits
from engine.io.ledger_rows import COMPUTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dunlang.types import Type
    from engine.core.model import Value

Fields = Mapping[str, Any]

_FIELDS, _LONG = 50, 100
"""Fields of an object and characters of a name; an object with more is unusual."""
_LAYOUTS, _KNOWN, _TEXT = 1000, 20_000, 300
"""Layouts, combinations of texts, and characters of one: of more, everything is read anew."""
OF_INVOICE = ("id", "customer", "issued", "due", "amount", "currency")
"""The fields that every invoice must have."""
_NO_FACTS = {
    "customer": frozenset({"id", "payer"}),
    "invoice": frozenset({*OF_INVOICE, "document", "recorded"}),
}
"""Fields that are no facts, by what they belong to."""
_MISSING: Any = object()


class _Column(NamedTuple):
    """A fact and how its texts are read; None for text."""

    name: str
    read: Callable[[str], Value | Bad] | None


class _Layout(NamedTuple):
    """Objects with the same fields."""

    columns: tuple[_Column | None, ...]
    """Of each field, None for what is no fact."""
    texts: Callable[[Sequence[Any]], tuple[Any, ...]]
    """The facts among the values of the fields."""
    told: Callable[[Sequence[Any]], tuple[Any, ...]]
    """Those of them on which the traits depend."""
    known: dict[tuple[str, ...], Traits]
    """The traits by these."""


class TraitsReader:
    """Finds the traits of customers or of invoices; any number of threads may ask."""

    def __init__(self, owner: str, types: Mapping[str, Type], reads: Sequence[str]) -> None:
        """`types`: of the declared facts, by path; `reads`: names of those that policies read."""
        self._owner, self._types, self._reads = owner, types, tuple(reads)
        self._own = _NO_FACTS[owner]
        self._layouts: dict[tuple[str, ...], _Layout | None] = {}
        self._kept: dict[tuple[Any, ...], Traits] = {}
        self._count = 0
        """How many combinations are kept, of all layouts."""

    def of(self, fields: Fields) -> Traits | None:
        """The traits of an object; None where something is unusual."""
        names, values = tuple(fields), tuple(fields.values())
        layout = self._layouts.get(names, _MISSING)
        if layout is _MISSING:
            layout = self._laid_out(names)
        if layout is None:
            return None
        if not all(values):
            # What is empty is not there; what is 0 or false is no text.
            present = {n: v for n, v in fields.items() if not (v is None or v == "")}
            return self.of(present) if len(present) < len(fields) else None
        try:
            if "\0" in "".join(layout.texts(values)):
                return None
        except TypeError:
            return None  # something is no text
        told = layout.told(values)
        found = layout.known.get(told)
        return self._read(layout, told, values) if found is None else found

    def _laid_out(self, names: tuple[str, ...]) -> _Layout | None:
        facts = [name for name in names if name not in self._own]
        if any(not n.isprintable() or not n or n in COMPUTED[self._owner] for n in facts):
            return None
        if len(names) > _FIELDS or any(len(name) > _LONG for name in names):
            return None
        columns = tuple(None if n in self._own else self._column(n) for n in names)
        layout = _Layout(
            columns,
            _picking([number for number, each in enumerate(columns) if each]),
            _picking([number for number, each in enumerate(columns) if each and self._tells(each)]),
            {},
        )
        if len(self._layouts) >= _LAYOUTS:
            self._forget()
        self._layouts[names] = layout
        return layout

    def _forget(self) -> None:
        self._layouts.clear()
        self._kept.clear()
        self._count = 0

    def _column(self, name: str) -> _Column:
        kind = type_of_fact(self._types, f"{self._owner}.{name}")
        return _Column(name, None if kind is None else partial(read_fact, kind=kind))

    def _tells(self, column: _Column) -> bool:
        return column.read is not None or column.name in self._reads

    def _read(self, layout: _Layout, told: tuple[str, ...], values: Sequence[str]) -> Traits | None:
        facts: dict[str, Value] = {}
        for column, text in zip(layout.columns, values, strict=True):
            if column is not None:
                value = text if column.read is None else column.read(text)
                if isinstance(value, Bad):
                    return None
                facts[column.name] = value
        has, read = reach_of(facts), tuple(map(facts.get, self._reads))
        if self._count >= _KNOWN:
            self._forget()
        named = {name: facts[name] for name in self._reads if name in facts}
        found = self._kept.setdefault((has, *read), Traits(named, has))
        if sum(map(len, told)) <= _TEXT:
            layout.known[told] = found
        self._count += 1
        return found


def _picking(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """What takes the values at some places, always as a tuple."""
    if not places:
        return lambda _: ()
    if len(places) == 1:
        return lambda values: (values[places[0]],)
    return itemgetter(*places)
