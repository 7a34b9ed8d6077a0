"""A plan, compiled: the generated functions for one currency, made when a case needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any

from dunlang.plan_build import ladder
from engine.core.calm import when_calm
from engine.core.changes import changes_of
from engine.core.codegen import Writer
from engine.core.conditions import START, TOTALS, Names, slot_paths
from engine.core.features import ladders
from engine.core.once import COMPILING, once

if TYPE_CHECKING:
    from collections.abc import Callable

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Ladder, Plan
    from engine.core.answers import Answer, Facts, Note, Recorder, Stops
    from engine.core.calendar import BusinessCalendar
    from engine.core.case import CaseFacts
    from engine.core.changes import Changes
    from engine.core.place import Place


@dataclass(frozen=True, slots=True)
class Variant:
    """The generated functions for one combination of exceptions."""

    ladder: Ladder
    decide: Callable[[CaseFacts, Place, Facts, Stops, int, int], Answer]
    """(facts, place, bound facts, stops, day, lowest day of a next stage) -> answer."""
    next_stage: Callable[[CaseFacts, Place, Facts, Stops, int, int], Answer]
    """The same arguments -> (0, stage or NONE_..., its day, the day on which it can run)."""
    stopped: Callable[[CaseFacts, Place, Facts, int], bool] | None
    """Whether the clock stands still on a day; None where no hold stops it."""
    chain: (
        Callable[[CaseFacts, Place, Place, Facts, Stops, int, int, frozenset[int]], Answer] | None
    )
    """(facts, place, place on time, bound facts, stops, day, lowest day, stages left out) -> as
    `next_stage`; None where nothing asks what dunning on time would have reached."""
    taken: Callable[[CaseFacts, Place, Facts, int], int] | None
    """For accounts: which rule takes an invoice out, see `codegen.taken_by`; NEVER if none."""
    item_stopped: Callable[[CaseFacts, Place, Facts, int], bool] | None
    """For accounts: whether a hold that looks at invoices stops the clock for one."""
    text: str
    """The generated source, for whoever wants to read it."""


@dataclass(slots=True)
class Evaluator:
    """A plan compiled for one currency; variants are compiled when a case needs them."""

    plan: Plan
    currency: str
    calendar: BusinessCalendar
    recorder: Recorder | None = None
    stops_clock: bool = True
    """Whether a hold can stop the clock; without one the waits are plain sums."""
    slots: tuple[str, ...] = ()
    """Paths of the facts bound into `f`, in order."""
    notes: list[Note] = field(default_factory=list)
    reads_own: bool = field(init=False)
    """Whether they are all facts of the case itself, which last as long as these do."""
    settle: Callable[[Facts], Facts] = field(init=False)
    """What the bound facts alone decide; stands behind them in `f`."""
    applies: Callable[[CaseFacts, Facts, int], bool] = field(init=False)
    active: Callable[[CaseFacts, Place, Facts, int], int] = field(init=False)
    """Bit n: whether the n-th exception applies."""
    variants: dict[int, Variant] = field(init=False)
    changes: Changes = field(init=False)
    """On which days its answers can change by themselves."""
    is_static: bool = field(init=False)
    """Whether `applies` depends on bound facts alone, so that it changes only with them."""
    stops_calm: bool = field(init=False)
    """Whether a hold can stop the clock of a case with which nothing is the matter, see `calm`."""
    lead: int = field(init=False)
    """How many days before the invoice date waits may count from, at most."""
    names: Names = field(init=False)
    """Constants and places of facts that all of its generated code shares."""
    _segments: Callable[[CaseFacts, Place, Facts, int], tuple[bool, ...]] | None = None

    def __post_init__(self) -> None:
        """Write and compile what does not depend on the exceptions."""
        plan = self.plan
        conditions = all_conditions(plan)
        self.slots = tuple(slot_paths(conditions))
        if _counts_from_start(plan):
            self.slots = (*self.slots, START)
        self.reads_own = not any(path in TOTALS or path == START for path in self.slots)
        self.names = Names(
            currency=self.currency,
            types=plan.types,
            slots={path: number for number, path in enumerate(self.slots)},
            conditions=plan.segments,
            defaults=frozenset(plan.defaults),
        )
        self.changes = changes_of(plan, conditions)
        self.stops_calm = self.stops_clock and _stops_calm(plan)
        self.lead = _lead(plan) if plan.straight and self.stops_clock else 0
        scope, _ = self.compiled(lambda writer: writer.shared(conditions))
        self.is_static = plan.applies is None or (plan.applies, True) in self.names.settled
        self.settle = scope["settle"]
        self.applies = scope["applies"]
        self.active = scope["active"]
        self.variants = _Variants(self)

    def variant(self, facts: CaseFacts, place: Place, bound: Facts, day: int) -> Variant:
        """The functions for a case on a day."""
        return self.variants[self.active(facts, place, bound, day)]

    def segments(self, facts: CaseFacts, place: Place, bound: Facts, day: int) -> tuple[str, ...]:
        """The segments that a case is in on a day, in the order of the policy."""
        if self._segments is None:  # only reports ask
            self._segments = self.compiled(Writer.segments)[0]["segments"]
        found = self._segments(facts, place, bound, day)
        return tuple(compress(self.plan.segments, found))

    def compiled(self, write: Callable[[Writer], None]) -> tuple[dict[str, Any], str]:
        """What was written, by name, and its text."""
        with COMPILING:
            writer = Writer(self)
            write(writer)
            return writer.compile(), writer.text


class _Variants(dict[int, Variant]):
    """Compiles a combination of exceptions when it first occurs."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__()
        self._evaluator = evaluator

    def __missing__(self, active: int) -> Variant:
        return once(self, active, self._compiled)

    def _compiled(self, active: int) -> Variant:
        resolved = ladder(self._evaluator.plan, active)
        scope, text = self._evaluator.compiled(lambda writer: writer.variant(resolved))
        stopped = scope["stopped"] if any(r.clock_stopped for r in resolved.holds) else None
        return Variant(
            resolved,
            scope["decide"],
            scope["next_stage"],
            stopped,
            scope.get("chain"),
            scope.get("taken"),
            scope.get("item_stopped"),
            text,
        )


def _counts_from_start(plan: Plan) -> bool:
    """Whether a wait of the policy counts from the start of a case."""
    return any(
        wait.kind == "since start"
        for resolved in ladders(plan)
        for stage in resolved.stages
        for wait in stage.waits
    )


def _stops_calm(plan: Plan) -> bool:
    """Whether a hold may stop the clock of a calm case, whichever exceptions apply."""
    return any(
        when_calm(rule.condition, plan.segments) is not False
        for resolved in ladders(plan)
        for rule in resolved.holds
        if rule.clock_stopped
    )


def _lead(plan: Plan) -> int:
    """How far before the due date a late run's chain reaches, in days, at most.

    Dunning on time would have run its hints on days on which there may have been no invoice yet.
    """
    days = {"day": 1, "week": 7, "month": 31, "business day": 4}
    hints = [
        days[wait.period.unit] * wait.period.count + 10
        for resolved in ladders(plan)
        for stage in resolved.stages
        for wait in stage.waits
        if wait.kind == "before due"
    ]
    return max(hints, default=0)


def all_conditions(plan: Plan) -> list[Expression]:
    """Every condition of a plan, exceptions included."""
    found = [*plan.segments.values(), *([plan.applies] if plan.applies else [])]
    found.extend(block.condition for block in plan.exceptions)
    for resolved in ladders(plan):
        found.extend(_of_ladder(resolved))
    return found


def _of_ladder(resolved: Ladder) -> list[Expression]:
    rules = [rule.condition for rule in (*resolved.excludes, *resolved.holds)]
    return rules + [stage.when for stage in resolved.stages if stage.when is not None]
