"""By what a report can be broken down, and what shares are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from engine.core.policies import PolicyVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.core.debtor import Debtor
    from engine.core.model import Value
    from engine.core.walk import Walk
    from engine.services.reports.owed import Item, Owed

By: TypeAlias = Literal["customer", "country", "kind", "policy", "stage", "segment"]
Key: TypeAlias = tuple[str | None, ...]
"""The value of each dimension; None where there is none."""

OF_THE_DEBTOR: frozenset[By] = frozenset({"customer", "country", "kind"})
"""What is the same for everything that a debtor owes."""


class Whose(Protocol):
    """What concerns a debtor."""

    @property
    def debtor(self) -> Debtor:
        """Who it is."""
        ...

    @property
    def facts(self) -> Mapping[str, Value]:
        """What is known of them on the day of a report, by bare name."""
        ...


def keys_of(owed: Owed, by: Sequence[By]) -> dict[str, Key]:
    """The group of each item of a debtor, by invoice."""
    fixed = {each: OF_DEBTOR[each](owed) for each in by if each in OF_DEBTOR}
    return {
        item.invoice.case: tuple(
            fixed[each] if each in fixed else _of_item(item, each, owed) for each in by
        )
        for item in owed.items
    }


def key_of_debtor(owed: Owed, by: Sequence[By]) -> Key | None:
    """The one group of all that a debtor owes; None if that depends on the item."""
    if not OF_THE_DEBTOR.issuperset(by):
        return None
    return tuple(OF_DEBTOR[each](owed) for each in by)


def share(part: int, whole: int) -> str:
    """A part in percent of a whole, with one decimal, half up: `12.5`."""
    tenths = (2_000 * part + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def ranked(groups: Iterable[tuple[Key, int]]) -> list[Key]:
    """Groups with their amounts, the largest first, then by name."""
    order = sorted(groups, key=lambda each: (-each[1], [part or "" for part in each[0]]))
    return [key for key, _ in order]


def _of_item(item: Item, by: By, owed: Owed) -> str | None:
    # A case that cannot be decided is in no group, and stops none of the others.
    with suppress(Exception):
        return _OF_ITEM[by](item, owed.on.toordinal())
    return None


def _policy(item: Item, day: int) -> str | None:
    version = item.case.version(day)
    return version.plan.id if isinstance(version, PolicyVersion) else None


def _stage(item: Item, day: int) -> str | None:
    return item.case.place(day).stage


def segments_of(case: Walk, day: int) -> str | None:
    """All segments that a case is in on a day, so that it is in one group."""
    version = case.version(day)
    if not isinstance(version, PolicyVersion):
        return None
    facts, place = case.facts(day), case.place(day)
    evaluator = version.evaluator(case.currency)
    found = evaluator.segments(facts, place, case.bound(version, day), day)
    return ", ".join(found) or None


def _text(facts: Mapping[str, Value], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)


OF_DEBTOR: Mapping[str, Callable[[Whose], str | None]] = {
    "customer": lambda whose: whose.debtor.name,
    "country": lambda whose: _text(whose.facts, "country"),
    "kind": lambda whose: _text(whose.facts, "kind"),
}
"""By its name, what is the same for all that concerns a debtor."""
_OF_ITEM: Mapping[By, Callable[[Item, int], str | None]] = {
    "policy": _policy,
    "stage": _stage,
    "segment": lambda item, day: segments_of(item.case, day),
}
