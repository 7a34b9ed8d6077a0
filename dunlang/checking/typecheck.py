"""Conditions: every word gets its meaning, every comparison its types.

`Conditions.condition` returns the condition with each `Name` replaced by what it is, or None
after reporting what is wrong with it. A part that is wrong is reported once; what stands around
it is still checked, but not blamed for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dunlang.ast.expressions import (
    And,
    Choice,
    Compare,
    FactRef,
    Has,
    Known,
    Name,
    Not,
    OneOf,
    Or,
    PercentOf,
    SegmentRef,
    YesNo,
)
from dunlang.ast.parts import looks_at_facts
from dunlang.builtins import FACTS
from dunlang.checking.money_check import check_literals
from dunlang.checking.names import asks_whether_known, unknown_fact, unknown_word
from dunlang.checking.shared import in_own_currencies
from dunlang.checking.values import fit_value, literal_type, same
from dunlang.checking.words import in_words, said, try_instead
from dunlang.types import Type

if TYPE_CHECKING:
    from dunlang.ast.expressions import CompareOp, Expression
    from dunlang.checking.scope import Scope

FEE = "fee"
"""A fact only of a guarantee: what the stage charges, without tax."""
_ORDERED = {"case money", "money", "number", "percent", "date"}
_LISTED = {"text", "one of", "country", "stage", "number"}
_MONEY = {"case money", "money"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Checks the conditions of one policy."""

    scope: Scope
    place: Literal["rule", "at a stage", "always"] = "rule"
    """The claims of a guarantee stand `at a stage` or `always`; everything else is a rule."""

    def condition(self, expression: Expression) -> Expression | None:
        """A condition, resolved; None if anything in it is wrong."""
        match expression:
            case And(parts=parts) | Or(parts=parts):
                done = [self.condition(part) for part in parts]
                good = tuple(part for part in done if part is not None)
                return replace(expression, parts=good) if len(good) == len(parts) else None
            case Not(part=part):
                inner = self.condition(part)
                return replace(expression, part=inner) if inner is not None else None
            case Name():
                return self._segment(expression)
            case FactRef():
                return self._yes_no_fact(expression)
            case Compare():
                return self._compare(expression)
            case OneOf():
                return self._one_of(expression)
            case Has():
                return self._has(expression)
            case Known():
                return self._known(expression)
            case SegmentRef() | Choice():
                return expression
            case YesNo():
                self.scope.report(
                    "D217",
                    expression.span,
                    f"a condition that is always {said(expression)} decides nothing",
                    hint="leave it out",
                )
                return None
            case _:
                self._value_as_condition(expression)
                return None

    # ------------------------------------------------------------ words and facts

    def _segment(self, name: Name) -> SegmentRef | None:
        scope = self.scope
        if name.text in scope.segments:
            scope.used_segments.add(name.text)
            return SegmentRef(name.text, span=name.span)
        if not scope.knows_segment(name.text):
            unknown_word(name, scope)
        return None

    def fact(self, ref: FactRef) -> Type | None:
        """The type of a fact; None after reporting that there is no such fact."""
        scope = self.scope
        if ref.path == FEE:
            return self._fee(ref)
        scope.used_facts.add(ref.path)
        found = scope.types.get(ref.path)
        if found is None and not scope.knows_fact(ref.path):
            unknown_fact(ref, scope)
        return found

    def _fee(self, ref: FactRef) -> Type | None:
        """What the stage of a claim charges: an amount that is nowhere else."""
        if self.place == "at a stage":
            return Type("case money")
        self.scope.report(
            "D223",
            ref.span,
            "'always' speaks of every day, and a fee belongs to a stage"
            if self.place == "always"
            else "only a guarantee can ask for the fee of a stage",
            hint="write 'fees so far'",
        )
        return None

    def _yes_no_fact(self, ref: FactRef) -> Expression | None:
        found = self.fact(ref)
        if found is None:
            return None
        if found.kind == "yes/no":
            return ref
        self.scope.report(
            "D209",
            ref.span,
            f"{ref.path} is {in_words(found)}, so by itself it is neither yes nor no",
            hint=f"write, for example: {try_instead(ref.path, found, self.scope.currencies)}",
        )
        return None

    def _value_as_condition(self, value: Expression) -> None:
        if isinstance(value, PercentOf):
            self._value(value)
        self.scope.report(
            "D209",
            value.span,
            f"{said(value)} is a value, not a condition",
            hint="compare a fact with it, such as: days overdue >= 3",
        )

    # ---------------------------------------------------------------- comparisons

    def _compare(self, node: Compare) -> Expression | None:
        left, right = node.left, node.right
        if isinstance(left, Name) or isinstance(right, Name):
            return self._compare_word(node)
        before = len(self.scope.problems)
        left_type, right_type = self._value(left), self._value(right)
        if left_type is None or right_type is None:
            return None
        if not looks_at_facts(left) and not looks_at_facts(right):
            message = "this compares two fixed values, so the answer is always the same"
            hint = "write a fact on one side, such as: days overdue >= 3"
            self.scope.report("D217", node.span, message, hint=hint)
            return None
        if not same(left_type, right_type):
            self._mismatch(node, left_type, right_type)
            return None
        if not self._choices_meet(node, left_type, right_type):
            return None
        if not self._order_makes_sense(node, node.op, left_type):
            return None
        if left_type.kind in _MONEY:
            covers = "case money" in {left_type.kind, right_type.kind}
            node = in_own_currencies(node, self.scope) if covers else node
            for side in (node.left, node.right):
                check_literals(side, self.scope, covers=covers)
        return node if len(self.scope.problems) == before else None

    def _compare_word(self, node: Compare) -> Expression | None:
        """A comparison with a bare word on one side, usually the right."""
        match node:
            case Compare(left=Name() as left, right=Name()):
                self._two_words(node, left)
                return None
            case Compare(left=other, right=Name() as word):
                fitted = self._word(word, other, node)
                return replace(node, right=fitted) if fitted is not None else None
            case Compare(left=Name() as word, right=other):
                fitted = self._word(word, other, node)
                return replace(node, left=fitted) if fitted is not None else None
            case _:
                return node

    def _word(self, word: Name, other: Expression, node: Compare) -> Expression | None:
        """The bare word in a comparison, as a value of the fact on the other side."""
        if not isinstance(other, FactRef):
            self._value(other)
            unknown_word(word, self.scope, value=True)
            return None
        found = self.fact(other)
        if found is None:
            return None
        if found.kind == "set of text":
            self._set_needs_has(node, other, word.text)
            return None
        if asks_whether_known(word, found, node, self.scope):
            return None
        fitted = fit_value(word, found, other.path, self.scope)
        return fitted if self._order_makes_sense(node, node.op, found) else None

    def _two_words(self, node: Compare, left: Name) -> None:
        if left.text in self.scope.segments:
            self.scope.used_segments.add(left.text)
            self.scope.report(
                "D203",
                node.span,
                f"'{left.text}' is a segment: a case is in it or not",
                hint=f"write '{left.text}' or 'not {left.text}'",
            )
            return
        unknown_word(left, self.scope, value=True)

    def _mismatch(self, node: Compare, left: Type, right: Type) -> None:
        """Two sides of different types; says it of the literal, if there is one."""
        for fact, fact_type, value in (
            (node.left, left, node.right),
            (node.right, right, node.left),
        ):
            if isinstance(fact, FactRef) and literal_type(value) is not None:
                if fact_type.kind == "set of text":
                    self._set_needs_has(node, fact, said(value).strip('"'))
                else:
                    fit_value(value, fact_type, fact.path, self.scope)
                return
        self.scope.report(
            "D206",
            node.span,
            f"{said(node.left)} is {in_words(left)}, "
            f"{said(node.right)} is {in_words(right)}: they cannot be compared",
        )

    def _choices_meet(self, node: Compare, left: Type, right: Type) -> bool:
        if left.kind != "one of" or set(left.choices) & set(right.choices):
            return True
        self.scope.report(
            "D206",
            node.span,
            f"{said(node.left)} and {said(node.right)} have no value in common",
            notes=(
                f"{said(node.left)} is {in_words(left)}",
                f"{said(node.right)} is {in_words(right)}",
            ),
        )
        return False

    def _order_makes_sense(self, node: Compare, op: CompareOp, found: Type) -> bool:
        if found.kind == "set of text":
            ref = node.left if isinstance(node.left, FactRef) else node.right
            self._set_needs_has(node, ref, "...")
            return False
        if op in {"is", "is not"} or found.kind in _ORDERED:
            return True
        notes: tuple[str, ...] = ()
        if found.kind == "stage":
            notes = ("to ask how far a case is, list the stages: stage in (notice, final)",)
        self.scope.report(
            "D207",
            node.span,
            f"the values of {said(node.left)} have no order, so '{op}' cannot compare them",
            hint="write 'is', 'is not' or 'in (...)' instead",
            notes=notes,
        )
        return False

    def _set_needs_has(self, node: Expression, ref: Expression, element: str) -> None:
        self.scope.report(
            "D208",
            node.span,
            f"{said(ref)} is a set of texts, which is asked with 'has'",
            hint=f'write {said(ref)} has "{element}"',
        )

    # --------------------------------------------------------- in, has, is known

    def _one_of(self, node: OneOf) -> Expression | None:
        left = node.left
        if isinstance(left, Name):
            unknown_word(left, self.scope, value=left.text not in self.scope.segments)
            return None
        found = self._value(left)
        if found is None:
            return None
        if found.kind == "set of text":
            self._set_needs_has(node, left, "...")
            return None
        if not isinstance(left, FactRef) or found.kind not in _LISTED:
            self.scope.report(
                "D219",
                node.span,
                f"{said(left)} is {in_words(found)}, which is not asked with 'in'",
                hint=f"write, for example: {try_instead(said(left), found, self.scope.currencies)}",
            )
            return None
        items: list[Expression] = []
        for item in node.items:
            if isinstance(item, Name) or literal_type(item) is not None:
                fitted = fit_value(item, found, left.path, self.scope)
                if fitted is not None:
                    items.append(fitted)
            else:
                self._not_listable(item)
        self._twice(items)
        return replace(node, items=tuple(items)) if len(items) == len(node.items) else None

    def _not_listable(self, item: Expression) -> None:
        self.scope.report(
            "D219",
            item.span,
            f"a list holds fixed values, and {said(item)} is a fact",
            hint=f"write a comparison of its own: ... is {said(item)}",
        )

    def _twice(self, items: list[Expression]) -> None:
        for at, item in enumerate(items):
            if item in items[:at]:
                word = said(item).strip('"')
                message = f"'{word}' stands in the list twice"
                self.scope.report("D115", item.span, message, hint="leave one of the two out")

    def _has(self, node: Has) -> Expression | None:
        if isinstance(node.left, Name):
            unknown_word(node.left, self.scope, value=True)
            return None
        found = self._value(node.left)
        if found is None or found.kind == "set of text":
            return node if found else None
        self.scope.report(
            "D208",
            node.left.span,
            f"'has' asks a set of texts, and {said(node.left)} is {in_words(found)}",
            hint="write 'is' instead",
        )
        return None

    def _known(self, node: Known) -> Expression | None:
        left = node.left
        if isinstance(left, Name):
            unknown_word(left, self.scope, value=left.text not in self.scope.segments)
            return None
        if not isinstance(left, FactRef):
            message = f"{said(left)} is no fact, so it is always known"
            hint = "write a fact here, such as: customer.country is unknown"
            self.scope.report("D218", left.span, message, hint=hint)
            return None
        if self.fact(left) is None:
            return None
        if self._never_unknown(left.path):
            self.scope.report(
                "W201",
                node.span,
                f"{left.path} is always known, so this is always {'yes' if node.known else 'no'}",
                hint="leave this condition out",
            )
        return node

    def _never_unknown(self, path: str) -> bool:
        if path in FACTS:
            return not FACTS[path].may_be_unknown
        decl = self.scope.facts.get(path)
        if decl is None:
            return path == FEE
        return decl.default is not None or decl.type.name == "set of text"

    # ---------------------------------------------------------------------- values

    def _value(self, node: Expression) -> Type | None:
        """The type of one side of a comparison; None after reporting."""
        match node:
            case FactRef():
                return self.fact(node)
            case PercentOf(of=of):
                if isinstance(of, Name):
                    unknown_word(of, self.scope, value=True)
                    return None
                inner = self._value(of)
                if inner is None or inner.kind in _MONEY:
                    return inner
                self.scope.report(
                    "D216",
                    of.span,
                    f"a percentage is taken of an amount, and {said(of)} is {in_words(inner)}",
                    hint="write 'open amount' or 'original amount' instead",
                )
                return None
            case Name():
                unknown_word(node, self.scope, value=True)
                return None
            case _:
                found = literal_type(node)
                if found is None:
                    self.scope.report(
                        "D206", node.span, "a condition cannot be compared with a value"
                    )
                return found
