"""Plan -> Python.

For one plan, one currency and one combination of active exceptions the ladder is written out as
a Python function: constants in place, no interpretation left. The generated code carries the
policy's own file name and line numbers, so a traceback, a debugger and a coverage report speak of
the policy's lines.

The same writer makes the explaining variant: there each condition and each wait also reports what
it saw. Asking for no explanation runs code in which none of that exists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dunlang.plan import Wait
from engine.core.answers import (
    ACT,
    EXCLUDED,
    HELD,
    NO_STAGE_LEFT,
    NONE_HOLDS,
    NONE_LEFT,
    NOT_DUE,
    SETTLED,
    WAITING,
)
from engine.core.case import NEVER
from engine.core.conditions import START, facts_of, holds, settle
from engine.core.generated import GeneratedCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dunlang.ast.expressions import Expression
    from dunlang.plan import Ladder, Period, Repetition, Rule, StagePlan
    from engine.core.evaluator import Evaluator


class Writer(GeneratedCode):
    """Writes a plan's ladder as Python."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__(evaluator)
        self._place = "p"
        self._early: str | None = None
        self._replaces = False

    # ------------------------------------------------------------------ parts

    def shared(self, conditions: list[Expression]) -> None:
        """`settle` for all conditions of the plan, `applies` and `active`."""
        settled = settle(conditions, self._names)
        self._line(0, f"def settle(f): return {settled}")
        applies = self._condition(self._plan.applies) if self._plan.applies else "True"
        self._line(0, f"def applies(c, f, D, p=None): return {applies}")
        self._line(0, "def active(c, p, f, D):")
        self._line(1, "mask = 0")
        for number, block in enumerate(self._plan.exceptions):
            self._stand(block.span)
            tests = [f"D >= {block.first}"] if block.first is not None else []
            tests += [f"D <= {block.until}"] if block.until is not None else []
            tests.append(self._condition(block.condition))
            self._line(1, f"if {' and '.join(tests)}: mask |= {1 << number}")
        self._line(1, "return mask")

    def segments(self) -> None:
        """`segments`: of each segment of the plan, in order, whether a case is certainly in it."""
        tests = "".join(f"{holds(each, self._names)}, " for each in self._plan.segments.values())
        self._line(0, f"def segments(c, p, f, D): return ({tests})")

    def variant(self, resolved: Ladder) -> None:
        """`decide`, `next_stage` and `stopped` for a ladder."""
        self._names_of_places(resolved)
        stopping = [rule for rule in resolved.holds if rule.clock_stopped]
        tests = [
            holds(rule.condition, self._names) for rule in stopping if not self.of_invoice(rule)
        ]
        self._line(0, f"def stopped(c, p, f, D): return {' or '.join(tests) or 'False'}")
        self._line(0, "def next_stage(c, p, f, S, D, low):")
        self._stages(resolved, "0")
        self._line(1, "return 0, left, 0, 0")
        if self._plan.straight or self._plan.steps_down:
            self._chain(resolved)
        self._line(0, "def decide(c, p, f, S, D, low):")
        self._line(1, f"if c.settled: return {SETTLED}, -1, 0, 0")
        if self._plan.unit == "account":
            # A rule that took out every overdue invoice answers before those about the account.
            numbers = {taken: number for taken, number, _ in self._item_rules(resolved)}
            self._line(1, f"if c.taken >= 0: return c.taken // {HOLDS}, {numbers}[c.taken], 0, 0")
        for outcome, rules in ((EXCLUDED, resolved.excludes), (HELD, resolved.holds)):
            for number, rule in enumerate(rules):
                if not self.of_invoice(rule):
                    self._stand(rule.span)
                    asked = self._condition(rule.condition)
                    self._line(1, f"if {asked}: return {outcome}, {number}, 0, 0")
        # An invoice that does not exist yet is not due, whatever its due date says.
        closed = f"{NOT_DUE} if D < opens or D < c.issued else"
        self._stages(resolved, f"{ACT} if run == D else {closed} {WAITING}")
        ended = f"{NO_STAGE_LEFT} if left == {NONE_LEFT} else {WAITING}"
        self._line(1, f"return {closed} {ended}, left, 0, 0")
        if self._plan.unit == "account":
            self._taken(resolved)

    def _chain(self, resolved: Ladder) -> None:
        """`chain`: the next stage after a place that dunning on time would have reached.

        Waits count from that place `w`, conditions are asked of the real place `p`. Gaps between
        notices are left out. It answers 1 first for a stage that is executed again. `out` are
        stages before the due date that a gap holds back too long.
        """
        self._place = "w"
        self._line(0, "def chain(c, p, w, f, S, D, low, out):")
        self._stages(resolved, "0")
        self._line(1, "return 0, left, 0, 0")
        self._place = "p"

    def _taken(self, resolved: Ladder) -> None:
        """`taken`: which rule takes an invoice out of its account; NEVER if none does."""
        tests = [
            holds(rule.condition, self._names)
            for rule in resolved.holds
            if rule.clock_stopped and self.of_invoice(rule)
        ]
        self._line(0, f"def item_stopped(c, p, f, D): return {' or '.join(tests) or 'False'}")
        self._line(0, "def taken(c, p, f, D):")
        for taken, _, rule in self._item_rules(resolved):
            self._stand(rule.span)
            self._line(1, f"if {holds(rule.condition, self._names)}: return {taken}")
        self._line(1, f"return {NEVER}")

    def _item_rules(self, resolved: Ladder) -> Iterator[tuple[int, int, Rule]]:
        """Rules asked of each invoice: how `taken` names them, their number in the ladder.

        Named by their place among themselves: which exceptions apply may differ between an account
        and its invoice, but not those that such rules may stand in.
        """
        for outcome, rules in ((EXCLUDED, resolved.excludes), (HELD, resolved.holds)):
            own = ((number, rule) for number, rule in enumerate(rules) if self.of_invoice(rule))
            for place, (number, rule) in enumerate(own):
                yield outcome * HOLDS + place, number, rule

    def of_invoice(self, rule: Rule) -> bool:
        """Whether a rule of an account policy is asked of each invoice."""
        return self._plan.unit == "account" and any(
            path.startswith("invoice.") for path in facts_of(rule.condition, self._names)
        )

    def _names_of_places(self, resolved: Ladder) -> None:
        index = {stage.id: number for number, stage in enumerate(resolved.stages)}
        self._line(0, f"INDEX = {index!r}")
        replaced = {
            key: index[stage.id]
            for stage in resolved.stages
            for policy, old in stage.replaces
            for key in ([(policy, old)] if policy else [(self._plan.id, old), (None, old)])
        }
        self._replaces = bool(replaced)
        if replaced:
            self._line(0, f"REPLACED = {replaced!r}")

    def _stages(self, resolved: Ladder, outcome: str) -> None:
        """Find the next stage and return it with an outcome; fall through if there is none."""
        self._stand(self._plan.span)
        place = self._place
        self._line(1, f"last = INDEX.get({place}.stage, -1)")
        if self._replaces:
            key = f"({place}.policy, {place}.stage)"
            self._line(1, f"if last < 0: last = REPLACED.get({key}, -1)")
        self._line(1, "due = c.due")
        day_after = self._plus("due", resolved.grace) + " + 1"
        self._line(1, f"opens = {self._noted(day_after, resolved.grace.span, 'open')}")
        self._line(1, f"left = {NONE_LEFT}")
        for number, stage in enumerate(resolved.stages):
            if stage.skipped is None and stage.repeat is not None:
                self._repetition(number, stage, stage.repeat, resolved.shift, outcome)
        for number, stage in enumerate(resolved.stages):
            if stage.skipped is None and stage.otherwise is None:
                self._stage(number, stage, resolved.shift, outcome)
            elif stage.skipped is None:
                again = next(n for n, s in enumerate(resolved.stages) if s.id == stage.otherwise)
                self._stage_or_else(number, again, resolved, outcome)

    def _stage(self, number: int, stage: StagePlan, shift: Period | None, outcome: str) -> None:
        self._stand(stage.span)
        before_due = any(wait.kind == "before due" for wait in stage.waits)
        self._line(1, f"if {self._turn(number, before_due=before_due)}:")
        depth = 2
        if stage.when is not None:
            self._stand(stage.when.span)
            self._line(2, f"if {self._condition(stage.when)}:")
            depth = 3
        self._earliest(depth, stage, shift)
        self._gaps(depth, stage)
        self._days(depth)
        answer = f"return {outcome}, {number}, own, run"
        # A notice before the due date that would come on it or later is not sent.
        self._line(depth, f"if run < due: {answer}" if before_due else answer)
        if stage.when is not None:
            self._line(2, f"else: left = {NONE_HOLDS}")

    def _repetition(
        self, number: int, stage: StagePlan, repeat: Repetition, shift: Period | None, outcome: str
    ) -> None:
        """The stage again, its days after itself, as long as it is its turn."""
        self._stand(repeat.every.span)
        place = self._place
        bound = "" if repeat.at_most is None else f" and {place}.times <= {repeat.at_most}"
        self._line(1, f"if {place}.stage == {stage.id!r}{bound}:")
        depth = 2
        if stage.when is not None:
            self._line(2, f"if {self._condition(stage.when)}:")
            depth = 3
        wait = Wait("since last", repeat.every, None, span=repeat.every.span)
        self._earliest(depth, replace(stage, waits=(wait,)), shift)
        self._gaps(depth, stage)
        self._days(depth)
        if place == "w":
            # The chain of a late run goes on by at least a day.
            self._line(depth, f"if own <= w.day: own = run = {self._run_day('w.day + 1')}")
            outcome = AGAIN
        self._line(depth, f"return {outcome}, {number}, own, run")
        if stage.when is not None:
            self._line(2, f"else: left = {NONE_HOLDS}")

    def _stage_or_else(self, number: int, again: int, resolved: Ladder, outcome: str) -> None:
        """A stage that is replaced by an earlier one while its condition does not hold.

        It is asked when its own wait is over.
        """
        stage, earlier = resolved.stages[number], resolved.stages[again]
        self._stand(stage.span)
        before_due = any(wait.kind == "before due" for wait in stage.waits)
        gate = " and run < due" if before_due else ""
        self._line(1, f"if {self._turn(number, before_due=before_due)}:")
        self._earliest(2, stage, resolved.shift)
        self._gaps(2, stage)
        self._days(2)
        asked = self._condition(stage.when) if stage.when is not None else "True"
        self._line(2, f"if (own > D or {asked}){gate}:")
        self._line(3, f"return {outcome}, {number}, own, run")
        self._line(2, f"left = {NONE_HOLDS}")
        if earlier.skipped is not None:
            return
        holds_too = self._condition(earlier.when) if earlier.when is not None else "True"
        self._line(2, f"if own <= D and {holds_too}:")
        self._gaps(3, earlier)
        self._days(3)
        if self._place == "w":
            # The chain of a late run goes on by at least a day.
            self._line(3, f"if own <= w.day: own = run = {self._run_day('w.day + 1')}")
            outcome = AGAIN
        answer = f"return {outcome}, {again}, own, run"
        self._line(3, f"if run < due: {answer}" if before_due else answer)

    def _turn(self, number: int, *, before_due: bool) -> str:
        """Whether a stage may be the next by its place on the ladder."""
        if not before_due:
            return f"last < {number}"
        # Behind a stage of the chain that comes when the due date has come, it is missed.
        chain = f" and w.day < due and {number} not in out" if self._place == "w" else ""
        return f"last < {number} and D < due{chain}"

    def _days(self, depth: int) -> None:
        """From the earliest day `e`: the stage's own run day, and the first still possible."""
        self._line(depth, f"own = {self._run_day('e')}")
        self._line(depth, f"run = own if own >= low else {self._run_day('low')}")

    def _run_day(self, day: str) -> str:
        return f"rolled[{day}]" if self._plan.business_days_only else day

    def _earliest(self, depth: int, stage: StagePlan, shift: Period | None) -> None:
        """Write `e`: the earliest day of a stage before it is rolled to a run day."""
        movable = [wait for wait in stage.waits if wait.kind != "before due"]
        fixed = [wait for wait in stage.waits if wait.kind == "before due"]
        # A term that always gives a day can begin the comparison.
        movable.sort(key=_may_have_no_day)
        if not movable or _may_have_no_day(movable[0]):
            self._line(depth, f"e = {NEVER}")
        for position, wait in enumerate(movable):
            self._term(depth, wait, is_first=position == 0)
        if shift is not None and movable:
            shifted = self._noted(self._plus("e", shift), shift.span, "shifted")
            self._line(depth, f"if e >= 0: e = {shifted}")
        for wait in fixed:
            self._stand(wait.span)
            negative = f"add(due, {-wait.period.count}, {wait.period.unit!r})"
            self._line(depth, f"t = {self._noted(negative, wait.span, 'earliest')}")
            self._line(depth, "if t > e: e = t")
        self._early = _early(stage, self._place, self._names.slots)

    def _gaps(self, depth: int, stage: StagePlan) -> None:
        """Move `e` behind the gaps between notices, and to the day on which the ladder opens."""
        gaps = ((stage.gap, "last_notice"), (stage.customer_gap, "customer_notice"))
        for period, notice in gaps if stage.is_notice and self._place == "p" else ():
            if period is None:
                continue
            self._stand(period.span)
            gap = self._noted(self._plus(f"p.{notice}", period), period.span, "gap")
            self._line(depth, f"if p.{notice} >= 0:")
            self._line(depth + 1, f"t = {gap}")
            self._line(depth + 1, "if t > e: e = t")
        self._stand(stage.span)
        early = self._early
        closed = "e < opens" if early is None else f"e < opens and not (e <= due{early})"
        self._line(depth, f"if {closed}: e = opens")

    def _term(self, depth: int, wait: Wait, *, is_first: bool) -> None:
        self._stand(wait.span)
        base, place = "due", self._place
        match wait.kind:
            case "since invoice date":
                base = "c.issued"
            case "since start":
                self._line(depth, f"b = f[{self._names.slots[START]}]")
                self._line(depth, "if b >= 0:")
                depth, base, is_first = depth + 1, "b", False
            case "since last":
                self._line(depth, f"b = {place}.day if {place}.day >= 0 else due")
                base = "b"
            case "past deadline":
                last = f"{place}.day if {place}.day >= 0 else due"
                self._line(depth, f"b = {place}.deadline if {place}.deadline >= 0 else {last}")
                base = "b"
            case "since stage":
                self._line(depth, f"b = {place}.days.get({wait.stage!r}, {NEVER})")
                self._line(depth, "if b >= 0:")
                depth, base, is_first = depth + 1, "b", False
            case _:
                pass
        day = self._plus(base, wait.period)
        day = f"month_end({day})" if wait.kind == "month end" else day
        target = "e" if is_first else "t"
        self._line(depth, f"{target} = {day}")
        if self._evaluator.stops_clock:
            self._line(depth, f"if S: {target} = moved(S, {base}, {target})")
        if self._evaluator.recorder is not None:
            self._line(depth, self._noted(target, wait.span, "earliest"))
        if not is_first:
            self._line(depth, "if t > e: e = t")

    def _plus(self, base: str, period: Period) -> str:
        match period.unit:
            case "day":
                return f"{base} + {period.count}" if period.count else base
            case "week":
                return f"{base} + {7 * period.count}" if period.count else base
            case _:
                return f"add({base}, {period.count}, {period.unit!r})"


def _may_have_no_day(wait: Wait) -> bool:
    return wait.kind in {"since stage", "since start"}


def outcome_taken(taken: int) -> int:
    """Whether the rule that `CaseFacts.taken` names excludes or holds."""
    return taken // HOLDS


AGAIN = "1"
"""What `chain` answers first for a repetition, and for a stage in the place of a later one."""
HOLDS = 100_000
"""More rules than a ladder has."""


def _early(stage: StagePlan, place: str, slots: Mapping[str, int]) -> str | None:
    """The rest of the test whether a stage may run before the ladder opens; None if it never may.

    It may if none of its terms counts from being overdue or from a deadline. Source: the
    language, "Which stages may run before the due date or in grace".
    """
    tests: list[str] = []
    for wait in stage.waits:
        match wait.kind:
            case "overdue" | "month end" | "past deadline":
                return None
            case "since start":
                tests.append(f"f[{slots[START]}] >= 0")
            case "since last":
                tests.append(f"0 <= {place}.day < due")
            case "since stage":
                tests.append(f"0 <= {place}.days.get({wait.stage!r}, {NEVER}) < due")
            case _:
                pass
    return "".join(f" and {test}" for test in tests)
