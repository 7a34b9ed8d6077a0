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
    from tests.oracle.case import Case
    from tests.oracle.versions import Version


@dataclass
class StageTerms:
    """A stage as it is for this case on this day."""

    id: str
    after: tuple[ladder.WaitTerm, ...]
    when: Expression | None = None
    otherwise: str | None = None
    """The stage that is executed again while `when` does not hold."""
    repeat: ladder.Repeat | None = None
    by: ladder.By | None = None
    fee: ladder.Fee | None = None
    charge_interest: bool = False
    pay_within: ladder.Duration | None = None
    task: ladder.Task | None = None
    gap: ladder.Duration | None = None
    customer_gap: ladder.Duration | None = None
    suspend: str | None = None
    cancel: ladder.Cancel | None = None
    write_off: bool = False
    replaces: tuple[ladder.Replaced, ...] = ()


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
    customer_gap: ladder.Duration | None = None
    grace: ladder.Duration | None = None
    wait: tree.WaitChange | None = None
    interest: tree.Interest | None = None
    interest_floor: Money | None = None

    def stage(self, stage: str) -> StageTerms | None:
        """The stage of that id."""
        return next((found for found in self.stages if found.id == stage), None)


def terms_for(version: Version, case: Case) -> Terms:
    """The policy's own settings, then those of each block that applies, in the order written.

    The same combination of blocks says the same, so that it is put together once.
    """
    if version not in case.answers:
        blocks = enumerate(version.blocks)
        active = frozenset(n for n, block in blocks if block_applies(block, version, case))
        if active not in version.remembered:
            version.remembered[active] = put_together(version, active)
        case.answers[version] = version.remembered[active]
    terms = case.answers[version]
    assert isinstance(terms, Terms)
    return terms


def put_together(version: Version, active: frozenset[int]) -> Terms:
    """The terms for the blocks that apply, by their number."""
    terms = Terms(grace=version.grace)
    for stage in version.stages:
        # A stage without `after` waits 0 days.
        nothing = ladder.Duration(0, "day", span=stage.span)
        at_once = ladder.WaitTerm("since last", nothing, span=stage.span)
        terms.stages.append(StageTerms(stage.id.text, (at_once,)))
    take(terms, version.checked.policy.items)
    for number, block in enumerate(version.blocks):
        if number in active:
            take(terms, block.items)
    return terms


def block_applies(block: tree.ForBlock, version: Version, case: Case) -> bool:
    """Law: Every `until` names the last day."""
    if block.first is not None and case.day < block.first.value:
        return False
    if block.until is not None and case.day > block.until.value:
        return False
    return applies(block.condition, version, case)


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
            case ladder.NoticeGap(duration, to_customer):
                if to_customer:
                    terms.customer_gap = duration
                else:
                    terms.gap = duration
            case tree.Grace(duration):
                terms.grace = duration
            case tree.Interest():
                terms.interest = item
            case tree.NoInterest():
                terms.interest = None
            case tree.NoInterestBelow(money):
                terms.interest_floor = money
            case tree.NoFees():
                # "`no fees` and a stage's `fee` are settled by order."
                for stage in terms.stages:
                    stage.fee = None
            case ladder.Stage(id=name, clauses=clauses):
                stage_terms = terms.stage(name.text)
                assert stage_terms is not None
                for clause in clauses:
                    take_clause(stage_terms, clause)
            case _:
                pass  # facts, segments, blocks and examples are not settings of the whole


def take_clause(stage: StageTerms, clause: ladder.Clause) -> None:
    """Replace the clause that is named."""
    match clause:
        case ladder.After(terms):
            stage.after = terms
        case ladder.When(condition, otherwise):
            stage.when = condition
            stage.otherwise = None if otherwise is None else otherwise.text
        case ladder.Repeat():
            stage.repeat = clause
        case ladder.By():
            stage.by = clause
        case ladder.Fee():
            stage.fee = clause
        case ladder.ChargeInterest():
            stage.charge_interest = True
        case ladder.PayWithin(duration):
            stage.pay_within = duration
        case ladder.Task():
            stage.task = clause
        case ladder.NoticeGap(duration, to_customer):
            if to_customer:
                stage.customer_gap = duration
            else:
                stage.gap = duration
        case ladder.Suspend(text):
            stage.suspend = text.value
        case ladder.Cancel():
            stage.cancel = clause
        case ladder.WriteOff():
            stage.write_off = True
        case ladder.Replaces(stages):
            stage.replaces = stages
        case _:
            pass  # template, mode, approval, hand over: shown, not decided
