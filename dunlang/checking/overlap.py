"""Two policies that cover the same customer on the same day."""

from __future__ import annotations

import datetime
from itertools import combinations, groupby
from typing import TYPE_CHECKING, TypeVar

from dunlang.ast.policy import AppliesWhen, Currencies, Effective
from dunlang.checking.portrait import portrait
from dunlang.checking.possible import Goal, Terms, find
from dunlang.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunlang.ast.expressions import Expression
    from dunlang.checking.checked import Checked
    from dunlang.source import Span

_S = TypeVar("_S", AppliesWhen, Currencies, Effective)
Version = tuple["Checked", datetime.date, datetime.date]
"""A version with its first day and the day on which the next takes its place."""


def overlaps(policies: Sequence[Checked]) -> Iterator[Diagnostic]:
    """For every two policies that cover one case on one day: the later by name, with that case.

    Says nothing of two for which the search finds no case, or gives up.
    """
    ordered = sorted(policies, key=lambda checked: (checked.id, checked.version))
    histories = [_history(list(group)) for _, group in groupby(ordered, lambda each: each.id)]
    for one, other in combinations(histories, 2):
        problem = _overlap(one, other)
        if problem is not None:
            yield problem


def _history(versions: list[Checked]) -> list[Version]:
    """The versions of one policy with the days on which they are in force."""
    dated = sorted(
        ((day, checked) for checked in versions if (day := _effective(checked)) is not None),
        key=lambda pair: pair[0],
    )
    ends = [*(day for day, _ in dated[1:]), datetime.date.max]
    return [(checked, day, end) for (day, checked), end in zip(dated, ends, strict=True)]


def _overlap(one: list[Version], other: list[Version]) -> Diagnostic | None:
    """The first time at which two policies cover the same case."""
    pairs = sorted(
        (max(start, first), version, checked)
        for version, (_, start, end) in enumerate(one)
        for checked, (_, first, last) in enumerate(other)
        if max(start, first) < min(end, last)
    )
    for since, version, checked in pairs:
        problem = _both(one[version][0], other[checked][0], since)
        if problem is not None:
            return problem
    return None


def _both(one: Checked, other: Checked, since: datetime.date) -> Diagnostic | None:
    if any(
        one.types[path].kind != other.types[path].kind for path in one.types.keys() & other.types
    ):
        return None  # they read different things under one name, which is reported
    goals = [
        Goal(condition, Terms.of(checked))
        for checked in (one, other)
        if (condition := _applies(checked)) is not None
    ]
    theirs = set(_currencies(one))
    for currency in _currencies(other):
        if currency not in theirs:
            continue
        world = find(goals, currency).world
        if world is None:
            continue
        return Diagnostic(
            "D402",
            _place(other),
            f"{other.id} and {one.id} both cover {portrait(world, currency)}",
            hint="write in 'applies when' of one of them what tells its cases from the other's",
            notes=(f"both are in force from {since}",),
            related=((_place(one), f"{one.id} version {one.version}"),),
        )
    return None


def _setting(checked: Checked, kind: type[_S]) -> _S | None:
    settings = checked.policy.header.settings
    return next((setting for setting in settings if isinstance(setting, kind)), None)


def _effective(checked: Checked) -> datetime.date | None:
    effective = _setting(checked, Effective)
    return effective.date.value if effective else None


def _applies(checked: Checked) -> Expression | None:
    applies = _setting(checked, AppliesWhen)
    return applies.condition if applies else None


def _currencies(checked: Checked) -> list[str]:
    currencies = _setting(checked, Currencies)
    return [code.text for code in currencies.codes] if currencies else []


def _place(checked: Checked) -> Span:
    """Where a policy says to whom it applies, else where it begins."""
    header = checked.policy.header
    applies = _setting(checked, AppliesWhen)
    return applies.span if applies else header.id.span.to(header.version.span)
