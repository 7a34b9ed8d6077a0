"""On which days an answer can change by itself, though nothing happens to the case.

Between two such days a version gives the same answer for a case to which nothing was done, until
the day that the answer itself names. So a simulation need not ask on every day, and a clock that
stood still on one day stood still until the next of them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunlang.ast.expressions import Compare, FactRef, Number, OneOf
from dunlang.ast.parts import parts_of
from engine.core.case import FOREVER
from engine.core.conditions import TOTALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Plan
    from engine.core.case import CaseFacts
    from engine.core.walk import InvoiceWalk


@dataclass(frozen=True, slots=True)
class Changes:
    """What a policy version asks of the day itself."""

    daily: bool
    """Whether an answer may change on any day."""
    overdue: tuple[int, ...]
    """Days after the due date on which a condition on `days overdue` may change."""
    dates: tuple[int, ...]
    """On which exceptions begin and end (`date.toordinal()`), ascending."""
    totals: bool
    """Whether it looks at all invoices of the customer."""


def changes_of(plan: Plan, conditions: Sequence[Expression]) -> Changes:
    """When answers of a version can change; `conditions` are all that it has."""
    asked = [each for condition in conditions for each in _overdue(condition)]
    bounds = {block.first for block in plan.exceptions if block.first is not None}
    bounds |= {block.until + 1 for block in plan.exceptions if block.until is not None}
    facts = [part.path for c in conditions for part in parts_of(c) if isinstance(part, FactRef)]
    return Changes(
        daily=None in asked or plan.unit == "account" or plan.straight,
        overdue=tuple(sorted({day + n for day in asked if day is not None for n in (0, 1)})),
        dates=tuple(sorted(bounds)),
        totals=any(path in TOTALS for path in facts),
    )


def next_change(walk: InvoiceWalk, changes: Changes, effective: Sequence[int], day: int) -> int:
    """The first day after one on which answers for an invoice can change; see the module.

    `effective`: the days on which policy versions take effect, ascending.
    """
    if changes.daily:
        return day + 1
    facts = walk.facts(day)
    found = walk.next_span(day)
    for each in _own_days(facts, changes):
        if day < each < found:
            found = each
    for days in (changes.dates, effective):
        at = bisect_right(days, day)
        if at < len(days) and days[at] < found:
            found = days[at]
    if changes.totals:
        steps = walk.siblings.steps.get(walk.currency)
        at = bisect_right(steps.days, day) if steps is not None else 0
        if steps is not None and at < len(steps.days):
            found = min(found, steps.days[at])
    return found


def _own_days(facts: CaseFacts, changes: Changes) -> Iterable[int]:
    yield facts.promise_until + 1
    yield facts.invoice_excluded_until + 1
    yield facts.customer_excluded_until + 1
    due = facts.due
    yield due  # a stage before the due date that was missed is dropped
    for each in changes.overdue:
        yield due + each


def _overdue(condition: Expression) -> Iterator[int | None]:
    """Days overdue that a condition compares with; None where they are no plain numbers."""
    for part in parts_of(condition):
        match part:
            case Compare(left=left, right=right):
                sides: Sequence[Expression] = (left, right)
            case OneOf(left=left, items=items):
                sides = (left, *items)
            case _:
                continue
        if not any(isinstance(s, FactRef) and s.path == "days overdue" for s in sides):
            continue
        for side in sides:
            if isinstance(side, Number):
                yield min(int(side.value), FOREVER)
            elif not (isinstance(side, FactRef) and side.path == "days overdue"):
                yield None
