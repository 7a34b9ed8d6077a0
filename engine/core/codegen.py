"""Plan -> Python.

For one plan, one currency and one combination of active exceptions the ladder is written out as
a Python function: constants in place, no interpretation left. The generated code carries the
policy's own file name and line numbers, so a traceback, a debugger and a coverage report speak of
the policy's lines.

The same writer makes the explaining variant: there each condition and each wait also reports what
it saw. Asking for no explanation runs code in which none of that exists.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from dunlang.plan_build import ladder
from engine.core.calendar import month_end
from engine.core.case import NEVER
from engine.core.conditions import Names, atoms, fails, holds, slot_paths, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Ladder, Period, Plan, StagePlan, Wait
    from dunlang.source import Span
    from engine.core.calendar import BusinessCalendar
    from engine.core.case import CaseFacts
    from engine.core.place import Place

Facts = tuple[object, ...]
Stops = tuple[tuple[int, int], ...]
"""Intervals [from, to) on which the clock was stopped."""

SETTLED, EXCLUDED, HELD, NOT_DUE, WAITING, ACT, NO_STAGE_LEFT = range(7)
"""What a generated `decide` answers first."""

Answer = tuple[int, int, int, int]
"""(outcome, number of the rule or stage or -1, its own day, the day on which it can run)."""

NONE_LEFT, NONE_HOLDS = -1, -2
"""In place of a stage's number: the ladder has ended; or its conditions do not hold today."""


class Recorder(Protocol):
    """What the explaining variant reports to."""

    def condition(self, note: int, holds: bool, fails: bool, values: tuple[object, ...]) -> bool:  # noqa: FBT001 - called by generated code
        """A condition was asked; returns whether it holds."""

    def day(self, note: int, day: int) -> int:
        """A wait, a gap or a grace gave a day; returns it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the explaining variant can report: a place of the policy and the facts seen there."""

    span: Span
    what: str
    """`condition`, or what the day means, such as `earliest`."""
    atoms: tuple[tuple[str, str], ...] = ()
    """For a condition: each fact or segment, and the kind of its value."""


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
    text: str
    """The generated source, for whoever wants to read it."""


def moved_by_stops(stops: Stops, base: int, day: int) -> int:
    """A wait's day after the clock stood still.

    Each interval [from, to), in order, that starts before the day reached so far and ends after
    the day counted from moves it by its days that lie after the day counted from. Source: the
    language, "Excluding and holding".
    """
    for first, end in stops:
        if first < day and end > base:
            day += end - max(first, base + 1)
    return day


@dataclass(slots=True)
class Evaluator:
    """A plan compiled for one currency; variants are compiled when a case needs them."""

    plan: Plan
    currency: str
    calendar: BusinessCalendar
    recorder: Recorder | None = None
    slots: tuple[str, ...] = ()
    """Paths of the facts bound into `f`, in order."""
    notes: list[Note] = field(default_factory=list)
    applies: Callable[[CaseFacts, Facts, int], bool] = field(init=False)
    active: Callable[[CaseFacts, Place, Facts, int], int] = field(init=False)
    """Bit n: whether the n-th exception applies."""
    variants: dict[int, Variant] = field(init=False)
    _names: Names = field(init=False)

    def __post_init__(self) -> None:
        """Write and compile what does not depend on the exceptions."""
        plan = self.plan
        self.slots = tuple(slot_paths(_all_conditions(plan)))
        self._names = Names(
            currency=self.currency,
            types=plan.types,
            slots={path: number for number, path in enumerate(self.slots)},
            segments={name: number for number, name in enumerate(plan.segments)},
            defaults=frozenset(plan.defaults),
        )
        writer = _Writer(self)
        writer.shared()
        scope = writer.compile()
        self.applies = scope["applies"]
        self.active = scope["active"]
        self.variants = _Variants(self)

    def variant(self, facts: CaseFacts, place: Place, bound: Facts, day: int) -> Variant:
        """The functions for a case on a day."""
        return self.variants[self.active(facts, place, bound, day)]


class _Variants(dict[int, Variant]):
    """Compiles a combination of exceptions when it first occurs."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__()
        self._evaluator = evaluator

    def __missing__(self, active: int) -> Variant:
        resolved = ladder(self._evaluator.plan, active)
        writer = _Writer(self._evaluator)
        writer.shared()
        writer.variant(resolved)
        scope = writer.compile()
        stopped = scope["stopped"] if any(r.clock_stopped for r in resolved.holds) else None
        made = Variant(resolved, scope["decide"], scope["next_stage"], stopped, writer.text)
        self[active] = made
        return made


def _all_conditions(plan: Plan) -> list[Expression]:
    """Every condition of a plan, exceptions included."""
    found = [*plan.segments.values(), *([plan.applies] if plan.applies else [])]
    for number, block in enumerate(plan.exceptions):
        found.append(block.condition)
        found.extend(_of_ladder(ladder(plan, 1 << number)))
    found.extend(_of_ladder(plan.base))
    return found


def _of_ladder(resolved: Ladder) -> list[Expression]:
    rules = [rule.condition for rule in (*resolved.excludes, *resolved.holds)]
    return rules + [stage.when for stage in resolved.stages if stage.when is not None]


class _Writer:
    """Writes generated Python line by line, each line with the policy's line it came from."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._plan = evaluator.plan
        self._names = evaluator._names  # noqa: SLF001 - the writer is a part of the evaluator
        self._lines: list[str] = []
        self._places: list[int] = []
        self._at = evaluator.plan.span.line
        self._local = 0

    @property
    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def compile(self) -> dict[str, Any]:
        """Run the generated module under the policy's name and line numbers."""
        tree = ast.parse(self.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.stmt | ast.arg):
                node.lineno = node.end_lineno = self._places[node.lineno - 1]
        calendar = self._evaluator.calendar
        scope: dict[str, Any] = {
            **self._names.constants,
            "rolled": calendar.rolled,
            "add": calendar.add_period,
            "month_end": month_end,
            "moved": moved_by_stops,
            "R": self._evaluator.recorder,
        }
        exec(compile(tree, self._plan.source.name, "exec"), scope)  # noqa: S102 - our own text
        return scope

    # ------------------------------------------------------------------ parts

    def shared(self) -> None:
        """Segments, `applies` and `active`."""
        for name, condition in self._plan.segments.items():
            number = self._names.segments[name]
            self._at = condition.span.line
            yes = self._condition(condition)
            self._line(0, f"def segment_{number}_t(c, p, f, D): return {yes}")
            self._line(
                0, f"def segment_{number}_f(c, p, f, D): return {fails(condition, self._names)}"
            )
        applies = self._condition(self._plan.applies) if self._plan.applies else "True"
        self._line(0, f"def applies(c, f, D, p=None): return {applies}")
        self._line(0, "def active(c, p, f, D):")
        self._line(1, "mask = 0")
        for number, block in enumerate(self._plan.exceptions):
            self._at = block.span.line
            tests = [f"D >= {block.first}"] if block.first is not None else []
            tests += [f"D <= {block.until}"] if block.until is not None else []
            tests.append(self._condition(block.condition))
            self._line(1, f"if {' and '.join(tests)}: mask |= {1 << number}")
        self._line(1, "return mask")

    def variant(self, resolved: Ladder) -> None:
        """`decide`, `next_stage` and `stopped` for a ladder."""
        self._stopped(resolved)
        self._next_stage(resolved)
        self._line(0, "def decide(c, p, f, S, D, low):")
        self._line(1, f"if c.open <= 0: return {SETTLED}, -1, 0, 0")
        for outcome, rules in ((EXCLUDED, resolved.excludes), (HELD, resolved.holds)):
            for number, rule in enumerate(rules):
                self._at = rule.span.line
                condition = self._condition(rule.condition)
                self._line(1, f"if {condition}: return {outcome}, {number}, 0, 0")
        self._at = self._plan.span.line
        self._line(1, "_, i, own, run = next_stage(c, p, f, S, D, low)")
        self._line(1, f"if run == D and i >= 0: return {ACT}, i, own, run")
        until = self._plus("c.due", resolved.grace)
        self._line(1, f"if D <= {until}: return {NOT_DUE}, i, own, run")
        self._line(1, f"if i == {NONE_LEFT}: return {NO_STAGE_LEFT}, i, own, run")
        self._line(1, f"return {WAITING}, i, own, run")

    def _stopped(self, resolved: Ladder) -> None:
        tests = [holds(r.condition, self._names) for r in resolved.holds if r.clock_stopped]
        self._line(0, f"def stopped(c, p, f, D): return {' or '.join(tests) or 'False'}")

    def _next_stage(self, resolved: Ladder) -> None:
        index = {stage.id: number for number, stage in enumerate(resolved.stages)}
        self._line(0, f"INDEX = {index!r}")
        self._line(0, "def next_stage(c, p, f, S, D, low):")
        self._line(1, "last = INDEX.get(p.stage, -1)")
        self._line(1, "due = c.due")
        opening = self._noted(
            f"{self._plus('due', resolved.grace)} + 1", resolved.grace.span, "open"
        )
        self._line(1, f"opens = {opening}")
        self._line(1, f"left = {NONE_LEFT}")
        for number, stage in enumerate(resolved.stages):
            if stage.skipped is None:
                self._stage(number, stage, resolved.shift)
        self._line(1, "return 0, left, 0, 0")

    def _stage(self, number: int, stage: StagePlan, shift: Period | None) -> None:
        self._at = stage.span.line
        before_due = any(wait.kind == "before due" for wait in stage.waits)
        tests = [f"last < {number}"] if not before_due else [f"last < {number}", "D < due"]
        self._line(1, f"if {' and '.join(tests)}:")
        depth = 2
        if stage.when is not None:
            self._at = stage.when.span.line
            self._line(2, f"if {self._condition(stage.when)}:")
            depth = 3
        self._earliest(depth, stage, shift)
        self._run_day(depth, "own", "e")
        self._line(depth, "run = own")
        self._line(depth, "if run < low:")
        self._run_day(depth + 1, "run", "low")
        answer = f"return 0, {number}, own, run"
        # A notice before the due date that would come on it or later is not sent.
        self._line(depth, f"if run < due: {answer}" if before_due else answer)
        if stage.when is not None:
            self._line(2, f"else: left = {NONE_HOLDS}")

    def _run_day(self, depth: int, target: str, day: str) -> None:
        rolled = f"rolled[{day}]" if self._plan.business_days_only else day
        self._line(depth, f"{target} = {rolled}")

    def _earliest(self, depth: int, stage: StagePlan, shift: Period | None) -> None:
        """Write `e`: the earliest day of a stage before it is rolled to a run day."""
        movable = [wait for wait in stage.waits if wait.kind != "before due"]
        fixed = [wait for wait in stage.waits if wait.kind == "before due"]
        self._line(depth, f"e = {NEVER}")
        for wait in movable:
            self._term(depth, wait)
        if shift is not None and movable:
            shifted = self._noted(self._plus("e", shift), shift.span, "shifted")
            self._line(depth, f"if e >= 0: e = {shifted}")
        for wait in fixed:
            self._at = wait.span.line
            negative = f"add(due, {-wait.period.count}, {wait.period.unit!r})"
            self._line(depth, f"t = {self._noted(negative, wait.span, 'earliest')}")
            self._line(depth, "if t > e: e = t")
        if stage.gap is not None and stage.is_notice:
            self._at = stage.gap.span.line
            gap = self._noted(self._plus("p.last_notice", stage.gap), stage.gap.span, "gap")
            self._line(depth, "if p.last_notice >= 0:")
            self._line(depth + 1, f"t = {gap}")
            self._line(depth + 1, "if t > e: e = t")
        self._at = stage.span.line
        early = _early(stage)
        closed = "e < opens" if early is None else f"e < opens and not (e <= due{early})"
        self._line(depth, f"if {closed}: e = opens")

    def _term(self, depth: int, wait: Wait) -> None:
        self._at = wait.span.line
        inner = depth
        base = "due"
        match wait.kind:
            case "since invoice date":
                base = "c.issued"
            case "since last":
                base = "(p.day if p.day >= 0 else due)"
            case "past deadline":
                base = "(p.deadline if p.deadline >= 0 else p.day if p.day >= 0 else due)"
            case "since stage":
                self._line(depth, f"b = p.days.get({wait.stage!r}, {NEVER})")
                self._line(depth, "if b >= 0:")
                inner, base = depth + 1, "b"
            case _:
                pass
        if base.startswith("("):
            self._line(inner, f"b = {base}")
            base = "b"
        day = self._plus(base, wait.period)
        day = f"month_end({day})" if wait.kind == "month end" else day
        self._line(inner, f"t = {day}")
        self._line(inner, f"if S: t = moved(S, {base}, t)")
        if self._evaluator.recorder is not None:
            self._line(inner, self._noted("t", wait.span, "earliest"))
        self._line(inner, "if t > e: e = t")

    # ---------------------------------------------------------------- details

    def _plus(self, base: str, period: Period) -> str:
        match period.unit:
            case "day":
                return f"{base} + {period.count}" if period.count else base
            case "week":
                return f"{base} + {7 * period.count}" if period.count else base
            case _:
                return f"add({base}, {period.count}, {period.unit!r})"

    def _condition(self, expression: Expression) -> str:
        text = holds(expression, self._names)
        if self._evaluator.recorder is None:
            return text
        seen = dict.fromkeys(atoms(expression))
        values = "".join(f"{value(atom, self._names)}, " for atom in seen)
        kinds = tuple((_label(atom), _kind(atom, self._plan)) for atom in seen)
        note = self._note(Note(expression.span, "condition", kinds))
        return f"R.condition({note}, {text}, {fails(expression, self._names)}, ({values}))"

    def _noted(self, day: str, span: Span, what: str) -> str:
        if self._evaluator.recorder is None:
            return day
        return f"R.day({self._note(Note(span, what))}, {day})"

    def _note(self, note: Note) -> int:
        self._evaluator.notes.append(note)
        return len(self._evaluator.notes) - 1

    def _line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)
        self._places.append(self._at)


def _early(stage: StagePlan) -> str | None:
    """The rest of the test whether a stage may run before the ladder opens; None if it never may.

    It may if none of its terms counts from being overdue or from a deadline. Source: the
    language, "Which stages may run before the due date or in grace".
    """
    tests: list[str] = []
    for wait in stage.waits:
        match wait.kind:
            case "overdue" | "month end" | "past deadline":
                return None
            case "since last":
                tests.append("0 <= p.day < due")
            case "since stage":
                tests.append(f"0 <= p.days.get({wait.stage!r}, {NEVER}) < due")
            case _:
                pass
    return "".join(f" and {test}" for test in tests)


def _label(atom: Expression) -> str:
    return atom.path if hasattr(atom, "path") else str(getattr(atom, "name", ""))


def _kind(atom: Expression, plan: Plan) -> str:
    path = getattr(atom, "path", None)
    return plan.types[path].kind if path is not None else "yes/no"
