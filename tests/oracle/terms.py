"""What a policy version says for one case on one day: its text with the exceptions applied.

"A `for` block applies where its condition holds, and between its dates where it has them. Blocks
apply in the order written, and a later one wins on the setting both name. A stage inside a block
replaces only the clauses it names."
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunlang.ast import policy as tree
from dunlang.ast import stages as ladder
from tests.oracle.conditions import applies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dunlang.ast.expressions import Expression, Money
    from dunlang.checking.checked import Checked
    from tests.oracle.case import Case


@dataclass
class StageTerms:
    """A stage as it is for this case on this day."""

    id: str
    after: tuple[ladder.WaitTerm, ...]
    when: Expression | None = None
    by: ladder.By | None = None
    fee: ladder.Fee | None = None
    pay_within: ladder.Duration | None = None
    task: ladder.Task | None = None
    gap: ladder.Duration | None = None


@dataclass
class Terms:
    """All settings for this case on this day."""

    stages: list[StageTerms] = field(default_factory=list)
    """The ladder "in the order written", skipped ones included."""
    skipped: set[str] = field(default_factory=set)
    excludes: list[tree.Exclude] = field(default_factory=list)
    holds: list[tree.Hold] = field(default_factory=list)
    cap: Money | None = None
    gap: ladder.Duration | None = None
    grace: ladder.Duration | None = None
    wait: tree.WaitChange | None = None

    def stage(self, stage: str) -> StageTerms | None:
        """The stage of that id."""
        return next((found for found in self.stages if found.id == stage), None)


def terms_for(checked: Checked, case: Case) -> Terms:
    """The policy's own settings, then those of each block that applies, in the order written."""
    terms = Terms()
    for setting in checked.policy.header.settings:
        if isinstance(setting, tree.Grace):
            terms.grace = setting.duration
    items = checked.policy.items
    for item in items:
        if isinstance(item, ladder.Stage):
            # A stage without `after` waits 0 days.
            nothing = ladder.Duration(0, "day", span=item.span)
            at_once = ladder.WaitTerm("since last", nothing, span=item.span)
            terms.stages.append(StageTerms(item.id.text, (at_once,)))
    take(terms, (item for item in items if not isinstance(item, tree.ForBlock)))
    for item in items:
        if isinstance(item, tree.ForBlock) and block_applies(item, checked, case):
            take(terms, item.items)
    return terms


def block_applies(block: tree.ForBlock, checked: Checked, case: Case) -> bool:
    """Law: Every `until` names the last day."""
    if block.first is not None and case.day < block.first.value:
        return False
    if block.until is not None and case.day > block.until.value:
        return False
    return applies(block.condition, checked, case)


def take(terms: Terms, items: Iterable[object]) -> None:
    """Apply settings one after the other; what they do not name stays."""
    for item in items:
        match item:
            case tree.Exclude():
                terms.excludes.append(item)  # "In exceptions `hold` and `exclude` add"
            case tree.Hold():
                terms.holds.append(item)
            case tree.Skip(stages):
                terms.skipped |= {stage.text for stage in stages}  # "`skip` is a union"
            case tree.WaitChange():
                terms.wait = item  # "of two `wait ... longer` the later wins"
            case tree.FeesAtMost(money):
                terms.cap = money
            case ladder.NoticeGap(duration):
                terms.gap = duration
            case tree.Grace(duration):
                terms.grace = duration
            case tree.NoFees():
                # "`no fees` and a stage's `fee` are settled by order."
                for stage in terms.stages:
                    stage.fee = None
            case ladder.Stage(id=name, clauses=clauses):
                stage_terms = terms.stage(name.text)
                assert stage_terms is not None
                take_clauses(stage_terms, clauses)
            case _:
                pass  # facts, segments and examples are not settings


def take_clauses(stage: StageTerms, clauses: Iterable[ladder.Clause]) -> None:
    """Replace the clauses that are named."""
    for clause in clauses:
        match clause:
            case ladder.After(terms):
                stage.after = terms
            case ladder.When(condition):
                stage.when = condition
            case ladder.By():
                stage.by = clause
            case ladder.Fee():
                stage.fee = clause
            case ladder.PayWithin(duration):
                stage.pay_within = duration
            case ladder.Task():
                stage.task = clause
            case ladder.NoticeGap(duration):
                stage.gap = duration
            case _:
                pass  # template, mode, approval, hand over: shown, not decided
