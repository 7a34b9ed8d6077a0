"""The tree with every word in a condition replaced by what it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dunlang.ast.examples import Example
from dunlang.ast.expressions import Text
from dunlang.ast.policy import (
    AppliesWhen,
    Exclude,
    FactDecl,
    ForBlock,
    Guarantee,
    Hold,
    Segment,
)
from dunlang.ast.stages import Fee, Stage, When
from dunlang.checking.account_check import check_questions
from dunlang.checking.example_check import check_example
from dunlang.checking.guarantee_check import check_guarantee
from dunlang.checking.ladder_check import check_exception, check_stage
from dunlang.checking.rate_check import check_table_name
from dunlang.checking.segment_check import check_circles, facts_behind
from dunlang.checking.structure import check_fact
from dunlang.checking.typecheck import Conditions

if TYPE_CHECKING:
    from dunlang.ast.expressions import Expression
    from dunlang.ast.policy import ExceptionItem, Item, Policy, Setting
    from dunlang.ast.stages import Clause
    from dunlang.checking.scope import Scope


@dataclass(frozen=True, slots=True)
class Resolver:
    """Rebuilds the tree of one policy, statement by statement, checking as it goes."""

    scope: Scope
    conditions: Conditions

    def policy(self) -> Policy:
        """The whole policy. What is wrong stays as it was written and has been reported."""
        policy = self.scope.policy
        items = tuple(self._item(item) for item in policy.items)
        segments: dict[str, Expression] = {}
        for item in items:
            if isinstance(item, Segment):
                segments.setdefault(item.name.text, item.condition)
        check_circles(segments, self.scope)
        settings = tuple(self._setting(setting, segments) for setting in policy.header.settings)
        resolved = replace(policy, header=replace(policy.header, settings=settings), items=items)
        check_questions(resolved, segments, self.scope)
        return resolved

    def _condition(self, written: Expression) -> Expression:
        resolved = self.conditions.condition(written)
        return written if resolved is None else resolved

    def _item(self, item: Item | Example) -> Item | Example:
        match item:
            case Segment() | Exclude() | Hold():
                return replace(item, condition=self._condition(item.condition))
            case FactDecl():
                default = check_fact(item, self.scope)
                return item if default is None else replace(item, default=default)
            case Stage():
                check_stage(item, self.scope)
                return self._stage(item)
            case ForBlock():
                check_exception(item, self.scope)
                return replace(
                    item,
                    condition=self._condition(item.condition),
                    items=tuple(self._inner(inner) for inner in item.items),
                )
            case Guarantee():
                return check_guarantee(item, self.scope)
            case Example():
                return check_example(item, self.scope)
            case _:
                return item

    def _inner(self, item: ExceptionItem) -> ExceptionItem:
        match item:
            case Stage():
                return self._stage(item)
            case Exclude() | Hold():
                return replace(item, condition=self._condition(item.condition))
            case _:
                return item

    def _stage(self, stage: Stage) -> Stage:
        return replace(stage, clauses=tuple(self._clause(clause) for clause in stage.clauses))

    def _clause(self, clause: Clause) -> Clause:
        match clause:
            case When():
                return replace(clause, condition=self._condition(clause.condition))
            case Fee(converted_by=Text() as table):
                check_table_name(table, self.scope)
                return clause
            case _:
                return clause

    def _setting(self, setting: Setting, segments: dict[str, Expression]) -> Setting:
        if not isinstance(setting, AppliesWhen):
            return setting
        resolved = self._condition(setting.condition)
        for fact, place in facts_behind(resolved, segments):
            if not fact.path.startswith(("customer.", "invoice.")):
                direct = place is fact
                through = "" if direct else f"segment {place.span.text} looks at "
                which = " is" if direct else ", which is"
                self.scope.report(
                    "D210",
                    place.span,
                    f"{through}{fact.path}{which} known only once a policy applies",
                    hint="write a fact of the customer or the invoice instead",
                )
                break
        return replace(setting, condition=resolved)
