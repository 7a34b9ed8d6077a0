"""What dunning did in a period, and by what that can be broken down."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.core.place import Executed
from engine.core.policies import PolicyVersion
from engine.services.reports.groups import OF_DEBTOR, ranked, segments_of
from engine.services.reports.owed import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.core.debtor import Debtor
    from engine.core.model import Value
    from engine.core.place import Claimed
    from engine.core.walk import Walk
    from engine.services.reports.groups import Key

ByDone: TypeAlias = Literal[
    "customer", "country", "kind", "policy", "version", "stage", "segment", "channel", "month"
]
USUAL: tuple[ByDone, ...] = ("policy", "stage")


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which something was done that a report counts."""

    first: datetime.date | None = None
    """None: from the beginning."""
    last: datetime.date | None = None
    """None: up to the day that the report is about."""

    def has(self, day: int) -> bool:
        """Whether a day (`date.toordinal()`) lies in it."""
        begun = self.first is None or self.first.toordinal() <= day
        return begun and (self.last is None or day <= self.last.toordinal())

    def wrong(self, on: datetime.date) -> str | None:
        """What is wrong with it in a report of a day; None if nothing is."""
        if self.first is not None and self.last is not None and self.first > self.last:
            return f"the period ends on {self.last}, before it begins on {self.first}"
        if self.first is not None and self.first > on:
            return f"the period begins on {self.first}, after the day of the report, {on}"
        if self.last is not None and self.last > on:
            return f"the period ends on {self.last}, after the day of the report, {on}"
        return None

    def words(self, on: datetime.date) -> str:
        """As a heading says it: `from 2026-01-01 to 2026-03-31`."""
        last = self.last or on
        return f"up to {last}" if self.first is None else f"from {self.first} to {last}"

    def heading(self, on: datetime.date) -> str:
        """As `words`, with the day of the report where that is a later one."""
        return self.words(on) + ("" if self.last in {None, on} else f", as of {on}")


@dataclass(frozen=True, slots=True)
class Dunned:
    """A debtor for whom something was done."""

    debtor: Debtor
    facts: Mapping[str, Value]
    """Of the debtor on the day of the report, by bare name."""

    @classmethod
    def on(cls, debtor: Debtor, day: int) -> Dunned:
        """A debtor on the day (`date.toordinal()`) of a report."""
        return cls(debtor, facts_of(debtor, day))

    def key(self, walk: Walk, made: Executed | Claimed, by: Sequence[ByDone]) -> Key:
        """The group of what was done for a case."""
        return tuple(
            OF_DEBTOR[each](self) if each in OF_DEBTOR else _of_move(walk, made, each)
            for each in by
        )


def in_order(by: Sequence[ByDone], groups: Iterable[tuple[Key, int]]) -> list[Key]:
    """Groups with their amounts, the largest first; where they begin with months, by month."""
    order = ranked(groups)
    return sorted(order, key=lambda key: key[0] or "") if by[:1] == ("month",) else order


def largest(by: Sequence[ByDone], groups: Iterable[tuple[Key, int]], top: int) -> list[Key]:
    """So many of the largest groups, as `in_order` has them."""
    amounts = dict(groups)
    kept = ranked(amounts.items())[:top]
    return in_order(by, ((key, amounts[key]) for key in kept))


def _of_move(walk: Walk, made: Executed | Claimed, by: str) -> str | None:
    # What cannot be told of a case is in no group, and stops none of the others.
    with suppress(Exception):
        return _OF_MOVE[by](walk, made)
    return None


def _policy(walk: Walk, made: Executed | Claimed) -> str | None:
    return made.policy if isinstance(made, Executed) else _deciding(walk, made)[0]


def _version(walk: Walk, made: Executed | Claimed) -> str | None:
    if isinstance(made, Executed):
        policy, number = made.policy, made.version
    else:
        policy, number = _deciding(walk, made)
    return None if policy is None or number is None else f"{policy} {number}"


def _deciding(walk: Walk, made: Claimed) -> tuple[str | None, int | None]:
    version = walk.version(made.day)
    if not isinstance(version, PolicyVersion):
        return None, None
    return version.plan.id, version.plan.version


_OF_MOVE: Mapping[str, Callable[[Walk, Executed | Claimed], str | None]] = {
    "policy": _policy,
    "version": _version,
    "stage": lambda _, made: made.stage if isinstance(made, Executed) else None,
    "segment": lambda walk, made: segments_of(walk, made.day),
    "channel": lambda _, made: (
        ", ".join(sorted(made.channels)) or None if isinstance(made, Executed) else None
    ),
    "month": lambda _, made: datetime.date.fromordinal(made.day).isoformat()[:7],
}
